//! Tests of messages: the lazy reader reads valid ones like a reader of the whole, and loses
//! nothing of the others.

use proptest::prelude::*;
use serde_json::value::RawValue;

use super::*;
use crate::events::Events;

const EVENT: &str =
    r#"{"schema": 1, "type": "press", "url": "https://acme.example/news", "text": "Acme grows."}"#;
const PAGE: &str =
    r#"{"url": "https://acme.example/", "html": "<p>Acme</p>", "ts": "2026-11-01T08:00:00Z"}"#;

fn options() -> Options {
    Options::at("2026-11-20T12:00:00Z".parse().unwrap())
}

fn objects(body: &[u8]) -> SentObjects {
    SentObjects::new("webhook", body.to_vec(), options())
}

/// Reads a message in chunks of this size.
fn read(body: &[u8], chunk: usize) -> Vec<(u64, Taken)> {
    let mut objects = objects(body);
    let mut all = Vec::new();
    loop {
        let read = objects.read(chunk, usize::MAX);
        if read.is_empty() {
            return all;
        }
        all.extend(read);
    }
}

/// Reads a message as a whole, with all objects in memory.
fn read_whole(body: &[u8]) -> Vec<(u64, Taken)> {
    let one = |at: u64, object: &[u8]| match capture_of(object, &options()) {
        Ok(capture) => (at, Taken::Record(Box::new(capture))),
        Err(cause) => {
            let origin = format!("webhook, object {at}");
            (at, Taken::Rejected(Rejected { origin, cause, kept: object.to_vec() }))
        }
    };
    if let Ok(array) = serde_json::from_slice::<Vec<&RawValue>>(body) {
        let objects = array.into_iter().map(|object| object.get().as_bytes());
        return (1u64..).zip(objects).map(|(at, object)| one(at, object)).collect();
    }
    if serde_json::from_slice::<&RawValue>(body).is_ok() {
        return vec![one(1, body.trim_ascii())];
    }
    let mut lines = Events::new("webhook".to_owned(), body, options());
    let mut all = Vec::new();
    while let Some(taken) = lines.next() {
        all.push((lines.line_number(), taken));
    }
    all
}

/// Returns the number of each object, with its URL if it was read.
fn urls(body: &str) -> Vec<(u64, Option<String>)> {
    let url = |taken: &Taken| match taken {
        Taken::Record(capture) => Some(capture.url.clone()),
        _ => None,
    };
    read(body.as_bytes(), 2).iter().map(|(number, taken)| (*number, url(taken))).collect()
}

#[test]
fn one_object_an_array_and_lines_say_the_same() {
    let check = |body: &str, expect: &[(u64, Option<&str>)]| {
        let read = urls(body);
        let read: Vec<_> = read.iter().map(|(number, url)| (*number, url.as_deref())).collect();
        assert_eq!(read, expect, "{body}");
        assert_eq!(objects(body.as_bytes()).count_up_to(99), expect.len(), "{body}");
    };
    let (news, home) = (Some("https://acme.example/news"), Some("https://acme.example/"));
    check(EVENT, &[(1, news)]);
    check(&EVENT.replace(", ", ",\n "), &[(1, news)]);
    check(PAGE, &[(1, home)]);
    check(&format!("[{EVENT}, {PAGE}, 7]"), &[(1, news), (2, home), (3, None)]);
    check(&format!("{EVENT}\n\nnonsense\n{PAGE}\n"), &[(1, news), (3, None), (4, home)]);
    check(&format!("\u{feff}{EVENT}\r\n{PAGE}"), &[(1, news), (2, home)]);
    check("nonsense", &[(1, None)]);
    check("[]", &[]);
    check("", &[]);
    check(&PAGE.replace("2026", "2036"), &[(1, None)]);
    // A text that only looks like an array does not hide the lines after it.
    check(&format!("[oops\n{EVENT}"), &[(1, None), (2, news)]);
    check(&format!("[1]\n{EVENT}\n"), &[(1, None), (3, news)]);
    check(&format!("[{EVENT}]\n]"), &[(1, news), (3, None)]);
}

#[test]
fn an_array_that_breaks_off_yields_what_is_before_the_break() {
    for (tail, cause) in [
        ("", "the body ends before the array does"),
        (",", "the body ends there"),
        (", {\"schema\": 1,", "is cut off"),
        (" {\"schema\": 1}]", "expected a comma or the end of the array"),
        (", oops, 1, 2]", "no valid JSON at line 1, column 1"),
        (",]", "no valid JSON"),
    ] {
        let body = format!("[{EVENT}, 7, {PAGE}{tail}");
        let read = read(body.as_bytes(), 2);
        let [(1, first), (2, number), (3, page), (4, end)] = &read[..] else { panic!("{read:?}") };
        assert!(matches!((first, page), (Taken::Record(_), Taken::Record(_))), "{tail}");
        let (Taken::Rejected(_), Taken::Rejected(end)) = (number, end) else { panic!("{tail}") };
        assert!(end.cause.contains(cause), "{tail}: {}", end.cause);
        let broken = tail.trim_start_matches([',', ' ']).len();
        let at = format!("breaks off at object 4, byte {} ", body.len() - broken);
        assert!(end.cause.contains(&at), "{at}: {}", end.cause);
    }
}

#[test]
fn a_defect_inside_an_element_does_not_hide_the_others() {
    let body = [b"[{\"url\": \"\xff\"}, ", EVENT.as_bytes(), b"]"].concat();
    let read = read(&body, 9);
    let [(1, Taken::Rejected(first)), (2, Taken::Record(_))] = &read[..] else {
        panic!("{read:?}")
    };
    assert!(first.cause.contains("UTF-8"), "{}", first.cause);
}

#[test]
fn a_rejection_is_small_whatever_it_quotes() {
    let url = "\u{1}".repeat(900_000);
    let bodies = [
        serde_json::json!({"schema": 1, "url": url, "html": 7}).to_string(),
        serde_json::json!({"schema": url, "url": "https://acme.example/"}).to_string(),
        serde_json::json!([{"url": url, "html": ""}]).to_string(),
    ];
    for body in bodies {
        let read = read(body.as_bytes(), 9);
        let [(1, Taken::Rejected(rejected))] = &read[..] else { panic!("{}", read.len()) };
        assert!(rejected.cause.len() <= 1_000, "{} bytes", rejected.cause.len());
        assert!(rejected.kept.len() <= 64 * 1024);
    }
}

#[test]
fn a_chunk_has_at_most_so_many_objects_and_bytes() {
    let mut lines = objects(format!("{EVENT}\n").repeat(9).as_bytes());
    assert_eq!(lines.count_up_to(5), 5);
    assert_eq!(lines.read(4, usize::MAX).len(), 4);
    assert_eq!(lines.read(4, EVENT.len() + 1).len(), 2, "the bytes are reached with the second");
    assert_eq!(lines.count_up_to(99), 3);
    assert_eq!(lines.read(99, usize::MAX).last().map(|(number, _)| *number), Some(9));
}

/// Any text that may be a line of a message, often a valid one.
fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(EVENT.to_owned()),
        Just(PAGE.to_owned()),
        Just(String::new()),
        "[\\[\\]{}\",:0-9a-z \\\\]{0,12}",
        "\\PC{0,20}",
    ]
}

proptest! {
    #[test]
    fn valid_messages_are_read_like_the_whole(
        elements in prop::collection::vec(
            prop::sample::select(vec![EVENT, PAGE, "7", "null", "{}", "[1, [2]]", "\"é\\u00e9]\""]), 0..12,
        ),
        blank in prop::sample::select(vec!["", " ", "\n", "\r\n\t"]),
        chunk in 1usize..5,
    ) {
        let array = format!("{blank}[{blank}{}{blank}]{blank}", elements.join(&format!("{blank},{blank}")));
        prop_assert_eq!(read(array.as_bytes(), chunk), read_whole(array.as_bytes()));
        // One value per line, except that a line alone may be an array.
        let lines: Vec<&str> = std::iter::once(EVENT).chain(elements).collect();
        let lines = lines.join(&format!("\n{blank}"));
        prop_assert_eq!(read(lines.as_bytes(), chunk), read_whole(lines.as_bytes()));
    }

    #[test]
    fn no_line_hides_another(lines in prop::collection::vec(line(), 0..12), cut in any::<prop::sample::Index>()) {
        let body = lines.join("\n");
        let all = read(body.as_bytes(), 3);
        prop_assert_eq!(objects(body.as_bytes()).count_up_to(usize::MAX), all.len());
        prop_assert!(all.is_sorted_by(|one, next| one.0 < next.0));
        let is_array = body.trim_start().starts_with('[');
        let valid = lines.iter().filter(|line| [EVENT, PAGE].contains(&line.as_str())).count();
        let records = all.iter().filter(|(_, taken)| matches!(taken, Taken::Record(_))).count();
        prop_assert!(is_array || records == valid, "{} of {}: {}", records, valid, body);
        // Whatever is left of a message that was cut is read, too.
        let rest = body.as_bytes().get(..cut.index(body.len() + 1)).unwrap();
        prop_assert_eq!(objects(rest).count_up_to(usize::MAX), read(rest, 3).len());
    }
}
