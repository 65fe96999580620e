//! The current request: its id, its trace and its nonce.

use axum::http::HeaderMap;

tokio::task_local! {
    static CURRENT: ApiRequest;
}

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct ApiRequest {
    /// Its id in logs and responses.
    pub(crate) id: String,
    /// The id of its W3C trace: the caller's, or a new one.
    pub(crate) trace: String,
    /// The nonce that the page of the response must have on its own styles.
    pub(crate) nonce: String,
}

impl ApiRequest {
    /// Begins a request with these headers.
    pub(crate) fn begin(headers: &HeaderMap) -> Self {
        let caller = headers.get("traceparent").and_then(|value| value.to_str().ok());
        let trace = caller.and_then(trace_of).map_or_else(random_hex::<16>, str::to_owned);
        Self { id: random_hex::<8>(), trace, nonce: random_hex::<16>() }
    }

    /// Runs a future in which this is the current request.
    pub(crate) async fn answer<F: Future>(self, response: F) -> F::Output {
        CURRENT.scope(self, response).await
    }
}

/// Returns the id of the current request, or a dash outside of a request.
pub(crate) fn id() -> String {
    CURRENT.try_with(|request| request.id.clone()).unwrap_or_else(|_| "-".to_owned())
}

/// Returns the nonce of the current request.
pub(crate) fn nonce() -> String {
    CURRENT.try_with(|request| request.nonce.clone()).unwrap_or_default()
}

/// Parses the trace id of a `traceparent`: `00-<32 hex>-<16 hex>-<2 hex>`.
fn trace_of(traceparent: &str) -> Option<&str> {
    let trace = traceparent.split('-').nth(1)?;
    let is_hex = trace.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    (trace.len() == 32 && is_hex).then_some(trace)
}

/// Generates random bytes in hexadecimal, or an empty text if the system has no randomness: a
/// missing id is harmless, and an empty nonce allows nothing.
fn random_hex<const BYTES: usize>() -> String {
    let mut bytes = [0u8; BYTES];
    match getrandom::fill(&mut bytes) {
        Ok(()) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        Err(_) => String::new(),
    }
}
