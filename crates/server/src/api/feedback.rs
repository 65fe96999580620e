//! Feedback: the outcome of a lead, recorded and withdrawn.

use std::time::Duration;

use answer::dossier::read;
use answer::{Dossier, FeedbackReceipt, Profile, check_value};
use axum::Extension;
use axum::extract::State;
use flow::{FeedbackChange, Heard, hear};
use model::{By, Feedback, FeedbackOutcome, SignalId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::signals::standing;
use super::{Json, JsonResult, PathParam};
use crate::access::Opener;
use crate::app::App;
use crate::problem::Problem;
use crate::stream_position::Position;

/// The timeout for a new score.
const SCORED_WITHIN: Duration = Duration::from_secs(3);

/// The outcome of a lead.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Word)]
#[serde(deny_unknown_fields)]
pub(crate) struct FeedbackRequest {
    /// The id of the signal that made it a lead.
    #[schema(example = "07070707070707070707070707070707")]
    signal_id: String,
    /// `won`, `lost`, `ignore` or `snooze` (for 30 days).
    #[schema(example = "won", pattern = "^(won|lost|ignore|snooze)$")]
    outcome: String,
    /// The reason, in the team's words. For `ignore`, "wrong company", "not our market", "already in
    /// talks", "too old" and "page was misread" each have an effect of their own.
    #[schema(max_length = 2000, example = "signed in December")]
    #[serde(default)]
    reason: String,
    /// The value of the deal, in the team's currency.
    #[schema(minimum = 0, maximum = 1000000000000000.0, example = 20000)]
    #[serde(default)]
    value: Option<f64>,
}

/// Record the outcome of a lead; the newest outcome of a signal counts.
#[utoipa::path(
    post, path = "/api/v1/feedback", tag = "feedback", request_body = FeedbackRequest,
    responses(
        (status = 200, body = FeedbackReceipt),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn say(
    State(app): State<App>,
    Extension(opener): Extension<Opener>,
    Json(request): Json<FeedbackRequest>,
) -> JsonResult<FeedbackReceipt> {
    let Some(outcome) = FeedbackOutcome::parse(&request.outcome) else {
        return Err(Problem::bad_request(
            "there is no such outcome; send won, lost, ignore or snooze",
        ));
    };
    check_value(request.value)?;
    let (company, signal_id) = standing(&app, &request.signal_id).await?;
    let ts = app.inner.context.now();
    let feedback =
        Feedback { signal_id, outcome, reason: request.reason, value: request.value, ts };
    apply_change(&app, company, signal_id, FeedbackChange::Word(feedback), &opener.by()).await
}

/// Withdraw the newest outcome of a signal.
#[utoipa::path(
    delete, path = "/api/v1/feedback/{signal_id}", tag = "feedback",
    params(("signal_id" = String, Path, description = "The id of the signal", example = "07070707070707070707070707070707")),
    responses(
        (status = 200, body = FeedbackReceipt),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn take_back(
    State(app): State<App>,
    Extension(opener): Extension<Opener>,
    PathParam(id): PathParam<String>,
) -> JsonResult<FeedbackReceipt> {
    let (company, signal_id) = standing(&app, &id).await?;
    // It may have been given for a signal that is shown as this one now.
    let given_for = company.feedback_on(signal_id).map_or(signal_id, |one| one.signal_id);
    apply_change(&app, company, signal_id, FeedbackChange::TakenBack(given_for), &opener.by()).await
}

async fn apply_change(
    app: &App,
    before: Dossier,
    signal_id: SignalId,
    change: FeedbackChange,
    by: &By,
) -> JsonResult<FeedbackReceipt> {
    let inner = &app.inner;
    let context = &inner.context;
    let feedback = match &change {
        FeedbackChange::Word(feedback) => Some(feedback.clone()),
        FeedbackChange::OnLead(all) => all.first().cloned(),
        FeedbackChange::TakenBack(_) => None,
    };
    let from = inner.feed.position();
    match hear(context, before.id, change, by).await? {
        Heard::Changed => {}
        Heard::Repeated => {
            let answers = &inner.answers;
            let same = FeedbackReceipt::of(answers, signal_id, feedback, &before, &before, true);
            return Ok(axum::Json(same));
        }
        Heard::Nothing => {
            let detail = format!("signal {signal_id} has no feedback to withdraw");
            return Err(Problem::not_found(detail));
        }
    }
    inner.intake.nudge();
    let scored = tokio::time::timeout(SCORED_WITHIN, scored_since(app, from, &before)).await;
    let (read_context, company) = (inner.answers.clone(), before.id);
    let after = inner.answers.read(move |tx| {
        Box::pin(async move {
            let profile = Profile::read(tx).await?;
            read(tx, &read_context, &profile, company).await
        })
    });
    let (after, is_scored) = (after.await?, scored.is_ok());
    Ok(axum::Json(FeedbackReceipt::of(
        &inner.answers,
        signal_id,
        feedback,
        &before,
        &after,
        is_scored,
    )))
}

/// Waits until the company is scored again.
async fn scored_since(app: &App, mut from: Position, company: &Dossier) {
    let mut updates = app.inner.feed.news();
    loop {
        while let Ok(Some((partition, record, entity))) = app.inner.feed.next_entity(&from).await {
            from.pass(partition, record);
            if company.view.members.iter().any(|(_, member)| Some(*member) == entity) {
                return;
            }
        }
        if updates.changed().await.is_err() {
            return;
        }
    }
}
