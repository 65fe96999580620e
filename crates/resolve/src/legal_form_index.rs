//! Finds legal forms by their spelling.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use lexicon::legal_forms::{LEGAL_FORMS, LegalForm};
use lexicon::name_folding::plain_words;

/// The minimum number of letters of a legal form that is written out in full.
const WRITTEN_OUT: usize = 13;

/// Legal forms by their spelling without spaces, with the maximum number of words in a spelling.
pub(crate) struct ByCompact {
    forms: BTreeMap<String, Vec<&'static LegalForm>>,
    /// The spellings of forms written out in full.
    written_out: Vec<String>,
    pub(crate) words_max: usize,
}

impl ByCompact {
    /// Returns the forms with that spelling, in the order of the table. One may be used at the end
    /// of names, another at their beginning.
    pub(crate) fn get(&self, compact: &str) -> &[&'static LegalForm] {
        self.forms.get(compact).map_or(&[], Vec::as_slice)
    }

    /// Finds the nearest forms, written out in full, whose spelling differs by at most two typing
    /// errors.
    pub(crate) fn nearly(&self, compact: &str) -> &[&'static LegalForm] {
        if compact.len() < WRITTEN_OUT {
            return &[];
        }
        let near = self.written_out.iter().filter(|form| {
            form.len().abs_diff(compact.len()) <= 2 && form.bytes().next() == compact.bytes().next()
        });
        let measured = near.map(|form| (strsim::osa_distance(form, compact), form));
        let nearest = measured.filter(|(distance, _)| *distance <= 2).min();
        nearest.map_or(&[], |(_, form)| self.get(form))
    }
}

pub(crate) static BY_COMPACT: LazyLock<ByCompact> = LazyLock::new(|| {
    let mut forms: BTreeMap<String, Vec<&'static LegalForm>> = BTreeMap::new();
    let mut words_max = 0;
    for form in LEGAL_FORMS {
        for spelling in form.spellings {
            let words = plain_words(spelling);
            words_max = words_max.max(words.len());
            let same = forms.entry(words.concat()).or_default();
            if !same.iter().any(|other| std::ptr::eq(*other, form)) {
                same.push(form);
            }
        }
    }
    let written_out = forms.keys().filter(|form| form.len() >= WRITTEN_OUT).cloned().collect();
    ByCompact { forms, written_out, words_max }
});

#[cfg(test)]
pub(crate) fn shared_spellings() -> Vec<&'static str> {
    let shared = BY_COMPACT.forms.iter().filter(|(_, forms)| forms.len() > 1);
    shared.map(|(compact, _)| compact.as_str()).collect()
}
