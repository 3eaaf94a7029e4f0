//! Changes in brackets: entries with their commas, on one line or over several.

use super::layout::Entry;
use super::lines;
use super::walk::{Arranged, New, Walk};

/// Takes out what does not stay and writes what is new; some entry stays.
pub(super) fn arrange(walk: &mut Walk<'_>, entries: &[Entry], arranged: &Arranged<'_>) {
    let text = walk.text;
    let kept = &arranged.kept;
    let last_kept = kept.iter().rposition(|kept| *kept);
    let ends_with_comma = entries.last().is_some_and(|last| last.comma.is_some());
    for (index, entry) in entries.iter().enumerate().filter(|(index, _)| !kept[*index]) {
        remove(walk, entry, last_kept.is_none_or(|last| index > last));
    }
    let new = |behind: Option<usize>| arranged.new.iter().filter(move |new| new.behind == behind);
    for (index, entry) in entries.iter().enumerate().filter(|(index, _)| kept[*index]) {
        let added: Vec<String> = new(Some(index)).map(|new| written(walk, new)).collect();
        let is_last = Some(index) == last_kept;
        let needs_comma = !is_last || ends_with_comma;
        if !added.is_empty()
            && let Some((_, end)) = own_lines(text, entry)
        {
            if entry.comma.is_none() {
                walk.splices.behind(entry.end(), ",".to_owned());
            }
            let next = format!("{}{}", walk.line_break, indent(text, entry));
            let comma = if needs_comma { "," } else { "" };
            walk.splices.behind(end, format!("{next}{}{comma}", added.join(&format!(",{next}"))));
            continue;
        }
        for added in added {
            walk.splices.behind(entry.end(), format!(", {added}"));
        }
        if let Some(comma) = entry.comma
            && !needs_comma
        {
            walk.splices.instead(comma..comma + 1, String::new());
        }
    }
    let Some(first) = kept.iter().position(|kept| *kept).map(|first| &entries[first]) else { return };
    let added: Vec<String> = new(None).map(|new| written(walk, new)).collect();
    for added in added {
        match own_lines(text, first) {
            Some((start, _)) => {
                let line = format!("{}{added},{}", indent(text, first), walk.line_break);
                walk.splices.before(start, line);
            }
            None => walk.splices.before(first.start, format!("{added}, ")),
        }
    }
}

fn written(walk: &Walk<'_>, new: &New<'_>) -> String {
    match new.key {
        Some(key) => walk.writer.pair(key, new.node),
        None => walk.writer.inline(new.node),
    }
}

/// The blanks before an entry that begins its line.
fn indent<'t>(text: &'t str, entry: &Entry) -> &'t str {
    &text[lines::start(text, entry.start)..entry.start]
}

/// The place behind an entry and its comma.
fn behind(entry: &Entry) -> usize {
    entry.comma.map_or(entry.end(), |comma| comma + 1)
}

/// Start and end of the lines that hold this entry and nothing else but a comment; the comments directly above it are among them.
fn own_lines(text: &str, entry: &Entry) -> Option<(usize, usize)> {
    if !lines::is_first(text, entry.start) {
        return None;
    }
    let end = lines::end(text, behind(entry));
    let rest = text[behind(entry)..end].trim();
    if !rest.is_empty() && !rest.starts_with('#') {
        return None;
    }
    let column = lines::column(text, entry.start);
    let mut start = lines::start(text, entry.start);
    while let Some(above) = lines::previous(text, start)
        && lines::comment(text, above) == Some(column)
    {
        start = above;
    }
    Some((start, end))
}

/// Takes an entry out; behind the last one that stays with the blanks before it, else with those behind its comma.
fn remove(walk: &mut Walk<'_>, entry: &Entry, is_last: bool) {
    let text = walk.text;
    if let Some((start, end)) = own_lines(text, entry)
        && let Some(before) = lines::previous(text, start)
    {
        return walk.splices.instead(lines::end(text, before)..end, String::new());
    }
    let end = behind(entry);
    let next = lines::after_blanks(text, end);
    let is_followed = !is_last && !matches!(text.as_bytes().get(next), None | Some(b'\n' | b'\r' | b'#'));
    if is_followed {
        walk.splices.instead(entry.start..next, String::new());
    } else {
        walk.splices.instead(lines::before_blanks(text, entry.start)..end, String::new());
    }
}
