//! A cache of documents between the crawler and the clean stage of one process, so that a page is
//! read once. It holds only results of a pure function of its key: a miss costs time and nothing
//! else.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use model::{Digest, IdHasher, Timestamp};

use crate::Capture;
use crate::response::{ReadResponse, read_with};

/// The maximum size of all cached documents, in bytes, about.
const BYTES_MAX: usize = 8 << 20;
/// The size that every entry counts besides its contents: it bounds the number of entries too.
const ENTRY_BYTES: usize = 4 << 10;
/// The size of one block, link or line of data besides its text.
const PART_BYTES: usize = 64;

/// The documents of responses that were read and await the clean stage.
#[derive(Debug, Clone, Default)]
pub struct PageCache(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    entries: Mutex<Entries>,
    hits: AtomicU64,
}

#[derive(Debug, Default)]
struct Entries {
    oldest_first: VecDeque<Entry>,
    bytes: usize,
}

#[derive(Debug)]
struct Entry {
    key: Digest,
    response: ReadResponse,
    bytes: usize,
}

impl PageCache {
    /// Reads the block of a response from an address, or takes it from the cache if it was read
    /// already.
    ///
    /// # Errors
    /// The cause, if the block is not an HTTP response.
    pub fn read(
        &self,
        url: &str,
        observed: Timestamp,
        block: &[u8],
        body_bytes_max: usize,
    ) -> Result<ReadResponse, String> {
        // Hashing a block is not free, and the cache is empty unless this process crawls.
        if !self.is_empty()
            && let Some(response) = self.take(&Self::key(url, observed, block, body_bytes_max))
        {
            return Ok(response);
        }
        read_with(url, observed, block, body_bytes_max, |_| ()).map(|(response, _)| response)
    }

    /// Adds the response that was read from a capture.
    pub(crate) fn add_read(
        &self,
        capture: &Capture,
        body_bytes_max: usize,
        response: ReadResponse,
    ) {
        let Capture { url, observed, block, .. } = capture;
        self.add(Self::key(url, *observed, block, body_bytes_max), response);
    }

    /// Returns the key of a response: everything that its document depends on.
    fn key(url: &str, observed: Timestamp, block: &[u8], body_bytes_max: usize) -> Digest {
        let hasher = IdHasher::new("page_cache").part(url).part(observed.0.to_le_bytes());
        hasher.part(block).part(body_bytes_max.to_le_bytes()).digest()
    }

    /// Adds a response. The oldest ones are dropped when there is no space.
    fn add(&self, key: Digest, response: ReadResponse) {
        let bytes = size_of_read(&response);
        let mut entries = self.0.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.bytes += bytes;
        entries.oldest_first.push_back(Entry { key, response, bytes });
        while entries.bytes > BYTES_MAX {
            let Some(oldest) = entries.oldest_first.pop_front() else { return };
            entries.bytes -= oldest.bytes;
        }
    }

    fn is_empty(&self) -> bool {
        let entries = self.0.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.oldest_first.is_empty()
    }

    /// Removes and returns a response, if it is cached.
    fn take(&self, key: &Digest) -> Option<ReadResponse> {
        let mut entries = self.0.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let index = entries.oldest_first.iter().position(|entry| entry.key == *key)?;
        let entry = entries.oldest_first.remove(index)?;
        entries.bytes -= entry.bytes;
        self.0.hits.fetch_add(1, Ordering::Relaxed);
        Some(entry.response)
    }

    /// Returns the number of responses that were found so far.
    pub fn hits(&self) -> u64 {
        self.0.hits.load(Ordering::Relaxed)
    }
}

/// Estimates the memory of a response. Fields of data repeat lines of the text.
fn size_of_read(response: &ReadResponse) -> usize {
    let document = &response.document;
    let parts = document.blocks.len() + document.links.len() + document.data.len();
    let hrefs: usize = document.links.iter().map(|link| link.href.len()).sum();
    ENTRY_BYTES + 2 * document.text.len() + hrefs + PART_BYTES * parts
}

#[cfg(test)]
mod tests {
    use model::{Document, ObservationOutcome};

    use super::*;

    fn response(text: String) -> ReadResponse {
        let document = Document { text, ..Document::default() };
        ReadResponse { document, outcome: ObservationOutcome::Changed, notes: Vec::new() }
    }

    #[test]
    fn a_response_is_taken_once_and_the_oldest_ones_are_dropped() {
        let cache = PageCache::default();
        assert!(cache.is_empty());
        let key = |number: i64| PageCache::key("https://a.example/", Timestamp(number), b"x", 9);
        assert_ne!(key(1), PageCache::key("https://a.example/", Timestamp(1), b"x", 8));
        cache.add(key(1), response("one".to_owned()));
        assert_eq!(cache.take(&key(1)).map(|read| read.document.text).as_deref(), Some("one"));
        assert!(cache.take(&key(1)).is_none());
        for number in 2..12 {
            cache.add(key(number), response("a".repeat(1 << 20)));
        }
        assert!(cache.take(&key(2)).is_none());
        assert!(cache.take(&key(11)).is_some());
        assert_eq!(cache.hits(), 2);
    }

    /// A crawler in a process of its own fills the cache, and nothing is ever taken from it.
    #[test]
    fn pages_without_text_are_bounded_too() {
        let cache = PageCache::default();
        let key = |number: i64| PageCache::key("https://a.example/", Timestamp(number), b"x", 9);
        for number in 0..10_000 {
            cache.add(key(number), response(String::new()));
        }
        assert!(cache.take(&key(0)).is_none());
        assert!(cache.take(&key(9_999)).is_some());
        assert!(cache.0.entries.lock().unwrap().oldest_first.len() <= BYTES_MAX / ENTRY_BYTES);
    }
}
