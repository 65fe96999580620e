//! Checks of kinds of signal in settings and profiles against the lists of this version. A value that is in no
//! list would never match anything, so it is an error, with the value that is probably meant.

use model::Product;

/// Checks a kind of signal.
///
/// # Errors
/// The problem, with the kinds.
pub(crate) fn kind(value: &str) -> Result<(), String> {
    let kinds = detect::KINDS.map(|kind| kind.name);
    if kinds.contains(&value) {
        return Ok(());
    }
    let meant = nearest(value, &kinds).map(|kind| format!("did you mean {kind:?}? "));
    let meant = meant.unwrap_or_default();
    Err(format!("there is no kind of signal {value:?}; {meant}the kinds are {}", kinds.join(", ")))
}

/// Checks the values of a product that are from a list.
///
/// # Errors
/// The problem, with the name of the value.
pub(crate) fn product(product: &Product) -> Result<(), String> {
    for name in product.signal_weights.keys() {
        kind(name).map_err(|problem| format!("signal_weights: {problem}"))?;
    }
    Ok(())
}

/// Finds the value of a list that differs least from a misspelt one: in at most a third of its
/// letters. Case and separators do not count.
fn nearest<'a>(value: &str, list: &[&'a str]) -> Option<&'a str> {
    let plain = |text: &str| -> String {
        let letters = text.chars().filter(|letter| letter.is_alphanumeric()).take(100);
        letters.flat_map(char::to_lowercase).collect()
    };
    let value = plain(value);
    let measured = list.iter().map(|one| (strsim::osa_distance(&plain(one), &value), *one));
    let near = measured.filter(|(distance, one)| *distance <= one.len() / 3);
    near.min().map(|(_, one)| one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_in_no_list_are_errors_with_a_suggestion() {
        for (value, expected) in [
            ("hiring_spike", None),
            ("tech_adoption", None),
            ("hiring_spke", Some("did you mean \"hiring_spike\"? the kinds are hiring_spike, ")),
            ("Budget event", Some("did you mean \"budget_event\"?")),
            ("compliance-win", Some("did you mean \"compliance_win\"?")),
            ("TechAdoption", Some("did you mean \"tech_adoption\"?")),
            ("", Some("there is no kind of signal \"\"; the kinds are ")),
            ("weather", Some("there is no kind of signal \"weather\"; the kinds are ")),
        ] {
            let problem = kind(value).err();
            match (expected, &problem) {
                (None, None) => {}
                (Some(expected), Some(problem)) if problem.contains(expected) => {}
                _ => panic!("{value}: {problem:?}"),
            }
        }
    }

    #[test]
    fn a_product_is_checked() {
        let mut sold = Product::for_anyone("p", "P");
        assert_eq!(product(&sold), Ok(()));
        sold.signal_weights.insert("hiring_spikes".to_owned(), 50);
        assert!(product(&sold).unwrap_err().starts_with("signal_weights: "));
    }
}
