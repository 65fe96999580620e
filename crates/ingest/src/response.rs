//! Reads a stored HTTP response into a document. The crawler and the clean stage call the same
//! function on the same bytes.

use model::{Document, Note, ObservationOutcome, Page, Timestamp};

/// A response that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadResponse {
    /// The page; empty unless it is present.
    pub document: Document,
    /// The outcome of the observation, by the status. Of a body whose codings cannot be decoded
    /// nothing was observed.
    pub outcome: ObservationOutcome,
    /// Deviations and repairs.
    pub notes: Vec<Note>,
}

/// Reads the block of a response from an address, and lets `also` read the page if it is present.
///
/// # Errors
/// The cause, if the block is not an HTTP response.
pub(crate) fn read_with<T>(
    url: &str,
    observed: Timestamp,
    block: &[u8],
    body_bytes_max: usize,
    also: impl FnOnce(&Page<'_>) -> T,
) -> Result<(ReadResponse, Option<T>), String> {
    let response = crate::http_response(block).map_err(|error| error.to_string())?;
    let outcome = ObservationOutcome::of_status(response.status);
    let nothing = || Document { url: url.to_owned(), ..Document::default() };
    if !outcome.is_present() {
        let response = ReadResponse { document: nothing(), outcome, notes: response.notes };
        return Ok((response, None));
    }
    let (body, mut notes) = codings::decode_body(&response.headers, response.body, body_bytes_max);
    if codings::is_unreadable(&notes) {
        notes.extend(response.notes);
        let outcome = ObservationOutcome::CouldNotLook;
        return Ok((ReadResponse { document: nothing(), outcome, notes }, None));
    }
    let _alone = crate::readers::alone_if_large(&body);
    notes.extend(response.notes);
    let page =
        Page { url, status: response.status, headers: &response.headers, body: &body, observed };
    let (document, more) = clean::page(&page);
    notes.extend(more);
    let also = also(&page);
    Ok((ReadResponse { document, outcome, notes }, Some(also)))
}
