//! Old news is not told as new: an event whose date cannot be read is undated and no reason for a
//! call, and one of which only the year can be read is of that year.

use answer::{CallQuery, SignalCounts, SignalQuery};
use serde_json::Value;

use crate::journey::{Engines, Journey, capture_of_html};
use crate::small_world::{TODAY, at, product};

fn page(name: &str, date: &str) -> String {
    format!(
        "<html lang=en><title>{name} raises €18 million Series A</title>\
         <h1>{name} raises €18 million Series A</h1><p>{date}</p>\
         <p>{name} has raised €18 million in a Series A round led by Elbe Ventures.</p>"
    )
}

/// Reads the signals and the calls after these pages were read.
async fn told(pages: &[(&str, &str, &str)], companies_max: usize) -> (Vec<Value>, Vec<Value>) {
    let journey = Journey::start(Engines::Disk, vec![product()], at(TODAY)).await;
    let captures = pages.iter().map(|(host, name, date)| {
        let url = format!("https://{host}/news/series-a");
        capture_of_html(&url, &page(name, date), at(TODAY))
    });
    journey.accept(captures.collect()).await;
    journey.settle().await;
    let answers = journey.context().answers();
    let day = answers.day(None);
    let query = SignalQuery { limit: 10, ..SignalQuery::default() };
    let counts = SignalCounts::default();
    let signals =
        answer::search_signals(&answers, &counts, &query, day, companies_max, String::new()).await;
    let query = CallQuery { limit: 10, ..CallQuery::default() };
    let calls = answer::calls(&answers, query, day, companies_max).await.unwrap();
    let items = |list: Value| list["items"].as_array().unwrap().clone();
    let signals = items(serde_json::to_value(signals.unwrap()).unwrap());
    (signals, items(serde_json::to_value(calls).unwrap()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undated_event_is_no_call() {
    let (signals, calls) = told(
        &[
            ("hexbolt.example", "Hexbolt", "10 November"),
            ("quernworks.example", "Quernworks", "10. marraskuuta 2024"),
            ("brassfen.example", "Brassfen", "10 नवंबर 2024"),
            ("oatmere.example", "Oatmere", "18. marraskuuta 2026"),
        ],
        1_000,
    )
    .await;
    let told = signals.iter().map(|one| {
        let name = one["company"]["domain"].as_str().unwrap();
        let fresh = one["components"]["timing"].as_f64().unwrap() > 1.0;
        (name, one["start"].as_str().unwrap(), one["undated"] == true, fresh)
    });
    let mut told: Vec<_> = told.collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            ("brassfen.example", "2024-12-31", false, false),
            ("hexbolt.example", "2026-11-20", true, false),
            ("oatmere.example", "2026-11-18", false, true),
            ("quernworks.example", "2024-11-10", false, false),
        ]
    );
    let called: Vec<_> =
        calls.iter().map(|one| one["company"]["domain"].as_str().unwrap()).collect();
    assert!(called.contains(&"oatmere.example"), "{called:?}");
    assert!(!called.contains(&"hexbolt.example"), "{called:?}");
}
