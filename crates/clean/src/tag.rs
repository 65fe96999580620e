//! What an element does to the text around it.

/// The role of an element in the flow of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    /// Words.
    Text,
    /// Joins with its surroundings.
    Inline,
    /// A link; joins with its surroundings.
    Link,
    /// A line break.
    Break,
    /// Ends a block and begins one.
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
    /// Text whose line breaks count.
    Preformatted,
    /// A table.
    Table,
    /// A row of a table.
    Row,
    /// A cell of a table.
    Cell,
    /// The article element.
    Article,
    /// The main element, or what says it is.
    Main,
}

/// The role of an element by its name. Elements we do not know join with their surroundings,
/// except custom ones, which are parts of a page's layout.
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
