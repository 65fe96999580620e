//! Names that nobody else has.

use store::{Result, StoreError};

/// A fresh one, in hexadecimal digits.
///
/// # Errors
/// When the system has no randomness.
pub(crate) fn name() -> Result<String> {
    let mut name = [0; 16];
    getrandom::fill(&mut name)
        .map_err(|error| StoreError::Fatal(format!("the system gives no randomness: {error}")))?;
    Ok(format!("{:032x}", u128::from_le_bytes(name)))
}
