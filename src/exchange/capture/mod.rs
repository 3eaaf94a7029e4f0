//! Captured output of Azure and of routers, read into typed rows: what `az` prints as JSON or as a table, and what was pasted from it.
//!
//! Nothing here knows a topology or a prediction; how rows are compared belongs in `compare`.

mod bgp;
mod effective;
mod json;
mod rows;
mod table;
mod words;

pub use words::{CapturedAddress, CapturedPrefix, NextHopType, RouteSource, State};

use crate::diagnostic::Sink;
use crate::net::AsPath;
use crate::source::FileId;
use std::net::Ipv4Addr;

/// Which command a capture comes from, as its content tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Effective routes of a network interface.
    Effective,
    /// Learned or advertised routes of a route server, one list per instance.
    RouteServer,
    /// Learned or advertised routes of a gateway.
    Gateway,
    /// The route table of a circuit.
    Circuit,
    /// The BGP table of a router.
    Router,
}

/// Effective routes as printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectiveCapture {
    /// The rows in the order of the print.
    pub rows: Vec<EffectiveRow>,
}

/// One printed effective route; `None` stands for a column that was not printed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EffectiveRow {
    /// Where the route comes from.
    pub source: Option<RouteSource>,
    /// Active or Invalid.
    pub state: Option<State>,
    /// The destinations: usually one, more than a thousand for a service endpoint.
    pub prefixes: Vec<CapturedPrefix>,
    /// The kind of next hop.
    pub next_hop_type: Option<NextHopType>,
    /// The addresses of the next hops; several for equal-cost routes.
    pub next_hops: Option<Vec<CapturedAddress>>,
    /// The name of a user-defined route.
    pub name: Option<String>,
    /// Whether routes of gateways are held back from the subnet.
    pub propagation_disabled: Option<bool>,
}

/// BGP routes as printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BgpCapture {
    /// Which table was printed.
    pub kind: Kind,
    /// The rows in the order of the print.
    pub rows: Vec<BgpRow>,
    /// The instances of a route server that were printed, also those without routes; empty for other tables.
    pub instances: Vec<InstanceKey>,
}

/// One instance of a route server in a print.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct InstanceKey {
    /// The key, `RouteServiceRole_IN_0`. Which address it stands for is told by its rows only.
    pub name: String,
    /// How many rows stand under it.
    pub rows: usize,
}

/// One printed BGP route; `None` stands for a column that was not printed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BgpRow {
    /// The instance that holds the route.
    pub local_address: Option<Ipv4Addr>,
    /// The destination.
    pub network: CapturedPrefix,
    /// The next hop, without the mark of the best route.
    pub next_hop: Option<CapturedAddress>,
    /// Who sent the route.
    pub source_peer: Option<CapturedAddress>,
    /// `EBgp`, `IBgp`, `Network`, `Igp` and the like, as printed.
    pub origin: Option<String>,
    /// The AS path, without the letter of the origin.
    pub as_path: Option<AsPath>,
    /// The weight.
    pub weight: Option<u32>,
    /// True when the row is marked as the best one.
    pub best: bool,
}

/// The part of a text that is the output itself, without comments, warnings, prompts and fences around it.
pub(super) fn body(text: &str) -> &str {
    &text[rows::body(text)]
}

/// Tells from the content which command printed a text; `None` when it cannot be read or holds no rows to tell it by.
pub fn detect(text: &str) -> Option<Kind> {
    rows::load(FileId(0), text).ok().and_then(|loaded| loaded.kind())
}

/// Reads effective routes; everything wrong goes to `sink`, and then there is no capture.
pub fn read_effective(file: FileId, text: &str, sink: &mut Sink) -> Option<EffectiveCapture> {
    collect(rows::load(file, text).and_then(|loaded| effective::read(&loaded)), sink)
}

/// Reads BGP routes of any kind; everything wrong goes to `sink`, and then there is no capture.
pub fn read_bgp(file: FileId, text: &str, sink: &mut Sink) -> Option<BgpCapture> {
    collect(rows::load(file, text).and_then(|loaded| bgp::read(&loaded)), sink)
}

fn collect<T>(read: rows::Read<T>, sink: &mut Sink) -> Option<T> {
    read.map_err(|mistakes| mistakes.into_iter().for_each(|mistake| sink.push(mistake))).ok()
}
