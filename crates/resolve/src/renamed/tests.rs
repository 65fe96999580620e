//! Tests of joining old keys of names with new ones.

use model::{By, Entity, EntityId, IdHasher};

use super::{RenamedMention, is_revised, renamed};

fn with_id(entity: &str) -> (Entity, EntityId) {
    let id = EntityId(IdHasher::new("test").part(entity).finish());
    (entity.parse().unwrap(), id)
}

#[track_caller]
fn check(mentions: &[(&str, &str)], joined: &[(&str, &str)]) {
    let mut read: Vec<RenamedMention> = mentions
        .iter()
        .map(|(before, after)| RenamedMention { before: with_id(before), after: with_id(after) })
        .collect();
    let judgements = renamed(&read);
    let mut found: Vec<(EntityId, EntityId)> =
        judgements.iter().map(|judgement| (judgement.left, judgement.right)).collect();
    found.sort();
    let mut expect: Vec<(EntityId, EntityId)> = joined
        .iter()
        .map(|(one, other)| (with_id(one).1, with_id(other).1))
        .map(|(one, other)| (one.min(other), one.max(other)))
        .collect();
    expect.sort();
    assert_eq!(found, expect, "{mentions:?}");
    read.reverse();
    assert_eq!(renamed(&read), judgements);
    assert!(judgements.iter().all(|judgement| !is_revised(&judgement.by)));
}

#[test]
fn an_old_key_joins_the_one_that_took_its_place() {
    let (sons, whole) = ("name:sons|", "name:hellmann and sons|");
    check(&[(sons, whole), (sons, whole)], &[(sons, whole)]);
    check(&[("name:duval|fr", "name:societe duval|")], &[("name:duval|fr", "name:societe duval|")]);
    check(
        &[("name:solar lamps|", "domain:solarlamps.example")],
        &[("name:solar lamps|", "domain:solarlamps.example")],
    );
    // Unchanged, two successors, still in use, another name, another country, not a name.
    for mentions in [
        vec![(sons, sons)],
        vec![(sons, whole), (sons, "name:borg and sons|")],
        vec![(sons, whole), (sons, sons)],
        vec![(sons, whole), ("name:other|", sons)],
        vec![("name:alder|", "name:borex|")],
        vec![("name:solar|de", "name:d light solar|fr")],
        vec![("name:ad|", "name:adler|")],
        vec![("name:solar lamps|", "domain:borex.example")],
        vec![("domain:sons.example", whole)],
    ] {
        check(&mentions, &[]);
    }
}

#[test]
fn joins_by_facts_are_revised_and_those_of_people_are_not() {
    assert!(is_revised(&By::System("unique_name/1".to_owned())));
    assert!(!is_revised(&By::System("renamed/1".to_owned())));
    assert!(!is_revised(&By::OPERATOR));
}
