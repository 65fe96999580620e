//! Merging the claims of a page that are about the same event.

use std::cmp::Reverse;

use model::{Actor, Claim, Document};

use super::names;
use super::owner::Owner;
use crate::kinds::{self, place_of_claim};

/// Merges claims into one for each event on the page, sorted by position.
pub(super) fn merged(claims: Vec<Claim>, document: &Document, owner: &Owner) -> Vec<Claim> {
    let mut ranked: Vec<(String, Claim)> =
        claims.into_iter().map(|claim| (actor_core(&claim, owner), claim)).collect();
    // The claim with the most details first; then the highest confidence, then the earliest.
    ranked.sort_by_cached_key(|(core, claim)| {
        (
            Reverse(detail_count(claim)),
            Reverse(claim.confidence),
            claim.span.start,
            claim.span.end,
            core.clone(),
            claim.subject.clone(),
        )
    });
    let mut distinct: Vec<(String, Claim)> = Vec::new();
    for (core, claim) in ranked {
        match distinct.iter_mut().find(|(other, best)| same(other, best, &core, &claim)) {
            Some((_, best)) => absorb(best, &claim),
            None => distinct.push((core, claim)),
        }
    }
    let mut claims: Vec<Claim> = distinct.into_iter().map(|(_, claim)| claim).collect();
    claims.retain(|claim| claim.span.of(&document.text).is_some());
    claims.sort_by(|a, b| {
        (a.span.start, a.span.end, place_of_claim(a.kind), &a.subject).cmp(&(
            b.span.start,
            b.span.end,
            place_of_claim(b.kind),
            &b.subject,
        ))
    });
    claims
}

fn actor_core(claim: &Claim, owner: &Owner) -> String {
    match &claim.actor {
        Actor::Owner => String::new(),
        Actor::Named { name, .. } if owner.is(name) => String::new(),
        Actor::Named { name, .. } => names::comparable(name),
    }
}

fn detail_count(claim: &Claim) -> usize {
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
        || kinds::claim_reader(best.kind).is_some_and(|reader| (reader.is_same)(best, other))
}

/// Fills up `best` from another claim of its event. The evidence of `best` stays, because it has
/// the most details.
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
