//! Learned, best and advertised routes of one speaker, in the shapes that az prints for it.

use crate::bgp::{Device, Ribs};
use crate::report::rib::{BgpRow, InstanceRows, Which, rib};
use crate::report::view::{Block, Cell, Grid, Tone, View, json};
use crate::topology::Topology;
use serde::Serialize;
use serde_json::{Map, Value};

/// The routes of one speaker.
#[derive(Debug)]
pub struct RibView {
    name: String,
    device: Device,
    which: Which,
    instances: Vec<InstanceRows>,
}

impl RibView {
    /// Builds the view; `instance` and `peer` narrow it.
    pub fn new(
        topology: &Topology,
        ribs: &Ribs,
        (device, instance): (Device, Option<u8>),
        which: Which,
        peer: Option<Device>,
    ) -> Self {
        let mut instances = rib(topology, ribs, device, which, peer);
        instances.retain(|rows| instance.is_none_or(|wanted| rows.instance == wanted));
        RibView { name: device.name(topology), device, which, instances }
    }

    fn title(&self, instance: &InstanceRows) -> String {
        match self.device {
            Device::Router(_) => self.name.clone(),
            Device::Edge(_) => {
                format!("{} {}", self.name, if instance.instance == 0 { "primary" } else { "secondary" })
            }
            _ => format!("{}:{}", self.name, instance.instance),
        }
    }

    fn cells(&self, row: &BgpRow) -> Vec<Cell> {
        let address =
            |address: Option<std::net::Ipv4Addr>| address.map(|address| address.to_string()).unwrap_or_default();
        let mut notes: Vec<String> = Vec::new();
        if row.depends_on_tie {
            notes.push(format!("? {}", crate::azure::facts::Fact::AdvertisedAmongEquals.name()));
        }
        notes.extend(row.rests_on.iter().map(|fact| format!("? {fact}")));
        let mark = if row.best { ">" } else { "" };
        let hop = if row.next_hop_unknown { "(not told)".into() } else { address(row.next_hop) };
        let mut cells = vec![
            Cell::toned(mark, Tone::Good),
            Cell::toned(row.network.to_string(), Tone::Accent),
            Cell::plain(hop),
            Cell::plain(address(row.source_peer)),
            Cell::plain(row.origin),
            Cell::plain(row.as_path.clone()),
            Cell::plain(row.weight.to_string()),
            Cell::plain(row.peer.clone()),
            Cell::toned(notes.join("; "), Tone::Warn),
        ];
        if self.which == Which::Advertised {
            cells.remove(3);
            cells.remove(0);
        }
        cells
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CircuitRow {
    loc_prf: &'static str,
    network: String,
    next_hop: String,
    path: String,
    weight: u32,
}

/// A row as `az network express-route list-route-tables` prints it: the best row's next hop ends in a star.
fn circuit_row(row: &BgpRow) -> CircuitRow {
    let hop = row.next_hop.map(|address| address.to_string()).unwrap_or_default();
    CircuitRow {
        loc_prf: "",
        network: row.network.to_string(),
        next_hop: if row.best { format!("{hop}*") } else { hop },
        path: row.as_path.replace('-', " "),
        weight: 0,
    }
}

impl View for RibView {
    fn headings(&self) -> &'static [&'static str] {
        &["Speaker"]
    }

    fn blocks(&self) -> Box<dyn Iterator<Item = Block> + '_> {
        let which = match self.which {
            Which::Learned => "learned",
            Which::Best => "best",
            Which::Advertised => "advertised",
        };
        let columns: &[&str] = match self.which {
            Which::Advertised => &["Network", "NextHop", "Origin", "AsPath", "Weight", "To", "Note"],
            _ => &["", "Network", "NextHop", "SourcePeer", "Origin", "AsPath", "Weight", "From", "Note"],
        };
        Box::new(self.instances.iter().flat_map(move |instance| {
            let address = instance.address.map(|address| address.to_string()).unwrap_or_default();
            let detail = format!("{which} {address}").trim_end().to_owned();
            let rows: Vec<_> =
                instance.rows.iter().filter(|row| !row.only_possible).map(|row| self.cells(row)).collect();
            let heading = Block::Heading(1, self.title(instance), detail);
            let body = if rows.is_empty() {
                Block::Line(Cell::toned("no routes", Tone::Dim))
            } else {
                Block::Grid(Grid { columns: columns.to_vec(), rows })
            };
            [heading, body]
        }))
    }

    fn write_json(&self, out: &mut dyn std::io::Write) -> std::io::Result<()> {
        let certain = |instance: &InstanceRows| -> Vec<BgpRow> {
            instance.rows.iter().filter(|row| !row.only_possible).cloned().collect()
        };
        let value = |rows: Value| Value::Object(Map::from_iter([("value".to_owned(), rows)]));
        let to_value = |rows: &Vec<BgpRow>| serde_json::to_value(rows).map_err(std::io::Error::other);
        match self.device {
            Device::RouteServer(_) => {
                let mut map = Map::new();
                for instance in &self.instances {
                    map.insert(format!("RouteServiceRole_IN_{}", instance.instance), to_value(&certain(instance))?);
                }
                json(&map, out)
            }
            Device::Edge(_) => {
                let rows: Vec<CircuitRow> =
                    self.instances.iter().flat_map(certain).map(|row| circuit_row(&row)).collect();
                json(&value(serde_json::to_value(rows).map_err(std::io::Error::other)?), out)
            }
            _ => json(&value(to_value(&self.instances.iter().flat_map(certain).collect())?), out),
        }
    }
}
