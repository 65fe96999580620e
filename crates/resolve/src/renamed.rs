//! Names that are read otherwise than before: the old key of a mention joins the new one.
//!
//! An entity known only by name is kept for ever, and what was acted on is bound to it. If today's
//! rules read another name in the same words ("Sons" was "Hellmann and Sons"), both keys are one
//! company, unless the old key gathered mentions of several.

use std::collections::{BTreeMap, BTreeSet};

use model::{By, Entity, EntityId, EntityKind, Judgement};

use crate::judge::same_by_rule;
use crate::names::name_core;
use crate::place::bears;

/// The rule that makes these judgements, without its version.
const RULE: &str = "renamed";
const CONFIDENCE: u16 = 950;

/// One mention of a company in a stored text, by the entities that it was placed on: under the rules
/// that first read it, and under today's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RenamedMention {
    /// The stored entity.
    pub before: (Entity, EntityId),
    /// The entity of the same claim, read again; equal if nothing changed.
    pub after: (Entity, EntityId),
}

/// Returns the judgements that join old keys of names with those that took their places, sorted by
/// id. `known_from` is zero, because the caller sets it. The order of `mentions` has no effect.
///
/// `mentions` must contain all mentions of each old entity, changed or not. An old key is joined if
/// every mention of it has one and the same new entity, the words of one name are within the other,
/// and neither country contradicts the other.
pub fn renamed(mentions: &[RenamedMention]) -> Vec<Judgement> {
    let mut successors: BTreeMap<&(Entity, EntityId), BTreeSet<&(Entity, EntityId)>> =
        BTreeMap::new();
    let mut counts: BTreeMap<&(Entity, EntityId), usize> = BTreeMap::new();
    for mention in mentions {
        successors.entry(&mention.before).or_default().insert(&mention.after);
        *counts.entry(&mention.before).or_default() += 1;
    }
    let in_use: BTreeSet<&(Entity, EntityId)> = mentions.iter().map(|one| &one.after).collect();
    let mut judgements: Vec<Judgement> = successors
        .into_iter()
        .filter(|(before, _)| before.0.kind == EntityKind::Name && !in_use.contains(before))
        .filter_map(|(before, after)| {
            let only = after.first().filter(|_| after.len() == 1)?;
            is_one_name(&before.0, &only.0).then(|| {
                let reason = format!(
                    "{} is read as {} in each of its {} mentions",
                    before.0,
                    only.0,
                    counts.get(before).copied().unwrap_or_default()
                );
                same_by_rule(before.1, only.1, RULE, CONFIDENCE, vec![reason])
            })
        })
        .collect();
    judgements.sort_by_key(|judgement| judgement.id);
    judgements
}

/// Reports whether a judgement is leadq's own and depends on the facts of entities, so that it is
/// withdrawn when [`crate::judge`] no longer makes it. A join of an old key stays.
pub fn is_revised(by: &By) -> bool {
    match by {
        By::System(rule) => rule.split('/').next() != Some(RULE),
        By::Person(_) | By::Token(_) | By::Agent(_) => false,
    }
}

fn is_one_name(before: &Entity, after: &Entity) -> bool {
    let parts = |entity: &Entity| -> (String, String) {
        let (core, country) = entity.value.split_once('|').unwrap_or((&entity.value, ""));
        (core.to_owned(), country.to_owned())
    };
    let (old, old_country) = parts(before);
    match after.kind {
        EntityKind::Name => {
            let (new, new_country) = parts(after);
            let is_within =
                |one: &str, other: &str| format!(" {other} ").contains(&format!(" {one} "));
            let countries_agree =
                old_country == new_country || old_country.is_empty() || new_country.is_empty();
            countries_agree && !old.is_empty() && (is_within(&old, &new) || is_within(&new, &old))
        }
        EntityKind::Domain | EntityKind::Board => bears(after, &name_core(&old)),
        EntityKind::Registry => false,
    }
}

#[cfg(test)]
mod tests;
