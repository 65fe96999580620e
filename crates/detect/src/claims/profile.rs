//! Profiles: what an organisation's own data says about it.

use model::{Actor, Claim, ClaimKind, Datum, DatumKind, Document, Permille, SignalStage, Slots};

use super::names;

const MATCHER: &str = "organization_data/1";
/// Our slots and the fields they are read from, first non-empty field first.
const FIELDS: [(&str, &[&str]); 6] = [
    ("name", &["legal_name", "name"]),
    ("country", &["country"]),
    ("city", &["city"]),
    ("industry", &["industry"]),
    ("employees", &["employees"]),
    ("registry", &["registry"]),
];

/// One claim for each organisation in the page's data.
pub(super) fn claims(document: &Document) -> Vec<Claim> {
    document
        .data
        .iter()
        .filter(|datum| datum.kind == DatumKind::Organization)
        .filter_map(claim)
        .collect()
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
    Some(Claim {
        kind: ClaimKind::Profile,
        actor: Actor::Owner,
        slots,
        subject: format!("profile:{subject}"),
        span: datum.span,
        occurred: None,
        stage: SignalStage::Announced,
        confidence: Permille::new(900),
        matcher: MATCHER.to_owned(),
    })
}
