//! Differences as the body of a comment on a pull request.
//!
//! The first line is a hidden mark by which a later run finds its comment and replaces it.

use super::{
    Item, Mark, advert, because, causing, done, fate, further_on, items, meaning, not_compared, one_advert, open_facts,
    total,
};
use crate::render::comment::{self, Body, MOST, MOST_TABLE, cell, code, remark};
use crate::report::diff::{DiffReport, EditView, PairDiff, RouteDiff, SessionDiff};
use crate::words::{few, few_names, plural};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// The first line of every comment.
pub const MARKER: &str = "<!-- rsctl:diff -->";

/// Writes the mark, a line that counts, a table with the worst first, and what there is to say about each change, folded.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &DiffReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut changes: Vec<(&PairDiff, Item<'_>)> =
        report.pairs.iter().flat_map(|pair| items(pair).into_iter().map(move |item| (pair, item))).collect();
    changes.sort_by_key(|(_, item)| item.topic());
    let changes = changes.as_slice();

    let mut body = Body::new(MARKER, &format!("rsctl diff: {}", total(report)));
    let several = report.pairs.len() > 1;
    let bullet = if several { "- " } else { "" };
    let pairs = report.pairs.iter().map(|pair| format!("{bullet}{} → {}\n", code(&pair.old), code(&pair.new)));
    let named = body.take(pairs, MOST_TABLE);
    let broken = report.unread.iter().map(|unread| format!("\n**Not compared:** {}\n", remark(&not_compared(unread))));
    let broken = body.take(broken, MOST_TABLE);
    let remarks: Vec<&String> = report.pairs.iter().flat_map(|pair| &pair.remarks).collect();
    let remarked = body.take(remarks.iter().map(|text| format!("\nNote: {}\n", remark(text))), MOST_TABLE);
    let mut in_table = 0;
    if !changes.is_empty() {
        body.push(if several { "\n| Topology | Change " } else { "\n| Change " });
        body.push("| From | To | Before | After |\n");
        body.push(if several { "| --- | --- " } else { "| --- " });
        body.push("| --- | --- | --- | --- |\n");
        in_table = body.take(changes.iter().map(|(pair, item)| row(pair, *item, several)), MOST_TABLE);
    }
    let told = body.take(changes.iter().map(|(pair, item)| folded(report, pair, *item, several)), MOST);
    let (idle, idle_told) = unnamed(report, &mut body, "without effect", PairDiff::idle_edits);
    let (open, open_told) = unnamed(report, &mut body, "of which the effect is not known", PairDiff::open_edits);
    legend(changes, &mut body);
    let text = body.finish(&[
        (report.pairs.len() - named, "topology is not named", "topologies are not named"),
        (
            report.unread.len() - broken,
            "topology that was not compared is not named",
            "topologies that were not compared are not named",
        ),
        (remarks.len() - remarked, "note is left out", "notes are left out"),
        (changes.len() - in_table, "change is not in the table", "changes are not in the table"),
        (changes.len() - told, "change is not told in full", "changes are not told in full"),
        (idle - idle_told + open - open_told, "edit is not named", "edits are not named"),
    ]);
    out.write_all(text.as_bytes())
}

fn row(pair: &PairDiff, item: Item<'_>, several: bool) -> String {
    let (from, to, before, after) = match item {
        Item::Route(diff, change) => {
            let after = format!("{}{}", fate(&change.after), further_on(change));
            (few_names(&diff.subnets), few(change.covers()), fate(&change.before), after)
        }
        Item::Subnets(diff) => (few_names(&diff.subnets), String::new(), String::new(), String::new()),
        Item::Session(diff) => {
            let side = |side: &Option<_>| side.as_ref().map(one_advert).unwrap_or_default().join(", ");
            (session(diff), few(&diff.prefixes), side(&diff.before), side(&diff.after))
        }
    };
    let open = if item.rests_on().is_empty() { "" } else { " ?" };
    let mut cells = vec![format!("{} {}{open}", item.mark().sign(), item.title()), from, to, before, after];
    if several {
        cells.insert(0, format!("`{}`", pair.new));
    }
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("| {} |\n", cells.join(" | "))
}

fn folded(report: &DiffReport<'_>, pair: &PairDiff, item: Item<'_>, several: bool) -> String {
    let (what, mut lines) = match item {
        Item::Route(diff, change) => {
            (format!("{} to {}", few(&diff.subnets), few(change.covers())), route(&diff.subnets, change))
        }
        Item::Subnets(diff) => (few(&diff.subnets), vec![("subnets: ", names(&diff.subnets))]),
        Item::Session(diff) => {
            let title = format!("{} → {} {}", diff.from, diff.to, few(&diff.prefixes));
            (title, vec![("routes: ", listed(&diff.prefixes)), ("how: ", advert(diff))])
        }
    };
    if !item.rests_on().is_empty() {
        lines.push(("rests on ", open_facts(item.rests_on())));
    }
    let of = if several { format!(" in {}", pair.new) } else { String::new() };
    let title = format!("{} {}{of}: {what}", item.mark().sign(), item.title());
    let mut text: String = lines.iter().map(|(word, line)| format!("- {word}{}\n", remark(line))).collect();
    let edits = causing(pair, item.causes());
    let words = because(pair, item.causes().how, edits.len());
    match edits.as_slice() {
        [edit] => text.push_str(&format!("- {words} {}\n", edited(report, edit))),
        edits => {
            text.push_str(&format!("- {words}\n"));
            text.extend(edits.iter().map(|edit| format!("  - {}\n", edited(report, edit))));
        }
    }
    comment::folded(&title, &text)
}

fn route(subnets: &[String], change: &RouteDiff) -> Vec<(&'static str, String)> {
    let mut lines = vec![("from: ", names(subnets)), ("to: ", listed(&change.covers()))];
    lines.push(("before: ", fate(&change.before)));
    lines.push(("after: ", format!("{}{}", fate(&change.after), further_on(change))));
    lines.extend(meaning(change).into_iter().map(|text| ("", text)));
    lines
}

/// Edits that no change names, folded: how many there are and how many are told.
fn unnamed(
    report: &DiffReport<'_>,
    body: &mut Body,
    what: &str,
    of: impl Fn(&PairDiff) -> Vec<usize>,
) -> (usize, usize) {
    let edits: Vec<&EditView> =
        report.pairs.iter().flat_map(|pair| of(pair).into_iter().map(move |index| &pair.edits[index])).collect();
    if edits.is_empty() {
        return (0, 0);
    }
    // As many lines as fit make one folded piece.
    let mut list = String::new();
    let mut told = 0;
    for edit in &edits {
        let line = format!("- {}\n", edited(report, edit));
        if !body.has_room(list.len() + line.len(), MOST) {
            break;
        }
        list.push_str(&line);
        told += 1;
    }
    body.push(&comment::folded(&format!("{} {what}", plural(edits.len(), "edit", "edits")), &list));
    (edits.len(), told)
}

/// An edit with its place.
fn edited(report: &DiffReport<'_>, edit: &EditView) -> String {
    let place = super::place(edit).map(|span| format!(" at {}", code(&report.places().told(span))));
    format!("{}{}{}", code(&edit.path), remark(&done(edit)), place.unwrap_or_default())
}

/// What the marks mean that are in the table.
fn legend(changes: &[(&PairDiff, Item<'_>)], body: &mut Body) {
    let mut marks: BTreeSet<Mark> = changes.iter().map(|(_, item)| item.mark()).collect();
    marks.extend(changes.iter().any(|(_, item)| !item.rests_on().is_empty()).then_some(Mark::Open));
    if !marks.is_empty() {
        let marks: Vec<String> = marks.iter().map(|mark| format!("`{}` {}", mark.sign(), mark.meaning())).collect();
        body.push(&format!("\n{}\n", marks.join(" · ")));
    }
}

fn session(diff: &SessionDiff) -> String {
    format!("`{}` → `{}`", diff.from, diff.to)
}

fn names(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn listed<T: std::fmt::Display>(items: &[T]) -> String {
    items.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
}
