//! Cases for the counts that a command waits for.

use model::{Cause, RunId, Timestamp};

use super::{entity, outgoing, signal};
use crate::Result;
use crate::db::{Db, NewJob, Tx, Urgency};

async fn add_job(tx: &mut Tx, kind: &str, run_at: Timestamp) -> Result<()> {
    let unique_key = format!("{kind}:{}", run_at.0);
    let added = tx.add_job(NewJob {
        unique_key: &unique_key,
        kind,
        payload: "{}",
        cause: Cause::Schedule,
        run_at,
        max_attempts: 5,
        lane: None,
    });
    added.await.map(drop)
}

pub async fn what_a_command_waits_for_is_counted(db: Db) {
    let (_, id) = entity("acme.example");
    let run = RunId::default;
    let (a, b) = (signal(id, "series_a", 800), signal(id, "series_b", 700));
    let better = signal(id, "series_a", 950);
    let work = db.write(Urgency::Normal, move |tx| {
        Box::pin(async move {
            tx.send("desk", (1..=20).map(outgoing).collect()).await?;
            tx.send("clean/0", vec![outgoing(1)]).await?;
            tx.outbox_done("desk", 4).await?;
            let ends = [("clean/0".to_owned(), 1, 1), ("desk".to_owned(), 5, 20)];
            assert_eq!(tx.outbox_ends().await?, ends);

            let acme = entity("acme.example").0;
            tx.add_entities(&[(&acme, id)]).await?;
            tx.set_signals(id, &run(), &[&a], Timestamp(10)).await?;
            tx.set_signals(id, &run(), &[&better, &b], Timestamp(20)).await?;
            let ids = [a.id, b.id];
            for (since, known, changed) in [(10, 0, 1), (11, 1, 1), (20, 1, 1), (21, 2, 0)] {
                let since = Timestamp(since);
                let before = tx.signals_known_before(&ids, &run(), since).await?;
                assert_eq!(before.len(), known, "before {since}: a better version is not new");
                let companies = tx.companies_with_signals_since(&run(), since, "", 9).await?;
                assert_eq!(companies.len(), changed, "since {since}");
            }

            for (kind, run_at) in [("tick", 5), ("tick", 6), ("tick", 99), ("deliver", 5)] {
                add_job(tx, kind, Timestamp(run_at)).await?;
            }
            let kinds = ["recompute", "tick"];
            assert_eq!(tx.jobs_in_progress(&kinds, Timestamp(9)).await?, 2);
            tx.lease_due_job("tick", Timestamp(9), Timestamp(12)).await?;
            let leased = tx.lease_due_job("tick", Timestamp(9), Timestamp(12)).await?;
            assert_eq!(tx.jobs_in_progress(&kinds, Timestamp(9)).await?, 2, "they are running");
            tx.finish_job(&leased.unwrap()).await?;
            assert_eq!(tx.jobs_in_progress(&kinds, Timestamp(9)).await?, 1);
            assert_eq!(tx.jobs_in_progress(&[], Timestamp(9)).await?, 0);
            Ok(())
        })
    });
    work.await.unwrap();
}
