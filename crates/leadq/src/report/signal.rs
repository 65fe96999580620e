//! Signals as programs are shown them.

use flow::Rooms;
use model::{DatumKind, Day, Evidence, Permille, Points, Signal, SignalId, SignalStage, Slots};
use serde::Serialize;

use super::{CompanyShown, Dossier, company_shown};
use crate::show;

/// What opens a line of data in a page's text.
const DATA_WORDS: [DatumKind; 8] = [
    DatumKind::JobPosting,
    DatumKind::Organization,
    DatumKind::NewsArticle,
    DatumKind::Script,
    DatumKind::Header,
    DatumKind::Generator,
    DatumKind::Dns,
    DatumKind::Tender,
];

/// A signal with the lead it belongs to. `score` is the company's score for `product` on the day
/// of reading, `points` what this signal adds to it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SignalShown {
    pub(crate) id: SignalId,
    pub(crate) company: CompanyShown,
    pub(crate) kind: String,
    pub(crate) title: String,
    /// The product it is the best lead for; nothing while nobody said what they sell.
    pub(crate) product: Option<String>,
    pub(crate) score: Points,
    pub(crate) band: &'static str,
    pub(crate) points: Points,
    pub(crate) confidence: Permille,
    pub(crate) start: Day,
    pub(crate) end: Option<Day>,
    pub(crate) stage: SignalStage,
    pub(crate) explanation: String,
    pub(crate) slots: Slots,
    pub(crate) independent_sources: u32,
    pub(crate) evidence: Vec<Evidence>,
}

/// A signal of a company as it reads on a day.
pub(crate) fn signal_shown(
    rooms: &Rooms,
    dossier: &Dossier,
    signal: &Signal,
    day: Day,
) -> SignalShown {
    let best = dossier.best(day);
    SignalShown {
        id: signal.id,
        company: company_shown(dossier.id, &dossier.view),
        kind: signal.kind.clone(),
        title: title_of(rooms, &signal.kind),
        product: best.map(|lead| lead.product.id.clone()).filter(|id| !id.is_empty()),
        score: best.map(|lead| lead.points(day)).unwrap_or_default(),
        band: best.map_or("not enough evidence", |lead| lead.words(day)),
        points: best.map(|lead| lead.points_of(signal.id, day)).unwrap_or_default(),
        confidence: signal.confidence,
        start: signal.start,
        end: signal.end,
        stage: signal.stage,
        explanation: signal.explanation.clone(),
        slots: signal.slots.clone(),
        independent_sources: signal.independent_sources,
        evidence: signal.evidence.clone(),
    }
}

/// A kind of signal, for people.
pub(crate) fn title_of(rooms: &Rooms, kind: &str) -> String {
    rooms.packs.get(kind).map_or_else(|| kind.to_owned(), |pack| pack.title.clone())
}

/// The piece of evidence to show when there is room for one: what people wrote tells more than a
/// line of data.
pub(crate) fn most_telling(signal: &[Evidence]) -> Option<&Evidence> {
    let is_data = |evidence: &&Evidence| {
        let word = evidence.quote.split(':').next().unwrap_or_default();
        DATA_WORDS.iter().any(|kind| kind.as_str() == word)
    };
    signal.iter().find(|evidence| !is_data(evidence)).or_else(|| signal.first())
}

/// The words of a piece of evidence in quotation marks.
pub(crate) fn quoted(evidence: &Evidence, chars_max: usize) -> String {
    format!("“{}”", show::clipped(&evidence.quote, chars_max))
}
