//! The shape of a list.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A list, as the API and `--json` print it: an object, because a bare array could gain no field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ItemList<T> {
    /// The items.
    pub items: Vec<T>,
}

impl<T> From<Vec<T>> for ItemList<T> {
    fn from(items: Vec<T>) -> Self {
        Self { items }
    }
}
