//! An endpoint of webhooks as consumers write them: it checks the signature, takes a message once by
//! its id, and fails as real ones do.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use act::{Secret, signature_headers};

pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A message as it came.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    /// The path of the endpoint.
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) is_signed: bool,
    pub(crate) body: serde_json::Value,
    /// Whether the consumer has it, whatever the sender was told.
    pub(crate) is_taken: bool,
}

/// What a consumer does with a message.
#[derive(Debug, Clone, Copy)]
enum Mood {
    Takes,
    IsAway,
    /// It hangs up before it has read anything.
    Cuts,
    /// It takes the message, and its answer is lost.
    LosesItsAnswer,
}

#[derive(Default)]
struct Kept {
    attempts: Vec<Attempt>,
    /// Random numbers, until it is told to behave.
    dice: Option<u64>,
}

/// The endpoint.
pub(crate) struct Hooks {
    pub(crate) address: SocketAddr,
    kept: Arc<Mutex<Kept>>,
}

impl Hooks {
    /// One that fails by chance until it is told to behave.
    pub(crate) fn start(seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let kept = Arc::new(Mutex::new(Kept { attempts: Vec::new(), dice: Some(seed) }));
        let talking = Arc::clone(&kept);
        // It ends with the process of the tests.
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let kept = Arc::clone(&talking);
                // A connection that breaks off is the sender's death, or our own doing.
                std::thread::spawn(move || talk(stream, &kept));
            }
        });
        Self { address, kept }
    }

    /// From now on it answers as it should.
    pub(crate) fn behave(&self) {
        self.kept.lock().unwrap().dice = None;
    }

    /// Every message so far, however often it came.
    pub(crate) fn attempts(&self) -> Vec<Attempt> {
        self.kept.lock().unwrap().attempts.clone()
    }

    /// The messages that the consumer has, by id.
    pub(crate) fn taken(&self) -> BTreeSet<String> {
        let attempts = self.attempts();
        attempts.into_iter().filter(|one| one.is_taken).map(|one| one.id).collect()
    }
}

/// The next of a row of random numbers (splitmix64).
pub(crate) fn draw(dice: &mut u64) -> u64 {
    *dice = dice.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *dice;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

fn mood(kept: &Mutex<Kept>) -> Mood {
    match kept.lock().unwrap().dice.as_mut().map(|dice| draw(dice) % 10) {
        None | Some(0..=4) => Mood::Takes,
        Some(5..=6) => Mood::IsAway,
        Some(7) => Mood::Cuts,
        Some(_) => Mood::LosesItsAnswer,
    }
}

fn talk(stream: TcpStream, kept: &Mutex<Kept>) -> std::io::Result<()> {
    let mood = mood(kept);
    if matches!(mood, Mood::Cuts) {
        return Ok(());
    }
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        // A sender that is killed in the middle has sent nothing.
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
    let is_taken = is_signed && !matches!(mood, Mood::IsAway);
    let body = serde_json::from_slice(&body).unwrap_or_default();
    kept.lock().unwrap().attempts.push(Attempt { path, id, is_signed, body, is_taken });
    let status = match mood {
        Mood::LosesItsAnswer | Mood::Cuts => return Ok(()),
        Mood::IsAway => "503 Service Unavailable",
        Mood::Takes => "204 No Content",
    };
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    reader.into_inner().write_all(answer.as_bytes())
}
