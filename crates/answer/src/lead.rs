//! One company, on one page.

use model::Day;
use score::RecommendedAction;
use serde::Serialize;
use store::db::ReadTx;
use utoipa::ToSchema;

use crate::dossier::read_of;
use crate::scores::{ScoreShown, scores};
use crate::{
    CompanyFacts, Dossier, JoinShown, Profile, ReadContext, Result, SignalDetail, TimelineEntry,
    company, display_name, joins, timeline,
};

/// What to do next about a company.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NextAction {
    /// The act, in a few words.
    pub title: String,
    /// The reason, with its figures.
    pub why: String,
    /// The role to ask for, when there is one.
    pub ask_for: Option<String>,
}

impl From<RecommendedAction> for NextAction {
    fn from(action: RecommendedAction) -> Self {
        Self { title: action.title, why: action.why, ask_for: action.ask_for }
    }
}

/// One company, on one page.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = LeadPage)]
pub struct LeadDetail {
    /// The day of reading.
    #[schema(value_type = String, format = Date)]
    pub on: Day,
    /// What is known of it.
    pub company: CompanyFacts,
    /// Whether the team knew it before.
    pub is_account: bool,
    /// One per product.
    pub scores: Vec<ScoreShown>,
    /// Newest first.
    pub signals: Vec<SignalDetail>,
    /// What happened, newest first.
    pub river: Vec<TimelineEntry>,
    /// Why these are one company, or are not.
    pub joins: Vec<JoinShown>,
    /// What to do next; nothing while nothing happened.
    pub next_action: Option<NextAction>,
}

/// Reads one company, on one page.
///
/// # Errors
/// What the engine says.
pub async fn read(
    tx: &mut ReadTx,
    context: &ReadContext,
    company: &Dossier,
    day: Day,
) -> Result<LeadDetail> {
    let signals = company.signals_by(day).into_iter();
    Ok(LeadDetail {
        on: day,
        company: company::summary(company.id, &company.view),
        is_account: company.view.is_account,
        scores: scores(company, day),
        signals: signals.map(|one| SignalDetail::of(context, company, one, day)).collect(),
        river: timeline::read(tx, context, company, day).await?,
        joins: joins::read(tx, &company.view).await?,
        next_action: next_action(company, day),
    })
}

/// Reads the company that the words mean, on one page.
///
/// # Errors
/// [`Unknown`](crate::AnswerError::Unknown) or [`Ambiguous`](crate::AnswerError::Ambiguous), and
/// what the engine says.
pub async fn lead(context: &ReadContext, words: &str, day: Day) -> Result<LeadDetail> {
    let (inside, words) = (context.clone(), words.to_owned());
    let read = context.read(move |tx| {
        Box::pin(async move {
            let profile = Profile::read(tx).await?;
            let company = read_of(tx, &inside, &profile, &words).await?;
            read(tx, &inside, &company, day).await
        })
    });
    read.await
}

/// What to do next about a company; nothing while nothing happened.
fn next_action(company: &Dossier, day: Day) -> Option<NextAction> {
    let lead = company.best(day)?;
    let strongest = company.strongest(lead, day)?;
    let newest = company.feedback.iter().max_by_key(|feedback| feedback.ts);
    let name = display_name(&company.view);
    let role = &lead.product.buyer_role;
    let points = lead.points(day);
    Some(score::next_action(&name, &company.view, strongest, newest, points, role).into())
}
