//! Step 3 of the journey: resolves the entity of a record, the entities that are one company, and
//! the facts of a company.
//!
//! Invariant: every function is pure and independent of the order of its arguments. Entities are
//! permanent keys; companies are views over judgements, so undoing a judgement restores exactly
//! the earlier view. In doubt two entities stay apart, because a wrong merge costs more than a
//! missed one.
//!
//! Not here: reading pages (`clean`), detecting events (`detect`), storing judgements (`store`).

mod accounts;
mod board;
mod companies;
mod compare;
mod domain;
mod enrich;
mod http_url;
mod judge;
mod legal_form_index;
mod names;
mod place;
mod renamed;
mod site_links;
mod words;
mod written;

pub use accounts::{ACCOUNTS_BYTES_MAX, Account, AccountColumn, AccountList, accounts};
pub use board::{Board, board, is_job_board};
pub use companies::companies;
pub use compare::same_name;
pub use domain::{company_at, owner};
pub use enrich::{company_facts, facts};
pub use judge::{Candidate, ambiguities, block_keys, judge};
pub use lexicon::country_code::{country_code, country_names};
pub use names::{Name, name_core, name_entity};
pub use place::place;
pub use renamed::is_renamed;
pub use site_links::{NameLinks, SITE_LINK_SLOT, SiteLink, site_links, sites_linked_by_several};
pub use written::{name_of_core, written_name};
