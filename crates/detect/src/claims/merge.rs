//! Merging: one claim where a page says one thing twice.

use std::cmp::Reverse;

use model::{Actor, Claim, ClaimKind, Document};

use super::names;
use super::owner::Owner;

/// Claims by place, one for each event the page tells of.
pub(super) fn merged(claims: Vec<Claim>, document: &Document, owner: &Owner) -> Vec<Claim> {
    let mut ranked: Vec<(String, Claim)> =
        claims.into_iter().map(|claim| (actor_core(&claim, owner), claim)).collect();
    // The fullest telling first; among equals the surest, then the earliest.
    ranked.sort_by_cached_key(|(core, claim)| {
        (
            Reverse(knowledge(claim)),
            Reverse(claim.confidence),
            claim.span.start,
            claim.span.end,
            core.clone(),
            claim.subject.clone(),
        )
    });
    let mut kept: Vec<(String, Claim)> = Vec::new();
    for (core, claim) in ranked {
        match kept.iter_mut().find(|(other, best)| same(other, best, &core, &claim)) {
            Some((_, best)) => absorb(best, &claim),
            None => kept.push((core, claim)),
        }
    }
    let mut claims: Vec<Claim> = kept.into_iter().map(|(_, claim)| claim).collect();
    claims.retain(|claim| claim.span.of(&document.text).is_some());
    claims.sort_by(|a, b| {
        (a.span.start, a.span.end, a.kind, &a.subject).cmp(&(
            b.span.start,
            b.span.end,
            b.kind,
            &b.subject,
        ))
    });
    claims
}

fn actor_core(claim: &Claim, owner: &Owner) -> String {
    match &claim.actor {
        Actor::Owner => String::new(),
        Actor::Named { name, .. } if owner.is(name) => String::new(),
        Actor::Named { name, .. } => names::core(name),
    }
}

fn knowledge(claim: &Claim) -> usize {
    claim.slots.values().filter(|value| *value != "unknown").count()
}

fn same(core: &str, best: &Claim, other_core: &str, other: &Claim) -> bool {
    if best.kind != other.kind {
        return false;
    }
    // "Acme" in the headline is "Acme Robotics" in the text.
    let actors = core == other_core
        || (core.len() >= 4 && other_core.starts_with(core))
        || (other_core.len() >= 4 && core.starts_with(other_core));
    if !actors {
        return false;
    }
    best.subject == other.subject
        || match best.kind {
            ClaimKind::FundingRound => same_round(best, other),
            // "SOC 2" beside "SOC 2 Type II".
            ClaimKind::Certification => {
                let standard =
                    |claim: &Claim| claim.slots.get("standard").cloned().unwrap_or_default();
                standard(best).starts_with("soc_2") && standard(other) == "soc_2"
            }
            ClaimKind::Tender => {
                let amount = |claim: &Claim| claim.slots.get("amount").cloned();
                let notice = |claim: &Claim| claim.slots.get("notice").cloned();
                notice(other).is_none()
                    && (amount(other).is_none() || amount(other) == amount(best))
            }
            _ => false,
        }
}

fn same_round(best: &Claim, other: &Claim) -> bool {
    let slot = |claim: &Claim, name: &str| claim.slots.get(name).cloned();
    let unknown = slot(other, "round").is_none_or(|round| round == "unknown");
    let amount = slot(other, "amount");
    let agree = amount.is_none() || amount == slot(best, "amount");
    (unknown && agree) || (amount.is_some() && agree && slot(best, "round") == slot(other, "round"))
}

/// The earlier words stay the evidence only when they say as much; slots are filled up.
fn absorb(best: &mut Claim, other: &Claim) {
    for (name, value) in &other.slots {
        best.slots.entry(name.clone()).or_insert_with(|| value.clone());
    }
    if best.occurred.is_none() {
        best.occurred = other.occurred;
    }
    best.confidence = best.confidence.max(other.confidence);
    best.stage = best.stage.max(other.stage);
}
