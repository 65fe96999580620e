//! Companies: finding one by a user's input, and the types that describe one.

use std::collections::BTreeSet;

use model::{CompanyView, Entity, EntityId, EntityKind, FactKey};
use resolve::Candidate;
use serde::Serialize;
use store::db::ReadTx;
use utoipa::ToSchema;

use crate::{AnswerError, ReadContext, Result, number};

/// The maximum number of entities read under one name.
const NAMESAKES_MAX: i64 = 50;

/// A company's id, name and domain.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CompanyShown {
    /// The company's id; the id of any of its entities is accepted too.
    #[schema(value_type = String)]
    pub id: EntityId,
    /// The best known name.
    pub name: String,
    /// The registrable domain, if known.
    pub domain: Option<String>,
}

/// The company of a signal, with the facts that identify and filter it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CompanyBrief {
    /// The company's id; the id of any of its entities is accepted too.
    #[schema(value_type = String)]
    pub id: EntityId,
    /// The best known name.
    pub name: String,
    /// The registrable domain, if known.
    pub domain: Option<String>,
    /// The country, ISO 3166 alpha-2.
    pub country: Option<String>,
    /// The industry in the source's words.
    pub industry: Option<String>,
}

impl CompanyBrief {
    /// Builds the brief of a company.
    pub fn of(id: EntityId, view: &CompanyView) -> Self {
        let CompanyShown { id, name, domain } = company_shown(id, view);
        let fact = |key| view.fact(key).map(str::to_owned);
        let (country, industry) = (fact(FactKey::Country), fact(FactKey::Industry));
        Self { id, name, domain, country, industry }
    }
}

/// The facts of a company.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CompanyFacts {
    /// The company's id, which is that of its smallest entity; the id of any of its entities is
    /// accepted too.
    #[schema(value_type = String)]
    pub id: EntityId,
    /// The best known name.
    pub name: String,
    /// The registrable domain, if known.
    pub domain: Option<String>,
    /// The country, ISO 3166 alpha-2.
    pub country: Option<String>,
    /// The industry in the source's words.
    pub industry: Option<String>,
    /// The number of employees, as reported by the company or a registry.
    pub size: Option<i64>,
    /// The yearly revenue, as text with currency.
    pub revenue: Option<String>,
    /// The tools observed in use.
    pub tech: Vec<String>,
    /// The known roles (never names without a lawful basis).
    pub employees: Vec<String>,
    /// The entities of the company, as `kind:value`.
    pub sources: Vec<String>,
}

/// Returns a company's id, name and domain.
pub fn company_shown(id: EntityId, view: &CompanyView) -> CompanyShown {
    CompanyShown { id, name: display_name(view), domain: domain_of(view).map(str::to_owned) }
}

/// Returns the company's domain, if known.
pub fn domain_of(view: &CompanyView) -> Option<&str> {
    let domain = view.members.iter().find(|(entity, _)| entity.kind == EntityKind::Domain)?;
    Some(&domain.0.value)
}

/// Returns the name to show: the company's name as pages write it, or a name derived from its first
/// entity if none is known.
pub fn display_name(view: &CompanyView) -> String {
    if let Some(name) = view.fact(FactKey::Name) {
        return name.to_owned();
    }
    let Some((entity, _)) = view.members.first() else { return "unknown".to_owned() };
    match entity.kind {
        EntityKind::Name => {
            resolve::name_of_core(entity.value.split('|').next().unwrap_or_default())
        }
        EntityKind::Board => {
            entity.value.split_once('/').map_or(&*entity.value, |(_, slug)| slug).to_owned()
        }
        EntityKind::Registry | EntityKind::Domain | EntityKind::Publisher => entity.value.clone(),
    }
}

/// Collects the facts of a company.
pub fn summary(id: EntityId, view: &CompanyView) -> CompanyFacts {
    let fact = |key| view.fact(key).map(str::to_owned);
    CompanyFacts {
        id,
        name: display_name(view),
        domain: domain_of(view).map(str::to_owned),
        country: fact(FactKey::Country),
        industry: fact(FactKey::Industry),
        size: view.fact(FactKey::Employees).and_then(|count| count.trim().parse().ok()),
        revenue: fact(FactKey::Revenue),
        tech: view.facts.get(&FactKey::Technology).cloned().unwrap_or_default(),
        employees: Vec::new(),
        sources: view.members.iter().map(|(entity, _)| entity.to_string()).collect(),
    }
}

/// Finds a company by a domain, an address, a name or an id.
///
/// # Errors
/// [`AnswerError::Unknown`] or [`AnswerError::Ambiguous`], or when the database fails.
pub async fn find(context: &ReadContext, reference: &str) -> Result<EntityId> {
    let (read_context, reference) = (context.clone(), reference.to_owned());
    context.read(move |tx| Box::pin(async move { read(tx, &read_context, &reference).await })).await
}

/// Reads the id of a company by a domain, an address, a name or an id.
///
/// # Errors
/// As [`find`].
pub async fn read(tx: &mut ReadTx, context: &ReadContext, reference: &str) -> Result<EntityId> {
    let reference = reference.trim();
    let matches = candidates(tx, context, reference).await?;
    let companies: BTreeSet<EntityId> = matches.iter().map(|(company, _)| *company).collect();
    match (companies.first(), companies.len()) {
        (Some(company), 1) => Ok(*company),
        (None, _) => Err(AnswerError::Unknown(format!(
            "no company is known as {reference:?}; try its domain, such as acme.example, or its whole name"
        ))),
        _ => {
            let keys: BTreeSet<String> = matches.into_iter().map(|(_, key)| key).collect();
            let keys: Vec<String> = keys.into_iter().collect();
            Err(AnswerError::Ambiguous(format!(
                "{} companies are known as {reference:?}; choose one of: {}",
                number(companies.len() as u64),
                keys.join(", ")
            )))
        }
    }
}

/// Reads the ids of the companies that are known under a name, a domain, an address or an id, each
/// once.
///
/// # Errors
/// When the database fails.
pub(crate) async fn named(
    tx: &mut ReadTx,
    context: &ReadContext,
    reference: &str,
) -> Result<Vec<EntityId>> {
    let matches = candidates(tx, context, reference.trim()).await?;
    let companies: BTreeSet<EntityId> = matches.into_iter().map(|(company, _)| company).collect();
    Ok(companies.into_iter().collect())
}

/// Finds the companies that match, each with the key it was found by. Ids, entities and addresses
/// are tried before names, and the first match decides.
async fn candidates(
    tx: &mut ReadTx,
    context: &ReadContext,
    reference: &str,
) -> store::Result<Vec<(EntityId, String)>> {
    let mut exact: Vec<EntityId> = reference.parse::<EntityId>().into_iter().collect();
    exact.extend(reference.parse::<Entity>().ok().map(|entity| context.id_of(&entity)));
    let address = if reference.contains("://") {
        reference.to_owned()
    } else {
        format!("https://{reference}/")
    };
    if reference.contains('.') && !reference.contains(' ') {
        exact.extend(resolve::company_at(&address).map(|entity| context.id_of(&entity)));
    }
    for id in exact {
        let member = tx.entity(id).await?;
        if let Some(member) = member.filter(|one| one.entity.kind != EntityKind::Publisher) {
            return Ok(vec![(member.company, member.entity.to_string())]);
        }
    }
    let Some(entity) = resolve::name_entity(reference, None) else { return Ok(Vec::new()) };
    let id = context.id_of(&entity);
    let candidate = Candidate { names: vec![reference.to_owned()], ..Candidate::new(entity, id) };
    let mut matches = Vec::new();
    for key in resolve::block_keys(&candidate) {
        for member in tx.block(&key, NAMESAKES_MAX).await? {
            matches.push((member.company, member.entity.to_string()));
        }
    }
    Ok(matches)
}
