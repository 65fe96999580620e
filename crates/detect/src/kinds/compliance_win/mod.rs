//! Compliance win: a certification such as ISO 27001 or SOC 2 was earned, preferably with a link to
//! the certificate.

mod claims;
mod findings;

#[cfg(test)]
mod tests;

use model::ClaimKind;

use super::{ClaimReader, EventSort, SignalKind};

/// The row in the list of kinds.
pub(crate) const KIND: SignalKind = SignalKind {
    name: "compliance_win",
    sorts: &[EventSort { what: None, claim: CERTIFICATION.kind, label: "certification" }],
    pack: include_str!("pack.toml"),
    findings: |history, pack, _, today| (findings::findings(history, pack, today), Vec::new()),
    shown_by_counts: None,
};

/// The reader of earned certificates, with the slots `standard` (always) and `certificate_url` (if
/// linked).
pub(crate) const CERTIFICATION: ClaimReader = ClaimReader {
    of_match: claims::read,
    is_same: claims::is_same,
    ..ClaimReader::new(ClaimKind::named("certification"))
};
