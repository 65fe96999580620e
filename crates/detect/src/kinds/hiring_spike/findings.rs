//! Hiring spike: a company seeks a product's roles far more than usual.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use model::{
    CompanyView, Day, EntityId, Evidence, History, Note, Permille, Product, SignalStage, Slots,
};

use super::openings::{Opening, SeenPosting, normal, openings};
use super::spike::{Series, Spike, SpikeRule, spikes};
use crate::pack::Pack;
use crate::signals::finding::{Finding, month_of, slots};
use crate::sources::{corroborated, independent};

/// The number of windows in a year of observation, each of which may be full by chance.
const WINDOWS_A_YEAR: i32 = 26;
/// The maximum number of letters of a word beyond a role's: `engineer` is in `engineers` and
/// `engineering`.
const ENDING_LETTERS_MAX: usize = 3;
const ENDING_FROM_LETTERS: usize = 4;
/// The minimum number of letters of the head of a compound: `ingenieur` is in `vertriebsingenieur`.
const COMPOUND_FROM_LETTERS: usize = 6;
/// The maximum number of postings of an episode from which sources are counted.
const VOICES_MAX: usize = 1000;

/// The roles and countries a product's hiring is watched in; empty means any.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Watch {
    roles: Vec<String>,
    region: Vec<String>,
}

impl Watch {
    fn of(product: &Product) -> Self {
        let roles: BTreeSet<String> =
            product.roles.iter().map(|role| normal(role)).filter(|role| !role.is_empty()).collect();
        let region: BTreeSet<String> = product
            .region
            .iter()
            .map(|country| country.trim().to_uppercase())
            .filter(|country| !country.is_empty())
            .collect();
        Self { roles: roles.into_iter().collect(), region: region.into_iter().collect() }
    }

    fn matches(&self, opening: &Opening<'_>) -> bool {
        let is_in_region =
            || opening.country.as_ref().is_some_and(|country| self.region.contains(country));
        (self.region.is_empty() || is_in_region())
            // The title in any language of the opening.
            && (self.roles.is_empty()
                || opening
                    .postings
                    .iter()
                    .any(|posting| self.roles.iter().any(|role| names(&posting.title, role))))
    }

    fn identity(&self, spike: &Spike) -> Slots {
        let label = |words: &[String]| match words {
            [] => "any".to_owned(),
            words => words.join("|"),
        };
        slots([
            ("role", label(&self.roles)),
            ("region", label(&self.region)),
            ("episode", month_of(spike.first_firing)),
        ])
    }
}

/// Reports whether a title has a role's words next to each other; both in normal form.
fn names(title: &str, role: &str) -> bool {
    let title: Vec<&str> = title.split(' ').collect();
    let role: Vec<&str> = role.split(' ').collect();
    title
        .windows(role.len())
        .any(|words| words.iter().zip(&role).all(|(word, part)| has(word, part)))
}

fn has(word: &str, part: &str) -> bool {
    let letters = part.chars().count();
    let ending = word.strip_prefix(part).map(|ending| ending.chars().count());
    word == part
        || letters >= ENDING_FROM_LETTERS && ending.is_some_and(|more| more <= ENDING_LETTERS_MAX)
        || letters >= COMPOUND_FROM_LETTERS && word.ends_with(part)
}

/// Finds the spikes in the roles and countries of the products, one finding per watch and episode.
pub(crate) fn findings<'a>(
    history: &'a History,
    pack: &Pack,
    products: &[Product],
    today: Day,
) -> (Vec<Finding<'a>>, Vec<Note>) {
    let rule = SpikeRule::of(pack);
    let observed = openings(history, today, rule.window_days);
    let (mut findings, mut notes) = (Vec::new(), Vec::new());
    let old = observed.all.iter().filter(|opening| !opening.is_new).count();
    if old > 0 {
        notes.push(Note::new("openings_at_first_contact", format!("{old} openings without a day")));
    }
    let mut watches: BTreeSet<Watch> = products.iter().map(Watch::of).collect();
    if watches.is_empty() {
        watches.insert(Watch { roles: Vec::new(), region: Vec::new() });
    }
    for watch in watches {
        let is_new = |opening: &&Opening<'a>| opening.is_new && !opening.is_relisted;
        let wanted: Vec<&Opening<'a>> =
            observed.all.iter().filter(is_new).filter(|opening| watch.matches(opening)).collect();
        let days = wanted.iter().map(|opening| (opening.day, 1));
        let (spikes, cold) = spikes(&Series::new(days, observed.covered_from), rule);
        if cold {
            notes.push(Note::new("hiring_cold_start", "many openings, no past to compare with"));
        }
        for spike in spikes {
            let counted: Vec<&Opening<'a>> = wanted
                .iter()
                .copied()
                .filter(|opening| spike.start <= opening.day && opening.day <= spike.last_firing)
                .collect();
            findings.push(finding(&history.company, rule, &watch, &spike, counted));
        }
    }
    (findings, notes)
}

fn finding<'a>(
    company: &CompanyView,
    rule: SpikeRule,
    watch: &Watch,
    spike: &Spike,
    mut counted: Vec<&Opening<'a>>,
) -> Finding<'a> {
    counted.sort_by_key(|opening| {
        (Reverse(opening.day), opening.postings.first().map(|posting| posting.evidence().look))
    });
    let end = end_of(&counted, rule);
    let voices: Vec<_> = counted
        .iter()
        .flat_map(|opening| opening.postings.iter())
        .take(VOICES_MAX)
        .map(SeenPosting::voice)
        .collect();
    let sources = independent(company, &voices);
    // The confidence of the sources, times the probability that a whole year of observation does
    // not show this by chance.
    let not_by_chance = (1.0 - spike.p_value).powi(WINDOWS_A_YEAR);
    let confidence = corroborated(&sources).fraction() * not_by_chance;
    Finding {
        identity: watch.identity(spike),
        slots: figures(spike),
        start: spike.start,
        undated: false,
        end: end.map(|end| end.max(spike.start)),
        stage: SignalStage::Done,
        confidence: Permille::from_fraction(confidence),
        independent_sources: u32::try_from(sources.len()).unwrap_or(u32::MAX),
        explanation: explanation(watch, spike, rule),
        primary: primary(&counted),
        support: Vec::new(),
    }
}

/// Returns the day from which fewer openings are left than a spike needs: the spike is over when
/// its openings are closed.
fn end_of(counted: &[&Opening<'_>], rule: SpikeRule) -> Option<Day> {
    let mut closed: Vec<Day> = counted.iter().filter_map(|opening| opening.closed).collect();
    closed.sort_unstable();
    let needed = usize::try_from(rule.openings_min).unwrap_or(usize::MAX);
    let spare = counted.len().saturating_sub(needed);
    closed.get(spare).copied()
}

fn figures(spike: &Spike) -> Slots {
    let mut figures = slots([
        ("openings", spike.openings.to_string()),
        ("baseline_14d", format!("{:.2}", spike.baseline)),
        ("p_value", format!("{:.6}", spike.p_value)),
        ("window_start", spike.window_start.to_string()),
        ("window_end", spike.window_end.to_string()),
    ]);
    // A baseline of zero gives no finite ratio; the baseline itself shows it.
    if spike.baseline > 0.0 {
        let ratio = spike.openings as f64 / spike.baseline;
        figures.insert("ratio".to_owned(), format!("{ratio:.2}"));
    }
    figures
}

/// Says how many jobs are new and how many are usual: "6 new jobs in two weeks to 20 Mar 2026,
/// usually 0–1".
fn explanation(watch: &Watch, spike: &Spike, rule: SpikeRule) -> String {
    let roles = match watch.roles.as_slice() {
        [] => String::new(),
        roles => format!(" ({})", roles.join(", ")),
    };
    let window = match rule.window_days {
        14 => "two weeks".to_owned(),
        days => format!("{days} days"),
    };
    let (low, high) = (spike.baseline.floor(), spike.baseline.ceil());
    let usual = if high == 0.0 {
        "none".to_owned()
    } else if low == high {
        format!("{low:.0}")
    } else {
        format!("{low:.0}–{high:.0}")
    };
    format!(
        "{} new jobs{roles} in {window} to {}, usually {usual}",
        spike.openings,
        spike.window_end.in_words(),
    )
}

/// Collects the evidence of the openings: for every entity its own, newest opening first.
fn primary<'a>(counted: &[&Opening<'a>]) -> Vec<(EntityId, &'a Evidence)> {
    let mut pieces: Vec<(EntityId, &'a Evidence)> = Vec::new();
    for opening in counted {
        let mut entities = BTreeSet::new();
        pieces.extend(
            opening
                .postings
                .iter()
                .filter(|posting| entities.insert(posting.entity))
                .map(|posting| (posting.entity, posting.evidence())),
        );
    }
    pieces
}
