//! Tools: the table of their traces on pages and in DNS, and of their names.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use model::{Actor, Claim, Datum, DatumKind, Document, Permille, SignalStage, Slots};
use serde::Deserialize;

use super::TRACE;
use crate::claims::names;

const TABLE: &str = include_str!("tools.toml");
const MATCHER: &str = "tools/1";

/// A tool. Patterns are lower case; a value matches if one pattern of its kind does.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Tool {
    name: String,
    category: String,
    /// Other ways to write the name.
    aliases: Vec<String>,
    /// The maker, if the tool's name does not contain it.
    maker: String,
    /// Script hosts, with a path if the host serves more than this tool. A leading dot matches any
    /// host below.
    script: Vec<String>,
    /// Header names, or `name: value` with the beginning of the value.
    header: Vec<String>,
    /// Prefixes of TXT records.
    txt: Vec<String>,
    /// Hosts that an SPF record includes.
    spf: Vec<String>,
    /// Suffixes of the targets of MX, CNAME and NS records.
    mx: Vec<String>,
    cname: Vec<String>,
    ns: Vec<String>,
    /// Prefixes of generator values.
    generator: Vec<String>,
    /// The source of these facts.
    source: String,
}

#[derive(Deserialize)]
struct Table {
    tools: Vec<Tool>,
}

/// The table, with an automaton over the names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tools {
    tools: Vec<Tool>,
    names: Option<AhoCorasick>,
    /// The index of the tool of each name in the automaton.
    tool_of_name: Vec<usize>,
}

/// Returns the built-in table, which is parsed on first use.
pub(crate) fn table() -> &'static Tools {
    static BUILTIN: LazyLock<Tools> = LazyLock::new(Tools::builtin);
    &BUILTIN
}

impl Tools {
    /// Parses the table; a test ensures that it is valid.
    fn builtin() -> Self {
        let Ok(table) = toml::from_str::<Table>(TABLE) else { return Self::default() };
        let mut words = Vec::new();
        let mut tool_of_name = Vec::new();
        for (at, tool) in table.tools.iter().enumerate() {
            for name in std::iter::once(&tool.name).chain(&tool.aliases) {
                words.push(name.as_str());
                tool_of_name.push(at);
            }
        }
        let names =
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&words).ok();
        Self { names, tool_of_name, tools: table.tools.clone() }
    }

    /// Returns the tool whose name begins `text`.
    pub(crate) fn named_at_start(&self, text: &str) -> Option<&str> {
        let hit = self.names.as_ref()?.find(text)?;
        let next = text.get(hit.end()..)?.chars().next();
        if hit.start() != 0
            || next.is_some_and(|c| c.is_alphanumeric() || c == '-' && !text.contains("-based"))
        {
            return None;
        }
        let tool = self.tools.get(*self.tool_of_name.get(hit.pattern().as_usize())?)?;
        Some(&tool.name)
    }

    /// Reports whether `company` makes `tool`, so that its statements about it are advertising.
    pub(crate) fn is_maker(&self, company: &str, tool: &str) -> bool {
        let core = names::core(company);
        self.tools.iter().filter(|entry| entry.name == tool).any(|entry| {
            names::core(&entry.maker) == core
                || names::core(&entry.name).starts_with(&core) && core.len() >= 4
        })
    }

    /// Reads the traces of tools in a page's machine-readable data.
    pub(crate) fn traces(&self, document: &Document) -> Vec<Claim> {
        let mut claims = Vec::new();
        for datum in &document.data {
            let Some(channel) = channel_of(datum.kind) else { continue };
            let datum_trace = Trace::of(datum);
            for tool in self.tools.iter().filter(|tool| datum_trace.shows(tool)) {
                claims.push(trace(datum, tool, channel, &datum_trace));
            }
        }
        claims
    }
}

fn channel_of(kind: DatumKind) -> Option<&'static str> {
    match kind {
        DatumKind::Script => Some("script"),
        DatumKind::Header => Some("header"),
        DatumKind::Generator => Some("generator"),
        DatumKind::Dns => Some("dns"),
        _ => None,
    }
}

fn trace(datum: &Datum, tool: &Tool, channel: &str, datum_trace: &Trace) -> Claim {
    let slots = Slots::from([
        ("tool".to_owned(), tool.name.clone()),
        ("channel".to_owned(), channel.to_owned()),
        ("category".to_owned(), tool.category.clone()),
    ]);
    // A verification token only shows that the tool was once set up; it is the weakest trace.
    let confidence = if datum_trace.record == "txt" && !datum_trace.value.starts_with("v=spf1") {
        700
    } else {
        930
    };
    Claim {
        kind: TRACE.kind,
        actor: Actor::Owner,
        slots,
        subject: format!("tech_trace:{}:{channel}", names::core(&tool.name)),
        span: datum.span,
        occurred: None,
        stage: SignalStage::Done,
        confidence: Permille::new(confidence),
        matcher: MATCHER.to_owned(),
    }
}

/// A datum in lower case.
struct Trace {
    kind: DatumKind,
    record: String,
    name: String,
    value: String,
}

impl Trace {
    fn of(datum: &Datum) -> Self {
        let lower = |field: &str| datum.get(field).unwrap_or_default().trim().to_lowercase();
        let value = if datum.kind == DatumKind::Script { lower("src") } else { lower("value") };
        Self {
            kind: datum.kind,
            record: lower("record"),
            name: lower("name"),
            value: value
                .trim_start_matches("https:")
                .trim_start_matches("http:")
                .trim_start_matches("//")
                .trim_matches('"')
                .to_owned(),
        }
    }

    fn shows(&self, tool: &Tool) -> bool {
        match self.kind {
            DatumKind::Script => tool.script.iter().any(|host| is_script_of(&self.value, host)),
            DatumKind::Header => tool.header.iter().any(|header| match header.split_once(": ") {
                Some((name, value)) => self.name == name && self.value.starts_with(value),
                None => self.name == *header,
            }),
            DatumKind::Generator => {
                tool.generator.iter().any(|word| self.value.starts_with(word.as_str()))
            }
            DatumKind::Dns => self.is_record_of(tool),
            _ => false,
        }
    }

    fn is_record_of(&self, tool: &Tool) -> bool {
        let ends = |list: &[String]| {
            let target = self.value.trim_end_matches('.').rsplit(' ').next().unwrap_or_default();
            list.iter().any(|end| {
                target == end || target.ends_with(end.as_str()) && is_label_end(target, end)
            })
        };
        match self.record.as_str() {
            "txt" if self.value.starts_with("v=spf1") => self
                .value
                .split_whitespace()
                .filter_map(|term| {
                    term.trim_start_matches(['+', '?', '~']).strip_prefix("include:")
                })
                .any(|host| {
                    tool.spf.iter().any(|end| {
                        host == end || host.ends_with(end.as_str()) && is_label_end(host, end)
                    })
                }),
            "txt" => tool.txt.iter().any(|token| self.value.starts_with(token.as_str())),
            "mx" => ends(&tool.mx),
            "cname" => ends(&tool.cname),
            "ns" => ends(&tool.ns),
            _ => false,
        }
    }
}

/// Reports whether `end` ends `host` at a dot.
fn is_label_end(host: &str, end: &str) -> bool {
    end.starts_with('.')
        || host.len().checked_sub(end.len() + 1).and_then(|at| host.as_bytes().get(at))
            == Some(&b'.')
}

fn is_script_of(value: &str, pattern: &str) -> bool {
    match pattern.strip_prefix('.') {
        Some(parent) => {
            let host = value.split('/').next().unwrap_or_default();
            let (domain, path) = parent.split_once('/').unwrap_or((parent, ""));
            host.ends_with(domain) && is_label_end(host, domain) && value.contains(path)
        }
        None => value.strip_prefix(pattern).is_some_and(|rest| {
            rest.is_empty() || pattern.contains('/') || rest.starts_with(['/', ':', '?'])
        }),
    }
}

#[cfg(test)]
mod tests;
