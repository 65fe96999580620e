//! The part of the OpenAPI document that is the same for many routes: the answers of the gate and of
//! the extractors, and the maximum length of parameters.

use utoipa::Modify;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::schema::{Schema, SchemaType, Type};
use utoipa::openapi::{Content, Deprecated, OpenApi, Ref, RefOr, ResponseBuilder};

use super::ingest_body::examples;
use super::parameters::CHARS_MAX;
use crate::admission::INGEST;
use crate::guard::needs_token;

/// An answer with a problem: its status, and when it is given.
type ProblemAnswer = (u16, &'static str);

/// The answers to any request.
const GATE: [ProblemAnswer; 5] = [
    (403, "A page of another site sent the request"),
    (421, "The server does not answer for the host of the request"),
    (429, "Too many requests of this caller"),
    (500, "An internal error, with its cause in the log"),
    (503, "Too busy, or a part of leadq is not available"),
];
/// The answers to a request without a valid token, once a token exists.
const TOKEN: [ProblemAnswer; 1] = [(401, "No valid token")];
/// The answers to a request with parameters.
const PARAMETERS: [ProblemAnswer; 1] = [(400, "A parameter is not valid")];
/// The answers to a request with a body.
const BODY: [ProblemAnswer; 3] = [
    (400, "The body is incomplete, or has no valid syntax"),
    (408, "The body did not arrive in time"),
    (413, "The body is too large"),
];
/// The answers to a request whose body is one JSON object.
const OBJECT: [ProblemAnswer; 2] = [
    (415, "The content type is not application/json"),
    (422, "The body is JSON, but not the described object"),
];

/// The lists whose answer is a bare array, and which have a successor.
const SUPERSEDED: [&str; 2] = ["/api/v1/watched", "/api/v1/webhooks"];

/// Adds the shared answers and limits to every route.
pub(super) struct SharedAnswers;

impl Modify for SharedAnswers {
    fn modify(&self, document: &mut OpenApi) {
        for (path, item) in &mut document.paths.paths {
            let methods = [&mut item.get, &mut item.post, &mut item.put, &mut item.delete];
            for operation in methods.into_iter().flatten() {
                add_answers(path, operation);
                if path == INGEST {
                    add_examples(operation);
                }
                if SUPERSEDED.contains(&path.as_str()) {
                    operation.deprecated = Some(Deprecated::True);
                }
                operation.parameters.iter_mut().flatten().for_each(limit_length);
            }
        }
    }
}

fn add_answers(path: &str, operation: &mut Operation) {
    let mut answers = GATE.to_vec();
    if needs_token(path) {
        answers.extend(TOKEN);
    }
    if operation.parameters.is_some() {
        answers.extend(PARAMETERS);
    }
    if let Some(body) = &operation.request_body {
        answers.extend(BODY);
        let is_object = |content: &Content| matches!(content.schema, Some(RefOr::Ref(_)));
        if body.content.values().any(is_object) {
            answers.extend(OBJECT);
        }
    }
    for (status, when) in answers {
        let problem = Content::new(Some(Ref::from_schema_name("Problem")));
        let answer = ResponseBuilder::new().description(when);
        let answer = answer.content("application/problem+json", problem).build();
        let responses = &mut operation.responses.responses;
        responses.entry(status.to_string()).or_insert(RefOr::T(answer));
    }
}

/// Adds the examples of what is ingested.
fn add_examples(operation: &mut Operation) {
    let Some(body) = &mut operation.request_body else { return };
    for (media_type, examples) in examples() {
        if let Some(content) = body.content.get_mut(media_type) {
            let examples = examples.into_iter().map(|(name, value)| {
                (name, RefOr::T(ExampleBuilder::new().value(Some(value)).build()))
            });
            content.examples.extend(examples);
        }
    }
}

/// States the maximum length of a text that the extractors check.
fn limit_length(parameter: &mut Parameter) {
    if !matches!(parameter.parameter_in, ParameterIn::Query | ParameterIn::Path) {
        return;
    }
    if let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema
        && matches!(schema.schema_type, SchemaType::Type(Type::String))
    {
        schema.max_length.get_or_insert(CHARS_MAX);
    }
}
