//! The shape of the body of an ingest request, for the API document. The body is described as a
//! text with a content, because it may have several JSON values.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::schema::{
    ArrayBuilder, ObjectBuilder, OneOfBuilder, Ref, Schema, SchemaType, Type,
};
use utoipa::{PartialSchema, ToSchema};

/// The schemas that a component list has by name.
type NamedSchemas = Vec<(String, RefOr<Schema>)>;

/// An event from another system. Unknown fields are ignored, with a note in the receipt.
#[derive(ToSchema)]
#[schema(as = SentEvent)]
#[expect(dead_code, reason = "only its description is used; the body is read by `clean`")]
pub(super) struct SentEventShape {
    /// The version of this shape: 1.
    #[schema(minimum = 1, maximum = 1)]
    schema: u64,
    /// The address at which the event can be viewed: an absolute http or https URL of at most
    /// 2,048 bytes.
    #[schema(format = "uri")]
    url: String,
    /// The id assigned by the source.
    id: Option<String>,
    /// `page`, `press`, `blog_post`, `job_posting`, `tender`, `funding_round`, `dns`, `technology` or
    /// another type.
    #[schema(rename = "type")]
    kind: Option<String>,
    /// The time when it happened or was seen; at most one day in the future.
    #[schema(format = DateTime)]
    ts: Option<String>,
    /// The company it is about, if that is not the owner of the address.
    company: Option<SentCompanyShape>,
    /// Its title.
    title: Option<String>,
    /// Its text, one paragraph per line.
    text: Option<String>,
    /// Details, by name: texts, numbers or booleans. docs/events.md lists those of each type.
    #[schema(value_type = Option<Object>)]
    features: Option<()>,
    /// The language, as an ISO 639-1 code.
    lang: Option<String>,
}

/// The company an event is about.
#[derive(ToSchema)]
#[schema(as = SentCompany)]
#[expect(dead_code, reason = "only its description is used; the body is read by `clean`")]
pub(super) struct SentCompanyShape {
    /// Its domain.
    domain: Option<String>,
    /// Its name.
    name: Option<String>,
    /// Its country, ISO 3166 alpha-2 or in words.
    country: Option<String>,
}

/// A page that another system fetched.
#[derive(ToSchema)]
#[schema(as = SentPage)]
#[expect(dead_code, reason = "only its description is used; the body is read by `ingest`")]
pub(super) struct SentPageShape {
    /// The address of the page: an absolute http or https URL of at most 2,048 bytes.
    #[schema(format = "uri")]
    url: String,
    /// The page as HTML.
    html: String,
    /// The time when it was fetched; at most one day in the future.
    #[schema(format = DateTime)]
    ts: Option<String>,
}

/// One object, an array of objects, or one object per line.
pub(super) struct SentMessage;

/// One object per line.
pub(super) struct SentLines;

impl PartialSchema for SentMessage {
    fn schema() -> RefOr<Schema> {
        let array = ArrayBuilder::new().items(object()).max_items(Some(250_000));
        let message = object().item(array).build();
        text("application/json", &message)
    }
}

impl ToSchema for SentMessage {
    fn name() -> Cow<'static, str> {
        "SentMessage".into()
    }

    fn schemas(schemas: &mut NamedSchemas) {
        add::<SentEventShape>(schemas);
        add::<SentPageShape>(schemas);
    }
}

impl PartialSchema for SentLines {
    fn schema() -> RefOr<Schema> {
        text("application/x-ndjson", &object().build())
    }
}

impl ToSchema for SentLines {
    fn name() -> Cow<'static, str> {
        "SentLines".into()
    }
}

/// Describes one object.
fn object() -> OneOfBuilder {
    OneOfBuilder::new()
        .item(Ref::from_schema_name("SentEvent"))
        .item(Ref::from_schema_name("SentPage"))
}

/// Describes a text whose content has a media type and a schema.
fn text(media_type: &str, content: &impl Serialize) -> RefOr<Schema> {
    let content = serde_json::to_value(content).unwrap_or_default();
    let extensions = Extensions::from_iter([("contentSchema", content)]);
    ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .content_media_type(media_type)
        .extensions(Some(extensions))
        .into()
}

/// Adds the schema of a type, and those it refers to.
fn add<T: ToSchema>(schemas: &mut NamedSchemas) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}
