//! Approximate amounts in euro, enough to decide whether a company is worth a call, not for
//! accounting.

/// Thousandths of a euro per unit: rounded long-run rates, fixed so that a result never depends on
/// the day. A currency that is not listed is not converted.
const MILLI_EURO: [(&str, i64); 29] = [
    ("AED", 250),
    ("AUD", 600),
    ("BGN", 511),
    ("BRL", 170),
    ("CAD", 670),
    ("CHF", 1050),
    ("CNY", 130),
    ("CZK", 40),
    ("DKK", 134),
    ("EUR", 1000),
    ("GBP", 1170),
    ("HKD", 118),
    ("HUF", 3),
    ("ILS", 250),
    ("INR", 11),
    ("JPY", 6),
    ("KRW", 1),
    ("MXN", 50),
    ("NOK", 86),
    ("NZD", 550),
    ("PLN", 232),
    ("RMB", 130),
    ("RON", 200),
    ("SAR", 245),
    ("SEK", 88),
    ("SGD", 680),
    ("TRY", 25),
    ("USD", 920),
    ("ZAR", 50),
];

/// Converts an amount to whole euro; returns `None` if the amount or the currency cannot be read.
pub(crate) fn in_euro(amount: Option<&str>, currency: Option<&str>) -> Option<i64> {
    let amount = amount?.trim();
    // Notices in machine-readable form may carry cents.
    let amount: i64 = amount.split_once('.').map_or(amount, |(whole, _)| whole).parse().ok()?;
    let currency = currency?.trim();
    let (_, rate) = MILLI_EURO.iter().find(|(code, _)| currency.eq_ignore_ascii_case(code))?;
    let euro = i128::from(amount) * i128::from(*rate) / 1000;
    (amount > 0).then(|| i64::try_from(euro).unwrap_or(i64::MAX))
}

/// Formats an amount for people: `USD 42 million`, `EUR 750,000`.
pub(crate) fn spelled(amount: &str, currency: &str) -> String {
    let Ok(units) = amount.trim().parse::<u64>() else { return format!("{currency} {amount}") };
    let scaled = |unit: u64, word: &str| {
        let tenths = units / (unit / 10);
        match tenths % 10 {
            0 => format!("{currency} {} {word}", tenths / 10),
            tenth => format!("{currency} {}.{tenth} {word}", tenths / 10),
        }
    };
    match units {
        1_000_000_000.. => scaled(1_000_000_000, "billion"),
        1_000_000.. => scaled(1_000_000, "million"),
        1000.. => format!("{currency} {},{:03}", units / 1000, units % 1000),
        _ => format!("{currency} {units}"),
    }
}

/// Reports whether two amounts differ by at most `share` of the larger.
pub(crate) fn about_equal(one: i64, other: i64, share: f64) -> bool {
    let (small, large) = if one <= other { (one, other) } else { (other, one) };
    (large as f64 - small as f64) <= large as f64 * share
}
