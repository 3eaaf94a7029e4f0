//! Differences for programs, in rsctl's own words.
//!
//! A reader ignores what it does not know: new keys change the minor number of `formatVersion`, all else the major one.

use crate::render::data;
use crate::report::diff::{Change, DiffReport, EditView, PairDiff, SessionDiff, SubnetDiff, Totals};
use crate::report::places::Region;
use serde::Serialize;
use std::io::{self, Write};

/// The version of this format.
const FORMAT_VERSION: &str = "1.0";

/// Writes the report as one object.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &DiffReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        format_version: FORMAT_VERSION,
        summary: report.totals(),
        pairs: report.pairs.iter().map(|pair| one(report, pair)).collect(),
        not_compared: report.unread.iter().map(|unread| unread.name.as_str()).collect(),
    };
    data::write(&document, out)
}

fn one<'r>(report: &DiffReport<'_>, pair: &'r PairDiff) -> Pair<'r> {
    Pair {
        old: &pair.old,
        new: &pair.new,
        path: report.places().of(&pair.path),
        summary: pair.totals(),
        subnets: &pair.subnets,
        sessions: &pair.sessions,
        edits: pair.edits.iter().map(|edit| self::edit(report, edit)).collect(),
        idle_edits: pair.idle_edits(),
        open_edits: pair.open_edits(),
        remarks: &pair.remarks,
    }
}

fn edit<'r>(report: &DiffReport<'_>, edit: &'r EditView) -> Edit<'r> {
    let side = |span: Option<_>, value: &'r Option<String>| Side {
        location: span.map(|span| report.places().region(span)),
        value: value.as_deref(),
    };
    Edit {
        path: &edit.path,
        change: edit.change,
        entries: edit.entries,
        old: side(edit.old, &edit.values.0),
        new: side(edit.new, &edit.values.1),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'r> {
    format_version: &'static str,
    summary: Totals,
    pairs: Vec<Pair<'r>>,
    /// Topologies of which one side cannot be read.
    not_compared: Vec<&'r str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Pair<'r> {
    old: &'r str,
    new: &'r str,
    /// From the root of the repository.
    path: String,
    summary: Totals,
    subnets: &'r [SubnetDiff],
    sessions: &'r [SessionDiff],
    edits: Vec<Edit<'r>>,
    /// Indexes of edits that cause nothing.
    idle_edits: Vec<usize>,
    /// Indexes of edits of which nobody knows what they cause.
    open_edits: Vec<usize>,
    remarks: &'r [String],
}

#[derive(Serialize)]
struct Edit<'r> {
    path: &'r str,
    change: Change,
    /// How many entries were edited, where several count as one edit.
    entries: usize,
    old: Side<'r>,
    new: Side<'r>,
}

/// One side of an edit. Of what was removed the new side has a place, the nearest entry around it, and no value.
#[derive(Serialize)]
struct Side<'r> {
    location: Option<Region>,
    value: Option<&'r str>,
}
