//! The measured parts, each run in a process of its own.

use std::sync::Arc;
use std::time::Instant;

use flow::JourneyLimits;
use model::{Page, RunId, SystemClock};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::cli::{CleanArgs, JourneyArgs};
use crate::journey::{self, Journey};
use crate::speed::process;
use crate::statistics::float;
use crate::warc::each_record;

/// The figures of `clean` alone.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CleanFigures {
    pub(crate) pages: usize,
    pub(crate) seconds: f64,
    pub(crate) cpu_seconds: f64,
    /// Bytes of readable text, as proof that the work was done.
    pub(crate) text_bytes: usize,
}

impl CleanFigures {
    pub(crate) fn pages_per_second(&self) -> f64 {
        float(self.pages) / self.seconds.max(1e-9)
    }

    pub(crate) fn cpu_ms_per_page(&self) -> f64 {
        self.cpu_seconds * 1e3 / float(self.pages)
    }
}

/// The figures of the journey.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct JourneyFigures {
    pub(crate) accepted: usize,
    /// Seconds until every page was durable.
    pub(crate) intake_seconds: f64,
    /// Seconds until every record was processed.
    pub(crate) seconds: f64,
    pub(crate) cpu_seconds: f64,
    pub(crate) memory_peak_bytes: usize,
    pub(crate) bytes_written: usize,
    pub(crate) claims: usize,
    pub(crate) signals: usize,
}

impl JourneyFigures {
    pub(crate) fn pages_per_second(&self) -> f64 {
        float(self.accepted) / self.seconds.max(1e-9)
    }

    pub(crate) fn cpu_ms_per_page(&self) -> f64 {
        self.cpu_seconds * 1e3 / float(self.accepted)
    }
}

/// Decompresses and cleans every page, one thread per file, and discards the results.
pub(crate) fn clean(args: &CleanArgs) -> anyhow::Result<Value> {
    let body_bytes_max = JourneyLimits::default().body_bytes_max;
    let started = Instant::now();
    let counts: Vec<anyhow::Result<(usize, usize)>> = std::thread::scope(|scope| {
        let threads: Vec<_> = args
            .files
            .iter()
            .map(|file| scope.spawn(move || clean_file(file, body_bytes_max)))
            .collect();
        let panicked = |_| Err(anyhow::anyhow!("a reading thread panicked"));
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(panicked)).collect()
    });
    let mut figures = CleanFigures {
        pages: 0,
        seconds: started.elapsed().as_secs_f64(),
        cpu_seconds: process::cpu_seconds(),
        text_bytes: 0,
    };
    for count in counts {
        let (pages, text_bytes) = count?;
        figures.pages += pages;
        figures.text_bytes += text_bytes;
    }
    Ok(serde_json::to_value(figures)?)
}

fn clean_file(file: &std::path::Path, body_bytes_max: usize) -> anyhow::Result<(usize, usize)> {
    let (mut pages, mut text_bytes) = (0, 0);
    each_record(file, |record| {
        let response = ingest::http_response(&record.block)?;
        let (body, _) = ::clean::decode_body(&response.headers, response.body, body_bytes_max);
        let (document, _) = ::clean::page(&Page {
            url: &record.target,
            status: response.status,
            headers: &response.headers,
            body: &body,
            observed: record.date,
        });
        pages += 1;
        text_bytes += std::hint::black_box(&document).text.len();
        Ok(())
    })?;
    Ok((pages, text_bytes))
}

/// Ingests the pages and waits until all are processed.
pub(crate) fn journey(args: &JourneyArgs) -> anyhow::Result<Value> {
    journey::runtime(args.threads)?.block_on(async {
        let limits = JourneyLimits::default();
        let journey =
            Journey::start(&args.folder, Arc::new(SystemClock), limits, args.threads).await?;
        let (started, written) = (Instant::now(), process::bytes_written());
        let counts = journey.take_in(args.files.clone(), args.pages_per_file).await?;
        let intake_seconds = started.elapsed().as_secs_f64();
        journey.settle().await?;
        let seconds = started.elapsed().as_secs_f64();
        let figures = JourneyFigures {
            accepted: counts.accepted,
            intake_seconds,
            seconds,
            cpu_seconds: process::cpu_seconds(),
            memory_peak_bytes: process::memory_peak_bytes(),
            bytes_written: process::bytes_written() - written,
            claims: claim_count(&journey).await?,
            signals: signal_count(&journey).await?,
        };
        journey.stop().await;
        Ok(serde_json::to_value(figures)?)
    })
}

async fn claim_count(journey: &Journey) -> anyhow::Result<usize> {
    let claims = journey.context().db.read(|tx| Box::pin(tx.claim_count())).await?;
    Ok(usize::try_from(claims)?)
}

async fn signal_count(journey: &Journey) -> anyhow::Result<usize> {
    let signals = journey
        .context()
        .db
        .read(|tx| Box::pin(async move { tx.signals(&RunId::default()).await }))
        .await?;
    Ok(signals.len())
}
