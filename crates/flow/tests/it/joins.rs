//! A join is recorded with its reasons and can be undone, and stays undone.

use flow::undo_join;
use model::By;
use store::db::OpenJudgement;

use crate::journey::{Engines, Journey};
use crate::small_world::{TODAY, at, captures, product};

async fn judgements(journey: &Journey) -> Vec<OpenJudgement> {
    journey.settle().await;
    journey.context().db.read(|tx| Box::pin(tx.judgements())).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gazettes_company_is_the_sites_until_a_person_says_no() {
    let journey = Journey::start(Engines::Disk, vec![product()], at(TODAY)).await;
    journey.accept(captures()).await;
    let open_judgements = judgements(&journey).await;
    let join = open_judgements
        .iter()
        .find(|open| {
            open.right.value.starts_with("nordwind") && open.left.value.starts_with("nordwind")
        })
        .expect("the name joins the site");
    assert!(!join.judgement.reasons.is_empty());
    let (left, right, id) = (join.judgement.left, join.judgement.right, join.judgement.id);
    let companies = |journey: &Journey| {
        let db = journey.context().db.clone();
        async move {
            db.read(move |tx| {
                Box::pin(async move {
                    let left = tx.entity(left).await?.map(|member| member.company);
                    let right = tx.entity(right).await?.map(|member| member.company);
                    Ok((left, right))
                })
            })
            .await
            .unwrap()
        }
    };
    let (a, b) = companies(&journey).await;
    assert_eq!(a, b, "one company");
    let joined = journey.hash().await;

    let undo =
        async |id, reason| undo_join(journey.context(), id, reason, &By::OPERATOR).await.unwrap();
    let undone = undo(id, "another firm of that name").await.expect("it stands");
    assert!(undone.companies.contains(&left) || undone.companies.contains(&right));
    let (a, b) = companies(&journey).await;
    assert_ne!(a, b, "two companies");
    // Processing the same pages again does not change it.
    journey.accept(captures()).await;
    flow::recompute_all(journey.context(), &"test".into()).await.unwrap();
    journey.settle().await;
    let (a, b) = companies(&journey).await;
    assert_ne!(a, b, "a person's word is not overridden");

    // Undoing the person's judgement restores the companies exactly.
    let decision = judgements(&journey).await;
    let decision =
        decision.iter().find(|open| open.judgement.by == By::OPERATOR).expect("it is recorded");
    undo(decision.judgement.id, "").await;
    flow::recompute_all(journey.context(), &"again".into()).await.unwrap();
    assert_eq!(journey.hash().await, joined);
}
