//! Feedback: which signal a word of it is on, and what it did to the company's scores.

use model::{Day, Feedback, FeedbackOutcome, Points, SignalId, Timestamp};
use serde::Serialize;
use store::db::ReadTx;
use utoipa::ToSchema;

use crate::dossier::{read_of, read_standing};
use crate::{
    AnswerError, CompanyShown, Dossier, Profile, ReadContext, Result, company_shown, title_of,
};

/// What came of a word of feedback.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Said)]
pub struct FeedbackReceipt {
    /// The signal it is on: the one under which several of one matter read.
    #[schema(value_type = String)]
    pub signal_id: SignalId,
    /// The signal's kind, for people.
    pub kind: String,
    /// Whose signal it is.
    pub company: CompanyShown,
    /// won, lost or ignore; nothing when the newest word was taken back and none is left.
    pub outcome: Option<&'static str>,
    /// Whether this took a word back.
    pub undone: bool,
    /// What was said; nothing when a word was taken back.
    pub feedback: Option<FeedbackShown>,
    /// The company's best score before.
    #[schema(value_type = f64)]
    pub score_before: Points,
    /// The company's best score after; nothing when it was not computed anew in time.
    #[schema(value_type = Option<f64>)]
    pub score_after: Option<Points>,
    /// The company's score for each product before and after; none when they were not computed anew
    /// in time.
    pub changes: Vec<ScoreChange>,
}

/// What somebody said became of a lead.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FeedbackShown {
    /// The signal it is on.
    #[schema(value_type = String)]
    pub signal_id: SignalId,
    /// won, lost or ignore.
    #[schema(value_type = String)]
    pub outcome: FeedbackOutcome,
    /// Why, in the team's words.
    pub reason: String,
    /// What the deal was worth, in the team's currency.
    pub value: Option<f64>,
    /// When it was said.
    #[schema(value_type = String, format = DateTime)]
    pub ts: Timestamp,
}

impl From<Feedback> for FeedbackShown {
    fn from(feedback: Feedback) -> Self {
        let Feedback { signal_id, outcome, reason, value, ts } = feedback;
        Self { signal_id, outcome, reason, value, ts }
    }
}

/// A company's score for a product before and after.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScoreChange {
    /// What the product is called.
    pub product: String,
    /// The score before.
    #[schema(value_type = f64)]
    pub before: Points,
    /// The score after.
    #[schema(value_type = f64)]
    pub after: Points,
}

impl FeedbackReceipt {
    /// Compares a company before and after a word on one of its signals; `said` is nothing when the
    /// word was taken back, `is_scored` whether the scores are computed anew.
    pub fn of(
        context: &ReadContext,
        signal_id: SignalId,
        said: Option<Feedback>,
        before: &Dossier,
        after: &Dossier,
        is_scored: bool,
    ) -> Self {
        let day = context.day(None);
        let newest = after.feedback.iter().filter(|one| one.signal_id == signal_id);
        let newest = newest.max_by_key(|one| one.ts).map(|one| one.outcome.as_str());
        let signal = after.signal(signal_id).or_else(|| before.signal(signal_id));
        let leads = before.leads.iter().zip(&after.leads).filter(|_| is_scored);
        let changes = leads.map(|(before, after)| ScoreChange {
            product: after.product.name.clone(),
            before: before.points(day),
            after: after.points(day),
        });
        Self {
            signal_id,
            kind: signal.map(|signal| title_of(context, &signal.kind)).unwrap_or_default(),
            company: company_shown(before.id, &after.view),
            outcome: newest,
            undone: said.is_none(),
            feedback: said.map(FeedbackShown::from),
            score_before: best(before, day),
            score_after: is_scored.then(|| best(after, day)),
            changes: changes.collect(),
        }
    }
}

fn best(company: &Dossier, day: Day) -> Points {
    company.best(day).map(|lead| lead.points(day)).unwrap_or_default()
}

/// The signal that is meant, and its company. A company means its strongest signal; to take a word
/// back, the one that was spoken of last.
///
/// # Errors
/// [`AnswerError::Unknown`] when there is nothing to speak of; what the engine says.
pub async fn target(
    context: &ReadContext,
    profile: &Profile,
    words: &str,
    to_undo: bool,
) -> Result<(Dossier, SignalId)> {
    let (inside, profile, words) = (context.clone(), profile.clone(), words.to_owned());
    let read = context.read(move |tx| {
        Box::pin(async move { read(tx, &inside, &profile, &words, to_undo).await })
    });
    read.await
}

/// Reads the signal that is meant, and its company.
///
/// # Errors
/// As [`target`].
pub async fn read(
    tx: &mut ReadTx,
    context: &ReadContext,
    profile: &Profile,
    words: &str,
    to_undo: bool,
) -> Result<(Dossier, SignalId)> {
    if let Ok(id) = words.parse::<SignalId>()
        && let Some(standing) = read_standing(tx, context, profile, id).await?
    {
        return Ok(standing);
    }
    let dossier = read_of(tx, context, profile, words).await?;
    if to_undo {
        let newest = dossier.feedback.iter().max_by_key(|feedback| feedback.ts);
        let newest = newest.map(|newest| newest.signal_id);
        return match newest {
            Some(newest) => Ok((dossier, newest)),
            None => Err(AnswerError::Unknown(format!("nothing was said about {words} yet"))),
        };
    }
    let day = context.day(None);
    let strongest = dossier.best(day).and_then(|lead| dossier.strongest(lead, day));
    match strongest.map(|signal| signal.id) {
        Some(signal) => Ok((dossier, signal)),
        None => Err(AnswerError::Unknown(format!("{words} has no signal to speak of yet"))),
    }
}
