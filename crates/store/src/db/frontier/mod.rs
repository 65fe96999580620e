//! What is followed (`follow`) and when it is looked at next (`frontier`, `frontier_host`). A row is
//! moved on to its next time in the transaction that leases it, before anything is fetched: whoever
//! is killed in between, nothing is fetched twice inside its interval, and nothing is forgotten.

mod read;
mod role;
mod rows;
mod write;

pub use role::{AddressRole, Sight};
pub use rows::{Address, Follow, Looked, NewAddress};
