//! Tech adoption: machine-readable traces show a new tool, and people write about it within two
//! weeks.

mod claims;
mod findings;
pub(crate) mod tools;

#[cfg(test)]
mod tests;

use model::ClaimKind;

use super::{ClaimReader, EventSort, SignalKind};

/// The row in the list of kinds. Traces alone are no event.
pub(crate) const KIND: SignalKind = SignalKind {
    name: "tech_adoption",
    sorts: &[EventSort { what: None, claim: STATEMENT.kind, label: "tech_adoption" }],
    pack: include_str!("pack.toml"),
    findings: |history, pack, _, today| findings::findings(history, pack, today),
    shown_by_counts: None,
};

/// The reader of traces: machine-readable data shows a tool in use.
pub(crate) const TRACE: ClaimReader = ClaimReader {
    of_page: |document, _| tools::table().traces(document),
    is_dated_by_page: false,
    in_words: |slots| Some(format!("Uses {}", slots.get("tool")?)),
    ..ClaimReader::new(ClaimKind::TECH_TRACE)
};

/// The reader of statements: people write about a tool in use, with the slot `tool` (always).
pub(crate) const STATEMENT: ClaimReader =
    ClaimReader { of_match: claims::read, ..ClaimReader::new(ClaimKind::named("tech_statement")) };
