//! Openings: each open position once, even if several boards list it, with its first day.

mod relisted;
mod translated;

use std::collections::{BTreeMap, BTreeSet};

use lexicon::country_code::country_code;
use model::{
    ClaimObservation, Day, Entity, EntityId, EventId, Evidence, History, ObservationOutcome,
    Timestamp, are_copies,
};

use super::OPENING;
use super::addresses::{address, requisition};
use crate::disjoint_sets::DisjointSets;
use crate::signals::mentions::looks_of;
use crate::sources::Voice;

/// The maximum number of texts of one title and place that are compared.
const TEXTS_MAX: usize = 64;

/// An open position of the company.
#[derive(Debug)]
pub(crate) struct Opening<'a> {
    /// The first day on which it was open, as far as known.
    pub(crate) day: Day,
    /// Whether `day` is the day on which it was opened; otherwise it was there when its page was
    /// first observed, and may be old.
    pub(crate) is_new: bool,
    /// Whether it is an earlier opening that was posted again.
    pub(crate) is_relisted: bool,
    /// The country, as ISO 3166 alpha-2 in upper case.
    pub(crate) country: Option<String>,
    /// The day on which the last source closed it; it may be in the future.
    pub(crate) closed: Option<Day>,
    /// Its postings, in (url, event) order.
    pub(crate) postings: Vec<SeenPosting<'a>>,
}

/// One opening on one page.
#[derive(Debug)]
pub(crate) struct SeenPosting<'a> {
    /// The entity that it is about.
    pub(crate) entity: EntityId,
    event: EventId,
    /// The first observation of it.
    first: &'a ClaimObservation,
    /// The newest observation of it.
    newest: &'a ClaimObservation,
    /// The title in its normal form.
    pub(crate) title: String,
    place: String,
    apply_url: Option<String>,
    day: Day,
    dated: bool,
    /// Whether it was missing when its page was observed shortly before.
    appeared: bool,
    /// The last day on which it was observed.
    last_shown: Day,
    /// The day of the first observation after that, which did not find it.
    missed: Option<Day>,
    closed: Option<Day>,
}

impl<'a> SeenPosting<'a> {
    /// Returns the evidence.
    pub(crate) fn evidence(&self) -> &'a Evidence {
        &self.first.evidence
    }

    /// Converts it to a voice that is counted.
    pub(crate) fn voice(&self) -> Voice<'a> {
        let source: &'a Entity = &self.first.source;
        Voice {
            source,
            published: self.first.page_published,
            look: self.first.evidence.look,
            simhash: self.first.simhash,
            confidence: self.newest.confidence,
        }
    }
}

/// A company's openings by day, and the first day from which their number is meaningful.
#[derive(Debug, Default)]
pub(crate) struct Openings<'a> {
    /// Every opening, sorted by (day, first evidence).
    pub(crate) all: Vec<Opening<'a>>,
    /// The day of the first observation of a page with openings. Openings that had closed by then
    /// were never observed, so older counts are too small to compare with.
    pub(crate) covered_from: Option<Day>,
}

/// Collects the openings known on `today`. A page not observed for more than `gap_days` counts as
/// observed for the first time, because a new opening may have appeared on any day between.
pub(crate) fn openings(history: &History, today: Day, gap_days: i32) -> Openings<'_> {
    let mut observations: BTreeMap<(&str, EventId), Vec<&ClaimObservation>> = BTreeMap::new();
    let mut times: BTreeMap<&str, Sights> = BTreeMap::new();
    for observation in looks_of(history, OPENING.kind, today) {
        // A planned posting counts from its day on.
        if posted(observation).is_none_or(|day| day <= today) {
            let url = observation.evidence.url.as_str();
            times.entry(url).or_default().seen.push(observation.evidence.observed);
            observations.entry((url, observation.event)).or_default().push(observation);
        }
    }
    for page in history.pages.iter().filter(|page| page.observed.day() <= today) {
        if let Some(times) = times.get_mut(page.url.as_str()) {
            match page.outcome {
                ObservationOutcome::Changed | ObservationOutcome::Unchanged => {
                    times.seen.push(page.observed);
                    let last = times.texts.entry(page.text_hash.0).or_insert(page.observed);
                    *last = page.observed.max(*last);
                }
                ObservationOutcome::Gone => times.gone.push(page.observed),
                ObservationOutcome::CouldNotLook | ObservationOutcome::NotAllowed => {}
            }
        }
    }
    for times in times.values_mut() {
        times.seen.sort_unstable();
        times.gone.sort_unstable();
    }
    let postings: Vec<SeenPosting<'_>> = observations
        .iter()
        .filter_map(|((url, _), observations)| posting(times.get(url)?, observations, gap_days))
        .collect();
    let first_seen = times.values().filter_map(|times| times.seen.first()).min();
    let mut all: Vec<Opening<'_>> = united(postings).into_iter().filter_map(opening).collect();
    all.sort_by_key(|opening| (opening.day, opening.postings.first().map(|p| p.evidence().look)));
    relisted::mark(&mut all);
    Openings { all, covered_from: first_seen.map(|time| time.day()) }
}

/// The times at which a page was present and gone, and the last time of each of its texts.
#[derive(Debug, Default)]
struct Sights {
    seen: Vec<Timestamp>,
    gone: Vec<Timestamp>,
    texts: BTreeMap<[u8; 32], Timestamp>,
}

impl Sights {
    fn last_before(&self, time: Timestamp) -> Option<Timestamp> {
        let at = self.seen.partition_point(|seen| *seen < time);
        at.checked_sub(1).and_then(|at| self.seen.get(at)).copied()
    }

    /// Returns the day of the first observation after `time` that found the page present or gone.
    fn missed_after(&self, time: Timestamp) -> Option<Day> {
        let next = |observations: &[Timestamp]| {
            observations
                .get(observations.partition_point(|observation| *observation <= time))
                .map(|observation| observation.day())
        };
        next(&self.seen).into_iter().chain(next(&self.gone)).min()
    }

    /// Returns the day on which an opening last shown at `time` was closed: its page was gone, or
    /// two observations on different days did not find it.
    fn closed_after(&self, time: Timestamp) -> Option<Day> {
        let gone = self.gone.get(self.gone.partition_point(|gone| *gone <= time)).copied();
        let misses = self.seen.get(self.seen.partition_point(|seen| *seen <= time)..);
        let missed = misses.and_then(|misses| {
            let first = misses.first()?.day();
            (misses.last()?.day() > first).then_some(first)
        });
        gone.map(Timestamp::day).into_iter().chain(missed).min()
    }
}

/// Returns the posting day that the source gives.
pub(crate) fn posted(observation: &ClaimObservation) -> Option<Day> {
    day_in(observation, "posted").or(observation.dated.then_some(observation.occurred))
}

fn day_in(observation: &ClaimObservation, slot: &str) -> Option<Day> {
    observation.slots.get(slot)?.get(..10)?.parse().ok()
}

/// Folds the observations (in order, at least one) of one opening on one page.
fn posting<'a>(
    times: &Sights,
    observations: &[&'a ClaimObservation],
    gap_days: i32,
) -> Option<SeenPosting<'a>> {
    let (first, newest) = (*observations.first()?, *observations.last()?);
    let first_day = first.evidence.observed.day();
    let dates: Vec<Day> =
        observations.iter().filter_map(|observation| posted(observation)).collect();
    let stated = match (dates.first(), dates.last()) {
        // Boards renew the date of old postings; a posting is never newer than its first
        // observation.
        (Some(before), Some(now)) if *now > first_day.max(*before) => Some(*before),
        (_, now) => now.copied(),
    };
    let appeared = times
        .last_before(first.evidence.observed)
        .is_some_and(|before| first_day.since(before.day()) <= gap_days);
    let last_shown = observations
        .iter()
        .filter_map(|observation| times.texts.get(&observation.evidence.text_hash.0))
        .copied()
        .fold(newest.evidence.observed, Timestamp::max);
    let closed = [times.closed_after(last_shown), day_in(newest, "valid_through")];
    Some(SeenPosting {
        entity: newest.entity,
        event: newest.event,
        first,
        newest,
        title: normal(slot(newest, "title")?),
        place: [slot(newest, "city"), slot(newest, "country")]
            .map(|w| normal(w.unwrap_or("")))
            .join("|"),
        apply_url: slot(newest, "apply_url").map(address),
        day: stated.unwrap_or(first_day),
        dated: stated.is_some(),
        appeared,
        last_shown: last_shown.day(),
        missed: times.missed_after(last_shown),
        closed: closed.into_iter().flatten().min(),
    })
}

fn slot<'a>(observation: &'a ClaimObservation, name: &str) -> Option<&'a str> {
    observation.slots.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
}

/// Normalizes words to lower case without punctuation and without single letters, which are mostly
/// gender marks, `(m/f/d)`.
pub(crate) fn normal(text: &str) -> String {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !matches!(*word, "m" | "f" | "w" | "d" | "x" | "h"))
        .collect();
    words.join(" ")
}

/// Groups the postings of each opening.
fn united(postings: Vec<SeenPosting<'_>>) -> Vec<Vec<SeenPosting<'_>>> {
    let mut sets = DisjointSets::new(postings.len());
    let mut keys: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let general = general_addresses(&postings);
    let mut events_at: BTreeMap<&str, BTreeSet<EventId>> = BTreeMap::new();
    for posting in &postings {
        events_at.entry(posting.evidence().url.as_str()).or_default().insert(posting.event);
    }
    for (at, posting) in postings.iter().enumerate() {
        let url = posting.evidence().url.as_str();
        let subject = posting.newest.subject.trim();
        let mut names = vec![("event", posting.event.to_string())];
        if !subject.is_empty() {
            names.push(("native", format!("{subject}\n{}", posting.title)));
        }
        if let Some(apply) = posting.apply_url.as_ref().filter(|apply| !general.contains(*apply)) {
            names.push(("apply", apply.clone()));
            names.push(("page", format!("{apply}\n{}", posting.title)));
            // One position that is offered in many towns has one number.
            if let Some(number) = requisition(apply) {
                names.push(("number", format!("{number}\n{}", posting.title)));
            }
        }
        // A page about one opening identifies it by its address; boards link to it.
        if events_at.get(url).is_some_and(|events| events.len() == 1) {
            names.push(("page", format!("{}\n{}", address(url), posting.title)));
        }
        for name in names {
            sets.unite(at, *keys.entry(name).or_insert(at));
        }
    }
    let is_of_one =
        |url: &str| events_at.get(url).is_some_and(|events: &BTreeSet<EventId>| events.len() == 1);
    unite_copies(&postings, &mut sets);
    translated::unite(&postings, is_of_one, &general, &mut sets);
    sets.group(postings)
}

/// Finds the addresses under which one page invites applications for different titles: a form for
/// all.
fn general_addresses(postings: &[SeenPosting<'_>]) -> BTreeSet<String> {
    let mut titles: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    let mut general = BTreeSet::new();
    for posting in postings {
        if let Some(apply) = &posting.apply_url {
            let page = posting.evidence().url.as_str();
            if *titles.entry((page, apply)).or_insert(&posting.title) != posting.title {
                general.insert(apply.clone());
            }
        }
    }
    general
}

/// Unites postings of one title and place whose pages have the same text.
fn unite_copies(postings: &[SeenPosting<'_>], sets: &mut DisjointSets) {
    let mut by_title: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (at, posting) in postings.iter().enumerate() {
        let texts = by_title.entry((&posting.title, &posting.place)).or_default();
        let copy = texts.iter().copied().find(|other| {
            postings.get(*other).is_some_and(|other| {
                are_copies(other.newest.simhash, posting.newest.simhash)
                    || other.newest.evidence.text_hash == posting.newest.evidence.text_hash
            })
        });
        match copy {
            Some(other) => sets.unite(at, other),
            None if texts.len() < TEXTS_MAX => texts.push(at),
            None => {}
        }
    }
}

fn opening(mut postings: Vec<SeenPosting<'_>>) -> Option<Opening<'_>> {
    let dated = postings.iter().filter(|posting| posting.dated).map(|posting| posting.day).min();
    let appeared =
        postings.iter().filter(|posting| posting.appeared).map(|posting| posting.day).min();
    let first = postings.iter().map(|posting| posting.day).min()?;
    // Without a source's date, it is new if no page had it before it appeared somewhere.
    let is_new = dated.is_some() || appeared == Some(first);
    let closed = postings.iter().map(|posting| posting.closed).max()?;
    let all_closed = postings.iter().all(|posting| posting.closed.is_some());
    postings.sort_by_key(|posting| (&posting.first.evidence.url, posting.event));
    let newest =
        postings.iter().max_by_key(|p| (p.newest.evidence.observed, p.newest.evidence.look))?;
    let country = slot(newest.newest, "country")
        .or_else(|| postings.iter().find_map(|posting| slot(posting.newest, "country")));
    Some(Opening {
        day: dated.unwrap_or(first),
        is_new,
        is_relisted: false,
        country: country.and_then(country_code),
        closed: closed.filter(|_| all_closed),
        postings,
    })
}
