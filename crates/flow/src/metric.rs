//! THE list of metrics: every name that leadq measures itself by, with its unit and meaning.

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

pub(crate) const PAGE_TO_SIGNAL: &str = "leadq_page_to_signal_seconds";
pub(crate) const STAGE_RECORDS: &str = "leadq_stage_records_total";
pub(crate) const STAGE_FAILURES: &str = "leadq_stage_failures_total";
pub(crate) const STAGE_DEAD: &str = "leadq_stage_dead_total";
pub(crate) const STAGE_COMMIT: &str = "leadq_stage_commit_seconds";
pub(crate) const ASSIGNMENTS: &str = "leadq_assignments_total";
pub(crate) const INTAKE: &str = "leadq_intake_total";

/// Every metric.
pub const METRICS: [Metric; 11] = [
    Metric {
        name: PAGE_TO_SIGNAL,
        kind: MetricKind::Histogram,
        help: "from a page's taking in to the commit of the signals it led to",
    },
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
    Metric {
        name: INTAKE,
        kind: MetricKind::Counter,
        help: "deliveries taken in; label outcome: new, duplicate, rejected",
    },
    Metric {
        name: "leadq_http_requests_total",
        kind: MetricKind::Counter,
        help: "answers given; labels method, route, status",
    },
    Metric {
        name: "leadq_http_request_seconds",
        kind: MetricKind::Histogram,
        help: "time to an answer's head; label route",
    },
    Metric {
        name: "leadq_stream_clients",
        kind: MetricKind::Gauge,
        help: "clients that follow the live stream",
    },
];
