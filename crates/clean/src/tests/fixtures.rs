//! Tests every pair of `NAME.html` and `NAME.md` in `fixtures/pages`; a new pair is run without
//! further code. `CLEAN_FIXTURES=write` writes the current Markdown instead; review it before you
//! commit it.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::{assert_sound, observed};
use model::{Document, Page};

fn pages() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/pages");
    let mut pages: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "html"))
        .collect();
    pages.sort();
    pages
}

/// Renders a document as Markdown, preceded by everything that is not prose.
fn shown(document: &Document, notes: &[model::Note]) -> String {
    let mut out = String::from("---\n");
    let day = document.published.map(|day| day.to_string());
    for (name, value) in
        [("published", &day), ("lang", &document.lang), ("site_name", &document.site_name)]
    {
        writeln!(out, "{name}: {}", value.as_deref().unwrap_or("none")).unwrap();
    }
    for note in notes {
        writeln!(out, "note: {}", note.code).unwrap();
    }
    for datum in &document.data {
        writeln!(out, "{}", datum.span.of(&document.text).unwrap()).unwrap();
    }
    out + "---\n" + &crate::markdown(document)
}

#[test]
fn pages_read_as_written_down() {
    let pages = pages();
    assert!(!pages.is_empty(), "no fixtures found");
    let mut failures = Vec::new();
    for path in pages {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let body = std::fs::read(&path).unwrap();
        let url = format!("https://www.{}.example/{name}", name.split('_').next().unwrap());
        let headers = [("content-type".to_owned(), "text/html".to_owned())];
        let page =
            Page { url: &url, status: 200, headers: &headers, body: &body, observed: observed() };
        let (document, notes) = crate::page(&page);
        assert_sound(&document);
        let shown = shown(&document, &notes);
        let expected = path.with_extension("md");
        if std::env::var_os("CLEAN_FIXTURES").is_some_and(|value| value == "write") {
            std::fs::write(&expected, &shown).unwrap();
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != shown {
            failures.push(format!("{name} reads:\n{shown}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
