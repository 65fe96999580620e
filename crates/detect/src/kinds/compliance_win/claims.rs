//! Certifications: the standards in a sentence, and the link to the certificate.

use std::sync::LazyLock;

use model::{Actor, Claim, Slots, Span};
use regex::Regex;

use crate::claims::rule_match::{ClaimDraft, RuleMatch, normal_form};

/// The maximum distance of a link from the sentence, in bytes: the same or a neighbouring
/// paragraph.
const LINK_DISTANCE_MAX: usize = 600;

#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static STANDARD: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(concat!(
        r"(?i)\bsoc\)?[\s-]?(?P<soc>[123])\b(?:(?:[\s,®™-]|\([^)]*\))*type?[\s-]?(?P<type>ii|i|1|2)\b)?",
        r"|\biso(?:\s?/\s?iec)?(?:\s(?:din|en))?[\s:/-]*(?P<iso>27001|27701|27017|27018|42001|22301|20000|9001|14001|13485|45001|50001|37001|22000|17025|15189)\b",
        r"|(?P<more>\b(?:and|,|&|/)\s*(?:iso\s?)?(?P<other>27701|27017|27018|42001|22301|14001|13485|45001|50001))\b",
        r"|(?P<pci>\bpci[\s-]?dss\b)|(?P<hitrust>\bhitrust\b)|(?P<fedramp>\bfedramp\b)|(?P<tisax>\btisax\b)|(?P<bcorp>\bb[\s-]corp(?:oration)?\b)",
        r"|(?P<plain>\bcyber essentials(?: plus)?|\bcsa star|\bisae[\s-]?(?:3402|3000)|\bcmmc\b|\bbsi c5\b|\biatf[\s-]?16949|\bas[\s-]?9100d?\b)",
    ))
    .unwrap()
});

/// Words for the award of a certificate.
#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static GIVEN: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(r"(?i)\b(?:awarded|granted|issued|presented|handed|verliehen|ausgestellt|erteilt|überreicht|übergeben|remis|délivré)\b").unwrap()
});
/// Names of certification bodies.
#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static CERTIFIER: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(r"(?i)\b(?:certif\w*|zertifizier\w*|assurance|auditors?|registrars?|audit|tüv|dekra|dnv|sgs|bsi|lrqa|bureau veritas|intertek|afnor|dqs)\b").unwrap()
});

/// Reads one claim for each standard in the match and the text after it.
pub(super) fn read(found: &RuleMatch<'_>, actor: &Actor) -> Vec<ClaimDraft> {
    // The body that awards a certificate does not earn it.
    if matches!(actor, Actor::Named { name, .. } if CERTIFIER.is_match(name))
        && GIVEN.is_match(found.sentence)
    {
        return Vec::new();
    }
    let url = certificate_url(found);
    let mut drafts: Vec<ClaimDraft> = Vec::new();
    let mut standards = standards(found.onward());
    if standards.is_empty() {
        standards.extend(own_name(found));
    }
    for standard in standards {
        let mut slots = Slots::new();
        slots.insert("standard".to_owned(), standard.clone());
        if let Some(url) = &url {
            slots.insert("certificate_url".to_owned(), url.clone());
        }
        if drafts.iter().all(|draft| draft.subject != standard) {
            drafts.push(ClaimDraft { slots, subject: standard, cost: 0, until: None });
        }
    }
    drafts
}

/// Reports whether the second claim is the first with less precision: "SOC 2" beside "SOC 2 Type
/// II".
pub(super) fn is_same(best: &Claim, other: &Claim) -> bool {
    let standard = |claim: &Claim| claim.slots.get("standard").cloned().unwrap_or_default();
    standard(best).starts_with("soc_2") && standard(other) == "soc_2"
}

/// Returns the name of a certificate without a known number, from the rule's group `standard`.
fn own_name(found: &RuleMatch<'_>) -> Option<String> {
    let name = found.sentence.get(found.named.clone()?)?;
    Some(normal_form(name).replace(' ', "_")).filter(|name| name.len() >= 3)
}

/// Finds the standards named in `text`, in their normal form, in order.
fn standards(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for captures in STANDARD.captures_iter(text) {
        let group = |name: &str| captures.name(name).map(|group| group.as_str());
        let standard = if let Some(soc) = group("soc") {
            let kind = match group("type").map(str::to_lowercase).as_deref() {
                Some("ii" | "2") => "_type_2",
                Some("i" | "1") => "_type_1",
                _ => "",
            };
            format!("soc_{soc}{kind}")
        } else if let Some(number) = group("iso").or(group("other")) {
            format!("iso_{number}")
        } else if let Some(plain) = group("plain") {
            normal_form(plain).replace(' ', "_")
        } else {
            let named = [
                ("pci", "pci_dss"),
                ("hitrust", "hitrust"),
                ("fedramp", "fedramp"),
                ("tisax", "tisax"),
                ("bcorp", "b_corp"),
            ];
            match named.iter().find(|(name, _)| group(name).is_some()) {
                Some((_, standard)) => (*standard).to_owned(),
                None => continue,
            }
        };
        if !found.contains(&standard) {
            found.push(standard);
        }
    }
    found
}

/// Finds a link near the sentence to a certificate, a report, a register or a trust page.
fn certificate_url(found: &RuleMatch<'_>) -> Option<String> {
    let near = found.document.links.iter().filter(|link| {
        let before = found.span.start.saturating_sub(link.span.end);
        let after = link.span.start.saturating_sub(found.span.end);
        before <= LINK_DISTANCE_MAX
            && after <= LINK_DISTANCE_MAX
            && lines_between(found, link.span) <= 1
    });
    let mut best: Option<(usize, usize, &str)> = None;
    for link in near {
        let words = link.span.of(&found.document.text).unwrap_or_default().to_lowercase();
        let Some(rank) = rank(&words, &link.href.to_lowercase()) else { continue };
        let distance = link.span.start.abs_diff(found.span.start);
        if best.is_none_or(|(r, d, _)| (rank, distance) < (r, d)) {
            best = Some((rank, distance, &link.href));
        }
    }
    best.map(|(_, _, href)| href.to_owned())
}

/// Counts the line breaks between the sentence and a link.
fn lines_between(found: &RuleMatch<'_>, link: Span) -> usize {
    let (from, to) = if link.start >= found.span.end {
        (found.span.end, link.start)
    } else {
        (link.end, found.span.start)
    };
    found.document.text.get(from..to).map_or(0, |between| between.matches('\n').count())
}

fn rank(text: &str, href: &str) -> Option<usize> {
    let path = href.split("://").nth(1).unwrap_or(href);
    let has = |text: &str, list: &[&str]| list.iter().any(|word| text.contains(word));
    let certificate =
        ["certificat", "zertifikat", "certificado", "attestation", "registry", "certs/"];
    let audit =
        ["iso27001", "iso-27001", "soc2", "soc-2", "iso_27001", "27001", "audit-report", "soc_2"];
    if path.ends_with(".pdf")
        && (has(path, &certificate) || has(path, &audit) || has(text, &certificate))
    {
        return Some(0);
    }
    if has(
        text,
        &[
            "certificate",
            "zertifikat",
            "certificat ",
            "certificado",
            "certificaat",
            "audit report",
            "attestation",
        ],
    ) {
        return Some(1);
    }
    if has(path, &["certificate", "zertifikat", "certdetails", "certificatedirectory", "registry"])
    {
        return Some(2);
    }
    if path.starts_with("trust.")
        || has(path, &["/trust", "trust-cent", "trustcent"])
        || has(text, &["trust cent", "trust page", "soc 2 report", "soc 3 report"])
    {
        return Some(3);
    }
    has(path, &["/security", "/compliance"])
        .then_some(4)
        .filter(|_| has(text, &["security", "compliance", "report", "soc", "iso"]))
}
