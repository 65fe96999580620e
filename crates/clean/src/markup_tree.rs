//! Builds the tree of a page within limits on its memory, its nesting and the work, because a few
//! bytes of markup can take many times their size in a tree. Parsing stops at a limit; the nodes
//! before it are kept.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};
use std::collections::HashSet;

use dom_query::{Document as Tree, NodeData, NodeId, local_name};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeBuilderOpts, TreeSink};
use html5ever::{Attribute, ParseOpts, QualName, parse_document};
use memchr::memchr_iter;

/// The maximum memory of a tree and of everything that is read from it, in bytes, as estimated by
/// the constants below. Pages of real sites stay below a sixth of it.
const MEMORY_BYTES_MAX: usize = 36 * 1024 * 1024;
/// The maximum number of nodes of a tree. Pages of real sites stay below a third of it.
const NODES_MAX: usize = 120_000;
/// The memory of a node: in the tree, in the walk over it and as a line of text.
const NODE_BYTES: usize = 200;
const ATTRIBUTE_BYTES: usize = 48;
/// The maximum nesting of a tree. [`crate::nesting_guard`] refuses what nests by the names of its
/// tags; this limit holds for elements that nest although they usually do not.
const DEPTH_MAX: usize = 1_000;
/// The maximum number of tags, because tags that add no node take time too.
const TAGS_MAX: usize = 500_000;
/// The maximum number of `html` and `body` tags whose attributes are added to those of the first
/// ones: every attribute is compared with all previous ones.
const MERGES_MAX: usize = 16;
/// The tags and bytes that are parsed before the limits are checked again.
const STEP_TAGS: usize = 16;
const STEP_BYTES: usize = 64 * 1024;
/// The number of bytes that are copied at a time.
const SEGMENT_BYTES: usize = 1024 * 1024;

/// A tree, and how much of the page is in it.
pub(crate) struct MarkupTree {
    /// The tree.
    pub(crate) tree: Tree,
    /// The number of bytes that were parsed: all, unless a limit was reached.
    pub(crate) parsed_bytes: usize,
    /// Whether the elements are nested too deep to be read as a tree.
    pub(crate) is_too_deep: bool,
}

/// Builds the tree of a page.
pub(crate) fn parse(html: &str) -> MarkupTree {
    let tree_builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let options = ParseOpts { tree_builder, ..ParseOpts::default() };
    let mut parser = parse_document(LimitedSink::default(), options);
    let (mut parsed_bytes, mut tags, mut is_too_deep) = (0, 0, false);
    'page: while let Some(rest) = html.get(parsed_bytes..).filter(|rest| !rest.is_empty()) {
        // Text that spans two steps of one segment is not copied again.
        let segment = rest.get(..rest.floor_char_boundary(SEGMENT_BYTES)).unwrap_or(rest);
        let segment = StrTendril::from_slice(segment);
        let mut at = 0;
        while let Some(rest) = segment.get(at..).filter(|rest| !rest.is_empty()) {
            let sink = &parser.tokenizer.sink.sink;
            is_too_deep = sink.depth() > DEPTH_MAX;
            if is_too_deep || tags > TAGS_MAX || sink.is_full(parsed_bytes) {
                break 'page;
            }
            let step = step_of(rest);
            let (Ok(from), Ok(length)) = (u32::try_from(at), u32::try_from(step)) else {
                break 'page;
            };
            parser.process(segment.subtendril(from, length));
            at += step;
            parsed_bytes += step;
            tags += STEP_TAGS;
        }
    }
    MarkupTree { tree: parser.finish(), parsed_bytes, is_too_deep }
}

/// Computes the length of the next step, which ends before a tag or after many bytes.
fn step_of(rest: &str) -> usize {
    let window = rest.floor_char_boundary(STEP_BYTES);
    let bytes = rest.as_bytes().get(..window).unwrap_or_default();
    memchr_iter(b'<', bytes).nth(STEP_TAGS).unwrap_or(window)
}

/// A tree under construction that counts its memory.
#[derive(Default)]
struct LimitedSink {
    tree: Tree,
    attributes: Cell<usize>,
    text_bytes: Cell<usize>,
    merges: Cell<usize>,
    /// The templates that declare a shadow root, in the order of the page.
    shadow_roots: RefCell<Vec<NodeId>>,
}

/// Reports whether a template with these attributes declares a shadow root.
fn declares_shadow_root(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        // `shadowroot` is the name in drafts of the standard.
        matches!(attribute.name.local.as_ref(), "shadowrootmode" | "shadowroot")
            && ["open", "closed"].iter().any(|mode| attribute.value.eq_ignore_ascii_case(mode))
    })
}

/// Reports whether an element of that name can have a shadow root, according to the DOM standard.
fn may_have_shadow_root(name: &str) -> bool {
    const HOSTS: [&str; 18] = [
        "article",
        "aside",
        "blockquote",
        "body",
        "div",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "main",
        "nav",
        "p",
        "section",
        "span",
    ];
    name.contains('-') || HOSTS.contains(&name)
}

impl LimitedSink {
    /// Moves the contents of templates that declare a shadow root into the page, where a browser
    /// shows them. Other templates show nothing.
    fn attach_shadow_roots(&self) {
        let mut hosts = HashSet::new();
        for template in self.shadow_roots.take() {
            let Some(node) = self.tree.tree.get(&template) else { continue };
            let Some(host) = node.parent() else { continue };
            let is_host = host
                .element_ref()
                .is_some_and(|element| may_have_shadow_root(element.name.local.as_ref()));
            // The first one counts.
            if !is_host || !hosts.insert(host.id) {
                continue;
            }
            let contents = self.tree.get_template_contents(&template);
            self.tree.reparent_children(&contents, &template);
            node.update(|node| {
                if let NodeData::Element(element) = &mut node.data {
                    element.template_contents = None;
                    element.name.local = local_name!("div");
                }
            });
        }
    }

    fn is_full(&self, parsed_bytes: usize) -> bool {
        let nodes = self.tree.tree.len();
        // Text is held by the tree, copied by the walk and copied into lines.
        let memory = parsed_bytes
            + 2 * self.text_bytes.get()
            + NODE_BYTES * nodes
            + ATTRIBUTE_BYTES * self.attributes.get();
        nodes >= NODES_MAX || memory >= MEMORY_BYTES_MAX
    }

    /// Returns the nesting at the place where the next node is added, about.
    fn depth(&self) -> usize {
        let last = std::iter::successors(Some(self.tree.root()), |node| node.last_child());
        last.take(DEPTH_MAX + 2).count()
    }

    fn count_text(&self, child: &NodeOrText<NodeId>) {
        if let NodeOrText::AppendText(text) = child {
            self.text_bytes.set(self.text_bytes.get() + text.len());
        }
    }
}

impl TreeSink for LimitedSink {
    type Handle = NodeId;
    type Output = Tree;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Tree {
        self.attach_shadow_roots();
        self.tree
    }

    // Errors are not kept: a page can have one for each of its bytes.
    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        self.tree.get_document()
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Ref<'a, QualName> {
        self.tree.elem_name(target)
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, flags: ElementFlags) -> NodeId {
        self.attributes.set(self.attributes.get() + attrs.len());
        let is_shadow_root = flags.template && declares_shadow_root(&attrs);
        let element = self.tree.create_element(name, attrs, flags);
        if is_shadow_root {
            self.shadow_roots.borrow_mut().push(element);
        }
        element
    }

    fn create_comment(&self, text: StrTendril) -> NodeId {
        self.text_bytes.set(self.text_bytes.get() + text.len());
        self.tree.create_comment(text)
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> NodeId {
        self.tree.create_pi(target, data)
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        self.count_text(&child);
        self.tree.append(parent, child);
    }

    fn append_based_on_parent_node(
        &self,
        element: &NodeId,
        previous: &NodeId,
        child: NodeOrText<NodeId>,
    ) {
        self.count_text(&child);
        self.tree.append_based_on_parent_node(element, previous, child);
    }

    fn append_doctype_to_document(
        &self,
        name: StrTendril,
        public_id: StrTendril,
        system_id: StrTendril,
    ) {
        self.tree.append_doctype_to_document(name, public_id, system_id);
    }

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        self.tree.get_template_contents(target)
    }

    fn same_node(&self, one: &NodeId, other: &NodeId) -> bool {
        self.tree.same_node(one, other)
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.tree.set_quirks_mode(mode);
    }

    fn append_before_sibling(&self, sibling: &NodeId, new_node: NodeOrText<NodeId>) {
        self.count_text(&new_node);
        self.tree.append_before_sibling(sibling, new_node);
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attrs: Vec<Attribute>) {
        let merges = self.merges.get();
        if merges < MERGES_MAX && !attrs.is_empty() {
            self.merges.set(merges + 1);
            self.attributes.set(self.attributes.get() + attrs.len());
            self.tree.add_attrs_if_missing(target, attrs);
        }
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.tree.remove_from_parent(target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        self.tree.reparent_children(node, new_parent);
    }

    fn is_mathml_annotation_xml_integration_point(&self, handle: &NodeId) -> bool {
        self.tree.is_mathml_annotation_xml_integration_point(handle)
    }
}
