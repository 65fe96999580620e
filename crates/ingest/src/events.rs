//! Reads events from other systems: JSON, one object per line.

use std::io::{self, BufRead};

use clean::{SentEvent, check_event, ignored_page_fields, page_defect, sent_time};
use model::{Note, Timestamp, shortened};
use serde::Deserialize;

use crate::capture::{is_future, web_address};
use crate::page::response_of;
use crate::{Capture, Options, Rejected, Taken};

/// An iterator over JSON lines.
pub(crate) struct Events<R> {
    name: String,
    source: R,
    options: Options,
    line_number: u64,
    ended: bool,
}

impl<R: BufRead> Events<R> {
    pub(crate) fn new(name: String, source: R, options: Options) -> Self {
        Self { name, source, options, line_number: 0, ended: false }
    }

    fn rejected(&self, cause: String, mut bytes: Vec<u8>) -> Taken {
        bytes.truncate(self.options.limits.kept_bytes_max);
        let origin = format!("{}, line {}", self.name, self.line_number);
        Taken::Rejected(Rejected { origin, cause, kept: bytes })
    }

    fn event(&self, line: Vec<u8>) -> Taken {
        match capture_of(&line, &self.options) {
            Ok(capture) => Taken::Record(Box::new(capture)),
            Err(cause) => self.rejected(cause, line),
        }
    }

    /// Returns the number of the line that was read last, from 1.
    #[cfg(test)]
    pub(crate) fn line_number(&self) -> u64 {
        self.line_number
    }
}

/// A page that another system fetched and sent.
#[derive(Deserialize)]
struct SentPage {
    url: String,
    html: String,
    #[serde(default, deserialize_with = "sent_time")]
    ts: Option<Timestamp>,
}

/// The maximum number of bytes of a cause, which may quote a value of the object.
const CAUSE_BYTES_MAX: usize = 1_000;

/// Reads one JSON object: a page if it has `html`, otherwise an event.
pub(crate) fn capture_of(object: &[u8], options: &Options) -> Result<Capture, String> {
    read_object(object, options).map_err(|cause| shortened(&cause, CAUSE_BYTES_MAX).into_owned())
}

fn read_object(object: &[u8], options: &Options) -> Result<Capture, String> {
    let otherwise = options.observed.unwrap_or(options.now);
    if let Ok(page) = serde_json::from_slice::<SentPage>(object) {
        let url = web_address(&page.url).ok_or_else(|| not_an_address(&page.url))?;
        let observed = not_in_future(page.ts.unwrap_or(otherwise), options.now)?;
        let block = response_of("text/html; charset=utf-8", page.html.as_bytes());
        let (capture, _) = Capture::page(url, observed, block).map_err(|(cause, _)| cause)?;
        let notes = std::str::from_utf8(object).map(ignored_page_fields).unwrap_or_default();
        return Ok(Capture { notes, ..capture });
    }
    let (url, observed, notes) = read_event(object, otherwise, options.now)?;
    Ok(Capture { notes, ..Capture::event(url, observed, object.to_vec()) })
}

fn not_an_address(url: &str) -> String {
    format!(
        "url is {url:?}: send the public address of a page, for example https://acme.example/news/7"
    )
}

fn not_in_future(observed: Timestamp, now: Timestamp) -> Result<Timestamp, String> {
    if is_future(observed, now) {
        return Err(format!("ts {observed} is in the future; check the sender's clock"));
    }
    Ok(observed)
}

/// Reads the address and observation time of an event, and notes on what is ignored of it.
fn read_event(
    line: &[u8],
    otherwise: Timestamp,
    now: Timestamp,
) -> Result<(String, Timestamp, Vec<Note>), String> {
    let text = std::str::from_utf8(line).map_err(|error| {
        format!("not UTF-8 from byte {}: send the object in UTF-8", error.valid_up_to() + 1)
    })?;
    let sent = SentEvent::parse(text).map_err(|error| match page_defect(text) {
        Some(defect) => format!("not a page: {defect}"),
        None => error.to_string(),
    })?;
    let url = web_address(&sent.url).ok_or_else(|| not_an_address(&sent.url))?;
    let observed = not_in_future(sent.ts.unwrap_or(otherwise), now)?;
    Ok((url, observed, check_event(text, &sent)?))
}

impl<R: BufRead> Iterator for Events<R> {
    type Item = Taken;

    fn next(&mut self) -> Option<Taken> {
        while !self.ended {
            self.line_number += 1;
            let most = self.options.limits.line_bytes_max;
            match read_line(&mut self.source, most) {
                Err(error) => {
                    self.ended = true;
                    return Some(self.rejected(format!("reading failed: {error}"), Vec::new()));
                }
                Ok(None) => self.ended = true,
                Ok(Some(Line { mut bytes, whole })) => {
                    if self.line_number == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
                        bytes.drain(..3);
                    }
                    if !whole {
                        let cause = format!("the line is longer than {most} bytes");
                        return Some(self.rejected(cause, bytes));
                    }
                    bytes.truncate(bytes.trim_ascii_end().len());
                    if !bytes.trim_ascii_start().is_empty() {
                        return Some(self.event(bytes));
                    }
                }
            }
        }
        None
    }
}

struct Line {
    bytes: Vec<u8>,
    /// Whether the line is complete.
    whole: bool,
}

/// Reads a line without its line break and keeps at most `bytes_max` of it. The result is `None`
/// at the end.
fn read_line(source: &mut impl BufRead, bytes_max: usize) -> io::Result<Option<Line>> {
    let mut line = Line { bytes: Vec::new(), whole: true };
    let mut any = false;
    loop {
        let view = match source.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            view => view?,
        };
        if view.is_empty() {
            return Ok(any.then_some(line));
        }
        any = true;
        let end = view.iter().position(|&byte| byte == b'\n');
        let part = view.get(..end.unwrap_or(view.len())).unwrap_or_default();
        let remaining = bytes_max.saturating_sub(line.bytes.len());
        line.whole &= part.len() <= remaining;
        line.bytes.extend(part.iter().take(remaining));
        let consumed = part.len() + usize::from(end.is_some());
        source.consume(consumed);
        if end.is_some() {
            return Ok(Some(line));
        }
    }
}
