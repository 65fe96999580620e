//! A server on a real socket, and clients at several addresses of this machine.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use server::{ConnectionLimits, ServeError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::world::{World, start_app};

/// The time after which a client of a test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that listens on a port of its own.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Result<(), ServeError>>,
}

impl Server {
    pub(crate) async fn start(world: &World, limits: ConnectionLimits) -> Self {
        // The clients of a flood need many files, too.
        ConnectionLimits::of_process();
        let app = start_app(&world.engine, &world.clock, true, false, limits).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(server::serve(listener, app, async {
            let _ = stopped.await;
        }));
        Self { address, stop, serving }
    }

    /// Stops the server, and returns the time until it has ended.
    pub(crate) async fn stop(self) -> Duration {
        let started = Instant::now();
        self.stop.send(()).unwrap();
        timeout(PATIENCE, self.serving).await.expect("it stops").unwrap().unwrap();
        started.elapsed()
    }

    /// Connects from 127.0.0.`from`.
    #[expect(clippy::disallowed_methods, reason = "the test is a client of its own server")]
    pub(crate) async fn connect(&self, from: u8) -> Client {
        let socket = TcpSocket::new_v4().unwrap();
        // A small buffer, so that a client that does not read is noticed soon.
        socket.set_recv_buffer_size(4_096).unwrap();
        let local = SocketAddr::from((Ipv4Addr::new(127, 0, 0, from), 0));
        // Some systems have only the first loopback address.
        if socket.bind(local).is_err() {
            println!("cannot connect from {local}; using the default address");
        }
        Client { stream: socket.connect(self.address).await.unwrap() }
    }

    /// Connects and sends bytes, which may be part of a request.
    pub(crate) async fn send(&self, from: u8, bytes: &str) -> Client {
        let mut client = self.connect(from).await;
        client.send(bytes).await;
        client
    }

    /// Sends a request on a connection of its own and returns the status of the response, and the
    /// time until it was complete.
    pub(crate) async fn ask(&self, from: u8, request: &str) -> (u16, Duration) {
        let started = Instant::now();
        let mut client = self.send(from, request).await;
        let response = client.rest().await;
        (status(&response), started.elapsed())
    }

    /// Sends a GET request like [`Self::ask`].
    pub(crate) async fn get(&self, from: u8, path: &str) -> (u16, Duration) {
        self.ask(from, &head("GET", path, "accept: text/html\r\nconnection: close\r\n")).await
    }
}

/// Builds the head of a request.
pub(crate) fn head(method: &str, path: &str, headers: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n")
}

/// Builds the head and the first bytes of a request whose body is longer.
pub(crate) fn part(path: &str, length: usize, body: &str) -> String {
    let headers = format!("content-type: application/json\r\ncontent-length: {length}\r\n");
    head("POST", path, &headers) + body
}

/// Builds a complete POST request.
pub(crate) fn post(path: &str, body: &str) -> String {
    let length = body.len();
    let headers = format!(
        "content-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n"
    );
    head("POST", path, &headers) + body
}

/// Returns the status of a response; 0 if there is none.
pub(crate) fn status(response: &str) -> u16 {
    response.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

/// A connection.
pub(crate) struct Client {
    pub(crate) stream: TcpStream,
}

impl Client {
    /// Sends bytes, as far as the server takes them.
    pub(crate) async fn send(&mut self, bytes: &str) {
        let sent = timeout(PATIENCE, self.stream.write_all(bytes.as_bytes()));
        if let Err(error) = sent.await.expect("the server takes input") {
            println!("the server takes no more: {error}");
        }
    }

    /// Reads everything until the server closes the connection.
    pub(crate) async fn rest(&mut self) -> String {
        let mut bytes = Vec::new();
        let read = timeout(PATIENCE, self.stream.read_to_end(&mut bytes)).await;
        if let Err(error) = read.expect("the connection ends") {
            println!("the connection ended after {} bytes: {error}", bytes.len());
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Reads until a text has arrived, or the connection ends.
    pub(crate) async fn read_until(&mut self, expected: &str) -> String {
        let mut text = String::new();
        while !text.contains(expected) && self.read_more(&mut text).await {}
        text
    }

    /// Appends what arrives next. Returns whether anything did before the connection ended.
    pub(crate) async fn read_more(&mut self, text: &mut String) -> bool {
        let mut buffer = [0u8; 16 << 10];
        let read = timeout(PATIENCE, self.stream.read(&mut buffer)).await;
        let count = read.expect("something arrives").unwrap_or(0);
        text.push_str(&String::from_utf8_lossy(&buffer[..count]));
        count > 0
    }

    /// Returns the time until the server closes the connection, and what it sent before.
    pub(crate) async fn end(&mut self) -> (Duration, String) {
        let started = Instant::now();
        let rest = self.rest().await;
        (started.elapsed(), rest)
    }

    /// Returns whether the server has closed the connection. What it sent before is discarded.
    pub(crate) fn is_closed(&self) -> bool {
        let mut buffer = [0u8; 4_096];
        loop {
            match self.stream.try_read(&mut buffer) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(error) => return error.kind() != std::io::ErrorKind::WouldBlock,
            }
        }
    }
}
