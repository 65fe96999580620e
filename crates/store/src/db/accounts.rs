//! Data from the team: its products and the companies it knows already.

use model::{EntityId, Product};

use super::tx::one_of;
use super::{ReadTx, Tx, params};
use crate::Result;

impl ReadTx {
    /// Lists the team's products in the order given.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn products(&mut self) -> Result<Vec<Product>> {
        let rows = self.query("SELECT body FROM product ORDER BY position, id", &[]).await?;
        rows.iter().map(|row| row.json("body")).collect()
    }

    /// Finds the account of a company, as JSON.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn account(&mut self, entity: EntityId) -> Result<Option<String>> {
        Ok(self.accounts(&[entity]).await?.pop().flatten())
    }

    /// Finds the account of each of these companies, in their order, as JSON.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn accounts(&mut self, entities: &[EntityId]) -> Result<Vec<Option<String>>> {
        let rows = self
            .query_many(
                "SELECT entity, body FROM account WHERE entity IN ({keys})",
                &[],
                entities.iter().copied(),
            )
            .await?;
        one_of(entities, rows.iter().map(|row| Ok((row.parse("entity")?, row.string("body")?))))
    }

    /// Lists every account in the order of its company's id, as JSON.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn every_account(&mut self) -> Result<Vec<String>> {
        let rows = self.query("SELECT body FROM account ORDER BY entity", &[]).await?;
        rows.iter().map(|row| row.string("body")).collect()
    }

    /// Counts the accounts.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn account_count(&mut self) -> Result<i64> {
        self.total("SELECT COUNT(*) AS total FROM account", &[]).await
    }
}

impl Tx {
    /// Replaces the team's products.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn set_products(&mut self, products: &[Product]) -> Result<()> {
        self.execute("DELETE FROM product", &[]).await?;
        for (position, product) in (0i64..).zip(products) {
            self.execute(
                "INSERT INTO product (id, position, body) VALUES ($1, $2, $3)",
                &params![&product.id, position, serde_json::to_string(product)?],
            )
            .await?;
        }
        Ok(())
    }

    /// Stores the account of a company, as JSON.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn set_account(&mut self, entity: EntityId, body: &str) -> Result<()> {
        self.execute(
            "INSERT INTO account (entity, body) VALUES ($1, $2)
             ON CONFLICT (entity) DO UPDATE SET body = excluded.body",
            &params![entity, body],
        )
        .await
        .map(drop)
    }
}
