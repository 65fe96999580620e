//! Query and path parameters: their extraction, and the checks that they have to pass. Every error
//! names the parameter and what to send.

use std::ops::RangeInclusive;

use answer::signal_query::known_country;
use axum::extract::{FromRequestParts, Path, Query, RawPathParams};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// The maximum number of characters of a parameter, unless its route permits more.
pub(super) const CHARS_MAX: usize = 1_000;

/// Query parameters, each of at most `MAX` characters; invalid ones are rejected with a
/// [`Problem`].
pub(crate) struct QueryParams<T, const MAX: usize = CHARS_MAX>(pub(crate) T);

impl<S, T, const MAX: usize> FromRequestParts<S> for QueryParams<T, MAX>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Query(texts) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)?;
        texts.iter().try_for_each(|(name, text)| check(name, text, MAX))?;
        let Query(params) = Query::try_from_uri(&parts.uri)?;
        Ok(Self(params))
    }
}

/// A path parameter; an invalid one is rejected with a [`Problem`].
pub(crate) struct PathParam<T>(pub(crate) T);

impl<S, T> FromRequestParts<S> for PathParam<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Send,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let texts = RawPathParams::from_request_parts(parts, state).await?;
        texts.iter().try_for_each(|(name, text)| check(name, text, CHARS_MAX))?;
        let Path(param) = Path::from_request_parts(parts, state).await?;
        Ok(Self(param))
    }
}

/// Checks a text before anything is looked up by it.
pub(super) fn check(name: &str, text: &str, chars_max: usize) -> Result<(), Problem> {
    // PostgreSQL stores no text with it.
    if text.contains('\0') {
        let detail = format!("{name} contains a NUL character; send text without it");
        return Err(Problem::bad_request(detail));
    }
    if text.chars().count() > chars_max {
        let detail = format!("{name} is longer than {chars_max} characters; shorten it");
        return Err(Problem::bad_request(detail));
    }
    Ok(())
}

/// Checks the number of results that a request asks for.
pub(super) fn limit(asked: Option<usize>, default: usize, max: usize) -> Result<usize, Problem> {
    let limit = asked.unwrap_or(default);
    if !(1..=max).contains(&limit) {
        return Err(Problem::bad_request(format!("limit is {limit}; send 1 to {max}")));
    }
    Ok(limit)
}

/// Splits a list that is separated by commas.
pub(super) fn listed(text: Option<&str>) -> Vec<String> {
    let values = text.unwrap_or_default().split(',').map(str::trim);
    values.filter(|one| !one.is_empty()).map(str::to_owned).collect()
}

/// Parses countries that are separated by commas: ISO 3166 codes, names, or `unknown`.
pub(super) fn countries(text: Option<&str>) -> Result<Vec<String>, Problem> {
    let countries = listed(text).into_iter();
    Ok(countries.map(|country| known_country(&country)).collect::<Result<_, _>>()?)
}

/// Checks that a number is in a range. NaN is in none.
pub(super) fn in_range(
    name: &str,
    asked: Option<f64>,
    range: RangeInclusive<f64>,
) -> Result<Option<f64>, Problem> {
    match asked {
        Some(number) if !range.contains(&number) => {
            let (min, max) = range.into_inner();
            Err(Problem::bad_request(format!("{name} is {number}; send {min} to {max}")))
        }
        asked => Ok(asked),
    }
}
