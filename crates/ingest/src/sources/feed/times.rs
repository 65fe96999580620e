//! Times in feeds.

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use model::Day;

/// The maximum number of bytes of a time.
const TIME_BYTES_MAX: usize = 100;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Formats a time like `2026-03-03T10:00:00+00:00`, so that two forms of one time are equal. A time
/// in another form stays as written: it still differs when the entry changes.
pub(super) fn time(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text.len() > TIME_BYTES_MAX {
        return None;
    }
    let time = iso_8601(text).or_else(|| rfc_2822(text));
    Some(time.map_or_else(|| text.to_owned(), |utc| format!("{}+00:00", utc.trim_end_matches('Z'))))
}

/// Parses a time with an offset, or a day. A time without an offset is no instant.
fn iso_8601(text: &str) -> Option<String> {
    if text.len() == "2026-03-03".len() {
        return text.parse::<Day>().ok().map(|day| day.start().to_string());
    }
    text.parse::<Timestamp>().ok().map(|time| time.to_string())
}

/// Parses a time of RFC 2822, also without a correct day of the week, with the whole name of the
/// month, with the month before the day, or with a name of UTC.
fn rfc_2822(text: &str) -> Option<String> {
    let without_weekday = match text.split_once(',') {
        Some((before, after)) if !before.contains(|c: char| c.is_ascii_digit()) => after,
        _ => text,
    };
    let mut parts: Vec<&str> = without_weekday.split_whitespace().map(shortened).collect();
    if let [month, day, ..] = parts.as_mut_slice()
        && MONTHS.contains(&month.to_ascii_lowercase().as_str())
    {
        *day = day.trim_end_matches(',');
        std::mem::swap(month, day);
    }
    let time = DateTimeParser::new().relaxed_weekday(true).parse_timestamp(parts.join(" ")).ok()?;
    Some(time.to_string())
}

/// Shortens the name of a month to three letters, and replaces those of UTC.
fn shortened(part: &str) -> &str {
    let short = part.get(..3).unwrap_or_default();
    if MONTHS.contains(&short.to_ascii_lowercase().as_str()) {
        return short;
    }
    if ["UTC", "Z"].contains(&part) { "GMT" } else { part }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_time_are_equal() {
        for text in [
            "2026-03-03T10:00:00Z",
            " 2026-03-03T11:00:00+01:00 ",
            "2026-03-03T05:00:00-0500",
            "Tue, 03 Mar 2026 10:00:00 GMT",
            "Mon, 3 March 2026 10:00:00 UTC",
            "03 Mar 2026 11:00:00 +0100",
            "March 3, 2026 10:00:00 Z",
            "mardi, 03 Mar 2026 10:00:00 GMT",
        ] {
            assert_eq!(time(text).as_deref(), Some("2026-03-03T10:00:00+00:00"), "{text}");
        }
        for (text, expect) in [
            ("2026-03-03", Some("2026-03-03T00:00:00+00:00")),
            ("2026-03-03T10:00:00", Some("2026-03-03T10:00:00")),
            ("3. März 2026", Some("3. März 2026")),
            ("2026-02-30", Some("2026-02-30")),
            ("1772532000", Some("1772532000")),
            ("  ", None),
        ] {
            assert_eq!(time(text).as_deref(), expect, "{text}");
        }
    }
}
