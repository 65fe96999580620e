//! Leads: whom to call, and one company on one page.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Answer, Asked, Named};
use crate::answer::{
    self, Calls, Dossier, LeadPage, Profile, call, dossier, find, lead_page, ranked, reading_day,
};
use crate::app::App;
use crate::problem::Problem;
use model::FactKey;

const LIMIT: usize = 10;
const LIMIT_MAX: usize = 200;

/// Which calls; everything may be left out.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LeadsAsked {
    /// A product's id; the best one for each company when left out.
    product: Option<String>,
    /// How many, 1 to 200; 10 when left out.
    limit: Option<usize>,
    /// Countries, ISO 3166 alpha-2, with commas.
    #[param(example = "DE,FR")]
    geo: Option<String>,
}

/// Whom to call now, why, with which words, and whom to ask for.
#[utoipa::path(
    get, path = "/api/v1/leads", tag = "leads", params(LeadsAsked),
    responses(
        (status = 200, body = Calls),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(State(app): State<App>, Asked(asked): Asked<LeadsAsked>) -> Answer<Calls> {
    let inner = &app.inner;
    let limit = asked.limit.unwrap_or(LIMIT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        let detail = format!("limit is {limit}; send 1 to {LIMIT_MAX}");
        return Err(Problem::bad_request(detail));
    }
    let everything = Profile::load(&inner.rooms.db).await?;
    let companies = inner.wall.companies(&inner.rooms, &everything).await?;
    let profile = everything.only(asked.product.as_deref())?;
    let geo = asked.geo.unwrap_or_default();
    let countries: Vec<&str> =
        geo.split(',').map(str::trim).filter(|one| !one.is_empty()).collect();
    let is_there = |company: &Dossier| {
        let own = company.view.fact(FactKey::Country).unwrap_or_default();
        countries.is_empty() || countries.iter().any(|one| one.eq_ignore_ascii_case(own))
    };
    let companies: Vec<Dossier> = companies
        .iter()
        .filter(|company| is_there(company))
        .map(|company| for_profile(company, &profile))
        .collect();
    let day = reading_day(None, &inner.rooms);
    let (best, left_out) = ranked(&companies, day);
    let mut items = Vec::new();
    for id in best.into_iter().take(limit) {
        // The wall has no quotes; a call is made with the words in hand.
        let company = dossier(&inner.rooms, &profile, id).await?;
        items.extend(call(&inner.rooms, &company, items.len() + 1, day));
    }
    Ok(axum::Json(Calls { on: day, items, left_out }))
}

fn for_profile(company: &Dossier, profile: &Profile) -> Dossier {
    let wanted = |id: &str| profile.products.iter().any(|product| product.id == id);
    let leads = company.leads.iter().filter(|lead| wanted(&lead.product.id)).cloned().collect();
    Dossier { leads, ..company.clone() }
}

/// One company, on one page: facts, scores, signals, what happened, what to do next.
#[utoipa::path(
    get, path = "/api/v1/leads/{company_id}", operation_id = "lead", tag = "leads",
    params(("company_id" = String, Path, description = "Its id, or that of any of its members; a domain or a name will do")),
    responses(
        (status = 200, body = LeadPage),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn one(State(app): State<App>, Named(words): Named<String>) -> Answer<LeadPage> {
    let rooms = &app.inner.rooms;
    let profile = Profile::load(&rooms.db).await?;
    let company = find(rooms, &words).await?;
    let company = answer::dossier(rooms, &profile, company).await?;
    Ok(axum::Json(lead_page(rooms, &company, reading_day(None, rooms)).await?))
}
