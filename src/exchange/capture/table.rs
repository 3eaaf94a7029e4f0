//! The tables of `az … -o table`: a header, a line of dashes below it, rows that line up with the dashes.
//!
//! Only columns are found here; what they mean belongs to `effective` and `bgp`.

use super::rows::{RawCell, RawRow, Read, span};
use super::words::letters;
use crate::diagnostic::Diagnostic;
use crate::exchange::text::is_around;
use crate::source::{FileId, Spanned};
use std::ops::Range;

/// Columns that hold several values with blanks between them, where JSON has a list.
const LISTS: [&str; 4] = ["addressprefix", "addressprefixes", "nexthopip", "nexthopipaddress"];

/// Reads the rows of a table that begins somewhere in `text`, which itself begins at byte `base` of the file.
pub(super) fn read(file: FileId, text: &str, base: usize) -> Read<Vec<RawRow>> {
    let mut lines = lines(text, base);
    let mut above = None;
    let (header, starts) = loop {
        let Some(line) = lines.next() else {
            let first = text.lines().next().unwrap_or_default().trim_end().len();
            let message = "this is neither JSON nor a table that `az` prints";
            let mistake = Diagnostic::error(span(file, base..base + first), message);
            return Err(vec![mistake.help("save the output with `-o json` or `-o table`")]);
        };
        if let (Some(header), Some(starts)) = (above, rule(line.1)) {
            break (header, starts);
        }
        above = Some(line);
    };
    let columns = cells(header.1, &starts).map_err(|_| vec![misaligned(file, header, "the header")])?;
    let (mut rows, mut mistakes, mut ended) = (Vec::new(), Vec::new(), false);
    for line in lines {
        let (start, content) = line;
        if content.trim().is_empty() {
            ended = true;
            continue;
        }
        if is_around(content) {
            continue;
        }
        if ended {
            let place = span(file, start..start + content.trim_end().len());
            let mistake = Diagnostic::error(place, "there is text after the end of the table");
            mistakes.push(mistake.help("save every table in a file of its own"));
            break;
        }
        let name = format!("row {}", rows.len() + 1);
        let Ok(values) = cells(content, &starts) else {
            mistakes.push(misaligned(file, line, &name));
            continue;
        };
        let cells = columns.iter().zip(values);
        let cells = cells.map(|(column, value)| cell(file, start, content, &header.1[column.clone()], value)).collect();
        rows.push(RawRow { place: span(file, start..start + content.trim_end().len()), name, cells });
    }
    if mistakes.is_empty() { Ok(rows) } else { Err(mistakes) }
}

/// The lines of a text with the places where they start.
fn lines(text: &str, base: usize) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(base, |next, line| {
        let start = *next;
        *next += line.len();
        Some((start, line.trim_end_matches(['\n', '\r'])))
    })
}

/// The character columns at which the dashes of a line start; `None` for any other line.
fn rule(line: &str) -> Option<Vec<usize>> {
    let dashes = !line.is_empty() && line.bytes().all(|byte| matches!(byte, b'-' | b' '));
    let before = std::iter::once(' ').chain(line.chars());
    let starts: Vec<usize> = before
        .zip(line.chars())
        .enumerate()
        .filter(|(_, (left, right))| *left == ' ' && *right == '-')
        .map(|(column, _)| column)
        .collect();
    (dashes && starts.len() > 1).then_some(starts)
}

/// Cuts a line into one range of bytes for each column; fails where a text runs over the start of a column.
fn cells(line: &str, starts: &[usize]) -> Result<Vec<Range<usize>>, ()> {
    let byte = |column: usize| line.char_indices().nth(column).map_or(line.len(), |(byte, _)| byte);
    let starts: Vec<usize> = starts.iter().map(|column| byte(*column)).collect();
    if starts.iter().any(|start| *start < line.len() && *start > 0 && !line[..*start].ends_with([' ', '\t'])) {
        return Err(());
    }
    let ends = starts.iter().skip(1).copied().chain([line.len()]);
    Ok(starts.iter().zip(ends).map(|(start, end)| trimmed(line, *start..end)).collect())
}

fn trimmed(line: &str, cell: Range<usize>) -> Range<usize> {
    let text = &line[cell.clone()];
    let start = cell.start + (text.len() - text.trim_start().len());
    start..start + text.trim().len()
}

fn cell(file: FileId, line_start: usize, line: &str, column: &str, value: Range<usize>) -> RawCell {
    let key = letters(column);
    let place = |range: &Range<usize>| span(file, line_start + range.start..line_start + range.end);
    let parts = if LISTS.contains(&key.as_str()) { words(line, value.clone()) } else { vec![value.clone()] };
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    let texts = parts.map(|part| Spanned::new(line[part.clone()].to_owned(), place(&part))).collect();
    RawCell { column: column.to_owned(), key, place: place(&value), texts: Some(texts) }
}

/// The words of a cell, parted by blanks or commas.
fn words(line: &str, cell: Range<usize>) -> Vec<Range<usize>> {
    let mut at = cell.start;
    let parts = line[cell].split([' ', ',']).map(|part| {
        let start = at;
        at += part.len() + 1;
        start..start + part.len()
    });
    parts.collect()
}

fn misaligned(file: FileId, (start, line): (usize, &str), name: &str) -> Diagnostic {
    let place = span(file, start..start + line.trim_end().len());
    let mistake = Diagnostic::error(place, format!("{name} does not line up with the dashes below the header"));
    mistake.help("paste the table unchanged, or save it with `-o json`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_start_where_the_dashes_start() {
        assert_eq!(rule("---  ----"), Some(vec![0, 5]));
        assert_eq!(rule("  ---  ----"), Some(vec![2, 7]));
        assert_eq!(rule("---"), None);
        assert_eq!(rule("--- x ---"), None);
    }

    #[test]
    fn a_short_line_has_empty_cells() {
        assert_eq!(cells("ab", &[0, 5]), Ok(vec![0..2, 2..2]));
    }

    #[test]
    fn a_text_over_the_start_of_a_column_is_refused() {
        assert_eq!(cells("abcdefgh", &[0, 5]), Err(()));
    }
}
