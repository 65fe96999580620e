//! Settled leads leave the list of calls and come back by themselves, in both ways in which the list
//! is answered, and an earlier day shows nothing that came later.

use answer::{CallQuery, FeedbackGiven, Profile, dossier_of, explanation, target};
use flow::{FeedbackChange, Heard, hear};
use model::{By, Day, Feedback, FeedbackOutcome, Timestamp};

use crate::journey::{Engines, Journey, capture_of_html, until};
use crate::small_world::{TODAY, at, captures, product};

use FeedbackOutcome::{Ignore, Lost, Snooze, Won};

const DAY_US: i64 = 86_400_000_000;

async fn profile(journey: &Journey) -> Profile {
    Profile::load(&journey.context().answers()).await.unwrap()
}

/// Says something about a company, as the command line does.
async fn say(journey: &Journey, domain: &str, outcome: FeedbackOutcome, reason: &str) -> Heard {
    let (context, answers) = (journey.context(), journey.context().answers());
    let given = FeedbackGiven { outcome, reason: reason.to_owned(), value: None };
    let profile = profile(journey).await;
    let found = target(&answers, &profile, domain, Some(&given)).await.unwrap();
    let on = |signal_id| {
        let FeedbackGiven { outcome, reason, value } = given.clone();
        Feedback { signal_id, outcome, reason, value, ts: context.now() }
    };
    let all = [found.signal].into_iter().chain(found.others).map(on).collect();
    let change = FeedbackChange::OnLead(all);
    let heard = hear(context, found.company.id, change, &By::OPERATOR).await.unwrap();
    journey.engine.nudge();
    journey.settle().await;
    heard
}

/// Takes the newest feedback on a company back.
async fn take_back(journey: &Journey, domain: &str) {
    let (context, answers) = (journey.context(), journey.context().answers());
    let profile = profile(journey).await;
    let found = target(&answers, &profile, domain, None).await.unwrap();
    let change = FeedbackChange::TakenBack(found.signal);
    let heard = hear(context, found.company.id, change, &By::OPERATOR).await.unwrap();
    assert_eq!(heard, Heard::Changed);
    journey.engine.nudge();
    journey.settle().await;
}

/// Reads the domains in the list of calls, which is the same from the rows and from the companies.
async fn called(journey: &Journey, on: Option<Day>) -> Vec<String> {
    let answers = journey.context().answers();
    let read = async |day, companies_max| {
        let query = CallQuery { limit: 50, ..CallQuery::default() };
        let list = answer::calls(&answers, query, day, companies_max).await.ok()?;
        let domains = list.items.into_iter().map(|call| call.company.domain.unwrap_or_default());
        let mut domains: Vec<String> = domains.collect();
        domains.sort();
        Some(domains)
    };
    let today = answers.day(None);
    let companies = read(on.unwrap_or(today), usize::MAX).await;
    if on.is_none() {
        // The rows are those of today, once a service has written them.
        until("rows and companies agree", async || read(today, 0).await == companies).await;
    }
    companies.unwrap()
}

async fn days_pass(journey: &Journey, days: i64) {
    journey.clock.set(Timestamp(journey.context().now().0 + days * DAY_US));
    journey.engine.nudge();
    journey.settle().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_settled_lead_leaves_the_lists_and_comes_back() {
    let journey = Journey::start(Engines::Disk, vec![product()], at(TODAY)).await;
    journey.accept(captures()).await;
    journey.settle().await;
    let all = called(&journey, None).await;
    let without = |domain: &str| -> Vec<String> {
        all.iter().filter(|one| *one != domain).cloned().collect()
    };
    let nordwind = "nordwind-logistics.example";
    assert!(all.len() > 3 && all.iter().any(|one| one == nordwind), "{all:?}");
    for (outcome, reason, back_after) in [
        (Won, "", None),
        (Lost, "too dear", None),
        (Ignore, "a customer already", None),
        (Ignore, "Wrong company", None),
        (Ignore, "Not our market", None),
        (Ignore, "Already in talks", Some(30)),
        (Snooze, "", Some(30)),
    ] {
        assert_eq!(say(&journey, nordwind, outcome, reason).await, Heard::Changed, "{reason}");
        assert_eq!(say(&journey, nordwind, outcome, reason).await, Heard::Repeated, "{reason}");
        assert_eq!(called(&journey, None).await, without(nordwind), "{outcome:?} {reason}");
        if let Some(days) = back_after {
            let today = journey.context().now().day();
            assert_eq!(called(&journey, Some(today.plus(days - 1))).await, without(nordwind));
            assert_eq!(called(&journey, Some(today.plus(days))).await, all, "{outcome:?}");
        }
        take_back(&journey, nordwind).await;
        assert_eq!(called(&journey, None).await, all, "{outcome:?} {reason}");
    }
    // The rows bring a snoozed lead back without anything being said or found.
    say(&journey, nordwind, Snooze, "").await;
    days_pass(&journey, 29).await;
    assert!(!called(&journey, None).await.iter().any(|one| one == nordwind));
    days_pass(&journey, 1).await;
    assert!(called(&journey, None).await.iter().any(|one| one == nordwind));
    assert_eq!(say(&journey, nordwind, Snooze, "").await, Heard::Changed, "for another 30 days");
    take_back(&journey, nordwind).await;

    // News brings a lost lead back, and is what the call is about; a won one stays away.
    say(&journey, nordwind, Lost, "").await;
    let fjord = "fjord-analytics.example";
    say(&journey, fjord, Won, "").await;
    days_pass(&journey, 2).await;
    let page = |domain: &str, name: &str| {
        let html = format!(
            "<html lang=en><title>{name} raises €30 million Series C</title>\
             <h1>{name} raises €30 million Series C</h1>\
             <p>{name} today announced that it has raised €30 million in a Series C round led by \
             Elbe Ventures.</p>"
        );
        capture_of_html(&format!("https://{domain}/news/c"), &html, journey.context().now())
    };
    let pages = vec![page(nordwind, "Nordwind Logistics"), page(fjord, "Fjord Analytics")];
    journey.accept(pages).await;
    journey.settle().await;
    let now = called(&journey, None).await;
    assert!(now.iter().any(|one| one == nordwind), "{now:?}");
    assert!(!now.iter().any(|one| one == fjord), "{now:?}");
    let (answers, day) = (journey.context().answers(), journey.context().now().day());
    let company = dossier_of(&answers, &profile(&journey).await, nordwind).await.unwrap();
    let why = company.strongest(company.best(day).unwrap(), day).unwrap();
    assert!(why.evidence.iter().any(|one| one.quote.contains("€30 million")), "{why:?}");
    journey.engine.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_earlier_day_shows_nothing_that_came_later() {
    let journey = Journey::start(Engines::Disk, vec![product()], at(TODAY)).await;
    journey.accept(captures()).await;
    journey.settle().await;
    let (fjord, nordwind) = ("fjord-analytics.example", "nordwind-logistics.example");
    say(&journey, nordwind, Ignore, "a customer already").await;
    let answers = journey.context().answers();
    let profile = profile(&journey).await;
    let told = async |domain: &str, day: &str| {
        let day: Day = day.parse().unwrap();
        let (company, told) = explanation(&answers, &profile, domain, day).await.unwrap();
        let evidence = told.reasons.iter().flat_map(|reason| &reason.evidence);
        assert!(evidence.clone().all(|one| one.observed.day() <= day), "{domain} {day}");
        assert!(told.ledger.iter().all(|line| line.at.day() <= day), "{domain} {day}");
        let sum: i32 = told.reasons.iter().map(|reason| reason.contribution.points.0).sum();
        assert_eq!(sum, told.score.0);
        let remarks = told.reasons.iter().map(|reason| reason.contribution.reason.clone());
        let remarks: Vec<String> = remarks.collect();
        let quotes: Vec<String> = evidence.map(|one| one.quote.clone()).collect();
        (company.signals.len(), quotes.join("\n"), remarks.join("\n"), told.ledger.len())
    };
    // The round was corrected on the eighth, and a newspaper told it on the second.
    let (signals, quotes, remarks, ledger) = told(nordwind, "2026-09-01").await;
    assert_eq!((signals, ledger), (1, 0));
    assert!(quotes.contains("€20 million") && !quotes.contains("€25 million"), "{quotes}");
    assert!(!remarks.contains("set it aside"), "{remarks}");
    assert_eq!(told(nordwind, "2026-08-31").await.0, 0, "nothing was observed yet");
    assert_eq!(told(fjord, "2026-10-09").await.0, 0, "the tool was not there yet");
    assert_eq!(told(fjord, "2026-10-20").await.0, 1);
    let (_, quotes, remarks, ledger) = told(nordwind, "2026-11-20").await;
    assert!(quotes.contains("€25 million") && remarks.contains("set it aside") && ledger > 0);
    journey.engine.stop().await;
}
