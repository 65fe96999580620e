//! Reads redirects, pauses and outcomes from responses. Pure.

use std::time::Duration;

use http::{HeaderMap, HeaderName, header};
use model::Timestamp;
use url::Url;

use crate::exchange::Reply;
use crate::header_text::texts;
use crate::location::resolve;
use crate::politeness::RequestOutcome;
use crate::refresh::refresh;
use crate::refusal::Refusal;

/// Reads the redirect target of a response, if it is a redirect.
pub(crate) fn redirect(url: &Url, reply: &Reply) -> Option<Result<Url, Refusal>> {
    if !matches!(reply.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = reply.headers.get(header::LOCATION)?.as_bytes().trim_ascii();
    if location.is_empty() {
        return None;
    }
    let target = resolve(url, location).map(without_fragment);
    Some(target.map_err(|_| Refusal::BadRedirect))
}

/// Reads the address to request after a response: the target of a redirect or a refresh. A response
/// that leads to its own address is followed only if it has set a cookie (`sets_cookie`): otherwise
/// a redirect is a loop, and a refresh only reloads the page.
pub(crate) fn next_address(
    url: &Url,
    reply: &Reply,
    sets_cookie: bool,
) -> Option<Result<Url, Refusal>> {
    if let Some(target) = redirect(url, reply) {
        let is_loop = !sets_cookie && target.as_ref() == Ok(url);
        return Some(if is_loop { Err(Refusal::RedirectLoop) } else { target });
    }
    if !(200..300).contains(&reply.status) {
        return None;
    }
    let target = refresh(url, &texts(&reply.headers), &reply.body).map(without_fragment)?;
    (sets_cookie || target != *url).then_some(Ok(target))
}

/// Reports whether a redirect asks for a cookie that it sets: it leads from another page to the front
/// page, for now. A browser would request the page again from there.
pub(crate) fn asks_for_cookie(url: &Url, reply: &Reply, target: &Url) -> bool {
    matches!(reply.status, 302 | 303 | 307)
        && url.path() != "/"
        && target.path() == "/"
        && target.query().is_none()
        && url.origin() == target.origin()
}

fn without_fragment(mut url: Url) -> Url {
    url.set_fragment(None);
    url
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

/// Reads a header's value as text.
fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn reply(status: u16, headers: &[(&'static str, &str)]) -> Reply {
        let headers = headers.iter().map(|(name, value)| {
            let value = http::HeaderValue::from_bytes(value.as_bytes()).unwrap();
            (HeaderName::from_static(name), value)
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
            (302, Some("#team"), to("https://harbourline.example/news/?page=2")),
            (302, Some("?page=3"), to("https://harbourline.example/news/?page=3")),
            (
                302,
                Some("a b/ü?q=größe"),
                to("https://harbourline.example/news/a%20b/%C3%BC?q=gr%C3%B6%C3%9Fe"),
            ),
            (302, Some("/日本"), to("https://harbourline.example/%E6%97%A5%E6%9C%AC")),
            (302, Some("//bücher.example/"), to("https://xn--bcher-kva.example/")),
            (302, Some("javascript:alert(1)"), to("javascript:alert(1)")),
            (302, Some("  "), None),
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
    fn raw_bytes_of_an_address_are_percent_encoded() {
        let url = Url::parse("https://harbourline.example/").unwrap();
        for (location, expected) in [
            (&b"/caf\xe9"[..], "https://harbourline.example/caf%E9"),
            (b"/caf\xc3\xa9", "https://harbourline.example/caf%C3%A9"),
            (
                b"/suche?q=gr\xf6\xdfe&n=1 2",
                "https://harbourline.example/suche?q=gr%F6%DFe&n=1%202",
            ),
            (b"/\xe9\xc3\xa9", "https://harbourline.example/%E9%C3%A9"),
            (b"//b\xfccher.example/\xfc", "https://xn--bcher-kva.example/%C3%BC"),
            (b"/already%20encoded%E9", "https://harbourline.example/already%20encoded%E9"),
        ] {
            let mut reply = reply(302, &[]);
            let value = http::HeaderValue::from_bytes(location).unwrap();
            reply.headers.insert(header::LOCATION, value);
            assert_eq!(redirect(&url, &reply), Some(Ok(Url::parse(expected).unwrap())));
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
