//! Leads: the call list, and the detail of one company.

use answer::{CallList, Dossier, LeadDetail, Profile, calls_among};
use axum::extract::State;
use model::FactKey;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{JsonResult, PathParam, QueryParams, parameters};
use crate::app::App;
use crate::problem::Problem;

const LIMIT: usize = 10;
const LIMIT_MAX: usize = 200;

/// The filters of the call list; all are optional.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LeadsAsked {
    /// A product id; by default, the best product for each company.
    product: Option<String>,
    /// The number of calls, 1 to 200; 10 by default.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
    /// Countries, ISO 3166 alpha-2, separated by commas.
    #[param(example = "DE,FR")]
    geo: Option<String>,
}

/// List the companies to call now, each with the reason, the quotes and the contact role.
#[utoipa::path(
    get, path = "/api/v1/leads", tag = "leads", params(LeadsAsked),
    responses(
        (status = 200, body = CallList),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(app): State<App>,
    QueryParams(params): QueryParams<LeadsAsked>,
) -> JsonResult<CallList> {
    let inner = &app.inner;
    let limit = parameters::limit(params.limit, LIMIT, LIMIT_MAX)?;
    let full_profile = Profile::load(&inner.answers).await?;
    let companies = inner.wall.companies(&inner.answers, &full_profile).await?;
    let profile = full_profile.only(params.product.as_deref())?;
    let geo = params.geo.unwrap_or_default();
    let countries: Vec<&str> =
        geo.split(',').map(str::trim).filter(|one| !one.is_empty()).collect();
    let is_in_country = |company: &Dossier| {
        let country = company.view.fact(FactKey::Country).unwrap_or_default();
        countries.is_empty() || countries.iter().any(|one| one.eq_ignore_ascii_case(country))
    };
    let companies: Vec<Dossier> = companies
        .iter()
        .filter(|company| is_in_country(company))
        .map(|company| for_profile(company, &profile))
        .collect();
    let day = inner.answers.day(None);
    Ok(axum::Json(calls_among(&inner.answers, &profile, &companies, limit, day).await?))
}

fn for_profile(company: &Dossier, profile: &Profile) -> Dossier {
    let is_selected = |id: &str| profile.products.iter().any(|product| product.id == id);
    let leads =
        company.leads.iter().filter(|lead| is_selected(&lead.product.id)).cloned().collect();
    Dossier { leads, ..company.clone() }
}

/// Get a company: its facts, scores, signals, history and next step.
#[utoipa::path(
    get, path = "/api/v1/leads/{company_id}", operation_id = "lead", tag = "leads",
    params(("company_id" = String, Path, description = "The id of the company or of any of its members, a domain, or a name")),
    responses(
        (status = 200, body = LeadDetail),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn one(
    State(app): State<App>,
    PathParam(reference): PathParam<String>,
) -> JsonResult<LeadDetail> {
    let answers = &app.inner.answers;
    Ok(axum::Json(answer::lead(answers, &reference, answers.day(None)).await?))
}
