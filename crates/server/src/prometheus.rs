//! Measures: the recorder behind the metrics of `flow::metrics`, and their text for Prometheus.

use std::time::Duration;

use flow::{Context, MetricKind, STAGES};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

/// The upper bounds of durations, in seconds: from a response out of memory to a slow page.
const SECONDS: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0, 600.0];

pub(crate) const HTTP_REQUESTS: &str = "leadq_http_requests_total";
pub(crate) const HTTP_SECONDS: &str = "leadq_http_request_seconds";
pub(crate) const STREAM_CLIENTS: &str = "leadq_stream_clients";
const CONNECTIONS: &str = "leadq_connections";
const CONNECTIONS_CUT: &str = "leadq_connections_cut_total";
const STAGE_LAG: &str = "leadq_stage_lag_records";

/// The timeout for reading the backlog, because a scraper does not wait long.
const BACKLOG_WAIT: Duration = Duration::from_secs(2);

/// The installed recorder.
#[derive(Clone)]
pub struct Measures {
    recorder: PrometheusHandle,
}

impl Measures {
    /// Installs the recorder of this process.
    ///
    /// # Errors
    /// Returns an error if a recorder is already installed.
    pub fn install() -> Result<Self, BuildError> {
        let mut builder = PrometheusBuilder::new();
        for metric in flow::metrics().filter(|metric| metric.kind == MetricKind::Histogram) {
            let name = Matcher::Full(metric.name.to_owned());
            builder = builder.set_buckets_for_metric(name, &SECONDS)?;
        }
        let recorder = builder.install_recorder()?;
        for metric in flow::metrics() {
            match metric.kind {
                MetricKind::Counter => metrics::describe_counter!(metric.name, metric.help),
                MetricKind::Gauge => metrics::describe_gauge!(metric.name, metric.help),
                MetricKind::Histogram => metrics::describe_histogram!(metric.name, metric.help),
            }
        }
        Ok(Self { recorder })
    }

    /// Renders the metrics for Prometheus. The backlog is NaN while the engines do not respond.
    pub(crate) async fn text(&self, context: &Context) -> String {
        let backlog = tokio::time::timeout(BACKLOG_WAIT, flow::backlog(context)).await;
        match backlog {
            Ok(Ok(backlog)) => {
                for (stage, waiting) in backlog {
                    #[expect(clippy::cast_precision_loss, reason = "records far below 2^52")]
                    metrics::gauge!(STAGE_LAG, "stage" => stage).set(waiting as f64);
                }
            }
            _ => {
                for stage in STAGES.iter().map(|stage| stage.name).chain(["outbox"]) {
                    metrics::gauge!(STAGE_LAG, "stage" => stage).set(f64::NAN);
                }
            }
        }
        self.recorder.run_upkeep();
        self.recorder.render()
    }
}

/// Records a response and its duration.
pub(crate) fn answered(method: &str, route: &str, status: u16, took: Duration) {
    let (method, route) = (method.to_owned(), route.to_owned());
    metrics::histogram!(HTTP_SECONDS, "route" => route.clone()).record(took);
    metrics::counter!(HTTP_REQUESTS, "method" => method, "route" => route,
        "status" => status.to_string())
    .increment(1);
}

/// Counts a new connection.
pub(crate) fn connection_opened() {
    metrics::gauge!(CONNECTIONS).increment(1.0);
}

/// Counts a connection that has ended.
pub(crate) fn connection_closed() {
    metrics::gauge!(CONNECTIONS).decrement(1.0);
}

/// Counts a connection that leadq closes, with the cause.
pub(crate) fn connection_cut(cause: &'static str) {
    metrics::counter!(CONNECTIONS_CUT, "cause" => cause).increment(1);
}
