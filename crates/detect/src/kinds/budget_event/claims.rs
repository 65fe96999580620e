//! Claims about budgets: funding rounds, tenders and contracts.

pub(super) mod funding;
mod notices;
pub(super) mod tender;
