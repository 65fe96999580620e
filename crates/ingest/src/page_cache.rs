//! A cache of documents between the crawler and the clean stage of one process, so that a page is
//! read once. It holds only results of a pure function of its key: a miss costs time and nothing
//! else.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use model::{Digest, IdHasher, Timestamp};

use crate::response::ReadResponse;

/// The maximum size of all cached documents, in bytes, about.
const BYTES_MAX: usize = 8 << 20;

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
    /// Returns the key of a response: everything that its document depends on.
    pub fn key(url: &str, observed: Timestamp, block: &[u8], body_bytes_max: usize) -> Digest {
        let hasher = IdHasher::new("page_cache").part(url).part(observed.0.to_le_bytes());
        hasher.part(block).part(body_bytes_max.to_le_bytes()).digest()
    }

    /// Adds a response. The oldest ones are dropped when there is no space.
    pub(crate) fn add(&self, key: Digest, response: ReadResponse) {
        let bytes = response.document.text.len() * 2;
        let mut entries = self.0.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.bytes += bytes;
        entries.oldest_first.push_back(Entry { key, response, bytes });
        while entries.bytes > BYTES_MAX {
            let Some(oldest) = entries.oldest_first.pop_front() else { return };
            entries.bytes -= oldest.bytes;
        }
    }

    /// Reports whether nothing is cached, so that no key needs to be computed.
    pub fn is_empty(&self) -> bool {
        let entries = self.0.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.oldest_first.is_empty()
    }

    /// Removes and returns a response, if it is cached.
    pub fn take(&self, key: &Digest) -> Option<ReadResponse> {
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
}
