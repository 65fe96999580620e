//! Input files: recognizing their formats, and finding the files of a folder.

use std::io::Read;
use std::path::{Path, PathBuf};

use codings::{ZSTD_BLOCK_BYTES_MAX, ZSTD_MAGIC, ZstdDecoder, skippable};
use walkdir::WalkDir;

use crate::IngestError;
use crate::format::{FileFormat, Format};
use crate::list_text::GZIP;
use crate::sources::FORMATS;

/// The number of bytes of a file that are used to recognize its format: the first block of a
/// Zstandard frame, without which nothing of it can be decoded.
pub(crate) const START_BYTES: u64 = ZSTD_BLOCK_BYTES_MAX as u64 + 4096;

/// Lists the formats with their extensions, for error messages.
pub(crate) fn summary() -> String {
    let names: Vec<String> = FORMATS
        .iter()
        .map(|source| format!("{} ({})", source.name, source.extensions.join(" ")))
        .collect();
    names.join(", ")
}

/// Recognizes the format of a file by its first bytes, then by its extension.
pub(crate) fn recognise(name: &str, start: &[u8]) -> Result<Format, IngestError> {
    let gzip = start.starts_with(GZIP);
    let zstd = start.starts_with(&ZSTD_MAGIC) || skippable(start).is_some();
    let inside = if gzip {
        beginning_of_gzip(start)
    } else if zstd {
        ZstdDecoder::new(None).first_block(start).unwrap_or_default()
    } else {
        start.to_vec()
    };
    let found = FORMATS
        .iter()
        .find(|source| (source.begins)(&inside))
        .or_else(|| by_name(name))
        .map(|source| source.format);
    let unknown = |found| Err(IngestError::UnknownFormat { path: name.to_owned(), found });
    match found {
        _ if inside.starts_with(b"filedesc:") => {
            unknown("ARC, the predecessor of WARC: convert it with `warcio recompress`")
        }
        Some(Format::Warc) => Ok(Format::Warc),
        Some(_) if gzip => unknown("gzip of another format than WARC: decompress it first"),
        _ if zstd => unknown("zstd of another format than WARC: decompress it first"),
        Some(format) => Ok(format),
        None => unknown("neither its name nor its first bytes match"),
    }
}

fn by_name(name: &str) -> Option<&'static FileFormat> {
    let lower = name.to_lowercase();
    FORMATS.iter().find(|source| source.extensions.iter().any(|end| lower.ends_with(end)))
}

/// The input files of a path.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Files {
    /// The paths, ordered by name.
    pub paths: Vec<PathBuf>,
    /// The number of entries in a folder that have no known extension or are links, which are not
    /// followed.
    pub left_out: usize,
}

/// Lists the file itself, or all files below a folder that have the extension of a format.
///
/// # Errors
/// [`IngestError`] if a folder cannot be listed or has no such file.
pub fn files_of(path: &Path) -> Result<Files, IngestError> {
    let mut files = Files::default();
    if !path.is_dir() {
        files.paths.push(path.to_owned());
        return Ok(files);
    }
    for entry in WalkDir::new(path).sort_by_file_name() {
        let entry = entry.map_err(|error| IngestError::Io {
            path: error.path().unwrap_or(path).display().to_string(),
            cause: error.into(),
        })?;
        let is_known = by_name(&entry.file_name().to_string_lossy()).is_some();
        if entry.file_type().is_file() && is_known {
            files.paths.push(entry.into_path());
        } else if !entry.file_type().is_dir() {
            files.left_out += 1;
        }
    }
    match files.paths.is_empty() {
        true => Err(IngestError::EmptyFolder { path: path.display().to_string() }),
        false => Ok(files),
    }
}

fn beginning_of_gzip(start: &[u8]) -> Vec<u8> {
    let mut inside = [0u8; 64];
    let mut length = 0;
    let mut decoder = flate2::bufread::GzDecoder::new(start);
    while let Some(room) = inside.get_mut(length..) {
        match decoder.read(room) {
            Ok(read) if read > 0 => length += read,
            _ => break,
        }
    }
    inside.get(..length).unwrap_or_default().to_vec()
}
