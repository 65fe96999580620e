//! Tests of reading sitemaps.

use std::io::Write;

use super::*;

fn told(address: &str, changed: Option<&str>) -> ListedAddress {
    ListedAddress { address: address.to_owned(), changed: changed.map(str::to_owned) }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

/// Checks the paths of the pages on one host.
fn check(body: &str, expect: &[&str]) {
    let pages = sitemap(body.as_bytes()).pages;
    let paths: Vec<&str> = pages
        .iter()
        .map(|page| page.address.strip_prefix("https://acme.example").unwrap_or(&page.address))
        .collect();
    assert_eq!(paths, expect, "{body}");
}

const PAGES: &str = r#"<?xml version="1.0"?>
    <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="i" xmlns:n="n">
    <url><loc> https://acme.example/jobs?a=1&amp;b=2 </loc><lastmod>2026-11-20</lastmod>
      <image:image><image:loc>https://acme.example/x.png</image:loc></image:image></url>
    <url><loc><![CDATA[https://acme.example/news/1]]></loc><n:news><n:title>T</n:title></n:news></url>
    <url><lastmod>2026-01-01</lastmod></url>
    <url><loc>https://acme.example/&#100;e</loc></url></urlset>"#;

#[test]
fn pages_with_their_times() {
    let expect = [
        told("https://acme.example/jobs?a=1&b=2", Some("2026-11-20")),
        told("https://acme.example/news/1", None),
        told("https://acme.example/de", None),
    ];
    let whole = sitemap(PAGES.as_bytes());
    assert_eq!(whole.pages, expect);
    assert!(!whole.is_cut && whole.repairs.is_empty() && whole.is_recognized);
    for bytes in [PAGES.as_bytes().to_vec(), gzip(PAGES.as_bytes())] {
        assert_eq!(sitemap(&bytes).pages, expect);
    }
    for order in [u16::to_le_bytes, u16::to_be_bytes] {
        for mark in ["", "\u{feff}"] {
            let text = format!("{mark}{PAGES}");
            let wide: Vec<u8> = text.encode_utf16().flat_map(order).collect();
            assert_eq!(sitemap(&wide).pages, expect);
            assert_eq!(sitemap(&gzip(&wide)).pages, expect);
        }
    }
    let cut = PAGES.find("<url><lastmod>").unwrap();
    let cut = sitemap(&PAGES.as_bytes()[..cut]);
    assert_eq!((&cut.pages[..], cut.is_cut), (&expect[..2], true), "what stands before counts");
}

#[test]
fn names_count_with_any_prefix_and_extensions_do_not() {
    let prefixed =
        PAGES.replace("image:", "IMG").replace("<n:news><n:title>T</n:title></n:news>", "");
    let prefixed = prefixed.replace('<', "<sm:").replace("<sm:/", "</sm:").replace("<sm:?", "<?");
    let prefixed = prefixed.replace("<sm:!", "<!").replace("sm:IMG", "image:");
    assert_eq!(sitemap(prefixed.as_bytes()).pages, sitemap(PAGES.as_bytes()).pages, "{prefixed}");
    check(
        "<urlset><s:url><s:loc>/a</s:loc></s:url><url><loc>/b</loc></url></urlset>",
        &["/a", "/b"],
    );
    check("<URLSET><Url><Loc>/a</Loc></Url></URLSET>", &["/a"]);
    for extension in [
        "<image:image><image:loc>/no</image:loc></image:image>",
        "<video:video><video:url>/no</video:url><loc>/no</loc></video:video>",
        "<image:image><loc>/no</loc></image:image>",
        "<image:loc>/no</image:loc>",
        "<image:image><image:loc>/no</image:loc>",
        "<xhtml:link rel='alternate' hreflang='de' href='/no'/>",
    ] {
        check(
            &format!(
                "<urlset><url><loc>/a</loc>{extension}</url><url><loc>/b</loc></url></urlset>"
            ),
            &["/a", "/b"],
        );
        check(&format!("<urlset><url>{extension}</url><url><loc>/b</loc></url></urlset>"), &["/b"]);
    }
}

#[test]
fn addresses_are_never_glued_together() {
    let (a, b) = ("https://acme.example/a", "https://acme.example/b");
    let expect = ["/a", "/b"];
    check(&format!("<urlset><url><loc>{a}</loc><loc>{b}</loc></url></urlset>"), &expect);
    check(&format!("<urlset><url><loc>{a}<loc>{b}</url></urlset>"), &expect);
    check(&format!("<urlset><url><loc>{a} \n {b}</loc></url></urlset>"), &expect);
    check(&format!("<urlset><url><loc>{a}</loc><url><loc>{b}</loc></url></urlset>"), &expect);
    check(&format!("<urlset><loc>{a}</loc><loc>{b}</loc></urlset>"), &expect);
    check(&format!("<urlset><loc>{a}</loc><url><loc>{b}</loc></url></urlset>"), &expect);
    check(&format!("{a} {b}"), &expect);
    check(&format!("\u{feff}{a}\r{b}\n"), &expect);
    check("<urlset><url><loc>\n https://acme.example/\n  a\n</loc></url></urlset>", &["/a"]);
    check("<urlset><url><loc>https://acme.example/a b</loc></url></urlset>", &["/a b"]);
    let listed = sitemap(
        "<urlset><loc>/a</loc><lastmod>2026-01-01</lastmod><loc>/b</loc></urlset>".as_bytes(),
    );
    assert_eq!(listed.pages, [told("/a", Some("2026-01-01")), told("/b", None)]);
    let listed = sitemap(
        "<urlset><url><loc>/a</loc><loc>/b</loc><lastmod>Fri, 02 Jan 2026</lastmod>\
         <lastmod>2026-01-03T10:00+01:00</lastmod></url></urlset>"
            .as_bytes(),
    );
    let changed = Some("2026-01-03T10:00+01:00");
    assert_eq!(listed.pages, [told("/a", changed), told("/b", changed)]);
    assert!(!listed.repairs.is_empty());
}

#[test]
fn malformed_sitemaps_lose_no_other_entry() {
    check("<urlset><url><loc>/a?b=1&c=2&copy=3&x;</loc></url></urlset>", &["/a?b=1&c=2&copy=3&x;"]);
    check("<urlset><url><loc>/a</loc></url></foo><url><loc>/b</url></urlset>", &["/a", "/b"]);
    check("<urlset><url><loc>/a\u{1}</loc></url></urlset>", &["/a"]);
    check("Warning: x\n<?xml version='1.0'?><urlset><url><loc>/a</loc></url></urlset>", &["/a"]);
    let latin = b"<urlset><url><loc>/a\xe9</loc></url><url><loc>/b</loc></url></urlset>";
    let read = sitemap(latin);
    assert_eq!(read.pages, [told("/a\u{e9}", None), told("/b", None)]);
    assert!(!read.repairs.is_empty() && !read.is_cut);
    let packed = gzip(PAGES.repeat(50).as_bytes());
    let read = sitemap(&packed[..packed.len() - 20]);
    assert!(read.is_cut && read.pages.len() > 3);
    // A cut address is none.
    let read = sitemap(b"<urlset><url><loc>/a</loc></url><url><loc>/new");
    assert_eq!((read.pages, read.is_cut), (vec![told("/a", None)], true));
    let read = sitemap(b"<urlset><url><loc>/a</loc><lastmod>2026-0");
    assert_eq!((read.pages, read.is_cut), (vec![told("/a", None)], true));
}

#[test]
fn feeds_serve_as_sitemaps() {
    for feed in [
        "<rss version='2.0'><channel><item><link>https://acme.example/a</link></item></channel></rss>",
        "<rss><channel><item><guid>https://acme.example/a</guid></item></channel></rss>",
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><link href='/a'/></entry></feed>",
        "<rdf:RDF><item><link>/a</link></item></rdf:RDF>",
    ] {
        check(feed, &["/a"]);
        assert_eq!(sitemap(&gzip(feed.as_bytes())).pages.len(), 1, "{feed}");
    }
    check("<opml><body><outline xmlUrl='/a'/></body></opml>", &[]);
    check("<html><body><item><link>/a</link></item></body></html>", &[]);
}

#[test]
fn indexes_lists_and_nonsense() {
    for index in [
        "<sitemapindex><sitemap><loc>https://acme.example/a.xml.gz</loc></sitemap></sitemapindex>",
        "<sitemapindex><loc>https://acme.example/a.xml.gz</loc></sitemapindex>",
        "<s:sitemapindex><s:sitemap><s:loc>https://acme.example/a.xml.gz</s:loc></s:sitemap>",
    ] {
        let read = sitemap(index.as_bytes());
        assert_eq!(read.sitemaps, [told("https://acme.example/a.xml.gz", None)], "{index}");
        assert!(read.pages.is_empty(), "{index}");
    }
    let list = "https://acme.example/a\r\nnonsense\nHTTPS://acme.example/b";
    assert_eq!(sitemap(list.as_bytes()).pages.len(), 2);
    let wide: Vec<u8> = list.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(sitemap(&wide).pages.len(), 2);
    for nothing in ["", "<html><body>404</body>", "<url>", "{}", "<html><loc>/a</loc></html>"] {
        assert_eq!(sitemap(nothing.as_bytes()), Sitemap::default(), "{nothing}");
    }
    let empty = sitemap(b"<urlset/>");
    assert!(empty.is_recognized && !empty.is_cut && empty.pages.is_empty());
    let entry = "<url><loc>https://a.example/</loc></url>";
    for (count, pages, is_cut) in [(50_000, 50_000, false), (50_100, 50_000, true)] {
        let many = format!("<urlset>{}</urlset>", entry.repeat(count));
        let many = sitemap(many.as_bytes());
        assert_eq!((many.pages.len(), many.is_cut), (pages, is_cut));
    }
    let many = format!("<urlset><url>{}", "<loc>https://a.example/</loc>".repeat(60_000));
    let many = sitemap(many.as_bytes());
    assert!(many.is_cut && many.pages.len() <= 50_000);
}
