//! Budget event: a company raised growth funding (Series A or later), or a public body buys.

mod claims;
mod euro;
mod findings;
mod notice;

#[cfg(test)]
mod tests;

use model::ClaimKind;

use self::claims::{funding, round_data, tender};
use super::{ClaimReader, EventSort, SignalKind, joined};
use crate::signals::wording;

/// The row in the list of kinds.
pub(crate) const KIND: SignalKind = SignalKind {
    name: "budget_event",
    sorts: &[
        EventSort { what: Some("funding"), claim: FUNDING_ROUND.kind, label: "funding_round" },
        EventSort { what: Some("tender"), claim: TENDER.kind, label: "contract_tender" },
    ],
    pack: include_str!("pack.toml"),
    findings: findings::findings,
    shown_by_counts: None,
};

/// The reader of funding rounds, with the slots `round, amount, currency, investors`.
pub(crate) const FUNDING_ROUND: ClaimReader = ClaimReader {
    of_page: |document, _| round_data::data_claims(document),
    of_match: funding::read,
    is_same: funding::is_same,
    ..ClaimReader::new(round_data::KIND)
};

/// The reader of public tenders and contracts. A date in the sentence may be the deadline or the
/// publication, so it does not date the event.
pub(crate) const TENDER: ClaimReader = ClaimReader {
    of_page: |document, _| tender::data_claims(document),
    of_match: tender::read,
    is_dated_by_sentence: false,
    is_same: tender::is_same,
    in_words: |slots| {
        let amount = slots
            .get("amount")
            .map(|units| wording::amount(units, slots.get("currency").map_or("", String::as_str)));
        let values: Vec<String> =
            joined(slots, &["title", "buyer"]).into_iter().chain(amount).collect();
        (!values.is_empty()).then(|| format!("Tender: {}", values.join(", ")))
    },
    ..ClaimReader::new(ClaimKind::TENDER)
};
