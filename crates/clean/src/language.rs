//! Detects the language of a text from its first characters, with the language declared by the
//! page as a prior.

use lexicon::languages::CODES;
use whatlang::{Lang, detect};

/// The number of characters that are examined.
const WINDOW: usize = 2_000;
/// The number of characters below which the declared language takes precedence.
const SHORT: usize = 120;

/// Detects the language of `text` and returns its ISO 639-1 code, if it is certain enough.
/// `declared` is the value of `html lang` or the language given by the sender.
pub(crate) fn language(text: &str, declared: Option<&str>) -> Option<String> {
    let declared = declared.and_then(code_of_tag);
    let end = text.char_indices().nth(WINDOW).map_or(text.len(), |(at, _)| at);
    let window = text.get(..end).unwrap_or(text);
    let detected = detect(window);
    let found = detected.as_ref().and_then(|info| code(info.lang()));
    match (found, declared) {
        (Some(found), Some(declared)) if found == declared => Some(declared),
        (Some(found), declared) => {
            let is_reliable = detected.is_some_and(|info| info.is_reliable());
            let is_long = window.chars().count() >= SHORT;
            match declared {
                Some(declared) if !(is_reliable && is_long) => Some(declared),
                _ if is_reliable || (is_long && declared.is_some()) => Some(found.to_owned()),
                declared => declared,
            }
        }
        (None, declared) => declared,
    }
}

/// Returns the language code of a tag: `de` for `de-AT`.
pub(crate) fn code_of_tag(tag: &str) -> Option<String> {
    let code = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
    let is_code = code.len() == 2 && code.bytes().all(|b| b.is_ascii_lowercase());
    is_code.then_some(match code.as_str() {
        "nb" | "nn" => "no".to_owned(),
        _ => code,
    })
}

fn code(lang: Lang) -> Option<&'static str> {
    let iso_code = lang.code();
    CODES.iter().find(|(long, _)| *long == iso_code).map(|(_, short)| *short)
}
