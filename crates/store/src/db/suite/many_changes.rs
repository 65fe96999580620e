//! Cases for changes of many rows at once: they do what single changes do.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Action, ActionId, ActionStatus, CHANNEL_REVIEW, Day, EntityId, Points, RunId, Signal, Timestamp,
};

use super::many::{COMPANIES, company};
use super::signal;
use crate::Result;
use crate::db::{Db, LedgerRow, Tx, Urgency, params};

fn run_named(name: &str) -> RunId {
    RunId(name.to_owned())
}

/// The signals of a company in a run and a round: opened, changed, closed and opened again.
fn signals_in(run: &str, number: u8, round: u8) -> Vec<Signal> {
    let (_, owner) = company(number);
    let confidence = 700 + u16::from(round / 2);
    let series = match (number + round) % 4 {
        0 => vec!["series_a"],
        1 => vec!["series_b", "series_a"],
        2 => vec![],
        _ => vec!["series_c", "series_b", "series_a"],
    };
    let in_run = |series| Signal { run: run_named(run), ..signal(owner, series, confidence) };
    series.into_iter().map(in_run).collect()
}

/// Stores the signals of all companies of a round, one by one and at once.
async fn change_signals(tx: &mut Tx, round: u8) -> Result<()> {
    let (single, many) = (run_named("single"), run_named("many"));
    // The time stands still for a while.
    let now = Timestamp(i64::from(round / 3));
    let mut expected = Vec::new();
    for number in 0..COMPANIES {
        let signals = signals_in(&single.0, number, round);
        let signals: Vec<&Signal> = signals.iter().collect();
        expected.push(tx.set_signals(company(number).1, &single, &signals, now).await?);
    }
    let signals: Vec<(EntityId, Vec<Signal>)> = (0..COMPANIES)
        .map(|number| (company(number).1, signals_in(&many.0, number, round)))
        .collect();
    let signals: Vec<(EntityId, Vec<&Signal>)> =
        signals.iter().map(|(entity, signals)| (*entity, signals.iter().collect())).collect();
    assert_eq!(tx.set_signals_of(&signals, &many, now).await?, expected);
    assert!(tx.set_signals_of(&signals, &many, now).await?.iter().all(Vec::is_empty));
    let sql = "SELECT s.id, s.entity, s.kind, s.confidence, s.start_day, s.known_from_us,
                 s.known_to_us, e.number, e.look, e.seal
               FROM signal s JOIN evidence e
                 ON e.signal = s.id AND e.run = s.run AND e.known_from_us = s.known_from_us
               WHERE s.run = $1 ORDER BY s.id, s.known_from_us, e.number";
    let rows = tx.query(sql, &params![&single.0]).await?;
    assert!(!rows.is_empty());
    assert_eq!(tx.query(sql, &params![&many.0]).await?, rows);
    Ok(())
}

/// Stores the scores and ledgers of all companies of a round, one by one and at once.
async fn change_scores(tx: &mut Tx, round: u8) -> Result<()> {
    let now = Timestamp(i64::from(round / 3));
    let score = |number: u8| {
        let card = format!("{{{}}}", (number + round) / 3);
        (!(number + round).is_multiple_of(5)).then_some((card, Points(i32::from(round))))
    };
    let lines = |number: u8| {
        let line = |part: u8| LedgerRow {
            at: now,
            cause: format!("cause {part} of {round}"),
            delta: Points(i32::from(part)),
        };
        (0..number % 3).map(line).collect::<Vec<_>>()
    };
    let mut changed = BTreeSet::new();
    for number in 0..COMPANIES {
        let (id, score) = (company(number).1, score(number));
        let card = score.as_ref().map(|(card, points)| (card.as_str(), *points));
        if tx.set_score(id, "single", card, now).await? {
            changed.insert(id);
        }
        tx.add_ledger(id, "single", &lines(number)).await?;
    }
    let ids: Vec<EntityId> = (0..COMPANIES).map(|number| company(number).1).collect();
    let before = tx.scores_of(&ids, "many").await?;
    let scores: Vec<_> = (0..COMPANIES).map(|number| (company(number).1, score(number))).collect();
    let replaced = tx.set_scores("many", &scores, now).await?;
    assert_eq!(replaced.keys().copied().collect::<BTreeSet<_>>(), changed);
    for (id, before) in ids.iter().zip(before) {
        assert!(replaced.get(id).is_none_or(|replaced| *replaced == before));
    }
    let ledgers: Vec<_> = (0..COMPANIES).map(|number| (company(number).1, lines(number))).collect();
    tx.add_ledgers("many", &ledgers).await?;
    for sql in [
        "SELECT company, card, points, known_from_us, known_to_us FROM score
         WHERE product = $1 ORDER BY company, known_from_us",
        "SELECT company, at_us, number, cause, delta FROM ledger
         WHERE product = $1 ORDER BY company, at_us, number",
    ] {
        let rows = tx.query(sql, &params!["single"]).await?;
        assert!(!rows.is_empty());
        assert_eq!(tx.query(sql, &params!["many"]).await?, rows);
    }
    Ok(())
}

async fn change_reviews(tx: &mut Tx, round: u8) -> Result<()> {
    let day = |number: u8| {
        (!(number + round).is_multiple_of(3))
            .then_some(Day(20_000 + i32::from((number + round) / 4)))
    };
    let reviews: Vec<_> = (0..COMPANIES).map(|number| (company(number).1, day(number))).collect();
    tx.set_reviews(&reviews).await?;
    let rows = tx.query("SELECT company, review_on_day FROM company_review", &[]).await?;
    let stored: BTreeMap<EntityId, Day> = rows
        .iter()
        .map(|row| Ok((row.parse("company")?, row.day("review_on_day")?)))
        .collect::<Result<_>>()?;
    let expected = reviews.iter().filter_map(|(company, day)| Some((*company, (*day)?))).collect();
    assert_eq!(stored, expected);
    Ok(())
}

async fn change_actions(tx: &mut Tx) -> Result<()> {
    let actions: Vec<(Action, EntityId)> = (0..COMPANIES)
        .map(|number| {
            let owner = company(number).1;
            let signal = signal(owner, "series_a", 800).id;
            let action = Action {
                id: Action::id_of(signal, CHANNEL_REVIEW),
                signal,
                product_id: "p".to_owned(),
                channel: CHANNEL_REVIEW.to_owned(),
                status: ActionStatus::Held,
                created: Timestamp(3),
            };
            (action, owner)
        })
        .collect();
    let claims: Vec<(&Action, EntityId)> =
        actions.iter().map(|(action, owner)| (action, *owner)).collect();
    let ids = |claims: &[(&Action, EntityId)]| -> BTreeSet<ActionId> {
        claims.iter().map(|(action, _)| action.id).collect()
    };
    let (first, rest) = claims.split_at(20);
    assert_eq!(tx.claim_actions(first).await?, ids(first));
    assert_eq!(tx.claim_actions(&claims).await?, ids(rest));
    let sent = "UPDATE action SET status = 'sent' WHERE id = $1";
    tx.execute(sent, &params![claims[0].0.id]).await?;
    let withdrawn: Vec<ActionId> = ids(first).into_iter().collect();
    assert_eq!(tx.hold_or_withdraw_actions(&withdrawn, false).await?, ids(&first[1..]));
    let sql = "SELECT id FROM action WHERE status = $1";
    for (status, expected) in
        [("sent", ids(&first[..1])), ("withdrawn", ids(&first[1..])), ("held", ids(rest))]
    {
        let rows = tx.query(sql, &params![status]).await?;
        let stored = rows.iter().map(|row| row.parse("id")).collect::<Result<BTreeSet<_>>>()?;
        assert_eq!(stored, expected, "{status}");
    }
    Ok(())
}

pub async fn many_changes_do_what_single_ones_do(db: Db) {
    let changed = db.write(Urgency::Normal, |tx| {
        Box::pin(async move {
            for round in 0..8 {
                change_signals(tx, round).await?;
                change_scores(tx, round).await?;
                change_reviews(tx, round).await?;
            }
            change_actions(tx).await
        })
    });
    changed.await.unwrap();
}
