//! The profile: the products of the team.

use model::Product;
use serde::Serialize;
use store::db::ReadTx;
use utoipa::ToSchema;

use crate::{AnswerError, ReadContext, Result};

/// The products of the team.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// The products; a generic one if the team has none.
    pub products: Vec<Product>,
    /// Whether the team has no products.
    pub is_empty: bool,
}

impl Profile {
    /// Reads the profile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(tx: &mut ReadTx) -> Result<Self> {
        let products = tx.products().await?;
        if products.is_empty() {
            // Without a profile, scores depend on the signals only.
            let anything = Product::for_anyone("", "anything");
            return Ok(Self { products: vec![anything], is_empty: true });
        }
        Ok(Self { products, is_empty: false })
    }

    /// Reads the profile in a transaction of its own.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load(context: &ReadContext) -> Result<Self> {
        context.read(|tx| Box::pin(Self::read(tx))).await
    }

    /// Restricts the profile to the product with an id, if one is given.
    ///
    /// # Errors
    /// [`AnswerError::Unknown`] when there is no such product.
    pub fn only(mut self, id: Option<&str>) -> Result<Self> {
        if let Some(id) = id {
            let ids: Vec<&str> = self.products.iter().map(|p| p.id.as_str()).collect();
            if self.is_empty || !ids.contains(&id) {
                let ids = if self.is_empty { "none yet".to_owned() } else { ids.join(", ") };
                let unknown = format!("there is no product {id:?}; known products: {ids}");
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
    /// The short id of the product.
    pub id: String,
    /// The name of the product.
    pub name: String,
    /// The role of the buyer at a customer.
    pub buyer_role: String,
}

impl From<Product> for ProductShown {
    fn from(product: Product) -> Self {
        Self { id: product.id, name: product.name, buyer_role: product.buyer_role }
    }
}

/// Reads the products as the team wrote them.
///
/// # Errors
/// When the database fails.
pub async fn products(context: &ReadContext) -> Result<Vec<Product>> {
    Ok(context.db.read(|tx| Box::pin(tx.products())).await?)
}
