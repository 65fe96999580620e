//! Words in titles and places of open positions. Lower case. Used by `detect`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::word_list::{pairs, roles};

/// The fields of work, each with its words in the titles of every language. Words of five letters
/// or more are part of compounds too (`vertrieb` in `vertriebsleiter`).
pub static ROLES: LazyLock<BTreeMap<&'static str, BTreeSet<&'static str>>> = LazyLock::new(roles);

/// Names of cities in other languages, each with the name in the city's own. From the exemplar
/// cities of Unicode CLDR and the exonyms that atlases of the languages list.
pub static CITIES: LazyLock<BTreeMap<&'static str, &'static str>> =
    LazyLock::new(|| pairs(|language| &language.cities).into_iter().collect());
