//! `captures.yaml`: which capture belongs to which topology and object, and the differences that are known.
//!
//! Files are opened elsewhere; here a text becomes a [`Manifest`], and a [`Comparison`] is held against its list of differences.

use super::compare::{Comparison, Options, RowResult, Verdict};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use ipnet::Ipv4Net;
use serde::{Deserialize, Deserializer};
use serde_saphyr::Location;
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

impl CaptureKind {
    /// Every kind.
    pub const ALL: [CaptureKind; 5] =
        [CaptureKind::Effective, CaptureKind::Learned, CaptureKind::Advertised, CaptureKind::Circuit, CaptureKind::Bgp];

    /// The word that manifests and the command line use.
    pub fn word(self) -> &'static str {
        match self {
            CaptureKind::Effective => "effective",
            CaptureKind::Learned => "learned",
            CaptureKind::Advertised => "advertised",
            CaptureKind::Circuit => "circuit",
            CaptureKind::Bgp => "bgp",
        }
    }

    /// The kind of a word.
    pub fn named(word: &str) -> Option<Self> {
        CaptureKind::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl DifferenceKind {
    /// The word that manifests use.
    pub fn word(self) -> &'static str {
        match self {
            DifferenceKind::Missing => "missing",
            DifferenceKind::Unexpected => "unexpected",
            DifferenceKind::Different => "different",
        }
    }
}

/// The topology of captures that name none.
pub const DEFAULT_TOPOLOGY: &str = "topology.rsctl.yaml";

fn default_topology() -> String {
    DEFAULT_TOPOLOGY.to_owned()
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
        let place = error.location().unwrap_or(Location::UNKNOWN);
        vec![Diagnostic::error(word(file, text, place), message(&error))]
    })?;
    let mistakes = manifest.mistakes(file, text);
    if mistakes.is_empty() { Ok(manifest) } else { Err(mistakes) }
}

/// What the YAML reader says, without the position that it appends.
fn message(error: &serde_saphyr::Error) -> String {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    first.split(" at line ").next().unwrap_or(first).trim_start_matches("error: ").to_owned()
}

/// The word at a location.
fn word(file: FileId, text: &str, location: Location) -> Span {
    let before = |count: u64| usize::try_from(count.saturating_sub(1)).unwrap_or(usize::MAX);
    let line: usize = text.split_inclusive('\n').take(before(location.line())).map(str::len).sum();
    let start = text[line..].char_indices().nth(before(location.column())).map_or(text.len(), |(byte, _)| line + byte);
    let ends = |letter: char| letter.is_whitespace() || matches!(letter, ',' | ':' | ']' | '}');
    let length = text[start..].find(ends).unwrap_or(text.len() - start);
    Span { file, start: start as u32, end: (start + length) as u32 }
}

/// The places of the known differences, read again only when something is wrong with one of them.
#[derive(Deserialize)]
struct Places {
    #[serde(default)]
    differences: Vec<RowPlace>,
}

#[derive(Deserialize)]
struct RowPlace {
    row: serde_saphyr::Spanned<String>,
}

impl Manifest {
    fn mistakes(&self, file: FileId, text: &str) -> Vec<Diagnostic> {
        let mut mistakes = Vec::new();
        for (index, Difference { file: of, row, reason, .. }) in self.differences.iter().enumerate() {
            if !self.captures.iter().any(|capture| capture.file == *of) {
                let message = format!("the difference `{row}` belongs to `{of}`, which is not among the captures");
                mistakes.push((index, message));
            }
            if reason.trim().is_empty() {
                mistakes.push((index, format!("the difference `{row}` has no reason")));
            }
        }
        if mistakes.is_empty() {
            return Vec::new();
        }
        let places = serde_saphyr::from_str::<Places>(text).map(|places| places.differences).unwrap_or_default();
        let place = |index| places.get(index).map_or(Location::UNKNOWN, |place: &RowPlace| place.row.referenced);
        let said = mistakes.into_iter().map(|(index, said)| Diagnostic::error(word(file, text, place(index)), said));
        said.collect()
    }

    /// The entry of the list that means that row of a capture.
    pub fn known(&self, file: &str, row: &RowResult) -> Option<&Difference> {
        self.differences.iter().find(|known| known.file == file && known.covers(row))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sink;
    use crate::exchange::capture;
    use crate::exchange::compare::compare_bgp;

    const MANIFEST: &str = "source: https://example.com/lab
captures:
  - {file: vm.json, kind: effective, at: hub/app, omitted: [0.0.0.0/0], complete: false}
  - file: gw.json
    topology: stage-b.rsctl.yaml
    kind: learned
    at: hub/vpn_gateway
    peer: branch
    prefixes: [10.3.0.0/16]
    local_addresses: [10.11.1.236]
differences:
  - {file: gw.json, row: 10.3.0.0/16 65001-65001, kind: missing, reason: the lab prepends once more than its template}
";

    #[test]
    fn a_manifest_says_what_each_print_is() {
        let manifest = read(FileId(0), MANIFEST).unwrap();
        let [vm, gateway] = manifest.captures.as_slice() else { panic!("two captures") };
        assert_eq!((vm.topology.as_str(), vm.complete), ("topology.rsctl.yaml", false));
        assert_eq!((gateway.topology.as_str(), gateway.complete), ("stage-b.rsctl.yaml", true));
        assert_eq!((gateway.kind, gateway.peer.as_deref()), (CaptureKind::Learned, Some("branch")));
        assert_eq!(gateway.options().local_addresses, [Ipv4Addr::new(10, 11, 1, 236)]);
        assert_eq!(vm.options().omitted, ["0.0.0.0/0".parse().unwrap()]);
    }

    #[test]
    fn known_differences_are_set_against_the_comparison() {
        let manifest = read(FileId(0), MANIFEST).unwrap();
        let print = r#"[{"network": "10.3.0.0/16", "nextHop": "10.0.0.4", "asPath": "65001-65001"}]"#;
        let capture = capture::read_bgp(FileId(0), print, &mut Sink::default()).unwrap();
        let comparison = compare_bgp(&capture, &[], &Options::default());
        let judged = manifest.judge("gw.json", &comparison);
        assert!(judged.unknown.is_empty() && judged.stale.is_empty());
        assert_eq!(manifest.judge("vm.json", &comparison).unknown.len(), 1);
        let nothing = Comparison::default();
        assert_eq!(manifest.judge("gw.json", &nothing).stale.len(), 1, "an entry that no longer differs");
    }
}
