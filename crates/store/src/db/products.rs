//! What the team told us: its products and the companies it already knows.

use model::{EntityId, Product};

use super::Tx;
use crate::{Result, params};

impl Tx {
    /// The team's products in the order given.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn products(&mut self) -> Result<Vec<Product>> {
        let rows = self.query("SELECT body FROM product ORDER BY position, id", &[]).await?;
        rows.iter().map(|row| row.json(0)).collect()
    }

    /// Replaces the team's products.
    ///
    /// # Errors
    /// What the engine says.
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

    /// Keeps what the team says of a company it knows, as JSON.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn set_account(&mut self, entity: EntityId, body: &str) -> Result<()> {
        self.execute(
            "INSERT INTO account (entity, body) VALUES ($1, $2)
             ON CONFLICT (entity) DO UPDATE SET body = excluded.body",
            &params![entity, body],
        )
        .await
        .map(drop)
    }

    /// What the team says of a company it knows, as JSON.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn account(&mut self, entity: EntityId) -> Result<Option<String>> {
        let row =
            self.query_one("SELECT body FROM account WHERE entity = $1", &params![entity]).await?;
        row.map(|row| row.text(0).map(str::to_owned)).transpose()
    }

    /// How many companies the team already knows.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn account_count(&mut self) -> Result<i64> {
        let row = self.query_one("SELECT COUNT(*) FROM account", &[]).await?;
        row.map_or(Ok(0), |row| row.int(0))
    }
}
