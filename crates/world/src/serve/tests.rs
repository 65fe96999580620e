//! The world over a real socket.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use model::{FixedClock, Timestamp};

use super::{DayClock, HostPoliteness, Journal, serve};
use crate::{Plan, Templates, World};

async fn ask(address: SocketAddr, host: &str, path: &str, more: &str) -> String {
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {host}\r\nuser-agent: guest\r\n{more}connection: close\r\n\r\n"
    );
    let response = tokio::task::spawn_blocking(move || exchange(address, &request));
    response.await.unwrap()
}

#[expect(clippy::disallowed_methods, reason = "a test is a guest of its own server")]
fn exchange(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn header<'a>(answer: &'a str, name: &str) -> &'a str {
    let line = answer.lines().find(|line| line.to_lowercase().starts_with(name)).unwrap();
    line.split_once(": ").unwrap().1
}

#[tokio::test]
async fn hosts_days_and_what_has_not_changed() {
    let world = Arc::new(World::new(Plan::new(4, 30), Templates::builtin().unwrap()));
    let days = Arc::new(DayClock::at(world.plan().present()));
    let clock = Arc::new(FixedClock::at(Timestamp(0)));
    let address = "127.0.0.1:0".parse().unwrap();
    let serving =
        serve(Arc::clone(&world), Arc::clone(&days), clock.clone(), address).await.unwrap();
    let auditor = world.hosts().pop().unwrap().host;
    let answer = ask(serving.address, &auditor, "/robots.txt", "").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    clock.set(Timestamp(10_000_000));
    let answer = ask(serving.address, &format!("{auditor}:8080"), "/register", "").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let condition = format!("if-none-match: {}\r\n", header(&answer, "etag"));
    clock.set(Timestamp(20_000_000));
    let again = ask(serving.address, &auditor, "/register", &condition).await;
    assert!(again.starts_with("HTTP/1.1 304"), "{again}");
    assert_eq!(serving.journal.violations(&world, HostPoliteness::default()), []);
    days.set(world.plan().first_day);
    let before = ask(serving.address, &auditor, "/register", &condition).await;
    assert!(before.starts_with("HTTP/1.1 200"), "{before}");
    let rules: Vec<_> = serving
        .journal
        .violations(&world, HostPoliteness::default())
        .into_iter()
        .map(|violation| violation.rule)
        .collect();
    assert_eq!(rules, ["too_fast"]);
    let accesses = serving.journal.accesses();
    assert_eq!(accesses.len(), 4);
    assert!(accesses.iter().all(|access| access.agent == "guest" && access.host == auditor));
}

#[test]
fn reports_impolite_requests() {
    let world = World::new(Plan::new(4, 30), Templates::builtin().unwrap());
    let host = world.hosts().pop().unwrap().host;
    let day = world.plan().present();
    let journal = Journal::default();
    let clock = FixedClock::at(Timestamp(0));
    let begin = |path: &str, seconds: i64| {
        clock.set(Timestamp(seconds * 1_000_000));
        journal.begin(&clock, &host, path, "guest", day)
    };
    let first = begin("/", 0);
    let second = begin("/search?q=a", 60);
    first.answered(200);
    // The client disconnected before there was a response.
    drop(second);
    begin("/", 120).answered(200);
    let found = journal.violations(&world, HostPoliteness::default());
    let rules: Vec<_> =
        found.iter().map(|violation| (violation.rule, violation.path.as_str())).collect();
    assert_eq!(
        rules,
        [
            ("robots_not_read", "/"),
            ("closed_path", "/search?q=a"),
            ("robots_not_read", "/search?q=a"),
            ("too_many_at_once", "/search?q=a"),
            ("robots_not_read", "/"),
        ]
    );
}

#[test]
fn days_run_at_the_configured_speed() {
    let clock = Arc::new(FixedClock::at(Timestamp(5)));
    let plan = Plan::new(1, 2);
    let days = DayClock::running(clock.clone(), plan.present(), plan.last_day(), 500);
    assert_eq!(days.today(), plan.present());
    clock.set(Timestamp(600_000));
    assert_eq!(days.today(), plan.present().plus(1));
    clock.set(Timestamp(60_000_000));
    assert_eq!(days.today(), plan.last_day());
}
