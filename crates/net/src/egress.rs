//! The egress log: every request that was sent or refused.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use model::Timestamp;
use serde::Serialize;

use crate::settings::AllowList;

/// The purpose of a request.
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

impl Purpose {
    /// Returns the allow list for the addresses of such requests.
    pub(crate) const fn list(self) -> AllowList {
        match self {
            Self::Page | Self::Robots => AllowList::Crawl,
            Self::Delivery => AllowList::Delivery,
        }
    }
}

/// One request, or one refusal to make it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EgressLine {
    /// The start of the request.
    pub at: Timestamp,
    /// The purpose of the request.
    pub purpose: Purpose,
    /// The address; for a delivery only its origin, because the rest may be a secret.
    pub url: String,
    /// The socket address of the response.
    pub remote: Option<SocketAddr>,
    /// The status of the response.
    pub status: Option<u16>,
    /// The reason why there is no response.
    pub refusal: Option<String>,
    /// The rule of robots.txt that allowed or forbade it.
    pub rule: Option<String>,
    /// The number of bytes of the body received.
    pub bytes: u64,
    /// The time from start to end, in milliseconds.
    pub took_ms: u64,
}

/// A destination of egress lines.
pub trait EgressLog: Send + Sync {
    /// Records a line. It is called during every request and must not block.
    fn record(&self, line: EgressLine);
}

/// An egress log that keeps the last lines in memory and writes each line to the program's log
/// (target `egress`).
#[derive(Debug)]
pub struct RecentEgress {
    lines: Mutex<VecDeque<EgressLine>>,
    lines_max: usize,
}

impl RecentEgress {
    /// Builds a log that keeps the last `lines_max` lines.
    pub fn new(lines_max: usize) -> Self {
        Self { lines: Mutex::default(), lines_max }
    }

    /// Returns the kept lines, oldest first.
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
        let sizes: Vec<u64> = log.lines().iter().map(|line| line.bytes).collect();
        assert_eq!(sizes, [3, 4]);
    }
}
