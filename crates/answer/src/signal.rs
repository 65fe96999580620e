//! The shape of a signal in the API.

use detect::Packs;
use model::{
    DatumKind, Day, Permille, Points, Polarity, Signal, SignalId, SignalStage, Slots, Timestamp,
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::{Object, ObjectBuilder, Type};

use crate::{CompanyBrief, ComponentsShown, Dossier, EvidenceShown, ReadContext, clipped};

/// A signal with the data that clients show. `score` is the company's score for `product` on the
/// requested day, `points` the part of it that this signal adds.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Signal)]
pub struct SignalDetail {
    /// The id of the signal.
    #[schema(value_type = String)]
    pub id: SignalId,
    /// The company.
    pub company: CompanyBrief,
    /// The pack's kind.
    #[schema(schema_with = kind_schema)]
    pub kind: String,
    /// The title of the kind.
    pub title: String,
    /// The title of the kind, under the name that it has wherever a kind is shown.
    pub kind_title: String,
    /// The product with the company's highest score; null if the team has no products.
    pub product: Option<String>,
    /// The company's score for the product, 0 to 100.
    #[schema(value_type = f64)]
    pub score: Points,
    /// The band of the score: cold, cool, warm, hot, or not enough evidence.
    pub band: &'static str,
    /// FIT, INTENT and TIMING of the score.
    pub components: ComponentsShown,
    /// The points that this signal adds to the score.
    #[schema(value_type = f64)]
    pub points: Points,
    /// The confidence after corroboration, 0 to 1.
    #[schema(value_type = f64)]
    pub confidence: Permille,
    /// The first day.
    #[schema(value_type = String, format = Date)]
    pub start: Day,
    /// Whether the day of the event is unknown because no source has a date that could be read;
    /// `start` is then the day on which it was first seen. Left out if false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub undated: bool,
    /// The last day on which the signal counts, if any (a tender's deadline).
    #[schema(value_type = Option<String>, format = Date)]
    pub end: Option<Day>,
    /// The stage: planned, announced or done.
    #[schema(value_type = String)]
    pub stage: SignalStage,
    /// Whether the signal indicates a purchase or the opposite: positive or negative.
    #[schema(value_type = String)]
    pub polarity: Polarity,
    /// One or two sentences for a seller, with the figures.
    pub explanation: String,
    /// Amounts, counts and the figures behind the decision.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub slots: Slots,
    /// The number of independent sources, with syndicated copies counted once.
    pub independent_sources: u32,
    /// The number of days after which the signal counts half.
    pub half_life_days: u32,
    /// The pack and its version.
    pub pack: String,
    /// The time at which the signal was first known.
    #[schema(value_type = String, format = DateTime)]
    pub detected_at: Timestamp,
    /// The evidence, at least one piece.
    pub evidence: Vec<EvidenceShown>,
}

/// Builds the schema of a signal's kind: a string, with the list of kinds as its description.
fn kind_schema() -> Object {
    let kinds: Vec<String> = detect::KINDS.iter().map(|kind| format!("`{}`", kind.name)).collect();
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(format!("The pack's kind: {}.", kinds.join(", "))))
        .build()
}

impl SignalDetail {
    /// Builds the detail of a company's signal for a day.
    pub fn of(context: &ReadContext, dossier: &Dossier, signal: &Signal, day: Day) -> Self {
        let best = dossier.best(day);
        let components = best.map(|lead| lead.card.read(day).components);
        Self {
            id: signal.id,
            company: CompanyBrief::of(dossier.id, &dossier.view),
            kind: signal.kind.clone(),
            title: title_of(context, &signal.kind),
            kind_title: title_of(context, &signal.kind),
            product: best.map(|lead| lead.product.id.clone()).filter(|id| !id.is_empty()),
            score: best.map(|lead| lead.points(day)).unwrap_or_default(),
            band: best.map_or("not enough evidence", |lead| lead.words(day)),
            components: components.unwrap_or_default().into(),
            points: best.map(|lead| lead.points_of(signal.id, day)).unwrap_or_default(),
            confidence: signal.confidence,
            start: signal.start,
            undated: signal.undated,
            end: signal.end,
            stage: signal.stage,
            polarity: signal.polarity,
            explanation: signal.explanation.clone(),
            slots: signal.slots.clone(),
            independent_sources: signal.independent_sources,
            half_life_days: signal.half_life_days,
            pack: signal.pack.clone(),
            detected_at: dossier.detected.get(&signal.id).copied().unwrap_or(Timestamp(0)),
            evidence: signal.evidence.iter().map(EvidenceShown::from).collect(),
        }
    }
}

/// Returns the title of a kind of signal.
pub fn title_of(context: &ReadContext, kind: &str) -> String {
    kind_title(&context.packs, kind)
}

/// Returns the title of a kind of signal, from its pack.
pub fn kind_title(packs: &Packs, kind: &str) -> String {
    packs.get(kind).map_or_else(|| kind.to_owned(), |pack| pack.title.clone())
}

/// Selects the piece of evidence to show if only one fits: prose is preferred to a line of data.
pub fn most_telling(signal: &[EvidenceShown]) -> Option<&EvidenceShown> {
    let is_data_line = |evidence: &&EvidenceShown| DatumKind::of_line(&evidence.quote).is_some();
    signal.iter().find(|evidence| !is_data_line(evidence)).or_else(|| signal.first())
}

/// Formats a quote in quotation marks, truncated to `chars_max` characters.
pub fn quoted(text: &str, chars_max: usize) -> String {
    format!("“{}”", clipped(text, chars_max))
}
