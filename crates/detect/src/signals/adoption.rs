//! Tech adoption: machines show a tool that was not there before, and people write about it.

use std::collections::BTreeMap;

use model::{
    ClaimKind, ClaimLook, Day, History, LookOutcome, Note, Permille, SignalStage, Timestamp,
};

use crate::packs::Pack;
use crate::signals::finding::{Finding, slots};
use crate::signals::mentions::{Mention, mentions};
use crate::sources::{corroborated, independent};

const CHANNELS: [&str; 4] = ["script", "dns", "header", "generator"];

/// The tools newly in use, one finding each, and the tools that were there at first contact.
pub(crate) fn findings<'a>(
    history: &'a History,
    pack: &Pack,
    today: Day,
) -> (Vec<Finding<'a>>, Vec<Note>) {
    let within = pack.setting("corroborate_within_days", 14.0) as i32;
    let mut traces = by_tool(mentions(history, ClaimKind::TechTrace, today, traced_tool));
    let statements = mentions(history, ClaimKind::TechStatement, today, tool_of)
        .into_iter()
        .filter(|statement| statement.stage != SignalStage::Planned)
        .collect();
    let statements = by_tool(statements);
    let visits = Visits::of(history, today);
    let (mut findings, mut notes) = (Vec::new(), Vec::new());
    for (tool, statements) in statements {
        let Some(traces) = traces.remove(&tool) else { continue };
        let Some(first) = traces.first() else { continue };
        let near = |mention: &&Mention<'a>| {
            mention.occurred.since(first.occurred).saturating_abs() <= within
        };
        let statements: Vec<Mention<'a>> = statements.iter().filter(near).cloned().collect();
        if statements.is_empty() {
            continue;
        }
        let dated = statements.iter().any(|statement| statement.dated);
        if !dated && !visits.saw_it_missing(first) {
            notes.push(Note::new("tool_at_first_contact", tool));
            continue;
        }
        let traces: Vec<Mention<'a>> = traces.iter().filter(near).cloned().collect();
        findings.extend(finding(history, &traces, &statements));
    }
    (findings, notes)
}

fn tool_of(look: &ClaimLook) -> Option<String> {
    let tool = look.slots.get("tool")?.split_whitespace().collect::<Vec<_>>().join(" ");
    (!tool.is_empty()).then(|| tool.to_lowercase())
}

fn traced_tool(look: &ClaimLook) -> Option<String> {
    let channel = look.slots.get("channel").map(String::as_str).unwrap_or_default();
    tool_of(look).filter(|_| CHANNELS.contains(&channel))
}

/// Mentions by tool, the earliest first.
fn by_tool(mentions: Vec<Mention<'_>>) -> BTreeMap<String, Vec<Mention<'_>>> {
    let mut tools: BTreeMap<String, Vec<Mention<'_>>> = BTreeMap::new();
    for mention in mentions {
        tools.entry(mention.matter.clone()).or_default().push(mention);
    }
    tools
}

/// When the company's own pages were first seen: each address, and any of them.
struct Visits<'a> {
    first_at: BTreeMap<&'a str, Timestamp>,
    first_own: Option<Timestamp>,
}

impl<'a> Visits<'a> {
    fn of(history: &'a History, today: Day) -> Self {
        let mut visits = Self { first_at: BTreeMap::new(), first_own: None };
        let seen = |look: &&model::PageLook| {
            look.outcome == LookOutcome::Seen && look.observed.day() <= today
        };
        for look in history.pages.iter().filter(seen) {
            let first = visits.first_at.entry(look.url.as_str()).or_insert(look.observed);
            *first = look.observed.min(*first);
            if history.company.members.iter().any(|(_, id)| *id == look.owner) {
                let earlier = visits.first_own.unwrap_or(look.observed);
                visits.first_own = Some(earlier.min(look.observed));
            }
        }
        visits
    }

    /// Whether a look before the first trace did not find the tool: at the same address, or, for
    /// what a page shows, on an earlier day at any of the company's own. Name servers are not
    /// pages, so seeing a page says nothing about them.
    fn saw_it_missing(&self, trace: &Mention<'_>) -> bool {
        let same_page = self.first_at.get(trace.evidence().url.as_str());
        let by_page = trace.slot("channel") != Some("dns");
        same_page.is_some_and(|first| *first < trace.first_seen)
            || by_page && self.first_own.is_some_and(|first| first.day() < trace.first_seen.day())
    }
}

/// `traces` and `statements` are in order, at least one of each.
fn finding<'a>(
    history: &History,
    traces: &[Mention<'a>],
    statements: &[Mention<'a>],
) -> Option<Finding<'a>> {
    let (trace, statement) = (traces.first()?, statements.first()?);
    let voices = |mentions: &[Mention<'a>]| mentions.iter().map(Mention::voice).collect::<Vec<_>>();
    let all = [voices(traces), voices(statements)].concat();
    let sources = u32::try_from(independent(&history.company, &all).len()).unwrap_or(u32::MAX);
    // A trace and a statement are seen in different ways, so they bear each other out even when
    // both stand on the company's own site.
    let surest = |mentions: &[Mention<'a>]| independent(&history.company, &voices(mentions));
    let mut sureness: Vec<Permille> = [surest(traces), surest(statements)].concat();
    sureness.sort_by(|a, b| b.cmp(a));
    let tool = trace.slot("tool")?.to_owned();
    let channel = trace.slot("channel")?.to_owned();
    let start = trace.occurred.min(statement.occurred);
    let explanation = format!(
        "Took up {tool}: {} shows it since {}, and {} wrote of it on {}.",
        article(&channel),
        trace.occurred,
        statement.source.value,
        statement.occurred,
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
        end: None,
        stage: SignalStage::Done,
        confidence: corroborated(&sureness),
        independent_sources: sources,
        explanation,
        primary: traces.iter().map(|m| (m.entity, m.evidence())).collect(),
        support: statements.iter().map(Mention::evidence).collect(),
    })
}

fn article(channel: &str) -> &'static str {
    match channel {
        "script" => "a script on its pages",
        "dns" => "a record of its name servers",
        "header" => "a header its server sends",
        _ => "a mark in its pages",
    }
}
