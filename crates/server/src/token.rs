//! Tokens: 256 random bits, shown once, stored as a keyed hash.

use flow::Context;
use model::{By, Digest, IdHasher, Timestamp};
use store::db::{TokenRow, Urgency};
use store::{Result, StoreError};

/// The prefix of every token, by which people and secret scanners recognize it.
const PREFIX: &str = "lq_";
/// The minimum interval between two records of a token's use, in microseconds.
const USE_NOTED_EVERY_US: i64 = 60_000_000;

/// Creates a token with a name on behalf of `by` and returns it. The token cannot be read again.
/// Returns `None` if the name is taken.
///
/// # Errors
/// Returns an error if the database fails, or if the system has no randomness.
pub async fn add(context: &Context, name: &str, by: &By) -> Result<Option<String>> {
    let mut bits = [0u8; 32];
    getrandom::fill(&mut bits)
        .map_err(|error| StoreError::fatal(format!("no randomness for a token: {error}")))?;
    let digits: String = bits.iter().map(|byte| format!("{byte:02x}")).collect();
    let token = format!("{PREFIX}{digits}");
    let (hash, name, now) = (hash(context, &token), name.to_owned(), context.now());
    let added = context
        .db
        .write(Urgency::Urgent, move |tx| {
            Box::pin(async move { tx.add_token(hash, &name, now).await })
        })
        .await?;
    tracing::info!(%by, token = %hash, added, "add a token");
    Ok(added.then_some(token))
}

/// Lists every token, oldest first.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn list(context: &Context) -> Result<Vec<TokenRow>> {
    context.db.read(|tx| Box::pin(tx.tokens())).await
}

/// Revokes a token by its name on behalf of `by`, and ends the sessions that it opened, as of
/// `sessions_at` of the clock by which they expire. Returns the number of sessions, or `None` if no
/// valid token has that name.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn revoke(
    context: &Context,
    name: &str,
    by: &By,
    sessions_at: Timestamp,
) -> Result<Option<u64>> {
    let (name, now) = (name.to_owned(), context.now());
    let sessions = context
        .db
        .write(Urgency::Urgent, move |tx| {
            Box::pin(async move {
                match tx.revoke_token(&name, now).await? {
                    Some(hash) => tx.revoke_sessions_of(hash, sessions_at).await.map(Some),
                    None => Ok(None),
                }
            })
        })
        .await?;
    tracing::info!(%by, is_revoked = sessions.is_some(), sessions, "revoke a token");
    Ok(sessions)
}

/// Checks whether a token is needed: once the first was created, even if all are revoked.
///
/// # Errors
/// Returns an error if the database fails.
pub async fn is_needed(context: &Context) -> Result<bool> {
    context.db.read(|tx| Box::pin(tx.has_tokens())).await
}

/// Computes the keyed hash of a token.
pub(crate) fn hash(context: &Context, token: &str) -> Digest {
    IdHasher::keyed(&context.key, "token").part(token).digest()
}

/// Checks whether the token with a hash is valid, and records its use.
pub(crate) async fn stands(context: &Context, hash: Digest) -> Result<bool> {
    let now = context.now();
    let row = context.db.read(move |tx| Box::pin(tx.standing_token(hash))).await?;
    let Some(row) = row else { return Ok(false) };
    if row.used.is_none_or(|Timestamp(used)| now.0 - used >= USE_NOTED_EVERY_US) {
        let noted =
            context.db.write(Urgency::Normal, move |tx| Box::pin(tx.use_token(hash, now))).await;
        if let Err(error) = noted {
            // A full disk must not prevent reading.
            tracing::warn!(%error, "cannot record the use of a token");
        }
    }
    Ok(true)
}
