//! Builders of histories for tests: observations of pages on given days, with their claims.

use model::{
    ClaimKind, ClaimObservation, CompanyView, Day, Digest, Entity, EntityId, Event, Evidence,
    FactKey, History, InstallKey, Observation, ObservationId, ObservationOutcome, PageObservation,
    Permille, Product, Signal, SignalStage, Span, Timestamp,
};

use crate::kinds::budget_event::FUNDING_ROUND;
use crate::packs::Packs;

pub(crate) const HOME: &str = "https://acme.example/";
pub(crate) const BLOG: &str = "https://acme.example/blog/post";
pub(crate) const BOARD: &str = "https://acme.example/jobs";
pub(crate) const PRESS: &str = "https://ledger.example/story";
pub(crate) const WIRE: &str = "https://wire.example/story";

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Returns day `number` of the story, which begins on 2026-01-01.
pub(crate) fn nth(number: i32) -> Day {
    day("2026-01-01").plus(number)
}

pub(crate) fn noon(day: Day) -> Timestamp {
    Timestamp(day.start().0 + 43_200_000_000)
}

pub(crate) fn entity(text: &str) -> Entity {
    text.parse().unwrap()
}

pub(crate) fn id_of(text: &str) -> EntityId {
    entity(text).id(&InstallKey([7; 32]))
}

fn source_of(url: &str) -> Entity {
    entity(&format!("domain:{}", url.split('/').nth(2).unwrap()))
}

/// A builder of one observation of a claim.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    observation: ClaimObservation,
    text: String,
}

pub(crate) fn said(kind: ClaimKind, number: i32, url: &str, slots: &[(&str, &str)]) -> Said {
    let slots: model::Slots =
        slots.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let text = format!("{url} {slots:?}");
    let text_digest = Digest::of(text.as_bytes());
    let simhash = Digest::of(url.as_bytes()).0;
    let observation = ClaimObservation {
        event: Event::id_of(id_of("domain:acme.example"), kind.as_str(), ""),
        entity: id_of("domain:acme.example"),
        kind,
        subject: format!("{slots:?}"),
        slots,
        occurred: nth(number),
        dated: false,
        undated: false,
        stage: SignalStage::Announced,
        confidence: Permille::new(800),
        matcher: "test/1".to_owned(),
        source: source_of(url),
        page_published: None,
        simhash: u64::from_le_bytes(simhash[..8].try_into().unwrap()),
        lang: None,
        evidence: Evidence {
            look: ObservationId([0; 16]),
            url: url.to_owned(),
            snapshot_hash: text_digest,
            text_hash: text_digest,
            span: Span { start: 0, end: 5 },
            quote: "words".to_owned(),
            observed: noon(nth(number)),
        },
    };
    Said { observation, text }
}

impl Said {
    pub(crate) fn dated(mut self, number: i32) -> Self {
        self.observation.occurred = nth(number);
        self.observation.dated = true;
        self
    }

    /// Marks the claim as one whose date could not be read.
    pub(crate) fn undated(mut self) -> Self {
        self.observation.undated = true;
        self
    }

    /// Sets the date that the page gives, and dates the claim by it.
    pub(crate) fn published(mut self, number: i32) -> Self {
        self.observation.page_published = Some(nth(number));
        self.dated(number)
    }

    pub(crate) fn about(mut self, entity_text: &str) -> Self {
        self.observation.entity = id_of(entity_text);
        self
    }

    pub(crate) fn by(mut self, source: &str) -> Self {
        self.observation.source = entity(source);
        self
    }

    pub(crate) fn planned(mut self) -> Self {
        self.observation.stage = SignalStage::Planned;
        self
    }

    pub(crate) fn on_text(mut self, text: &str) -> Self {
        self.text = text.to_owned();
        self.observation.evidence.text_hash = Digest::of(text.as_bytes());
        self
    }

    pub(crate) fn simhash(mut self, simhash: u64) -> Self {
        self.observation.simhash = simhash;
        self
    }

    pub(crate) fn subject(mut self, subject: &str) -> Self {
        self.observation.subject = subject.to_owned();
        self
    }

    pub(crate) fn lang(mut self, code: &str) -> Self {
        self.observation.lang = Some(code.to_owned());
        self
    }

    fn done(mut self) -> ClaimObservation {
        let observation = &mut self.observation;
        observation.event =
            Event::id_of(observation.entity, observation.kind.as_str(), &observation.subject);
        let (url, text) = (&observation.evidence.url, observation.evidence.text_hash);
        observation.evidence.look =
            Observation::id_of(observation.event, url, observation.evidence.observed, text);
        self.observation
    }
}

/// Creates an observation of a funding round.
pub(crate) fn round(number: i32, url: &str, slots: &[(&str, &str)]) -> Said {
    said(FUNDING_ROUND.kind, number, url, slots)
}

pub(crate) const B42: [(&str, &str); 3] =
    [("round", "series_b"), ("amount", "42000000"), ("currency", "USD")];

/// A company's history, with the products and the day for which signals are detected.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) history: History,
    pub(crate) products: Vec<Product>,
    pub(crate) today: Day,
}

/// Creates the story of acme.example, which is also registry gb/7 and board lever/acme.
pub(crate) fn story(claims: impl IntoIterator<Item = Said>) -> Story {
    let members = ["registry:gb/7", "domain:acme.example", "board:lever/acme"];
    let mut members: Vec<(Entity, EntityId)> =
        members.iter().map(|member| (entity(member), id_of(member))).collect();
    members.sort();
    let company = CompanyView { members, ..CompanyView::default() };
    let claims: Vec<ClaimObservation> = claims.into_iter().map(Said::done).collect();
    let pages = claims.iter().map(|observation| PageObservation {
        id: observation.evidence.look,
        owner: observation.source.id(&InstallKey([7; 32])),
        url: observation.evidence.url.clone(),
        observed: observation.evidence.observed,
        outcome: ObservationOutcome::Changed,
        published: observation.page_published,
        text_hash: observation.evidence.text_hash,
    });
    let pages = pages.collect();
    Story {
        history: History { company, claims, pages },
        products: Vec::new(),
        today: day("2026-12-31"),
    }
}

impl Story {
    /// Adds an observation of a page without claims; `published` as for [`Said::published`].
    pub(crate) fn looked(
        mut self,
        number: i32,
        url: &str,
        outcome: ObservationOutcome,
        published: Option<i32>,
    ) -> Self {
        let text = Digest::of(format!("nothing {number}").as_bytes());
        let page = Event::id_of(source_of(url).id(&InstallKey([7; 32])), "page", url);
        self.history.pages.push(PageObservation {
            id: Observation::id_of(page, url, noon(nth(number)), text),
            owner: source_of(url).id(&InstallKey([7; 32])),
            url: url.to_owned(),
            observed: noon(nth(number)),
            outcome,
            published: published.map(nth),
            text_hash: text,
        });
        self
    }

    pub(crate) fn seen(self, number: i32, url: &str) -> Self {
        self.looked(number, url, ObservationOutcome::Changed, None)
    }

    pub(crate) fn country(mut self, country: &str) -> Self {
        self.history.company.facts.insert(FactKey::Country, vec![country.to_owned()]);
        self
    }

    pub(crate) fn selling(mut self, roles: &[&str], region: &[&str], tender_min_eur: i64) -> Self {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        self.products.push(Product {
            id: format!("product-{}", self.products.len()),
            name: "Product".to_owned(),
            buyer_role: String::new(),
            ideal_customer: model::IdealCustomer::default(),
            roles: words(roles),
            region: words(region),
            tools: Vec::new(),
            tender_min_eur,
            weights: model::ScoreWeights::default(),
            signal_weights: std::collections::BTreeMap::new(),
        });
        self
    }

    pub(crate) fn on(mut self, number: i32) -> Self {
        self.today = nth(number);
        self
    }

    pub(crate) fn signals(&self) -> Vec<Signal> {
        crate::signals::signals(&self.history, packs(), &self.products, self.today).0
    }

    pub(crate) fn notes(&self) -> Vec<String> {
        let (_, notes) =
            crate::signals::signals(&self.history, packs(), &self.products, self.today);
        notes.into_iter().map(|note| note.code.into_owned()).collect()
    }
}

pub(crate) fn packs() -> &'static Packs {
    static PACKS: std::sync::LazyLock<Packs> = std::sync::LazyLock::new(Packs::builtin);
    &PACKS
}

/// Formats a signal as one line: kind, identity in the order of its names, first day, last day,
/// sources.
pub(crate) fn line(signal: &Signal) -> String {
    let identity: Vec<&str> = signal.identity.values().map(String::as_str).collect();
    let end = signal.end.map(|end| format!(" to {end}")).unwrap_or_default();
    format!(
        "{} {} from {}{end} by {}",
        signal.kind,
        identity.join(" "),
        signal.start,
        signal.independent_sources
    )
}

/// Asserts that a story's merged signals have these lines, and returns them.
#[track_caller]
pub(crate) fn check(story: &Story, expected: &[&str]) -> Vec<Signal> {
    let signals = story.signals();
    let read = crate::signals::as_read(&signals);
    let mut lines: Vec<String> = read.iter().map(line).collect();
    lines.sort();
    assert_eq!(lines, expected, "{:?}", story.notes());
    for signal in signals.iter().chain(&read) {
        assert!((1..=10).contains(&signal.evidence.len()));
        assert!(signal.confidence > Permille::new(0) && signal.confidence <= Permille::new(990));
        assert_eq!(signal.id, Signal::id_of(&signal.kind, signal.entity, &signal.identity));
        assert!(signal.pack.starts_with(&signal.kind));
    }
    read
}
