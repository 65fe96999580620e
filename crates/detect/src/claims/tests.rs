//! The claims that the matchers find in a text, and the texts that they ignore.

use model::{Block, BlockKind, Document, Link, Span};
use proptest::prelude::*;

use crate::Packs;

#[test]
fn every_example_is_answered_rightly() {
    let results = packs().check_examples();
    let failures: Vec<String> = results
        .iter()
        .filter(|result| !result.ok)
        .map(|result| format!("{}: {}\n    got {}", result.pack, result.text, result.got))
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {}:\n{}",
        failures.len(),
        results.len(),
        failures.join("\n")
    );
}

#[test]
fn the_builtin_packs_parse_and_are_well_furnished() {
    for kind in crate::KINDS {
        Packs::parse(&[(kind.name, kind.pack)]).unwrap();
    }
    let packs = Packs::builtin();
    let kinds: Vec<&str> = packs.iter().map(|pack| pack.kind.as_str()).collect();
    let mut listed = crate::KINDS.map(|kind| kind.name);
    listed.sort_unstable();
    assert_eq!(kinds, listed);
    for pack in packs.iter() {
        let real = pack.examples.iter().filter(|example| example.expects()).count();
        assert!(real >= 20, "{}: {real} real examples", pack.kind);
        assert!(pack.examples.len() - real >= 20, "{}: look-alikes", pack.kind);
    }
}

#[test]
fn a_bad_pack_is_refused_with_its_line() {
    let head = "kind = \"x\"\nversion = 1\ntitle = \"X\"\nhalf_life_days = 1\nsame_within_days = 1\nweight = 5\npolarity = \"positive\"\nidentity = []\nfrom_claims = []\nprovable_by_one_page = true\n";
    let rule = |cues: &str, pattern: &str| {
        format!(
            "{head}[[rules]]\nclaim = \"tender\"\nlang = \"en\"\ncues = {cues}\npattern = '{pattern}'\n"
        )
    };
    for (text, line, words) in [
        (head.replace("weight = 5", "weight = 500"), 6, "0 to 100"),
        (head.replace("version", "wersion"), 2, "wersion"),
        (head.replace("\"x\"", "\"X Y\""), 1, "lower-case"),
        (rule("[\"abc\"]", "(open"), 15, "unclosed group"),
        (rule("[]", "x"), 14, "cues"),
        (rule("[\"abc\"]", "x").replace("tender", "tendre"), 12, "has no reader"),
        (head.replace("from_claims = []", "from_claims = [\"merger\"]"), 9, "has no reader"),
        (rule("[\"abc\"]", "\\w{500}\\w{500}\\w{500}"), 15, "4 MB"),
    ] {
        let error = Packs::parse(&[("mine", &text)]).unwrap_err();
        assert_eq!(error.line, line, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    // An array without a key once made the TOML parser lose track of its nesting depth.
    let deep = format!("{head}\nx = {}", "{ [],\n= ".repeat(10_000));
    assert!(Packs::parse(&[("deep", &deep)]).is_err());
    let error = Packs::parse(&[("a", head), ("b", head)]).unwrap_err();
    assert!(error.to_string().contains("taken"), "{error}");
}

fn page(text: &str) -> Document {
    let blocks = text
        .split_inclusive('\n')
        .scan(0, |at, line| {
            let start = *at;
            *at += line.len();
            Some(Block {
                kind: BlockKind::Paragraph,
                span: Span { start, end: start + line.trim_end_matches('\n').len() },
            })
        })
        .collect();
    Document {
        url: "https://www.acme.example/".to_owned(),
        text: text.to_owned(),
        prose_end: text.len(),
        blocks,
        ..Document::default()
    }
}

#[test]
fn data_lines_are_never_read_as_prose() {
    let packs = Packs::builtin();
    let mut document = page("Hello.\nAcme Robotics raised $20 million in Series A funding.\n");
    assert_eq!(packs.claims(&document).0.len(), 1);
    document.prose_end = 7;
    document.blocks.truncate(1);
    assert_eq!(packs.claims(&document).0.len(), 0);
}

#[test]
fn headline_body_and_a_second_page_tell_of_one_event() {
    let packs = Packs::builtin();
    let subject = |text: &str| {
        let (claims, _) = packs.claims(&page(text));
        assert_eq!(claims.len(), 1, "{text}: {claims:?}");
        claims.into_iter().next().unwrap().subject
    };
    let first = subject(
        "Fjordpay raises $20M\nOSLO, May 4, 2026 – Fjordpay today announced it has raised $20 million in Series A funding led by Alder Ridge.\n",
    );
    let second = subject("Payments firm Fjordpay closed its Series A round at $20m.\n");
    assert_eq!(first, second);
}

#[test]
fn we_in_the_headline_of_another_page_is_not_the_owner() {
    let count = |text: &str, anchor: &str, href: &str| {
        let mut document = page(text);
        let start = text.find(anchor).unwrap();
        let span = Span { start, end: start + anchor.len() };
        document.links.push(Link { span, href: href.to_owned() });
        packs().claims(&document).0.len()
    };
    let (news, top) = ("https://www.acme.example/n/1", "https://www.acme.example/#top");
    for (text, anchor, href, expect) in [
        ("27 November 2026 We have raised our Series A\n", "We have raised our Series A", news, 0),
        (
            "Wir sind nach ISO 27001 zertifiziert.\n",
            "Wir sind nach ISO 27001 zertifiziert",
            news,
            0,
        ),
        ("We have raised our Series A\n", "We have raised our Series A", top, 1),
        ("We have raised our Series A. Read more\n", "Read more", news, 1),
        ("We are now ISO 27001 certified.\n", "ISO 27001 certified", news, 1),
        ("Fjordpay has raised its Series A\n", "Fjordpay has raised its Series A", news, 1),
    ] {
        assert_eq!(count(text, anchor, href), expect, "{text}");
        assert_eq!(packs().claims(&page(text)).0.len(), 1, "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn never_panics_and_points_at_words(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "Acme", "raises", "raised", "$20M", "€5 Mio.", "in", "Series A", "funding", "we", "our", "achieved",
                "SOC 2", "Type II", "ISO 27001", "certified", "awarded", "a contract", "by", "the Ministry", "switched",
                "to", "HubSpot", "–", ",", ".", "“", "”", "(", "’s", "é", "\u{a0}", "\n", "1,2", "2024", "May", "the company", "tenders", "invites",
            ]),
            0..40,
        ),
        junk in "\\PC{0,30}",
    ) {
        let packs = packs();
        let document = page(&format!("{} {junk}", words.join(" ")));
        let (claims, notes) = packs.claims(&document);
        for claim in &claims {
            prop_assert!(claim.span.of(&document.text).is_some());
        }
        prop_assert_eq!((claims, notes), packs.claims(&document));
    }
}

fn packs() -> &'static Packs {
    static PACKS: std::sync::LazyLock<Packs> = std::sync::LazyLock::new(Packs::builtin);
    &PACKS
}
