//! Reads a message from another system: a JSON object, an array of objects, or one per line.

use serde_json::value::RawValue;

use crate::events::{Events, capture_of};
use crate::{Options, Rejected, Taken};

/// Reads all objects of a message, each with its line or its position in the array, from 1. The
/// origin of rejected objects contains the sender's name.
pub fn sent(sender: &str, body: &[u8], options: &Options) -> Vec<(u64, Taken)> {
    if let Ok(array) = serde_json::from_slice::<Vec<&RawValue>>(body) {
        let objects = array.into_iter().map(|object| object.get().as_bytes());
        return (1u64..)
            .zip(objects)
            .map(|(at, one)| (at, read_object(sender, at, one, options)))
            .collect();
    }
    if serde_json::from_slice::<&RawValue>(body).is_ok() {
        return vec![(1, read_object(sender, 1, body.trim_ascii(), options))];
    }
    let mut lines = Events::new(sender.to_owned(), body, options.clone());
    let mut all = Vec::new();
    while let Some(taken) = lines.next() {
        all.push((lines.line_number(), taken));
    }
    all
}

fn read_object(sender: &str, at: u64, object: &[u8], options: &Options) -> Taken {
    match capture_of(object, options) {
        Ok(capture) => Taken::Record(Box::new(capture)),
        Err(cause) => {
            let excerpt = object.get(..options.limits.kept_bytes_max).unwrap_or(object).to_vec();
            Taken::Rejected(Rejected {
                origin: format!("{sender}, object {at}"),
                cause,
                kept: excerpt,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_object_an_array_and_lines_say_the_same() {
        let event = r#"{"schema": 1, "type": "press", "url": "https://acme.example/news", "text": "Acme grows."}"#;
        let page = r#"{"url": "https://acme.example/", "html": "<p>Acme</p>", "ts": "2026-11-01T08:00:00Z"}"#;
        let options = Options::at("2026-11-20T12:00:00Z".parse().unwrap());
        let check = |body: &str, expect: &[(u64, Option<&str>)]| {
            let taken = sent("webhook", body.as_bytes(), &options);
            let urls: Vec<(u64, Option<&str>)> = taken
                .iter()
                .map(|(line, taken)| match taken {
                    Taken::Record(capture) => (*line, Some(capture.url.as_str())),
                    _ => (*line, None),
                })
                .collect();
            assert_eq!(urls, expect, "{body}");
        };
        let (news, home) = (Some("https://acme.example/news"), Some("https://acme.example/"));
        check(event, &[(1, news)]);
        check(&event.replace(", ", ",\n "), &[(1, news)]);
        check(page, &[(1, home)]);
        check(&format!("[{event}, {page}, 7]"), &[(1, news), (2, home), (3, None)]);
        check(&format!("{event}\n\nnonsense\n{page}\n"), &[(1, news), (3, None), (4, home)]);
        check("nonsense", &[(1, None)]);
        check("[]", &[]);
        check(&page.replace("2026", "2036"), &[(1, None)]);
    }
}
