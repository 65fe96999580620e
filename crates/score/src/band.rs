//! Bands: named ranges of scores.

use model::{Component, Points};

use crate::scorecard::Scorecard;

/// A named range of scores, the lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Band {
    /// Nothing to act on.
    Cold,
    /// Worth watching.
    Cool,
    /// Worth a call.
    Warm,
    /// Worth a call today.
    Hot,
}

/// The minimum points of each band, in hundredths, highest band first.
const BANDS: [(Points, Band); 3] =
    [(Points(7_000), Band::Hot), (Points(4_500), Band::Warm), (Points(2_000), Band::Cool)];

impl Band {
    /// Returns the band of a score.
    pub fn of(score: Points) -> Self {
        BANDS.iter().find(|(least, _)| score >= *least).map_or(Self::Cold, |(_, band)| *band)
    }

    /// Returns its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cold => "cold",
            Self::Cool => "cool",
            Self::Warm => "warm",
            Self::Hot => "hot",
        }
    }
}

/// Returns the name of a score's band, or `not enough evidence` if no signal supports the score.
pub fn words(score: Points, card: &Scorecard) -> &'static str {
    let has_signal =
        |term: &crate::Term| term.component == Component::Intent && term.signal.is_some();
    if card.terms.iter().any(has_signal) { Band::of(score).as_str() } else { "not enough evidence" }
}
