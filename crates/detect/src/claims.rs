//! Reading the claims of a page from its data and from its sentences.
//!
//! One automaton finds the cues of all rules in one pass; regexes run only on sentences with a cue.

mod actor;
pub(crate) mod dates;
mod merge;
pub(crate) mod money;
mod name_joints;
mod name_words;
pub(crate) mod names;
mod own_page;
pub(crate) mod owner;
mod page_context;
mod retrospect;
pub(crate) mod rule_match;
pub(crate) mod rules;
pub(crate) mod sentences;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;
use lexicon::names::actors::ATTRIBUTIONS;
use model::{Actor, Block, BlockKind, Claim, Day, Document, Note, Permille, SignalStage, Span};

use self::actor::Subject;
use self::money::AmountSpan;
use self::owner::Owner;
use self::page_context::PageContext;
use self::rule_match::{ClaimDraft, RuleMatch};
use self::rules::{ActorPlace, Rule, Veto, VetoEffect, VetoScope};
use crate::kinds;

/// Longer blocks are lists run together or data, not prose.
const BLOCK_BYTES_MAX: usize = 20_000;
const SENTENCE_BYTES_MAX: usize = 800;
/// The maximum bytes of sentences, counted once for every rule that reads them: thirty times the
/// need of a long news page. It bounds the work on a hostile page.
const RULE_BYTES_MAX: usize = 1_000_000;
const MATCHES_PER_SENTENCE_MAX: usize = 4;
const CLAIMS_MAX: usize = 500;
/// The maximum number of claims in the data and the links of a page.
const LISTED_MAX: usize = 2_000;
/// The confidence deducted for an actor that is not in the sentence, in thousandths.
const LOOK_BACK_COST: u16 = 150;

/// All rules and vetoes, ready to run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Matcher {
    cues: Option<AhoCorasick>,
    /// The rules that each cue activates.
    rules_of_cue: Vec<Vec<usize>>,
    rules: Vec<Rule>,
    vetoes: Vec<Veto>,
}

impl Matcher {
    /// Builds the automaton over all cues.
    pub(crate) fn new(rules: Vec<Rule>, vetoes: Vec<Veto>) -> Result<Self, String> {
        let mut by_cue: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, rule) in rules.iter().enumerate() {
            for cue in &rule.cues {
                by_cue.entry(cue.clone()).or_default().push(at);
            }
        }
        let cues = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(by_cue.keys())
            .map_err(|error| format!("the cues do not compile: {error}; use fewer"))?;
        Ok(Self { cues: Some(cues), rules_of_cue: by_cue.into_values().collect(), rules, vetoes })
    }

    /// Compiles every pattern and loads every table.
    pub(crate) fn compile(&self) {
        lexicon::load();
        kinds::tech_adoption::tools::table();
        let rules = self.rules.iter();
        let of_rules = rules.flat_map(|rule| std::iter::once(&rule.pattern).chain(&rule.context));
        for pattern in of_rules.chain(self.vetoes.iter().map(|veto| &veto.pattern)) {
            pattern.regex();
        }
    }

    /// Reads the claims of a page, sorted by position and without duplicates.
    pub(crate) fn claims(&self, document: &Document) -> (Vec<Claim>, Vec<Note>) {
        let mut notes = Vec::new();
        let owner = Owner::of(document);
        let readers = kinds::claim_readers().iter();
        let listed = readers.flat_map(|reader| (reader.of_page)(document, &owner));
        let mut claims: Vec<Claim> = listed.take(LISTED_MAX + 1).collect();
        if claims.len() > LISTED_MAX {
            claims.truncate(LISTED_MAX);
            notes.push(claims_cut());
        }
        if !retrospect::is_told_again(document) {
            self.read_prose(document, &owner, &mut claims, &mut notes);
        }
        (merge::merged(claims, document, &owner), notes)
    }

    /// Reads the claims of the blocks with cues, one block at a time, because a page can consist of
    /// cues.
    fn read_prose(
        &self,
        document: &Document,
        owner: &Owner,
        claims: &mut Vec<Claim>,
        notes: &mut Vec<Note>,
    ) {
        let page = PageContext::new(document, owner);
        let mut budget = RULE_BYTES_MAX;
        let lines = document.blocks.is_empty().then(|| lines_of(document.prose()));
        for block in lines.as_deref().unwrap_or(&document.blocks) {
            let Some(hits) = self.triggered(document, *block, notes) else { continue };
            self.read_block(&page, *block, &hits, &mut budget, claims);
            if claims.len() > CLAIMS_MAX || budget == 0 {
                notes.push(claims_cut());
                break;
            }
        }
    }

    /// Finds the cues in a block, for each its position and rule. The result is `None` if the block
    /// has no cue or is not prose.
    fn triggered(
        &self,
        document: &Document,
        block: Block,
        notes: &mut Vec<Note>,
    ) -> Option<BTreeSet<(usize, usize)>> {
        let (start, text) = (block.span.start, block.span.of(&document.text)?);
        let hits = self.cues.as_ref()?.find_overlapping_iter(text);
        let mut hits = hits.filter(|hit| {
            let inside = text.get(..hit.start()).and_then(|left| left.chars().next_back());
            !inside.is_some_and(char::is_alphanumeric)
        });
        if block.span.end - start > BLOCK_BYTES_MAX {
            let detail = "a block too long for prose was not searched for claims";
            notes.extend(hits.next().map(|_| Note::new("block_too_long", detail)));
            return None;
        }
        if block.kind == BlockKind::Code {
            return None;
        }
        let mut triggered = BTreeSet::new();
        for hit in hits {
            let rules = self.rules_of_cue.get(hit.pattern().as_usize());
            triggered.extend(rules.into_iter().flatten().map(|rule| (start + hit.start(), *rule)));
        }
        (!triggered.is_empty()).then_some(triggered)
    }

    fn read_block(
        &self,
        page: &PageContext<'_>,
        block: Block,
        hits: &BTreeSet<(usize, usize)>,
        budget: &mut usize,
        claims: &mut Vec<Claim>,
    ) {
        let document = page.document;
        let Some(block_text) = block.span.of(&document.text) else { return };
        let spans = sentences::split(block_text, block.span.start);
        for (index, span) in spans.iter().enumerate() {
            let sentence_hits = hits.range((span.start, 0)..(span.end, 0));
            let rules: BTreeSet<usize> = sentence_hits.map(|(_, rule)| *rule).collect();
            let Some(sentence) = span.of(&document.text) else { continue };
            // A question states nothing, in any language.
            if rules.is_empty()
                || sentence.len() > SENTENCE_BYTES_MAX
                || sentence.trim_end_matches(['"', '”', '’', ')']).ends_with('?')
                || retrospect::is_headline_of_old(sentence)
            {
                continue;
            }
            *budget = budget.saturating_sub(sentence.len() * rules.len());
            if *budget == 0 {
                return;
            }
            let earlier = spans.get(..index).unwrap_or_default();
            let amounts = OnceCell::new();
            let frame = Frame { page, block, sentence, span: *span, earlier, amounts };
            for rule in rules.iter().filter_map(|at| self.rules.get(*at)) {
                self.run(&frame, rule, claims);
            }
        }
    }

    fn run(&self, frame: &Frame<'_>, rule: &Rule, claims: &mut Vec<Claim>) {
        let document = frame.page.document;
        let context = frame.block.span.of(&document.text).unwrap_or_default();
        let Some(pattern) = rule.pattern.regex() else { return };
        let is_masked =
            rule.has_money && frame.masked() != frame.sentence && pattern.is_match(frame.masked());
        let words = if is_masked { frame.masked() } else { frame.sentence };
        for captures in pattern.captures_iter(words).take(MATCHES_PER_SENTENCE_MAX) {
            let Some(whole) = captures.get(0) else { continue };
            if rule.context.as_ref().is_some_and(|needed| !needed.is_match(context)) {
                return;
            }
            let found = RuleMatch {
                document,
                sentence: frame.sentence,
                span: frame.span,
                paragraph_end: frame.block.span.end,
                start: whole.start(),
                end: whole.end(),
                named: captures
                    .name("tool")
                    .or_else(|| captures.name("standard"))
                    .map(|group| group.range()),
                rule,
                amounts: frame.amounts(),
            };
            let Some(stage) = self.stage(&found) else { continue };
            let place = captures.name("actor").map(|group| group.start());
            let Some((actor, cost)) = frame.actor(&found, place) else { continue };
            let reader = kinds::claim_reader(rule.claim);
            let drafts = reader.map(|reader| (reader.of_match)(&found, &actor));
            for draft in drafts.unwrap_or_default() {
                claims.push(claim_of(&found, &actor, draft, stage, cost));
            }
        }
    }

    /// Returns the stage of a match, or `None` if a veto drops it.
    fn stage(&self, found: &RuleMatch<'_>) -> Option<SignalStage> {
        let mut stage =
            if found.rule.planned { SignalStage::Planned } else { SignalStage::Announced };
        for veto in self.vetoes.iter().filter(|veto| veto.claims.contains(&found.rule.claim)) {
            // A rule for plans needs no veto that marks its claims as planned.
            if found.rule.planned && veto.effect == VetoEffect::Planned {
                continue;
            }
            let scope_text = match veto.scope {
                VetoScope::Sentence => found.sentence,
                VetoScope::Before => found.before(),
                VetoScope::Match => found.words(),
                VetoScope::After => found.after(),
            };
            if veto.pattern.is_match(scope_text) {
                match veto.effect {
                    VetoEffect::Drop => return None,
                    VetoEffect::Planned => stage = SignalStage::Planned,
                }
            }
        }
        Some(stage)
    }
}

fn claims_cut() -> Note {
    Note::new("claims_cut", "far more to read than a page has to say; the rest was not read")
}

/// A sentence with its surroundings on the page.
struct Frame<'d> {
    page: &'d PageContext<'d>,
    block: Block,
    sentence: &'d str,
    span: Span,
    earlier: &'d [Span],
    /// The amounts in the sentence, and the sentence with masked amounts.
    amounts: OnceCell<(Vec<AmountSpan>, String)>,
}

impl Frame<'_> {
    fn amounts(&self) -> &[AmountSpan] {
        &self.read_amounts().0
    }

    fn masked(&self) -> &str {
        &self.read_amounts().1
    }

    fn read_amounts(&self) -> &(Vec<AmountSpan>, String) {
        self.amounts.get_or_init(|| {
            let amounts = money::find(self.sentence, money::locale_of(self.page.document));
            let masked = money::masked(self.sentence, &amounts);
            (amounts, masked)
        })
    }

    /// Resolves the actor of a match, with the confidence deducted for uncertainty.
    fn actor(&self, found: &RuleMatch<'_>, place: Option<usize>) -> Option<(Actor, u16)> {
        let (document, owner) = (self.page.document, self.page.owner);
        let subject = match (found.rule.actor, place) {
            (ActorPlace::Owner, _) => Subject::Owner,
            (ActorPlace::OwnPage, _) if own_page::is_own_path(document) => Subject::Owner,
            (ActorPlace::OwnBlog, _) if own_page::is_own_blog(document) => Subject::Owner,
            (ActorPlace::OwnPage | ActorPlace::OwnBlog, _) => Subject::Nobody,
            (ActorPlace::Earlier, _) => Subject::Back,
            (_, Some(at)) => actor::after(self.sentence, at),
            (ActorPlace::After, None) => actor::after(self.sentence, found.end),
            (ActorPlace::Before, None) if actor::is_we(found.words()) => Subject::Owner,
            (ActorPlace::Before, None) if actor::is_fronted(found.before()) => {
                let verb = found.words().split_whitespace().next().map_or(0, str::len);
                actor::after(self.sentence, found.start + verb)
            }
            (ActorPlace::Before, None) => actor::before(self.sentence, found.start),
        };
        match subject {
            Subject::Named(name) => {
                Some((actor::actor_of(document, owner, name, self.span.start)?, 0))
            }
            Subject::Owner if self.is_quoting_another() => {
                self.page.look_back(self.earlier).map(|actor| (actor, LOOK_BACK_COST))
            }
            Subject::Owner if !self.page.may_say_we() || self.is_anothers_headline(found) => None,
            Subject::Owner => Some((Actor::Owner, 0)),
            Subject::Back => self.page.look_back(self.earlier).map(|actor| (actor, LOOK_BACK_COST)),
            Subject::Nobody => None,
        }
    }

    /// Reports whether "we" is in the link to another page: in a list of news it is said by the
    /// company of that page, which tells who it is.
    fn is_anothers_headline(&self, found: &RuleMatch<'_>) -> bool {
        let by_word = !matches!(found.rule.actor, ActorPlace::OwnPage | ActorPlace::OwnBlog);
        let at = self.span.start + found.start;
        let Document { links, text, url, .. } = self.page.document;
        let next = links.partition_point(|link| link.span.start <= at);
        let link = next.checked_sub(1).and_then(|last| links.get(last));
        let Some(link) = link.filter(|link| by_word && at < link.span.end) else { return false };
        let is_other_page = link.href.split('#').next() != url.split('#').next();
        is_other_page && link.span.of(text).is_some_and(actor::has_we)
    }

    /// Reports whether "we" is inside quotation marks on a page that is not the speaker's own.
    fn is_quoting_another(&self) -> bool {
        let quoted = self.sentence.contains(['“', '„', '«']) || self.sentence.starts_with('"');
        let lower = self.sentence.to_lowercase();
        quoted && ATTRIBUTIONS.iter().any(|word| lower.contains(word)) && !self.page.is_own_page()
    }
}

fn claim_of(
    found: &RuleMatch<'_>,
    actor: &Actor,
    draft: ClaimDraft,
    stage: SignalStage,
    cost: u16,
) -> Claim {
    let confidence = found.rule.confidence.saturating_sub(cost).saturating_sub(draft.cost);
    Claim {
        kind: found.rule.claim,
        actor: actor.clone(),
        slots: draft.slots,
        subject: format!("{}:{}", found.rule.claim.as_str(), draft.subject),
        span: Span { end: draft.until.unwrap_or(found.span.end), ..found.span },
        occurred: occurred(found),
        stage,
        confidence: Permille::new(confidence),
        matcher: found.rule.matcher.clone(),
    }
}

fn occurred(found: &RuleMatch<'_>) -> Option<Day> {
    let is_dated =
        kinds::claim_reader(found.rule.claim).is_some_and(|reader| reader.is_dated_by_sentence);
    let (lang, published) = (found.document.lang.as_deref(), found.document.published);
    is_dated.then(|| dates::event_day(found.sentence, found.start, lang, published)).flatten()
}

fn lines_of(prose: &str) -> Vec<Block> {
    let mut at = 0;
    let mut blocks = Vec::new();
    for line in prose.split('\n') {
        blocks.push(Block {
            kind: BlockKind::Paragraph,
            span: Span { start: at, end: at + line.len() },
        });
        at += line.len() + 1;
    }
    blocks
}

#[cfg(test)]
mod tests;
