//! Names that no other process has.

use store::{Result, StoreError};

/// Returns a fresh name of 32 hexadecimal digits.
///
/// # Errors
/// When the system has no randomness.
pub(crate) fn random_name() -> Result<String> {
    let mut name = [0; 16];
    getrandom::fill(&mut name)
        .map_err(|error| StoreError::fatal(format!("the system gives no randomness: {error}")))?;
    Ok(format!("{:032x}", u128::from_le_bytes(name)))
}
