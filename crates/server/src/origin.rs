//! Checks of a request's sender: the host names that the server accepts, and a browser's origin.

use std::net::IpAddr;

use axum::http::{HeaderMap, Method, header};

/// Checks whether a server on the loopback address accepts a host. A page of another site whose
/// name was made to resolve to this machine (DNS rebinding) sends that name and is rejected.
pub(crate) fn is_loopback_host(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let is_loopback = |address: IpAddr| address.is_loopback();
    name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(is_loopback)
}

/// Checks that a request that changes something was not sent by a page of another site. Browsers
/// send `Sec-Fetch-Site` or `Origin`; other programs send neither and are accepted.
pub(crate) fn is_of_our_own(method: &Method, headers: &HeaderMap) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    let header_value = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = header_value("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let host = header_value(header::HOST.as_str()).unwrap_or_default();
    match header_value(header::ORIGIN.as_str()) {
        Some(origin) => origin.split_once("://").is_some_and(|(_, authority)| authority == host),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_answered_to() {
        for host in ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:1", "[::1]:8080"] {
            assert!(is_loopback_host(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "10.0.0.1",
            "[::2]",
            "0.0.0.0:8080",
            "@localhost",
        ] {
            assert!(!is_loopback_host(host), "{host}");
        }
    }

    #[test]
    fn a_page_of_another_site_changes_nothing() {
        let check = |headers: &[(&'static str, &'static str)], expected: bool| {
            let mut map = HeaderMap::new();
            map.insert("host", "localhost:8080".parse().unwrap());
            for (name, value) in headers {
                map.insert(*name, value.parse().unwrap());
            }
            assert_eq!(is_of_our_own(&Method::POST, &map), expected, "{headers:?}");
            assert!(is_of_our_own(&Method::GET, &map));
        };
        check(&[], true);
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "none")], true);
        check(&[("sec-fetch-site", "cross-site")], false);
        check(&[("sec-fetch-site", "same-site")], false);
        check(&[("origin", "http://localhost:8080")], true);
        check(&[("origin", "http://localhost:9090")], false);
        check(&[("origin", "https://evil.example")], false);
        check(&[("origin", "null")], false);
        check(&[("sec-fetch-site", "cross-site"), ("origin", "http://localhost:8080")], false);
    }
}
