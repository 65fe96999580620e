//! The embedded engine: tantivy, in its own folder or in memory.
//!
//! The index is opened on first use, and its writer lives only for one
//! [`apply`](SearchIndex::apply): an idle process holds no heap for either. An index that cannot be
//! opened or read is removed and rebuilt, because all its content can be derived again. One of
//! another version is set aside and answers until its successor is published.

use std::io;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::tantivy::collector::{Count, TopDocs};
use ::tantivy::directory::error::{LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use ::tantivy::directory::{MmapDirectory, RamDirectory};
use ::tantivy::indexer::IndexWriterOptions;
use ::tantivy::{
    Directory, DocAddress, Index, IndexReader, IndexWriter, Order, ReloadPolicy, Searcher,
    TantivyDocument, TantivyError, Term,
};
use async_trait::async_trait;

use self::schema::Fields;
use super::words::Clause;
use super::{
    Changes, Found, FoundIds, Hit, IDS_MAX, LIMIT_MAX, OFFSET_MAX, Query, SearchIndex, language,
};
use crate::permissions::create_private_folder;
use crate::{Result, StoreError};

mod files;
mod question;
mod schema;
mod spelling;

/// The version of the index format, raised when words or fields are stored differently: an index of
/// another version is rebuilt.
const VERSION: &str = "3";
/// The smallest heap that tantivy writes with; documents that do not fit become another segment.
const WRITER_BYTES: usize = 15_000_000;
/// The number of blocks of stored documents, of 16 KiB, that each open segment caches.
const STORED_BLOCKS: usize = 8;

/// The result type with tantivy's own error.
type Outcome<T> = std::result::Result<T, TantivyError>;

/// The tantivy engine.
pub struct TantivyIndex {
    session: Arc<Session>,
}

struct Session {
    /// `None` for an index in memory.
    folder: Option<PathBuf>,
    open: Mutex<Option<Indexes>>,
    /// Held during a change of the index, so that there is one at a time.
    writing: Mutex<()>,
}

/// The index that is filled, and one of another version that answers until then.
#[derive(Clone)]
struct Indexes {
    current: Open,
    old: Option<Open>,
}

/// The index that a work uses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Used {
    Current,
    Answering,
}

#[derive(Clone)]
struct Open {
    index: Index,
    reader: IndexReader,
    fields: Fields,
}

impl TantivyIndex {
    /// Creates an index in a folder, which is created, opened or rebuilt on first use. The folder
    /// belongs to one process.
    pub fn in_folder(folder: PathBuf) -> Self {
        Self::new(Some(folder))
    }

    /// Creates an index in the memory of the process.
    pub fn in_memory() -> Self {
        Self::new(None)
    }

    fn new(folder: Option<PathBuf>) -> Self {
        let session = Session { folder, open: Mutex::new(None), writing: Mutex::new(()) };
        Self { session: Arc::new(session) }
    }

    /// Runs `work` on a thread that may block. If the index that it uses turns out to be damaged, it
    /// is removed to be rebuilt, and the caller gets a transient error.
    async fn work<T, F>(&self, used: Used, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Session) -> Outcome<T> + Send + 'static,
    {
        let session = Arc::clone(&self.session);
        let result = tokio::task::spawn_blocking(move || {
            let mut used_old = false;
            // Damaged bytes cause errors or, deep inside tantivy, panics.
            let result = std::panic::catch_unwind(AssertUnwindSafe(|| {
                used_old = used == Used::Answering && session.open()?.old.is_some();
                work(&session)
            }));
            let problem = match result {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(error)) if !is_damage(&error) => return Err(search_error(&error)),
                Ok(Err(error)) => error.to_string(),
                Err(_) => "it cannot be read".to_owned(),
            };
            tracing::warn!(problem, "the search index is damaged and is being rebuilt");
            session.remove_damaged(used_old).map_err(|error| search_error(&error))?;
            let message = format!("the search index was damaged and is being rebuilt: {problem}");
            Err(StoreError::retryable(message))
        });
        result.await.map_err(|error| {
            StoreError::work(format!("the search failed: {error}")).with_source(error)
        })?
    }
}

#[async_trait]
impl SearchIndex for TantivyIndex {
    async fn position(&self) -> Result<Option<String>> {
        self.work(Used::Current, |session| position_of(&session.open()?.current.index)).await
    }

    async fn apply(&self, changes: Changes, from: Option<&str>, to: &str) -> Result<()> {
        let (from, to) = (from.map(str::to_owned), to.to_owned());
        let applied =
            self.work(Used::Current, move |session| session.apply(changes, from.as_deref(), &to));
        if applied.await? { Ok(()) } else { Err(StoreError::fenced("the search index")) }
    }

    async fn publish(&self) -> Result<()> {
        self.work(Used::Answering, Session::publish).await
    }

    async fn clear(&self) -> Result<()> {
        self.work(Used::Current, Session::reset).await
    }

    async fn damaged_files(&self) -> Result<Vec<String>> {
        let session = Arc::clone(&self.session);
        // Not by `work`, which removes a damaged index: a check changes nothing.
        let checked = tokio::task::spawn_blocking(move || session.damaged_files());
        let checked = checked.await.map_err(|error| {
            StoreError::work(format!("the search index was not checked: {error}"))
                .with_source(error)
        })?;
        checked.map_err(|error| search_error(&error))
    }

    async fn search(&self, query: Query) -> Result<Found> {
        self.work(Used::Answering, move |session| session.search(&query)).await
    }

    async fn ids(&self, query: Query) -> Result<FoundIds> {
        self.work(Used::Answering, move |session| session.ids(&query)).await
    }
}

impl Session {
    fn open(&self) -> Outcome<Indexes> {
        let mut open = lock(&self.open);
        if let Some(opened) = &*open {
            return Ok(opened.clone());
        }
        let opened = match &self.folder {
            None => Indexes { current: Open::in_directory(RamDirectory::create())?, old: None },
            Some(folder) => Indexes { old: open_old(folder)?, current: open_current(folder)? },
        };
        *open = Some(opened.clone());
        Ok(opened)
    }

    /// Opens the index that answers.
    fn answering(&self) -> Outcome<Open> {
        let Indexes { current, old } = self.open()?;
        Ok(old.unwrap_or(current))
    }

    fn publish(&self) -> Outcome<()> {
        let _writing = lock(&self.writing);
        if self.open()?.old.is_some() {
            self.remove_old()?;
            tracing::info!("the search index was rebuilt by this version and answers now");
        }
        Ok(())
    }

    fn reset(&self) -> Outcome<()> {
        let _writing = lock(&self.writing);
        let mut open = lock(&self.open);
        *open = None;
        let Some(folder) = &self.folder else { return Ok(()) };
        files::remove_index(folder)?;
        Ok(files::remove_old(folder)?)
    }

    /// Removes the index that a work used, because it is damaged. The files of an old one may also
    /// be missing because it was removed meanwhile.
    fn remove_damaged(&self, used_old: bool) -> Outcome<()> {
        let _writing = lock(&self.writing);
        if used_old {
            return self.remove_old();
        }
        *lock(&self.open) = None;
        self.folder.as_deref().map_or(Ok(()), |folder| Ok(files::remove_index(folder)?))
    }

    fn remove_old(&self) -> Outcome<()> {
        if let Some(opened) = &mut *lock(&self.open) {
            opened.old = None;
        }
        self.folder.as_deref().map_or(Ok(()), |folder| Ok(files::remove_old(folder)?))
    }

    /// Applies changes; returns `false` if the position is not `from`.
    fn apply(&self, changes: Changes, from: Option<&str>, to: &str) -> Outcome<bool> {
        let _writing = lock(&self.writing);
        let open = self.open()?.current;
        if position_of(&open.index)?.as_deref() != from {
            return Ok(false);
        }
        let mut writer = open.write(changes)?;
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(&format!("{VERSION} {to}"));
        commit.commit()?;
        open.reader.reload()?;
        writer.wait_merging_threads()?;
        Ok(true)
    }

    fn damaged_files(&self) -> Outcome<Vec<String>> {
        // Only writers remove files.
        let _writing = lock(&self.writing);
        let open = lock(&self.open).clone();
        let open = match (open, &self.folder) {
            (Some(opened), _) => opened.current,
            (None, Some(folder)) if files::has_index(folder) => Open::in_folder(folder)?,
            _ => return Ok(Vec::new()),
        };
        let damaged = open.index.validate_checksum()?;
        let mut names: Vec<String> =
            damaged.into_iter().map(|path| path.to_string_lossy().into_owned()).collect();
        names.sort();
        Ok(names)
    }

    fn search(&self, query: &Query) -> Outcome<Found> {
        let Open { reader, fields, .. } = self.answering()?;
        let searcher = reader.searcher();
        let limit = query.limit.clamp(1, LIMIT_MAX);
        let offset = query.offset.min(OFFSET_MAX);
        let read = |clauses: &[Clause]| {
            let best = TopDocs::with_limit(limit).and_offset(offset).order_by_score();
            let search_query = question::question(&fields, query, clauses);
            let (best, total) = searcher.search(&*search_query, &(best, Count))?;
            let hits = best.into_iter().map(|(score, address)| {
                let document: TantivyDocument = searcher.doc(address)?;
                fields.hit(&document, score, clauses)
            });
            Ok((hits.collect::<Outcome<Vec<Hit>>>()?, total))
        };
        let answer = spelling::corrected(&searcher, &fields, query, |clauses| {
            read(clauses).map(|(hits, total)| (total > 0).then_some((hits, total)))
        })?;
        let Some(((hits, total), similar)) = answer else { return Ok(Found::default()) };
        Ok(Found { hits, total, similar })
    }

    fn ids(&self, query: &Query) -> Outcome<FoundIds> {
        let Open { reader, fields, .. } = self.answering()?;
        let searcher = reader.searcher();
        let answer = spelling::corrected(&searcher, &fields, query, |clauses| {
            let ids = newest_ids(&searcher, &fields, query, clauses)?;
            Ok((!ids.is_empty()).then_some(ids))
        })?;
        Ok(answer.map(|(ids, similar)| FoundIds { ids, similar }).unwrap_or_default())
    }
}

fn newest_ids(
    searcher: &Searcher,
    fields: &Fields,
    query: &Query,
    clauses: &[Clause],
) -> Outcome<Vec<String>> {
    let newest = TopDocs::with_limit(IDS_MAX).order_by_fast_field::<i64>(schema::DAY, Order::Desc);
    let search_query = question::question(fields, query, clauses);
    let newest: Vec<(Option<i64>, DocAddress)> = searcher.search(&*search_query, &newest)?;
    let mut addresses: Vec<DocAddress> = newest.into_iter().map(|(_, address)| address).collect();
    // Documents of one compressed block are read one after the other.
    addresses.sort_unstable();
    let ids = addresses.into_iter().map(|address| {
        let document: TantivyDocument = searcher.doc(address)?;
        Ok(fields.id_of(&document))
    });
    ids.collect()
}

impl Open {
    fn in_folder(folder: &Path) -> Outcome<Self> {
        create_private_folder(folder)?;
        Self::in_directory(MmapDirectory::open(folder)?)
    }

    fn in_directory(directory: impl Directory) -> Outcome<Self> {
        let (schema, fields) = schema::schema();
        let index = Index::open_or_create(directory, schema)?;
        index.tokenizers().register(schema::WORDS, language::plain());
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(STORED_BLOCKS)
            .try_into()?;
        Ok(Self { index, reader, fields })
    }

    /// Writes changes, which are lost with the writer unless it commits them.
    fn write(&self, changes: Changes) -> Outcome<IndexWriter> {
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(WRITER_BYTES)
            .build();
        let writer: IndexWriter = self.index.writer_with_options(options)?;
        for (id, document) in changes {
            writer.delete_term(Term::from_field_text(self.fields.id, &id));
            if let Some(document) = document {
                writer.add_document(self.fields.document(&id, document))?;
            }
        }
        Ok(writer)
    }
}

fn position_of(index: &Index) -> Outcome<Option<String>> {
    let payload = index.load_metas()?.payload;
    Ok(payload.map(|payload| version_and_position(&payload).1.to_owned()))
}

fn version_and_position(payload: &str) -> (&str, &str) {
    payload.split_once(' ').unwrap_or((payload, ""))
}

/// Opens the index in a folder, or creates it. A damaged one is removed.
fn open_current(folder: &Path) -> Outcome<Open> {
    match Open::in_folder(folder) {
        Err(error) if is_damage(&error) => {
            tracing::warn!(%error, "the search index cannot be opened; rebuilding it");
            files::remove_index(folder)?;
            Open::in_folder(folder)
        }
        opened => opened,
    }
}

/// Sets an index of another version aside, and opens the one that was. One that this version cannot
/// read is removed. Its words are those of the other version, so a query may find less in it.
fn open_old(folder: &Path) -> Outcome<Option<Open>> {
    let version =
        files::payload_of(folder).map(|payload| version_and_position(&payload).0.to_owned());
    if version.is_some_and(|version| version != VERSION) {
        tracing::warn!("the search index is of another version; rebuilding it");
        files::set_aside(folder)?;
    }
    let old = files::old_folder(folder);
    if !files::has_index(&old) {
        files::remove_old(folder)?;
        return Ok(None);
    }
    match Open::in_folder(&old) {
        Err(error) if is_damage(&error) => {
            tracing::warn!(%error, "the search index of another version cannot be read");
            files::remove_old(folder)?;
            Ok(None)
        }
        opened => opened.map(Some),
    }
}

/// Returns whether only a rebuild of the index helps. Errors of the disk may be transient.
fn is_damage(error: &TantivyError) -> bool {
    let io = match error {
        TantivyError::IoError(io)
        | TantivyError::LockFailure(LockError::IoError(io), _)
        | TantivyError::OpenDirectoryError(
            OpenDirectoryError::IoError { io_error: io, .. }
            | OpenDirectoryError::FailedToCreateTempDir(io),
        )
        | TantivyError::OpenReadError(OpenReadError::IoError { io_error: io, .. })
        | TantivyError::OpenWriteError(OpenWriteError::IoError { io_error: io, .. }) => io,
        // A writer thread ends with this error when the disk is full.
        TantivyError::LockFailure(..) | TantivyError::ErrorInThread(_) => return false,
        _ => return true,
    };
    matches!(
        io.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
    )
}

fn search_error(error: &TantivyError) -> StoreError {
    StoreError::retryable(format!("the search index cannot be used: {error}"))
        .with_source(error.clone())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
