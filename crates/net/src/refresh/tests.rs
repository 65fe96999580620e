//! Tests of refreshes in headers and pages, and of what only looks like one.

use super::*;

const PAGE: &str = "https://tarnfield.example/start/index.html?a=1";

fn url() -> Url {
    Url::parse(PAGE).unwrap()
}

fn found(headers: &[(&str, &str)], body: &[u8]) -> Option<String> {
    let headers: Vec<(String, String)> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    refresh(&url(), &headers, body).map(String::from)
}

/// Checks a page as HTML.
fn check(html: &str, expected: Option<&str>) {
    let target = found(&[("content-type", "text/html")], html.as_bytes());
    assert_eq!(target.as_deref(), expected, "{html}");
}

#[test]
fn a_page_that_leads_elsewhere_does_so_in_any_spelling() {
    let german = Some("https://tarnfield.example/de/");
    for html in [
        r#"<meta http-equiv=refresh content="0; url=/de/">"#,
        r#"<!doctype html><html><head><META HTTP-EQUIV="Refresh" CONTENT="0;URL=/de/"></head>"#,
        r#"<meta content='1;url="/de/"' http-equiv='REFRESH'/>"#,
        r#"<meta http-equiv="refresh" content="0;url='/de/'trailing">"#,
        r#"<meta http-equiv="refresh" content="0; /de/">"#,
        r#"<meta http-equiv="refresh" content="3,url = /de/">"#,
        r#"<meta http-equiv="refresh" content="0.5 url=/de/">"#,
        r#"<meta http-equiv="refresh" content=".5;url=/de/">"#,
        r#"<meta http-equiv="refresh" content="  5 ;  url=  ../de/  ">"#,
        r#"<meta http-equiv="refresh" content="0&#59; url&#61;&#x2F;de/">"#,
        r#"<base href="/de/"><meta http-equiv="refresh" content="0; url=./">"#,
        r#"<meta http-equiv="refresh" content="0; url=//tarnfield.example/de/">"#,
        r#"<title>Weiter</title><body><p>Weiter</p><meta http-equiv=refresh content="2;url=/de/">"#,
        "<script>var a = '<meta>'</script><noscript></noscript>\n<meta\nhttp-equiv=refresh\n\
         content='0;url=https://tarnfield.example/de/'>",
        r#"<!-- <meta http-equiv=refresh content="0;url=/x"> --><meta http-equiv=refresh content="0;url=/de/">"#,
    ] {
        check(html, german);
    }
    check(
        r#"<meta http-equiv=refresh content="0;url=/suche?q=gr&ouml;&szlig;e&amp;b=a b">"#,
        Some("https://tarnfield.example/suche?q=gr%C3%B6%C3%9Fe&b=a%20b"),
    );
    let latin = b"<meta http-equiv=refresh content='0;url=/\xfcber'>";
    let target = found(&[("content-type", "text/html; charset=iso-8859-1")], latin);
    assert_eq!(target.as_deref(), Some("https://tarnfield.example/%C3%BCber"));
    check(r#"<meta http-equiv=refresh content="0;url=#top">"#, Some(&format!("{PAGE}#top")));
}

#[test]
fn what_only_looks_like_a_refresh_leads_nowhere() {
    for html in [
        "",
        r#"<meta http-equiv=refresh content="30; url=/de/">"#,
        r#"<meta http-equiv=refresh content="6;url=/de/">"#,
        r#"<meta http-equiv=refresh content="99999999999999999999999;url=/de/">"#,
        r#"<meta http-equiv=refresh content="5">"#,
        r#"<meta http-equiv=refresh content="0;">"#,
        r#"<meta http-equiv=refresh content="0; url=">"#,
        r#"<meta http-equiv=refresh content="url=/de/">"#,
        r#"<meta http-equiv=refresh content="-1;url=/de/">"#,
        r#"<meta http-equiv=refresh content="0x;url=/de/">"#,
        r#"<meta http-equiv=refresh content="0;url=javascript:location='/de/'">"#,
        r#"<meta http-equiv=refresh content="0;url=data:text/html,hello">"#,
        r#"<meta http-equiv=refresh content="0;url=file:///etc/passwd">"#,
        r#"<meta http-equiv=refresh content="0;url=mailto:team@tarnfield.example">"#,
        r#"<meta name=refresh content="0; url=/de/">"#,
        r#"<meta http-equiv=refresh-policy content="0; url=/de/">"#,
        r#"<noscript><meta http-equiv=refresh content="0;url=/nojs/"></noscript>"#,
        r#"<!-- <meta http-equiv=refresh content="0;url=/de/"> -->"#,
        r#"<!--[if IE]><meta http-equiv=refresh content="0;url=/ie/"><![endif]-->"#,
        r#"<script>document.write('<meta http-equiv=refresh content="0;url=/de/">')</script>"#,
        r#"<template><meta http-equiv=refresh content="0;url=/de/"></template>"#,
        r#"<textarea><meta http-equiv=refresh content="0;url=/de/"></textarea>"#,
        r#"<title><meta http-equiv=refresh content="0;url=/de/"></title>"#,
        r#"<iframe><meta http-equiv=refresh content="0;url=/de/"></iframe>"#,
        r#"<p>&lt;meta http-equiv=refresh content="0;url=/de/"&gt;</p>"#,
    ] {
        check(html, None);
    }
    let html = br#"<meta http-equiv=refresh content="0;url=/de/">"#;
    for media_type in ["text/plain", "application/json", "application/rss+xml", "image/png"] {
        assert_eq!(found(&[("content-type", media_type)], html), None, "{media_type}");
    }
    let late = [vec![b' '; SEARCHED_BYTES], html.to_vec()].concat();
    assert_eq!(found(&[("content-type", "text/html")], &late), None);
}

#[test]
fn the_header_counts_like_the_tag() {
    for (value, expected) in [
        ("0; url=/de/", Some("https://tarnfield.example/de/")),
        ("0;URL='https://quillhaven.example/'", Some("https://quillhaven.example/")),
        ("2, /de/", Some("https://tarnfield.example/de/")),
        ("0; url=/\u{fc}ber", Some("https://tarnfield.example/%FCber")),
        ("60; url=/de/", None),
        ("5", None),
        ("0; url=javascript:void(0)", None),
        ("", None),
    ] {
        let target = found(&[("refresh", value), ("content-type", "application/pdf")], b"%PDF");
        assert_eq!(target.as_deref(), expected, "{value}");
    }
}
