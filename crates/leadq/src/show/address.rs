//! Addresses from outside, as they are shown.

use url::Url;

use super::escape;

/// Formats an address: normalised, with its host in ASCII and without credentials, which a reader
/// could take for the host. Anything but an http or https address is shown as text.
pub(crate) fn address(text: &str) -> String {
    web_address(text).map_or_else(|| escape::line(text).into_owned(), String::from)
}

/// Formats the host of an address; empty if it is no http or https address.
pub(crate) fn host(text: &str) -> String {
    let url = web_address(text);
    url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

fn web_address(text: &str) -> Option<Url> {
    let mut url = Url::parse(text).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_as_the_place_that_it_leads_to() {
        for (text, shown) in [
            ("https://acme.example/news?x=1#y", "https://acme.example/news?x=1#y"),
            ("http:evil.example/x", "http://evil.example/x"),
            ("https:\\\\evil.example\\x", "https://evil.example/x"),
            ("https://bank.example@evil.example/", "https://evil.example/"),
            ("https://bank.example:x@evil.example/", "https://evil.example/"),
            ("https://аcme.example/", "https://xn--cme-5cd.example/"),
            ("https://acme.example/\u{202e}fdp", "https://acme.example/%E2%80%AEfdp"),
            ("https://acme.example/\u{1b}[2J", "https://acme.example/%1B[2J"),
            ("javascript:alert(1)\u{1b}", "javascript:alert(1)\\u{1b}"),
            ("//evil.example\u{202e}", "//evil.example\\u{202e}"),
        ] {
            assert_eq!(address(text), shown);
        }
        assert_eq!(host("https://bank.example@EVIL.example:8080/"), "evil.example");
        assert_eq!(host("data:text/html,x"), "");
    }
}
