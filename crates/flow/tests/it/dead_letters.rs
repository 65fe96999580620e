//! Records that cannot be processed become dead letters with their causes; no other record is lost.

use flow::{Accepted, Intake, Redriven, RejectionQuota, dead_letters, redrive};
use ingest::{Options, SentObjects, Taken};
use model::{Timestamp, Topic};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::log::{NewRecord, RECORD_BYTES_MAX};

use crate::journey::{Engines, Journey, captures_of_lines};
use crate::small_world::{TODAY, at, captures, product};

fn foreign(number: i64, payload: &str) -> NewRecord {
    NewRecord {
        key: "k".to_owned(),
        producer: "elsewhere".to_owned(),
        generation: 1,
        number,
        event: Timestamp(0),
        payload: payload.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn poison_goes_aside_and_the_rest_goes_on() {
    let baseline = Journey::start(Engines::Memory, vec![product()], at(TODAY)).await;
    baseline.accept(captures()).await;
    let journey = Journey::start(Engines::Memory, vec![product()], at(TODAY)).await;
    let dangling = r#"{"schema":1,"raw":"00000000000000000000000000000001","owner":"00000000000000000000000000000002","kind":"response","blob":{"segment":"raw/00009999.warc.gz","offset":0,"length":9,"stored":"0000000000000000000000000000000000000000000000000000000000000000"},"snapshot_hash":"0000000000000000000000000000000000000000000000000000000000000000","observed":"2026-11-01T00:00:00Z"}"#;
    let poison = vec![
        foreign(1, "not JSON at all"),
        foreign(2, r#"{"schema":99,"raw":"?"}"#),
        foreign(3, dangling),
    ];
    journey.context().log.append(Topic::RawEvents.name(), poison).await.unwrap();
    journey.accept(captures()).await;
    assert_eq!(journey.hash().await, baseline.hash().await, "nothing else is lost");
    let letters = dead_letters(journey.context(), "clean").await.unwrap();
    let causes: Vec<&str> = letters.iter().map(|(_, letter)| letter.cause.as_str()).collect();
    assert_eq!(letters.len(), 3, "{causes:?}");
    for expected in ["malformed record", "unknown schema version 99", "segment raw/00009999"] {
        assert!(causes.iter().any(|cause| cause.contains(expected)), "{expected}: {causes:?}");
    }
    let attempts: Vec<u32> = letters.iter().map(|(_, letter)| letter.attempts).collect();
    assert_eq!(
        attempts.iter().max(),
        Some(&3),
        "what may be the moment is tried again: {attempts:?}"
    );
    assert_eq!(attempts.iter().min(), Some(&1), "what is wrong in itself is not: {attempts:?}");
    // After a redrive they fail again, and each is a dead letter once.
    let redriven = redrive(journey.context(), "clean").await.unwrap();
    assert_eq!(redriven, Redriven { sent: 3, cut: 0 });
    journey.engine.nudge();
    journey.settle().await;
    assert_eq!(dead_letters(journey.context(), "clean").await.unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn rejected_lines_and_ownerless_pages_are_kept() {
    let journey = Journey::start(Engines::Disk, vec![product()], at(TODAY)).await;
    let lines = [
        r#"{"schema":1,"type":"press","url":"https://acme.example/a","ts":"2026-11-01T00:00:00Z","text":"Hello."}"#,
        r#"{"schema":1,"type":"press","url":"https://127.0.0.1/a","ts":"2026-11-01T00:00:00Z","text":"Hello."}"#,
        r#"{"schema":7,"type":"press","url":"https://acme.example/b"}"#,
        r#"{"schema":1,"url":"https://acme.example/c","ts":"2099-01-01T00:00:00Z","text":"From afar."}"#,
        r#"{"schema":1,"#,
    ];
    let (captures, rejected) = captures_of_lines(&lines.map(str::to_owned), at(TODAY));
    assert_eq!((captures.len(), rejected.len()), (2, 3), "{rejected:?}");
    let answers = journey.accept(captures.clone()).await;
    assert!(matches!(answers.as_slice(), [Accepted::New(_), Accepted::Refused(_)]), "{answers:?}");
    let repeated = journey.accept(captures).await;
    assert!(
        matches!(repeated.as_slice(), [Accepted::Duplicate(_), Accepted::Refused(_)]),
        "{repeated:?}"
    );
    flow::Intake::new(&journey.engine).reject(rejected).await.unwrap();
    journey.settle().await;
    let letters = dead_letters(journey.context(), "ingest").await.unwrap();
    assert_eq!(letters.len(), 5, "two refusals of one page and three lines");
    assert!(letters.iter().all(|(_, letter)| !letter.cause.is_empty()));
    for (_, letter) in letters {
        let blob = letter.kept.expect("the bytes are kept");
        let record = journey.context().blobs.read(&blob).await.unwrap();
        let text = String::from_utf8(record.block).unwrap();
        assert!(lines.contains(&text.trim()), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_cut_until_it_fits_and_says_so() {
    let journey = Journey::start(Engines::Disk, vec![product()], at(TODAY)).await;
    let poison = vec![
        // As a text of JSON, each of these bytes is two.
        foreign(1, &"\"".repeat(RECORD_BYTES_MAX)),
        // The cause quotes the whole version, which is longer than the record.
        foreign(2, &serde_json::json!({"schema": "\u{1}".repeat(140_000)}).to_string()),
        foreign(3, r#"{"schema":99,"raw":"small"}"#),
        NewRecord { key: "k".repeat(5_000), ..foreign(4, r#"{"schema":98}"#) },
    ];
    journey.context().log.append(Topic::RawEvents.name(), poison).await.unwrap();
    journey.accept(captures()).await;
    journey.settle().await;
    let letters = dead_letters(journey.context(), "clean").await.unwrap();
    assert_eq!(letters.len(), 4, "none holds up its partition");
    for (_, letter) in &letters {
        assert!(letter.cause.len() <= 4_096, "{} bytes", letter.cause.len());
        assert_ne!(letter.record.is_some(), letter.excerpt.is_some(), "either whole or cut");
    }
    let whole = letters.iter().filter_map(|(_, letter)| letter.record.as_deref());
    let whole: Vec<&str> = whole.filter(|record| record.len() < 100).collect();
    assert_eq!(whole, [r#"{"schema":99,"raw":"small"}"#]);
    // Only whole records go back, and fail again; the others stay.
    for _ in 0..2 {
        let redriven = redrive(journey.context(), "clean").await.unwrap();
        assert_eq!(redriven, Redriven { sent: 1, cut: 3 });
        journey.engine.nudge();
        journey.settle().await;
        assert_eq!(dead_letters(journey.context(), "clean").await.unwrap().len(), 4);
    }
}

/// A line of a message: often an event, otherwise one of many kinds of nonsense.
fn line() -> impl Strategy<Value = String> {
    let event = |path: &str, rest: &str| {
        let url = format!("https://acme.example/{path}");
        format!("{{\"schema\":1,\"type\":\"press\",\"url\":\"{url}\"{rest}}}")
    };
    let long = "u".repeat(900_000);
    prop_oneof![
        4 => (0..40u32).prop_map(move |number| event(&number.to_string(), "")),
        1 => Just(event(&long, "")),
        1 => Just(event("a", &format!(",\"ts\":\"{long}\""))),
        1 => Just(event("a", "").replace("acme.example", "127.0.0.1")),
        1 => Just(format!("{{\"schema\":\"{long}\"}}")),
        1 => Just(event("a", ",\"title\":\"\\u0000\\u001b[2J\"")),
        2 => "\\PC{0,30}",
        1 => "[\\[\\]{}\",:0-9\\x00-\\x09]{0,20}",
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_sent_is_accounted_for() {
    let journey = Journey::start(Engines::Disk, vec![product()], at(TODAY)).await;
    let intake = Intake::new(&journey.engine);
    let runtime = tokio::runtime::Handle::current();
    let config = Config { cases: 24, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let lines = prop::collection::vec(line(), 1..20);
    let outcome = tokio::task::block_in_place(|| {
        runner.run(&lines, |lines| {
            let body = lines.join("\n");
            let mut objects = SentObjects::new("test", body, Options::at(at(TODAY)));
            let count = objects.count_up_to(usize::MAX);
            let (mut outcomes, mut quota) = (0, RejectionQuota::default());
            loop {
                let chunk = objects.read(3, 1 << 20);
                if chunk.is_empty() {
                    break;
                }
                let (mut captures, mut rejected) = (Vec::new(), Vec::new());
                for (_, taken) in chunk {
                    match taken {
                        Taken::Record(capture) => captures.push(*capture),
                        Taken::Rejected(one) => rejected.push(one),
                        Taken::Noted(_) => {}
                    }
                }
                outcomes += rejected.len();
                let accepted = runtime.block_on(intake.accept_part(captures, rejected, &mut quota));
                outcomes += accepted.map_err(|e| TestCaseError::fail(e.to_string()))?.len();
            }
            prop_assert_eq!(outcomes, count);
            Ok(())
        })
    });
    outcome.unwrap();
    journey.settle().await;
    let letters = dead_letters(journey.context(), "ingest").await.unwrap();
    assert!(!letters.is_empty());
    for (_, letter) in letters {
        assert!(!letter.cause.is_empty() && letter.cause.len() < 5_000);
    }
}
