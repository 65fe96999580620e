//! The lead page of a company: facts, scores, signals, timeline, joins and next action.

use model::Day;
use score::RecommendedAction;
use serde::Serialize;
use store::db::ReadTx;
use utoipa::ToSchema;

use crate::past::read_of_day;
use crate::scores::{ScoreShown, scores};
use crate::{
    CompanyFacts, Dossier, JoinShown, Profile, ReadContext, Result, SettlementShown, SignalDetail,
    TimelineEntry, company, display_name, joins, timeline,
};

/// The recommended next action for a company.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NextAction {
    /// The action, in a few words.
    pub title: String,
    /// The reason, with its figures.
    pub why: String,
    /// The role to ask for, if there is one.
    pub ask_for: Option<String>,
}

impl From<RecommendedAction> for NextAction {
    fn from(action: RecommendedAction) -> Self {
        Self { title: action.title, why: action.why, ask_for: action.ask_for }
    }
}

/// The lead page of a company.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = LeadPage)]
pub struct LeadDetail {
    /// The day that the page is computed for.
    #[schema(value_type = String, format = Date)]
    pub on: Day,
    /// The facts of the company.
    pub company: CompanyFacts,
    /// Whether the company is an account.
    pub is_account: bool,
    /// The scores, one per product.
    pub scores: Vec<ScoreShown>,
    /// Why the lead is in no list of calls, and when it comes back; null if it may be listed.
    pub settled: Option<SettlementShown>,
    /// The signals, newest first.
    pub signals: Vec<SignalDetail>,
    /// The timeline, newest first.
    pub river: Vec<TimelineEntry>,
    /// Why its entities are one company, or are not.
    pub joins: Vec<JoinShown>,
    /// The recommended next action; null if there is no signal.
    pub next_action: Option<NextAction>,
}

/// Reads the lead page of a company.
///
/// # Errors
/// When the database fails.
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
        settled: company.state(day).settled.as_ref().map(SettlementShown::from),
        signals: signals.map(|one| SignalDetail::of(context, company, one, day)).collect(),
        river: timeline::read(tx, context, company, day).await?,
        joins: joins::read(tx, &company.view).await?,
        next_action: next_action(company, day),
    })
}

/// Finds a company by a domain, an address, a name or an id, and reads its lead page.
///
/// # Errors
/// [`Unknown`](crate::AnswerError::Unknown) or [`Ambiguous`](crate::AnswerError::Ambiguous), or
/// when the database fails.
pub async fn lead(context: &ReadContext, reference: &str, day: Day) -> Result<LeadDetail> {
    let (read_context, reference) = (context.clone(), reference.to_owned());
    let read = context.read(move |tx| {
        Box::pin(async move {
            let profile = Profile::read(tx).await?;
            let company = read_of_day(tx, &read_context, &profile, &reference, day).await?;
            read(tx, &read_context, &company, day).await
        })
    });
    read.await
}

/// Recommends the next action for a company; `None` if there is no signal.
fn next_action(company: &Dossier, day: Day) -> Option<NextAction> {
    let lead = company.best(day)?;
    let strongest = company.strongest(lead, day)?;
    let settled = company.state(day).settled;
    let name = display_name(&company.view);
    let role = &lead.product.buyer_role;
    let points = lead.points(day);
    Some(score::next_action(&name, &company.view, strongest, settled.as_ref(), points, role).into())
}
