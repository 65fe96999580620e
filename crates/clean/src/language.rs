//! Which language a text is in: detection on its first characters, with the page's own word as a
//! prior.

use lexicon::languages::CODES;
use whatlang::{Lang, detect};

/// Characters looked at.
const WINDOW: usize = 2_000;
/// Characters below which the page's own word counts for more.
const SHORT: usize = 120;

/// ISO 639-1 code of `text`'s language, when sure enough. `declared` is `html lang` or the
/// sender's word.
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

/// `de` of `de-AT`.
fn code_of_tag(tag: &str) -> Option<String> {
    let code = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
    let is_code = code.len() == 2 && code.bytes().all(|b| b.is_ascii_lowercase());
    is_code.then_some(match code.as_str() {
        "nb" | "nn" => "no".to_owned(),
        _ => code,
    })
}

fn code(lang: Lang) -> Option<&'static str> {
    let three = lang.code();
    CODES.iter().find(|(long, _)| *long == three).map(|(_, short)| *short)
}
