//! A simulated business web: some hundred invented companies whose sites, careers pages, feeds,
//! press, headers and scripts change from day to day, and the ground truth about them.
//!
//! Invariant: a response is a function of seed, templates, day and request. Nothing in the world
//! depends on how it is read, and all its text comes from the templates.
//!
//! Not here: the evaluation of results (`bench`), and any knowledge of packs or matchers.

mod calendar;
mod company;
mod dice;
mod outlet;
mod plan;
mod serve;
mod site;
mod templates;
mod truth;
mod weather;
mod wording;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use model::Day;

pub use company::Company;
pub use outlet::HostRole;
pub use plan::Plan;
pub use serve::{DayClock, HostPoliteness, Journal, ServedRequest, Serving, Violation, serve};
pub use site::{SiteRequest, SiteResponse};
pub use templates::{TemplateError, Templates};
pub use truth::{Deal, LookAlike, TrueEvent, Truth};

use calendar::{Calendar, SiteOwner};
use company::Careers;
use outlet::Outlet;

/// A host of the world.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Host {
    /// The host name, without a port.
    pub host: String,
    /// The purpose of the host.
    pub role: HostRole,
    /// The domain of the company that owns it; `None` for the other hosts.
    pub domain: Option<String>,
}

/// What a host serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HostService {
    /// The pages themselves.
    Pages,
    /// Sends on to the host that has the pages.
    Forward,
    /// The openings of a company only.
    Careers,
}

/// The simulated web.
#[derive(Debug)]
pub struct World {
    pub(crate) plan: Plan,
    pub(crate) templates: Templates,
    pub(crate) companies: Vec<Company>,
    pub(crate) outlets: Vec<Outlet>,
    pub(crate) calendar: Calendar,
    pub(crate) doors: BTreeMap<String, (SiteOwner, HostService)>,
    /// Positions of the stories in the calendar, by site, oldest first.
    pub(crate) stories: BTreeMap<SiteOwner, Vec<usize>>,
    /// Position of a story in the calendar, by site and path.
    pub(crate) pages: BTreeMap<SiteOwner, BTreeMap<String, usize>>,
    /// Company and position of a posting in the company's list, by board and page.
    pub(crate) on_boards: BTreeMap<usize, BTreeMap<String, (usize, usize)>>,
}

impl World {
    /// Creates a world: all events are planned here, pages are rendered per request.
    pub fn new(plan: Plan, templates: Templates) -> Self {
        let mut taken_names = BTreeSet::new();
        let outlets = outlet::outlets(plan.seed, &templates, &mut taken_names);
        let boards = outlet::of_role(&outlets, HostRole::Board, None);
        let companies =
            company::companies(plan.seed, &templates, plan.companies, &boards, &mut taken_names);
        let calendar = calendar::calendar(&plan, &templates, &companies, &outlets);
        let doors = doors(&companies, &outlets);
        let mut stories: BTreeMap<SiteOwner, Vec<usize>> = BTreeMap::new();
        let mut pages: BTreeMap<SiteOwner, BTreeMap<String, usize>> = BTreeMap::new();
        for (at, story) in calendar.stories.iter().enumerate() {
            stories.entry(story.site).or_default().push(at);
            pages.entry(story.site).or_default().insert(story.path.clone(), at);
        }
        let mut on_boards: BTreeMap<usize, BTreeMap<String, (usize, usize)>> = BTreeMap::new();
        for (company, postings) in calendar.postings.iter().enumerate() {
            for (at, posting) in postings.iter().enumerate() {
                if let Careers::Board(board) = posting.at {
                    let pages = on_boards.entry(board).or_default();
                    pages.insert(posting.page(), (company, at));
                }
            }
        }
        Self { plan, templates, companies, outlets, calendar, doors, stories, pages, on_boards }
    }

    /// Returns the plan that the world was made from.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Returns the events of the world from its first day to its last. Code under test must not
    /// read this.
    pub fn truth(&self) -> &Truth {
        &self.calendar.truth
    }

    /// Returns the table of companies.
    pub fn companies(&self) -> &[Company] {
        &self.companies
    }

    /// Lists every host that has pages: the companies' first, then the newspapers, boards, portals
    /// and auditors from which a crawl starts.
    pub fn hosts(&self) -> Vec<Host> {
        let mut hosts: Vec<Host> = self
            .companies
            .iter()
            .map(|company| Host {
                host: company.host(),
                role: HostRole::Company,
                domain: Some(company.domain.clone()),
            })
            .collect();
        hosts.extend(self.outlets.iter().map(|outlet| Host {
            host: outlet.host(),
            role: outlet.role,
            domain: None,
        }));
        hosts
    }

    /// Returns a domain's DNS records on a day, each a type (`TXT`, `MX`, `CNAME`) and a value.
    pub fn dns(&self, domain: &str, day: Day) -> Vec<(String, String)> {
        let Some(company) = self.companies.iter().find(|company| company.domain == domain) else {
            return Vec::new();
        };
        let mut records = vec![("TXT".to_owned(), "v=spf1 -all".to_owned())];
        for (tool, account) in self.tools_of(company.number, day) {
            if let Some((kind, value)) = &tool.dns {
                records.push((kind.clone(), with_account(value, account)));
            }
        }
        records
    }

    /// Iterates over the tools in use on a day, each with the company's account at the vendor.
    pub(crate) fn tools_of(
        &self,
        company: usize,
        day: Day,
    ) -> impl Iterator<Item = (&calendar::ToolUse, &str)> {
        let traces = self.calendar.traces.get(company).into_iter().flatten();
        traces.filter(move |trace| trace.from <= day && day < trace.to).filter_map(|trace| {
            Some((self.calendar.tools.get(trace.tool)?, trace.account.as_str()))
        })
    }

    /// Responds to a request on a day.
    pub fn respond(&self, request: &SiteRequest<'_>, day: Day) -> SiteResponse {
        site::respond(self, request, day)
    }
}

/// Replaces each `#` of a value with a digit of the account.
pub(crate) fn with_account(value: &str, account: &str) -> String {
    let mut digits = account.chars().cycle();
    value.chars().map(|c| if c == '#' { digits.next().unwrap_or('0') } else { c }).collect()
}

fn doors(companies: &[Company], outlets: &[Outlet]) -> BTreeMap<String, (SiteOwner, HostService)> {
    let mut doors = BTreeMap::new();
    for company in companies {
        let site = SiteOwner::Company(company.number);
        doors.insert(company.domain.clone(), (site, HostService::Forward));
        doors.insert(format!("www.{}", company.domain), (site, HostService::Forward));
        doors.insert(company.host(), (site, HostService::Pages));
        doors.insert(company.careers_host(), (site, HostService::Careers));
    }
    for (number, outlet) in outlets.iter().enumerate() {
        doors.insert(outlet.domain.clone(), (SiteOwner::Outlet(number), HostService::Forward));
        doors.insert(outlet.host(), (SiteOwner::Outlet(number), HostService::Pages));
    }
    doors
}
