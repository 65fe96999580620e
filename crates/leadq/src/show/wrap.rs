//! Line breaks: between words and, only where a word is longer than a line, within it. A width counts
//! the columns of a terminal, of which wide East Asian characters take two.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::{escape, screen};

/// The characters after which a long word, such as an address, is preferably divided.
const JOINTS: &str = "/?&=;,.:-_+#%|)]}";
/// The width that is left for text beside any indent.
const WIDTH_MIN: usize = 10;

/// Returns the number of columns of a text.
pub(super) fn columns_of(text: &str) -> usize {
    text.width()
}

/// Returns the number of columns of the widest word. An address, or a text in a script without spaces,
/// may be divided, so it counts with at most `divided` columns.
pub(super) fn widest_word(text: &str, divided: usize) -> usize {
    let least = |word: &str| {
        let columns = columns_of(word);
        let is_divisible = word.contains('/') || columns > word.chars().count();
        if is_divisible { columns.min(divided) } else { columns }
    };
    words(text).map(least).max().unwrap_or(0)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_break = |c: char| c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{2007}' | '\u{202f}');
    text.split(is_break).filter(|word| !word.is_empty())
}

/// Breaks a text into lines of at most `most` columns.
pub(super) fn broken(text: &str, most: usize) -> Vec<String> {
    let most = most.max(2);
    let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0);
    for word in words(text) {
        let length = columns_of(word);
        if used > 0 && used + 1 + length <= most {
            line.push(' ');
            line.push_str(word);
            used += 1 + length;
            continue;
        }
        if used > 0 {
            lines.push(std::mem::take(&mut line));
        }
        let mut rest = word;
        while let Some(at) = cut(rest, most) {
            let (head, tail) = rest.split_at(at);
            lines.push(head.to_owned());
            rest = tail;
        }
        line.push_str(rest);
        used = columns_of(rest);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Finds where to divide a word that is longer than a line: in its second half behind a joint, or
/// else where the line is full.
fn cut(word: &str, most: usize) -> Option<usize> {
    let (mut used, mut joint, mut full) = (0, None, None);
    for (at, c) in word.char_indices() {
        used += c.width().unwrap_or(0);
        if used > most {
            return joint.or(full).or(Some(at)).filter(|at| *at > 0);
        }
        let end = at + c.len_utf8();
        // A mark without a width belongs to the character before it.
        full = Some(end);
        if JOINTS.contains(c) && used * 2 >= most {
            joint = full;
        }
    }
    None
}

/// Wraps a text to the output's width, each line with an indent.
pub(crate) fn wrapped(text: &str, indent: &str) -> String {
    let most = usize::from(screen::width()).saturating_sub(columns_of(indent)).max(WIDTH_MIN);
    let text = words(text).map(escape::line).collect::<Vec<_>>().join(" ");
    broken(&text, most).iter().map(|line| format!("{indent}{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole_and_lines_fit() {
        let url = format!("https://acme.example/{}", "press-releases/2026/".repeat(15));
        for text in [
            "Donaudampfschiffahrt and Rechtsschutzversicherungen meet in Wien",
            "東京都千代田区丸の内一丁目 倉庫管理システムを導入しました 株式会社",
            "Zoe\u{308} Ne\u{301}e e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}",
            "10\u{a0}% of 12\u{202f}000 employees",
            url.as_str(),
        ] {
            for most in [2, 5, 11, 19, 38, 80] {
                let lines = broken(text, most);
                assert!(lines.iter().all(|line| columns_of(line) <= most), "{most}: {lines:?}");
                let whole = |text: &str| text.split(' ').collect::<String>();
                assert_eq!(whole(&lines.concat()), whole(text), "{most}");
                let joined = format!(" {} ", lines.join(" "));
                for word in words(text).filter(|word| columns_of(word) <= most) {
                    assert!(joined.contains(&format!(" {word} ")), "{most}: {word}: {lines:?}");
                }
            }
        }
        let lines = broken(&url, 38);
        assert!(
            lines[..lines.len() - 1].iter().all(|line| line.ends_with(['/', '-'])),
            "{lines:?}"
        );
    }
}
