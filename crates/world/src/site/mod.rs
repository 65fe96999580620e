//! Responses: the page for a request, and the effects of the weather on it.

mod board;
mod careers;
mod company;
mod lists;
mod machine;
mod outlet;
mod shell;
mod story;

use std::collections::BTreeMap;

use model::{Day, Digest};

use crate::calendar::{Section, SiteOwner};
use crate::weather::{self, Charset, Habits, SiteState};
use crate::{HostRole, HostService, World, wording};

/// A request to the world.
#[derive(Debug, Clone, Copy, Default)]
pub struct SiteRequest<'a> {
    /// The host, with or without a port.
    pub host: &'a str,
    /// Path and query.
    pub path: &'a str,
    /// The header `if-none-match`.
    pub if_none_match: Option<&'a str>,
    /// The header `if-modified-since`.
    pub if_modified_since: Option<&'a str>,
}

/// A response of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteResponse {
    /// HTTP status.
    pub status: u16,
    /// Names in lower case, with their values.
    pub headers: Vec<(String, String)>,
    /// The body; empty when the status is 304.
    pub body: Vec<u8>,
}

/// A page before charset, caching and tool headers are applied.
pub(crate) struct SitePage {
    pub(crate) status: u16,
    pub(crate) media: &'static str,
    pub(crate) body: Body,
    pub(crate) modified: Option<Day>,
    pub(crate) location: Option<String>,
}

pub(crate) enum Body {
    Text(String),
    Bytes(Vec<u8>),
}

impl SitePage {
    pub(crate) fn html(body: String) -> Self {
        Self { media: "text/html", ..Self::text(body) }
    }

    pub(crate) fn text(body: String) -> Self {
        let media = "text/plain";
        Self { status: 200, media, body: Body::Text(body), modified: None, location: None }
    }

    pub(crate) fn moved(to: String) -> Self {
        Self { status: 301, location: Some(to), ..Self::text(String::new()) }
    }

    pub(crate) fn of_day(self, day: Day) -> Self {
        Self { modified: Some(day), ..self }
    }

    pub(crate) fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }
}

/// The site and the day of a request.
#[derive(Clone, Copy)]
pub(crate) struct SiteVisit<'w> {
    pub(crate) world: &'w World,
    pub(crate) site: SiteOwner,
    pub(crate) habits: Habits,
    pub(crate) day: Day,
}

pub(crate) fn respond(world: &World, request: &SiteRequest<'_>, day: Day) -> SiteResponse {
    let host = request.host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let Some((site, service)) = world.doors.get(&host).copied() else {
        let body = b"no such host in this world\n".to_vec();
        return SiteResponse { status: 421, headers: vec![media("text/plain")], body };
    };
    let habits = weather::habits(&world.plan, site);
    let visit = SiteVisit { world, site, habits, day };
    let (path, query) = request.path.split_once('?').unwrap_or((request.path, ""));
    let weather = weather::today(&world.plan, site, day);
    let robots = path == "/robots.txt";
    if weather == SiteState::Down || weather == SiteState::RobotsBroken && robots {
        let mut headers = vec![media("text/plain")];
        headers.push(("retry-after".to_owned(), "3600".to_owned()));
        let status = if weather == SiteState::Down { 503 } else { 500 };
        return SiteResponse { status, headers, body: b"temporarily out of order\n".to_vec() };
    }
    let page = visit.page(service, path, query);
    visit.finish(request, page)
}

impl<'w> SiteVisit<'w> {
    fn page(&self, service: HostService, path: &str, query: &str) -> SitePage {
        match (service, self.site) {
            (HostService::Forward, _) if path != "/robots.txt" => {
                let query = if query.is_empty() { String::new() } else { format!("?{query}") };
                SitePage::moved(self.world.url(self.site, &format!("{path}{query}")))
            }
            (_, _) if path == "/robots.txt" => self.robots(service),
            (HostService::Careers, SiteOwner::Company(number)) => self.careers_host(number, path),
            (_, SiteOwner::Company(number)) => self.company(number, path, query),
            (_, SiteOwner::Outlet(number)) => {
                let role =
                    self.world.outlets.get(number).map_or(HostRole::News, |outlet| outlet.role);
                match role {
                    HostRole::Board => self.board(number, path),
                    HostRole::Auditor => self.auditor(number, path),
                    HostRole::Portal => self.paper(number, Section::Notices, path, query),
                    HostRole::News | HostRole::Company => {
                        self.paper(number, Section::News, path, query)
                    }
                }
            }
        }
    }

    /// Renders the page for unknown paths.
    pub(crate) fn missing(&self) -> SitePage {
        let lang = self.lang();
        let words = self.world.templates.word("not_found", lang);
        let body = self.frame(words, "", &format!("<h1>{}</h1>", shell::escaped(words)));
        SitePage::html(body).with_status(if self.habits.soft_missing { 200 } else { 404 })
    }

    pub(crate) fn lang(&self) -> &'w str {
        match self.site {
            SiteOwner::Company(number) => {
                self.world.companies.get(number).map_or("en", |company| company.lang.as_str())
            }
            SiteOwner::Outlet(number) => {
                self.world.outlets.get(number).map_or("en", |outlet| outlet.lang.as_str())
            }
        }
    }

    fn finish(&self, request: &SiteRequest<'_>, page: SitePage) -> SiteResponse {
        let mut headers = Vec::new();
        let body = match page.body {
            Body::Bytes(bytes) => {
                headers.push(("content-type".to_owned(), page.media.to_owned()));
                bytes
            }
            Body::Text(text) => {
                let (bytes, value) = self.encoded(&text, page.media);
                headers.push(("content-type".to_owned(), value));
                bytes
            }
        };
        if let SiteOwner::Company(number) = self.site {
            headers.extend(self.tool_headers(number));
        }
        headers.extend(page.location.map(|to| ("location".to_owned(), to)));
        if page.status != 200 {
            return SiteResponse { status: page.status, headers, body };
        }
        let tag = format!("\"{}\"", Digest::of(&body).to_string().get(..20).unwrap_or_default());
        headers.push(("etag".to_owned(), tag.clone()));
        let modified = page.modified.map(|day| wording::http_date(day, 480));
        headers.extend(modified.clone().map(|date| ("last-modified".to_owned(), date)));
        let same = match request.if_none_match {
            Some(tags) => {
                tags.split(',').any(|listed| listed.trim().trim_start_matches("W/") == tag)
            }
            None => modified.is_some() && modified.as_deref() == request.if_modified_since,
        };
        if same {
            return SiteResponse { status: 304, headers, body: Vec::new() };
        }
        SiteResponse { status: 200, headers, body }
    }

    fn encoded(&self, text: &str, media: &str) -> (Vec<u8>, String) {
        let western = || encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
        match self.habits.charset {
            _ if media != "text/html" => {
                (text.as_bytes().to_vec(), format!("{media}; charset=utf-8"))
            }
            Charset::Utf8 => (text.as_bytes().to_vec(), format!("{media}; charset=utf-8")),
            Charset::Western => (western(), format!("{media}; charset=windows-1252")),
            Charset::WesternAsUtf8 => (western(), format!("{media}; charset=utf-8")),
            Charset::Unsaid => (western(), media.to_owned()),
        }
    }

    fn tool_headers(&self, company: usize) -> Vec<(String, String)> {
        let mut headers: BTreeMap<String, String> = BTreeMap::new();
        let mut cookies = Vec::new();
        for (tool, account) in self.world.tools_of(company, self.day) {
            if let Some((name, value)) = &tool.header {
                headers.insert(name.clone(), crate::with_account(value, account));
            }
            if let Some(cookie) = &tool.cookie {
                let value = format!("{cookie}={}; path=/", account.get(..12).unwrap_or("1"));
                cookies.push(("set-cookie".to_owned(), value));
            }
        }
        headers.into_iter().chain(cookies).collect()
    }
}

/// Checks whether a site's robots file disallows a path.
pub(crate) fn closed_to_robots(habits: &Habits, path: &str) -> bool {
    habits.closed || machine::CLOSED.iter().any(|closed| path.starts_with(closed))
}

fn media(value: &str) -> (String, String) {
    ("content-type".to_owned(), value.to_owned())
}

impl World {
    /// Builds the address of a site's page.
    pub(crate) fn url(&self, site: SiteOwner, path: &str) -> String {
        let host = match site {
            SiteOwner::Company(number) => self.companies.get(number).map(crate::Company::host),
            SiteOwner::Outlet(number) => self.outlets.get(number).map(crate::Outlet::host),
        };
        format!("http://{}{path}", host.unwrap_or_default())
    }
}
