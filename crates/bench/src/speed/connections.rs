//! Responses of a running leadq, first undisturbed, then while clients from several addresses
//! occupy it: connections that send nothing, streams that are not read, bodies that hardly arrive.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;

use super::tell;
use crate::cli::ConnectionsArgs;
use crate::statistics::{quantile, rounded};

/// The requests of a screen.
const PAGE: [&str; 4] =
    ["/", "/api/v1/status", "/api/v1/signals/search?limit=50", "/api/v1/leads?limit=10"];
/// The pause between two measured requests.
const PAUSE: Duration = Duration::from_millis(20);
/// The timeout of a measured request.
const PATIENCE: Duration = Duration::from_secs(10);
/// The time until all clients are connected, which is not measured.
const RAMP: Duration = Duration::from_secs(3);
/// The pause between two bytes of a slow body.
const BYTE_PAUSE: Duration = Duration::from_millis(500);
/// The time for which a stream is left unread before another is opened.
const STREAM_HOLD: Duration = Duration::from_secs(10);
/// The pause of a client whose connection was closed before it opens another.
const RETRY: Duration = Duration::from_secs(1);

/// Measures `speed connections`.
pub(crate) fn connections(args: &ConnectionsArgs) -> anyhow::Result<Value> {
    let is_here = args.at.is_ipv4() && args.at.ip().is_loopback();
    anyhow::ensure!(is_here, "--at must be an IPv4 address of this machine");
    anyhow::ensure!((1..=200).contains(&args.addresses), "--addresses must be 1 to 200");
    raise_files_max();
    let quiet = measure(args)?;
    tell(args.json, "measured undisturbed; now with the other clients");
    // One thread, because the machine belongs to the leadq that is measured.
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let opened = Arc::new(AtomicUsize::new(0));
    for number in 0..args.idle + args.streams + args.bodies {
        let client = OccupyingClient::new(args, number, Arc::clone(&opened));
        runtime.spawn(client.run());
    }
    std::thread::sleep(RAMP);
    let occupied = measure(args);
    let opened = opened.load(Ordering::Relaxed);
    runtime.shutdown_background();
    Ok(json!({
        "name": "speed connections",
        "idle": args.idle,
        "streams": args.streams,
        "bodies": args.bodies,
        "addresses": args.addresses,
        "seconds": args.seconds,
        "connections_opened": opened,
        "quiet": quiet,
        "occupied": occupied?,
    }))
}

/// Raises the soft limit of open files, because every client needs one.
fn raise_files_max() {
    let maximum = getrlimit(Resource::Nofile).maximum;
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        eprintln!("cannot raise the limit of open files: {error}");
    }
}

/// Measures health checks and pages side by side.
fn measure(args: &ConnectionsArgs) -> anyhow::Result<Value> {
    let end = Instant::now() + Duration::from_secs(args.seconds);
    std::thread::scope(|scope| {
        let health = scope.spawn(|| repeat(args, &["/healthz"], end));
        let pages = scope.spawn(|| repeat(args, &PAGE, end));
        let result = |measured: std::thread::Result<Value>| {
            measured.map_err(|_| anyhow::anyhow!("a measurement panicked"))
        };
        Ok(json!({ "health": result(health.join())?, "page": result(pages.join())? }))
    })
}

/// Sends requests one after the other until `end`, and returns the times of the whole sequence.
fn repeat(args: &ConnectionsArgs, paths: &[&str], end: Instant) -> Value {
    let (mut times_ms, mut failures, mut last_failure) = (Vec::new(), 0, None);
    while Instant::now() < end {
        let started = Instant::now();
        match paths.iter().try_for_each(|path| request(args, path)) {
            Ok(()) => times_ms.push(started.elapsed().as_secs_f64() * 1e3),
            Err(error) => {
                failures += 1;
                last_failure = Some(format!("{error:#}"));
            }
        }
        std::thread::sleep(PAUSE);
    }
    let at = |thousandths| quantile(&times_ms, thousandths).map(rounded);
    json!({
        "count": times_ms.len(),
        "failures": failures,
        "last_failure": last_failure,
        "p50_ms": at(500),
        "p99_ms": at(990),
        "max_ms": at(1_000),
    })
}

/// Sends one request as a browser does, on a connection of its own.
#[expect(clippy::disallowed_methods, reason = "it measures a leadq on this machine")]
fn request(args: &ConnectionsArgs, path: &str) -> anyhow::Result<()> {
    let mut stream = TcpStream::connect_timeout(&args.at, PATIENCE).context("cannot connect")?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let head = head(args, "GET", path, "accept: text/html\r\nconnection: close\r\n");
    stream.write_all(head.as_bytes())?;
    let mut response = Vec::new();
    stream.read_to_end(&mut response).with_context(|| path.to_owned())?;
    let status = response.get(9..12).unwrap_or_default();
    anyhow::ensure!(status == b"200", "{path}: status {}", String::from_utf8_lossy(status));
    Ok(())
}

fn head(args: &ConnectionsArgs, method: &str, path: &str, headers: &str) -> String {
    let token = args.token.as_deref().map(|token| format!("authorization: Bearer {token}\r\n"));
    format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nsec-fetch-site: same-origin\r\n{}{headers}\r\n",
        token.unwrap_or_default()
    )
}

/// What a client that occupies leadq does with its connection.
#[derive(Clone, Copy)]
enum Occupation {
    Silent,
    HalfHead,
    OneRequest,
    UnreadStream,
    SlowLogin,
    SlowIntake,
}

/// A client that occupies leadq, and opens another connection whenever one is closed.
struct OccupyingClient {
    from: Ipv4Addr,
    at: SocketAddr,
    occupation: Occupation,
    /// The bytes that it sends at once.
    start: String,
    opened: Arc<AtomicUsize>,
}

impl OccupyingClient {
    fn new(args: &ConnectionsArgs, number: usize, opened: Arc<AtomicUsize>) -> Self {
        let address = u8::try_from(number % usize::from(args.addresses)).unwrap_or(0);
        let occupation = match (number < args.idle, number < args.idle + args.streams) {
            (true, _) => {
                [Occupation::Silent, Occupation::HalfHead, Occupation::OneRequest][number % 3]
            }
            (false, true) => Occupation::UnreadStream,
            (false, false) => [Occupation::SlowLogin, Occupation::SlowIntake][number % 2],
        };
        let body = |length: usize| {
            format!("content-type: application/json\r\ncontent-length: {length}\r\n")
        };
        let start = match occupation {
            Occupation::Silent => String::new(),
            Occupation::HalfHead => "GET / HTTP/1.1\r\nhost: local".to_owned(),
            Occupation::OneRequest => head(args, "GET", "/healthz", ""),
            Occupation::UnreadStream => head(args, "GET", "/api/v1/stream", ""),
            Occupation::SlowLogin => head(args, "POST", "/api/v1/login", &body(1_000)),
            Occupation::SlowIntake => head(args, "POST", "/api/v1/ingest/webhook", &body(10 << 20)),
        };
        let from = Ipv4Addr::new(127, 0, 0, 2 + address);
        Self { from, at: args.at, occupation, start, opened }
    }

    async fn run(self) {
        loop {
            // It is closed sooner or later, which is the purpose of the measurement.
            let _ = self.occupy().await;
            tokio::time::sleep(RETRY).await;
        }
    }

    #[expect(clippy::disallowed_methods, reason = "it measures a leadq on this machine")]
    async fn occupy(&self) -> std::io::Result<()> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(4_096)?;
        socket.bind((self.from, 0).into())?;
        let mut stream = socket.connect(self.at).await?;
        self.opened.fetch_add(1, Ordering::Relaxed);
        stream.write_all(self.start.as_bytes()).await?;
        match self.occupation {
            Occupation::Silent | Occupation::HalfHead | Occupation::OneRequest => {
                let mut buffer = [0u8; 1_024];
                while stream.read(&mut buffer).await? > 0 {}
            }
            Occupation::UnreadStream => tokio::time::sleep(STREAM_HOLD).await,
            Occupation::SlowLogin | Occupation::SlowIntake => loop {
                stream.write_all(b" ").await?;
                tokio::time::sleep(BYTE_PAUSE).await;
            },
        }
        Ok(())
    }
}
