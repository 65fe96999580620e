//! Compliance win: a certificate was earned, and it can be inspected.

use std::collections::BTreeMap;

use model::{ClaimObservation, CompanyView, Day, EntityKind, History, SignalStage};

use super::CERTIFICATION;
use crate::pack::Pack;
use crate::signals::finding::{
    Finding, copy_slot, corroboration, days_to_nearest, month_of, slots, stage_of, start_of,
    told_episodes,
};
use crate::signals::mentions::{Mention, mentions};
use crate::signals::wording;

/// Families of standards that buyers require of a vendor.
const FAMILIES: [&str; 2] = ["iso_27001", "soc_2"];
/// The days within which a certificate linked elsewhere supports a report, if the pack does not set
/// them.
const LINK_WITHIN_DAYS: f64 = 60.0;

/// Finds the earned certificates, one finding each.
pub(crate) fn findings<'a>(history: &'a History, pack: &Pack, today: Day) -> Vec<Finding<'a>> {
    let company = &history.company;
    let accepted: Vec<Mention<'a>> = mentions(history, CERTIFICATION.kind, today, standard_of)
        .into_iter()
        .filter(|mention| {
            mention.stage != SignalStage::Planned && is_trusted_source(company, mention)
        })
        .collect();
    let within = pack.setting("link_within_days", LINK_WITHIN_DAYS) as i32;
    let mut days: BTreeMap<&str, Vec<Day>> = BTreeMap::new();
    for mention in &accepted {
        days.entry(&mention.matter).or_default().push(mention.occurred);
    }
    let mut by_standard: BTreeMap<String, Vec<Mention<'a>>> = BTreeMap::new();
    for mention in &accepted {
        let standard = most_specific(&days, mention, within);
        by_standard.entry(standard.to_owned()).or_default().push(mention.clone());
    }
    let mut findings = Vec::new();
    for (standard, reports) in by_standard {
        for win in told_episodes(reports, pack.same_within_days) {
            findings.extend(finding(company, pack, &standard, &win, within));
        }
    }
    findings
}

fn standard_of(observation: &ClaimObservation) -> Option<String> {
    let standard =
        observation.slots.get("standard")?.trim().to_lowercase().replace([' ', '-'], "_");
    FAMILIES.iter().any(|family| is_of(&standard, family)).then_some(standard)
}

/// Reports whether `standard` is `family` or a more precise name in it.
fn is_of(standard: &str, family: &str) -> bool {
    standard.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}

/// Reports whether a source is accepted: the company's own pages, the press and publishers are,
/// boards of others and names are not.
fn is_trusted_source(company: &CompanyView, mention: &Mention<'_>) -> bool {
    matches!(mention.source.kind, EntityKind::Domain | EntityKind::Publisher)
        || company.members.iter().any(|(member, _)| member == mention.source)
}

/// Returns the standard of a report: `soc_2` near a report of `soc_2_type_2` is the same win.
fn most_specific<'d>(
    days: &BTreeMap<&'d str, Vec<Day>>,
    report: &'d Mention<'_>,
    within: i32,
) -> &'d str {
    days.iter()
        .filter(|(standard, _)| **standard != report.matter && is_of(standard, &report.matter))
        .filter_map(|(standard, days)| Some((days_to_nearest(days, report.occurred)?, *standard)))
        .filter(|(days, _)| *days <= within)
        .min()
        .map_or(&report.matter, |(_, standard)| standard)
}

fn finding<'a>(
    company: &CompanyView,
    pack: &Pack,
    standard: &str,
    win: &[Mention<'a>],
    within: i32,
) -> Option<Finding<'a>> {
    let linked = win.iter().find(|mention| mention.slot("certificate_url").is_some());
    let required = pack.setting("certificate_link_required", 1.0) > 0.0;
    // A link supports the reports near it; it must not support one of another year.
    let links: Vec<Day> = win
        .iter()
        .filter(|mention| mention.slot("certificate_url").is_some())
        .map(|mention| mention.occurred)
        .collect();
    let shown = |mention: &&Mention<'a>| {
        !required || days_to_nearest(&links, mention.occurred).is_some_and(|days| days <= within)
    };
    let win: Vec<Mention<'a>> = win.iter().filter(shown).cloned().collect();
    let (start, undated) = start_of(&win)?;
    let (confidence, sources) = corroboration(company, &win);
    let mut figures = slots([("standard", standard.to_owned())]);
    if let Some(linked) = linked {
        copy_slot(&mut figures, linked, "certificate_url");
    }
    let name = standard.replace('_', " ").to_uppercase();
    let explanation = format!(
        "Got {name} ({}, {})",
        wording::event_day(start, undated),
        wording::sources(sources),
    );
    let mut ordered: Vec<&Mention<'a>> = win.iter().collect();
    ordered.sort_by_key(|m| m.slot("certificate_url").is_none());
    Some(Finding {
        identity: slots([("standard", standard.to_owned()), ("episode", month_of(start))]),
        slots: figures,
        start,
        undated,
        end: None,
        stage: stage_of(&win),
        confidence,
        independent_sources: sources,
        explanation,
        primary: ordered.into_iter().map(|m| (m.entity, m.evidence())).collect(),
        support: Vec::new(),
    })
}
