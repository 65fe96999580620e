//! The order of day, month and year in dates of digits.

/// Countries in which English and Spanish write the month before the day. Source: the short date
/// formats of Unicode CLDR 49.
const MONTH_FIRST: [&str; 10] = ["US", "AS", "GU", "MH", "MP", "PA", "PH", "PR", "UM", "VI"];
/// Languages that write the year first, each with the separators of such dates. Source: as above.
const YEAR_FIRST: [(&str, &[char]); 7] = [
    ("eu", &['/', '-']),
    ("hu", &['.', '-']),
    ("ja", &['/', '.', '-']),
    ("ko", &['/', '.', '-']),
    ("lt", &['-']),
    ("sv", &['-']),
    ("zh", &['/', '.', '-']),
];

/// The order of the numbers in `03/04/2026` and `03-04-26`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DateOrder {
    /// Day, month, year.
    DayFirst,
    /// Month, day, year.
    MonthFirst,
    /// Year, month, day if the year has two digits and one of these separators follows it; otherwise
    /// day, month, year.
    YearFirst(&'static [char]),
    /// Not known: such a date is read only if one order fits.
    #[default]
    Unknown,
}

impl DateOrder {
    /// Returns the order in a language (ISO 639-1) and a country (ISO 3166 alpha-2). English alone
    /// tells none, nor does Canada, which writes both.
    pub fn of(lang: Option<&str>, country: Option<&str>) -> Self {
        match (lang, country) {
            (None | Some("en" | "es"), Some(country)) if MONTH_FIRST.contains(&country) => {
                Self::MonthFirst
            }
            (None | Some("en"), None | Some("CA")) => Self::Unknown,
            (Some(lang), _) => {
                let separators = YEAR_FIRST.iter().find(|(code, _)| *code == lang);
                separators.map_or(Self::DayFirst, |(_, separators)| Self::YearFirst(separators))
            }
            (None, Some(_)) => Self::DayFirst,
        }
    }

    /// Returns the day and the month of two numbers, if the order tells them apart. Full stops
    /// separate the parts of dates where the day comes first.
    pub(super) fn day_and_month(self, one: i8, other: i8, separator: char) -> Option<(i8, i8)> {
        match self {
            _ if one > 12 || one == other => Some((one, other)),
            _ if other > 12 => Some((other, one)),
            Self::MonthFirst => Some((other, one)),
            Self::DayFirst | Self::YearFirst(_) => Some((one, other)),
            Self::Unknown => (separator == '.').then_some((one, other)),
        }
    }

    /// Checks whether a year of two digits comes first.
    pub(super) fn is_year_first(self, separator: char) -> bool {
        matches!(self, Self::YearFirst(separators) if separators.contains(&separator))
    }
}
