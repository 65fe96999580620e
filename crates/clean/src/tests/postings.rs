//! Tests of structured data: JSON-LD that is almost JSON, microdata, RDFa, shadow roots, and the
//! text of pages whose markup shows none. The companies do not exist.

use model::DatumKind;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{assert_sound, codes, read};
use crate::json_repair::repaired;

/// Asserts the lines of data that a page of markup gives, and its notes.
#[track_caller]
fn check(html: &str, data: &[&str], notes: &[&str]) {
    let (document, found) = read(html);
    assert_sound(&document);
    let lines: Vec<&str> = document
        .data
        .iter()
        .filter(|datum| datum.kind != DatumKind::Script)
        .map(|datum| datum.span.of(&document.text).unwrap())
        .collect();
    assert_eq!((lines.as_slice(), codes(&found).as_slice()), (data, notes), "{html}");
}

#[track_caller]
fn check_block(block: &str, data: &[&str], notes: &[&str]) {
    check(&format!("<script type=application/ld+json>{block}</script>"), data, notes);
}

#[test]
fn almost_json_is_repaired_with_a_note() {
    let welder = "job_posting: city=Graz | posted=2026-11-01 | title=Welder";
    let fields = r#""@type":"JobPosting","title":"Welder","datePosted":"2026-11-01","#;
    let place = r#""jobLocation":{"address":{"addressLocality":"Graz"}}"#;
    let object = format!("{{{fields}{place}}}");
    for block in [
        object.replace('"', "&quot;"),
        object.replace('"', "&#34;"),
        object.replace('&', "&amp;").replace('"', "&amp;quot;"),
        object.replace('"', "'"),
        object.replace('"', "\\\""),
        object.replace('"', "\\x22"),
        object.replace('"', "\\u0022"),
        format!("{{{fields}\"skills\":\"<p style=\"width:9px\">We weld.\",{place}}}"),
        object.replace(":\"", ":“").replace("\",", "”,"),
        format!("{{{fields}\"baseSalary\":NaN,{place}}}"),
        format!("{{{fields}\"validThrough\":undefined,{place}}}"),
        format!("{{{fields}\"directApply\":True,\"sameAs\":None,{place},}}"),
        format!("{{{fields}\"baseSalary\":45,000,{place}}}"),
        format!("{{{fields}\"url\":{{{{ job.url }}}},{place}}}"),
        format!("{{{fields}/* the plant */{place}}} // end"),
        format!("{{{fields}<!-- the plant -->\n{place}}}"),
        format!("{{{fields}<br />\n{place}}}"),
        format!("{{{fields},,{place}"),
        format!("{{{fields}{}", place.trim_end_matches('}')),
        format!("{{{fields}{place},\"description\":\"We weld for dair"),
        format!("{{{fields}{place},\"validThrough\":\"2026-1"),
        format!("{{{fields}{place},\"validThrough\":2026"),
        format!("{{{fields}{place}}}}}}}"),
        format!("\u{FEFF}var posting = {object};"),
        object.replace(",", ",\n").replace("\",\n", "\"\n"),
        object.replace("Welder\",", "Welder,\n"),
        object.replace("Welder\",", "Welder,"),
        object.replace("\"title\"", "title").replace("\"datePosted\"", "datePosted"),
        object.replace("\"2026-11-01\"", "new Date(\"2026-11-01\")"),
        serde_json::to_string(&object).unwrap(),
    ] {
        check_block(&block, &[welder], &["json_ld_repaired"]);
    }
}

#[test]
fn repaired_values_are_the_intended_ones() {
    for (title, expect) in [
        (r"Chef\'s Assistant", "Chef's Assistant"),
        (r"Forschung \x26 Entwicklung", "Forschung & Entwicklung"),
        (r"R\&D Engineer", "R&D Engineer"),
        (r#"Senior "Backend" Engineer"#, r#"Senior "Backend" Engineer"#),
        (r#"Fitter for "Pumps, Valves""#, r#"Fitter for "Pumps, Valves""#),
        (r#""Young" Welders"#, r#""Young" Welders"#),
        (r#"Engineer "Pumps": Graz"#, r#"Engineer "Pumps": Graz"#),
        ("Leiter\nEinkauf", "Leiter Einkauf"),
        ("Chef de\tprojet \u{1}junior", "Chef de projet junior"),
        (r"Techniker \ud83d\ude00 \ud800", "Techniker 😀 \u{FFFD}"),
        (r"Pfleger \d \u00e", r"Pfleger \d \u00e"),
    ] {
        let block = format!(
            r#"{{"@type": "JobPosting", "title": "{title}", "datePosted": "2026-11-01", x: NaN}}"#
        );
        let expect = format!("job_posting: posted=2026-11-01 | title={expect}");
        check_block(&block, &[&expect], &["json_ld_repaired"]);
    }
    for (block, data) in [
        (
            r#"{"@type":"JobPosting","title":"Fitter"} {"@type":"JobPosting","title":"Welder"}"#,
            &["job_posting: title=Fitter", "job_posting: title=Welder"][..],
        ),
        (
            r#"{"@type":"JobPosting","title":"Fitter"},{"@type":"JobPosting","title":"Welder""#,
            &["job_posting: title=Fitter", "job_posting: title=Welder"],
        ),
        (
            r#"[{"@type":"JobPosting","title":"Fitter",{"@type":"JobPosting","title":"Welder"}]"#,
            &["job_posting: title=Fitter", "job_posting: title=Welder"],
        ),
        (
            r#"{'@type':'JobPosting','title':'Men's Outfitter','hiringOrganization':{'name':'O'Dell'}}"#,
            &["job_posting: organization=O'Dell | title=Men's Outfitter"],
        ),
        (
            r#"{"@type":"JobPosting","title":"Fitter","identifier":01067,"datePosted":"2026-11"#,
            &["job_posting: id=01067 | title=Fitter"],
        ),
        (
            r#"{"@type":"JobPosting","datePosted":"2026-11-01","title":"Senior Weld"#,
            &["job_posting: posted=2026-11-01"],
        ),
    ] {
        check_block(block, data, &["json_ld_repaired"]);
    }
}

#[test]
fn json_is_not_repaired_and_other_text_is_noted() {
    for (title, shown) in [
        (r#"The \"best\", \"title\": x"#, r#"The "best", "title": x"#),
        ("A &quot;B&quot; C", r#"A "B" C"#),
        ("NaN, undefined // none", "NaN, undefined // none"),
        ("It's {open}, [new]", "It's {open}, [new]"),
        (r"C:\\x26 \/* no *\/", r"C:\x26 /* no */"),
    ] {
        let block = format!(r#"<!-- {{"@type":"JobPosting","title":"{title}","a":null}} -->"#);
        check_block(&block, &[&format!("job_posting: title={shown}")], &[]);
    }
    let deep = "[".repeat(300);
    for block in [
        "function () { return posting; }",
        "We are hiring a \"JobPosting\" writer.",
        "{}}",
        "{ \"@type\" }",
        "\"JobPosting\"",
        "[1, 2",
        deep.as_str(),
    ] {
        let expect: &[&str] =
            if block == "[1, 2" { &["json_ld_repaired"] } else { &["json_ld_unreadable"] };
        check_block(block, &[], expect);
    }
}

/// A posting in four syntaxes.
const POSTING: &str = "job_posting: city=Nantes | country=FR | employment_type=FULL_TIME | id=K-12 | \
    organization=Pompes Verel | organization_url=https://verel.example/ | posted=2026-11-03 | \
    title=Soudeur | url=https://www.acme.example/emplois/12 | valid_through=2026-12-31";

#[test]
fn items_in_the_markup_count_like_json_ld() {
    let microdata = r##"<div itemscope itemtype="https://schema.org/JobPosting" itemref="more">
        <h1 itemprop="title">Soudeur</h1><meta itemprop="employmentType" content="FULL_TIME">
        <a itemprop="url" href="/emplois/12">Lien</a>
        <time itemprop="datePosted" datetime="2026-11-03T08:00">3 nov.</time>
        <p itemprop="identifier" itemscope itemtype="https://schema.org/PropertyValue">
        <span itemprop="value">K-12</span></p>
        <div itemprop="jobLocation" itemscope itemtype="https://schema.org/Place">
        <p itemprop="address" itemscope itemtype="https://schema.org/PostalAddress">
        <span itemprop="addressLocality"> Nantes </span><b itemprop="addressCountry">FR</b></p></div></div>
        <div id=more><div itemprop="hiringOrganization" itemscope itemtype="http://schema.org/Organization">
        <a itemprop="name" href="/">Pompes Verel</a><link itemprop="sameAs" href="https://verel.example/">
        </div><span itemprop="validThrough" content="2026-12-31">fin 2026</span></div>"##;
    let rdfa = microdata
        .replace(" itemref=\"more\">", ">")
        .replace("</div></div>\n        <div id=more>", "</div>")
        .replace("itemscope ", "")
        .replace("itemtype=\"https://schema.org/JobPosting\"", "VOCAB")
        .replace("itemtype=\"https://schema.org/", "typeof=\"")
        .replace("itemtype=\"http://schema.org/", "typeof=\"")
        .replace("itemprop=", "property=");
    for html in [
        microdata.to_owned(),
        microdata.replace("https://schema.org", "http://www.schema.org"),
        microdata.replace(
            "itemtype=\"https://schema.org/JobPosting\"",
            "itemtype=https://schema.org/JobPosting/",
        ),
        rdfa.replace("VOCAB", "vocab=\"https://schema.org/\" typeof=\"JobPosting\""),
        rdfa.replace("VOCAB", "vocab=http://schema.org typeof=JobPosting resource=#job"),
        rdfa.replace("VOCAB", "typeof=\"JobPosting\""),
        rdfa.replace("VOCAB", "typeof=\"JobPosting\"")
            .replace("property=\"", "property=\"s:")
            .replace("typeof=\"", "typeof=\"s:")
            .replace(
                "<div typeof",
                "<div prefix=\"og: https://ogp.me/ns# s: https://schema.org/\" typeof",
            ),
    ] {
        check(&html, &[POSTING], &[]);
    }
    for html in [
        microdata.replace("schema.org", "jobs-vocabulary.example"),
        microdata.replace("https://schema.org/JobPosting", "https://schema.org/Occupation"),
        format!("<template>{microdata}</template>"),
        microdata.replace("itemscope itemtype=\"https://schema.org/JobPosting\"", ""),
        rdfa.replace("VOCAB", "vocab=\"https://vocabulary.example/\" typeof=\"JobPosting\""),
        rdfa.replace("VOCAB", "typeof=\"ex:JobPosting\""),
        rdfa.replace("VOCAB", ""),
    ] {
        assert!(
            !read(&html).0.data.iter().any(|datum| datum.kind == DatumKind::JobPosting),
            "{html}"
        );
    }
}

#[test]
fn a_posting_in_two_syntaxes_counts_once() {
    let linked = |title: &str| {
        format!(
            r#"<script type=application/ld+json>{{"@type":"JobPosting","title":"{title}",
            "hiringOrganization":{{"@id":"_:us"}}}}</script><script type=application/ld+json>
            {{"@type":"Organization","@id":"_:us","name":"Drevo"}}</script>"#
        )
    };
    let marked = "<li itemscope itemtype=https://schema.org/JobPosting typeof=JobPosting>\
        <b itemprop=title property=title>Svářeč</b><i itemprop=datePosted property=datePosted content=2026-11-02>";
    let drevo = "organization: name=Drevo";
    check(
        &format!("{}{marked}", linked("Svářeč")),
        &["job_posting: organization=Drevo | title=Svářeč", drevo],
        &[],
    );
    check(
        &format!("{}{marked}", linked("Zámečník")),
        &[
            "job_posting: organization=Drevo | title=Zámečník",
            "job_posting: posted=2026-11-02 | title=Svářeč",
            drevo,
        ],
        &[],
    );
    check(marked, &["job_posting: posted=2026-11-02 | title=Svářeč"], &[]);
}

#[test]
fn articles_and_organizations_in_the_markup_count() {
    let article = "<article itemscope itemtype=https://schema.org/NewsArticle>\
        <h1 itemprop=headline>Vannwerk opens a plant</h1>\
        <meta itemprop=datePublished content=2024-11-10></article>";
    let (document, _) = read(article);
    assert_eq!(document.published.map(|day| day.to_string()).as_deref(), Some("2024-11-10"));
    check(article, &["news_article: headline=Vannwerk opens a plant | published=2024-11-10"], &[]);
    // A list of teasers is no article, a list of companies no company.
    check(&article.repeat(2), &[], &[]);
    let company =
        "<div vocab=https://schema.org/ typeof=Corporation><b property=name>Vannwerk</b></div>";
    check(company, &["organization: name=Vannwerk"], &[]);
    check(&format!("{company}{}", company.replace("Vann", "Holz")), &[], &[]);
}

#[test]
fn shadow_roots_are_content_and_templates_are_not() {
    let text = "<h1>Oljeverk</h1><p>Oljeverk has raised NOK 40 million.</p>";
    for (html, is_shown) in [
        ("<x-page><template shadowrootmode=open>TEXT</template></x-page>", true),
        ("<div><template shadowrootmode='Closed'>TEXT</template></div>", true),
        (
            "<main><template shadowroot=open><x-in><template shadowrootmode=open>TEXT</template></x-in></template></main>",
            true,
        ),
        ("<template>TEXT</template>", false),
        ("<template shadowrootmode=maybe>TEXT</template>", false),
        (
            "<x-page><template><div><template shadowrootmode=open>TEXT</template></div></template></x-page>",
            false,
        ),
        ("<ul><template shadowrootmode=open>TEXT</template></ul>", false),
        (
            "<x-page><template shadowrootmode=open></template><template shadowrootmode=open>TEXT</template></x-page>",
            false,
        ),
    ] {
        let (document, _) = read(&html.replace("TEXT", text));
        assert_sound(&document);
        let expect = if is_shown { "Oljeverk\nOljeverk has raised NOK 40 million.\n" } else { "" };
        assert_eq!(document.text, expect, "{html}");
    }
}

#[test]
fn a_page_without_text_is_read_from_its_data() {
    const BODY: &str = "Kalvik Energi henter 40 millioner kroner i en serie A.";
    let shell = "<title>Kalvik</title><div id=root></div><noscript>Slå på JavaScript.</noscript>";
    let state = |data: Value| {
        format!("{shell}<script id=__NEXT_DATA__ type=application/json>{data}</script>")
    };
    let article =
        json!({"title": "Ny runde", "publishedAt": "2026-11-05", "body": format!("<p>{BODY}</p>")});
    let nested = json!({"heading": "Ny runde", "content": {"nodeType": "document", "content": [
        {"nodeType": "paragraph", "content": [
            {"nodeType": "text", "value": "Kalvik Energi henter "},
            {"nodeType": "hyperlink", "content": [{"nodeType": "text", "value": "40 millioner kroner"}]},
            {"nodeType": "text", "value": " i en serie A."}]}]}});
    let linked = json!({"@type": "NewsArticle", "headline": "Ny runde", "articleBody": BODY});
    for html in [
        state(json!({"props": {"pageProps": {"article": article}}})),
        state(json!({"props": {"pageProps": nested}})),
        state(json!({"page": {"jsonLd": linked}})),
        format!("{shell}<script type=application/ld+json>{linked}</script>"),
        format!(
            "{shell}<script>window.__ENV__={{}};window.__INITIAL_STATE__ = {article};\nstart()</script>"
        ),
        format!(
            "{shell}<script>window[\"__STATE__\"]=JSON.parse({})</script>",
            json!(article.to_string())
        ),
        format!(
            "{shell}<script type=application/json id=__NUXT_DATA__>{}</script>",
            json!([{"data": 1}, {"title": 2, "body": 3, "self": 1}, "Ny runde", BODY])
        ),
    ] {
        let (document, notes) = read(&html);
        assert_sound(&document);
        assert!(
            document.prose().contains(&format!("\nNy runde\n{BODY}\n")),
            "{html}: {}",
            document.text
        );
        assert!(codes(&notes).contains(&"text_from_data"), "{html}");
    }
    let (document, _) = read(&state(json!({"article": article})));
    assert_eq!(document.published.map(|day| day.to_string()).as_deref(), Some("2026-11-05"));
}

#[test]
fn other_state_is_no_text() {
    const BODY: &str = "Kalvik Energi henter 40 millioner kroner i en serie A.";
    let shown = "<p>Kalvik bygger pumper for meierier og bryggerier i hele Norden.".repeat(4);
    let state = |data: &str| format!("<script type=application/json>{data}</script>");
    for html in [
        // The page shows text of its own.
        format!("{shown}{}", state(&json!({"title": "A", "body": BODY}).to_string())),
        state(&json!({"relatedPosts": [{"title": "A", "body": BODY}]}).to_string()),
        state(&json!({"cookieBanner": {"text": BODY}, "i18n": {"hint": BODY}}).to_string()),
        state(&json!({"className": "Flex items center justify between px four", "d": "M10 20 L30 40 Q 5 6 7 8 9 10 11 Z"}).to_string()),
        format!("<script>window.__STATE__ = {{body: '{BODY}'}}</script>"),
        format!("<script>window.__STATE__ = load({{\"body\": \"{BODY}\"}})</script>"),
        format!("<script>if (window.__STATE__ == \"{BODY}\") run()</script>"),
    ] {
        let (document, notes) = read(&html);
        assert!(!document.text.contains("40 millioner"), "{html}");
        assert!(notes.is_empty(), "{html}");
    }
    let (_, notes) = read(&state("{\"body\": "));
    assert_eq!(codes(&notes), ["state_unreadable"]);
}

#[test]
fn many_items_are_cut_with_a_note() {
    let item = "<p itemscope itemtype=https://schema.org/JobPosting itemref=all><b itemprop=title>Fitter</b></p>";
    let html = format!("<div id=all>{}</div>", item.repeat(20_000));
    let (document, notes) = read(&html);
    assert_sound(&document);
    assert!(codes(&notes).contains(&"json_ld_cut"));
    let nested =
        "<div itemscope itemtype=https://schema.org/JobPosting itemprop='a b c d'>".repeat(400);
    assert_sound(&read(&nested).0);
    for unit in
        ["\"a\" x ", "\"/*", "\"a\",\n", "{\"a\":\"", "'\", ", "<", "\\\"", "{{", "\"a\" : "]
    {
        let block = format!("{{\"a\":\"{}", unit.repeat(200_000 / unit.len()));
        let _ = repaired(&block);
        let _ = repaired(&format!("[\"{}", unit.repeat(200_000 / unit.len())));
    }
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "\"", "'", "\\", "&quot;", "\": ", "\", \"", "},", "/*", "//", "\n", "\t", "\u{1}",
            "{{", "“", "Größe ",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i32>().prop_map(|number| Value::from(f64::from(number) / 8.0)),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(text(), inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Text as people write it, with quotes around words.
fn sentence() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "Welder",
        "\"Pumps\"",
        "Größe",
        "R&D",
        "O'Dell",
        "(m/w/d)",
        "12.500",
        "C#",
        "für",
    ]);
    prop::collection::vec(words, 1..6).prop_map(|words| words.join(" "))
}

fn parsed(text: &str) -> Option<Value> {
    repaired(text).map(|json| serde_json::from_str(&json).expect("the repair writes JSON"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn json_is_repaired_to_itself(value in value()) {
        let value = json!({"a": value});
        prop_assert_eq!(parsed(&value.to_string()), Some(json!([value])));
        let spaced = serde_json::to_string_pretty(&value).unwrap();
        prop_assert_eq!(parsed(&spaced), Some(json!([value])));
    }

    #[test]
    fn damaged_json_is_read_as_it_was_meant(
        fields in prop::collection::btree_map("[a-z]{1,8}", sentence(), 1..5),
    ) {
        let value = json!([{"@type": "JobPosting", "at": {"city": "Graz"}, "fields": fields}]);
        let json = value[0].to_string();
        let pretty = serde_json::to_string_pretty(&value[0]).unwrap();
        for damaged in [
            json.trim_end_matches('}').to_owned(),
            json.replace('&', "&amp;").replace('"', "&quot;"),
            json.replace("\\\"", "\""),
            pretty.replace("\\\"", "\""),
            pretty.replace("\",\n", "\"\n"),
            json.replace('}', ",}"),
            json.replace(",\"", ",/* note */\""),
            format!("//<![CDATA[\n{json};\n//]]>"),
        ] {
            prop_assert_eq!(parsed(&damaged), Some(value.clone()), "{}", damaged);
        }
        let lines: Value = serde_json::from_str(&value.to_string().replace(' ', "\\n")).unwrap();
        prop_assert_eq!(parsed(&json.replace(' ', "\n")), Some(lines));
        prop_assert_eq!(parsed(&format!("{json}\n{json}")), Some(json!([value[0], value[0]])));
    }

    #[test]
    fn any_text_is_repaired_to_json_or_refused(
        pieces in prop::collection::vec(prop_oneof![
            prop::sample::select(vec![
                "{", "}", "[", "]", "\"", "'", ":", ",", "\\", "&quot;", "\"a\":", "\"b\"", "/*", "//",
                "<!--", "<p>", "NaN", "\\x26", "\\ud800", "\n", "1", "{{", "}}", "“", "ß",
            ]).prop_map(str::to_owned),
            "\\PC{0,3}",
        ], 0..40),
    ) {
        parsed(&pieces.concat());
    }
}
