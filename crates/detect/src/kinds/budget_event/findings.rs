//! The budget events in a company's history: tenders, then funding rounds.

mod funding;
mod tender;

use model::{Day, History, Note, Product};

use crate::pack::Pack;
use crate::signals::finding::Finding;

/// Returns the tenders, awards and rounds that count, one finding each.
pub(super) fn findings<'a>(
    history: &'a History,
    pack: &Pack,
    products: &[Product],
    today: Day,
) -> (Vec<Finding<'a>>, Vec<Note>) {
    let (mut findings, notes) = tender::findings(history, pack, products, today);
    findings.extend(funding::findings(history, pack, today));
    (findings, notes)
}
