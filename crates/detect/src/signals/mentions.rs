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
    let mut looks: Vec<&ClaimObservation> = history
        .claims
        .iter()
        .filter(|look| look.kind == kind && look.occurred <= today)
        .filter(|look| look.evidence.observed.day() <= today)
        .filter(|look| CALENDAR.contains(&look.occurred.0))
        .collect();
    looks.sort_by_key(|look| (look.evidence.observed, look.evidence.look, look.event));
    looks.dedup_by_key(|look| (look.evidence.look, look.event));
    looks
}

/// Collects the current mentions of one kind of claim, sorted by (occurred, first seen, look).
/// `matter_of` names the matter; an observation without one is left out.
pub(crate) fn mentions<'a>(
    history: &'a History,
    kind: ClaimKind,
    today: Day,
    matter_of: impl Fn(&ClaimObservation) -> Option<String>,
) -> Vec<Mention<'a>> {
    let mut words: BTreeMap<_, Vec<&'a ClaimObservation>> = BTreeMap::new();
    let mut carriers: BTreeSet<(&str, String, Digest)> = BTreeSet::new();
    for look in looks_of(history, kind, today) {
        let Some(matter) = matter_of(look) else { continue };
        let url = look.evidence.url.as_str();
        carriers.insert((url, matter.clone(), look.evidence.text_hash));
        words.entry((look.entity, url, look.page_published, matter)).or_default().push(look);
    }
    let latest = latest_editions(history, today);
    let mut mentions: Vec<Mention<'a>> = words
        .into_iter()
        .filter(|((_, url, published, matter), looks)| {
            // A machine-readable trace is a fact of its day; only statements can be withdrawn.
            kind.is_of_the_look()
                || !taken_back(latest.get(&(*url, *published)), looks, |text| {
                    carriers.contains(&(*url, matter.clone(), text))
                })
        })
        .filter_map(|((_, _, _, matter), looks)| fold(matter, &looks))
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
            let sight = (page.observed, page.id, page.text_hash);
            let entry = latest.entry((page.url.as_str(), page.published)).or_insert(sight);
            *entry = (*entry).max(sight);
        }
    }
    latest.into_iter().map(|(key, (observed, _, text))| (key, (observed, text))).collect()
}

fn taken_back(
    latest: Option<&(Timestamp, Digest)>,
    looks: &[&ClaimObservation],
    carries: impl Fn(Digest) -> bool,
) -> bool {
    let last_said = looks.iter().map(|look| look.evidence.observed).max();
    latest.is_some_and(|(observed, text)| Some(*observed) > last_said && !carries(*text))
}

/// Folds the observations (in order, at least one) of one page's claim into its current state.
fn fold<'a>(matter: String, looks: &[&'a ClaimObservation]) -> Option<Mention<'a>> {
    let first = looks.first()?;
    let last_seen = looks.last()?.evidence.observed;
    // A page may state it twice; of its newest statements a dated one counts before the surest.
    let newest = looks
        .iter()
        .filter(|look| look.evidence.observed == last_seen)
        .min_by_key(|look| (!look.dated, std::cmp::Reverse(look.confidence), look.evidence.look))?;
    let look = looks
        .iter()
        .find(|look| {
            look.evidence.text_hash == newest.evidence.text_hash
                && look.evidence.span == newest.evidence.span
                && look.slots == newest.slots
        })
        .unwrap_or(newest);
    let word = looks
        .iter()
        .filter(|look| look.dated)
        .max_by_key(|look| (look.evidence.observed, look.evidence.look == newest.evidence.look));
    Some(Mention {
        entity: newest.entity,
        matter,
        source: &newest.source,
        slots: &newest.slots,
        occurred: word.unwrap_or(first).occurred,
        dated: word.is_some(),
        stage: newest.stage,
        last_seen,
        look,
        first_seen: first.evidence.observed,
    })
}
