//! The grammar of a line: words, `{slot}`, and `{one|another|}`, which may be nested.

/// A parsed line with its alternatives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Text(pub(crate) Vec<TextPart>);

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TextPart {
    /// Literal words.
    Words(String),
    /// A value that the world fills in.
    Slot(String),
    /// One of several alternatives.
    Choice(Vec<Text>),
}

impl Text {
    /// Parses a line; an error gives the problem and its remedy.
    pub(crate) fn parse(line: &str) -> Result<Self, String> {
        let mut rest = line;
        let text = pieces(&mut rest, false)?;
        if rest.is_empty() {
            Ok(text)
        } else {
            Err("unmatched }: remove it, or put the matching { before it".to_owned())
        }
    }

    /// Lists the names of its slots, in order.
    pub(crate) fn slots(&self) -> Vec<&str> {
        self.0
            .iter()
            .flat_map(|piece| match piece {
                TextPart::Words(_) => Vec::new(),
                TextPart::Slot(name) => vec![name.as_str()],
                TextPart::Choice(texts) => texts.iter().flat_map(Self::slots).collect(),
            })
            .collect()
    }
}

/// Parses to the end, or to a `|` or `}` inside braces; these stay in `rest`.
fn pieces(rest: &mut &str, inside: bool) -> Result<Text, String> {
    let mut text = Text::default();
    while let Some(letter) = rest.chars().next() {
        match letter {
            '}' => break,
            '|' if inside => break,
            '{' => {
                *rest = rest.get(1..).unwrap_or_default();
                text.0.push(braces(rest)?);
            }
            _ => {
                let stop = |c: char| c == '{' || c == '}' || inside && c == '|';
                let end = rest.find(stop).unwrap_or(rest.len());
                let (words, after) = rest.split_at(end);
                text.0.push(TextPart::Words(words.to_owned()));
                *rest = after;
            }
        }
    }
    Ok(text)
}

/// Parses the rest of a slot or choice after its `{`, including the `}`.
fn braces(rest: &mut &str) -> Result<TextPart, String> {
    let mut choices = vec![pieces(rest, true)?];
    loop {
        let closed = rest.starts_with('}');
        if !closed && !rest.starts_with('|') {
            return Err("unclosed {: close it on the same line".to_owned());
        }
        *rest = rest.get(1..).unwrap_or_default();
        if closed {
            break;
        }
        choices.push(pieces(rest, true)?);
    }
    match choices.as_slice() {
        [Text(only)] => match only.as_slice() {
            [TextPart::Words(name)] if is_name(name) => Ok(TextPart::Slot(name.clone())),
            _ => Err("braces hold one slot's name or alternatives between |".to_owned()),
        },
        _ => Ok(TextPart::Choice(choices)),
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}
