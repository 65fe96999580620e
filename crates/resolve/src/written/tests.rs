//! Tests of names as pages write them.

use model::{
    ClaimKind, ClaimObservation, Day, Digest, Entity, EntityId, EntityKind, EventId, Evidence,
    ObservationId, Permille, SignalStage, Slots, Span, Timestamp,
};

use super::{name_of_core, written_name};

const ID: EntityId = EntityId([1; 16]);

fn observation(at: u8, source: &str, quote: &str) -> ClaimObservation {
    ClaimObservation {
        event: EventId([at; 16]),
        entity: ID,
        kind: ClaimKind::TENDER,
        subject: String::new(),
        slots: Slots::new(),
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
            look: ObservationId([at; 16]),
            url: format!("https://{source}/"),
            snapshot_hash: Digest([0; 32]),
            text_hash: Digest([0; 32]),
            span: Span { start: 0, end: 0 },
            quote: quote.to_owned(),
            observed: Timestamp(i64::from(at)),
        },
    }
}

#[track_caller]
fn check(key: &str, quotes: &[(&str, &str)], expect: Option<&str>) {
    let entity: Entity = key.parse().unwrap();
    let mut observations: Vec<ClaimObservation> =
        (1..).zip(quotes).map(|(at, (source, quote))| observation(at, source, quote)).collect();
    let name = written_name(&entity, ID, &observations);
    assert_eq!(name.as_ref().map(|fact| fact.value.as_str()), expect, "{key}");
    observations.reverse();
    observations.extend(observations.clone());
    assert_eq!(written_name(&entity, ID, &observations), name, "{key}");
}

#[test]
fn names_are_shown_as_pages_write_them() {
    for (key, quote, name) in [
        (
            "name:hopital de fontebourg|",
            "| Acheteur | Hôpital de Fontebourg |",
            "Hôpital de Fontebourg",
        ),
        (
            "name:institut fur laborautomation|",
            "Das Institut für Laborautomation hat",
            "Institut für Laborautomation",
        ),
        (
            "name:smith wexley and partners|",
            "Smith, Wexley & Partners raises",
            "Smith, Wexley & Partners",
        ),
        ("name:1 and 1 nordnetz|", "Die 1&1 Nordnetz hat", "1&1 Nordnetz"),
        ("name:d light solar|", "Funds for d.light Solar.", "d.light Solar"),
        ("name:dr oetlin|", "“Dr. Oetlin” raises", "Dr. Oetlin"),
        ("name:kiesling|", "an die Kiesling GmbH vergeben", "Kiesling GmbH"),
        ("name:kiesling|", "wins Kiesling Inc. as a customer", "Kiesling Inc."),
        ("name:kiesling|", "selected Kiesling as its partner", "Kiesling"),
        ("name:kiesling|", "Kiesling and Borex agreed", "Kiesling"),
        ("name:kranich|", "Ein kranich flog, als Kranich meldete", "Kranich"),
        ("name:nordverk|", "Компания «Нордверк» привлекла", "Нордверк"),
        ("name:akume|", "買い手: 株式会社アクメ", "株式会社アクメ"),
        ("name:lorvale|", "L’Orvale lève", "L’Orvale"),
    ] {
        check(key, &[("news.example", quote)], Some(name));
    }
}

#[test]
fn most_sources_decide() {
    let (small, large) = ("Borex Lamps raises", "BOREX LAMPS RAISES");
    let key = "name:borex lamps|";
    check(key, &[("a.example", large), ("b.example", small)], Some("Borex Lamps"));
    check(
        key,
        &[("a.example", large), ("a.example", large), ("b.example", small)],
        Some("Borex Lamps"),
    );
    check(
        key,
        &[("a.example", large), ("b.example", large), ("b.example", small)],
        Some("BOREX LAMPS"),
    );
    check(key, &[("a.example", "It has raised"), ("b.example", "Borex raises")], None);
    check("domain:borex.example", &[("a.example", "Borex raises")], None);
    check("name:?|", &[("a.example", "? raises")], None);
}

#[test]
fn a_key_alone_gets_capitals() {
    for (core, name) in [
        ("hopital de fontebourg", "Hopital de Fontebourg"),
        ("hellmann and sons", "Hellmann and Sons"),
        ("de jong", "De Jong"),
        ("vitamin e", "Vitamin E"),
        ("", ""),
    ] {
        assert_eq!(name_of_core(core), name);
    }
}
