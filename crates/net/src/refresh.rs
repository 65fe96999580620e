//! Refreshes: redirects that a page states itself, in the header `Refresh` or in
//! `<meta http-equiv=refresh>`.
//!
//! Pure. The parts of a page that a browser does not execute as markup do not count: comments,
//! scripts, `noscript`, templates.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use url::Url;

use crate::location::resolve;

/// The longest delay of a refresh that is a redirect, in seconds. A page with a longer one is meant
/// to be read first.
const DELAY_S_MAX: u64 = 5;
/// The number of decoded bytes of a page that are searched.
const SEARCHED_BYTES: usize = 64 * 1024;

/// Finds the address that a page from `url` leads to by a refresh: an http or https address, with a
/// delay of at most a few seconds. The address may be that of the page. The body is as served.
pub fn refresh(url: &Url, headers: &[(String, String)], body: &[u8]) -> Option<Url> {
    let field = |wanted: &str| headers.iter().find(|(name, _)| name == wanted);
    let stated = field("refresh").and_then(|(_, value)| {
        // Header values were read as Latin-1.
        let bytes: Vec<u8> = value.chars().filter_map(|c| u8::try_from(c).ok()).collect();
        let target = target_in(&bytes)?;
        resolve(url, target).ok()
    });
    let target = stated.or_else(|| {
        let media_type = field("content-type").map_or("", |(_, value)| value.as_str());
        let is_html = media_type.is_empty() || media_type.to_ascii_lowercase().contains("html");
        is_html.then(|| in_page(url, headers, body)).flatten()
    })?;
    matches!(target.scheme(), "http" | "https").then_some(target)
}

fn in_page(url: &Url, headers: &[(String, String)], body: &[u8]) -> Option<Url> {
    let (body, _) = codings::decode_body(headers, body, SEARCHED_BYTES);
    const WORD: &[u8] = b"refresh";
    if !body.windows(WORD.len()).any(|window| window.eq_ignore_ascii_case(WORD)) {
        return None;
    }
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(&*text(&body)));
    let tokenizer = Tokenizer::new(MetaTags::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    let MetaTags { base, content, .. } = tokenizer.sink;
    let content = content.into_inner()?;
    let base = base.into_inner().and_then(|base| url.join(&base).ok());
    let target = target_in(content.as_bytes())?;
    base.as_ref().unwrap_or(url).join(std::str::from_utf8(target).ok()?).ok()
}

/// Reads bytes as UTF-8, and as Latin-1 if they are none. A character that is cut by the end of the
/// searched bytes is dropped.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(error) if error.error_len().is_none() => {
            String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or_default())
        }
        Err(_) => Cow::Owned(bytes.iter().copied().map(char::from).collect()),
    }
}

/// Reads the target of a refresh, if it has one and a short delay (HTML standard, shared declarative
/// refresh steps).
fn target_in(value: &[u8]) -> Option<&[u8]> {
    let value = value.trim_ascii();
    let digits = value.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (delay, rest) = value.split_at(digits);
    if delay.is_empty() && !rest.starts_with(b".") {
        return None;
    }
    let delay = delay
        .iter()
        .fold(0u64, |sum, digit| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
    let fraction = rest.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let rest = rest.get(fraction..)?;
    if !rest.first().is_some_and(|byte| matches!(byte, b';' | b',') || byte.is_ascii_whitespace()) {
        return None;
    }
    let rest = rest.trim_ascii_start();
    let rest = rest.strip_prefix(b";").or_else(|| rest.strip_prefix(b",")).unwrap_or(rest);
    let target = unquoted(after_name(rest.trim_ascii_start()));
    (delay <= DELAY_S_MAX && !target.is_empty()).then_some(target)
}

/// Drops `url=` from the start, if it is there.
fn after_name(text: &[u8]) -> &[u8] {
    let value = text.get(..3).filter(|name| name.eq_ignore_ascii_case(b"url"));
    let value = value.and_then(|_| text.get(3..)?.trim_ascii_start().strip_prefix(b"="));
    value.map_or(text, |value| value.trim_ascii_start())
}

fn unquoted(text: &[u8]) -> &[u8] {
    let Some(quote) = text.first().filter(|byte| matches!(byte, b'"' | b'\'')) else { return text };
    let inside = text.get(1..).unwrap_or_default();
    let end = inside.iter().position(|byte| byte == quote).unwrap_or(inside.len());
    inside.get(..end).unwrap_or_default().trim_ascii()
}

/// The first refresh among the tags of a page, and the base of addresses before it.
#[derive(Default)]
struct MetaTags {
    base: RefCell<Option<String>>,
    content: RefCell<Option<String>>,
    /// The number of open templates.
    templates: Cell<usize>,
}

impl MetaTags {
    fn see(&self, tag: &Tag) {
        let attribute = |wanted: &str| {
            let found = tag.attrs.iter().find(|attribute| &*attribute.name.local == wanted);
            found.map(|attribute| attribute.value.to_string())
        };
        if self.templates.get() > 0 || self.content.borrow().is_some() {
            return;
        }
        match &*tag.name {
            "base" if self.base.borrow().is_none() => {
                *self.base.borrow_mut() = attribute("href");
            }
            "meta" => {
                let kind = attribute("http-equiv");
                if kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("refresh"))
                    && let Some(content) = attribute("content")
                {
                    *self.content.borrow_mut() = Some(content);
                }
            }
            _ => {}
        }
    }
}

impl TokenSink for MetaTags {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let Token::TagToken(tag) = token else { return TokenSinkResult::Continue };
        let templates = self.templates.get();
        match (tag.kind, &*tag.name) {
            (TagKind::StartTag, "template") => self.templates.set(templates + 1),
            (TagKind::EndTag, "template") => self.templates.set(templates.saturating_sub(1)),
            (TagKind::StartTag, "script") => return TokenSinkResult::RawData(RawKind::ScriptData),
            (TagKind::StartTag, "title" | "textarea") => {
                return TokenSinkResult::RawData(RawKind::Rcdata);
            }
            (
                TagKind::StartTag,
                "noscript" | "style" | "xmp" | "iframe" | "noembed" | "noframes",
            ) => {
                return TokenSinkResult::RawData(RawKind::Rawtext);
            }
            (TagKind::StartTag, "plaintext") => return TokenSinkResult::Plaintext,
            (TagKind::StartTag, _) => self.see(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests;
