//! The limits on what is read of one page, far above what pages of real sites have, and the notes
//! on what they cut.

use model::Note;

/// The maximum number of bytes of a page as text; the rest is dropped with a note.
pub(crate) const PAGE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// The maximum number of bytes of readable text in one document.
pub(crate) const TEXT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The maximum number of lines of readable text in one document.
pub(crate) const LINES_MAX: usize = 100_000;
/// The maximum number of links in one document.
pub(crate) const LINKS_MAX: usize = 5_000;
/// The maximum number of bytes of all addresses of one page.
pub(crate) const ADDRESSES_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Adds a note, unless there is one of that code.
pub(crate) fn note_once(notes: &mut Vec<Note>, code: &'static str, detail: String) {
    if !notes.iter().any(|note| note.code == code) {
        notes.push(Note::new(code, detail));
    }
}
