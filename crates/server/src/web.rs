//! The web app, built into `web/dist` and embedded. The page gets a new nonce for each response,
//! the assets are cached permanently, and every file is sent in the smallest accepted coding.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::problem::Problem;
use crate::request;

#[derive(rust_embed::Embed)]
#[folder = "../../web/dist"]
struct Dist;

const PAGE: &str = "index.html";
/// The place in the page that receives the nonce of its response.
const NONCE_PLACEHOLDER: &str = "<meta name=\"csp-nonce\" content=\"\"";
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const REVALIDATE: &str = "no-cache";

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
<title>leadq</title></head><body><h1>leadq is running</h1>\
<p>This program was built without its web app. Build it with <code>npm ci &amp;&amp; npm run \
build</code> in the folder <code>web</code>, then build leadq again.</p>\
<p>The API is available: see its <a href=\"/api/v1/openapi.json\">description</a>.</p>\
</body></html>";

/// The compressed forms that the build writes next to a file, the smallest first.
const CODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// A file's bytes.
type File = Cow<'static, [u8]>;

/// Serves every path that is not part of the API.
pub(crate) fn answer(path: &str, headers: &HeaderMap) -> Response {
    let embedded = |name: &str| Dist::get(name).map(|file| file.data);
    answer_from(path, headers, &request::nonce(), &embedded)
}

/// Serves a path from the given files.
fn answer_from(
    path: &str,
    headers: &HeaderMap,
    nonce: &str,
    files: &dyn Fn(&str) -> Option<File>,
) -> Response {
    let name = path.trim_start_matches('/');
    let is_reserved = ["api", "healthz", "metrics"].iter().any(|reserved| {
        name.strip_prefix(reserved).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    let is_file = !is_reserved && !name.is_empty() && name != PAGE && !name.ends_with(".gitkeep");
    if is_file && let Some(response) = file(name, headers, files) {
        return response;
    }
    let header_value =
        |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let is_for_people =
        header_value(header::ACCEPT).is_some_and(|accept| accept.contains("text/html"));
    if is_reserved || name.starts_with("assets/") || !is_for_people {
        let hint = "see /api/v1/openapi.json";
        return Problem::not_found(format!("there is no route {path:?}; {hint}")).into_response();
    }
    page(nonce, files)
}

fn page(nonce: &str, files: &dyn Fn(&str) -> Option<File>) -> Response {
    let text = match files(PAGE) {
        Some(bytes) => {
            let filled = format!("<meta name=\"csp-nonce\" content=\"{nonce}\"");
            String::from_utf8_lossy(&bytes).replacen(NONCE_PLACEHOLDER, &filled, 1)
        }
        None => NOT_BUILT.to_owned(),
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        // The nonce is valid for this response only.
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, text).into_response()
}

fn file(name: &str, headers: &HeaderMap, files: &dyn Fn(&str) -> Option<File>) -> Option<Response> {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let accepts = |coding: &str| {
        let mut listed = accepted.unwrap_or_default().split(',');
        listed.any(|one| {
            let (coding_name, weight) = one.split_once(';').unwrap_or((one, ""));
            coding_name.trim() == coding && weight.trim().replace(' ', "") != "q=0"
        })
    };
    let coded = CODINGS
        .iter()
        .filter(|(coding, _)| accepts(coding))
        .find_map(|(coding, ending)| Some((*coding, files(&format!("{name}{ending}"))?)));
    let (coding, bytes) = match coded {
        Some((coding, bytes)) => (Some(coding), bytes),
        None => (None, files(name)?),
    };
    let mut response = (StatusCode::OK, Body::from(bytes.into_owned())).into_response();
    let response_headers = response.headers_mut();
    let caching = if name.starts_with("assets/") { IMMUTABLE } else { REVALIDATE };
    response_headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(name)));
    response_headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    response_headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding {
        response_headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    Some(response)
}

/// Returns the media type of a file of the web app.
fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(name: &str) -> Option<File> {
        let file: &[u8] = match name {
            "index.html" => b"<head><meta name=\"csp-nonce\" content=\"\"><script src=x></script>",
            "assets/app-1.js" => b"script",
            "assets/app-1.js.br" => b"br",
            "assets/app-1.js.gz" => b"gz",
            "favicon.svg" => b"<svg/>",
            _ => return None,
        };
        Some(file.into())
    }

    fn get(path: &str, accept: &str, coding: &str) -> (u16, HeaderMap) {
        let mut headers = HeaderMap::new();
        headers.insert("accept", accept.parse().unwrap());
        headers.insert("accept-encoding", coding.parse().unwrap());
        let response = answer_from(path, &headers, "n0nce", &built);
        (response.status().as_u16(), response.headers().clone())
    }

    #[test]
    fn the_page_is_for_people_and_never_below_the_interface() {
        let html = "text/html,application/xhtml+xml,*/*;q=0.8";
        for (path, accept, status) in [
            ("/", html, 200),
            ("/lead/00ff", html, 200),
            ("/metricsboard", html, 200),
            ("/lead/00ff", "application/json", 404),
            ("/api", html, 404),
            ("/api/v2/signals", html, 404),
            ("/healthz/x", html, 404),
            ("/metrics/", html, 404),
            ("/assets/app-2.js", html, 404),
            ("/favicon.svg", "*/*", 200),
        ] {
            assert_eq!(get(path, accept, "").0, status, "{path} as {accept}");
        }
    }

    #[test]
    fn files_are_for_ever_and_as_small_as_the_browser_takes_them() {
        for (codings, coding) in [
            ("gzip, deflate, br", Some("br")),
            ("gzip", Some("gzip")),
            ("br;q=0", None),
            ("", None),
        ] {
            let (status, headers) = get("/assets/app-1.js", "*/*", codings);
            let encoding = headers.get("content-encoding").map(|value| value.to_str().unwrap());
            assert_eq!((status, encoding), (200, coding), "{codings}");
            assert_eq!(headers["cache-control"], IMMUTABLE);
            assert_eq!(headers["content-type"], "text/javascript; charset=utf-8");
        }
    }

    #[tokio::test]
    async fn each_answer_with_the_page_has_its_own_nonce() {
        let text = |response: Response| async {
            let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
            String::from_utf8(bytes.to_vec()).unwrap()
        };
        let filled = text(page("n0nce", &built)).await;
        assert!(filled.contains("<meta name=\"csp-nonce\" content=\"n0nce\">"), "{filled}");
        assert!(text(page("n0nce", &|_| None)).await.contains("built without its web app"));
    }
}
