//! `leadq search`: queries, filters, fragments, and the recovery of the index.

use std::collections::BTreeSet;
use std::fs;

use crate::program::Leadq;

#[test]
fn signals_and_pages_are_found_by_their_words() {
    let leadq = Leadq::with_tour();
    let json = |line: &str| leadq.sh(&format!("leadq --quiet search {line} --json"), "").json();
    let all = json("lumenfeld");
    let total = all["total"].as_u64().unwrap();
    assert!(total > 1, "{all}");
    let hit = &all["items"][0];
    assert_eq!(hit["company"]["domain"], "lumenfeld.example");
    let pieces = hit["fragment"].as_array().unwrap();
    assert!(pieces.iter().all(|piece| piece["text"].is_string()), "{pieces:?}");

    let signals = json("lumenfeld --kind signal");
    let pages = json("lumenfeld --kind page");
    assert_eq!(signals["total"].as_u64().unwrap() + pages["total"].as_u64().unwrap(), total);
    assert_eq!(json("lumenfeld --kind signal,page --limit 1")["total"], total);
    assert_eq!(json("lumenfeld --kind hiring_spike --company polderhof.example")["total"], 0);

    let shown = leadq.sh("leadq search lumenfeld --limit 1", "");
    assert!(shown.out.contains("«Lumenfeld»"), "{}", shown.out);
    assert!(shown.out.contains("the best 1 of"), "{}", shown.out);
    let none = leadq.sh("leadq search lumenfeld nowheretobefound", "");
    assert!(none.out.contains("no results"), "{none:?}");
    for odd in ["'\"never closed'", "'x - \" ( *'", "'kind:page AND ('"] {
        assert_eq!(leadq.sh(&format!("leadq search {odd}"), "").code, 0, "{odd}");
    }
    let invalid = leadq.sh("leadq search x --kind rain", "");
    assert_eq!(invalid.code, 2);
    assert!(invalid.err.contains("there are signal, page, "), "{}", invalid.err);

    // Lost, damaged or rebuilt on request: the same hits. Scores may differ slightly, because they
    // depend on entries that were deleted from the index.
    let ids = |answer: &serde_json::Value| -> BTreeSet<String> {
        let hits = answer["items"].as_array().unwrap().iter();
        hits.map(|hit| hit["id"].as_str().unwrap().to_owned()).collect()
    };
    let all = ids(&all);
    let index = leadq.data().join("search");
    fs::remove_dir_all(&index).unwrap();
    assert_eq!(ids(&json("lumenfeld")), all);
    for entry in fs::read_dir(&index).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending != "json") {
            fs::write(path, "").unwrap();
        }
    }
    assert_eq!(ids(&json("lumenfeld")), all);
    assert_eq!(leadq.sh("leadq search --rebuild", "").out, "the search index was rebuilt\n");
    assert_eq!(ids(&json("lumenfeld")), all);
    assert_eq!(leadq.sh("leadq search", "").code, 2);
}
