//! Filling of templates: picks alternatives at random and replaces slots with their values.

use std::collections::BTreeMap;

use super::text::{Text, TextPart};
use super::{Shape, Template};
use crate::dice::Dice;

/// Values by slot name.
pub(crate) type SlotValues = BTreeMap<&'static str, String>;

/// A text as it appears on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FilledText {
    pub(crate) title: String,
    pub(crate) paragraphs: Vec<(Shape, String)>,
}

impl Text {
    /// Fills the line, picking one alternative of each choice. A slot without a value is empty.
    pub(crate) fn fill(&self, slots: &SlotValues, dice: &mut Dice) -> String {
        let mut line = String::new();
        self.push(slots, dice, &mut line);
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn push(&self, slots: &SlotValues, dice: &mut Dice, line: &mut String) {
        for piece in &self.0 {
            match piece {
                TextPart::Words(words) => line.push_str(words),
                TextPart::Slot(name) => {
                    line.push_str(slots.get(name.as_str()).map_or("", String::as_str));
                }
                TextPart::Choice(texts) => {
                    if let Some(text) = dice.pick(texts) {
                        text.push(slots, dice, line);
                    }
                }
            }
        }
    }
}

impl Template {
    /// Writes the whole text with one choice of titles, paragraphs and alternatives.
    pub(crate) fn write(&self, slots: &SlotValues, dice: &mut Dice) -> FilledText {
        let title = dice.pick(&self.titles).map(|title| title.fill(slots, dice));
        let mut paragraphs = Vec::new();
        for paragraph in &self.paragraphs {
            if dice.percent(paragraph.percent) {
                paragraphs.push((paragraph.shape, paragraph.text.fill(slots, dice)));
            }
        }
        FilledText { title: title.unwrap_or_default(), paragraphs }
    }
}
