//! Tests of grouping entities into companies and separating them.

use model::{By, Entity, EntityId, EntityKind, Judgement, Permille, Timestamp, Verdict};
use proptest::prelude::*;

use super::companies;

fn entity(at: u8) -> (Entity, EntityId) {
    let kind = [EntityKind::Registry, EntityKind::Domain, EntityKind::Board, EntityKind::Name];
    (Entity::new(kind[usize::from(at) % 4], format!("e{at}")), EntityId([at; 16]))
}

fn judgement(left: u8, right: u8, verdict: Verdict, confidence: u16, by: &str) -> Judgement {
    let by: By = by.parse().unwrap();
    let (one, other) = (EntityId([left.min(right); 16]), EntityId([left.max(right); 16]));
    Judgement {
        id: Judgement::id_of(one, other, &by),
        left: one,
        right: other,
        verdict,
        confidence: Permille::new(confidence),
        reasons: Vec::new(),
        by,
        known_from: Timestamp(0),
    }
}

#[track_caller]
fn check(judgements: &[Judgement], expect: &[&[u8]]) {
    let entities: Vec<_> = (0..5).map(entity).collect();
    let mut found: Vec<Vec<u8>> = companies(&entities, judgements)
        .iter()
        .map(|company| company.iter().map(|(_, id)| id.0[0]).collect())
        .collect();
    found.iter_mut().for_each(|company: &mut Vec<u8>| company.sort_unstable());
    found.sort();
    assert_eq!(found, expect);
}

#[test]
fn joined_split_and_restored() {
    let auto =
        |left, right, confidence| judgement(left, right, Verdict::Same, confidence, "auto:x/1");
    let apart = judgement(0, 2, Verdict::Different, 1_000, "person");
    check(&[], &[&[0], &[1], &[2], &[3], &[4]]);
    check(&[auto(0, 1, 900), auto(1, 2, 800)], &[&[0, 1, 2], &[3], &[4]]);
    // The weakest judgement on the path is ignored.
    check(&[auto(0, 1, 900), auto(1, 2, 800), apart.clone()], &[&[0, 1], &[2], &[3], &[4]]);
    check(&[auto(0, 1, 800), auto(1, 2, 900), apart.clone()], &[&[0], &[1, 2], &[3], &[4]]);
    check(&[auto(0, 2, 990), apart.clone()], &[&[0], &[1], &[2], &[3], &[4]]);
    // A person's judgement is stronger than any automatic one.
    let person = judgement(1, 2, Verdict::Same, 500, "person");
    check(&[auto(0, 1, 990), person, apart], &[&[0], &[1, 2], &[3], &[4]]);
    check(&[auto(0, 9, 990)], &[&[0], &[1], &[2], &[3], &[4]]);
}

#[test]
fn the_first_member_is_the_smallest_entity() {
    let entities: Vec<_> = [3, 2, 1].map(entity).to_vec();
    let same = [(1, 2), (2, 3)].map(|(l, r)| judgement(l, r, Verdict::Same, 900, "auto:x/1"));
    let found = companies(&entities, &same);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0][0].0.kind, EntityKind::Domain);
}

fn judgements() -> impl Strategy<Value = Vec<Judgement>> {
    let one = (0..8u8, 0..8u8, any::<bool>(), 0..5u16, any::<bool>());
    proptest::collection::vec(one, 0..20).prop_map(|all| {
        let judgements = all.into_iter().map(|(left, right, differ, confidence, person)| {
            let verdict = if differ && person { Verdict::Different } else { Verdict::Same };
            let by = if person { "person" } else { "auto:x/1" };
            judgement(left, right, verdict, confidence, by)
        });
        let mut judgements: Vec<Judgement> =
            judgements.filter(|one| one.left != one.right).collect();
        judgements.sort_by_key(|one| one.id);
        judgements.dedup_by_key(|one| one.id);
        judgements
    })
}

proptest! {
    #[test]
    fn groups_are_sound(judgements in judgements().prop_shuffle(), which in any::<proptest::sample::Index>()) {
        let entities: Vec<_> = (0..8).map(entity).collect();
        let found = companies(&entities, &judgements);
        // Every entity occurs once, the constraint holds, and the order has no effect.
        let mut all: Vec<_> = found.iter().flatten().cloned().collect();
        all.sort();
        let mut expect = entities.clone();
        expect.sort();
        prop_assert_eq!(all, expect);
        for apart in judgements.iter().filter(|one| one.verdict == Verdict::Different) {
            let together = found.iter().any(|company| {
                let has = |id| company.iter().any(|(_, other)| *other == id);
                has(apart.left) && has(apart.right)
            });
            prop_assert!(!together);
        }
        let turned: Vec<_> = judgements.iter().rev().cloned().collect();
        let backwards: Vec<_> = entities.iter().rev().cloned().collect();
        prop_assert_eq!(&companies(&backwards, &turned), &found);
        // Undoing a judgement restores the earlier view.
        if !judgements.is_empty() {
            let mut fewer = judgements;
            let removed = fewer.remove(which.index(fewer.len()));
            let before = companies(&entities, &fewer);
            fewer.push(removed.clone());
            prop_assert_eq!(&companies(&entities, &fewer), &found);
            fewer.retain(|one| one.id != removed.id);
            prop_assert_eq!(companies(&entities, &fewer), before);
        }
    }
}
