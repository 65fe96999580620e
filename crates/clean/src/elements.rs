//! The effect of an element on the text around it.

/// The role of an element in the flow of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    /// A text node.
    Text,
    /// An element inside a line of text.
    Inline,
    /// A link inside a line of text.
    Link,
    /// A line break.
    Break,
    /// An element that ends a block and begins another.
    Block,
    /// A paragraph.
    Paragraph,
    /// A heading.
    Heading(u8),
    /// A list.
    List,
    /// An item of a list, a term or its definition.
    Item,
    /// A quotation.
    Quote,
    /// Text whose line breaks are kept.
    Preformatted,
    /// A table.
    Table,
    /// A row of a table.
    Row,
    /// A cell of a table.
    Cell,
    /// The article element.
    Article,
    /// The main element.
    Main,
}

/// Returns the role of an element by its name. Unknown elements are inline, except custom ones,
/// which are parts of a page's layout.
pub(crate) fn of(name: &str) -> Tag {
    match name {
        "a" => Tag::Link,
        "br" => Tag::Break,
        "p" => Tag::Paragraph,
        "h1" => Tag::Heading(1),
        "h2" => Tag::Heading(2),
        "h3" => Tag::Heading(3),
        "h4" => Tag::Heading(4),
        "h5" => Tag::Heading(5),
        "h6" => Tag::Heading(6),
        "ul" | "ol" | "dl" | "menu" => Tag::List,
        "li" | "dt" | "dd" => Tag::Item,
        "blockquote" => Tag::Quote,
        "pre" | "listing" | "xmp" => Tag::Preformatted,
        "table" => Tag::Table,
        "tr" => Tag::Row,
        "td" | "th" => Tag::Cell,
        "article" => Tag::Article,
        "main" => Tag::Main,
        "div" | "section" | "header" | "footer" | "nav" | "aside" | "address" | "figure"
        | "figcaption" | "form" | "fieldset" | "legend" | "hr" | "tbody" | "thead" | "tfoot"
        | "caption" | "details" | "summary" | "dialog" | "center" | "body" | "html" | "hgroup"
        | "dir" | "search" | "optgroup" | "option" => Tag::Block,
        _ if name.contains('-') => Tag::Block,
        _ => Tag::Inline,
    }
}
