//! Compares two readings of one name: recognizes an entity whose name is read in another way now.

use std::collections::BTreeSet;

use model::{Entity, EntityKind};

/// Reports whether two entities known by name may be one name that is read in two ways: they have
/// the same letters, or all words of one are words of the other, and they are not of different
/// countries.
///
/// It is meant for names that the same words of a page gave, before and after a change of the
/// rules. Two names on different pages that are so alike are usually two companies.
pub fn is_renamed(one: &Entity, other: &Entity) -> bool {
    if one == other || one.kind != EntityKind::Name || other.kind != EntityKind::Name {
        return false;
    }
    let ((one, here), (other, there)) = (parts(one), parts(other));
    let is_one_country = here.is_empty() || there.is_empty() || here == there;
    is_one_country && (letters(one) == letters(other) || is_part_of(one, other))
}

/// Splits the value of an entity known by name into core and country.
fn parts(entity: &Entity) -> (&str, &str) {
    entity.value.split_once('|').unwrap_or((&entity.value, ""))
}

fn letters(core: &str) -> String {
    core.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn is_part_of(one: &str, other: &str) -> bool {
    let words = |core: &'_ str| -> BTreeSet<String> {
        core.split(' ')
            .filter(|word| !word.is_empty() && *word != "and")
            .map(str::to_owned)
            .collect()
    };
    let (one, other) = (words(one), words(other));
    let (few, many) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    !few.is_empty() && few.is_subset(&many)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_in_another_way_or_is_another_name() {
        for (one, other, expected) in [
            ("name:sons|", "name:hoskins and sons|", true),
            ("name:wexley and partners|gb", "name:brown wexley and partners|", true),
            ("name:josef brandl|", "name:c josef brandl|", true),
            ("name:a b c company|", "name:abc company|", true),
            ("name:sons|de", "name:hoskins and sons|fr", false),
            ("name:hoskins and sons|", "name:miller and sons|", false),
            ("name:elbe ventures|", "name:nordwind logistics|", false),
            ("name:and|", "name:hoskins and sons|", false),
            ("name:solar|", "name:solar|", false),
            ("name:solar|", "domain:solar.example", false),
        ] {
            let entity = |text: &str| text.parse::<Entity>().unwrap();
            assert_eq!(is_renamed(&entity(one), &entity(other)), expected, "{one} {other}");
            assert_eq!(is_renamed(&entity(other), &entity(one)), expected, "{other} {one}");
        }
    }
}
