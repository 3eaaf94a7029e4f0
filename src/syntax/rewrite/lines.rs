//! The lines of a text, by byte places in it.
//!
//! Only line breaks and blanks; YAML belongs to `layout`.

/// Where the line of a place starts.
pub(super) fn start(text: &str, place: usize) -> usize {
    text[..place].rfind('\n').map_or(0, |found| found + 1)
}

/// Where the line of a place ends, before its line break.
pub(super) fn end(text: &str, place: usize) -> usize {
    match text[place..].find('\n') {
        Some(found) if found > 0 && text.as_bytes()[place + found - 1] == b'\r' => place + found - 1,
        Some(found) => place + found,
        None => text.len(),
    }
}

/// Where the next line starts; the end of the text after the last one.
pub(super) fn next(text: &str, place: usize) -> usize {
    text[place..].find('\n').map_or(text.len(), |found| place + found + 1)
}

/// Where the line before starts; none above the first.
pub(super) fn previous(text: &str, place: usize) -> Option<usize> {
    let own = start(text, place);
    own.checked_sub(1).map(|before| start(text, before))
}

/// How many bytes of its line stand before a place.
pub(super) fn column(text: &str, place: usize) -> usize {
    place - start(text, place)
}

/// The line of a place without its line break.
pub(super) fn line(text: &str, place: usize) -> &str {
    &text[start(text, place)..end(text, place)]
}

/// True when nothing but blanks stands before a place on its line.
pub(super) fn is_first(text: &str, place: usize) -> bool {
    let content = before_blanks(text, place);
    content == 0 || text.as_bytes()[content - 1] == b'\n'
}

/// True when the line of a place has no content.
pub(super) fn is_blank(text: &str, place: usize) -> bool {
    line(text, place).trim().is_empty()
}

/// The column at which the comment of a place's line begins, when it holds nothing else.
pub(super) fn comment(text: &str, place: usize) -> Option<usize> {
    let line = line(text, place);
    let column = line.len() - line.trim_start().len();
    line[column..].starts_with('#').then_some(column)
}

/// The first place from here on, on the same line, that is no blank.
pub(super) fn after_blanks(text: &str, place: usize) -> usize {
    place + text[place..].bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// The place after the last byte before here, on the same line, that is no blank.
pub(super) fn before_blanks(text: &str, place: usize) -> usize {
    place - text[..place].bytes().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// The line break that the text uses.
pub(super) fn line_break(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}
