//! Parses the http addresses and bare hosts that occur in texts.

use url::Url;

/// Parses an http or https address, or a bare host, as a URL.
pub(crate) fn parse(text: &str) -> Option<Url> {
    let text = text.trim();
    let url = if text.contains("://") {
        Url::parse(text).ok()?
    } else if text.starts_with("//") {
        Url::parse(&format!("https:{text}")).ok()?
    } else if text.contains('@') {
        return None;
    } else {
        Url::parse(&format!("https://{text}")).ok()?
    };
    matches!(url.scheme(), "http" | "https").then_some(url)
}
