//! Amounts and dates as text in a language.

use model::Day;

use crate::dice::Dice;
use crate::templates::Templates;

/// Units of each currency per euro.
const RATES: [(&str, f64); 5] =
    [("EUR", 1.0), ("GBP", 0.86), ("USD", 1.1), ("CHF", 0.95), ("SEK", 11.2)];

/// An amount of money.
#[derive(Debug, Clone)]
pub(crate) struct Amount {
    /// Whole units of the currency.
    pub(crate) units: u64,
    pub(crate) currency: String,
}

impl Amount {
    /// Converts millions of euro to a currency and rounds as press texts do.
    pub(crate) fn of(million_eur: f64, currency: &str) -> Self {
        let rate = RATES.iter().find(|(name, _)| *name == currency).map_or(1.0, |(_, rate)| *rate);
        let exact = million_eur * rate * 1_000_000.0;
        let step = match exact {
            e if e >= 20_000_000.0 => 1_000_000.0,
            e if e >= 2_000_000.0 => 100_000.0,
            e if e >= 200_000.0 => 10_000.0,
            _ => 1_000.0,
        };
        let units = (exact / step).round() * step;
        Self { units: units as u64, currency: currency.to_owned() }
    }

    /// Formats the amount in a language.
    pub(crate) fn written(&self, lang: &str, dice: &mut Dice) -> String {
        let style = dice.below(3);
        if self.units < 1_000_000 {
            return self.small(lang, style);
        }
        let number = number(self.units as f64 / 1_000_000.0, lang);
        let (sign, name) = (self.sign(), self.name(lang));
        let code = &self.currency;
        match (lang, style) {
            ("de", 0) => format!("{number} Mio. {name}"),
            ("de", _) => format!("{number} Millionen {name}"),
            ("fr", 0) if !sign.is_empty() => format!("{number} M{sign}"),
            ("fr", _) => format!("{number} millions {}", of_units(name)),
            (_, 0) if !sign.is_empty() => format!("{sign}{number}m"),
            (_, 1) if !sign.is_empty() => format!("{sign}{number} million"),
            (_, 1) => format!("{number} million {name}"),
            _ => format!("{code} {number} million"),
        }
    }

    fn small(&self, lang: &str, style: usize) -> String {
        let (sign, name) = (self.sign(), self.name(lang));
        let thousands =
            |mark: &str| format!("{}{mark}{:03}", self.units / 1_000, self.units % 1_000);
        match (lang, style) {
            ("de", _) => format!("{} {name}", thousands(".")),
            ("fr", _) => format!("{} {name}", thousands("\u{a0}")),
            (_, 0 | 1) if !sign.is_empty() => format!("{sign}{}", thousands(",")),
            _ => format!("{} {}", self.currency, thousands(",")),
        }
    }

    fn sign(&self) -> &'static str {
        match self.currency.as_str() {
            "EUR" => "€",
            "GBP" => "£",
            "USD" => "$",
            _ => "",
        }
    }

    fn name(&self, lang: &str) -> &'static str {
        match (self.currency.as_str(), lang) {
            ("EUR", "fr") => "euros",
            ("EUR", "en") => "euros",
            ("EUR", _) => "Euro",
            ("USD", "fr") => "dollars",
            ("USD", "de") => "US-Dollar",
            ("USD", _) => "dollars",
            ("GBP", "fr") => "livres sterling",
            ("GBP", "de") => "Pfund",
            ("GBP", _) => "pounds",
            ("CHF", "fr") => "francs suisses",
            ("CHF", "de") => "Franken",
            ("CHF", _) => "Swiss francs",
            (_, "fr") => "couronnes",
            (_, "de") => "Kronen",
            _ => "kronor",
        }
    }
}

fn of_units(name: &str) -> String {
    if name.starts_with('e') { format!("d’{name}") } else { format!("de {name}") }
}

fn number(millions: f64, lang: &str) -> String {
    let text = format!("{millions:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if lang == "en" { text.to_owned() } else { text.replace('.', ",") }
}

/// Formats a date: `14 March 2026`, `14. März 2026`, `14 mars 2026`; in the United States with the
/// month first.
pub(crate) fn date(day: Day, lang: &str, country: &str, templates: &Templates) -> String {
    let (year, _, number) = day.ymd();
    let month = month(day, lang, templates);
    match lang {
        "de" => format!("{number}. {month} {year}"),
        "fr" if number == 1 => format!("1er {month} {year}"),
        "en" if country == "US" => format!("{month} {number}, {year}"),
        _ => format!("{number} {month} {year}"),
    }
}

/// Returns the name of the month.
pub(crate) fn month(day: Day, lang: &str, templates: &Templates) -> String {
    let (_, month, _) = day.ymd();
    templates.word(&format!("month_{month}"), lang).to_owned()
}

/// Formats a date as in HTTP headers and RSS: `Tue, 03 Mar 2026 08:15:00 GMT`.
pub(crate) fn http_date(day: Day, minute: u32) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (year, month, number) = day.ymd();
    let weekday = DAYS.get(weekday_from_thursday(day)).copied().unwrap_or("Thu");
    let month = usize::try_from(month - 1).ok().and_then(|at| MONTHS.get(at)).unwrap_or(&"Jan");
    format!("{weekday}, {number:02} {month} {year} {:02}:{:02}:00 GMT", minute / 60, minute % 60)
}

/// Returns whether a day is a Saturday or a Sunday.
pub(crate) fn is_weekend(day: Day) -> bool {
    matches!(weekday_from_thursday(day), 2 | 3)
}

fn weekday_from_thursday(day: Day) -> usize {
    usize::try_from(day.0.rem_euclid(7)).unwrap_or(0)
}
