//! The numbers of notices that a match is about: in its sentence, in the sentences after it, or in
//! the lines around it.

use lexicon::references::CORRECTIONS;
use model::{Block, BlockKind};

use crate::claims::rule_match::RuleMatch;
use crate::claims::{money, sentences};
use crate::kinds::budget_event::notice::{Reference, canonical, find, has_digit, journal_number};

/// The maximum number of sentences after that of the match in which a number is searched.
const SENTENCES_MAX: usize = 4;
/// The maximum number of bytes before the label in such a sentence; further on it belongs to
/// something else.
const LABEL_BYTES_MAX: usize = 60;
/// The maximum number of blocks on either side that are searched for a line with the number.
const BLOCKS_MAX: usize = 30;
/// The maximum length of such a line, in bytes.
const LINE_BYTES_MAX: usize = 160;
/// The maximum number of bytes in that line beside the label and the number.
const BESIDE_BYTES_MAX: usize = 20;
/// The number of first blocks among which the titles are.
const TITLES_MAX: usize = 6;

/// The number of a tender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TenderNumber {
    /// The number of the notice, as written.
    pub(super) notice: String,
    /// The reference of the file, if that is given too.
    pub(super) file: Option<String>,
    /// Its range in the sentence of the match; empty if it is elsewhere.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Finds the numbers of the tenders in a match: several if the sentence lists several. `amounts` is
/// the number of amounts in the sentence.
pub(super) fn of_match(found: &RuleMatch<'_>, is_award: bool, amounts: usize) -> Vec<TenderNumber> {
    let numbers = tenders(find(found.sentence, found.amounts), found.sentence, is_award, amounts);
    if !numbers.is_empty() {
        return numbers;
    }
    let elsewhere = after(found).or_else(|| in_lines(found));
    let elsewhere = elsewhere.map(|number| TenderNumber { start: 0, end: 0, ..number });
    elsewhere.into_iter().collect()
}

/// Assigns the references of one text to tenders. A number of the Official Journal counts before
/// the reference of a file; numbers with the same label are several tenders.
fn tenders(
    references: Vec<Reference<'_>>,
    text: &str,
    is_award: bool,
    amounts: usize,
) -> Vec<TenderNumber> {
    let in_journal = |one: &Reference<'_>| journal_number(one.text);
    let (published, files): (Vec<_>, Vec<_>) =
        references.into_iter().partition(|one| in_journal(one).is_some());
    let of_one_label = |first: &Reference<'_>| {
        let label = first.label.clone();
        files.iter().filter(|one| one.label == label).cloned().collect()
    };
    let mut numbers: Vec<Reference<'_>> = match files.first() {
        Some(first) if published.is_empty() => of_one_label(first),
        _ => published,
    };
    // A correction, and mostly an award, names the earlier notice beside its own.
    if numbers.len() > 1 && (is_correction(text) || is_award && amounts != numbers.len()) {
        numbers.sort_by_key(in_journal);
        numbers.truncate(1);
    }
    let other = files.iter().find(|file| !numbers.contains(file));
    let file = other.filter(|_| numbers.len() == 1).map(|file| file.text.to_owned());
    let tender = |one: Reference<'_>| TenderNumber {
        notice: one.text.to_owned(),
        file: file.clone(),
        start: one.start,
        end: one.end,
    };
    numbers.into_iter().map(tender).collect()
}

fn is_correction(text: &str) -> bool {
    let lower = text.to_lowercase();
    CORRECTIONS.iter().any(|word| lower.contains(word))
}

/// Finds the number in the next sentences of the paragraph, before the one about the next tender.
fn after(found: &RuleMatch<'_>) -> Option<TenderNumber> {
    let spans = sentences::split(found.following(), found.span.end);
    let following = spans.into_iter().filter_map(|span| span.of(&found.document.text));
    let following = following.take(SENTENCES_MAX);
    let locale = money::locale_of(found.document);
    let read = following.map(|sentence| (sentence, money::find(sentence, locale)));
    let mut same = read.take_while(|(sentence, amounts)| {
        !found.rule.pattern.is_match(&money::masked(sentence, amounts))
    });
    same.find_map(|(sentence, amounts)| {
        let mut references = find(sentence, &amounts);
        references.retain(|one| one.label_start <= LABEL_BYTES_MAX);
        single(tenders(references, sentence, false, 0))
    })
}

/// Finds the number in the page's titles, else in the lines around the match that consist of a
/// label and a number, if these give only one.
fn in_lines(found: &RuleMatch<'_>) -> Option<TenderNumber> {
    let document = found.document;
    let is_title = |block: &&Block| matches!(block.kind, BlockKind::Title | BlockKind::Heading(1));
    let titles = document.blocks.iter().take(TITLES_MAX).filter(is_title);
    let titles = titles.filter_map(|block| block.span.of(&document.text));
    let at = document.blocks.partition_point(|block| block.span.end <= found.span.start);
    let around = at.saturating_sub(BLOCKS_MAX)..(at + BLOCKS_MAX).min(document.blocks.len());
    let lines = document.blocks.get(around).unwrap_or_default().iter();
    let lines = lines.filter_map(|block| block.span.of(&document.text));
    let locale = money::locale_of(document);
    let references = |text| match has_digit(text) {
        true => find(text, &money::find(text, locale)),
        false => Vec::new(),
    };
    one_of(titles.flat_map(references)).or_else(|| {
        let short = lines.filter(|line| line.len() <= LINE_BYTES_MAX);
        one_of(short.filter_map(|line| {
            let first = references(line).into_iter().next()?;
            let beside = first.label_start + line.len().saturating_sub(first.end);
            (beside <= BESIDE_BYTES_MAX && first.label_start < first.start).then_some(first)
        }))
    })
}

/// Returns the number that all references have in common, with the reference of a file beside a
/// number of the Official Journal.
fn one_of<'t>(references: impl Iterator<Item = Reference<'t>>) -> Option<TenderNumber> {
    let mut distinct: Vec<Reference<'t>> = Vec::new();
    for reference in references.take(2 * BLOCKS_MAX) {
        let number = canonical(reference.text);
        if distinct.iter().all(|other| canonical(other.text) != number) {
            distinct.push(reference);
        }
    }
    single(tenders(distinct, "", false, 0))
}

fn single(mut numbers: Vec<TenderNumber>) -> Option<TenderNumber> {
    if numbers.len() == 1 { numbers.pop() } else { None }
}
