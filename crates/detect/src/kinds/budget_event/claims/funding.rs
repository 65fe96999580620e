//! Funding rounds: the round, its amount and its investors.

use std::sync::LazyLock;

use model::{Actor, Claim, Slots};
use regex::Regex;

use crate::claims::money::Money;
use crate::claims::names;
use crate::claims::rule_match::{ClaimDraft, RuleMatch, normal_form};

const INVESTORS_MAX: usize = 8;
/// Words between the investors of a list.
const LISTING: [&str; 36] = [
    "and",
    "with",
    "participation",
    "from",
    "by",
    "existing",
    "investors",
    "investor",
    "including",
    "joined",
    "as",
    "well",
    "new",
    "of",
    "alongside",
    "also",
    "the",
    "several",
    "other",
    "venture",
    "capital",
    "firm",
    "firms",
    "funds",
    "co-led",
    "und",
    "sowie",
    "et",
    "avec",
    "y",
    "en",
    "beteiligt",
    "participated",
    "other",
    "returning",
    "angels",
];
/// The maximum number of bytes between a match and an amount that belongs to it.
const AFTER_BYTES_MAX: usize = 60;
/// The minimum amount; smaller sums are prizes, prices and private matters.
pub(super) const AMOUNT_MIN: i64 = 50_000;

#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static ROUND: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(concat!(
        r"(?i)(?P<pre>\bpre[\s-]?series[\s-]?[a-k]\b)|(?P<preseed>\bpre[\s-]?seed\b)",
        r"|\bs[ée]ries?[\s-]?(?P<letter>[a-k])(?:[\s-]?\d|\+|\b)",
        r"|(?P<seed>\bseed\b)",
        r"|(?P<debt>\bventure debt\b|\bdebt (?:facility|financing|funding|round)\b|\bcredit facility\b|\bterm loan\b|\bcredit line\b)",
        r"|(?P<growth>\bgrowth[\s-](?:equity|round|funding|capital|financing|investment)\b|\bwachstumsfinanzierung\b)",
        r"|(?P<grant>\bgrants?\b|\bfördermittel\b|\bsubvention\b|\bsubsidie\b)",
    ))
    .unwrap()
});
#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled by every test")]
static INVESTORS: LazyLock<Regex> = LazyLock::new(|| {
    crate::pattern(concat!(
        r"(?i)\b(?:co-)?led (?:jointly )?by\s|\bled the round\b|\bparticipation (?:from|by|of)\s|\bbacked by\s|\bjoined by\s",
        r"|\b(?:angeführt|geführt) von\s|\bunter (?:der )?führung von\s|\bmenée? par\s|\bliderada? por\s|\bguidato da\s|\bonder leiding van\s|\bauprès (?:de|d['’])\s?|\bvon investoren wie\s",
    ))
    .unwrap()
});

/// Reads the round of a match.
pub(crate) fn read(found: &RuleMatch<'_>, actor: &Actor) -> Vec<ClaimDraft> {
    let money = amount(found);
    let round = round_of(found.words()).or_else(|| round_near(found)).unwrap_or("unknown");
    if money.is_none() && round == "unknown" {
        return Vec::new();
    }
    if money.as_ref().is_some_and(|money| money.amount < AMOUNT_MIN) {
        return Vec::new();
    }
    let mut slots = Slots::new();
    slots.insert("round".to_owned(), round.to_owned());
    if let Some(money) = &money {
        slots.insert("amount".to_owned(), money.amount.to_string());
        slots.insert("currency".to_owned(), money.currency.to_owned());
    }
    let investors = investors(found.sentence);
    if let Actor::Named { name, .. } = actor {
        // An investor does not receive the money.
        if investors.iter().any(|investor| names::core(investor) == names::core(name)) {
            return Vec::new();
        }
    }
    if !investors.is_empty() {
        slots.insert("investors".to_owned(), investors.join("; "));
    }
    let subject = match (&money, round) {
        (Some(money), "unknown" | "grant" | "debt") => {
            format!("{round} {} {}", money.amount, money.currency)
        }
        (None, "unknown") => normal_form(found.sentence),
        (_, round) => round.to_owned(),
    };
    vec![ClaimDraft { slots, subject, cost: if money.is_none() { 100 } else { 0 }, until: None }]
}

/// Reports whether two claims are of one round: of one amount, where both name one, and of one
/// name.
pub(crate) fn is_same(best: &Claim, other: &Claim) -> bool {
    let slot = |claim: &Claim, name: &str| claim.slots.get(name).cloned();
    let unknown = slot(other, "round").is_none_or(|round| round == "unknown");
    let amount = slot(other, "amount");
    let agree = amount.is_none() || amount == slot(best, "amount");
    (unknown && agree) || (amount.is_some() && agree && slot(best, "round") == slot(other, "round"))
}

/// Finds the first amount in the match that was read, else the one right after it.
fn amount(found: &RuleMatch<'_>) -> Option<Money> {
    if let Some(money) = found.amounts_in().find_map(|span| span.money) {
        return Some(money);
    }
    let (at, money) = found.money_onward().next()?;
    let between = found.sentence.get(found.end..at)?.to_lowercase();
    let is_of_another = ["total", "valu", "bringing", "follow", "after", "revenue"]
        .iter()
        .any(|word| between.contains(word));
    (between.len() <= AFTER_BYTES_MAX && !is_of_another).then_some(money)
}

fn round_near(found: &RuleMatch<'_>) -> Option<&'static str> {
    // Up to the next clause: "…, bringing its total to …" is about other rounds.
    let after = found.after();
    let clause = after.split([';', '(']).next().unwrap_or(after);
    let stop = [
        "bringing",
        "following",
        "after",
        "since its",
        "total",
        "previous",
        "last year",
        "earlier",
        "to date",
    ]
    .iter()
    .filter_map(|word| clause.find(word))
    .min()
    .unwrap_or(clause.len());
    let clause = clause.get(..stop).unwrap_or(clause);
    let before = found.before();
    let lead = before.rsplit([',', ';', '.']).next().unwrap_or(before);
    round_of(clause).or_else(|| round_of(lead))
}

/// Finds the first round named in `text`.
pub(super) fn round_of(text: &str) -> Option<&'static str> {
    let captures = ROUND.captures_iter(text).next()?;
    if let Some(letter) = captures.name("letter") {
        const SERIES: [&str; 11] = [
            "series_a", "series_b", "series_c", "series_d", "series_e", "series_f", "series_g",
            "series_h", "series_i", "series_j", "series_k",
        ];
        let at = letter.as_str().bytes().next()?.to_ascii_lowercase().checked_sub(b'a')?;
        return SERIES.get(usize::from(at)).copied();
    }
    let named = [
        ("preseed", "pre_seed"),
        ("seed", "seed"),
        ("debt", "debt"),
        ("growth", "growth"),
        ("grant", "grant"),
    ];
    // A "pre-Series A" is neither a seed nor a Series A.
    if captures.name("pre").is_some() {
        return Some("unknown");
    }
    named.iter().find(|(group, _)| captures.name(group).is_some()).map(|(_, round)| *round)
}

/// Finds the investors that the sentence lists.
fn investors(sentence: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for lead in INVESTORS.find_iter(sentence) {
        let rest = sentence.get(lead.end()..).unwrap_or_default();
        let words = names::words(rest);
        let mut at = 0;
        while let Some(word) = words.get(at).filter(|_| found.len() < INVESTORS_MAX) {
            if let Some((name, next)) = names::starting_at(rest, &words, at) {
                let name = rest.get(name.start..name.end).unwrap_or_default().to_owned();
                if !found.contains(&name) {
                    found.push(name);
                }
                at = next.max(at + 1);
            } else if LISTING.contains(&word.lower().as_str()) {
                at += 1;
            } else {
                break;
            }
        }
    }
    found
}
