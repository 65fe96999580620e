//! Tests of events from other systems.

use super::{assert_sound, codes, observed};
use crate::{SentEvent, check_event, event};

#[test]
fn an_event_reads_like_a_page() {
    let line = r#"{"schema":1,"id":"J-9","type":"job_posting","url":"https://jobs.example/9",
        "ts":"2026-11-18T10:00:00Z","company":{"domain":"acme.example","name":"Acme","country":"AT"},
        "title":"Fitter","text":"We build pumps.\nWrite to jobs@acme.example.",
        "features":{"city":"Graz","salary":41000,"apply_url":"https://jobs.example/9/apply"},
        "lang":"en","unheard_of":[1]}"#;
    let (document, notes) = event(&SentEvent::parse(line).unwrap(), observed());
    assert_sound(&document);
    assert_eq!(
        document.text.lines().collect::<Vec<_>>(),
        [
            "Fitter",
            "We build pumps.",
            "Write to [e-mail].",
            "job_posting: apply_url=https://jobs.example/9/apply | city=Graz | id=J-9 | \
             title=Fitter | url=https://jobs.example/9",
            "organization: country=AT | name=Acme | url=https://acme.example/",
        ]
    );
    assert_eq!(document.published.map(|day| day.to_string()).as_deref(), Some("2026-11-18"));
    assert_eq!(document.lang.as_deref(), Some("en"));
    assert_eq!(codes(&notes), ["unknown_feature"]);
}

#[test]
fn features_become_data_or_words() {
    for (line, expect) in [
        (
            r#"{"schema":1,"type":"dns","url":"https://acme.example/","features":{"record":"TXT","value":"v=spf1 | x"}}"#,
            "dns: record=TXT | value=v=spf1 / x\n",
        ),
        (
            r#"{"schema":1,"type":"tender","url":"https://t.example/1","title":"Pumps","features":{"amount":1200000,"stage":"open"}}"#,
            "Pumps\ntender: amount=1200000 | stage=open | title=Pumps\n",
        ),
        (
            r#"{"schema":1,"type":"technology","url":"https://acme.example/","features":{"tool":"Ledgerly","paid":true}}"#,
            "paid: true\ntool: Ledgerly\n",
        ),
        (
            r#"{"schema":1,"type":"tender","url":"https://t.example/1","title":"Pumps","lang":"fi","features":{"published":1731234567,"deadline":"10. joulukuuta 2024"}}"#,
            "Pumps\ntender: deadline=2024-12-10 | published=2024-11-10 | title=Pumps\n",
        ),
    ] {
        let (document, _) = event(&SentEvent::parse(line).unwrap(), observed());
        assert_sound(&document);
        assert_eq!(document.text, expect);
    }
}

#[test]
fn refuses_invalid_events_with_a_reason() {
    for (line, expect) in [
        ("{", "not an event: EOF while parsing an object"),
        ("[]", "not an event: invalid"),
        (r#"{"url":"https://a.example"}"#, "not an event: missing field `schema`"),
        (
            r#"{"schema":2,"url":"https://a.example"}"#,
            r#"unknown schema version 2: send "schema": 1"#,
        ),
        (r#"{"schema":1}"#, "missing url: send the address"),
        (r#"{"schema":1,"url":"ftp://a.example"}"#, r#"invalid url: "ftp://a.example""#),
        (r#"{"schema":1,"url":"https://a.example","ts":"soon"}"#, "not an event: not a time"),
    ] {
        let message = SentEvent::parse(line).unwrap_err().to_string();
        assert!(message.starts_with(expect), "{message}");
    }
}

#[test]
fn a_written_event_reads_back() {
    let line = r#"{"schema":1,"type":"page","url":"https://a.example/","features":{"a":1,"b":"x","c":true}}"#;
    let parsed = SentEvent::parse(line).unwrap();
    let written = serde_json::to_string(&parsed).unwrap();
    assert_eq!(SentEvent::parse(&written).unwrap(), parsed);
}

#[test]
fn an_event_is_checked_before_it_is_taken_in() {
    let check = |event: &str, expect: Result<&[&str], &str>| {
        let line = format!(r#"{{"schema":1,"url":"https://a.example/1",{event}}}"#);
        let checked = check_event(&line, &SentEvent::parse(&line).unwrap());
        match (&checked, expect) {
            (Ok(notes), Ok(expect)) => assert_eq!(codes(notes), expect, "{event}"),
            (Err(reason), Err(expect)) => assert!(reason.contains(expect), "{event}: {reason}"),
            _ => panic!("{event}: {checked:?}"),
        }
    };
    let [field, feature, kind, value, nothing] =
        ["unknown_field", "unknown_feature", "unknown_type", "unread_value", "nothing_to_read"];
    check(r#""type":"press","title":"Pumps""#, Ok(&[]));
    check(r#""type":"press""#, Ok(&[nothing]));
    check(r#""title":"Pumps","sender":"x","priority":{"a":[1]}"#, Ok(&[field, field]));
    check(r#""type":"technology","features":{"tool":"Ledgerly"}"#, Ok(&[]));
    check(r#""type":"Job posting","title":"Fitter""#, Ok(&[kind]));
    check(r#""type":"Job posting""#, Err("did you mean job_posting?"));
    check(r#""type":"webinar""#, Err("the types are page, press, "));
    check(r#""type":"job_posting","features":{"title":"Fitter","salary":4}"#, Ok(&[feature]));
    check(r#""type":"job_posting","title":" ","text":"We hire.""#, Err("send \"title\""));
    check(
        r#""type":"job_posting","title":"Soudeur","lang":"fr","features":{"posted":"3 mars 2026"}"#,
        Ok(&[]),
    );
    check(
        r#""type":"job_posting","title":"Soudeur","features":{"posted":"bientôt"}"#,
        Ok(&[value]),
    );
    check(r#""type":"tender","features":{"buyer":"Altmoor","amount":7}"#, Ok(&[value]));
    check(r#""type":"tender","features":{"buyer":"Altmoor","amount":"€7m"}"#, Ok(&[]));
    check(r#""type":"tender","title":"Altmoor seeks bids for pumps""#, Ok(&[]));
    check(r#""type":"tender","features":{"stage":"open"}"#, Err("features.buyer"));
    check(r#""type":"dns","features":{"record":"ns","value":"ns.dns.example"}"#, Ok(&[]));
    check(r#""type":"dns","features":{"record":"AAAA","value":"2001:db8::1"}"#, Err("send TXT"));
    check(r#""type":"dns","text":"MX""#, Err("features.record and features.value"));
    check(r#""type":"funding_round","features":{"round":"Series A"}"#, Ok(&[]));
    check(
        r#""type":"funding_round","company":{"domain":"b.example"},"features":{"amount":5}"#,
        Ok(&[value]),
    );
    check(
        r#""type":"funding_round","company":{"name":"B"},"features":{"round":"A"}"#,
        Err("send company.domain"),
    );
    check(r#""type":"funding_round","features":{"investors":"C"}"#, Err("features.round"));
}
