//! Walks the parsed tree once: flattens the readable parts into [`Piece`]s and collects the
//! machine-readable parts (meta tags, scripts, JSON-LD, dates). The walk is not recursive, so
//! that nesting cannot exhaust the stack.

use std::ops::Range;
use std::rc::Rc;

use dom_query::{Element, NodeData, NodeRef, local_name};
use lexicon::markup::DATE_ATTRIBUTES;

use crate::elements::{self, Tag};
use crate::jsonld::BLOCK_BYTES_MAX;
use crate::state_scripts::{StateScript, assigns_state};
use crate::surroundings::{self, Chrome};
use crate::whitespace;

/// The maximum number of bytes of a link's target and of `base href`. A longer target is none.
const HREF_BYTES_MAX: usize = 8 * 1024;
/// The maximum number of bytes kept of a title.
pub(crate) const TITLE_BYTES_MAX: usize = 4 * 1024;
/// The maximum number of bytes of inline scripts that are kept.
pub(crate) const INLINE_BYTES_MAX: usize = 128 * 1024;
/// The maximum number of translations of a page; the largest sites have about half as many.
pub(crate) const TRANSLATIONS_MAX: usize = 200;
/// The maximum number of bytes of the state of a framework that are kept.
const STATE_BYTES_MAX: usize = 2 * 1024 * 1024;
/// The maximum number of dates in the markup; an article with all its comments has fewer.
const DATES_MAX: usize = 10_000;
/// The maximum number of bytes kept of a machine-readable date.
const DATE_BYTES_MAX: usize = 1_000;
/// The maximum number of characters kept of a visible date.
const DATE_CHARS_MAX: usize = 80;

/// The maximum number of nodes of a subtree that are searched for its text.
const TEXT_NODES_MAX: usize = 10_000;

/// A node of the readable tree in document order.
#[derive(Debug)]
pub(crate) struct TreeNode {
    /// Its effect on the text.
    pub(crate) tag: Tag,
    /// One past the last piece of its subtree.
    pub(crate) end: usize,
    /// The range of its text, including its subtree, in [`Survey::words`].
    pub(crate) words: Range<usize>,
    /// The number of bytes of its text inside links.
    pub(crate) link_bytes: usize,
    /// The number of links in its subtree.
    pub(crate) links: usize,
    /// The role beside the content according to its markup.
    pub(crate) chrome: Chrome,
    /// Whether it is in a subtree that is hidden until a script shows it.
    pub(crate) hidden: bool,
    /// The target of a link. Every line with a part of the link shares it.
    pub(crate) href: Option<Rc<str>>,
}

/// A date in the markup, with its position in the text.
#[derive(Debug)]
pub(crate) struct DateMark {
    /// Position in [`Survey::words`].
    pub(crate) at: usize,
    /// The machine-readable value, if there is one.
    pub(crate) machine: Option<String>,
    /// The visible text.
    pub(crate) visible: String,
    /// Whether the markup declares it as the day of publication.
    pub(crate) is_publication: bool,
}

/// The results of one walk.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// The readable tree in document order.
    pub(crate) pieces: Vec<TreeNode>,
    /// All readable text, whitespace folded.
    pub(crate) words: String,
    /// The text of the `title` element.
    pub(crate) title: Option<String>,
    /// `html lang`.
    pub(crate) lang: Option<String>,
    /// `base href`.
    pub(crate) base: Option<String>,
    /// Names (lower case) and contents of meta tags, in order.
    pub(crate) metas: Vec<(String, String)>,
    /// Media types and addresses of `link rel=alternate`.
    pub(crate) alternates: Vec<(String, String)>,
    /// Addresses of the page in the languages of `hreflang`, up to [`TRANSLATIONS_MAX`] and one
    /// more.
    pub(crate) translations: Vec<String>,
    /// `script src` values.
    pub(crate) script_sources: Vec<String>,
    /// Bodies of inline scripts, up to [`INLINE_BYTES_MAX`] bytes of all together.
    pub(crate) inline_scripts: Vec<String>,
    /// Bodies of JSON-LD blocks.
    pub(crate) json_ld: Vec<String>,
    /// Scripts that may hold the state of a framework, up to [`STATE_BYTES_MAX`] bytes of all
    /// together.
    pub(crate) states: Vec<StateScript>,
    /// Whether an element has a type in microdata (`itemtype`).
    pub(crate) has_microdata: bool,
    /// Whether an element has a type in RDFa (`typeof`).
    pub(crate) has_rdfa: bool,
    /// Dates in the markup.
    pub(crate) dates: Vec<DateMark>,
    /// The maximum nesting of the tree.
    pub(crate) depth: usize,
}

impl Survey {
    /// Returns the text of a piece.
    pub(crate) fn words_of(&self, piece: &TreeNode) -> &str {
        self.words.get(piece.words.clone()).unwrap_or_default()
    }

    /// Returns the first non-empty meta value among `names`, in the order of `names`.
    pub(crate) fn meta(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|wanted| {
            self.metas
                .iter()
                .find(|(name, value)| name == wanted && !value.trim().is_empty())
                .map(|(_, value)| value.trim())
        })
    }
}

/// An element that the walk has entered but not left.
#[derive(Clone, Copy, Default)]
struct Open {
    piece: Option<usize>,
    /// Whether it holds no text.
    wordless: bool,
    /// Whether it is hidden.
    hidden: bool,
    link: bool,
    preformatted: bool,
}

/// Returns the text of a subtree, up to about `bytes_max` bytes.
fn text_within(node: &NodeRef<'_>, bytes_max: usize) -> String {
    let mut text = String::new();
    for inner in node.descendants_it().take(TEXT_NODES_MAX) {
        inner.query(|inner| {
            if let NodeData::Text { contents } = &inner.data {
                let contents: &str = contents;
                let end = contents.floor_char_boundary(bytes_max - text.len());
                text.push_str(contents.get(..end).unwrap_or_default());
            }
        });
        // A character that no longer fits ends the text.
        if text.len() + 4 > bytes_max {
            break;
        }
    }
    text
}

/// Walks the subtree under `root`.
pub(crate) fn survey(root: &NodeRef<'_>) -> Survey {
    let mut surveyor = Surveyor::default();
    let mut place = root.first_child();
    while let Some(node) = place {
        surveyor.enter(&node);
        if let Some(child) = node.first_child() {
            place = Some(child);
            continue;
        }
        let mut leaving = node;
        place = loop {
            surveyor.leave();
            if let Some(sibling) = leaving.next_sibling() {
                break Some(sibling);
            }
            match leaving.parent() {
                Some(parent) if parent.id != root.id => leaving = parent,
                _ => break None,
            }
        };
    }
    surveyor.found
}

#[derive(Default)]
struct Surveyor {
    found: Survey,
    open: Vec<Open>,
    inline_bytes: usize,
    state_bytes: usize,
}

impl Surveyor {
    fn enter(&mut self, node: &NodeRef<'_>) {
        let mut open = Open { piece: None, ..self.open.last().copied().unwrap_or_default() };
        if let Some(element) = node.element_ref() {
            self.enter_element(node, &element, &mut open);
        } else if !open.wordless {
            node.query(|inner| {
                if let NodeData::Text { contents } = &inner.data {
                    open.piece = self.text(contents, &open);
                }
            });
        }
        self.open.push(open);
        self.found.depth = self.found.depth.max(self.open.len());
    }

    fn leave(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let Some(index) = open.piece else { return };
        let (end, words_end) = (self.found.pieces.len(), self.found.words.len());
        let Some(piece) = self.found.pieces.get_mut(index) else { return };
        piece.end = end;
        piece.words.end = words_end;
        let (link_bytes, mut links) = (piece.link_bytes, piece.links);
        links += usize::from(piece.tag == Tag::Link);
        // The sums of the parent are complete after its last child.
        if let Some(parent) = self.open.iter().rev().find_map(|open| open.piece)
            && let Some(parent) = self.found.pieces.get_mut(parent)
        {
            parent.link_bytes += link_bytes;
            parent.links += links;
        }
    }

    fn text(&mut self, contents: &str, open: &Open) -> Option<usize> {
        let start = self.found.words.len();
        whitespace::fold_onto(&mut self.found.words, contents, open.preformatted);
        let bytes = self.found.words.len() - start;
        if bytes == 0 {
            return None;
        }
        let link_bytes = if open.link { bytes } else { 0 };
        self.push(Tag::Text, Chrome::None, open.hidden, None);
        let index = self.found.pieces.len() - 1;
        if let Some(piece) = self.found.pieces.get_mut(index) {
            piece.words.start = start;
            piece.link_bytes = link_bytes;
        }
        Some(index)
    }

    fn push(&mut self, tag: Tag, chrome: Chrome, hidden: bool, href: Option<Rc<str>>) {
        let at = self.found.words.len();
        let end = self.found.pieces.len() + 1;
        self.found.pieces.push(TreeNode {
            tag,
            end,
            words: at..at,
            link_bytes: 0,
            links: 0,
            chrome,
            hidden,
            href,
        });
    }

    fn enter_element(&mut self, node: &NodeRef<'_>, element: &Element, open: &mut Open) {
        let name = element.name.local.as_ref();
        for attribute in &element.attrs {
            self.found.has_microdata |= &attribute.name.local == "itemtype";
            self.found.has_rdfa |= &attribute.name.local == "typeof";
        }
        self.gather(node, element, name);
        open.wordless |= surroundings::is_wordless(name);
        if !open.wordless {
            let hides = !open.hidden && surroundings::is_hidden(element, name);
            open.hidden |= hides;
            let tag = elements::of(name);
            open.preformatted |= tag == Tag::Preformatted;
            let href = (tag == Tag::Link).then(|| element.attr_ref(local_name!("href"))).flatten();
            let href = href.map(|href| {
                let is_usable = href.len() <= HREF_BYTES_MAX;
                Rc::from(if is_usable { href } else { "about:blank" })
            });
            open.link |= href.is_some();
            let chrome = if hides { Chrome::Hidden } else { surroundings::of(element, name) };
            self.push(tag, chrome, open.hidden, href);
            open.piece = Some(self.found.pieces.len() - 1);
        }
    }

    fn gather(&mut self, node: &NodeRef<'_>, element: &Element, name: &str) {
        let found = &mut self.found;
        match name {
            "title" if found.title.is_none() && element.name.ns.ends_with("xhtml") => {
                found.title = Some(text_within(node, TITLE_BYTES_MAX));
            }
            "html" => found.lang = element.attr_ref(local_name!("lang")).map(str::to_owned),
            "base" if found.base.is_none() => {
                let href = element.attr_ref(local_name!("href"));
                found.base = href.filter(|href| href.len() <= HREF_BYTES_MAX).map(str::to_owned);
            }
            "meta" => {
                let key = [local_name!("name"), local_name!("property"), local_name!("itemprop")]
                    .into_iter()
                    .find_map(|key| element.attr_ref(key));
                if let (Some(key), Some(value)) = (key, element.attr_ref(local_name!("content"))) {
                    found.metas.push((key.trim().to_lowercase(), value.to_owned()));
                }
            }
            "link" => self.gather_link(element),
            "a" if element.has_attr("hreflang") => self.gather_translation(element),
            "script" => self.gather_script(node, element),
            _ => self.gather_date(node, element, name),
        }
    }

    fn gather_link(&mut self, element: &Element) {
        let rel = element.attr_ref(local_name!("rel")).unwrap_or_default();
        if !rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("alternate")) {
            return;
        }
        let kind = element.attr_ref(local_name!("type")).unwrap_or_default();
        if let Some(href) = element.attr_ref(local_name!("href")) {
            self.found.alternates.push((kind.trim().to_ascii_lowercase(), href.to_owned()));
        }
        self.gather_translation(element);
    }

    /// Adds the target of a link that names its language.
    fn gather_translation(&mut self, element: &Element) {
        let translations = &mut self.found.translations;
        let lang = element.attr_ref(local_name!("hreflang")).unwrap_or_default();
        if let Some(href) = element.attr_ref(local_name!("href"))
            && !lang.trim().is_empty()
            && href.len() <= HREF_BYTES_MAX
            && translations.len() <= TRANSLATIONS_MAX
        {
            translations.push(href.to_owned());
        }
    }

    fn gather_script(&mut self, node: &NodeRef<'_>, element: &Element) {
        let kind = element.attr_ref(local_name!("type")).unwrap_or_default();
        let kind = kind.trim().to_ascii_lowercase();
        if kind.starts_with("application/ld+json") {
            // One byte more shows that the block is too long.
            self.found.json_ld.push(text_within(node, BLOCK_BYTES_MAX + 4));
        } else if let Some(source) = element.attr_ref(local_name!("src")) {
            self.found.script_sources.push(source.to_owned());
        } else if kind.starts_with("application/json") {
            self.keep_state(node, element, true);
        } else if !kind.contains("json") && !kind.contains("template") {
            let script = text_within(node, INLINE_BYTES_MAX - self.inline_bytes);
            self.inline_bytes += script.len();
            if assigns_state(&script) {
                self.keep_state(node, element, false);
            }
            self.found.inline_scripts.push(script);
        }
    }

    fn keep_state(&mut self, node: &NodeRef<'_>, element: &Element, is_json: bool) {
        let body = text_within(node, STATE_BYTES_MAX - self.state_bytes);
        self.state_bytes += body.len();
        let id = element.attr_ref(local_name!("id")).unwrap_or_default().to_owned();
        if !body.trim().is_empty() {
            self.found.states.push(StateScript { id, is_json, body });
        }
    }

    fn gather_date(&mut self, node: &NodeRef<'_>, element: &Element, name: &str) {
        if self.found.dates.len() >= DATES_MAX {
            return;
        }
        let property = element.attr_ref(local_name!("itemprop")).unwrap_or_default();
        let class = element.attr_ref(local_name!("class")).unwrap_or_default();
        let is_publication = property.eq_ignore_ascii_case("datePublished")
            || (name == "time" && element.has_attr("pubdate"))
            || surroundings::has_word(class, &["published", "pubdate", "publish"]);
        let may_say_so = matches!(name, "span" | "abbr" | "div" | "p" | "a" | "li" | "small");
        let data = || {
            let named = element.attrs.iter();
            let mut named = named.filter(|one| DATE_ATTRIBUTES.contains(&one.name.local.as_ref()));
            named.next().map(|one| one.value.as_ref())
        };
        if name != "time" && !(may_say_so && (is_publication || data().is_some())) {
            return;
        }
        if property.eq_ignore_ascii_case("dateModified")
            || (surroundings::has_word(class, &["updated", "modified"]) && !is_publication)
        {
            return;
        }
        let machine = [local_name!("datetime"), local_name!("content"), local_name!("title")]
            .into_iter()
            .find_map(|key| element.attr_ref(key).filter(|value| !value.trim().is_empty()));
        let machine = machine
            .or_else(data)
            .and_then(|value| value.get(..value.floor_char_boundary(DATE_BYTES_MAX)));
        let machine = machine.map(str::to_owned);
        let visible = text_within(node, 4 * DATE_CHARS_MAX).chars().take(DATE_CHARS_MAX).collect();
        let at = self.found.words.len();
        self.found.dates.push(DateMark { at, machine, visible, is_publication });
    }
}
