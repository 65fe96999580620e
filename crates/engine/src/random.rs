//! Random names that are unique among processes.

use store::{Result, StoreError};

/// Generates a random name of 32 hexadecimal digits.
///
/// # Errors
/// When the system's random number generator fails.
pub(crate) fn random_name() -> Result<String> {
    let mut name = [0; 16];
    getrandom::fill(&mut name)
        .map_err(|error| StoreError::fatal(format!("cannot read random bytes: {error}")))?;
    Ok(format!("{:032x}", u128::from_le_bytes(name)))
}
