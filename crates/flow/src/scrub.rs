//! Scrubbing: reads every stored byte, and every row that refers to some, and reports the damage.
//!
//! The rows come first, a page of them at a time, because they say which part of a segment was
//! acknowledged. Then each segment is read from end to end, then the search index.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::BlobRef;
use serde::Serialize;
use store::Result;
use store::blob::{BlobError, DAMAGES_SHOWN, DamagedPlace, ReferredPart, Segment, SegmentKind};

use crate::context::Context;

/// The number of rows read at a time.
const ROWS: i64 = 1_000;
/// The topic whose dead letters refer to bytes that were set aside.
const INGEST: &str = "ingest";
/// The names under which damage is reported that is not in a segment.
const DATABASE: &str = "database";
const SEARCH: &str = "search";

/// A damaged file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DamagedFile {
    /// The name of the segment, `database` or `search`.
    pub file: String,
    /// The number of damaged places, at least.
    pub damages: u64,
    /// The first damaged places, with their offsets in bytes.
    pub places: Vec<DamagedPlace>,
    /// Damage without an offset: a fault of the database, a missing file.
    pub faults: Vec<String>,
}

/// The end of a segment that was being written when the process or the machine crashed. It was not
/// acknowledged, and nothing refers to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InterruptedWrite {
    /// The name of the segment.
    pub file: String,
    /// The first byte.
    pub offset: u64,
    /// The number of bytes.
    pub bytes: u64,
}

/// The result of a scrub.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ScrubReport {
    /// The number of segments read.
    pub segments: usize,
    /// Their size in bytes.
    pub bytes: u64,
    /// The number of whole records in them.
    pub records: u64,
    /// The number of rows that refer to a record.
    pub references: u64,
    /// The number of those whose segment expired.
    pub expired: u64,
    /// The damaged files.
    pub damaged: Vec<DamagedFile>,
    /// Writes that were interrupted; no damage.
    pub interrupted: Vec<InterruptedWrite>,
    /// The segments of pages that no row refers to: no damage by itself, because a crash may have
    /// prevented the commit, but the database may also be older than they are.
    pub unreferred: Vec<String>,
}

impl ScrubReport {
    /// Reports whether nothing is damaged.
    pub fn is_well(&self) -> bool {
        self.damaged.is_empty()
    }
}

/// A callback that receives the number of bytes read, the number of all, and the current file.
pub type ScrubProgress = Arc<dyn Fn(u64, u64, &str) + Send + Sync>;

/// Reads everything that is stored and reports the damage, with a page of rows and one record in
/// memory at a time.
///
/// # Errors
/// When an engine fails; damage, also of the database, is a result and not an error.
pub async fn scrub(context: &Context, progress: ScrubProgress) -> Result<ScrubReport> {
    let segments = context.blobs.segments().await?;
    let bytes = segments.iter().map(|segment| segment.bytes).sum::<u64>();
    let mut scrub = Scrub {
        context,
        // The rows' bytes are read twice: for their digests, then within their segments.
        bytes_total: bytes.saturating_mul(2),
        bytes_done: 0,
        progress,
        referred: BTreeMap::new(),
        missing: BTreeMap::new(),
        expired: BTreeSet::new(),
        damaged: BTreeMap::new(),
        report: ScrubReport { segments: segments.len(), bytes, ..ScrubReport::default() },
    };
    if scrub.database().await? {
        let read = scrub.rows().await;
        scrub.or_damage(read)?;
    }
    scrub.bytes_done = bytes;
    for segment in segments {
        scrub.segment(segment).await;
    }
    scrub.search_index().await;
    Ok(scrub.finish())
}

struct Scrub<'a> {
    context: &'a Context,
    bytes_total: u64,
    bytes_done: u64,
    progress: ScrubProgress,
    /// The part of each segment that rows refer to.
    referred: BTreeMap<String, ReferredPart>,
    /// The number of references to each segment that is missing.
    missing: BTreeMap<String, u64>,
    expired: BTreeSet<String>,
    damaged: BTreeMap<String, DamagedFile>,
    report: ScrubReport,
}

impl Scrub<'_> {
    fn file(&mut self, name: &str) -> &mut DamagedFile {
        let file = self.damaged.entry(name.to_owned()).or_default();
        name.clone_into(&mut file.file);
        file
    }

    fn fault(&mut self, name: &str, why: String) {
        let file = self.file(name);
        file.damages += 1;
        if file.faults.len() < DAMAGES_SHOWN {
            file.faults.push(why);
        }
    }

    fn place(&mut self, name: &str, place: DamagedPlace) {
        let file = self.file(name);
        // The digest in a row and the checksum of the member report the same place.
        if file.places.iter().any(|known| known.offset == place.offset) {
            return;
        }
        file.damages += 1;
        if file.places.len() < DAMAGES_SHOWN {
            file.places.push(place);
        }
    }

    /// Records damage of the database, and passes on every other error.
    fn or_damage(&mut self, result: Result<()>) -> Result<()> {
        match result {
            Err(error) if error.is_damage() => {
                self.fault(DATABASE, error.to_string());
                Ok(())
            }
            result => result,
        }
    }

    /// Checks the database's own files. Returns whether its rows can be read.
    async fn database(&mut self) -> Result<bool> {
        let faults = match self.context.db.check().await {
            Ok(faults) => faults,
            Err(error) if error.is_damage() => vec![error.to_string()],
            Err(error) => return Err(error),
        };
        let is_well = faults.is_empty();
        faults.into_iter().for_each(|fault| self.fault(DATABASE, fault));
        Ok(is_well)
    }

    /// Compares the bytes of every reference with their digest.
    async fn rows(&mut self) -> Result<()> {
        let context = self.context;
        self.expired = context.db.read(|tx| Box::pin(tx.expired_segments())).await?;
        for is_text in [false, true] {
            let mut after = String::new();
            loop {
                let from = after.clone();
                let page = context.db.read(move |tx| {
                    Box::pin(async move {
                        match is_text {
                            false => tx.raw_blobs_after(&from, ROWS).await,
                            true => tx.text_blobs_after(&from, ROWS).await,
                        }
                    })
                });
                let page = page.await?;
                let Some((last, _)) = page.last() else { break };
                after.clone_from(last);
                self.references(page.into_iter().map(|(_, blob)| blob).collect()).await;
            }
        }
        let (resources, mut from) = (context.resources(), 0);
        while let Some((blobs, next)) = engine::kept_blobs(&resources, INGEST, from).await? {
            from = next;
            self.references(blobs).await;
        }
        Ok(())
    }

    async fn references(&mut self, mut refs: Vec<BlobRef>) {
        // Neighbours in a segment are read one after the other.
        refs.sort_by(|one, other| (&one.segment, one.offset).cmp(&(&other.segment, other.offset)));
        let checked = self.context.blobs.check_digests(refs.clone()).await;
        for (at, checked) in refs.iter().zip(checked) {
            self.report.references += 1;
            self.bytes_done = self.bytes_done.saturating_add(at.length);
            self.referred.entry(at.segment.clone()).or_default().add(at);
            match checked {
                Ok(()) => {}
                Err(BlobError::Missing(segment)) if self.expired.contains(&segment) => {
                    self.report.expired += 1;
                }
                Err(BlobError::Missing(segment)) => *self.missing.entry(segment).or_default() += 1,
                Err(error) => {
                    let why = match error {
                        BlobError::Corrupt { why, .. } => why,
                        // A disk that cannot read a place has damaged it.
                        error => error.to_string(),
                    };
                    self.place(&at.segment, DamagedPlace { offset: at.offset, why });
                }
            }
        }
        if let Some(last) = refs.last() {
            (self.progress)(self.bytes_done, self.bytes_total, &last.segment);
        }
    }

    /// Reads a segment from end to end.
    async fn segment(&mut self, segment: Segment) {
        let referred = self.referred.get(&segment.name).copied().unwrap_or_default();
        if segment.kind == SegmentKind::Raw && referred == ReferredPart::default() {
            self.report.unreferred.push(segment.name.clone());
        }
        let (done, total) = (self.bytes_done, self.bytes_total);
        let (progress, name) = (Arc::clone(&self.progress), segment.name.clone());
        let report = Arc::new(move |read: u64| progress(done.saturating_add(read), total, &name));
        self.bytes_done = self.bytes_done.saturating_add(segment.bytes);
        let name = segment.name.as_str();
        match self.context.blobs.scrub(&segment, referred, report).await {
            Ok(found) => {
                self.report.records += found.records;
                let unlisted = found.damages - found.first.len() as u64;
                found.first.into_iter().for_each(|place| self.place(name, place));
                if unlisted > 0 {
                    self.file(name).damages += unlisted;
                }
                if let Some((offset, bytes)) = found.interrupted {
                    let file = name.to_owned();
                    self.report.interrupted.push(InterruptedWrite { file, offset, bytes });
                }
            }
            // It has expired meanwhile.
            Err(BlobError::Missing(_)) => {}
            Err(error) => self.fault(name, error.to_string()),
        }
    }

    async fn search_index(&mut self) {
        let Some(index) = self.context.search.clone() else { return };
        match index.damaged_files().await {
            Ok(files) => files.into_iter().for_each(|file| {
                let why = format!("{file} does not match its checksum: `leadq search --rebuild`");
                self.fault(SEARCH, why);
            }),
            Err(error) => self.fault(SEARCH, error.to_string()),
        }
    }

    fn finish(mut self) -> ScrubReport {
        for (segment, references) in std::mem::take(&mut self.missing) {
            let why =
                format!("the file is missing; the number of rows that refer to it: {references}");
            self.fault(&segment, why);
        }
        self.report.damaged = self.damaged.into_values().collect();
        for file in &mut self.report.damaged {
            file.places.sort_by_key(|place| place.offset);
        }
        self.report
    }
}

/// The segments in which the rows and the files differ.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SegmentDifferences {
    /// The segments that rows refer to and that are missing although they have not expired.
    pub missing: Vec<String>,
    /// The segments of pages that no row refers to.
    pub unreferred: Vec<String>,
}

/// Compares the names of the segments with those that rows refer to.
///
/// # Errors
/// When an engine fails.
pub async fn segment_differences(context: &Context) -> Result<SegmentDifferences> {
    // The files first: what is written meanwhile is not taken for unreferred.
    let stored = context.blobs.segments().await?;
    let read = context.db.read(|tx| {
        Box::pin(async move { Ok((tx.referred_segments().await?, tx.expired_segments().await?)) })
    });
    let (referred, expired) = read.await?;
    let names: BTreeSet<String> = stored.iter().map(|segment| segment.name.clone()).collect();
    let missing = referred.difference(&names).filter(|name| !expired.contains(*name));
    let unreferred = stored
        .iter()
        .filter(|segment| segment.kind == SegmentKind::Raw && !referred.contains(&segment.name));
    Ok(SegmentDifferences {
        missing: missing.cloned().collect(),
        unreferred: unreferred.map(|segment| segment.name.clone()).collect(),
    })
}
