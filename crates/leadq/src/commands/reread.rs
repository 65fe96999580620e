//! `leadq reread`: reads the stored pages again by the rules of this version, shows what would change,
//! and changes it.

use std::io::IsTerminal as _;

use anyhow::bail;
use flow::{Reread, RereadDiff, RereadFilter, SentWork, SignalChange, SignalChangeKind};
use inquire::Confirm;
use model::Topic;
use serde::Serialize;
use store::db::RereadCounts;

use crate::cli::RereadArgs;
use crate::config::UsageError;
use crate::journey;
use crate::output::Output;
use crate::show::{self, ProgressDisplay};
use crate::wiring::{EngineHandle, Session};

/// The number of changes that are shown; `--json` lists more.
const CHANGES_SHOWN: usize = 100;
/// Everything that may be waiting, from its beginning.
const EVERYTHING: SentWork =
    SentWork { topic: Topic::RawEvents, has_jobs: true, is_backfill: true };
/// What promotion sends.
const WOKEN: SentWork = SentWork { topic: Topic::CleanEvents, has_jobs: true, is_backfill: true };

/// The result of a run.
#[derive(Serialize)]
struct RereadReport {
    run: String,
    #[serde(flatten)]
    counts: RereadCounts,
    #[serde(flatten)]
    diff: RereadDiff,
    /// Whether the changes were made.
    is_promoted: bool,
    /// Why they are not visible yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pending: Option<String>,
}

impl RereadReport {
    /// Reports whether nothing would change.
    fn is_empty(&self) -> bool {
        self.counts.differing == 0 && !self.diff.is_outdated
    }
}

/// Checks that somebody can be asked, or need not be.
pub(super) fn check(args: &RereadArgs) -> anyhow::Result<()> {
    let is_clear = args.dry_run || args.yes;
    if !is_clear && (args.json || !std::io::stdin().is_terminal()) {
        let why = "nobody can be asked here: use --dry-run to see what would change, or --yes";
        return Err(UsageError(why.to_owned()).into());
    }
    Ok(())
}

pub(super) async fn run(
    session: &Session,
    args: &RereadArgs,
    quiet: bool,
) -> anyhow::Result<Output> {
    let engine = session.start().await?;
    let report = reread(session, &engine, args, quiet).await;
    engine.stop().await;
    let report = report?;
    Ok(Output::well(if args.json { show::json(&report)? } else { to_text(&report, args) }))
}

async fn reread(
    session: &Session,
    engine: &EngineHandle,
    args: &RereadArgs,
    quiet: bool,
) -> anyhow::Result<RereadReport> {
    let (context, most) = (&session.context, journey::SENT_MAX);
    flow::resume_promotion(context).await?;
    let progress = ProgressDisplay::of_things(0, quiet);
    // A page that is still to be read for the first time would count as one that is read differently.
    let pending = journey::settle_sent(session, engine, EVERYTHING, most, &progress).await?;
    if let Some(pending) = pending {
        bail!("pages are still waiting to be read; run the command again later ({pending})");
    }
    let filter = RereadFilter { since: args.since, domain: args.domain.clone() };
    let reread = Reread::begin(context, &filter).await?;
    let mut reread = if engine.is_shared() { reread.yielding() } else { reread };
    let progress = ProgressDisplay::of_things(usize::try_from(reread.captures().await?)?, quiet);
    while reread.read_some().await? {
        let RereadCounts { pages, differing, expired, unreadable } = reread.counts();
        let message = format!("reading: {differing} differ");
        progress.at(pages + expired + unreadable, message);
    }
    let (read, mut companies) = (reread.counts().pages, 0);
    let diff = reread.diff(|| {
        companies += 1;
        progress.at(read, format!("comparing signals: {}", show::number(companies)));
    });
    let diff = diff.await;
    progress.finish();
    let (run, counts) = (reread.id().to_owned(), reread.counts());
    let mut report = RereadReport { run, counts, diff: diff?, is_promoted: false, pending: None };
    // Without a difference there is nothing to agree to, but facts, which no signal shows, may still
    // follow other rules.
    if args.dry_run || !(args.yes || report.is_empty() || is_agreed(&report)?) {
        reread.discard().await?;
        return Ok(report);
    }
    reread.promote().await?;
    engine.nudge();
    report.is_promoted = true;
    report.pending = journey::settle_sent(session, engine, WOKEN, most, &progress).await?;
    Ok(report)
}

/// Shows the changes, and asks whether to make them.
fn is_agreed(report: &RereadReport) -> anyhow::Result<bool> {
    show::print(&changes_text(report))?;
    Ok(Confirm::new("Make these changes?").with_default(false).prompt()?)
}

fn to_text(report: &RereadReport, args: &RereadArgs) -> String {
    // Whoever was asked has seen the changes.
    let mut text = match args.dry_run || args.yes || report.is_empty() {
        true => changes_text(report),
        false => String::new(),
    };
    if report.is_empty() {
        return text;
    }
    text.push_str(match (report.is_promoted, args.dry_run) {
        (true, _) => "done: what is stored follows the rules of this version\n",
        (false, true) => "nothing was changed; `leadq reread` makes these changes\n",
        (false, false) => "nothing was changed\n",
    });
    if let Some(pending) = &report.pending {
        text.push_str(&format!("{pending}\n"));
    }
    text
}

fn changes_text(report: &RereadReport) -> String {
    let RereadReport { counts, diff, .. } = report;
    let pages = |count: u64| show::count(usize::try_from(count).unwrap_or(usize::MAX), "page");
    let mut text =
        format!("{} read differently, of {}", pages(counts.differing), pages(counts.pages));
    if counts.expired > 0 {
        text.push_str(&format!("; {} expired", pages(counts.expired)));
    }
    if counts.unreadable > 0 {
        text.push_str(&format!("; {} could not be read (see the log)", pages(counts.unreadable)));
    }
    text.push('\n');
    if report.is_empty() {
        return text;
    }
    let [gained, lost, changed] = [diff.gained, diff.lost, diff.changed].map(show::number);
    text.push_str(&format!("signals: {gained} gained, {lost} lost, {changed} changed\n"));
    for change in diff.changes.iter().take(CHANGES_SHOWN) {
        text.push_str(&change_text(change));
    }
    if diff.gained + diff.lost + diff.changed > CHANGES_SHOWN as u64 {
        text.push_str("  `leadq reread --dry-run --json` lists more\n");
    }
    text
}

fn change_text(change: &SignalChange) -> String {
    let SignalChange { company, kind, sentence, before, url, .. } = change;
    let sign = match change.change {
        SignalChangeKind::Gained => '+',
        SignalChangeKind::Lost => '-',
        SignalChangeKind::Changed => '~',
    };
    let name = &company.name;
    let mut text = show::wrapped(&format!("{sign} {name} · {kind}: {sentence}"), "  ");
    if let Some(before) = before.as_ref().filter(|before| *before != sentence) {
        text.push_str(&show::wrapped(&format!("before: {before}"), "    "));
    }
    text.push_str(&format!("    {}\n", show::address(url)));
    text
}
