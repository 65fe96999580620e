//! Tests of the robots.txt rules that this crate adds.

use super::*;

const SEVERAL: &str = "
User-agent: leadqbot
Crawl-delay: 2
Disallow: /members/
Allow: /members/news

User-agent: OtherBot
Crawl-delay: 600

User-agent: third
User-Agent: LEADQBOT
Disallow: /*.pdf$
Crawl-delay: 7.5

User-agent: *
Disallow: /
";

fn check(file: &str, path: &str, allowed: bool, rule: Option<&str>) {
    let url = Url::parse("https://harbourline.example").unwrap().join(path).unwrap();
    let verdict = Robots::read(file.as_bytes(), "leadqbot").verdict(&url);
    let expected = RobotsVerdict { allowed, rule: rule.map(str::to_owned) };
    assert_eq!(verdict, expected, "{path} in {file}");
}

#[test]
fn the_longest_rule_of_our_groups_decides_and_is_named() {
    check(SEVERAL, "/", true, None);
    check(SEVERAL, "/members/list", false, Some("disallow: /members/"));
    check(SEVERAL, "/members/news/1", true, Some("allow: /members/news"));
    check(SEVERAL, "/report.pdf", false, Some("disallow: /*.pdf$"));
    check(SEVERAL, "/report.pdf?page=2", true, None);
    check("User-agent: *\nDisallow: /jobs", "/jobs?id=1", false, Some("disallow: /jobs"));
    check("User-agent: *\nDisallow: /caf\u{e9}", "/caf%C3%A9", false, Some("disallow: /caf%C3%A9"));
    check("User-agent: *\nDisallow: /\nAllow: /", "/x", true, Some("allow: /"));
    check("User-agent: *\nDisallow:", "/x", true, None);
    check("\u{feff}User-agent: *\r\nDisallow: /x\r\n", "/x", false, Some("disallow: /x"));
    check("Disallow: /\n<html><body>Not found</body></html>", "/x", true, None);
    check("User-agent: LeadqBot/1.0\nDisallow: /x", "/x", false, Some("disallow: /x"));
    check("User-agent:leadqbot* # you\nDisallow: /x", "/x", false, Some("disallow: /x"));
    check("User-agent: leadqbot-news\nDisallow: /x", "/x", true, None);
    check("User-agent: *\nDisallow: /", "/robots.txt", true, Some("disallow: /"));
}

/// RFC 9309, 2.2.3: an encoded operator of a rule is the character itself.
#[test]
fn encoded_stars_and_dollar_signs_are_characters() {
    let file = "User-agent: *\nDisallow: /news/file-%2A.html\nDisallow: /news/foo-%24\n\
        Disallow: /aktie*$\nAllow: /preise-%24%2a/frei\nDisallow: /preise-%24";
    for (path, allowed, rule) in [
        ("/news/file-*.html", false, Some("disallow: /news/file-%2A.html")),
        ("/news/file-%2a.html", false, Some("disallow: /news/file-%2A.html")),
        ("/news/file-1.html", true, None),
        ("/news/foo-$", false, Some("disallow: /news/foo-%24")),
        ("/news/foo-%24.html", false, Some("disallow: /news/foo-%24")),
        ("/news/foo-1", true, None),
        ("/aktien", false, Some("disallow: /aktie*$")),
        ("/preise-$", false, Some("disallow: /preise-%24")),
        ("/preise-$*/frei", true, Some("allow: /preise-%24%2A/frei")),
        ("/preise-", true, None),
    ] {
        check(file, path, allowed, rule);
    }
}

#[test]
fn the_largest_delay_of_our_groups_holds() {
    for (file, seconds) in [
        (SEVERAL, Some(7.5)),
        ("User-agent: *\nCrawl-delay: 3\nCrawl-delay: 90 # please\nCrawl-delay: 1", Some(90.0)),
        ("User-agent: *\nCrawl-delay: 86400", Some(86_400.0)),
        ("User-agent: *\nCrawl-delay: soon\nCrawl-delay: -1", None),
        ("User-agent: *\nCrawl-delay: 1e400\nCrawl-delay: NaN", None),
        ("User-agent: other\nCrawl-delay: 3\nUser-agent: *\nDisallow: /x", None),
        ("\u{feff}User-agent: other\nUser-agent: leadqbot\nCrawl-delay: 3", Some(3.0)),
        ("Crawl-delay: 3", None),
    ] {
        let delay = Robots::read(file.as_bytes(), "leadqbot").delay();
        assert_eq!(delay, seconds.map(Duration::from_secs_f64), "{file}");
        let note = RobotsNote { rule: None, delay };
        assert_eq!(note.is_slow(), seconds.is_some_and(|seconds| seconds > 60.0), "{file}");
    }
}

#[test]
fn an_answer_without_a_file_opens_or_closes_the_site_or_says_nothing() {
    let url = Url::parse("https://harbourline.example/x").unwrap();
    let forbidding = b"User-agent: *\nDisallow: /x";
    for (status, expected) in [
        (200, Some((false, Some("disallow: /x")))),
        (204, Some((false, Some("disallow: /x")))),
        (400, Some((true, None))),
        (404, Some((true, None))),
        (410, Some((true, None))),
        (401, Some((false, Some("robots.txt returned status 401")))),
        (403, Some((false, Some("robots.txt returned status 403")))),
        (302, None),
        (408, None),
        (429, None),
        (500, None),
        (503, None),
        (999, None),
    ] {
        let verdict = match access(status, forbidding, "leadqbot") {
            RobotsAccess::Known(robots) => Some(robots.verdict(&url)),
            RobotsAccess::Away(_) => None,
        };
        let expected = expected
            .map(|(allowed, rule)| RobotsVerdict { allowed, rule: rule.map(str::to_owned) });
        assert_eq!(verdict, expected, "{status}");
    }
}

#[test]
fn reads_at_most_500_kib() {
    let padding = "# a comment that fills the file\n".repeat(FILE_BYTES_MAX / 32);
    let file = format!("User-agent: *\nDisallow: /a\n{padding}Disallow: /b\nCrawl-delay: 9\n");
    assert!(file.len() > FILE_BYTES_MAX);
    check(&file, "/a", false, Some("disallow: /a"));
    check(&file, "/b", true, None);
    assert_eq!(Robots::read(file.as_bytes(), "leadqbot").delay(), None);
    // A rule that is cut off does not become a broader one.
    let start = "User-agent: *\nDisallow: /\n";
    let padding = "#".repeat(FILE_BYTES_MAX - start.len() - "\nAllow: /a".len());
    check(&format!("{start}{padding}\nAllow: /about\n"), "/abc", false, Some("disallow: /"));
}

#[test]
fn a_product_name_ends_before_the_version() {
    for (agent, expected) in [
        ("leadqbot/0.1 (+https://harbourline.example/bot)", "leadqbot"),
        ("lead-q_bot", "lead-q_bot"),
        ("/0.1", ""),
        ("", ""),
    ] {
        assert_eq!(product(agent), expected);
    }
}
