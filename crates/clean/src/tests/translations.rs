//! The addresses of a page in other languages.

use super::{codes, read_as};

#[track_caller]
fn check(html: &str, link: &str, expect: &[&str]) {
    let headers = [("content-type", "text/html"), ("link", link)];
    let (document, _) = read_as(&headers, html.as_bytes());
    assert_eq!(document.translations, expect, "{html} {link}");
}

#[test]
fn hreflang_names_translations() {
    let two = ["https://www.acme.example/de/karriere/90", "https://www.acme.example/jobs"];
    check(
        "<html lang=en><head><link rel=alternate hreflang=en href=/about>
         <link rel='alternate' hreflang='de-AT' href='/de/karriere/90#top'>
         <LINK REL=ALTERNATE HREFLANG=x-default HREF='https://www.acme.example/jobs'></head><p>Hi",
        "",
        &two,
    );
    check(
        "<p>Hi <a href=/jobs hreflang=en>English</a> <a lang=de hreflang=de href='de/karriere/90'>Deutsch</a>",
        "",
        &two,
    );
    check(
        "<p>Hi",
        "</de/karriere/90>; rel=\"alternate\"; hreflang=\"de\", </jobs>; hreflang=en; rel=alternate",
        &two,
    );
    check("<head><base href=/de/><link rel=alternate hreflang=de href=karriere/90>", "", &two[..1]);
}

#[test]
fn other_links_are_no_translations() {
    check(
        "<head><link rel=alternate type='application/rss+xml' href=/feed.xml>
         <link rel=canonical href=/de/karriere/90><link rel=alternate hreflang='' href=/x>
         <link rel=alternate hreflang=de href='javascript:x'><link rel=stylesheet hreflang=de href=/y>
         </head><p><a href=/de>Deutsch</a>",
        "</style.css>; rel=preload; as=style, </de>; rel=alternate; type=\"text/x\"",
        &[],
    );
    check("<head><link rel=alternate hreflang=en href=https://www.acme.example/about>", "<", &[]);
}

#[test]
fn too_many_translations_are_noted() {
    let links: String =
        (0..300).map(|n| format!("<link rel=alternate hreflang=de href=/{n}>")).collect();
    let (document, notes) = read_as(&[("content-type", "text/html")], links.as_bytes());
    assert_eq!(document.translations.len(), 200);
    assert_eq!(codes(&notes), ["links_cut"]);
}
