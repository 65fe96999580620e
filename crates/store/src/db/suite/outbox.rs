//! Cases for the outbox.

use super::outgoing;
use crate::db::{Db, Outgoing, Urgency};
use crate::{Result, StoreError};

async fn send(db: &Db, producer: &'static str, records: Vec<Outgoing>) {
    let send = db.write(Urgency::Normal, move |tx| {
        Box::pin(async move { tx.send(producer, records).await.map(drop) })
    });
    send.await.unwrap();
}

pub async fn a_producer_counts_without_gaps(db: Db) {
    send(&db, "desk", (1..=20).map(outgoing).collect()).await;
    let rolled_back: Result<()> = db
        .write(Urgency::Normal, |tx| {
            Box::pin(async move {
                tx.send("desk", vec![outgoing(99)]).await?;
                Err(StoreError::work("no"))
            })
        })
        .await;
    assert!(rolled_back.is_err());
    send(&db, "desk", vec![outgoing(21)]).await;
    send(&db, "clean/0", vec![outgoing(1)]).await;
    let producers = db.read(|tx| Box::pin(tx.outbox_producers())).await.unwrap();
    assert_eq!(producers, ["clean/0", "desk"]);
    let first = db.read(|tx| Box::pin(tx.outbox_of("desk", 100, 3))).await.unwrap();
    assert_eq!(first.len(), 3, "no more after three characters");
    let waiting = db.read(|tx| Box::pin(tx.outbox_of("desk", 100, 1_000))).await.unwrap();
    let sent: Vec<(i64, &str)> = waiting
        .iter()
        .map(|numbered| (numbered.number, numbered.record.payload.as_str()))
        .collect();
    let payloads: Vec<String> = (1..=21).map(|n: i64| n.to_string()).collect();
    let expected: Vec<(i64, &str)> = (1..).zip(payloads.iter().map(String::as_str)).collect();
    assert_eq!(sent, expected);
    let replace = db.write(Urgency::Normal, |tx| {
        Box::pin(async move {
            tx.replace_outgoing("desk", 21, "dead.desk", "x").await?;
            tx.outbox_done("desk", 20).await
        })
    });
    replace.await.unwrap();
    let last = db.read(|tx| Box::pin(tx.outbox_of("desk", 9, 9))).await.unwrap();
    assert_eq!((last.len(), last[0].number, last[0].record.topic.as_str()), (1, 21, "dead.desk"));
    assert_eq!(db.read(|tx| Box::pin(tx.outbox_len())).await.unwrap(), 2);
}
