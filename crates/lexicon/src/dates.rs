//! Dates in prose and on pages: their words, and their reading in every language of the lists.

mod age;
mod date_read;
mod ideographs;
mod order;
mod reading;
mod tokens;
mod words;

pub use age::{age_days, with_ascii_digits};
pub use date_read::{DateInText, DateRead};
pub use order::DateOrder;
pub use reading::find;
pub use words::{OF_ANOTHER_IN_SENTENCES, OF_ANOTHER_ON_PAGES, SEASONS, UPDATES, month};

#[cfg(test)]
mod tests;
