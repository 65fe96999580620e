//! Tests of the door against a real server on loopback that can misbehave.

mod bodies;
mod cookies;
mod deliveries;
mod encryption;
mod guard;
mod manners;
mod refreshes;
mod server;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use model::{Clock, SystemClock};
use url::Url;

use crate::connector::Tls;
use crate::door::Door;
use crate::names::Names;
use crate::{Crawl, HostRule, Method, NetSettings, Purpose, RecentEgress, Refusal, Visit};
use server::{Action, Server};

/// A resolver that returns the next list of addresses at each lookup, in rotation.
struct Flipping {
    answers: Vec<Vec<SocketAddr>>,
    lookups: AtomicUsize,
}

#[async_trait::async_trait]
impl Names for Flipping {
    async fn addresses(&self, _: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
        let number = self.lookups.fetch_add(1, Ordering::SeqCst);
        let answer = self.answers.get(number % self.answers.len().max(1));
        answer.cloned().ok_or_else(|| io::Error::other("no such name"))
    }
}

/// A door and its egress log.
struct Opened {
    door: Door,
    egress: Arc<RecentEgress>,
}

/// Builds settings under which `*.example` is this server and hosts need no pause.
fn settings(server: &Server) -> NetSettings {
    let mut settings = NetSettings::new("leadqbot/0.1 (+https://harbourline.example/bot)");
    settings.allow.push(server.address);
    settings.crawl_allow.push(server.address);
    settings.hosts.push(HostRule { pattern: "*.example".to_owned(), address: server.address });
    settings.host_delay_min = Duration::ZERO;
    settings
}

fn open(settings: NetSettings) -> Opened {
    open_with(settings, Arc::new(SystemClock), Vec::new(), Tls::default())
}

fn open_with(
    settings: NetSettings,
    clock: Arc<dyn Clock>,
    answers: Vec<Vec<SocketAddr>>,
    tls: Tls,
) -> Opened {
    let egress = Arc::new(RecentEgress::new(1_000));
    let names = Arc::new(Flipping { answers, lookups: AtomicUsize::new(0) });
    let log: Arc<RecentEgress> = Arc::clone(&egress);
    let steady = Arc::clone(&clock);
    Opened { door: Door::over(settings, clock, steady, log, names, tls).unwrap(), egress }
}

impl Opened {
    async fn crawl(&self, url: &str) -> Result<Visit, Refusal> {
        self.door.crawl(page(url)).await
    }

    /// Returns the statuses or refusals of the requests with this purpose.
    fn outcomes(&self, purpose: Purpose) -> Vec<String> {
        let lines = self.egress.lines();
        let lines = lines.into_iter().filter(|line| line.purpose == purpose);
        lines
            .map(|line| line.status.map_or_else(|| line.refusal.unwrap(), |s| s.to_string()))
            .collect()
    }
}

fn page(url: &str) -> Crawl {
    Crawl { url: Url::parse(url).unwrap(), etag: None, last_modified: None }
}

/// Builds a response with a body of known length.
fn answer(status: &str, headers: &str, body: &[u8]) -> Action {
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n", body.len());
    Action::Write([head.as_bytes(), body].concat())
}

fn ok(body: &str) -> Action {
    answer("200 OK", "content-type: text/html\r\n", body.as_bytes())
}

fn redirect(target: &str) -> Action {
    answer("302 Found", &format!("location: {target}\r\n"), b"")
}

fn no_robots() -> Action {
    answer("404 Not Found", "", b"")
}
