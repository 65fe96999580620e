//! A running leadq program, and a client of its HTTP interface: as many threads as senders, each
//! with one connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::Value;

use super::process;

/// The interval of queries for the backlog.
const POLL_EVERY: Duration = Duration::from_millis(100);
/// The timeout of one measurement.
const RUN_MAX: Duration = Duration::from_secs(3_600);
const RESPONSE_MAX: Duration = Duration::from_secs(60);

/// A leadq program that serves a data folder, killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Creates a data folder with one product and starts `leadq up` on it.
    pub(crate) fn start(program: &Path, data: &Path) -> anyhow::Result<Self> {
        let mut init = leadq(program, data);
        let made = init.args(["init", "--product", "Bench"]).stdout(Stdio::null()).status()?;
        anyhow::ensure!(made.success(), "leadq init: {made}");
        Self::open(program, data)
    }

    /// Starts `leadq up` on a data folder.
    pub(crate) fn open(program: &Path, data: &Path) -> anyhow::Result<Self> {
        let mut up = leadq(program, data);
        let mut child = up
            .args(["up", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let stdout = child.stdout.take().context("leadq up has no output")?;
        let mut server = Self { child, address: String::new() };
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let address = line.split_once("http://").and_then(|(_, rest)| rest.split_once('/'));
        server.address = address.context("leadq up printed no address")?.0.to_owned();
        Ok(server)
    }

    /// Opens a connection.
    #[expect(clippy::disallowed_methods, reason = "it reaches only the program that it started")]
    pub(crate) fn client(&self) -> anyhow::Result<Client> {
        let stream = TcpStream::connect(&self.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(RESPONSE_MAX))?;
        Ok(Client { stream: BufReader::new(stream), host: self.address.clone() })
    }

    /// Reads the processor seconds that the program has used.
    pub(crate) fn cpu_seconds(&self) -> f64 {
        process::trees_cpu_seconds(&[self.child.id()])
    }

    /// Reads the resident memory of the program, now and at its peak, in bytes.
    pub(crate) fn memory_bytes(&self) -> (usize, usize) {
        process::memory_bytes_of(self.child.id())
    }

    /// Waits until every record is processed.
    pub(crate) fn settle(&self) -> anyhow::Result<()> {
        let (mut client, started) = (self.client()?, Instant::now());
        let mut empty = 0;
        // The status may be a second old.
        while empty < 20 {
            anyhow::ensure!(started.elapsed() < RUN_MAX, "the run timed out");
            let response = client.request("GET", "/api/v1/status", b"")?;
            let status: Value = serde_json::from_slice(&response.body)?;
            let waiting = status["waiting"].as_u64().context("the status has no backlog")?;
            empty = if waiting == 0 { empty + 1 } else { 0 };
            std::thread::sleep(POLL_EVERY);
        }
        Ok(())
    }
}

/// Creates a command of the program on a data folder.
fn leadq(program: &Path, data: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg("--quiet").arg("--data-dir").arg(data);
    command
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then the run has failed already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A response.
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// A connection that sends one request after the other.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    host: String,
}

impl Client {
    /// Sends a request and reads its response.
    pub(crate) fn request(
        &mut self,
        method: &str,
        path: &str,
        body: &[u8],
    ) -> anyhow::Result<Response> {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n",
            self.host,
            body.len()
        );
        let message = [head.as_bytes(), body].concat();
        self.stream.get_mut().write_all(&message)?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.with_context(|| format!("not a response: {line:?}"))?;
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let header = line.trim_end().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(Response { status, body })
    }

    /// Sends events, again while the server is busy, and returns the seconds until they were
    /// acknowledged.
    pub(crate) fn send(&mut self, events: &[u8]) -> anyhow::Result<f64> {
        let started = Instant::now();
        loop {
            let response = self.request("POST", "/api/v1/ingest/webhook", events)?;
            match response.status {
                202 => return Ok(started.elapsed().as_secs_f64()),
                503 => std::thread::sleep(POLL_EVERY),
                status => {
                    let body = String::from_utf8_lossy(&response.body).into_owned();
                    anyhow::bail!("the server answered {status}: {body}")
                }
            }
        }
    }
}
