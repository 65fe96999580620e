//! Recognizes elements that surround the content, such as menus, footers and cookie notices, and
//! elements that a reader never sees.

use dom_query::{Element, local_name};
use lexicon::markup::{ASIDE_WORDS, CHROME_WORDS, UNSEEN_WORDS};

/// The role of an element beside the content, according to its markup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chrome {
    /// No sign that it is not content.
    None,
    /// Not content, according to the element name or role.
    Certain,
    /// Probably not content, according to the words of its class or id.
    Likely,
    /// Teasers, bylines and captions beside an article. On other pages they may be content.
    Aside,
    /// A header: chrome unless it holds the page's heading.
    Header,
    /// An element that is not shown, at least until a script shows it.
    Hidden,
    /// A form: chrome unless it wraps the page.
    Form,
}

/// Returns the role of `element` according to its markup.
pub(crate) fn of(element: &Element, name: &str) -> Chrome {
    match name {
        "nav" | "aside" | "footer" | "button" | "select" | "menu" | "dialog" | "search" => {
            return Chrome::Certain;
        }
        "figcaption" => return Chrome::Aside,
        "header" => return Chrome::Header,
        "form" => return Chrome::Form,
        "body" | "html" | "main" | "article" | "p" | "td" | "tr" | "table" | "tbody" | "h1"
        | "a" | "em" | "strong" | "b" | "i" => return Chrome::None,
        _ => {}
    }
    if let Some(role) = element.attr_ref(local_name!("role")) {
        match role.trim() {
            "navigation" | "banner" | "contentinfo" | "search" | "menu" | "menubar" | "dialog"
            | "alertdialog" | "complementary" | "toolbar" => return Chrome::Certain,
            _ => {}
        }
    }
    let has_any_word = |wanted: &[&str]| {
        [local_name!("class"), local_name!("id")]
            .into_iter()
            .filter_map(|key| element.attr_ref(key))
            .any(|value| has_word(value, wanted))
    };
    if has_any_word(CHROME_WORDS) {
        Chrome::Likely
    } else if has_any_word(ASIDE_WORDS) {
        Chrome::Aside
    } else {
        Chrome::None
    }
}

/// Reports whether an element of that name holds no text that is shown in the flow.
pub(crate) fn is_wordless(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "template"
            | "head"
            | "svg"
            | "math"
            | "iframe"
            | "object"
            | "embed"
            | "canvas"
            | "audio"
            | "video"
            | "map"
            | "textarea"
            | "input"
            | "title"
            | "option"
            | "datalist"
            | "noframes"
            | "applet"
            | "picture"
            | "img"
    )
}

/// Reports whether the markup hides `element` from a reader.
pub(crate) fn is_hidden(element: &Element, name: &str) -> bool {
    match name {
        "noscript" => return true,
        // A page may hide its body until a script shows it.
        "body" | "html" | "main" => return false,
        _ => {}
    }
    // React sends parts of a page in hidden elements with such ids and moves them into place.
    if element.attr_ref(local_name!("id")).is_some_and(|id| id.starts_with("S:")) {
        return false;
    }
    if element.attr_ref(local_name!("hidden")).is_some_and(|value| value != "until-found") {
        return true;
    }
    if element.attrs.iter().any(|attr| {
        &attr.name.local == "aria-hidden" && attr.value.as_ref().trim().eq_ignore_ascii_case("true")
    }) {
        return true;
    }
    if element.attr_ref(local_name!("style")).is_some_and(style_hides) {
        return true;
    }
    element.attr_ref(local_name!("class")).is_some_and(|class| {
        class.split_ascii_whitespace().any(|word| UNSEEN_WORDS.contains(&word))
    })
}

fn style_hides(style: &str) -> bool {
    let folded: String = style
        .chars()
        .take(2_000)
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_ascii_lowercase())
        .collect();
    folded.split(';').any(|rule| {
        let rule = rule.strip_suffix("!important").unwrap_or(rule);
        rule == "display:none" || rule == "visibility:hidden"
    })
}

/// Checks whether one of the words of a class or id value is among `wanted` (lower case).
/// `site-menu`, `site_menu` and `siteMenu` all contain the word `menu`.
pub(crate) fn has_word(value: &str, wanted: &[&str]) -> bool {
    let bytes = value.as_bytes();
    let mut start = 0;
    for end in 0..=bytes.len() {
        let next = bytes.get(end).copied();
        let before = end.checked_sub(1).and_then(|at| bytes.get(at)).copied();
        let is_separator = next.is_none_or(|b| !b.is_ascii_alphanumeric());
        let starts_capital = next.is_some_and(|b| b.is_ascii_uppercase())
            && before.is_some_and(|b| b.is_ascii_lowercase());
        if !is_separator && !starts_capital {
            continue;
        }
        if let Some(word) = value.get(start..end)
            && word.len() >= 3
            && wanted.iter().any(|candidate| candidate.eq_ignore_ascii_case(word))
        {
            return true;
        }
        start = if is_separator { end + 1 } else { end };
    }
    false
}
