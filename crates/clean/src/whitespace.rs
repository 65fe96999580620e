//! Folds whitespace and removes invisible characters.

/// Appends `text` with every run of whitespace folded to one space and without invisible
/// characters. With `keep_lines`, line breaks are kept.
pub(crate) fn fold_onto(out: &mut String, text: &str, keep_lines: bool) {
    let mut space: Option<char> = None;
    for c in text.chars() {
        if c == '\n' && keep_lines {
            space = Some('\n');
        } else if c.is_whitespace() {
            space = space.or(Some(' '));
        } else if !is_invisible(c) {
            out.extend(space.take());
            out.push(c);
        }
    }
    out.extend(space);
}

/// Folds `text` to one trimmed line and removes invisible characters.
pub(crate) fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_onto(&mut out, text, false);
    out.trim().to_owned()
}

/// Checks for zero-width, bidirectional and other control characters. They hide or reorder words,
/// so that the text would differ from the visible text.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{180E}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF9}'..='\u{FFFC}' | '\u{E0000}'..='\u{E0FFF}')
}
