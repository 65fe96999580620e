//! Histories of rounds and tenders with the expected signals.

use model::Permille;

use super::TENDER;
use crate::example::Example;
use crate::signals::review_on;
use crate::signals::tests::story::*;

#[test]
fn reports_of_one_round_give_one_signal() {
    let one = "budget_event 2026-03 series_b funding from 2026-03-02 by";
    check(&story([round(62, PRESS, &B42).published(60)]), &[&format!("{one} 1")]);
    // Repeated visits, an edited amount, a copy, a second source, the company's own page.
    let edited = [("round", "series_b"), ("amount", "45000000"), ("currency", "USD")];
    let reports = [
        round(62, PRESS, &B42).published(60),
        round(63, PRESS, &B42).published(60),
        round(64, PRESS, &edited).published(60).subject("another text"),
        round(63, WIRE, &B42).published(61).simhash(0xff00),
        round(63, "https://copy.example/", &B42).published(62).simhash(0xff01),
        round(70, BLOG, &B42).published(60).about("registry:gb/7"),
    ];
    let read = check(&story(reports.clone()), &[&format!("{one} 3")]);
    assert_eq!(story(reports).signals().len(), 2, "one for each entity with words of its own");
    assert!(read[0].confidence > Permille::new(900), "{}", read[0].confidence);
    assert_eq!(read[0].slots["amount_eur"], "38640000");
    // A report that does not name its round belongs to the named round near it; alone it needs an
    // amount.
    let unnamed = [("amount", "42000000"), ("currency", "USD")];
    let near = [round(60, PRESS, &B42).published(60), round(64, WIRE, &unnamed).published(64)];
    check(&story(near), &[&format!("{one} 2")]);
    let alone = |amount| round(60, PRESS, &[("amount", amount), ("currency", "EUR")]).published(60);
    check(&story([alone("900000")]), &[]);
    let unknown = "budget_event 2026-03 unknown funding from 2026-03-02 by 1";
    check(&story([alone("9000000")]), &[unknown]);
}

#[test]
fn only_growth_money_counts_and_distant_rounds_are_two() {
    for (name, counts) in [
        ("series_a", true),
        ("Series C", true),
        ("growth", true),
        ("seed", false),
        ("pre_seed", false),
        ("grant", false),
        ("debt", false),
        ("", false),
    ] {
        let slots = [("round", name), ("amount", "2000000"), ("currency", "EUR")];
        let case = story([round(60, PRESS, &slots).published(60)]);
        assert_eq!(case.signals().len(), usize::from(counts), "{name}");
        let planned = story([round(60, PRESS, &slots).published(60).planned()]);
        assert_eq!(planned.signals(), [], "{name}");
    }
    let two = [round(20, PRESS, &B42).published(20), round(90, WIRE, &B42).published(90)];
    check(
        &story(two),
        &[
            "budget_event 2026-01 series_b funding from 2026-01-21 by 1",
            "budget_event 2026-04 series_b funding from 2026-04-01 by 1",
        ],
    );
}

#[test]
fn tenders_count_by_amount_country_and_deadline() {
    let notice = |number, deadline| {
        let slots = [
            ("role", "buyer"),
            ("notice", "2026/S 044"),
            ("amount", "250000"),
            ("currency", "GBP"),
            ("deadline", deadline),
        ];
        said(TENDER.kind, number, "https://tenders.example/44", &slots).dated(60)
    };
    let open = ["budget_event 2026/S 044 buyer tender from 2026-03-02 to 2026-05-04 by 1"];
    let case = || story([notice(60, "2026-05-04")]);
    check(&case(), &open);
    check(&case().selling(&[], &[], 200_000), &open);
    check(&case().selling(&[], &["GB"], 200_000).country("GB"), &open);
    check(&case().selling(&[], &["DE"], 200_000).country("GB"), &[]);
    check(&case().selling(&[], &[], 300_000), &[]);
    check(&case().selling(&[], &[], 300_000).selling(&[], &["GB"], 1000), &open);
    assert_eq!(review_on(&case().history, &case().signals(), nth(100)), Some(day("2026-05-05")));
    check(
        &story([notice(60, "2026-05-04"), notice(70, "2026-06-04")]),
        &["budget_event 2026/S 044 buyer tender from 2026-03-02 to 2026-06-04 by 1"],
    );
    check(&story([notice(60, "2026-05-04").planned()]), &[]);
    let award = |number, amount| {
        let slots = [("role", "supplier"), ("amount", amount), ("currency", "USD")];
        said(TENDER.kind, number, PRESS, &slots).published(number)
    };
    check(
        &story([award(60, "3400000"), award(75, "3500000")]),
        &["budget_event 2026-03 supplier tender from 2026-03-02 by 1"],
    );
}

/// A report of a tender of the buyer on day `number`, without the slots that are empty.
fn call(number: i32, url: &str, notice: &str, file: &str, amount: &str) -> Said {
    let slots = [
        ("role", "buyer"),
        ("notice", notice),
        ("file", file),
        ("amount", amount),
        ("currency", "EUR"),
    ];
    let slots: Vec<(&str, &str)> =
        slots.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    said(TENDER.kind, number, url, &slots).published(number)
}

#[test]
fn a_tender_is_its_number_however_it_is_written() {
    let two = [
        "budget_event 645312-2026 buyer tender from 2026-03-02 by 1",
        "budget_event 650001-2026 buyer tender from 2026-03-03 by 1",
    ];
    let other = call(61, WIRE, "2026/S 219-650001", "", "2600000");
    check(&story([call(60, PRESS, "2026/S 214-645312", "", "1400000"), other]), &two);
    // Two numbers and one amount; one number in two writings, corrected, with its file.
    let of_one_amount = call(61, WIRE, "650001-2026", "", "1400000");
    check(&story([call(60, PRESS, "645312-2026", "", "1400000"), of_one_amount]), &two);
    let writings = |file: &str| {
        story([
            call(60, PRESS, "2026/S 214-645312", "", "1400000"),
            call(61, WIRE, "645312-2026", file, "1400000"),
            call(90, BLOG, "00645312-2026", "", "1900000"),
            call(91, HOME, "4.2-0311/26", "", "1900000"),
        ])
    };
    let one = "budget_event 645312-2026 buyer tender from 2026-03-02 by";
    let file = "budget_event 4.2-0311/26 buyer tender from 2026-04-02 by 1";
    check(&writings(""), &[file, &format!("{one} 3")]);
    check(&writings("4.2-0311/26"), &[&format!("{one} 3")]);
}

#[test]
fn without_a_number_other_amounts_are_other_tenders() {
    let first = "budget_event 2026-03 buyer tender from 2026-03-02 by";
    let second = "budget_event 2600000 2026-03 buyer tender from 2026-03-03 by 1";
    let plain = |number, url, amount| call(number, url, "", "", amount);
    let two = [plain(60, PRESS, "1400000"), plain(61, WIRE, "2600000")];
    check(&story(two.clone()), &[&format!("{first} 1"), second]);
    // The first keeps its identity, whatever follows and whatever its amount is.
    let again = two.into_iter().chain([plain(63, BLOG, "1410000")]);
    check(&story(again), &[&format!("{first} 2"), second]);
    check(
        &story([plain(60, PRESS, "1400000"), plain(61, WIRE, "1410000")]),
        &[&format!("{first} 2")],
    );
    // A report without a number belongs to the number of its amount and time; the number that
    // comes later does not change its identity.
    let numbered = |number| call(number, WIRE, "645312-2026", "", "1400000");
    check(&story([plain(60, PRESS, "1400000"), numbered(61)]), &[&format!("{first} 2")]);
    let one = "budget_event 645312-2026 buyer tender from 2026-03-02 by 2";
    check(&story([numbered(60), plain(61, PRESS, "1400000")]), &[one]);
    let apart = "budget_event 645312-2026 buyer tender from 2026-03-02 by 1";
    check(
        &story([numbered(60), plain(61, PRESS, "2600000")]),
        &["budget_event 2026-03 buyer tender from 2026-03-03 by 1", apart],
    );
}

#[test]
fn a_claim_has_the_number_of_its_own_tender() {
    let check = |text: &str, expect: &[Option<&str>]| {
        let document = Example { text: text.to_owned(), ..Example::default() }.document();
        let (claims, _) = packs().claims(&document);
        let tenders = claims.iter().filter(|claim| claim.kind == TENDER.kind);
        let numbers: Vec<Option<&str>> =
            tenders.map(|claim| claim.slots.get("notice").map(String::as_str)).collect();
        assert_eq!(numbers, expect, "{text}");
    };
    let call = "Nordvik City Council invites tenders for road salt worth EUR 1.4 million";
    let next = "Easthaven County Council invites tenders for grit worth EUR 1.1 million";
    check(&format!("{call}. Bids are due under reference NCC/2026/15."), &[Some("NCC/2026/15")]);
    check(&format!("# Contract notice 118822-2026: salt\n{call}."), &[Some("118822-2026")]);
    check(&format!("{call}.\nReference no. | NCC-2026-15\n"), &[Some("NCC-2026-15")]);
    let correction = "corrects notice no. 645312-2026 by notice no. 650001-2026";
    check(&format!("{call}; this {correction}."), &[Some("645312-2026")]);
    // Those of other tenders, and numbers of other things.
    check(&format!("{call}. {next}, notice no. 650001-2026."), &[None, Some("650001-2026")]);
    check(&format!("{call}.\nRef. A-2026-15\n{next}.\nRef. B-2026-16"), &[None, None]);
    for other in ["12000 tonnes of it", "the contract 2026-2029", "Directive 2014/24/EU"] {
        check(&format!("{call} ({other})."), &[None]);
    }
}

#[test]
fn an_event_without_a_readable_date_is_undated() {
    let alone = check(
        &story([round(60, PRESS, &B42).undated(), round(64, PRESS, &B42).undated()]),
        &["budget_event 2026-03 series_b funding from 2026-03-02 by 1"],
    );
    assert!(alone[0].undated, "{alone:?}");
    assert!(alone[0].explanation.contains("date unknown, first seen 2 Mar 2026"), "{alone:?}");
    // A report with a day tells the day of all; one seen without any date is of the day it was seen.
    for (slots, other, expect) in [
        (&B42[..], round(60, WIRE, &B42).dated(-420), "from 2024-11-07 by 2"),
        (&B42[..], round(61, WIRE, &B42), "from 2026-03-03 by 2"),
        (&B42[1..], round(61, WIRE, &B42).dated(-420), "from 2024-11-07 by 2"),
    ] {
        let read = story([round(200, PRESS, slots).undated(), other]);
        let read = crate::signals::as_read(&read.signals());
        assert_eq!(read.len(), 1, "{read:?}");
        assert!(line(&read[0]).ends_with(expect) && !read[0].undated, "{read:?}");
    }
    // The date was read on a later visit.
    let later = [round(60, PRESS, &B42).undated(), round(64, PRESS, &B42).published(20)];
    assert!(crate::signals::as_read(&story(later).signals()).iter().all(|one| !one.undated));
    // Bids that are due by a day show the time of a tender.
    let slots = [("role", "buyer"), ("amount", "900000"), ("currency", "EUR"), ("notice", "n-7")];
    let open = [slots.as_slice(), &[("deadline", "2026-12-20")]].concat();
    let tender = |slots: &[(&str, &str)]| {
        let read = story([said(TENDER.kind, 60, PRESS, slots).undated()]).signals();
        assert_eq!(read.len(), 1, "{read:?}");
        read[0].undated
    };
    assert_eq!((tender(&slots), tender(&open)), (true, false));
}
