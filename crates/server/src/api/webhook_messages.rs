//! The messages that leadq sends to the team's endpoints, for the API document: `act` builds them, and
//! a test compares them with this description.

use std::collections::BTreeMap;

use answer::EvidenceShown;
use serde_json::{Value, json};
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{OpenApi, RefOr};
use utoipa::{Modify, PartialSchema as _, ToSchema};

/// The message of a signal that was detected.
#[derive(ToSchema)]
#[schema(as = SignalMessage)]
#[expect(dead_code, reason = "only its description is used; the message is built by `act`")]
struct SignalMessageShape {
    /// The type of the message: `signal.detected`.
    #[schema(rename = "type", pattern = "^signal\\.detected$", example = "signal.detected")]
    kind: String,
    /// The time at which the signal was detected.
    #[schema(format = DateTime)]
    timestamp: String,
    /// The signal and its company.
    data: MessageDataShape,
}

/// A signal, its company and the score, as of this attempt.
#[derive(ToSchema)]
#[schema(as = SignalMessageData)]
#[expect(dead_code, reason = "only its description is used; the message is built by `act`")]
struct MessageDataShape {
    /// The id of the action, the same on every attempt.
    action: String,
    /// The company.
    company: MessageCompanyShape,
    /// The id of the product; empty if the team has no products.
    product: String,
    /// The company's score for the product, 0 to 100.
    #[schema(minimum = 0, maximum = 100)]
    score: f64,
    /// The title of the signal's kind.
    #[schema(example = "Budget event")]
    kind_title: String,
    /// The signal.
    signal: MessageSignalShape,
}

/// The company of a signal.
#[derive(ToSchema)]
#[schema(as = SignalMessageCompany)]
#[expect(dead_code, reason = "only its description is used; the message is built by `act`")]
struct MessageCompanyShape {
    /// The company's id, as in `/api/v1/leads/{company_id}`.
    id: String,
    /// The best known name; null if none is known.
    #[schema(required = true)]
    name: Option<String>,
    /// The registrable domain; missing if it is not known.
    #[schema(nullable = false, example = "acme.example")]
    domain: Option<String>,
    /// The address of the company's page in leadq; missing if the settings have no `public_url` and
    /// leadq does not listen on the loopback address.
    #[schema(
        nullable = false,
        format = "uri",
        example = "https://leadq.acme.example/companies/07070707070707070707070707070707"
    )]
    page_url: Option<String>,
    /// Its entities, as `kind:value`.
    #[schema(example = json!(["domain:acme.example"]))]
    entities: Vec<String>,
}

/// A signal with the first ten pieces of its evidence; the API has the others.
#[derive(ToSchema)]
#[schema(as = SentSignal)]
#[expect(dead_code, reason = "only its description is used; the message is built by `act`")]
struct MessageSignalShape {
    /// The id of the signal.
    id: String,
    /// The id of the entity that has the evidence.
    entity: String,
    /// The kind, as an id.
    #[schema(example = "budget_event")]
    kind: String,
    /// The details that distinguish it from other signals of its kind.
    identity: BTreeMap<String, String>,
    /// Amounts, counts and the figures behind the decision.
    slots: BTreeMap<String, String>,
    /// The confidence, 0 to 1.
    confidence: f64,
    /// The first day.
    #[schema(format = Date)]
    start: String,
    /// Whether the day of the event is unknown; missing if it is known.
    #[schema(nullable = false)]
    undated: Option<bool>,
    /// The last day on which it counts, if any.
    #[schema(required = true, format = Date)]
    end: Option<String>,
    /// The evidence, at least one piece.
    evidence: Vec<EvidenceShown>,
    /// One or two sentences for a seller.
    explanation: String,
    /// The number of independent sources.
    independent_sources: u32,
    /// The number of days after which it counts half.
    half_life_days: u32,
    /// The number of days within which two such signals of a company count as one.
    same_within_days: u32,
    /// Whether it indicates a purchase or the opposite.
    #[schema(pattern = "^(positive|negative)$")]
    polarity: String,
    /// The stage.
    #[schema(pattern = "^(planned|announced|done)$")]
    stage: String,
    /// The pack and its version.
    pack: String,
    /// The run that produced it; empty for the current one.
    run: String,
}

/// Adds the messages, and the headers that they are signed with.
pub(super) struct WebhookMessages;

impl Modify for WebhookMessages {
    fn modify(&self, document: &mut OpenApi) {
        let mut schemas: Vec<(String, RefOr<Schema>)> = Vec::new();
        schemas.push((SignalMessageShape::name().into_owned(), SignalMessageShape::schema()));
        SignalMessageShape::schemas(&mut schemas);
        let components = document.components.get_or_insert_default();
        for (name, schema) in schemas {
            components.schemas.entry(name).or_insert(schema);
        }
        // The builder of the document has no field for it.
        let extensions = document.extensions.get_or_insert_default();
        extensions.merge(Extensions::from_iter([("webhooks", webhooks())]));
    }
}

fn webhooks() -> Value {
    let header = |name: &str, about: &str, example: &str| {
        json!({
            "name": name, "in": "header", "required": true, "description": about,
            "schema": {"type": "string"}, "example": example,
        })
    };
    let response = |about: &str| json!({"description": about});
    json!({
        "signal.detected": {
            "post": {
                "tags": ["webhooks"],
                "summary": "A signal was detected.",
                "description": "Sent to the endpoints under [[webhooks]] in the settings, signed by \
                    Standard Webhooks 1.0.0. Up to ten attempts within about 76 hours have the same \
                    `webhook-id`. To verify a message, compute the HMAC-SHA256 of \
                    `{webhook-id}.{webhook-timestamp}.{body}` with the secret, which is the base64 \
                    after `whsec_`, and compare it with each signature.",
                "operationId": "signal_detected",
                "security": [],
                "parameters": [
                    header("webhook-id", "The id of the message, the same on every attempt",
                        "msg_07070707070707070707070707070707_0123456789abcdef"),
                    header("webhook-timestamp", "The time of this attempt, in seconds since 1970",
                        "1795176000"),
                    header("webhook-signature", "Signatures separated by spaces, each `v1,` and the \
                        base64 of the HMAC; two while a secret is being changed",
                        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
                ],
                "requestBody": {
                    "required": true,
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/SignalMessage"}
                        }
                    }
                },
                "responses": {
                    "2XX": response("The message is accepted"),
                    "410": response("Nothing more is wanted: the endpoint is disabled"),
                    "429": response("Too many messages; `Retry-After` is respected"),
                    "default": response("The message is sent again later"),
                },
            }
        }
    })
}
