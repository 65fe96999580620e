//! Tests of the embedded engine beyond the suite: it survives any damage to its files.

use model::{Day, EntityId};

use super::*;
use crate::conformance::{Opened, search_suite};
use crate::search::{DocumentKind, SearchDocument};

async fn in_memory() -> Opened<Arc<dyn SearchIndex>, ()> {
    Some((Arc::new(TantivyIndex::in_memory()), ()))
}

async fn on_disk() -> Opened<Arc<dyn SearchIndex>, tempfile::TempDir> {
    let folder = tempfile::tempdir().unwrap();
    Some((Arc::new(TantivyIndex::in_folder(folder.path().join("search"))), folder))
}

search_suite!(in_memory, on_disk);

fn page(text: &str) -> Option<SearchDocument> {
    Some(SearchDocument {
        kind: DocumentKind::Page,
        entity: EntityId([7; 16]),
        company: "acme.example".to_owned(),
        title: "A page".to_owned(),
        text: text.to_owned(),
        keywords: String::new(),
        url: "https://acme.example/".to_owned(),
        lang: Some("en".to_owned()),
        day: Day(20_000),
        signal_kind: None,
        country: None,
    })
}

fn changes(texts: &[(&str, &str)]) -> Changes {
    texts.iter().map(|(id, text)| ((*id).to_owned(), page(text))).collect()
}

/// Applies changes at the current position of the index.
async fn apply(index: &TantivyIndex, changes: Changes, to: &str) {
    let from = index.position().await.unwrap();
    index.apply(changes, from.as_deref(), to).await.unwrap();
}

async fn total(index: &TantivyIndex, text: &str) -> usize {
    let query = Query { text: text.to_owned(), limit: 10, ..Query::default() };
    index.search(query).await.unwrap().total
}

#[tokio::test]
async fn uncommitted_changes_leave_no_words_and_no_position() {
    let folder = tempfile::tempdir().unwrap();
    let open = || TantivyIndex::in_folder(folder.path().join("search"));
    let index = open();
    apply(&index, changes(&[("a", "harbour"), ("b", "harbour")]), "first").await;
    // Killed during a write: there are files of a segment, and a deletion, but no commit.
    let writer =
        index.session.open().unwrap().current.write(changes(&[("a", "bridge"), ("c", "bridge")]));
    drop(writer.unwrap());
    drop(index);
    let index = open();
    assert_eq!(index.position().await.unwrap().as_deref(), Some("first"));
    assert_eq!((total(&index, "harbour").await, total(&index, "bridge").await), (2, 0));
    apply(&index, changes(&[("a", "bridge"), ("c", "bridge")]), "second").await;
    drop(index);
    let index = open();
    assert_eq!(index.position().await.unwrap().as_deref(), Some("second"));
    assert_eq!((total(&index, "harbour").await, total(&index, "bridge").await), (1, 2));
}

#[tokio::test]
async fn the_position_outlives_merges() {
    let folder = tempfile::tempdir().unwrap();
    let index = TantivyIndex::in_folder(folder.path().to_owned());
    for number in 0..30 {
        let id = format!("page {number}");
        apply(&index, changes(&[(&id, "harbour")]), &id).await;
    }
    assert_eq!(index.position().await.unwrap().as_deref(), Some("page 29"));
    let open = index.session.open().unwrap();
    let segments = open.current.index.searchable_segment_ids().unwrap().len();
    assert!(segments < 15, "{segments} segments were never merged");
    assert_eq!(total(&index, "harbour").await, 30);
}

/// Damages the files of an index that holds a page; it must open empty and work again.
async fn reopens_empty(damage: impl Fn(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("search");
    let index = TantivyIndex::in_folder(path.clone());
    apply(&index, changes(&[("a", "harbour")]), "first").await;
    drop(index);
    std::fs::write(path.join("mine.txt"), "not of the index").unwrap();
    damage(&path);
    let index = TantivyIndex::in_folder(path.clone());
    // Damage in the middle of a file is detected only when that part is read.
    let _ = index.search(Query { text: "harbour".to_owned(), ..Query::default() }).await;
    assert_eq!(index.position().await.unwrap(), None);
    apply(&index, changes(&[("b", "bridge")]), "again").await;
    assert_eq!((total(&index, "harbour").await, total(&index, "bridge").await), (0, 1));
    assert!(path.join("mine.txt").exists(), "a file of somebody else's was removed");
}

fn each_segment_file(folder: &Path, change: impl Fn(&Path)) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending != "json" && ending != "txt") {
            change(&path);
        }
    }
}

#[tokio::test]
async fn a_damaged_index_is_begun_anew() {
    reopens_empty(|folder| std::fs::remove_file(folder.join("meta.json")).unwrap()).await;
    reopens_empty(|folder| std::fs::write(folder.join("meta.json"), "{").unwrap()).await;
    reopens_empty(|folder| {
        each_segment_file(folder, |path| std::fs::write(path, "").unwrap());
    })
    .await;
    reopens_empty(|folder| {
        each_segment_file(folder, |path| std::fs::remove_file(path).unwrap());
    })
    .await;
    reopens_empty(|folder| {
        each_segment_file(folder, |path| {
            let bytes = std::fs::read(path).unwrap();
            std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
        });
    })
    .await;
}

/// Makes an index one of another version, at its position.
fn set_version(folder: &Path, version: &str) {
    let index = Index::open_in_dir(folder).unwrap();
    let payload = index.load_metas().unwrap().payload.unwrap();
    index.tokenizers().register(schema::WORDS, language::plain());
    let mut writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES).unwrap();
    let mut commit = writer.prepare_commit().unwrap();
    commit.set_payload(&format!("{version} {}", version_and_position(&payload).1));
    commit.commit().unwrap();
}

#[tokio::test]
async fn an_index_of_another_version_answers_until_the_new_one_is_published() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("search");
    let open = || TantivyIndex::in_folder(path.clone());
    let index = open();
    apply(&index, changes(&[("a", "harbour"), ("b", "harbour")]), "first").await;
    drop(index);
    set_version(&path, "0");
    std::fs::write(path.join("mine.txt"), "not of the index").unwrap();
    // The process ends twice in the middle.
    for (position, text) in [(None, "bridge"), (Some("bridge"), "tunnel"), (Some("tunnel"), "dam")]
    {
        let index = open();
        assert_eq!(index.position().await.unwrap().as_deref(), position);
        apply(&index, changes(&[(text, "bridge")]), text).await;
        assert_eq!((total(&index, "harbour").await, total(&index, "bridge").await), (2, 0));
        let query = Query { text: "harbour".to_owned(), ..Query::default() };
        assert_eq!(index.ids(query).await.unwrap().ids.len(), 2);
    }
    let index = open();
    index.publish().await.unwrap();
    assert_eq!((total(&index, "harbour").await, total(&index, "bridge").await), (0, 3));
    assert_eq!(index.position().await.unwrap().as_deref(), Some("dam"));
    assert!(!path.join("old").exists() && path.join("mine.txt").exists());
    index.publish().await.unwrap();
    drop(index);
    assert_eq!(total(&open(), "bridge").await, 3);
}

#[tokio::test]
async fn an_old_index_is_cleared_replaced_and_given_up_when_damaged() {
    let begun = async |path: &Path| {
        let index = TantivyIndex::in_folder(path.to_owned());
        apply(&index, changes(&[("a", "harbour")]), "first").await;
        drop(index);
        set_version(path, "0");
        let index = TantivyIndex::in_folder(path.to_owned());
        apply(&index, changes(&[("b", "bridge")]), "second").await;
        assert_eq!((total(&index, "harbour").await, total(&index, "bridge").await), (1, 0));
        index
    };
    let totals =
        async |index: &TantivyIndex| (total(index, "harbour").await, total(index, "bridge").await);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cleared");
    let index = begun(&path).await;
    index.clear().await.unwrap();
    assert_eq!(totals(&index).await, (0, 0));
    assert!(!path.join("old").exists(), "no erased data is left");

    // A later version: the old index is complete, and the other one may not be.
    let path = folder.path().join("replaced");
    drop(begun(&path).await);
    set_version(&path, "1");
    let index = TantivyIndex::in_folder(path.clone());
    assert_eq!((totals(&index).await, index.position().await.unwrap()), ((1, 0), None));

    // The move was interrupted before its last file.
    let path = folder.path().join("moved");
    let index = TantivyIndex::in_folder(path.clone());
    apply(&index, changes(&[("a", "harbour")]), "first").await;
    drop(index);
    set_version(&path, "0");
    std::fs::create_dir(path.join("old")).unwrap();
    std::fs::rename(path.join(".managed.json"), path.join("old/.managed.json")).unwrap();
    let index = TantivyIndex::in_folder(path.clone());
    assert_eq!((totals(&index).await, index.position().await.unwrap()), ((1, 0), None));

    let path = folder.path().join("damaged");
    drop(begun(&path).await);
    each_segment_file(&path.join("old"), |path| std::fs::write(path, "").unwrap());
    let index = TantivyIndex::in_folder(path.clone());
    // The damage is detected when that part is read.
    let _ = index.search(Query { text: "harbour".to_owned(), ..Query::default() }).await;
    assert_eq!(totals(&index).await, (0, 1), "the one that is filled answers");
    assert_eq!(index.position().await.unwrap().as_deref(), Some("second"));
}

#[tokio::test]
async fn an_index_with_other_fields_is_begun_anew() {
    reopens_empty(|folder| {
        files::remove_index(folder).unwrap();
        let schema = ::tantivy::schema::Schema::builder().build();
        let index = Index::create_in_dir(folder, schema).unwrap();
        let mut writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES).unwrap();
        let mut commit = writer.prepare_commit().unwrap();
        commit.set_payload("0 somewhere");
        commit.commit().unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_check_names_the_damaged_files_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("search");
    let index = TantivyIndex::in_folder(path.clone());
    assert!(index.damaged_files().await.unwrap().is_empty() && !path.exists());
    apply(&index, changes(&[("a", "harbour")]), "first").await;
    assert!(index.damaged_files().await.unwrap().is_empty());
    let exposed = crate::permissions::exposed(&path).unwrap();
    assert_eq!(exposed, None, "only the owner can read the folder");
    drop(index);
    let mut files = std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path());
    let changed = files.find(|file| file.extension().is_some_and(|ending| ending == "store"));
    let changed = changed.unwrap();
    let mut bytes = std::fs::read(&changed).unwrap();
    bytes[3] ^= 1;
    std::fs::write(&changed, &bytes).unwrap();
    let damaged = TantivyIndex::in_folder(path.clone()).damaged_files().await.unwrap();
    assert_eq!(damaged, [changed.file_name().unwrap().to_str().unwrap()]);
    assert!(path.join("meta.json").exists() && std::fs::read(&changed).unwrap() == bytes);
}
