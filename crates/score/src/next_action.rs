//! The recommended next action for a company.

use model::{CompanyView, Feedback, Points, Signal};

use crate::band::Band;
use crate::decide::actionable;

/// The recommended next action for a company, as text for a seller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecommendedAction {
    /// The action, in a few words.
    pub title: String,
    /// The reason, with its figures.
    pub why: String,
    /// The role to ask for, if there is one.
    pub ask_for: Option<String>,
}

/// Recommends the next action for the company called `name`. A company known by name only must be
/// identified before it is called, and a signal that the newest feedback settled is left alone.
/// `points` is the company's best score, `strongest` the signal that adds most to it.
pub fn next_action(
    name: &str,
    company: &CompanyView,
    strongest: &Signal,
    newest: Option<&Feedback>,
    points: Points,
    buyer_role: &str,
) -> RecommendedAction {
    if !actionable(company) {
        return RecommendedAction {
            title: format!("Find out which {name} this is"),
            why: "It is known by its name only; its website is not known.".to_owned(),
            ask_for: None,
        };
    }
    if let Some(feedback) = newest.filter(|feedback| feedback.signal_id == strongest.id) {
        return RecommendedAction {
            title: format!("Wait for news of {name}"),
            why: format!("Its strongest signal was marked {}.", feedback.outcome.as_str()),
            ask_for: None,
        };
    }
    let role = Some(buyer_role.to_owned()).filter(|role| !role.is_empty());
    let band = Band::of(points);
    // Nobody calls about an event that may be years old.
    let is_reason = band >= Band::Warm && !strongest.undated;
    let act = if is_reason { "Call" } else { "Keep an eye on" };
    RecommendedAction {
        title: format!("{act} {name}"),
        why: strongest.explanation.clone(),
        ask_for: role.filter(|_| is_reason),
    }
}
