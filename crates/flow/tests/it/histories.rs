//! Histories of companies, read together and one by one.

use model::{
    Actor, Claim, ClaimKind, Digest, Entity, EntityId, EntityKind, EventId, History, ObservationId,
    ObservationOutcome, PageObservation, Permille, RawId, SignalStage, Slots, Span, Timestamp,
};
use store::Result;
use store::db::{Db, InMemory, PageRow, PlacedClaim, Tx, Urgency};

/// The number of companies, of which one is large.
const COMPANIES: u8 = 9;
const LARGE: u8 = 4;

fn company(number: u8) -> (Entity, EntityId) {
    let value = format!("company-{number}.example");
    (Entity { kind: EntityKind::Domain, value }, EntityId([number; 16]))
}

fn page(owner: u8, visit: u16) -> PageRow {
    let mut id = [owner; 16];
    id[..2].copy_from_slice(&visit.to_be_bytes());
    let text_hash = Digest::of(&id);
    PageRow {
        look: PageObservation {
            id: ObservationId(id),
            owner: company(owner).1,
            url: format!("https://company-{owner}.example/{}", visit % 3),
            observed: Timestamp(i64::from(visit % 7)),
            outcome: ObservationOutcome::Changed,
            published: None,
            text_hash,
        },
        event: EventId(id),
        snapshot_hash: text_hash,
        raw: RawId(id),
        simhash: 0,
        lang: None,
        title: None,
    }
}

/// A claim about a company on a page.
fn claim(page: &PageRow, about: u8) -> PlacedClaim {
    let (entity, entity_id) = company(about);
    let mut look = page.look.id.0;
    look[15] = 100 + about;
    let claim = Claim {
        kind: ClaimKind::TENDER,
        actor: Actor::Owner,
        subject: "a subject".to_owned(),
        slots: Slots::new(),
        occurred: None,
        stage: SignalStage::Announced,
        confidence: Permille::new(700),
        matcher: "tender/1".to_owned(),
        span: Span { start: 0, end: 1 },
    };
    let (event, look) = (EventId(look), ObservationId(look));
    PlacedClaim { claim, entity, entity_id, event, look, quote: "a".to_owned(), undated: false }
}

/// Stores companies whose pages have claims about themselves and about the next company.
async fn store_companies(tx: &mut Tx) -> Result<()> {
    for number in 0..COMPANIES {
        let (entity, id) = company(number);
        tx.add_entities(&[(&entity, id)]).await?;
        let visits = if number == LARGE { 2_100 } else { 2 + u16::from(number) };
        let pages: Vec<PageRow> = (0..visits).map(|visit| page(number, visit)).collect();
        tx.add_page_looks(&pages).await?;
        for page in pages.iter().take(20) {
            let claims = [claim(page, number), claim(page, (number + 1) % COMPANIES)];
            tx.add_claim_looks(&[(page, &claims)]).await?;
        }
    }
    // One has two members.
    tx.set_company(company(7).1, company(6).1).await.map(drop)
}

async fn read(tx: &mut Tx, companies: &[EntityId]) -> Result<Vec<(EntityId, History)>> {
    answer::each_history(tx, companies, |company, history| (company, history)).await
}

#[tokio::test]
async fn histories_read_together_are_those_read_one_by_one() {
    let db: Db = InMemory::open().await.unwrap();
    let work = db.write(Urgency::Normal, |tx| {
        Box::pin(async move {
            store_companies(tx).await?;
            // Includes a company without members.
            let ids: Vec<EntityId> = (0..=COMPANIES).map(|number| company(number).1).collect();
            let mut one_by_one = Vec::new();
            for id in &ids {
                one_by_one.extend(read(tx, &[*id]).await?);
            }
            assert_eq!(read(tx, &ids).await?, one_by_one);
            let small: Vec<EntityId> = ids[..usize::from(LARGE)].to_vec();
            assert_eq!(read(tx, &small).await?, one_by_one[..usize::from(LARGE)]);
            let history = &one_by_one[1].1;
            assert_eq!((history.claims.len(), history.pages.len()), (5, 5));
            assert_eq!(one_by_one[usize::from(LARGE)].1.pages.len(), 2_005);
            Ok(())
        })
    });
    work.await.unwrap();
}
