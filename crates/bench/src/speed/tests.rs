//! Created pages must be distinct and have distinct owners.

use std::collections::BTreeSet;

use super::rewrite::{Variation, rewrite, rewrite_host};
use crate::{random, synthetic};

const PAGE: &str = r#"<html><head><meta property="og:site_name" content="Larkfield Pumps">
<script type="application/ld+json">{"@type": "Organization", "name" : "Larkfield Pumps",
"url": "https://www.larkfield-pumps.example/"}</script><style>p { color: red }</style></head>
<body><a href="https://shop.larkfield-pumps.example/valves">Valves &amp; fittings</a>
<a href="https://notlarkfield-pumps.example/">Elsewhere</a>
<p>Every pump that leaves our yard has run for one whole day under full load before.</p>
</body></html>"#;

#[test]
fn a_page_is_varied_where_it_is_read_and_nowhere_else() {
    let url = "https://www.larkfield-pumps.example/about";
    let variation = Variation::of(url, 7, 1);
    let varied = String::from_utf8(rewrite(PAGE.as_bytes(), &variation)).unwrap();
    assert_eq!(rewrite_host(url.as_bytes(), &variation), b"https://www.site-000007.example/about");
    assert!(varied.contains("https://shop.site-000007.example/valves"), "{varied}");
    assert!(varied.contains("https://notlarkfield-pumps.example/"), "{varied}");
    assert!(varied.contains("<style>p { color: red }</style>"), "{varied}");
    assert!(varied.contains("&amp;"), "{varied}");
    let name = format!("\"name\" : \"{} Larkfield Pumps\"", random::name_of(7));
    assert!(varied.contains(&name), "{varied}");
    assert_ne!(varied, PAGE);
    let repeated = rewrite(PAGE.as_bytes(), &Variation::of(url, 7, 1));
    assert_eq!(repeated, varied.as_bytes(), "the same seed, the same page");
    assert_ne!(rewrite(PAGE.as_bytes(), &Variation::of(url, 8, 1)), repeated);
}

#[test]
fn three_words_of_ten_are_replaced() {
    let text: String = (0..10_000).map(|_| "plain words here ").collect();
    let varied = rewrite(text.as_bytes(), &Variation::of("https://a.example/", 1, 1));
    let varied = String::from_utf8(varied).unwrap();
    let same =
        varied.split_whitespace().filter(|word| ["plain", "words", "here"].contains(word)).count();
    assert!((20_000..22_500).contains(&same), "{same} of 30,000 words are as they were");
}

#[test]
fn made_hosts_have_owners_of_their_own() {
    let owners: BTreeSet<_> = (0..500)
        .map(|number| resolve::owner(&synthetic::page(number, 1).0).unwrap().value)
        .collect();
    assert_eq!(owners.len(), 500);
    let names: BTreeSet<_> = (0..20_000).map(random::name_of).collect();
    assert_eq!(names.len(), 20_000);
}
