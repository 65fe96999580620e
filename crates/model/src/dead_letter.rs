//! Dead letters: input that could not be processed, kept with its cause, and always small enough
//! for the log.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::evidence::BlobRef;
use crate::record::{RecordError, Versioned, encode};
use crate::time::Timestamp;

/// The maximum number of bytes of a cause. An error may quote the input that caused it.
const CAUSE_BYTES_MAX: usize = 4 * 1024;
/// The maximum number of bytes of an origin. It may contain a URL.
const ORIGIN_BYTES_MAX: usize = 1024;
/// The number of bytes that are kept of a record that is too large.
const EXCERPT_BYTES_MAX: usize = 8 * 1024;

/// `dead.<stage>`: a record that could not be processed, with its cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// The stage that failed, or `ingest`.
    pub stage: String,
    /// Topic, partition and offset of the record, or file and position.
    pub origin: String,
    /// The error, and how to resolve it.
    pub cause: String,
    /// The number of attempts.
    pub attempts: u32,
    /// The original record, if the input was a record.
    pub record: Option<String>,
    /// The beginning of the original record, if it was too large to be kept. Such a letter cannot
    /// be redriven.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<String>,
    /// The bytes that were kept, if the input was not a record.
    pub kept: Option<BlobRef>,
    /// When processing was given up.
    pub at: Timestamp,
}

impl Versioned for DeadLetter {
    const SCHEMA: u16 = 1;
}

impl DeadLetter {
    /// Cuts texts that are too long, and writes the letter as JSON of at most `bytes_max` bytes: a
    /// record that does not fit is replaced by an excerpt. A limit of 100 kB can always be met.
    ///
    /// # Errors
    /// [`RecordError::Malformed`] if a value cannot be written as JSON.
    pub fn encode_within(mut self, bytes_max: usize) -> Result<String, RecordError> {
        self.cause = shortened(&self.cause, CAUSE_BYTES_MAX).into_owned();
        self.origin = shortened(&self.origin, ORIGIN_BYTES_MAX).into_owned();
        let encoded = encode(&self)?;
        if encoded.len() <= bytes_max {
            return Ok(encoded);
        }
        encode(&self.without_record())
    }

    /// Replaces the record by an excerpt, so that the letter cannot be redriven.
    #[must_use]
    pub fn without_record(mut self) -> Self {
        if let Some(record) = self.record.take() {
            self.excerpt = Some(shortened(&record, EXCERPT_BYTES_MAX).into_owned());
        }
        self
    }
}

/// Shortens a text of more than `bytes_max` bytes to its beginning and its end, which contains the
/// position in many messages. `bytes_max` must be at least 400.
pub fn shortened(text: &str, bytes_max: usize) -> Cow<'_, str> {
    if text.len() <= bytes_max {
        return Cow::Borrowed(text);
    }
    let start = text.floor_char_boundary(bytes_max / 8 * 6);
    let end = text.ceil_char_boundary(text.len() - bytes_max / 8);
    let (head, tail) = (text.get(..start), text.get(end..));
    let left_out = end - start;
    Cow::Owned(format!(
        "{} … [{left_out} bytes left out] … {}",
        head.unwrap_or_default(),
        tail.unwrap_or_default()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode;

    fn letter(cause: String, record: Option<String>) -> DeadLetter {
        DeadLetter {
            stage: "clean".to_owned(),
            origin: format!("https://acme.example/{}, line 7", "é".repeat(500_000)),
            cause,
            attempts: 3,
            record,
            excerpt: None,
            kept: None,
            at: Timestamp(5),
        }
    }

    #[test]
    fn a_letter_fits_whatever_it_is_about() {
        const LIMIT: usize = 100_000;
        // Every byte of the record and of the cause takes six bytes of JSON.
        let worst = "\u{1}".repeat(3_000_000);
        let encoded = letter(worst.clone(), Some(worst)).encode_within(LIMIT).unwrap();
        assert!(encoded.len() <= LIMIT, "{} bytes", encoded.len());
        let cut: DeadLetter = decode(&encoded).unwrap();
        assert_eq!(cut.record, None);
        assert!(cut.excerpt.unwrap().starts_with('\u{1}'));
        assert!(cut.origin.ends_with(", line 7"), "{}", cut.origin);
        assert!(cut.cause.contains("bytes left out"));
    }

    #[test]
    fn a_small_letter_stays_as_it_is() {
        let small = DeadLetter {
            origin: "raw.events/0/7".to_owned(),
            ..letter("a cause".to_owned(), Some("{\"schema\":99}".to_owned()))
        };
        let encoded = small.clone().encode_within(100_000).unwrap();
        assert_eq!(decode::<DeadLetter>(&encoded).unwrap(), small);
        assert!(!encoded.contains("excerpt"), "as before: {encoded}");
    }

    #[test]
    fn a_shortened_text_is_within_its_limit() {
        for text in ["a".repeat(401), "é".repeat(5_000), "🦀".repeat(1 << 20)] {
            let short = shortened(&text, 400);
            assert!(short.len() <= 400, "{}", short.len());
        }
        assert_eq!(shortened("as it is", 400), "as it is");
    }
}
