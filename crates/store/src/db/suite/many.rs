//! Cases for queries with many ids at once: their results equal those of queries with one id each,
//! in the same order.

use model::{
    Action, ActionStatus, Actor, BlobRef, By, CHANNEL_REVIEW, Claim, ClaimKind, ClaimObservation,
    Day, Digest, Entity, EntityId, EventId, Fact, FactKey, Feedback, FeedbackOutcome, Judgement,
    ObservationId, ObservationOutcome, PageObservation, Permille, Points, RawId, RawKind, RunId,
    SignalStage, Slots, Span, Timestamp, Verdict,
};

use super::{entity, signal};
use crate::Result;
use crate::db::{Db, PageRow, PlacedClaim, RawRow, ReadTx, Tx, Urgency};

/// The number of companies, more than fit into one statement.
pub(super) const COMPANIES: u8 = 75;
const LIMIT: i64 = 2;
/// More rows than an entity has.
const ROWS_MAX: i64 = 100;

pub(super) fn company(number: u8) -> (Entity, EntityId) {
    entity(&format!("company-{number}.example"))
}

fn id(number: u8, visit: u8) -> [u8; 16] {
    let mut id = [visit; 16];
    id[0] = number;
    id
}

fn blob(number: u8) -> BlobRef {
    BlobRef {
        segment: "raw/00000001.warc.gz".to_owned(),
        offset: number.into(),
        length: 7,
        stored: Digest::of(&[number]),
    }
}

fn page(number: u8, visit: u8) -> PageRow {
    let (_, owner) = company(number);
    let text_hash = Digest::of(&[number, visit]);
    PageRow {
        look: PageObservation {
            id: ObservationId(id(number, visit)),
            owner,
            url: format!("https://company-{number}.example/{}", visit % 2),
            observed: Timestamp(i64::from(visit % 3)),
            outcome: ObservationOutcome::Changed,
            published: Some(Day(20_000 + i32::from(visit))),
            text_hash,
        },
        event: EventId([number; 16]),
        snapshot_hash: text_hash,
        raw: RawId(id(number, visit)),
        simhash: u64::MAX - u64::from(visit),
        lang: Some("en".to_owned()),
        title: Some(format!("page {visit} of {number}")),
    }
}

fn claims(number: u8, visit: u8) -> Vec<PlacedClaim> {
    let (entity, entity_id) = company(number);
    let claim = |part: u8| Claim {
        kind: ClaimKind::TENDER,
        actor: Actor::Owner,
        subject: format!("subject {part}"),
        slots: Slots::from([("round".to_owned(), "a".to_owned())]),
        occurred: None,
        stage: SignalStage::Announced,
        confidence: Permille::new(700),
        matcher: "funding/1".to_owned(),
        span: Span { start: 1, end: 4 },
    };
    (0..2)
        .map(|part| PlacedClaim {
            claim: claim(part),
            entity: entity.clone(),
            entity_id,
            event: EventId([number; 16]),
            look: ObservationId(id(number, visit + 100 * (part + 1))),
            quote: "abc".to_owned(),
            undated: part == 1,
        })
        .collect()
}

fn apart(left: EntityId, right: EntityId) -> Judgement {
    let by = By::System("name/1".to_owned());
    Judgement {
        id: Judgement::id_of(left, right, &by),
        left,
        right,
        verdict: Verdict::Different,
        confidence: Permille::new(990),
        reasons: Vec::new(),
        by,
        known_from: Timestamp(10),
    }
}

/// Stores a company with its pages and claims, and the rows derived from them.
async fn store_company(tx: &mut Tx, number: u8) -> Result<()> {
    let (entity, owner) = company(number);
    tx.add_entities(&[(&entity, owner)]).await?;
    let key = format!("key {}", number % 10);
    tx.set_block_keys(owner, &[key]).await?;
    for visit in 0..5 {
        let page = page(number, visit);
        let raw = RawRow {
            id: page.raw,
            kind: RawKind::Response,
            url: page.look.url.clone(),
            owner,
            blob: blob(number),
            snapshot_hash: page.snapshot_hash,
            observed: page.look.observed,
            taken: Timestamp(9),
        };
        tx.add_raws(&[raw]).await?;
        tx.add_texts(&[(page.look.text_hash, &blob(visit))]).await?;
        tx.add_page_looks(std::slice::from_ref(&page)).await?;
        tx.add_claim_looks(&[(&page, &claims(number, visit))]).await?;
    }
    store_judged(tx, &entity, number).await
}

/// Stores the rows that are derived from a company's pages and claims.
async fn store_judged(tx: &mut Tx, entity: &Entity, number: u8) -> Result<()> {
    let (_, owner) = company(number);
    let fact = |key, value: &str| Fact {
        entity: owner,
        key,
        value: value.to_owned(),
        look: None,
        observed: Timestamp(5),
    };
    let facts = [fact(FactKey::Name, &entity.value), fact(FactKey::Country, "DE")];
    tx.set_facts(owner, &facts, Timestamp(1)).await?;
    if number.is_multiple_of(3) {
        tx.set_account(owner, &format!("{{\"number\":{number}}}")).await?;
    }
    let signals = [signal(owner, "series_a", 800), signal(owner, "series_b", 700)];
    tx.set_signals(owner, &RunId::default(), &[&signals[0], &signals[1]], Timestamp(1)).await?;
    tx.set_score(owner, "p", Some(("{}", Points(i32::from(number)))), Timestamp(1)).await?;
    for (at, outcome) in [(1, FeedbackOutcome::Won), (2, FeedbackOutcome::Lost)] {
        let reason = number.to_string();
        let signal_id = signals[0].id;
        let feedback = Feedback { signal_id, outcome, reason, value: None, ts: Timestamp(at) };
        tx.add_feedback(&feedback).await?;
    }
    let action = Action {
        id: Action::id_of(signals[0].id, CHANNEL_REVIEW),
        signal: signals[0].id,
        product_id: "p".to_owned(),
        channel: CHANNEL_REVIEW.to_owned(),
        status: ActionStatus::Held,
        created: Timestamp(3),
    };
    tx.claim_action(&action, owner).await?;
    if number > 0 {
        let (_, before) = company(number - 1);
        tx.add_judgement(&apart(before, owner)).await?;
    }
    if number % 4 == 1 {
        tx.set_company(owner, company(number - 1).1).await?;
    }
    Ok(())
}

/// Asserts that a query with many ids returns the results of the query with each id.
macro_rules! same {
    ($tx:ident, $ids:expr, $many:ident($($more:expr),*), $one:ident) => {{
        let mut expected = Vec::new();
        for id in $ids.iter() {
            expected.push($tx.$one(id.clone(), $($more),*).await?);
        }
        assert_eq!($tx.$many(&$ids, $($more),*).await?, expected, stringify!($many));
        assert!($tx.$many(&[], $($more),*).await?.is_empty());
    }};
}

/// Asserts that all rows are read if they are fewer than a limit.
async fn compare_few(tx: &mut ReadTx, ids: &[EntityId]) -> Result<()> {
    let pages = tx.page_looks_of_owners(ids, ROWS_MAX).await?;
    let claims = tx.claim_looks_of(ids, ROWS_MAX).await?;
    let rows = |count: usize| i64::try_from(count).unwrap();
    let page_count = rows(pages.iter().flatten().count());
    let claim_count = rows(claims.iter().flatten().count());
    assert_eq!((page_count, claim_count), (375, 750));
    assert_eq!(tx.page_looks_within(ids, page_count).await?, None);
    assert_eq!(tx.claim_looks_within(ids, claim_count).await?, None);
    assert_eq!(tx.page_looks_within(ids, page_count + 1).await?, Some(pages));
    assert_eq!(tx.claim_looks_within(ids, claim_count + 1).await?, Some(claims));
    assert_eq!(tx.page_looks_within(&[], 1).await?, Some(Vec::new()));
    Ok(())
}

async fn compare(tx: &mut ReadTx) -> Result<()> {
    // Includes an unknown company, and is not in the order of the ids.
    let ids: Vec<EntityId> = (0..=COMPANIES).rev().map(|number| company(number).1).collect();
    let observations: Vec<ObservationId> = (0..=COMPANIES)
        .flat_map(|number| (0..5).map(move |visit| ObservationId(id(number, visit))))
        .collect();
    let claims: Vec<ObservationId> = observations
        .iter()
        .map(|observation| ObservationId(id(observation.0[0], observation.0[1] + 100)))
        .collect();
    let raws: Vec<RawId> = observations.iter().map(|observation| RawId(observation.0)).collect();
    let texts: Vec<Digest> =
        observations.iter().map(|observation| Digest::of(&observation.0[..2])).collect();
    let run = &RunId::default();
    same!(tx, raws, has_raws(), has_raw);
    same!(tx, texts, text_blobs(), text_blob);
    same!(tx, claims, raws_of_claims(), raw_of_claim);
    same!(tx, claims, pages_of_claims(), page_of_claim);
    let mut one_by_one = Vec::new();
    for observation in &observations {
        one_by_one.extend(tx.entities_at_addresses_of(&[*observation]).await?);
    }
    assert_eq!(tx.entities_at_addresses_of(&observations).await?, one_by_one);
    same!(tx, observations, pages_last_seen_by(), page_last_seen_by);
    same!(tx, observations, pages_taken_in(), taken_in);
    same!(tx, ids, claim_looks_of(LIMIT), claim_looks);
    same!(tx, ids, page_looks_of_owners(LIMIT), page_looks_of);
    same!(tx, ids, entities(), entity);
    same!(tx, ids, members_of(), members);
    same!(tx, ids, judgements_of_entities(), judgements_of);
    same!(tx, ids, facts_of(), facts);
    same!(tx, ids, accounts(), account);
    same!(tx, ids, signals_of_entities(run), signals_of);
    same!(tx, ids, scores_of("p"), score);
    let signals: Vec<_> = ids.iter().map(|id| signal(*id, "series_a", 800).id).collect();
    same!(tx, signals, signals_by_id(run), signal);
    same!(tx, signals, feedback_on(), feedback);
    same!(tx, ids, feedback_of_entities(run), feedback_of);
    let actions: Vec<_> = signals.iter().map(|id| Action::id_of(*id, CHANNEL_REVIEW)).collect();
    same!(tx, actions, has_actions(), has_action);
    compare_few(tx, &ids).await?;
    // Queries by text instead of id.
    let urls: Vec<String> =
        (0..4).map(|n| format!("https://company-{n}.example/{}", n % 2)).collect();
    let mut expected = Vec::new();
    for url in &urls {
        expected.push(tx.page_looks_at(url).await?);
    }
    assert_eq!(tx.page_looks_at_addresses(&urls).await?, expected);
    assert_eq!(expected[0].len(), 3);
    let keys: Vec<String> = ["key 3", "key 0", "key 99"].map(str::to_owned).to_vec();
    let mut expected = Vec::new();
    for key in &keys {
        expected.push(tx.block(key, LIMIT).await?);
    }
    assert_eq!(tx.blocks(&keys, LIMIT).await?, expected);
    assert_eq!(expected.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 0]);
    // The compared results are not empty.
    let observations = tx.claim_looks(ids[1], LIMIT).await?;
    let observed = |observation: &ClaimObservation| observation.evidence.observed;
    assert_eq!(observations.iter().map(observed).collect::<Vec<_>>(), [Timestamp(2), Timestamp(2)]);
    assert_eq!(tx.page_looks_of(ids[1], LIMIT).await?.len(), 4);
    assert_eq!(tx.signals_of(ids[1], run).await?[0].signal.evidence.len(), 1);
    assert_eq!(tx.feedback(signals[1]).await?.map(|feedback| feedback.ts), Some(Timestamp(2)));
    assert_eq!(tx.judgements_of(ids[2]).await?.len(), 2);
    Ok(())
}

pub async fn many_ids_answer_as_one_by_one(db: Db) {
    let stored = db.write(Urgency::Normal, |tx| {
        Box::pin(async move {
            for number in 0..COMPANIES {
                store_company(tx, number).await?;
            }
            Ok(())
        })
    });
    stored.await.unwrap();
    db.read(|tx| Box::pin(async move { compare(tx).await })).await.unwrap();
}
