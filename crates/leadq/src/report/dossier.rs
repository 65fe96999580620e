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

use super::Profile;

/// Everything an answer needs to know of a company.
#[derive(Debug, Clone)]
pub(crate) struct Dossier {
    pub(crate) id: EntityId,
    pub(crate) view: CompanyView,
    /// As they read, sorted by id.
    pub(crate) signals: Vec<Signal>,
    /// One per product.
    pub(crate) leads: Vec<Lead>,
    /// The newest word on each signal.
    pub(crate) feedback: Vec<Feedback>,
}

/// A company and a product.
#[derive(Debug, Clone)]
pub(crate) struct Lead {
    pub(crate) product: Product,
    pub(crate) card: Scorecard,
    pub(crate) updated: Timestamp,
}

impl Lead {
    /// The score on a day.
    pub(crate) fn points(&self, day: Day) -> Points {
        self.card.read(day).score
    }

    /// The score as it reads on a day, as the API shows it.
    pub(crate) fn read(&self, company: EntityId, day: Day) -> LeadScore {
        self.card.lead_score(company, day, self.updated)
    }

    /// The score in words.
    pub(crate) fn words(&self, day: Day) -> &'static str {
        score::words(self.points(day), &self.card)
    }

    /// What one signal adds on a day.
    pub(crate) fn points_of(&self, signal: SignalId, day: Day) -> Points {
        let reading = self.card.read(day);
        reading.contributions.iter().filter(|c| c.signal == Some(signal)).map(|c| c.points).sum()
    }
}

impl Dossier {
    /// The product it is the best lead for on a day.
    pub(crate) fn best(&self, day: Day) -> Option<&Lead> {
        self.leads.iter().min_by_key(|lead| Reverse(lead.points(day)))
    }

    /// Signals that had started by a day, newest first, then strongest.
    pub(crate) fn signals_by(&self, day: Day) -> Vec<&Signal> {
        let mut signals: Vec<&Signal> =
            self.signals.iter().filter(|signal| signal.start <= day).collect();
        signals.sort_by_key(|signal| {
            let points = self.best(day).map(|lead| lead.points_of(signal.id, day));
            (Reverse(signal.start), Reverse(points), signal.id)
        });
        signals
    }

    /// The signal that adds most to a lead on a day.
    pub(crate) fn strongest(&self, lead: &Lead, day: Day) -> Option<&Signal> {
        self.signals.iter().filter(|signal| signal.start <= day).max_by_key(|signal| {
            (lead.points_of(signal.id, day), signal.confidence, Reverse(signal.id))
        })
    }

    /// A signal of this company.
    pub(crate) fn signal(&self, id: SignalId) -> Option<&Signal> {
        self.signals.iter().find(|signal| signal.id == id)
    }
}

/// One company's dossier.
pub(crate) async fn dossier(
    rooms: &Arc<Rooms>,
    profile: &Profile,
    company: EntityId,
) -> anyhow::Result<Dossier> {
    let (rooms_inside, profile) = (Arc::clone(rooms), profile.clone());
    Ok(rooms
        .db
        .read(move |tx| {
            Box::pin(async move {
                let mut signals = Vec::new();
                for member in tx.members(company).await? {
                    let rows = tx.signals_of(member.id, &RunId::default()).await?;
                    signals.extend(rows.into_iter().map(|row| row.signal));
                }
                read(&rooms_inside, tx, &profile, company, signals).await
            })
        })
        .await?)
}

/// The dossiers of every company with signals, by company.
pub(crate) async fn dossiers(
    rooms: &Arc<Rooms>,
    profile: &Profile,
) -> anyhow::Result<Vec<Dossier>> {
    let (rooms_inside, profile) = (Arc::clone(rooms), profile.clone());
    Ok(rooms
        .db
        .read(move |tx| {
            Box::pin(async move {
                let companies = by_company(tx).await?;
                let mut dossiers = Vec::with_capacity(companies.len());
                for (company, signals) in companies {
                    dossiers.push(read(&rooms_inside, tx, &profile, company, signals).await?);
                }
                Ok(dossiers)
            })
        })
        .await?)
}

/// The ids of every signal as it reads: what a person counts.
pub(crate) async fn signal_ids(db: &Db) -> anyhow::Result<BTreeSet<SignalId>> {
    let companies = db.read(|tx| Box::pin(by_company(tx))).await?;
    let read = companies.into_values().flat_map(|signals| detect::as_read(&signals));
    Ok(read.map(|signal| signal.id).collect())
}

async fn by_company(tx: &mut Tx) -> store::Result<BTreeMap<EntityId, Vec<Signal>>> {
    let mut companies: BTreeMap<EntityId, Vec<Signal>> = BTreeMap::new();
    for row in tx.signals(&RunId::default()).await? {
        if let Some(member) = tx.entity(row.signal.entity).await? {
            companies.entry(member.company).or_default().push(row.signal);
        }
    }
    Ok(companies)
}

async fn read(
    rooms: &Rooms,
    tx: &mut Tx,
    profile: &Profile,
    company: EntityId,
    signals: Vec<Signal>,
) -> store::Result<Dossier> {
    let view = flow::view(tx, company).await?;
    let ids: BTreeSet<SignalId> = signals.iter().map(|signal| signal.id).collect();
    let signals = detect::as_read(&signals);
    let mut feedback = Vec::new();
    for id in ids {
        feedback.extend(tx.feedback(id).await?);
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
    Ok(Dossier { id: company, view, signals, leads, feedback })
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
