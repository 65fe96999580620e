//! Documents that take many times their bytes when they are read without limits. Each is built of
//! one part that is repeated.

/// The size of a document, in bytes: the maximum size of a body.
pub(crate) const BYTES: usize = 10 << 20;

/// The way in which a document is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A page with this content type.
    Page(&'static str),
    Feed,
    Sitemap,
    Robots,
    /// A line of JSON; a quarter of the others' size at most is read of one.
    Event,
}

/// A document.
pub(crate) struct Hostile {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) body: Vec<u8>,
}

const HTML: Kind = Kind::Page("text/html; charset=utf-8");

/// Repeats `part` between `start` and `end` up to the size of a document.
pub(crate) fn filled(start: &str, part: &str, end: &str, bytes: usize) -> Vec<u8> {
    let times = bytes.saturating_sub(start.len() + end.len()) / part.len();
    [start, &part.repeat(times), end].concat().into_bytes()
}

/// Repeats a part that contains its number.
fn numbered(start: &str, part: impl Fn(usize) -> String, end: &str) -> Vec<u8> {
    let mut body = start.to_owned();
    let mut number = 0;
    while body.len() < BYTES - end.len() {
        body += &part(number);
        number += 1;
    }
    body.push_str(end);
    body.into_bytes()
}

/// Parts that the parser handles by themselves, which takes seconds for a megabyte in a debug build.
const SLOW_PARTS: [&str; 4] = ["\0", "&", "&amp;", "&nGt;"];

fn bytes_of(kind: Kind, part: &str) -> usize {
    match kind {
        Kind::Event => 1_000_000,
        Kind::Page(_) if SLOW_PARTS.contains(&part) => BYTES / 8,
        _ => BYTES,
    }
}

/// Lists every document, one at a time, because all together take much memory.
pub(crate) fn all() -> impl Iterator<Item = Hostile> {
    let simple = SIMPLE.iter().map(|(kind, start, part, end)| Hostile {
        name: format!("{start}{part}*{end}").replace('\n', "\\n"),
        kind: *kind,
        body: filled(start, part, end, bytes_of(*kind, part)),
    });
    let built = BUILT.iter().map(|(name, kind, build)| Hostile {
        name: (*name).to_owned(),
        kind: *kind,
        body: build(),
    });
    simple.chain(built)
}

const LD: &str = "<p>x</p><script type=application/ld+json>";
const RSS: &str = "<rss version=\"2.0\"><channel>";
const ATOM: &str = "<feed xmlns=\"http://www.w3.org/2005/Atom\">";
const JSON: &str = "{\"version\":\"https://jsonfeed.org/version/1\",\"title\":\"t\",\"items\":[";

/// Start, repeated part and end of the documents that need no more.
const SIMPLE: &[(Kind, &str, &str, &str)] = &[
    // elements
    (HTML, "<ul>", "<li>a", ""),
    (HTML, "<div>", "<br>x", ""),
    (HTML, "<div>", "<p>", ""),
    (HTML, "<div>", "</p>", ""),
    (HTML, "<div>", "</x>", ""),
    (HTML, "<div>", "<p>a</p>\n", ""),
    (HTML, "<div>", "<h1>Heading of it</h1>", ""),
    (HTML, "<title>Heading of it</title>", "<h2>Heading of it</h2>", ""),
    (HTML, "<div>", "<a href=/x>a</a>", ""),
    (HTML, "<div>", "<p><a href=/jobs/7/engineer>Engineer</a></p>", ""),
    (HTML, "<div>", "<b><i><p>a", ""),
    (HTML, "<div>", "<a href=x><b>a</div><div>", ""),
    (HTML, "<table>", "a<tr>", ""),
    (HTML, "<table>", "<tr><td>a<td>b", ""),
    (HTML, "<table>", "<tr><td><table>", ""),
    (HTML, "<svg>", "<td>", ""),
    (HTML, "<svg>", "<path d=a />", ""),
    (HTML, "<math>", "<mi>a</mi>", ""),
    (HTML, "<div>", "<rt>", ""),
    (HTML, "<div>", "<div>", ""),
    (HTML, "<div>", "<optgroup>", ""),
    (HTML, "", "<template>", ""),
    (HTML, "<template>", "<p>a", ""),
    (HTML, "", "<frameset><frame src=a>", ""),
    (HTML, "<select>", "<option>a", ""),
    (HTML, "<div>", "<custom-element>a</custom-element>", ""),
    (HTML, "<div>", "<!---->", ""),
    (HTML, "<div>", "<!-- a -->x", ""),
    (HTML, "<div>", "<div class=published>2026", ""),
    (HTML, "<h1>News of today</h1>", "<time datetime=2026-01-01>a</time>", ""),
    (HTML, "", "<meta name=generator content=a>", ""),
    (HTML, "", "<link rel=alternate type=application/rss+xml href=a>", ""),
    (HTML, "", "<script>a</script>", ""),
    (HTML, "", "<script src=a></script>", ""),
    (HTML, "<script>", "a<b;", "</script>"),
    (HTML, "<style>", "a{b:c}", "</style>"),
    // characters
    (HTML, "<p>", "\0", ""),
    (HTML, "<title>", "\0", ""),
    (HTML, "<p title='", "\0", "'>a"),
    (HTML, "<p>", "&amp;", ""),
    (HTML, "<p>", "&nGt;", ""),
    (HTML, "<p>", "<", ""),
    (HTML, "<p>", "a", ""),
    (HTML, "<p>", "a ", ""),
    (HTML, "<p>", "1 ", ""),
    (HTML, "<p>", "de ", ""),
    (HTML, "<h1>", "31 de ", "</h1>"),
    (HTML, "<p>", "a@b.co ", ""),
    (HTML, "<p>", "Tel. +49 30 1234567 ", ""),
    (HTML, "<p>", "<a href=/x>a@b.co</a> Tel. +49 30 1234567 ", ""),
    (HTML, "<pre>", "a\n", ""),
    (HTML, "<pre><a href=/x>", "a\n", ""),
    (HTML, "<div>", "<p>We raised $5 million from investors.</p>", ""),
    (HTML, "<div>", "<p>We are now ISO 27001 certified.</p>", ""),
    (HTML, "<p>", "We raised. ", ""),
    (
        HTML,
        "<meta property=og:type content=article><article>",
        "<p>Acme Pumps, of Graz, builds pumps and valves for breweries, dairies and others who \
         must not stop, and has done so, with four hundred people, since 1911.</p>",
        "",
    ),
    (Kind::Page("text/plain"), "", "a\n", ""),
    (Kind::Page("text/plain"), "", "a", ""),
    (Kind::Page("text/plain; charset=windows-874"), "", "a\n", ""),
    (Kind::Page("application/xhtml+xml"), "", "<p>a</p>", ""),
    (Kind::Page("application/atom+xml"), "<feed>", "<a>b", ""),
    (Kind::Page("application/xml"), "<x>", "<![CDATA[a]]>", ""),
    // structured data
    (HTML, LD, "[],", "</script>"),
    (HTML, "", "<script type=application/ld+json>{\"@type\":\"Brand\"}</script>", ""),
    (HTML, "", "<script type=application/ld+json>x</script>", ""),
    // lists of addresses
    (Kind::Feed, RSS, "<item/>", "</channel></rss>"),
    (Kind::Feed, RSS, "<item></item>", ""),
    (Kind::Feed, RSS, "<item><link>https://a.example/</link></item>", ""),
    (Kind::Feed, "<rss version=\"2.0\"><channel><item>", "<link>a</link>", ""),
    (Kind::Feed, "<rss version=\"2.0\"><channel><item>", "<category>a</category>", ""),
    (Kind::Feed, "<rss version=\"2.0\"><channel><item><link>", "a", ""),
    (Kind::Feed, "<rss version=\"2.0\"><channel><item><link>", "&amp;", ""),
    (Kind::Feed, RSS, "<link>a</link>", ""),
    (Kind::Feed, RSS, "<a>", ""),
    (Kind::Feed, "<rss version=\"2.0\" ", "a='b' ", "><channel>"),
    (Kind::Feed, ATOM, "<entry/>", "</feed>"),
    (Kind::Feed, ATOM, "<entry><link href='a'/></entry>", "</feed>"),
    (Kind::Feed, "<rdf:RDF xmlns:rdf='r' xmlns='http://purl.org/rss/1.0/'>", "<item/>", ""),
    (Kind::Feed, JSON, "{},", "{}]}"),
    (Kind::Feed, JSON, "{\"url\":\"a\"},", "{}]}"),
    (
        Kind::Feed,
        "{\"version\":\"https://jsonfeed.org/version/1\",\"title\":\"t\",\"items\":[{\"tags\":[",
        "\"\",",
        "\"\"]}]}",
    ),
    (Kind::Sitemap, "<urlset>", "<url><loc></loc></url>", ""),
    (Kind::Sitemap, "<urlset>", "<url><loc>x</loc></url>", ""),
    (Kind::Sitemap, "<sitemapindex>", "<sitemap><loc>x</loc></sitemap>", ""),
    (Kind::Sitemap, "<urlset>", "<a>", ""),
    (Kind::Sitemap, "<urlset><url><loc>", "a", ""),
    (Kind::Sitemap, "<urlset><url><loc>", "&amp;", ""),
    (Kind::Sitemap, "<urlset><!--", "a", "-->"),
    (Kind::Sitemap, "", "http://a\n", ""),
    (Kind::Sitemap, "", "http://a", ""),
    (Kind::Robots, "User-agent: *\n", "Disallow: /*a*b\n", ""),
    (Kind::Robots, "User-agent: *\n", "Disallow:/a\n", ""),
    (Kind::Robots, "", "Sitemap: http://a/\n", ""),
    (Kind::Robots, "", "User-agent: a\nCrawl-delay: 1\n", ""),
    (
        Kind::Event,
        "{\"schema\":1,\"type\":\"page\",\"url\":\"https://a.example/\",\"text\":\"",
        "a\\n",
        "\"}",
    ),
];

/// A function that builds a document.
type Build = fn() -> Vec<u8>;

/// The documents whose parts differ, or that are not made of text.
const BUILT: &[(&str, Kind, Build)] = &[
    ("fonts left open", HTML, || numbered("", |n| format!("<font color={n}>a"), "")),
    ("fonts in paragraphs", HTML, || numbered("", |n| format!("<p><font color={n}>a"), "")),
    ("attributes of one tag", HTML, || numbered("<p ", |n| format!("a{n} "), ">a")),
    ("attributes of many tags", HTML, || {
        let attributes: String = (0..900).map(|n| format!("a{n} ")).collect();
        filled("", &format!("<p {attributes}>a"), "", BYTES)
    }),
    ("e-mail addresses in long lines", HTML, || {
        filled("", &format!("<p>{}", "a@b.co ".repeat(500_000)), "", BYTES)
    }),
    ("digits in long lines", HTML, || {
        filled("", &format!("<p>{}", "1 ".repeat(300_000)), "", BYTES)
    }),
    ("one attribute", HTML, || filled("<p title='", "a", "'>a", BYTES)),
    ("attributes of html", HTML, || numbered("", |n| format!("<html a{n}>"), "<p>a")),
    ("names of elements", HTML, || numbered("", |n| format!("<a{n}>a</a{n}>"), "")),
    ("a long link over many lines", HTML, || {
        let href = "x".repeat(200_000);
        filled(&format!("<a href={href}>"), "<br><br>a", "", BYTES)
    }),
    ("links below a long base", HTML, || {
        let base = "x/".repeat(4_000);
        numbered(&format!("<base href='/{base}'>"), |n| format!("<a href={n}>a</a> "), "")
    }),
    ("scripts below a long base", HTML, || {
        let base = "x/".repeat(4_000);
        numbered(&format!("<base href='/{base}'>"), |n| format!("<script src={n}></script>"), "")
    }),
    ("generators", HTML, || numbered("", |n| format!("<meta name=generator content={n}>"), "<p>a")),
    ("blocks of objects", HTML, || {
        let block = format!("[{}0]", "{\"\":1},".repeat(250_000));
        filled("", &format!("<script type=application/ld+json>{block}</script>"), "", BYTES)
    }),
    ("objects with many fields", HTML, || {
        let fields: String = (0..150_000).map(|n| format!("\"{n}\":[],")).collect();
        let block = format!("{{{fields}\"@type\":\"Organization\",\"name\":\"Acme\"}}");
        filled("", &format!("<script type=application/ld+json>{block}</script>"), "", BYTES)
    }),
    ("lists in lists", HTML, || {
        let block = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
        filled("", &format!("<script type=application/ld+json>{block}</script>"), "", BYTES)
    }),
    ("UTF-16", Kind::Page("text/html"), || {
        let text = filled("<ul>", "<li>\u{20ac}", "", BYTES / 3);
        let text = String::from_utf8(text).unwrap_or_default();
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        b"\xff\xfe".iter().copied().chain(units).collect()
    }),
    ("a charset that triples", Kind::Page("text/html; charset=windows-874"), || {
        b"<p>\xa1 \xa2".iter().copied().cycle().take(BYTES).collect()
    }),
    ("addresses of two kilobytes", Kind::Sitemap, || {
        let address = "a".repeat(2_000);
        filled("<urlset>", &format!("<url><loc>http://a/{address}</loc></url>"), "", BYTES)
    }),
    ("features of an event", Kind::Event, || {
        let fields: String = (0..90_000).map(|n| format!("\"{n}\":1,")).collect();
        format!(
            "{{\"schema\":1,\"type\":\"job_posting\",\"url\":\"https://a.example/\",\
             \"features\":{{{fields}\"id\":\"x\"}}}}"
        )
        .into_bytes()
    }),
];
