//! Records that cannot be processed become dead letters with their causes; no other record is lost.

use flow::{Accepted, dead_letters, redrive};
use model::{Timestamp, Topic};
use store::log::NewRecord;

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
    assert_eq!(redrive(journey.context(), "clean").await.unwrap(), 3);
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
