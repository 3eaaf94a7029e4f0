//! Comments that say which findings do not count: `# rsctl: ignore[RS0104, bypass] reason`.
//!
//! A comment covers the line it stands on; on a line of its own, the next line. Where that line opens a block, everything indented
//! under it is covered too. Nothing is ignored without naming a rule or a group.

use super::selection::Selector;
use crate::source::{FileId, SourceFile, Span};

/// What a comment begins with, after its `#`.
const MARK: &str = "rsctl: ignore";

/// One name in a comment.
#[derive(Debug, Clone)]
pub struct IgnoredName {
    /// Where it is written.
    pub span: Span,
    /// As written.
    pub text: String,
    /// What it means; none where there is no such rule or group.
    pub selector: Option<Selector>,
}

/// A comment that ignores findings.
#[derive(Debug, Clone)]
pub struct Ignore {
    /// From `#` to the end of the line.
    pub span: Span,
    /// The rules and groups named; empty when the brackets are missing or empty.
    pub names: Vec<IgnoredName>,
    /// Why; empty when nothing is said.
    pub reason: String,
    /// The lines covered, from 0, the last one included.
    lines: (usize, usize),
}

impl Ignore {
    /// True when a place is in the lines that the comment covers.
    pub fn covers(&self, file: &SourceFile, span: Span) -> bool {
        let line = file.line_of(span.start);
        span.file == self.span.file && (self.lines.0..=self.lines.1).contains(&line)
    }
}

/// The comments of a file, in order.
pub(super) fn ignores(id: FileId, file: &SourceFile) -> Vec<Ignore> {
    if !file.text.contains(MARK) {
        return Vec::new();
    }
    let lines: Vec<&str> = file.text.split('\n').collect();
    let mut found = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let Some(hash) = comment_start(line).filter(|hash| marked(&line[*hash..]).is_some()) else { continue };
        let own_line = line[..hash].trim().is_empty();
        let first = if own_line { next_code_line(&lines, number + 1) } else { number };
        let start = file.line_start(number) + hash as u32;
        let text = line[hash..].trim_end();
        let span = Span { file: id, start, end: start + text.len() as u32 };
        let (names, reason) = parts(text, span);
        found.push(Ignore { span, names, reason, lines: (first, block_end(&lines, first)) });
    }
    found
}

/// Where a comment begins: a `#` at the start or after a blank, outside of quotes.
fn comment_start(line: &str) -> Option<usize> {
    let (mut quote, mut before) = (None, ' ');
    for (at, character) in line.char_indices() {
        match (quote, character) {
            (None, '#') if before.is_whitespace() => return Some(at),
            // A quote inside a word is an apostrophe.
            (None, '"' | '\'') if !before.is_alphanumeric() => quote = Some(character),
            (Some(open), _) if open == character && before != '\\' => quote = None,
            _ => {}
        }
        before = character;
    }
    None
}

/// What follows the mark of a comment.
fn marked(comment: &str) -> Option<&str> {
    comment.trim_start_matches('#').trim_start().strip_prefix(MARK)
}

fn parts(comment: &str, span: Span) -> (Vec<IgnoredName>, String) {
    let rest = marked(comment).unwrap_or_default();
    let inside = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let Some((list, reason)) = inside else { return (Vec::new(), rest.trim().to_owned()) };
    let list_start = comment.len() - rest.len() + 1;
    let mut names = Vec::new();
    let mut at = list_start;
    for part in list.split(',') {
        let text = part.trim();
        let start = span.start + (at + part.len() - part.trim_start().len()) as u32;
        if !text.is_empty() {
            names.push(IgnoredName {
                span: Span { file: span.file, start, end: start + text.len() as u32 },
                text: text.to_owned(),
                selector: Selector::named(text).ok(),
            });
        }
        at += part.len() + 1;
    }
    (names, reason.trim_matches(|character: char| character.is_whitespace() || character == ':').to_owned())
}

fn is_code(line: &str) -> bool {
    let text = line.trim();
    !text.is_empty() && !text.starts_with('#')
}

fn next_code_line(lines: &[&str], from: usize) -> usize {
    (from..lines.len()).find(|number| is_code(lines[*number])).unwrap_or(from)
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The last line of what is indented under a line.
fn block_end(lines: &[&str], first: usize) -> usize {
    let Some(opening) = lines.get(first) else { return first };
    let base = indent(opening);
    let under = (first + 1..lines.len()).take_while(|number| !is_code(lines[*number]) || indent(lines[*number]) > base);
    under.filter(|number| is_code(lines[*number])).last().unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn read(text: &str) -> (Sources, FileId, Vec<Ignore>) {
        let mut sources = Sources::default();
        let id = sources.add("t", "t", text.into());
        let found = ignores(id, sources.file(id));
        (sources, id, found)
    }

    #[test]
    fn a_comment_names_rules_and_a_reason() {
        let text = "a: 1 # rsctl: ignore[RS0103, bypass,nonsense] a lab of one day\n";
        let (sources, _, found) = read(text);
        let names: Vec<(&str, bool)> =
            found[0].names.iter().map(|name| (sources.text(name.span), name.selector.is_some())).collect();
        assert_eq!(names, [("RS0103", true), ("bypass", true), ("nonsense", false)]);
        assert_eq!(found[0].reason, "a lab of one day");
        assert_eq!(sources.text(found[0].span), text.trim_end().split_once(' ').map_or("", |(_, rest)| &rest[2..]));
    }

    #[test]
    fn a_comment_covers_its_line_or_the_next_one_and_what_is_indented_under_it() {
        let text = "hub:\n  a: 1 # rsctl: ignore[RS0103]\n  b: 2\n# rsctl: ignore[RS0103]\n# more\nspoke:\n  c: 3\n\n  d: 4\nlast: 5\n";
        let (sources, id, found) = read(text);
        let file = sources.file(id);
        let covered = |index: usize| -> Vec<usize> {
            let at = |line: &usize| Span { file: id, start: file.line_start(*line), end: file.line_start(*line) + 1 };
            (0..10).filter(|line| found[index].covers(file, at(line))).collect()
        };
        assert_eq!(covered(0), [1]);
        assert_eq!(covered(1), [5, 6, 7, 8]);
    }

    #[test]
    fn text_in_quotes_and_other_comments_are_no_ignores() {
        let (_, _, found) =
            read("a: \"x # rsctl: ignore[RS0103]\"\n# rsctl ignore[RS0103]\nb: it's # rsctl: ignore[RS0103]\n");
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn a_comment_without_brackets_names_nothing() {
        let (_, _, found) = read("a: 1 # rsctl: ignore everything\n");
        assert!(found[0].names.is_empty());
    }
}
