//! Applies mends to text: exactly the places that a finding names, nothing else.
//!
//! Reading and writing files belongs in `cmd`.

use super::finding::{Edit, Fix};
use crate::source::{FileId, SourceFile};
use std::collections::BTreeMap;

/// Mends that can be done together: of those that touch the same place the first is taken. Returns how many, and the edits by file.
pub fn together<'f>(fixes: impl IntoIterator<Item = &'f Fix>) -> (usize, BTreeMap<FileId, Vec<&'f Edit>>) {
    let mut chosen: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    let mut count = 0;
    for fix in fixes {
        let clash = |edit: &Edit| {
            let taken = chosen.get(&edit.span.file).into_iter().flatten();
            taken.into_iter().any(|other| {
                edit.span.start < other.span.end.max(other.span.start + 1)
                    && other.span.start < edit.span.end.max(edit.span.start + 1)
            })
        };
        // Two findings may ask for the very same edit.
        let same = |edit: &Edit| chosen.get(&edit.span.file).into_iter().flatten().any(|other| *other == edit);
        if fix.edits.iter().all(same) {
            count += 1;
        } else if !fix.edits.iter().any(clash) {
            count += 1;
            for edit in &fix.edits {
                chosen.entry(edit.span.file).or_default().push(edit);
            }
        }
    }
    (count, chosen)
}

/// The text with the edits made.
pub fn applied(text: &str, edits: &[&Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.to_vec();
    edits.sort_by_key(|edit| edit.span.start);
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for edit in edits {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        out.push_str(text.get(from..start).unwrap_or_default());
        out.push_str(&edit.text);
        from = end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// The edits that put a comment above each of these lines, ignoring the rules named for it. Line breaks are those of the file.
pub fn ignoring(id: FileId, file: &SourceFile, rules: &BTreeMap<usize, Vec<&str>>, reason: &str) -> Vec<Edit> {
    let line_break = if file.text.contains("\r\n") { "\r\n" } else { "\n" };
    let edit = |(line, rules): (&usize, &Vec<&str>)| {
        let start = file.line_start(*line);
        let rest = &file.text[start as usize..];
        let indent = &rest[..rest.len() - rest.trim_start_matches(' ').len()];
        let text = format!("{indent}# rsctl: ignore[{}] {reason}{line_break}", rules.join(", "));
        Edit { span: crate::source::Span { file: id, start, end: start }, text }
    };
    rules.iter().map(edit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, Span};

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit { span: Span { file: FileId(0), start, end }, text: text.into() }
    }

    fn fix(edits: &[Edit]) -> Fix {
        Fix { title: "x".into(), edits: edits.to_vec() }
    }

    #[test]
    fn edits_are_made_from_the_front_whatever_their_order() {
        assert_eq!(applied("abcdef", &[&edit(4, 5, "E!"), &edit(0, 1, ""), &edit(2, 2, "+")]), "b+cdE!f");
    }

    #[test]
    fn of_two_mends_at_one_place_the_first_is_made() {
        let fixes = [fix(&[edit(0, 3, "x")]), fix(&[edit(2, 4, "y"), edit(9, 9, "z")]), fix(&[edit(3, 4, "w")])];
        let (count, edits) = together(&fixes);
        assert_eq!((count, edits[&FileId(0)].len()), (2, 2));
        let twice = [fix(&[edit(0, 3, "x")]), fix(&[edit(0, 3, "x")])];
        assert_eq!(together(&twice).1[&FileId(0)].len(), 1);
    }

    #[test]
    fn a_comment_stands_above_its_line_at_the_same_indent() {
        let mut sources = Sources::default();
        let id = sources.add("t", "t", "a:\r\n  b: 1\r\n".into());
        let file = sources.file(id);
        let edits = ignoring(id, file, &[(1, vec!["RS0103", "RS0104"])].into(), "a lab");
        let edits: Vec<&Edit> = edits.iter().collect();
        assert_eq!(applied(&file.text, &edits), "a:\r\n  # rsctl: ignore[RS0103, RS0104] a lab\r\n  b: 1\r\n");
    }
}
