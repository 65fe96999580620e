//! Ids: hashes of identifying fields, so a thing that is found twice has one id.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The error for a text that is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id: expected {expected} hexadecimal digits, got {got:?}")]
pub struct InvalidId {
    expected: usize,
    got: String,
}

fn from_hex<const N: usize>(text: &str) -> Result<[u8; N], InvalidId> {
    let invalid = || InvalidId { expected: N * 2, got: text.chars().take(80).collect() };
    if text.len() != N * 2 || !text.is_ascii() {
        return Err(invalid());
    }
    let mut bytes = [0u8; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| invalid())?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| invalid())?;
    }
    Ok(bytes)
}

fn write_hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

macro_rules! hex_value {
    ($(#[$doc:meta])* $name:ident, $bytes:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub [u8; $bytes]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_hex(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                from_hex(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

hex_value!(
    /// Keyed hash of a source entity; the partition key of the log. A company's id is the id of
    /// its smallest entity.
    EntityId, 16
);
hex_value!(
    /// The id of one delivery of bytes: hash of URL, observed time and payload.
    RawId, 16
);
hex_value!(
    /// The id of an event: hash of entity, kind and the source's own id, or the relevant text.
    EventId, 16
);
hex_value!(
    /// The id of one observation of an event: hash of event, URL, observed time and text.
    ObservationId, 16
);
hex_value!(
    /// The id of a judgement that two entities are, or are not, the same company.
    JudgementId, 16
);
hex_value!(
    /// The id of a signal: hash of pack kind, entity and the pack's identity slots.
    SignalId, 16
);
hex_value!(
    /// The id of an action: hash of signal and channel.
    ActionId, 16
);
hex_value!(
    /// The id of a cause: that of an observation, a judgement or an action.
    CauseId, 16
);
hex_value!(
    /// The opaque id of a person who decides; it reveals no name.
    PersonId, 16
);
hex_value!(
    /// The BLAKE3 digest of stored bytes or text.
    Digest, 32
);

impl Digest {
    /// Computes the digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

/// The installation's secret. Entity ids are keyed with it, so the log does not reveal to an
/// outsider which companies are watched.
#[derive(Clone, PartialEq, Eq)]
pub struct InstallKey(pub [u8; 32]);

impl fmt::Debug for InstallKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InstallKey(…)")
    }
}

/// A hasher that turns a list of parts into an id; each part is prefixed with its length, so no
/// two lists collide by concatenation.
pub struct IdHasher(blake3::Hasher);

impl IdHasher {
    /// Starts an id of the given domain, for example `"event"`.
    pub fn new(domain: &str) -> Self {
        Self(blake3::Hasher::new()).part(domain.as_bytes())
    }

    /// Starts an id that cannot be recomputed without the installation's key.
    pub fn keyed(key: &InstallKey, domain: &str) -> Self {
        Self(blake3::Hasher::new_keyed(&key.0)).part(domain.as_bytes())
    }

    /// Adds one part.
    #[must_use]
    pub fn part(mut self, part: impl AsRef<[u8]>) -> Self {
        let part = part.as_ref();
        self.0.update(&(part.len() as u64).to_le_bytes());
        self.0.update(part);
        self
    }

    /// Returns the first sixteen bytes of the hash.
    pub fn finish(self) -> [u8; 16] {
        let mut id = [0u8; 16];
        id.copy_from_slice(&self.0.finalize().as_bytes()[..16]);
        id
    }

    /// Returns the whole hash.
    pub fn digest(self) -> Digest {
        Digest(*self.0.finalize().as_bytes())
    }
}
