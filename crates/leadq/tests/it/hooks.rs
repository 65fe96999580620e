//! A webhook endpoint that behaves like a consumer's: it checks signatures, deduplicates messages
//! by id, and fails as real endpoints do.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use act::{Secret, signature_headers};

pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// One attempt to deliver a message, as received.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    /// The path of the endpoint.
    pub(crate) path: String,
    pub(crate) id: String,
    /// The values of `webhook-id`, `webhook-timestamp` and `webhook-signature`.
    pub(crate) headers: [String; 3],
    pub(crate) is_signed: bool,
    /// The body as received.
    pub(crate) bytes: Vec<u8>,
    pub(crate) body: serde_json::Value,
    /// Whether the consumer accepted it, regardless of the response that the sender received.
    pub(crate) is_taken: bool,
}

/// The reaction of a consumer to a message.
#[derive(Debug, Clone, Copy)]
enum Mood {
    Takes,
    IsAway,
    /// It closes the connection before it has read anything.
    Cuts,
    /// It accepts the message, but its response is lost.
    LosesItsAnswer,
}

#[derive(Default)]
struct State {
    attempts: Vec<Attempt>,
    /// The state of the random numbers that choose reactions; without it every message is accepted.
    dice: Option<u64>,
}

/// A running endpoint.
pub(crate) struct Hooks {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Hooks {
    /// Starts an endpoint that fails at random until `behave` is called.
    pub(crate) fn start(seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State { attempts: Vec::new(), dice: Some(seed) }));
        let shared = Arc::clone(&state);
        // The thread ends with the test process.
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let state = Arc::clone(&shared);
                // A connection breaks when the sender is killed, or when this endpoint closes it.
                std::thread::spawn(move || serve(stream, &state));
            }
        });
        Self { address, state }
    }

    /// Accepts every message from now on.
    pub(crate) fn behave(&self) {
        self.state.lock().unwrap().dice = None;
    }

    /// Returns all attempts so far, including repeated messages.
    pub(crate) fn attempts(&self) -> Vec<Attempt> {
        self.state.lock().unwrap().attempts.clone()
    }

    /// Returns the ids of the messages that the consumer accepted.
    pub(crate) fn taken(&self) -> BTreeSet<String> {
        let attempts = self.attempts();
        attempts.into_iter().filter(|attempt| attempt.is_taken).map(|attempt| attempt.id).collect()
    }
}

/// Returns the next number of a random sequence (splitmix64).
pub(crate) fn draw(dice: &mut u64) -> u64 {
    *dice = dice.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *dice;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

fn next_reaction(state: &Mutex<State>) -> Mood {
    match state.lock().unwrap().dice.as_mut().map(|dice| draw(dice) % 10) {
        None | Some(0..=4) => Mood::Takes,
        Some(5..=6) => Mood::IsAway,
        Some(7) => Mood::Cuts,
        Some(_) => Mood::LosesItsAnswer,
    }
}

fn serve(stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let reaction = next_reaction(state);
    if matches!(reaction, Mood::Cuts) {
        return Ok(());
    }
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        // A message of a sender that was killed while sending is ignored.
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let header = |name: &str| headers.get(name).cloned().unwrap_or_default();
    let mut body = vec![0; header("content-length").parse().unwrap_or(0)];
    reader.read_exact(&mut body)?;
    let (id, at) = (header("webhook-id"), header("webhook-timestamp").parse().unwrap_or(0));
    let secret = Secret::parse(SECRET).unwrap();
    let expect = signature_headers(&[&secret], &id, at, &body);
    let is_signed = expect.iter().all(|(name, value)| header(name) == *value);
    let is_taken = is_signed && !matches!(reaction, Mood::IsAway);
    let headers = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(header);
    let (bytes, body) = (body.clone(), serde_json::from_slice(&body).unwrap_or_default());
    let attempt = Attempt { path, id, headers, is_signed, bytes, body, is_taken };
    state.lock().unwrap().attempts.push(attempt);
    let status = match reaction {
        Mood::LosesItsAnswer | Mood::Cuts => return Ok(()),
        Mood::IsAway => "503 Service Unavailable",
        Mood::Takes => "204 No Content",
    };
    let response = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    reader.into_inner().write_all(response.as_bytes())
}
