//! The labelled data in its folder.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use flate2::read::MultiGzDecoder;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::quality::kinds::KINDS;
use crate::synthetic::host_of;

/// The maximum number of missing files to name.
const NAMED_MAX: usize = 5;

/// One labelled quote.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct LabelledQuote {
    set: String,
    file: String,
    #[serde(default)]
    url: Option<String>,
    /// One of [`KINDS`].
    pub(crate) kind: String,
    /// True for an event that happened or is planned, false for a look-alike.
    pub(crate) label: bool,
    /// The quoted text on the page.
    pub(crate) quote: String,
}

#[derive(Deserialize)]
struct Negative {
    set: String,
    file: String,
    #[serde(default)]
    url: Option<String>,
}

/// A page to read.
#[derive(Debug, Clone)]
pub(crate) struct LabelledPage {
    /// Its set and file, for display.
    pub(crate) name: String,
    /// Its address; a generated one on a reserved name when none is given.
    pub(crate) url: String,
    /// The path of its file.
    pub(crate) path: PathBuf,
    /// Its labels.
    pub(crate) labels: Vec<LabelledQuote>,
    /// Whether it is known to report no event.
    pub(crate) is_negative: bool,
}

impl LabelledPage {
    /// Reads the page's bytes, decompressing a file that ends in `.gz`.
    pub(crate) fn html(&self) -> anyhow::Result<Vec<u8>> {
        let stored = std::fs::read(&self.path)
            .with_context(|| format!("cannot read {}", self.path.display()))?;
        if self.path.extension().is_none_or(|extension| extension != "gz") {
            return Ok(stored);
        }
        let mut html = Vec::new();
        MultiGzDecoder::new(stored.as_slice())
            .read_to_end(&mut html)
            .with_context(|| format!("{} is not a complete gzip file", self.path.display()))?;
        Ok(html)
    }
}

/// Reads both lists and checks that every page exists.
pub(crate) fn read(folder: &Path) -> anyhow::Result<Vec<LabelledPage>> {
    let labels: Vec<LabelledQuote> = lines(&folder.join("events.jsonl"))?;
    let negatives: Vec<Negative> = lines(&folder.join("negatives.jsonl"))?;
    let mut pages: BTreeMap<(String, String), LabelledPage> = BTreeMap::new();
    for label in labels {
        anyhow::ensure!(
            KINDS.contains(&label.kind.as_str()),
            "events.jsonl has the unknown kind {:?}; the known kinds are {}",
            label.kind,
            KINDS.join(", ")
        );
        let page = page_of(&mut pages, folder, &label.set, &label.file, label.url.as_deref());
        page.labels.push(label);
    }
    for Negative { set, file, url } in negatives {
        page_of(&mut pages, folder, &set, &file, url.as_deref()).is_negative = true;
    }
    let ambiguous = pages.values().find(|page| page.is_negative && !page.labels.is_empty());
    if let Some(ambiguous) = ambiguous {
        anyhow::bail!(
            "{} is in events.jsonl and in negatives.jsonl; it must be in only one",
            ambiguous.name
        );
    }
    let pages: Vec<LabelledPage> = pages.into_values().collect();
    anyhow::ensure!(!pages.is_empty(), "events.jsonl and negatives.jsonl list no pages");
    let missing: Vec<&str> =
        pages.iter().filter(|page| !page.path.is_file()).map(|page| page.name.as_str()).collect();
    anyhow::ensure!(
        missing.is_empty(),
        "{} of {} pages are not in {}: {}{}",
        missing.len(),
        pages.len(),
        folder.display(),
        missing.get(..NAMED_MAX).unwrap_or(&missing).join(", "),
        if missing.len() > NAMED_MAX { ", …" } else { "" }
    );
    Ok(pages)
}

fn page_of<'a>(
    pages: &'a mut BTreeMap<(String, String), LabelledPage>,
    folder: &Path,
    set: &str,
    file: &str,
    url: Option<&str>,
) -> &'a mut LabelledPage {
    let number = pages.len();
    pages.entry((set.to_owned(), file.to_owned())).or_insert_with(|| LabelledPage {
        name: format!("{set}/{file}"),
        url: match url {
            Some(url) if !url.trim().is_empty() => url.trim().to_owned(),
            _ => format!("https://{}/", host_of(number)),
        },
        path: folder.join(set).join(file),
        labels: Vec::new(),
        is_negative: false,
    })
}

fn lines<T: DeserializeOwned>(path: &Path) -> anyhow::Result<Vec<T>> {
    let text = std::fs::read_to_string(path).with_context(|| {
        format!(
            "cannot read {}: --data must be a folder with events.jsonl, negatives.jsonl and the \
             pages they name as SET/FILE",
            path.display()
        )
    })?;
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| {
            serde_json::from_str(line)
                .with_context(|| format!("{}, line {}", path.display(), index + 1))
        })
        .collect()
}
