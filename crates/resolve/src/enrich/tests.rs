//! Tests of the facts of entities and companies.

use model::{
    ClaimKind, ClaimObservation, Day, Digest, Entity, EntityId, EntityKind, EventId, Evidence,
    Fact, FactKey, ObservationId, Permille, SignalStage, Slots, Span, Timestamp,
};
use proptest::prelude::*;

use super::{company_facts, employees, facts};

const ACME: EntityId = EntityId([1; 16]);

fn observation(at: u8, source: &str, kind: ClaimKind, slots: &[(&str, &str)]) -> ClaimObservation {
    let slots: Slots =
        slots.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let id = ObservationId([at; 16]);
    ClaimObservation {
        event: EventId([at; 16]),
        entity: ACME,
        kind,
        subject: String::new(),
        slots,
        occurred: Day(0),
        dated: false,
        undated: false,
        stage: SignalStage::Announced,
        confidence: Permille::new(900),
        matcher: "test/1".to_owned(),
        source: Entity::new(EntityKind::Domain, source),
        page_published: None,
        simhash: 0,
        lang: None,
        evidence: Evidence {
            look: id,
            url: format!("https://{source}/"),
            snapshot_hash: Digest([0; 32]),
            text_hash: Digest([0; 32]),
            span: Span { start: 0, end: 0 },
            quote: String::new(),
            observed: Timestamp(i64::from(at / 2)),
        },
    }
}

fn shown(facts: &[Fact]) -> Vec<String> {
    facts
        .iter()
        .map(|fact| {
            format!("{} {} {}", fact.key.as_str(), fact.value, fact.look.map_or(0, |l| l.0[0]))
        })
        .collect()
}

#[test]
fn the_newest_word_of_the_own_site_counts() {
    let observations = [
        observation(
            2,
            "acme.example",
            ClaimKind::PROFILE,
            &[("name", "Acme GmbH"), ("country", "Germany"), ("employees", "51-200")],
        ),
        observation(
            4,
            "acme.example",
            ClaimKind::PROFILE,
            &[("name", "Acme AG"), ("country", "DE")],
        ),
        observation(
            6,
            "acme.example",
            ClaimKind::PROFILE,
            &[("name", "Acme AG"), ("registry", "LEI: 5299 00XY")],
        ),
        observation(
            8,
            "lists.example",
            ClaimKind::PROFILE,
            &[("name", "Acme Ltd"), ("industry", "Bolts  and nuts"), ("country", "FR")],
        ),
        observation(10, "acme.example", ClaimKind::TECH_TRACE, &[("tool", "Duck")]),
        observation(12, "acme.example", ClaimKind::TECH_TRACE, &[("tool", "duck")]),
        observation(14, "acme.example", ClaimKind::TECH_TRACE, &[("tool", "Goose")]),
        observation(
            16,
            "acme.example",
            ClaimKind::PROFILE,
            &[("name", "  "), ("country", "Atlantis"), ("employees", "many")],
        ),
        ClaimObservation {
            entity: EntityId([9; 16]),
            ..observation(18, "acme.example", ClaimKind::PROFILE, &[("name", "Other")])
        },
    ];
    assert_eq!(
        shown(&facts(ACME, &observations)),
        [
            "name Acme AG 4",
            "country DE 2",
            "industry Bolts and nuts 8",
            "employees 125 2",
            "registry lei/529900xy 6",
            "technology Duck 10",
            "technology Goose 14",
        ]
    );
}

#[test]
fn members_facts_become_the_companys() {
    let members = [
        (Entity::new(EntityKind::Name, "acme|"), EntityId([3; 16])),
        (Entity::new(EntityKind::Domain, "acme.example"), ACME),
        (Entity::new(EntityKind::Board, "lever/acme"), EntityId([2; 16])),
    ];
    let fact = |entity: u8, key, value: &str, at| Fact {
        entity: EntityId([entity; 16]),
        key,
        value: value.to_owned(),
        look: Some(ObservationId([entity; 16])),
        observed: Timestamp(at),
    };
    let facts = [
        fact(2, FactKey::Name, "Acme Jobs", 9),
        fact(1, FactKey::Name, "Acme GmbH", 1),
        fact(2, FactKey::City, "Velden", 9),
        fact(2, FactKey::Technology, "Goose", 1),
        fact(1, FactKey::Technology, "Duck", 1),
        fact(3, FactKey::Technology, "duck", 1),
        fact(7, FactKey::Country, "FR", 1),
    ];
    let found = company_facts(&members, &facts);
    let turned: Vec<Fact> = facts.iter().rev().cloned().collect();
    assert_eq!(company_facts(&members, &turned), found);
    let lines: Vec<String> = found
        .iter()
        .map(|(key, values)| format!("{} {}", key.as_str(), values.join("+")))
        .collect();
    assert_eq!(lines, ["name Acme GmbH", "city Velden", "technology Duck+Goose"]);
}

#[test]
fn numbers_of_employees() {
    for (text, count) in [
        ("250", Some(250)),
        ("1,200", Some(1_200)),
        ("10.000+", Some(10_000)),
        ("51-200", Some(125)),
        ("51 – 200 people", Some(125)),
        ("about 1 500", Some(1_500)),
        ("200-51", None),
        ("1-2-3", None),
        ("many", None),
        ("", None),
        ("99999999999999999999", None),
        ("-5", Some(5)),
        ("1,000-5,000", Some(3_000)),
    ] {
        assert_eq!(employees(text), count, "{text}");
    }
}

proptest! {
    #[test]
    fn order_and_repeats_do_not_matter(
        all in proptest::collection::vec((0..40u8, 0..3usize, 0..4usize, any::<bool>()), 0..12),
    ) {
        let mut observations: Vec<ClaimObservation> = all.into_iter().map(|(at, source, value, tool)| {
            let source = ["acme.example", "lists.example", "zeta.example"][source];
            let value = ["Acme", "Zeta", "12", "DE"][value];
            let slots = ["name", "country", "employees", "tool"].map(|slot| (slot, value));
            observation(at, source, if tool { ClaimKind::TECH_TRACE } else { ClaimKind::PROFILE }, &slots)
        }).collect();
        observations.sort_by_key(|observation| observation.evidence.look);
        observations.dedup_by_key(|observation| observation.evidence.look);
        let found = facts(ACME, &observations);
        observations.reverse();
        observations.extend(observations.clone());
        prop_assert_eq!(facts(ACME, &observations), found);
    }

    #[test]
    fn no_input_breaks_it(value: String, source in "\\PC{0,20}") {
        let slots = ["name", "country", "city", "industry", "employees", "registry", "tool"].map(|slot| (slot, value.as_str()));
        let observations = [observation(1, &source, ClaimKind::PROFILE, &slots), observation(2, &source, ClaimKind::TECH_TRACE, &slots)];
        let _ = facts(ACME, &observations);
    }
}
