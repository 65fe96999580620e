//! Pages as WARC files: one gzip member per record, as crawlers write them.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use model::{IdHasher, Timestamp};
use store::blob::{BLOCK_BYTES_MAX, BlobRecord, HEAD_BYTES_MAX, RecordType, record_id};

/// A compression level fast enough to generate 20,000 pages in a few minutes.
const LEVEL: u32 = 4;

/// A page to write.
pub(crate) struct NewPage<'a> {
    pub(crate) url: &'a str,
    pub(crate) observed: Timestamp,
    /// Header fields except the length.
    pub(crate) headers: &'a [(String, String)],
    pub(crate) html: &'a [u8],
}

/// A writer of WARC files.
pub(crate) struct WarcWriter(BufWriter<File>);

impl WarcWriter {
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        File::create_new(path).map(|file| Self(BufWriter::with_capacity(1 << 20, file)))
    }

    pub(crate) fn add(&mut self, page: &NewPage<'_>) -> io::Result<()> {
        let mut block = Vec::with_capacity(page.html.len() + 512);
        block.extend_from_slice(b"HTTP/1.1 200 OK\r\n");
        for (name, value) in page.headers {
            write!(block, "{name}: {value}\r\n")?;
        }
        write!(block, "Content-Length: {}\r\n\r\n", page.html.len())?;
        block.extend_from_slice(page.html);
        let record = BlobRecord {
            record_type: RecordType::Response,
            id: record_id(IdHasher::new("bench page").part(page.url).finish()),
            target: page.url.to_owned(),
            date: page.observed,
            content_type: "application/http; msgtype=response".to_owned(),
            payload: None,
            headers: Vec::new(),
            block,
        };
        let mut encoder = GzEncoder::new(&mut self.0, Compression::new(LEVEL));
        encoder.write_all(&record.to_bytes())?;
        encoder.finish().map(drop)
    }

    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Calls `each` with every response record of a file written by [`WarcWriter`], one at a time.
pub(crate) fn each_record(
    path: &Path,
    mut each: impl FnMut(BlobRecord) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut file = BufReader::with_capacity(1 << 20, File::open(path)?);
    while !file.fill_buf()?.is_empty() {
        let mut decoder = GzDecoder::new(file);
        let mut bytes = Vec::new();
        let limit = u64::try_from(BLOCK_BYTES_MAX + HEAD_BYTES_MAX)?;
        decoder.by_ref().take(limit).read_to_end(&mut bytes)?;
        file = decoder.into_inner();
        each(BlobRecord::from_bytes(&bytes).map_err(anyhow::Error::msg)?)?;
    }
    Ok(())
}

/// Lists the WARC files of a path: the file itself, or those in the folder, sorted by name.
pub(crate) fn files_of(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let metadata = std::fs::metadata(path).with_context(|| {
        format!("cannot read {}: give --data a WARC file or a folder", path.display())
    })?;
    if metadata.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let file = entry?.path();
        let name = file.file_name().map(|name| name.to_string_lossy().to_lowercase());
        if name.is_some_and(|name| name.ends_with(".warc") || name.ends_with(".warc.gz")) {
            files.push(file);
        }
    }
    files.sort();
    anyhow::ensure!(!files.is_empty(), "{} contains no .warc or .warc.gz file", path.display());
    Ok(files)
}
