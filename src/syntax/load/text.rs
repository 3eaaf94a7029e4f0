//! Bytes to text: encoding and characters that have no place in a file people edit.

use crate::diagnostic::{Diagnostic, Sink};
use crate::source::{FileId, Sources, Span};
use std::path::Path;

/// Places of control characters that are reported for one file.
const MAX_REPORTS: usize = 3;

/// Keeps the file if it is text.
pub(super) fn take(name: &str, path: &Path, bytes: Vec<u8>, sources: &mut Sources, sink: &mut Sink) -> Option<FileId> {
    if looks_like_utf16(&bytes) {
        let diagnostic = Diagnostic::file_error(name, "the file is in UTF-16").help("save it as UTF-8");
        sink.push(diagnostic);
        return None;
    }
    match String::from_utf8(bytes) {
        Ok(text) => {
            let file = sources.add(name, path, text);
            if refuse_control_characters(file, sources, sink) { None } else { Some(file) }
        }
        Err(error) => {
            let start = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            let line = bytes[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
            // Kept with replacement characters, so that the place can be shown; up to the first one the bytes are the same.
            let file = sources.add(name, path, String::from_utf8_lossy(&bytes).into_owned());
            let span = Span { file, start: start as u32, end: (start + '\u{fffd}'.len_utf8()) as u32 };
            let message = format!("the file is not UTF-8: byte 0x{:02X} at offset {start}, line {line}", bytes[start]);
            let diagnostic = Diagnostic::error(span, message).label("this byte").help("save the file as UTF-8");
            sink.push(diagnostic);
            None
        }
    }
}

/// A byte order mark of UTF-16, or every other byte zero at the start.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let zeros = |offset: usize| bytes.len() >= 4 && bytes[offset] == 0 && bytes[offset + 2] == 0;
    let letters = |offset: usize| bytes[offset] != 0 && bytes[offset + 2] != 0;
    bytes.starts_with(&[0xFF, 0xFE])
        || bytes.starts_with(&[0xFE, 0xFF])
        || (zeros(0) && letters(1))
        || (zeros(1) && letters(0))
}

/// True when there is nothing but blanks, comments and document markers.
pub(super) fn is_empty(text: &str) -> bool {
    crate::syntax::tree::is_blank(text)
}

fn refuse_control_characters(file: FileId, sources: &Sources, sink: &mut Sink) -> bool {
    let text = &sources.file(file).text;
    // Nearly all bytes pass this test, and it runs at the speed of memory.
    let suspicious =
        |byte: &u8| (*byte < 0x20 && !matches!(*byte, b'\n' | b'\r' | b'\t')) || matches!(*byte, 0x7F | 0xC2);
    if !text.as_bytes().iter().any(suspicious) {
        return false;
    }
    let control = |character: char| character.is_control() && !matches!(character, '\n' | '\r' | '\t' | '\u{85}');
    let mut places = text.char_indices().filter(|(_, character)| control(*character));
    let mut found = false;
    for (start, character) in places.by_ref().take(MAX_REPORTS) {
        found = true;
        let span = Span { file, start: start as u32, end: (start + character.len_utf8()) as u32 };
        let message = match character {
            '\0' => "a NUL character in the file".to_owned(),
            _ => format!("the control character U+{:04X} in the file", character as u32),
        };
        let help = "remove it";
        sink.push(Diagnostic::error(span, message).label("an invisible character").help(help));
    }
    if let Some((start, _)) = places.next() {
        let more = places.count() + 1;
        let span = Span { file, start: start as u32, end: start as u32 + 1 };
        let diagnostic = Diagnostic::error(span, format!("{more} more control characters in the file"))
            .label("the first of them")
            .help("this may be no text at all; a topology is YAML, a table has one prefix a line");
        sink.push(diagnostic);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_is_recognised_with_and_without_a_mark() {
        assert!(looks_like_utf16(b"\xFF\xFEr\0"));
        assert!(looks_like_utf16(b"r\0s\0"));
        assert!(looks_like_utf16(b"\0r\0s"));
        assert!(!looks_like_utf16(b"rsctl: 1"));
        assert!(!looks_like_utf16(b"\0\0\0\0"));
    }
}
