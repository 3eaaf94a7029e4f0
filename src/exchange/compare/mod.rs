//! Captured rows held against predicted rows, both as plain data.
//!
//! No type of the engine may enter: who predicts turns its results into [`PredictedRoute`] and [`PredictedBgp`] first. What cannot be
//! known offline (fabric addresses, arbitrary choices among equals, what an author cut away) is loosened here and nowhere else.

mod bgp;
mod effective;
mod pairing;
#[cfg(test)]
mod tests;

pub use bgp::compare_bgp;
pub use effective::compare_effective;

use super::capture::{NextHopType, RouteSource, State};
use crate::net::AsPath;
use ipnet::Ipv4Net;
use std::collections::BTreeSet;
use std::fmt;
use std::net::Ipv4Addr;

/// Why rows of next hop type None are not compared.
pub const NONE_ROWS: &str = "None rows differ by year and region";
/// Why IPv6 rows are not compared.
pub const IPV6: &str = "IPv6 is not predicted";
/// Why a row with a masked prefix is not compared.
pub const MASKED: &str = "the prefix is masked in the print";
/// Why rows of an instance without any printed row are not compared.
pub const INSTANCE: &str = "instance not in the print";
/// Why a printed row of another instance is not compared.
pub const OTHER_INSTANCE: &str = "not among the instances to compare";
/// Why a prefix that the author left out is not missed.
pub const OMITTED: &str = "left out of the print by its author";
/// Why a row of a cut table is not missed.
pub const CUT: &str = "the print is cut";
/// Why a row outside of the printed prefixes is not missed.
pub const OTHER_PREFIX: &str = "not among the prefixes that were printed";
/// Why one of several links that differ in nothing predictable is not missed.
pub const SURPLUS: &str = "only some of several equal links were printed";
/// The usual reason of [`Certainty::DependsOnTie`].
pub const PASSED_ON: &str = "depends on which of equal paths is passed on";

/// The destination of a predicted effective route.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RoutePrefix {
    /// A prefix.
    V4(Ipv4Net),
    /// A service tag; compared without regard to case.
    Tag(String),
}

/// A predicted effective route. Several of one prefix, source and state are equal-cost routes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PredictedRoute {
    /// The destination.
    pub prefix: RoutePrefix,
    /// Where the route comes from.
    pub source: RouteSource,
    /// Active or Invalid.
    pub state: State,
    /// The kind of next hop.
    pub next_hop_type: NextHopType,
    /// The addresses of the next hops.
    pub next_hops: PredictedHops,
    /// The name of a user-defined route.
    pub name: Option<String>,
    /// The facts that the prediction rests on.
    pub rests_on: Vec<&'static str>,
}

/// The next hops of a predicted effective route.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PredictedHops {
    /// These and no others; empty where Azure prints none.
    Exactly(BTreeSet<Ipv4Addr>),
    /// Cannot be known offline, and why: matches whatever is printed.
    Unpredictable(&'static str),
}

/// A predicted BGP route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PredictedBgp {
    /// The instance that holds the route; `None` for circuits and routers.
    pub local_address: Option<Ipv4Addr>,
    /// The destination.
    pub network: Ipv4Net,
    /// The next hop; `None` for what the speaker originates.
    pub next_hop: PredictedHop,
    /// Who sent the route.
    pub source_peer: PredictedHop,
    /// `EBgp`, `IBgp`, `Network` or `Igp`; empty when it is not predicted.
    pub origin: &'static str,
    /// The AS path.
    pub as_path: AsPath,
    /// The weight, where it can be known.
    pub weight: Option<u32>,
    /// Whether the row must be printed.
    pub certainty: Certainty,
    /// The facts that the prediction rests on.
    pub rests_on: Vec<&'static str>,
}

/// An address of a predicted BGP route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PredictedHop {
    /// Printed empty.
    None,
    /// This one.
    Address(Ipv4Addr),
    /// Cannot be known offline: matches whatever is printed.
    Unpredictable,
}

/// Whether a predicted BGP route must be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// It must.
    Certainly,
    /// It is one of several possible rows, and why; usually [`PASSED_ON`].
    DependsOnTie(&'static str),
}

/// What is known about a print besides its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Prefixes that the author left out.
    pub omitted: Vec<Ipv4Net>,
    /// False when the author cut the table.
    pub complete: bool,
    /// When not empty: only rows of these prefixes were printed.
    pub prefixes: Vec<Ipv4Net>,
    /// When not empty: only rows of these instances were printed.
    pub local_addresses: Vec<Ipv4Addr>,
}

impl Default for Options {
    fn default() -> Self {
        Options { omitted: Vec::new(), complete: true, prefixes: Vec::new(), local_addresses: Vec::new() }
    }
}

impl Options {
    /// Why a predicted row may be absent from the print. A service tag is covered by no list of prefixes.
    fn excuse(&self, prefix: Option<Ipv4Net>) -> Option<&'static str> {
        if prefix.is_some_and(|prefix| self.omitted.contains(&prefix)) {
            Some(OMITTED)
        } else if !self.prefixes.is_empty() && prefix.is_none_or(|prefix| !self.prefixes.contains(&prefix)) {
            Some(OTHER_PREFIX)
        } else {
            (!self.complete).then_some(CUT)
        }
    }
}

/// The rows of a comparison, in the order of their prefixes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Every row of both sides, once.
    pub rows: Vec<RowResult>,
}

/// What became of one row, or of several equal-cost rows that were merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowResult {
    /// The judgement.
    pub verdict: Verdict,
    /// The destination as text.
    pub prefix: String,
    /// What a list of known differences calls the row: the prefix, and for BGP rows the path as printed (`10.60.0.0/16 65514-65514`).
    pub key: String,
    /// The printed cells.
    pub captured: Option<Vec<Cell>>,
    /// How many printed rows stand behind it.
    pub captured_rows: usize,
    /// The predicted cells, only of columns that were printed.
    pub predicted: Option<Vec<Cell>>,
    /// The facts that the prediction rests on, sorted.
    pub rests_on: Vec<&'static str>,
}

/// One cell, its column called as in the JSON of az.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// `nextHop`, `asPath` and the like.
    pub column: &'static str,
    /// The value as text.
    pub text: String,
}

/// The judgement of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Printed as predicted.
    Matched,
    /// Printed, not predicted.
    Missing,
    /// Predicted, not printed.
    Unexpected,
    /// Printed and predicted, with other values.
    Different {
        /// What differs.
        fields: Vec<FieldDifference>,
    },
    /// Not judged, and why.
    Ignored(&'static str),
}

/// One field that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldDifference {
    /// The column, called as in the JSON of az.
    pub field: &'static str,
    /// What was printed.
    pub captured: String,
    /// What was predicted.
    pub predicted: String,
}

/// How many rows of a comparison have each verdict. Printed rows count one by one, also where equal-cost rows were merged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Printed as predicted.
    pub matched: usize,
    /// Printed, not predicted.
    pub missing: usize,
    /// Predicted, not printed.
    pub unexpected: usize,
    /// Printed with other values.
    pub different: usize,
    /// Not judged: printed rows, and predicted rows that have no printed one.
    pub ignored: usize,
}

impl Summary {
    /// The printed rows that were judged: the M of "N of M rows".
    pub fn judged(&self) -> usize {
        self.matched + self.missing + self.different
    }

    /// True when nothing differs.
    pub fn agrees(&self) -> bool {
        self.missing + self.unexpected + self.different == 0
    }
}

impl std::ops::AddAssign for Summary {
    fn add_assign(&mut self, other: Self) {
        self.matched += other.matched;
        self.missing += other.missing;
        self.unexpected += other.unexpected;
        self.different += other.different;
        self.ignored += other.ignored;
    }
}

impl Comparison {
    /// Counts the verdicts.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for row in &self.rows {
            let count = match row.verdict {
                Verdict::Matched => &mut summary.matched,
                Verdict::Missing => &mut summary.missing,
                Verdict::Unexpected => &mut summary.unexpected,
                Verdict::Different { .. } => &mut summary.different,
                Verdict::Ignored(_) => &mut summary.ignored,
            };
            *count += row.captured_rows.max(1);
        }
        summary
    }
}

impl RowResult {
    /// True when a list of known differences means this row: by its prefix, or by prefix and path, joined by dashes or blanks.
    pub fn is_called(&self, name: &str) -> bool {
        words(name).eq(words(&self.prefix)) || words(name).eq(words(&self.key))
    }

    fn new(verdict: Verdict, prefix: impl ToString) -> Self {
        let prefix = prefix.to_string();
        let key = prefix.clone();
        RowResult { verdict, prefix, key, captured: None, captured_rows: 0, predicted: None, rests_on: Vec::new() }
    }
}

/// The words of a row's name, however they are joined.
fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split([' ', '\t', '-', ',']).filter(|word| !word.is_empty())
}

impl Cell {
    fn new(column: &'static str, text: impl ToString) -> Self {
        Cell { column, text: text.to_string() }
    }
}

impl fmt::Display for RoutePrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RoutePrefix::V4(net) => write!(f, "{net}"),
            RoutePrefix::Tag(tag) => f.write_str(tag),
        }
    }
}

/// `any` for what cannot be known.
impl fmt::Display for PredictedHop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PredictedHop::None => Ok(()),
            PredictedHop::Address(address) => write!(f, "{address}"),
            PredictedHop::Unpredictable => f.write_str("any"),
        }
    }
}
