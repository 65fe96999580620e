//! Tests that neither a redirect nor a name can lead a request into the private network.

use super::*;

/// Starts two servers on the same port: the first is allowed, the second is a canary that must
/// never be reached. Returns `None` if the machine has only one loopback address.
async fn server_and_canary() -> Option<(Server, Server)> {
    let server = Server::start(|request| match request.path.as_str() {
        "/robots.txt" => no_robots(),
        _ => ok("harmless"),
    })
    .await;
    let canary_address = SocketAddr::from(([127, 0, 0, 2], server.address.port()));
    match Server::start_at(canary_address, None, |_| ok("secret")).await {
        Ok(canary) => Some((server, canary)),
        Err(error) => {
            skipped("rebinding", &format!("127.0.0.2 cannot be listened on: {error}"));
            None
        }
    }
}

fn skipped(name: &str, reason: &str) {
    use std::io::Write;
    if let Some(path) = std::env::var_os("LEADQ_SKIPPED_FILE") {
        let mut file = std::fs::OpenOptions::new().append(true).create(true).open(path).unwrap();
        writeln!(file, "net::{name}: {reason}").unwrap();
    }
}

#[tokio::test]
async fn a_name_that_changes_its_address_never_reaches_a_private_one() {
    let Some((server, canary)) = server_and_canary().await else { return };
    let mut settings = settings(&server);
    settings.hosts.clear();
    let (good, bad) = (server.address, canary.address);
    let answers = vec![vec![good], vec![bad], vec![bad, good], vec![good, bad]];
    let opened = open_with(settings, Arc::new(SystemClock), answers, Tls::default());
    let url = format!("http://rebinding.com:{}/", good.port());
    let mut delivered = 0;
    for _ in 0..1_000 {
        let delivery = crate::Delivery::post(Url::parse(&url).unwrap(), Vec::new(), "");
        match opened.door.deliver(delivery).await {
            Ok(answer) => {
                assert_eq!((answer.remote, &*answer.body), (good, &b"harmless"[..]));
                delivered += 1;
            }
            Err(refusal) => assert!(refusal.is_not_allowed(), "{refusal}"),
        }
    }
    assert_eq!(delivered, 750);
    // A kept connection stays pinned, even if the name resolves differently in the meantime.
    for _ in 0..100 {
        match opened.crawl(&url).await {
            Ok(visit) => assert_eq!(visit.remote, good),
            Err(refusal) => assert!(refusal.is_not_allowed(), "{refusal}"),
        }
    }
    assert_eq!(canary.connections(), 0);
}

#[tokio::test]
async fn a_redirect_into_a_private_network_is_refused_before_it_is_requested() {
    let canary = Server::start(|_| ok("secret")).await;
    let secret = format!("http://{}/", canary.address);
    let targets = [
        secret.clone(),
        secret.replace("127.0.0.1", "127.1"),
        secret.replace("127.0.0.1", "2130706433"),
        secret.replace("127.0.0.1", "[::ffff:127.0.0.1]"),
        secret.replace("127.0.0.1", "localhost"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://resolves-to-private.com/".to_owned(),
        "http://user:secret@www.example/".to_owned(),
        "http://www.example:6379/".to_owned(),
        "file:///etc/passwd".to_owned(),
    ];
    let listed = targets.clone();
    let server = Server::start(move |request| match request.path.as_str() {
        "/robots.txt" => no_robots(),
        path => redirect(&listed[path[1..].parse::<usize>().unwrap()]),
    })
    .await;
    let private = vec!["10.0.0.7:80".parse().unwrap()];
    let settings = settings(&server);
    let opened = open_with(settings, Arc::new(SystemClock), vec![private], Tls::default());
    for (number, target) in targets.iter().enumerate() {
        let refusal =
            opened.crawl(&format!("http://harbourline.example/{number}")).await.unwrap_err();
        assert!(matches!(refusal, Refusal::Blocked { .. }), "{target}: {refusal}");
    }
    assert_eq!(canary.connections(), 0);
    let blocked = opened.egress.lines().iter().filter(|line| line.refusal.is_some()).count();
    assert!(blocked >= targets.len(), "{blocked} refusals are on record");
}

#[tokio::test]
async fn without_an_allow_list_nothing_private_is_reached() {
    let server = Server::start(|_| ok("secret")).await;
    let opened = open(NetSettings::new("leadqbot/0.1"));
    let url = format!("http://{}/", server.address);
    assert!(opened.crawl(&url).await.unwrap_err().is_not_allowed());
    let delivery = crate::Delivery::post(Url::parse(&url).unwrap(), Vec::new(), "{}");
    assert!(opened.door.deliver(delivery).await.unwrap_err().is_not_allowed());
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_name_without_an_address_and_a_port_without_a_server_say_so() {
    let server = Server::start(|_| ok("")).await;
    let settings = settings(&server);
    let opened = open(settings.clone());
    let refusal = opened.crawl("http://no-such-name.com/").await.unwrap_err();
    assert!(
        matches!(&refusal, Refusal::RobotsAway { why, .. } if why.contains("resolved")),
        "{refusal}"
    );
    let url = Url::parse("http://www.example/").unwrap();
    drop(server);
    tokio::time::sleep(Duration::from_millis(20)).await;
    let delivery = crate::Delivery::post(url, Vec::new(), "");
    let refusal = open(settings).door.deliver(delivery).await.unwrap_err();
    assert!(matches!(refusal, Refusal::Connect(_)), "{refusal}");
}

/// Two servers, each allowed for one purpose. The crawled one redirects its pages, its robots.txt
/// and its home page to the other; a message goes the other way. Only the own purpose connects.
#[tokio::test]
async fn an_address_allowed_for_deliveries_is_out_of_reach_for_crawled_sites() {
    let inner = Server::start(|_| ok("internal")).await;
    let address = inner.address;
    let site = Server::start(move |request| {
        let target = format!("http://{address}");
        match (&*request.headers["host"], &*request.path) {
            ("robots-elsewhere.example", "/robots.txt") => {
                redirect(&format!("{target}/robots.txt"))
            }
            (_, "/robots.txt") => no_robots(),
            (_, "/literal") => redirect(&target),
            (_, "/short") => redirect(&target.replace("127.0.0.1", "127.1")),
            (_, "/name") => redirect(&target.replace("127.0.0.1", "localhost")),
            (_, "/resolved") => redirect(&target.replace("127.0.0.1", "resolves-inside.com")),
            (_, "/rule") => redirect("http://hooks.team.example/"),
            _ => ok("page"),
        }
    })
    .await;
    let mut settings = settings(&site);
    settings.allow = vec![inner.address];
    let rule = HostRule { pattern: "hooks.team.example".to_owned(), address: inner.address };
    settings.hosts.insert(0, rule);
    let answers = vec![vec![inner.address]];
    let opened = open_with(settings, Arc::new(SystemClock), answers, Tls::default());

    assert_eq!(opened.crawl("http://harbourline.example/").await.unwrap().status, 200);
    for path in ["literal", "short", "name", "resolved", "rule"] {
        let visited = opened.crawl(&format!("http://harbourline.example/{path}")).await;
        assert!(matches!(visited, Err(Refusal::Blocked { .. })), "{path}: {visited:?}");
    }
    for url in [format!("http://{address}/"), "http://hooks.team.example/".to_owned()] {
        let visited = opened.crawl(&url).await;
        assert!(matches!(visited, Err(Refusal::Blocked { .. })), "{url}: {visited:?}");
    }
    let visited = opened.crawl("http://robots-elsewhere.example/").await.unwrap_err();
    assert!(matches!(visited, Refusal::RobotsAway { .. }), "{visited}");
    assert_eq!(inner.connections(), 0, "no page, redirect or robots.txt has reached it");

    let deliver = async |url: &str| {
        opened.door.deliver(crate::Delivery::post(Url::parse(url).unwrap(), Vec::new(), "")).await
    };
    for url in [format!("http://{address}/"), "http://hooks.team.example/".to_owned()] {
        assert_eq!(deliver(&url).await.unwrap().status, 200, "{url}");
    }
    let before = site.connections();
    for url in [format!("http://{}/", site.address), "http://harbourline.example/".to_owned()] {
        let refusal = deliver(&url).await.unwrap_err();
        assert!(refusal.to_string().contains("for the crawler only"), "{url}: {refusal}");
    }
    assert_eq!(site.connections(), before);
}
