//! Converts the headers of a response to text. Pure.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Converts the headers to text; bytes outside ASCII are read as Latin-1. The chunked coding is left
/// out, because the connection has removed it from the body.
pub(crate) fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    let pair = |(name, value): (&HeaderName, &HeaderValue)| {
        let text: String = value.as_bytes().iter().copied().map(char::from).collect();
        let text = match *name {
            header::TRANSFER_ENCODING => unchunked(&text)?,
            _ => text,
        };
        Some((name.as_str().to_owned(), text))
    };
    headers.iter().filter_map(pair).collect()
}

/// Returns the codings of a transfer without the chunked one, if any is left.
fn unchunked(codings: &str) -> Option<String> {
    let others = codings.split(',').map(str::trim);
    let others: Vec<&str> =
        others.filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("chunked")).collect();
    (!others.is_empty()).then(|| others.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chunked_coding_is_no_coding_of_the_body() {
        for (value, expected) in [
            ("chunked", None),
            ("Chunked", None),
            ("gzip, chunked", Some("gzip")),
            ("deflate,gzip , chunked", Some("deflate, gzip")),
        ] {
            let value = HeaderValue::from_static(value);
            let texts = texts(&HeaderMap::from_iter([(header::TRANSFER_ENCODING, value.clone())]));
            let coding = texts.first().map(|(_, value)| value.as_str());
            assert_eq!(coding, expected, "{value:?}");
        }
    }
}
