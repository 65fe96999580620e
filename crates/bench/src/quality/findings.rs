//! Runs the journey over the labelled pages and reads its findings.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use flow::{Context, JourneyLimits};
use model::{ClaimObservation, EntityId, Evidence, FixedClock, RunId, Span, Timestamp};
use store::db::SignalRow;

use crate::journey::{Journey, runtime};
use crate::quality::data::{LabelledPage, LabelledQuote};
use crate::quality::kinds;
use crate::warc::{NewPage, WarcWriter};

/// The time of observation of all pages and the present of the journey, later than every event on
/// the pages. 2027-01-01T00:00:00Z.
const OBSERVED: Timestamp = Timestamp(1_798_761_600_000_000);
const THREADS: usize = 2;
const CHUNK: i64 = 500;

/// A page as read by the journey.
#[derive(Debug, Clone, Default)]
pub(crate) struct JourneyPage {
    pub(crate) name: String,
    pub(crate) labels: Vec<LabelledQuote>,
    pub(crate) is_negative: bool,
    /// The cleaned text; empty for an unread page.
    pub(crate) text: String,
}

/// A quote that supports a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Words {
    pub(crate) span: Span,
    pub(crate) quote: String,
}

/// A finding on one page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PageFinding {
    /// The kind in the terms of the labels.
    pub(crate) kind: &'static str,
    /// The index of the page in [`PageFindings::pages`].
    pub(crate) page: usize,
    /// Its quotes on that page, at least one.
    pub(crate) words: Vec<Words>,
    /// The pack or matcher that made it.
    pub(crate) by: String,
}

/// All findings.
#[derive(Debug, Default)]
pub(crate) struct PageFindings {
    pub(crate) pages: Vec<JourneyPage>,
    pub(crate) signals: Vec<PageFinding>,
    pub(crate) claims: Vec<PageFinding>,
    /// Pages that the journey could not read.
    pub(crate) unread: Vec<String>,
}

/// Runs the pages through the whole journey, in a temporary folder.
pub(crate) fn of_journey(pages: &[LabelledPage]) -> anyhow::Result<PageFindings> {
    let folder = tempfile::tempdir()?;
    let warc = folder.path().join("pages.warc.gz");
    write(pages, &warc)?;
    runtime(THREADS)?.block_on(async {
        let limits = JourneyLimits::default();
        let clock = Arc::new(FixedClock::at(OBSERVED));
        let journey = Journey::start(folder.path(), clock, limits, THREADS).await?;
        journey.take_in(vec![warc], usize::MAX).await?;
        journey.settle().await?;
        let findings = read(journey.context(), pages).await;
        journey.stop().await;
        findings
    })
}

fn write(pages: &[LabelledPage], warc: &Path) -> anyhow::Result<()> {
    let mut writer = WarcWriter::create(warc)?;
    // Without a charset: saved pages have none, and the journey detects it.
    let headers = [("Content-Type".to_owned(), "text/html".to_owned())];
    for page in pages {
        let html = page.html()?;
        writer.add(&NewPage {
            url: &page.url,
            observed: OBSERVED,
            headers: &headers,
            html: &html,
        })?;
    }
    Ok(writer.finish()?)
}

async fn read(context: &Arc<Context>, pages: &[LabelledPage]) -> anyhow::Result<PageFindings> {
    let mut findings = PageFindings::default();
    for page in pages {
        let text = text_of(context, &page.url).await?;
        if text.is_none() {
            findings.unread.push(page.name.clone());
        }
        findings.pages.push(JourneyPage {
            name: page.name.clone(),
            labels: page.labels.clone(),
            is_negative: page.is_negative,
            text: text.unwrap_or_default(),
        });
    }
    let at: BTreeMap<&str, usize> =
        pages.iter().enumerate().map(|(at, page)| (page.url.as_str(), at)).collect();
    let signals =
        context.db.read(|tx| Box::pin(async move { tx.signals(&RunId::default()).await })).await?;
    let mut unique = BTreeSet::new();
    for SignalRow { signal, .. } in &signals {
        let Some(kind) = kinds::of_signal(signal) else { continue };
        unique.extend(by_page(&at, kind, &signal.pack, &signal.evidence)?);
    }
    findings.signals.extend(std::mem::take(&mut unique));
    for claim in claims(context).await? {
        let Some(kind) = kinds::of_claim(claim.kind) else { continue };
        unique.extend(by_page(&at, kind, &claim.matcher, std::slice::from_ref(&claim.evidence))?);
    }
    findings.claims.extend(unique);
    Ok(findings)
}

/// Makes one finding for each page with evidence of it.
fn by_page(
    at: &BTreeMap<&str, usize>,
    kind: &'static str,
    by: &str,
    evidence: &[Evidence],
) -> anyhow::Result<Vec<PageFinding>> {
    let mut pages: BTreeMap<usize, Vec<Words>> = BTreeMap::new();
    for evidence in evidence {
        let page = at.get(evidence.url.as_str()).copied();
        let page = page.ok_or_else(|| anyhow::anyhow!("unknown evidence URL: {}", evidence.url))?;
        let words = Words { span: evidence.span, quote: evidence.quote.clone() };
        pages.entry(page).or_default().push(words);
    }
    let finding = |(page, mut words): (usize, Vec<Words>)| {
        words.sort();
        PageFinding { kind, page, words, by: by.to_owned() }
    };
    Ok(pages.into_iter().map(finding).collect())
}

async fn text_of(context: &Arc<Context>, url: &str) -> anyhow::Result<Option<String>> {
    let url = url.to_owned();
    let blob = context
        .db
        .read(move |tx| {
            Box::pin(async move {
                let observations = tx.page_looks_at(&url).await?;
                match observations.iter().rfind(|observation| observation.outcome.is_present()) {
                    Some(observation) => tx.text_blob(observation.text_hash).await,
                    None => Ok(None),
                }
            })
        })
        .await?;
    let Some(blob) = blob else { return Ok(None) };
    Ok(Some(String::from_utf8(context.blobs.read(&blob).await?.block)?))
}

async fn claims(context: &Arc<Context>) -> anyhow::Result<Vec<ClaimObservation>> {
    let mut claims = Vec::new();
    let mut after = String::new();
    loop {
        let from = after.clone();
        let (companies, more): (Vec<EntityId>, Vec<ClaimObservation>) = context
            .db
            .read(move |tx| {
                Box::pin(async move {
                    let companies = tx.company_ids(&from, CHUNK).await?;
                    let mut claims = Vec::new();
                    for company in &companies {
                        for member in tx.members(*company).await? {
                            claims.extend(tx.claim_looks(member.id, i64::MAX).await?);
                        }
                    }
                    Ok((companies, claims))
                })
            })
            .await?;
        claims.extend(more);
        let Some(last) = companies.last() else { return Ok(claims) };
        after = last.to_string();
    }
}
