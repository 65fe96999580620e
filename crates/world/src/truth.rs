//! The ground truth: events that really happened, look-alikes, and deals.

use std::collections::BTreeMap;

use model::Day;
use serde::Serialize;

/// An event that really happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrueEvent {
    /// Signal kind: `hiring_spike`, `tech_adoption`, `compliance_win` or `budget_event`.
    pub kind: &'static str,
    /// Sort within the kind: `funding`, `buyer` or `supplier` for a budget event; else empty.
    pub what: String,
    /// The domain of the company it happened to.
    pub domain: String,
    /// The first day on which any page shows it.
    pub day: Day,
    /// The last day on which a new page about it appears.
    pub until: Day,
    /// Pages that show it (for a hiring spike the page that lists the openings).
    pub urls: Vec<String>,
    /// Facts that a reader can find: amount, round, tool, standard, openings and the like.
    pub facts: BTreeMap<&'static str, String>,
}

/// Something that looks like an event but is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LookAlike {
    /// The signal kind it could be mistaken for.
    pub kind: &'static str,
    /// The kind of trap.
    pub trap: String,
    /// The domain of the company it is about.
    pub domain: String,
    /// The first day on which any page shows it.
    pub day: Day,
    /// The last day on which a new page about it appears.
    pub until: Day,
    /// Pages that show it.
    pub urls: Vec<String>,
}

/// A deal that was won.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deal {
    /// The domain of the account.
    pub domain: String,
    /// The product that it bought.
    pub product: String,
    /// The day of the signature.
    pub day: Day,
    /// The price per year.
    pub value_eur: u32,
}

/// The ground truth of a world.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Truth {
    /// True events, by day.
    pub events: Vec<TrueEvent>,
    /// Look-alikes, by day.
    pub look_alikes: Vec<LookAlike>,
    /// Deals, by day.
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
    /// Formats the truth as JSON lines, each with a `type` of `event`, `look_alike` or `deal`.
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
