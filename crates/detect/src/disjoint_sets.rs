//! Disjoint sets of items, united pair by pair.

use std::collections::BTreeMap;

/// Disjoint sets of indices; the smallest index represents its set.
#[derive(Debug)]
pub(crate) struct DisjointSets(Vec<usize>);

impl DisjointSets {
    /// Creates a set for each index below `count`.
    pub(crate) fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    /// Unites the sets of two indices.
    pub(crate) fn unite(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        if let Some(slot) = self.0.get_mut(one.max(other)) {
            *slot = one.min(other);
        }
    }

    /// Groups the items with these indices by their sets, in the order of the first items.
    pub(crate) fn group<T>(mut self, items: Vec<T>) -> Vec<Vec<T>> {
        let mut groups: BTreeMap<usize, Vec<T>> = BTreeMap::new();
        for (at, item) in items.into_iter().enumerate() {
            groups.entry(self.root(at)).or_default().push(item);
        }
        groups.into_values().collect()
    }

    fn root(&mut self, mut at: usize) -> usize {
        while let Some(parent) = self.0.get(at).copied().filter(|parent| *parent != at) {
            let grandparent = self.0.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.0.get_mut(at) {
                *slot = grandparent;
            }
            at = grandparent;
        }
        at
    }
}
