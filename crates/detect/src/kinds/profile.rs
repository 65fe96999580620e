//! Profiles: facts from an organisation's own data, or from the title of its home page.

use model::{
    Actor, BlockKind, Claim, ClaimKind, Datum, DatumKind, Document, Permille, SignalStage, Slots,
    Span,
};

use super::{ClaimReader, joined};
use crate::claims::names;
use crate::claims::owner::is_label_of;

const MATCHER: &str = "organization_data/1";
const TITLE_MATCHER: &str = "home_title/1";
/// The reader of profiles. They make no signal; `resolve` uses them to identify a company.
pub(crate) const READER: ClaimReader = ClaimReader {
    of_page: |document, _| claims(document),
    is_dated_by_page: false,
    in_words: |slots| {
        let values = joined(slots, &["name", "city", "country", "industry"]);
        let employees = slots.get("employees").map(|count| format!("{count} employees"));
        let values: Vec<String> = values.into_iter().chain(employees).collect();
        Some(format!("Describes itself: {}", values.join(", ")))
    },
    ..ClaimReader::new(ClaimKind::PROFILE)
};

/// The slots and the fields they are read from; the first non-empty field counts.
const FIELDS: [(&str, &[&str]); 6] = [
    ("name", &["legal_name", "name"]),
    ("country", &["country"]),
    ("city", &["city"]),
    ("industry", &["industry"]),
    ("employees", &["employees"]),
    ("registry", &["registry"]),
];

/// Reads one claim for each organisation in the page's data; without any, the name in a home page's
/// title.
fn claims(document: &Document) -> Vec<Claim> {
    let organizations = document.data.iter().filter(|datum| datum.kind == DatumKind::Organization);
    let claims: Vec<Claim> = organizations.filter_map(claim).collect();
    if claims.is_empty() { named_by_title(document).into_iter().collect() } else { claims }
}

/// Reads a name that its own domain spells: "Acme | Payroll for small firms" at acme.example.
fn named_by_title(document: &Document) -> Option<Claim> {
    let rest = document.url.split_once("://")?.1;
    if rest.split_once('/').is_some_and(|(_, path)| !path.is_empty()) {
        return None;
    }
    let title = document.blocks.iter().find(|block| block.kind == BlockKind::Title)?.span;
    let words = title.of(&document.text)?;
    let name = words
        .split(['|', '–', '—', '·', ':', ','])
        .flat_map(|part| part.split(" - "))
        .map(str::trim)
        .find(|part| is_label_of(&document.url, part))?;
    let start = title.start + words.find(name)?;
    let slots = Slots::from([("name".to_owned(), name.to_owned())]);
    let span = Span { start, end: start + name.len() };
    let subject = names::core(name);
    Some(profile(slots, &subject, span, 700, TITLE_MATCHER))
}

fn claim(datum: &Datum) -> Option<Claim> {
    let slots: Slots = FIELDS
        .iter()
        .filter_map(|(slot, fields)| {
            let value = fields.iter().find_map(|field| datum.get(field))?;
            Some(((*slot).to_owned(), value.to_owned()))
        })
        .collect();
    let subject = match (datum.get("registry"), slots.get("name")) {
        (Some(registry), _) => registry.to_owned(),
        (None, Some(name)) => names::core(name),
        (None, None) => return None,
    };
    Some(profile(slots, &subject, datum.span, 900, MATCHER))
}

fn profile(slots: Slots, subject: &str, span: Span, confidence: u16, matcher: &str) -> Claim {
    Claim {
        kind: ClaimKind::PROFILE,
        actor: Actor::Owner,
        slots,
        subject: format!("profile:{subject}"),
        span,
        occurred: None,
        stage: SignalStage::Announced,
        confidence: Permille::new(confidence),
        matcher: matcher.to_owned(),
    }
}
