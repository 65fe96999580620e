//! Statistics for the figures.

use serde::Serialize;

use crate::random::Random;

const RESAMPLES: usize = 1_000;

/// Returns the median; for an even number of values the mean of the middle two. `None` for no
/// values.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2)?;
    let lower = *sorted.get((sorted.len() - 1) / 2)?;
    Some(f64::midpoint(lower, upper))
}

/// Returns the value below which a share of the values is, in thousandths. `None` for no values.
pub(crate) fn quantile(values: &[f64], thousandths: usize) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    sorted.get((sorted.len() * thousandths / 1000).min(last)).copied()
}

/// A number of hits out of a total, for one page or for all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) part: usize,
    pub(crate) whole: usize,
}

impl Share {
    /// Returns the fraction; `None` when the total is 0.
    pub(crate) fn fraction(self) -> Option<f64> {
        (self.whole > 0).then(|| float(self.part) / float(self.whole))
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.part += other.part;
        self.whole += other.whole;
    }
}

/// A 95 % confidence interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Interval {
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// Computes the bootstrap interval of a share over pages. Pages are resampled with replacement,
/// because the quotes of one page are not independent. `None` when there is nothing to count.
pub(crate) fn bootstrap(pages: &[Share], seed: u64) -> Option<Interval> {
    let mut random = Random::of(seed, 0);
    let mut fractions: Vec<f64> = (0..RESAMPLES)
        .filter_map(|_| {
            let mut sum = Share::default();
            for _ in pages {
                sum.add(random.pick(pages).copied().unwrap_or_default());
            }
            sum.fraction()
        })
        .collect();
    fractions.sort_by(f64::total_cmp);
    let at = |thousandths: usize| {
        fractions.get((fractions.len() * thousandths / 1000).min(fractions.len().checked_sub(1)?))
    };
    Some(Interval { low: *at(25)?, high: *at(975)? })
}

/// Converts a count to a floating-point number for divisions.
#[expect(clippy::cast_precision_loss, reason = "counts and bytes far below 2^52")]
pub(crate) fn float(count: usize) -> f64 {
    count as f64
}

/// Rounds a fraction to four decimals, so that figures are short.
pub(crate) fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_intervals() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(quantile(&[], 990), None);
        assert_eq!(quantile(&[3.0, 1.0, 2.0], 990), Some(3.0));
        assert_eq!(median(&[4.0, 1.0]), Some(2.5));
        let none = [Share::default(); 5];
        assert_eq!(bootstrap(&none, 1), None);
        let half: Vec<Share> = (0..200).map(|n| Share { part: n % 2, whole: 1 }).collect();
        let interval = bootstrap(&half, 1).unwrap();
        assert!(interval.low > 0.4 && interval.low < 0.5, "{interval:?}");
        assert!(interval.high > 0.5 && interval.high < 0.6, "{interval:?}");
        assert_eq!(bootstrap(&half, 1), Some(interval), "the same seed, the same interval");
    }
}
