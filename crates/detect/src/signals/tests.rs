//! Histories and the signals they must give.

mod properties;
mod story;

use model::{ClaimKind, LookOutcome, Permille};
use story::*;

use crate::signals::review_on;

fn round(number: i32, url: &str, slots: &[(&str, &str)]) -> Said {
    said(ClaimKind::FundingRound, number, url, slots)
}

const B42: [(&str, &str); 3] = [("round", "series_b"), ("amount", "42000000"), ("currency", "USD")];

#[test]
fn a_round_is_told_once_however_often_it_is_told() {
    let one = "budget_event 2026-03 series_b funding from 2026-03-02 by";
    check(&story([round(62, PRESS, &B42).published(60)]), &[&format!("{one} 1")]);
    // Repeated visits, an edited amount, a copy, a second source, the company's own page.
    let edited = [("round", "series_b"), ("amount", "45000000"), ("currency", "USD")];
    let retold = [
        round(62, PRESS, &B42).published(60),
        round(63, PRESS, &B42).published(60),
        round(64, PRESS, &edited).published(60).subject("another text"),
        round(63, WIRE, &B42).published(61).simhash(0xff00),
        round(63, "https://copy.example/", &B42).published(62).simhash(0xff01),
        round(70, BLOG, &B42).published(60).about("registry:gb/7"),
    ];
    let read = check(&story(retold.clone()), &[&format!("{one} 3")]);
    assert_eq!(story(retold).signals().len(), 2, "one for each entity with words of its own");
    assert!(read[0].confidence > Permille::new(900), "{}", read[0].confidence);
    assert_eq!(read[0].slots["amount_eur"], "38640000");
    // A report without a name is of the named round near it; alone it needs the amount.
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
        let told = story([round(60, PRESS, &slots).published(60)]);
        assert_eq!(told.signals().len(), usize::from(counts), "{name}");
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
fn what_a_source_takes_back_is_withdrawn() {
    let one = ["budget_event 2026-03 series_b funding from 2026-03-02 by 1"];
    let told = || story([round(60, PRESS, &B42).published(60)]);
    check(&told().looked(65, PRESS, LookOutcome::Seen, Some(60)), &[]);
    // Another edition, a page gone, a page not seen: nobody took anything back.
    check(&told().looked(65, PRESS, LookOutcome::Seen, Some(64)), &one);
    check(&told().looked(65, PRESS, LookOutcome::Seen, None), &one);
    check(&told().looked(65, PRESS, LookOutcome::Gone, Some(60)), &one);
    check(&told().looked(65, PRESS, LookOutcome::CouldNotLook, Some(60)), &one);
    check(&told().looked(65, PRESS, LookOutcome::NotAllowed, Some(60)), &one);
    // Taken back and said again; corrected to another round; still said elsewhere.
    let again = [round(60, PRESS, &B42).published(60), round(70, PRESS, &B42).published(60)];
    check(&story(again).looked(65, PRESS, LookOutcome::Seen, Some(60)), &one);
    let c = [("round", "series_c"), ("amount", "42000000"), ("currency", "USD")];
    let corrected = [round(60, PRESS, &B42).published(60), round(65, PRESS, &c).published(60)];
    check(&story(corrected), &["budget_event 2026-03 series_c funding from 2026-03-02 by 1"]);
    let elsewhere = [round(60, PRESS, &B42).published(60), round(60, WIRE, &B42).published(60)];
    check(&story(elsewhere).looked(65, PRESS, LookOutcome::Seen, Some(60)), &one);
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
        said(ClaimKind::Tender, number, "https://tenders.example/44", &slots).dated(60)
    };
    let open = ["budget_event 2026/S 044 buyer tender from 2026-03-02 to 2026-05-04 by 1"];
    let told = || story([notice(60, "2026-05-04")]);
    check(&told(), &open);
    check(&told().selling(&[], &[], 200_000), &open);
    check(&told().selling(&[], &["GB"], 200_000).country("GB"), &open);
    check(&told().selling(&[], &["DE"], 200_000).country("GB"), &[]);
    check(&told().selling(&[], &[], 300_000), &[]);
    check(&told().selling(&[], &[], 300_000).selling(&[], &["GB"], 1000), &open);
    assert_eq!(review_on(&told().history, &told().signals(), nth(100)), Some(day("2026-05-05")));
    check(
        &story([notice(60, "2026-05-04"), notice(70, "2026-06-04")]),
        &["budget_event 2026/S 044 buyer tender from 2026-03-02 to 2026-06-04 by 1"],
    );
    check(&story([notice(60, "2026-05-04").planned()]), &[]);
    let award = |number, amount| {
        let slots = [("role", "supplier"), ("amount", amount), ("currency", "USD")];
        said(ClaimKind::Tender, number, PRESS, &slots).published(number)
    };
    check(
        &story([award(60, "3400000"), award(75, "3500000")]),
        &["budget_event 2026-03 supplier tender from 2026-03-02 by 1"],
    );
}

#[test]
fn a_certificate_needs_a_link_and_a_source_that_may_tell() {
    let cert = |number, url, standard, link: bool| {
        let mut slots = vec![("standard", standard)];
        if link {
            slots.push(("certificate_url", "https://trust.acme.example/report.pdf"));
        }
        said(ClaimKind::Certification, number, url, &slots).published(number)
    };
    let won = "compliance_win 2026-03 soc_2_type_2 from";
    check(&story([cert(60, PRESS, "soc_2_type_2", false)]), &[]);
    check(&story([cert(60, PRESS, "soc_2_type_2", true)]), &[&format!("{won} 2026-03-02 by 1")]);
    let linked = |days| {
        story([
            cert(60, PRESS, "soc_2_type_2", false),
            cert(60 + days, BLOG, "soc_2", true).about("registry:gb/7"),
        ])
    };
    check(&linked(20), &[&format!("{won} 2026-03-02 by 2")]);
    // Too far: the link proves the later report only.
    check(&linked(90), &["compliance_win 2026-05 soc_2 from 2026-05-31 by 1"]);
    check(&story([cert(60, PRESS, "iso_9001", true)]), &[]);
    check(&story([cert(60, PRESS, "iso_27001", true).planned()]), &[]);
    check(&story([cert(60, PRESS, "iso_27001", true).by("board:jobs/other")]), &[]);
    check(
        &story([cert(60, PRESS, "iso_27001", true).by("board:lever/acme")]),
        &["compliance_win 2026-03 iso_27001 from 2026-03-02 by 1"],
    );
}

#[test]
fn a_tool_is_adopted_when_it_is_new_and_written_about() {
    let trace = |number| {
        said(ClaimKind::TechTrace, number, HOME, &[("tool", "HubSpot"), ("channel", "script")])
    };
    let wrote = |number, url| {
        said(ClaimKind::TechStatement, number, url, &[("tool", "hubspot")]).published(number)
    };
    let adopted = "tech_adoption hubspot from 2026-03-02 by";
    check(&story([trace(60)]).seen(50, HOME), &[]);
    check(&story([wrote(60, BLOG)]).seen(50, HOME), &[]);
    let read = check(
        &story([trace(60), trace(61), trace(90), wrote(70, PRESS)]).seen(50, HOME),
        &[&format!("{adopted} 2")],
    );
    assert_eq!(read[0].evidence.len(), 2);
    assert!(read[0].explanation.contains("a script on its pages shows it since 2026-03-02"));
    assert!(read[0].explanation.contains("ledger.example wrote of it on 2026-03-12"));
    check(&story([trace(60), wrote(70, BLOG)]), &[&format!("{adopted} 1")]);
    check(&story([trace(60), wrote(75, PRESS)]).seen(50, HOME), &[]);
    // It came on some day after the last look without it.
    let between = "tech_adoption hubspot from 2026-02-10 by 2";
    check(&story([trace(60), wrote(40, PRESS)]).seen(50, HOME), &[between]);
    check(&story([trace(60), wrote(35, PRESS)]).seen(50, HOME), &[]);
    check(&story([trace(60), wrote(60, PRESS).planned()]).seen(50, HOME), &[]);
    // First contact, and nobody says when: it may have been there for years.
    let undated = || said(ClaimKind::TechStatement, 60, BLOG, &[("tool", "HubSpot")]);
    let first_contact = story([trace(60), undated()]);
    check(&first_contact, &[]);
    assert_eq!(first_contact.notes(), ["tool_at_first_contact"]);
    check(&story([trace(60), undated()]).seen(50, HOME), &[&format!("{adopted} 1")]);
    let record = [("tool", "HubSpot"), ("channel", "dns")];
    let record = said(ClaimKind::TechTrace, 60, "https://acme.example/dns", &record);
    check(&story([record, undated()]).seen(50, HOME), &[]);
}

fn job(number: i32, id: &str, title: &str) -> Said {
    let slots = [("title", title), ("city", "Leeds"), ("country", "gb")];
    said(ClaimKind::Opening, number, &format!("{BOARD}/{id}"), &slots).dated(number).subject(id)
}

/// One opening a fortnight from day 0, then `count` from day 100 on, one a day.
fn burst(count: i32, title: &str) -> Vec<Said> {
    let usual = (0..7).map(|n| job(n * 14, &format!("usual-{n}"), &format!("{title} {n}")));
    let more = (0..count).map(|n| job(100 + n, &format!("more-{n}"), &format!("{title} b{n}")));
    usual.chain(more).collect()
}

#[test]
fn a_spike_shows_both_figures_and_its_openings() {
    let read = check(
        &story(burst(9, "Data Engineer")),
        &["hiring_spike 2026-04 any any from 2026-04-11 by 1"],
    );
    let slots = &read[0].slots;
    assert_eq!((&*slots["openings"], &*slots["baseline_14d"]), ("9", "0.93"));
    assert!(read[0].explanation.starts_with("9 new openings in the 14 days to 2026-04-19"));
    assert_eq!(read[0].evidence.len(), 9);
    check(&story(burst(3, "Data Engineer")), &[]);
    // Whole words of the title, and the country; a product that wants others gets none.
    let sell = |roles: &[&str], region: &[&str]| {
        story(burst(9, "Senior Data Engineer (m/f/d)")).selling(roles, region, 0)
    };
    let told = "hiring_spike 2026-04 GB data engineer from 2026-04-11 by 1";
    check(&sell(&["Data Engineer"], &["gb"]), &[told]);
    check(&sell(&["Data Engineer"], &["DE"]), &[]);
    check(&sell(&["Sales", "gine"], &[]), &[]);
    check(&sell(&["engineering"], &[]), &[]);
}

#[test]
fn an_opening_counts_once_whichever_board_it_stands_on() {
    let copies = |change: fn(Said, i32) -> Said| {
        let more =
            (0..3).map(|n| change(job(100 + n, &format!("more-{n}"), &format!("Fitter b{n}")), n));
        story(burst(3, "Fitter").into_iter().chain(more))
    };
    // The same id on another member's board; the same text under another id.
    check(&copies(|said, _| said.about("registry:gb/7")), &[]);
    check(&copies(|said, n| said.subject(&format!("other-{n}"))), &[]);
    let others = copies(|said, n| {
        said.subject(&format!("other-{n}")).on_text(&format!("{n}")).simhash(1 << n)
    });
    check(&others, &["hiring_spike 2026-04 any any from 2026-04-11 by 1"]);
    // A list links to the page about the opening: one, not two.
    let listed = (0..3).map(|n| {
        let (title, apply) = (format!("Fitter b{n}"), format!("{BOARD}/more-{n}"));
        said(ClaimKind::Opening, 100 + n, HOME, &[("title", &title), ("apply_url", &apply)])
            .dated(100 + n)
    });
    check(&story(burst(3, "Fitter").into_iter().chain(listed)), &[]);
    // One position in nine towns, under the employer's one number.
    let towns = |number: fn(i32) -> i32| {
        (0..9).map(move |n| {
            let (city, apply) =
                (format!("Town {n}"), format!("https://acme.example/{}-fitter-{n}", number(n)));
            let slots = [("title", "Fitter"), ("city", &*city), ("apply_url", &*apply)];
            let url = format!("{BOARD}/town-{n}");
            said(ClaimKind::Opening, 100, &url, &slots).dated(100).on_text(&url).subject(&url)
        })
    };
    check(&story(burst(0, "Clerk").into_iter().chain(towns(|_| 479_398))), &[]);
    let nine = story(burst(0, "Clerk").into_iter().chain(towns(|n| 479_398 + n)));
    check(&nine, &["hiring_spike 2026-04 any any from 2026-04-11 by 1"]);
}

#[test]
fn what_is_put_up_again_is_not_new() {
    let again = |looked: i32, place: &str, n: i32| {
        let (title, id) = (format!("Fitter {n}"), format!("{place}-{n}"));
        let slots = [("title", &*title), ("city", "Leeds")];
        let said = said(ClaimKind::Opening, looked, &format!("{BOARD}/{id}"), &slots);
        said.subject(&id).on_text(&id)
    };
    // Six old openings, last looked at on some day; on day 100 they stand elsewhere, with a new day,
    // and three more beside them.
    let told = |last: i32| {
        let old = (0..6).flat_map(move |n| [30, last].map(|day| again(day, "old", n).dated(5 * n)));
        let new = (0..9).map(|n| again(100, "new", n).dated(100));
        story(old.chain(new))
    };
    let spike = ["hiring_spike 2026-04 any any from 2026-04-11 by 1"];
    check(&told(96), &[]);
    check(&told(102), &[]);
    // Those that still stand beside the new ones are others, and so are those long gone.
    check(&told(106), &spike);
    check(&told(40), &spike);
}

#[test]
fn first_contact_and_gaps_are_not_spikes() {
    let undated = |number, id: &str| {
        let slots = [("title", id)];
        said(ClaimKind::Opening, number, BOARD, &slots).subject(id)
    };
    let board = |number| (0..8).map(move |n| undated(number, &format!("Fitter {n}")));
    check(&story(board(60)), &[]);
    assert_eq!(story(board(60)).notes(), ["openings_at_first_contact"]);
    // Looked at for two months without them: they are new. After a long gap nobody knows.
    let watched = (0..10).fold(story(board(60)), |story, n| story.seen(n * 6, BOARD));
    check(&watched, &["hiring_spike 2026-03 any any from 2026-03-02 by 1"]);
    check(&story(board(60)).seen(0, BOARD), &[]);
    // Dated, all on one day, but nothing is known of the time before.
    let dated = story((0..8).map(|n| job(60, &format!("{n}"), &format!("Fitter {n}"))));
    check(&dated, &[]);
    assert_eq!(dated.notes(), ["hiring_cold_start"]);
    // Posted before anybody looked: whatever closed until then was never seen.
    let slots = |n: i32| [("title", format!("Fitter {n}")), ("city", "Leeds".to_owned())];
    let before = (0..9).map(|n| {
        let slots = slots(n);
        let slots = slots.each_ref().map(|(name, value)| (*name, value.as_str()));
        let day = if n == 0 { 5 } else { 50 };
        said(ClaimKind::Opening, 60, &format!("{BOARD}/{n}"), &slots).dated(day)
    });
    check(&story(before), &[]);
}

#[test]
fn a_spike_ends_when_its_openings_close() {
    let told = || story(burst(6, "Fitter"));
    let after = |outcome: LookOutcome, days: &[i32]| {
        let looks = (0..3).flat_map(|n| days.iter().map(move |day| (n, *day)));
        looks.fold(told(), |told, (n, day)| {
            told.looked(day, &format!("{BOARD}/more-{n}"), outcome, None)
        })
    };
    let open = ["hiring_spike 2026-04 any any from 2026-04-11 by 1"];
    let ended = ["hiring_spike 2026-04 any any from 2026-04-11 to 2026-04-20 by 1"];
    check(&told(), &open);
    check(&after(LookOutcome::Gone, &[109]), &ended);
    // One miss may be an accident; two on different days are not.
    check(&after(LookOutcome::Seen, &[109]), &open);
    check(&after(LookOutcome::Seen, &[109, 112]), &ended);
    check(&after(LookOutcome::CouldNotLook, &[109, 112]), &open);
    let planned = story(burst(6, "Data Engineer")).on(98);
    assert_eq!(planned.signals(), []);
}

#[test]
fn time_alone_is_waited_for() {
    let seen_early = |mut said: Said| {
        said = said.published(60);
        said
    };
    let mut told = story([seen_early(round(60, PRESS, &B42))]);
    told.history.claims[0].evidence.observed = noon(nth(50));
    told = told.on(55);
    check(&told, &[]);
    assert_eq!(review_on(&told.history, &told.signals(), told.today), Some(nth(60)));
    check(&told.on(60), &["budget_event 2026-03 series_b funding from 2026-03-02 by 1"]);
}
