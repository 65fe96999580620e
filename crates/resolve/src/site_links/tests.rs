//! Tests of the links from names to sites.

use model::{Document, Entity, Link, Span};
use proptest::prelude::*;

use super::{NameLinks, SiteLink, sites_linked_by_several};

/// Builds a page whose text is the words of its links, one a line.
fn page(links: &[(&str, &str)]) -> Document {
    let mut document = Document::default();
    for (words, href) in links {
        let start = document.text.len();
        document.text.push_str(words);
        let span = Span { start, end: document.text.len() };
        document.links.push(Link { span, href: (*href).to_owned() });
        document.text.push('\n');
    }
    document
}

#[test]
fn a_name_links_to_a_site() {
    let check = |links: &[(&str, &str)], expect: Option<&str>| {
        let owner: Entity = "domain:gazette.example".parse().unwrap();
        let document = page(links);
        let site = NameLinks::of(&document, &owner).site_of("Veldor Lake");
        assert_eq!(site.as_deref(), expect, "{links:?}");
    };
    for (words, href, expect) in [
        ("Veldor Lake", "https://www.vl-group.example/", Some("vl-group.example")),
        (
            " VELDOR LAKE GmbH ",
            "http://vl-group.example/de/?utm_source=x",
            Some("vl-group.example"),
        ),
        ("Veldor Lake", "https://vl-group.example/en-us/index.html", Some("vl-group.example")),
        ("Veldor Lake", "https://vl-group.example/about", Some("vl-group.example/about")),
        // Other words, the page's own site, publishers, and no sites.
        ("Veldor Lake raises €18 million", "https://vl-group.example/", None),
        ("Veldor", "https://vl-group.example/", None),
        ("Veldor Lake", "https://gazette.example/topics/veldor-lake", None),
        ("Veldor Lake", "https://www.linkedin.com/company/veldor-lake", None),
        ("Veldor Lake", "https://github.com/", None),
        ("Veldor Lake", "https://netlify.app/", None),
        ("Veldor Lake", "https://192.0.2.7/", None),
        ("Veldor Lake", "mailto:press@vl-group.example", None),
    ] {
        check(&[(words, href)], expect);
    }
    let front = ("Veldor Lake", "https://vl-group.example/");
    let profile = ("Veldor Lake", "https://companies.example/profiles/veldor-lake");
    check(&[profile, front, front], Some("vl-group.example"));
    check(&[front, ("Veldor Lake", "https://other.example/")], None);
    check(&[("—", "https://other.example/")], None);
}

#[test]
fn copies_and_free_hosts_are_one_source() {
    let link = |source: &str, simhash| SiteLink {
        domain: "vl-group.example".to_owned(),
        is_front: true,
        source: source.parse().unwrap(),
        simhash,
    };
    for (links, expect) in [
        (vec![link("domain:gazette.example", 1), link("domain:courier.example", 255)], true),
        (vec![link("domain:gazette.example", 0), link("publisher:dev.to", 0)], true),
        (vec![link("domain:gazette.example", 1), link("domain:gazette.example", 255)], false),
        (vec![link("domain:gazette.example", 1), link("domain:courier.example", 3)], false),
        (vec![link("domain:one.netlify.app", 0), link("domain:two.netlify.app", 0)], false),
        (vec![link("board:medium/@one", 0), link("board:devto/two", 0)], false),
        (vec![link("board:medium/@one", 0), link("domain:one.blogspot.com", 0)], false),
        (
            vec![
                SiteLink { is_front: false, ..link("domain:gazette.example", 1) },
                link("domain:courier.example", 255),
            ],
            false,
        ),
    ] {
        assert_eq!(!sites_linked_by_several(&links).is_empty(), expect, "{links:?}");
    }
}

proptest! {
    #[test]
    fn no_input_breaks_it(words: String, href in "\\PC{0,60}", name: String) {
        let owner: Entity = "domain:gazette.example".parse().unwrap();
        let document = page(&[(&words, &href), (&name, &href)]);
        let _ = NameLinks::of(&document, &owner).site_of(&name);
    }
}
