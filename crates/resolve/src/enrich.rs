//! Enrichment: derives the facts of an entity from the claims of pages, and those of a company from
//! its members.

use std::collections::{BTreeMap, BTreeSet};

use lexicon::country_code::country_code;
use model::{
    ClaimKind, ClaimObservation, Entity, EntityId, Fact, FactKey, ObservationId, Timestamp,
};

use crate::judge::registry_key;
use crate::names::name_core;
use crate::place::bears;

/// The maximum number of characters of a value; longer values are prose in the wrong field.
const VALUE_CHARS_MAX: usize = 200;

/// Single-valued keys, each with the slot of a profile that holds its value.
const SLOTS: [(FactKey, &str); 7] = [
    (FactKey::Name, "name"),
    (FactKey::Country, "country"),
    (FactKey::City, "city"),
    (FactKey::Industry, "industry"),
    (FactKey::Employees, "employees"),
    (FactKey::Revenue, "revenue"),
    (FactKey::Registry, "registry"),
];

/// Derives the facts of one entity, sorted, from its observations of profiles and technologies.
/// The order of the observations has no effect.
///
/// Claims of the entity's own site take precedence over those of other sites; among equals the
/// newest claim applies. A fact refers to the observation that first had the current value since
/// its last change. Every observed tool is a separate fact.
pub fn facts(entity: EntityId, observations: &[ClaimObservation]) -> Vec<Fact> {
    let mut observations: Vec<&ClaimObservation> =
        observations.iter().filter(|observation| observation.entity == entity).collect();
    observations
        .sort_by_key(|observation| (observation.evidence.observed, observation.evidence.look));
    observations
        .dedup_by_key(|observation| (observation.evidence.observed, observation.evidence.look));
    let own_sites: BTreeSet<&Entity> = observations
        .iter()
        .filter(|observation| observation.kind == ClaimKind::TECH_TRACE)
        .map(|observation| &observation.source)
        .collect();
    let profiles: Vec<&ClaimObservation> = observations
        .iter()
        .copied()
        .filter(|observation| observation.kind == ClaimKind::PROFILE)
        .collect();
    let mut facts = tools(entity, &observations);
    for (key, slot) in SLOTS {
        let statements = profiles.iter().filter_map(|observation| {
            let value = value_of(key, observation.slots.get(slot)?)?;
            Some(Statement { weight: weight(observation, &own_sites), observation, value })
        });
        facts.extend(current_value(statements.collect()).map(|(value, observed, observation)| {
            Fact { entity, key, value, look: Some(observation), observed }
        }));
    }
    facts.sort();
    facts
}

struct Statement<'l> {
    weight: Weight,
    observation: &'l ClaimObservation,
    value: String,
}

/// The source of a claim, in ascending order of weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Others,
    /// A site that shows the entity's own tools.
    OwnSite,
    /// A site whose domain matches the name that it states.
    OwnName,
}

fn weight(observation: &ClaimObservation, own_sites: &BTreeSet<&Entity>) -> Weight {
    let name = observation.slots.get("name").map(|name| name_core(name));
    if name.is_some_and(|name| bears(&observation.source, &name)) {
        Weight::OwnName
    } else if own_sites.contains(&observation.source) {
        Weight::OwnSite
    } else {
        Weight::Others
    }
}

/// Finds the current value among statements in observed order, and the observation that
/// introduced it.
fn current_value(statements: Vec<Statement<'_>>) -> Option<(String, Timestamp, ObservationId)> {
    let best = statements.iter().map(|statement| statement.weight).max()?;
    let mut run: Option<(String, Timestamp, ObservationId)> = None;
    for statement in statements.into_iter().filter(|statement| statement.weight == best) {
        if run.as_ref().is_none_or(|(value, ..)| *value != statement.value) {
            run = Some((
                statement.value,
                statement.observation.evidence.observed,
                statement.observation.evidence.look,
            ));
        }
    }
    run
}

fn tools(entity: EntityId, observations: &[&ClaimObservation]) -> Vec<Fact> {
    let mut first: BTreeMap<String, Fact> = BTreeMap::new();
    for observation in
        observations.iter().filter(|observation| observation.kind == ClaimKind::TECH_TRACE)
    {
        let Some(value) = observation.slots.get("tool").and_then(|tool| plain(tool)) else {
            continue;
        };
        first.entry(value.to_lowercase()).or_insert_with(|| Fact {
            entity,
            key: FactKey::Technology,
            value,
            look: Some(observation.evidence.look),
            observed: observation.evidence.observed,
        });
    }
    first.into_values().collect()
}

/// Returns a value with single spaces; nothing if it is empty, or too long for one.
pub(crate) fn plain(text: &str) -> Option<String> {
    let value = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = !value.is_empty() && value.chars().count() <= VALUE_CHARS_MAX;
    fits.then_some(value)
}

fn value_of(key: FactKey, text: &str) -> Option<String> {
    match key {
        FactKey::Country => country_code(text),
        FactKey::Employees => employees(text).map(|count| count.to_string()),
        FactKey::Registry => registry_key(text),
        _ => plain(text),
    }
}

/// Parses a number of employees: `1,200`, `51-200` (its middle), `10000+`.
pub(crate) fn employees(text: &str) -> Option<i64> {
    const MOST: i64 = 10_000_000;
    let mut numbers: Vec<i64> = Vec::new();
    let mut digits = String::new();
    let mut rest = text.chars().take(80).peekable();
    while let Some(c) = rest.next() {
        let grouped = matches!(c, ',' | '.' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}')
            && !digits.is_empty()
            && rest.clone().take(3).filter(char::is_ascii_digit).count() == 3;
        if c.is_ascii_digit() {
            digits.push(c);
        } else if !grouped && !digits.is_empty() {
            numbers.push(digits.parse().ok()?);
            digits.clear();
        }
    }
    if !digits.is_empty() {
        numbers.push(digits.parse().ok()?);
    }
    let count = match numbers.as_slice() {
        [one] => *one,
        [low, high] if low <= high => low.checked_add(*high)? / 2,
        _ => return None,
    };
    (0..=MOST).contains(&count).then_some(count)
}

/// Combines the facts of a company's members: for each key its values, best first. For a
/// single-valued key the value of the smallest entity applies, a registry's before a domain's; the
/// tools are those of all members, sorted.
pub fn company_facts(
    members: &[(Entity, EntityId)],
    facts: &[Fact],
) -> BTreeMap<FactKey, Vec<String>> {
    let mut members: Vec<&(Entity, EntityId)> = members.iter().collect();
    members.sort();
    let places: BTreeMap<EntityId, usize> =
        members.iter().enumerate().map(|(at, (_, id))| (*id, at)).collect();
    let mut ranked: Vec<(usize, &Fact)> =
        facts.iter().filter_map(|fact| Some((*places.get(&fact.entity)?, fact))).collect();
    // Claims of pages precede the team's list; the newest of equals comes first.
    ranked.sort_by_key(|(place, fact)| {
        (fact.key, *place, fact.look.is_none(), std::cmp::Reverse(fact.observed), &fact.value)
    });
    let mut found: BTreeMap<FactKey, Vec<String>> = BTreeMap::new();
    for (_, fact) in ranked {
        let values = found.entry(fact.key).or_default();
        let is_tool = fact.key == FactKey::Technology;
        if values.is_empty()
            || (is_tool && !values.iter().any(|v| v.eq_ignore_ascii_case(&fact.value)))
        {
            values.push(fact.value.clone());
        }
    }
    if let Some(tools) = found.get_mut(&FactKey::Technology) {
        tools.sort();
    }
    found
}

#[cfg(test)]
mod tests;
