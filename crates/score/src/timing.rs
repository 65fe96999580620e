//! TIMING: the freshness of the strongest signals, and their deadlines.

use model::{Component, Decay, Polarity, Product};

use crate::intent::Strength;
use crate::term::{Term, weighted};

/// The value of one fresh, strong signal, in hundredths of a point.
const FRESH: i64 = 6_000;
/// The strength of a strong signal, in hundredths of a point.
const STRONG: i64 = 5_000;
/// The maximum days to a close and to a near deadline, and their points in hundredths.
const DEADLINES: [(i32, i64); 2] = [(90, 4_000), (365, 2_000)];
const FAR_DEADLINE: i64 = 1_000;

/// Builds the terms of TIMING. Freshness fades twice as fast as the signal itself, and an undated
/// signal has none, and one that the team calls too old counts for nothing here; a deadline counts in full until its day.
pub(crate) fn terms(strengths: &[Strength<'_>], product: &Product) -> Vec<Term> {
    let positive =
        strengths.iter().filter(|s| s.raw > 0 && s.signal.polarity == Polarity::Positive);
    let positive = positive.filter(|s| !s.is_too_old);
    let terms = positive.flat_map(|strength| {
        let signal = strength.signal;
        let part = strength.raw.min(STRONG);
        let kind_text = signal.kind.replace('_', " ");
        let term = |topic: &str, raw: i64, reason: String, half_life_days: u32| Term {
            component: Component::Timing,
            topic: topic.to_owned(),
            reason,
            signal: Some(signal.id),
            full: weighted(raw * part / STRONG, &product.weights, Component::Timing),
            decay: Some(Decay { from: signal.start, half_life_days, until: signal.end }),
        };
        let half_life = (signal.half_life_days / 2).max(1);
        let start = signal.start.in_words();
        let reason = format!("{kind_text} of {start}, fades by half every {half_life} days");
        let fresh = (!signal.undated).then(|| term("fresh", FRESH, reason, half_life));
        let deadline = signal.end.map(|end| {
            let days = end.since(signal.start);
            let close = DEADLINES.iter().find(|(most, _)| days <= *most);
            let raw = close.map_or(FAR_DEADLINE, |(_, raw)| *raw);
            term(
                "deadline",
                raw,
                format!("{kind_text} ends on {}; act before then", end.in_words()),
                0,
            )
        });
        [fresh, deadline].into_iter().flatten()
    });
    terms.collect()
}
