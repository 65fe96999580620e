//! The calendar: all events of the world, planned before the first request.

mod budget;
mod certificates;
mod deals;
mod filler;
mod hiring;
mod postings;
mod telling;
mod tools;

use std::collections::{BTreeMap, BTreeSet};

use model::Day;

use crate::company::{Careers, Company};
use crate::dice::Dice;
use crate::outlet::Outlet;
use crate::plan::Plan;
use crate::templates::{FilledText, SlotValues, Templates};
use crate::truth::Truth;
use crate::wording;

pub(crate) use postings::JobAd;
pub(crate) use tools::{ToolTrace, ToolUse};

/// The owner of pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum SiteOwner {
    /// A company, by its number.
    Company(usize),
    /// An outlet, by its number.
    Outlet(usize),
}

/// The part of a site that a story belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Section {
    /// A company's newsroom, or a newspaper.
    News,
    /// A company's blog or release notes.
    Blog,
    /// A portal's notices.
    Notices,
}

/// A text that is on a page from some day on.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) site: SiteOwner,
    pub(crate) section: Section,
    /// The path of its page.
    pub(crate) path: String,
    /// The first day on which it is published.
    pub(crate) day: Day,
    /// The date that its page shows: for most pages `day`, for some none.
    pub(crate) shown: Option<Day>,
    /// The number of the company that it is about.
    pub(crate) about: Option<usize>,
    pub(crate) written: FilledText,
    /// The facts of a public notice, as rows of a table on its page.
    pub(crate) table: Vec<(String, String)>,
}

/// A certificate published by an auditor.
#[derive(Debug, Clone)]
pub(crate) struct Certificate {
    pub(crate) auditor: usize,
    pub(crate) path: String,
    pub(crate) number: String,
    pub(crate) holder: String,
    pub(crate) standard: String,
    pub(crate) day: Day,
}

/// All planned events of the world.
#[derive(Debug, Default)]
pub(crate) struct Calendar {
    pub(crate) stories: Vec<Story>,
    pub(crate) certificates: Vec<Certificate>,
    /// The catalogue of tools.
    pub(crate) tools: Vec<ToolUse>,
    /// Uses of tools, by company.
    pub(crate) traces: Vec<Vec<ToolTrace>>,
    /// Openings, by company.
    pub(crate) postings: Vec<Vec<JobAd>>,
    /// Companies whose openings move to another board: the day of the move and the new place.
    pub(crate) moves: BTreeMap<usize, (Day, Careers)>,
    pub(crate) truth: Truth,
}

/// The inputs of planning, and the calendar so far.
pub(crate) struct Planner<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) templates: &'a Templates,
    pub(crate) companies: &'a [Company],
    pub(crate) outlets: &'a [Outlet],
    pub(crate) calendar: Calendar,
    /// Paths in use, by site.
    paths: BTreeSet<(SiteOwner, String)>,
}

/// Plans the whole world.
pub(crate) fn calendar(
    plan: &Plan,
    templates: &Templates,
    companies: &[Company],
    outlets: &[Outlet],
) -> Calendar {
    let calendar = Calendar {
        tools: tools::catalogue(templates),
        traces: vec![Vec::new(); companies.len()],
        postings: vec![Vec::new(); companies.len()],
        ..Calendar::default()
    };
    let paths = BTreeSet::new();
    let mut planner = Planner { plan, templates, companies, outlets, calendar, paths };
    planner.budget();
    planner.certificates();
    planner.tools();
    planner.hiring();
    planner.filler();
    planner.deals();
    let mut calendar = planner.calendar;
    calendar.stories.sort_by(|a, b| (a.day, a.site, &a.path).cmp(&(b.day, b.site, &b.path)));
    calendar.truth.sort();
    calendar
}

impl<'a> Planner<'a> {
    pub(crate) fn dice(&self, about: &str, number: usize) -> Dice {
        Dice::of(self.plan.seed, about, number as u64)
    }

    /// Scales a number per 150 companies to the size of the world, rounding up.
    pub(crate) fn share(&self, per_hundred_fifty: usize) -> usize {
        (self.companies.len() * per_hundred_fifty).div_ceil(150)
    }

    /// Shuffles the companies that satisfy `fits`, in an order of its own for each purpose.
    pub(crate) fn shuffled(&self, about: &str, fits: impl Fn(&Company) -> bool) -> Vec<usize> {
        let mut numbers: Vec<usize> =
            self.companies.iter().filter(|company| fits(company)).map(|c| c.number).collect();
        self.dice(about, 0).shuffle(&mut numbers);
        numbers
    }

    /// Draws a day for an event: from the third day of the world to the fourth before its last,
    /// mostly not at a weekend.
    pub(crate) fn some_day(&self, dice: &mut Dice) -> Day {
        let (first, last) = (self.plan.first_day.plus(2), self.plan.last_day().plus(-4));
        let day = self.plan.first_day.plus(2 + dice.between(0, last.since(first)));
        if wording::is_weekend(day) && dice.percent(80) { day.plus(-2).max(first) } else { day }
    }

    /// Builds the slots that every text about a company may use.
    pub(crate) fn slots(&self, number: usize, lang: &str, day: Day, dice: &mut Dice) -> SlotValues {
        let mut slots = SlotValues::new();
        let Some(company) = self.companies.get(number) else { return slots };
        let list = |name: &str| self.templates.list(name, lang);
        let (year, _, _) = day.ymd();
        let country = self.templates.word(&format!("country_{}", company.country), lang);
        slots.insert("company", company.name.clone());
        slots.insert("legal_name", company.legal_name.clone());
        slots.insert("city", company.city.clone());
        slots.insert("country", country.to_owned());
        let industry = if company.lang == lang {
            company.industry.clone()
        } else {
            dice.word(list("industries")).to_owned()
        };
        slots.insert("industry", industry);
        slots.insert("founded", company.founded.to_string());
        slots.insert("employees", company.employees.to_string());
        slots.insert("person", dice.word(list("people")).to_owned());
        slots.insert("second_person", dice.word(list("people")).to_owned());
        slots.insert("person_role", dice.word(list("person_roles")).to_owned());
        slots.insert("date", wording::date(day, lang, &company.country, self.templates));
        slots.insert("month", wording::month(day, lang, self.templates));
        slots.insert("year", year.to_string());
        slots.insert("count", dice.between(3, 40).to_string());
        slots.insert("purpose", dice.word(list("purposes")).to_owned());
        slots
    }

    /// Builds the same slots and adds `more`.
    pub(crate) fn slots_with(
        &self,
        number: usize,
        lang: &str,
        day: Day,
        more: &SlotValues,
        dice: &mut Dice,
    ) -> SlotValues {
        let mut slots = self.slots(number, lang, day, dice);
        slots.extend(more.iter().map(|(name, value)| (*name, value.clone())));
        slots
    }

    /// Returns the language of a site.
    pub(crate) fn lang_of(&self, site: SiteOwner) -> &'a str {
        match site {
            SiteOwner::Company(number) => {
                self.companies.get(number).map_or("en", |c| c.lang.as_str())
            }
            SiteOwner::Outlet(number) => self.outlets.get(number).map_or("en", |o| o.lang.as_str()),
        }
    }

    pub(crate) fn url(&self, site: SiteOwner, path: &str) -> String {
        let host = match site {
            SiteOwner::Company(number) => self.companies.get(number).map(Company::host),
            SiteOwner::Outlet(number) => self.outlets.get(number).map(Outlet::host),
        };
        format!("http://{}{path}", host.unwrap_or_default())
    }

    /// Reserves a path that no other page of the site has, and returns it.
    pub(crate) fn free_path(&mut self, site: SiteOwner, wanted: &str) -> String {
        let mut path = wanted.to_owned();
        let mut number = 2;
        while !self.paths.insert((site, path.clone())) {
            path = format!("{wanted}-{number}");
            number += 1;
        }
        path
    }
}

/// Builds the facts of a true event; empty values are left out.
pub(crate) fn facts<const N: usize>(
    pairs: [(&'static str, String); N],
) -> BTreeMap<&'static str, String> {
    pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}
