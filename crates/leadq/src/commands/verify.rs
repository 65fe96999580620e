//! `leadq verify`: checks every signal's evidence against the stored pages, offline.

use answer::{VerificationReport, verify};

use crate::output::Output;
use crate::show::{self, ProgressDisplay};
use crate::wiring::Session;

const BROKEN_SHOWN: usize = 20;
const QUOTE_CHARS: usize = 80;

pub(super) async fn run(session: &Session, as_json: bool, quiet: bool) -> anyhow::Result<Output> {
    let mut progress: Option<ProgressDisplay> = None;
    let verified = verify(&session.answers, |done, all| {
        let progress = progress.get_or_insert_with(|| ProgressDisplay::of_things(all, quiet));
        progress.at(done as u64, "checking".to_owned());
    })
    .await;
    if let Some(progress) = progress {
        progress.finish();
    }
    let report = verified?;
    let text = if as_json { show::json(&report)? } else { to_text(&report) };
    Ok(Output { text, is_well: report.is_well() })
}

fn to_text(report: &VerificationReport) -> String {
    let mut text = format!(
        "{} with {}: {} verified, {} expired, {} erased, {} broken\n",
        show::count(report.signals, "signal"),
        show::count(report.evidence, "quote"),
        show::number(report.verified as u64),
        show::number(report.expired as u64),
        show::number(report.erased as u64),
        show::number(report.broken.len() as u64),
    );
    for broken in report.broken.iter().take(BROKEN_SHOWN) {
        let quote = show::clipped(&broken.evidence.quote, QUOTE_CHARS);
        text.push_str(&format!(
            "  broken: {}\n    signal {} · {}\n    “{quote}”\n",
            broken.why, broken.signal, broken.evidence.url
        ));
    }
    if report.broken.len() > BROKEN_SHOWN {
        text.push_str("  `leadq verify --json` lists them all\n");
    }
    for signal in &report.unproven {
        text.push_str(&format!("  broken: signal {signal} has no evidence\n"));
    }
    text
}
