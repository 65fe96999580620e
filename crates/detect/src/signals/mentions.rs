//! Mentions: the current claims of pages. The observations of one page's claim about one matter are
//! folded into one mention; claims that a source withdrew are left out.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    ClaimKind, ClaimObservation, Day, Digest, Entity, EntityId, Evidence, History, SignalStage,
    Slots, Timestamp,
};

use crate::sources::Voice;

/// The claim of one page about one matter of one entity.
#[derive(Debug, Clone)]
pub(crate) struct Mention<'a> {
    /// The entity that it is about.
    pub(crate) entity: EntityId,
    /// The matter: a round, a standard, a tool.
    pub(crate) matter: String,
    /// The owner of the page.
    pub(crate) source: &'a Entity,
    /// The details, from the newest observation.
    pub(crate) slots: &'a Slots,
    /// The day of the event by the source's newest date; without one, the day of the first
    /// observation.
    pub(crate) occurred: Day,
    /// Whether `occurred` is a date that the source gives.
    pub(crate) dated: bool,
    /// Whether the source has a date that could not be read, so that `occurred` tells nothing.
    pub(crate) undated: bool,
    /// The stage, from the newest observation.
    pub(crate) stage: SignalStage,
    /// The time of the last observation of these words.
    pub(crate) last_seen: Timestamp,
    /// The first observation of the current words; observing them again changes nothing.
    pub(crate) look: &'a ClaimObservation,
    /// The time at which the page first mentioned the matter.
    pub(crate) first_seen: Timestamp,
}

impl<'a> Mention<'a> {
    /// Returns the evidence.
    pub(crate) fn evidence(&self) -> &'a Evidence {
        &self.look.evidence
    }

    /// Converts it to a voice that is counted.
    pub(crate) fn voice(&self) -> Voice<'a> {
        Voice {
            source: self.source,
            published: self.look.page_published,
            look: self.look.evidence.look,
            simhash: self.look.simhash,
            confidence: self.look.confidence,
        }
    }

    /// Returns a slot's value, if present and not empty.
    pub(crate) fn slot(&self, name: &str) -> Option<&'a str> {
        self.slots.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }
}

/// The range of days in a calendar: the years -9999 to 9999.
const CALENDAR: std::ops::RangeInclusive<i32> = -4_371_587..=2_932_896;

/// Returns the observations of one kind of claim that count on `today`: each once, in observed
/// order.
pub(crate) fn looks_of(history: &History, kind: ClaimKind, today: Day) -> Vec<&ClaimObservation> {
    let mut observations: Vec<&ClaimObservation> = history
        .claims
        .iter()
        .filter(|observation| observation.kind == kind && observation.occurred <= today)
        .filter(|observation| observation.evidence.observed.day() <= today)
        .filter(|observation| CALENDAR.contains(&observation.occurred.0))
        .collect();
    observations.sort_by_key(|observation| {
        (observation.evidence.observed, observation.evidence.look, observation.event)
    });
    observations.dedup_by_key(|observation| (observation.evidence.look, observation.event));
    observations
}

/// Collects the current mentions of one kind of claim, sorted by (occurred, first seen, look).
/// `matter_of` names the matter; an observation without one is left out.
pub(crate) fn mentions<'a>(
    history: &'a History,
    kind: ClaimKind,
    today: Day,
    matter_of: impl Fn(&ClaimObservation) -> Option<String>,
) -> Vec<Mention<'a>> {
    let mut groups: BTreeMap<_, Vec<&'a ClaimObservation>> = BTreeMap::new();
    let mut carriers: BTreeSet<(&str, String, Digest)> = BTreeSet::new();
    for observation in looks_of(history, kind, today) {
        let Some(matter) = matter_of(observation) else { continue };
        let url = observation.evidence.url.as_str();
        carriers.insert((url, matter.clone(), observation.evidence.text_hash));
        groups
            .entry((observation.entity, url, observation.page_published, matter))
            .or_default()
            .push(observation);
    }
    let latest = latest_editions(history, today);
    let mut mentions: Vec<Mention<'a>> = groups
        .into_iter()
        .filter(|((_, url, published, matter), observations)| {
            // A machine-readable trace is a fact of its day; only statements can be withdrawn.
            kind.is_of_the_look()
                || !is_withdrawn(latest.get(&(*url, *published)), observations, |text| {
                    carriers.contains(&(*url, matter.clone(), text))
                })
        })
        .filter_map(|((_, _, _, matter), observations)| fold(matter, &observations))
        .collect();
    mentions.sort_by_key(|mention| {
        (mention.occurred, mention.first_seen, mention.look.evidence.look, mention.entity)
    });
    mentions
}

type Editions<'a> = BTreeMap<(&'a str, Option<Day>), (Timestamp, Digest)>;

/// Finds the newest observation of each page that gives its own date, by (url, date). A page with
/// another date is another edition, and a page without a date may just show newer entries. Neither
/// withdraws a claim.
fn latest_editions(history: &History, today: Day) -> Editions<'_> {
    let mut latest: BTreeMap<_, (Timestamp, _, Digest)> = BTreeMap::new();
    for page in &history.pages {
        let counts = page.outcome.is_present() && page.observed.day() <= today;
        if counts && page.published.is_some() {
            let page_edition = (page.observed, page.id, page.text_hash);
            let entry = latest.entry((page.url.as_str(), page.published)).or_insert(page_edition);
            *entry = (*entry).max(page_edition);
        }
    }
    latest.into_iter().map(|(key, (observed, _, text))| (key, (observed, text))).collect()
}

fn is_withdrawn(
    latest: Option<&(Timestamp, Digest)>,
    observations: &[&ClaimObservation],
    carries: impl Fn(Digest) -> bool,
) -> bool {
    let last_stated = observations.iter().map(|observation| observation.evidence.observed).max();
    latest.is_some_and(|(observed, text)| Some(*observed) > last_stated && !carries(*text))
}

/// Folds the observations (in order, at least one) of one page's claim into its current state.
fn fold<'a>(matter: String, observations: &[&'a ClaimObservation]) -> Option<Mention<'a>> {
    let first = observations.first()?;
    let last_seen = observations.last()?.evidence.observed;
    // A page may state it twice; of its newest statements a dated one counts before the surest.
    let newest = observations
        .iter()
        .filter(|observation| observation.evidence.observed == last_seen)
        .min_by_key(|observation| {
            (
                !observation.dated,
                std::cmp::Reverse(observation.confidence),
                observation.evidence.look,
            )
        })?;
    let observation = observations
        .iter()
        .find(|observation| {
            observation.evidence.text_hash == newest.evidence.text_hash
                && observation.evidence.span == newest.evidence.span
                && observation.slots == newest.slots
        })
        .unwrap_or(newest);
    let newest_dated =
        observations.iter().filter(|observation| observation.dated).max_by_key(|observation| {
            (observation.evidence.observed, observation.evidence.look == newest.evidence.look)
        });
    Some(Mention {
        entity: newest.entity,
        matter,
        source: &newest.source,
        slots: &newest.slots,
        occurred: newest_dated.unwrap_or(first).occurred,
        dated: newest_dated.is_some(),
        undated: newest_dated.is_none() && newest.undated,
        stage: newest.stage,
        last_seen,
        look: observation,
        first_seen: first.evidence.observed,
    })
}
