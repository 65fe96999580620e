//! Scores of fictional companies, and the properties of every score.

mod properties;
mod settled;

use std::collections::BTreeMap;

use model::{
    CompanyView, Component, Day, Entity, EntityId, EntityKind, FactKey, Feedback, FeedbackOutcome,
    IdealCustomer, Permille, Points, Polarity, Product, RunId, ScoreWeights, Signal, SignalId,
    SignalStage, Slots, Timestamp,
};

use crate::{
    Band, ComesBack, Scorecard, Settlement, actionable, decide, ledger, next_action, scorecard,
    words,
};

const TODAY: Day = Day(20_800);

pub(crate) fn company(kind: EntityKind, facts: &[(FactKey, &str)]) -> CompanyView {
    let mut view = CompanyView {
        members: vec![(Entity::new(kind, "acme.example"), EntityId([1; 16]))],
        ..CompanyView::default()
    };
    for (key, value) in facts {
        view.facts.entry(*key).or_default().push((*value).to_owned());
    }
    view
}

pub(crate) fn product() -> Product {
    Product {
        id: "lake".to_owned(),
        name: "Lake".to_owned(),
        buyer_role: String::new(),
        ideal_customer: IdealCustomer {
            countries: vec!["DE".to_owned(), "AT".to_owned()],
            industries: vec!["software".to_owned()],
            employees_min: Some(50),
            employees_max: Some(500),
            technologies: vec!["Duck".to_owned(), "Goose".to_owned()],
        },
        roles: Vec::new(),
        region: Vec::new(),
        tools: vec!["Duck".to_owned()],
        tender_min_eur: 0,
        weights: ScoreWeights::default(),
        signal_weights: BTreeMap::new(),
    }
}

pub(crate) fn weights() -> BTreeMap<String, u32> {
    [("budget_event", 75), ("hiring_spike", 65), ("tech_adoption", 60), ("layoff", 50)]
        .map(|(kind, weight)| (kind.to_owned(), weight))
        .into()
}

pub(crate) fn signal(id: u8, kind: &str, confidence: u16, days_ago: i32) -> Signal {
    Signal {
        id: SignalId([id; 16]),
        entity: EntityId([1; 16]),
        kind: kind.to_owned(),
        identity: Slots::new(),
        slots: Slots::new(),
        confidence: Permille::new(confidence),
        start: TODAY.plus(-days_ago),
        undated: false,
        end: None,
        evidence: Vec::new(),
        explanation: "Acme raised 12 million euro.".to_owned(),
        independent_sources: 1,
        half_life_days: 60,
        same_within_days: 60,
        polarity: if kind == "layoff" { Polarity::Negative } else { Polarity::Positive },
        stage: SignalStage::Done,
        pack: format!("{kind}/1"),
        run: RunId::default(),
    }
}

fn adoption(tool: &str) -> Signal {
    let identity = [("tool".to_owned(), tool.to_owned())].into();
    Signal { identity, ..signal(7, "tech_adoption", 1_000, 0) }
}

fn answer(id: u8, outcome: FeedbackOutcome, at: i64) -> Feedback {
    let (signal_id, ts) = (SignalId([id; 16]), Timestamp(at));
    Feedback { signal_id, outcome, reason: String::new(), value: None, ts }
}

fn points(card: &Scorecard, component: Component) -> i32 {
    let reading = card.read(TODAY);
    match component {
        Component::Fit => reading.components.fit.0,
        Component::Intent => reading.components.intent.0,
        Component::Timing => reading.components.timing.0,
    }
}

#[test]
fn fit_counts_what_is_known_and_halves_what_is_not() {
    let all = [
        (FactKey::Country, "DE"),
        (FactKey::Industry, "Business Software"),
        (FactKey::Employees, "120"),
        (FactKey::Technology, "duck"),
        (FactKey::Technology, "goose"),
    ];
    let fit = |facts: &[(FactKey, &str)]| {
        let card = scorecard(&company(EntityKind::Domain, facts), &[], &product(), &weights(), &[]);
        points(&card, Component::Fit)
    };
    assert_eq!(fit(&all), 3_600);
    assert_eq!(fit(&[]), 1_800);
    assert_eq!(fit(&[(FactKey::Country, "FR")]), 1_800 - 540);
    assert_eq!(fit(&[(FactKey::Industry, "Fishing")]), 1_800 - 450);
    assert_eq!(fit(&[(FactKey::Employees, "900")]), 1_800 - 180);
    assert_eq!(fit(&[(FactKey::Employees, "90000")]), 1_800 - 450);
    assert_eq!(fit(&[(FactKey::Technology, "Goose")]), 1_800 + 180);
    assert_eq!(fit(&[(FactKey::Technology, "Swan")]), 1_800 - 180);

    let account = CompanyView { is_account: true, ..company(EntityKind::Domain, &all) };
    let card = scorecard(&account, &[], &product(), &weights(), &[]);
    assert_eq!(points(&card, Component::Fit), 4_000);
    assert_eq!(words(card.read(TODAY).score, &card), "not enough evidence");

    let anyone = Product { ideal_customer: IdealCustomer::default(), ..product() };
    let card = scorecard(&company(EntityKind::Domain, &all), &[], &anyone, &weights(), &[]);
    assert_eq!(points(&card, Component::Fit), 1_800);
}

#[test]
fn intent_counts_weight_confidence_repeats_and_answers() {
    let intent = |signals: &[Signal], feedback: &[Feedback]| {
        let view = company(EntityKind::Domain, &[]);
        points(&scorecard(&view, signals, &product(), &weights(), feedback), Component::Intent)
    };
    let fresh = signal(1, "budget_event", 800, 0);
    assert_eq!(intent(std::slice::from_ref(&fresh), &[]), 2_400);
    assert_eq!(intent(&[signal(1, "budget_event", 800, 60)], &[]), 1_200);
    assert_eq!(intent(&[fresh.clone(), signal(2, "budget_event", 800, 60)], &[]), 2_400 + 600);
    assert_eq!(intent(&[fresh.clone(), signal(3, "layoff", 500, 0)], &[]), 2_400 - 1_000);
    assert_eq!(intent(&[signal(3, "layoff", 500, 0)], &[]), -1_000);
    assert_eq!(intent(&[fresh.clone(), signal(4, "hiring_spike", 1_000, 0)], &[]), 4_000);
    assert_eq!(intent(&[signal(5, "unheard_of", 1_000, 0)], &[]), 0);
    assert_eq!(intent(&[adoption("DUCK")], &[]), 2_400);
    assert_eq!(intent(&[adoption("Swan")], &[]), 0);

    let answers = [answer(1, FeedbackOutcome::Ignore, 1), answer(1, FeedbackOutcome::Lost, 2)];
    assert_eq!(intent(std::slice::from_ref(&fresh), &answers), 1_200);
    assert_eq!(intent(&[fresh], &answers[..1]), 0);
}

#[test]
fn timing_counts_freshness_and_deadlines() {
    let timing = |signals: &[Signal]| {
        let view = company(EntityKind::Domain, &[]);
        points(&scorecard(&view, signals, &product(), &weights(), &[]), Component::Timing)
    };
    let fresh = signal(1, "budget_event", 800, 0);
    assert_eq!(timing(std::slice::from_ref(&fresh)), 1_200);
    assert_eq!(timing(&[signal(1, "budget_event", 800, 30)]), 600);
    let until = |days: i32| Signal { end: Some(TODAY.plus(days)), ..fresh.clone() };
    assert_eq!(timing(&[until(60)]), 1_200 + 800);
    assert_eq!(timing(&[until(200)]), 1_200 + 400);
    assert_eq!(timing(&[until(-1)]), 0);
    assert_eq!(timing(&[signal(3, "layoff", 1_000, 0)]), 0);
    let undated = |signal: Signal| Signal { undated: true, ..signal };
    assert_eq!(timing(&[undated(fresh.clone())]), 0);
    assert_eq!(timing(&[undated(until(60))]), 800);
}

#[test]
fn a_card_reads_like_this() {
    let facts = [(FactKey::Country, "DE"), (FactKey::Employees, "120")];
    let end = Some(TODAY.plus(40));
    let signals = [
        Signal { end, ..signal(1, "budget_event", 920, 10) },
        signal(2, "hiring_spike", 900, 5),
        signal(3, "layoff", 600, 90),
    ];
    let view = company(EntityKind::Domain, &facts);
    let card = scorecard(&view, &signals, &product(), &weights(), &[]);
    let score = card.lead_score(EntityId([1; 16]), TODAY, Timestamp(0));
    insta::assert_json_snapshot!(score);
    let json = serde_json::to_string(&card).unwrap();
    assert_eq!(serde_json::from_str::<Scorecard>(&json).unwrap(), card);
}

#[test]
fn the_day_of_the_drop_is_the_first_one() {
    let view = company(EntityKind::Domain, &[]);
    let card = |signals: &[Signal]| scorecard(&view, signals, &product(), &weights(), &[]);
    let fading = card(&[signal(1, "budget_event", 1_000, 0)]);
    let drop = fading.drops_on(TODAY).unwrap();
    assert_eq!(Band::of(fading.read(drop.plus(-1)).score), Band::of(fading.read(TODAY).score));
    assert!(Band::of(fading.read(drop).score) < Band::of(fading.read(TODAY).score));
    assert_eq!(card(&[]).drops_on(TODAY), None);
    // Negative points fade as well, so the score rises first.
    let torn = card(&[signal(1, "budget_event", 1_000, 0), signal(3, "layoff", 1_000, 300)]);
    let drop = torn.drops_on(TODAY).unwrap();
    assert!(Band::of(torn.read(drop).score) < Band::of(torn.read(TODAY).score));
}

#[test]
fn only_fresh_signals_of_a_company_that_is_known_for_sure_act() {
    let facts = [(FactKey::Country, "DE"), (FactKey::Employees, "120")];
    let signals = [
        signal(1, "budget_event", 900, 0),
        signal(2, "hiring_spike", 900, 181),
        signal(3, "layoff", 900, 0),
        Signal { end: Some(TODAY.plus(-1)), ..signal(4, "compliance_win", 900, 10) },
        Signal { undated: true, ..signal(5, "budget_event", 950, 0) },
        adoption("Swan"),
    ];
    let acts = |view: &CompanyView, feedback: &[Feedback]| {
        let card = scorecard(view, &signals, &product(), &weights(), feedback);
        let decisions = decide(&signals, &card, view, &product(), TODAY);
        decisions.iter().map(|decision| decision.signal.0[0]).collect::<Vec<_>>()
    };
    let identified = company(EntityKind::Domain, &facts);
    assert_eq!(acts(&identified, &[]), [1]);
    assert!(acts(&identified, &[answer(1, FeedbackOutcome::Ignore, 1)]).is_empty());
    let by_name = company(EntityKind::Name, &facts);
    assert!(acts(&by_name, &[]).is_empty());
    assert!(actionable(&identified) && !actionable(&by_name));
    let misfit = [(FactKey::Country, "FR"), (FactKey::Employees, "9"), (FactKey::Industry, "Fish")];
    let misfit = company(EntityKind::Domain, &misfit);
    assert!(
        !decide(&signals, &Scorecard::default(), &misfit, &product(), TODAY).iter().any(|_| true)
    );
}

#[test]
fn the_ledger_says_what_moved_the_score() {
    let view = company(EntityKind::Domain, &[]);
    let card = |signals: &[Signal]| scorecard(&view, signals, &product(), &weights(), &[]);
    let (before, after) =
        (card(&[signal(1, "budget_event", 800, 0)]), card(&[signal(2, "hiring_spike", 900, 0)]));
    let changes = ledger(&before, &after, TODAY);
    let lines: Vec<String> =
        changes.iter().map(|change| format!("{:+} {}", change.delta.0, change.cause)).collect();
    insta::assert_json_snapshot!(lines);
    assert!(ledger(&before, &before, TODAY).is_empty());
}

#[test]
fn bands_begin_where_the_table_says() {
    for (points, word) in [
        (10_000, "hot"),
        (7_000, "hot"),
        (6_999, "warm"),
        (4_500, "warm"),
        (2_000, "cool"),
        (1_999, "cold"),
        (0, "cold"),
    ] {
        assert_eq!(Band::of(Points(points)).as_str(), word, "{points}");
    }
}

#[test]
fn the_next_action_is_of_what_is_known() {
    let (identified, nameless) = (company(EntityKind::Domain, &[]), company(EntityKind::Name, &[]));
    let strongest = signal(1, "hiring_spike", 900, 3);
    let settled = |outcome, reason: &str, comes_back| {
        let feedback = Feedback { reason: reason.to_owned(), ..answer(1, outcome, 0) };
        Some(Settlement { feedback, comes_back })
    };
    let next = |view: &CompanyView, settled: Option<Settlement>, points: i32, role: &str| {
        let settled = settled.as_ref();
        let action = next_action("Acme", view, &strongest, settled, Points(points), role);
        (action.title, action.ask_for)
    };
    let action =
        |title: &str, ask_for: Option<&str>| (title.to_owned(), ask_for.map(str::to_owned));
    assert_eq!(next(&nameless, None, 9_000, "CTO"), action("Find out which Acme this is", None));
    assert_eq!(next(&identified, None, 9_000, "CTO"), action("Call Acme", Some("CTO")));
    assert_eq!(next(&identified, None, 9_000, ""), action("Call Acme", None));
    assert_eq!(next(&identified, None, 0, "CTO"), action("Keep an eye on Acme", None));
    let undated = Signal { undated: true, ..strongest.clone() };
    let next_step = next_action("Acme", &identified, &undated, None, Points(9_000), "CTO");
    assert_eq!((next_step.title.as_str(), next_step.ask_for), ("Keep an eye on Acme", None));
    let until = format!("Leave Acme alone until {}", TODAY.plus(3).in_words());
    for (outcome, reason, comes_back, title) in [
        (FeedbackOutcome::Won, "", ComesBack::Never, "Leave Acme alone"),
        (FeedbackOutcome::Lost, "", ComesBack::WithNews, "Wait for news of Acme"),
        (FeedbackOutcome::Ignore, "Wrong company", ComesBack::WithNews, "Check the joins of Acme"),
        (FeedbackOutcome::Snooze, "", ComesBack::On(TODAY.plus(3)), until.as_str()),
    ] {
        let settled = settled(outcome, reason, comes_back);
        assert_eq!(next(&identified, settled, 9_000, "CTO"), action(title, None));
    }
}
