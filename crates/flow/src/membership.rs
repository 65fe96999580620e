//! Membership of entities in companies: facts make candidates, `resolve` judges them, and companies
//! are rebuilt from the open judgements. A merge or split moves no record.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    By, ClaimObservation, Entity, EntityId, EntityKind, Fact, FactKey, InstallKey, Judgement,
    JudgementId, Permille, Timestamp, Verdict,
};
use resolve::{Candidate, SiteLink};
use store::Result;
use store::db::{Membership, ReadTx, RenamedEntity, Tx};

use crate::site_links::{LinksByEntity, add_linked_sites, links_in, stored_links};

/// The maximum number of entities compared under one key; a key with more does not identify.
const BLOCK_MAX: i64 = 50;
/// The maximum number of claims whose quotes and links are read for the name of a company.
const QUOTES_MAX: i64 = 50;

/// The confidence that an entity is the one that the same words named before.
const RENAMED_CONFIDENCE: Permille = Permille::new(900);

/// Takes the lock on membership, which one transaction at a time may change. A transaction that may
/// change membership must take it before anything else.
///
/// # Errors
/// When the database fails.
pub(crate) async fn lock(tx: &mut Tx) -> Result<()> {
    tx.lock("who is who").await
}

/// Updates the facts of entities and, where they changed, their companies. Returns the ids of the
/// companies whose members changed. `key` is that of the installation.
///
/// # Errors
/// When the database fails.
pub(crate) async fn learn(
    tx: &mut Tx,
    key: &InstallKey,
    entities: &[EntityId],
    now: Timestamp,
) -> Result<BTreeSet<EntityId>> {
    update(tx, key, entities, &BTreeSet::new(), now).await
}

/// Does what [`learn`] does for entities whose observations were replaced. Those that nothing names
/// any more lose their facts, keys and automatic joins, except one with what they are called now.
///
/// # Errors
/// When the database fails.
pub(crate) async fn relearn(
    tx: &mut Tx,
    key: &InstallKey,
    entities: &[EntityId],
    now: Timestamp,
) -> Result<BTreeSet<EntityId>> {
    let unobserved = tx.unobserved(entities).await?;
    let mut changed = update(tx, key, entities, &unobserved, now).await?;
    let mut released = BTreeSet::new();
    for entity in &unobserved {
        for open in tx.judgements_of(*entity).await? {
            let Judgement { id, left, right, by, .. } = open.judgement;
            if by.is_system() && by != renaming() {
                tx.close_judgement(id, now).await?;
                released.extend([left, right]);
            }
        }
    }
    if !released.is_empty() {
        changed.extend(rejoin(tx, released, now).await?);
    }
    Ok(changed)
}

/// The rule that joins an entity with what its words are called now. Facts neither confirm nor
/// refute it, so only a person revises it.
fn renaming() -> By {
    By::System("reread/1".to_owned())
}

/// Joins entities with the ones that the same words named before. Returns the ids of the companies
/// whose members changed.
///
/// # Errors
/// When the database fails.
pub(crate) async fn join_renamed(
    tx: &mut Tx,
    renamed: &[RenamedEntity],
    now: Timestamp,
) -> Result<BTreeSet<EntityId>> {
    let formers: Vec<EntityId> = renamed.iter().map(|one| one.former).collect();
    let known = tx.entities(&formers).await?;
    let mut joined = BTreeSet::new();
    for (one, former) in renamed.iter().zip(known) {
        let Some(former) = former.map(|former| former.entity) else { continue };
        tx.add_entities(&[(&one.entity, one.id)]).await?;
        let (left, right) = (one.id.min(one.former), one.id.max(one.former));
        let reason = format!(
            "the same words of the same pages are read as {} now, and were read as {former} before",
            one.entity
        );
        let judgement = Judgement {
            id: Judgement::id_of(left, right, &renaming()),
            left,
            right,
            verdict: Verdict::Same,
            confidence: RENAMED_CONFIDENCE,
            reasons: vec![reason],
            by: renaming(),
            known_from: now,
        };
        if tx.add_judgement(&judgement).await? {
            joined.extend([left, right]);
        }
    }
    if joined.is_empty() { Ok(joined) } else { rejoin(tx, joined, now).await }
}

/// Updates the facts of entities, of which `unobserved` have no observation, and their companies.
async fn update(
    tx: &mut Tx,
    key: &InstallKey,
    entities: &[EntityId],
    unobserved: &BTreeSet<EntityId>,
    now: Timestamp,
) -> Result<BTreeSet<EntityId>> {
    let members = tx.entities(entities).await?;
    let observations = tx.profile_looks_of(entities).await?;
    let accounts = tx.accounts(entities).await?;
    let stored_facts = tx.facts_of(entities).await?;
    let stored_keys = tx.block_keys_of(entities).await?;
    let stored = stored_facts.into_iter().zip(stored_keys);
    let named = observations_of_named(tx, &members).await?;
    let (written, mut links) = (written_names(&members, &named), links_in(&named));
    add_linked_sites(tx, key, &links).await?;
    let rows = members.into_iter().zip(observations).zip(accounts).zip(stored);
    let mut affected = BTreeSet::new();
    for (entity, (((member, observations), account), (stored_facts, stored_keys))) in
        entities.iter().zip(rows)
    {
        let mut facts = resolve::facts(*entity, &observations);
        if let Some(name) = written.get(entity)
            && !facts.iter().any(|fact| fact.key == FactKey::Name)
        {
            facts.push(name.clone());
        }
        if let Some(account) = &account {
            add_account_facts(*entity, account, &mut facts)?;
        }
        facts.sort();
        facts.dedup();
        let is_changed = facts != stored_facts;
        if is_changed {
            tx.set_facts(*entity, &facts, now).await?;
        }
        let Some(member) = member else { continue };
        let links = links.remove(entity).unwrap_or_default();
        // What the links prove may change without their keys.
        let is_linked = !links.is_empty();
        let keys = match unobserved.contains(entity) {
            true => Vec::new(),
            false => resolve::block_keys(&candidate_of(&member, &facts, links, account.is_some())),
        };
        if keys != stored_keys {
            tx.set_block_keys(*entity, &keys).await?;
        }
        if is_changed || is_linked || keys != stored_keys {
            affected.extend(stored_keys.into_iter().chain(keys));
        }
    }
    if affected.is_empty() { Ok(BTreeSet::new()) } else { rejudge(tx, affected, now).await }
}

/// Reads the newest claims about those entities that are known only by name.
async fn observations_of_named(
    tx: &mut ReadTx,
    members: &[Option<Membership>],
) -> Result<BTreeMap<EntityId, Vec<ClaimObservation>>> {
    let named = members.iter().flatten().filter(|one| one.entity.kind == EntityKind::Name);
    let ids: Vec<EntityId> = named.map(|member| member.id).collect();
    let observations = tx.claim_looks_of(&ids, QUOTES_MAX).await?;
    Ok(ids.into_iter().zip(observations).collect())
}

/// Returns the names of those entities that are known only by name, as pages write them.
fn written_names(
    members: &[Option<Membership>],
    observations: &BTreeMap<EntityId, Vec<ClaimObservation>>,
) -> BTreeMap<EntityId, Fact> {
    let names = members.iter().flatten().filter_map(|member| {
        let name = resolve::written_name(&member.entity, member.id, observations.get(&member.id)?)?;
        Some((member.id, name))
    });
    names.collect()
}

/// Adds the facts that the team gave for an account, for keys without a fact from a page.
fn add_account_facts(entity: EntityId, account: &str, facts: &mut Vec<Fact>) -> Result<()> {
    let account: resolve::Account = serde_json::from_str(account)?;
    let account_facts = [
        (FactKey::Name, account.name),
        (FactKey::Country, account.country),
        (FactKey::Industry, account.industry),
        (FactKey::Employees, account.employees.map(|count| count.to_string())),
    ];
    for (key, value) in account_facts {
        if let Some(value) = value
            && !facts.iter().any(|fact| fact.key == key)
        {
            facts.push(Fact { entity, key, value, look: None, observed: Timestamp(0) });
        }
    }
    facts.sort();
    Ok(())
}

fn candidate_of(
    member: &Membership,
    facts: &[Fact],
    links: Vec<SiteLink>,
    is_account: bool,
) -> Candidate {
    let values_of = |key: FactKey| {
        facts.iter().filter(move |fact| fact.key == key).map(|fact| fact.value.clone())
    };
    Candidate {
        entity: member.entity.clone(),
        id: member.id,
        names: values_of(FactKey::Name).collect(),
        country: values_of(FactKey::Country).next(),
        domains: Vec::new(),
        registry: values_of(FactKey::Registry).next(),
        links,
        is_account,
    }
}

/// Judges every pair under the affected keys again. Returns the ids of the companies whose members
/// changed.
async fn rejudge(
    tx: &mut Tx,
    affected: BTreeSet<String>,
    now: Timestamp,
) -> Result<BTreeSet<EntityId>> {
    let inner = candidates(tx, &affected).await?;
    // Whether a pair under an affected key is the only one may depend on its other keys.
    let all_keys: BTreeSet<String> =
        inner.values().flat_map(resolve::block_keys).chain(affected).collect();
    let context: Vec<Candidate> = candidates(tx, &all_keys).await?.into_values().collect();
    let computed: BTreeMap<JudgementId, Judgement> = resolve::judge(&context)
        .into_iter()
        .filter(|judged| inner.contains_key(&judged.left) && inner.contains_key(&judged.right))
        .map(|judged| {
            let judgement = Judgement { known_from: now, ..judged };
            (judgement.id, judgement)
        })
        .collect();
    let mut changed = BTreeSet::new();
    for entity in inner.keys() {
        for open in tx.judgements_of(*entity).await? {
            let judgement = open.judgement;
            let is_in_scope = judgement.by.is_system()
                && judgement.by != renaming()
                && inner.contains_key(&judgement.left)
                && inner.contains_key(&judgement.right);
            if is_in_scope && !computed.contains_key(&judgement.id) {
                tx.close_judgement(judgement.id, now).await?;
                changed.extend([judgement.left, judgement.right]);
            }
        }
    }
    for judgement in computed.values() {
        if tx.add_judgement(judgement).await? {
            changed.extend([judgement.left, judgement.right]);
        }
    }
    if changed.is_empty() { Ok(changed) } else { rejoin(tx, changed, now).await }
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
    let mut links: LinksByEntity = stored_links(tx, members.values(), QUOTES_MAX).await?;
    let rows = members.into_iter().zip(facts.into_iter().zip(accounts));
    Ok(rows
        .map(|((id, member), (facts, account))| {
            let links = links.remove(&id).unwrap_or_default();
            (id, candidate_of(&member, &facts, links, account.is_some()))
        })
        .collect())
}

/// Rebuilds the companies around the touched entities. Returns the ids of those whose members
/// changed, old and new.
///
/// # Errors
/// When the database fails.
async fn rejoin(
    tx: &mut Tx,
    touched: BTreeSet<EntityId>,
    now: Timestamp,
) -> Result<BTreeSet<EntityId>> {
    let mut visited: BTreeMap<EntityId, Membership> = BTreeMap::new();
    let mut judgements: BTreeMap<JudgementId, Judgement> = BTreeMap::new();
    let mut queue: Vec<EntityId> = touched.into_iter().collect();
    while let Some(id) = queue.pop() {
        if visited.contains_key(&id) {
            continue;
        }
        let Some(member) = tx.entity(id).await? else { continue };
        queue.extend(tx.members(member.company).await?.iter().map(|other| other.id));
        for open in tx.judgements_of(id).await? {
            queue.extend([open.judgement.left, open.judgement.right]);
            judgements.insert(open.judgement.id, open.judgement);
        }
        visited.insert(id, member);
    }
    let entities: Vec<(Entity, EntityId)> =
        visited.values().map(|member| (member.entity.clone(), member.id)).collect();
    let judgements: Vec<Judgement> = judgements.into_values().collect();
    let mut moves = Vec::new();
    let mut changed = BTreeSet::new();
    for company in resolve::companies(&entities, &judgements) {
        let Some((_, id)) = company.first().cloned() else { continue };
        for (_, member) in company {
            let previous = visited.get(&member).map(|previous| previous.company);
            if previous != Some(id) {
                moves.push((member, id));
                changed.insert(id);
                changed.extend(previous);
            }
        }
    }
    // The locks prevent computing a company while its members change.
    for company in &changed {
        tx.lock_company(*company).await?;
    }
    for (member, company) in moves {
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

/// The result of undoing a join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// The companies whose members changed.
    pub companies: BTreeSet<EntityId>,
}

/// Undoes a join by adding a person's judgement that the two entities are different, which no
/// automatic judgement overrides. Returns `None` if there is no such open judgement.
///
/// # Errors
/// When the database fails.
pub(crate) async fn undo(
    tx: &mut Tx,
    id: JudgementId,
    reason: &str,
    now: Timestamp,
) -> Result<Option<Undone>> {
    lock(tx).await?;
    let judgement = tx.judgements().await?.into_iter().find(|open| open.judgement.id == id);
    let Some(judgement) = judgement.map(|open| open.judgement) else { return Ok(None) };
    // The same for every person: older releases recognize a person's judgement by this value, and
    // the judgement's id is derived from it.
    let by = By::OPERATOR;
    if judgement.verdict == Verdict::Different || judgement.by == by {
        // Undoing a person's judgement only closes it.
        tx.close_judgement(judgement.id, now).await?;
    } else {
        let separation = Judgement {
            id: Judgement::id_of(judgement.left, judgement.right, &by),
            left: judgement.left,
            right: judgement.right,
            verdict: Verdict::Different,
            confidence: Permille::new(1000),
            reasons: vec![reason.to_owned()],
            by,
            known_from: now,
        };
        tx.add_judgement(&separation).await?;
    }
    let changed = BTreeSet::from([judgement.left, judgement.right]);
    Ok(Some(Undone { companies: rejoin(tx, changed, now).await? }))
}
