//! Funding rounds that another system sends as data.

use model::{Actor, Claim, ClaimKind, Datum, DatumKind, Document, Permille, SignalStage, Slots};

use super::funding::{AMOUNT_MIN, round_of};
use super::tender::data_amount;

const MATCHER: &str = "funding_data/1";
/// The name of a round that is not named.
const UNKNOWN: &str = "unknown";

/// The kind of claim about funding rounds.
pub(in crate::kinds::budget_event) const KIND: ClaimKind = ClaimKind::named("funding_round");

/// Reads the claims of machine-readable funding rounds, which are the owner's: whoever sends one
/// names the company that it is about as the owner.
pub(in crate::kinds::budget_event) fn data_claims(document: &Document) -> Vec<Claim> {
    let rounds = document.data.iter().filter(|datum| datum.kind == DatumKind::FundingRound);
    rounds.filter_map(|datum| data_claim(document, datum)).collect()
}

fn data_claim(document: &Document, datum: &Datum) -> Option<Claim> {
    let round = datum.get("round").map(|round| round.replace('_', " "));
    let round = round.as_deref().and_then(round_of).unwrap_or(UNKNOWN);
    let mut slots = data_amount(document, datum);
    let amount = slots.get("amount").and_then(|amount| whole_units(amount));
    let has_amount = amount.is_some() && slots.contains_key("currency");
    if !has_amount {
        // The round is told without an amount that nothing can be compared with.
        slots = Slots::new();
    }
    if (!has_amount && round == UNKNOWN) || amount.is_some_and(|amount| amount < AMOUNT_MIN) {
        return None;
    }
    if let Some(amount) = amount.filter(|_| has_amount) {
        slots.insert("amount".to_owned(), amount.to_string());
    }
    let subject = match round {
        UNKNOWN | "grant" | "debt" => {
            let part = |name: &str| slots.get(name).map_or("", String::as_str);
            format!("{round} {} {}", part("amount"), part("currency"))
        }
        round => round.to_owned(),
    };
    slots.insert("round".to_owned(), round.to_owned());
    if let Some(investors) = datum.get("investors") {
        slots.insert("investors".to_owned(), investors.to_owned());
    }
    let announced = datum.get("announced").and_then(|day| day.get(..10));
    Some(Claim {
        kind: KIND,
        actor: Actor::Owner,
        slots,
        subject,
        span: datum.span,
        occurred: announced.and_then(|day| day.parse().ok()),
        stage: SignalStage::Announced,
        confidence: Permille::new(980),
        matcher: MATCHER.to_owned(),
    })
}

/// Parses whole units, without the cents.
fn whole_units(amount: &str) -> Option<i64> {
    amount.trim().split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::example::Example;

    #[test]
    fn a_sent_round_is_read_with_its_amount() {
        let some = |round: &str, amount: &str, currency: &str| {
            Some([round, amount, currency].map(str::to_owned))
        };
        for (fields, expected) in [
            (
                &[("round", "Series A"), ("amount", "21000000"), ("currency", "EUR")][..],
                some("series_a", "21000000", "EUR"),
            ),
            (
                &[("round", "series_b"), ("amount", "45 million"), ("currency", "PLN")],
                some("series_b", "45000000", "PLN"),
            ),
            (&[("round", "Série C"), ("amount", "€12.5m")], some("series_c", "12500000", "EUR")),
            (&[("amount", "9000000.00"), ("currency", "CHF")], some("unknown", "9000000", "CHF")),
            (&[("round", "growth equity"), ("announced", "2026-11-03")], some("growth", "", "")),
            (&[("round", "Seed"), ("amount", "a lot")], some("seed", "", "")),
            // Nothing is said, or no money that matters.
            (&[("investors", "Elbe Ventures")], None),
            (&[("amount", "21000000")], None),
            (&[("amount", "a lot"), ("currency", "EUR")], None),
            (&[("round", "Series A"), ("amount", "20000"), ("currency", "EUR")], None),
            (&[("round", "round the corner"), ("amount", "soon")], None),
        ] {
            let mut datum = BTreeMap::from([("kind".to_owned(), "funding_round".to_owned())]);
            datum.extend(fields.iter().map(|(name, value)| ((*name).into(), (*value).into())));
            let document = Example { data: vec![datum], ..Example::default() }.document();
            let claims = data_claims(&document);
            let found = claims.first().map(|claim| {
                ["round", "amount", "currency"]
                    .map(|name| claim.slots.get(name).cloned().unwrap_or_default())
            });
            assert_eq!(found, expected, "{fields:?}");
            if let Some(claim) = claims.first() {
                assert_eq!(claim.occurred.is_some(), fields.iter().any(|(k, _)| *k == "announced"));
            }
        }
    }
}
