//! Tokens that are meaningful to a parser, per target. An input with a few of them in the wrong
//! place gets further into the parser than noise does.

pub(crate) const ROBOTS: &[&[u8]] = &[
    b"\xef\xbb\xbf",
    b"User-agent: *\n",
    b"user agent : LeadqBot/1.0\r",
    b"Disallow: /",
    b"Allow: /*?*=$\n",
    b"Crawl-delay: 1e308\n",
    b"crawldelay:-0.5 # ",
    b"Sitemap: https://",
    b"%e2%82%AC",
    b"%2",
    b"%2A",
    b"%24",
    b"%7e",
    b"?a=https%3A%2F%2F",
];

pub(crate) const WARC: &[&[u8]] = &[
    b"WARC/1.1\r\n",
    b"WARC/1.0\r\n",
    b"WARC-Type: response\r\n",
    b"Content-Length: ",
    b"Content-Length: 0\r\n",
    b"WARC-Date: 2026\r\n",
    b"WARC-Target-URI: <",
    b" folded\r\n",
];

pub(crate) const ZSTD: &[&[u8]] = &[
    b"\x28\xb5\x2f\xfd",
    b"\x28\xb5\x2f\xfd\x00\x58",
    b"\x28\xb5\x2f\xfd\x20\x05\x29\x00\x00WARC/",
    b"\x50\x2a\x4d\x18\x04\x00\x00\x00",
    b"\x5d\x2a\x4d\x18\x10\x00\x00\x00\x37\xa4\x30\xec",
    b"\x02\x00\x10a",
    b"WARC/1.1\r\n",
];

pub(crate) const ZIP: &[&[u8]] = &[
    b"PK\x03\x04",
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"PK\x06\x06",
    b"PK\x06\x07",
    b"archive/a.warc.gz",
    b"archive/../a.warc",
    b"\xff\xff\xff\xff",
    b"\x1f\x8b\x08\x00",
    b"WARC/1.1\r\n",
];

pub(crate) const REFRESH: &[&[u8]] = &[
    b"<meta http-equiv=refresh content=\"0; url=",
    b"<META CONTENT='1,/de/' HTTP-EQUIV=Refresh>",
    b"refresh: 0;url=/de/\n",
    b"content-type: text/html\n",
    b"content-encoding: zstd\n",
    b"<base href=\"//",
    b"<noscript>",
    b"</noscript>",
    b"<template>",
    b"<script>",
    b"<!--",
    b"-->",
    b"&#x3b;",
    b"javascript:",
    b"\n\n",
];

pub(crate) const BODY: &[&[u8]] = &[
    b"content-encoding: zstd, gzip\n",
    b"transfer-encoding: gzip, chunked\n",
    b"content-encoding: utf-8\n",
    b"\x28\xb5\x2f\xfd",
    b"transfer-encoding: chunked\n",
    b"content-encoding: gzip, br\n",
    b"content-encoding: deflate\n",
    b"ffffffffffffffff\r\n",
    b"0\r\n\r\n",
    b";ext=\"",
    b"\x1f\x8b\x08\x00",
    b"\x78\x9c",
];

pub(crate) const LINKS: &[&[u8]] = &[
    b"<a href=\"",
    b"<a href='//",
    b"</a>",
    b"<base href=\"http://[",
    b"<link rel=\"alternate\" type=\"application/rss+xml\" href=\"",
    b"<meta name=robots content=\"noindex, nofollow\">",
    b"javascript:",
    b"#top",
    b"https://user:word@",
    b"../../..",
    b"xn--",
];

pub(crate) const SITEMAP: &[&[u8]] = &[
    b"<?xml version=\"1.0\" encoding=\"UTF-16\"?>",
    b"<!DOCTYPE a [<!ENTITY b \"c\">]>",
    b"<urlset>",
    b"<sitemapindex><sitemap><loc>",
    b"<url><loc>https://harbourline.example/",
    b"</loc></url>",
    b"<lastmod>2026-03-01",
    b"<![CDATA[",
    b"]]>",
    b"&amp;",
    b"&#x110000;",
    b"&",
    b"<!--",
    b"\x1f\x8b\x08\x00",
    b"Sitemap: https://",
    b"\xef\xbb\xbf",
];

pub(crate) const FEED: &[&[u8]] = &[
    b"<?xml version=\"1.0\" encoding=\"windows-1252\"?>",
    b"<rss version=\"2.0\"><channel>",
    b"<feed xmlns=\"http://www.w3.org/2005/Atom\">",
    b"<rdf:RDF>",
    b"<item>",
    b"</item>",
    b"<entry>",
    b"</entry>",
    b"<link>https://harbourline.example/",
    b"</link>",
    b"<link href=\"/a\"/>",
    b"<pubDate>Tue, 03 Mar 2026 10:00:00 GMT</pubDate>",
    b"xml:base=\"/b/\"",
    b"<![CDATA[",
    b"]]>",
    b"&amp;",
    b"&#0;",
    b"{\"version\":\"https://jsonfeed.org/version/1\",\"title\":\"\",\"items\":[",
    b"{\"url\":\"/a\"},",
    b"]}",
];

pub(crate) const PAGE: &[&[u8]] = &[
    b"<div>",
    b"</div>",
    b"<table><tr><td>",
    b"<script>",
    b"<script type=\"application/ld+json\">",
    b"<!--",
    b"-->",
    b"<svg><foreignObject>",
    b"<template>",
    b"<ul><li>",
    b"<a href=\"//",
    b"<a href=\"javascript:",
    b"<base href=\"http://[",
    b"<meta charset=utf-16>",
    b"<meta charset=shift_jis>",
    b"<noscript>",
    b"<pre>",
    b"<h6>",
    b"&#x110000;",
    b"&nbsp;",
    b"+49 30 901820 ",
    b"someone@mail.example ",
    b"<time datetime=\"",
];

pub(crate) const JSON_LD: &[&[u8]] = &[
    b"{\"@graph\":[",
    b"{\"@type\":\"JobPosting\",",
    b"\"@type\":[\"Organization\",\"Place\"],",
    b"\"hiringOrganization\":{",
    b"\"jobLocation\":[{\"address\":",
    b"\"datePosted\":\"2026-02-30\",",
    b"\"sameAs\":[",
    b"null",
    b"[[[[",
    b"}}}}",
    b"</script>",
    b"\\ud800",
];

pub(crate) const EVENT: &[&[u8]] = &[
    b"{\"schema\":1,",
    b"\"schema\":2",
    b"\"type\":\"job_posting\",",
    b"\"ts\":\"2026-03-01T00:00:00Z\",",
    b"\"company\":{\"domain\":\"",
    b"\"features\":{",
    b"null",
    b"true",
    b"[[[[",
    b"\\ud83d",
];

pub(crate) const RECORD: &[&[u8]] = &[
    b"\"schema\":1",
    b"\"schema\":0",
    b"\"schema\":1.0",
    b"\"kind\":\"event\"",
    b"null",
    b"{}",
    b"[[[[",
    b"00000000000000000000000000000000",
];

pub(crate) const NOUN: &[&[u8]] = &[
    b"domain:",
    b"registry:gb/",
    b"name:|",
    b"board:",
    b"-009999-01-01",
    b"+120000-12-31",
    b"T24:00:00Z",
    b"T23:59:60Z",
    b"+25:00",
    "٣".as_bytes(),
    b"0123456789abcdef",
];

pub(crate) const HTTP: &[&[u8]] = &[
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/2 404\r\n",
    b"HTTP/1.1 99999\r\n",
    b"Content-Type: text/html\r\n",
    b": no name\r\n",
    b"Set-Cookie: a=b\n",
    b" folded\r\n",
    b"\r\n\r\n",
];

pub(crate) const ADDRESS: &[&[u8]] = &[
    b"https://",
    b"http://user:password@",
    b"//",
    b"xn--",
    b".co.uk",
    b".example",
    b"[::1]",
    b":99999",
    b"%2e%2e/",
    b"jobs.lever.co/",
    b"boards.greenhouse.io/",
    b".myworkdayjobs.com",
];

pub(crate) const NAME: &[&[u8]] = &[
    b" GmbH & Co. KG",
    b" S.p.A.",
    b" B.V.",
    b" Ltd",
    b" Inc.",
    b", LLC",
    b"The ",
    "\u{301}".as_bytes(),
    "株式会社".as_bytes(),
    b"|",
    b" ",
];

pub(crate) const ACCOUNTS: &[&[u8]] = &[
    b"domain,name,country\n",
    b"\"\"",
    b"\"\n",
    b";",
    b"\t",
    b"https://www.",
    b"employees",
    b"1.000.000",
];

pub(crate) const CLAIMS: &[&[u8]] = &[
    b" has raised ",
    b"$42 million ",
    "€1,5 Mio. ".as_bytes(),
    b"Series B ",
    b" ISO 27001 ",
    b"SOC 2 Type II ",
    b" on March 3, 2026",
    b"99999999999999999999 billion ",
    b". ",
    b"\n",
    "“".as_bytes(),
    b"we ",
    b" not ",
];

pub(crate) const PACK: &[&[u8]] = &[
    b"[[examples]]\n",
    b"[[rules]]\n",
    b"[[vetoes]]\n",
    b"[settings]\n",
    b"kind = \"",
    b"pattern = \'\'\'",
    b"claim = \"tender\"\n",
    b"(",
    b"(?i)",
    b"{1000}",
    b"[^a]*",
    b"{amount}",
    b" = [\"",
    b"1e400",
];
