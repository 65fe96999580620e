//! Colours: marks in the text of an answer, which become colours, or nothing, when it is printed.
//!
//! A mark is a noncharacter of Unicode. Text from outside that contains one is escaped like a control
//! character, so that only the program itself sets colours.

use anstyle::{AnsiColor, Style};

use super::escape;

/// The marks of the tones, in the order of [`Tone`], and the mark that ends each of them.
const MARKS: [char; 8] = [
    '\u{fdd0}', '\u{fdd1}', '\u{fdd2}', '\u{fdd3}', '\u{fdd4}', '\u{fdd5}', '\u{fdd6}', '\u{fdd7}',
];
const END: char = '\u{fdef}';
/// The mark that becomes a tab, in formats whose values are separated by tabs.
pub(super) const TAB: char = '\u{fdee}';

/// The meaning of a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// A heading.
    Heading,
    /// The band "hot".
    Hot,
    /// The band "warm".
    Warm,
    /// The band "cool".
    Cool,
    /// The band "cold", and what is less important.
    Faint,
    /// A state without a problem.
    Good,
    /// A state to look at.
    Warning,
    /// A state to act on, or an error.
    Bad,
}

impl Tone {
    /// Returns the tone of a band, by its word.
    pub(crate) fn of_band(band: &str) -> Self {
        match band {
            "hot" => Self::Hot,
            "warm" => Self::Warm,
            "cool" => Self::Cool,
            _ => Self::Faint,
        }
    }

    fn style(self) -> Style {
        let colour = |colour: AnsiColor| Style::new().fg_color(Some(anstyle::Color::Ansi(colour)));
        match self {
            Self::Heading => Style::new().bold(),
            Self::Hot => colour(AnsiColor::Red).bold(),
            Self::Warm | Self::Warning => colour(AnsiColor::Yellow),
            Self::Cool => colour(AnsiColor::Cyan),
            Self::Faint => Style::new().dimmed(),
            Self::Good => colour(AnsiColor::Green),
            Self::Bad => colour(AnsiColor::Red),
        }
    }

    const ALL: [Self; 8] = [
        Self::Heading,
        Self::Hot,
        Self::Warm,
        Self::Cool,
        Self::Faint,
        Self::Good,
        Self::Warning,
        Self::Bad,
    ];
}

/// Marks a text with a tone. It must be the last step: marks have no width, but count as characters.
pub(crate) fn toned(tone: Tone, text: &str) -> String {
    let (mark, _) = pairs().find(|(_, one)| *one == tone).unwrap_or((END, tone));
    format!("{mark}{text}{END}")
}

fn pairs() -> impl Iterator<Item = (char, Tone)> {
    MARKS.into_iter().zip(Tone::ALL)
}

/// Escapes a text for the terminal, and turns its marks into colours or removes them.
pub(crate) fn painted(text: &str, is_coloured: bool) -> String {
    let mut painted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(escape::is_mark) {
        let (plain, marked) = rest.split_at(at);
        painted.push_str(&escape::lines(plain));
        let mut chars = marked.chars();
        let mark = chars.next();
        rest = chars.as_str();
        match pairs().find(|(one, _)| Some(*one) == mark) {
            _ if mark == Some(TAB) => painted.push('\t'),
            _ if !is_coloured => {}
            Some((_, tone)) => painted.push_str(&tone.style().render().to_string()),
            None => painted.push_str(&anstyle::Reset.render().to_string()),
        }
    }
    painted.push_str(&escape::lines(rest));
    painted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_colours_or_nothing_and_nothing_else_does() {
        let text = format!("{} and \u{1b}[31m", toned(Tone::Warm, "warm"));
        assert_eq!(painted(&text, false), "warm and \\u{1b}[31m");
        assert_eq!(painted(&text, true), "\u{1b}[33mwarm\u{1b}[0m and \\u{1b}[31m");
        for (tone, mark) in Tone::ALL.into_iter().zip(MARKS) {
            assert!(toned(tone, "x").starts_with(mark));
            assert_eq!(
                painted(&super::super::line(&toned(tone, "x")), true).matches('\u{1b}').count(),
                0
            );
        }
    }
}
