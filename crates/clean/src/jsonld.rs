//! Reads schema.org data in JSON-LD blocks. The reader accepts the common deviations: comments
//! around the block, trailing commas, arrays and graphs. Nothing is fetched.

use model::{DatumKind, Note};
use serde_json::{Map, Value};
use url::Url;

use crate::data::Draft;
use crate::dates::machine_day;
use crate::entities::decoded;
use crate::json_value::JsonBudget;

/// The maximum depth of nested lists and graphs.
const DEPTH_MAX: usize = 6;
/// The maximum number of things read from one page.
const THINGS_MAX: usize = 500;
pub(crate) const BLOCK_BYTES_MAX: usize = 2 * 1024 * 1024;
/// The memory for the data of one page, in bytes. That of real sites takes a tenth of it.
const VALUES_BYTES_MAX: usize = 16 * 1024 * 1024;
/// The maximum number of notes on unreadable blocks of one page.
const NOTES_MAX: usize = 100;

/// The claims of the JSON-LD blocks of a page.
#[derive(Debug, Default)]
pub(crate) struct Linked {
    /// The postings, the organization and the article.
    pub(crate) drafts: Vec<Draft>,
    /// `datePublished` of the article.
    pub(crate) published: Option<String>,
    /// The name of the publisher or the site.
    pub(crate) site_name: Option<String>,
    /// Whether the page claims to be an article.
    pub(crate) is_article: bool,
}

/// Reads all blocks. Adds the note `json_ld_unreadable` for each block that is not JSON even after
/// correction, and the note `json_ld_cut` if the blocks hold more data than a page has.
pub(crate) fn read(blocks: &[String], url: Option<&Url>, notes: &mut Vec<Note>) -> Linked {
    let budget = JsonBudget::new(VALUES_BYTES_MAX);
    let mut unreadable = 0;
    let values: Vec<Value> = blocks
        .iter()
        .filter(|block| !block.trim().is_empty())
        .filter_map(|block| {
            let value = parse(block, &budget);
            if value.is_none() && unreadable < NOTES_MAX {
                unreadable += 1;
                let detail = format!("{} bytes", block.len());
                notes.push(Note::new("json_ld_unreadable", detail));
            }
            value
        })
        .collect();
    if budget.is_exceeded() {
        notes.push(Note::new("json_ld_cut", "the rest of the structured data was not read"));
    }
    let mut things: Vec<&Map<String, Value>> = Vec::new();
    for value in &values {
        collect(value, DEPTH_MAX, &mut things);
    }
    interpret(&things, url)
}

/// Collects independent things: those on the top level, in a graph, or in a list of items.
fn collect<'a>(value: &'a Value, depth: usize, things: &mut Vec<&'a Map<String, Value>>) {
    if depth == 0 || things.len() >= THINGS_MAX {
        return;
    }
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, depth - 1, things)),
        Value::Object(thing) => {
            things.push(thing);
            for key in ["@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item"] {
                if let Some(inner) = thing.get(key) {
                    collect(inner, depth - 1, things);
                }
            }
        }
        _ => {}
    }
}

fn interpret(things: &[&Map<String, Value>], url: Option<&Url>) -> Linked {
    let mut linked = Linked::default();
    let mut organizations: Vec<&Map<String, Value>> = Vec::new();
    for thing in things {
        if has_type(thing, |name| name == "JobPosting") {
            linked.drafts.push(job_posting(thing));
        } else if has_type(thing, is_article_type) {
            let is_first = !linked.is_article;
            linked.is_article = true;
            let publisher = publisher_name(thing, things);
            if is_first {
                linked.published = text(thing, "datePublished");
                linked.site_name = publisher.clone().or(linked.site_name);
                linked.drafts.push(news_article(thing, publisher.as_deref()));
            }
        } else if has_type(thing, is_organization_type) {
            organizations.push(thing);
        } else if has_type(thing, |name| name == "WebSite") {
            linked.site_name = linked.site_name.or_else(|| text(thing, "name"));
        }
    }
    let host = url.and_then(Url::host_str).map(bare_host);
    let owner = organizations
        .iter()
        .find(|thing| {
            let organization_url = text(thing, "url").and_then(|url| Url::parse(&url).ok());
            host.is_some()
                && organization_url.as_ref().and_then(Url::host_str).map(bare_host) == host
        })
        .or_else(|| organizations.first());
    if let Some(owner) = owner {
        let draft = organization(owner);
        if !draft.fields.is_empty() {
            linked.site_name = linked.site_name.or_else(|| text(owner, "name"));
            linked.drafts.push(draft);
        }
    }
    linked.drafts.retain(|draft| !draft.fields.is_empty());
    linked.drafts.sort_by(|a, b| (a.kind, &a.fields).cmp(&(b.kind, &b.fields)));
    linked.drafts.dedup();
    linked
}

fn bare_host(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

fn has_type(thing: &Map<String, Value>, wanted: impl Fn(&str) -> bool) -> bool {
    let names = match thing.get("@type") {
        Some(Value::String(name)) => vec![name.as_str()],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => return false,
    };
    names.iter().any(|name| wanted(name.rsplit(['/', '#', ':']).next().unwrap_or(name).trim()))
}

fn is_article_type(name: &str) -> bool {
    name.ends_with("Article")
        || matches!(name, "BlogPosting" | "Report" | "LiveBlogPosting" | "SocialMediaPosting")
}

fn is_organization_type(name: &str) -> bool {
    matches!(
        name,
        "Organization"
            | "Corporation"
            | "LocalBusiness"
            | "NewsMediaOrganization"
            | "NGO"
            | "EducationalOrganization"
            | "GovernmentOrganization"
            | "MedicalOrganization"
            | "OnlineBusiness"
            | "OnlineStore"
            | "Store"
            | "ProfessionalService"
            | "FinancialService"
            | "BankOrCreditUnion"
            | "InsuranceAgency"
            | "Airline"
            | "Consortium"
            | "CollegeOrUniversity"
            | "Hospital"
            | "Hotel"
            | "LegalService"
            | "AccountingService"
            | "EmploymentAgency"
            | "AutomotiveBusiness"
            | "ResearchOrganization"
            | "Project"
            | "Brand"
            | "Restaurant"
    )
}

/// Reads a property as text: a string, a number, the first element of a list, or the name or
/// value of an object.
fn text(thing: &Map<String, Value>, key: &str) -> Option<String> {
    thing.get(key).and_then(|value| value_text(value, 3))
}

fn value_text(value: &Value, depth: usize) -> Option<String> {
    if depth == 0 {
        return None;
    }
    let found = match value {
        Value::String(text) => decoded(text).trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Array(values) => values.iter().find_map(|value| value_text(value, depth - 1))?,
        Value::Object(inner) => ["name", "value", "@value", "@id"]
            .iter()
            .find_map(|key| inner.get(*key).and_then(|value| value_text(value, depth - 1)))?,
        _ => return None,
    };
    (!found.is_empty()).then_some(found)
}

fn inner<'a>(thing: &'a Map<String, Value>, key: &str) -> Option<&'a Map<String, Value>> {
    match thing.get(key)? {
        Value::Object(inner) => Some(inner),
        Value::Array(values) => values.iter().find_map(Value::as_object),
        _ => None,
    }
}

fn set(draft: &mut Draft, field: &str, value: Option<String>) {
    if let Some(value) = value {
        draft.set(field, &value);
    }
}

fn set_day(draft: &mut Draft, field: &str, value: Option<&str>) {
    if let Some(day) = value.and_then(machine_day) {
        draft.set(field, &day.to_string());
    }
}

fn job_posting(thing: &Map<String, Value>) -> Draft {
    let mut draft = Draft::new(DatumKind::JobPosting);
    set(
        &mut draft,
        "id",
        inner(thing, "identifier")
            .and_then(|identifier| text(identifier, "value"))
            .or_else(|| text(thing, "identifier")),
    );
    set(&mut draft, "title", text(thing, "title").or_else(|| text(thing, "name")));
    set(&mut draft, "url", text(thing, "url"));
    set_day(&mut draft, "posted", text(thing, "datePosted").as_deref());
    set_day(&mut draft, "valid_through", text(thing, "validThrough").as_deref());
    set(&mut draft, "employment_type", text(thing, "employmentType"));
    let apply = inner(thing, "potentialAction").and_then(|action| {
        inner(action, "target").map_or_else(
            || text(action, "target"),
            |target| text(target, "urlTemplate").or_else(|| text(target, "url")),
        )
    });
    set(&mut draft, "apply_url", apply);
    let place = inner(thing, "jobLocation");
    let address = place.and_then(|place| inner(place, "address"));
    set(&mut draft, "city", address.and_then(|address| text(address, "addressLocality")));
    let country = address.and_then(|address| text(address, "addressCountry"));
    let required = || text(thing, "applicantLocationRequirements");
    set(&mut draft, "country", country.or_else(required));
    set(&mut draft, "organization", text(thing, "hiringOrganization"));
    if let Some(organization) = inner(thing, "hiringOrganization") {
        let url = text(organization, "sameAs").or_else(|| text(organization, "url"));
        set(&mut draft, "organization_url", url);
    }
    draft
}

fn organization(thing: &Map<String, Value>) -> Draft {
    let mut draft = Draft::new(DatumKind::Organization);
    set(&mut draft, "name", text(thing, "name"));
    set(&mut draft, "legal_name", text(thing, "legalName"));
    set(&mut draft, "url", text(thing, "url"));
    set(&mut draft, "industry", text(thing, "industry").or_else(|| text(thing, "naics")));
    set(&mut draft, "founded", text(thing, "foundingDate"));
    let employees = inner(thing, "numberOfEmployees").and_then(|range| {
        text(range, "value").or_else(|| match (text(range, "minValue"), text(range, "maxValue")) {
            (Some(low), Some(high)) => Some(format!("{low}-{high}")),
            (low, high) => low.or(high),
        })
    });
    set(&mut draft, "employees", employees.or_else(|| text(thing, "numberOfEmployees")));
    if let Some(address) = inner(thing, "address") {
        set(&mut draft, "country", text(address, "addressCountry"));
        set(&mut draft, "city", text(address, "addressLocality"));
    }
    let same_as = match thing.get("sameAs") {
        Some(Value::Array(values)) => {
            let links: Vec<&str> = values.iter().filter_map(Value::as_str).take(20).collect();
            Some(links.join(" "))
        }
        Some(Value::String(link)) => Some(link.clone()),
        _ => None,
    };
    set(&mut draft, "same_as", same_as);
    let registry = [("leiCode", "lei"), ("vatID", "vat"), ("duns", "duns"), ("taxID", "tax")]
        .iter()
        .find_map(|(key, name)| Some(format!("{name}:{}", text(thing, key)?)));
    set(&mut draft, "registry", registry);
    draft
}

fn news_article(thing: &Map<String, Value>, publisher: Option<&str>) -> Draft {
    let mut draft = Draft::new(DatumKind::NewsArticle);
    set(&mut draft, "headline", text(thing, "headline").or_else(|| text(thing, "name")));
    set_day(&mut draft, "published", text(thing, "datePublished").as_deref());
    set_day(&mut draft, "modified", text(thing, "dateModified").as_deref());
    set(&mut draft, "publisher", publisher.map(str::to_owned));
    set(&mut draft, "section", text(thing, "articleSection"));
    draft
}

/// Finds the publisher's name; in graphs the publisher is often a reference to another thing.
fn publisher_name(thing: &Map<String, Value>, things: &[&Map<String, Value>]) -> Option<String> {
    let publisher = inner(thing, "publisher")?;
    if let Some(name) = text(publisher, "name") {
        return Some(name);
    }
    let id = publisher.get("@id")?;
    let referred = things.iter().find(|other| other.get("@id") == Some(id))?;
    text(referred, "name")
}

/// Parses a block as JSON: first as it is, then corrected by [`tidied`].
fn parse(block: &str, budget: &JsonBudget) -> Option<Value> {
    if block.len() > BLOCK_BYTES_MAX {
        return None;
    }
    let block = unwrapped(block);
    // Anything after the first value (a stray semicolon, a second object) is ignored.
    budget.read(block, true).or_else(|| budget.read(&tidied(block), false))
}

/// Removes the comment or CDATA marks around a block.
fn unwrapped(block: &str) -> &str {
    const OPEN: [&str; 6] = ["<!--", "//", "/*", "<![CDATA[", "*/", "\u{FEFF}"];
    const CLOSE: [&str; 6] = ["-->", "//", "*/", "]]>", "/*", ";"];
    let mut block = block.trim();
    loop {
        let before = block.len();
        for mark in OPEN {
            block = block.strip_prefix(mark).unwrap_or(block).trim_start();
        }
        for mark in CLOSE {
            block = block.strip_suffix(mark).unwrap_or(block).trim_end();
        }
        if block.len() == before {
            return block;
        }
    }
}

/// Removes trailing commas and comments, and escapes raw control characters inside strings.
fn tidied(block: &str) -> String {
    let mut out = String::with_capacity(block.len());
    let mut in_string = false;
    let mut escaped = false;
    let mut characters = block.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        if in_string {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => in_string = false,
                _ => {}
            }
            out.push(if c.is_control() { ' ' } else { c });
            continue;
        }
        match c {
            '"' => in_string = true,
            ',' => {
                let rest = block.get(at + 1..).unwrap_or_default();
                let next = rest.bytes().find(|b| !b.is_ascii_whitespace());
                if matches!(next, Some(b'}' | b']' | b',') | None) {
                    continue;
                }
            }
            '/' if block.get(at + 1..).is_some_and(|rest| rest.starts_with('*')) => {
                let end = block.get(at..).and_then(|rest| rest.find("*/"));
                let end = end.map_or(block.len(), |end| at + end + 2);
                while characters.peek().is_some_and(|(at, _)| *at < end) {
                    characters.next();
                }
                continue;
            }
            _ => {}
        }
        out.push(c);
    }
    out
}
