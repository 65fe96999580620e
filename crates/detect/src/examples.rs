//! Examples: the texts and histories every pack must answer rightly, and the run that checks it.

use std::collections::BTreeMap;

use model::{
    Actor, Block, BlockKind, Claim, Datum, DatumKind, Day, Document, Link, SignalStage, Slots, Span,
};
use serde::Deserialize;

use crate::kinds::signal_kind;
use crate::packs::{Pack, Packs};

/// The day on which histories are decided; any would do.
const DECISION_DAY: Day = Day(20_000);

/// A text, or a small history, with the answer it must get.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Example {
    /// Lines of a page; `# ` opens a title, `## ` a heading, `- ` a list item. `[words](address)`
    /// is a link.
    pub text: String,
    /// The page's address; `https://www.<owner>.example/news` when not given.
    pub url: Option<String>,
    /// The site's own name.
    pub owner: Option<String>,
    /// When the page says it was published.
    pub published: Option<Day>,
    /// Machine-readable data: `kind` and the fields listed at [`DatumKind`].
    pub data: Vec<BTreeMap<String, String>>,
    /// The claims that must come out, all of them; none for a look-alike.
    pub claims: Vec<ExpectedClaim>,
    /// For packs that count: `[days before the decision, new openings first seen that day]`; days
    /// not listed had none, and the earliest day listed is the first the source was looked at.
    pub history: Vec<(u32, u32)>,
    /// The answer a history must get.
    pub spike: bool,
}

/// A claim an example must yield.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ExpectedClaim {
    /// [`model::ClaimKind`] as a word.
    pub kind: String,
    /// The name, or `owner`.
    pub actor: String,
    /// Slots that must have these values; others may be there.
    pub slots: Slots,
    /// When not `announced`.
    pub stage: Option<SignalStage>,
}

/// How one example fared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleResult {
    /// The pack's kind.
    pub pack: String,
    /// The example in short.
    pub text: String,
    /// Whether something was to be found.
    pub expect: bool,
    /// What was found, for people.
    pub got: String,
    /// Whether it is what was to be found.
    pub ok: bool,
}

impl Example {
    /// Whether the example is one of the real thing, not a look-alike.
    pub fn expects(&self) -> bool {
        if self.history.is_empty() {
            self.claims.iter().any(|claim| claim.stage != Some(SignalStage::Planned))
        } else {
            self.spike
        }
    }

    /// The example as a page that was read.
    pub fn document(&self) -> Document {
        let owner = self.owner.clone().unwrap_or_default();
        let host: String =
            owner.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        let host = if host.is_empty() { "daily-ledger".to_owned() } else { host };
        let url = self.url.clone().unwrap_or_else(|| format!("https://www.{host}.example/news"));
        let mut document = Document {
            url,
            published: self.published,
            site_name: self.owner.clone(),
            ..Document::default()
        };
        for line in self.text.lines().filter(|line| !line.trim().is_empty()) {
            push_line(&mut document, line.trim());
        }
        document.prose_end = document.text.len();
        for fields in &self.data {
            push_datum(&mut document, fields);
        }
        document
    }
}

fn push_line(document: &mut Document, line: &str) {
    let (kind, words) = match line.split_once(' ') {
        Some(("#", rest)) => (BlockKind::Title, rest),
        Some(("##", rest)) => (BlockKind::Heading(2), rest),
        Some(("-", rest)) => (BlockKind::ListItem, rest),
        _ => (BlockKind::Paragraph, line),
    };
    let start = document.text.len();
    let mut rest = words;
    while let Some((before, words, href, after)) = first_link(rest) {
        document.text.push_str(before);
        let span = Span { start: document.text.len(), end: document.text.len() + words.len() };
        document.text.push_str(words);
        document.links.push(Link { span, href: href.to_owned() });
        rest = after;
    }
    document.text.push_str(rest);
    document.blocks.push(Block { kind, span: Span { start, end: document.text.len() } });
    document.text.push('\n');
}

fn first_link(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (before, rest) = text.split_once('[')?;
    let (words, rest) = rest.split_once("](")?;
    let (href, after) = rest.split_once(')')?;
    Some((before, words, href, after))
}

fn push_datum(document: &mut Document, fields: &BTreeMap<String, String>) {
    let word = fields.get("kind").map(String::as_str).unwrap_or_default();
    let Some(kind) = DatumKind::parse(word) else { return };
    let fields: BTreeMap<String, String> = fields
        .iter()
        .filter(|(name, _)| *name != "kind")
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect();
    let start = document.text.len();
    document.text.push_str(kind.as_str());
    for (name, value) in &fields {
        document.text.push_str(&format!(" | {name}: {value}"));
    }
    let span = Span { start, end: document.text.len() };
    document.text.push('\n');
    document.data.push(Datum { kind, fields, span });
}

impl Packs {
    /// Runs every example, in the packs' order.
    pub fn check_examples(&self) -> Vec<ExampleResult> {
        let mut results = Vec::new();
        for pack in self.iter() {
            for example in &pack.examples {
                results.push(if example.history.is_empty() {
                    self.check_text(pack, example)
                } else {
                    check_history(pack, example)
                });
            }
        }
        results
    }

    fn check_text(&self, pack: &Pack, example: &Example) -> ExampleResult {
        let document = example.document();
        let (claims, _) = self.claims(&document);
        let mut claims: Vec<Claim> =
            claims.into_iter().filter(|claim| pack.from_claims.contains(&claim.kind)).collect();
        let got = claims.iter().map(words_of).collect::<Vec<_>>().join("; ");
        let mut ok = claims.len() == example.claims.len();
        for expected in &example.claims {
            match claims.iter().position(|claim| fits(claim, expected)) {
                Some(at) => drop(claims.remove(at)),
                None => ok = false,
            }
        }
        let text = match example.text.trim() {
            "" => document.text.trim(),
            text => text,
        };
        ExampleResult {
            pack: pack.kind.clone(),
            text: text.replace('\n', " / "),
            expect: example.expects(),
            got: if got.is_empty() { "nothing".to_owned() } else { got },
            ok,
        }
    }
}

fn check_history(pack: &Pack, example: &Example) -> ExampleResult {
    let day = |days_before: u32| Day(DECISION_DAY.0.saturating_sub_unsigned(days_before));
    let counts: Vec<(Day, u32)> =
        example.history.iter().map(|(days_before, count)| (day(*days_before), *count)).collect();
    let shown = signal_kind(&pack.kind).and_then(|kind| kind.shown_by_counts);
    let found = shown.is_some_and(|shown| shown(&counts, pack, DECISION_DAY));
    ExampleResult {
        pack: pack.kind.clone(),
        text: if example.text.is_empty() {
            format!("{:?}", example.history)
        } else {
            example.text.clone()
        },
        expect: example.spike,
        got: if found { "a spike" } else { "nothing" }.to_owned(),
        ok: found == example.spike,
    }
}

fn fits(claim: &Claim, expected: &ExpectedClaim) -> bool {
    claim.kind.as_str() == expected.kind
        && name_of(claim) == expected.actor
        && (expected.stage.is_none() && claim.stage != SignalStage::Planned
            || expected.stage == Some(claim.stage))
        && expected.slots.iter().all(|(name, value)| claim.slots.get(name) == Some(value))
}

fn name_of(claim: &Claim) -> &str {
    match &claim.actor {
        Actor::Owner => "owner",
        Actor::Named { name, .. } => name,
    }
}

fn words_of(claim: &Claim) -> String {
    let slots: Vec<String> =
        claim.slots.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let planned = if claim.stage == SignalStage::Planned { " (planned)" } else { "" };
    format!("{} {}{planned} {}", claim.kind.as_str(), name_of(claim), slots.join(" "))
}
