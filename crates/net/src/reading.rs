//! Reads redirects, pauses and outcomes from responses. Pure.

use std::time::Duration;

use http::{HeaderMap, HeaderName, header};
use model::Timestamp;
use url::Url;

use crate::exchange::Reply;
use crate::politeness::RequestOutcome;
use crate::refusal::Refusal;

/// Reads the redirect target of a response, if it is a redirect.
pub(crate) fn redirect(url: &Url, reply: &Reply) -> Option<Result<Url, Refusal>> {
    if !matches!(reply.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = text(&reply.headers, header::LOCATION)?;
    let mut target = match url.join(&location) {
        Ok(target) => target,
        Err(_) => return Some(Err(Refusal::BadRedirect)),
    };
    target.set_fragment(None);
    Some(Ok(target))
}

/// Classifies the end of a request, as far as the host's next turn depends on it.
pub(crate) fn outcome(result: &Result<Reply, Refusal>, now: Timestamp) -> RequestOutcome {
    match result {
        Ok(reply) => match reply.status {
            429 | 503 => RequestOutcome::Away { retry_after: retry_after(&reply.headers, now) },
            500..=599 => RequestOutcome::Trouble,
            _ => RequestOutcome::Fine,
        },
        Err(Refusal::Http(_) | Refusal::TooLarge) => RequestOutcome::Trouble,
        Err(Refusal::Blocked { .. }) => RequestOutcome::Fine,
        Err(_) => RequestOutcome::Away { retry_after: None },
    }
}

/// Reads the pause that `Retry-After` requests, in seconds or until a date.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = text(headers, header::RETRY_AFTER)?;
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(value).ok()?;
    let micros = date.as_microsecond().saturating_sub(now.0);
    Some(Duration::from_micros(u64::try_from(micros).unwrap_or(0)))
}

/// Converts the headers to text; bytes outside ASCII are read as Latin-1.
pub(crate) fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    let pair = |(name, value): (&HeaderName, &http::HeaderValue)| {
        (name.as_str().to_owned(), value.as_bytes().iter().copied().map(char::from).collect())
    };
    headers.iter().map(pair).collect()
}

/// Reads a header's value as UTF-8, because some servers send addresses in UTF-8 although they
/// should not.
fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn reply(status: u16, headers: &[(&'static str, &str)]) -> Reply {
        let headers = headers.iter().map(|(name, value)| {
            (HeaderName::from_static(name), http::HeaderValue::from_str(value).unwrap())
        });
        let remote = std::net::SocketAddr::from(([127, 0, 0, 1], 80));
        let headers = headers.collect();
        let place = crate::BodyPlace::default();
        Reply { status, headers, body: Bytes::new(), truncated: false, remote, place }
    }

    #[test]
    fn redirects_lead_somewhere_or_are_refused() {
        let url = Url::parse("https://harbourline.example/news/?page=2").unwrap();
        let to = |target: &str| Some(Ok(Url::parse(target).unwrap()));
        for (status, location, expected) in [
            (301, Some("/about#team"), to("https://harbourline.example/about")),
            (302, Some("3"), to("https://harbourline.example/news/3")),
            (303, Some("//other.example/x"), to("https://other.example/x")),
            (307, Some("http://10.0.0.1/"), to("http://10.0.0.1/")),
            (308, Some("file:///etc/passwd"), to("file:///etc/passwd")),
            (301, Some("http://[::1"), Some(Err(Refusal::BadRedirect))),
            (301, None, None),
            (300, Some("/about"), None),
            (304, Some("/about"), None),
            (200, Some("/about"), None),
        ] {
            let headers: Vec<_> = location.into_iter().map(|to| ("location", to)).collect();
            assert_eq!(redirect(&url, &reply(status, &headers)), expected, "{status} {location:?}");
        }
    }

    #[test]
    fn retry_after_is_in_seconds_or_a_date() {
        let now: Timestamp = "2026-11-08T08:49:37Z".parse().unwrap();
        for (value, seconds) in [
            ("120", Some(120)),
            (" 5 ", Some(5)),
            ("0", Some(0)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Sun, 08 Nov 2026 09:49:37 GMT", Some(3600)),
            ("Sun, 08 Nov 2026 07:49:37 GMT", Some(0)),
            ("-1", None),
            ("soon", None),
            ("", None),
        ] {
            let pause = retry_after(&reply(503, &[("retry-after", value)]).headers, now);
            assert_eq!(pause, seconds.map(Duration::from_secs), "{value:?}");
        }
    }
}
