//! Tests of placing claims on entities.

use std::collections::BTreeMap;

use model::{
    Actor, Claim, ClaimKind, Datum, DatumKind, Document, Entity, EntityKind, Permille, SignalStage,
    Slots, Span,
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
    let (entity, notes) = place(document, &owner, false, claim);
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

#[test]
fn a_followed_company_tells_its_own_news() {
    let org = |name: &'static str| page(None, &[(DatumKind::Organization, &[("name", name)])]);
    let acme = "domain:acme.example";
    let bare = page(None, &[]);
    let site = page(Some("Weldric"), &[]);
    let own_data = org("Acme Robotics GmbH");
    for (document, owner, name, href, expect) in [
        (&bare, acme, "Acme Robotics", None, acme),
        (&bare, acme, "ACME Robótica S.L.", None, acme),
        (&bare, acme, "Groupe Acme", None, acme),
        (&bare, acme, "Acme Robotics", Some("https://www.acme.example/about"), acme),
        (
            &bare,
            "domain:acme-robotics.example",
            "Acme Robotics Iberia",
            None,
            "domain:acme-robotics.example",
        ),
        (&bare, "domain:muehlfeld.example", "Mühlfeld Antriebe", None, "domain:muehlfeld.example"),
        (&site, "domain:wd1.example", "Weldric Antriebstechnik", None, "domain:wd1.example"),
        (&own_data, acme, "Acme Robotics Nordic", None, acme),
        // A customer, a partner, an investor, and names that only contain a word of the owner's.
        (&bare, acme, "Zeta Bolts", None, "name:zeta bolts|"),
        (&bare, acme, "Nordic Acmeron", None, "name:nordic acmeron|"),
        (&bare, acme, "Acmeron Systems", None, "name:acmeron systems|"),
        (&bare, acme, "Friends of Acme", None, "name:friends of acme|"),
        (&bare, "domain:logistics.example", "Nordwind Logistics", None, "name:nordwind logistics|"),
        (&bare, "domain:group.example", "Group Nine", None, "name:group nine|"),
        (&bare, acme, "Acme Bank", Some("https://bank.example/"), "name:acme bank|"),
        (&own_data, acme, "Acme Bank", None, "name:acme bank|"),
        (&site, "domain:wd1.example", "Oldrick Pumps", None, "name:oldrick pumps|"),
    ] {
        let owner: Entity = owner.parse().unwrap();
        let claim = claim(ClaimKind::named("funding_round"), named(name, href), &[]);
        let placed = place(document, &owner, true, &claim).0.to_string();
        assert_eq!(placed, expect, "{name} on {owner}");
        // Nobody knows that a site which is not followed is a company's own.
        let elsewhere = place(document, &owner, false, &claim).0;
        assert!(elsewhere.kind == EntityKind::Name || elsewhere == owner, "{name} on {owner}");
    }
    let acme_elsewhere =
        claim(ClaimKind::named("funding_round"), named("Acme Robotics", None), &[]);
    check(&bare, acme, &acme_elsewhere, "name:acme robotics|");
}

#[test]
fn pages_of_many_authors() {
    let at = |url: &str, site: Option<&str>, data: &[(DatumKind, &[(&str, &str)])]| Document {
        url: url.to_owned(),
        ..page(site, data)
    };
    let funding = |actor| claim(ClaimKind::named("funding_round"), actor, &[]);
    let launches = at("https://launches.example/posts/veldor", Some("Launches"), &[]);
    let publisher = "publisher:launches.example";
    check(&launches, publisher, &funding(named("Veldor Lake Oyj", None)), "name:veldor lake|fi");
    let site = Some("https://veldorlake.example/");
    check(&launches, publisher, &funding(named("Veldor Lake", site)), "domain:veldorlake.example");
    // The operator is a company like any other, and "we" is somebody of many.
    check(&launches, publisher, &funding(named("Launches", None)), "name:launches|");
    check(&launches, publisher, &funding(Actor::Owner), publisher);
    check(&launches, publisher, &claim(ClaimKind::TECH_TRACE, Actor::Owner, &[]), publisher);

    let profile = claim(ClaimKind::PROFILE, Actor::Owner, &[]);
    let described = |pairs: &[(&str, &str)]| {
        at("https://launches.example/", None, &[(DatumKind::Organization, pairs)])
    };
    let other = described(&[("name", "Veldor"), ("url", "https://veldor.example")]);
    check(&other, publisher, &profile, "domain:veldor.example");
    let rival = described(&[("name", "Veldor"), ("url", "https://evil-bolts.example")]);
    check(&rival, publisher, &profile, "name:veldor|");
    for own in ["https://www.reddit.com/", "/about", ""] {
        let operator = described(&[("name", "Reddit"), ("url", own)]);
        check(&operator, "publisher:reddit.com", &profile, "publisher:reddit.com");
    }
    // On the page of one of many authors the host's name is not the author's.
    let page = at("https://github.com/veldor", Some("GitHub"), &[]);
    check(&page, "board:github/veldor", &funding(named("GitHub", None)), "name:github|");
    check(&page, "board:github/veldor", &funding(named("Veldor", None)), "board:github/veldor");
}

proptest! {
    #[test]
    fn no_input_breaks_it(followed: bool, name: String, href in "\\PC{0,40}", owner in "\\PC{1,20}", site: String) {
        let document = page(Some(&site), &[(DatumKind::Organization, &[("name", &name), ("url", &href)])]);
        for kind in ["domain:", "board:", "name:"] {
            let owner: Entity = format!("{kind}{owner}").parse().unwrap();
            let _ = place(&document, &owner, followed, &claim(ClaimKind::named("opening"), named(&name, Some(&href)), &[]));
            let _ = place(&document, &owner, followed, &claim(ClaimKind::PROFILE, Actor::Owner, &[]));
        }
    }
}
