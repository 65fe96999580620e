//! Places claims: determines the entity of a claim, which is not always the owner of the page.

use lexicon::hosts::publisher_of;
use lexicon::names::compared;
use model::{Actor, Claim, ClaimKind, Datum, DatumKind, Document, Entity, EntityKind, Note, Slots};

use crate::compare::{same_name, without_umlaut_letters};
use crate::domain::{company_at, label, owner as owner_of};
use crate::names::{Name, name_core, name_entity};
use crate::words::{is_generic, is_weak};

/// The minimum length of a domain's label by which a longer name is recognized.
const LABEL_BYTES_MIN: usize = 3;

/// Determines the entity of a claim, with notes on problems.
///
/// "We" and the page's own data refer to the owner. A name refers to the owner if it is the
/// owner's name; otherwise to the linked domain, if that domain matches the name; otherwise to an
/// entity known only by name, with its country if the claim or the legal form contains it.
///
/// A claim about the owner of a publisher's page is placed on the publisher, which is no company: the
/// caller leaves it out. Names are never the publisher's there, because an author may write about
/// its operator as about any company.
///
/// Of an owner that the team follows (`is_followed`), it is known that it is a company that tells
/// its own news: a longer form of its name, such as "Acme Robotics" on `acme.example`, is its name
/// too. Anybody else's page may tell of a company whose name begins with its own.
pub fn place(
    document: &Document,
    owner: &Entity,
    is_followed: bool,
    claim: &Claim,
) -> (Entity, Vec<Note>) {
    match &claim.actor {
        Actor::Owner => (profiled(document, owner, claim), Vec::new()),
        Actor::Named { name, href, .. } => {
            let entity = named(document, owner, claim, name, href.as_deref());
            let is_own = |name_only: &Entity| {
                name_only.kind == EntityKind::Name
                    && is_followed
                    && tells_own_news(document, owner, name, href.as_deref())
            };
            match entity {
                (entity, _) if is_own(&entity) => (owner.clone(), Vec::new()),
                placed => placed,
            }
        }
    }
}

/// Checks whether a name on a company's own site is a longer form of its name: one that begins,
/// after words such as "the" and "group", with the label of its domain or with a name that the page
/// says is its own. A name that is linked to another site is another company's, and so is one that
/// goes on in another way than the name in the page's data.
fn tells_own_news(document: &Document, owner: &Entity, name: &str, href: Option<&str>) -> bool {
    let is_elsewhere = href.and_then(owner_of).is_some_and(|linked| linked != *owner);
    let Some(label) = own_label(owner) else { return false };
    if owner.kind != EntityKind::Domain || is_elsewhere {
        return false;
    }
    let parsed = name_core(name);
    let words = distinctive(&parsed);
    let stated: Vec<Name> = own_names(document, owner).into_iter().map(name_core).collect();
    let site: Option<Name> = document.site_name.as_deref().map(name_core);
    let begins_with = |own: &Name| !is_generic(&own.core) && words.starts_with(&distinctive(own));
    if stated.iter().chain(&site).any(begins_with) {
        return true;
    }
    if label.len() < LABEL_BYTES_MIN || is_generic(&label) {
        return false;
    }
    let Some(count) = label_words(&words, &label) else { return false };
    stated.iter().all(|own| {
        let own = distinctive(own);
        label_words(&own, &label).is_none_or(|of_own| of_own == own.len() || count == words.len())
    })
}

/// Lists the words of a name without those that many names share.
fn distinctive(name: &Name) -> Vec<&str> {
    name.words().into_iter().filter(|word| !is_weak(word)).collect()
}

/// Counts the words at the beginning of a name that make up a label, as in `acme-robotics`.
fn label_words(words: &[&str], label: &str) -> Option<usize> {
    let count = |words: &[String], label: &str| {
        let mut rest = label;
        for (index, word) in words.iter().enumerate() {
            rest = rest.strip_prefix(word.as_str())?;
            if rest.is_empty() {
                return Some(index + 1);
            }
        }
        None
    };
    let as_written: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let folded: Vec<String> = words.iter().map(|word| without_umlaut_letters(word)).collect();
    count(&as_written, label).or_else(|| count(&folded, &without_umlaut_letters(label)))
}

/// Places a claim about the owner. A directory describes other companies with the
/// same structured data that companies use for themselves: data with another address and a name
/// that is not the owner's belongs to another company.
fn profiled(document: &Document, owner: &Entity, claim: &Claim) -> Entity {
    let datum = document
        .data
        .iter()
        .find(|datum| datum.kind == DatumKind::Organization && datum.span == claim.span)
        .filter(|_| claim.kind == ClaimKind::PROFILE)
        .filter(|_| matches!(owner.kind, EntityKind::Domain | EntityKind::Publisher));
    let Some(datum) = datum else { return owner.clone() };
    let Some(name) = datum.get("name").or_else(|| datum.get("legal_name")) else {
        return owner.clone();
    };
    let elsewhere = home_of(datum).filter(|home| home != owner);
    let parsed = name_core(name);
    let is_owners = bears(owner, &parsed)
        || site_name(document, owner).is_some_and(|site| same_name(site, name).0);
    match elsewhere {
        Some(home) if !is_owners => {
            let country = datum.get("country");
            let entity = bears(&home, &parsed).then_some(home);
            entity.or_else(|| name_entity(name, country)).unwrap_or_else(|| owner.clone())
        }
        _ => owner.clone(),
    }
}

/// Reads the domain that an organization's data states as its own; a publisher's is not.
fn home_of(datum: &Datum) -> Option<Entity> {
    let url = datum.get("url").filter(|url| url.contains("://"))?;
    owner_of(url).filter(|entity| entity.kind == EntityKind::Domain)
}

fn named(
    document: &Document,
    owner: &Entity,
    claim: &Claim,
    name: &str,
    href: Option<&str>,
) -> (Entity, Vec<Note>) {
    let parsed = name_core(name);
    if is_owner(document, owner, name, &parsed) {
        return (owner.clone(), Vec::new());
    }
    let linked = href.and_then(company_at).filter(|linked| {
        linked.kind == EntityKind::Domain
            && linked != owner
            && (bears(linked, &parsed) || bears_initials(linked, &parsed))
    });
    if let Some(linked) = linked {
        return (linked, Vec::new());
    }
    match name_entity(name, country(claim)) {
        Some(entity) => (entity, Vec::new()),
        None => {
            // The claim is not about the owner. It is placed on an entity that triggers no action.
            let detail = format!("a {} is said of something without a name", claim.kind.as_str());
            let nobody = Entity::new(EntityKind::Name, "?|");
            (nobody, vec![Note::new("actor_without_name", detail)])
        }
    }
}

/// Reads the country of the named company, if the claim contains it. The country of a job opening
/// is that of the job, and the country of a tender is that of the buyer.
fn country(claim: &Claim) -> Option<&str> {
    let is_buyer = claim.slots.get("role").is_some_and(|role| role == "buyer");
    let has_country =
        claim.kind == ClaimKind::PROFILE || (claim.kind == ClaimKind::TENDER && is_buyer);
    slot(&claim.slots, "country").filter(|_| has_country)
}

fn slot<'s>(slots: &'s Slots, name: &str) -> Option<&'s str> {
    slots.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
}

/// Checks whether a name is that of the page's owner.
fn is_owner(document: &Document, owner: &Entity, name: &str, parsed: &Name) -> bool {
    owner.kind != EntityKind::Publisher
        && (bears(owner, parsed)
            || site_name(document, owner).is_some_and(|site| same_name(site, name).0)
            || own_names(document, owner).iter().any(|own| same_name(own, name).0))
}

/// Returns the name that the page gives its site, unless that is the name of a publisher on whose
/// host the owner writes.
fn site_name<'d>(document: &'d Document, owner: &Entity) -> Option<&'d str> {
    let host = document.url.split("://").nth(1).unwrap_or_default();
    let host = host.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let is_publishers =
        owner.kind != EntityKind::Domain && publisher_of(&host.to_lowercase()).is_some();
    document.site_name.as_deref().filter(|_| !is_publishers)
}

/// Lists the names of the owner in the page's data. On a board this includes the hiring
/// organization, if there is exactly one.
fn own_names<'d>(document: &'d Document, owner: &Entity) -> Vec<&'d str> {
    let is_own = |datum: &&Datum| home_of(datum).is_none_or(|home| home == *owner);
    let mut names: Vec<&str> = document
        .data
        .iter()
        .filter(|datum| datum.kind == DatumKind::Organization)
        .filter(|datum| owner.kind == EntityKind::Board || is_own(datum))
        .flat_map(|datum| [datum.get("name"), datum.get("legal_name")])
        .flatten()
        .collect();
    if owner.kind == EntityKind::Board {
        let postings = document.data.iter().filter(|datum| datum.kind == DatumKind::JobPosting);
        let mut hiring: Vec<&str> =
            postings.filter_map(|datum| datum.get("organization")).collect();
        hiring.sort_unstable();
        hiring.dedup();
        if let [only] = hiring.as_slice() {
            names.push(only);
        }
    }
    names
}

/// Checks whether a domain or a board matches a name: `acme-robotics.example` matches Acme Robotics
/// GmbH.
pub(crate) fn bears(entity: &Entity, name: &Name) -> bool {
    let Some(label) = own_label(entity) else { return false };
    let compact = name.compact();
    if compact.len() < 2 || label.len() < 2 {
        return false;
    }
    let words: Vec<&str> = name.words();
    let distinctive: String = words.iter().filter(|word| !is_weak(word)).copied().collect();
    label == compact
        || label == name.whole
        || (distinctive.len() >= 3 && label == distinctive)
        || (compact.len() >= 3 && has_affix(&label, &compact))
        || (compact.len() >= 5
            && without_umlaut_letters(&label) == without_umlaut_letters(&compact))
}

/// Returns the part of a domain or a board that its owner chose, normalized like a name without
/// spaces.
pub(crate) fn own_label(entity: &Entity) -> Option<String> {
    let chosen = match entity.kind {
        EntityKind::Domain => url::quirks::domain_to_unicode(label(&entity.value)),
        EntityKind::Board => entity.value.rsplit('/').next().unwrap_or_default().to_owned(),
        EntityKind::Registry | EntityKind::Name | EntityKind::Publisher => return None,
    };
    Some(lexicon::name_folding::plain_words(&chosen).concat())
}

/// Checks for the prefixes and suffixes that are added to a name if its domain is taken, as in
/// `getacme` and `acmehq`.
fn has_affix(label: &str, compact: &str) -> bool {
    label.strip_prefix(compact).is_some_and(|after| compared::LABEL_ENDS.contains(&after))
        || label
            .strip_suffix(compact)
            .is_some_and(|before| compared::LABEL_STARTS.contains(&before))
}

/// Checks whether an entity matches the initials of a name with at least three words. Initials are
/// accepted only together with a link, because they are not distinctive.
fn bears_initials(entity: &Entity, name: &Name) -> bool {
    let words = name.words();
    let initials: String = words
        .iter()
        .filter(|word| !compared::LEFT_OUT_OF_INITIALS.contains(*word))
        .filter_map(|word| word.chars().next())
        .collect();
    initials.len() >= 3 && own_label(entity).is_some_and(|label| label == initials)
}

#[cfg(test)]
mod tests;
