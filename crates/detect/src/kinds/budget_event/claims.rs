//! Claims about budgets: funding rounds, tenders and contracts.

pub(super) mod funding;
mod notices;
pub(super) mod round_data;
pub(super) mod tender;
