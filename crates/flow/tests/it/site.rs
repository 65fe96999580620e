//! A site on loopback that responds as a test defines and keeps a journal of its requests.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use flow::Outside;
use model::Clock;
use net::{Door, HostRule, NetSettings, RecentEgress};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A request as received.
#[derive(Debug, Clone)]
pub(crate) struct SiteRequest {
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl SiteRequest {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let field = self.headers.iter().find(|(key, _)| key == name);
        field.map(|(_, value)| value.as_str())
    }
}

/// The response of the site.
#[derive(Debug, Clone)]
pub(crate) enum SiteResponse {
    /// Status, header lines, body.
    Page(u16, &'static str, String),
    /// The site reads the request and closes the connection.
    HangUp,
    /// The site reads the request and never responds.
    Silence,
    /// The site responds with status 200 after a while.
    Late(Duration),
}

impl SiteResponse {
    pub(crate) fn html(body: &str) -> Self {
        let body = format!("<!doctype html><html lang=en>{body}</html>");
        Self::Page(200, "Content-Type: text/html\r\n", body)
    }

    pub(crate) fn status(status: u16) -> Self {
        Self::Page(status, "", String::new())
    }
}

type Answers = dyn Fn(&SiteRequest) -> SiteResponse + Send + Sync;

pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    journal: Arc<Mutex<Vec<SiteRequest>>>,
    answers: Arc<Mutex<Arc<Answers>>>,
    task: JoinHandle<()>,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Site {
    pub(crate) async fn start(
        answers: impl Fn(&SiteRequest) -> SiteResponse + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let journal = Arc::new(Mutex::new(Vec::new()));
        let answers: Arc<Mutex<Arc<Answers>>> = Arc::new(Mutex::new(Arc::new(answers)));
        let (shared_journal, shared_answers) = (Arc::clone(&journal), Arc::clone(&answers));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (journal, answers) = (Arc::clone(&shared_journal), Arc::clone(&shared_answers));
                tokio::spawn(async move {
                    // Some tests close a connection in the middle, so errors are ignored.
                    let _ = serve(stream, &journal, &answers).await;
                });
            }
        });
        Self { address, journal, answers, task }
    }

    /// Replaces the responses from now on.
    pub(crate) fn change(
        &self,
        answers: impl Fn(&SiteRequest) -> SiteResponse + Send + Sync + 'static,
    ) {
        *self.answers.lock().unwrap() = Arc::new(answers);
    }

    /// Takes the requests since the last call, without those for robots.txt, sorted by path.
    pub(crate) fn asked(&self) -> Vec<SiteRequest> {
        let mut requests = std::mem::take(&mut *self.journal.lock().unwrap());
        requests.retain(|request| request.path != "/robots.txt");
        requests.sort_by(|one, other| one.path.cmp(&other.path));
        requests
    }

    pub(crate) fn paths(&self) -> Vec<String> {
        self.asked().into_iter().map(|request| request.path).collect()
    }

    /// Creates a door to the network that connects every `.example` name to this site.
    pub(crate) fn outside(&self, clock: Arc<dyn Clock>) -> Outside {
        Self::through(self.door_settings(), clock)
    }

    /// Creates the same with a door that does not wait for a host's turn.
    pub(crate) fn impatient(&self, clock: Arc<dyn Clock>) -> Outside {
        let mut settings = self.door_settings();
        settings.host_wait_max = Duration::ZERO;
        Self::through(settings, clock)
    }

    fn door_settings(&self) -> NetSettings {
        let mut settings = NetSettings::new("leadqbot/0.1 (+https://leadq.example/bot)");
        settings.allow = vec![self.address];
        settings.crawl_allow = vec![self.address];
        settings.hosts = vec![HostRule { pattern: "*.example".to_owned(), address: self.address }];
        settings.host_delay_min = Duration::ZERO;
        settings
    }

    fn through(settings: NetSettings, clock: Arc<dyn Clock>) -> Outside {
        let door = Door::new(settings, clock, Arc::new(RecentEgress::new(100))).unwrap();
        Outside { door: Some(door), ..Outside::default() }
    }
}

async fn serve(
    stream: TcpStream,
    journal: &Mutex<Vec<SiteRequest>>,
    answers: &Mutex<Arc<Answers>>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    // The first byte of a TLS handshake; this site has no TLS.
    if stream.fill_buf().await?.first() == Some(&0x16) {
        return Ok(());
    }
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).await?;
            let Some((name, value)) = line.trim().split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut request = SiteRequest { path, headers, body: Vec::new() };
        let length = request.header("content-length").and_then(|length| length.parse().ok());
        request.body.resize(length.unwrap_or(0), 0);
        stream.read_exact(&mut request.body).await?;
        let answer = Arc::clone(&*answers.lock().unwrap())(&request);
        journal.lock().unwrap().push(request);
        match answer {
            SiteResponse::HangUp => return Ok(()),
            SiteResponse::Silence => std::future::pending::<()>().await,
            SiteResponse::Late(wait) => {
                tokio::time::sleep(wait).await;
                stream.write_all(b"HTTP/1.1 200 X\r\nContent-Length: 0\r\n\r\n").await?;
            }
            SiteResponse::Page(status, headers, body) => {
                let length = body.len();
                let head =
                    format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\n{headers}\r\n");
                stream.write_all(head.as_bytes()).await?;
                stream.write_all(body.as_bytes()).await?;
            }
        }
    }
}
