//! A company's dossier: who it is, what happened there, and what that is worth per product.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use flow::Rooms;
use model::{
    CompanyView, Day, EntityId, Feedback, LeadScore, Points, Product, RunId, Signal, SignalId,
    Timestamp,
};
use score::Scorecard;
use store::db::{Db, Tx};

use super::{Profile, Result};

/// Companies read in one transaction.
const PAGE: i64 = 200;

/// Everything an answer needs to know of a company.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// The company's id.
    pub id: EntityId,
    /// Its members and facts.
    pub view: CompanyView,
    /// As they read, sorted by id.
    pub signals: Vec<Signal>,
    /// One per product.
    pub leads: Vec<Lead>,
    /// The newest word on each signal.
    pub feedback: Vec<Feedback>,
    /// Since when each signal is known, those included that read as another.
    pub detected: BTreeMap<SignalId, Timestamp>,
    /// The signals that read as another of one matter, and as which.
    pub read_as: BTreeMap<SignalId, SignalId>,
}

/// A company and a product.
#[derive(Debug, Clone)]
pub struct Lead {
    /// For which product.
    pub product: Product,
    /// Every reason for points.
    pub card: Scorecard,
    /// When it was last recomputed.
    pub updated: Timestamp,
}

impl Lead {
    /// The score on a day.
    pub fn points(&self, day: Day) -> Points {
        self.card.read(day).score
    }

    /// The score as it reads on a day, as the API shows it.
    pub fn read(&self, company: EntityId, day: Day) -> LeadScore {
        self.card.lead_score(company, day, self.updated)
    }

    /// The score in words.
    pub fn words(&self, day: Day) -> &'static str {
        score::words(self.points(day), &self.card)
    }

    /// What one signal adds on a day.
    pub fn points_of(&self, signal: SignalId, day: Day) -> Points {
        let reading = self.card.read(day);
        reading.contributions.iter().filter(|c| c.signal == Some(signal)).map(|c| c.points).sum()
    }
}

impl Dossier {
    /// The product it is the best lead for on a day.
    pub fn best(&self, day: Day) -> Option<&Lead> {
        self.leads.iter().min_by_key(|lead| Reverse(lead.points(day)))
    }

    /// Signals that had started by a day, newest first, then strongest.
    pub fn signals_by(&self, day: Day) -> Vec<&Signal> {
        let mut signals: Vec<&Signal> =
            self.signals.iter().filter(|signal| signal.start <= day).collect();
        signals.sort_by_key(|signal| {
            let points = self.best(day).map(|lead| lead.points_of(signal.id, day));
            (Reverse(signal.start), Reverse(points), signal.id)
        });
        signals
    }

    /// The signal that adds most to a lead on a day.
    pub fn strongest(&self, lead: &Lead, day: Day) -> Option<&Signal> {
        self.signals.iter().filter(|signal| signal.start <= day).max_by_key(|signal| {
            (lead.points_of(signal.id, day), signal.confidence, Reverse(signal.id))
        })
    }

    /// A signal of this company.
    pub fn signal(&self, id: SignalId) -> Option<&Signal> {
        self.signals.iter().find(|signal| signal.id == id)
    }

    /// The signal of this company that an id reads as: its own, or that of another of one matter.
    pub fn reading(&self, id: SignalId) -> Option<&Signal> {
        self.signal(self.read_as.get(&id).copied().unwrap_or(id))
    }
}

/// One company's dossier.
///
/// # Errors
/// What the engine says.
pub async fn dossier(rooms: &Arc<Rooms>, profile: &Profile, company: EntityId) -> Result<Dossier> {
    let (inside, profile) = (Arc::clone(rooms), profile.clone());
    Ok(rooms
        .db
        .read(move |tx| Box::pin(async move { read(&inside, tx, &profile, company).await }))
        .await?)
}

/// The dossiers of every company with signals, by company.
///
/// # Errors
/// What the engine says.
pub async fn dossiers(rooms: &Arc<Rooms>, profile: &Profile) -> Result<Vec<Dossier>> {
    let mut all = Vec::new();
    let mut after = String::new();
    loop {
        let page = some_dossiers(rooms, profile, after).await?;
        let Some(last) = page.last() else { return Ok(all) };
        after = last.id.to_string();
        all.extend(page);
    }
}

/// The dossiers of the next companies with signals, in order of their ids.
pub(super) async fn some_dossiers(
    rooms: &Arc<Rooms>,
    profile: &Profile,
    after: String,
) -> Result<Vec<Dossier>> {
    let (inside, profile) = (Arc::clone(rooms), profile.clone());
    Ok(rooms
        .db
        .read(move |tx| {
            Box::pin(async move {
                let run = RunId::default();
                let mut page = Vec::new();
                for company in tx.companies_with_signals(&run, &after, PAGE).await? {
                    page.push(read(&inside, tx, &profile, company).await?);
                }
                Ok(page)
            })
        })
        .await?)
}

/// The ids of every signal as it reads: what a person counts.
///
/// # Errors
/// What the engine says.
pub async fn signal_ids(db: &Db) -> Result<BTreeSet<SignalId>> {
    let companies = db
        .read(|tx| {
            Box::pin(async move {
                let mut companies: BTreeMap<EntityId, Vec<Signal>> = BTreeMap::new();
                for row in tx.signals(&RunId::default()).await? {
                    if let Some(member) = tx.entity(row.signal.entity).await? {
                        companies.entry(member.company).or_default().push(row.signal);
                    }
                }
                Ok(companies)
            })
        })
        .await?;
    let read = companies.into_values().flat_map(|signals| detect::as_read(&signals));
    Ok(read.map(|signal| signal.id).collect())
}

/// The company that has a current signal; nothing when no such signal stands.
///
/// # Errors
/// What the engine says.
pub async fn company_of(db: &Db, id: SignalId) -> Result<Option<EntityId>> {
    Ok(db
        .read(move |tx| {
            Box::pin(async move {
                let Some(row) = tx.signal(id, &RunId::default()).await? else { return Ok(None) };
                Ok(tx.entity(row.signal.entity).await?.map(|member| member.company))
            })
        })
        .await?)
}

async fn read(
    rooms: &Rooms,
    tx: &mut Tx,
    profile: &Profile,
    company: EntityId,
) -> store::Result<Dossier> {
    let view = flow::view(tx, company).await?;
    let (mut all, mut detected) = (Vec::new(), BTreeMap::new());
    for (_, member) in &view.members {
        for row in tx.signals_of(*member, &RunId::default()).await? {
            detected.insert(row.signal.id, row.first_known);
            all.push(row.signal);
        }
    }
    let signals = detect::as_read(&all);
    let mut feedback = Vec::new();
    for id in detected.keys() {
        feedback.extend(tx.feedback(*id).await?);
    }
    let mut leads = Vec::with_capacity(profile.products.len());
    for product in &profile.products {
        let stored = tx.score(company, &product.id).await?;
        let (card, updated) = match stored {
            Some(row) => (serde_json::from_str(&row.card)?, row.known_from),
            // Nobody keeps scores for a company without signals, or without a product.
            None => (fresh_card(rooms, &view, &signals, product, &feedback), rooms.now()),
        };
        leads.push(Lead { product: product.clone(), card, updated });
    }
    let read_as = read_as(&all, &signals);
    Ok(Dossier { id: company, view, signals, leads, feedback, detected, read_as })
}

/// Pure: which signals are shown as another, and as which.
fn read_as(all: &[Signal], shown: &[Signal]) -> BTreeMap<SignalId, SignalId> {
    let hidden = all.iter().filter(|one| !shown.iter().any(|other| other.id == one.id));
    hidden
        .filter_map(|one| {
            let mut alike = shown
                .iter()
                .filter(|other| other.kind == one.kind && other.identity == one.identity);
            let is_one =
                |other: &&Signal| detect::as_read(&[one.clone(), (*other).clone()]).len() == 1;
            let first = alike.clone().next();
            alike.find(is_one).or(first).map(|other| (one.id, other.id))
        })
        .collect()
}

fn fresh_card(
    rooms: &Rooms,
    view: &CompanyView,
    signals: &[Signal],
    product: &Product,
    feedback: &[Feedback],
) -> Scorecard {
    let weights = rooms.packs.iter().map(|pack| (pack.kind.clone(), pack.weight)).collect();
    score::scorecard(view, signals, product, &weights, feedback)
}
