//! The words of an explanation: days, sources and amounts as a seller writes them. Statistics and
//! addresses are in the slots and the evidence of a signal, not in its explanation.

use model::Day;

/// Formats the day of an event: `6 Nov 2026`, or that it is not known.
pub(crate) fn event_day(start: Day, undated: bool) -> String {
    let start = start.in_words();
    if undated { format!("date unknown, first seen {start}") } else { start }
}

/// Formats the number of independent sources: `1 source`.
pub(crate) fn sources(count: u32) -> String {
    format!("{count} source{}", if count == 1 { "" } else { "s" })
}

/// Formats an amount in whole units of a currency: `€11.3 m`, `PLN 45 m`, `£750,000`.
pub(crate) fn amount(units: &str, currency: &str) -> String {
    let symbol = match currency {
        "EUR" => "€".to_owned(),
        "GBP" => "£".to_owned(),
        "USD" => "$".to_owned(),
        "JPY" => "¥".to_owned(),
        code => format!("{code} "),
    };
    let Ok(units) = units.trim().parse::<u64>() else { return format!("{symbol}{units}") };
    let scaled = |unit: u64, word: &str| {
        let tenths = units / (unit / 10);
        match tenths % 10 {
            0 => format!("{symbol}{} {word}", tenths / 10),
            tenth => format!("{symbol}{}.{tenth} {word}", tenths / 10),
        }
    };
    match units {
        1_000_000_000.. => scaled(1_000_000_000, "bn"),
        1_000_000.. => scaled(1_000_000, "m"),
        1000.. => format!("{symbol}{},{:03}", units / 1000, units % 1000),
        _ => format!("{symbol}{units}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_short() {
        let cases = [
            ("11300000", "EUR", "€11.3 m"),
            ("45000000", "PLN", "PLN 45 m"),
            ("2600000000", "USD", "$2.6 bn"),
            ("750000", "GBP", "£750,000"),
            ("900", "CHF", "CHF 900"),
            ("12.50", "EUR", "€12.50"),
        ];
        for (units, currency, expect) in cases {
            assert_eq!(amount(units, currency), expect);
        }
    }

    #[test]
    fn days_and_sources_are_words() {
        let date = Day::from_ymd(2026, 11, 6).unwrap();
        assert_eq!(event_day(date, false), "6 Nov 2026");
        assert_eq!(event_day(date, true), "date unknown, first seen 6 Nov 2026");
        assert_eq!((sources(1), sources(2)), ("1 source".to_owned(), "2 sources".to_owned()));
    }
}
