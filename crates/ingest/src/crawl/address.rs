//! Normalizes addresses for the frontier.

use url::Url;

const BYTES_MAX: usize = 1_500;

/// Query parameters that identify the visitor or the referrer and do not select content.
const TRACKING: &[&str] = &[
    "gclid",
    "fbclid",
    "msclkid",
    "mc_cid",
    "mc_eid",
    "igshid",
    "ref",
    "referrer",
    "source",
    "_hsenc",
    "_hsmi",
    "hsctatracking",
    "mkt_tok",
    "trk",
    "yclid",
    "gh_src",
    "lever-source",
    "lever-origin",
    "jsessionid",
    "phpsessid",
    "sid",
];

/// Normalizes an address and returns it with its host. The result is `None` for addresses that are
/// not followed: other schemes, addresses with credentials, and addresses that are too long.
pub(crate) fn normal(url: &Url) -> Option<(Url, String)> {
    if !matches!(url.scheme(), "http" | "https") || url.as_str().len() > BYTES_MAX {
        return None;
    }
    if !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    let mut url = url.clone();
    url.set_fragment(None);
    if url.query().is_some() {
        let remaining: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(key, _)| !is_tracking(&key.to_lowercase()))
            .map(|(key, value)| (key.into_owned(), value.into_owned()))
            .collect();
        let all = url.query_pairs().count();
        if remaining.is_empty() {
            url.set_query(None);
        } else if remaining.len() < all {
            url.query_pairs_mut().clear().extend_pairs(remaining);
        }
    }
    let host = match url.port() {
        Some(port) => format!("{}:{port}", url.host_str()?),
        None => url.host_str()?.to_owned(),
    };
    Some((url, host))
}

fn is_tracking(key: &str) -> bool {
    key.starts_with("utm_") || TRACKING.contains(&key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_insignificant_parts() {
        let check = |address: &str, expect: Option<(&str, &str)>| {
            let normalized = normal(&Url::parse(address).unwrap());
            let normalized = normalized.as_ref().map(|(url, host)| (url.as_str(), host.as_str()));
            assert_eq!(normalized, expect, "{address}");
        };
        check(
            "HTTPS://Acme.example:443/Jobs?utm_source=x&id=7&fbclid=1#top",
            Some(("https://acme.example/Jobs?id=7", "acme.example")),
        );
        check(
            "http://acme.example:8099/?ref=a",
            Some(("http://acme.example:8099/", "acme.example:8099")),
        );
        check(
            "https://acme.example/a?b=c%20d",
            Some(("https://acme.example/a?b=c%20d", "acme.example")),
        );
        check("ftp://acme.example/", None);
        check("https://user:word@acme.example/", None);
        check(&format!("https://acme.example/{}", "a".repeat(2_000)), None);
    }
}
