//! Feedback: the signal that it is on, and its effect on the company's scores.

use model::{Day, Feedback, FeedbackOutcome, IgnoreReason, Points, SignalId, Timestamp};
use serde::Serialize;
use store::db::ReadTx;
use utoipa::ToSchema;

use crate::dossier::{read_of, read_standing};
use crate::{
    AnswerError, CompanyShown, Dossier, Profile, ReadContext, Result, SettlementShown,
    company_shown, title_of,
};

/// The maximum value of a deal: in any currency more than a deal is worth.
pub const DEAL_VALUE_MAX: f64 = 1e15;

/// The receipt of feedback, with its effect on the company's scores.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Said)]
pub struct FeedbackReceipt {
    /// The signal that the feedback is on; signals about one matter are shown as one signal.
    #[schema(value_type = String)]
    pub signal_id: SignalId,
    /// The kind of the signal, as an id; empty if the signal is gone.
    pub kind: String,
    /// The title of the kind.
    pub kind_title: String,
    /// The company of the signal.
    pub company: CompanyShown,
    /// The current outcome: won, lost, ignore or snooze; null if the only feedback was withdrawn.
    pub outcome: Option<&'static str>,
    /// Whether feedback was withdrawn.
    pub undone: bool,
    /// Whether the same feedback was stored before, so that nothing has changed.
    pub repeated: bool,
    /// Why the lead is in no list of calls now, and when it comes back; null if it may be listed.
    pub settled: Option<SettlementShown>,
    /// The feedback; null if it was withdrawn.
    pub feedback: Option<FeedbackShown>,
    /// The company's best score before the feedback.
    #[schema(value_type = f64)]
    pub score_before: Points,
    /// The company's best score after the feedback; null if it was not recomputed in time.
    #[schema(value_type = Option<f64>)]
    pub score_after: Option<Points>,
    /// The company's score for each product before and after; empty if they were not recomputed in
    /// time.
    pub changes: Vec<ScoreChange>,
}

/// Feedback of a person on a lead.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FeedbackShown {
    /// The signal that the feedback is on.
    #[schema(value_type = String)]
    pub signal_id: SignalId,
    /// The outcome: won, lost, ignore or snooze.
    #[schema(value_type = String)]
    pub outcome: FeedbackOutcome,
    /// The reason, in the team's words.
    pub reason: String,
    /// The value of the deal, in the team's currency.
    pub value: Option<f64>,
    /// The time of the feedback.
    #[schema(value_type = String, format = DateTime)]
    pub ts: Timestamp,
}

impl From<Feedback> for FeedbackShown {
    fn from(feedback: Feedback) -> Self {
        let Feedback { signal_id, outcome, reason, value, ts } = feedback;
        Self { signal_id, outcome, reason, value, ts }
    }
}

/// What is said about a lead.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedbackGiven {
    /// The outcome.
    pub outcome: FeedbackOutcome,
    /// The reason, in the team's words.
    pub reason: String,
    /// The value of the deal, in the team's currency.
    pub value: Option<f64>,
}

/// What feedback is on.
#[derive(Debug, Clone)]
pub struct FeedbackTarget {
    /// The company.
    pub company: Dossier,
    /// The signal.
    pub signal: SignalId,
    /// The other signals that it is on too, because it is about the whole lead.
    pub others: Vec<SignalId>,
}

/// A company's score for a product before and after.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScoreChange {
    /// The name of the product.
    pub product: String,
    /// The score before.
    #[schema(value_type = f64)]
    pub before: Points,
    /// The score after.
    #[schema(value_type = f64)]
    pub after: Points,
}

impl FeedbackReceipt {
    /// Compares a company before and after feedback on one of its signals. `feedback` is `None` if
    /// feedback was withdrawn; `is_scored` tells whether the scores are recomputed.
    pub fn of(
        context: &ReadContext,
        signal_id: SignalId,
        feedback: Option<Feedback>,
        before: &Dossier,
        after: &Dossier,
        is_scored: bool,
    ) -> Self {
        let day = context.day(None);
        let newest = after.feedback_on(signal_id).map(|one| one.outcome.as_str());
        let known = before.feedback_on(signal_id);
        let repeated = feedback.as_ref().zip(known).is_some_and(|(one, other)| one.repeats(other));
        let signal = after.signal(signal_id).or_else(|| before.signal(signal_id));
        let leads = before.leads.iter().zip(&after.leads).filter(|_| is_scored);
        let changes = leads.map(|(before, after)| ScoreChange {
            product: after.product.name.clone(),
            before: before.points(day),
            after: after.points(day),
        });
        Self {
            signal_id,
            kind: signal.map(|signal| signal.kind.clone()).unwrap_or_default(),
            kind_title: signal.map(|signal| title_of(context, &signal.kind)).unwrap_or_default(),
            company: company_shown(before.id, &after.view),
            outcome: newest,
            undone: feedback.is_none(),
            repeated,
            settled: after.state(day).settled.as_ref().map(SettlementShown::from),
            feedback: feedback.map(FeedbackShown::from),
            score_before: best(before, day),
            score_after: is_scored.then(|| best(after, day)),
            changes: changes.collect(),
        }
    }
}

fn best(company: &Dossier, day: Day) -> Points {
    company.best(day).map(|lead| lead.points(day)).unwrap_or_default()
}

/// Checks the value of a deal.
///
/// # Errors
/// [`AnswerError::UsageError`] unless it is 0 to [`DEAL_VALUE_MAX`].
pub fn check_value(value: Option<f64>) -> Result<()> {
    match value {
        // NaN is in no range.
        Some(value) if !(0.0..=DEAL_VALUE_MAX).contains(&value) => {
            let range = format!("0 to {DEAL_VALUE_MAX}");
            let message = format!("value is {value}; a deal is worth {range}, in your currency");
            Err(AnswerError::UsageError(message))
        }
        _ => Ok(()),
    }
}

/// Finds the signal that feedback is on, and its company, by the signal's id or a company. For a
/// company it is the strongest signal that is a reason to call; to withdraw or repeat feedback, the
/// signal with the newest feedback. `given` is `None` to withdraw it. A company that is ignored for no
/// reason of a signal has all its signals set aside.
///
/// # Errors
/// [`AnswerError::Unknown`] when there is no such signal, or when the database fails.
pub async fn target(
    context: &ReadContext,
    profile: &Profile,
    reference: &str,
    given: Option<&FeedbackGiven>,
) -> Result<FeedbackTarget> {
    let (read_context, profile, reference) =
        (context.clone(), profile.clone(), reference.to_owned());
    let given = given.cloned();
    let read = context.read(move |tx| {
        Box::pin(async move { read(tx, &read_context, &profile, &reference, given).await })
    });
    read.await
}

/// Reads the signal that feedback is on, and its company.
///
/// # Errors
/// As [`target`].
pub async fn read(
    tx: &mut ReadTx,
    context: &ReadContext,
    profile: &Profile,
    reference: &str,
    given: Option<FeedbackGiven>,
) -> Result<FeedbackTarget> {
    if let Ok(id) = reference.parse::<SignalId>()
        && let Some((dossier, shown)) = read_standing(tx, context, profile, id).await?
    {
        let stored = dossier.feedback_on(shown).filter(|_| given.is_none());
        let id = stored.map_or(shown, |feedback| feedback.signal_id);
        return Ok(FeedbackTarget { company: dossier, signal: id, others: Vec::new() });
    }
    let dossier = read_of(tx, context, profile, reference).await?;
    let newest = dossier.feedback.iter().max_by_key(|feedback| (feedback.ts, feedback.signal_id));
    let day = context.day(None);
    let signal = match (&given, newest) {
        (None, Some(newest)) => newest.signal_id,
        (None, None) => {
            return Err(AnswerError::Unknown(format!("there is no feedback on {reference} yet")));
        }
        (Some(given), Some(newest)) if is_said(&dossier, given, newest, day) => {
            dossier.shown_as(newest)
        }
        (Some(_), _) => {
            let strongest = dossier.best(day).and_then(|lead| dossier.strongest(lead, day));
            let missing = || AnswerError::Unknown(format!("{reference} has no signal yet"));
            strongest.ok_or_else(missing)?.id
        }
    };
    // A lead that is not worth a call has no signal that is.
    let is_about_all = given.is_some_and(|given| {
        given.outcome == FeedbackOutcome::Ignore
            && IgnoreReason::of(&given.reason) == IgnoreReason::Other
    });
    let mut others = dossier.state(day).open;
    others.retain(|other| is_about_all && *other != signal);
    let others = others.into_iter().collect();
    Ok(FeedbackTarget { company: dossier, signal, others })
}

/// Checks whether feedback on a company repeats the newest one: it says the same, and nothing was
/// found since that it could be about.
fn is_said(company: &Dossier, given: &FeedbackGiven, newest: &Feedback, day: Day) -> bool {
    let open = company.state(day).open;
    let mut open = open.iter().filter_map(|id| company.signal(*id));
    let is_same = (given.outcome, &given.reason, given.value)
        == (newest.outcome, &newest.reason, newest.value);
    is_same && !open.any(|signal| company.first_known(signal) > newest.ts)
}
