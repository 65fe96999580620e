//! Tests of the public behaviour of the crate. Pages with their expected documents are in
//! `fixtures/pages`; these tests check rules that hold for any page.

mod bodies;
mod dates;
mod fixtures;
mod hostile;
mod postings;
mod privacy;
mod sent;
mod translations;

use model::{Document, Note, Page, Timestamp};

/// Returns the time at which every page of these tests is observed.
fn observed() -> Timestamp {
    "2026-11-20T08:00:00Z".parse().unwrap()
}

/// Reads `html` as a page of an invented company.
fn read(html: &str) -> (Document, Vec<Note>) {
    read_as(&[("content-type", "text/html; charset=utf-8")], html.as_bytes())
}

fn read_as(headers: &[(&str, &str)], body: &[u8]) -> (Document, Vec<Note>) {
    let headers: Vec<(String, String)> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let url = "https://www.acme.example/about";
    crate::page(&Page { url, status: 200, headers: &headers, body, observed: observed() })
}

fn codes(notes: &[Note]) -> Vec<&str> {
    notes.iter().map(|note| note.code.as_ref()).collect()
}

/// Asserts the invariants of every document, independent of its source.
fn assert_sound(document: &Document) {
    let text = &document.text;
    assert!(text.is_char_boundary(document.prose_end) && document.prose_end <= text.len());
    let mut end = 0;
    for block in &document.blocks {
        assert!(block.span.start >= end, "blocks overlap");
        end = block.span.end;
        let words = block.span.of(text).expect("a block's span is in the text");
        assert!(!words.contains('\n') && !words.trim().is_empty(), "{words:?}");
        assert!(end <= document.prose_end);
    }
    for link in &document.links {
        assert!(!link.span.of(text).expect("a link's span is in the text").is_empty());
        assert!(link.href.starts_with("http://") || link.href.starts_with("https://"));
    }
    for datum in &document.data {
        assert!(datum.span.start >= document.prose_end);
        assert!(datum.span.of(text).expect("a datum's span").starts_with(datum.kind.as_str()));
    }
    for line in text.lines() {
        assert_eq!(crate::redact::redact(line), line, "redaction left something");
    }
    let _ = crate::markdown(document);
}

/// Asserts that a page has the expected readable lines.
#[track_caller]
fn check(html: &str, expect: &[&str]) {
    let (document, _) = read(html);
    assert_sound(&document);
    assert_eq!(document.prose().lines().collect::<Vec<_>>(), expect, "{html}");
}

#[test]
fn blocks_are_lines_and_inline_tags_join() {
    check(
        "<p><b>A</b>cme  sells\n <i>pumps</i>.<p>Since 1911.",
        &["Acme sells pumps.", "Since 1911."],
    );
    check(
        "<div>One<br>two<br><br>three<div>four</div>five</div>",
        &["One two", "three", "four", "five"],
    );
    check("<h2>We\u{200b}ld\u{202e}ing</h2><ul><li>Arc<li>Gas</ul>", &["Welding", "Arc", "Gas"]);
    check("<pre>a = 1\n  b = 2</pre>", &["a = 1", "b = 2"]);
    check(
        "<table><tr><th>Part<th>Price<tr><td>Valve<td><p>12</p><p>EUR</p></table>",
        &["Part | Price", "Valve | 12 EUR"],
    );
    check("<table><tr><td><h2>Left</h2><td>Right</table>", &["Left", "Right"]);
}

#[test]
fn omits_hidden_and_surrounding_content() {
    let content = "<h1>Pumps</h1><p>We have built pumps for breweries and dairies since 1911.</p>";
    let expect = &["Pumps", "We have built pumps for breweries and dairies since 1911."];
    for around in [
        "<nav><a href=/a>Home</a></nav>",
        "<script>var a = '<p>no</p>'</script><style>p{}</style>",
        "<noscript>Turn it on</noscript><template><p>no</p></template>",
        "<div style='color: red; display : none'>no</div>",
        "<span aria-hidden=true>no</span><p hidden>no</p>",
        "<footer>Imprint</footer><aside>Ad</aside>",
        "<div class='cookie-banner'>We use cookies</div>",
        "<div role=navigation>Menu</div><div role=search>Find</div>",
        "<form><label>Name <input></label><button>Send</button></form>",
        "<ul class=breadcrumb><li><a href=/>Home</a><li>Pumps</ul>",
        "<ul><li><a href=/a>Pumps</a><li><a href=/b>Valves</a><li><a href=/c>Jobs</a></ul>",
        "<a href=/more>Read more</a>",
    ] {
        check(&format!("{content}{around}"), expect);
    }
    // A page that is shown by a script and a form that wraps a page are read too.
    check(&format!("<div style='visibility:hidden'>{content}</div>"), expect);
    check(&format!("<form id=page>{content}</form>"), expect);
}

#[test]
fn links_are_absolute_and_point_at_their_words() {
    let (document, _) = read(
        "<base href=/shop/><p>See our <a href=pumps?a=1>big <b>pumps</b></a>, \
         <a href='mailto:x@acme.example'>write</a> or <a href='javascript:void(0)'>click</a> \
         <a href='HTTPS://Other.example/x'>there</a>.</p>",
    );
    assert_sound(&document);
    let links: Vec<_> = document
        .links
        .iter()
        .map(|link| (link.span.of(&document.text).unwrap(), link.href.as_str()))
        .collect();
    assert_eq!(
        links,
        [
            ("big pumps", "https://www.acme.example/shop/pumps?a=1"),
            ("there", "https://other.example/x")
        ]
    );
}

#[test]
fn the_day_of_publication_is_the_pages_own_word() {
    for (html, expect) in [
        (
            r#"<meta property="article:published_time" content="2026-03-31T23:30:00+02:00">"#,
            Some("2026-03-31"),
        ),
        (r#"<meta property="article:modified_time" content="2026-03-31">"#, Some("2026-03-31")),
        (r#"<h1>News</h1><p><time datetime="2026-03-31">31 March</time>"#, Some("2026-03-31")),
        ("<h1>Neuigkeit</h1><p>31. März 2026</p>", Some("2026-03-31")),
        ("<h1>Noticia</h1><p>Madrid, 31 de marzo de 2026</p>", Some("2026-03-31")),
        ("<h1>Actu</h1><p>Publié le 1er avril 2026</p>", Some("2026-04-01")),
        ("<h1>News</h1><p>Posted March 31st, 2026 by the team</p>", Some("2026-03-31")),
        ("<h1>News</h1><p>31.03.2026</p>", Some("2026-03-31")),
        ("<h1>News</h1><p>03/04/2026</p>", None),
        ("<h1>News</h1><p>Last updated 31 March 2026</p>", Some("2026-03-31")),
        ("<h1>News</h1><p>© 2026 Acme</p>", None),
        ("<h1>News</h1><p>31 March 2027</p>", None),
        (
            r#"<meta name=date content=2031-01-01><script type="application/ld+json">
               {"@type":"NewsArticle","dateModified":"2026-05-05","datePublished":"2026-03-31"}</script>"#,
            Some("2026-03-31"),
        ),
    ] {
        let (document, _) = read(html);
        assert_eq!(document.published.map(|day| day.to_string()).as_deref(), expect, "{html}");
    }
    let (_, notes) = read("<meta name=date content=2031-01-01><p>Later</p>");
    assert_eq!(codes(&notes), ["date_in_future"]);
}

#[test]
fn json_ld_is_read_as_publishers_write_it() {
    let posting = r#"{"@type":["JobPosting"],"title":"Welder &amp; Fitter","datePosted":"2026-11-01",
        "identifier":{"@type":"PropertyValue","value":"J-7"},"hiringOrganization":{"name":"Acme"},
        "jobLocation":[{"address":{"addressLocality":"Graz","addressCountry":{"name":"AT"}}}],}"#;
    let expect = "job_posting: city=Graz | country=AT | id=J-7 | organization=Acme | \
                  posted=2026-11-01 | title=Welder & Fitter";
    for block in [
        posting.to_owned(),
        format!("<!-- {posting} -->"),
        format!("//<![CDATA[\n{posting}\n//]]>"),
        format!(r#"{{"@context":"https://schema.org","@graph":[{posting},]}}"#),
        format!(
            r#"{{"@type":"ItemList","itemListElement":[{{"@type":"ListItem","item":{posting}}}]}}"#
        ),
    ] {
        let (document, notes) = read(&format!("<script type=application/ld+json>{block}</script>"));
        assert_sound(&document);
        assert_eq!(document.text.trim_end(), expect, "{block}");
        assert_eq!(codes(&notes), ["json_ld_repaired"], "{block}");
    }
    let (document, notes) = read("<script type=application/ld+json>{not json</script>");
    assert_eq!((document.data.len(), codes(&notes)), (0, vec!["json_ld_unreadable"]));
}

#[test]
fn near_duplicates_have_near_hashes() {
    let text =
        "Acme Pumps opens a second plant in Graz and hires forty fitters and welders there. "
            .repeat(3);
    let (one, _) = read(&format!("<p>{text}The plant starts in May.</p>"));
    let (same, _) = read(&format!("<nav>Menu</nav><p>{text}The plant starts in June.</p>"));
    let (other, _) = read("<p>A bakery in Linz has won a prize for its rye bread at the fair.</p>");
    assert!(crate::hamming(one.simhash, same.simhash) <= 8);
    assert!(crate::hamming(one.simhash, other.simhash) > 16);
}

#[test]
fn machines_leave_traces() {
    let (document, _) = read_as(
        &[("content-type", "text/html"), ("server", "nginx"), ("set-cookie", "sid=secret; Path=/")],
        br#"<meta name=generator content="Press 6"><script src="/app.js?v=3"></script>
            <script src="//cdn.metrics.example/m.js"></script>
            <script>load("https://tags.example/boot.js?id=9")</script><p>Hello there</p>"#,
    );
    let lines: Vec<&str> = document.text.lines().skip(1).collect();
    assert_eq!(
        lines,
        [
            "script: src=cdn.metrics.example/m.js",
            "script: src=tags.example/boot.js",
            "script: src=www.acme.example/app.js",
            "header: name=server | value=nginx",
            "header: name=set-cookie | value=sid",
            "generator: value=Press 6",
        ]
    );
}
