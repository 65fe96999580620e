//! Tests of the exact response of every route over the small world.

use serde_json::{Value, json};

use crate::world::{World, body, text, with_body};

#[tokio::test]
async fn every_route_matches_its_snapshot() {
    let world = World::tour().await;
    let search = world.get("/api/v1/signals/search?sort=score&limit=2").await;
    insta::assert_json_snapshot!("search", search, {".position" => "[position]"});
    let id = search["items"][0]["id"].as_str().unwrap();
    let company = search["items"][0]["company"]["id"].as_str().unwrap();

    let one = world.get(&format!("/api/v1/signals/{id}")).await;
    assert_eq!(one, search["items"][0], "a signal reads the same wherever it stands");
    insta::assert_json_snapshot!(
        "evidence",
        world.get(&format!("/api/v1/signals/{id}/evidence")).await
    );
    let mut lead = world.get(&format!("/api/v1/leads/{company}")).await;
    // The number of steps to a score depends on the records that were processed together.
    let river = lead["river"].as_array_mut().unwrap();
    let all = river.len();
    river.retain(|entry| entry["kind"] != "score");
    assert!(river.len() < all, "the ledger is in the river");
    insta::assert_json_snapshot!("lead", lead, {".scores[].updated_at" => "[time]"});
    insta::assert_json_snapshot!("leads", world.get("/api/v1/leads?limit=2").await);
    insta::assert_json_snapshot!("products", world.get("/api/v1/products").await);
    let status = world.get("/api/v1/status").await;
    insta::assert_json_snapshot!("status", status, {".lag_ms" => "[lag]", ".version" => "[version]"});

    let metrics = world.send(crate::world::ask("GET", "/metrics")).await;
    let metrics = text(metrics).await;
    for metric in [
        "leadq_page_to_signal_seconds_bucket",
        "leadq_stage_records_total{stage=\"clean\"}",
        "leadq_stage_lag_records{stage=\"outbox\"} 0",
        "leadq_intake_total{outcome=\"new\"}",
        "leadq_http_requests_total{method=\"GET\",route=\"/api/v1/signals/{id}\",status=\"200\"}",
    ] {
        assert!(metrics.contains(metric), "{metric} is not in\n{metrics}");
    }
}

#[tokio::test]
async fn troubles_are_reported() {
    let world = World::empty().await;
    assert_eq!(world.send(crate::world::ask("GET", "/healthz")).await.status(), 200);
    let world = World::empty().await;
    std::fs::remove_dir_all(world.folder().join("blobs")).unwrap();
    let answer = world.send(crate::world::ask("GET", "/healthz")).await;
    assert_eq!(answer.status(), 503);
    assert!(answer.headers().contains_key("retry-after"));
    let cause = "cannot write to the blob folder: No such file or directory (os error 2)";
    let message = text(answer).await;
    assert!(message.contains(&format!("pages: {cause}")), "{message}");
    let troubles = &world.get("/api/v1/status").await["troubles"];
    assert_eq!(*troubles, json!([{"part": "pages", "cause": cause}]));
}

#[tokio::test]
async fn filters_facets_and_pages_agree() {
    let world = World::tour().await;
    let search = async |query: &str| world.get(&format!("/api/v1/signals/search?{query}")).await;
    let ids = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap().iter();
        items.map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    };
    let all = search("limit=200").await;
    let total = usize::try_from(all["total"].as_u64().unwrap()).unwrap();
    assert_eq!(ids(&all).len(), total);

    for sort in ["newest", "score"] {
        let unpaged = ids(&search(&format!("sort={sort}&limit=200")).await);
        let (mut paged, mut next) = (Vec::new(), String::new());
        loop {
            let page = search(&format!("sort={sort}&limit=2{next}")).await;
            assert_eq!(page["total"], total, "the total is of all pages");
            paged.extend(ids(&page));
            let Some(cursor) = page["next"].as_str() else { break };
            next = format!("&cursor={cursor}");
        }
        assert_eq!(paged, unpaged, "{sort}");
    }

    for facet in all["facets"]["kind"].as_array().unwrap() {
        let kind = facet["value"].as_str().unwrap();
        let of_kind = search(&format!("kind={kind}")).await;
        assert_eq!(of_kind["total"], facet["count"], "{kind}");
        assert_eq!(of_kind["facets"]["kind"], all["facets"]["kind"], "the others stay on offer");
    }
    for facet in all["facets"]["geo"].as_array().unwrap() {
        let geo = facet["value"].as_str().unwrap();
        assert_eq!(search(&format!("geo={}", geo.to_lowercase())).await["total"], facet["count"]);
    }

    let check = async |query: &str, is_expected: &dyn Fn(&Value) -> bool| {
        let page = search(&format!("limit=200&{query}")).await;
        let items = all["items"].as_array().unwrap().iter();
        let expected: Vec<&Value> = items.filter(|item| is_expected(item)).collect();
        assert_eq!(
            page["items"].as_array().unwrap().iter().collect::<Vec<_>>(),
            expected,
            "{query}"
        );
        assert!(
            !expected.is_empty() && expected.len() < total,
            "{query}: {} of {total}",
            expected.len()
        );
    };
    let is_lumenfeld = |item: &Value| item["company"]["domain"] == "lumenfeld.example";
    let is_certified = |item: &Value| item["kind"] == "compliance_win";
    let is_german = |item: &Value| item["company"]["country"] == "DE";
    check("q=lumenFELD", &is_lumenfeld).await;
    check("q=lumen", &is_lumenfeld).await;
    check("q=Lumenfled", &is_lumenfeld).await;
    check("q=ISO-27001", &is_certified).await;
    check("q=iso27001%20complian", &is_certified).await;
    check("q=Deutschland", &is_german).await;
    check("q=lumenfled&company=lumenfeld.example", &is_lumenfeld).await;
    check("geo=Germany", &is_german).await;
    let corrected = search("q=lumenfled").await;
    assert_eq!(corrected["similar"], json!(["lumenfeld"]));
    for (filter, field) in [("score_min", "score"), ("confidence_min", "confidence")] {
        let items = all["items"].as_array().unwrap().iter();
        let mut values: Vec<f64> = items.map(|item| item[field].as_f64().unwrap()).collect();
        values.sort_by(f64::total_cmp);
        let minimum = values[total - 1];
        check(&format!("{filter}={minimum}"), &|item| item[field].as_f64() >= Some(minimum)).await;
    }
    check("freshness=10d", &|item| item["start"].as_str() >= Some("2026-11-10")).await;
    check("company=lumenfeld.example", &|item| item["company"]["domain"] == "lumenfeld.example")
        .await;
}

#[tokio::test]
async fn leads_come_page_by_page() {
    let world = World::tour().await;
    let all = world.get("/api/v1/leads?limit=200").await;
    let items = all["items"].as_array().unwrap();
    assert!(items.len() > 2 && all["next"].is_null(), "{all}");
    for filter in ["", "&product=clearfold", "&geo=de,nl"] {
        let whole = world.get(&format!("/api/v1/leads?limit=200{filter}")).await;
        let (mut paged, mut next) = (Vec::new(), String::new());
        loop {
            let page = world.get(&format!("/api/v1/leads?limit=2{filter}{next}")).await;
            assert_eq!(page["left_out"], whole["left_out"]);
            paged.extend(page["items"].as_array().unwrap().clone());
            let Some(cursor) = page["next"].as_str() else { break };
            next = format!("&cursor={cursor}");
        }
        assert_eq!(Value::from(paged), whole["items"], "{filter}");
    }
    for (wrong, status) in [
        ("limit=0", 400),
        ("limit=201", 400),
        ("cursor=x", 400),
        ("cursor=-1_2_3", 400),
        ("geo=Germny", 400),
        ("product=none", 404),
    ] {
        let answer = world.send(crate::world::ask("GET", &format!("/api/v1/leads?{wrong}"))).await;
        assert_eq!(answer.status(), status, "{wrong}");
    }
}

#[tokio::test]
async fn sent_records_become_signals() {
    let world = World::empty().await;
    let send = async |request_body: &str| {
        let answer = world.send(with_body("POST", "/api/v1/ingest/webhook", request_body)).await;
        assert_eq!(answer.status(), 202);
        body(answer).await
    };
    let press = json!({
        "schema": 1, "type": "press", "url": "https://nordwind.example/press/series-b",
        "ts": "2026-11-18T08:00:00Z", "title": "Nordwind raises €20 million Series B",
        "text": "Nordwind today announced that it has raised €20 million in a Series B round led by Elbe Ventures.",
    });
    let page = json!({
        "url": "https://cobalt-payments.example/news/series-a", "ts": "2026-11-17T10:00:00Z",
        "html": "<html><head><title>News</title></head><body><main><h1>Cobalt Payments raises money</h1>\
                 <p>Cobalt Payments today announced that it has raised €12 million in a Series A round.</p></main></body></html>",
    });
    let receipt = send(&json!([press, page, {"url": "nowhere"}]).to_string()).await;
    assert_eq!((&receipt["accepted"], &receipt["duplicates"]), (&2.into(), &0.into()), "{receipt}");
    assert_eq!(receipt["rejected"][0]["line"], 3, "{receipt}");
    let repeated = send(&format!("{press}\n{page}\n")).await;
    assert_eq!(
        (&repeated["accepted"], &repeated["duplicates"]),
        (&0.into(), &2.into()),
        "{repeated}"
    );

    world.settle().await;
    let results = world.get("/api/v1/signals/search").await;
    let domains: Vec<&str> = results["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["company"]["domain"].as_str().unwrap())
        .collect();
    assert_eq!(domains, ["nordwind.example", "cobalt-payments.example"]);
    for item in results["items"].as_array().unwrap() {
        let id = item["id"].as_str().unwrap();
        let evidence = world.get(&format!("/api/v1/signals/{id}/evidence")).await;
        assert_eq!(evidence["evidence"][0]["fate"], "verified", "{evidence}");
    }
}

#[tokio::test]
async fn a_sent_funding_round_becomes_a_signal_of_its_company() {
    let world = World::empty().await;
    let round = |url: &str, company: Value, features: Value| {
        json!({
            "schema": 1, "type": "funding_round", "url": url, "ts": "2026-11-18T08:00:00Z",
            "company": company, "features": features,
        })
    };
    let a = json!({"round": "Series A", "amount": 21_000_000, "currency": "EUR"});
    let own = "https://torfheide.example/press/1";
    let sent = json!([
        round("https://rounds.example/1", json!({"domain": "acme.example"}), a),
        round(own, json!(null), json!({"amount": "CHF 12 million", "announced": "17.11.2026"})),
        // Seed money is no growth funding.
        round(
            "https://rounds.example/3",
            json!({"domain": "globex.example"}),
            json!({"round": "seed"})
        ),
        round("https://rounds.example/4", json!({"name": "Initech"}), json!({"round": "Series B"})),
        round("https://rounds.example/5", json!({"domain": "initech.example"}), json!({})),
    ]);
    let answer = with_body("POST", "/api/v1/ingest/webhook", &sent.to_string());
    let receipt = body(world.send(answer).await).await;
    assert_eq!((&receipt["accepted"], &receipt["rejected_count"]), (&3.into(), &2.into()));
    world.settle().await;
    let results = world.get("/api/v1/signals/search").await;
    let mut found: Vec<(&str, &str)> = results["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["company"]["domain"].as_str().unwrap(), item["kind"].as_str().unwrap()))
        .collect();
    found.sort_unstable();
    assert_eq!(found, [("acme.example", "budget_event"), ("torfheide.example", "budget_event")]);
}

/// Damage of the database is named by every answer, and no record is blamed for it: the stage stops.
#[tokio::test]
async fn a_damaged_database_answers_503_and_makes_no_dead_letters() {
    let world = World::empty().await;
    let event = |number: usize| {
        let event = json!({
            "schema": 1, "type": "press", "url": format!("https://nordwind.example/press/{number}"),
            "ts": "2026-11-18T08:00:00Z", "title": "Nordwind raises €20 million Series B",
            "text": "Nordwind today announced that it has raised €20 million in a Series B round.",
        });
        with_body("POST", "/api/v1/ingest/webhook", &event.to_string())
    };
    let context = world.engine.context();
    store::conformance::lose_table(&context.db, "page_look").await.unwrap();
    // Intake does not need the table; the stage that does finds the damage.
    assert_eq!(world.send(event(1)).await.status(), 202);
    let found = async {
        while context.db.damage().is_none() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), found).await.unwrap();
    let refused = world.send(event(2)).await;
    assert_eq!(refused.status(), 503);
    assert_eq!(refused.headers()["content-type"], "application/problem+json");
    let problem = body(refused).await;
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.contains("database is damaged") && detail.contains("restore a backup"),
        "{detail}"
    );
    let health = world.send(crate::world::ask("GET", "/healthz")).await;
    assert_eq!(health.status(), 503);
    let message = text(health).await;
    assert!(message.contains("database: ") && message.contains("no such table"), "{message}");
    for stage in flow::dead_stages() {
        let letters = flow::dead_letters(context, stage).await.unwrap();
        assert!(letters.is_empty(), "{stage}: {letters:?}");
    }
    let stopped = world.engine.failed().await.to_string();
    assert!(stopped.contains("is damaged"), "{stopped}");
}

/// Where only the quote is left, it is expired: it can no longer be checked against its page.
#[tokio::test]
async fn evidence_without_its_page_has_expired() {
    let world = World::tour().await;
    let signals = world.get("/api/v1/signals/search").await;
    let id = signals["items"][0]["id"].as_str().unwrap().to_owned();
    let fates = async || {
        let answer = world.get(&format!("/api/v1/signals/{id}/evidence")).await;
        let pieces = answer["evidence"].as_array().unwrap().clone();
        assert!(!pieces.is_empty());
        pieces
            .into_iter()
            .map(|piece| piece["fate"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    for (lost, expected) in [("kept", "verified"), ("raw", "verified"), ("text", "expired")] {
        let folder = world.folder().join("blobs").join(lost);
        std::fs::remove_dir_all(&folder).unwrap();
        std::fs::create_dir(&folder).unwrap();
        assert!(fates().await.iter().all(|fate| fate == expected), "without {lost}");
    }
}
