//! Tests of placing claims on entities.

use std::collections::BTreeMap;

use model::{
    Actor, Claim, ClaimKind, Datum, DatumKind, Document, Entity, Permille, SignalStage, Slots, Span,
};
use proptest::prelude::*;

use super::place;

const SPAN: Span = Span { start: 0, end: 0 };

fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn page(site_name: Option<&str>, data: &[(DatumKind, &[(&str, &str)])]) -> Document {
    let data =
        data.iter().map(|(kind, pairs)| Datum { kind: *kind, fields: fields(pairs), span: SPAN });
    Document {
        site_name: site_name.map(str::to_owned),
        data: data.collect(),
        ..Document::default()
    }
}

fn claim(kind: ClaimKind, actor: Actor, slots: &[(&str, &str)]) -> Claim {
    Claim {
        kind,
        actor,
        slots: fields(slots) as Slots,
        subject: String::new(),
        span: SPAN,
        occurred: None,
        stage: SignalStage::Announced,
        confidence: Permille::new(900),
        matcher: "test/1".to_owned(),
    }
}

fn named(name: &str, href: Option<&str>) -> Actor {
    Actor::Named { name: name.to_owned(), span: SPAN, href: href.map(str::to_owned) }
}

#[track_caller]
fn check(document: &Document, owner: &str, claim: &Claim, expect: &str) {
    let owner: Entity = owner.parse().unwrap();
    let (entity, notes) = place(document, &owner, claim);
    assert_eq!(entity.to_string(), expect, "{claim:?}");
    assert_eq!(notes.is_empty(), expect != "name:?|");
}

#[test]
fn names_in_prose() {
    let news = page(Some("The Daily Lake"), &[]);
    let funding =
        |name: &str, href| claim(ClaimKind::named("funding_round"), named(name, href), &[]);
    for (name, href, expect) in [
        ("Acme Robotics", None, "name:acme robotics|"),
        ("Acme Robotics Oyj", None, "name:acme robotics|fi"),
        (
            "Acme Robotics",
            Some("https://www.acme-robotics.example/x"),
            "domain:acme-robotics.example",
        ),
        ("Acme Technologies", Some("https://acme.example/"), "domain:acme.example"),
        ("Acme", Some("https://getacme.example/"), "domain:getacme.example"),
        ("Veldorian Bolt Makers", Some("https://vbm.example/"), "domain:vbm.example"),
        (
            "Grünwald Maschinen",
            Some("https://gruenwaldmaschinen.example/"),
            "domain:gruenwaldmaschinen.example",
        ),
        // A link to an unrelated domain does not identify the company.
        ("Acme Robotics", Some("https://zeta.example/acme-robotics"), "name:acme robotics|"),
        ("Acme Robotics", Some("https://www.linkedin.com/company/acme"), "name:acme robotics|"),
        ("Acme Ventures", Some("https://acme.example/"), "name:acme ventures|"),
        ("Daily Lake", None, "domain:dailylake.example"),
        ("DailyLake GmbH", None, "domain:dailylake.example"),
        ("—", None, "name:?|"),
    ] {
        check(&news, "domain:dailylake.example", &funding(name, href), expect);
    }
    check(
        &news,
        "domain:dailylake.example",
        &claim(ClaimKind::TECH_TRACE, Actor::Owner, &[]),
        "domain:dailylake.example",
    );
}

#[test]
fn the_owner_by_its_own_data() {
    let own: &[(DatumKind, &[(&str, &str)])] = &[(
        DatumKind::Organization,
        &[("name", "Zeta"), ("legal_name", "Zeta Bolt Makers GmbH"), ("url", "https://zb.example")],
    )];
    let hiring = claim(ClaimKind::named("opening"), named("Zeta Bolt Makers", None), &[]);
    check(&page(None, own), "domain:zb.example", &hiring, "domain:zb.example");
    // Data with another home address does not name this page's owner.
    check(&page(None, own), "domain:jobs.example", &hiring, "name:zeta bolt makers|");
}

#[test]
fn boards_and_aggregators() {
    let posting = |name| (DatumKind::JobPosting, [("organization", name)]);
    let (one, other) = (posting("Zeta Bolts"), posting("Acme Robotics"));
    let opening =
        |name: &str| claim(ClaimKind::named("opening"), named(name, None), &[("country", "FR")]);
    let single = page(None, &[(one.0, &one.1)]);
    check(&single, "board:lever/zb", &opening("Zeta Bolts"), "board:lever/zb");
    check(&single, "domain:jobs.example", &opening("Zeta Bolts"), "name:zeta bolts|");
    let mixed = page(None, &[(one.0, &one.1), (other.0, &other.1)]);
    check(&mixed, "board:lever/zb", &opening("Acme Robotics"), "name:acme robotics|");
    check(
        &mixed,
        "board:lever/acme-robotics",
        &opening("Acme Robotics"),
        "board:lever/acme-robotics",
    );

    let notice = |role: &str| {
        claim(ClaimKind::TENDER, named("Acme Robotics", None), &[("role", role), ("country", "DE")])
    };
    check(&page(None, &[]), "domain:tenders.example", &notice("buyer"), "name:acme robotics|de");
    check(&page(None, &[]), "domain:tenders.example", &notice("supplier"), "name:acme robotics|");
}

#[test]
fn directories_describe_others() {
    let profile = claim(ClaimKind::PROFILE, Actor::Owner, &[]);
    let listed = |pairs: &[(&str, &str)]| page(Some("Lists"), &[(DatumKind::Organization, pairs)]);
    let acme = listed(&[("name", "Acme"), ("url", "https://acme.example/")]);
    check(&acme, "domain:lists.example", &profile, "domain:acme.example");
    let far = listed(&[("name", "Acme Works"), ("url", "https://aw1.example/"), ("country", "DE")]);
    check(&far, "domain:lists.example", &profile, "name:acme works|de");
    // The owner's data, on this domain or on another domain of the group.
    let own = listed(&[("name", "Lists"), ("url", "https://lists.test/")]);
    check(&own, "domain:lists.example", &profile, "domain:lists.example");
    let bare = listed(&[("name", "Bolt Makers GmbH")]);
    check(&bare, "domain:lists.example", &profile, "domain:lists.example");
}

proptest! {
    #[test]
    fn no_input_breaks_it(name: String, href in "\\PC{0,40}", owner in "\\PC{1,20}", site: String) {
        let document = page(Some(&site), &[(DatumKind::Organization, &[("name", &name), ("url", &href)])]);
        for kind in ["domain:", "board:", "name:"] {
            let owner: Entity = format!("{kind}{owner}").parse().unwrap();
            let _ = place(&document, &owner, &claim(ClaimKind::named("opening"), named(&name, Some(&href)), &[]));
            let _ = place(&document, &owner, &claim(ClaimKind::PROFILE, Actor::Owner, &[]));
        }
    }
}
