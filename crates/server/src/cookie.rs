//! The cookie that holds a browser's token.

use axum::http::{HeaderMap, header};

/// Its name.
const NAME: &str = "leadq_token";
/// How long a browser keeps it, in seconds: a day.
const MAX_AGE_S: u32 = 86_400;

/// The token in a request's cookie.
pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == NAME)
        .map(|(_, token)| token)
}

/// The header that hands a browser its token, or with none takes it away. No script can read it,
/// and no other site's page sends it along.
pub(crate) fn set(token: Option<&str>, request: &HeaderMap) -> String {
    let (value, age) = token.map_or(("", 0), |token| (token, MAX_AGE_S));
    // Behind a proxy that ends TLS the cookie never travels in the clear.
    let is_https = request.get("x-forwarded-proto").is_some_and(|proto| proto == "https");
    let secure = if is_https { "; Secure" } else { "" };
    format!("{NAME}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}")
}
