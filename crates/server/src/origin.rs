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

/// The paths that are not screens of the web app.
const NO_SCREENS: [&str; 2] = ["/api", "/metrics"];

/// Checks that a request was not sent by a page of another site, whose user would not know of it.
/// Such a page may only link to a screen. Browsers send `Sec-Fetch-Site`, older ones `Origin` with
/// requests that change something; other programs send neither and are accepted.
pub(crate) fn is_of_our_own(method: &Method, path: &str, headers: &HeaderMap) -> bool {
    let header_value = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = header_value("sec-fetch-site") {
        let is_own = matches!(site, "same-origin" | "none");
        let is_below = |prefix: &&str| {
            path.strip_prefix(*prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let is_screen = !NO_SCREENS.iter().any(is_below);
        let is_link = *method == Method::GET
            && header_value("sec-fetch-mode") == Some("navigate")
            && header_value("sec-fetch-dest") == Some("document");
        return is_own || is_link && is_screen;
    }
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
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
            let map = headers_of(headers);
            assert_eq!(is_of_our_own(&Method::POST, "/", &map), expected, "{headers:?}");
            let reads = expected || !map.contains_key("sec-fetch-site");
            assert_eq!(is_of_our_own(&Method::GET, "/", &map), reads, "{headers:?}");
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
    fn headers_of(headers: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        map.insert("host", "localhost:8080".parse().unwrap());
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        map
    }

    #[test]
    fn a_page_of_another_site_reads_nothing_but_may_link_to_a_screen() {
        let (link, image) = (("navigate", "document"), ("no-cors", "image"));
        let (call, frame) = (("cors", "empty"), ("navigate", "iframe"));
        let sent = |site, mode, dest| {
            headers_of(&[
                ("sec-fetch-site", site),
                ("sec-fetch-mode", mode),
                ("sec-fetch-dest", dest),
            ])
        };
        for (method, path, (mode, dest), expected) in [
            ("GET", "/", link, true),
            ("GET", "/lead/00ff", link, true),
            ("GET", "/metricsboard", link, true),
            ("GET", "/api/v1/leads", link, false),
            ("GET", "/api/v1/openapi.json", link, false),
            ("GET", "/metrics", link, false),
            ("HEAD", "/", link, false),
            ("POST", "/", link, false),
            ("GET", "/", frame, false),
            ("GET", "/", image, false),
            ("GET", "/", ("navigate", "?"), false),
            ("GET", "/assets/app.js", ("no-cors", "script"), false),
            ("GET", "/api/v1/leads", call, false),
            ("GET", "/api/v1/stream", call, false),
            ("GET", "/healthz", call, false),
            ("OPTIONS", "/api/v1/leads", call, false),
        ] {
            let method: Method = method.parse().unwrap();
            for site in ["cross-site", "same-site", "elsewhere"] {
                let is_own = is_of_our_own(&method, path, &sent(site, mode, dest));
                assert_eq!(is_own, expected, "{method} {path} {site} {mode} {dest}");
            }
            for site in ["same-origin", "none"] {
                let is_own = is_of_our_own(&method, path, &sent(site, mode, dest));
                assert!(is_own, "{method} {path} {site} {mode} {dest}");
            }
        }
    }
}
