//! Packs: one TOML file per kind of signal, with its rules, its settings and its examples.

use std::collections::BTreeMap;

use model::{Claim, ClaimKind, Document, Note, Polarity};
use serde::Deserialize;
use toml::Spanned;

use crate::claims::Matcher;
use crate::claims::rules::{MakePattern, PackPattern, Rule, RuleText, Veto, VetoText};
use crate::example::Example;
use crate::kinds::{KINDS, claim_reader, claim_readers};
use crate::pack::Pack;

/// An error in a pack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("pack {pack}, line {line}: {problem}")]
pub struct PackError {
    /// The pack's name as the caller gave it.
    pub pack: String,
    /// The line of the error, from 1.
    pub line: usize,
    /// The problem and its fix.
    pub problem: String,
}

/// All packs, read once and used for every page.
#[derive(Debug, Clone)]
pub struct Packs {
    packs: Vec<Pack>,
    matcher: Matcher,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PackFile {
    kind: Spanned<String>,
    version: u32,
    title: String,
    half_life_days: u32,
    same_within_days: u32,
    weight: Spanned<u32>,
    polarity: Polarity,
    identity: Vec<String>,
    from_claims: Vec<Spanned<ClaimKind>>,
    provable_by_one_page: bool,
    #[serde(default)]
    settings: BTreeMap<String, f64>,
    #[serde(default)]
    rules: Vec<RuleText>,
    #[serde(default)]
    vetoes: Vec<VetoText>,
    #[serde(default)]
    examples: Vec<Example>,
}

impl Packs {
    /// Loads the built-in packs.
    pub fn builtin() -> Self {
        // A test parses the builtin packs, so the fallback is never taken.
        let files = KINDS.map(|kind| (kind.name, kind.pack));
        Self::read(&files, PackPattern::trusted)
            .unwrap_or_else(|_| Self { packs: Vec::new(), matcher: Matcher::default() })
    }

    /// Compiles `(name, TOML)` files. Rejects the whole list at the first error.
    pub fn parse(files: &[(&str, &str)]) -> Result<Self, PackError> {
        Self::read(files, PackPattern::checked)
    }

    fn read(files: &[(&str, &str)], make: MakePattern) -> Result<Self, PackError> {
        let mut packs: Vec<Pack> = Vec::new();
        let mut rules = Vec::new();
        let mut vetoes = Vec::new();
        for (name, text) in files {
            let file = read(name, text)?;
            if packs.iter().any(|pack| &pack.kind == file.kind.as_ref()) {
                let problem = format!(
                    "kind {:?} is already taken by an earlier pack; rename one",
                    file.kind.as_ref()
                );
                return Err(refuse(name, text, file.kind.span().start, problem));
            }
            let label = format!("{}/{}", file.kind.as_ref(), file.version);
            for rule in &file.rules {
                rules.push(
                    Rule::new(rule, &label, make)
                        .map_err(|(at, problem)| refuse(name, text, at, problem))?,
                );
            }
            for veto in &file.vetoes {
                vetoes.push(
                    Veto::new(veto, make)
                        .map_err(|(at, problem)| refuse(name, text, at, problem))?,
                );
            }
            packs.push(pack_of(file));
        }
        packs.sort_by(|a, b| a.kind.cmp(&b.kind));
        let matcher =
            Matcher::new(rules, vetoes).map_err(|problem| refuse("all", "", 0, problem))?;
        Ok(Self { packs, matcher })
    }

    /// Returns the pack of a kind of signal.
    pub fn get(&self, kind: &str) -> Option<&Pack> {
        self.packs.iter().find(|pack| pack.kind == kind)
    }

    /// Iterates over the packs, sorted by kind.
    pub fn iter(&self) -> impl Iterator<Item = &Pack> {
        self.packs.iter()
    }

    /// Compiles every pattern that no page has needed yet. This takes about a second, which would
    /// otherwise be spent while pages are read.
    pub fn compile(&self) {
        self.matcher.compile();
    }

    /// Reads the claims of a page, sorted by position and without duplicates, and notes on
    /// irregularities.
    pub fn claims(&self, document: &Document) -> (Vec<Claim>, Vec<Note>) {
        self.matcher.claims(document)
    }
}

fn read(name: &str, text: &str) -> Result<PackFile, PackError> {
    let file: PackFile = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        refuse(name, text, start, format!("{}; correct this entry", error.message()))
    })?;
    let kind = file.kind.as_ref();
    if kind.is_empty() || !kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
        let problem = format!("kind {kind:?} must consist of lower-case letters and underscores");
        return Err(refuse(name, text, file.kind.span().start, problem));
    }
    if *file.weight.as_ref() > 100 {
        let problem = "weight must be 0 to 100; lower it".to_owned();
        return Err(refuse(name, text, file.weight.span().start, problem));
    }
    let of_rules = file.rules.iter().map(|rule| &rule.claim);
    let claims = of_rules.chain(file.vetoes.iter().flat_map(|veto| &veto.claims));
    if let Some(claim) =
        claims.chain(&file.from_claims).find(|claim| claim_reader(*claim.as_ref()).is_none())
    {
        let kinds: Vec<&str> = claim_readers().iter().map(|reader| reader.kind.as_str()).collect();
        let problem = format!("claim {claim:?} has no reader; write one of {}", kinds.join(", "));
        return Err(refuse(name, text, claim.span().start, problem));
    }
    Ok(file)
}

fn pack_of(file: PackFile) -> Pack {
    Pack {
        kind: file.kind.into_inner(),
        version: file.version,
        title: file.title,
        half_life_days: file.half_life_days,
        same_within_days: file.same_within_days,
        weight: file.weight.into_inner(),
        polarity: file.polarity,
        identity: file.identity,
        from_claims: file.from_claims.into_iter().map(Spanned::into_inner).collect(),
        provable_by_one_page: file.provable_by_one_page,
        settings: file.settings,
        examples: file.examples,
    }
}

fn refuse(pack: &str, text: &str, at: usize, problem: String) -> PackError {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    PackError { pack: pack.to_owned(), line, problem }
}
