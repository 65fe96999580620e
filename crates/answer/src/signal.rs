//! Signals as programs are shown them.

use model::{
    DatumKind, Day, Permille, Points, Polarity, Signal, SignalId, SignalStage, Slots, Timestamp,
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::{Object, ObjectBuilder, Type};

use crate::{CompanyBrief, ComponentsShown, Dossier, EvidenceShown, ReadContext, clipped};

/// A signal with everything a client shows of it. `score` is the company's score for `product` on
/// the day of reading, `points` what this signal adds to it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Signal)]
pub struct SignalDetail {
    /// Its id.
    #[schema(value_type = String)]
    pub id: SignalId,
    /// Whose.
    pub company: CompanyBrief,
    /// The pack's kind.
    #[schema(schema_with = kind_schema)]
    pub kind: String,
    /// The kind, for people.
    pub title: String,
    /// The product it is the best lead for; nothing while nobody said what they sell.
    pub product: Option<String>,
    /// The company's score for the product, 0 to 100.
    #[schema(value_type = f64)]
    pub score: Points,
    /// The score in words: cold, cool, warm, hot, or not enough evidence.
    pub band: &'static str,
    /// FIT, INTENT and TIMING of the score.
    pub components: ComponentsShown,
    /// What this signal adds to the score.
    #[schema(value_type = f64)]
    pub points: Points,
    /// After corroboration, 0 to 1.
    #[schema(value_type = f64)]
    pub confidence: Permille,
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub start: Day,
    /// Last day on which it counts, when it has one (a tender's deadline).
    #[schema(value_type = Option<String>, format = Date)]
    pub end: Option<Day>,
    /// How far along: planned, announced or done.
    #[schema(value_type = String)]
    pub stage: SignalStage,
    /// Whether it speaks for or against a purchase: positive or negative.
    #[schema(value_type = String)]
    pub polarity: Polarity,
    /// One or two sentences for a seller, with the figures.
    pub explanation: String,
    /// Amounts, counts and the figures behind the decision.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub slots: Slots,
    /// After collapsing syndicated copies.
    pub independent_sources: u32,
    /// Days after which it counts half.
    pub half_life_days: u32,
    /// The pack and its version.
    pub pack: String,
    /// Since when it is known.
    #[schema(value_type = String, format = DateTime)]
    pub detected_at: Timestamp,
    /// The words, at least one.
    pub evidence: Vec<EvidenceShown>,
}

/// Returns the schema of a signal's kind: a word, described by the kinds there are.
fn kind_schema() -> Object {
    let kinds: Vec<String> = detect::KINDS.iter().map(|kind| format!("`{}`", kind.name)).collect();
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(format!("The pack's kind: {}.", kinds.join(", "))))
        .build()
}

impl SignalDetail {
    /// A signal of a company as it reads on a day.
    pub fn of(context: &ReadContext, dossier: &Dossier, signal: &Signal, day: Day) -> Self {
        let best = dossier.best(day);
        let components = best.map(|lead| lead.card.read(day).components);
        Self {
            id: signal.id,
            company: CompanyBrief::of(dossier.id, &dossier.view),
            kind: signal.kind.clone(),
            title: title_of(context, &signal.kind),
            product: best.map(|lead| lead.product.id.clone()).filter(|id| !id.is_empty()),
            score: best.map(|lead| lead.points(day)).unwrap_or_default(),
            band: best.map_or("not enough evidence", |lead| lead.words(day)),
            components: components.unwrap_or_default().into(),
            points: best.map(|lead| lead.points_of(signal.id, day)).unwrap_or_default(),
            confidence: signal.confidence,
            start: signal.start,
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

/// A kind of signal, for people.
pub fn title_of(context: &ReadContext, kind: &str) -> String {
    context.packs.get(kind).map_or_else(|| kind.to_owned(), |pack| pack.title.clone())
}

/// The piece of evidence to show when there is room for one: what people wrote tells more than a
/// line of data.
pub fn most_telling(signal: &[EvidenceShown]) -> Option<&EvidenceShown> {
    let is_data_line = |evidence: &&EvidenceShown| DatumKind::of_line(&evidence.quote).is_some();
    signal.iter().find(|evidence| !is_data_line(evidence)).or_else(|| signal.first())
}

/// Words in quotation marks, at most so many characters.
pub fn quoted(words: &str, chars_max: usize) -> String {
    format!("“{}”", clipped(words, chars_max))
}
