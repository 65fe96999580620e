//! The type of metrics, and the metrics of the engine.

/// The kind of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    /// A number that only grows.
    Counter,
    /// A number that goes up and down.
    Gauge,
    /// A distribution of durations, in seconds.
    Histogram,
}

/// The description of a metric.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// The name under which it is exported.
    pub name: &'static str,
    /// The kind of the metric.
    pub kind: MetricKind,
    /// The help text: its meaning and its labels.
    pub help: &'static str,
}

pub(crate) const STAGE_RECORDS: &str = "leadq_stage_records_total";
pub(crate) const STAGE_FAILURES: &str = "leadq_stage_failures_total";
pub(crate) const STAGE_DEAD: &str = "leadq_stage_dead_total";
pub(crate) const STAGE_COMMIT: &str = "leadq_stage_commit_seconds";
pub(crate) const RELAY_FAILURES: &str = "leadq_relay_failures_total";
pub(crate) const ASSIGNMENTS: &str = "leadq_assignments_total";

/// Every metric that the engine records, and the lag of its stages.
pub const ENGINE_METRICS: [Metric; 7] = [
    Metric {
        name: STAGE_RECORDS,
        kind: MetricKind::Counter,
        help: "records a stage has committed; label stage",
    },
    Metric {
        name: STAGE_FAILURES,
        kind: MetricKind::Counter,
        help: "attempts of a stage that failed and were retried; label stage",
    },
    Metric {
        name: STAGE_DEAD,
        kind: MetricKind::Counter,
        help: "records a stage gave up; label stage",
    },
    Metric {
        name: STAGE_COMMIT,
        kind: MetricKind::Histogram,
        help: "time from requesting the commit of a stage's batch until it is durable; label stage",
    },
    Metric {
        name: "leadq_stage_lag_records",
        kind: MetricKind::Gauge,
        help: "records that wait before a stage, and at the outbox; label stage",
    },
    Metric {
        name: RELAY_FAILURES,
        kind: MetricKind::Counter,
        help: "attempts to append a producer's records to the log that failed and are retried; label producer",
    },
    Metric {
        name: ASSIGNMENTS,
        kind: MetricKind::Counter,
        help: "partitions assigned to this process and revoked from it; labels stage, change: assigned, revoked",
    },
];
