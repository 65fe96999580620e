//! Claims: what a page says, before anyone believes it.

use serde::{Deserialize, Serialize};

use crate::document::Span;
use crate::signal::{Permille, SignalStage, Slots};
use crate::time::Day;

/// What a claim is about. Slots (all optional unless said) are listed with each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimKind {
    /// A company about itself: `name, country, city, industry, employees, registry`.
    Profile,
    /// An open position: `title` (always), `city, country, posted, apply_url, valid_through`.
    Opening,
    /// A tool is in use by what machines show: `tool` (always), `channel` (script, dns, header, generator).
    TechTrace,
    /// A tool is in use by what people write: `tool` (always).
    TechStatement,
    /// Money was raised: `round, amount, currency, investors`.
    FundingRound,
    /// A certificate was earned: `standard` (always), `certificate_url` when linked.
    Certification,
    /// A public tender or contract: `amount, currency, deadline, notice, role` (buyer, supplier).
    Tender,
}

impl ClaimKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Profile,
        Self::Opening,
        Self::TechTrace,
        Self::TechStatement,
        Self::FundingRound,
        Self::Certification,
        Self::Tender,
    ];

    /// The word used in the database and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Opening => "opening",
            Self::TechTrace => "tech_trace",
            Self::TechStatement => "tech_statement",
            Self::FundingRound => "funding_round",
            Self::Certification => "certification",
            Self::Tender => "tender",
        }
    }

    /// The kind of a word, or nothing.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether it tells what is so when somebody looks, not what happened: an old article carries
    /// today's script, so the date of its text says nothing about it.
    pub const fn is_of_the_look(self) -> bool {
        matches!(self, Self::TechTrace)
    }
}

/// Who a claim is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    /// The page's owner ("we", or data of the page itself).
    Owner,
    /// Someone named in the text.
    Named {
        /// The name as written.
        name: String,
        /// Where it is written.
        span: Span,
        /// Where the name links to, when it is a link.
        href: Option<String>,
    },
}

/// One thing a page says, with the words that say it. A pure function of the text and the packs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// What it is about.
    pub kind: ClaimKind,
    /// Who it is about.
    pub actor: Actor,
    /// Details, as listed at [`ClaimKind`]. Country codes are ISO 3166 alpha-2, currencies ISO
    /// 4217, amounts whole units, days `2026-03-31`.
    pub slots: Slots,
    /// The source's own id, or the text that matters in its normal form: what makes two claims the
    /// same event.
    pub subject: String,
    /// The sentence, or the data line, that says it.
    pub span: Span,
    /// When it happened by the claim's own word; otherwise the page's date counts.
    pub occurred: Option<Day>,
    /// Planned, announced or done.
    pub stage: SignalStage,
    /// How sure the matcher is, before corroboration.
    pub confidence: Permille,
    /// The pack (or built-in reader) and version that made it, for example `budget_event/1`.
    pub matcher: String,
}
