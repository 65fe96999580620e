//! Budget event, first half: a company raised growth funding.

use std::collections::{BTreeMap, BTreeSet};

use model::{ClaimObservation, Day, History, SignalStage, Slots};

use crate::kinds::budget_event::FUNDING_ROUND;
use crate::kinds::budget_event::euro::{about_equal, in_euro};
use crate::pack::Pack;
use crate::signals::finding::{
    Finding, copy_slot, corroboration, month_of, slots, stage_of, start_of, told_episodes,
};
use crate::signals::mentions::{Mention, mentions};
use crate::signals::wording;

const UNKNOWN: &str = "unknown";
/// The maximum number of reports of named rounds with which a report without a name is compared.
const NAMED_MAX: usize = 500;

/// Finds the funding rounds that count, one finding each.
pub(crate) fn findings<'a>(history: &'a History, pack: &Pack, today: Day) -> Vec<Finding<'a>> {
    let gap_days = pack.same_within_days;
    let mut by_round: BTreeMap<String, Vec<Mention<'a>>> = BTreeMap::new();
    for mention in
        mentions(history, FUNDING_ROUND.kind, today, |observation| Some(round_of(observation)))
    {
        if mention.stage != SignalStage::Planned {
            by_round.entry(mention.matter.clone()).or_default().push(mention);
        }
    }
    let unnamed = by_round.remove(UNKNOWN).unwrap_or_default();
    let mut rounds: Vec<Vec<Mention<'a>>> =
        by_round.into_values().flat_map(|round| told_episodes(round, gap_days)).collect();
    let mut unmatched = Vec::new();
    let named: BTreeSet<Named> = rounds
        .iter()
        .enumerate()
        .flat_map(|(at, round)| round.iter().map(move |m| (m.occurred, euro(m), at)))
        .collect();
    for mention in unnamed {
        match matching_round(&named, &mention, pack).and_then(|at| rounds.get_mut(at)) {
            Some(round) => round.push(mention),
            None => unmatched.push(mention),
        }
    }
    rounds.retain(|round| {
        round.first().is_some_and(|mention| is_growth_round(&mention.matter, pack))
    });
    let amount_min = pack.setting("unknown_round_min_eur", 5_000_000.0);
    rounds.extend(told_episodes(unmatched, gap_days).into_iter().filter(|round| {
        round.iter().any(|m| euro(m).is_some_and(|euro| euro as f64 >= amount_min))
    }));
    rounds.into_iter().filter_map(|round| finding(history, pack, round)).collect()
}

/// Returns the round's name in its normal form, `series_b`.
fn round_of(observation: &ClaimObservation) -> String {
    let name =
        observation.slots.get("round").map(|name| name.trim().to_lowercase()).unwrap_or_default();
    if name.is_empty() { UNKNOWN.to_owned() } else { name.replace([' ', '-'], "_") }
}

/// Reports whether a round is growth funding: a lettered round from the pack's first letter on, or
/// a growth round. Seed money, grants and debt are not.
fn is_growth_round(round: &str, pack: &Pack) -> bool {
    if round == "growth" {
        return true;
    }
    let Some(letter) = round.strip_prefix("series_").and_then(|rest| rest.bytes().next()) else {
        return false;
    };
    let number = f64::from(letter.saturating_sub(b'a')) + 1.0;
    letter.is_ascii_lowercase() && number >= pack.setting("series_min", 1.0)
}

fn euro(mention: &Mention<'_>) -> Option<i64> {
    in_euro(mention.slot("amount"), mention.slot("currency"))
}

/// The day and amount in a report that names its round, and the index of that round in the list.
type Named = (Day, Option<i64>, usize);

/// Finds the named round of a report without a name: near in days, and not of another amount.
fn matching_round(named: &BTreeSet<Named>, report: &Mention<'_>, pack: &Pack) -> Option<usize> {
    let share = pack.setting("same_amount_share", 0.15);
    // A report without a readable date may be of any day, so its amount alone must tell.
    let within = match report.undated {
        true => i32::MAX,
        false => i32::try_from(pack.same_within_days).unwrap_or(i32::MAX),
    };
    let amount = euro(report);
    let from = (report.occurred.plus(within.saturating_neg()), None, 0);
    named
        .range(from..)
        .take(NAMED_MAX)
        .map(|(day, other, at)| (day.since(report.occurred).saturating_abs(), other, *at))
        .filter(|(days, _, _)| *days <= within)
        .filter(|(_, other, _)| {
            other.zip(amount).map_or(!report.undated, |(a, b)| about_equal(a, b, share))
        })
        .map(|(days, _, at)| (days, at))
        .min()
        .map(|(_, at)| at)
}

fn finding<'a>(history: &History, pack: &Pack, mut round: Vec<Mention<'a>>) -> Option<Finding<'a>> {
    round.sort_by_key(|m| (m.occurred, m.first_seen, m.evidence().look));
    let (start, undated) = start_of(&round)?;
    let name = round.iter().map(|m| m.matter.as_str()).find(|name| *name != UNKNOWN);
    let name = name.unwrap_or(UNKNOWN).to_owned();
    let (mut confidence, sources) = corroboration(&history.company, &round);
    let mut figures = Slots::new();
    figures.insert("round".to_owned(), name.clone());
    let trusted_report = most_trusted(&round);
    let mut amount = None;
    if let Some(trusted_report) = trusted_report {
        for slot in ["amount", "currency"] {
            copy_slot(&mut figures, trusted_report, slot);
        }
        let currency = trusted_report.slot("currency").unwrap_or_default();
        amount = Some(wording::amount(trusted_report.slot("amount")?, currency));
        if let Some(euro) = euro(trusted_report) {
            figures.insert("amount_eur".to_owned(), euro.to_string());
            let disputed = disputed(&round, euro, pack.setting("same_amount_share", 0.15));
            if !disputed.is_empty() {
                confidence = model::Permille::from_fraction(confidence.fraction() * 0.8);
                figures.insert("amount_disputed".to_owned(), disputed.join("; "));
            }
        }
    }
    if let Some(named) = round.iter().find(|m| m.slot("investors").is_some()) {
        copy_slot(&mut figures, named, "investors");
    }
    let explanation = format!(
        "{} ({}, {})",
        raised(amount.as_deref(), &name),
        wording::event_day(start, undated),
        wording::sources(sources),
    );
    Some(Finding {
        identity: slots([
            ("what", "funding".to_owned()),
            ("round", name),
            ("episode", month_of(start)),
        ]),
        slots: figures,
        start,
        undated,
        end: None,
        stage: stage_of(&round),
        confidence,
        independent_sources: sources,
        explanation,
        primary: round.iter().map(|m| (m.entity, m.evidence())).collect(),
        support: Vec::new(),
    })
}

/// Returns the report whose amount is shown: the one with the highest confidence, then the one
/// observed last.
fn most_trusted<'r, 'a>(round: &'r [Mention<'a>]) -> Option<&'r Mention<'a>> {
    round
        .iter()
        .filter(|m| m.slot("amount").is_some())
        .max_by_key(|m| (m.look.confidence, m.last_seen, std::cmp::Reverse(m.evidence().look)))
}

/// Lists the amounts other than the one shown, as the sources give them.
fn disputed(round: &[Mention<'_>], shown_euro: i64, share: f64) -> Vec<String> {
    let mut others: Vec<String> = round
        .iter()
        .filter(|m| euro(m).is_some_and(|other| !about_equal(other, shown_euro, share)))
        .filter_map(|m| Some(format!("{} {}", m.slot("currency")?, m.slot("amount")?)))
        .collect();
    others.sort();
    others.dedup();
    others.truncate(5);
    others
}

/// Says what was raised: "Raised €11.3 m Series A".
fn raised(amount: Option<&str>, round: &str) -> String {
    let label = round_label(round);
    match (amount, label) {
        (Some(amount), Some(label)) => format!("Raised {amount} {label}"),
        (Some(amount), None) => format!("Raised {amount}"),
        (None, Some(label)) => format!("Raised a {label} round, amount unknown"),
        (None, None) => "Raised money, amount unknown".to_owned(),
    }
}

/// Formats the name of a round: `series_b` is "Series B". Returns `None` if no source names it.
fn round_label(name: &str) -> Option<String> {
    match name.strip_prefix("series_") {
        Some(letter) => Some(format!("Series {}", letter.to_uppercase())),
        None if name == UNKNOWN => None,
        None => Some(name.replace('_', "-")),
    }
}
