//! The truth, kept aside: what really happened, what only looked so, and what was sold.

use std::collections::BTreeMap;

use model::Day;
use serde::Serialize;

/// Something that really happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrueEvent {
    /// Signal kind: `hiring_spike`, `tech_adoption`, `compliance_win` or `budget_event`.
    pub kind: &'static str,
    /// Sort within the kind: `funding`, `buyer` or `supplier` of a budget event; else empty.
    pub what: String,
    /// Whom it happened to.
    pub domain: String,
    /// The first day on which it shows anywhere.
    pub day: Day,
    /// The last day on which something new of it appears.
    pub until: Day,
    /// Pages that show it (for a hiring spike the page that lists the openings).
    pub urls: Vec<String>,
    /// What a reader could know: amount, round, tool, standard, openings and the like.
    pub facts: BTreeMap<&'static str, String>,
}

/// Something that has the surface of an event and is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LookAlike {
    /// The signal kind it could be mistaken for.
    pub kind: &'static str,
    /// What it plays on.
    pub trap: String,
    /// About whom.
    pub domain: String,
    /// The first day on which it shows.
    pub day: Day,
    /// The last.
    pub until: Day,
    /// Pages that show it.
    pub urls: Vec<String>,
}

/// A deal that was won.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deal {
    /// The account.
    pub domain: String,
    /// What it bought.
    pub product: String,
    /// The day of the signature.
    pub day: Day,
    /// What it pays a year.
    pub value_eur: u32,
}

/// Everything that is kept aside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Truth {
    /// What happened, by day.
    pub events: Vec<TrueEvent>,
    /// What did not, by day.
    pub look_alikes: Vec<LookAlike>,
    /// What was sold, by day.
    pub deals: Vec<Deal>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'a> {
    Event(&'a TrueEvent),
    LookAlike(&'a LookAlike),
    Deal(&'a Deal),
}

impl Truth {
    /// One JSON object a line, its `type` being `event`, `look_alike` or `deal`.
    pub fn to_json_lines(&self) -> String {
        let lines = self.events.iter().map(Line::Event);
        let lines = lines.chain(self.look_alikes.iter().map(Line::LookAlike));
        let lines = lines.chain(self.deals.iter().map(Line::Deal));
        lines.filter_map(|line| serde_json::to_string(&line).ok()).fold(
            String::new(),
            |mut all, line| {
                all.push_str(&line);
                all.push('\n');
                all
            },
        )
    }

    pub(crate) fn sort(&mut self) {
        self.events.sort_by(|a, b| (a.day, &a.domain, a.kind).cmp(&(b.day, &b.domain, b.kind)));
        self.look_alikes
            .sort_by(|a, b| (a.day, &a.domain, a.kind).cmp(&(b.day, &b.domain, b.kind)));
        self.deals.sort_by(|a, b| (a.day, &a.domain).cmp(&(b.day, &b.domain)));
    }
}
