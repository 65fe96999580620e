//! Signals: search, detail and evidence.

use answer::signal_query::known_kinds;
use answer::{
    AnswerError, Dossier, SignalDetail, SignalEvidence, SignalOrder, SignalPage, SignalQuery, find,
};
use axum::extract::State;
use model::{Permille, Points, SignalId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{JsonResult, PathParam, QueryParams, parameters};
use crate::app::{App, COMPANIES_READ_MAX};
use crate::problem::Problem;

const LIMIT: usize = 50;

/// The filters of a search; all are optional.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchAsked {
    /// A product id; scores are for this product instead of the best one.
    #[param(example = "data-quality")]
    product: Option<String>,
    /// Words to find in the company's names, the kind, the country, the explanation or a quote: all
    /// of them, in any order. The last one may be a beginning; misspelt words are read as similar
    /// ones, which `similar` lists. Of very common words, the newest 10,000 signals are found.
    #[param(max_length = 200, example = "series b")]
    q: Option<String>,
    /// Kinds, separated by commas.
    #[param(example = "hiring_spike,budget_event")]
    kind: Option<String>,
    /// Countries, separated by commas: ISO 3166 codes, names in any language, or `unknown`.
    #[param(example = "DE,FR")]
    geo: Option<String>,
    /// The maximum time since a signal began: at most 65535 hours, days or weeks.
    #[param(example = "7d", pattern = "^[0-9]{1,5}[hdw]$")]
    freshness: Option<String>,
    /// The minimum score, 0 to 100.
    #[param(minimum = 0, maximum = 100, example = 40)]
    score_min: Option<f64>,
    /// The minimum confidence, 0 to 1.
    #[param(minimum = 0, maximum = 1, example = 0.8)]
    confidence_min: Option<f64>,
    /// A company, by id, domain or name.
    #[param(example = "acme.example")]
    company: Option<String>,
    /// The order: `newest` (default) or `score`.
    #[param(pattern = "^(newest|score)$", example = "newest")]
    sort: Option<String>,
    /// The number of signals per page, 1 to 200; 50 by default.
    #[param(minimum = 1, maximum = 200, example = 50)]
    limit: Option<usize>,
    /// The `next` of the previous page; the filters must be the same.
    #[param(example = "-20780_0_0_07070707070707070707070707070707")]
    cursor: Option<String>,
}

/// Search signals with filters, page by page, with the number of signals for each filter value.
#[utoipa::path(
    get, path = "/api/v1/signals/search", tag = "signals", params(SearchAsked),
    responses(
        (status = 200, body = SignalPage),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn search(
    State(app): State<App>,
    QueryParams(params): QueryParams<SearchAsked>,
) -> JsonResult<SignalPage> {
    let inner = &app.inner;
    // The position is read first, so that a change during the search is sent twice, not missed.
    let position = inner.feed.position().to_string();
    let answers = &inner.answers;
    let mut query = parse_query(&params)?;
    if let Some(reference) = &params.company {
        query.company = Some(find(answers, reference).await?);
    }
    known_kinds(answers, &query.kinds)?;
    let (counts, day) = (&inner.counts, answers.day(None));
    let page =
        answer::search_signals(answers, counts, &query, day, COMPANIES_READ_MAX, position).await?;
    Ok(axum::Json(page))
}

/// Parses the query parameters. Pure.
fn parse_query(params: &SearchAsked) -> Result<SignalQuery, Problem> {
    let order = match params.sort.as_deref() {
        Some("score") => SignalOrder::Score,
        _ => SignalOrder::Newest,
    };
    let text = params.q.as_deref().map(str::trim).filter(|text| !text.is_empty());
    Ok(SignalQuery {
        product: params.product.clone(),
        words: text.map(str::to_owned),
        kinds: parameters::listed(params.kind.as_deref()),
        countries: parameters::countries(params.geo.as_deref())?,
        days: params.freshness.as_deref().map(days).transpose()?,
        score_min: params.score_min.map(points),
        confidence_min: params.confidence_min.map(Permille::from_fraction),
        company: None,
        order,
        limit: params.limit.unwrap_or(LIMIT),
        cursor: params.cursor.clone(),
    })
}

#[expect(clippy::cast_possible_truncation, reason = "float to int casts saturate")]
fn points(number: f64) -> Points {
    Points((number * 100.0).round() as i32)
}

/// Parses `24h`, `7d` or `2w` as days, rounded up because signals begin on days.
fn days(text: &str) -> Result<i32, Problem> {
    let invalid = || {
        Problem::bad_request(format!(
            "freshness is {text:?}: send hours, days or weeks, for example 24h, 7d, 2w"
        ))
    };
    let unit = text.chars().next_back().ok_or_else(invalid)?;
    let digits = text.strip_suffix(unit).filter(|number| !number.starts_with('+'));
    let number = digits.and_then(|digits| digits.parse::<u16>().ok());
    let number = i32::from(number.ok_or_else(invalid)?);
    match unit {
        'h' => Ok((number + 23) / 24),
        'd' => Ok(number),
        'w' => Ok(number * 7),
        _ => Err(invalid()),
    }
}

/// Get a signal.
#[utoipa::path(
    get, path = "/api/v1/signals/{id}", operation_id = "signal", tag = "signals",
    params(("id" = String, Path, description = "The id of the signal", example = "07070707070707070707070707070707")),
    responses(
        (status = 200, body = SignalDetail),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn one(
    State(app): State<App>,
    PathParam(id): PathParam<String>,
) -> JsonResult<SignalDetail> {
    let answers = &app.inner.answers;
    let (company, id) = standing(&app, &id).await?;
    match company.signal(id) {
        Some(signal) => {
            Ok(axum::Json(SignalDetail::of(answers, &company, signal, answers.day(None))))
        }
        None => Err(not_found(&id.to_string())),
    }
}

/// Get the evidence of a signal, checked against the stored pages, with the text around each quote.
#[utoipa::path(
    get, path = "/api/v1/signals/{id}/evidence", tag = "signals",
    params(("id" = String, Path, description = "The id of the signal", example = "07070707070707070707070707070707")),
    responses(
        (status = 200, body = SignalEvidence),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn evidence(
    State(app): State<App>,
    PathParam(id): PathParam<String>,
) -> JsonResult<SignalEvidence> {
    let parsed: SignalId = id.parse().map_err(|_| not_found(&id))?;
    let evidence = answer::evidence(&app.inner.answers, parsed).await?;
    evidence.map(axum::Json).ok_or_else(|| not_found(&id))
}

/// Finds the company of a current signal, and the id under which the signal is shown.
pub(super) async fn standing(app: &App, id: &str) -> Result<(Dossier, SignalId), Problem> {
    let parsed: SignalId = id.parse().map_err(|_| not_found(id))?;
    answer::standing(&app.inner.answers, parsed).await?.ok_or_else(|| not_found(id))
}

fn not_found(id: &str) -> Problem {
    let id: String = id.chars().take(80).collect();
    AnswerError::Unknown(format!(
        "there is no signal {id}: it was withdrawn or never existed; see /api/v1/signals/search"
    ))
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn freshness_is_in_hours_days_or_weeks() {
        for (text, expected) in [("24h", 1), ("25h", 2), ("7d", 7), ("2w", 14), ("0d", 0)] {
            assert_eq!(days(text).ok(), Some(expected), "{text}");
        }
        for text in ["", "7", "d", "-7d", "+7d", "7m", "7 d", "99999d", "7ü"] {
            assert!(days(text).is_err(), "{text}");
        }
    }
}
