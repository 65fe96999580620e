//! Statements about tools: the tool of a match.

use model::{Actor, Slots};

use super::tools;
use crate::claims::names;
use crate::claims::rule_match::{ClaimDraft, RuleMatch};

/// The minimum confidence of a rule, in thousandths, for statements about unknown tools.
const PLAIN_CONFIDENCE: u16 = 800;
/// The confidence deducted for an unknown tool, in thousandths.
const UNKNOWN_COST: u16 = 250;

/// Words that identify an unknown name beside them as software.
const SOFTWARE: [&str; 24] = [
    " platform",
    " software",
    " crm",
    " erp",
    " as its ",
    " as our ",
    " as their ",
    "cloud",
    " saas",
    " database",
    " warehouse",
    " system",
    " suite",
    " for all ",
    "analytics",
    " helpdesk",
    " tool",
    " stack",
    " hosting",
    " payroll",
    " billing",
    " plattform",
    " als ",
    "-system",
];

/// Reads the tool in the rule's group `tool`: a known one, or a capitalised name among words of
/// software.
pub(super) fn read(found: &RuleMatch<'_>, actor: &Actor) -> Vec<ClaimDraft> {
    let Some(start) = found.named.as_ref().map(|named| named.start) else { return Vec::new() };
    let path = found.document.url.split("://").nth(1).unwrap_or_default().to_lowercase();
    let policy =
        ["privacy", "cookie", "datenschutz", "impressum", "terms", "legal", "gdpr", "subprocessor"];
    if policy.iter().any(|word| path.contains(word)) {
        return Vec::new();
    }
    let rest = found.sentence.get(start..).unwrap_or_default();
    let tools = tools::table();
    let known_tool = tools.named_at_start(rest);
    let (tool, cost) = match known_tool {
        Some(tool) => (tool.to_owned(), 0),
        // Only the clearest words of adoption may name an unknown tool.
        None if found.rule.confidence >= PLAIN_CONFIDENCE => match unknown(found, rest) {
            Some(tool) => (tool, UNKNOWN_COST),
            None => return Vec::new(),
        },
        None => return Vec::new(),
    };
    if let Actor::Named { name, .. } = actor {
        if names::core(name) == names::core(&tool) || tools.is_maker(name, &tool) {
            return Vec::new();
        }
        // "GitHub Actions runs on Azure" is about a product, not a customer.
        if found.rule.confidence < PLAIN_CONFIDENCE && tools.named_at_start(name).is_some() {
            return Vec::new();
        }
    }
    let subject = names::core(&tool);
    if subject.is_empty() {
        return Vec::new();
    }
    let slots = Slots::from([("tool".to_owned(), tool)]);
    vec![ClaimDraft { slots, subject, cost, until: None }]
}

fn unknown(found: &RuleMatch<'_>, rest: &str) -> Option<String> {
    let lower = format!(" {} ", found.sentence.to_lowercase());
    if !SOFTWARE.iter().any(|word| lower.contains(word))
        && !rest.contains(" ERP")
        && !rest.contains(" CRM")
    {
        return None;
    }
    let words = names::words(rest);
    let (name, _) = names::starting_at(rest, &words, 0)?;
    if name.start > 0 {
        return None;
    }
    let tool = rest.get(name.start..name.end)?;
    // One short word may be anything; a place or a person is no tool.
    (tool.chars().count() >= 3 && tool.split_whitespace().count() <= 4).then(|| tool.to_owned())
}
