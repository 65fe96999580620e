//! Extracts all links of a page, including those around the content, and its instructions to
//! robots.

use model::Page;
use url::Url;

use crate::elements::Tag;
use crate::limits::{ADDRESSES_BYTES_MAX, LINKS_MAX};
use crate::page::survey_of;
use crate::tool_traces::absolute;
use crate::whitespace::one_line;

const ALTERNATES_MAX: usize = 20;
/// The maximum number of characters of a link's text; a longer link is a teaser, and its beginning
/// suffices.
const WORDS_CHARS_MAX: usize = 200;
/// The number of bytes that surely contain the beginning of a link's text.
const WORDS_BYTES: usize = 4 * WORDS_CHARS_MAX + 8;

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// Absolute address, without the fragment.
    pub url: Url,
    /// Its text, whitespace folded.
    pub words: String,
}

/// The links and meta tags of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// Its links, in the order of the page.
    pub anchors: Vec<Anchor>,
    /// Media types and absolute addresses of its alternate forms, including feeds.
    pub alternates: Vec<(String, Url)>,
    /// Names (lower case) and contents of its meta tags.
    pub metas: Vec<(String, String)>,
}

/// Collects the links of a page. The result is empty if the page is not HTML or is nested too deep
/// for a tree.
pub fn links(page: &Page<'_>) -> Links {
    let Some(found) = survey_of(page) else { return Links::default() };
    let url = Url::parse(page.url).ok();
    let base = found.base.as_deref().and_then(|href| absolute(href, url.as_ref())).or(url);
    let leads = |href: &str| {
        let mut url = absolute(href, base.as_ref())?;
        url.set_fragment(None);
        Some(url)
    };
    let mut bytes = 0;
    let mut fits = |url: &Url| {
        bytes += url.as_str().len();
        bytes <= ADDRESSES_BYTES_MAX
    };
    let anchors = found.pieces.iter().filter(|piece| piece.tag == Tag::Link);
    let anchors = anchors.filter_map(|piece| {
        let words = found.words_of(piece);
        let words = words.get(..words.floor_char_boundary(WORDS_BYTES)).unwrap_or_default();
        let words = one_line(words).chars().take(WORDS_CHARS_MAX).collect();
        Some(Anchor { url: leads(piece.href.as_deref()?)?, words })
    });
    let anchors = anchors.take(LINKS_MAX).take_while(|anchor| fits(&anchor.url)).collect();
    let alternates = found.alternates.iter();
    let alternates = alternates.filter_map(|(kind, href)| Some((kind.clone(), leads(href)?)));
    Links { anchors, alternates: alternates.take(ALTERNATES_MAX).collect(), metas: found.metas }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Timestamp;

    #[test]
    fn links_around_the_content_count() {
        let html = "<!doctype html><head><base href='/en/'><meta name=Robots content=noarchive>
            <link rel='alternate' type='application/rss+xml' href='feed.xml'>
            <link rel=stylesheet href=style.css></head>
            <body><nav><a href='careers#top'><b>Open</b>  roles</a></nav>
            <main><a href='mailto:x@acme.example'>mail</a><a href='//boards.example/acme'>Jobs</a></main>";
        let headers = [("content-type".to_owned(), "text/html".to_owned())];
        let page = Page {
            url: "https://acme.example/",
            status: 200,
            headers: &headers,
            body: html.as_bytes(),
            observed: Timestamp(0),
        };
        let links = links(&page);
        let anchors: Vec<(&str, &str)> =
            links.anchors.iter().map(|a| (a.url.as_str(), a.words.as_str())).collect();
        assert_eq!(
            anchors,
            [
                ("https://acme.example/en/careers", "Open roles"),
                ("https://boards.example/acme", "Jobs"),
            ]
        );
        assert_eq!(links.alternates.len(), 1);
        assert_eq!(links.alternates[0].1.as_str(), "https://acme.example/en/feed.xml");
        assert_eq!(links.metas, [("robots".to_owned(), "noarchive".to_owned())]);
    }
}
