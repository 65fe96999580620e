//! The links between documents lead to files and headings that exist.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::markdown::{Document, documents};
use crate::program::root;

/// The list of all documents for users.
const INDEX: &str = "docs/README.md";

/// Returns the file and the heading that a link leads to; nothing if it leads to another site.
fn target(document: &Document, link: &str) -> Option<(PathBuf, Option<String>)> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = match link.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor.to_owned())),
        None => (link, None),
    };
    let own = root().join(&document.path);
    let file = if path.is_empty() { own } else { own.parent()?.join(path) };
    Some((file.canonicalize().unwrap_or(file), anchor))
}

#[test]
fn links_lead_to_files_and_headings() {
    let documents = documents();
    let mut broken = Vec::new();
    for document in &documents {
        for link in &document.links {
            let Some((file, anchor)) = target(document, link) else { continue };
            let has = |anchor: &String| {
                let named = documents.iter().find(|one| root().join(&one.path) == file);
                named.is_some_and(|one| one.anchors.contains(anchor))
            };
            if !file.exists() || anchor.as_ref().is_some_and(|anchor| !has(anchor)) {
                broken.push(format!("{}: {link}", document.path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn the_index_lists_every_document() {
    let documents = documents();
    let index = documents.iter().find(|one| one.path == Path::new(INDEX)).unwrap();
    let listed: BTreeSet<PathBuf> =
        index.links.iter().filter_map(|link| Some(target(index, link)?.0)).collect();
    let is_listed = |path: &Path| path.ancestors().any(|one| listed.contains(one));
    let missing: Vec<_> = documents
        .iter()
        .map(|one| one.path.as_path())
        .filter(|path| path.starts_with("docs") && *path != Path::new(INDEX))
        .filter(|path| !is_listed(&root().join(path)))
        .collect();
    assert!(missing.is_empty(), "{INDEX} does not list {missing:?}");
}
