//! Reading a scorecard on a day: decay, limits, and the day on which the score drops a band.

use std::cmp::Ordering;

use model::{
    Component, Contribution, Day, EntityId, LeadScore, Points, ScoreComponents, Timestamp,
};

use crate::band::Band;
use crate::decay::{HALF_LIVES_TO_NOTHING, left};
use crate::scorecard::Scorecard;
use crate::term::Term;

/// The maximum score, in hundredths of a point.
const MOST: i64 = 10_000;
/// The number of days searched one by one if points can also rise with time; otherwise the search
/// is binary.
const DAYS_AHEAD_MAX: i64 = 4_000;

/// A score on a given day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreReading {
    /// 0 to 100: the sum of the components.
    pub score: Points,
    /// The components, each the sum of its contributions.
    pub components: ScoreComponents,
    /// Every reason that counts on this day. If the sum is outside the range of a component or of
    /// the score, the correction is a contribution of its own.
    pub contributions: Vec<Contribution>,
}

/// A contribution with its term's topic, by which the ledger distinguishes terms.
pub(crate) struct ScoredTerm {
    pub(crate) topic: String,
    pub(crate) contribution: Contribution,
}

impl Scorecard {
    /// Computes the score on a day.
    pub fn read(&self, today: Day) -> ScoreReading {
        let contributions: Vec<Contribution> =
            self.lines(today).into_iter().map(|line| line.contribution).collect();
        let sum = |component: Component| {
            let own = contributions.iter().filter(|one| one.component == component);
            Points(clamped(own.map(|one| i64::from(one.points.0)).sum()))
        };
        let components = ScoreComponents {
            fit: sum(Component::Fit),
            intent: sum(Component::Intent),
            timing: sum(Component::Timing),
        };
        let score = components.fit + components.intent + components.timing;
        ScoreReading { score, components, contributions }
    }

    /// Returns the first later day on which time alone moves the score to a lower band, or `None`
    /// if that never happens.
    pub fn drops_on(&self, today: Day) -> Option<Day> {
        let now = Band::of(Points(self.total(today)));
        let last = self.terms.iter().filter_map(settled_day).max()?;
        let ahead = (last - i64::from(today.0)).max(0);
        let is_lower = |days: i64| {
            let day = today.plus(i32::try_from(days).unwrap_or(i32::MAX));
            Band::of(Points(self.total(day))) < now
        };
        let rises = self.terms.iter().any(|term| term.full.0 < 0 && term.decay.is_some());
        let days = if rises {
            (1..=ahead.min(DAYS_AHEAD_MAX)).find(|days| is_lower(*days))?
        } else {
            first_true(ahead, is_lower)?
        };
        Some(today.plus(i32::try_from(days).ok()?))
    }

    /// Computes the score in the form that the API returns.
    pub fn lead_score(&self, company_id: EntityId, today: Day, updated_at: Timestamp) -> LeadScore {
        let ScoreReading { score, components, contributions } = self.read(today);
        LeadScore {
            company_id,
            product_id: self.product_id.clone(),
            score,
            components,
            contributions,
            drops_on: self.drops_on(today),
            updated_at,
        }
    }

    /// Returns the contributions that count on a day, with limits last in each component.
    pub(crate) fn lines(&self, today: Day) -> Vec<ScoredTerm> {
        let mut lines = Vec::new();
        let mut score: i64 = 0;
        for component in [Component::Fit, Component::Intent, Component::Timing] {
            let mut sum: i64 = 0;
            for term in self.terms.iter().filter(|term| term.component == component) {
                let points = left(term.full, term.decay, today);
                sum += i64::from(points.0);
                // A term that has faded is no longer a reason; one that never had points may be
                // one.
                if points.0 != 0 || term.full.0 == 0 {
                    lines.push(line(component, &term.topic, term.reason.clone(), term, points));
                }
            }
            let limited = self.limited(component, sum);
            lines.extend(limit(component, limited - sum));
            score += limited;
        }
        lines.extend(limit_of_score(score.clamp(0, MOST) - score));
        lines
    }

    /// Limits the sum of a component to its share above and below zero.
    fn limited(&self, component: Component, sum: i64) -> i64 {
        let most = i64::from(self.most(component).0);
        sum.clamp(-most, most)
    }

    /// Computes the score alone, for the search over days.
    fn total(&self, today: Day) -> i32 {
        let components = [Component::Fit, Component::Intent, Component::Timing];
        let sums = components.map(|component| {
            let own = self.terms.iter().filter(|term| term.component == component);
            let sum = own.map(|term| i64::from(left(term.full, term.decay, today).0)).sum();
            self.limited(component, sum)
        });
        clamped(sums.iter().sum::<i64>().clamp(0, MOST))
    }
}

fn clamped(points: i64) -> i32 {
    let limit = i64::from(i32::MAX);
    i32::try_from(points.clamp(-limit, limit)).unwrap_or(0)
}

fn line(
    component: Component,
    topic: &str,
    reason: String,
    term: &Term,
    points: Points,
) -> ScoredTerm {
    let contribution = Contribution { component, reason, signal: term.signal, points };
    ScoredTerm { topic: topic.to_owned(), contribution }
}

fn limit(component: Component, change: i64) -> Option<ScoredTerm> {
    let reason = match change.cmp(&0) {
        Ordering::Less => "this part of the score goes no higher",
        Ordering::Greater => "this part of the score goes no lower",
        Ordering::Equal => return None,
    };
    Some(limit_line("limit", component, reason, change))
}

/// Returns the correction to the range of the whole score. It belongs to INTENT, the only component
/// that can lead out of that range.
fn limit_of_score(change: i64) -> Option<ScoredTerm> {
    let reason = match change.cmp(&0) {
        Ordering::Less => "a score ends at 100",
        Ordering::Greater => "a score begins at 0",
        Ordering::Equal => return None,
    };
    Some(limit_line("limit_of_score", Component::Intent, reason, change))
}

fn limit_line(topic: &str, component: Component, reason: &str, change: i64) -> ScoredTerm {
    let points = Points(clamped(change));
    let contribution = Contribution { component, reason: reason.to_owned(), signal: None, points };
    ScoredTerm { topic: topic.to_owned(), contribution }
}

/// Returns the day number after which a term no longer changes.
fn settled_day(term: &Term) -> Option<i64> {
    let decay = term.decay?;
    let from = i64::from(decay.from.0);
    let faded = match decay.half_life_days {
        0 => None,
        days => Some(from + i64::from(days) * HALF_LIVES_TO_NOTHING),
    };
    let ended = decay.until.map(|until| i64::from(until.0) + 1);
    match (faded, ended) {
        (Some(faded), Some(ended)) => Some(faded.min(ended)),
        (one, other) => one.or(other),
    }
}

/// Finds the smallest of `1..=last` for which a condition holds that stays true once it is true.
fn first_true(last: i64, is: impl Fn(i64) -> bool) -> Option<i64> {
    if last < 1 || !is(last) {
        return None;
    }
    let (mut no, mut yes) = (0, last);
    while yes - no > 1 {
        let middle = no + (yes - no) / 2;
        if is(middle) { yes = middle } else { no = middle }
    }
    Some(yes)
}
