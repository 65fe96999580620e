//! Spikes: more openings in a fortnight than the company's own past makes likely.
//!
//! A window is a candidate if it has a multiple of the openings of the month before, which people
//! can check. It passes only if the count model finds it unlikely: a gamma-Poisson prediction from
//! the company's past.

use std::collections::BTreeMap;

use model::Day;
use statrs::function::beta::checked_beta_reg;

use crate::pack::Pack;

/// The number of past windows in the count model (392 days if windows are fortnights).
const PAST_WINDOWS: i32 = 28;
/// The number of windows after which the past counts half, in the second prediction, which follows
/// growth.
const PAST_HALF_LIFE_WINDOWS: f64 = 4.0;
/// Empirical prior of openings per window: Gamma of shape 0.5 and mean 1, worth half a window of
/// observation. Most companies post little; a few post a lot.
const PRIOR_SHAPE: f64 = 0.5;
const PRIOR_WINDOWS: f64 = 0.5;
/// Empirical prior of the dispersion of a company's windows beyond chance (variance is
/// `mean + mean²·dispersion`), worth this many windows of observation.
const PRIOR_DISPERSION: f64 = 0.25;
const PRIOR_DISPERSION_WINDOWS: f64 = 4.0;
/// The maximum dispersion, so that one burst in a short past does not make every later one normal.
const DISPERSION_MAX: f64 = 2.0;

/// An episode of unusually many openings.
#[derive(Debug, Clone, PartialEq)]
pub struct Spike {
    /// The first counted opening of the first window that passed.
    pub start: Day,
    /// The end of the first window that passed.
    pub first_firing: Day,
    /// The end of the last window that passed.
    pub last_firing: Day,
    /// The first day of the fullest window.
    pub window_start: Day,
    /// The last day of the fullest window.
    pub window_end: Day,
    /// The number of openings in the fullest window.
    pub openings: u64,
    /// The number of openings in a window of this length at the pace of the days before it.
    pub baseline: f64,
    /// The probability of as many openings by chance.
    pub p_value: f64,
}

/// A pack's requirements for a spike.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SpikeRule {
    /// The number of days in a window.
    pub(crate) window_days: i32,
    baseline_days: i32,
    ratio_min: f64,
    /// The minimum number of openings in a window.
    pub(crate) openings_min: u64,
    history_days_min: i32,
    p_value_max: f64,
}

impl SpikeRule {
    /// Reads the rule from a pack's settings.
    pub(crate) fn of(pack: &Pack) -> Self {
        let days = |name, default: f64| pack.setting(name, default).clamp(1.0, 1000.0) as i32;
        Self {
            window_days: days("window_days", 14.0),
            baseline_days: days("baseline_days", 30.0),
            ratio_min: pack.setting("ratio_min", 2.5),
            openings_min: pack.setting("openings_min", 4.0).max(1.0) as u64,
            history_days_min: days("history_days_min", 44.0),
            p_value_max: pack.setting("p_value_max", 0.005),
        }
    }
}

/// The number of openings per day.
#[derive(Debug, Default)]
pub(crate) struct Series {
    /// The days with openings in order, each with the number of openings up to and including it.
    totals: Vec<(Day, u64)>,
    covered_from: Option<Day>,
}

impl Series {
    /// Builds a series from counts in any order; the counts of a day given twice are added.
    /// `covered_from` is the first day of observation.
    pub(crate) fn new(
        counts: impl IntoIterator<Item = (Day, u32)>,
        covered_from: Option<Day>,
    ) -> Self {
        let mut days: BTreeMap<Day, u64> = BTreeMap::new();
        for (day, count) in counts {
            *days.entry(day).or_default() += u64::from(count);
        }
        let mut total = 0_u64;
        let totals = days
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(day, count)| {
                total = total.saturating_add(count);
                (day, total)
            })
            .collect();
        Self { totals, covered_from }
    }

    fn until(&self, day: Day) -> u64 {
        let at = self.totals.partition_point(|(earlier, _)| *earlier <= day);
        at.checked_sub(1).and_then(|at| self.totals.get(at)).map_or(0, |(_, total)| *total)
    }

    fn between(&self, first: Day, last: Day) -> u64 {
        self.until(last) - self.until(first.plus(-1)).min(self.until(last))
    }

    fn first_from(&self, day: Day) -> Option<Day> {
        let at = self.totals.partition_point(|(earlier, _)| *earlier < day);
        self.totals.get(at).map(|(day, _)| *day)
    }
}

/// Finds the spikes of a series in order, and reports whether some window was full but had no past
/// to compare with.
pub(crate) fn spikes(series: &Series, rule: SpikeRule) -> (Vec<Spike>, bool) {
    let mut cold = false;
    let mut found: Vec<Spike> = Vec::new();
    for (day, _) in &series.totals {
        let spike = match window(series, rule, *day) {
            Window::Usual => continue,
            Window::NoPast => {
                cold = true;
                continue;
            }
            Window::Spike(spike) => spike,
        };
        match found.last_mut() {
            // Windows that overlap are one episode; so are two that begin in one month, because
            // they would have the same name.
            Some(last)
                if day.since(last.last_firing) < rule.window_days
                    || month(last.first_firing) == month(*day) =>
            {
                let (start, first_firing) = (last.start, last.first_firing);
                if spike.openings > last.openings {
                    *last = spike;
                }
                (last.start, last.first_firing, last.last_firing) = (start, first_firing, *day);
            }
            _ => found.push(spike),
        }
    }
    (found, cold)
}

fn month(day: Day) -> (i16, i8) {
    // All days far outside the range of a calendar count as one month.
    let (year, month, _) = Day(day.0.clamp(-3_000_000, 2_900_000)).ymd();
    (year, month)
}

enum Window {
    Usual,
    NoPast,
    Spike(Spike),
}

/// Evaluates the window that ends on `last`.
fn window(series: &Series, rule: SpikeRule, last: Day) -> Window {
    let first = last.plus(1 - rule.window_days);
    let openings = series.between(first, last);
    if openings < rule.openings_min {
        return Window::Usual;
    }
    let before = series.between(first.plus(-rule.baseline_days), first.plus(-1));
    let covered_days = series.covered_from.map_or(0, |from| last.since(from).saturating_add(1));
    if covered_days < rule.history_days_min {
        return Window::NoPast;
    }
    let baseline = before as f64 * f64::from(rule.window_days) / f64::from(rule.baseline_days);
    if (openings as f64) < rule.ratio_min * baseline {
        return Window::Usual;
    }
    let p_value = chance(&past(series, rule, first), openings);
    if p_value >= rule.p_value_max {
        return Window::Usual;
    }
    Window::Spike(Spike {
        start: series.first_from(first).unwrap_or(first),
        first_firing: last,
        last_firing: last,
        window_start: first,
        window_end: last,
        openings,
        baseline,
        p_value,
    })
}

/// Returns the windows before `first`, newest first: the number of openings, and the share of the
/// window that was observed.
fn past(series: &Series, rule: SpikeRule, first: Day) -> Vec<(f64, f64)> {
    let Some(covered_from) = series.covered_from else { return Vec::new() };
    let mut windows = Vec::new();
    for number in 1..=PAST_WINDOWS {
        let from = first.plus(-rule.window_days.saturating_mul(number));
        let to = from.plus(rule.window_days - 1);
        let observed_from = from.max(covered_from);
        let observed_days = to.since(observed_from).saturating_add(1);
        if observed_days <= 0 {
            break;
        }
        let share = f64::from(observed_days) / f64::from(rule.window_days);
        windows.push((series.between(observed_from, to) as f64, share));
    }
    windows
}

/// Computes the probability of `openings` or more in a window, given the windows before it. It is
/// the more cautious of two predictions: from the whole past, and from a past that fades, which
/// follows a company that grows.
fn chance(past: &[(f64, f64)], openings: u64) -> f64 {
    let dispersion = dispersion(past);
    let unweighted = predicted(past.iter().copied(), dispersion, openings);
    let fading = past.iter().zip(0_u32..).map(|((count, share), age)| {
        let weight = (-f64::from(age) / PAST_HALF_LIFE_WINDOWS).exp2();
        (count * weight, share * weight)
    });
    unweighted.max(predicted(fading, dispersion, openings))
}

/// Computes the tail of the prediction. The rate has a Gamma posterior, and the window's count
/// scatters around it; both together are close to a negative binomial of the same mean and
/// variance.
fn predicted(past: impl Iterator<Item = (f64, f64)>, dispersion: f64, openings: u64) -> f64 {
    let (count, windows) = past.fold((0.0, 0.0), |(c, w), (count, share)| (c + count, w + share));
    let (shape, rate) = (PRIOR_SHAPE + count, PRIOR_WINDOWS + windows);
    let mean = shape / rate;
    let of_rate = shape / (rate * rate);
    let beyond_poisson = dispersion * mean * mean + of_rate * (1.0 + dispersion);
    let size = mean * mean / beyond_poisson;
    // P(X ≥ k) of a negative binomial is a regularised incomplete beta function.
    let tail = checked_beta_reg(openings as f64, size, mean / (mean + size));
    tail.ok().filter(|tail| tail.is_finite()).unwrap_or(1.0).clamp(0.0, 1.0)
}

/// Estimates the dispersion of windows beyond chance, by moments, drawn towards the prior.
fn dispersion(past: &[(f64, f64)]) -> f64 {
    let full_windows: Vec<f64> =
        past.iter().filter(|(_, share)| *share >= 1.0).map(|(count, _)| *count).collect();
    let windows = full_windows.len() as f64;
    let mean = full_windows.iter().sum::<f64>() / windows.max(1.0);
    if full_windows.len() < 2 || mean <= 0.0 {
        return PRIOR_DISPERSION;
    }
    let squares: f64 = full_windows.iter().map(|count| (count - mean).powi(2)).sum();
    let own = (squares / (windows - 1.0) - mean) / (mean * mean);
    let shrunk =
        own.clamp(0.0, DISPERSION_MAX) * windows + PRIOR_DISPERSION * PRIOR_DISPERSION_WINDOWS;
    shrunk / (windows + PRIOR_DISPERSION_WINDOWS)
}

/// Returns the spike in a table of openings per day, if one is in progress on `today`. The first
/// day listed is the first day of observation; days after `today` do not count.
pub fn spike_of_counts(counts: &[(Day, u32)], pack: &Pack, today: Day) -> Option<Spike> {
    let rule = SpikeRule::of(pack);
    let until_today = || counts.iter().copied().filter(|(day, _)| *day <= today);
    let series = Series::new(until_today(), until_today().map(|(day, _)| day).min());
    let (mut found, _) = spikes(&series, rule);
    found.pop().filter(|spike| today.since(spike.last_firing) < rule.window_days)
}

#[cfg(test)]
mod tests;
