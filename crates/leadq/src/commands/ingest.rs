//! `leadq ingest`: takes in files as records, and processes the records.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use flow::{Accepted, Intake, JourneyEngine, Role, SentWork};
use ingest::{Capture, Options, Rejected, Taken};
use model::{Topic, shortened};
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::cli::IngestArgs;
use crate::config::UsageError;
use crate::journey;
use crate::output::Output;
use crate::show::{self, ProgressDisplay};
use crate::wiring::{EngineHandle, Session};

/// The maximum number of records read ahead, and their maximum total size.
const AHEAD_MAX: usize = 64;
const AHEAD_KB_MAX: u32 = 16 * 1024;
/// The maximum number of records made durable together: they share an fsync, but never wait for
/// records of the next file.
const BATCH: usize = 64;
const CAUSES_SHOWN: usize = 5;
const CAUSE_BYTES_MAX: usize = 500;
/// The maximum time that the command waits for its records if other processes go on with them.
const PROCESSED_MAX: Duration = Duration::from_secs(300);
/// The pause while too many records are waiting.
const ROOM_POLL: Duration = Duration::from_millis(200);

/// The result of an intake.
#[derive(Debug, Default, Serialize)]
struct Summary {
    accepted: usize,
    duplicates: usize,
    /// The first rejections.
    rejected: Vec<RejectedRecord>,
    rejected_count: usize,
    /// The kinds of notes on parts that are ignored.
    notes: Vec<NotedKind>,
    note_count: usize,
    unreadable: Vec<String>,
    /// The number of links, and of files in other formats, in the given folders.
    left_out: usize,
    new_signals: u64,
    /// Whether all records were processed.
    settled: bool,
    /// The reason why they were not processed yet.
    pending: Option<String>,
}

/// A record that was rejected.
#[derive(Debug, Serialize)]
struct RejectedRecord {
    /// Its place: a file, and a line or an address; missing if it was refused when it was stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<String>,
    reason: String,
}

/// A kind of note, and how often it was made.
#[derive(Debug, Serialize)]
struct NotedKind {
    note: String,
    count: usize,
}

impl Summary {
    /// Adds the notes of a batch.
    fn add_notes(&mut self, notes: BTreeMap<String, i64>) {
        for (note, count) in notes {
            let count = usize::try_from(count).unwrap_or(0);
            self.note_count += count;
            match self.notes.iter_mut().find(|known| known.note == note) {
                Some(known) => known.count += count,
                None => self.notes.push(NotedKind { note, count }),
            }
        }
    }

    /// Reports whether every file was read and, if there were records, any of them was accepted or
    /// known already.
    fn is_well(&self) -> bool {
        let is_any_known = self.accepted + self.duplicates > 0;
        self.unreadable.is_empty() && (is_any_known || self.rejected_count == 0)
    }
}

/// A record read ahead, with its share of the memory limit.
struct Ahead {
    item: Taken,
    _permit: OwnedSemaphorePermit,
}

pub(super) async fn run(
    session: &Session,
    args: &IngestArgs,
    quiet: bool,
) -> anyhow::Result<Output> {
    let mut summary = Summary::default();
    let files = files_of(&args.files, &mut summary);
    if args.url.is_some() && files.len() > 1 {
        let count = files.len();
        let problem = format!("--url applies to one saved page, but there are {count} files");
        return Err(UsageError(problem).into());
    }
    journey::profile(&session.answers, quiet).await?;
    let begun = session.context.now();
    // Without waiting, the work is left to other processes, and a cluster's partitions do not move.
    let role = if args.no_wait { Role::Door } else { Role::All };
    let engine = session.start_as(role).await?;
    let progress = ProgressDisplay::of_bytes(total_bytes(&files), quiet);
    let done = ingest_all(session, &engine, args, &files, &progress, &mut summary).await;
    let sent = SentWork { is_backfill: true, ..journey::sent_to(Topic::RawEvents) };
    let settled = match (&done, args.no_wait) {
        (Ok(()), false) => {
            journey::settle_sent(session, &engine, sent, PROCESSED_MAX, &progress).await
        }
        _ => Ok(None),
    };
    progress.finish();
    engine.stop().await;
    done?;
    summary.pending = settled?;
    summary.settled = !args.no_wait && summary.pending.is_none();
    summary.new_signals = answer::new_signals(&session.answers, begun).await?;
    let text = match (args.acks, args.json) {
        (true, _) => String::new(),
        (false, true) => show::json(&summary)?,
        (false, false) => to_text(&summary),
    };
    if args.acks && !quiet {
        show::warn(to_text(&summary).trim_end());
    }
    Ok(Output { text, is_well: summary.is_well() })
}

/// Lists the given files and all files in the given folders; records omissions in the summary.
fn files_of(paths: &[PathBuf], summary: &mut Summary) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in paths {
        match ingest::files_of(path) {
            Ok(listed) => {
                files.extend(listed.paths);
                summary.left_out += listed.left_out;
            }
            Err(error) => summary.unreadable.push(error.to_string()),
        }
    }
    files
}

async fn ingest_all(
    session: &Session,
    engine: &EngineHandle,
    args: &IngestArgs,
    files: &[PathBuf],
    progress: &ProgressDisplay,
    summary: &mut Summary,
) -> anyhow::Result<()> {
    let intake = Intake::new(engine).for_backfill();
    // Without stages in this process, waiting for room could last for ever.
    let processing = (!args.no_wait || engine.is_shared()).then_some(&**engine);
    let capacity = Arc::new(Semaphore::new(AHEAD_KB_MAX as usize));
    let mut done_bytes = 0;
    for file in files {
        let options = Options {
            url: args.url.clone(),
            observed: args.observed,
            ..Options::at(session.context.now())
        };
        let path = file.clone();
        let opened = tokio::task::spawn_blocking(move || ingest::open(&path, options)).await?;
        match opened {
            Ok(stream) => {
                let (sender, receiver) = mpsc::channel(AHEAD_MAX);
                let reader = read_ahead(stream, Arc::clone(&capacity), sender);
                let file_progress = FileProgress {
                    display: progress,
                    name: name_of(file),
                    done_bytes,
                    acks: args.acks,
                    processing,
                };
                ingest_file(session, &intake, receiver, &file_progress, summary).await?;
                reader.join().map_err(|_| anyhow::anyhow!("reading {} failed", file.display()))?;
            }
            Err(error) => summary.unreadable.push(error.to_string()),
        }
        done_bytes += size_of(file);
    }
    Ok(())
}

/// Reads on a blocking thread until the end of the stream, or until the receiver is dropped.
fn read_ahead(
    stream: ingest::Stream,
    capacity: Arc<Semaphore>,
    sender: mpsc::Sender<Ahead>,
) -> std::thread::JoinHandle<()> {
    let runtime = tokio::runtime::Handle::current();
    std::thread::spawn(move || {
        for item in stream {
            let kb = u32::try_from(size(&item) / 1024).unwrap_or(u32::MAX).clamp(1, AHEAD_KB_MAX);
            let permit = runtime.block_on(Arc::clone(&capacity).acquire_many_owned(kb));
            let Ok(permit) = permit else { return };
            if sender.blocking_send(Ahead { item, _permit: permit }).is_err() {
                return;
            }
        }
    })
}

/// The progress shown, and the acknowledgements, while a file is read.
struct FileProgress<'a> {
    display: &'a ProgressDisplay,
    name: String,
    done_bytes: u64,
    acks: bool,
    /// The engine that processes the records, if it runs here.
    processing: Option<&'a JourneyEngine>,
}

async fn ingest_file(
    session: &Session,
    intake: &Intake,
    mut receiver: mpsc::Receiver<Ahead>,
    progress: &FileProgress<'_>,
    summary: &mut Summary,
) -> anyhow::Result<()> {
    let mut read_bytes = 0;
    while let Some(first) = receiver.recv().await {
        let mut batch = IntakeBatch::default();
        let mut next = Some(first);
        // Only available records are batched: waiting for more could block forever, because their
        // sender may be waiting for our acknowledgement.
        while let Some(ahead) = next {
            read_bytes += size(&ahead.item) as u64;
            batch.add(ahead);
            next = if batch.records < BATCH { receiver.try_recv().ok() } else { None };
        }
        if let Some(engine) = progress.processing {
            await_room(intake, engine).await?;
        }
        store(session, intake, batch, progress, summary).await?;
        let pages = show::number(summary.accepted as u64);
        progress
            .display
            .at(progress.done_bytes + read_bytes, format!("{} · {pages} pages", progress.name));
    }
    Ok(())
}

/// Waits while so many records are waiting that no more should be taken in.
async fn await_room(intake: &Intake, engine: &JourneyEngine) -> anyhow::Result<()> {
    while intake.is_full().await? {
        tokio::select! {
            failure = engine.failed() => return Err(failure.into()),
            () = tokio::time::sleep(ROOM_POLL) => {}
        }
    }
    Ok(())
}

#[derive(Default)]
struct IntakeBatch {
    records: usize,
    captures: Vec<Capture>,
    rejected: Vec<Rejected>,
    notes: BTreeMap<String, i64>,
    permits: Vec<OwnedSemaphorePermit>,
}

impl IntakeBatch {
    fn add(&mut self, ahead: Ahead) {
        self.records += 1;
        self.permits.push(ahead._permit);
        match ahead.item {
            Taken::Record(capture) => {
                for note in &capture.notes {
                    *self.notes.entry(note.code.clone().into_owned()).or_default() += 1;
                }
                self.captures.push(*capture);
            }
            Taken::Rejected(rejected) => self.rejected.push(rejected),
            Taken::Noted(note) => *self.notes.entry(note.code.into_owned()).or_default() += 1,
        }
    }
}

/// Makes a batch durable, and acknowledges it only then.
async fn store(
    session: &Session,
    intake: &Intake,
    batch: IntakeBatch,
    progress: &FileProgress<'_>,
    summary: &mut Summary,
) -> anyhow::Result<()> {
    let mut acks = String::new();
    let reject = |summary: &mut Summary, origin: Option<&str>, cause: &str| {
        summary.rejected_count += 1;
        if summary.rejected.len() < CAUSES_SHOWN {
            let origin = origin.map(|origin| shortened(origin, CAUSE_BYTES_MAX).into_owned());
            let reason = shortened(cause, CAUSE_BYTES_MAX).into_owned();
            summary.rejected.push(RejectedRecord { origin, reason });
        }
    };
    for rejected in &batch.rejected {
        reject(summary, Some(&rejected.origin), &rejected.cause);
    }
    if !batch.captures.is_empty() {
        for result in intake.accept(batch.captures).await? {
            match result {
                Accepted::New(id) => {
                    summary.accepted += 1;
                    acks.push_str(&format!("ack {id}\n"));
                }
                Accepted::Duplicate(id) => {
                    summary.duplicates += 1;
                    acks.push_str(&format!("ack {id}\n"));
                }
                Accepted::Refused(cause) => reject(summary, None, &cause),
            }
        }
    }
    // Last, because rejections are the only part that is not deduplicated in a retry.
    intake.reject(batch.rejected).await?;
    flow::count_notes(&session.context, &batch.notes).await?;
    summary.add_notes(batch.notes);
    if progress.acks && !acks.is_empty() {
        let mut out = std::io::stdout().lock();
        out.write_all(acks.as_bytes())?;
        out.flush()?;
    }
    Ok(())
}

/// Computes the number of bytes read from the file, as far as it is known.
fn size(item: &Taken) -> usize {
    match item {
        Taken::Record(capture) => capture.member.as_ref().map_or(capture.block.len(), Vec::len),
        Taken::Rejected(rejected) => rejected.kept.len(),
        Taken::Noted(_) => 0,
    }
}

fn size_of(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |metadata| metadata.len())
}

fn total_bytes(files: &[PathBuf]) -> u64 {
    files.iter().map(|file| size_of(file)).sum()
}

fn name_of(file: &Path) -> String {
    file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn to_text(summary: &Summary) -> String {
    let mut text = format!(
        "taken in {}, known already {}, rejected {}\n",
        show::number(summary.accepted as u64),
        show::number(summary.duplicates as u64),
        show::number(summary.rejected_count as u64),
    );
    for RejectedRecord { origin, reason } in &summary.rejected {
        let origin = origin.as_ref().map(|origin| format!("{origin}: ")).unwrap_or_default();
        text.push_str(&format!("  rejected: {}\n", show::line(&format!("{origin}{reason}"))));
    }
    if summary.rejected_count > summary.rejected.len() {
        text.push_str("  `leadq dead ingest` lists them all\n");
    }
    for NotedKind { note, count } in &summary.notes {
        text.push_str(&format!("  note: {}, {count} times\n", show::line(note)));
    }
    for problem in &summary.unreadable {
        text.push_str(&format!("  not read: {}\n", show::line(problem)));
    }
    if summary.left_out > 0 {
        let count = show::number(summary.left_out as u64);
        text.push_str(&format!("  left out {count}: files of other formats, or links\n"));
    }
    if summary.settled {
        text.push_str(&format!("new signals {}\n", show::number(summary.new_signals)));
    } else {
        let pending = summary.pending.as_deref();
        let pending =
            pending.unwrap_or("durable; `leadq ingest` without a file processes the records");
        text.push_str(&format!("{pending}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_intake_without_a_single_usable_record_fails() {
        for (accepted, duplicates, rejected_count, unreadable, is_well) in [
            (3, 0, 0, 0, true),
            (1, 0, 9, 0, true),
            (0, 1, 9, 0, true),
            (0, 0, 0, 0, true),
            (0, 0, 1, 0, false),
            (0, 0, 9, 0, false),
            (3, 0, 0, 1, false),
        ] {
            let unreadable = vec![String::new(); unreadable];
            let summary =
                Summary { accepted, duplicates, rejected_count, unreadable, ..Summary::default() };
            assert_eq!(summary.is_well(), is_well, "{summary:?}");
        }
    }
}
