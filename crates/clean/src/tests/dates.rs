//! The day of publication: what pages write, what counts if it is not a whole day, and numbers that
//! are no dates.

use super::{codes, observed};
use crate::page;
use model::{Document, Note, Page};

/// Reads a page in a language with these elements around its heading, at an address.
fn read_at(url: &str, lang: &str, before: &str, after: &str) -> (Document, Vec<Note>) {
    let html = format!(
        "<html lang=\"{lang}\">{before}<h1>Hexbolt raises €18 million Series A</h1>{after}\
         <p>Hexbolt has raised €18 million in a Series A round, the maker of pumps said.</p>"
    );
    let headers = [("content-type".to_owned(), "text/html; charset=utf-8".to_owned())];
    let body = html.as_bytes();
    page(&Page { url, status: 200, headers: &headers, body, observed: observed() })
}

fn shown(document: &Document) -> String {
    match (document.published, document.undated) {
        (Some(day), _) => day.to_string(),
        (None, true) => "undated".to_owned(),
        (None, false) => String::new(),
    }
}

/// Asserts the day of a page with this text below its heading, and of one with it above: a day,
/// `undated`, or nothing.
#[track_caller]
fn check(lang: &str, html: &str, expect: &str) {
    let url = "https://news.hexbolt.example/18-million";
    for (before, after) in [("", html), (html, "")] {
        let (document, notes) = read_at(url, lang, before, after);
        assert_eq!(shown(&document), expect, "{html} in {lang}");
        let is_noted = codes(&notes).contains(&"date_unreadable");
        assert_eq!(is_noted, expect == "undated", "{html}");
    }
}

#[test]
fn dates_beside_the_heading_in_any_language() {
    for (lang, html) in [
        ("en", "<p>10. marraskuuta 2024</p>"),
        ("fi", "<p>Julkaistu 10. marraskuuta 2024 klo 9.30</p>"),
        ("el", "<div>ΑΘΗΝΑ, 10 ΝΟΕΜΒΡΙΟΥ 2024</div>"),
        ("hu", "<span>Budapest, 2024. november 10.</span>"),
        ("lt", "<p>2024 m. lapkričio 10 d.</p>"),
        ("lv", "<p>2024. gada 10. novembris</p>"),
        ("ga", "<p>10 Samhain 2024</p>"),
        ("mt", "<p>10 ta’ Novembru 2024</p>"),
        ("pl", "<p>10 listopada 2024</p>"),
        ("hr", "<p>10. studenoga 2024.</p>"),
        ("uk", "<p>10 листопада 2024 р.</p>"),
        ("tr", "<p>10 Kasım 2024 Pazar</p>"),
        ("zh", "<p>2024年11月10日</p>"),
        ("ko", "<p>입력 2024년 11월 10일 오후 3:45</p>"),
        ("de", "<p>10.11.24</p>"),
        ("en", "<p>10 Nov ’24</p>"),
        ("en-GB", "<p>10/11/2024</p>"),
        ("en-US", "<p>11/10/2024 3:45 PM</p>"),
        ("en", "<p>2024-W45</p>"),
        ("en", "<time datetime=1731234567>a while ago</time>"),
        ("en", "<time datetime=1731234567890></time>"),
        ("en", "<span data-timestamp=1731234567>last year</span>"),
        ("en", "<time datetime=PT5M>10 Nov 2024</time>"),
        ("en", "<meta property=article:published_time content=1731234567>"),
        ("en", "<meta name=date content=20241110093000>"),
        (
            "en",
            r#"<script type=application/ld+json>{"@type":"NewsArticle","datePublished":1731234567000}</script>"#,
        ),
        (
            "en",
            "<p>LONDON, Nov. 10, 2024 (NEWSLINE) -- Hexbolt, which makes pumps and other things that move water from here to there, said so.</p>",
        ),
        ("en", "<p>Updated 3 March 2025 | Published 10 November 2024</p>"),
        ("en", "<p>Startups | 10 November 2024</p>"),
        ("en", "<p>10 November 2024 · meet us at Hydro Expo, 3 March 2025</p>"),
        ("en", "<p>10 November 2024 – Conference 3 March 2025</p>"),
        ("en", "<p>Conference in Ulm on 3 March 2025 | 10 November 2024</p>"),
        ("pl", "<p>10 XI 2024</p>"),
        ("de", "<p>Veröffentlicht am 10 . 11 . 2024</p>"),
        ("en", "<p>20241110</p>"),
        ("en", "<p>Published: 20241110</p>"),
        // Not published after its last change.
        ("fi", "<p>Päivitetty 10. marraskuuta 2024</p>"),
        ("de", "<p>Stand: 10.11.2024</p>"),
        ("en", "<p>Last updated on 10 November 2024</p>"),
        ("en", "<meta property=article:modified_time content=2024-11-10T08:00:00Z>"),
    ] {
        check(lang, html, "2024-11-10");
    }
    // The domain's country comes before that of the language's tag, which is often left as it was.
    let (document, _) = read_at("https://hexbolt.co.uk/a", "en-US", "", "<p>03/04/2024</p>");
    assert_eq!(shown(&document), "2024-04-03");
    let (document, _) = read_at("https://hexbolt.example/2024/11/a", "en", "", "");
    assert_eq!(shown(&document), "2024-11-30");
}

#[test]
fn a_year_counts_where_no_more_can_be_read() {
    for (lang, html, expect) in [
        ("en", "<p>10 नवंबर 2024</p>", "2024-12-31"),
        ("en", "<p>Posted: 10 xyzember 2024</p>", "2024-12-31"),
        ("en", "<p>03/04/2024</p>", "2024-12-31"),
        ("de", "<p>31.02.2024</p>", "2024-12-31"),
        ("", "<p>10 listopada 2024</p>", "2024-12-31"),
        ("en", "<p>2024</p>", "2024-12-31"),
        ("de", "<p>Herbst 2024</p>", "2024-12-31"),
        ("en", "<time datetime=unknown>Herbst 2024</time>", "2024-12-31"),
        ("en", "<meta name=pubdate content='?? 2024'>", "2024-12-31"),
        ("en", "<p>١٠ نوفمبر ٢٠٢٤</p>", "2024-12-31"),
        ("en", "<p>10 Blurgh ’24</p>", "2024-12-31"),
        ("vi", "<p>10 tháng 11 năm 2024</p>", "2024-12-31"),
        ("en", "<p>mars 2024</p>", "2024-03-31"),
        ("sv", "<p>November 2024</p>", "2024-11-30"),
        ("en", "<p>11/2024</p>", "2024-11-30"),
        // Of this year: it may be of the day of its observation.
        ("en", "<p>2026</p>", ""),
        ("en", "<p>03/04/2026</p>", ""),
        // No year at all.
        ("en", "<p>10 November</p>", "undated"),
        ("fi", "<p>10. marraskuuta</p>", "undated"),
        ("en", "<p>LONDON, Nov 10 (NEWSLINE) – Hexbolt said so.</p>", "undated"),
        ("en", "<time>Sunday, 10 November</time>", "undated"),
        ("en", "<p>24-11-10</p>", "undated"),
        ("de", "<p>Veröffentlicht: 45.13.24</p>", "undated"),
    ] {
        check(lang, html, expect);
    }
}

#[test]
fn an_age_is_counted_back_from_the_observation() {
    for (lang, html, days) in [
        ("en", "<p>2 years ago</p>", 730),
        ("fr", "<p>Publié il y a 8 mois</p>", 240),
        ("de", "<span>vor 3 Tagen</span>", 3),
        ("en", "<time>2 weeks ago</time>", 14),
    ] {
        check(lang, html, &observed().day().plus(-days).to_string());
    }
}

#[test]
fn numbers_beside_the_heading_that_are_no_dates() {
    for (lang, html) in [
        ("en", "<p>Version 10.11.24</p>"),
        ("en", "<p>v10.11.24</p>"),
        ("de", "<p>Firmware 10.11.2024</p>"),
        ("en", "<p>Tel. 10-11-24</p>"),
        ("fr", "<p>Tél. 01.10.11.24.05</p>"),
        ("en", "<p>10.11.24.5</p>"),
        ("de", "<p>10.11.24 €</p>"),
        ("de", "<p>Mo–Fr 9.00–17.30 Uhr</p>"),
        ("en", "<p>24/7</p>"),
        ("en", "<p>Founded 2012</p>"),
        ("en", "<p>2019–2024</p>"),
        ("en", "<p>2,024 employees</p>"),
        ("en", "<p>12 offices 2024 onwards</p>"),
        ("en", "<footer>© 2024 Hexbolt</footer>"),
        ("en", "<footer>2024</footer>"),
        ("en", "<p>Copyright 10 November 2024</p>"),
        ("en", "<p>Webinar: 10 December, 18:00</p>"),
        ("en", "<p>10 December 2026</p>"),
        ("en", "<p>Deadline 10 November 2024</p>"),
        ("de", "<p>Bewerbungsfrist: 10. November 2024</p>"),
        ("en", "<p>10 November 2024 – 12 November 2024</p>"),
        ("en", "<p>Article 20241110</p>"),
        ("en", "<p>12345678</p>"),
        ("en", "<p>Founded 10 years ago</p>"),
        ("en", "<p>ISO 27001:2022</p>"),
        ("en", "<time datetime=PT5M>5 min read</time>"),
        ("en", "<time>3 hours ago</time>"),
        ("en", "<meta name=date content=0000-00-00>"),
        ("en", "<p>It may take 10 years, said the maker.</p>"),
    ] {
        check(lang, html, "");
    }
}

/// Reads a feed as an archive has it, with items of these days.
#[track_caller]
fn check_feed(days: &[&str], expect: &str) {
    let items: String = days
        .iter()
        .map(|day| format!("<item><title>Hexbolt raises</title><pubDate>{day}</pubDate></item>"))
        .collect();
    let xml = format!(
        "<?xml version='1.0'?><rss><channel><title>News</title>\
         <pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate>{items}</channel></rss>"
    );
    let headers = [("content-type".to_owned(), "application/rss+xml".to_owned())];
    let (url, body) = ("https://hexbolt.example/feed", xml.as_bytes());
    let (document, _) =
        page(&Page { url, status: 200, headers: &headers, body, observed: observed() });
    assert_eq!(shown(&document), expect, "{days:?}");
}

#[test]
fn a_feed_in_an_archive_has_the_day_of_its_items() {
    check_feed(&["Mon, 04 Mar 2024 08:00:00 GMT"], "2024-03-04");
    check_feed(&["Mon, 04 Mar 2024 08:00:00 GMT", "2024-03-09T08:00:00Z"], "2024-03-09");
    check_feed(&["Mon, 04 Mar 2024 08:00:00 GMT", "Mon, 02 Nov 2026 08:00:00 GMT"], "undated");
    check_feed(&["soon"], "");
    check_feed(&[], "");
}
