//! A scriptable server on loopback that keeps a journal of its requests.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// The reaction of the server to a request.
#[derive(Clone)]
pub(super) enum Action {
    /// Writes this and waits for the next request.
    Write(Vec<u8>),
    /// Writes this, takes some time, and writes the next.
    Slowly(Vec<Vec<u8>>, Duration),
    /// Writes the head, then the piece again and again until the client disconnects.
    Forever(Vec<u8>, Vec<u8>),
    /// Writes this and closes.
    Close(Vec<u8>),
    /// Never responds.
    Silence,
}

/// A request as received.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) begun: Instant,
    pub(super) ended: Option<Instant>,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) headers: HashMap<String, String>,
    pub(super) body: Vec<u8>,
}

type Answers = dyn Fn(&Seen) -> Action + Send + Sync;

#[derive(Default)]
struct Journal {
    seen: Mutex<Vec<Seen>>,
    connections: Mutex<usize>,
    bytes: Mutex<usize>,
}

pub(super) struct Server {
    pub(super) address: SocketAddr,
    journal: Arc<Journal>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub(super) async fn start(answers: impl Fn(&Seen) -> Action + Send + Sync + 'static) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        Self::start_at(address, None, answers).await.unwrap()
    }

    pub(super) async fn start_at(
        address: SocketAddr,
        tls: Option<TlsAcceptor>,
        answers: impl Fn(&Seen) -> Action + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let journal = Arc::new(Journal::default());
        let answers: Arc<Answers> = Arc::new(answers);
        let shared_journal = Arc::clone(&journal);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                *shared_journal.connections.lock().unwrap() += 1;
                let (journal, answers, tls) =
                    (Arc::clone(&shared_journal), Arc::clone(&answers), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => serve(stream, &journal, &*answers).await,
                        Some(tls) => match tls.accept(stream).await {
                            Ok(stream) => serve(stream, &journal, &*answers).await,
                            Err(_) => None,
                        },
                    }
                });
            }
        });
        Ok(Self { address, journal, task })
    }

    /// Returns the requests, in order.
    pub(super) fn seen(&self) -> Vec<Seen> {
        self.journal.seen.lock().unwrap().clone()
    }

    pub(super) fn paths(&self) -> Vec<String> {
        self.seen().into_iter().map(|request| request.path).collect()
    }

    pub(super) fn connections(&self) -> usize {
        *self.journal.connections.lock().unwrap()
    }

    /// Returns the number of bytes written so far.
    pub(super) fn bytes(&self) -> usize {
        *self.journal.bytes.lock().unwrap()
    }
}

/// Responds to one request after the other. Returns `None` when the client has disconnected or the
/// server closes.
async fn serve<S>(mut stream: S, journal: &Journal, answers: &Answers) -> Option<()>
where
    S: AsyncRead + AsyncWrite + Send + Unpin,
{
    loop {
        let request = read(&mut stream).await?;
        let number = {
            let mut all = journal.seen.lock().unwrap();
            all.push(request.clone());
            all.len() - 1
        };
        let mut write = async |bytes: &[u8]| -> Option<()> {
            stream.write_all(bytes).await.ok()?;
            stream.flush().await.ok()?;
            *journal.bytes.lock().unwrap() += bytes.len();
            Some(())
        };
        let action = answers(&request);
        let closes = matches!(action, Action::Close(_));
        // Before the response, because the next turn may begin as soon as the response arrives.
        journal.seen.lock().unwrap()[number].ended = Some(Instant::now());
        match action {
            Action::Write(bytes) | Action::Close(bytes) => write(&bytes).await?,
            Action::Slowly(parts, pause) => {
                for part in parts {
                    write(&part).await?;
                    tokio::time::sleep(pause).await;
                }
            }
            Action::Forever(head, piece) => {
                write(&head).await?;
                loop {
                    write(&piece).await?;
                }
            }
            Action::Silence => std::future::pending().await,
        }
        if closes {
            return None;
        }
    }
}

async fn read<S: AsyncRead + Unpin>(stream: &mut S) -> Option<Seen> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let begun = Instant::now();
    let head = String::from_utf8(head).unwrap();
    let mut lines = head.lines();
    let mut parts = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let (method, path) = (parts.next()?, parts.next()?);
    let fields = lines.filter_map(|line| line.split_once(": "));
    let headers: HashMap<_, _> =
        fields.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    let length = headers.get("content-length").and_then(|length| length.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    Some(Seen { begun, ended: None, method, path, headers, body })
}
