//! Tests of the embedded engine, including the suite of all SQL engines.

use std::sync::Arc;

use super::*;
use crate::conformance::{Opened, db_suite};
use crate::db::{Db, Dialect, schema};

async fn in_memory() -> Opened<Db, ()> {
    Some((InMemory::open().await.unwrap(), ()))
}

async fn on_disk() -> Opened<Db, tempfile::TempDir> {
    let folder = tempfile::tempdir().unwrap();
    let engine = Sqlite::open(&folder.path().join("leadq.db")).await.unwrap();
    Some((Db::new(Arc::new(engine)), folder))
}

db_suite!(in_memory, on_disk);

/// R6: a full disk is a transient error, and all acknowledged work is kept.
#[tokio::test]
async fn a_full_disk_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let db =
        Db::new(std::sync::Arc::new(Sqlite::open(&folder.path().join("leadq.db")).await.unwrap()));
    let limit = async |sql: &'static str| {
        let limited = db.write(Urgency::Urgent, move |tx| Box::pin(tx.query(sql, &[]))).await;
        limited.unwrap();
    };
    let store = async |number: usize| {
        let name = format!("value {number}");
        db.write(Urgency::Normal, move |tx| {
            Box::pin(async move { tx.set_setting(&name, &"x".repeat(100_000)).await })
        })
        .await
    };
    limit("PRAGMA max_page_count = 2000").await;
    let mut stored = Vec::new();
    for round in 0..100 {
        let all = futures_util::future::join_all((0..5).map(|n| store(round * 5 + n))).await;
        let is_full = all.iter().any(Result::is_err);
        for (number, result) in all.into_iter().enumerate() {
            match result {
                Ok(()) => stored.push(round * 5 + number),
                Err(error) => assert!(error.is_retryable(), "{error}"),
            }
        }
        if is_full {
            break;
        }
    }
    assert!((20..400).contains(&stored.len()), "{} values of 100 kB in 8 MB", stored.len());
    limit("PRAGMA max_page_count = 1000000").await;
    store(1_000).await.unwrap();
    for number in stored {
        let name = format!("value {number}");
        let value =
            db.read(move |tx| Box::pin(async move { tx.setting(&name).await })).await.unwrap();
        assert_eq!(value.map(|value| value.len()), Some(100_000), "value {number}");
    }
}

/// R2: commits are durable by default.
#[tokio::test]
async fn the_default_is_durable() {
    let (db, _folder) = on_disk().await.unwrap();
    let expected = Durability { journal: "wal".to_owned(), is_flushed: true };
    assert_eq!(db.durability().await.unwrap(), Some(expected), "synchronous=FULL");
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("leadq.db");
    let db = Db::new(Arc::new(Sqlite::open(&path).await.unwrap()));
    db.write(Urgency::Normal, |tx| {
        let sql = "INSERT INTO migration (number, name) VALUES (99, 'later')";
        Box::pin(tx.execute(sql, &[]))
    })
    .await
    .unwrap();
    db.close().await;
    let error = Sqlite::open(&path).await.err().map(|error| error.to_string());
    assert!(error.is_some_and(|error| error.contains("newer leadq")));
}

/// Creates a database as it was before the log's tables became migration 5: they exist, and the
/// migration is not recorded.
fn create_with_unrecorded_log(path: &std::path::Path) -> rusqlite::Result<()> {
    let connection = rusqlite::Connection::open(path)?;
    connection.execute_batch(schema::TABLE)?;
    let migrations = schema::missing(0).unwrap();
    for migration in migrations.take_while(|migration| migration.number <= 5) {
        connection.execute_batch(migration.sql(Dialect::Sqlite))?;
        if migration.number < 5 {
            let record = "INSERT INTO migration VALUES (?, ?)";
            connection.execute(record, (migration.number, migration.name))?;
        }
    }
    connection.execute_batch("INSERT INTO log_partition VALUES ('raw.events', 0, 3, 7)")
}

/// A data folder from before the log's tables became a migration has them already.
#[tokio::test]
async fn a_log_that_was_there_before_its_migration_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("leadq.db");
    create_with_unrecorded_log(&path).unwrap();
    let db = Db::new(Arc::new(Sqlite::open(&path).await.unwrap()));
    let log = crate::log::SqliteLog::new(db.clone());
    let bounds = crate::log::EventLog::bounds(&log, "raw.events").await.unwrap();
    assert_eq!(bounds.iter().map(|held| (held.first, held.next)).collect::<Vec<_>>(), [(3, 7)]);
    let recorded = "SELECT COUNT(*) AS total FROM migration WHERE number = 5";
    let recorded = db.read(|tx| Box::pin(tx.total(recorded, &[])));
    assert_eq!(recorded.await.unwrap(), 1);
}

/// Queued work is done, new work is refused, and the file alone holds everything.
#[tokio::test]
async fn closing_finishes_what_waits_and_leaves_one_file() {
    let (db, folder) = on_disk().await.unwrap();
    let works: Vec<_> = (0..200)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                db.write(Urgency::Normal, |tx| {
                    Box::pin(async move {
                        tx.count("done", 1);
                        Ok(())
                    })
                })
                .await
            })
        })
        .collect();
    tokio::task::yield_now().await;
    db.close().await;
    db.close().await;
    let mut done = 0;
    for work in works {
        done += i64::from(work.await.unwrap().is_ok());
    }
    let late = db.write(Urgency::Urgent, |tx| Box::pin(tx.set_setting("late", "yes"))).await;
    assert!(late.unwrap_err().to_string().contains("closed"));
    let files: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(files, ["leadq.db"], "no log is left beside the file");
    let db = Db::new(Arc::new(Sqlite::open(&folder.path().join("leadq.db")).await.unwrap()));
    let counters = db.read(|tx| Box::pin(tx.counters())).await.unwrap();
    assert_eq!(counters.get("done").copied().unwrap_or(0), done, "acknowledged work is stored");
}
