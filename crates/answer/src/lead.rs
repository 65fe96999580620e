//! One company, on one page.

use model::{Component, Contribution, Day, EntityId, Points, ScoreComponents, SignalId, Timestamp};
use score::RecommendedAction;
use serde::Serialize;
use store::db::ReadTx;
use utoipa::ToSchema;

use crate::dossier::read_of;
use crate::{
    CompanyFacts, Dossier, JoinShown, Lead, Profile, ReadContext, Result, SignalDetail,
    TimelineEntry, company, display_name, joins, timeline,
};

/// The three parts of a score.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct ComponentsShown {
    /// The kind of company that buys.
    #[schema(value_type = f64)]
    pub fit: Points,
    /// What it did that speaks for buying.
    #[schema(value_type = f64)]
    pub intent: Points,
    /// How fresh that is.
    #[schema(value_type = f64)]
    pub timing: Points,
}

impl From<ScoreComponents> for ComponentsShown {
    fn from(parts: ScoreComponents) -> Self {
        Self { fit: parts.fit, intent: parts.intent, timing: parts.timing }
    }
}

/// One reason for points.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContributionShown {
    /// fit, intent or timing.
    #[schema(value_type = String)]
    pub component: Component,
    /// The reason, for a person.
    pub reason: String,
    /// The signal behind it, when there is one.
    #[schema(value_type = Option<String>)]
    pub signal: Option<SignalId>,
    /// Points on the day of reading.
    #[schema(value_type = f64)]
    pub points: Points,
}

impl From<Contribution> for ContributionShown {
    fn from(one: Contribution) -> Self {
        let Contribution { component, reason, signal, points } = one;
        Self { component, reason, signal, points }
    }
}

/// A company's score for a product: the sum of its components and of its contributions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScoreShown {
    /// The score in words.
    pub band: &'static str,
    /// Whose.
    #[schema(value_type = String)]
    pub company_id: EntityId,
    /// For which product; empty while nobody said what they sell.
    pub product_id: String,
    /// What the product is called.
    pub product_name: String,
    /// 0 to 100.
    #[schema(value_type = f64)]
    pub score: Points,
    /// FIT, INTENT and TIMING.
    pub components: ComponentsShown,
    /// Every reason.
    pub contributions: Vec<ContributionShown>,
    /// The first day on which the score drops a band by time alone, when it will.
    #[schema(value_type = Option<String>, format = Date)]
    pub drops_on: Option<Day>,
    /// When it was last recomputed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

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

/// A company's scores, one per product.
fn scores(company: &Dossier, day: Day) -> Vec<ScoreShown> {
    let shown = |lead: &Lead| {
        let score = lead.read(company.id, day);
        ScoreShown {
            band: lead.words(day),
            company_id: score.company_id,
            product_id: score.product_id,
            product_name: lead.product.name.clone(),
            score: score.score,
            components: score.components.into(),
            contributions: score.contributions.into_iter().map(Into::into).collect(),
            drops_on: score.drops_on,
            updated_at: score.updated_at,
        }
    };
    company.leads.iter().map(shown).collect()
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
