//! Which entities are one company: facts make candidates, `resolve` judges them, and the view is
//! put together anew from the judgements that stand. A merge or split moves no record.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    By, Entity, EntityId, Fact, FactKey, Judgement, JudgementId, Permille, Timestamp, Verdict,
};
use resolve::Candidate;
use store::Result;
use store::db::{Membership, ReadTx, Tx};

/// Entities under one key that are compared at most; more than that is no key.
const BLOCK_MAX: i64 = 50;

/// Who is who is changed by one work at a time. Take it before anything else of a work that may.
///
/// # Errors
/// What the engine says.
pub(crate) async fn lock(tx: &mut Tx) -> Result<()> {
    tx.lock("who is who").await
}

/// Brings an entity's facts up to date and, when they changed, its place among companies.
/// Returns the ids of the companies that were put together differently.
pub(crate) async fn learn(
    tx: &mut Tx,
    entity: EntityId,
    now: Timestamp,
) -> Result<BTreeSet<EntityId>> {
    let looks = tx.profile_looks(entity).await?;
    let mut facts = resolve::facts(entity, &looks);
    if let Some(account) = tx.account(entity).await? {
        add_account_facts(entity, &account, &mut facts)?;
    }
    let changed = tx.set_facts(entity, &facts, now).await?;
    let Some(member) = tx.entity(entity).await? else { return Ok(BTreeSet::new()) };
    let keys = resolve::block_keys(&candidate(tx, &member).await?);
    let old = tx.set_block_keys(entity, &keys).await?;
    if !changed && old == keys {
        return Ok(BTreeSet::new());
    }
    let affected: BTreeSet<String> = old.into_iter().chain(keys).collect();
    rejudge(tx, affected, now).await
}

/// What the team says of a company it knows, where no page says otherwise.
fn add_account_facts(entity: EntityId, account: &str, facts: &mut Vec<Fact>) -> Result<()> {
    let account: resolve::Account = serde_json::from_str(account)?;
    let said = [
        (FactKey::Name, account.name),
        (FactKey::Country, account.country),
        (FactKey::Industry, account.industry),
        (FactKey::Employees, account.employees.map(|count| count.to_string())),
    ];
    for (key, value) in said {
        if let Some(value) = value
            && !facts.iter().any(|fact| fact.key == key)
        {
            facts.push(Fact { entity, key, value, look: None, observed: Timestamp(0) });
        }
    }
    facts.sort();
    Ok(())
}

async fn candidate(tx: &mut ReadTx, member: &Membership) -> Result<Candidate> {
    let facts = tx.facts(member.id).await?;
    let is_account = tx.account(member.id).await?.is_some();
    Ok(candidate_of(member, &facts, is_account))
}

fn candidate_of(member: &Membership, facts: &[Fact], is_account: bool) -> Candidate {
    let of = |key: FactKey| {
        facts.iter().filter(move |fact| fact.key == key).map(|fact| fact.value.clone())
    };
    Candidate {
        entity: member.entity.clone(),
        id: member.id,
        names: of(FactKey::Name).collect(),
        country: of(FactKey::Country).next(),
        domains: Vec::new(),
        registry: of(FactKey::Registry).next(),
        is_account,
    }
}

/// Judges every pair under the affected keys again.
async fn rejudge(
    tx: &mut Tx,
    affected: BTreeSet<String>,
    now: Timestamp,
) -> Result<BTreeSet<EntityId>> {
    let inner = candidates(tx, &affected).await?;
    // Whether a pair under an affected key is the only one may hang on its other keys.
    let all_keys: BTreeSet<String> =
        inner.values().flat_map(resolve::block_keys).chain(affected).collect();
    let context: Vec<Candidate> = candidates(tx, &all_keys).await?.into_values().collect();
    let wanted: BTreeMap<JudgementId, Judgement> = resolve::judge(&context)
        .into_iter()
        .filter(|found| inner.contains_key(&found.left) && inner.contains_key(&found.right))
        .map(|found| {
            let judgement = Judgement { known_from: now, ..found };
            (judgement.id, judgement)
        })
        .collect();
    let mut touched = BTreeSet::new();
    for entity in inner.keys() {
        for standing in tx.judgements_of(*entity).await? {
            let standing = standing.judgement;
            let ours = standing.by.is_system()
                && inner.contains_key(&standing.left)
                && inner.contains_key(&standing.right);
            if ours && !wanted.contains_key(&standing.id) {
                tx.close_judgement(standing.id, now).await?;
                touched.extend([standing.left, standing.right]);
            }
        }
    }
    for judgement in wanted.values() {
        if tx.add_judgement(judgement).await? {
            touched.extend([judgement.left, judgement.right]);
        }
    }
    if touched.is_empty() { Ok(touched) } else { rejoin(tx, touched, now).await }
}

async fn candidates(
    tx: &mut ReadTx,
    keys: &BTreeSet<String>,
) -> Result<BTreeMap<EntityId, Candidate>> {
    let keys: Vec<String> = keys.iter().cloned().collect();
    let blocks = tx.blocks(&keys, BLOCK_MAX).await?;
    let members: BTreeMap<EntityId, Membership> =
        blocks.into_iter().flatten().map(|member| (member.id, member)).collect();
    let ids: Vec<EntityId> = members.keys().copied().collect();
    let facts = tx.facts_of(&ids).await?;
    let accounts = tx.accounts(&ids).await?;
    let known = members.into_iter().zip(facts.into_iter().zip(accounts));
    Ok(known
        .map(|((id, member), (facts, account))| {
            (id, candidate_of(&member, &facts, account.is_some()))
        })
        .collect())
}

/// Puts the companies around the touched entities together anew. Returns the ids of those whose
/// members changed, new and old.
///
/// # Errors
/// What the engine says.
async fn rejoin(
    tx: &mut Tx,
    touched: BTreeSet<EntityId>,
    now: Timestamp,
) -> Result<BTreeSet<EntityId>> {
    let mut reached: BTreeMap<EntityId, Membership> = BTreeMap::new();
    let mut judgements: BTreeMap<JudgementId, Judgement> = BTreeMap::new();
    let mut waiting: Vec<EntityId> = touched.into_iter().collect();
    while let Some(id) = waiting.pop() {
        if reached.contains_key(&id) {
            continue;
        }
        let Some(member) = tx.entity(id).await? else { continue };
        waiting.extend(tx.members(member.company).await?.iter().map(|other| other.id));
        for standing in tx.judgements_of(id).await? {
            waiting.extend([standing.judgement.left, standing.judgement.right]);
            judgements.insert(standing.judgement.id, standing.judgement);
        }
        reached.insert(id, member);
    }
    let entities: Vec<(Entity, EntityId)> =
        reached.values().map(|member| (member.entity.clone(), member.id)).collect();
    let judgements: Vec<Judgement> = judgements.into_values().collect();
    let mut moved = Vec::new();
    let mut changed = BTreeSet::new();
    for company in resolve::companies(&entities, &judgements) {
        let Some((_, id)) = company.first().cloned() else { continue };
        for (_, member) in company {
            let before = reached.get(&member).map(|before| before.company);
            if before != Some(id) {
                moved.push((member, id));
                changed.insert(id);
                changed.extend(before);
            }
        }
    }
    // Nobody computes a company while its members move.
    for company in &changed {
        tx.lock_company(*company).await?;
    }
    for (member, company) in moved {
        tx.set_company(member, company).await?;
    }
    for company in &changed {
        if tx.members(*company).await?.is_empty() {
            tx.close_scores(*company, now).await?;
            tx.set_review(*company, None).await?;
        }
    }
    Ok(changed)
}

/// What undoing a join did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// The companies that were put together differently.
    pub companies: BTreeSet<EntityId>,
}

/// Undoes a join: records that a person holds the two entities apart, which no automatic judgement
/// overrides. `None` when no such judgement stands.
///
/// # Errors
/// What the engine says.
pub(crate) async fn undo(
    tx: &mut Tx,
    id: JudgementId,
    reason: &str,
    now: Timestamp,
) -> Result<Option<Undone>> {
    lock(tx).await?;
    let standing = tx.judgements().await?.into_iter().find(|open| open.judgement.id == id);
    let Some(standing) = standing.map(|open| open.judgement) else { return Ok(None) };
    // Whoever says so: older releases know a person's word by this, and its id comes from it.
    let by = By::OPERATOR;
    if standing.verdict == Verdict::Different || standing.by == by {
        // Undoing a person's own word only takes it back.
        tx.close_judgement(standing.id, now).await?;
    } else {
        let apart = Judgement {
            id: Judgement::id_of(standing.left, standing.right, &by),
            left: standing.left,
            right: standing.right,
            verdict: Verdict::Different,
            confidence: Permille::new(1000),
            reasons: vec![reason.to_owned()],
            by,
            known_from: now,
        };
        tx.add_judgement(&apart).await?;
    }
    let touched = BTreeSet::from([standing.left, standing.right]);
    Ok(Some(Undone { companies: rejoin(tx, touched, now).await? }))
}
