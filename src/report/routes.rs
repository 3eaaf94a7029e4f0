//! Effective routes of one subnet, with az's field names.

use crate::azure::facts::FactSet;
use crate::effective::{Hop, NextHopType, Row, State, SubnetTable, Tables};
use crate::report::facts::{FactNote, names, notes};
use crate::report::view::{Block, Cell, Grid, Tone, View, json};
use crate::topology::{SubnetId, Topology};
use serde::Serialize;

/// One effective route as `az network nic show-effective-route-table` prints it, and what rsctl adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RouteRow {
    /// One prefix; a service endpoint shows the service's name, because its ranges are not known offline.
    pub address_prefix: Vec<String>,
    /// Propagation is off in the subnet.
    pub disable_bgp_route_propagation: bool,
    /// az prints it always; no capture shows it true.
    pub has_bgp_override: bool,
    /// Name of a user-defined route.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Addresses; empty where Azure prints none or where the topology does not tell them.
    pub next_hop_ip_address: Vec<String>,
    /// az's word.
    pub next_hop_type: &'static str,
    /// az's word.
    pub source: &'static str,
    /// az's word.
    pub state: &'static str,
    /// What az does not say.
    pub rsctl: RouteExtras,
}

/// What rsctl knows beyond az's columns.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RouteExtras {
    /// The peered VNet or the private endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Why the row is Invalid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What stands for a next hop whose address cannot be known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_hop: Option<&'static str>,
    /// Open facts on which the row rests.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rests_on: Vec<&'static str>,
}

/// What stands in place of an address that cannot be known.
fn placeholder(hop: Hop) -> Option<&'static str> {
    match hop {
        Hop::Address(_) => None,
        Hop::ExpressRouteFabric => Some("ExpressRoute fabric address"),
        Hop::GatewayPublicAddress => Some("public address of the gateway"),
    }
}

/// The row as it is printed.
pub fn route_row(topology: &Topology, table: &SubnetTable, row: &Row) -> RouteRow {
    let address = |hop: &Hop| if let Hop::Address(address) = hop { Some(address.to_string()) } else { None };
    let user = row.source == crate::effective::RouteSource::User;
    let reason = match &row.state {
        State::Active => None,
        State::Invalid(reason) => Some(reason.words()),
    };
    RouteRow {
        address_prefix: vec![row.prefix.to_string()],
        disable_bgp_route_propagation: table.propagation_disabled,
        has_bgp_override: false,
        name: row.name.clone().filter(|_| user),
        next_hop_ip_address: row.next_hops.iter().filter_map(address).collect(),
        next_hop_type: row.next_hop_type.word(),
        source: row.source.word(),
        state: row.state.word(),
        rsctl: RouteExtras {
            to: row.name.clone().filter(|_| !user),
            reason,
            next_hop: row.next_hops.iter().find_map(|hop| placeholder(*hop)),
            rests_on: names(&topology.facts, row.rests_on),
        },
    }
}

/// The columns of a route grid; the first five are az's.
pub const COLUMNS: [&str; 6] = ["Source", "State", "Address Prefix", "Next Hop Type", "Next Hop IP", "Note"];

/// The cells of a row.
pub fn cells(row: &RouteRow) -> Vec<Cell> {
    let invalid = row.state == "Invalid";
    let tone = if invalid { Tone::Dim } else { Tone::Plain };
    let hops = match row.rsctl.next_hop {
        Some(placeholder) if row.next_hop_ip_address.is_empty() => format!("({placeholder})"),
        _ => row.next_hop_ip_address.join(", "),
    };
    let mut note: Vec<String> = row.name.iter().chain(&row.rsctl.to).cloned().collect();
    note.extend(row.rsctl.reason.clone());
    note.extend((!row.rsctl.rests_on.is_empty()).then(|| format!("? {}", row.rsctl.rests_on.join(", "))));
    let note_tone = if row.rsctl.rests_on.is_empty() { Tone::Dim } else { Tone::Warn };
    vec![
        Cell::toned(row.source, tone),
        Cell::toned(row.state, if invalid { Tone::Bad } else { Tone::Good }),
        Cell::toned(row.address_prefix.join(", "), if invalid { Tone::Dim } else { Tone::Accent }),
        Cell::toned(row.next_hop_type, tone),
        Cell::toned(hops, tone),
        Cell::toned(note.join("; "), note_tone),
    ]
}

/// True for rows that `plan` and `routes` leave out of tables unless asked for all.
pub fn is_background(row: &Row) -> bool {
    row.next_hop_type == NextHopType::None && row.source == crate::effective::RouteSource::Default
        || row.state != State::Active
}

/// The effective routes of one subnet.
#[derive(Debug)]
pub struct SubnetRoutes {
    name: String,
    rows: Vec<RouteRow>,
    notes: Vec<FactNote>,
}

impl SubnetRoutes {
    /// Builds the view.
    pub fn new(topology: &Topology, tables: &Tables<'_>, subnet: SubnetId) -> Self {
        let table = tables.of_subnet(subnet);
        let mut rests_on = FactSet::default();
        let mut rows = Vec::new();
        for row in table.rows() {
            rests_on = rests_on.union(row.rests_on);
            rows.push(route_row(topology, &table, &row));
        }
        SubnetRoutes { name: topology.subnet_name(subnet), rows, notes: notes(&topology.facts, rests_on) }
    }
}

#[derive(Serialize)]
struct AzShape<'a> {
    value: &'a [RouteRow],
}

impl View for SubnetRoutes {
    fn headings(&self) -> &'static [&'static str] {
        &["Subnet"]
    }

    fn blocks(&self) -> Box<dyn Iterator<Item = Block> + '_> {
        let grid = Grid { columns: COLUMNS.to_vec(), rows: self.rows.iter().map(cells).collect() };
        let heading = Block::Heading(1, self.name.clone(), String::new());
        Box::new([heading, Block::Grid(grid)].into_iter().chain(note_blocks(&self.notes)))
    }

    fn write_json(&self, out: &mut dyn std::io::Write) -> std::io::Result<()> {
        json(&AzShape { value: &self.rows }, out)
    }
}

/// The lines that name the assumptions an answer rests on.
pub fn note_blocks(notes: &[FactNote]) -> Vec<Block> {
    let mut blocks = Vec::new();
    if notes.is_empty() {
        return blocks;
    }
    blocks.push(Block::Heading(
        2,
        "Rests on".into(),
        "what Azure leaves open; change one with --fact NAME=VALUE".into(),
    ));
    let row = |note: &FactNote| {
        let status = if note.chosen { "chosen" } else { note.status.word() };
        vec![
            Cell::toned(format!("? {}", note.name), Tone::Warn),
            Cell::plain(&note.value),
            Cell::plain(status),
            Cell::toned(note.about, Tone::Plain),
            Cell::toned(note.alternatives.join(", "), Tone::Dim),
        ]
    };
    let columns = vec!["Fact", "Value", "Status", "Question", "Or"];
    blocks.push(Block::Grid(Grid { columns, rows: notes.iter().map(row).collect() }));
    blocks
}
