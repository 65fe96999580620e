//! The segments that rows refer to, and those that were deleted on purpose.

use std::collections::BTreeSet;

use model::{BlobRef, Timestamp};

use super::observations::to_blob;
use super::{ReadTx, Row, Tx, params};
use crate::Result;

/// The start of the name of a setting that marks a segment as deleted on purpose.
const EXPIRED: &str = "expired ";

impl ReadTx {
    /// Reads the blobs of captures after an id, in the order of the ids, which are returned too.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn raw_blobs_after(
        &mut self,
        after: &str,
        limit: i64,
    ) -> Result<Vec<(String, BlobRef)>> {
        let sql = "SELECT id, segment, start, length, stored FROM raw
                   WHERE id > $1 ORDER BY id LIMIT $2";
        self.query(sql, &params![after, limit]).await?.iter().map(to_named_blob).collect()
    }

    /// Reads the blobs of cleaned texts after a digest, in the order of the digests, which are
    /// returned too.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn text_blobs_after(
        &mut self,
        after: &str,
        limit: i64,
    ) -> Result<Vec<(String, BlobRef)>> {
        let sql = "SELECT text_hash AS id, segment, start, length, stored FROM cleaned_text
                   WHERE text_hash > $1 ORDER BY text_hash LIMIT $2";
        self.query(sql, &params![after, limit]).await?.iter().map(to_named_blob).collect()
    }

    /// Reads the names of the segments that captures and cleaned texts refer to.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn referred_segments(&mut self) -> Result<BTreeSet<String>> {
        let sql = "SELECT segment FROM raw UNION SELECT segment FROM cleaned_text";
        self.query(sql, &[]).await?.iter().map(|row| row.string("segment")).collect()
    }

    /// Reads the names of the segments that were deleted on purpose, because they expired.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn expired_segments(&mut self) -> Result<BTreeSet<String>> {
        let sql = "SELECT name FROM setting WHERE name LIKE 'expired %'";
        let rows = self.query(sql, &[]).await?;
        let names = rows.iter().map(|row| row.text("name"));
        names.map(|name| name.map(|name| name.replacen(EXPIRED, "", 1))).collect()
    }
}

impl Tx {
    /// Marks a segment as expired, unless it is marked already, and returns the time of its mark.
    /// It is called before the segment is deleted, so that a segment that is missing without this
    /// mark is known to be lost.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn mark_expired(&mut self, segment: &str, at: Timestamp) -> Result<Timestamp> {
        let marked = self.begin_setting(&format!("{EXPIRED}{segment}"), &at.to_string()).await?;
        // A mark that cannot be read counts as a new one, so nothing is deleted because of it.
        Ok(marked.parse().unwrap_or(at))
    }
}

fn to_named_blob(row: &Row) -> Result<(String, BlobRef)> {
    Ok((row.string("id")?, to_blob(row)?))
}
