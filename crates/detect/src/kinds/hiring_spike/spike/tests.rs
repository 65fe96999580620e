//! The packs' own examples, and a simulated population that measures the gate.

use model::Day;

use super::*;
use crate::packs::Packs;

fn pack() -> Pack {
    Packs::builtin().get("hiring_spike").cloned().unwrap()
}

#[test]
fn the_packs_histories_get_their_answers() {
    let today = Day(20_000);
    let mut failures = Vec::new();
    for example in pack().examples.iter().filter(|example| !example.history.is_empty()) {
        let counts: Vec<(Day, u32)> = example
            .history
            .iter()
            .map(|(before, count)| (today.plus(-i32::try_from(*before).unwrap()), *count))
            .collect();
        let found = spike_of_counts(&counts, &pack(), today);
        if found.is_some() != example.spike {
            failures.push((example.text.clone(), found));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn odd_tables_are_answered() {
    let table = [(Day(i32::MAX), u32::MAX), (Day(i32::MIN), u32::MAX), (Day(0), u32::MAX)];
    for today in [Day(i32::MIN), Day(0), Day(i32::MAX)] {
        let _ = spike_of_counts(&table, &pack(), today);
        let _ = spike_of_counts(&[], &pack(), today);
    }
    assert!((0.0..=1.0).contains(&chance(&[(1e18, 1.0)], u64::MAX)));
}

/// SplitMix64: the same population on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.fraction()).sum::<f64>() - 6.0
    }

    fn poisson(&mut self, mean: f64) -> u32 {
        let (limit, mut product, mut count) = ((-mean).exp(), self.fraction(), 0);
        while product > limit && count < 10_000 {
            product *= self.fraction();
            count += 1;
        }
        count
    }

    /// Draws from a Gamma of mean 1 and variance 1/3, as a sum of exponentials.
    fn burstiness(&mut self) -> f64 {
        (0..3).map(|_| -(1.0 - self.fraction()).ln()).sum::<f64>() / 3.0
    }
}

const DAYS: i32 = 400;
const COMPANIES: u32 = 1500;

/// Simulates a company's openings per day, and the first day of its spike: of the companies, 15 %
/// have six weeks at 2.5 to 5 times their pace; half are bursty, all drift, and the year has
/// seasons.
fn company(dice: &mut Dice) -> (Vec<(Day, u32)>, Option<i32>) {
    let pace = (dice.normal() * 1.1 + 0.2).exp() / 14.0;
    let bursty = dice.fraction() < 0.5;
    let growth = dice.normal() * 0.4;
    let spike = (dice.fraction() < 0.15).then(|| 100 + (dice.fraction() * 240.0) as i32);
    let factor = 2.5 + dice.fraction() * 2.5;
    let mut week = 1.0;
    let mut counts = vec![(Day(0), 0)];
    for day in 0..DAYS {
        if day % 7 == 0 {
            week = if bursty { dice.burstiness() } else { 1.0 };
        }
        let year = f64::from(day) / 365.0;
        let season = 1.0 + 0.25 * (year * std::f64::consts::TAU).sin();
        let on = spike.is_some_and(|start| (start..start + 42).contains(&day));
        let mean = pace * week * season * (growth * year).exp() * if on { factor } else { 1.0 };
        counts.push((Day(day), dice.poisson(mean)));
    }
    (counts, spike)
}

/// Counts the true alarms, all alarms, the spikes found and all spikes.
fn measured(rule: SpikeRule, companies: u32) -> [f64; 4] {
    let mut dice = Dice(7);
    let mut tally = [0.0; 4];
    for _ in 0..companies {
        let (counts, truth) = company(&mut dice);
        let (found, _) = spikes(&Series::new(counts, Some(Day(0))), rule);
        let hits = |spike: &&Spike| {
            truth.is_some_and(|start| (start..start + 56).contains(&spike.first_firing.0))
        };
        let right = found.iter().filter(hits).count();
        tally[0] += right as f64;
        tally[1] += found.len() as f64;
        tally[2] += f64::from(u8::from(right > 0));
        tally[3] += f64::from(u8::from(truth.is_some()));
    }
    tally
}

#[test]
fn the_gate_is_far_more_precise_than_the_ratio() {
    let rule = SpikeRule::of(&pack());
    let mut precisions = Vec::new();
    for p_value_max in [1.1, rule.p_value_max, 0.001, 0.0001] {
        let [right, alarms, found, spikes] = measured(SpikeRule { p_value_max, ..rule }, COMPANIES);
        println!(
            "p < {p_value_max}: precision {:.3}, recall {:.3}, false alarms per company-year {:.3}",
            right / alarms,
            found / spikes,
            (alarms - right) / f64::from(COMPANIES) / (f64::from(DAYS) / 365.0),
        );
        precisions.push(right / alarms);
    }
    // The ratio alone is the first; the pack's gate the second.
    assert!(precisions[1] > precisions[0] * 3.0, "{precisions:?}");
    assert!(precisions[3] > 0.5, "{precisions:?}");
}
