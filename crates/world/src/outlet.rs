//! The hosts that belong to no company: newspapers, job boards, tender portals, auditors.

use std::collections::BTreeSet;

use crate::company::slug;
use crate::dice::Dice;
use crate::templates::Templates;

/// The purpose of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HostRole {
    /// A company's own pages.
    Company,
    /// News about many companies.
    News,
    /// Openings of many companies.
    Board,
    /// Public tenders and awards.
    Portal,
    /// Certificates and their register.
    Auditor,
}

/// Role, list of names, language, number of hosts.
const OUTLETS: [(HostRole, &str, &str, usize); 11] = [
    (HostRole::News, "news_names", "en", 4),
    (HostRole::News, "news_names", "de", 2),
    (HostRole::News, "news_names", "fr", 2),
    (HostRole::Board, "board_names", "en", 2),
    (HostRole::Board, "board_names", "de", 1),
    (HostRole::Portal, "portal_names", "en", 1),
    (HostRole::Portal, "portal_names", "de", 1),
    (HostRole::Portal, "portal_names", "fr", 1),
    (HostRole::Auditor, "auditor_names", "en", 2),
    (HostRole::Auditor, "auditor_names", "de", 1),
    (HostRole::Auditor, "auditor_names", "fr", 1),
];

/// A host that belongs to no company.
#[derive(Debug, Clone)]
pub(crate) struct Outlet {
    pub(crate) role: HostRole,
    pub(crate) name: String,
    pub(crate) domain: String,
    pub(crate) lang: String,
    pub(crate) layout: usize,
}

impl Outlet {
    pub(crate) fn host(&self) -> String {
        format!("www.{}", self.domain)
    }
}

pub(crate) fn outlets(
    seed: u64,
    templates: &Templates,
    taken: &mut BTreeSet<String>,
) -> Vec<Outlet> {
    let mut outlets = Vec::new();
    let mut dice = Dice::of(seed, "outlets", 0);
    for (role, list, lang, count) in OUTLETS {
        let mut names = templates.list(list, lang).to_vec();
        dice.shuffle(&mut names);
        let free = names.into_iter().filter_map(|name| {
            let domain = format!("{}.example", slug(&name).replace('-', ""));
            taken.insert(domain.clone()).then_some((name, domain))
        });
        for (name, domain) in free.take(count) {
            let layout = dice.below(4);
            outlets.push(Outlet { role, name, domain, lang: lang.to_owned(), layout });
        }
    }
    outlets
}

/// Finds the numbers of the outlets of a role: those in `lang`, or all when there are none.
pub(crate) fn of_role(outlets: &[Outlet], role: HostRole, lang: Option<&str>) -> Vec<usize> {
    let numbers = |lang: Option<&str>| -> Vec<usize> {
        let fits =
            |outlet: &Outlet| outlet.role == role && lang.is_none_or(|lang| lang == outlet.lang);
        outlets.iter().enumerate().filter(|(_, o)| fits(o)).map(|(at, _)| at).collect()
    };
    let found = numbers(lang);
    if found.is_empty() { numbers(None) } else { found }
}
