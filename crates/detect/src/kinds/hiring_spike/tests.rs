//! Histories of openings with the expected signals.

use model::ObservationOutcome;

use super::OPENING;
use super::openings::openings;
use crate::example::Example;
use crate::signals::tests::story::*;

fn job(number: i32, id: &str, title: &str) -> Said {
    let slots = [("title", title), ("city", "Leeds"), ("country", "gb")];
    said(OPENING.kind, number, &format!("{BOARD}/{id}"), &slots).dated(number).subject(id)
}

/// Creates one opening a fortnight from day 0, then `count` from day 100 on, one a day.
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
    assert_eq!(read[0].explanation, "9 new jobs in two weeks to 19 Apr 2026, usually 0–1");
    assert_eq!(read[0].evidence.len(), 9);
    check(&story(burst(3, "Data Engineer")), &[]);
    // Whole words of the title and the country must match; a product for others gets no signal.
    let sell = |roles: &[&str], region: &[&str]| {
        story(burst(9, "Senior Data Engineer (m/f/d)")).selling(roles, region, 0)
    };
    let spike = "hiring_spike 2026-04 GB data engineer from 2026-04-11 by 1";
    check(&sell(&["Data Engineer"], &["gb"]), &[spike]);
    check(&sell(&["Data Engineer"], &["DE"]), &[]);
    check(&sell(&["Sales", "gine"], &[]), &[]);
    check(&sell(&["engineering"], &[]), &[]);
}

#[test]
fn counts_an_opening_once_across_boards() {
    let copies = |change: fn(Said, i32) -> Said| {
        let more =
            (0..3).map(|n| change(job(100 + n, &format!("more-{n}"), &format!("Fitter b{n}")), n));
        story(burst(3, "Fitter").into_iter().chain(more))
    };
    // The same id on another member's board; the same text under another id.
    check(&copies(|claim, _| claim.about("registry:gb/7")), &[]);
    check(&copies(|claim, n| claim.subject(&format!("other-{n}"))), &[]);
    let others = copies(|claim, n| {
        claim.subject(&format!("other-{n}")).on_text(&format!("{n}")).simhash(1 << n)
    });
    check(&others, &["hiring_spike 2026-04 any any from 2026-04-11 by 1"]);
    // A list links to the page about the opening: one, not two.
    let listed = (0..3).map(|n| {
        let (title, apply) = (format!("Fitter b{n}"), format!("{BOARD}/more-{n}"));
        said(OPENING.kind, 100 + n, HOME, &[("title", &title), ("apply_url", &apply)])
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
            said(OPENING.kind, 100, &url, &slots).dated(100).on_text(&url).subject(&url)
        })
    };
    check(&story(burst(0, "Clerk").into_iter().chain(towns(|_| 479_398))), &[]);
    let nine = story(burst(0, "Clerk").into_iter().chain(towns(|n| 479_398 + n)));
    check(&nine, &["hiring_spike 2026-04 any any from 2026-04-11 by 1"]);
}

#[test]
fn relisted_openings_are_not_new() {
    let again = |observed: i32, place: &str, n: i32| {
        let (title, id) = (format!("Fitter {n}"), format!("{place}-{n}"));
        let slots = [("title", &*title), ("city", "Leeds")];
        let claim = said(OPENING.kind, observed, &format!("{BOARD}/{id}"), &slots);
        claim.subject(&id).on_text(&id)
    };
    // Six old openings, last observed on day `last`; on day 100 they are posted elsewhere with a
    // new date, with three more.
    let case = |last: i32| {
        let old = (0..6).flat_map(move |n| [30, last].map(|day| again(day, "old", n).dated(5 * n)));
        let new = (0..9).map(|n| again(100, "new", n).dated(100));
        story(old.chain(new))
    };
    let spike = ["hiring_spike 2026-04 any any from 2026-04-11 by 1"];
    check(&case(96), &[]);
    check(&case(102), &[]);
    // Openings that are still posted beside the new ones are not the same, nor are those long gone.
    check(&case(106), &spike);
    check(&case(40), &spike);
}

#[test]
fn first_contact_and_gaps_are_not_spikes() {
    let undated = |number, id: &str| {
        let slots = [("title", id)];
        said(OPENING.kind, number, BOARD, &slots).subject(id)
    };
    let board = |number| (0..8).map(move |n| undated(number, &format!("Fitter {n}")));
    check(&story(board(60)), &[]);
    assert_eq!(story(board(60)).notes(), ["openings_at_first_contact"]);
    // Observed for two months without them: they are new. After a long gap this is unknown.
    let watched = (0..10).fold(story(board(60)), |story, n| story.seen(n * 6, BOARD));
    check(&watched, &["hiring_spike 2026-03 any any from 2026-03-02 by 1"]);
    check(&story(board(60)).seen(0, BOARD), &[]);
    // Dated, all on one day, but the time before is unknown.
    let dated = story((0..8).map(|n| job(60, &format!("{n}"), &format!("Fitter {n}"))));
    check(&dated, &[]);
    assert_eq!(dated.notes(), ["hiring_cold_start"]);
    // Posted before the first observation: openings that closed by then were never observed.
    let slots = |n: i32| [("title", format!("Fitter {n}")), ("city", "Leeds".to_owned())];
    let before = (0..9).map(|n| {
        let slots = slots(n);
        let slots = slots.each_ref().map(|(name, value)| (*name, value.as_str()));
        let day = if n == 0 { 5 } else { 50 };
        said(OPENING.kind, 60, &format!("{BOARD}/{n}"), &slots).dated(day)
    });
    check(&story(before), &[]);
}

#[test]
fn a_spike_ends_when_its_openings_close() {
    let case = || story(burst(6, "Fitter"));
    let after = |outcome: ObservationOutcome, days: &[i32]| {
        let observations = (0..3).flat_map(|n| days.iter().map(move |day| (n, *day)));
        observations.fold(case(), |case, (n, day)| {
            case.looked(day, &format!("{BOARD}/more-{n}"), outcome, None)
        })
    };
    let open = ["hiring_spike 2026-04 any any from 2026-04-11 by 1"];
    let ended = ["hiring_spike 2026-04 any any from 2026-04-11 to 2026-04-20 by 1"];
    check(&case(), &open);
    check(&after(ObservationOutcome::Gone, &[109]), &ended);
    // One miss may be an accident; two on different days are not.
    check(&after(ObservationOutcome::Changed, &[109]), &open);
    check(&after(ObservationOutcome::Changed, &[109, 112]), &ended);
    check(&after(ObservationOutcome::CouldNotLook, &[109, 112]), &open);
    let planned = story(burst(6, "Data Engineer")).on(98);
    assert_eq!(planned.signals(), []);
}

/// Creates the posting of one language on a page of its own, in `city`.
fn posting(path: &str, title: &str, lang: &str, city: &str, translations: &[&str]) -> Said {
    let url = format!("https://acme.example{path}");
    let translations: Vec<String> =
        translations.iter().map(|path| format!("https://acme.example{path}")).collect();
    let translations = translations.join(" ");
    let slots = [("title", title), ("city", city), ("translations", &*translations)];
    let slots = slots.into_iter().filter(|(_, value)| !value.is_empty()).collect::<Vec<_>>();
    said(OPENING.kind, 100, &url, &slots).dated(100).on_text(&url).subject(&url).lang(lang)
}

#[track_caller]
fn check_openings(expect: usize, postings: Vec<Said>) {
    let titles = format!("{postings:#?}");
    assert_eq!(openings(&story(postings).history, nth(120), 14).all.len(), expect, "{titles}");
}

#[test]
fn a_position_in_two_languages_is_one_opening() {
    // Tied by hreflang: three positions, six pages.
    let titles =
        [("Sales Manager", "Vertriebsleiter"), ("Nurse", "Pflegekraft"), ("Rigger", "Einrichter")];
    let pages = titles.iter().enumerate().flat_map(|(n, (title, other))| {
        let (en, de) = (format!("/en/careers/9{n}"), format!("/de/karriere/9{n}"));
        [posting(&en, title, "en", "Munich", &[&de]), posting(&de, other, "de", "München", &[&en])]
    });
    check_openings(3, pages.collect());
    // The pages name no number, and the field of work is one.
    let (fr, nl) = ("/fr/emplois/soudeur", "/nl/vacatures/lasser");
    check_openings(
        1,
        vec![
            posting(fr, "Soudeur (H/F)", "fr", "Anvers", &[nl, "/jobs"]),
            posting(nl, "Lasser", "nl", "Antwerpen", &[fr, "/jobs"]),
        ],
    );
    // Without hreflang: the addresses differ by the language only.
    check_openings(
        1,
        vec![
            posting("/careers/90?lang=en", "Buyer", "en", "Turku", &[]),
            posting("/careers/90?lang=fi", "Ostaja", "fi", "", &[]),
        ],
    );
    // On a board, under the employer's id.
    let req = |said: Said| said.subject("opening:REQ-4711");
    check_openings(
        1,
        vec![
            req(posting("/stellen/koch", "Koch", "de", "Basel", &[])),
            req(posting("/offers/cook", "Cook", "en", "Basel", &[])).about("registry:gb/7"),
        ],
    );
}

#[test]
fn other_positions_stay_apart() {
    let pair = |en: &str, de: &str, ties: [&[&str]; 2], titles: [&str; 2], cities: [&str; 2]| {
        vec![
            posting(en, titles[0], "en", cities[0], ties[0]),
            posting(de, titles[1], "de", cities[1], ties[1]),
        ]
    };
    let (en, de) = ("/en/jobs/rigger", "/de/jobs/einrichter");
    let (riggers, leeds) = (["Rigger", "Einrichter"], ["Leeds", "Leeds"]);
    let tied: [&[&str]; 2] = [&[de], &[en]];
    check_openings(1, pair(en, de, tied, riggers, leeds));
    // Every page names the home page or one and the same page; another place; another role.
    check_openings(2, pair(en, de, [&["/de"], &["/en"]], riggers, leeds));
    check_openings(2, pair(en, de, [&[de], &["/en/jobs/other"]], riggers, leeds));
    check_openings(2, pair(en, de, tied, riggers, ["Leeds", "Leipzig"]));
    check_openings(2, pair(en, de, tied, ["Nurse", "Schweißer"], leeds));
    check_openings(
        2,
        pair("/en/jobs/90", "/de/jobs/91", [&["/de/jobs/91"], &["/en/jobs/90"]], riggers, leeds),
    );
    // Posted on other days.
    let mut later = pair(en, de, tied, riggers, leeds);
    later[1] = later[1].clone().dated(60);
    check_openings(2, later);
    // Departments, not languages; the employer's number, not the position's.
    let department = |path, title| posting(path, title, "en", "Leeds", &[]);
    check_openings(
        2,
        vec![department("/it/jobs/90", "Rigger"), department("/hr/jobs/90", "Clerk")],
    );
    let numbered = |path, title, lang, of| {
        posting(path, title, lang, "Leeds", &[]).about(of).subject("opening:4711")
    };
    let three = vec![
        numbered("/a", "Rigger", "en", "domain:acme.example"),
        numbered("/b", "Clerk", "en", "registry:gb/7"),
        numbered("/c", "Einrichter", "de", "board:lever/acme"),
    ];
    check_openings(3, three);
}

#[test]
fn any_language_of_a_title_has_the_role() {
    let sell = |roles: &[&str]| {
        let pages = (0..9).flat_map(|n| {
            let (en, de) = (format!("/en/careers/9{n}"), format!("/de/karriere/9{n}"));
            [
                posting(&en, &format!("Welder b{n}"), "en", "Wels", &[&de]),
                posting(&de, &format!("Schweißer b{n}"), "de", "Wels", &[&en]),
            ]
        });
        story(burst(0, "Clerk").into_iter().chain(pages)).selling(roles, &[], 0).signals().len()
    };
    assert_eq!([sell(&["Welder"]), sell(&["Schweißer"]), sell(&["Nurse"])], [1, 1, 0]);
}

#[test]
fn a_posting_carries_the_translations_of_its_page() {
    let claims = |fields: &[&[(&str, &str)]]| {
        let owned = |fields: &&[(&str, &str)]| {
            let kind = ("kind", "job_posting");
            let fields = fields.iter().copied().chain([kind]);
            fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
        };
        let data = fields.iter().map(owned).collect();
        let mut document =
            Example { data, owner: Some("Acme".to_owned()), ..Example::default() }.document();
        document.translations = vec!["https://www.acme.example/de/karriere/90".to_owned()];
        super::claims::claims(&document, &crate::claims::owner::Owner::of(&document))
    };
    let slots = |fields: &[&[(&str, &str)]], name: &str| -> Vec<Option<String>> {
        claims(fields).iter().map(|claim| claim.slots.get(name).cloned()).collect()
    };
    let tie = "https://www.acme.example/de/karriere/90".to_owned();
    let (one, other) = (&[("title", "Rigger"), ("id", "90")][..], &[("title", "Clerk")][..]);
    assert_eq!(slots(&[one], "translations"), [Some(tie)]);
    assert_eq!(slots(&[one, other], "translations"), [None, None]);
    let listed = |url| slots(&[&[("title", "Rigger"), ("url", url)]], "url");
    let own = "https://www.acme.example/de/karriere/90".to_owned();
    assert_eq!(listed("/de/karriere/90"), [Some(own)]);
    assert_eq!(listed("https://www.acme.example/news"), [None]);
    assert_eq!(listed("https://www.acme.example/jobs/90"), [None]);
    // The employer's name is no id.
    let named = claims(&[&[("title", "Rigger"), ("city", "Leeds"), ("id", "Acme")]]);
    assert_eq!(named[0].subject, "opening:rigger|leeds");
}
