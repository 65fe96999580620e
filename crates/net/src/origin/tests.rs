//! Tests of the guard with tables of hostile and harmless addresses.

use super::*;
use crate::public_address::is_public;
use crate::settings::HostRule;

/// Schemes, ports, credentials and names that are refused as written.
const WRITTEN: &[&str] = &[
    "file:///etc/passwd",
    "ftp://harbourline.com/",
    "gopher://harbourline.com:70/_stats",
    "dict://harbourline.com:11211/stats",
    "ldap://harbourline.com/",
    "ws://harbourline.com/",
    "wss://harbourline.com/",
    "javascript:alert(1)",
    "data:text/html,hello",
    "blob:https://harbourline.com/1",
    "about:blank",
    "jar:http://harbourline.com!/",
    "unix:/var/run/docker.sock",
    "http://",
    "https://",
    "http:///",
    "http://user@harbourline.com/",
    "http://user:secret@harbourline.com/",
    "https://:secret@harbourline.com/",
    "http://harbourline.com@127.0.0.1/",
    "http://harbourline.com:80@10.0.0.1/",
    "http://127.0.0.1%40harbourline.com/",
    "http://127.0.0.1\\@harbourline.com/",
    "http://127.0.0.1#@harbourline.com/",
    "http://127.0.0.1?@harbourline.com/",
    "http://harbourline.com:22/",
    "http://harbourline.com:25/",
    "http://harbourline.com:0/",
    "http://harbourline.com:81/",
    "http://harbourline.com:2375/",
    "http://harbourline.com:3306/",
    "http://harbourline.com:5432/",
    "http://harbourline.com:6379/",
    "http://harbourline.com:9200/",
    "https://harbourline.com:8444/",
    "http://harbourline.com:65536/",
    "http://harbourline.com:-80/",
    "http://93.184.215.14:22/",
    "http://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]:6379/",
    "http://localhost/",
    "http://localhost./",
    "http://LOCALHOST/",
    "http://localhost:8080/",
    "http://foo.localhost/",
    "http://localhost.localdomain/",
    "http://ｌｏｃａｌｈｏｓｔ/",
    "http://l%6Fcalhost/",
    "http://loc\talhost/",
    "http://router/",
    "http://intranet/",
    "http://kubernetes/",
    "http://postgres./",
    "http://kubernetes.default.svc.cluster.local/",
    "http://printer.local/",
    "http://nas.lan/",
    "http://nas.home/",
    "http://nas.home.arpa/",
    "http://wiki.corp/",
    "http://wiki.intranet/",
    "http://wiki.internal/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://metadata.google.internal./",
    "http://host.docker.internal/",
    "http://hidden.onion/",
    "http://name.alt/",
    "http://server.private/",
    "http://harbourline.test/",
    "http://harbourline.invalid/",
    "http://harbourline.example/",
    "http://harbour..com/",
    "http://.com/",
    "http://./",
    "http://../",
    "http://harbourline.com../",
    "http://harbour line.com/",
    "http://harbour<line.com/",
    "http://harbour%00line.com/",
    "http://harbour%2fline.com/",
    "http://harbour%0d%0aline.com/",
    "http://xn--/",
];

/// Literal addresses in every spelling that some parser accepts.
const LITERAL: &[&str] = &[
    "0.0.0.0",
    "0.1.2.3",
    "0",
    "00000000",
    "0x0",
    "10.0.0.1",
    "10.255.255.255",
    "10.1",
    "0xa000001",
    "012.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.255",
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "0x7f.1",
    "0x7f.0x0.0x0.0x1",
    "0X7F000001",
    "0x7f000001",
    "2130706433",
    "017700000001",
    "0177.0.0.1",
    "0177.0.0.01",
    "00000177.0.0.1",
    "127.0x1",
    "127%2e0%2e0%2e1",
    "%31%32%37.0.0.1",
    "１２７.０.０.１",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "127．0．0．1",
    "127.0.0.1\u{ad}",
    "168.63.129.16",
    "2822734096",
    "169.254.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "0xa9fea9fe",
    "2852039166",
    "0251.0376.0251.0376",
    "169.254.43518",
    "172.16.0.1",
    "172.17.0.1",
    "172.31.255.255",
    "172.1048577",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.1.254",
    "192.11010305",
    "3232235521",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "4294967295",
    "4294967296",
    "256.0.0.1",
    "1.2.3.4.5",
    "0x100000000",
    "[::]",
    "[::0]",
    "[0:0:0:0:0:0:0:0]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0000:0000:0000:0000:0000:0000:0000:0001]",
    "[::7f00:1]",
    "[::127.0.0.1]",
    "[::a00:1]",
    "[::8.8.8.8]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:10.0.0.1]",
    "[::ffff:169.254.169.254]",
    "[::ffff:a9fe:a9fe]",
    "[::ffff:8.8.8.8]",
    "[0:0:0:0:0:ffff:192.168.0.1]",
    "[::ffff:0:127.0.0.1]",
    "[::ffff:0:7f00:1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b::8.8.8.8]",
    "[64:ff9b:1::10.0.0.1]",
    "[64:ff9b:1:ffff::1]",
    "[100::1]",
    "[100:0:0:1::1]",
    "[2001::1]",
    "[2001:0:53aa:64c:0:7f:ffff:fffe]",
    "[2001:2::1]",
    "[2001:10::1]",
    "[2001:20::1]",
    "[2001:1ff:ffff::1]",
    "[2001:db8::1]",
    "[2001:db8:ffff::1]",
    "[2002:7f00:1::]",
    "[2002:a9fe:a9fe::1]",
    "[2002:808:808::1]",
    "[3fff::1]",
    "[3fff:fff::1]",
    "[4000::1]",
    "[5f00::1]",
    "[fc00::1]",
    "[fd00::1]",
    "[fd00:ec2::254]",
    "[fd20:ce::254]",
    "[fdff:ffff::1]",
    "[fe80::1]",
    "[fe80::1%25eth0]",
    "[fe80::1%eth0]",
    "[fe80::a9fe:a9fe]",
    "[febf::1]",
    "[fec0::1]",
    "[feff::1]",
    "[ff02::1]",
    "[ff0e::1]",
    "[1::1]",
    "[::1",
    "[::1]x",
    "[127.0.0.1]",
];

/// Addresses that must be allowed.
const OPEN: &[&str] = &[
    "http://harbourline.com/",
    "https://harbourline.com/",
    "https://harbourline.com:443/news?page=2#top",
    "http://harbourline.com:80/",
    "http://harbourline.com:8080/",
    "https://harbourline.com:8443/",
    "HTTPS://WWW.HARBOURLINE.COM/",
    "https://harbourline.com./",
    "https://www.harbourline.co.uk/a%20b",
    "https://bücher-hafen.de/",
    "https://xn--bcher-hafen-thb.de/",
    "https://ｈａｒｂｏｕｒｌｉｎｅ.com/",
    "https://localhost.harbourline.com/",
    "https://local.com/",
    "https://internal-news.com/",
    "https://mylan.com/",
    "https://example.com/",
    "https://testing.org/@name",
    "https://1und1.de/",
    "http://8.8.8.8/",
    "http://1.1.1.1/",
    "http://9.255.255.255/",
    "http://11.0.0.0/",
    "http://100.63.255.255/",
    "http://100.128.0.1/",
    "http://126.255.255.255/",
    "http://128.0.0.1/",
    "http://168.63.129.15/",
    "http://169.253.255.255/",
    "http://172.15.255.255/",
    "http://172.32.0.0/",
    "http://192.167.255.255/",
    "http://192.169.0.0/",
    "http://198.17.255.255/",
    "http://198.20.0.0/",
    "http://223.255.255.255/",
    "http://134744072/",
    "http://[2606:4700::1111]/",
    "https://[2001:4860:4860::8888]/",
    "https://[2001:200::1]/",
    "https://[2003::1]/",
    "https://[2a00:1450:4001:80b::200e]:8443/",
    "https://[3fff:1000::1]/",
];

fn settings() -> NetSettings {
    NetSettings::new("leadqbot/0.1")
}

/// Checks whether the URL can be parsed and passes the guard.
fn passes(url: &str, settings: &NetSettings) -> bool {
    let lists = [AllowList::Crawl, AllowList::Delivery];
    Url::parse(url)
        .is_ok_and(|url| lists.into_iter().any(|list| origin(&url, settings, list).is_ok()))
}

#[test]
fn hostile_addresses_are_blocked_and_public_ones_are_not() {
    let settings = settings();
    let literals = LITERAL.iter().map(|host| format!("http://{host}/"));
    let blocked: Vec<String> = WRITTEN.iter().map(ToString::to_string).chain(literals).collect();
    assert!(blocked.len() >= 150 && OPEN.len() >= 20);
    let misjudged: Vec<_> = blocked.iter().filter(|url| passes(url, &settings)).collect();
    assert!(misjudged.is_empty(), "not blocked: {misjudged:#?}");
    let misjudged: Vec<_> = OPEN.iter().filter(|url| !passes(url, &settings)).collect();
    assert!(misjudged.is_empty(), "blocked: {misjudged:#?}");
}

#[test]
fn resolved_addresses_are_checked_like_literal_ones() {
    for literal in LITERAL {
        let Ok(url) = Url::parse(&format!("http://{literal}/")) else { continue };
        let ip: IpAddr = match url.host() {
            Some(Host::Ipv4(ip)) => ip.into(),
            Some(Host::Ipv6(ip)) => ip.into(),
            _ => continue,
        };
        assert!(is_public(SocketAddr::new(ip, 443)).is_err(), "{ip}");
    }
    let public = IpAddr::from([8, 8, 8, 8]);
    assert_eq!(is_public(SocketAddr::new(public, 443)), Ok(()));
    assert!(is_public(SocketAddr::new(public, 22)).is_err());
}

#[test]
fn the_allow_list_opens_one_address_and_port_and_nothing_beside() {
    let mut settings = settings();
    let allowed: SocketAddr = "127.0.0.1:8099".parse().unwrap();
    settings.allow.push(allowed);
    settings.hosts.push(HostRule { pattern: "*.example".to_owned(), address: allowed });
    for (url, expected) in [
        ("http://127.0.0.1:8099/", true),
        ("http://127.1:8099/", true),
        ("http://127.0.0.1/", false),
        ("http://127.0.0.2:8099/", false),
        ("http://[::1]:8099/", false),
        ("http://[::ffff:127.0.0.1]:8099/", false),
        ("http://harbourline.example/", true),
        ("https://www.harbourline.example:8443/", true),
        ("http://harbourline.example:22/", false),
        ("http://user@harbourline.example/", false),
        ("http://localhost/", false),
        // It may be resolved; the resolved address is checked afterwards.
        ("http://localhost:8099/", true),
        ("http://harbourline.test/", false),
    ] {
        assert_eq!(passes(url, &settings), expected, "{url}");
    }
    let may_deliver = |address: SocketAddr| settings.may_connect(address, AllowList::Delivery);
    assert_eq!(may_deliver(allowed), Ok(()));
    assert!(may_deliver("127.0.0.1:8080".parse().unwrap()).is_err());
    assert!(may_deliver("10.0.0.1:8099".parse().unwrap()).is_err());
}

/// An entry opens its address for one purpose: as a literal, as a name with its port, by a rule for
/// a name, and as an address that a name was resolved to.
#[test]
fn each_allow_list_opens_its_addresses_for_its_own_purpose() {
    let [crawled, delivered]: [SocketAddr; 2] =
        ["127.0.0.1:8099", "10.0.0.7:9000"].map(|address| address.parse().unwrap());
    let mut settings = settings();
    settings.crawl_allow.push(crawled);
    settings.allow.push(delivered);
    for (pattern, address) in [("*.example", crawled), ("hooks.team.example", delivered)] {
        settings.hosts.push(HostRule { pattern: pattern.to_owned(), address });
    }
    for (url, crawl, delivery) in [
        ("http://127.0.0.1:8099/", true, false),
        ("http://10.0.0.7:9000/", false, true),
        ("http://167772167:9000/", false, true),
        ("http://localhost:8099/", true, false),
        ("http://router:9000/", false, true),
        ("http://harbourline.com:8099/", true, false),
        ("http://harbourline.com:9000/", false, true),
        ("http://harbourline.com/", true, true),
        ("http://10.0.0.7/", false, false),
    ] {
        let url = Url::parse(url).unwrap();
        for (list, expected) in [(AllowList::Crawl, crawl), (AllowList::Delivery, delivery)] {
            assert_eq!(origin(&url, &settings, list).is_ok(), expected, "{url} {list:?}");
        }
    }
    for (address, crawl, delivery) in [(crawled, true, false), (delivered, false, true)] {
        assert_eq!(settings.may_connect(address, AllowList::Crawl).is_ok(), crawl, "{address}");
        let may_deliver = settings.may_connect(address, AllowList::Delivery);
        assert_eq!(may_deliver.is_ok(), delivery, "{address}");
    }
    let refused = settings.may_connect(delivered, AllowList::Crawl).unwrap_err();
    assert!(refused.contains("add it to crawl_allow"), "{refused}");
    assert_eq!(settings.check(), Ok(()), "a rule may lead to an address of either list");
}

#[test]
fn a_name_is_the_same_with_and_without_the_last_dot() {
    let host =
        |url: &str| origin(&Url::parse(url).unwrap(), &settings(), AllowList::Crawl).unwrap();
    assert_eq!(host("https://harbourline.com./x"), host("https://HARBOURLINE.com/"));
}
