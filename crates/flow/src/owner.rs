//! The owner of a capture: computed alike at intake, for the record's key, and by the clean stage.

use clean::SentEvent;
use model::{Entity, RawKind};

/// The maximum length of a URL, because no database indexes longer ones and no site needs them.
const ADDRESS_BYTES_MAX: usize = 2_048;

/// Parses the event in a stored JSON line.
pub(crate) fn sent_event(block: &[u8]) -> Result<SentEvent, String> {
    let line = std::str::from_utf8(block).map_err(|error| error.to_string())?;
    SentEvent::parse(line).map_err(|error| error.to_string())
}

/// Finds the owner of a page: the company that a sent event names, else the owner of the URL.
pub(crate) fn of(kind: RawKind, url: &str, block: &[u8]) -> Result<Entity, String> {
    if url.len() > ADDRESS_BYTES_MAX {
        return Err(format!(
            "the address has {} bytes; the limit is {ADDRESS_BYTES_MAX}",
            url.len()
        ));
    }
    if kind == RawKind::Event {
        let event = sent_event(block)?;
        let domain = event.company.and_then(|company| company.domain);
        if let Some(owner) =
            domain.and_then(|domain| resolve::company_at(&format!("https://{domain}/")))
        {
            return Ok(owner);
        }
    }
    resolve::owner(url)
        .ok_or_else(|| format!("nobody can own the address {url:?}: it has no registrable domain"))
}
