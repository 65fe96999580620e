//! Formatting of texts and numbers.

/// Formats a number with thousands separators.
pub fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Truncates a text to `chars_max` characters on one line.
pub fn clipped(text: &str, chars_max: usize) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if one_line.chars().count() <= chars_max {
        return one_line;
    }
    let head: String = one_line.chars().take(chars_max.saturating_sub(1)).collect();
    format!("{}…", head.trim_end())
}
