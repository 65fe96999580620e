//! Do: where an action goes once a signal deserves one.
//!
//! Invariant: nothing leaves leadq that a person has not released.
//!
//! Not here: which signals deserve an action (`score`), and retries (`flow`'s jobs).

mod channels;

pub use channels::{CHANNELS, Channel, channel};
