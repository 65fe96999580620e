//! The followed companies (`follow`) and the next visit to each of their addresses (`frontier`,
//! `frontier_host`). The transaction that leases a row moves it to its next time before anything is
//! fetched: if the process is killed in between, no address is fetched twice within its interval,
//! and none is lost.

mod read;
mod role;
mod rows;
mod write;

pub use role::AddressRole;
pub use rows::{Address, Follow, LastVisit, Looked, NewAddress};
