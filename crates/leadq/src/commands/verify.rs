//! `leadq verify`: checks every signal's evidence against the stored pages, and with `--all` every
//! stored byte, offline.

use std::sync::{Arc, OnceLock};

use answer::{AnswerError, VerificationReport, verify};
use flow::{ScrubReport, scrub};
use serde::Serialize;

use crate::cli::VerifyArgs;
use crate::output::Output;
use crate::show::{self, ProgressDisplay};
use crate::wiring::Session;

const BROKEN_SHOWN: usize = 20;
/// The number of damaged places that are shown of each file.
const PLACES_SHOWN: usize = 10;
const QUOTE_CHARS: usize = 80;

/// The result of both checks.
#[derive(Serialize)]
struct WholeReport {
    /// Missing if the database is too damaged to read the evidence.
    #[serde(flatten)]
    evidence: Option<VerificationReport>,
    stored: ScrubReport,
}

pub(super) async fn run(
    session: &Session,
    args: VerifyArgs,
    quiet: bool,
) -> anyhow::Result<Output> {
    if !args.all {
        let report = check_evidence(session, quiet).await?;
        let text = if args.json { show::json(&report)? } else { evidence_text(&report) };
        return Ok(Output { text, is_well: report.is_well() });
    }
    let stored = read_all(session, quiet).await?;
    let evidence = match check_evidence(session, quiet).await {
        Err(AnswerError::Store(error)) if error.is_damage() && !stored.is_well() => None,
        evidence => Some(evidence?),
    };
    let is_well = stored.is_well() && evidence.as_ref().is_some_and(VerificationReport::is_well);
    let report = WholeReport { evidence, stored };
    let text = match args.json {
        true => show::json(&report)?,
        false => {
            let evidence = report.evidence.as_ref().map(evidence_text).unwrap_or_default();
            evidence + &stored_text(&report.stored)
        }
    };
    Ok(Output { text, is_well })
}

async fn check_evidence(session: &Session, quiet: bool) -> answer::Result<VerificationReport> {
    let mut progress: Option<ProgressDisplay> = None;
    let verified = verify(&session.answers, |done, all| {
        let progress = progress.get_or_insert_with(|| ProgressDisplay::of_things(all, quiet));
        progress.at(done as u64, "checking".to_owned());
    })
    .await;
    if let Some(progress) = progress {
        progress.finish();
    }
    verified
}

async fn read_all(session: &Session, quiet: bool) -> anyhow::Result<ScrubReport> {
    let bar: Arc<OnceLock<ProgressDisplay>> = Arc::default();
    let display = Arc::clone(&bar);
    let report = move |done: u64, total: u64, file: &str| {
        let bar = display.get_or_init(|| ProgressDisplay::of_bytes(total, quiet));
        bar.at(done, file.to_owned());
    };
    let stored = scrub(&session.context, Arc::new(report)).await;
    if let Some(bar) = bar.get() {
        bar.finish();
    }
    Ok(stored?)
}

fn evidence_text(report: &VerificationReport) -> String {
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
            show::line(&broken.why),
            broken.signal,
            show::address(&broken.evidence.url)
        ));
    }
    if report.broken.len() > BROKEN_SHOWN {
        text.push_str("  `leadq verify --json` lists them all\n");
    }
    for signal in &report.unproven {
        text.push_str(&format!("  broken: signal {signal} has no evidence\n"));
    }
    for segment in &report.missing_segments {
        text.push_str(&format!(
            "  missing: the segment {segment} has not expired; restore it from a backup\n"
        ));
    }
    text
}

fn stored_text(report: &ScrubReport) -> String {
    let mut text = format!(
        "{} ({} MB) with {} records, and {} references to them ({} expired): {}\n",
        show::count(report.segments, "segment"),
        show::number(report.bytes.div_ceil(1 << 20)),
        show::number(report.records),
        show::number(report.references),
        show::number(report.expired),
        match report.damaged.len() {
            0 => "no damage".to_owned(),
            files => format!("{} damaged", show::count(files, "file")),
        },
    );
    for file in &report.damaged {
        let places = format!("{} damaged", show::number(file.damages));
        text.push_str(&format!("  {}: {places}\n", file.file));
        for fault in file.faults.iter().take(PLACES_SHOWN) {
            text.push_str(&format!("    {fault}\n"));
        }
        for place in file.places.iter().take(PLACES_SHOWN) {
            text.push_str(&format!("    offset {}: {}\n", place.offset, place.why));
        }
        if file.places.len().max(file.faults.len()) > PLACES_SHOWN {
            text.push_str("    `leadq verify --all --json` lists more\n");
        }
    }
    for write in &report.interrupted {
        text.push_str(&format!(
            "  {}: {} bytes at offset {} of a write that a crash interrupted; nothing refers to them\n",
            write.file,
            show::number(write.bytes),
            write.offset
        ));
    }
    for segment in &report.unreferred {
        text.push_str(&format!(
            "  {segment}: no row refers to it; a crash prevented the commit, or the database is older\n"
        ));
    }
    if !report.is_well() {
        text.push_str("→ restore the damaged files from a backup\n");
    }
    text
}
