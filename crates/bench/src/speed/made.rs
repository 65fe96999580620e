//! Creates the pages to measure with, before the measurement: varied real pages or generated ones.

use std::path::{Path, PathBuf};

use ingest::{Capture, Options, Taken};
use model::{Clock, SystemClock};

use crate::speed::rewrite::{Variation, rewrite, rewrite_host};
use crate::synthetic;
use crate::warc::{NewPage, WarcWriter, files_of};

/// The created pages.
pub(crate) struct Made {
    /// `warc`: varied real pages; `synthetic`: generated pages.
    pub(crate) source: &'static str,
    /// One file per thread, with equal numbers of pages.
    pub(crate) files: Vec<PathBuf>,
    pub(crate) html_bytes: usize,
}

/// Creates `pages` distinct pages in `threads` files. Each thread holds one page at a time.
pub(crate) fn make(
    data: Option<&Path>,
    pages: usize,
    seed: u64,
    threads: usize,
    folder: &Path,
) -> anyhow::Result<Made> {
    let sources = data.map(files_of).transpose()?;
    let files: Vec<PathBuf> =
        (0..threads).map(|thread| folder.join(format!("pages-{thread}.warc.gz"))).collect();
    let counts: Vec<anyhow::Result<usize>> = std::thread::scope(|scope| {
        let share = |thread: usize| Share { pages, seed, thread, threads };
        let makers: Vec<_> = (0..threads)
            .zip(&files)
            .map(|(thread, file)| {
                let (share, sources) = (share(thread), sources.as_deref());
                scope.spawn(move || match sources {
                    Some(sources) => share.vary(sources, file),
                    None => share.make_up(file),
                })
            })
            .collect();
        let panicked = |_| Err(anyhow::anyhow!("a thread that creates pages panicked"));
        makers.into_iter().map(|maker| maker.join().unwrap_or_else(panicked)).collect()
    });
    let mut html_bytes = 0;
    for count in counts {
        html_bytes += count?;
    }
    let source = if sources.is_some() { "warc" } else { "synthetic" };
    Ok(Made { source, files, html_bytes })
}

/// One thread's share: the pages whose number modulo `threads` is `thread`.
#[derive(Clone, Copy)]
struct Share {
    pages: usize,
    seed: u64,
    thread: usize,
    threads: usize,
}

impl Share {
    fn has(self, number: usize) -> bool {
        number % self.threads == self.thread
    }

    fn make_up(self, file: &Path) -> anyhow::Result<usize> {
        let mut writer = WarcWriter::create(file)?;
        let headers = [("Content-Type".to_owned(), "text/html; charset=utf-8".to_owned())];
        let mut html_bytes = 0;
        for number in (0..self.pages).filter(|number| self.has(*number)) {
            let (url, html) = synthetic::page(number, self.seed);
            html_bytes += html.len();
            writer.add(&NewPage {
                url: &url,
                observed: synthetic::OBSERVED,
                headers: &headers,
                html: html.as_bytes(),
            })?;
        }
        writer.finish()?;
        Ok(html_bytes)
    }

    /// Reads the sources repeatedly and varies each page anew each time.
    fn vary(self, sources: &[PathBuf], file: &Path) -> anyhow::Result<usize> {
        let mut writer = WarcWriter::create(file)?;
        let options = Options::at(SystemClock.now());
        let (mut number, mut html_bytes) = (0, 0);
        while number < self.pages {
            let before = number;
            for source in sources {
                for entry in ingest::open(source, options.clone())? {
                    let Taken::Record(capture) = entry else { continue };
                    let is_page = capture.status == Some(200) && !capture.payload().is_empty();
                    if !is_page || number >= self.pages {
                        continue;
                    }
                    if self.has(number) {
                        html_bytes += add_varied(&mut writer, &capture, number, self.seed)?;
                    }
                    number += 1;
                }
            }
            anyhow::ensure!(number > before, "the given data contains no page");
        }
        writer.finish()?;
        Ok(html_bytes)
    }
}

fn add_varied(
    writer: &mut WarcWriter,
    capture: &Capture,
    number: usize,
    seed: u64,
) -> anyhow::Result<usize> {
    let body_bytes_max = flow::JourneyLimits::default().body_bytes_max;
    let (html, _) = clean::decode_body(&capture.headers, capture.payload(), body_bytes_max);
    let variation = Variation::of(&capture.url, number, seed);
    let html = rewrite(&html, &variation);
    let encoding_headers = ["content-encoding", "transfer-encoding", "content-length"];
    let headers: Vec<(String, String)> = capture
        .headers
        .iter()
        .filter(|(name, _)| !encoding_headers.contains(&name.as_str()))
        .cloned()
        .collect();
    let url = rewrite_host(capture.url.as_bytes(), &variation);
    writer.add(&NewPage {
        url: &String::from_utf8_lossy(&url),
        observed: capture.observed,
        headers: &headers,
        html: &html,
    })?;
    Ok(html.len())
}
