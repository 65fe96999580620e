//! Leads: the call list, and the detail of one company.

use answer::{CallList, CallQuery, LeadDetail};
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{JsonResult, PathParam, QueryParams, parameters};
use crate::app::{App, COMPANIES_READ_MAX};
use crate::problem::Problem;

const LIMIT: usize = 10;

/// The filters of the call list; all are optional.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LeadsAsked {
    /// A product id; by default, the best product for each company.
    #[param(example = "data-quality")]
    product: Option<String>,
    /// The number of calls per page, 1 to 200; 10 by default.
    #[param(minimum = 1, maximum = 200, example = 10)]
    limit: Option<usize>,
    /// Countries, separated by commas: ISO 3166 codes, names in any language, or `unknown`.
    #[param(example = "DE,FR")]
    geo: Option<String>,
    /// The `next` of the previous page; the filters must be the same.
    #[param(example = "-5302_07070707070707070707070707070707_20")]
    cursor: Option<String>,
}

/// List the companies to call now, page by page, each with the reason, a quote and the role.
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
    let answers = &app.inner.answers;
    let query = CallQuery {
        product: params.product,
        countries: parameters::countries(params.geo.as_deref())?,
        limit: params.limit.unwrap_or(LIMIT),
        cursor: params.cursor,
    };
    let day = answers.day(None);
    Ok(axum::Json(answer::calls(answers, query, day, COMPANIES_READ_MAX).await?))
}

/// Get a company: its facts, scores, signals, history and next step.
#[utoipa::path(
    get, path = "/api/v1/leads/{company_id}", operation_id = "lead", tag = "leads",
    params(("company_id" = String, Path, description = "The id of the company or of any of its members, a domain, or a name", example = "acme.example")),
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
