//! What is known of the request that is being answered: its id, its trace, its nonce.

use axum::http::HeaderMap;

tokio::task_local! {
    static CURRENT: Request;
}

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Tells it apart in logs and answers.
    pub(crate) id: String,
    /// The W3C trace it belongs to: the caller's, or one of its own.
    pub(crate) trace: String,
    /// What the page it may answer with has to show for its own styles.
    pub(crate) nonce: String,
}

impl Request {
    /// A request with these headers.
    pub(crate) fn begin(headers: &HeaderMap) -> Self {
        let caller = headers.get("traceparent").and_then(|value| value.to_str().ok());
        let trace = caller.and_then(trace_of).map_or_else(random_hex::<16>, str::to_owned);
        Self { id: random_hex::<8>(), trace, nonce: random_hex::<16>() }
    }

    /// Answers it; whoever is asked meanwhile knows which request it is.
    pub(crate) async fn answer<F: Future>(self, answer: F) -> F::Output {
        CURRENT.scope(self, answer).await
    }
}

/// The id of the request that is being answered; a dash outside one.
pub(crate) fn id() -> String {
    CURRENT.try_with(|request| request.id.clone()).unwrap_or_else(|_| "-".to_owned())
}

/// The nonce of the request that is being answered.
pub(crate) fn nonce() -> String {
    CURRENT.try_with(|request| request.nonce.clone()).unwrap_or_default()
}

/// The trace id of a `traceparent`: `00-<32 hex>-<16 hex>-<2 hex>`.
fn trace_of(traceparent: &str) -> Option<&str> {
    let trace = traceparent.split('-').nth(1)?;
    let is_hex = trace.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    (trace.len() == 32 && is_hex).then_some(trace)
}

/// Random bytes in hexadecimal. Where the system has none, the text is empty: an id that is not
/// there harms nobody, and an empty nonce allows nothing.
fn random_hex<const BYTES: usize>() -> String {
    let mut bytes = [0u8; BYTES];
    match getrandom::fill(&mut bytes) {
        Ok(()) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        Err(_) => String::new(),
    }
}
