//! The effect of a run on signals, computed in transactions that are rolled back: what promotion
//! would do for the pages of one company after the other, and the signals that would be detected. The
//! signals of companies without such a page are compared with those of today's detectors.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use answer::CompanyShown;
use detect::Packs;
use model::{Day, EntityId, InstallKey, RawId, RunId, Signal, SignalId, Timestamp};
use serde::Serialize;
use store::Result;
use store::db::{PageReading, ReadTx, RereadRun, Tx};

use crate::context::Context;
use crate::membership;
use crate::stages::detect::detected;

/// The maximum number of changes that are listed; more are counted.
pub(super) const CHANGES_LISTED_MAX: usize = 1_000;
/// The number of entities read at a time.
const ENTITIES: i64 = 200;
/// The number of companies compared at a time that no reading concerns.
const COMPANIES: i64 = 50;
/// The maximum number of pages of a company that are replaced in a rehearsal.
const PAGES_MAX: usize = 500;

/// The kind of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalChangeKind {
    /// A signal that did not exist.
    Gained,
    /// A signal that does not exist any more.
    Lost,
    /// A signal that says something else, maybe under another id.
    Changed,
}

/// A signal that a run changes.
#[derive(Debug, Clone, Serialize)]
pub struct SignalChange {
    /// The kind of change.
    pub change: SignalChangeKind,
    /// The company.
    pub company: CompanyShown,
    /// The kind of signal.
    pub kind: String,
    /// What it says: of a lost one, what it said.
    pub sentence: String,
    /// What a changed one said before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The address of the page that is the reason.
    pub url: String,
    /// Its id.
    pub signal_id: SignalId,
    /// Its id before, if a changed one had another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub former_id: Option<SignalId>,
}

/// The signals that a run changes.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RereadDiff {
    /// The number of signals gained.
    pub gained: u64,
    /// The number of signals lost.
    pub lost: u64,
    /// The number of signals changed.
    pub changed: u64,
    /// The first changes, at most [`CHANGES_LISTED_MAX`].
    pub changes: Vec<SignalChange>,
    /// Whether the stored signals of a company without such a page are not those of today's
    /// detectors, also if they look the same.
    #[serde(skip)]
    pub is_outdated: bool,
}

impl RereadDiff {
    fn add(&mut self, changes: Vec<SignalChange>) {
        for change in changes {
            let count = match change.change {
                SignalChangeKind::Gained => &mut self.gained,
                SignalChangeKind::Lost => &mut self.lost,
                SignalChangeKind::Changed => &mut self.changed,
            };
            *count += 1;
            if self.changes.len() < CHANGES_LISTED_MAX {
                self.changes.push(change);
            }
        }
    }
}

/// Computes the changes of a run, company by company. Calls `on_progress` for each. If it `yields`,
/// other work gets at least half of the writer's time.
pub(super) async fn of_run(
    context: &Arc<Context>,
    run: &RereadRun,
    yields: bool,
    mut on_progress: impl FnMut(),
) -> Result<RereadDiff> {
    let (mut diff, mut after) = (RereadDiff::default(), String::new());
    loop {
        let (of, from) = (run.clone(), after.clone());
        let entities = context.db.read(move |tx| {
            Box::pin(async move { tx.reread_entities_after(&of, &from, ENTITIES).await })
        });
        let entities = entities.await?;
        let Some(last) = entities.last() else { break };
        after = last.to_string();
        for entity in entities {
            let (of, packs, now) = (run.clone(), Arc::clone(&context.packs), context.now());
            let key = context.key.clone();
            let rehearsal = context.db.rehearse(move |tx| {
                Box::pin(async move {
                    // The first lock, as of every transaction that changes membership.
                    membership::lock(tx).await?;
                    match group_of(tx, &of, entity).await? {
                        Some(group) => rehearse(tx, &of, (&packs, &key), group, now).await,
                        None => Ok(Vec::new()),
                    }
                })
            });
            let begun = Instant::now();
            diff.add(rehearsal.await?);
            if yields {
                tokio::time::sleep(begun.elapsed()).await;
            }
            on_progress();
        }
    }
    after.clear();
    loop {
        let (of, packs, today) = (run.clone(), Arc::clone(&context.packs), context.now().day());
        let from = std::mem::take(&mut after);
        let read = context.db.read(move |tx| {
            Box::pin(async move { detected_otherwise(tx, &of, &packs, &from, today).await })
        });
        let begun = Instant::now();
        let Some(others) = read.await? else { return Ok(diff) };
        after = others.last;
        diff.is_outdated |= others.is_outdated;
        diff.add(others.changes);
        if yields {
            tokio::time::sleep(begun.elapsed()).await;
        }
        on_progress();
    }
}

/// The changes of some companies that no reading concerns.
struct Others {
    /// The last of them.
    last: String,
    is_outdated: bool,
    changes: Vec<SignalChange>,
}

/// Compares the stored signals of the next companies that no reading concerns with those that are
/// detected today. `None` if there are no more companies.
async fn detected_otherwise(
    tx: &mut ReadTx,
    run: &RereadRun,
    packs: &Packs,
    after: &str,
    today: Day,
) -> Result<Option<Others>> {
    let mut companies = tx.company_ids(after, COMPANIES).await?;
    let Some(last) = companies.last().map(ToString::to_string) else { return Ok(None) };
    let mut members: BTreeMap<EntityId, Vec<EntityId>> = BTreeMap::new();
    for (company, rows) in companies.iter().zip(tx.members_of(&companies).await?) {
        members.insert(*company, rows.into_iter().map(|row| row.id).collect());
    }
    let ids: Vec<EntityId> = members.values().flatten().copied().collect();
    let concerned = tx.reread_entities_among(run, &ids).await?;
    let is_concerned = |ids: &[EntityId]| ids.iter().any(|id| concerned.binary_search(id).is_ok());
    members.retain(|_, ids| !is_concerned(ids));
    companies.retain(|company| members.contains_key(company));
    let mut others = Others { last, is_outdated: false, changes: Vec::new() };
    let detected = detected(tx, packs, &companies, today).await?;
    let ids: Vec<EntityId> = members.values().flatten().copied().collect();
    let mut stored = tx.signals_of_entities(&ids, &RunId::default()).await?.into_iter();
    // Both are in the order of the companies' ids.
    for (ids, now) in members.values().zip(detected) {
        let before = stored.by_ref().take(ids.len());
        let mut before: Vec<Signal> = before.flatten().map(|row| row.signal).collect();
        before.sort_by_key(|signal| signal.id);
        if before != now.signals {
            let shown = shown(tx, ids).await?;
            others.is_outdated = true;
            others.changes.extend(changes(&before, &now.signals, &[], &shown, &shown));
        }
    }
    Ok(Some(others))
}

/// Finds the entities whose signals are compared together: those of one company, and the new ones
/// that their words name now. `None` if another entity stands for the group.
async fn group_of(
    tx: &mut ReadTx,
    run: &RereadRun,
    entity: EntityId,
) -> Result<Option<Vec<EntityId>>> {
    let Some(member) = tx.entity(entity).await? else {
        let concerned = tx.reread_formers_of(run, entity).await?;
        let is_known = tx.entities(&concerned).await?.iter().any(Option::is_some);
        return Ok((!is_known).then(|| vec![entity]));
    };
    let members = tx.members(member.company).await?;
    let mut group: Vec<EntityId> = members.iter().map(|member| member.id).collect();
    if tx.reread_entities_among(run, &group).await?.first() != Some(&entity) {
        return Ok(None);
    }
    let heirs = tx.reread_heirs_of(run, &group).await?;
    let known = tx.entities(&heirs).await?;
    let new = heirs.into_iter().zip(known).filter(|(_, known)| known.is_none());
    group.extend(new.map(|(heir, _)| heir));
    Ok(Some(group))
}

/// Replaces the readings that concern a group of entities, and compares their signals.
async fn rehearse(
    tx: &mut Tx,
    run: &RereadRun,
    (packs, key): (&Packs, &InstallKey),
    group: Vec<EntityId>,
    now: Timestamp,
) -> Result<Vec<SignalChange>> {
    let live = RunId::default();
    let shown_before = shown(tx, &group).await?;
    let before = tx.signals_of_entities(&group, &live).await?;
    let before: Vec<Signal> = before.into_iter().flatten().map(|row| row.signal).collect();
    let readings = tx.differing_readings_about(run, &group, PAGES_MAX).await?;
    let raws: Vec<RawId> = readings.iter().map(|reading| reading.page.raw).collect();
    let concerned = tx.reread_entities_of(run, &raws).await?;
    let named = concerned.iter().filter_map(|one| Some((one.entity.as_ref()?, one.id)));
    let named: Vec<_> = named.collect();
    tx.add_entities(&named).await?;
    let renamed = tx.renamed_entities(run, &group).await?;
    membership::join_renamed(tx, &renamed, now).await?;
    tx.replace_readings(&readings).await?;
    let ids: BTreeSet<EntityId> =
        concerned.iter().map(|one| one.id).chain(group.iter().copied()).collect();
    let ids: Vec<EntityId> = ids.into_iter().collect();
    membership::relearn(tx, key, &ids, now).await?;
    let members = tx.entities(&group).await?;
    let companies: BTreeSet<EntityId> =
        members.into_iter().flatten().map(|member| member.company).collect();
    let companies: Vec<EntityId> = companies.into_iter().collect();
    let after = detected(tx, packs, &companies, now.day()).await?;
    let mut after: Vec<Signal> = after.into_iter().flat_map(|company| company.signals).collect();
    after.retain(|signal| group.contains(&signal.entity));
    let shown_after = shown(tx, &group).await?;
    Ok(changes(&before, &after, &readings, &shown_before, &shown_after))
}

/// Reads the company of each of these entities that is stored.
async fn shown(tx: &mut ReadTx, entities: &[EntityId]) -> Result<BTreeMap<EntityId, CompanyShown>> {
    let members = tx.entities(entities).await?;
    let mut shown = BTreeMap::new();
    for member in members.into_iter().flatten() {
        let view = answer::view(tx, member.company).await?;
        shown.insert(member.id, answer::company_shown(member.company, &view));
    }
    Ok(shown)
}

/// Lists the differences between the signals of a group before and after its readings are replaced.
fn changes(
    before: &[Signal],
    after: &[Signal],
    readings: &[PageReading],
    shown_before: &BTreeMap<EntityId, CompanyShown>,
    shown_after: &BTreeMap<EntityId, CompanyShown>,
) -> Vec<SignalChange> {
    let urls: BTreeSet<&str> = readings.iter().map(|one| one.page.look.url.as_str()).collect();
    let stored: BTreeMap<SignalId, &Signal> = before.iter().map(|one| (one.id, one)).collect();
    let current: BTreeSet<SignalId> = after.iter().map(|signal| signal.id).collect();
    let earlier: Vec<&Signal> = before.iter().collect();
    let pairs = ::detect::successors(&earlier, after);
    let mut told: BTreeSet<SignalId> = BTreeSet::new();
    let mut changes = Vec::new();
    let mut add = |change, signal: &Signal, former: Option<&Signal>| {
        let companies = match change {
            SignalChangeKind::Lost => shown_before,
            SignalChangeKind::Gained | SignalChangeKind::Changed => shown_after,
        };
        let Some(company) = companies.get(&signal.entity).cloned() else { return };
        let pieces = || {
            let former = former.map(|former| former.evidence.as_slice()).unwrap_or_default();
            signal.evidence.iter().chain(former).map(|piece| piece.url.as_str())
        };
        let url = pieces().find(|url| urls.contains(url)).or_else(|| pieces().next());
        changes.push(SignalChange {
            change,
            company,
            kind: signal.kind.clone(),
            sentence: signal.explanation.clone(),
            before: former.map(|former| former.explanation.clone()),
            url: url.unwrap_or_default().to_owned(),
            signal_id: signal.id,
            former_id: former.map(|former| former.id).filter(|id| *id != signal.id),
        });
    };
    for signal in after {
        if let Some(former) = stored.get(&signal.id) {
            if !says_the_same(former, signal) {
                add(SignalChangeKind::Changed, signal, Some(former));
            }
            continue;
        }
        let former = pairs.iter().filter(|(new, _)| *new == signal.id).map(|(_, former)| *former);
        let former = former.filter(|id| !current.contains(id)).find(|id| told.insert(*id));
        match former.and_then(|id| stored.get(&id)) {
            Some(former) => add(SignalChangeKind::Changed, signal, Some(former)),
            None => add(SignalChangeKind::Gained, signal, None),
        }
    }
    for signal in before {
        if !current.contains(&signal.id) && !told.contains(&signal.id) {
            add(SignalChangeKind::Lost, signal, None);
        }
    }
    changes
}

/// Reports whether two versions of a signal look the same to a reader: only the version of the pack,
/// the ids of observations and the digests of texts may differ.
fn says_the_same(one: &Signal, other: &Signal) -> bool {
    let quotes = |signal: &Signal| -> Vec<(String, String)> {
        let pieces = signal.evidence.iter();
        let mut quotes: Vec<_> =
            pieces.map(|piece| (piece.url.clone(), piece.quote.clone())).collect();
        quotes.sort();
        quotes
    };
    let bare =
        |signal: &Signal| Signal { evidence: Vec::new(), pack: String::new(), ..signal.clone() };
    bare(one) == bare(other) && quotes(one) == quotes(other)
}
