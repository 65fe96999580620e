//! The cookie that holds the secret of a browser's session.

use axum::http::{HeaderMap, HeaderName, header};
use axum::response::AppendHeaders;

use crate::session::AGE_MAX_US;

/// The name of the cookie over HTTPS. Because of its prefix a browser accepts it only from a secure
/// connection to this very host, so that no other host and no network can plant a session.
pub(crate) const SECURE: &str = "__Host-leadq";
/// The name of the cookie over plain HTTP, where a browser would not store the other.
pub(crate) const PLAIN: &str = "leadq_session";
/// The name of the cookie in which earlier versions stored the token itself. It is only removed.
const FORMER: &str = "leadq_token";

/// Checks whether the browser's connection is encrypted, as a proxy that terminates TLS reports it.
/// The header is believed from anybody: a client that sends it over plain HTTP receives a cookie
/// that its browser does not store.
pub(crate) fn is_https(headers: &HeaderMap) -> bool {
    let proto = headers.get("x-forwarded-proto").and_then(|value| value.to_str().ok());
    // Each proxy appends its own; the first one is that of the browser's connection.
    let proto = proto.and_then(|protos| protos.split(',').next());
    proto.is_some_and(|proto| proto.trim().eq_ignore_ascii_case("https"))
}

/// Reads the secret from a request's cookie.
pub(crate) fn secret(headers: &HeaderMap) -> Option<&str> {
    let name = name(headers);
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(cookie, _)| *cookie == name)
        .map(|(_, secret)| secret)
}

/// Builds the `Set-Cookie` headers that store a session's secret in a browser, or remove it if
/// `secret` is `None`. No script can read the cookie, and no page of another site sends it.
pub(crate) fn set(
    secret: Option<&str>,
    request: &HeaderMap,
) -> AppendHeaders<[(HeaderName, String); 2]> {
    let (value, age_s) = secret.map_or(("", 0), |secret| (secret, AGE_MAX_US / 1_000_000));
    let (name, secure) = (name(request), if is_https(request) { "; Secure" } else { "" });
    let cookie = |name: &str, value: &str, age_s: i64| {
        let text =
            format!("{name}={value}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Lax{secure}");
        (header::SET_COOKIE, text)
    };
    AppendHeaders([cookie(name, value, age_s), cookie(FORMER, "", 0)])
}

fn name(request: &HeaderMap) -> &'static str {
    if is_https(request) { SECURE } else { PLAIN }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        map
    }

    #[test]
    fn the_cookie_fits_the_connection() {
        let secure = "__Host-leadq=s; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure";
        let plain = "leadq_session=s; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax";
        for (proto, expected) in [
            (None, plain),
            (Some("http"), plain),
            (Some(""), plain),
            (Some("http, https"), plain),
            (Some("https"), secure),
            (Some("HTTPS"), secure),
            (Some("https, http"), secure),
        ] {
            let headers: Vec<_> =
                proto.map(|proto| ("x-forwarded-proto", proto)).into_iter().collect();
            let AppendHeaders([(name, cookie), (_, former)]) = set(Some("s"), &request(&headers));
            assert_eq!((name, cookie.as_str()), (header::SET_COOKIE, expected), "{proto:?}");
            assert!(former.starts_with("leadq_token=; Path=/; Max-Age=0; "), "{former}");
        }
        let AppendHeaders([(_, removed), _]) = set(None, &request(&[]));
        assert_eq!(removed, "leadq_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn only_the_cookie_of_the_connection_is_read() {
        let all = ("cookie", "a=b; leadq_token=t; leadq_session=p; __Host-leadq=s");
        assert_eq!(secret(&request(&[all])), Some("p"));
        assert_eq!(secret(&request(&[all, ("x-forwarded-proto", "https")])), Some("s"));
        assert_eq!(secret(&request(&[("cookie", "leadq_token=t")])), None);
        assert_eq!(
            secret(&request(&[("cookie", "a=b"), ("cookie", "leadq_session=p")])),
            Some("p")
        );
        let planted = [("cookie", "leadq_session=p"), ("x-forwarded-proto", "https")];
        assert_eq!(secret(&request(&planted)), None, "from an unencrypted connection");
    }
}
