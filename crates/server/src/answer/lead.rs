//! One company, on one page.

use std::collections::BTreeSet;
use std::sync::Arc;

use flow::Rooms;
use model::{
    Component, Contribution, Day, EntityId, JudgementId, Permille, Points, ScoreComponents,
    SignalId, Timestamp, Verdict,
};
use serde::Serialize;
use store::db::OpenJudgement;
use utoipa::ToSchema;

use super::{
    CompanyFacts, Dossier, Lead, Result, RiverEntry, Signal, display_name, river, summary,
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

/// A judgement that stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JoinShown {
    /// Its id, by which it can be undone.
    #[schema(value_type = String)]
    pub id: JudgementId,
    /// One entity, as `kind:value`.
    pub left: String,
    /// The other.
    pub right: String,
    /// same or different.
    #[schema(value_type = String)]
    pub verdict: Verdict,
    /// How sure, 0 to 1.
    #[schema(value_type = f64)]
    pub confidence: Permille,
    /// Why, for a person.
    pub reasons: Vec<String>,
    /// `auto:<rule>/<version>` or `person`.
    pub by: String,
    /// Since when it stands.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
}

impl From<OpenJudgement> for JoinShown {
    fn from(open: OpenJudgement) -> Self {
        let judgement = open.judgement;
        Self {
            id: judgement.id,
            left: open.left.to_string(),
            right: open.right.to_string(),
            verdict: judgement.verdict,
            confidence: judgement.confidence,
            reasons: judgement.reasons,
            by: judgement.by,
            since: judgement.known_from,
        }
    }
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

/// One company, on one page.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LeadPage {
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
    pub signals: Vec<Signal>,
    /// What happened, newest first.
    pub river: Vec<RiverEntry>,
    /// Why these are one company, or are not.
    pub joins: Vec<JoinShown>,
    /// What to do next; nothing while nothing happened.
    pub next_action: Option<NextAction>,
}

/// A company's scores, one per product.
pub fn scores(company: &Dossier, day: Day) -> Vec<ScoreShown> {
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

/// The judgements that touch a company.
///
/// # Errors
/// What the engine says.
pub async fn joins(rooms: &Arc<Rooms>, company: &Dossier) -> Result<Vec<OpenJudgement>> {
    let members: Vec<_> = company.view.members.iter().map(|(_, id)| *id).collect();
    Ok(rooms
        .db
        .read(move |tx| {
            Box::pin(async move {
                let mut seen = BTreeSet::new();
                let mut joins = Vec::new();
                for member in members {
                    for open in tx.judgements_of(member).await? {
                        if seen.insert(open.judgement.id) {
                            joins.push(open);
                        }
                    }
                }
                Ok(joins)
            })
        })
        .await?)
}

/// One company, on one page.
///
/// # Errors
/// What the engine says.
pub async fn lead_page(rooms: &Arc<Rooms>, company: &Dossier, day: Day) -> Result<LeadPage> {
    Ok(LeadPage {
        on: day,
        company: summary(company.id, &company.view),
        is_account: company.view.is_account,
        scores: scores(company, day),
        signals: company
            .signals_by(day)
            .into_iter()
            .map(|signal| Signal::of(rooms, company, signal, day))
            .collect(),
        river: river::river(rooms, company, day).await?,
        joins: joins(rooms, company).await?.into_iter().map(Into::into).collect(),
        next_action: next_action(company, day),
    })
}

/// Pure: what to do next. Whoever is known by name only is to be found before it is called.
fn next_action(company: &Dossier, day: Day) -> Option<NextAction> {
    let lead = company.best(day)?;
    let signal = company.strongest(lead, day)?;
    let name = display_name(&company.view);
    if !score::actionable(&company.view) {
        return Some(NextAction {
            title: format!("Find out which {name} this is"),
            why: "It is known by name only, so nobody knows whose door to knock at.".to_owned(),
            ask_for: None,
        });
    }
    let said = company.feedback.iter().max_by_key(|feedback| feedback.ts);
    if let Some(said) = said.filter(|said| said.signal_id == signal.id) {
        return Some(NextAction {
            title: format!("Wait for news of {name}"),
            why: format!("Its strongest signal was marked {}.", said.outcome.as_str()),
            ask_for: None,
        });
    }
    let role = Some(lead.product.buyer_role.clone()).filter(|role| !role.is_empty());
    let points = lead.points(day);
    let band = score::Band::of(points);
    let act = if band >= score::Band::Warm { "Call" } else { "Keep an eye on" };
    Some(NextAction {
        title: format!("{act} {name}"),
        why: signal.explanation.clone(),
        ask_for: role.filter(|_| band >= score::Band::Warm),
    })
}
