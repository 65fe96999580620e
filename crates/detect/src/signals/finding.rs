//! Findings: what a detector found out about a company, made into one signal per entity that has
//! evidence of its own.

use std::collections::BTreeSet;

use model::{Day, EntityId, Evidence, Permille, RunId, Signal, SignalStage, Slots};

use crate::pack::Pack;
use crate::signals::mentions::Mention;

/// Pieces of evidence a signal shows at most.
pub(crate) const EVIDENCE_MAX: usize = 10;
/// Slots that tell signals apart in every pack: the sort of thing, the part the company has in it,
/// and when it happened. Without the last, a second spike would be the first one again.
const ALWAYS_IDENTITY: [&str; 3] = ["what", "role", "episode"];

/// What was found out about a company, before it is known whose signal it is.
#[derive(Debug)]
pub(crate) struct Finding<'a> {
    /// What could tell it from others of its kind; the pack chooses among them.
    pub(crate) identity: Slots,
    /// Amounts, counts, figures.
    pub(crate) slots: Slots,
    /// First day.
    pub(crate) start: Day,
    /// Last day on which it counts.
    pub(crate) end: Option<Day>,
    /// How far along.
    pub(crate) stage: SignalStage,
    /// After corroboration.
    pub(crate) confidence: Permille,
    /// After collapsing copies.
    pub(crate) independent_sources: u32,
    /// For a seller.
    pub(crate) explanation: String,
    /// The words that show it, most telling first: their entities get the signal.
    pub(crate) primary: Vec<(EntityId, &'a Evidence)>,
    /// Words that bear it out, most telling first.
    pub(crate) support: Vec<&'a Evidence>,
}

impl Finding<'_> {
    /// The signals: one for each entity with primary evidence of its own.
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

    /// The entity's own words and those of others by turns, so that both are shown.
    fn evidence_for(&self, entity: EntityId) -> Vec<Evidence> {
        let own = self.primary.iter().filter(|(of, _)| *of == entity).map(|(_, words)| *words);
        let others = self.primary.iter().filter(|(of, _)| *of != entity).map(|(_, words)| *words);
        let mut others = self.support.iter().copied().chain(others);
        let mut picked: Vec<&Evidence> = Vec::new();
        for words in own {
            picked.push(words);
            picked.extend(others.next());
        }
        picked.extend(others);
        united(picked)
    }
}

/// The first [`EVIDENCE_MAX`] different pieces, newest first.
pub(crate) fn united<'a>(pieces: impl IntoIterator<Item = &'a Evidence>) -> Vec<Evidence> {
    let mut seen = BTreeSet::new();
    let mut kept: Vec<Evidence> = pieces
        .into_iter()
        .filter(|words| seen.insert((words.look, words.span.start, words.span.end)))
        .take(EVIDENCE_MAX)
        .cloned()
        .collect();
    kept.sort_by(|a, b| {
        (b.observed, a.look, a.span.start).cmp(&(a.observed, b.look, b.span.start))
    });
    kept
}

/// Splits what is sorted by day wherever more than `gap_days` lie between two neighbours.
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

/// Days from `day` to the nearest of `sorted` days, when there is any.
pub(crate) fn days_to_nearest(sorted: &[Day], day: Day) -> Option<i32> {
    let at = sorted.partition_point(|known| *known < day);
    let before = at.checked_sub(1).and_then(|at| sorted.get(at));
    let days = |known: &Day| known.since(day).saturating_abs();
    before.into_iter().chain(sorted.get(at)).map(days).min()
}

/// The year and month that name an episode, `2026-03`.
pub(crate) fn month_of(day: Day) -> String {
    let (year, month, _) = day.ymd();
    format!("{year:04}-{month:02}")
}

/// Slots from names and values.
pub(crate) fn slots<const N: usize>(pairs: [(&str, String); N]) -> Slots {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Adds a mention's slot under the same name, when it has it.
pub(crate) fn copy_slot(slots: &mut Slots, from: &Mention<'_>, name: &str) {
    if let Some(value) = from.slot(name) {
        slots.insert(name.to_owned(), value.to_owned());
    }
}

/// The furthest stage anyone speaks of.
pub(crate) fn stage_of(mentions: &[Mention<'_>]) -> SignalStage {
    if mentions.iter().any(|mention| mention.stage == SignalStage::Done) {
        SignalStage::Done
    } else {
        SignalStage::Announced
    }
}

/// Sureness without any source's word on when it happened: it may have been long ago.
const UNDATED_CONFIDENCE_MAX: u16 = 800;

/// How sure `mentions` make us together, and how many independent sources they are.
pub(crate) fn borne_out(company: &model::CompanyView, mentions: &[Mention<'_>]) -> (Permille, u32) {
    let voices: Vec<_> = mentions.iter().map(Mention::voice).collect();
    let sources = crate::sources::independent(company, &voices);
    let mut confidence = crate::sources::corroborated(&sources);
    if !mentions.iter().any(|mention| mention.dated) {
        confidence = confidence.min(Permille::new(UNDATED_CONFIDENCE_MAX));
    }
    (confidence, u32::try_from(sources.len()).unwrap_or(u32::MAX))
}
