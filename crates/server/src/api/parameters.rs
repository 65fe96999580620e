//! The extractors of parameters and bodies. They check a request by the API document, and refuse what
//! differs from it with a [`Problem`] that says what to send.

use answer::signal_query::known_country;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;

use super::described::DescribedRoute;
use crate::problem::Problem;

/// The maximum number of characters of a parameter, unless its description says otherwise.
pub(super) const CHARS_MAX: usize = 1_000;
/// The refusal of a value that the document permits and the handler's type does not.
const UNDESCRIBED: &str = "the request is not as /api/v1/openapi.json describes it";

/// Query parameters.
pub(crate) struct QueryParams<T>(pub(crate) T);

impl<S, T> FromRequestParts<S> for QueryParams<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let unreadable = |_| Problem::bad_request(UNDESCRIBED);
        let texts = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map_err(|_| {
            Problem::bad_request(
                "the query cannot be read; send name=value pairs joined by &, percent-encoded",
            )
        })?;
        DescribedRoute::of(parts).check_query(&texts)?;
        let Query(params) = Query::try_from_uri(&parts.uri).map_err(unreadable)?;
        Ok(Self(params))
    }
}

/// A path parameter.
pub(crate) struct PathParam<T>(pub(crate) T);

impl<S, T> FromRequestParts<S> for PathParam<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Send,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let route = DescribedRoute::of(parts);
        let texts = RawPathParams::from_request_parts(parts, state).await.map_err(|_| {
            let names = route.path_names();
            Problem::bad_request(format!("{names}: the path is no UTF-8; send it percent-encoded"))
        })?;
        texts.iter().try_for_each(|(name, text)| route.check_path(name, text))?;
        let param = Path::from_request_parts(parts, state).await;
        let Path(param) = param.map_err(|_| Problem::bad_request(UNDESCRIBED))?;
        Ok(Self(param))
    }
}

/// A body of one JSON object.
pub(crate) struct Json<T>(pub(crate) T);

impl<S, T> FromRequest<S> for Json<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        if !is_json(&parts.headers) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "the body is not marked as JSON; send the header `Content-Type: application/json`",
            ));
        }
        let route = DescribedRoute::of(&parts);
        let bytes = Bytes::from_request(Request::from_parts(parts, body), state).await?;
        let value = route.parse_body(&bytes)?;
        let value = serde_json::from_value(value)
            .map_err(|_| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, UNDESCRIBED))?;
        Ok(Self(value))
    }
}

/// Checks the media type of a body: `application/json`, or one that ends with `+json`.
fn is_json(headers: &HeaderMap) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = media_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    let subtype = essence.trim().to_ascii_lowercase();
    subtype
        .strip_prefix("application/")
        .is_some_and(|name| name == "json" || name.ends_with("+json"))
}

/// Splits a list that is separated by commas.
pub(super) fn listed(text: Option<&str>) -> Vec<String> {
    let values = text.unwrap_or_default().split(',').map(str::trim);
    values.filter(|one| !one.is_empty()).map(str::to_owned).collect()
}

/// Parses countries that are separated by commas: ISO 3166 codes, names, or `unknown`.
pub(super) fn countries(text: Option<&str>) -> Result<Vec<String>, Problem> {
    let countries = listed(text).into_iter();
    let known = countries.map(|country| known_country(&country)).collect::<Result<_, _>>();
    known.map_err(|error| Problem::bad_request(format!("geo: {error}, for example DE,France")))
}
