//! A company's dossier: its identity, its signals, and its scores per product.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use detect::Packs;
use model::{
    CompanyView, Day, EntityId, Feedback, LeadScore, Points, Product, RunId, Signal, SignalId,
    Timestamp,
};
use score::{LeadState, Scorecard};
use store::StoreError;
use store::db::{ReadTx, ScoreRow, SignalRow};

use crate::{Profile, ReadContext, Result, card, company, history};

/// The number of companies read in one transaction.
const PAGE: i64 = 200;
/// A day after all feedback.
const NO_DAY: Day = Day(i32::MAX);

/// The data of a company that answers need.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// The company's id.
    pub id: EntityId,
    /// The members and facts.
    pub view: CompanyView,
    /// The signals, with those about one matter merged, sorted by id.
    pub signals: Vec<Signal>,
    /// The leads, one per product.
    pub leads: Vec<Lead>,
    /// The newest feedback on each signal, also on signals that have ended, under their own ids.
    pub feedback: Vec<Feedback>,
    /// The time at which each signal was first known, including signals merged into another.
    pub detected: BTreeMap<SignalId, Timestamp>,
    /// The signals merged into another about the same matter, with the id of that signal.
    pub read_as: BTreeMap<SignalId, SignalId>,
}

/// A company and a product.
#[derive(Debug, Clone)]
pub struct Lead {
    /// The product.
    pub product: Product,
    /// The score card, with every reason for points.
    pub card: Scorecard,
    /// The time of the last recomputation.
    pub updated: Timestamp,
}

impl Lead {
    /// Computes the score on a day.
    pub fn points(&self, day: Day) -> Points {
        self.card.read(day).score
    }

    /// Computes the score on a day in the shape of the API.
    pub fn read(&self, company: EntityId, day: Day) -> LeadScore {
        self.card.lead_score(company, day, self.updated)
    }

    /// Returns the band of the score on a day, as a word.
    pub fn words(&self, day: Day) -> &'static str {
        score::words(self.points(day), &self.card)
    }

    /// Computes the points that a signal adds on a day.
    pub fn points_of(&self, signal: SignalId, day: Day) -> Points {
        let reading = self.card.read(day);
        reading.contributions.iter().filter(|c| c.signal == Some(signal)).map(|c| c.points).sum()
    }
}

impl Dossier {
    /// Finds the lead with the highest score on a day.
    pub fn best(&self, day: Day) -> Option<&Lead> {
        best(&self.leads, day)
    }

    /// Lists the signals that had started by a day, newest first, then strongest.
    pub fn signals_by(&self, day: Day) -> Vec<&Signal> {
        let mut signals: Vec<&Signal> =
            self.signals.iter().filter(|signal| signal.start <= day).collect();
        signals.sort_by_key(|signal| {
            let points = self.best(day).map(|lead| lead.points_of(signal.id, day));
            (Reverse(signal.start), Reverse(points), signal.id)
        });
        signals
    }

    /// Finds the signal that adds most to a lead on a day, of those that are reasons to call if
    /// there are any, and otherwise of those with a day.
    pub fn strongest(&self, lead: &Lead, day: Day) -> Option<&Signal> {
        let LeadState { open, .. } = self.state(day);
        self.signals.iter().filter(|signal| signal.start <= day).max_by_key(|signal| {
            let points = lead.points_of(signal.id, day);
            let is_open = open.contains(&signal.id);
            (is_open, !signal.undated, points, signal.confidence, Reverse(signal.id))
        })
    }

    /// Computes the score card for a product, with the feedback given by a day.
    fn card(&self, packs: &Packs, product: &Product, day: Day) -> Scorecard {
        card(packs, &self.view, &self.signals, product, &self.feedback_by(day))
    }

    /// Computes the leads, one for each product.
    pub fn score(&mut self, packs: &Packs, products: &[Product], now: Timestamp) {
        let lead = |product: &Product| {
            let card = self.card(packs, product, NO_DAY);
            Lead { product: product.clone(), card, updated: now }
        };
        self.leads = products.iter().map(lead).collect();
    }

    /// Computes on a day whether the lead is settled, and what there is to call about.
    pub fn state(&self, day: Day) -> LeadState {
        let known = |signal| (signal, self.first_known(signal));
        let signals: Vec<(&Signal, Timestamp)> = self.signals.iter().map(known).collect();
        score::lead_state(&signals, &self.feedback_by(day), day)
    }

    /// Lists the feedback given by a day, each on the signal as shown.
    pub(crate) fn feedback_by(&self, day: Day) -> Vec<Feedback> {
        let given = self.feedback.iter().filter(|one| one.ts.day() <= day);
        let shown = |one: &Feedback| Feedback { signal_id: self.shown_as(one), ..one.clone() };
        given.map(shown).collect()
    }

    /// Finds the newest feedback on a signal as shown, under the id that it was given for.
    pub fn feedback_on(&self, signal: SignalId) -> Option<&Feedback> {
        let given = self.feedback.iter().filter(|one| self.shown_as(one) == signal);
        given.max_by_key(|one| (one.ts, one.signal_id))
    }

    /// Returns the id under which the signal of some feedback is shown.
    pub(crate) fn shown_as(&self, feedback: &Feedback) -> SignalId {
        self.read_as.get(&feedback.signal_id).copied().unwrap_or(feedback.signal_id)
    }

    /// Returns the time at which the matter of a signal was first known.
    pub(crate) fn first_known(&self, signal: &Signal) -> Timestamp {
        let merged = self.read_as.iter().filter(|(_, shown)| **shown == signal.id);
        let ids = merged.map(|(id, _)| id).chain([&signal.id]);
        ids.filter_map(|id| self.detected.get(id).copied()).min().unwrap_or(Timestamp(0))
    }

    /// Finds the signal with an id.
    pub fn signal(&self, id: SignalId) -> Option<&Signal> {
        self.signals.iter().find(|signal| signal.id == id)
    }

    /// Finds the signal with an id, or the signal that it was merged into.
    pub fn reading(&self, id: SignalId) -> Option<&Signal> {
        self.signal(self.read_as.get(&id).copied().unwrap_or(id))
    }
}

/// Finds the lead with the highest score on a day, the first of equal ones.
pub(crate) fn best(leads: &[Lead], day: Day) -> Option<&Lead> {
    leads.iter().min_by_key(|lead| Reverse(lead.points(day)))
}

/// Reads one company's dossier in a transaction of its own.
///
/// # Errors
/// When the database fails.
pub async fn dossier(
    context: &ReadContext,
    profile: &Profile,
    company: EntityId,
) -> Result<Dossier> {
    let (read_context, profile) = (context.clone(), profile.clone());
    context
        .read(move |tx| Box::pin(async move { read(tx, &read_context, &profile, company).await }))
        .await
}

/// Finds a company by a domain, an address, a name or an id, and reads its dossier.
///
/// # Errors
/// [`Unknown`](crate::AnswerError::Unknown) or [`Ambiguous`](crate::AnswerError::Ambiguous), or
/// when the database fails.
pub async fn dossier_of(
    context: &ReadContext,
    profile: &Profile,
    reference: &str,
) -> Result<Dossier> {
    let (read_context, profile, reference) =
        (context.clone(), profile.clone(), reference.to_owned());
    let read = context.read(move |tx| {
        Box::pin(async move { read_of(tx, &read_context, &profile, &reference).await })
    });
    read.await
}

/// Reads the dossiers of the next 200 companies with signals, in order of their ids.
///
/// # Errors
/// When the database fails.
pub async fn dossiers_after(
    context: &ReadContext,
    profile: &Profile,
    after: String,
) -> Result<Vec<Dossier>> {
    let (read_context, profile) = (context.clone(), profile.clone());
    let read = context.read(move |tx| {
        Box::pin(async move {
            let companies = tx.companies_with_signals(&RunId::default(), &after, PAGE).await?;
            read_all(tx, &read_context, &profile, &companies).await
        })
    });
    read.await
}

/// Reads the company of a signal, and the id under which the signal is shown, which feedback refers
/// to. Returns `None` if there is no such signal.
///
/// # Errors
/// When the database fails.
pub async fn standing(context: &ReadContext, id: SignalId) -> Result<Option<(Dossier, SignalId)>> {
    let read_context = context.clone();
    let read = context.read(move |tx| {
        Box::pin(async move {
            let profile = Profile::read(tx).await?;
            read_standing(tx, &read_context, &profile, id).await
        })
    });
    read.await
}

/// Finds a company by a domain, an address, a name or an id, and reads its dossier within `tx`.
///
/// # Errors
/// As [`dossier_of`].
pub async fn read_of(
    tx: &mut ReadTx,
    context: &ReadContext,
    profile: &Profile,
    reference: &str,
) -> Result<Dossier> {
    let company = company::read(tx, context, reference).await?;
    read(tx, context, profile, company).await
}

/// Reads the dossier of the company of an entity; `None` for an unknown entity.
///
/// # Errors
/// When the database fails.
pub async fn read_of_entity(
    tx: &mut ReadTx,
    context: &ReadContext,
    profile: &Profile,
    entity: EntityId,
) -> Result<Option<Dossier>> {
    let Some(member) = tx.entity(entity).await? else { return Ok(None) };
    read(tx, context, profile, member.company).await.map(Some)
}

/// Reads the company of a signal, and the id under which the signal is shown.
///
/// # Errors
/// When the database fails.
pub async fn read_standing(
    tx: &mut ReadTx,
    context: &ReadContext,
    profile: &Profile,
    id: SignalId,
) -> Result<Option<(Dossier, SignalId)>> {
    let Some(row) = tx.signal(id, &RunId::default()).await? else { return Ok(None) };
    let dossier = read_of_entity(tx, context, profile, row.signal.entity).await?;
    Ok(dossier.map(|dossier| {
        let read = dossier.reading(id).map_or(id, |signal| signal.id);
        (dossier, read)
    }))
}

/// Reads one company's dossier.
///
/// # Errors
/// When the database fails.
pub async fn read(
    tx: &mut ReadTx,
    context: &ReadContext,
    profile: &Profile,
    company: EntityId,
) -> Result<Dossier> {
    let mut dossiers = read_all(tx, context, profile, &[company]).await?;
    let missing = || StoreError::fatal("a company has no dossier");
    Ok(dossiers.pop().ok_or_else(missing)?)
}

/// Reads several dossiers, each company once, in the given order.
///
/// # Errors
/// When the database fails.
pub async fn read_all(
    tx: &mut ReadTx,
    context: &ReadContext,
    profile: &Profile,
    companies: &[EntityId],
) -> Result<Vec<Dossier>> {
    let unscored = read_unscored(tx, companies).await?;
    let mut read: Vec<Dossier> = unscored.into_iter().map(|(dossier, _)| dossier).collect();
    for product in &profile.products {
        let stored = tx.scores_of(companies, &product.id).await?;
        for (one, row) in read.iter_mut().zip(stored) {
            let lead = lead(context, one, product, row)?;
            one.leads.push(lead);
        }
    }
    Ok(read)
}

/// Reads the dossiers of companies without their leads, each once, in the given order, and with each
/// its signals before they are merged, sorted by id.
///
/// # Errors
/// When the database fails.
pub async fn read_unscored(
    tx: &mut ReadTx,
    companies: &[EntityId],
) -> store::Result<Vec<(Dossier, Vec<Signal>)>> {
    let views = history::views(tx, companies).await?;
    let members: Vec<EntityId> =
        views.iter().flat_map(|view| view.members.iter().map(|(_, id)| *id)).collect();
    let run = RunId::default();
    let mut rows = tx.signals_of_entities(&members, &run).await?.into_iter();
    let mut feedback = tx.feedback_of_entities(&members, &run).await?.into_iter();
    let mut read = Vec::with_capacity(companies.len());
    for (id, view) in companies.iter().zip(views) {
        let count = view.members.len();
        let rows: Vec<SignalRow> = rows.by_ref().take(count).flatten().collect();
        let (mut dossier, all) = with_signals(*id, view, rows);
        dossier.feedback = feedback.by_ref().take(count).flatten().collect();
        read.push((dossier, all));
    }
    Ok(read)
}

/// Begins a dossier with a company's signals, and returns these as they are too, sorted by id.
pub(crate) fn with_signals(
    id: EntityId,
    view: CompanyView,
    rows: Vec<SignalRow>,
) -> (Dossier, Vec<Signal>) {
    let detected = rows.iter().map(|row| (row.signal.id, row.first_known)).collect();
    let mut all: Vec<Signal> = rows.into_iter().map(|row| row.signal).collect();
    all.sort_by_key(|signal| signal.id);
    let signals = detect::as_read(&all);
    let read_as = read_as(&all, &signals);
    let (leads, feedback) = (Vec::new(), Vec::new());
    (Dossier { id, view, signals, leads, feedback, detected, read_as }, all)
}

fn lead(
    context: &ReadContext,
    company: &Dossier,
    product: &Product,
    stored: Option<ScoreRow>,
) -> Result<Lead> {
    let (card, updated) = match stored {
        Some(row) => (serde_json::from_str(&row.card).map_err(StoreError::from)?, row.known_from),
        // No scores are stored for a company without signals, or without a product.
        None => (company.card(&context.packs, product, NO_DAY), context.now()),
    };
    Ok(Lead { product: product.clone(), card, updated })
}

/// Computes the ids under which signals are shown.
pub(crate) async fn ids_as_read(
    tx: &mut ReadTx,
    rows: Vec<SignalRow>,
) -> Result<BTreeSet<SignalId>> {
    let mut companies: BTreeMap<EntityId, Vec<Signal>> = BTreeMap::new();
    for row in rows {
        if let Some(member) = tx.entity(row.signal.entity).await? {
            companies.entry(member.company).or_default().push(row.signal);
        }
    }
    let read = companies.into_values().flat_map(|signals| detect::as_read(&signals));
    Ok(read.map(|signal| signal.id).collect())
}

/// Finds the signals that are merged into another, with the id of that signal. Pure.
fn read_as(all: &[Signal], shown: &[Signal]) -> BTreeMap<SignalId, SignalId> {
    let hidden = all.iter().filter(|one| !shown.iter().any(|other| other.id == one.id));
    hidden
        .filter_map(|one| {
            let mut candidates = shown
                .iter()
                .filter(|other| other.kind == one.kind && other.identity == one.identity);
            let is_one = |other: &&Signal| detect::is_one_matter(one, other);
            let first = candidates.clone().next();
            candidates.find(is_one).or(first).map(|other| (one.id, other.id))
        })
        .collect()
}
