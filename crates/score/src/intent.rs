//! INTENT: the signals of the company that speak for or against a purchase.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use model::{
    Component, Decay, Feedback, FeedbackOutcome, IgnoreReason, Points, Polarity, Product, Signal,
};

use crate::settled::newest;
use crate::term::{Term, weighted};

/// A signal with its value before decay.
pub(crate) struct Strength<'s> {
    pub(crate) signal: &'s Signal,
    /// The value in hundredths of a point, up to 100 points, never negative.
    pub(crate) raw: i64,
    /// Whether the team says that it is too old to be news.
    pub(crate) is_too_old: bool,
    /// The reductions, for a person.
    remarks: Vec<String>,
    /// The weight of its kind.
    weight: u32,
}

/// Computes the value of every signal, newest first: its kind's weight times its confidence, halved
/// for each newer one of its kind, zero if the product has no use for it.
pub(crate) fn strengths<'s>(
    signals: &'s [Signal],
    product: &Product,
    pack_weights: &BTreeMap<String, u32>,
    feedback: &[Feedback],
) -> Vec<Strength<'s>> {
    let outcomes = newest(feedback);
    // Not by strength: a signal that gains confidence must not push a newer one down.
    let mut signals: Vec<&Signal> = signals.iter().collect();
    signals.sort_by_key(|signal| (Reverse(signal.start), signal.id));
    let mut seen = BTreeSet::new();
    signals.retain(|signal| seen.insert(signal.id));
    let mut before: BTreeMap<(&str, Polarity), u32> = BTreeMap::new();
    let mut strengths = Vec::new();
    for signal in signals {
        let own = product.signal_weights.get(&signal.kind).or(pack_weights.get(&signal.kind));
        let weight = own.copied().unwrap_or(0).min(100);
        let mut raw = i64::from(weight) * i64::from(signal.confidence.get()) / 10;
        let mut remarks = Vec::new();
        let mut counts = weight > 0;
        if let Some(tool) = unwanted_tool(signal, product) {
            counts = false;
            remarks.push(format!("{tool} is no tool that {} goes with", product.name));
        }
        let feedback = outcomes.get(&signal.id).copied();
        let ignored = feedback.and_then(Feedback::ignored_as);
        if let Some((remark, is_dropped)) = ignored.and_then(effect_of) {
            counts &= !is_dropped;
            remarks.push(remark.to_owned());
        }
        if feedback.is_some_and(|one| one.outcome == FeedbackOutcome::Lost) {
            raw /= 2;
            remarks.push("counts half: a deal on it was lost".to_owned());
        }
        if counts {
            // Independent of confidence: gaining it must not lower the rank of an older signal.
            let rank = before.entry((&signal.kind, signal.polarity)).or_insert(0);
            if *rank > 0 {
                let signals = if *rank == 1 { "one" } else { "ones" };
                remarks.push(format!("counts less: {rank} newer {signals} of its kind"));
            }
            raw >>= (*rank).min(20);
            *rank += 1;
        } else {
            raw = 0;
        }
        let is_too_old = ignored == Some(IgnoreReason::TooOld);
        strengths.push(Strength { signal, raw, is_too_old, remarks, weight });
    }
    strengths
}

/// Returns what is remarked on a signal that is ignored for a reason, and whether it loses its
/// points. Reasons that are about the company leave the signal as it is.
fn effect_of(reason: IgnoreReason) -> Option<(&'static str, bool)> {
    match reason {
        IgnoreReason::WrongCompany => Some(("your team says that it is another company's", true)),
        IgnoreReason::Misread => Some(("your team says that the page was misread", true)),
        IgnoreReason::Other => Some(("your team set it aside", true)),
        IgnoreReason::TooOld => Some(("your team says that it is too old to be news", false)),
        IgnoreReason::InTalks => Some(("your team is in talks already", false)),
        IgnoreReason::NotOurMarket => None,
    }
}

/// Returns the tool in a signal's identity, as its pack has it, if the product names tools and this
/// is none of them.
fn unwanted_tool<'s>(signal: &'s Signal, product: &Product) -> Option<&'s str> {
    let tool = signal.identity.get("tool")?;
    let wanted = |one: &String| one.trim().to_lowercase() == tool.trim().to_lowercase();
    let listed = product.tools.is_empty() || product.tools.iter().any(wanted);
    (!listed).then_some(tool)
}

pub(crate) fn terms(strengths: &[Strength<'_>], product: &Product) -> Vec<Term> {
    let terms = strengths.iter().map(|strength| {
        let signal = strength.signal;
        let points = weighted(strength.raw, &product.weights, Component::Intent);
        Term {
            component: Component::Intent,
            topic: signal.kind.clone(),
            reason: reason(strength),
            signal: Some(signal.id),
            full: match signal.polarity {
                Polarity::Positive => points,
                Polarity::Negative => Points(-points.0),
            },
            decay: Some(Decay {
                from: signal.start,
                half_life_days: signal.half_life_days,
                until: signal.end,
            }),
        }
    });
    terms.collect()
}

fn reason(strength: &Strength<'_>) -> String {
    let signal = strength.signal;
    let explanation = signal.explanation.trim().trim_end_matches('.');
    let explanation =
        if explanation.is_empty() { signal.kind.replace('_', " ") } else { explanation.to_owned() };
    let percent = (u32::from(signal.confidence.get()) + 5) / 10;
    let mut parts = vec![format!("weight {}", strength.weight), format!("{percent} % sure")];
    parts.extend(strength.remarks.iter().cloned());
    format!("{explanation}; {}", parts.join(", "))
}
