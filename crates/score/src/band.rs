//! Bands: a score in one word.

use model::{Component, Points};

use crate::card::Scorecard;

/// A range of scores with a name, the lowest first.
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

/// The least points of each band, in hundredths, highest band first.
const BANDS: [(Points, Band); 3] =
    [(Points(7_000), Band::Hot), (Points(4_500), Band::Warm), (Points(2_000), Band::Cool)];

impl Band {
    /// The band of a score.
    pub fn of(score: Points) -> Self {
        BANDS.iter().find(|(least, _)| score >= *least).map_or(Self::Cold, |(_, band)| *band)
    }

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cold => "cold",
            Self::Cool => "cool",
            Self::Warm => "warm",
            Self::Hot => "hot",
        }
    }
}

/// A score in words: its band, or `not enough evidence` when no signal stands behind it.
pub fn words(score: Points, card: &Scorecard) -> &'static str {
    let has_signal =
        |term: &crate::Term| term.component == Component::Intent && term.signal.is_some();
    if card.terms.iter().any(has_signal) { Band::of(score).as_str() } else { "not enough evidence" }
}
