//! Findings: the results of a detector about a company, turned into one signal for each entity that
//! has evidence of its own.

use std::collections::BTreeSet;

use model::{Day, EntityId, Evidence, Permille, RunId, Signal, SignalStage, Slots};

use crate::pack::Pack;
use crate::signals::mentions::Mention;

/// The maximum number of pieces of evidence of a signal.
pub(crate) const EVIDENCE_MAX: usize = 10;
/// Slots that distinguish signals in every pack: the sort of event, the company's role in it, and
/// its time. Without the last, a second spike would have the identity of the first one.
const ALWAYS_IDENTITY: [&str; 3] = ["what", "role", "episode"];

/// A result about a company, before it is assigned to entities.
#[derive(Debug)]
pub(crate) struct Finding<'a> {
    /// Slots that may distinguish it from others of its kind; the pack chooses among them.
    pub(crate) identity: Slots,
    /// Amounts, counts, figures.
    pub(crate) slots: Slots,
    /// The first day.
    pub(crate) start: Day,
    /// Whether no source has a date that could be read; `start` is then the day of an observation.
    pub(crate) undated: bool,
    /// The last day on which it counts.
    pub(crate) end: Option<Day>,
    /// The stage of the event.
    pub(crate) stage: SignalStage,
    /// The confidence after corroboration.
    pub(crate) confidence: Permille,
    /// The number of sources after merging copies.
    pub(crate) independent_sources: u32,
    /// The explanation, for a seller.
    pub(crate) explanation: String,
    /// The evidence that proves it, strongest first; its entities get the signal.
    pub(crate) primary: Vec<(EntityId, &'a Evidence)>,
    /// Evidence that supports it, strongest first.
    pub(crate) support: Vec<&'a Evidence>,
}

impl Finding<'_> {
    /// Creates the signals: one for each entity with primary evidence of its own.
    pub(crate) fn into_signals(self, pack: &Pack) -> Vec<Signal> {
        let identity: Slots = self
            .identity
            .iter()
            .filter(|(name, _)| {
                ALWAYS_IDENTITY.contains(&name.as_str()) || pack.identity.contains(name)
            })
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let entities: BTreeSet<EntityId> = self.primary.iter().map(|(entity, _)| *entity).collect();
        entities
            .into_iter()
            .map(|entity| Signal {
                id: Signal::id_of(&pack.kind, entity, &identity),
                entity,
                kind: pack.kind.clone(),
                identity: identity.clone(),
                slots: self.slots.clone(),
                confidence: self.confidence,
                start: self.start,
                undated: self.undated,
                end: self.end,
                evidence: self.evidence_for(entity),
                explanation: self.explanation.clone(),
                independent_sources: self.independent_sources,
                half_life_days: pack.half_life_days,
                same_within_days: pack.same_within_days,
                polarity: pack.polarity,
                stage: self.stage,
                pack: pack.label(),
                run: RunId::default(),
            })
            .collect()
    }

    /// Alternates the entity's own evidence and that of others, so that both are shown.
    fn evidence_for(&self, entity: EntityId) -> Vec<Evidence> {
        let own =
            self.primary.iter().filter(|(of, _)| *of == entity).map(|(_, evidence)| *evidence);
        let others =
            self.primary.iter().filter(|(of, _)| *of != entity).map(|(_, evidence)| *evidence);
        let mut others = self.support.iter().copied().chain(others);
        let mut picked: Vec<&Evidence> = Vec::new();
        for evidence in own {
            picked.push(evidence);
            picked.extend(others.next());
        }
        picked.extend(others);
        united(picked)
    }
}

/// Returns the first [`EVIDENCE_MAX`] different pieces of evidence, newest first.
pub(crate) fn united<'a>(pieces: impl IntoIterator<Item = &'a Evidence>) -> Vec<Evidence> {
    let mut seen = BTreeSet::new();
    let mut evidence: Vec<Evidence> = pieces
        .into_iter()
        .filter(|piece| seen.insert((piece.look, piece.span.start, piece.span.end)))
        .take(EVIDENCE_MAX)
        .cloned()
        .collect();
    evidence.sort_by(|a, b| {
        (b.observed, a.look, a.span.start).cmp(&(a.observed, b.look, b.span.start))
    });
    evidence
}

/// Splits items sorted by day wherever more than `gap_days` lie between two neighbours.
pub(crate) fn episodes<T>(sorted: Vec<T>, gap_days: u32, day: impl Fn(&T) -> Day) -> Vec<Vec<T>> {
    let mut episodes: Vec<Vec<T>> = Vec::new();
    for item in sorted {
        let near = episodes
            .last()
            .and_then(|episode| episode.last())
            .is_some_and(|before| i64::from(day(&item).since(day(before))) <= i64::from(gap_days));
        match episodes.last_mut() {
            Some(episode) if near => episode.push(item),
            _ => episodes.push(vec![item]),
        }
    }
    episodes
}

/// Splits mentions of one matter, sorted by day, like [`episodes`]. A mention whose date could not be
/// read joins the last episode that has a day: it may be of any, and old news must not seem new.
pub(crate) fn told_episodes(sorted: Vec<Mention<'_>>, gap_days: u32) -> Vec<Vec<Mention<'_>>> {
    let (undated, others): (Vec<_>, Vec<_>) =
        sorted.into_iter().partition(|mention| mention.undated);
    let day = |mention: &Mention<'_>| mention.occurred;
    let mut episodes_found = episodes(others, gap_days, day);
    match episodes_found.last_mut() {
        Some(last) => last.extend(undated),
        None => episodes_found = episodes(undated, gap_days, day),
    }
    episodes_found
}

/// Returns the first day of mentions, which are at least one, and whether it is unknown: without a
/// readable date it is the day of the first observation.
pub(crate) fn start_of(mentions: &[Mention<'_>]) -> Option<(Day, bool)> {
    let day = |undated: bool| {
        let mentions = mentions.iter().filter(move |mention| mention.undated == undated);
        mentions.map(|mention| mention.occurred).min()
    };
    day(false).map(|start| (start, false)).or_else(|| Some((day(true)?, true)))
}

/// Returns the number of days from `day` to the nearest of `sorted` days, if there is any.
pub(crate) fn days_to_nearest(sorted: &[Day], day: Day) -> Option<i32> {
    let at = sorted.partition_point(|other| *other < day);
    let before = at.checked_sub(1).and_then(|at| sorted.get(at));
    let days = |other: &Day| other.since(day).saturating_abs();
    before.into_iter().chain(sorted.get(at)).map(days).min()
}

/// Formats the year and month that name an episode, `2026-03`.
pub(crate) fn month_of(day: Day) -> String {
    let (year, month, _) = day.ymd();
    format!("{year:04}-{month:02}")
}

/// Builds slots from names and values.
pub(crate) fn slots<const N: usize>(pairs: [(&str, String); N]) -> Slots {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Copies a mention's slot under the same name, if it has it.
pub(crate) fn copy_slot(slots: &mut Slots, from: &Mention<'_>, name: &str) {
    if let Some(value) = from.slot(name) {
        slots.insert(name.to_owned(), value.to_owned());
    }
}

/// Returns the furthest stage of the mentions.
pub(crate) fn stage_of(mentions: &[Mention<'_>]) -> SignalStage {
    if mentions.iter().any(|mention| mention.stage == SignalStage::Done) {
        SignalStage::Done
    } else {
        SignalStage::Announced
    }
}

/// The maximum confidence if no source gives a date, because the event may be long past.
const UNDATED_CONFIDENCE_MAX: u16 = 800;

/// Returns the combined confidence of `mentions`, and the number of independent sources.
pub(crate) fn corroboration(
    company: &model::CompanyView,
    mentions: &[Mention<'_>],
) -> (Permille, u32) {
    let voices: Vec<_> = mentions.iter().map(Mention::voice).collect();
    let sources = crate::sources::independent(company, &voices);
    let mut confidence = crate::sources::corroborated(&sources);
    if !mentions.iter().any(|mention| mention.dated) {
        confidence = confidence.min(Permille::new(UNDATED_CONFIDENCE_MAX));
    }
    (confidence, u32::try_from(sources.len()).unwrap_or(u32::MAX))
}
