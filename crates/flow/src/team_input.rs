//! Input of the team: its products and its accounts.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::{By, Cause, Entity, EntityKind, Product};
use resolve::Account;
use store::Result;
use store::db::Urgency;

use crate::context::Context;
use crate::jobs::recompute_all;
use crate::membership;
use crate::recomputation::send_updates;

/// Replaces the products, stores the accounts and triggers recomputation of every company. `by` is
/// the principal. Returns the number of new accounts. Products and accounts are stored in one
/// transaction; companies are recomputed later.
///
/// # Errors
/// When the database fails.
pub async fn introduce(
    context: &Arc<Context>,
    products: Option<Vec<Product>>,
    accounts: &[Account],
    by: &By,
) -> Result<usize> {
    let mut entities = Vec::with_capacity(accounts.len());
    for account in accounts {
        let entity = Entity::new(EntityKind::Domain, account.domain.clone());
        entities.push((context.id_of(&entity), entity, serde_json::to_string(account)?));
    }
    let now = context.now();
    let new = context
        .db
        .write(Urgency::Urgent, move |tx| {
            Box::pin(async move {
                membership::lock(tx).await?;
                if let Some(products) = products {
                    tx.set_products(&products).await?;
                }
                let mut new = 0;
                let mut changed = BTreeSet::new();
                for (id, entity, body) in entities {
                    tx.add_entity(&entity, id).await?;
                    new += usize::from(tx.account(id).await?.is_none());
                    tx.set_account(id, &body).await?;
                    changed.extend(membership::learn(tx, id, now).await?);
                }
                // Last, because intake waits for the record numbers that it reserves.
                send_updates(tx, now, &changed, &Cause::Accounts).await?;
                Ok(new)
            })
        })
        .await?;
    tracing::info!(%by, accounts = accounts.len(), new, "products or accounts are stored");
    recompute_all(context, &Cause::Profile).await?;
    Ok(new)
}
