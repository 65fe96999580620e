//! The explanation of a score: every reason with its evidence, the ledger, and why the company's
//! entities are joined.

use model::{Contribution, Day, Evidence, Points, Timestamp};
use serde::Serialize;
use store::db::{LedgerRow, ReadTx};

use crate::past::read_of_day;
use crate::{
    AnswerError, CompanyShown, ContributionShown, Dossier, EvidenceShown, JoinShown, Lead, Profile,
    ReadContext, Result, company_shown, joins,
};

/// The maximum number of ledger lines.
const LEDGER_LINES: usize = 50;
/// The maximum number of ledger lines read, newest first, to find those up to a day.
const READ_MAX: i64 = 1_000;

/// The explanation of a company's best score on a day.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// The day that the score is computed for.
    pub on: Day,
    /// The company.
    pub company: CompanyShown,
    /// The product; `None` if the team has no products.
    pub product: Option<String>,
    /// The score, 0 to 100.
    pub score: Points,
    /// The band of the score, as a word.
    pub band: &'static str,
    /// Every reason; their points add up to the score.
    pub reasons: Vec<Reason>,
    /// The changes of the score up to that day, newest first.
    pub ledger: Vec<LedgerLine>,
    /// Why the company's entities are one company, or are not.
    pub joins: Vec<JoinShown>,
}

/// A contribution with its evidence.
#[derive(Debug, Clone, Serialize)]
pub struct Reason {
    /// The contribution.
    #[serde(flatten)]
    pub contribution: ContributionShown,
    /// The evidence; empty for a contribution without a signal.
    pub evidence: Vec<EvidenceShown>,
}

/// A line of the ledger: one change of the score.
#[derive(Debug, Clone, Serialize)]
pub struct LedgerLine {
    /// The time of the change.
    pub at: Timestamp,
    /// The cause of the change.
    pub cause: String,
    /// The change, in points.
    pub delta: Points,
}

impl From<LedgerRow> for LedgerLine {
    fn from(row: LedgerRow) -> Self {
        Self { at: row.at, cause: row.cause, delta: row.delta }
    }
}

/// Explains a company's score for a product.
///
/// # Errors
/// When the database fails.
pub async fn read(
    tx: &mut ReadTx,
    company: &Dossier,
    lead: &Lead,
    day: Day,
) -> Result<Explanation> {
    let mut ledger = tx.ledger(company.id, &lead.product.id, READ_MAX).await?;
    ledger.retain(|line| line.at.day() <= day);
    ledger.truncate(LEDGER_LINES);
    let joins = joins::read(tx, &company.view).await?;
    let reading = lead.card.read(day);
    let reason = |contribution: Contribution| Reason {
        evidence: evidence_of(company, &contribution).iter().map(EvidenceShown::from).collect(),
        contribution: contribution.into(),
    };
    Ok(Explanation {
        on: day,
        company: company_shown(company.id, &company.view),
        product: Some(lead.product.id.clone()).filter(|id| !id.is_empty()),
        score: reading.score,
        band: lead.words(day),
        reasons: reading.contributions.into_iter().map(reason).collect(),
        ledger: ledger.into_iter().map(LedgerLine::from).collect(),
        joins,
    })
}

/// Finds a company by a domain, an address, a name or an id, and explains its best score by what was
/// known on a day. Returns the dossier with the explanation.
///
/// # Errors
/// [`AnswerError::Unknown`] or [`AnswerError::Ambiguous`], or when the database fails.
pub async fn explanation(
    context: &ReadContext,
    profile: &Profile,
    reference: &str,
    day: Day,
) -> Result<(Dossier, Explanation)> {
    let (read_context, profile, reference) =
        (context.clone(), profile.clone(), reference.to_owned());
    let read = context.read(move |tx| {
        Box::pin(async move {
            let company = read_of_day(tx, &read_context, &profile, &reference, day).await?;
            let Some(lead) = company.best(day) else {
                return Err(AnswerError::Unknown("there is no product to score for".to_owned()));
            };
            let explanation = read(tx, &company, lead, day).await?;
            Ok((company, explanation))
        })
    });
    read.await
}

fn evidence_of<'c>(company: &'c Dossier, contribution: &Contribution) -> &'c [Evidence] {
    contribution
        .signal
        .and_then(|id| company.signal(id))
        .map_or(&[], |signal| signal.evidence.as_slice())
}
