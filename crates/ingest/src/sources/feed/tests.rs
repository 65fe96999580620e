//! Tests of reading feeds: one malformed place costs at most its own entry.

use url::Url;

use super::*;

fn url() -> Url {
    Url::parse("https://acme.example/feed/").unwrap()
}

fn read(bytes: &[u8]) -> (Vec<String>, bool, bool) {
    let feed = feed(bytes, &url());
    let addresses = feed.entries.into_iter().map(|entry| entry.address).collect();
    (addresses, feed.is_cut, !feed.repairs.is_empty())
}

/// Builds an RSS feed with these items, each with its elements.
fn rss(items: &[&str]) -> String {
    let items: String = items.iter().map(|item| format!("<item>{item}</item>")).collect();
    format!("<rss version='2.0'><channel><title>T</title>{items}</channel></rss>")
}

fn item(name: &str) -> String {
    format!("<item><title>Of {name}</title><link>https://acme.example/{name}</link></item>")
}

#[test]
fn entries_tell_addresses_and_times() {
    let check = |feed: &str, expect: &[(&str, Option<&str>)]| {
        let found = super::feed(feed.as_bytes(), &url()).entries;
        let found: Vec<_> =
            found.iter().map(|told| (told.address.as_str(), told.changed.as_deref())).collect();
        assert_eq!(found, expect, "{feed}");
    };
    check(
        r#"<rss version="2.0"><channel><title>T</title><link>https://acme.example/</link>
           <item><title>A</title><link>https://acme.example/news/a</link>
           <pubDate>Tue, 03 Mar 2026 10:00:00 GMT</pubDate></item></channel></rss>"#,
        &[("https://acme.example/news/a", Some("2026-03-03T10:00:00+00:00"))],
    );
    check(
        r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>t</id>
           <updated>2026-03-03T10:00:00Z</updated><entry><id>a</id><title>A</title>
           <link rel="self" href="/api/a"/><link href="/news/a"/>
           <published>2026-03-03T10:00:00Z</published>
           <updated>2026-03-04T10:00:00Z</updated></entry></feed>"#,
        &[("https://acme.example/news/a", Some("2026-03-04T10:00:00+00:00"))],
    );
    check(
        r#"<?xml version="1.0" encoding="ISO-8859-1"?><rdf:RDF xmlns="http://purl.org/rss/1.0/"
           xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
           xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><link>https://acme.example/</link>
           <items><rdf:Seq><rdf:li rdf:resource="x"/></rdf:Seq></items></channel>
           <item rdf:about="x"><title>A<b>B</b></title><link>/news/a?b=1&amp;c=2</link>
           <dc:date>2026-03-03T10:00:00Z</dc:date></item></rdf:RDF>"#,
        &[("https://acme.example/news/a?b=1&c=2", Some("2026-03-03T10:00:00+00:00"))],
    );
    check(
        r#"{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [
           {"id": "a", "url": "/news/\u0061", "tags": ["x"], "date_published": "2026-03-03T10:00:00Z"},
           {"id": "b", "external_url": "https://acme.example/b", "authors": [{"name": "N"}]}]}"#,
        &[("/news/a", Some("2026-03-03T10:00:00+00:00")), ("https://acme.example/b", None)],
    );
    for (version, element) in
        [("0.91", "pubDate"), ("0.92", "dc:date"), ("2.0", "atom:updated"), ("", "PUBDATE")]
    {
        let time =
            "<time>3 March 2026 10:00:00 UTC</time>".replace("time>", &format!("{element}>"));
        check(
            &format!(
                "<rss version='{version}'><channel><item><link>/a</link>{time}</item></channel></rss>"
            ),
            &[("https://acme.example/a", Some("2026-03-03T10:00:00+00:00"))],
        );
    }
    check(
        "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><issued>2026-01-01</issued>\
         <modified>2026-01-02</modified><link rel='alternate' href='/a'/></entry></feed>",
        &[("https://acme.example/a", Some("2026-01-02T00:00:00+00:00"))],
    );
    for none in ["<html>no feed</html>", "{}", "", "<urlset><item><link>/a</link></item></urlset>"]
    {
        check(none, &[]);
    }
}

#[test]
fn encodings_are_those_of_the_bytes() {
    let text = |declared: &str| {
        format!(
            "<?xml version='1.0' encoding='{declared}'?><rss version='2.0'><channel>\
             <item><title>Zürich</title><link>https://acme.example/é</link></item></channel></rss>"
        )
    };
    let expect = (vec!["https://acme.example/%C3%A9".to_owned()], false);
    let check = |bytes: &[u8], what: &str| {
        let (addresses, is_cut, _) = read(bytes);
        assert_eq!((addresses, is_cut), expect, "{what}");
    };
    for declared in ["utf-8", "utf-16", "windows-1252", "us-ascii", "unknown"] {
        let text = text(declared);
        for mark in ["", "\u{feff}", "\n \u{feff}", "\r\n"] {
            let marked = format!("{mark}{text}\n");
            check(marked.as_bytes(), declared);
            for order in [u16::to_le_bytes, u16::to_be_bytes] {
                let wide: Vec<u8> = marked.encode_utf16().flat_map(order).collect();
                check(&wide, &format!("{declared} in UTF-16"));
                check(&wide[..wide.len() - 1], "half of a character is missing");
            }
        }
        check(&encoding_rs::WINDOWS_1252.encode(&text).0, declared);
    }
    // The first declaration counts, if it is at the beginning.
    let item = "<rss version='2.0'><channel><item><link>https://acme.example/\u{151}</link>";
    let spaces = " ".repeat(200);
    for (declared, expect) in [
        ("<?xml version='1.0' encoding='iso-8859-2'?>".to_owned(), true),
        (format!("<?xml version='1.0'{spaces}encoding='iso-8859-2'?>"), true),
        (format!("<!-- {spaces} --><?xml version='1.0' encoding='iso-8859-2'?>"), false),
    ] {
        let text = format!("{declared}{item}</item></channel></rss>");
        let (bytes, ..) = encoding_rs::ISO_8859_2.encode(&text);
        let found = feed(&bytes, &url()).entries;
        let is_read = found.iter().any(|one| one.address == "https://acme.example/%C5%91");
        assert_eq!(is_read, expect, "{declared}");
    }
}

#[test]
fn one_bad_place_costs_at_most_its_entry() {
    let (one, two) = (item("one"), item("two"));
    let both = ["https://acme.example/one", "https://acme.example/two"];
    let check = |bad: &str, expect: &[&str]| {
        for feed in [
            format!("<rss version='2.0'><channel>{one}{bad}{two}</channel></rss>"),
            format!("<channel xmlns='x'>{one}{bad}{two}</channel>").replace("channel", "rdf:RDF"),
        ] {
            let (addresses, _, _) = read(feed.as_bytes());
            assert_eq!(addresses, expect, "{feed}");
        }
    };
    let with = |title: &str| format!("<item><title>{title}</title><link>/mid</link></item>");
    let all = [both[0], "https://acme.example/mid", both[1]];
    for title in [
        "Pumps & pipes",
        "Pumps &pipes; &nbsp;&eacute;&#xFFFFFF;",
        "<b>Two</b>",
        "<b>Two",
        "2 < 3 & 5 > 4",
        "Pumps <new",
        "a \u{8}\u{b}\0 b",
        "<![CDATA[<item><link>/no</link></item>]]>",
        "</i>",
        "<!-- <link>/no</link> -->",
    ] {
        check(&with(title), &all);
    }
    // Elements that are cut, swapped or doubled.
    check("<item><title>Cut<link>/mid</link>", &all);
    check("<item><link>/mid</link><title>Cut", &all);
    check("<item><link>/mid<title>Cut</title></item>", &all);
    check("<item><link>/mid</link></title></item></item>", &all);
    check("<item></item><item/><item><link>javascript:x()</link></item>", &both);
    check("<item><link>https://[bad</link><title>T</title></item>", &both);
    // What is inside other elements is not the entry's.
    check("<item><source><link>/no</link></source><link>/mid</link></item>", &all);
    check("<item><media:content><link>/no</link></media:content></item>", &both);
    check("<item><itunes:link>/no</itunes:link></item>", &both);
    // Markup that never ends.
    let open =
        format!("<rss version='2.0'><channel>{one}<item><title><![CDATA[Cut</title></item>{two}");
    assert_eq!(read(open.as_bytes()).0, both);
    let (addresses, is_cut, _) = read(&open.as_bytes()[..open.len() - "</item>".len()]);
    assert_eq!((addresses.as_slice(), is_cut), (&[both[0].to_owned()][..], true));
}

#[test]
fn repairs_and_cuts_are_told() {
    for (feed, is_cut, is_repaired) in [
        (rss(&["<link>/a</link>"]), false, false),
        (rss(&["<title>Pumps & pipes</title><link>/a</link>"]), false, true),
        (rss(&["<title>1 < 2</title><link>/a</link>"]), false, true),
        (rss(&["<title>\u{1}</title><link>/a</link>"]), false, true),
        (rss(&["<link>/a</link>"]).replace("</item>", ""), false, true),
        (rss(&["<link>/a</link>"]).replace("</rss>", ""), true, false),
    ] {
        let (addresses, cut, repaired) = read(feed.as_bytes());
        assert_eq!((addresses.len(), cut, repaired), (1, is_cut, is_repaired), "{feed}");
    }
}

#[test]
fn an_entry_without_a_link_may_have_a_permanent_id() {
    let check = |elements: &str, expect: &[&str]| {
        assert_eq!(read(rss(&[elements]).as_bytes()).0, expect, "{elements}");
    };
    let page = ["https://acme.example/feed/a"];
    check("<guid isPermaLink='true'>https://acme.example/feed/a</guid>", &page);
    check("<guid isPermaLink=\"TRUE\">a</guid>", &page);
    check("<guid isPermaLink=true> https://acme.example/feed/a\n</guid>", &page);
    check("<guid>https://acme.example/feed/a</guid>", &page);
    check("<link> </link><guid><![CDATA[https://acme.example/feed/a]]></guid>", &page);
    check("<guid>https://acme.example/other</guid><link>a</link>", &page);
    check("<guid isPermaLink='false'>https://acme.example/feed/a</guid>", &[]);
    check("<guid>4711</guid>", &[]);
    check("<guid isPermaLink='true'>tag:acme.example,2026:1</guid>", &[]);
    check("<guid>https://acme.example is our site</guid>", &[]);
    check("<comments>https://acme.example/feed/a#comments</comments>", &[]);
}

#[test]
fn relative_links_refer_to_their_base() {
    let check = |feed: &str, expect: &str| assert_eq!(read(feed.as_bytes()).0, [expect], "{feed}");
    let entry = "<entry><link href='a'/></entry></feed>";
    check(&format!("<feed>{entry}"), "https://acme.example/feed/a");
    check(&format!("<feed xml:base='/news/'>{entry}"), "https://acme.example/news/a");
    check(&format!("<feed xml:base='https://b.example/'>{entry}"), "https://b.example/a");
    check(
        "<feed xml:base='/x/'><entry xml:base='y/'><link xml:base='z/' href='a'/></entry></feed>",
        "https://acme.example/x/y/z/a",
    );
    check(
        "<feed><entry xml:base='/x/'><title xml:base='/t/'/><link>a</link></entry></feed>",
        "https://acme.example/x/a",
    );
    check(
        "<rss><channel xml:base='https://b.example/c/'><item><link>a</link></item></channel></rss>",
        "https://b.example/c/a",
    );
    check(
        "<a:feed><a:entry><a:link href='a?b=1&c=2&copy=3'/></a:entry></a:feed>",
        "https://acme.example/feed/a?b=1&c=2&copy=3",
    );
    check(
        "<rss><channel><item><atom:link rel='self' href='no'/><atom:link href='a'/></item></channel></rss>",
        "https://acme.example/feed/a",
    );
}

#[test]
fn a_bad_item_of_json_costs_no_other() {
    let check = |items: &str, expect: &[&str], is_repaired: bool| {
        for version in
            ["https://jsonfeed.org/version/1", "https:\\/\\/jsonfeed.org\\/version\\/1.1"]
        {
            let feed = format!("\u{feff} {{\"version\": \"{version}\", \"items\": [{items}");
            let (addresses, _, repaired) = read(feed.as_bytes());
            assert_eq!(
                (addresses.as_slice(), repaired),
                (&expect.iter().map(|e| (*e).to_owned()).collect::<Vec<_>>()[..], is_repaired),
                "{feed}"
            );
        }
    };
    let two = "{\"id\": \"1\", \"url\": \"/a\"}, {\"id\": \"2\", \"url\": \"/b\"}";
    check(&format!("{two}]}}"), &["/a", "/b"], false);
    check(&format!("{two}, {{\"id\": \"3\", \"url\": \"/c"), &["/a", "/b"], true);
    check(&format!("7, null, \"x\", {two}]}}"), &["/a", "/b"], true);
    check(
        &format!("{{\"id\": \"0\", \"title\": \"\"quoted\"\", \"url\": \"/no\"}},{two}]}}"),
        &["/a", "/b"],
        true,
    );
    check(&format!("{{\"url\": 5, \"id\": {{}}}}, {two}]}}"), &["/a", "/b"], false);
    check(
        &format!("{{\"title\": \"over\n two\tlines\", \"url\": \"/0\"}}, {two}]}}"),
        &["/0", "/a", "/b"],
        false,
    );
    check(
        &format!(
            "{{\"id\": 'x', \"attachments\": [{{\"url\": \"/1.mp3\"}}, {{\"url\": \"/2.mp3\"}}]}}, {two}]}}"
        ),
        &["/a", "/b"],
        true,
    );
    check("{\"id\": \"1\", \"url\": \"mailto:a@acme.example\"}]}", &[], false);
    let other = "{\"items\": [{\"id\": \"1\", \"url\": \"https://acme.example/a\"}]}";
    assert!(read(other.as_bytes()).0.is_empty(), "no feed");
}

#[test]
fn packed_feeds_and_feeds_after_a_warning_are_read() {
    use std::io::Write;
    let text = rss(&["<link>/a</link>"]);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let expect = vec!["https://acme.example/a".to_owned()];
    assert_eq!(read(&packed), (expect.clone(), false, true));
    assert_eq!(read(format!("Notice: undefined\n{text}").as_bytes()).0, expect);
    assert!(read(b"\x1f\x8b\x08 nothing").0.is_empty());
}

#[test]
fn the_first_entries_of_an_endless_feed_are_read() {
    let item = "<item><link>https://acme.example/a</link></item>";
    let json = r#"{"url": "https://acme.example/a"},"#;
    for (start, item) in [
        (r#"<rss version="2.0"><channel>"#, item),
        (r#"{"version": "https://jsonfeed.org/version/1", "title": "T", "items": ["#, json),
    ] {
        let endless = format!("{start}{}", item.repeat(20_000));
        let found = feed(endless.as_bytes(), &url());
        assert_eq!((found.entries.len(), found.is_cut), (500, true), "{start}");
        let whole = format!("{start}{}", item.repeat(500));
        let found = feed(whole.as_bytes(), &url());
        assert_eq!((found.entries.len(), found.is_cut), (500, true), "{start}");
    }
    let whole: Vec<&str> = vec!["<link>https://acme.example/a</link>"; 500];
    let found = feed(rss(&whole).as_bytes(), &url());
    assert_eq!((found.entries.len(), found.is_cut), (500, false));
}
