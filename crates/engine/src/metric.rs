//! Metrics: what one is, and those of the engine.

/// What a metric's numbers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Durations, in seconds.
    Histogram,
}

/// One metric.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Its name on the wire.
    pub name: &'static str,
    /// What its numbers are.
    pub kind: MetricKind,
    /// What it tells, and its labels.
    pub help: &'static str,
}

pub(crate) const STAGE_RECORDS: &str = "leadq_stage_records_total";
pub(crate) const STAGE_FAILURES: &str = "leadq_stage_failures_total";
pub(crate) const STAGE_DEAD: &str = "leadq_stage_dead_total";
pub(crate) const STAGE_COMMIT: &str = "leadq_stage_commit_seconds";
pub(crate) const ASSIGNMENTS: &str = "leadq_assignments_total";

/// Every metric that the engine records, or that tells how far its stages are behind.
pub const ENGINE_METRICS: [Metric; 6] = [
    Metric {
        name: STAGE_RECORDS,
        kind: MetricKind::Counter,
        help: "records a stage has committed; label stage",
    },
    Metric {
        name: STAGE_FAILURES,
        kind: MetricKind::Counter,
        help: "attempts of a stage that failed and were made again; label stage",
    },
    Metric {
        name: STAGE_DEAD,
        kind: MetricKind::Counter,
        help: "records a stage gave up; label stage",
    },
    Metric {
        name: STAGE_COMMIT,
        kind: MetricKind::Histogram,
        help: "from the wish to commit a stage's batch to its being durable; label stage",
    },
    Metric {
        name: "leadq_stage_lag_records",
        kind: MetricKind::Gauge,
        help: "records that wait before a stage, and at the outbox; label stage",
    },
    Metric {
        name: ASSIGNMENTS,
        kind: MetricKind::Counter,
        help: "partitions given to this process and taken from it; labels stage, change: assigned, revoked",
    },
];
