//! Judges which entities are one company, by the facts of each. In doubt they stay apart.

use std::collections::{BTreeMap, BTreeSet};

use lexicon::country_code::{country_code, country_of_domain};
use model::{By, Entity, EntityId, EntityKind, Judgement, Note, Permille, Timestamp, Verdict};

use crate::compare::{SAME, likeness};
use crate::domain::company_at;
use crate::names::{Name, name_core};
use crate::place::{bears, own_label};
use crate::site_links::{SiteLink, is_of_one, sources_of};
use crate::words::is_generic;

/// An entity with its known facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its key.
    pub entity: Entity,
    /// Its id.
    pub id: EntityId,
    /// Its names as written; for an entity known by name, its key is another name.
    pub names: Vec<String>,
    /// Its country, a code or a name.
    pub country: Option<String>,
    /// Domains or addresses that its own pages state as its own.
    pub domains: Vec<String>,
    /// Registry and number, `lei:…` or `gb/…`.
    pub registry: Option<String>,
    /// The links of its name to sites, if it is known by name; sorted.
    pub links: Vec<SiteLink>,
    /// Whether it is in the team's list.
    pub is_account: bool,
}

impl Candidate {
    /// Creates a candidate of which nothing is known but its key.
    pub fn new(entity: Entity, id: EntityId) -> Self {
        Self {
            entity,
            id,
            names: Vec::new(),
            country: None,
            domains: Vec::new(),
            registry: None,
            links: Vec::new(),
            is_account: false,
        }
    }
}

/// Returns the sorted keys by which possible matches of a candidate are looked up: `core:` with a
/// name without spaces, `registry:` with a number, `domain:` with a registrable domain of its own, or
/// with one to which its name is linked.
pub fn block_keys(candidate: &Candidate) -> Vec<String> {
    Known::of(candidate).keys.into_iter().collect()
}

/// Returns automatic judgements on all pairs of candidates that are one company, sorted by id.
/// `known_from` is zero, because the caller sets it. The order of `candidates` has no effect.
///
/// - `auto:registry/1`: the same number in the same registry.
/// - `auto:own_domain/1`: its pages state the other's domain as its own, and the names match.
/// - `auto:board_name/1`: a board whose slug is the label and name of exactly one domain.
/// - `auto:unique_name/1`: a name that only one company among all candidates has.
/// - `auto:linked_name/1`: a name whose links lead to one site, if that calls itself so, or if two
///   independent sources link alike.
///
/// Entities with different numbers in one registry or in different countries are never joined by
/// name, and no entities are joined by a name that is not distinctive.
pub fn judge(candidates: &[Candidate]) -> Vec<Judgement> {
    let comparable = all_comparable(candidates);
    let mut found: BTreeMap<(EntityId, EntityId), Judgement> = BTreeMap::new();
    for judgement in certain_judgements(&comparable) {
        found.entry((judgement.left, judgement.right)).or_insert(judgement);
    }
    let groups = Groups::of(&comparable, found.values());
    for (name, matched) in named(&comparable, &groups) {
        if let Matched::One(twin) = matched
            && may_be_one(name, twin)
        {
            let reasons = vec![format!(
                "of all companies known only {} is called {}",
                twin.candidate.entity,
                name.cores.iter().next().map_or("", String::as_str)
            )];
            let judgement = same(name, twin, "unique_name", 850, reasons);
            found.entry((judgement.left, judgement.right)).or_insert(judgement);
        }
    }
    for (name, site, reason) in linked(&comparable, &groups) {
        let judgement = same(name, site, "linked_name", 880, vec![reason]);
        found.entry((judgement.left, judgement.right)).or_insert(judgement);
    }
    let mut judgements: Vec<Judgement> = found.into_values().collect();
    judgements.sort_by_key(|judgement| judgement.id);
    judgements
}

/// Lists the names that were not joined because more than one company has them.
pub fn ambiguities(candidates: &[Candidate]) -> Vec<Note> {
    let comparable = all_comparable(candidates);
    let judgements = certain_judgements(&comparable);
    let groups = Groups::of(&comparable, judgements.iter());
    let mut notes: Vec<Note> = named(&comparable, &groups)
        .into_iter()
        .filter_map(|(name, matched)| match matched {
            Matched::One(_) => None,
            Matched::Many(count) => {
                let entity = &name.candidate.entity;
                let detail = format!("{entity} could be any of {count} companies; left alone");
                Some(Note::new("name_ambiguous", detail))
            }
        })
        .collect();
    notes.sort();
    notes
}

/// A candidate with its facts in comparable form.
struct Known<'c> {
    candidate: &'c Candidate,
    /// Its parsed names.
    names: Vec<Name>,
    /// The cores of its names, except those that are not distinctive.
    cores: BTreeSet<String>,
    countries: BTreeSet<String>,
    registries: BTreeSet<String>,
    domains: BTreeSet<String>,
    keys: BTreeSet<String>,
}

impl<'c> Known<'c> {
    fn of(candidate: &'c Candidate) -> Self {
        let entity = &candidate.entity;
        let mut names: Vec<Name> = candidate.names.iter().map(|name| name_core(name)).collect();
        let mut countries: BTreeSet<String> =
            candidate.country.as_deref().and_then(country_code).into_iter().collect();
        let mut registries: BTreeSet<String> =
            candidate.registry.as_deref().and_then(registry_key).into_iter().collect();
        let mut domains = BTreeSet::new();
        match entity.kind {
            EntityKind::Name => {
                let (core, country) = entity.value.split_once('|').unwrap_or((&entity.value, ""));
                names.push(name_core(core));
                countries.extend(country_code(country).filter(|_| countries.is_empty()));
            }
            EntityKind::Registry => registries.extend(registry_key(&entity.value)),
            EntityKind::Domain => {
                domains.insert(entity.value.clone());
                countries.extend(country_of_domain(&entity.value).filter(|_| countries.is_empty()));
            }
            EntityKind::Board | EntityKind::Publisher => {}
        }
        for stated in candidate.domains.iter().filter_map(|stated| company_at(stated)) {
            if stated.kind == EntityKind::Domain {
                domains.insert(stated.value);
            }
        }
        names.sort();
        names.dedup();
        let cores: BTreeSet<String> =
            names.iter().map(|name| &name.core).filter(|core| !is_generic(core)).cloned().collect();
        let keys = cores
            .iter()
            .map(|core| format!("core:{}", core.replace(' ', "")))
            .chain(own_label(entity).filter(|l| !is_generic(l)).map(|l| format!("core:{l}")))
            .chain(registries.iter().map(|number| format!("registry:{number}")))
            .chain(domains.iter().map(|domain| format!("domain:{domain}")))
            .chain(candidate.links.iter().map(|link| format!("domain:{}", link.domain)))
            .collect();
        Self { candidate, names, cores, countries, registries, domains, keys }
    }

    fn is(&self, kind: EntityKind) -> bool {
        self.candidate.entity.kind == kind
    }

    fn shares_core(&self, other: &Self) -> bool {
        self.cores.intersection(&other.cores).next().is_some()
    }
}

fn all_comparable(candidates: &[Candidate]) -> Vec<Known<'_>> {
    let mut comparable: Vec<Known<'_>> = candidates.iter().map(Known::of).collect();
    comparable.sort_by(|one, other| {
        let key = |k: &Known<'_>| (k.candidate.entity.clone(), k.candidate.id);
        key(one).cmp(&key(other)).then_with(|| one.names.cmp(&other.names))
    });
    comparable.dedup_by_key(|one| one.candidate.id);
    comparable
}

/// Normalizes a registry and a number: `lei/5299…`, lower case, without spaces; `None` without
/// a registry, because a number alone is not unique.
pub(crate) fn registry_key(text: &str) -> Option<String> {
    let (registry, number) = text.split_once([':', '/'])?;
    let folded = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase()
    };
    let (registry, number) = (folded(registry), folded(number));
    (!registry.is_empty() && number.len() >= 4).then(|| format!("{registry}/{number}"))
}

fn same(
    one: &Known<'_>,
    other: &Known<'_>,
    rule: &str,
    confidence: u16,
    reasons: Vec<String>,
) -> Judgement {
    let (one, other) = (one.candidate.id, other.candidate.id);
    let by = By::System(format!("{rule}/1"));
    Judgement {
        id: Judgement::id_of(one, other, &by),
        left: one.min(other),
        right: one.max(other),
        verdict: Verdict::Same,
        confidence: Permille::new(confidence),
        reasons,
        by,
        known_from: Timestamp(0),
    }
}

/// Checks that two entities have neither different numbers in one registry nor different countries.
fn may_be_one(one: &Known<'_>, other: &Known<'_>) -> bool {
    let are_disjoint = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
        !one.is_empty() && !other.is_empty() && one.is_disjoint(other)
    };
    !are_disjoint(&one.countries, &other.countries) && !are_registered_apart(one, other)
}

fn are_registered_apart(one: &Known<'_>, other: &Known<'_>) -> bool {
    let registry = |number: &str| number.split('/').next().unwrap_or_default().to_owned();
    one.registries.iter().any(|number| {
        let mut others = other.registries.iter().filter(|n| registry(n) == registry(number));
        others.clone().next().is_some() && others.all(|n| n != number)
    })
}

/// Applies all rules except `unique_name`, whose result depends on the other companies. The
/// judgements with the highest confidence come first.
fn certain_judgements(comparable: &[Known<'_>]) -> Vec<Judgement> {
    let mut found = Vec::new();
    for (key, members) in blocks(comparable) {
        for (at, one) in members.iter().enumerate() {
            for other in members.iter().skip(at + 1) {
                if let Some(number) = key.strip_prefix("registry:") {
                    let reasons = vec![format!("both have the number {number}")];
                    found.push(same(one, other, "registry", 990, reasons));
                } else if let Some(domain) = key.strip_prefix("domain:")
                    && gives_domain(one, other)
                {
                    let reasons = vec![format!("its pages name {domain} as its site")];
                    found.push(same(one, other, "own_domain", 930, reasons));
                }
            }
        }
    }
    found.extend(boards(comparable));
    found.sort_by_key(|judgement| (std::cmp::Reverse(judgement.confidence), judgement.id));
    found
}

/// Checks whether one entity is the only domain that the other states, and their names or labels
/// match.
fn gives_domain(one: &Known<'_>, other: &Known<'_>) -> bool {
    let states_domain = |domain: &Known<'_>, stating: &Known<'_>| {
        let names_match = domain.shares_core(stating)
            || stating.names.iter().any(|name| bears(&domain.candidate.entity, name))
            || own_label(&stating.candidate.entity) == own_label(&domain.candidate.entity);
        domain.is(EntityKind::Domain)
            && !stating.is(EntityKind::Domain)
            && stating.domains.len() == 1
            && stating.domains.contains(&domain.candidate.entity.value)
            && names_match
    };
    !are_registered_apart(one, other) && (states_domain(one, other) || states_domain(other, one))
}

/// Joins boards whose slug is the label and the name of exactly one domain; a board's own name, if
/// it has one, must match.
fn boards(comparable: &[Known<'_>]) -> Vec<Judgement> {
    let mut by_label: BTreeMap<String, Vec<&Known<'_>>> = BTreeMap::new();
    for one in comparable.iter().filter(|one| one.is(EntityKind::Domain)) {
        by_label.entry(own_label(&one.candidate.entity).unwrap_or_default()).or_default().push(one);
    }
    let mut found = Vec::new();
    for board in comparable.iter().filter(|one| one.is(EntityKind::Board)) {
        let slug = own_label(&board.candidate.entity).unwrap_or_default();
        let Some([domain]) = by_label.get(&slug).map(Vec::as_slice) else { continue };
        let is_name = domain.cores.iter().any(|core| core.replace(' ', "") == slug);
        let names_match = board.names.is_empty() || board.shares_core(domain);
        if is_name && names_match && !is_generic(&slug) && may_be_one(board, domain) {
            let reasons = vec![format!(
                "the job board's name {slug} is that of the domain and of the company"
            )];
            found.push(same(board, domain, "board_name", 900, reasons));
        }
    }
    found
}

fn blocks<'k, 'c>(comparable: &'k [Known<'c>]) -> BTreeMap<&'k str, Vec<&'k Known<'c>>> {
    let mut blocks: BTreeMap<&str, Vec<&Known<'_>>> = BTreeMap::new();
    for one in comparable {
        for key in &one.keys {
            blocks.entry(key).or_default().push(one);
        }
    }
    blocks
}

/// The candidates that [`certain_judgements`] has joined, so that a company with a domain and a
/// board counts once.
struct Groups(BTreeMap<EntityId, EntityId>);

impl Groups {
    fn of<'j>(comparable: &[Known<'_>], judgements: impl Iterator<Item = &'j Judgement>) -> Self {
        let entities: Vec<(Entity, EntityId)> =
            comparable.iter().map(|one| (one.candidate.entity.clone(), one.candidate.id)).collect();
        let judgements: Vec<Judgement> = judgements.cloned().collect();
        let mut groups = BTreeMap::new();
        for company in crate::companies(&entities, &judgements) {
            let Some((_, first)) = company.first().cloned() else { continue };
            groups.extend(company.into_iter().map(|(_, id)| (id, first)));
        }
        Self(groups)
    }

    fn of_id(&self, id: EntityId) -> EntityId {
        self.0.get(&id).copied().unwrap_or(id)
    }
}

enum Matched<'k, 'c> {
    One(&'k Known<'c>),
    Many(usize),
}

/// Finds, for each entity known only by name, the companies with that name.
fn named<'k, 'c>(
    comparable: &'k [Known<'c>],
    groups: &Groups,
) -> Vec<(&'k Known<'c>, Matched<'k, 'c>)> {
    let blocks = blocks(comparable);
    let mut found = Vec::new();
    for name in comparable.iter().filter(|one| one.is(EntityKind::Name) && !one.cores.is_empty()) {
        // The smallest entity represents its company. Entities that may have the name only by
        // their label are rivals: they make the match ambiguous, but are not joined.
        let mut twins: BTreeMap<EntityId, &Known<'_>> = BTreeMap::new();
        let mut rivals: BTreeSet<EntityId> = BTreeSet::new();
        // A domain to which the name is only linked is no rival.
        let keys = name.keys.iter().filter(|key| !key.starts_with("domain:"));
        let near = keys.filter_map(|key| blocks.get(key.as_str())).flatten();
        for other in near.filter(|other| !other.is(EntityKind::Name)) {
            let company = groups.of_id(other.candidate.id);
            if is_called(other, name) {
                let twin = twins.entry(company).or_insert(other);
                if other.candidate.entity < twin.candidate.entity {
                    *twin = other;
                }
            } else if other.names.is_empty() {
                rivals.insert(company);
            }
        }
        rivals.retain(|company| !twins.contains_key(company));
        match (twins.len(), rivals.len()) {
            (0, _) => {}
            (1, 0) => found.extend(twins.into_values().map(|twin| (name, Matched::One(twin)))),
            (some, more) => found.push((name, Matched::Many(some + more))),
        }
    }
    found
}

/// Checks whether an entity has a name: by a stated name or, if none is stated, by a label that
/// spells a name of several words.
fn is_called(other: &Known<'_>, name: &Known<'_>) -> bool {
    const LETTERS_MIN: usize = 8;
    let label = own_label(&other.candidate.entity).unwrap_or_default();
    let spells = |core: &String| {
        let compact = core.replace(' ', "");
        core.contains(' ') && compact.len() >= LETTERS_MIN && compact == label
    };
    other.shares_core(name) || (other.names.is_empty() && name.cores.iter().any(spells))
}

/// Finds, for each entity known only by name, the site that its links identify, with the reason.
///
/// A link alone identifies nothing: the site must call itself so, or two independent sources must
/// link to its front page. It never decides between companies: if another one has the name too, or
/// the links identify two sites, there is no result.
fn linked<'k, 'c>(
    comparable: &'k [Known<'c>],
    groups: &Groups,
) -> Vec<(&'k Known<'c>, &'k Known<'c>, String)> {
    let mut found = Vec::new();
    for name in comparable.iter().filter(|one| !one.candidate.links.is_empty()) {
        let sites = comparable.iter().filter(|one| one.is(EntityKind::Domain));
        let sites = sites.filter_map(|site| Some((site, identified(name, site)?)));
        let sites: Vec<(&Known<'_>, String)> = sites.collect();
        let Some((site, reason)) = sites.first() else { continue };
        let company = groups.of_id(site.candidate.id);
        let mut others = comparable
            .iter()
            .filter(|one| !one.is(EntityKind::Name) && groups.of_id(one.candidate.id) != company);
        let is_disputed = sites.iter().any(|(one, _)| groups.of_id(one.candidate.id) != company)
            || others.any(|other| is_called(other, name) || goes_by(other, name));
        if name.is(EntityKind::Name) && !is_disputed && may_be_one(name, site) {
            found.push((name, *site, reason.clone()));
        }
    }
    found
}

/// Returns the reason why the links of a name identify a site, if they do.
fn identified(name: &Known<'_>, site: &Known<'_>) -> Option<String> {
    let domain = &site.candidate.entity.value;
    let links = || name.candidate.links.iter().filter(|link| link.domain == *domain);
    let count = sources_of(links().filter(|link| link.is_front));
    if count >= 2 {
        return Some(format!("{count} independent sites link the name to {domain}"));
    }
    let source = links().map(|link| &link.source).find(|source| is_of_one(source))?;
    let calls_itself_so = site
        .names
        .iter()
        .any(|own| name.names.iter().any(|written| likeness(own, written).0 >= SAME));
    calls_itself_so
        .then(|| format!("{} links the name to {domain}, which calls itself so", source.value))
}

/// Checks whether an entity states a name like this one, or its domain or board spells it.
fn goes_by(other: &Known<'_>, name: &Known<'_>) -> bool {
    name.names.iter().any(|written| {
        bears(&other.candidate.entity, written)
            || other.names.iter().any(|own| likeness(own, written).0 >= SAME)
    })
}

#[cfg(test)]
mod tests;
