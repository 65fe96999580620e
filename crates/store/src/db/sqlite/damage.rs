//! Tests of databases that are damaged, emptied or gone.

use std::sync::Arc;

use super::*;
use crate::db::Db;

/// A change of the file outside the program.
type Change<'a> = &'a dyn Fn(&Path);

fn db_of(engine: Sqlite) -> Db {
    Db::new(Arc::new(engine))
}

/// Fills a database with settings of a few pages each, and closes it.
async fn filled(path: &Path) {
    let db = db_of(Sqlite::open(path).await.unwrap());
    for number in 0..200 {
        let (name, value) = (format!("value {number:04}"), "x".repeat(9_000));
        let write = db.write(Urgency::Normal, move |tx| {
            Box::pin(async move { tx.set_setting(&name, &value).await })
        });
        write.await.unwrap();
    }
    db.close().await;
}

async fn all_settings(db: &Db) -> Result<usize> {
    let sql = "SELECT name, value FROM setting ORDER BY value, name";
    Ok(db.read(move |tx| Box::pin(tx.query(sql, &[]))).await?.len())
}

async fn sql(path: &Path, text: &'static str) {
    rusqlite::Connection::open(path).unwrap().execute_batch(text).unwrap();
}

fn beside(path: &Path, ending: &str) -> std::path::PathBuf {
    path.with_file_name(format!("leadq.db{ending}"))
}

/// A database that must hold data is refused in every way of being empty, and is left as it is.
#[tokio::test]
async fn an_emptied_database_is_not_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("leadq.db");
    let change: [(&str, Change<'_>, &str); 5] = [
        ("deleted", &|path| std::fs::remove_file(path).unwrap(), "is missing"),
        ("cut", &|path| std::fs::write(path, "").unwrap(), "is empty"),
        ("overwritten", &|path| std::fs::write(path, "x".repeat(9_000)).unwrap(), "first bytes"),
        (
            "without its log",
            &|path| std::fs::write(beside(path, "-shm"), "").unwrap(),
            "write-ahead log",
        ),
        ("intact", &|_| (), ""),
    ];
    for (name, change, expected) in change {
        filled(&path).await;
        change(&path);
        let before = std::fs::read(&path).ok();
        match Sqlite::reopen(&path).await {
            Ok(engine) => {
                assert_eq!(name, "intact");
                db_of(engine).close().await;
            }
            Err(error) => {
                let message = error.to_string();
                assert!(error.is_damage() && message.contains(expected), "{name}: {message}");
                assert!(message.contains("leadq.db") && message.contains("leadq restore"));
                assert_eq!(std::fs::read(&path).ok(), before, "{name}: it was changed");
            }
        }
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(beside(&path, ending));
        }
    }
    let foreign = "CREATE TABLE other (id INTEGER)";
    for text in [foreign, "CREATE TABLE other (id INTEGER); DROP TABLE other"] {
        sql(&path, text).await;
        let error = Sqlite::reopen(&path).await.err().unwrap();
        let message = error.to_string();
        assert!(error.is_damage() && message.contains("nothing of leadq"), "{text}: {message}");
        std::fs::remove_file(&path).unwrap();
    }
    filled(&path).await;
    sql(&path, "DROP TABLE signal").await;
    for opened in [Sqlite::reopen(&path).await, Sqlite::open(&path).await] {
        let error = opened.err().unwrap();
        assert!(error.is_damage() && error.to_string().contains("its table signal"), "{error}");
    }
}

/// A damaged page is recognized by whatever meets it first; after that nothing is written.
#[tokio::test]
async fn a_damaged_page_stops_all_writing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("leadq.db");
    filled(&path).await;
    let mut bytes = std::fs::read(&path).unwrap();
    let (from, to) = (bytes.len() / 4, bytes.len() * 3 / 4);
    bytes[from..to].fill(0xa5);
    std::fs::write(&path, &bytes).unwrap();

    let db = db_of(Sqlite::reopen(&path).await.unwrap());
    assert_eq!(db.damage(), None);
    let error = all_settings(&db).await.unwrap_err();
    assert!(error.is_damage() && !error.is_retryable(), "{error}");
    let message = error.to_string();
    assert!(message.contains("leadq.db is damaged") && message.contains("leadq restore"));
    assert_eq!(db.damage(), Some(&*message));
    let written = db.write(Urgency::Urgent, |tx| Box::pin(tx.set_setting("late", "yes"))).await;
    assert!(written.unwrap_err().is_damage(), "nothing is written to a damaged database");
    db.close().await;

    let db = db_of(Sqlite::reopen(&path).await.unwrap());
    let faults = db.check().await;
    assert!(faults.is_err() || faults.is_ok_and(|faults| !faults.is_empty()));
    assert!(db.damage().is_some(), "a check notices it too");
    db.close().await;
}

/// All statements are of this crate, so one that names a missing table has found damage.
#[tokio::test]
async fn a_table_that_is_lost_under_way_is_damage() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("leadq.db");
    filled(&path).await;
    let db = db_of(Sqlite::open(&path).await.unwrap());
    let lose = db.write(Urgency::Urgent, |tx| Box::pin(tx.query("DROP TABLE lease", &[])));
    lose.await.unwrap();
    let now = model::Timestamp(1);
    let late = db.write(Urgency::Urgent, move |tx| {
        Box::pin(async move { tx.take_lease("relay", "me", now, now).await })
    });
    assert!(late.await.unwrap_err().is_damage(), "a table is missing");
    db.close().await;
}

/// A file that is removed or replaced while it is open would take with it what is written.
#[tokio::test]
async fn a_file_that_is_replaced_under_way_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("leadq.db");
    let changes: [(Change<'_>, &str); 3] = [
        (&|path| std::fs::remove_file(path).unwrap(), "is missing"),
        (&|path| std::fs::write(path, "").unwrap(), "is empty"),
        (
            &|path| {
                let copy = path.with_file_name("copy");
                std::fs::copy(path, &copy).unwrap();
                std::fs::rename(&copy, path).unwrap();
            },
            "was replaced",
        ),
    ];
    for (change, expected) in changes {
        filled(&path).await;
        let db = db_of(Sqlite::open(&path).await.unwrap());
        db.check_place().await.unwrap();
        change(&path);
        let error = db.check_place().await.unwrap_err();
        assert!(error.is_damage() && error.to_string().contains(expected), "{error}");
        assert!(db.damage().is_some());
        db.close().await;
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(beside(&path, ending));
        }
    }
}

/// The database and the files beside it are private, whatever the umask; a backup is too.
#[tokio::test]
async fn only_the_owner_can_read_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("leadq.db");
    let db = db_of(Sqlite::open(&path).await.unwrap());
    db.write(Urgency::Normal, |tx| Box::pin(tx.set_setting("a", "b"))).await.unwrap();
    db.back_up(&folder.path().join("copy.db")).await.unwrap();
    for name in ["leadq.db", "leadq.db-wal", "leadq.db-shm", "copy.db"] {
        let exposed = crate::permissions::exposed(&folder.path().join(name)).unwrap();
        assert_eq!(exposed, None, "{name}");
    }
    db.close().await;
}
