//! The shape of the body of an ingest request, for the API document: the types of events with their
//! features, as `clean` reads them.

use std::borrow::Cow;

use clean::{EVENT_TYPES, EventFeature, EventType, FeatureKind};
use serde_json::{Value, json};
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::schema::{
    AllOfBuilder, AnyOfBuilder, ArrayBuilder, ObjectBuilder, Schema, SchemaType, Type,
};
use utoipa::openapi::{Ref, RefOr};
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
    /// The time when it happened or was seen: RFC 3339, a day, or seconds or milliseconds since 1970;
    /// at most one day in the future.
    #[schema(format = DateTime)]
    ts: Option<String>,
    /// The company it is about, if that is not the owner of the address.
    company: Option<SentCompanyShape>,
    /// Its title.
    title: Option<String>,
    /// Its text, one paragraph per line.
    text: Option<String>,
    /// Details, by name: texts, numbers or booleans. Each type with a schema of its own lists those
    /// that are read.
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
    /// Its country, by an ISO 3166 code or its name in any language.
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

/// One object, or an array of objects.
pub(super) struct SentMessage;

/// One object per line.
pub(super) struct SentLines;

impl PartialSchema for SentMessage {
    fn schema() -> RefOr<Schema> {
        let array = ArrayBuilder::new().items(object()).max_items(Some(250_000));
        object().item(array).into()
    }
}

impl ToSchema for SentMessage {
    fn name() -> Cow<'static, str> {
        "SentMessage".into()
    }

    fn schemas(schemas: &mut NamedSchemas) {
        add::<SentEventShape>(schemas);
        add::<SentPageShape>(schemas);
        let types = EVENT_TYPES.iter().filter(|one| one.datum.is_some());
        schemas.extend(types.map(|one| (schema_name(one), typed(one))));
    }
}

impl PartialSchema for SentLines {
    fn schema() -> RefOr<Schema> {
        // The content of a text: a media type of many values has no schema of its own.
        let content = serde_json::to_value(object().build()).unwrap_or_default();
        let extensions = Extensions::from_iter([("contentSchema", content)]);
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .content_media_type("application/x-ndjson")
            .extensions(Some(extensions))
            .into()
    }
}

impl ToSchema for SentLines {
    fn name() -> Cow<'static, str> {
        "SentLines".into()
    }
}

/// Describes one object: an event of a type, any other event, or a page.
fn object() -> AnyOfBuilder {
    let types = EVENT_TYPES.iter().filter(|one| one.datum.is_some()).map(schema_name);
    let names = types.chain(["SentEvent".to_owned(), "SentPage".to_owned()]);
    names.fold(AnyOfBuilder::new(), |all, name| all.item(Ref::from_schema_name(name)))
}

/// Returns the name of the schema of a type of event: `SentJobPosting`.
fn schema_name(event_type: &EventType) -> String {
    let words = event_type.name.split('_').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + rest
    });
    format!("Sent{}", words.collect::<String>())
}

/// Describes the events of a type: those of [`SentEventShape`], with these features.
fn typed(event_type: &EventType) -> RefOr<Schema> {
    let mut features = ObjectBuilder::new();
    for feature in event_type.features {
        features = features.property(feature.name, described(feature));
    }
    for name in event_type.required {
        features = features.required(*name);
    }
    let own = ObjectBuilder::new()
        .property(
            "type",
            ObjectBuilder::new()
                .schema_type(SchemaType::Type(Type::String))
                .enum_values(Some([event_type.name])),
        )
        .property("features", features)
        .required("type");
    let example: Value = serde_json::from_str(event_type.example).unwrap_or_default();
    AllOfBuilder::new()
        .description(Some(format!("An event of type `{}`.", event_type.name)))
        .item(Ref::from_schema_name("SentEvent"))
        .item(own)
        .examples([example])
        .into()
}

/// Describes a feature. Numbers are accepted as texts.
fn described(feature: &EventFeature) -> ObjectBuilder {
    let about = format!("{}: {}.", feature.about, feature.kind.expected());
    let types = match feature.kind {
        FeatureKind::Text | FeatureKind::Day | FeatureKind::Amount => {
            SchemaType::Array(vec![Type::String, Type::Number])
        }
        _ => SchemaType::Type(Type::String),
    };
    ObjectBuilder::new().schema_type(types).description(Some(about))
}

/// Lists the examples of the body in both forms: an event of each type, an array, and lines.
pub(super) fn examples() -> [(&'static str, Vec<(String, Value)>); 2] {
    let parsed =
        |one: &EventType| -> Value { serde_json::from_str(one.example).unwrap_or_default() };
    let events: Vec<Value> = EVENT_TYPES.iter().map(parsed).collect();
    let page = json!({"url": "https://acme.example/", "html": "<p>Acme uses Ledgerly.</p>"});
    let lines: Vec<String> = events.iter().chain([&page]).map(Value::to_string).collect();
    let names = EVENT_TYPES.iter().map(|one| one.name.to_owned());
    let mut objects: Vec<(String, Value)> = names.zip(events.iter().cloned()).collect();
    objects.push(("fetched_page".to_owned(), page.clone()));
    objects.push(("array".to_owned(), events.into_iter().chain([page]).collect()));
    let lines = vec![("lines".to_owned(), Value::String(lines.join("\n") + "\n"))];
    [("application/json", objects), ("application/x-ndjson", lines)]
}

/// Adds the schema of a type, and those it refers to.
fn add<T: ToSchema>(schemas: &mut NamedSchemas) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}
