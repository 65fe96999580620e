//! Running the examples of packs: each must get the answer it states.

use model::{Actor, Claim, Day, SignalStage};

use crate::example::{Example, ExpectedClaim};
use crate::kinds::signal_kind;
use crate::pack::Pack;
use crate::packs::Packs;

/// The day on which histories are evaluated; any day works.
const DECISION_DAY: Day = Day(20_000);

/// The result of one example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleResult {
    /// The pack's kind.
    pub pack: String,
    /// A short form of the example.
    pub text: String,
    /// Whether a claim or a spike was expected.
    pub expect: bool,
    /// The claims or the spike found, for people.
    pub got: String,
    /// Whether the result is the expected one.
    pub ok: bool,
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
