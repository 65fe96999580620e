//! The list of all metrics of leadq, with their units and meanings.

use engine::{ENGINE_METRICS, Metric, MetricKind};

pub(crate) const PAGE_TO_SIGNAL: &str = "leadq_page_to_signal_seconds";
pub(crate) const INTAKE: &str = "leadq_intake_total";

/// The metrics of the journey and of the processes around it.
const JOURNEY_METRICS: [Metric; 7] = [
    Metric {
        name: PAGE_TO_SIGNAL,
        kind: MetricKind::Histogram,
        help: "time from the intake of a page to the commit of its signals",
    },
    Metric {
        name: INTAKE,
        kind: MetricKind::Counter,
        help: "captures taken in; label outcome: new, duplicate, rejected",
    },
    Metric {
        name: "leadq_http_requests_total",
        kind: MetricKind::Counter,
        help: "HTTP responses; labels method, route, status",
    },
    Metric {
        name: "leadq_http_request_seconds",
        kind: MetricKind::Histogram,
        help: "time until a response's headers are sent; label route",
    },
    Metric {
        name: "leadq_stream_clients",
        kind: MetricKind::Gauge,
        help: "clients that follow the live stream",
    },
    Metric { name: "leadq_connections", kind: MetricKind::Gauge, help: "open HTTP connections" },
    Metric {
        name: "leadq_connections_cut_total",
        kind: MetricKind::Counter,
        help: "HTTP connections that leadq closed to enforce a limit; label cause",
    },
];

/// Lists every metric: the engine's, then the journey's.
pub fn metrics() -> impl Iterator<Item = Metric> {
    ENGINE_METRICS.into_iter().chain(JOURNEY_METRICS)
}
