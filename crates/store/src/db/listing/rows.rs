//! Stored forms of the rows of lists, and the functions that read them.

use model::{Day, EntityId, Permille, Points, SignalId};

use crate::Result;
use crate::db::Row;

/// A company in the list of leads, for one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedLead {
    /// The id of the product; empty for the product with the company's highest score.
    pub product: String,
    /// The company's score for the product.
    pub points: Points,
    /// The company's country.
    pub country: Option<String>,
    /// The first day on which the company is listed: that of its earliest signal that is a reason
    /// to call, or a later one if the team has snoozed it; after every day without any.
    pub since: Day,
    /// Whether more than the company's name is known.
    pub is_actionable: bool,
}

/// A signal in the list of signals, for one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedSignal {
    /// The signal, as shown.
    pub signal: SignalId,
    /// The id of the product; empty for the product with the company's highest score.
    pub product: String,
    /// The pack's kind.
    pub kind: String,
    /// The company's country.
    pub country: Option<String>,
    /// The first day of the signal.
    pub start: Day,
    /// The points that the signal adds to the score.
    pub points: Points,
    /// The company's score for the product.
    pub score: Points,
    /// The confidence of the signal.
    pub confidence: Permille,
}

/// All rows of a company in the lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyListing {
    /// The company.
    pub company: EntityId,
    /// Its rows in the list of leads, one for each product; none without signals.
    pub leads: Vec<ListedLead>,
    /// The rows of its signals, for each product.
    pub signals: Vec<ListedSignal>,
    /// Signals that have no rows: they were withdrawn, or merged into another.
    pub hidden: Vec<SignalId>,
}

/// The value of a filter of countries for those whose country is not known.
pub const COUNTRY_UNKNOWN: &str = "UNKNOWN";

/// The filters of the list of leads. An empty list of countries means all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadFilter {
    /// The id of the product; empty for the product with each company's highest score.
    pub product: String,
    /// The day by which the company must be listed.
    pub day: Day,
    /// The countries, in capital letters; [`COUNTRY_UNKNOWN`] is one of them.
    pub countries: Vec<String>,
}

/// The filters of the list of signals. An empty list means all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignalFilter {
    /// The id of the product; empty for the product with each company's highest score.
    pub product: String,
    /// The day by which a signal must have started.
    pub day: Day,
    /// The first day on which a signal may have started.
    pub since: Option<Day>,
    /// The kinds.
    pub kinds: Vec<String>,
    /// The countries, in capital letters.
    pub countries: Vec<String>,
    /// The minimum score.
    pub score_min: Option<Points>,
    /// The minimum confidence.
    pub confidence_min: Option<Permille>,
    /// The signals to choose from; `None` means all.
    pub among: Option<Vec<SignalId>>,
}

/// The order of signals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SignalOrder {
    /// Newest first, then by points.
    #[default]
    Newest,
    /// Highest score first, then by points.
    Score,
}

/// The key that signals are sorted by, in ascending order.
pub type SignalKey = (i64, i64, i64, SignalId);

/// A company's place in the list of leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeadRank {
    /// The score.
    pub points: Points,
    /// The company.
    pub company: EntityId,
}

/// A signal's place in the list of signals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignalRank {
    /// The signal.
    pub signal: SignalId,
    /// The first day of the signal.
    pub start: Day,
    /// The points that the signal adds to the score.
    pub points: Points,
    /// The company's score.
    pub score: Points,
}

impl SignalRank {
    /// Returns the key of this place in an order.
    pub fn key(&self, order: SignalOrder) -> SignalKey {
        let start = -i64::from(self.start.0);
        let (score, points) = (-i64::from(self.score.0), -i64::from(self.points.0));
        match order {
            SignalOrder::Newest => (start, points, score, self.signal),
            SignalOrder::Score => (score, points, start, self.signal),
        }
    }
}

/// The number of signals of a kind in a country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindInCountry {
    /// The kind.
    pub kind: String,
    /// The country; `None` if it is unknown.
    pub country: Option<String>,
    /// The number of signals.
    pub total: usize,
}

/// Reads points from a column that holds their negative.
pub(super) fn points(row: &Row, column: &str) -> Result<Points> {
    row.int_as::<i32>(column).map(|negative| -Points(negative))
}

/// Reads a day from a column that holds its negative.
fn start(row: &Row) -> Result<Day> {
    row.int_as::<i32>("start_desc").map(|negative| Day(-negative))
}

pub(super) fn to_lead(row: &Row) -> Result<ListedLead> {
    Ok(ListedLead {
        product: row.string("product")?,
        points: points(row, "points_desc")?,
        country: row.opt_string("country")?,
        since: row.day("since_day")?,
        is_actionable: row.flag("is_actionable")?,
    })
}

pub(super) fn to_signal(row: &Row) -> Result<ListedSignal> {
    Ok(ListedSignal {
        signal: row.parse("signal")?,
        product: row.string("product")?,
        kind: row.string("kind")?,
        country: row.opt_string("country")?,
        start: start(row)?,
        points: points(row, "points_desc")?,
        score: points(row, "score_desc")?,
        confidence: Permille::new(row.int_as("confidence")?),
    })
}

pub(super) fn to_rank(row: &Row) -> Result<SignalRank> {
    Ok(SignalRank {
        signal: row.parse("signal")?,
        start: start(row)?,
        points: points(row, "points_desc")?,
        score: points(row, "score_desc")?,
    })
}
