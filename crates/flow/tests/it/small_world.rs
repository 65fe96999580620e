//! A few fictional companies over ninety days: a round reported by two sources and corrected once,
//! a hiring spike on two boards, a certificate, a tool adopted, a tender, and pages without any.

use model::{IdealCustomer, Product, ScoreWeights, Timestamp};
use serde_json::json;

use crate::journey::{capture_of_html, captures_of_lines};

pub(crate) const TODAY: &str = "2026-11-20T12:00:00Z";

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn product() -> Product {
    Product {
        id: "quality".to_owned(),
        name: "Data quality".to_owned(),
        buyer_role: "Head of Data".to_owned(),
        ideal_customer: IdealCustomer {
            countries: vec!["DE".to_owned()],
            industries: vec!["logistics".to_owned()],
            employees_min: Some(50),
            employees_max: Some(2_000),
            technologies: Vec::new(),
        },
        roles: vec!["engineer".to_owned()],
        region: vec!["DE".to_owned()],
        tools: Vec::new(),
        tender_min_eur: 50_000,
        weights: ScoreWeights::default(),
        signal_weights: std::collections::BTreeMap::new(),
    }
}

fn press(url: &str, ts: &str, title: &str, text: &str) -> String {
    json!({"schema": 1, "type": "press", "url": url, "ts": ts, "title": title, "text": text, "lang": "en"})
        .to_string()
}

fn job(board: &str, id: u32, title: &str, posted: &str, ts: &str) -> String {
    json!({
        "schema": 1, "type": "job_posting", "id": id.to_string(), "ts": ts,
        "url": format!("https://{board}/jobs/{id}"),
        "company": {"domain": "harbour-freight.example", "name": "Harbour Freight Lines"},
        "title": title,
        "features": {"id": format!("{board}-{id}"), "title": title, "country": "DE", "city": "Hamburg", "posted": posted},
    })
    .to_string()
}

fn lines() -> Vec<String> {
    let mut lines = vec![
        press(
            "https://nordwind-logistics.example/press/series-b",
            "2026-09-01T08:00:00Z",
            "Nordwind Logistics raises €20 million Series B",
            "Nordwind Logistics today announced that it has raised €20 million in a Series B round led by Elbe Ventures.",
        ),
        // The same page, corrected a week later: the amount is a detail, not part of the identity.
        press(
            "https://nordwind-logistics.example/press/series-b",
            "2026-09-08T08:00:00Z",
            "Nordwind Logistics raises €25 million Series B",
            "Nordwind Logistics today announced that it has raised €25 million in a Series B round led by Elbe Ventures.",
        ),
        press(
            "https://harbour-gazette.example/2026/09/nordwind",
            "2026-09-02T09:00:00Z",
            "Nordwind Logistics lands fresh capital",
            "Nordwind Logistics has raised €25 million in a Series B round, the company said on Tuesday.",
        ),
        press(
            "https://cobalt-payments.example/news/iso",
            "2026-10-05T10:00:00Z",
            "Cobalt Payments is ISO 27001 certified",
            "Cobalt Payments has received ISO 27001 certification after an independent audit.",
        ),
        json!({
            "schema": 1, "type": "tender", "id": "n-2026-77", "ts": "2026-11-02T06:00:00Z",
            "url": "https://tenders.example/notice/n-2026-77",
            "company": {"domain": "lindau-stadtwerke.example", "name": "Stadtwerke Lindau"},
            "title": "Data platform for smart meters",
            "text": "Stadtwerke Lindau invites tenders for a data platform for smart meters.",
            "features": {"id": "n-2026-77", "title": "Data platform for smart meters", "buyer": "Stadtwerke Lindau",
                         "buyer_country": "DE", "amount": "400000", "currency": "EUR", "deadline": "2026-12-15",
                         "published": "2026-11-02", "stage": "open"},
        })
        .to_string(),
    ];
    // One opening a month for a year, then nine within ten days; two of them on a second board.
    for month in 1..=8 {
        let posted = format!("2026-{month:02}-03");
        lines.push(job(
            "harbour-freight.example",
            month,
            "Fleet engineer",
            &posted,
            "2026-09-01T05:00:00Z",
        ));
    }
    for day in 1..=9 {
        let (title, posted) =
            (format!("Platform engineer, team {day}"), format!("2026-11-{day:02}"));
        let observed = format!("2026-11-{:02}T05:00:00Z", day + 1);
        lines.push(job("harbour-freight.example", 100 + day, &title, &posted, &observed));
    }
    lines
}

fn html_pages() -> Vec<(&'static str, &'static str, String)> {
    let page = |head: &str, body: &str| {
        format!(
            "<!doctype html><html lang=en><head><title>Fjord Analytics</title>{head}</head><body><main>{body}</main></body></html>"
        )
    };
    let about = "<h1>Fjord Analytics</h1><p>Fjord Analytics helps shipping lines plan their routes with fewer empty miles and better forecasts.</p>";
    let organisation = r#"<script type="application/ld+json">{"@type":"Organization","name":"Nordwind Logistics GmbH","address":{"addressCountry":"DE"},"numberOfEmployees":320,"industry":"Logistics"}</script>"#;
    vec![
        ("https://fjord-analytics.example/", "2026-08-20T10:00:00Z", page("", about)),
        (
            "https://fjord-analytics.example/",
            "2026-10-10T10:00:00Z",
            page(r#"<script src="https://js.hs-scripts.com/4711.js"></script>"#, about),
        ),
        (
            "https://fjord-analytics.example/blog/crm",
            "2026-10-14T10:00:00Z",
            page(
                "",
                "<article><h1>A new home for our customer data</h1><p>Over the summer we migrated to HubSpot, and our sales team now runs on it every day.</p></article>",
            ),
        ),
        (
            "https://nordwind-logistics.example/",
            "2026-09-01T07:00:00Z",
            page(
                organisation,
                "<h1>Nordwind Logistics</h1><p>Freight by rail and road between the North Sea and the Alps, for shippers who count every mile.</p>",
            ),
        ),
        ("https://harbour-freight.example/jobs/3", "2026-10-01T05:00:00Z", "HTTP gone".to_owned()),
    ]
}

/// Builds all captures of the small world, oldest first.
pub(crate) fn captures() -> Vec<ingest::Capture> {
    let now = at(TODAY);
    let (mut captures, rejected) = captures_of_lines(&lines(), now);
    assert!(rejected.is_empty(), "{rejected:?}");
    for (url, observed, html) in html_pages() {
        captures.push(capture_of_html(url, &html, at(observed)));
    }
    captures.sort_by_key(|capture| (capture.observed, capture.raw));
    captures
}
