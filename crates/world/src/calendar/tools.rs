//! Tools: which ones companies use, which they adopt, and look-alikes of adoption.

use model::Day;

use super::telling::{News, Spread, StoryWording};
use super::{Planner, SiteOwner, facts};
use crate::dice::Dice;
use crate::templates::{SlotValues, StoryLabel, Templates, TraceTrap};
use crate::truth::TrueEvent;

const KIND: &str = "tech_adoption";

/// A tool and the traces it leaves.
#[derive(Debug, Clone, Default)]
pub(crate) struct ToolUse {
    pub(crate) name: String,
    /// The purpose of the tool, a word shared by all tools of its sort.
    pub(crate) sort: String,
    /// Address of a script, with `#` for a digit of the customer's account.
    pub(crate) script: Option<String>,
    /// Response header, name and value.
    pub(crate) header: Option<(String, String)>,
    /// Name of a cookie.
    pub(crate) cookie: Option<String>,
    /// The content of the `generator` element of the page.
    pub(crate) generator: Option<String>,
    /// DNS record, type and value.
    pub(crate) dns: Option<(String, String)>,
}

/// The use of a tool by a company, from `from` up to but not including `to`.
#[derive(Debug, Clone)]
pub(crate) struct ToolTrace {
    pub(crate) tool: usize,
    pub(crate) from: Day,
    pub(crate) to: Day,
    /// The customer's account number at the vendor.
    pub(crate) account: String,
}

/// Reads the catalogue from the list `tools`, one per line: name | sort | channel=value | …
pub(crate) fn catalogue(templates: &Templates) -> Vec<ToolUse> {
    templates.list("tools", "*").iter().filter_map(|line| tool(line)).collect()
}

fn tool(line: &str) -> Option<ToolUse> {
    let mut parts = line.split('|').map(str::trim);
    let (name, sort) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let mut tool = ToolUse { name, sort, ..ToolUse::default() };
    let pair = |value: &str| {
        value.split_once(':').map(|(one, two)| (one.trim().to_owned(), two.trim().to_owned()))
    };
    for part in parts {
        let (channel, value) = part.split_once('=')?;
        match channel {
            "script" => tool.script = Some(value.to_owned()),
            "header" => tool.header = pair(value),
            "cookie" => tool.cookie = Some(value.to_owned()),
            "generator" => tool.generator = Some(value.to_owned()),
            "dns" => tool.dns = pair(value),
            _ => return None,
        }
    }
    Some(tool)
}

impl Planner<'_> {
    /// Plans all tools.
    pub(crate) fn tools(&mut self) {
        for company in 0..self.companies.len() {
            let mut dice = self.dice("tools", company);
            for _ in 0..dice.between(2, 5) {
                let tool = dice.below(self.calendar.tools.len());
                self.use_tool(company, tool, self.plan.first_day.plus(-1_000), &mut dice);
            }
        }
        let mut companies = self.shuffled(KIND, |_| true).into_iter();
        let (taken_up, traps, silent) = (self.share(17), self.share(24), self.share(9));
        for company in companies.by_ref().take(taken_up) {
            self.tool_taken_up(company);
        }
        for company in companies.by_ref().take(traps) {
            self.tool_look_alike(company);
        }
        for company in companies.take(silent) {
            self.silent_trial(company);
        }
    }

    /// Puts a tool on the pages for some days without any text about it.
    fn silent_trial(&mut self, company: usize) {
        let mut dice = self.dice("silent trial", company);
        let day = self.some_day(&mut dice);
        let Some(tool) = self.new_tool(company, &mut dice) else { return };
        self.use_tool(company, tool, day, &mut dice);
        let until = day.plus(dice.between(10, 40));
        if let Some(trace) = self.calendar.traces.get_mut(company).and_then(|t| t.last_mut()) {
            trace.to = until;
        }
        let news = News { company, kind: KIND, what: "", day };
        self.look_alike(&news, "silent_trial".to_owned(), StoryWording { urls: Vec::new(), until });
    }

    fn use_tool(&mut self, company: usize, tool: usize, from: Day, dice: &mut Dice) {
        let account = dice.digits(24);
        if let Some(traces) = self.calendar.traces.get_mut(company)
            && traces.iter().all(|trace| trace.tool != tool)
        {
            traces.push(ToolTrace { tool, from, to: Day(i32::MAX), account });
        }
    }

    /// Draws a tool that the company does not use.
    fn new_tool(&self, company: usize, dice: &mut Dice) -> Option<usize> {
        let own = self.calendar.traces.get(company)?;
        (0..50)
            .map(|_| dice.below(self.calendar.tools.len()))
            .find(|tool| own.iter().all(|trace| trace.tool != *tool))
    }

    fn tool_slots(&self, company: usize, tool: usize, dice: &mut Dice) -> SlotValues {
        let mut slots = SlotValues::new();
        let Some(chosen) = self.calendar.tools.get(tool) else { return slots };
        slots.insert("tool", chosen.name.clone());
        let others: Vec<&str> = self
            .calendar
            .tools
            .iter()
            .filter(|other| other.sort == chosen.sort && other.name != chosen.name)
            .map(|other| other.name.as_str())
            .collect();
        let house_made =
            self.templates.list("old_tools", self.lang_of(SiteOwner::Company(company)));
        let old = match dice.pick(&others) {
            Some(other) if dice.percent(50) => (*other).to_owned(),
            _ => dice.word(house_made).to_owned(),
        };
        slots.insert("old_tool", old);
        slots
    }

    fn tool_taken_up(&mut self, company: usize) {
        let mut dice = self.dice(KIND, company);
        let day = self.some_day(&mut dice);
        let Some(tool) = self.new_tool(company, &mut dice) else { return };
        let trace = day.plus(dice.between(-10, 9)).max(self.plan.first_day.plus(2));
        let trace = trace.min(self.plan.last_day().plus(-2));
        self.use_tool(company, tool, trace, &mut dice);
        let news = News { company, kind: KIND, what: "", day };
        let more = self.tool_slots(company, tool, &mut dice);
        let values = move |planner: &Self, lang: &str, dice: &mut Dice| {
            let mut slots = planner.slots_with(company, lang, day, &more, dice);
            planner.purpose_of(tool, lang, &mut slots);
            slots
        };
        let spread = Spread { press: 15, blog: 92, news: 15, copies: 5 };
        let publication = self.tell(&news, &spread, &values, &mut dice);
        let tool = self.calendar.tools.get(tool).map(|tool| tool.name.clone()).unwrap_or_default();
        let domain = self.domain(company);
        self.calendar.truth.events.push(TrueEvent {
            kind: KIND,
            what: String::new(),
            domain,
            day: day.min(trace),
            until: publication.until.max(trace),
            urls: publication.urls,
            facts: facts([("tool", tool), ("trace_day", trace.to_string())]),
        });
    }

    /// Sets the slot `purpose` to the purpose of a tool, in words.
    fn purpose_of(&self, tool: usize, lang: &str, slots: &mut SlotValues) {
        if let Some(tool) = self.calendar.tools.get(tool) {
            let name = format!("sort_{}", tool.sort);
            let word = self.templates.word(&name, lang);
            if !word.is_empty() {
                slots.insert("purpose", word.to_owned());
            }
        }
    }

    fn tool_look_alike(&mut self, company: usize) {
        let mut dice = self.dice("tool look-alike", company);
        let day = self.some_day(&mut dice);
        let lang = self.lang_of(SiteOwner::Company(company));
        let texts = self.templates.texts(("story", KIND, "", StoryLabel::LookAlike), lang);
        let Some(text) = dice.pick(&texts).copied() else { return };
        let Some(tool) = self.new_tool(company, &mut dice) else { return };
        let first = self.plan.first_day;
        match text.trace {
            TraceTrap::None => {}
            TraceTrap::Start => self.use_tool(company, tool, first.plus(-1_000), &mut dice),
            TraceTrap::Appears => {
                let long_before = day.plus(-dice.between(32, 50));
                self.use_tool(company, tool, long_before, &mut dice);
            }
        }
        let news = News { company, kind: KIND, what: "", day };
        let mut more = self.tool_slots(company, tool, &mut dice);
        let other = dice.word(self.templates.list("supplier_names", lang)).to_owned();
        more.insert("other", other);
        let values = move |planner: &Self, lang: &str, dice: &mut Dice| {
            let mut slots = planner.slots_with(company, lang, day, &more, dice);
            planner.purpose_of(tool, lang, &mut slots);
            slots
        };
        let publication = self.tell_look_alike(&news, text, &values, &mut dice);
        self.look_alike(&news, text.trap.clone(), publication);
    }
}
