//! Changes to the rows of lists.

use std::collections::{BTreeMap, BTreeSet};

use model::{EntityId, SignalId};

use super::rows::{CompanyListing, ListedLead, ListedSignal, to_lead, to_signal};
use crate::Result;
use crate::db::{Tx, Value, params};

impl Tx {
    /// Makes these the rows of their companies, each of which occurs once. Rows that are equal
    /// already are not written.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn set_listings(&mut self, listings: &[CompanyListing]) -> Result<()> {
        self.set_listed_leads(listings).await?;
        self.set_listed_signals(listings).await
    }

    async fn set_listed_leads(&mut self, listings: &[CompanyListing]) -> Result<()> {
        let rows = self
            .query_many(
                "SELECT company, product, points_desc, country, since_day, is_actionable
                 FROM listing_lead WHERE company IN ({keys})",
                &[],
                listings.iter().map(|listing| listing.company),
            )
            .await?;
        let mut before: BTreeMap<(EntityId, String), ListedLead> = BTreeMap::new();
        for row in &rows {
            let lead = to_lead(row)?;
            before.insert((row.parse("company")?, lead.product.clone()), lead);
        }
        let mut values = Vec::new();
        for listing in listings {
            for lead in &listing.leads {
                let stored = before.remove(&(listing.company, lead.product.clone()));
                if stored.as_ref() != Some(lead) {
                    values.extend(lead_values(listing.company, lead));
                }
            }
        }
        self.delete_listed(
            "DELETE FROM listing_lead WHERE product = $1 AND company IN ({keys})",
            before.into_keys(),
        )
        .await?;
        self.insert_many(
            "INSERT INTO listing_lead
               (company, product, points_desc, country, since_day, is_actionable) VALUES",
            6,
            "ON CONFLICT (company, product) DO UPDATE
             SET points_desc = excluded.points_desc, country = excluded.country,
                 since_day = excluded.since_day, is_actionable = excluded.is_actionable",
            &values,
        )
        .await
        .map(drop)
    }

    async fn set_listed_signals(&mut self, listings: &[CompanyListing]) -> Result<()> {
        let shown = listings.iter().flat_map(|listing| &listing.signals).map(|row| row.signal);
        let hidden = listings.iter().flat_map(|listing| listing.hidden.iter().copied());
        let ids: BTreeSet<SignalId> = shown.chain(hidden).collect();
        let rows = self
            .query_many(
                "SELECT signal, product, kind, country, start_desc, points_desc, score_desc,
                        confidence
                 FROM listing_signal WHERE signal IN ({keys})",
                &[],
                ids,
            )
            .await?;
        let mut before: BTreeMap<(SignalId, String), ListedSignal> = BTreeMap::new();
        for row in &rows {
            let signal = to_signal(row)?;
            before.insert((signal.signal, signal.product.clone()), signal);
        }
        let mut values = Vec::new();
        for signal in listings.iter().flat_map(|listing| &listing.signals) {
            let stored = before.remove(&(signal.signal, signal.product.clone()));
            if stored.as_ref() != Some(signal) {
                values.extend(signal_values(signal));
            }
        }
        self.delete_listed(
            "DELETE FROM listing_signal WHERE product = $1 AND signal IN ({keys})",
            before.into_keys(),
        )
        .await?;
        self.insert_many(
            "INSERT INTO listing_signal
               (signal, product, kind, country, start_desc, points_desc, score_desc, confidence)
             VALUES",
            8,
            "ON CONFLICT (signal, product) DO UPDATE
             SET kind = excluded.kind, country = excluded.country,
                 start_desc = excluded.start_desc, points_desc = excluded.points_desc,
                 score_desc = excluded.score_desc, confidence = excluded.confidence",
            &values,
        )
        .await
        .map(drop)
    }

    /// Deletes rows by their ids, which follow the product of each.
    async fn delete_listed<I: Into<Value>>(
        &mut self,
        sql: &'static str,
        stale: impl Iterator<Item = (I, String)>,
    ) -> Result<()> {
        let mut by_product: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for (id, product) in stale {
            by_product.entry(product).or_default().push(id.into());
        }
        for (product, ids) in by_product {
            self.query_many(sql, &params![product], ids).await?;
        }
        Ok(())
    }
}

fn lead_values(company: EntityId, lead: &ListedLead) -> [Value; 6] {
    params![
        company,
        &lead.product,
        (-lead.points).0,
        lead.country.clone(),
        lead.since,
        lead.is_actionable,
    ]
}

fn signal_values(signal: &ListedSignal) -> [Value; 8] {
    params![
        signal.signal,
        &signal.product,
        &signal.kind,
        signal.country.clone(),
        -i64::from(signal.start.0),
        (-signal.points).0,
        (-signal.score).0,
        i64::from(signal.confidence.get()),
    ]
}
