//! Companies as views over entities, derived from open judgements. Only the judgements are stored.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use model::{Entity, EntityId, Judgement, Verdict};

/// Groups entities into companies by the given open judgements. Every entity is in exactly one
/// company; members and companies are sorted by entity.
///
/// Two entities that are judged different are never in one company: the weakest of the judgements
/// that connect them is ignored. Automatic judgements are weaker than a person's; of equal ones
/// the one with the largest id is ignored. Judgements on entities that are not given have no
/// effect.
pub fn companies(
    entities: &[(Entity, EntityId)],
    judgements: &[Judgement],
) -> Vec<Vec<(Entity, EntityId)>> {
    let mut members: Vec<(Entity, EntityId)> = entities.to_vec();
    members.sort();
    members.dedup_by_key(|(_, id)| *id);
    let places: BTreeMap<EntityId, usize> =
        members.iter().enumerate().map(|(at, (_, id))| (*id, at)).collect();
    let pair = |judgement: &Judgement| {
        Some((*places.get(&judgement.left)?, *places.get(&judgement.right)?))
    };
    let mut same: Vec<&Judgement> = Vec::new();
    let mut components = Components::new(members.len());
    for judgement in judgements {
        match (judgement.verdict, pair(judgement)) {
            (Verdict::Same, _) => same.push(judgement),
            (Verdict::Different, Some((one, other))) => components.separate(one, other),
            (Verdict::Different, None) => {}
        }
    }
    // The strongest come first, so that a judgement that cannot be applied is the weakest on its
    // path.
    same.sort_by_key(|judgement| {
        (judgement.by.is_system(), Reverse(judgement.confidence), judgement.id)
    });
    for judgement in same {
        if let Some((one, other)) = pair(judgement) {
            components.join(one, other);
        }
    }
    components.into_groups(members)
}

/// Disjoint sets of indices. Two sets are joined unless they contain two indices that are kept
/// apart.
struct Components {
    /// The set of each index, identified by one of its members.
    set_of: Vec<usize>,
    places_of: Vec<Vec<usize>>,
    apart_from: Vec<Vec<usize>>,
}

impl Components {
    fn new(count: usize) -> Self {
        Self {
            set_of: (0..count).collect(),
            places_of: (0..count).map(|at| vec![at]).collect(),
            apart_from: vec![Vec::new(); count],
        }
    }

    fn separate(&mut self, one: usize, other: usize) {
        for (from, to) in [(one, other), (other, one)] {
            if let Some(separated) = self.apart_from.get_mut(from) {
                separated.push(to);
            }
        }
    }

    fn set(&self, place: usize) -> usize {
        self.set_of.get(place).copied().unwrap_or(place)
    }

    fn places(&self, set: usize) -> &[usize] {
        self.places_of.get(set).map_or(&[], Vec::as_slice)
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.set(one), self.set(other));
        if one == other {
            return;
        }
        // Only the smaller set is visited and moved, so that many joins stay cheap.
        let (small, large) = if self.places(one).len() < self.places(other).len() {
            (one, other)
        } else {
            (other, one)
        };
        let are_apart = self.places(small).iter().any(|place| {
            let separated = self.apart_from.get(*place);
            separated.into_iter().flatten().any(|excluded| self.set(*excluded) == large)
        });
        if are_apart {
            return;
        }
        let moved = self.places_of.get_mut(small).map(std::mem::take).unwrap_or_default();
        for place in &moved {
            if let Some(set) = self.set_of.get_mut(*place) {
                *set = large;
            }
        }
        if let Some(places) = self.places_of.get_mut(large) {
            places.extend(moved);
        }
    }

    fn into_groups(self, members: Vec<(Entity, EntityId)>) -> Vec<Vec<(Entity, EntityId)>> {
        let mut groups: BTreeMap<usize, Vec<(Entity, EntityId)>> = BTreeMap::new();
        for (place, member) in members.into_iter().enumerate() {
            groups.entry(self.set(place)).or_default().push(member);
        }
        let mut groups: Vec<Vec<(Entity, EntityId)>> = groups.into_values().collect();
        groups.sort();
        groups
    }
}

#[cfg(test)]
mod tests;
