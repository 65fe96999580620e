//! Selects the lines of a page that are its content: the article if the page is one, otherwise
//! everything except the surrounding parts.

use dom_query::Document as Tree;
use dom_smoothie::{Config, ParsePolicy, Readability};
use model::BlockKind;

use crate::blocks::{self, Reading, TextLine};
use crate::tree_walk::{Survey, survey};

/// The strength of a page's claim to be an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Says {
    /// No claim.
    Nothing,
    /// A claim by `og:type`, which many sites set on every page.
    Vaguely,
    /// A claim in the structured data.
    Clearly,
}

/// The minimum number of bytes of text in an article.
const ARTICLE_BYTES_MIN: usize = 600;
/// The minimum number of bytes of a paragraph that counts as evidence of an article.
const PARAGRAPH_BYTES: usize = 120;
/// The maximum number of nodes of a tree that is searched for an article.
const NODES_MAX: usize = 60_000;
/// The maximum nesting; the search is slow on deeper trees.
const DEPTH_MAX: usize = 200;
/// The maximum number of bytes of text of a page that is searched for an article, because the
/// search copies the page.
const SEARCHED_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Reports whether the lines read like an article, that is, are mostly long paragraphs.
pub(crate) fn reads_like_article(lines: &[TextLine]) -> bool {
    let total: usize = lines.iter().map(|line| line.text.len()).sum();
    let long: Vec<usize> = lines
        .iter()
        .filter(|line| matches!(line.kind, BlockKind::Paragraph | BlockKind::Quote))
        .map(|line| line.text.len())
        .filter(|bytes| *bytes >= PARAGRAPH_BYTES)
        .collect();
    total >= ARTICLE_BYTES_MIN && long.len() >= 4 && long.iter().sum::<usize>() * 10 >= total * 6
}

/// Selects the lines of the content and reports whether they are an article. Takes ownership of
/// the tree because the search for an article modifies it.
pub(crate) fn content(tree: Tree, found: &Survey, says: Says) -> (Vec<TextLine>, bool) {
    let is_searchable = found.depth <= DEPTH_MAX
        && found.words.len() <= SEARCHED_BYTES_MAX
        && tree.tree.len() <= NODES_MAX;
    // A tree that is not needed is released before its text is copied.
    let tree = is_searchable.then_some(tree);
    let whole = blocks::lines(found, Reading::Page);
    let looks_like_article = reads_like_article(&whole);
    let Some(tree) = tree.filter(|_| says > Says::Nothing || looks_like_article) else {
        return (whole, false);
    };
    match article(tree) {
        Some(lines) if is_better(&lines, &whole, says, looks_like_article) => (lines, true),
        _ => (whole, says > Says::Nothing && looks_like_article),
    }
}

/// Checks whether the extracted article is a better choice than the whole page. An article without
/// most of the page's sentences is only a part of the page, not its content.
fn is_better(
    article: &[TextLine],
    whole: &[TextLine],
    says: Says,
    looks_like_article: bool,
) -> bool {
    let prose = |lines: &[TextLine]| {
        lines
            .iter()
            .filter(|line| line.text.len() >= 60 && !line.is_all_link())
            .map(|line| line.text.len())
            .sum::<usize>()
    };
    let total: usize = whole.iter().map(|line| line.text.len()).sum();
    let share = if looks_like_article && says > Says::Nothing { 35 } else { 60 };
    // Little prose among many links indicates a list of other pages.
    let is_prose = says == Says::Clearly
        || prose(article) >= ARTICLE_BYTES_MIN
        || prose(article) * 10 >= total * 6;
    is_prose && prose(article) * 100 >= prose(whole) * share
}

fn article(tree: Tree) -> Option<Vec<TextLine>> {
    let config = Config { disable_json_ld: true, keep_classes: true, ..Config::default() };
    let mut readability = Readability::with_document(tree, None, Some(config)).ok()?;
    readability.parse_with_policy(ParsePolicy::Strict).ok()?;
    let content = readability.doc.select_single("#readability-page-1");
    let root = content.nodes().first()?;
    let found = survey(root);
    Some(blocks::lines(&found, Reading::Article))
}
