//! The recommended next action for a company.

use model::{CompanyView, IgnoreReason, Points, Signal};

use crate::band::Band;
use crate::decide::actionable;
use crate::settled::{ComesBack, Settlement};

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
/// identified before it is called, and a lead that the team settled is left alone.
/// `points` is the company's best score, `strongest` the signal that adds most to it.
pub fn next_action(
    name: &str,
    company: &CompanyView,
    strongest: &Signal,
    settled: Option<&Settlement>,
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
    if let Some(settled) = settled {
        return left_alone(name, settled);
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

/// Recommends what is left to do about a settled lead.
fn left_alone(name: &str, settled: &Settlement) -> RecommendedAction {
    let verdict = settled.text();
    if settled.feedback.ignored_as() == Some(IgnoreReason::WrongCompany) {
        let why =
            "See why its records are held to be one company, and undo the join that is wrong.";
        let (title, why) = (format!("Check the joins of {name}"), format!("{verdict} {why}"));
        return RecommendedAction { title, why, ask_for: None };
    }
    let title = match settled.comes_back {
        ComesBack::On(day) => format!("Leave {name} alone until {}", day.in_words()),
        ComesBack::WithNews => format!("Wait for news of {name}"),
        ComesBack::Never => format!("Leave {name} alone"),
    };
    RecommendedAction { title, why: verdict, ask_for: None }
}
