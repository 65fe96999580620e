//! Budget event, second half: a public body buys, or buys from this company.

mod sameness;

use std::collections::BTreeMap;

use lexicon::country_code::country_code;
use model::{
    ClaimKind, ClaimObservation, Day, EntityKind, FactKey, History, Note, Product, SignalStage,
    Slots,
};

use self::sameness::Tender;
use crate::kinds::budget_event::euro::in_euro;
use crate::kinds::budget_event::notice::canonical;
use crate::pack::Pack;
use crate::signals::finding::{
    Finding, copy_slot, corroboration, month_of, slots, stage_of, start_of,
};
use crate::signals::mentions::{Mention, mentions};
use crate::signals::wording;

/// The separator between notice and role in a matter's name.
const SEPARATOR: char = '\u{1f}';

/// Finds the tenders and awards that are relevant to a product, one finding each.
pub(crate) fn findings<'a>(
    history: &'a History,
    pack: &Pack,
    products: &[Product],
    today: Day,
) -> (Vec<Finding<'a>>, Vec<Note>) {
    let mut notes = Vec::new();
    let mut reports: BTreeMap<&str, Vec<Mention<'a>>> = BTreeMap::new();
    for mention in mentions(history, ClaimKind::TENDER, today, matter_of) {
        if mention.stage != SignalStage::Planned
            && let Some(role) = role_of(mention.slots)
        {
            reports.entry(role).or_default().push(mention);
        }
    }
    let mut findings = Vec::new();
    for (role, reports) in reports {
        for (identity, tender) in identified(role, sameness::tenders(reports, pack)) {
            findings.extend(finding(history, pack, products, identity, &tender, &mut notes));
        }
    }
    (findings, notes)
}

/// Gives each tender its identity: the number of its first report, in every month in which it is
/// mentioned; without one, the month. Later tenders of that month are identified by their amount
/// too. What is reported later changes no identity.
fn identified<'a>(role: &str, mut tenders: Vec<Tender<'a>>) -> Vec<(Slots, Vec<Mention<'a>>)> {
    tenders.sort_by_key(|tender| {
        tender.first().map(|first| (first.first_seen, first.evidence().look, first.entity))
    });
    let mut identified: BTreeMap<Slots, Vec<Mention<'a>>> = BTreeMap::new();
    for tender in tenders {
        let (Some(first), Some(start)) = (tender.first(), tender.start()) else { continue };
        let mut identity = slots([("what", "tender".to_owned()), ("role", role.to_owned())]);
        match first.slot("notice") {
            Some(notice) => identity.insert("notice".to_owned(), canonical(notice)),
            None => identity.insert("episode".to_owned(), month_of(start)),
        };
        if identified.contains_key(&identity)
            && let Some(euro) = euro(first)
        {
            identity.insert("amount".to_owned(), euro.to_string());
        }
        identified.entry(identity).or_default().extend(tender.reports);
    }
    identified.into_iter().collect()
}

fn role_of(slots: &Slots) -> Option<&'static str> {
    let role = slots.get("role")?.trim();
    ["buyer", "supplier"].into_iter().find(|name| role.eq_ignore_ascii_case(name))
}

/// Names the matter by the number of the notice and the role in it; without a number, by the
/// claim's subject and the role.
fn matter_of(observation: &ClaimObservation) -> Option<String> {
    let role = role_of(&observation.slots)?;
    let notice = observation.slots.get("notice").map(|notice| canonical(notice));
    let notice = notice.filter(|notice| !notice.is_empty());
    let name = notice.unwrap_or_else(|| observation.subject.clone());
    Some(format!("{name}{SEPARATOR}{role}"))
}

fn euro(mention: &Mention<'_>) -> Option<i64> {
    in_euro(mention.slot("amount"), mention.slot("currency"))
}

fn finding<'a>(
    history: &History,
    pack: &Pack,
    products: &[Product],
    identity: Slots,
    tender: &[Mention<'a>],
    notes: &mut Vec<Note>,
) -> Option<Finding<'a>> {
    // Corrections change amounts and deadlines: the newest report counts.
    let newest =
        tender.iter().max_by_key(|m| (euro(m).is_some(), m.last_seen, m.evidence().look))?;
    let role = role_of(newest.slots)?;
    let euro = euro(newest)?;
    let country = buyer_country(history, newest);
    if country.is_none() && products.iter().any(|product| !product.region.is_empty()) {
        notes.push(Note::new("tender_country_unknown", newest.evidence().url.clone()));
    }
    if !is_relevant(pack, products, euro, country.as_deref()) {
        return None;
    }
    let (confidence, sources) = corroboration(&history.company, tender);
    let (start, undated) = start_of(tender)?;
    let deadline = tender
        .iter()
        .filter_map(|m| {
            Some((m.last_seen, m.evidence().look, m.slot("deadline")?.get(..10)?.parse().ok()?))
        })
        .max()
        .map(|(_, _, deadline): (_, _, Day)| deadline)
        .filter(|_| role == "buyer");
    let mut figures = slots([("role", role.to_owned()), ("amount_eur", euro.to_string())]);
    for slot in ["amount", "currency", "notice", "title", "buyer"] {
        copy_slot(&mut figures, newest, slot);
    }
    figures.extend(country.map(|country| ("country".to_owned(), country)));
    figures.extend(deadline.map(|deadline| ("deadline".to_owned(), deadline.to_string())));
    let amount = wording::amount(newest.slot("amount")?, newest.slot("currency")?);
    // A day until which bids are due shows that a tender is not old.
    let undated = undated && deadline.is_none();
    let told = wording::event_day(start, undated);
    let explanation = match (role, deadline) {
        ("buyer", Some(deadline)) => {
            format!("Tender worth {amount}, bids due by {}", deadline.in_words())
        }
        ("buyer", None) => format!("Tender worth {amount} ({told})"),
        _ => format!("Won a public contract worth {amount} ({told})"),
    };
    let mut ordered: Vec<&Mention<'a>> = tender.iter().collect();
    ordered.sort_by_key(|m| {
        (m.evidence().look != newest.evidence().look, m.occurred, m.evidence().look)
    });
    Some(Finding {
        identity,
        slots: figures,
        start,
        undated,
        end: deadline.map(|deadline| deadline.max(start)),
        stage: stage_of(tender),
        confidence,
        independent_sources: sources,
        explanation,
        primary: ordered.into_iter().map(|m| (m.entity, m.evidence())).collect(),
        support: Vec::new(),
    })
}

/// Reports whether a tender is relevant to a product; without products, the pack's minimum decides.
fn is_relevant(pack: &Pack, products: &[Product], euro: i64, country: Option<&str>) -> bool {
    if products.is_empty() {
        return euro as f64 >= pack.setting("tender_min_eur", 100_000.0);
    }
    products.iter().any(|product| {
        let in_region =
            |country| product.region.iter().any(|region| region.eq_ignore_ascii_case(country));
        euro >= product.tender_min_eur
            && (product.region.is_empty() || country.is_some_and(in_region))
    })
}

/// Returns the buyer's country as the tender gives it, else the company's country. For a supplier
/// that is a guess, but public contracts are mostly won at home.
fn buyer_country(history: &History, tender: &Mention<'_>) -> Option<String> {
    let own_word = tender.slot("buyer_country").or_else(|| tender.slot("country"));
    let fact = || history.company.fact(FactKey::Country);
    let of_key = || {
        history.company.members.iter().find_map(|(member, _)| match member.kind {
            EntityKind::Registry => member.value.split_once('/').map(|(country, _)| country),
            EntityKind::Name => member.value.rsplit_once('|').map(|(_, country)| country),
            EntityKind::Domain | EntityKind::Board | EntityKind::Publisher => None,
        })
    };
    own_word
        .and_then(country_code)
        .or_else(|| fact().and_then(country_code))
        .or_else(|| of_key().and_then(country_code))
}
