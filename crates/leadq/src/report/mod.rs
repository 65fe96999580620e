//! What is read from the rooms for an answer: the profile, a company's dossier, its leads.

mod company;
mod dossier;
mod signal;

use model::{Day, Product};
use store::db::Db;

pub(crate) use company::{CompanyShown, company_shown, display_name, domain_of, find, summary};
pub(crate) use dossier::{Dossier, Lead, dossier, dossiers, signal_ids};
pub(crate) use signal::{SignalShown, most_telling, quoted, signal_shown, title_of};

use crate::show;

/// Said once where nobody said what they sell.
const NO_PROFILE: &str =
    "hint: leadq does not know yet what you sell, so every company fits alike; run `leadq init`";

/// What the team sells.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    pub(crate) products: Vec<Product>,
    /// The team said nothing; the one product stands for anything.
    pub(crate) is_empty: bool,
}

impl Profile {
    /// Reads the profile; an empty one stands for anything, with a hint.
    pub(crate) async fn load(db: &Db, quiet: bool) -> anyhow::Result<Self> {
        let products = db.read(|tx| Box::pin(tx.products())).await?;
        if !products.is_empty() {
            return Ok(Self { products, is_empty: false });
        }
        if !quiet {
            show::warn(NO_PROFILE);
        }
        Ok(Self { products: vec![anything()], is_empty: true })
    }

    /// The products, or the one of an id.
    pub(crate) fn only(mut self, id: Option<&str>) -> anyhow::Result<Self> {
        if let Some(id) = id {
            let known: Vec<&str> = self.products.iter().map(|p| p.id.as_str()).collect();
            if self.is_empty || !known.contains(&id) {
                let known = if self.is_empty { "none yet".to_owned() } else { known.join(", ") };
                anyhow::bail!("there is no product {id:?}; there are: {known}");
            }
            self.products.retain(|product| product.id == id);
        }
        Ok(self)
    }
}

/// A product that any company may buy: scores without a profile are of signals alone.
fn anything() -> Product {
    Product::for_anyone("", "anything")
}

/// The day an answer is read on.
pub(crate) fn reading_day(on: Option<Day>, rooms: &flow::Rooms) -> Day {
    on.unwrap_or_else(|| rooms.now().day())
}
