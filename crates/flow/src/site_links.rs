//! Links from the names of companies to sites, read from the stored observations of claims.

use std::collections::BTreeMap;

use model::{ClaimObservation, EntityId, EntityKind, InstallKey};
use resolve::{Candidate, SiteLink};
use store::Result;
use store::db::{Membership, ReadTx, Tx};

/// The beginning of the block keys with domains; one that is known by name has such keys only if its
/// name is linked.
const DOMAIN_KEY: &str = "domain:";

/// The links of names by entity; entities without any are left out.
pub(crate) type LinksByEntity = BTreeMap<EntityId, Vec<SiteLink>>;

/// Reads the links from the observations of each entity.
pub(crate) fn links_in(observations: &BTreeMap<EntityId, Vec<ClaimObservation>>) -> LinksByEntity {
    let links = observations.iter().map(|(id, seen)| (*id, resolve::site_links(*id, seen)));
    links.filter(|(_, links)| !links.is_empty()).collect()
}

/// Reads the links of those members whose block keys show that they have some, from at most
/// `observations_max` observations of each.
///
/// # Errors
/// When the database fails.
pub(crate) async fn stored_links<'m>(
    tx: &mut ReadTx,
    members: impl Iterator<Item = &'m Membership> + Send,
    observations_max: i64,
) -> Result<LinksByEntity> {
    let named = members.filter(|member| member.entity.kind == EntityKind::Name);
    let named: Vec<EntityId> = named.map(|member| member.id).collect();
    let keys = tx.block_keys_of(&named).await?;
    let linked = named.into_iter().zip(keys);
    let linked = linked.filter(|(_, keys)| keys.iter().any(|key| key.starts_with(DOMAIN_KEY)));
    let linked: Vec<EntityId> = linked.map(|(id, _)| id).collect();
    let observations = tx.claim_looks_of(&linked, observations_max).await?;
    Ok(links_in(&linked.into_iter().zip(observations).collect()))
}

/// Stores the sites that several sources link to a name and that nothing else has named yet, so that
/// they can be joined with it.
///
/// # Errors
/// When the database fails.
pub(crate) async fn add_linked_sites(
    tx: &mut Tx,
    key: &InstallKey,
    links: &LinksByEntity,
) -> Result<()> {
    for entity in links.values().flat_map(|links| resolve::sites_linked_by_several(links)) {
        let id = entity.id(key);
        if tx.block_keys_of(&[id]).await?.iter().all(Vec::is_empty) {
            tx.add_entities(&[(&entity, id)]).await?;
            let keys = resolve::block_keys(&Candidate::new(entity, id));
            tx.set_block_keys(id, &keys).await?;
        }
    }
    Ok(())
}
