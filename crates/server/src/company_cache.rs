//! The wall: every company with signals, held in memory without its quotes, so that a search scans
//! all of them and reads only the shown ones from the database. It is a projection: built from
//! rows, updated by the feed, and never a source of truth.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use answer::dossier::read_of_entity;
use answer::{Dossier, Profile, ReadContext, Result, dossiers_after};
use model::EntityId;
use tokio::sync::Mutex;

/// The maximum number of entities updated one by one; with more, the next search rebuilds the wall.
const UPDATES_MAX: usize = 1_000;

/// The wall.
#[derive(Default)]
pub(crate) struct CompanyCache {
    state: RwLock<Standing>,
    /// Held during a change of the wall, because an older read must not replace a newer one.
    changing: Mutex<()>,
}

#[derive(Default, Clone)]
struct Standing {
    /// The profile of its scores; `None` before it is built.
    profile: Option<Profile>,
    companies: BTreeMap<EntityId, Arc<Dossier>>,
}

impl CompanyCache {
    /// Lists every company with signals, ordered by id. The signals have no evidence.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub(crate) async fn companies(
        &self,
        answers: &ReadContext,
        profile: &Profile,
    ) -> Result<Vec<Arc<Dossier>>> {
        if let Some(companies) = self.cached_for(profile) {
            return Ok(companies);
        }
        let _changing = self.changing.lock().await;
        if let Some(companies) = self.cached_for(profile) {
            return Ok(companies);
        }
        let mut companies = BTreeMap::new();
        let mut after = String::new();
        loop {
            let page = dossiers_after(answers, profile, after).await?;
            let Some(last) = page.last() else { break };
            after = last.id.to_string();
            companies.extend(page.into_iter().map(|one| (one.id, Arc::new(without_quotes(one)))));
        }
        let shown = companies.values().cloned().collect();
        self.replace(Standing { profile: Some(profile.clone()), companies });
        Ok(shown)
    }

    /// Reads the companies of changed entities again.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub(crate) async fn refresh(&self, answers: &ReadContext, entities: &[EntityId]) -> Result<()> {
        let _changing = self.changing.lock().await;
        let Some(profile) = self.read().profile.clone() else { return Ok(()) };
        if entities.len() > UPDATES_MAX {
            self.replace(Standing::default());
            return Ok(());
        }
        for entity in entities {
            let id = *entity;
            let (read_context, profile) = (answers.clone(), profile.clone());
            let read = answers.read(move |tx| {
                Box::pin(async move { read_of_entity(tx, &read_context, &profile, id).await })
            });
            let Some(dossier) = read.await? else { continue };
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            // A member that was a company of its own before it was joined is removed.
            state.companies.remove(&id);
            for (_, member) in &dossier.view.members {
                state.companies.remove(member);
            }
            if !dossier.signals.is_empty() {
                state.companies.insert(dossier.id, Arc::new(without_quotes(dossier)));
            }
        }
        Ok(())
    }

    fn cached_for(&self, profile: &Profile) -> Option<Vec<Arc<Dossier>>> {
        let state = self.read();
        let is_current = state.profile.as_ref() == Some(profile);
        is_current.then(|| state.companies.values().cloned().collect())
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Standing> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn replace(&self, state: Standing) {
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

fn without_quotes(mut dossier: Dossier) -> Dossier {
    for signal in &mut dossier.signals {
        signal.evidence = Vec::new();
    }
    dossier
}
