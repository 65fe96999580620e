//! Reads the items that a page marks in its text, in microdata and in RDFa Lite, as the values
//! that JSON-LD would have. Only the vocabulary of schema.org counts.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use dom_query::{Element, NodeData, NodeId, NodeRef};
use serde_json::{Map, Value};
use url::Url;

use crate::elements::{self, Tag};
use crate::item_markup::{Names, Opening, Syntax, opening, text_attribute};
use crate::json_value::{FIELD_BYTES, JsonBudget, OBJECT_BYTES};
use crate::surroundings;
use crate::whitespace::one_line;

/// The memory for the items of one page, in bytes.
pub(crate) const ITEMS_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The maximum nesting of items.
const DEPTH_MAX: usize = 32;
/// The maximum number of bytes of a value; longer ones are texts, which the page shows.
const VALUE_BYTES_MAX: usize = 2_000;
/// The maximum number of elements that items refer to (`itemref`), in one page and in one item.
const REFERENCES_MAX: usize = 1_000;
const REFERENCES_OF_ITEM_MAX: usize = 20;
/// The maximum number of nodes that are read again because items refer to them.
const REFERRED_NODES_MAX: usize = 100_000;

/// The items of a page in one syntax, and whether some did not fit.
pub(crate) struct MarkedItems {
    /// The items that are no property of another one.
    pub(crate) items: Vec<Value>,
    /// Whether items were left out.
    pub(crate) is_cut: bool,
}

/// Reads the items under `root`. Relative addresses are resolved against `base`.
pub(crate) fn items(
    root: &NodeRef<'_>,
    base: Option<&Url>,
    syntax: Syntax,
    budget: &JsonBudget,
) -> MarkedItems {
    let mut reader = Reader {
        base,
        syntax,
        budget,
        open: Vec::new(),
        items: Vec::new(),
        found: Vec::new(),
        words: String::new(),
        listening: 0,
        referred: if syntax == Syntax::Microdata { referred(root) } else { HashMap::new() },
        nodes_left: REFERRED_NODES_MAX,
        is_referred: false,
        is_cut: false,
    };
    reader.walk(root, None);
    MarkedItems { items: reader.found, is_cut: reader.is_cut || budget.is_exceeded() }
}

/// Finds the elements that items refer to.
fn referred(root: &NodeRef<'_>) -> HashMap<String, NodeId> {
    let mut wanted: HashSet<String> = HashSet::new();
    for node in root.descendants_it() {
        let Some(element) = node.element_ref() else { continue };
        let ids = text_attribute(&element, "itemref").unwrap_or_default();
        wanted.extend(ids.split_ascii_whitespace().take(REFERENCES_OF_ITEM_MAX).map(str::to_owned));
        if wanted.len() >= REFERENCES_MAX {
            break;
        }
    }
    let mut found = HashMap::new();
    if wanted.is_empty() {
        return found;
    }
    for node in root.descendants_it() {
        let Some(element) = node.element_ref() else { continue };
        if let Some(id) = text_attribute(&element, "id").filter(|id| wanted.contains(*id)) {
            found.entry(id.to_owned()).or_insert(node.id);
        }
    }
    found
}

/// An item whose element has not ended.
#[derive(Default)]
struct Item {
    fields: Map<String, Value>,
    /// Its memory, in bytes, about.
    bytes: usize,
    /// The ids of elements elsewhere with more of its properties.
    references: Vec<String>,
}

/// An element that the walk has entered but not left.
#[derive(Clone, Default)]
struct Frame {
    /// The item that the properties below belong to.
    item: Option<usize>,
    /// Whether the element opened that item.
    is_item: bool,
    /// The properties whose value the element is, and the item they belong to.
    property: Option<(usize, Vec<String>)>,
    /// The start of its text in the words, if that is the value.
    words: Option<usize>,
    /// Whether it is a property of no item.
    is_stray: bool,
    /// Whether an item elsewhere refers to it or to an element around it.
    is_target: bool,
    /// Whether its text is not shown.
    is_wordless: bool,
    names: Rc<Names>,
}

struct Reader<'r> {
    base: Option<&'r Url>,
    syntax: Syntax,
    budget: &'r JsonBudget,
    open: Vec<Frame>,
    items: Vec<Item>,
    found: Vec<Value>,
    /// The text since the outermost property whose value is its text.
    words: String,
    /// The number of open properties of that sort.
    listening: usize,
    referred: HashMap<String, NodeId>,
    nodes_left: usize,
    /// Whether the walk is in an element that an item refers to.
    is_referred: bool,
    is_cut: bool,
}

impl Reader<'_> {
    /// Walks the subtree of `root`. `item` is the item that its properties belong to.
    fn walk(&mut self, root: &NodeRef<'_>, item: Option<usize>) {
        let bottom = self.open.len();
        self.open.push(Frame { item, ..Frame::default() });
        let mut place = Some(*root);
        while let Some(node) = place {
            if self.is_referred {
                if self.nodes_left == 0 {
                    self.is_cut = true;
                    break;
                }
                self.nodes_left -= 1;
            }
            self.enter(&node);
            if let Some(child) = node.first_child() {
                place = Some(child);
                continue;
            }
            let mut leaving = node;
            place = loop {
                self.leave(root);
                if leaving.id == root.id {
                    break None;
                }
                if let Some(sibling) = leaving.next_sibling() {
                    break Some(sibling);
                }
                match leaving.parent() {
                    Some(parent) => leaving = parent,
                    None => break None,
                }
            };
        }
        while self.open.len() > bottom + 1 {
            self.leave(root);
        }
        self.open.truncate(bottom);
    }

    fn enter(&mut self, node: &NodeRef<'_>) {
        let outer = self.open.last();
        let mut frame = Frame {
            item: outer.and_then(|outer| outer.item),
            is_target: outer.is_some_and(|outer| outer.is_target),
            is_wordless: outer.is_some_and(|outer| outer.is_wordless),
            names: outer.map(|outer| Rc::clone(&outer.names)).unwrap_or_default(),
            ..Frame::default()
        };
        if let Some(element) = node.element_ref() {
            frame.is_target |= !self.referred.is_empty()
                && text_attribute(&element, "id").is_some_and(|id| self.referred.contains_key(id));
            self.enter_element(&element, &mut frame);
        } else if self.listening > 0 && !frame.is_wordless {
            node.query(|inner| {
                if let NodeData::Text { contents } = &inner.data {
                    self.words.push_str(contents);
                }
            });
        }
        self.open.push(frame);
    }

    fn enter_element(&mut self, element: &Element, frame: &mut Frame) {
        let name = element.name.local.as_ref();
        let separates = !matches!(elements::of(name), Tag::Inline | Tag::Link);
        if self.listening > 0 && separates {
            self.words.push(' ');
        }
        frame.is_wordless |= surroundings::is_wordless(name);
        let mark = opening(element, self.syntax, &frame.names, self.base);
        let Some(Opening { names, properties, value, item }) = mark else { return };
        if let Some(names) = names {
            frame.names = Rc::new(names);
        }
        frame.is_stray = frame.item.is_none() && !properties.is_empty();
        frame.property =
            frame.item.filter(|_| !properties.is_empty()).map(|owner| (owner, properties));
        if let Some(item) = item {
            frame.is_item = self.items.len() < DEPTH_MAX;
            self.is_cut |= !frame.is_item;
            frame.item = frame.is_item.then_some(self.items.len());
            if frame.is_item {
                self.budget.take(OBJECT_BYTES);
                self.items.push(Item {
                    fields: item.fields,
                    bytes: OBJECT_BYTES,
                    references: item.references,
                });
            }
        } else if let Some((owner, properties)) = frame.property.take() {
            if let Some(value) = value {
                self.add(owner, &properties, &value, FIELD_BYTES);
            } else {
                self.listening += 1;
                frame.words = Some(self.words.len());
                frame.property = Some((owner, properties));
            }
        }
    }

    fn leave(&mut self, root: &NodeRef<'_>) {
        let Some(frame) = self.open.pop() else { return };
        if let Some(start) = frame.words {
            self.listening -= 1;
            let text = self.words.get(start..).unwrap_or_default();
            let text = text.trim_start();
            let text =
                one_line(text.get(..text.floor_char_boundary(VALUE_BYTES_MAX)).unwrap_or(""));
            if self.listening == 0 {
                self.words.clear();
            }
            if let Some((owner, properties)) = frame.property.filter(|_| !text.is_empty()) {
                self.add(owner, &properties, &Value::String(text), FIELD_BYTES);
            }
            return;
        }
        if !frame.is_item {
            return;
        }
        self.read_references(root);
        let Some(item) = self.items.pop() else { return };
        let is_typed = item.fields.contains_key("@type");
        let value = Value::Object(item.fields);
        match frame.property {
            Some((owner, properties)) => self.add(owner, &properties, &value, item.bytes),
            // An item that is referred to is read twice: where it stands, and for the other item.
            None if is_typed && !self.is_referred && !(frame.is_stray && frame.is_target) => {
                self.found.push(value);
            }
            None => {}
        }
    }

    /// Reads the elements that the innermost item refers to.
    fn read_references(&mut self, root: &NodeRef<'_>) {
        let Some(item) = self.items.len().checked_sub(1) else { return };
        let references = self.items.last_mut().map(|item| std::mem::take(&mut item.references));
        if self.is_referred {
            return;
        }
        self.is_referred = true;
        let words = std::mem::take(&mut self.words);
        let listening = std::mem::take(&mut self.listening);
        for id in references.unwrap_or_default() {
            if let Some(node) = self.referred.get(&id).copied() {
                self.walk(&NodeRef::new(node, root.tree), Some(item));
            }
        }
        (self.words, self.listening) = (words, listening);
        self.is_referred = false;
    }

    /// Adds a value of about `bytes` bytes to properties of an item.
    fn add(&mut self, owner: usize, properties: &[String], value: &Value, bytes: usize) {
        for property in properties {
            let length = value.as_str().map_or(0, str::len);
            let bytes = bytes + property.len() + length;
            self.budget.take(bytes);
            if self.budget.is_exceeded() {
                self.is_cut = true;
                return;
            }
            let Some(item) = self.items.get_mut(owner) else { return };
            item.bytes += bytes;
            match item.fields.get_mut(property) {
                None => {
                    item.fields.insert(property.clone(), value.clone());
                }
                Some(Value::Array(values)) => values.push(value.clone()),
                Some(first) => {
                    let values = vec![first.take(), value.clone()];
                    *first = Value::Array(values);
                }
            }
        }
    }
}
