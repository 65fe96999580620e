//! An example of a pack: a text or a history with the answer it must get.

use std::collections::BTreeMap;

use model::{Block, BlockKind, Datum, DatumKind, Day, Document, Link, SignalStage, Slots, Span};
use serde::Deserialize;

/// A text, or a small history, with its expected result.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Example {
    /// The lines of a page; `# ` begins a title, `## ` a heading, `- ` a list item.
    /// `[words](address)` is a link.
    pub text: String,
    /// The page's address; by default `https://www.<owner>.example/news`.
    pub url: Option<String>,
    /// The name that the site gives itself.
    pub owner: Option<String>,
    /// The publication date that the page gives.
    pub published: Option<Day>,
    /// Machine-readable data: `kind` and the fields listed at [`DatumKind`].
    pub data: Vec<BTreeMap<String, String>>,
    /// All claims that the text must yield; none for a look-alike.
    pub claims: Vec<ExpectedClaim>,
    /// For packs that count: `[days before the decision, new openings first observed that day]`;
    /// days not listed had none, and the earliest day listed is the first day of observation.
    pub history: Vec<(u32, u32)>,
    /// The expected result of a history.
    pub spike: bool,
}

/// A claim an example must yield.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ExpectedClaim {
    /// The name of the [`model::ClaimKind`].
    pub kind: String,
    /// The name of the actor, or `owner`.
    pub actor: String,
    /// Slots that must have these values; others may be present.
    pub slots: Slots,
    /// The stage, if it is not `announced`.
    pub stage: Option<SignalStage>,
}

impl Example {
    /// Reports whether the example is a positive one, not a look-alike.
    pub fn expects(&self) -> bool {
        if self.history.is_empty() {
            self.claims.iter().any(|claim| claim.stage != Some(SignalStage::Planned))
        } else {
            self.spike
        }
    }

    /// Builds the document of the example.
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
    let (text, rest) = rest.split_once("](")?;
    let (href, after) = rest.split_once(')')?;
    Some((before, text, href, after))
}

fn push_datum(document: &mut Document, fields: &BTreeMap<String, String>) {
    let kind_name = fields.get("kind").map(String::as_str).unwrap_or_default();
    let Some(kind) = DatumKind::parse(kind_name) else { return };
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
