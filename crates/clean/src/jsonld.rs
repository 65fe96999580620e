//! Reads schema.org data: JSON-LD blocks, repaired if they are almost JSON, and the items in the
//! markup. Nothing is fetched.

use model::{DatumKind, Note};
use serde_json::{Map, Value};
use url::Url;

use crate::data::Draft;
use crate::dates::{Manner, machine_day};
use crate::entities::decoded;
use crate::json_repair;
use crate::json_value::JsonBudget;
use crate::limits::note_once;

/// The maximum depth of nested lists and graphs.
const DEPTH_MAX: usize = 6;
/// The maximum number of things read from one page.
const THINGS_MAX: usize = 500;
pub(crate) const BLOCK_BYTES_MAX: usize = 2 * 1024 * 1024;
/// The memory for the data of one page, in bytes. That of real sites takes a tenth of it.
pub(crate) const VALUES_BYTES_MAX: usize = 16 * 1024 * 1024;
/// The maximum number of bytes of the texts that are kept of the data of one page.
const BODY_BYTES_MAX: usize = 512 * 1024;
/// The maximum number of notes on the blocks of one page.
const NOTES_MAX: usize = 100;

/// The claims of the structured data of a page.
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
    /// Titles and texts of what the data describes.
    pub(crate) bodies: Vec<(Option<String>, String)>,
}

impl Linked {
    /// Adds the claims of data that counts less.
    pub(crate) fn add(&mut self, other: Self) {
        let stated = self.drafts.len();
        for draft in other.drafts {
            let is_repeated = match draft.kind {
                DatumKind::JobPosting => is_stated(&self.drafts[..stated], &draft),
                kind => self.drafts.iter().any(|stated| stated.kind == kind),
            };
            if !is_repeated {
                self.drafts.push(draft);
            }
        }
        self.published = self.published.take().or(other.published);
        self.site_name = self.site_name.take().or(other.site_name);
        self.is_article |= other.is_article;
        self.bodies.extend(other.bodies);
        self.drafts.sort_by(|a, b| (a.kind, &a.fields).cmp(&(b.kind, &b.fields)));
    }
}

/// Reads all blocks, and the items in the markup: one list per syntax. Adds a note for each block
/// that is not JSON: `json_ld_repaired` if it could be repaired, otherwise `json_ld_unreadable`;
/// and the note `json_ld_cut` if the page holds more data than a page has.
pub(crate) fn read(
    blocks: &[String],
    items: &[Vec<Value>],
    budget: &JsonBudget,
    url: Option<&Url>,
    notes: &mut Vec<Note>,
) -> Linked {
    let mut values: Vec<Value> = Vec::new();
    let mut noted = 0;
    for block in blocks.iter().filter(|block| !block.trim().is_empty()) {
        let parsed = parse(block, budget);
        let code = match &parsed {
            Some(parsed) if parsed.is_repaired => Some("json_ld_repaired"),
            Some(_) => None,
            None => Some("json_ld_unreadable"),
        };
        if let Some(code) = code.filter(|_| noted < NOTES_MAX) {
            noted += 1;
            notes.push(Note::new(code, format!("{} bytes", block.len())));
        }
        values.extend(parsed.into_iter().flat_map(|parsed| parsed.values));
    }
    let mut linked = of_syntax(&values, url, false, notes);
    for items in items {
        linked.add(of_syntax(items, url, true, notes));
    }
    if budget.is_exceeded() {
        note_cut(notes);
    }
    linked
}

/// Reads the things of one syntax.
pub(crate) fn of_syntax<'v>(
    values: impl IntoIterator<Item = &'v Value>,
    url: Option<&Url>,
    is_markup: bool,
    notes: &mut Vec<Note>,
) -> Linked {
    let mut things: Vec<&Map<String, Value>> = Vec::new();
    for value in values {
        collect(value, DEPTH_MAX, &mut things);
    }
    if things.len() >= THINGS_MAX {
        note_cut(notes);
    }
    // Lists of articles mark each of their teasers as an article.
    let articles = things.iter().filter(|thing| has_type(thing, is_article_type)).count();
    if is_markup && articles > 1 {
        things.retain(|thing| !has_type(thing, is_article_type));
    }
    interpret(&things, url, is_markup)
}

fn note_cut(notes: &mut Vec<Note>) {
    note_once(notes, "json_ld_cut", "the rest of the structured data was not read".to_owned());
}

/// Reports whether a posting is among `drafts`: one of the same title, whose number and city do not
/// differ.
fn is_stated(drafts: &[Draft], posting: &Draft) -> bool {
    let differs = |one: &Draft, name: &str| match (one.fields.get(name), posting.fields.get(name)) {
        (Some(one), Some(other)) => one.to_lowercase() != other.to_lowercase(),
        _ => false,
    };
    drafts
        .iter()
        .filter(|draft| draft.kind == DatumKind::JobPosting)
        .any(|draft| !["title", "id", "city"].iter().any(|name| differs(draft, name)))
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

fn interpret(things: &[&Map<String, Value>], url: Option<&Url>, is_markup: bool) -> Linked {
    let mut linked = Linked::default();
    let mut organizations: Vec<&Map<String, Value>> = Vec::new();
    for thing in things {
        if has_type(thing, |name| name == "JobPosting") {
            linked.drafts.push(job_posting(thing, things));
            linked.bodies.extend(body(thing));
        } else if has_type(thing, is_article_type) {
            let is_first = !linked.is_article;
            linked.is_article = true;
            let publisher = publisher_name(thing, things);
            if is_first {
                linked.bodies.extend(body(thing));
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
    let mut left = BODY_BYTES_MAX;
    linked.bodies.retain(|(_, text)| {
        let fits = text.len() <= left;
        left -= if fits { text.len() } else { 0 };
        fits
    });
    let host = url.and_then(Url::host_str).map(bare_host);
    let owner = organizations
        .iter()
        .find(|thing| {
            let organization_url = text(thing, "url").and_then(|url| Url::parse(&url).ok());
            host.is_some()
                && organization_url.as_ref().and_then(Url::host_str).map(bare_host) == host
        })
        // Directories mark each company.
        .or_else(|| organizations.first().filter(|_| !is_markup || organizations.len() == 1));
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
    if let Some(day) = value.and_then(|value| machine_day(value, Manner::default())) {
        draft.set(field, &day.to_string());
    }
}

/// Returns the title and the text of a thing.
fn body(thing: &Map<String, Value>) -> Option<(Option<String>, String)> {
    let body = text(thing, "articleBody").or_else(|| text(thing, "description"))?;
    let title = ["headline", "title", "name"].iter().find_map(|key| text(thing, key));
    Some((title, body))
}

fn job_posting(thing: &Map<String, Value>, things: &[&Map<String, Value>]) -> Draft {
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
    let place = inner(thing, "jobLocation").map(|place| referred(place, things));
    let address = place.and_then(|place| inner(place, "address"));
    let address = address.map(|address| referred(address, things));
    set(&mut draft, "city", address.and_then(|address| text(address, "addressLocality")));
    let country = address.and_then(|address| text(address, "addressCountry"));
    let required = || text(thing, "applicantLocationRequirements");
    set(&mut draft, "country", country.or_else(required));
    let organization = inner(thing, "hiringOrganization");
    if let Some(organization) = organization.map(|organization| referred(organization, things)) {
        // An id is no name.
        let names = ["name", "legalName", "value", "@value"];
        let name = names.iter().find_map(|key| text(organization, key));
        set(&mut draft, "organization", name);
        let url = text(organization, "sameAs").or_else(|| text(organization, "url"));
        set(&mut draft, "organization_url", url);
    } else {
        set(&mut draft, "organization", text(thing, "hiringOrganization"));
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

/// Finds the publisher's name.
fn publisher_name(thing: &Map<String, Value>, things: &[&Map<String, Value>]) -> Option<String> {
    text(referred(inner(thing, "publisher")?, things), "name")
}

/// Returns the thing that `reference` refers to; in graphs the value of a property is often a
/// reference to another thing. A thing with a name is no reference.
fn referred<'a>(
    reference: &'a Map<String, Value>,
    things: &[&'a Map<String, Value>],
) -> &'a Map<String, Value> {
    let Some(id) = reference.get("@id").filter(|_| !reference.contains_key("name")) else {
        return reference;
    };
    let is_target = |other: &&Map<String, Value>| {
        let tells_more = other.contains_key("name") || other.len() > reference.len();
        other.get("@id") == Some(id) && tells_more
    };
    things.iter().copied().find(is_target).unwrap_or(reference)
}

/// The values of a block.
struct Parsed {
    values: Vec<Value>,
    is_repaired: bool,
}

/// Parses a block as JSON: as it is, or else repaired.
fn parse(block: &str, budget: &JsonBudget) -> Option<Parsed> {
    if block.len() > BLOCK_BYTES_MAX {
        return None;
    }
    let block = unwrapped(block);
    match budget.read(block, true) {
        // Some write JSON as a string of JSON.
        Some(Value::String(inner)) => parse_repaired(&inner, budget),
        Some(value) => Some(Parsed { values: vec![value], is_repaired: false }),
        None => parse_repaired(block, budget),
    }
}

fn parse_repaired(block: &str, budget: &JsonBudget) -> Option<Parsed> {
    match budget.read(&json_repair::repaired(block)?, true)? {
        Value::Array(values) => Some(Parsed { values, is_repaired: true }),
        _ => None,
    }
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
