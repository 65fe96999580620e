//! Rules and vetoes of the packs: macros expanded, regexes built under a size limit.

use std::sync::OnceLock;

use model::ClaimKind;
use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use toml::Spanned;

/// The maximum size of one compiled pattern, in bytes; a pattern that needs more is a mistake.
const PATTERN_BYTES_MAX: usize = 4 << 20;
/// The maximum size of a pattern's search cache on each thread, in bytes, because it fills up with
/// the pages read, and there are many patterns.
const CACHE_BYTES_MAX: usize = 64 << 10;
const CUE_CHARS_MIN: usize = 3;

/// Patterns that packs share, written `{name}` in a pattern.
const MACROS: [(&str, &str); 6] = [
    ("gap", r"(?:[^\s;:!?]+\s+){0,7}?"),
    ("near", r"(?:[^\s;:!?,]+\s+){0,3}?"),
    // Amounts are masked before a pattern with this macro runs: `claims::money` finds them.
    ("money", "\u{1}+"),
    (
        "round",
        r"(?:pre[\s-]?seed|pre[\s-]?series[\s-]?[a-k]|seed(?:[\s-]?plus)?|s[ée]ries?[\s-]?(?-i:[A-Ka-k])\d?\+?\b|growth[\s-]equity|growth (?:round|funding|capital|financing|investment)|venture debt|debt (?:facility|financing|funding|round)|bridge (?:round|financing)|grant)",
    ),
    (
        "standard",
        r"\(?(?:\bsoc\)?[\s-]?[123]\b(?:[\s,®™-]*(?:type|typ)[\s-]?(?:iii?|i|1|2)\b)?|iso(?:\s?/\s?iec)?(?:\s(?:din|en))?[\s:/-]*(?:27001|27701|27017|27018|42001|22301|20000(?:-1)?|9001|14001|13485|45001|50001|37001|22000|17025|15189)\b(?::20\d\d)?|\bpci[\s-]?dss|\bhitrust|\bfedramp|\btisax|\bcyber essentials(?: plus)?|\bcsa star|\bisae[\s-]?(?:3402|3000)|\bb[\s-]corp(?:oration)?\b|\bcmmc\b|\bbsi c5\b|\biatf[\s-]?16949|\bas[\s-]?9100d?\b)",
    ),
    (
        "public",
        r"(?-i:\b(?:Ministr(?:y|ies)|Department (?:of|for)|Agency|Authority|Authorities|City of|City Council|Council|County|Municipality|Government|Commission|Federal|State of|NHS|University|Hospital Trust|Army|Navy|Air Force|Marine Corps|Defen[cs]e|NATO|NASA|ESA|European Union|Police|Home Office|Treasury|Railways|Ministerium|Bundes\w+|Stadt|Landkreis|Land|Minist[èe]re|Ville|Mairie|R[ée]gion|Ayuntamiento|Ministerio|Junta|Gobierno|Gemeente|Ministerie|Provincie|Comune|Regione|Borough|Water Board|(?:Foundation|Harbour|Port|School) Trust|Métropole|Département|Commune|Communauté|Syndicat|Préfecture|Hôpital|Centre hospitalier|Université|Universität|Klinikum|Hochschule|Stadtwerke|Verkehrsbetriebe|Wasserverband|Zweckverband|Gemeinde|Freistaat|Universitätsklinikum|[A-Z]\w*ministerium)\b|(?i:\b(?:ministry|government|federal|municipal|city|county|public[\s-]sector|state)\b))",
    ),
];

/// A rule as written in a pack: if a sentence contains one of the cues and the pattern matches, it
/// makes a claim.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleText {
    pub(crate) claim: Spanned<ClaimKind>,
    /// The language as ISO 639-1, for the human reader of the pack only.
    #[serde(rename = "lang")]
    _lang: String,
    pub(crate) cues: Spanned<Vec<String>>,
    pub(crate) pattern: Spanned<String>,
    /// A pattern that must match somewhere in the same block.
    #[serde(default)]
    pub(crate) context: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) actor: ActorPlace,
    #[serde(default)]
    pub(crate) planned: bool,
    #[serde(default)]
    pub(crate) confidence: Option<f64>,
}

/// A veto as written in a pack.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VetoText {
    pub(crate) claims: Vec<Spanned<ClaimKind>>,
    #[serde(rename = "lang")]
    _lang: String,
    pub(crate) pattern: Spanned<String>,
    #[serde(default)]
    pub(crate) scope: VetoScope,
    #[serde(default)]
    pub(crate) effect: VetoEffect,
}

/// The place of a rule's actor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ActorPlace {
    /// The subject: before the match.
    #[default]
    Before,
    /// Directly after the match, or at its group `actor`.
    After,
    /// The page's owner.
    Owner,
    /// The page's owner, on a page that is certainly about the owner.
    OwnPage,
    /// The page's owner, on a page about its own affairs: blog, newsroom, release notes.
    OwnBlog,
    /// An organisation named before the sentence.
    Earlier,
}

/// The part of a sentence in which a veto searches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum VetoScope {
    /// The whole sentence.
    #[default]
    Sentence,
    /// The words before the match.
    Before,
    /// The match itself.
    Match,
    /// The words after the match.
    After,
}

/// The effect of a veto.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum VetoEffect {
    /// No claim.
    #[default]
    Drop,
    /// The claim is marked as planned.
    Planned,
}

/// A pattern of a pack. It is compiled when a sentence first needs it, because there are hundreds,
/// most commands read no page, and most pages activate few of them.
#[derive(Debug, Clone)]
pub(crate) struct PackPattern {
    text: String,
    compiled: OnceLock<Option<Regex>>,
}

/// The constructor of a pack's patterns. An error is its byte offset, and the problem with its fix.
pub(crate) type MakePattern = fn(&Spanned<String>) -> Result<PackPattern, (usize, String)>;

impl PackPattern {
    /// Creates a pattern of a pack that a test compiles, without compiling it.
    pub(crate) fn trusted(text: &Spanned<String>) -> Result<Self, (usize, String)> {
        Ok(Self { text: text.as_ref().clone(), compiled: OnceLock::new() })
    }

    /// Creates and compiles a pattern of a pack that no test has compiled.
    pub(crate) fn checked(text: &Spanned<String>) -> Result<Self, (usize, String)> {
        let compiled = compiled(text.as_ref()).map_err(|problem| (text.span().start, problem))?;
        Ok(Self { text: text.as_ref().clone(), compiled: OnceLock::from(Some(compiled)) })
    }

    /// Returns the compiled pattern, or `None` if it does not compile, which its test would report.
    pub(crate) fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| compiled(&self.text).ok()).as_ref()
    }

    /// Reports whether the pattern matches these words.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(text))
    }
}

/// A rule, ready to run.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) claim: ClaimKind,
    pub(crate) cues: Vec<String>,
    pub(crate) pattern: PackPattern,
    /// Whether the pattern has an amount of money, and so runs on a sentence with masked amounts.
    pub(crate) has_money: bool,
    pub(crate) context: Option<PackPattern>,
    pub(crate) actor: ActorPlace,
    pub(crate) planned: bool,
    /// The confidence in thousandths.
    pub(crate) confidence: u16,
    /// The pack and its version.
    pub(crate) matcher: String,
}

/// A veto, ready to run.
#[derive(Debug, Clone)]
pub(crate) struct Veto {
    pub(crate) claims: Vec<ClaimKind>,
    pub(crate) pattern: PackPattern,
    pub(crate) scope: VetoScope,
    pub(crate) effect: VetoEffect,
}

impl Rule {
    /// Compiles the text of a pack. An error is its byte offset, and the problem with its fix.
    pub(crate) fn new(
        text: &RuleText,
        matcher: &str,
        make: MakePattern,
    ) -> Result<Self, (usize, String)> {
        let cues = text.cues.as_ref();
        if cues.is_empty() || cues.iter().any(|cue| cue.chars().count() < CUE_CHARS_MIN) {
            let problem = format!(
                "every rule needs cues of {CUE_CHARS_MIN} letters or more; add one that every match contains"
            );
            return Err((text.cues.span().start, problem));
        }
        let confidence = text.confidence.unwrap_or(0.8);
        if !(0.0..=1.0).contains(&confidence) {
            return Err((text.pattern.span().start, "confidence must be 0 to 1".to_owned()));
        }
        Ok(Self {
            claim: *text.claim.as_ref(),
            cues: cues.iter().map(|cue| cue.to_lowercase()).collect(),
            pattern: make(&text.pattern)?,
            has_money: text.pattern.as_ref().contains("{money}"),
            context: text.context.as_ref().map(make).transpose()?,
            actor: text.actor,
            planned: text.planned,
            confidence: model::Permille::from_fraction(confidence).get(),
            matcher: matcher.to_owned(),
        })
    }
}

impl Veto {
    /// Compiles the text of a pack. An error is its byte offset, and the problem with its fix.
    pub(crate) fn new(text: &VetoText, make: MakePattern) -> Result<Self, (usize, String)> {
        let pattern = make(&text.pattern)?;
        let claims = text.claims.iter().map(|claim| *claim.as_ref()).collect();
        Ok(Self { claims, pattern, scope: text.scope, effect: text.effect })
    }
}

fn compiled(pattern: &str) -> Result<Regex, String> {
    let mut expanded = pattern.to_owned();
    for (name, words) in MACROS {
        expanded = expanded.replace(&format!("{{{name}}}"), words);
    }
    RegexBuilder::new(&expanded)
        .case_insensitive(true)
        .ignore_whitespace(false)
        .size_limit(PATTERN_BYTES_MAX)
        .dfa_size_limit(CACHE_BYTES_MAX)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => {
                "the pattern compiles to more than 4 MB; make it shorter or bound its repetitions"
                    .to_owned()
            }
            other => format!("not a regex: {}; correct it", last_line(&other.to_string())),
        })
}

/// Returns the last line of a regex error, which names the problem; the lines before show the whole
/// expanded pattern.
fn last_line(error: &str) -> String {
    error.lines().last().unwrap_or_default().trim().trim_start_matches("error: ").to_owned()
}
