//! Input of the team: its products and its accounts.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{By, Cause, Entity, EntityId, EntityKind, Product};
use resolve::Account;
use store::Result;
use store::db::Urgency;

use crate::context::Context;
use crate::jobs::recompute_all;
use crate::recomputation::send_updates;
use crate::{listing, membership};

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
    // Of several rows about one company the last counts.
    let mut entities = BTreeMap::new();
    for account in accounts {
        let entity = Entity::new(EntityKind::Domain, account.domain.clone());
        entities.insert(context.id_of(&entity), (entity, serde_json::to_string(account)?));
    }
    let (now, answers) = (context.now(), context.answers());
    let new = context
        .db
        .write(Urgency::Urgent, move |tx| {
            Box::pin(async move {
                membership::lock(tx).await?;
                if let Some(products) = products {
                    tx.set_products(&products).await?;
                }
                let ids: Vec<EntityId> = entities.keys().copied().collect();
                let known = tx.accounts(&ids).await?;
                let new = known.iter().filter(|account| account.is_none()).count();
                let named: Vec<(&Entity, EntityId)> =
                    entities.iter().map(|(id, (entity, _))| (entity, *id)).collect();
                tx.add_entities(&named).await?;
                for (id, (_, body)) in &entities {
                    tx.set_account(*id, body).await?;
                }
                let changed = membership::learn(tx, &answers.key, &ids, now).await?;
                listing::relist(tx, &answers, &changed, now.day()).await?;
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
