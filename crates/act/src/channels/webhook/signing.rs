//! Standard Webhooks 1.0.0: the three headers with which a consumer verifies the sender and the
//! time of a message and detects a duplicate.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

const PREFIX: &str = "whsec_";
const BYTES_MIN: usize = 24;
const BYTES_MAX: usize = 64;

/// The secret shared with an endpoint. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

/// A text that is not a webhook secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a webhook secret: write whsec_ and the base64 of 24 to 64 random bytes, for example from `openssl rand -base64 32`"
)]
pub struct InvalidSecret;

impl Secret {
    /// Parses `whsec_…`.
    ///
    /// # Errors
    /// [`InvalidSecret`].
    pub fn parse(text: &str) -> Result<Self, InvalidSecret> {
        let encoded = text.trim().strip_prefix(PREFIX).ok_or(InvalidSecret)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| InvalidSecret)?;
        let fits = (BYTES_MIN..=BYTES_MAX).contains(&bytes.len());
        if fits { Ok(Self(bytes)) } else { Err(InvalidSecret) }
    }

    fn signature(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let mut context = hmac::Context::with_key(&key);
        context.update(format!("{id}.{timestamp}.").as_bytes());
        context.update(body);
        format!("v1,{}", STANDARD.encode(context.sign()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("whsec_…")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// Returns the headers of a message. `id` is the same on every attempt; `timestamp` (seconds since
/// 1970) is that of this attempt. With several secrets the message is signed with each, so that a
/// consumer can switch to the new one at any time.
pub fn signature_headers(
    secrets: &[&Secret],
    id: &str,
    timestamp: i64,
    body: &[u8],
) -> Vec<(String, String)> {
    let signatures: Vec<String> =
        secrets.iter().map(|secret| secret.signature(id, timestamp, body)).collect();
    vec![
        ("content-type".to_owned(), "application/json".to_owned()),
        ("webhook-id".to_owned(), id.to_owned()),
        ("webhook-timestamp".to_owned(), timestamp.to_string()),
        ("webhook-signature".to_owned(), signatures.join(" ")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn secret() -> Secret {
        Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap()
    }

    #[test]
    fn webhook_vectors() {
        let headers = signature_headers(&[&secret()], ID, 1_614_265_330, BODY);
        assert_eq!(
            headers[1..],
            [
                ("webhook-id".to_owned(), ID.to_owned()),
                ("webhook-timestamp".to_owned(), "1614265330".to_owned()),
                ("webhook-signature".to_owned(), SIGNATURE.to_owned()),
            ]
        );
        for (id, at, body) in [
            ("msg_other", 1_614_265_330, BODY),
            (ID, 1_614_265_331, BODY),
            (ID, 1_614_265_330, b"{\"test\": 2432232315}"),
        ] {
            assert_ne!(secret().signature(id, at, body), SIGNATURE);
        }
    }

    #[test]
    fn rotation_dual_sign() {
        let new = Secret::parse(&format!("whsec_{}", STANDARD.encode([7; 32]))).unwrap();
        let headers = signature_headers(&[&new, &secret()], ID, 1_614_265_330, BODY);
        let signatures: Vec<&str> = headers[3].1.split(' ').collect();
        assert_eq!(signatures, [&*new.signature(ID, 1_614_265_330, BODY), SIGNATURE]);
    }

    #[test]
    fn secrets_are_checked_and_not_shown() {
        for wrong in ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_short", "whsec_!!!", "whsec_"]
        {
            assert_eq!(Secret::parse(wrong), Err(InvalidSecret), "{wrong}");
        }
        assert_eq!(format!("{:?}", secret()), "whsec_…");
    }
}
