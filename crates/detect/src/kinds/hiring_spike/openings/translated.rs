//! Openings in several languages: the postings of one position on pages that are translations of
//! each other.

use std::collections::{BTreeMap, BTreeSet};

use lexicon::openings::ROLES;

use super::{SeenPosting, slot};
use crate::disjoint_sets::DisjointSets;
use crate::kinds::hiring_spike::addresses::{PositionAddress, address, position};
use crate::kinds::hiring_spike::places;

/// The maximum number of postings with one id or address that are compared.
const SAME_KEY_MAX: usize = 64;
/// The maximum number of days between the postings of one position in two languages.
const TRANSLATED_DAYS_MAX: i32 = 3;
/// Words of this length are also parts of compounds.
const COMPOUND_FROM_LETTERS: usize = 5;
/// The field of work that says least: it counts only if a title names no other.
const VAGUE_FIELD: &str = "engineering";

/// A posting with its addresses.
struct Candidate<'p, 'a> {
    posting: &'p SeenPosting<'a>,
    /// The address of its page, if the page is about it alone.
    page: Option<String>,
    /// The addresses that may name it.
    positions: Vec<PositionAddress>,
    /// The employer's id for it.
    id: Option<&'a str>,
    /// The addresses of its page in other languages.
    translations: BTreeSet<String>,
}

impl<'p, 'a> Candidate<'p, 'a> {
    fn new(posting: &'p SeenPosting<'a>, is_alone: bool, general: &BTreeSet<String>) -> Self {
        let url = posting.evidence().url.as_str();
        let page = is_alone.then(|| address(url));
        let is_general = posting.apply_url.as_ref().is_some_and(|apply| general.contains(apply));
        let apply = slot(posting.newest, "apply_url").filter(|_| !is_general);
        let own = slot(posting.newest, "url");
        let addresses = [is_alone.then_some(url), apply, own].into_iter().flatten();
        let mut positions: Vec<PositionAddress> = addresses.filter_map(position).collect();
        positions.sort_by(|one, other| (&one.key, &one.lang).cmp(&(&other.key, &other.lang)));
        positions.dedup();
        let translations = slot(posting.newest, "translations").filter(|_| is_alone);
        let translations = translations.into_iter().flat_map(str::split_ascii_whitespace);
        Self {
            posting,
            page,
            positions,
            id: id_of(posting),
            translations: translations.map(address).collect(),
        }
    }

    /// Reports whether two postings may be of one position: of one place, and posted together.
    fn is_beside(&self, other: &Self) -> bool {
        let (one, other) = (self.posting, other.posting);
        let days = one.day.since(other.day).saturating_abs();
        let is_one_day = !one.dated || !other.dated || days <= TRANSLATED_DAYS_MAX;
        is_one_day && places::may_be_one(&one.place, &other.place)
    }

    /// Compares the ids, else the numbers in the addresses; `None` if one of them has none.
    fn has_id_of(&self, other: &Self) -> Option<bool> {
        let of_address = |candidate: &Self| -> BTreeSet<String> {
            candidate.positions.iter().flat_map(|position| position.ids.iter().cloned()).collect()
        };
        self.id.zip(other.id).map(|(one, other)| one == other).or_else(|| {
            let (one, other) = (of_address(self), of_address(other));
            let has_ids = !one.is_empty() && !other.is_empty();
            has_ids.then(|| !one.is_disjoint(&other))
        })
    }

    /// Reports whether the page of `other`, which this page names as its translation, is about the
    /// same position. Sites often name a wrong page; then it does not name this one in return.
    fn is_translated_by(&self, other: &Self) -> bool {
        let is_mutual = self.page.as_ref().is_some_and(|page| other.translations.contains(page));
        let has_title = self.posting.title == other.posting.title;
        let has_id = self.has_id_of(other);
        let is_one_position = match (has_title, has_id) {
            (_, Some(true)) | (true, None) => true,
            (true, Some(false)) => is_mutual,
            (false, _) if !is_mutual => false,
            (false, has_id) => match has_one_field(&self.posting.title, &other.posting.title) {
                Some(has_field) => has_field,
                None => has_id.is_none(),
            },
        };
        is_one_position && self.is_beside(other)
    }
}

/// Unites the postings of one position in several languages. `is_of_one` tells whether a page is
/// about one opening, and `general` are the addresses that invite applications for any.
pub(super) fn unite(
    postings: &[SeenPosting<'_>],
    is_of_one: impl Fn(&str) -> bool,
    general: &BTreeSet<String>,
    sets: &mut DisjointSets,
) {
    let candidates: Vec<Candidate<'_, '_>> = postings
        .iter()
        .map(|posting| Candidate::new(posting, is_of_one(&posting.evidence().url), general))
        .collect();
    let pages: BTreeMap<&str, usize> = candidates
        .iter()
        .enumerate()
        .filter_map(|(at, candidate)| Some((candidate.page.as_deref()?, at)))
        .collect();
    for (at, candidate) in candidates.iter().enumerate() {
        for page in &candidate.translations {
            if let Some(other) = pages.get(page.as_str()).copied()
                && other != at
                && candidates.get(other).is_some_and(|other| candidate.is_translated_by(other))
            {
                sets.unite(at, other);
            }
        }
    }
    unite_by_key(&candidates, sets);
}

/// One posting under a key, with the language in which the key names it.
type Keyed<'k> = (usize, Option<&'k str>);

/// Unites postings in different languages with one id, or with addresses that differ by their
/// language only.
fn unite_by_key(candidates: &[Candidate<'_, '_>], sets: &mut DisjointSets) {
    let mut keys: BTreeMap<(&str, &str), Vec<Keyed<'_>>> = BTreeMap::new();
    for (at, candidate) in candidates.iter().enumerate() {
        if let Some(id) = candidate.id {
            let lang = candidate.posting.newest.lang.as_deref();
            keys.entry(("id", id)).or_default().push((at, lang));
        }
        for position in &candidate.positions {
            let keyed = (at, position.lang.as_deref());
            keys.entry(("address", position.key.as_str())).or_default().push(keyed);
        }
    }
    for ((sort, _), keyed) in &mut keys {
        keyed.truncate(SAME_KEY_MAX);
        if is_general(keyed, candidates) {
            continue;
        }
        for (index, (one, lang)) in keyed.iter().enumerate() {
            for (other, other_lang) in keyed.get(..index).unwrap_or_default() {
                let pair = candidates.get(*one).zip(candidates.get(*other));
                if lang != other_lang
                    && pair.is_some_and(|(one, other)| {
                        one.is_beside(other)
                            && (*sort == "id" || may_differ_by_language(one, other))
                    })
                {
                    sets.unite(*one, *other);
                }
            }
        }
    }
}

/// Reports whether a key stands for several positions: it has several titles in one language, such
/// as the employer's own id or a form for all.
fn is_general(keyed: &[Keyed<'_>], candidates: &[Candidate<'_, '_>]) -> bool {
    let mut titles: BTreeMap<Option<&str>, &str> = BTreeMap::new();
    keyed.iter().any(|(at, lang)| {
        candidates.get(*at).is_some_and(|candidate| {
            let title = candidate.posting.title.as_str();
            *titles.entry(*lang).or_insert(title) != title
        })
    })
}

/// Reports whether two postings whose addresses differ by a language are in two languages: their
/// titles are equal, or their addresses have a number and their pages are not in one language.
/// `/it/` and `/hr/` can be departments too.
fn may_differ_by_language(one: &Candidate<'_, '_>, other: &Candidate<'_, '_>) -> bool {
    let lang = |candidate: &Candidate<'_, '_>| candidate.posting.newest.lang.clone();
    let is_in_one = lang(one).is_some() && lang(one) == lang(other);
    let has_number = one.positions.iter().any(|position| !position.ids.is_empty());
    one.posting.title == other.posting.title || has_number && !is_in_one
}

/// Returns the employer's id in a claim's subject, which is an id, an address, or title and place.
fn id_of<'a>(posting: &SeenPosting<'a>) -> Option<&'a str> {
    let subject = posting.newest.subject.trim();
    let id = subject.strip_prefix("opening:").unwrap_or(subject);
    let is_id = !id.contains('|') && !id.contains("://");
    (is_id && id.contains(|c: char| c.is_ascii_digit())).then_some(id)
}

/// Reports whether two titles name one field of work; `None` if one of them names none.
fn has_one_field(one: &str, other: &str) -> Option<bool> {
    let (one, other) = (fields_of(one), fields_of(other));
    (!one.is_empty() && !other.is_empty()).then(|| !one.is_disjoint(&other))
}

/// Returns the fields of work that a title in normal form names.
fn fields_of(title: &str) -> BTreeSet<&'static str> {
    let has = |word: &str| {
        if word.chars().count() >= COMPOUND_FROM_LETTERS {
            title.contains(word)
        } else {
            title.split(' ').any(|other| other == word)
        }
    };
    let named = ROLES.iter().filter(|(_, words)| words.iter().any(|word| has(word)));
    let mut fields: BTreeSet<&'static str> = named.map(|(field, _)| *field).collect();
    if fields.len() > 1 {
        fields.remove(VAGUE_FIELD);
    }
    fields
}
