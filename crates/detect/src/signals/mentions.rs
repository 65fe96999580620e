//! What pages say at present: the looks at one page's word on one matter, folded into one mention,
//! without the words a source took back.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    ClaimKind, ClaimObservation, Day, Digest, Entity, EntityId, Evidence, History,
    ObservationOutcome, SignalStage, Slots, Timestamp,
};

use crate::sources::Voice;

/// What one page says of one matter about one entity.
#[derive(Debug, Clone)]
pub(crate) struct Mention<'a> {
    /// Who it is about.
    pub(crate) entity: EntityId,
    /// The matter: a round, a standard, a tool.
    pub(crate) matter: String,
    /// Who owns the page.
    pub(crate) source: &'a Entity,
    /// Details, by the newest look.
    pub(crate) slots: &'a Slots,
    /// By the source's newest word; without one, the day it was first seen.
    pub(crate) occurred: Day,
    /// Whether `occurred` is the source's word.
    pub(crate) dated: bool,
    /// How far along, by the newest look.
    pub(crate) stage: SignalStage,
    /// When these words were last seen.
    pub(crate) last_seen: Timestamp,
    /// The first look at the words as they stand now: seeing them again changes nothing.
    pub(crate) look: &'a ClaimObservation,
    /// When the page first said anything of it.
    pub(crate) first_seen: Timestamp,
}

impl<'a> Mention<'a> {
    /// The words.
    pub(crate) fn evidence(&self) -> &'a Evidence {
        &self.look.evidence
    }

    /// As a voice to count.
    pub(crate) fn voice(&self) -> Voice<'a> {
        Voice {
            source: self.source,
            published: self.look.page_published,
            look: self.look.evidence.look,
            simhash: self.look.simhash,
            confidence: self.look.confidence,
        }
    }

    /// A slot's value, when present and not empty.
    pub(crate) fn slot(&self, name: &str) -> Option<&'a str> {
        self.slots.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }
}

/// Days that calendars have: the years -9999 to 9999.
const CALENDAR: std::ops::RangeInclusive<i32> = -4_371_587..=2_932_896;

/// The looks of one kind that count on `today`: each once, in observed order.
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

/// What pages say at present about matters of one kind, sorted by (occurred, first seen, look).
/// `matter_of` names the matter; a look without one is left out.
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
            // What machines show is a fact of its day; only words can be taken back.
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

/// The newest sight of each page that gives its own date, by (url, date): a page with another date
/// is another edition, and a page without one may just have rolled on. Neither takes words back.
fn latest_editions(history: &History, today: Day) -> Editions<'_> {
    let mut latest: BTreeMap<_, (Timestamp, _, Digest)> = BTreeMap::new();
    for page in &history.pages {
        let counts = page.outcome == ObservationOutcome::Seen && page.observed.day() <= today;
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

/// Folds the looks (in observed order, at least one) at one page's word into its present state.
fn fold<'a>(matter: String, looks: &[&'a ClaimObservation]) -> Option<Mention<'a>> {
    let first = looks.first()?;
    let last_seen = looks.last()?.evidence.observed;
    // A page may say it twice; the surest of its newest words stand.
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
