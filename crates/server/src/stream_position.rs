//! A position in the live stream: the next record of each partition of `signals.detected`, and the
//! number of parts of one record that were already sent.

use std::fmt;
use std::str::FromStr;

/// A position in the live stream, written `12-0-7`, or `12.2-0-7` after two parts of record 12.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Position {
    /// The next record of each partition.
    pub(crate) next: Vec<u64>,
    /// The partition whose next record was partly sent, and the number of parts sent.
    pub(crate) told: Option<(usize, usize)>,
}

impl Position {
    /// Returns the next record of a partition.
    pub(crate) fn of(&self, partition: usize) -> u64 {
        self.next.get(partition).copied().unwrap_or(0)
    }

    /// Returns the number of parts sent of a partition's next record.
    pub(crate) fn told_of(&self, partition: usize) -> usize {
        self.told.filter(|(current, _)| *current == partition).map_or(0, |(_, parts)| parts)
    }

    /// Advances past a partition's record.
    pub(crate) fn pass(&mut self, partition: usize, record: u64) {
        if self.next.len() <= partition {
            self.next.resize(partition + 1, 0);
        }
        if let Some(next) = self.next.get_mut(partition) {
            *next = record + 1;
        }
        self.told = None;
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (partition, next) in self.next.iter().enumerate() {
            let dash = if partition > 0 { "-" } else { "" };
            write!(f, "{dash}{next}")?;
            match self.told_of(partition) {
                0 => {}
                parts => write!(f, ".{parts}")?,
            }
        }
        Ok(())
    }
}

/// The error for a text that is not a position.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a position: send the `position` of a search, or the id of an event of this stream, for \
     example position=12-0-7"
)]
pub(crate) struct InvalidPosition;

/// The maximum number of partitions of a position, more than any log has.
const PARTITIONS_MAX: usize = 1_024;

impl FromStr for Position {
    type Err = InvalidPosition;

    fn from_str(text: &str) -> Result<Self, InvalidPosition> {
        let mut position = Self::default();
        for (partition, part) in text.split('-').enumerate() {
            let (next, sent_parts) = match part.split_once('.') {
                Some((next, sent_parts)) => (next, Some(sent_parts)),
                None => (part, None),
            };
            position.next.push(next.parse().map_err(|_| InvalidPosition)?);
            if let Some(sent_parts) = sent_parts {
                let sent_parts = sent_parts.parse().map_err(|_| InvalidPosition)?;
                if position.told.replace((partition, sent_parts)).is_some() {
                    return Err(InvalidPosition);
                }
            }
        }
        if position.next.len() > PARTITIONS_MAX { Err(InvalidPosition) } else { Ok(position) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_survives_its_way_through_a_client() {
        for text in ["0", "12-0-7", "12-0.3-7"] {
            assert_eq!(text.parse::<Position>().unwrap().to_string(), text);
        }
        for invalid in ["", "x", "1-", "1.", "1.1-2.1", "-1", "1--2"] {
            assert_eq!(invalid.parse::<Position>(), Err(InvalidPosition), "{invalid}");
        }
        let mut position: Position = "1-2.4".parse().unwrap();
        position.pass(1, 2);
        position.pass(2, 9);
        assert_eq!(position.to_string(), "1-3-10");
    }
}
