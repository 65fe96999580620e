//! The difference between the two readings of a capture: the entities concerned, and which of them
//! are others under new names.

use std::collections::{BTreeMap, BTreeSet};

use model::{ClaimKind, Entity, EntityId};
use store::db::{ConcernedEntity, DifferingPage, PageReading, StoredReading};

/// Describes how a new reading, of a page with this owner, differs from the stored one.
pub(super) fn difference(
    reading: PageReading,
    owner: &Entity,
    stored: &StoredReading,
) -> DifferingPage {
    let formers = formers(&reading, stored);
    let mut entities: BTreeMap<EntityId, Option<&Entity>> = BTreeMap::new();
    entities.extend(stored.owner.iter().map(|owner| (*owner, None)));
    entities.extend(stored.claims.iter().map(|claim| (claim.entity_id, None)));
    entities.insert(reading.page.look.owner, Some(owner));
    entities.extend(reading.claims.iter().map(|claim| (claim.entity_id, Some(&claim.entity))));
    let entities = entities.into_iter().map(|(id, entity)| ConcernedEntity {
        id,
        entity: entity.cloned(),
        former: formers.get(&id).copied(),
    });
    DifferingPage { raw: reading.page.raw, entities: entities.collect(), reading }
}

/// Finds for the entities that only the new reading names the ones that they were before: those
/// that only the stored one names in claims of one kind, each the only one with such a name.
fn formers(reading: &PageReading, stored: &StoredReading) -> BTreeMap<EntityId, EntityId> {
    let named: BTreeSet<EntityId> = reading.claims.iter().map(|claim| claim.entity_id).collect();
    let known: BTreeSet<EntityId> = stored.claims.iter().map(|claim| claim.entity_id).collect();
    let mut by_kind: BTreeMap<ClaimKind, (BTreeMap<_, _>, BTreeMap<_, _>)> = BTreeMap::new();
    for claim in stored.claims.iter().filter(|claim| !named.contains(&claim.entity_id)) {
        by_kind.entry(claim.kind).or_default().0.insert(claim.entity_id, &claim.entity);
    }
    for claim in reading.claims.iter().filter(|claim| !known.contains(&claim.entity_id)) {
        by_kind.entry(claim.claim.kind).or_default().1.insert(claim.entity_id, &claim.entity);
    }
    let mut formers = BTreeMap::new();
    for (before, now) in by_kind.values() {
        for (id, entity) in now {
            let alike = |one: &&Entity, all: &BTreeMap<EntityId, &Entity>| -> Vec<EntityId> {
                let alike = all.iter().filter(|(_, other)| resolve::is_renamed(one, other));
                alike.map(|(id, _)| *id).collect()
            };
            if let [former] = alike(entity, before)[..]
                && let Some(name) = before.get(&former)
                && alike(name, now)[..] == [*id]
            {
                formers.insert(*id, former);
            }
        }
    }
    formers
}
