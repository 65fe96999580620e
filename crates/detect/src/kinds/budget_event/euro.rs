//! Approximate amounts in euro, enough to decide whether a company is worth a call, not for
//! accounting.

use lexicon::money::{AmountLocale, currency_of};

/// Converts an amount to whole euro; returns `None` if the amount or the currency cannot be read.
pub(crate) fn in_euro(amount: Option<&str>, currency: Option<&str>) -> Option<i64> {
    let amount = amount?.trim();
    // Notices in machine-readable form may carry cents.
    let amount: i64 = amount.split_once('.').map_or(amount, |(whole, _)| whole).parse().ok()?;
    let currency = currency_of(currency?, AmountLocale::default())?;
    let euro = i128::from(amount) * i128::from(currency.euro_micros) / 1_000_000;
    (amount > 0 && currency.euro_micros > 0).then(|| i64::try_from(euro).unwrap_or(i64::MAX))
}

/// Reports whether two amounts differ by at most `share` of the larger.
pub(crate) fn about_equal(one: i64, other: i64, share: f64) -> bool {
    let (small, large) = if one <= other { (one, other) } else { (other, one) };
    (large as f64 - small as f64) <= large as f64 * share
}
