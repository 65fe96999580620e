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
        ("{", "not an event: the JSON ends too early"),
        ("{\"schema\": 1,}", "not an event: no valid JSON at line 1, column 14"),
        ("[]", "not an event: a list is no object"),
        ("[1]", "not an event: a list is no object"),
        ("\"press\"", "not an event: \"press\" is no object"),
        (r#"{"url":"https://a.example"}"#, "not an event: schema is missing: send 1"),
        (r#"{"schema":"1","url":"https://a.example"}"#, r#"not an event: schema is "1": send 1"#),
        (r#"{"schema":1,"url":7}"#, "not an event: url is 7: send an absolute http or https url"),
        (r#"{"schema":1,"url":null}"#, "not an event: url is null: send an absolute"),
        (
            r#"{"schema":1,"url":"https://a.example","url":"https://b.example"}"#,
            "not an event: url is given twice",
        ),
        (
            r#"{"schema":1,"url":"https://a.example","company":"Acme"}"#,
            r#"not an event: company is "Acme": send an object, for example {"domain""#,
        ),
        (
            r#"{"schema":1,"url":"https://a.example","company":{"domain":["a.example"]}}"#,
            "not an event: company.domain is a list: send a domain",
        ),
        (
            r#"{"schema":2,"url":"https://a.example"}"#,
            r#"unknown schema version 2: send "schema": 1"#,
        ),
        (r#"{"schema":1}"#, "missing url: send the address"),
        (r#"{"schema":1,"url":"ftp://a.example"}"#, r#"invalid url: "ftp://a.example""#),
        (
            r#"{"schema":1,"url":"https://a.example","ts":"soon"}"#,
            r#"not an event: ts is "soon": send"#,
        ),
        (
            r#"{"schema":1,"url":"https://a.example","ts":17}"#,
            "not an event: ts is 17: send a time",
        ),
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
        Err("features.amount and features.currency"),
    );
    check(
        r#""type":"funding_round","features":{"amount":5,"currency":"Taler"}"#,
        Err("features.amount and features.currency"),
    );
    check(
        r#""type":"funding_round","features":{"round":"B","amount":"viel","currency":"EUR"}"#,
        Ok(&[value]),
    );
    check(
        r#""type":"funding_round","lang":"de","features":{"amount":"zwölf Millionen Euro"}"#,
        Ok(&[]),
    );
    check(
        r#""type":"funding_round","company":{"name":"B"},"features":{"round":"A"}"#,
        Err("send company.domain"),
    );
    check(r#""type":"funding_round","features":{"investors":"C"}"#, Err("features.round"));
}

/// Checks the lines of data that an event becomes, and the kinds and parts of the notes on it.
#[track_caller]
fn check_read(event_json: &str, data: &[&str], notes: &[&str]) {
    let line = format!(r#"{{"schema":1,"url":"https://a.example/1",{event_json}}}"#);
    let sent = SentEvent::parse(&line).unwrap();
    let noted = check_event(&line, &sent).unwrap();
    let noted: Vec<String> =
        noted.iter().map(|note| format!("{} {}", note.code, note.detail)).collect();
    assert_eq!(noted.len(), notes.len(), "{event_json}: {noted:?}");
    for (noted, expected) in noted.iter().zip(notes) {
        assert!(noted.starts_with(expected), "{event_json}: {noted}");
    }
    let (document, _) = event(&sent, observed());
    assert_sound(&document);
    for expected in data {
        assert!(document.text.contains(expected), "{event_json}: {}", document.text);
    }
}

#[test]
fn countries_are_codes_or_left_out() {
    for (written, code) in [
        ("Germany", "DE"),
        ("DE", "DE"),
        ("deu", "DE"),
        (" deutschland ", "DE"),
        ("Alemania", "DE"),
        ("Österreich", "AT"),
        ("日本", "JP"),
        ("Germany (DE)", "DE"),
        ("UK", "GB"),
        ("EL", "GR"),
        ("XK", "XK"),
        ("Georgia", "GE"),
        ("Jersey", "JE"),
        ("Holland", "NL"),
    ] {
        let event = format!(
            r#""type":"tender","company":{{"name":"B","country":"{written}"}},"features":{{"buyer":"B","buyer_country":"{written}"}}"#
        );
        let tender = format!("tender: buyer=B | buyer_country={code}\n");
        let company = format!("organization: country={code} | name=B\n");
        check_read(&event, &[&tender, &company], &[]);
    }
    for unknown in
        ["Atlantis", "Georgia (US)", "New Jersey", "EU", "Bavaria", "DACH", "XX", "Gremany"]
    {
        let event = format!(
            r#""type":"job_posting","title":"Fitter","company":{{"name":"B","country":"{unknown}"}},"features":{{"country":"{unknown}","city":"Graz"}}"#
        );
        let notes = ["unread_value country: ", "unread_value company.country: "];
        check_read(
            &event,
            &["job_posting: city=Graz | title=Fitter", "organization: name=B"],
            &notes,
        );
    }
}

#[test]
fn what_is_of_no_use_is_noted_and_the_rest_is_used() {
    check_read(
        r#""id":17,"type":"press","title":2026,"text":["a"],"lang":"english""#,
        &["2026"],
        &["unread_value text: a list is no value; send a text", "unread_value lang: \"english\""],
    );
    check_read(
        r#""type":"press","title":"Pumps","company":{"domain":"acme.example","employees":40}"#,
        &["url=https://acme.example/"],
        &["unknown_field \"company.employees\""],
    );
    check_read(
        r#""type":"job_posting","title":"Fitter","features":{"city":["Graz","Linz"],"country":null,"url":"/jobs/1"}"#,
        &["title=Fitter"],
        &[
            "unread_value city: a list is no value; send a text",
            "unread_value url: \"/jobs/1\" is no address",
        ],
    );
    check_read(
        r#""type":"tender","features":{"buyer":"Altmoor","stage":"AWARDED","amount":"free","currency":"Taler","deadline":"soon"}"#,
        &["stage=awarded"],
        &[
            "unread_value amount: \"free\" is no amount",
            "unread_value currency: \"Taler\" is no currency; send its ISO 4217 code",
            "unread_value deadline: \"soon\" is no day; send YYYY-MM-DD",
        ],
    );
    check_read(
        r#""type":"tender","features":{"buyer":"Altmoor","stage":"cancelled","amount":"$7,000,000","currency":"US$"}"#,
        &[],
        &["unread_value stage: \"cancelled\" is not known; send planned, open, awarded"],
    );
    check_read(
        r#""type":"tender","features":["buyer"],"title":"Altmoor seeks bids for pumps""#,
        &["Altmoor"],
        &["unread_value features: a list is no value; send an object"],
    );
    check_read(
        r#""type":"dns","ts":1763460000,"features":{"record":"mx","value":"10 mx.mail.example"}"#,
        &["record=MX"],
        &[],
    );
}

#[test]
fn times_and_domains_are_read_as_other_systems_write_them() {
    for (ts, expected) in [
        ("\"2026-11-18T10:00:00+01:00\"", "2026-11-18T09:00:00Z"),
        ("\"2026-11-18\"", "2026-11-18T00:00:00Z"),
        ("1795000000", "2026-11-18T11:06:40Z"),
        ("1795000000000", "2026-11-18T11:06:40Z"),
        ("\"1795000000\"", "2026-11-18T11:06:40Z"),
        ("1795000000.5", "2026-11-18T11:06:40Z"),
    ] {
        let line = format!(r#"{{"schema":1,"url":"https://a.example/1","ts":{ts}}}"#);
        let read = SentEvent::parse(&line).unwrap().ts.unwrap();
        assert_eq!(read.to_string(), expected, "{ts}");
    }
    for ts in ["\"soon\"", "0", "12", "true", "[2026]", "99999999999999", "\"2026\"", "\"18.11.\""]
    {
        let line = format!(r#"{{"schema":1,"url":"https://a.example/1","ts":{ts}}}"#);
        assert!(SentEvent::parse(&line).is_err(), "{ts}");
    }
    for (domain, is_read) in [
        ("acme.example", true),
        (" ACME.example ", true),
        ("https://www.acme.example/about", true),
        ("bücher.example", true),
        ("acme.example/about", true),
        ("", true),
        ("Acme GmbH", false),
        ("acme", false),
        ("localhost", false),
        ("192.0.2.7", false),
        ("jobs@acme.example", false),
        ("ftp://acme.example", false),
    ] {
        let line = format!(
            r#"{{"schema":1,"url":"https://a.example/1","title":"Pumps","company":{{"domain":"{domain}"}}}}"#
        );
        let checked = check_event(&line, &SentEvent::parse(&line).unwrap());
        assert_eq!(checked.is_ok(), is_read, "{domain}: {checked:?}");
    }
}
