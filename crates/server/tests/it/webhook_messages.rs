//! Tests that the messages to endpoints are as the API document describes them.

use act::{ActionView, Channels, CompanyNamed, Endpoint, Secret, Webhook};
use model::{
    Day, Digest, EntityId, Evidence, ObservationId, Permille, Points, Polarity, RunId, Signal,
    SignalStage, Slots, Span, Timestamp,
};
use serde_json::Value;

/// Compares a value with its schema: its type, and the fields of objects, in both directions.
fn check(value: &Value, schema: &Value, document: &Value, at: &str) {
    let schema = match schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
        Some(name) => &document["components"]["schemas"][name],
        None => schema,
    };
    let types: Vec<&str> = match &schema["type"] {
        Value::String(name) => vec![name],
        names => names.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect(),
    };
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_u64() && types.contains(&"integer") => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    assert!(types.contains(&found), "{at} is {found}, not {types:?}");
    if let Value::Array(items) = value {
        items.iter().for_each(|item| check(item, &schema["items"], document, at));
    }
    let (Some(fields), Some(properties)) = (value.as_object(), schema["properties"].as_object())
    else {
        return;
    };
    for name in schema["required"].as_array().unwrap() {
        assert!(fields.contains_key(name.as_str().unwrap()), "{at} lacks {name}");
    }
    for (name, value) in fields {
        let at = format!("{at}/{name}");
        check(
            value,
            properties.get(name).unwrap_or_else(|| panic!("{at} is not described")),
            document,
            &at,
        );
    }
}

fn view(domain: Option<&str>, end: Option<Day>) -> ActionView {
    let entity = EntityId([1; 16]);
    let evidence = Evidence {
        look: ObservationId([2; 16]),
        url: "https://acme.example/news".to_owned(),
        snapshot_hash: Digest::of(b"bytes"),
        text_hash: Digest::of(b"text"),
        span: Span { start: 3, end: 9 },
        quote: "Acme raised €20 million".to_owned(),
        observed: Timestamp(77),
    };
    let signal = Signal {
        id: Signal::id_of("budget_event", entity, &Slots::new()),
        entity,
        kind: "budget_event".to_owned(),
        identity: Slots::new(),
        slots: Slots::from([("round".to_owned(), "series_a".to_owned())]),
        confidence: Permille::new(900),
        start: Day(20_000),
        undated: end.is_none(),
        end,
        evidence: vec![evidence],
        explanation: "It raised money.".to_owned(),
        independent_sources: 1,
        half_life_days: 60,
        same_within_days: 60,
        polarity: Polarity::Positive,
        stage: SignalStage::Announced,
        pack: "budget_event/1".to_owned(),
        run: RunId::default(),
    };
    ActionView {
        company: CompanyNamed {
            id: entity,
            name: domain.map(|_| "Acme".to_owned()),
            domain: domain.map(str::to_owned),
            page_url: domain.map(|_| "https://leadq.acme.example/companies/01".to_owned()),
            entities: vec!["domain:acme.example".to_owned()],
        },
        product: "p".to_owned(),
        score: Points(4_250),
        kind_title: "Budget event".to_owned(),
        signal,
        detected: Timestamp(0),
    }
}

#[test]
fn a_message_is_as_the_document_describes_it() {
    let document: Value = serde_json::from_str(&server::document().unwrap()).unwrap();
    let endpoint = Endpoint {
        url: "https://hooks.example/".parse().unwrap(),
        secret: Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap(),
        secret_before: None,
        kinds: Vec::new(),
        score_min: 0,
    };
    let id = endpoint.id();
    let secret = endpoint.secret.clone();
    let channels = Channels::of(vec![std::sync::Arc::new(Webhook::new(vec![endpoint]))]);
    let webhook = channels.named("webhook").unwrap();
    let operation = &document["webhooks"]["signal.detected"]["post"];
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    for view in [view(Some("acme.example"), Some(Day(20_001))), view(None, None)] {
        let message = webhook.prepare(&id, view).unwrap();
        let body: Value = serde_json::from_str(&message.body).unwrap();
        check(&body, schema, &document, "");
        assert_eq!(body["type"], "signal.detected");
    }
    let sent = act::signature_headers(&[&secret], "msg_1", 0, b"{}");
    let described = operation["parameters"].as_array().unwrap();
    let described: Vec<&str> = described.iter().map(|one| one["name"].as_str().unwrap()).collect();
    let sent: Vec<&str> = sent.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(sent[1..], described, "after the content type");
}
