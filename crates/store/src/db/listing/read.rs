//! Queries of the rows of lists: places in order, page by page, and counts.
//!
//! A condition on a column that another index begins with is written as an expression, so that the
//! engine reads the index that has the order of the list.

use model::EntityId;

use super::rows::{
    KindInCountry, LeadFilter, LeadRank, SignalFilter, SignalKey, SignalOrder, SignalRank, points,
    to_rank,
};
use crate::Result;
use crate::db::tx::built;
use crate::db::{Dialect, ReadTx, Row, Value, params};

/// The maximum number of signals to choose from that are looked up one by one; with more, the index
/// in the order of the list is read.
const LOOKED_UP_MAX: usize = 1_000;

/// Returns the column of the product in the form that leads the engine to the right index.
fn product(filter: &SignalFilter) -> &'static str {
    let is_few = filter.among.as_ref().is_some_and(|signals| signals.len() <= LOOKED_UP_MAX);
    if is_few { "COALESCE(product, '')" } else { "product" }
}

/// Conditions of a query, with their parameters.
struct Conditions {
    dialect: Dialect,
    sql: String,
    params: Vec<Value>,
}

impl Conditions {
    fn new(dialect: Dialect, params: impl Into<Vec<Value>>) -> Self {
        Self { dialect, sql: String::new(), params: params.into() }
    }

    /// Adds a condition that ends with an operator, and the value that follows it.
    fn and(&mut self, condition: &'static str, value: impl Into<Value>) {
        self.params.push(value.into());
        self.sql.push_str(&format!(" AND {condition} ${}", self.params.len()));
    }

    /// Adds the condition that an expression is one of a list, which is one parameter.
    fn and_in(&mut self, expression: &'static str, list: &[String]) -> Result<()> {
        self.params.push(serde_json::to_string(list)?.into());
        let number = self.params.len();
        let values = match self.dialect {
            Dialect::Sqlite => format!("SELECT value FROM json_each(${number})"),
            Dialect::Postgres => {
                format!("SELECT jsonb_array_elements_text(CAST(CAST(${number} AS TEXT) AS JSONB))")
            }
        };
        self.sql.push_str(&format!(" AND {expression} IN ({values})"));
        Ok(())
    }

    fn and_in_countries(&mut self, countries: &[String]) -> Result<()> {
        if countries.is_empty() {
            return Ok(());
        }
        self.and_in("COALESCE(UPPER(country), 'UNKNOWN')", countries)
    }

    /// Adds the conditions that both the places and the counts of signals have.
    fn and_all_of(&mut self, filter: &SignalFilter) -> Result<()> {
        if let Some(minimum) = filter.confidence_min {
            self.and("confidence >=", i64::from(minimum.get()));
        }
        if let Some(signals) = &filter.among {
            let ids: Vec<String> = signals.iter().map(ToString::to_string).collect();
            self.and_in("signal", &ids)?;
        }
        Ok(())
    }

    fn limited(mut self, head: &str, order: &str, limit: i64) -> (String, Vec<Value>) {
        self.params.push(limit.into());
        let number = self.params.len();
        (format!("{head}{} ORDER BY {order} LIMIT ${number}", self.sql), self.params)
    }
}

impl ReadTx {
    /// Lists the companies that may be acted on, best first, after a place, at most `limit`.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn listed_leads(
        &mut self,
        filter: &LeadFilter,
        after: Option<LeadRank>,
        limit: i64,
    ) -> Result<Vec<LeadRank>> {
        let (points_desc, company) = match after {
            Some(place) => (i64::from((-place.points).0), place.company.to_string()),
            None => (i64::MIN, String::new()),
        };
        let first = params![&filter.product, points_desc, company, filter.day];
        let mut conditions = Conditions::new(self.dialect(), first);
        conditions.and_in_countries(&filter.countries)?;
        let (sql, params) = conditions.limited(
            "SELECT points_desc, company FROM listing_lead
             WHERE product = $1 AND is_actionable = 1 AND (points_desc, company) > ($2, $3)
               AND since_day <= $4",
            "points_desc, company",
            limit,
        );
        let rows = self.query(built(sql), &params).await?;
        let to_place = |row: &Row| {
            Ok(LeadRank { points: points(row, "points_desc")?, company: row.parse("company")? })
        };
        rows.iter().map(to_place).collect()
    }

    /// Counts the companies of which only the name is known.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn listed_by_name_count(&mut self, filter: &LeadFilter) -> Result<usize> {
        let first = params![&filter.product, filter.day];
        let mut conditions = Conditions::new(self.dialect(), first);
        conditions.and_in_countries(&filter.countries)?;
        let sql = format!(
            "SELECT COUNT(*) AS total FROM listing_lead
             WHERE product = $1 AND is_actionable = 0 AND since_day <= $2{}",
            conditions.sql
        );
        let rows = self.query(built(sql), &conditions.params).await?;
        rows.first().map_or(Ok(0), |row| row.int_as("total"))
    }

    /// Lists the companies with rows whose ids are after `after` and up to `to`, sorted.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn listed_companies(&mut self, after: &str, to: &str) -> Result<Vec<EntityId>> {
        let rows = self
            .query(
                "SELECT DISTINCT company FROM listing_lead WHERE company > $1 AND company <= $2
                 ORDER BY company",
                &params![after, to],
            )
            .await?;
        rows.iter().map(|row| row.parse("company")).collect()
    }

    /// Lists the places of the signals that match, in an order, after a key, at most `limit`.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn listed_signals(
        &mut self,
        filter: &SignalFilter,
        order: SignalOrder,
        after: Option<SignalKey>,
        limit: i64,
    ) -> Result<Vec<SignalRank>> {
        let today = -i64::from(filter.day.0);
        let (columns, floor) = match order {
            SignalOrder::Newest => ("start_desc, points_desc, score_desc, signal", today),
            SignalOrder::Score => ("score_desc, points_desc, start_desc, signal", i64::MIN),
        };
        let floor = (floor, i64::MIN, i64::MIN, String::new());
        let after = after.map(|(first, second, third, id)| (first, second, third, id.to_string()));
        let (first, second, third, id) = after.map_or(floor.clone(), |after| after.max(floor));
        let first = params![&filter.product, first, second, third, id];
        let mut conditions = Conditions::new(self.dialect(), first);
        if order == SignalOrder::Score {
            conditions.and("start_desc >=", today);
        }
        if let Some(since) = filter.since {
            conditions.and("start_desc <=", -i64::from(since.0));
        }
        if let Some(minimum) = filter.score_min {
            conditions.and("score_desc <=", -i64::from(minimum.0));
        }
        if !filter.kinds.is_empty() {
            conditions.and_in("COALESCE(kind, '')", &filter.kinds)?;
        }
        conditions.and_in_countries(&filter.countries)?;
        conditions.and_all_of(filter)?;
        let head = format!(
            "SELECT signal, start_desc, points_desc, score_desc FROM listing_signal
             WHERE {} = $1 AND ({columns}) > ($2, $3, $4, $5)",
            product(filter)
        );
        let (sql, params) = conditions.limited(&head, columns, limit);
        let rows = self.query(built(sql), &params).await?;
        rows.iter().map(to_rank).collect()
    }

    /// Counts the signals that match every filter except kinds and countries, by kind and country.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn listed_signal_counts(
        &mut self,
        filter: &SignalFilter,
    ) -> Result<Vec<KindInCountry>> {
        let first = params![&filter.product, -i64::from(filter.day.0)];
        let mut conditions = Conditions::new(self.dialect(), first);
        if let Some(since) = filter.since {
            conditions.and("start_desc + 0 <=", -i64::from(since.0));
        }
        if let Some(minimum) = filter.score_min {
            conditions.and("score_desc + 0 <=", -i64::from(minimum.0));
        }
        conditions.and_all_of(filter)?;
        let sql = format!(
            "SELECT kind, country, COUNT(*) AS total FROM listing_signal
             WHERE {} = $1 AND start_desc + 0 >= $2{} GROUP BY kind, country
             ORDER BY kind, country",
            product(filter),
            conditions.sql
        );
        let rows = self.query(built(sql), &conditions.params).await?;
        let to_count = |row: &Row| {
            Ok(KindInCountry {
                kind: row.string("kind")?,
                country: row.opt_string("country")?,
                total: row.int_as("total")?,
            })
        };
        rows.iter().map(to_count).collect()
    }

    /// Counts all signals with rows.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn listed_signal_total(&mut self) -> Result<i64> {
        let sql = "SELECT COUNT(*) AS total FROM listing_signal WHERE product = ''";
        self.total(sql, &[]).await
    }
}
