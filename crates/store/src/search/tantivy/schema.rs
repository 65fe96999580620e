//! The schema of the index, and the conversion of documents to it and back.

use ::tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing,
    TextOptions, Value as _,
};
use ::tantivy::tokenizer::{PreTokenizedString, Token};
use ::tantivy::{TantivyDocument, TantivyError};
use model::Day;

use super::Outcome;
use crate::search::splitting::is_without_spaces;
use crate::search::words::Clause;
use crate::search::{DocumentKind, Hit, SearchDocument, fragment, language};

/// The name of the analyzer for fields with words.
pub(super) const WORDS: &str = "words";

/// The name of the field with the day of a document.
pub(super) const DAY: &str = "day";

/// The fields of the index.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    pub(super) id: Field,
    pub(super) kind: Field,
    pub(super) entity: Field,
    pub(super) signal_kind: Field,
    pub(super) country: Field,
    pub(super) day: Field,
    /// Words, each with its position, so that phrases can be searched.
    pub(super) company: Field,
    pub(super) title: Field,
    pub(super) text: Field,
    /// Stems of title and text, other spellings and keywords, with frequencies but without
    /// positions.
    pub(super) stems: Field,
    lang: Field,
    url: Field,
}

pub(super) fn schema() -> (Schema, Fields) {
    let words = TextFieldIndexing::default().set_tokenizer(WORDS);
    let placed = words.clone().set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let counted = words.set_index_option(IndexRecordOption::WithFreqs);
    let text = TextOptions::default().set_indexing_options(placed);
    let mut schema = Schema::builder();
    let fields = Fields {
        id: schema.add_text_field("id", STRING | STORED),
        kind: schema.add_text_field("kind", STRING | STORED),
        entity: schema.add_text_field("entity", STRING | STORED),
        signal_kind: schema.add_text_field("signal_kind", STRING | STORED),
        country: schema.add_text_field("country", STRING | STORED),
        day: schema.add_i64_field(DAY, INDEXED | STORED | FAST),
        company: schema.add_text_field("company", text.clone()),
        title: schema.add_text_field("title", text.clone() | STORED),
        text: schema.add_text_field("text", text | STORED),
        stems: schema.add_text_field("stems", TextOptions::default().set_indexing_options(counted)),
        lang: schema.add_text_field("lang", STORED),
        url: schema.add_text_field("url", STORED),
    };
    (schema.build(), fields)
}

impl Fields {
    /// Returns the fields with words: text, title and company.
    pub(super) const fn with_words(&self) -> [Field; 3] {
        [self.text, self.title, self.company]
    }

    /// Converts a document for the index.
    pub(super) fn document(&self, id: &str, document: SearchDocument) -> TantivyDocument {
        let lang = document.lang.as_deref();
        let mut stored = TantivyDocument::new();
        stored.add_text(self.id, id);
        stored.add_text(self.kind, document.kind.as_str());
        stored.add_text(self.entity, document.entity.to_string());
        stored.add_i64(self.day, document.day.0.into());
        stored.add_text(self.url, document.url);
        for (text, lang) in [
            (&document.title, lang),
            (&document.text, lang),
            (&document.company, None),
            (&document.keywords, None),
        ] {
            stored.add_pre_tokenized_text(self.stems, stems(text, lang));
        }
        stored.add_text(self.company, document.company);
        let optional = [
            (self.signal_kind, document.signal_kind),
            (self.country, document.country),
            (self.lang, document.lang),
        ];
        for (field, value) in optional {
            if let Some(value) = value {
                stored.add_text(field, value);
            }
        }
        stored.add_text(self.title, document.title);
        stored.add_text(self.text, document.text);
        stored
    }

    /// Returns the id of an indexed document.
    pub(super) fn id_of(&self, stored: &TantivyDocument) -> String {
        let id = stored.get_first(self.id).and_then(|value| value.as_str());
        id.unwrap_or_default().to_owned()
    }

    /// Converts an indexed document to a hit.
    pub(super) fn hit(
        &self,
        stored: &TantivyDocument,
        score: f32,
        clauses: &[Clause],
    ) -> Outcome<Hit> {
        let text = |field| stored.get_first(field).and_then(|value| value.as_str());
        let owned = |field| text(field).unwrap_or_default().to_owned();
        let missing =
            |name: &str| TantivyError::InternalError(format!("a document without {name}"));
        let entity = text(self.entity).and_then(|entity| entity.parse().ok());
        let day = stored.get_first(self.day).and_then(|value| value.as_i64());
        let day = day.and_then(|day| i32::try_from(day).ok());
        Ok(Hit {
            id: owned(self.id),
            kind: text(self.kind).and_then(DocumentKind::parse).ok_or_else(|| missing("kind"))?,
            entity: entity.ok_or_else(|| missing("entity"))?,
            title: owned(self.title),
            url: owned(self.url),
            day: day.map(Day).ok_or_else(|| missing("day"))?,
            signal_kind: text(self.signal_kind).map(str::to_owned),
            country: text(self.country).map(str::to_owned),
            score,
            fragment: fragment::fragment(
                text(self.text).unwrap_or_default(),
                text(self.lang),
                clauses,
            ),
        })
    }
}

fn stems(text: &str, lang: Option<&str>) -> PreTokenizedString {
    let mut stemming = language::stemming(lang);
    let mut stream = stemming.token_stream(text);
    let mut tokens = Vec::new();
    while let Some(token) = stream.next() {
        // Scripts without spaces have no stems.
        if !is_without_spaces(&token.text) {
            tokens.push(token.clone());
        }
    }
    for text in language::spellings(text) {
        tokens.push(Token { text, position: tokens.len(), ..Token::default() });
    }
    // Only the stems are indexed; the text itself would be stored twice.
    PreTokenizedString { text: String::new(), tokens }
}
