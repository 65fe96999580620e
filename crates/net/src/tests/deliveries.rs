//! Tests of messages to addresses that an operator configured.

use super::*;
use crate::Delivery;

fn post(url: &str) -> Delivery {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    Delivery::post(Url::parse(url).unwrap(), headers, r#"{"kind":"signal"}"#)
}

#[tokio::test]
async fn a_message_arrives_once_and_its_path_stays_out_of_the_record() {
    let server = Server::start(|_| answer("202 Accepted", "retry-after: 7\r\n", b"thanks")).await;
    let opened = open(settings(&server));
    let answer = opened.door.deliver(post("http://hooks.example/s3cret?token=1")).await.unwrap();
    assert_eq!((answer.status, &*answer.body), (202, &b"thanks"[..]));
    assert_eq!(answer.retry_after, Some(Duration::from_secs(7)));
    let requests = server.seen();
    assert_eq!(requests.len(), 1);
    assert_eq!((&*requests[0].method, &*requests[0].path), ("POST", "/s3cret?token=1"));
    assert_eq!(requests[0].body, br#"{"kind":"signal"}"#);
    assert_eq!(requests[0].headers["content-type"], "application/json");
    let line = &opened.egress.lines()[0];
    assert_eq!((&*line.url, line.status, line.bytes), ("http://hooks.example", Some(202), 6));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_nothing_is_sent_twice() {
    let server = Server::start(|request| match request.path.as_str() {
        "/moved" => redirect("http://hooks.example/elsewhere"),
        "/broken" => Action::Close(Vec::new()),
        _ => ok("elsewhere"),
    })
    .await;
    let opened = open(settings(&server));
    assert_eq!(opened.door.deliver(post("http://hooks.example/moved")).await.unwrap().status, 302);
    let refusal = opened.door.deliver(post("http://hooks.example/broken")).await.unwrap_err();
    assert!(matches!(refusal, Refusal::Http(_)), "{refusal}");
    assert_eq!(server.paths(), ["/moved", "/broken"]);
}

#[tokio::test]
async fn an_answer_is_bounded_in_size_and_time() {
    let server = Server::start(|request| match request.path.as_str() {
        "/large" => answer("200 OK", "", &vec![b'x'; 200_000]),
        _ => Action::Silence,
    })
    .await;
    let opened = open(settings(&server));
    let answer = opened.door.deliver(post("http://hooks.example/large")).await.unwrap();
    assert_eq!((answer.body.len(), answer.truncated), (64 * 1024, true));
    let mut silent = post("http://hooks.example/silent");
    silent.timeout = Duration::from_millis(100);
    silent.method = Method::PATCH;
    assert_eq!(opened.door.deliver(silent).await.unwrap_err(), Refusal::Timeout);
}

#[tokio::test]
async fn headers_that_belong_to_the_door_cannot_be_set() {
    let server = Server::start(|_| ok("")).await;
    let opened = open(settings(&server));
    for (name, value) in [
        ("Host", "other.example"),
        ("content-length", "3"),
        ("Transfer-Encoding", "chunked"),
        ("connection", "upgrade"),
        ("x-a", "1\r\nx-b: 2"),
        ("x a", "1"),
        ("", "1"),
    ] {
        let mut message = post("http://hooks.example/");
        message.headers.push((name.to_owned(), value.to_owned()));
        let refusal = opened.door.deliver(message).await.unwrap_err();
        assert!(matches!(refusal, Refusal::Http(_)), "{name}: {refusal}");
    }
    assert_eq!(server.connections(), 0);
}
