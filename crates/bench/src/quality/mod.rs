//! Accuracy: compares findings of the real journey with quotes labelled by people.

mod data;
mod figures;
mod findings;
mod judge;
mod kinds;
mod show;
#[cfg(test)]
mod tests;
mod text;
mod world;

use std::collections::BTreeSet;

use detect::Packs;
use serde_json::Value;

use crate::cli::SignalQualityArgs;
use findings::PageFindings;
use judge::judge;
pub(crate) use world::world;

/// Measures `quality signals`.
pub(crate) fn signals(args: &SignalQualityArgs) -> anyhow::Result<Value> {
    let pages = data::read(&args.data)?;
    let findings = findings::of_journey(&pages)?;
    let provable = kinds::provable(&Packs::builtin());
    let figures = scored(&findings, &provable, args.show);
    if !args.json {
        show::table(&figures);
    }
    Ok(figures)
}

/// Computes the figures: of signals over the kinds that one page can prove, of claims over all
/// kinds.
fn scored(findings: &PageFindings, provable: &BTreeSet<&'static str>, is_shown: bool) -> Value {
    let claimed = kinds::claimed();
    let signals = judge(&findings.pages, &findings.signals);
    let claims = judge(&findings.pages, &findings.claims);
    if is_shown {
        show::quotes("signals", &signals, provable, Some(&claims));
        show::quotes("claims", &claims, &claimed, None);
    }
    figures::of(findings, (&signals, provable), (&claims, &claimed))
}
