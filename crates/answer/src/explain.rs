//! A score taken apart: every reason with the words behind it, what moved it, and why its entities are
//! one company.

use model::{Contribution, Day, Evidence, Points, Timestamp};
use serde::Serialize;
use store::db::{LedgerRow, ReadTx};

use crate::dossier::read_of;
use crate::{
    AnswerError, CompanyShown, ContributionShown, Dossier, EvidenceShown, JoinShown, Lead, Profile,
    ReadContext, Result, company_shown, joins,
};

/// Lines of the ledger that are read.
const LEDGER_LINES: i64 = 50;

/// A company's best score on a day, taken apart.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// The day of reading.
    pub on: Day,
    /// Whose score.
    pub company: CompanyShown,
    /// For which product; nothing while nobody said what they sell.
    pub product: Option<String>,
    /// 0 to 100.
    pub score: Points,
    /// The score in words.
    pub band: &'static str,
    /// Every reason; their points add up to the score.
    pub reasons: Vec<Reason>,
    /// What moved the score, newest first.
    pub ledger: Vec<LedgerLine>,
    /// Why its entities are one company, or are not.
    pub joins: Vec<JoinShown>,
}

/// A contribution with the words behind it.
#[derive(Debug, Clone, Serialize)]
pub struct Reason {
    /// The contribution.
    #[serde(flatten)]
    pub contribution: ContributionShown,
    /// The words; none for what no signal brought.
    pub evidence: Vec<EvidenceShown>,
}

/// A line of the ledger.
#[derive(Debug, Clone, Serialize)]
pub struct LedgerLine {
    /// When the score moved.
    pub at: Timestamp,
    /// What moved it.
    pub cause: String,
    /// By how many points.
    pub delta: Points,
}

impl From<LedgerRow> for LedgerLine {
    fn from(row: LedgerRow) -> Self {
        Self { at: row.at, cause: row.cause, delta: row.delta }
    }
}

/// Takes a company's score for a product apart.
///
/// # Errors
/// What the engine says.
pub async fn read(
    tx: &mut ReadTx,
    company: &Dossier,
    lead: &Lead,
    day: Day,
) -> Result<Explanation> {
    let ledger = tx.ledger(company.id, &lead.product.id, LEDGER_LINES).await?;
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

/// Takes the best score of the company that the words mean apart; the dossier comes with it.
///
/// # Errors
/// [`AnswerError::Unknown`] or [`AnswerError::Ambiguous`], and what the engine says.
pub async fn explanation(
    context: &ReadContext,
    profile: &Profile,
    words: &str,
    day: Day,
) -> Result<(Dossier, Explanation)> {
    let (inside, profile, words) = (context.clone(), profile.clone(), words.to_owned());
    let read = context.read(move |tx| {
        Box::pin(async move {
            let company = read_of(tx, &inside, &profile, &words).await?;
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
