//! Which reports are of one tender: those with one number, however it is written, and those
//! without a number that name about the same amount at about the same time.

use std::collections::{BTreeMap, BTreeSet};

use model::Day;

use super::euro;
use crate::disjoint_sets::DisjointSets;
use crate::kinds::budget_event::euro::about_equal;
use crate::kinds::budget_event::notice::canonical;
use crate::pack::Pack;
use crate::signals::finding::{start_of, told_episodes};
use crate::signals::mentions::Mention;

/// The maximum number of reports with a number with which a report without one is compared.
const NUMBERED_MAX: usize = 500;

/// The reports of one tender, at least one.
#[derive(Debug)]
pub(super) struct Tender<'a> {
    pub(super) reports: Vec<Mention<'a>>,
}

impl<'a> Tender<'a> {
    /// Returns the report that was observed first.
    pub(super) fn first(&self) -> Option<&Mention<'a>> {
        self.reports
            .iter()
            .min_by_key(|report| (report.first_seen, report.evidence().look, report.entity))
    }

    /// Returns the first day, that of the first observation if no report has a readable date.
    pub(super) fn start(&self) -> Option<Day> {
        start_of(&self.reports).map(|(start, _)| start)
    }
}

/// Groups the reports of one role.
pub(super) fn tenders<'a>(reports: Vec<Mention<'a>>, pack: &Pack) -> Vec<Tender<'a>> {
    let share = pack.setting("same_amount_share", 0.15);
    let (numbered, others): (Vec<_>, Vec<_>) =
        reports.into_iter().partition(|report| report.slot("notice").is_some());
    let mut tenders = with_number(numbered);
    let known: BTreeSet<(Day, i64, usize)> = tenders
        .iter()
        .enumerate()
        .flat_map(|(at, tender)| {
            tender.reports.iter().filter_map(move |one| Some((one.occurred, euro(one)?, at)))
        })
        .collect();
    let mut without = Vec::new();
    for report in others {
        let Some(amount) = euro(&report) else { continue };
        match matching(&known, &report, amount, pack).and_then(|at| tenders.get_mut(at)) {
            Some(tender) => tender.reports.push(report),
            None => without.push((amount, report)),
        }
    }
    tenders.extend(without_number(without, share, pack.same_within_days));
    tenders
}

/// Groups reports by the numbers of their notices and the references of their files: a report with
/// both joins those with either.
fn with_number(reports: Vec<Mention<'_>>) -> Vec<Tender<'_>> {
    let mut sets = DisjointSets::new(reports.len());
    let mut first_with: BTreeMap<String, usize> = BTreeMap::new();
    for (at, report) in reports.iter().enumerate() {
        let numbers = ["notice", "file"].iter().filter_map(|name| report.slot(name));
        for number in numbers.map(canonical) {
            sets.unite(at, *first_with.entry(number).or_insert(at));
        }
    }
    let groups = sets.group(reports).into_iter();
    groups.map(|reports| Tender { reports }).collect()
}

/// Finds the tender with a number of a report without one: near in days, and of about the same
/// amount.
fn matching(
    known: &BTreeSet<(Day, i64, usize)>,
    report: &Mention<'_>,
    amount: i64,
    pack: &Pack,
) -> Option<usize> {
    let share = pack.setting("same_amount_share", 0.15);
    let day = report.occurred;
    // A report without a readable date may be of any day.
    let within = match report.undated {
        true => i32::MAX,
        false => i32::try_from(pack.same_within_days).unwrap_or(i32::MAX),
    };
    let from = (Day(day.0.saturating_sub(within)), i64::MIN, 0);
    known
        .range(from..)
        .take(NUMBERED_MAX)
        .map(|(other, euro, at)| (other.since(day).saturating_abs(), *euro, *at))
        .filter(|(days, euro, _)| *days <= within && about_equal(*euro, amount, share))
        .map(|(days, _, at)| (days, at))
        .min()
        .map(|(_, at)| at)
}

/// Groups reports without a number: those of about the same amount, near in days, are of one
/// tender; other amounts are other tenders.
fn without_number(
    mut reports: Vec<(i64, Mention<'_>)>,
    share: f64,
    gap_days: u32,
) -> Vec<Tender<'_>> {
    reports.sort_by_key(|(euro, report)| (*euro, report.occurred, report.evidence().look));
    let mut amounts: Vec<(i64, Vec<Mention<'_>>)> = Vec::new();
    for (euro, report) in reports {
        match amounts.last_mut() {
            Some((least, same)) if about_equal(*least, euro, share) => same.push(report),
            _ => amounts.push((euro, vec![report])),
        }
    }
    let mut tenders = Vec::new();
    for (_, mut same) in amounts {
        same.sort_by_key(|one| (one.occurred, one.first_seen, one.evidence().look));
        let same = told_episodes(same, gap_days);
        tenders.extend(same.into_iter().map(|reports| Tender { reports }));
    }
    tenders
}
