//! Deliveries to endpoints on loopback: the same message is sent until it is accepted, disabled
//! endpoints get none, and unresponsive endpoints delay no others.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use act::{CHANNEL_WEBHOOK, Channels, Endpoint, Secret, Webhook, signature_headers};
use ingest::Capture;
use model::{ActionTriggered, By, FixedClock, Timestamp, Topic, decode};
use serde_json::{Value, json};
use store::db::Urgency;
use store::log::{NewRecord, Record};

use crate::journey::{Engines, Journey, captures_of_lines, until};
use crate::site::{Site, SiteRequest, SiteResponse};
use crate::small_world::{TODAY, at, captures, product};

/// The maximum number of concurrent deliveries to one endpoint.
const IN_LANE_MAX: usize = 8;
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn endpoint(path: &str, kind: &str) -> Endpoint {
    Endpoint {
        url: format!("http://hooks.example{path}").parse().unwrap(),
        secret: Secret::parse(SECRET).unwrap(),
        secret_before: None,
        kinds: vec![kind.to_owned()],
        score_min: 0,
    }
}

async fn start(site: &Site, endpoints: Vec<Endpoint>) -> Journey {
    start_with(site, endpoints, captures()).await
}

async fn start_with(site: &Site, endpoints: Vec<Endpoint>, captures: Vec<Capture>) -> Journey {
    let clock = Arc::new(FixedClock::at(at(TODAY)));
    let mut outside = site.outside(clock.clone());
    outside.channels = Channels::of(vec![Arc::new(Webhook::new(endpoints))]);
    outside.public_url = Some("https://leadq.acme.example/".parse().unwrap());
    let journey = Journey::start_with(Engines::Disk, vec![product()], clock, None, outside).await;
    journey.accept(captures).await;
    journey.settle().await;
    journey
}

async fn counter(journey: &Journey, name: &str) -> i64 {
    let counters = journey.context().db.read(|tx| Box::pin(tx.counters())).await.unwrap();
    counters.get(name).copied().unwrap_or(0)
}

async fn until_counted(journey: &Journey, name: &str, minimum: i64) {
    until(&format!("{name} >= {minimum}"), async || counter(journey, name).await >= minimum).await;
}

fn advance(journey: &Journey, seconds: i64) {
    let now = journey.context().now();
    journey.clock.set(Timestamp(now.0 + seconds * 1_000_000));
}

fn is_signed(request: &SiteRequest) -> bool {
    let header = |name: &str| request.header(name).unwrap();
    let (id, at) = (header("webhook-id"), header("webhook-timestamp").parse().unwrap());
    let expected = signature_headers(&[&Secret::parse(SECRET).unwrap()], id, at, &request.body);
    expected.iter().all(|(name, value)| request.header(name) == Some(value))
}

/// R8: the endpoint accepts the message, and its response is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_is_sent_again_under_the_same_id() {
    let times = AtomicUsize::new(0);
    let site = Site::start(move |_| match times.fetch_add(1, Ordering::SeqCst) {
        0 => SiteResponse::HangUp,
        _ => SiteResponse::status(204),
    })
    .await;
    let journey = start(&site, vec![endpoint("/leads", "hiring_spike")]).await;
    until_counted(&journey, "act.webhook.failed", 1).await;
    advance(&journey, 3);
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(counter(&journey, "act.webhook.delivered").await, 0, "not before its time");
    advance(&journey, 4);
    until_counted(&journey, "act.webhook.delivered", 1).await;
    advance(&journey, 1_000_000);
    journey.settle().await;
    let requests = site.asked();
    assert_eq!(requests.len(), 2, "and never again");
    assert!(requests.iter().all(is_signed));
    let ids: BTreeSet<&str> =
        requests.iter().filter_map(|request| request.header("webhook-id")).collect();
    assert_eq!(ids.len(), 1);
    assert!(!ids.iter().any(|id| id.contains('.')));
    assert_ne!(requests[0].header("webhook-timestamp"), requests[1].header("webhook-timestamp"));
    // The signal, the company and the score are those at the time of each attempt.
    let [first, body]: [Value; 2] =
        [0, 1].map(|number: usize| serde_json::from_slice(&requests[number].body).unwrap());
    assert_eq!(first["data"]["action"], body["data"]["action"]);
    assert_eq!(first["data"]["signal"]["id"], body["data"]["signal"]["id"]);
    assert_eq!(body["type"], "signal.detected");
    assert_eq!(body["data"]["signal"]["kind"], "hiring_spike");
    let quote = body["data"]["signal"]["evidence"][0]["quote"].as_str().unwrap();
    assert!(quote.contains("engineer"), "{quote}");
    let entities = body["data"]["company"]["entities"].as_array().unwrap();
    assert!(entities.iter().any(|entity| entity == "domain:harbour-freight.example"), "{body}");
    let company = &body["data"]["company"];
    let page = format!("https://leadq.acme.example/companies/{}", company["id"].as_str().unwrap());
    assert_eq!(company["page_url"], page, "as the proxy serves it");
    assert_eq!(company["domain"], "harbour-freight.example");
    assert_eq!(body["data"]["kind_title"], "Hiring spike");
    assert!(requests[1].body.len() < 20_000);
    assert!(counter(&journey, "act.review").await > 1, "everything is held as well");

    // The finished job is deleted, and the records of all actions come again.
    let end = journey.context().now();
    let delete = journey.context().db.write(Urgency::Normal, move |tx| {
        Box::pin(async move { tx.delete_finished_jobs(end, 100).await })
    });
    assert!(delete.await.unwrap() >= 1);
    let offered = counter(&journey, "act.review").await;
    send_actions_again(&journey).await;
    until_counted(&journey, "act.review", 2 * offered).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(site.asked().len(), 0, "an action is offered once");
}

/// Reads every record of an action, in the order of its partition.
async fn actions(journey: &Journey) -> Vec<Record> {
    let (log, topic) = (&journey.context().log, Topic::ActionsTriggered.name());
    let mut records = Vec::new();
    for partition in 0..log.partitions(topic).await.unwrap() {
        records.extend(log.read(topic, partition, 0, usize::MAX).await.unwrap());
    }
    records
}

async fn send_actions_again(journey: &Journey) {
    let repeated = actions(journey).await.into_iter().zip(1..).map(|(record, number)| NewRecord {
        producer: "replay".to_owned(),
        number,
        ..record.record
    });
    let topic = Topic::ActionsTriggered.name();
    journey.context().log.append(topic, repeated.collect()).await.unwrap();
}

/// Two tenders of each of forty companies.
fn tenders() -> Vec<Capture> {
    let begins = ["Al", "Bor", "Cre", "Dun", "Elm", "Fen", "Gar", "Hol"];
    let ends = ["wick", "stead", "mere", "ford", "combe"];
    let tender = |company: usize, title: &str| {
        let name = format!("{}{} Robotics", begins[company % 8], ends[company / 8]);
        let id = format!("{company}-{}", title.len());
        json!({
            "schema": 1, "type": "tender", "id": id, "ts": "2026-11-02T06:00:00Z",
            "url": format!("https://tenders.example/notice/{id}"), "title": title,
            "company": {"domain": format!("company-{company}.example"), "name": name},
            "text": format!("{name} invites tenders: {title}."),
            "features": {"id": id, "title": title, "buyer": name, "buyer_country": "DE",
                         "amount": "400000", "currency": "EUR", "deadline": "2026-12-15",
                         "published": "2026-11-02", "stage": "open"},
        })
        .to_string()
    };
    let titles = ["Data platform", "Cleaning of master data"];
    let lines: Vec<String> = (0..begins.len() * ends.len())
        .flat_map(|company| titles.map(|title| tender(company, title)))
        .collect();
    let (captures, rejected) = captures_of_lines(&lines, at(TODAY));
    assert!(rejected.is_empty(), "{rejected:?}");
    captures
}

/// A request: the company and the signal that it is about, and when it began.
type Begun = (String, String, Instant);

/// The endpoint answers late, so everything depends on the number of messages sent at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endpoint_gets_eight_messages_at_once_and_one_of_each_company() {
    const TAKES: Duration = Duration::from_millis(100);
    let requests: Arc<Mutex<Vec<Begun>>> = Arc::default();
    let journal = Arc::clone(&requests);
    let site = Site::start(move |request| {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (company, signal) = (&body["data"]["company"]["id"], &body["data"]["signal"]["id"]);
        journal.lock().unwrap().push((text(company), text(signal), Instant::now()));
        SiteResponse::Late(TAKES)
    })
    .await;
    let mut all = endpoint("/leads", "");
    all.kinds.clear();
    let begun = Instant::now();
    let journey = start_with(&site, vec![all], tenders()).await;
    let records = actions(&journey).await;
    let total = records.len();
    assert!(total >= 40, "{total}");
    until_counted(&journey, "act.webhook.delivered", i64::try_from(total).unwrap()).await;
    let requests = requests.lock().unwrap().clone();
    assert_eq!(requests.len(), total, "each once");
    let (first, last) = (requests[0].2, requests[total - 1].2);
    let one_by_one = TAKES * u32::try_from(total).unwrap();
    assert!(last - first < one_by_one / 2, "{:?} of {:?}", last - first, begun.elapsed());

    // A request that began less than `TAKES` before another was still open then.
    let open_at = |index: usize| {
        let (_, _, at) = &requests[index];
        requests[..index].iter().filter(move |(_, _, begun)| *at - *begun < TAKES)
    };
    for (index, (company, _, _)) in requests.iter().enumerate() {
        assert!(open_at(index).count() < 8, "eight at once at most");
        assert!(open_at(index).all(|(other, _, _)| other != company), "one of each company");
    }
    assert!((0..total).any(|index| open_at(index).count() >= 4), "several at once");
    let mut sent: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (company, signal, _) in &requests {
        sent.entry(company).or_default().push(signal);
    }
    let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for Record { record, .. } in records {
        let action: ActionTriggered = decode(&record.payload).unwrap();
        expected.entry(record.key).or_default().push(action.signal.to_string());
    }
    assert!(expected.values().any(|signals| signals.len() > 1), "{expected:?}");
    for (company, signals) in &expected {
        assert_eq!(&sent[company.as_str()], signals, "in the order of the actions");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endpoint_that_wants_no_more_gets_no_more() {
    let site = Site::start(|_| SiteResponse::status(503)).await;
    let mut all = endpoint("/leads", "");
    all.kinds.clear();
    let url = all.url.to_string();
    let id = all.id();
    let mut strict = endpoint("/proud", "hiring_spike");
    strict.score_min = 100;
    let journey = start(&site, vec![all, strict]).await;
    until_counted(&journey, "act.webhook.failed", 1).await;
    // All deliveries are queued now; some after the first may have been attempted as well.
    let gone_responses = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&gone_responses);
    site.change(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        SiteResponse::status(410)
    });
    advance(&journey, 1_000);
    let mut state = None;
    until("it is disabled", async || {
        let id = id.clone();
        let read = journey.context().db.read(|tx| Box::pin(async move { tx.endpoint(&id).await }));
        state = Some(read.await.unwrap()).filter(|state| state.disabled.is_some());
        state.is_some()
    })
    .await;
    let state = state.unwrap();
    assert!(state.why.unwrap().contains("410"));
    advance(&journey, 1_000_000);
    tokio::time::sleep(Duration::from_millis(600)).await;
    // Those of other companies may have been under way when the first 410 arrived.
    let answered = gone_responses.load(Ordering::SeqCst);
    assert!((1..=IN_LANE_MAX).contains(&answered), "none is begun after a 410: {answered}");
    assert!(site.paths().iter().all(|path| path == "/leads"));
    site.change(|_| SiteResponse::status(200));
    let enable = async |id_or_url| {
        flow::enable_endpoint(journey.context(), CHANNEL_WEBHOOK, id_or_url, &By::OPERATOR).await
    };
    let enabled = enable(&url).await.unwrap();
    assert!(enabled.endpoint.is_enabled && enabled.endpoint.failures == 0);
    let revived = enabled.revived;
    assert!(revived > 1, "what was given up is sent again: {revived}");
    until_counted(&journey, "act.webhook.delivered", i64::try_from(revived).unwrap()).await;
    assert!(enable("http://hooks.example/no").await.is_err());
}

/// W3: of a hundred endpoints twenty never respond; the others do not wait for their timeouts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn webhook_blackholes() {
    let site = Site::start(|request| {
        if request.path.starts_with("/hole") {
            SiteResponse::Silence
        } else {
            SiteResponse::status(200)
        }
    })
    .await;
    let endpoints = (0..100).map(|number| {
        let path =
            if number % 5 == 0 { format!("/hole/{number}") } else { format!("/ok/{number}") };
        endpoint(&path, "hiring_spike")
    });
    let journey = start(&site, endpoints.collect()).await;
    until_counted(&journey, "act.webhook.delivered", 80).await;
    assert_eq!(counter(&journey, "act.webhook.failed").await, 0, "the time-outs are still to come");
    let paths = site.paths();
    assert_eq!(paths.iter().filter(|path| path.starts_with("/ok")).count(), 80);
    let distinct: BTreeSet<&String> = paths.iter().collect();
    assert_eq!(distinct.len(), paths.len(), "each once");
}
