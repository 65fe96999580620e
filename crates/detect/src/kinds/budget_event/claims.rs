//! What pages say of money: rounds of funding, tenders and contracts.

pub(super) mod funding;
pub(super) mod tender;
