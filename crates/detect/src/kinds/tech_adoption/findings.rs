//! Tech adoption: traces show a tool that was not in use before, and people write about it.

use std::collections::BTreeMap;

use model::{ClaimObservation, Day, History, Note, Permille, SignalStage, Timestamp};

use super::{STATEMENT, TRACE};
use crate::pack::Pack;
use crate::signals::finding::{Finding, slots};
use crate::signals::mentions::{Mention, mentions};
use crate::sources::{corroborated, independent};

const CHANNELS: [&str; 4] = ["script", "dns", "header", "generator"];

/// Finds the tools newly in use, one finding each, and notes the tools that were in use at first
/// contact.
pub(crate) fn findings<'a>(
    history: &'a History,
    pack: &Pack,
    today: Day,
) -> (Vec<Finding<'a>>, Vec<Note>) {
    let within = pack.setting("corroborate_within_days", 14.0) as i32;
    let mut traces = by_tool(mentions(history, TRACE.kind, today, traced_tool));
    let statements = mentions(history, STATEMENT.kind, today, tool_of)
        .into_iter()
        .filter(|statement| statement.stage != SignalStage::Planned)
        .collect();
    let statements = by_tool(statements);
    let visits = Visits::of(history, today);
    let (mut findings, mut notes) = (Vec::new(), Vec::new());
    for (tool, statements) in statements {
        let Some(traces) = traces.remove(&tool) else { continue };
        let Some(first) = traces.first() else { continue };
        // It was adopted at some time after the last observation that did not find it.
        let missing = visits.missing_before(first);
        let adoption = missing.unwrap_or(first.occurred).min(first.occurred)..=first.occurred;
        let near = |day: Day| {
            let apart = adoption.start().since(day).max(day.since(*adoption.end())).max(0);
            apart <= within
        };
        let statements: Vec<Mention<'a>> =
            statements.iter().filter(|statement| near(statement.occurred)).cloned().collect();
        if statements.is_empty() {
            continue;
        }
        if missing.is_none() && !statements.iter().any(|statement| statement.dated) {
            notes.push(Note::new("tool_at_first_contact", tool));
            continue;
        }
        let traces: Vec<Mention<'a>> =
            traces.iter().filter(|trace| near(trace.occurred)).cloned().collect();
        findings.extend(finding(history, &traces, &statements));
    }
    (findings, notes)
}

fn tool_of(observation: &ClaimObservation) -> Option<String> {
    let tool = observation.slots.get("tool")?.split_whitespace().collect::<Vec<_>>().join(" ");
    (!tool.is_empty()).then(|| tool.to_lowercase())
}

fn traced_tool(observation: &ClaimObservation) -> Option<String> {
    let channel = observation.slots.get("channel").map(String::as_str).unwrap_or_default();
    tool_of(observation).filter(|_| CHANNELS.contains(&channel))
}

/// Groups mentions by tool, the earliest first.
fn by_tool(mentions: Vec<Mention<'_>>) -> BTreeMap<String, Vec<Mention<'_>>> {
    let mut tools: BTreeMap<String, Vec<Mention<'_>>> = BTreeMap::new();
    for mention in mentions {
        tools.entry(mention.matter.clone()).or_default().push(mention);
    }
    tools
}

/// The times at which pages were observed, in order: each address, and any of the company's own.
struct Visits<'a> {
    at: BTreeMap<&'a str, Vec<Timestamp>>,
    own: Vec<Timestamp>,
}

impl<'a> Visits<'a> {
    fn of(history: &'a History, today: Day) -> Self {
        let mut visits = Self { at: BTreeMap::new(), own: Vec::new() };
        let seen = |observation: &&model::PageObservation| {
            observation.outcome.is_present() && observation.observed.day() <= today
        };
        for observation in history.pages.iter().filter(seen) {
            visits.at.entry(observation.url.as_str()).or_default().push(observation.observed);
            if history.company.members.iter().any(|(_, id)| *id == observation.owner) {
                visits.own.push(observation.observed);
            }
        }
        visits.at.values_mut().for_each(|observations| observations.sort_unstable());
        visits.own.sort_unstable();
        visits
    }

    /// Returns the day of the last observation before the first trace, which did not find the tool:
    /// of the same address or, for a trace on a page, of any of the company's own pages on an
    /// earlier day. Name servers are not pages, so an observation of a page does not cover them.
    fn missing_before(&self, trace: &Mention<'_>) -> Option<Day> {
        let last = |observations: &[Timestamp], is_before: &dyn Fn(Timestamp) -> bool| {
            let at = observations.partition_point(|observation| is_before(*observation));
            at.checked_sub(1)
                .and_then(|at| observations.get(at))
                .map(|observation| observation.day())
        };
        let same_page = self.at.get(trace.evidence().url.as_str());
        let same_page = same_page.and_then(|observations| {
            last(observations, &|observation| observation < trace.first_seen)
        });
        same_page.or_else(|| {
            let earlier_day = |observation: Timestamp| observation.day() < trace.first_seen.day();
            last(&self.own, &earlier_day).filter(|_| trace.slot("channel") != Some("dns"))
        })
    }
}

/// Builds the finding of a tool; `traces` and `statements` are in order, at least one of each.
fn finding<'a>(
    history: &History,
    traces: &[Mention<'a>],
    statements: &[Mention<'a>],
) -> Option<Finding<'a>> {
    let (trace, statement) = (traces.first()?, statements.first()?);
    let voices = |mentions: &[Mention<'a>]| mentions.iter().map(Mention::voice).collect::<Vec<_>>();
    let all = [voices(traces), voices(statements)].concat();
    let sources = u32::try_from(independent(&history.company, &all).len()).unwrap_or(u32::MAX);
    // A trace and a statement are observed in different ways, so they corroborate each other even
    // if both are on the company's own site.
    let source_confidences =
        |mentions: &[Mention<'a>]| independent(&history.company, &voices(mentions));
    let mut confidences: Vec<Permille> =
        [source_confidences(traces), source_confidences(statements)].concat();
    confidences.sort_by(|a, b| b.cmp(a));
    let tool = trace.slot("tool")?.to_owned();
    let channel = trace.slot("channel")?.to_owned();
    let start = trace.occurred.min(statement.occurred);
    let explanation = format!(
        "Adopted {tool} ({} since {}; {} named it on {})",
        trace_name(&channel),
        trace.occurred.in_words(),
        statement.source.value,
        statement.occurred.in_words(),
    );
    Some(Finding {
        identity: slots([("tool", trace.matter.clone())]),
        slots: slots([
            ("tool", tool),
            ("channel", channel),
            ("trace_day", trace.occurred.to_string()),
            ("statement_day", statement.occurred.to_string()),
        ]),
        start,
        undated: false,
        end: None,
        stage: SignalStage::Done,
        confidence: corroborated(&confidences),
        independent_sources: sources,
        explanation,
        primary: traces.iter().map(|m| (m.entity, m.evidence())).collect(),
        support: statements.iter().map(Mention::evidence).collect(),
    })
}

fn trace_name(channel: &str) -> &'static str {
    match channel {
        "script" => "script on its pages",
        "dns" => "record of its name servers",
        "header" => "header of its server",
        _ => "mark on its pages",
    }
}
