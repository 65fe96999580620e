//! A page whose sentences are read, with the answers that need its whole text: each is computed
//! once, because a page can have thousands of sentences that ask.

use std::cell::OnceCell;

use model::{Actor, BlockKind, Document, Span};

use super::actor::{self, Subject};
use super::names;
use super::own_page;
use super::owner::Owner;

/// The maximum length of a label before a colon, in bytes.
const LABEL_BYTES_MAX: usize = 30;

/// A page whose sentences are read.
pub(super) struct PageContext<'d> {
    pub(super) document: &'d Document,
    pub(super) owner: &'d Owner,
    may_say_we: OnceCell<bool>,
    is_own_page: OnceCell<bool>,
    title_actor: OnceCell<Option<Actor>>,
}

impl<'d> PageContext<'d> {
    pub(super) fn new(document: &'d Document, owner: &'d Owner) -> Self {
        Self {
            document,
            owner,
            may_say_we: OnceCell::new(),
            is_own_page: OnceCell::new(),
            title_actor: OnceCell::new(),
        }
    }

    /// Reports whether "we" on the page can be its owner.
    pub(super) fn may_say_we(&self) -> bool {
        *self.may_say_we.get_or_init(|| own_page::may_say_we(self.document, self.owner))
    }

    /// Reports whether the owner writes about itself on the page.
    pub(super) fn is_own_page(&self) -> bool {
        *self.is_own_page.get_or_init(|| own_page::is_own_page(self.document, self.owner))
    }

    /// Resolves "it" or "the company": to the nearest earlier subject, then the title's, then the
    /// owner of a press page.
    pub(super) fn look_back(&self, earlier: &[Span]) -> Option<Actor> {
        for span in earlier.iter().rev().take(3) {
            let whole = span.of(&self.document.text)?;
            let label = label_end(whole);
            let sentence = whole.get(label..)?;
            let words = names::words(sentence);
            if let Subject::Named(name) = actor::first_name(sentence, &words) {
                return actor::actor_of(self.document, self.owner, name, span.start + label);
            }
            if words.iter().take(2).any(|word| matches!(word.lower().as_str(), "we" | "our")) {
                return Some(Actor::Owner);
            }
        }
        let of_title = self.title_actor().cloned();
        of_title.or_else(|| self.is_own_page().then_some(Actor::Owner))
    }

    /// Returns the organisation that opens the title, if the page is about it.
    fn title_actor(&self) -> Option<&Actor> {
        self.title_actor.get_or_init(|| self.find_title_actor()).as_ref()
    }

    fn find_title_actor(&self) -> Option<Actor> {
        let document = self.document;
        let title = document.blocks.iter().find(|block| block.kind == BlockKind::Title)?;
        let words = title.span.of(&document.text)?;
        let (name, _) = names::starting_at(words, &names::words(words), 0)?;
        let written = words.get(name.start..name.end).unwrap_or_default();
        let is_about = self.owner.is(written) || document.prose().matches(written).count() >= 3;
        is_about.then(|| actor::actor_of(document, self.owner, name, title.span.start)).flatten()
    }
}

/// Finds the start of the words after a label: "Issued by: ".
fn label_end(sentence: &str) -> usize {
    let colon = sentence.find(": ").filter(|at| *at <= LABEL_BYTES_MAX);
    let label = colon.filter(|at| {
        sentence.get(..*at).is_some_and(|prefix| !prefix.contains(|c: char| c.is_ascii_digit()))
    });
    label.map_or(0, |at| at + 2)
}
