//! A case for reading: a transaction that reads cannot write, and one that writes can be read from.

use crate::Result;
use crate::db::{Db, ReadTx, Urgency};

pub async fn a_read_cannot_write(db: Db) {
    for sql in [
        "INSERT INTO setting (name, value) VALUES ('a', 'b') RETURNING name",
        "UPDATE setting SET value = 'c' RETURNING name",
        "DELETE FROM setting RETURNING name",
    ] {
        let kept = db.write(Urgency::Normal, |tx| {
            Box::pin(async move { tx.set_setting("kept", "yes").await })
        });
        kept.await.unwrap();
        let written = db.read(move |tx| Box::pin(async move { tx.query(sql, &[]).await })).await;
        assert!(written.is_err(), "{sql}");
        let value = db.read(|tx| Box::pin(async move { tx.setting("kept").await })).await.unwrap();
        assert_eq!(value.as_deref(), Some("yes"), "{sql}");
    }
    // A write transaction can be lent to code that only reads.
    async fn reads(tx: &mut ReadTx) -> Result<Option<String>> {
        tx.setting("own").await
    }
    let seen = db.write(Urgency::Normal, |tx| {
        Box::pin(async move {
            tx.set_setting("own", "seen").await?;
            reads(tx).await
        })
    });
    assert_eq!(seen.await.unwrap().as_deref(), Some("seen"));
}
