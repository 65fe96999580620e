//! The record of everything that went out, or was kept from going out.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use model::Timestamp;
use serde::Serialize;

/// Why something was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A page of the open web.
    Page,
    /// A site's robots.txt.
    Robots,
    /// A message to an address that an operator configured.
    Delivery,
}

/// One request, or one refusal to make it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EgressLine {
    /// When it began.
    pub at: Timestamp,
    /// Why it was asked.
    pub purpose: Purpose,
    /// The address; of a delivery only its origin, for the rest may be a secret.
    pub url: String,
    /// The address that answered.
    pub remote: Option<SocketAddr>,
    /// The status of the answer.
    pub status: Option<u16>,
    /// Why there is no answer.
    pub refusal: Option<String>,
    /// The rule of robots.txt that allowed or forbade it.
    pub rule: Option<String>,
    /// Bytes of the body received.
    pub bytes: u64,
    /// Time from the beginning to the end, in milliseconds.
    pub took_ms: u64,
}

/// Where the record is kept.
pub trait EgressLog: Send + Sync {
    /// Keeps the line. It is called on the way of every request and may not wait.
    fn record(&self, line: EgressLine);
}

/// Keeps the last lines in memory and writes each to the program's log (target `egress`).
#[derive(Debug)]
pub struct RecentEgress {
    lines: Mutex<VecDeque<EgressLine>>,
    lines_max: usize,
}

impl RecentEgress {
    /// A record that keeps the last `lines_max` lines.
    pub fn new(lines_max: usize) -> Self {
        Self { lines: Mutex::default(), lines_max }
    }

    /// The lines kept, oldest first.
    pub fn lines(&self) -> Vec<EgressLine> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl EgressLog for RecentEgress {
    fn record(&self, line: EgressLine) {
        tracing::debug!(
            target: "egress",
            purpose = ?line.purpose,
            url = line.url,
            remote = line.remote.map(tracing::field::display),
            status = line.status,
            refusal = line.refusal,
            rule = line.rule,
            bytes = line.bytes,
            took_ms = line.took_ms,
        );
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() >= self.lines_max {
            lines.pop_front();
        }
        lines.push_back(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_lines_are_kept() {
        let log = RecentEgress::new(2);
        for bytes in 0..5 {
            log.record(EgressLine {
                at: Timestamp(0),
                purpose: Purpose::Page,
                url: "https://harbourline.example/".to_owned(),
                remote: None,
                status: Some(200),
                refusal: None,
                rule: None,
                bytes,
                took_ms: 1,
            });
        }
        let kept: Vec<u64> = log.lines().iter().map(|line| line.bytes).collect();
        assert_eq!(kept, [3, 4]);
    }
}
