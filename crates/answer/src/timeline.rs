//! A company's timeline: pages, claims, signals, score changes and feedback, newest first.

use std::cmp::Reverse;

use model::{ClaimObservation, Day, Points, SignalId, Timestamp};
use serde::Serialize;
use store::db::{LedgerRow, PageSeen, ReadTx};
use utoipa::ToSchema;

use crate::{Dossier, ReadContext, Result, clipped, title_of};

/// The maximum number of entries shown, and of entries read of each sort.
const ENTRIES_MAX: usize = 200;
const READ_MAX: i64 = 200;
const TEXT_CHARS: usize = 400;

/// An entry of the timeline.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RiverEntry)]
pub struct TimelineEntry {
    /// The id of the entry, unique within the timeline.
    pub id: String,
    /// The time of the observation, detection, score change or feedback.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The day on which it happened according to the source, otherwise the day of `at`.
    #[schema(value_type = String, format = Date)]
    pub day: Day,
    /// The kind: `page`, a claim's kind, `signal`, `score` or `feedback`.
    pub kind: String,
    /// The text of the entry.
    pub text: String,
    /// The URL of the page, as the source gave it: parse it before you link to it.
    pub url: Option<String>,
    /// The signal that the entry is about.
    #[schema(value_type = Option<String>)]
    pub signal: Option<SignalId>,
    /// The change of the score, in points.
    #[schema(value_type = Option<f64>)]
    pub delta: Option<Points>,
    /// The cause: the id of an entry, or a text.
    pub cause: Option<String>,
}

/// Reads a company's timeline, up to 200 entries.
///
/// # Errors
/// When the database fails.
pub async fn read(
    tx: &mut ReadTx,
    context: &ReadContext,
    company: &Dossier,
    day: Day,
) -> Result<Vec<TimelineEntry>> {
    let (mut pages, mut claims, mut ledger) = (Vec::new(), Vec::new(), Vec::new());
    for (_, member) in &company.view.members {
        pages.extend(tx.pages_seen(*member, READ_MAX).await?);
        claims.extend(tx.claim_looks(*member, READ_MAX).await?);
    }
    if let Some(lead) = company.best(day) {
        ledger = tx.ledger(company.id, &lead.product.id, READ_MAX).await?;
    }
    let mut entries: Vec<TimelineEntry> = pages.into_iter().map(page_entry).collect();
    entries.extend(claims.into_iter().map(claim_entry));
    entries.extend((0usize..).zip(ledger).map(|(number, row)| score_entry(number, row)));
    entries.extend(company.signals.iter().map(|one| signal_entry(context, company, one)));
    entries.extend(company.feedback.iter().map(feedback_entry));
    entries.sort_by(|one, other| {
        (Reverse(one.at), Reverse(one.day), &one.kind, &one.id).cmp(&(
            Reverse(other.at),
            Reverse(other.day),
            &other.kind,
            &other.id,
        ))
    });
    entries.truncate(ENTRIES_MAX);
    Ok(entries)
}

fn entry(id: String, at: Timestamp, kind: &str, text: &str) -> TimelineEntry {
    TimelineEntry {
        id,
        at,
        day: at.day(),
        kind: kind.to_owned(),
        text: clipped(text, TEXT_CHARS),
        url: None,
        signal: None,
        delta: None,
        cause: None,
    }
}

fn page_entry(page: PageSeen) -> TimelineEntry {
    let text = match page.outcome {
        model::ObservationOutcome::Changed | model::ObservationOutcome::Unchanged => {
            page.title.unwrap_or_else(|| "A page".to_owned())
        }
        model::ObservationOutcome::Gone => "The page is gone".to_owned(),
        model::ObservationOutcome::CouldNotLook => "The page could not be read".to_owned(),
        model::ObservationOutcome::NotAllowed => "The page may not be read".to_owned(),
    };
    let shown = entry(page.look.to_string(), page.observed, "page", &text);
    TimelineEntry { url: Some(page.url), ..shown }
}

fn claim_entry(claim: ClaimObservation) -> TimelineEntry {
    let text = detect::claim_in_words(&claim);
    let evidence = claim.evidence;
    let shown = entry(evidence.look.to_string(), evidence.observed, claim.kind.as_str(), &text);
    TimelineEntry { day: claim.occurred, url: Some(evidence.url), ..shown }
}

fn score_entry(number: usize, row: LedgerRow) -> TimelineEntry {
    let id = format!("score-{}-{number}", row.at.0);
    let shown = entry(id, row.at, "score", &row.cause);
    TimelineEntry { delta: Some(row.delta), cause: Some(row.cause), ..shown }
}

fn signal_entry(context: &ReadContext, company: &Dossier, signal: &model::Signal) -> TimelineEntry {
    let at = company.detected.get(&signal.id).copied().unwrap_or(signal.start.start());
    let text = format!("{}: {}", title_of(context, &signal.kind), signal.explanation);
    TimelineEntry {
        day: signal.start,
        signal: Some(signal.id),
        cause: signal.evidence.first().map(|evidence| evidence.look.to_string()),
        ..entry(signal.id.to_string(), at, "signal", &text)
    }
}

fn feedback_entry(feedback: &model::Feedback) -> TimelineEntry {
    let outcome = feedback.outcome.as_str();
    let text = match feedback.reason.as_str() {
        "" => outcome.to_owned(),
        reason => format!("{outcome}: {reason}"),
    };
    let id = format!("feedback-{}-{}", feedback.signal_id, feedback.ts.0);
    TimelineEntry { signal: Some(feedback.signal_id), ..entry(id, feedback.ts, "feedback", &text) }
}
