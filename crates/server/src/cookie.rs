//! The cookie that holds a browser's token.

use axum::http::{HeaderMap, header};

/// The name of the cookie.
const NAME: &str = "leadq_token";
/// The lifetime of the cookie, in seconds: a day.
const MAX_AGE_S: u32 = 86_400;

/// Reads the token from a request's cookie.
pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == NAME)
        .map(|(_, token)| token)
}

/// Builds the `Set-Cookie` header that stores the token in a browser, or removes it if `token` is
/// `None`. No script can read the cookie, and no page of another site sends it.
pub(crate) fn set(token: Option<&str>, request: &HeaderMap) -> String {
    let (value, age) = token.map_or(("", 0), |token| (token, MAX_AGE_S));
    // Behind a proxy that terminates TLS, the cookie must not be sent unencrypted.
    let is_https = request.get("x-forwarded-proto").is_some_and(|proto| proto == "https");
    let secure = if is_https { "; Secure" } else { "" };
    format!("{NAME}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}")
}
