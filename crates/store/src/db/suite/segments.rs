//! Cases of references to segments, and of a database that holds nothing yet.

use model::{BlobRef, Digest, EntityId, RawId, RawKind, Timestamp};

use crate::db::{Db, RawRow, Urgency};

fn blob(kind: &str, number: u64) -> BlobRef {
    BlobRef {
        segment: format!("{kind}/{:08}.warc.gz", number % 3 + 1),
        offset: number * 10,
        length: 10,
        stored: Digest::of(&number.to_le_bytes()),
    }
}

pub async fn references_are_read_in_pages_and_expiry_is_on_record(db: Db) {
    assert!(db.read(|tx| Box::pin(tx.is_blank())).await.unwrap());
    db.write(Urgency::Normal, |tx| {
        Box::pin(async move {
            for number in 0..7u8 {
                let row = RawRow {
                    id: RawId([number; 16]),
                    kind: RawKind::Event,
                    url: "https://acme.example/".to_owned(),
                    owner: EntityId([1; 16]),
                    blob: blob("raw", number.into()),
                    snapshot_hash: Digest::of(b"payload"),
                    observed: Timestamp(1),
                    taken: Timestamp(1),
                };
                tx.add_raws(&[row]).await?;
                tx.add_texts(&[(Digest([number; 32]), &blob("text", number.into()))]).await?;
            }
            tx.mark_expired("raw/00000002.warc.gz", Timestamp(5)).await.map(drop)
        })
    })
    .await
    .unwrap();
    assert!(!db.read(|tx| Box::pin(tx.is_blank())).await.unwrap());
    for kind in ["raw", "text"] {
        let (mut after, mut read) = (String::new(), Vec::new());
        loop {
            let page = db.read(move |tx| {
                Box::pin(async move {
                    match kind {
                        "raw" => tx.raw_blobs_after(&after, 3).await,
                        _ => tx.text_blobs_after(&after, 3).await,
                    }
                })
            });
            let page = page.await.unwrap();
            let Some((last, _)) = page.last() else { break };
            after = last.clone();
            read.extend(page.into_iter().map(|(_, blob)| blob));
        }
        let expected: Vec<BlobRef> = (0..7).map(|number| blob(kind, number)).collect();
        assert_eq!(read, expected);
    }
    let referred = db.read(|tx| Box::pin(tx.referred_segments())).await.unwrap();
    assert_eq!(referred.len(), 6, "{referred:?}");
    let expired = db.read(|tx| Box::pin(tx.expired_segments())).await.unwrap();
    assert_eq!(Vec::from_iter(expired), ["raw/00000002.warc.gz"]);
}
