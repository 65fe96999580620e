//! Tests of judgements on invented companies.

use model::{Entity, EntityId, IdHasher};
use proptest::prelude::*;

use crate::site_links::SiteLink;

use super::{Candidate, ambiguities, block_keys, judge};

/// Parses a candidate: `kind:value`, then any of `named …`, `in …`, `no …` (a registry number),
/// `at …` and `link … from …` (a site, with a path unless it is the front page, and the owner of the
/// page), separated by ` ; `.
fn candidate(line: &str) -> Candidate {
    let mut parts = line.split(" ; ");
    let entity: Entity = parts.next().unwrap().parse().unwrap();
    let id = EntityId(IdHasher::new("test").part(entity.to_string()).finish());
    let mut candidate = Candidate::new(entity, id);
    for part in parts {
        let (key, value) = part.split_once(' ').unwrap();
        match key {
            "named" => candidate.names.push(value.to_owned()),
            "in" => candidate.country = Some(value.to_owned()),
            "no" => candidate.registry = Some(value.to_owned()),
            "link" => {
                let (target, source) = value.split_once(" from ").unwrap();
                candidate.links.push(SiteLink {
                    domain: target.split('/').next().unwrap().to_owned(),
                    is_front: !target.contains('/'),
                    source: source.parse().unwrap(),
                    simhash: 0,
                });
            }
            _ => candidate.domains.push(value.to_owned()),
        }
    }
    candidate
}

#[track_caller]
fn check(lines: &[&str], expect: &[&str]) {
    let candidates: Vec<Candidate> = lines.iter().map(|line| candidate(line)).collect();
    let name =
        |id: EntityId| candidates.iter().find(|one| one.id == id).unwrap().entity.to_string();
    let mut found: Vec<String> = judge(&candidates)
        .iter()
        .map(|one| {
            let mut pair = [name(one.left), name(one.right)];
            pair.sort();
            assert!(!one.reasons.is_empty());
            format!("{} = {} by {}", pair[0], pair[1], one.by)
        })
        .collect();
    found.sort();
    assert_eq!(found, expect, "{lines:?}");
}

#[test]
fn single_letters_distinguish_together() {
    let key = "name:a b c|";
    let joined = "domain:abcworks.example = name:a b c| by auto:unique_name/1";
    check(&["domain:abcworks.example ; named A-B-C Company", key], &[joined]);
    // "y" joins names in Spanish, but not among letters.
    let spelled = "domain:xyzworks.example = name:x y z systems| by auto:unique_name/1";
    check(&["domain:xyzworks.example ; named X-Y-Z Systems", "name:x y z systems|"], &[spelled]);
    check(&["domain:abcworks.example ; named A & B Company", "name:a and b|"], &[]);
    check(&["domain:acme.example ; named A-B-D Company", key], &[]);
    let other = "domain:abctools.example ; named A B C Ltd";
    check(&["domain:abcworks.example ; named A-B-C Company", other, key], &[]);
}

#[test]
fn joins_and_doubts() {
    let joined = "domain:acme.example = name:acme| by auto:unique_name/1";
    check(&["domain:acme.example ; named Acme GmbH", "name:acme|"], &[joined]);
    check(
        &["domain:acme.example ; named Acme ; in DE", "name:acme|de"],
        &["domain:acme.example = name:acme|de by auto:unique_name/1"],
    );
    // Another country, as a fact or by the top-level domain.
    check(&["domain:acme.example ; named Acme ; in US", "name:acme|de"], &[]);
    check(&["domain:acme.fr ; named Acme", "name:acme|de"], &[]);
    // Two companies with that name, or one and another that may have it.
    check(
        &[
            "domain:acme.example ; named Acme",
            "domain:acme-works.example ; named ACME",
            "name:acme|",
        ],
        &[],
    );
    check(&["domain:acme.example ; named Acme", "domain:acme.test", "name:acme|"], &[]);
    // No stated name, and a label of one word; then a label of two words.
    check(&["domain:acme.example", "name:acme|"], &[]);
    check(
        &["domain:acme-robotics.example", "name:acme robotics|"],
        &["domain:acme-robotics.example = name:acme robotics| by auto:unique_name/1"],
    );
    // Names that are not distinctive.
    check(&["domain:cloud.example ; named Cloud", "name:cloud|"], &[]);
    check(
        &["domain:digital-solutions.example ; named Digital Solutions", "name:digital solutions|"],
        &[],
    );
    check(&["domain:qx.example ; named QX", "name:qx|"], &[]);
    // Two names of one company in two countries stay apart from each other.
    check(&["name:acme|de", "name:acme|"], &[]);
}

#[test]
fn boards_and_numbers() {
    let board = "board:lever/acme = domain:acme.example by auto:board_name/1";
    let name = "domain:acme.example = name:acme| by auto:unique_name/1";
    check(&["domain:acme.example ; named Acme", "board:lever/acme"], &[board]);
    // A company with domain and board counts once.
    check(
        &["domain:acme.example ; named Acme", "board:lever/acme ; named Acme Inc", "name:acme|"],
        &[board, name],
    );
    check(&["domain:acme.example ; named Acme", "board:lever/acme ; named Acme Foods"], &[]);
    check(&["domain:acme.example ; named Zeta", "board:lever/acme"], &[]);
    check(&["domain:acme.example", "board:lever/acme"], &[]);
    check(
        &["domain:acme.example ; named Acme", "domain:acme.test ; named Acme", "board:lever/acme"],
        &[],
    );
    check(
        &[
            "domain:acme.example ; named Acme",
            "board:workday/wd5/acmecareers ; named Acme ; at https://www.acme.example/",
        ],
        &["board:workday/wd5/acmecareers = domain:acme.example by auto:own_domain/1"],
    );
    check(
        &[
            "domain:acme.example ; named Acme ; no LEI:5299 00XYZ",
            "domain:zeta.example ; no lei/529900xyz",
        ],
        &["domain:acme.example = domain:zeta.example by auto:registry/1"],
    );
    check(
        &["registry:gb/01234567", "domain:acme.example ; no gb:01234567"],
        &["domain:acme.example = registry:gb/01234567 by auto:registry/1"],
    );
    // Different numbers in one registry are different companies.
    check(
        &["domain:acme.example ; named Acme ; no gb:01234567", "board:lever/acme ; no gb:07654321"],
        &[],
    );
    check(&["domain:acme.example ; no 01234567", "domain:zeta.example ; no 01234567"], &[]);
}

#[test]
fn keys_and_ambiguities() {
    let one = candidate(
        "domain:acme-works.example ; named Acme Works GmbH ; no gb:01234567 ; at https://acme.test/x",
    );
    assert_eq!(
        block_keys(&one),
        ["core:acmeworks", "domain:acme-works.example", "domain:acme.test", "registry:gb/01234567"]
    );
    let three = ["domain:acme.example ; named Acme", "domain:acme.test ; named Acme", "name:acme|"]
        .map(candidate);
    let notes = ambiguities(&three);
    assert_eq!(notes.len(), 1);
    assert_eq!(notes[0].code, "name_ambiguous");
}

#[test]
fn links_identify_a_site_with_other_proof() {
    let joined = "domain:vlg.example = name:veldor lake| by auto:linked_name/1";
    let one = "link vlg.example from domain:gazette.example";
    let two = "link vlg.example from domain:courier.example";
    let name = |links: &[&str]| [&["name:veldor lake|"], links].concat().join(" ; ");
    let both = name(&[one, two]);
    check(&["domain:vlg.example", &both], &[joined]);
    check(&["domain:vlg.example ; named VLG Holding SE", &both], &[joined]);
    // A name that is not distinctive, and a site that calls itself so.
    let generic = "name:cloud systems| ; link dsy.example from domain:gazette.example";
    check(
        &["domain:dsy.example ; named Cloud Systems GmbH", generic],
        &["domain:dsy.example = name:cloud systems| by auto:linked_name/1"],
    );
}

#[test]
fn links_without_other_proof_identify_nothing() {
    let one = "link vlg.example from domain:gazette.example";
    let two = "link vlg.example from domain:courier.example";
    let name = |links: &[&str]| [&["name:veldor lake|"], links].concat().join(" ; ");
    for (lines, why) in [
        (vec!["domain:vlg.example".to_owned(), name(&[one])], "one page alone"),
        (vec!["domain:vlg.example ; named Hexbolt".to_owned(), name(&[one])], "another name"),
        (
            vec![
                "domain:vlg.example".to_owned(),
                name(&[one, "link vlg.example/news/7 from domain:courier.example"]),
            ],
            "a page of a database of companies",
        ),
        (
            vec![
                "domain:vlg.example".to_owned(),
                name(&[
                    "link vlg.example from board:medium/@x",
                    "link vlg.example from publisher:dev.to",
                ]),
            ],
            "hosts where everybody writes",
        ),
        (
            vec![
                "domain:dsy.example ; named Cloud Systems".to_owned(),
                "name:cloud systems| ; link dsy.example from board:medium/@x".to_owned(),
            ],
            "a name for itself, and a free page",
        ),
        (
            vec![
                "domain:vlg.fr".to_owned(),
                name(&[one, two]).replace("vlg.example", "vlg.fr").replace("lake|", "lake|de"),
            ],
            "another country",
        ),
        (
            vec![
                "domain:vlg.example ; no gb/0001".to_owned(),
                format!("{} ; no gb/0002", name(&[one, two])),
            ],
            "other numbers in one registry",
        ),
        (
            vec![
                "domain:vlg.example".to_owned(),
                "domain:ovl.example".to_owned(),
                name(&[
                    one,
                    two,
                    "link ovl.example from domain:a.example",
                    "link ovl.example from domain:b.example",
                ]),
            ],
            "two sites",
        ),
    ] {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let found = judge(&lines.iter().map(|line| candidate(line)).collect::<Vec<_>>());
        assert_eq!(found, [], "{why}");
    }
}

#[test]
fn links_never_take_a_name_from_its_company() {
    // The rival has the name, by its own words or by its domain; another site would like to.
    let links = "name:veldor lake| ; link evil.example from domain:bad-one.example ; link evil.example from domain:bad-two.example";
    let evil = "domain:evil.example ; named Veldor Lake";
    check(
        &["domain:evil.example", "domain:vl.example ; named Veldor Lake GmbH", links],
        &["domain:vl.example = name:veldor lake| by auto:unique_name/1"],
    );
    check(&[evil, "domain:vl.example ; named Veldor Lake GmbH", links], &[]);
    check(
        &["domain:evil.example", "domain:veldorlake.example", links],
        &["domain:veldorlake.example = name:veldor lake| by auto:unique_name/1"],
    );
    check(&[evil, "domain:veldorlake.example", links], &[]);
}

fn any_candidate() -> impl Strategy<Value = Candidate> {
    let cores =
        prop_oneof![Just("acme"), Just("zeta"), Just("acme works"), Just("cloud"), Just("ab")];
    (cores, 0..6u8, proptest::option::of(0..3u8), proptest::option::of("(de|us)"), any::<bool>())
        .prop_map(|(core, kind, number, country, is_named)| {
            let slug = core.replace(' ', "");
            let entity = match kind {
                0 => format!("domain:{slug}.example"),
                1 => format!("domain:{slug}.test"),
                2 => format!("board:lever/{slug}"),
                3 => format!("name:{core}|"),
                4 => format!("name:{core}|de"),
                _ => format!("registry:gb/0000{}", number.unwrap_or(9)),
            };
            let mut candidate = candidate(&entity);
            candidate.names.extend(is_named.then(|| core.to_owned()));
            candidate.registry = number.map(|number| format!("gb/0000{number}"));
            candidate.country = country;
            candidate
        })
}

proptest! {
    #[test]
    fn order_does_not_matter(candidates in proptest::collection::vec(any_candidate(), 0..10)) {
        let mut unique = candidates;
        unique.sort_by_key(|one| one.id);
        unique.dedup_by_key(|one| one.id);
        let turned: Vec<Candidate> = unique.iter().rev().cloned().collect();
        let found = judge(&unique);
        prop_assert_eq!(&judge(&turned), &found);
        prop_assert_eq!(ambiguities(&turned), ambiguities(&unique));
        // Joined candidates share a key, so that a look-up by keys finds the pair.
        for one in found {
            let keys = |id| block_keys(unique.iter().find(|c| c.id == id).unwrap());
            let right = keys(one.right);
            prop_assert!(keys(one.left).iter().any(|key| right.contains(key)));
        }
    }

    #[test]
    fn no_input_breaks_it(name: String, value in "\\PC{0,30}", number: String, country: String) {
        for kind in ["domain:", "board:", "name:", "registry:"] {
            let Ok(entity) = format!("{kind}{value}").parse() else { continue };
            let candidate = Candidate {
                entity, id: EntityId([1; 16]), names: vec![name.clone()], country: Some(country.clone()),
                domains: vec![value.clone()], registry: Some(number.clone()), links: Vec::new(),
                is_account: true,
            };
            let twin = Candidate { id: EntityId([2; 16]), ..candidate.clone() };
            let _ = judge(&[candidate, twin]);
        }
    }
}
