//! `captures.yaml`: which capture belongs to which topology and object, and the differences that are known.
//!
//! Files are opened elsewhere; here a text becomes a [`Manifest`], and a [`Comparison`] is held against its list of differences.

use super::compare::{Comparison, Options, RowResult, Verdict};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use ipnet::Ipv4Net;
use serde::{Deserialize, Deserializer};
use std::net::Ipv4Addr;

/// A folder of captures.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Where the captures were published.
    pub source: String,
    /// The captures.
    #[serde(default)]
    pub captures: Vec<Capture>,
    /// The differences that are known.
    #[serde(default)]
    pub differences: Vec<Difference>,
}

/// One capture.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capture {
    /// The file, relative to the manifest.
    pub file: String,
    /// The topology that it belongs to, relative to the manifest.
    #[serde(default = "default_topology")]
    pub topology: String,
    /// What was printed.
    pub kind: CaptureKind,
    /// Where: `vnet/subnet`, `vnet/route_server`, `vnet/vpn_gateway`, `vnet/express_route_gateway`, or the name of an NVA, site or circuit.
    pub at: String,
    /// The other end of the one peering that was printed.
    pub peer: Option<String>,
    /// Prefixes that the author left out of the print.
    #[serde(default, deserialize_with = "networks")]
    pub omitted: Vec<Ipv4Net>,
    /// False when the author cut the table.
    #[serde(default = "yes")]
    pub complete: bool,
    /// When not empty: only rows of these prefixes were printed.
    #[serde(default, deserialize_with = "networks")]
    pub prefixes: Vec<Ipv4Net>,
    /// When not empty: only these instances were printed.
    #[serde(default)]
    pub local_addresses: Vec<Ipv4Addr>,
}

/// What a capture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CaptureKind {
    /// Effective routes of a network interface.
    Effective,
    /// Routes that a route server or gateway learned.
    Learned,
    /// Routes that a route server or gateway advertises.
    Advertised,
    /// The route table of a circuit.
    Circuit,
    /// The BGP table of a router.
    Bgp,
}

/// A row that is known to differ.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// The capture's file.
    pub file: String,
    /// The prefix, or prefix and path as printed.
    pub row: String,
    /// How it differs.
    pub kind: DifferenceKind,
    /// Why, in a sentence.
    pub reason: String,
}

/// How a row differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DifferenceKind {
    /// Printed, not predicted.
    Missing,
    /// Predicted, not printed.
    Unexpected,
    /// Printed with other values.
    Different,
}

fn default_topology() -> String {
    "topology.rsctl.yaml".to_owned()
}

fn yes() -> bool {
    true
}

fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Ipv4Net>, D::Error> {
    let networks = Vec::<Ipv4Net>::deserialize(deserializer)?;
    match networks.iter().find(|network| network.trunc() != **network) {
        Some(bad) => Err(serde::de::Error::custom(format!("`{bad}` has host bits set; did you mean {}?", bad.trunc()))),
        None => Ok(networks),
    }
}

impl Capture {
    /// What the comparison has to know about the print.
    pub fn options(&self) -> Options {
        let Capture { omitted, complete, prefixes, local_addresses, .. } = self.clone();
        Options { omitted, complete, prefixes, local_addresses }
    }
}

/// Reads a manifest; `text` is the content of `file`.
pub fn read(file: FileId, text: &str) -> Result<Manifest, Vec<Diagnostic>> {
    let options = serde_saphyr::options! { with_snippet: false };
    let manifest: Manifest = serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let place = error.location().map_or(0, |location| offset(text, location.line(), location.column()));
        vec![Diagnostic::error(character(file, text, place), message(&error))]
    })?;
    let whole = Span { file, start: 0, end: text.trim_end().len() as u32 };
    let mistakes: Vec<Diagnostic> = manifest.mistakes().map(|message| Diagnostic::error(whole, message)).collect();
    if mistakes.is_empty() { Ok(manifest) } else { Err(mistakes) }
}

/// What the YAML reader says, without the position that it appends.
fn message(error: &serde_saphyr::Error) -> String {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    first.split(" at line ").next().unwrap_or(first).trim_start_matches("error: ").to_owned()
}

/// The byte offset of a line and a column, both from one, the column in characters.
fn offset(text: &str, line: u64, column: u64) -> usize {
    let skipped = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
    let start: usize = text.split_inclusive('\n').take(skipped).map(str::len).sum();
    let column = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
    text[start..].char_indices().nth(column).map_or(text.len(), |(byte, _)| start + byte)
}

fn character(file: FileId, text: &str, at: usize) -> Span {
    let length = text[at..].chars().next().map_or(0, char::len_utf8);
    Span { file, start: at as u32, end: (at + length) as u32 }
}

impl Manifest {
    fn mistakes(&self) -> impl Iterator<Item = String> {
        let listed = |file: &str| self.captures.iter().any(|capture| capture.file == file);
        let stray = self.differences.iter().filter(move |difference| !listed(&difference.file));
        let stray = stray.map(|difference| {
            let Difference { file, row, .. } = difference;
            format!("the difference `{row}` belongs to `{file}`, which is not among the captures")
        });
        let mute = self.differences.iter().filter(|difference| difference.reason.trim().is_empty());
        stray.chain(mute.map(|difference| format!("the difference `{}` has no reason", difference.row)))
    }

    /// Holds the comparison of one capture against the list of known differences.
    pub fn judge<'a>(&'a self, file: &str, comparison: &'a Comparison) -> Judgement<'a> {
        let known: Vec<&Difference> = self.differences.iter().filter(|known| known.file == file).collect();
        let differing = comparison.rows.iter().filter(|row| DifferenceKind::of(&row.verdict).is_some());
        let unknown = differing.filter(|row| !known.iter().any(|known| known.covers(row)));
        let stale = known.iter().filter(|known| !comparison.rows.iter().any(|row| known.covers(row)));
        Judgement { unknown: unknown.collect(), stale: stale.copied().collect() }
    }
}

impl DifferenceKind {
    /// The kind of a verdict, if it is a difference at all.
    pub fn of(verdict: &Verdict) -> Option<Self> {
        match verdict {
            Verdict::Missing => Some(DifferenceKind::Missing),
            Verdict::Unexpected => Some(DifferenceKind::Unexpected),
            Verdict::Different { .. } => Some(DifferenceKind::Different),
            Verdict::Matched | Verdict::Ignored(_) => None,
        }
    }
}

impl Difference {
    /// True when this entry means that row.
    pub fn covers(&self, row: &RowResult) -> bool {
        DifferenceKind::of(&row.verdict) == Some(self.kind) && row.is_called(&self.row)
    }
}

/// What a list of known differences does not account for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement<'a> {
    /// Rows that differ and are not listed.
    pub unknown: Vec<&'a RowResult>,
    /// Entries of the list that no longer differ.
    pub stale: Vec<&'a Difference>,
}
