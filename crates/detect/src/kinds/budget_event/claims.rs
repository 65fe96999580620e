//! Claims about budgets: funding rounds, tenders and contracts.

pub(super) mod funding;
pub(super) mod tender;
