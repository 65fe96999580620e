//! The dead letters that one input may leave: the first rejections in full, and a summary of the
//! others. Otherwise a request of nonsense lines would take many times its size on the disk.

use ingest::Rejected;

/// The maximum number of rejections of one input that are kept one by one.
const KEPT_MAX: usize = 1_000;

/// The quota of dead letters of one input. Rejections beyond it are counted.
#[derive(Debug, Default)]
pub struct RejectionQuota {
    kept: usize,
    left_out: u64,
    /// The first rejection that was only counted, and the origin of the last.
    first: Option<Rejected>,
    last_origin: String,
}

impl RejectionQuota {
    /// Returns the rejections that are kept one by one.
    pub(crate) fn admit(&mut self, mut rejected: Vec<Rejected>) -> Vec<Rejected> {
        let free = (KEPT_MAX - self.kept).min(rejected.len());
        let mut others = rejected.split_off(free);
        self.kept += rejected.len();
        self.left_out += others.len() as u64;
        if let Some(last) = others.last() {
            self.last_origin.clone_from(&last.origin);
        }
        if self.first.is_none() && !others.is_empty() {
            self.first = Some(others.swap_remove(0));
        }
        rejected
    }

    /// Summarizes the rejections that were only counted; `None` if there were none.
    pub(crate) fn summary(&self) -> Option<Rejected> {
        let first = self.first.as_ref()?;
        Some(Rejected {
            origin: format!("{} to {}", first.origin, self.last_origin),
            cause: format!(
                "{} more objects of this input were rejected and are not kept, because the first \
                 {KEPT_MAX} were; the first of them: {}",
                self.left_out, first.cause
            ),
            kept: first.kept.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejected(lines: std::ops::Range<usize>) -> Vec<Rejected> {
        let one = |line| Rejected {
            origin: format!("webhook, line {line}"),
            cause: format!("cause {line}"),
            kept: vec![b'x'],
        };
        lines.map(one).collect()
    }

    #[test]
    fn the_first_are_kept_and_the_others_counted() {
        let mut quota = RejectionQuota::default();
        assert_eq!(quota.admit(rejected(0..600)).len(), 600);
        assert_eq!(quota.summary(), None);
        assert_eq!(quota.admit(rejected(600..1_100)), rejected(600..1_000));
        assert!(quota.admit(rejected(1_100..1_500)).is_empty());
        let summary = quota.summary().unwrap();
        assert_eq!(summary.origin, "webhook, line 1000 to webhook, line 1499");
        assert!(summary.cause.starts_with("500 more objects"), "{}", summary.cause);
        assert!(summary.cause.ends_with("cause 1000"), "{}", summary.cause);
    }
}
