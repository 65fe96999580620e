//! What the team sells.

use model::Product;
use serde::Serialize;
use store::db::ReadTx;
use utoipa::ToSchema;

use crate::{AnswerError, ReadContext, Result};

/// What the team sells.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Its products; one that stands for anything where nobody said.
    pub products: Vec<Product>,
    /// The team said nothing.
    pub is_empty: bool,
}

impl Profile {
    /// Reads the profile.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn read(tx: &mut ReadTx) -> Result<Self> {
        let products = tx.products().await?;
        if products.is_empty() {
            // Scores without a profile are of signals alone.
            let anything = Product::for_anyone("", "anything");
            return Ok(Self { products: vec![anything], is_empty: true });
        }
        Ok(Self { products, is_empty: false })
    }

    /// Reads the profile in a transaction of its own.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn load(context: &ReadContext) -> Result<Self> {
        context.read(|tx| Box::pin(Self::read(tx))).await
    }

    /// The products, or the one of an id.
    ///
    /// # Errors
    /// [`AnswerError::Unknown`] when there is no such product.
    pub fn only(mut self, id: Option<&str>) -> Result<Self> {
        if let Some(id) = id {
            let known: Vec<&str> = self.products.iter().map(|p| p.id.as_str()).collect();
            if self.is_empty || !known.contains(&id) {
                let known = if self.is_empty { "none yet".to_owned() } else { known.join(", ") };
                let unknown = format!("there is no product {id:?}; there are: {known}");
                return Err(AnswerError::Unknown(unknown));
            }
            self.products.retain(|product| product.id == id);
        }
        Ok(self)
    }
}

/// A product of the team.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProductShown {
    /// Its short id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The role to ask for at a customer.
    pub buyer_role: String,
}

impl From<Product> for ProductShown {
    fn from(product: Product) -> Self {
        Self { id: product.id, name: product.name, buyer_role: product.buyer_role }
    }
}

/// Returns the products as the team wrote them; none where nobody said what they sell.
///
/// # Errors
/// What the engine says.
pub async fn products(context: &ReadContext) -> Result<Vec<Product>> {
    Ok(context.db.read(|tx| Box::pin(tx.products())).await?)
}
