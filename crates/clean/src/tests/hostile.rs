//! Tests with malicious and malformed pages.

use proptest::prelude::*;

use super::{assert_sound, codes, read, read_as};
use crate::decode_body;
use crate::markup_tree::parse;

#[test]
fn nesting_is_read_without_a_tree() {
    for (open, close) in [("<div>", "</div>"), ("<b>", ""), ("<span><div>", ""), ("<svg>", "")] {
        let html = format!("{}Pumps{}", open.repeat(100_000), close.repeat(100_000));
        let (document, notes) = read(&html);
        assert_eq!(document.text, "Pumps\n", "{open}");
        assert_eq!(codes(&notes), ["too_deep"], "{open}");
    }
}

#[test]
fn formatting_left_open_is_not_opened_again_without_end() {
    let fonts: String = (0..400).map(|n| format!("<font color={n}>")).collect();
    let (document, notes) = read(&format!("{fonts}{}", "<p>Pump".repeat(20_000)));
    assert_sound(&document);
    assert_eq!(codes(&notes), ["too_deep"]);
}

#[test]
fn ordinary_sloppiness_is_parsed() {
    let html = format!(
        "{}{}<table>{}</table>",
        "<p>Pump".repeat(2_000),
        "<ul><li>Valve<li>Seal</ul>".repeat(1_000),
        "<tr><td>1<td>2".repeat(1_000)
    );
    let (document, notes) = read(&html);
    assert_eq!((document.blocks.len(), notes.len()), (5_000, 0));
}

#[test]
fn a_huge_page_is_cut() {
    let html = "<p>Pumps for breweries and dairies.</p>\n".repeat(300_000);
    let (document, notes) = read(&html);
    assert_sound(&document);
    assert_eq!(codes(&notes), ["page_cut"]);
    assert!(document.text.len() > 1_000_000);
}

#[test]
fn more_than_a_page_has_is_cut_and_the_rest_is_kept() {
    let links = "<p>See <a href=/a>our newest pump of the year</a>, please.</p>".repeat(6_000);
    let objects = format!("[{}0]", "{\"a\":1},".repeat(100_000));
    let data = format!("<script type=application/ld+json>{objects}</script><p>Pumps");
    for (content_type, body, lines, note) in [
        ("text/html", "<li>Pump".repeat(200_000), 50_000, "page_cut"),
        ("text/html", format!("<p>Pump<textarea>{}", "\0".repeat(6_000_000)), 1, "page_cut"),
        ("text/html", format!("<pre>{}", "pump\n".repeat(150_000)), 100_000, "text_cut"),
        ("text/plain", "pump\n".repeat(150_000), 100_000, "text_cut"),
        ("text/html", links, 6_000, "links_cut"),
        ("text/html", data, 1, "json_ld_cut"),
        ("text/html", format!("<p>Pump{}", "<rt>".repeat(5_000)), 1, "too_deep"),
        ("text/html", format!("<p{}>Pump", " a=''".repeat(2_000)), 1, "too_deep"),
    ] {
        let (document, notes) = read_as(&[("content-type", content_type)], body.as_bytes());
        let shown = &body[..body.floor_char_boundary(60)];
        assert_eq!(codes(&notes), [note], "{shown}");
        assert!(document.blocks.len() >= lines, "{} lines: {shown}", document.blocks.len());
        assert!(document.links.len() <= 5_000);
    }
}

#[test]
fn a_page_cut_anywhere_can_be_read() {
    let html = r#"<!doctype html><html lang=de><title>Pumpen</title><script type="application/ld+json">
        {"@type":"Organization","name":"Acme","email":"a@acme.example"}</script><body><table><tr><td>
        Größe<td><a href="/x">Maß</a></table><p>Tel. +43 316 123456 <b>fett</b><!-- x --></body>"#;
    for (end, _) in html.char_indices() {
        assert_sound(&read(&html[..end]).0);
    }
}

fn tag_soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "<div>",
            "</div>",
            "<p>",
            "<table>",
            "<tr>",
            "<td>",
            "</table>",
            "<a href=/x>",
            "</a>",
            "<a href='mailto:a@b.example'>",
            "<ul>",
            "<li>",
            "</ul>",
            "<b>",
            "</b>",
            "<svg>",
            "<title>",
            "</title>",
            "<template>",
            "</template>",
            "<form>",
            "<select>",
            "<option>",
            "<pre>",
            "</pre>",
            "<br>",
            "<h1>",
            "</h1>",
            "<time datetime=2026-01-02>",
            "<!--",
            "-->",
            "<script type=application/ld+json>",
            "</script>",
            "{\"@graph\":[{\"@type\":",
            "\"JobPosting\"",
            "<noscript>",
            "<div hidden>",
            "<blockquote>",
            "<math>",
            "<article>",
            "<textarea>",
            "+49 30 ",
            "1234567",
            "(at)",
            "@acme.example",
            "2026-01-01",
            "Tel. ",
            "\u{200b}",
            "ß",
            "<plaintext>",
            "<frameset>",
            "<body>",
            "<p>Acme Pumps builds pumps, valves and seals, \
             for breweries, dairies and others who must not stop, since 1911 and for long.</p>",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,8}",
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_soup_gives_a_sound_document(html in tag_soup()) {
        let (document, _) = read(&html);
        assert_sound(&document);
        prop_assert_eq!(&read(&html).0, &document);
    }

    #[test]
    fn any_soup_gives_the_tree_of_the_library(html in tag_soup()) {
        let whole = dom_query::Document::from(html.as_str());
        prop_assert_eq!(parse(&html).tree.html().to_string(), whole.html().to_string());
    }

    #[test]
    fn any_article_gives_a_sound_document(soup in tag_soup()) {
        let paragraph = "<p>Acme Pumps builds pumps, valves and seals, for breweries and dairies, \
            who must not stop, and has done so since 1911, in Graz, with four hundred people.</p>";
        let html = format!("<meta property=og:type content=article><article>{}{soup}{}</article>",
            paragraph.repeat(4), paragraph.repeat(4));
        assert_sound(&read(&html).0);
    }

    #[test]
    fn any_bytes_can_be_read(body in prop::collection::vec(any::<u8>(), 0..400)) {
        for kind in ["text/html", "text/plain; charset=utf-16", "text/xml", ""] {
            assert_sound(&read_as(&[("content-type", kind)], &body).0);
        }
        for coding in ["gzip", "deflate", "br", "br, gzip"] {
            let headers = [
                ("content-encoding".to_owned(), coding.to_owned()),
                ("transfer-encoding".to_owned(), "chunked".to_owned()),
            ];
            prop_assert!(decode_body(&headers, &body, 64).0.len() <= 64);
        }
    }
}
