//! The plan of an estate: every VNet, its subnets with equal tables shown once, what the answer rests on, and one summary line.

use crate::azure::facts::{Fact, FactSet};
use crate::bgp::Ribs;
use crate::effective::{RouteSource, Row, State, SubnetTable, Tables};
use crate::report::facts::{FactNote, notes};
use crate::report::routes::{COLUMNS, RouteRow, cells, is_background, note_blocks, route_row};
use crate::report::unsettled::unsettled;
use crate::report::view::{Block, Cell, Grid, Tone, View, json};
use crate::topology::{SubnetId, Topology, VnetId};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// Gateway rows with one fate are written out up to this number, and told as one line above it.
const FOLD_ABOVE: usize = 12;

/// What a plan shows.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only these subnets (`vnet/subnet`).
    pub subnets: Vec<SubnetId>,
    /// Only these VNets.
    pub vnets: Vec<VnetId>,
    /// Also Invalid and None rows, and every row of a long list.
    pub all: bool,
}

/// A plan, ready to be shown.
#[derive(Debug)]
pub struct Plan<'a> {
    topology: &'a Topology,
    ribs: &'a Ribs,
    tables: &'a Tables<'a>,
    selection: Selection,
}

/// Subnets of one VNet that share a table.
struct Group {
    subnets: Vec<SubnetId>,
    table: SubnetTable,
}

#[derive(Default)]
struct Totals {
    subnets: usize,
    tables: usize,
    rows: usize,
    hidden: usize,
    rests_on: FactSet,
}

impl<'a> Plan<'a> {
    /// Joins what was computed with what is to be shown.
    pub fn new(topology: &'a Topology, ribs: &'a Ribs, tables: &'a Tables<'a>, selection: Selection) -> Self {
        Plan { topology, ribs, tables, selection }
    }

    /// Facts for which a route is absent somewhere.
    fn absences(&self) -> FactSet {
        self.ribs.refusal_facts(self.topology).union(self.tables.withheld())
    }

    fn vnets(&self) -> Vec<VnetId> {
        let Selection { subnets, vnets, .. } = &self.selection;
        let wanted = |id: &VnetId| {
            (subnets.is_empty() && vnets.is_empty())
                || vnets.contains(id)
                || subnets.iter().any(|subnet| subnet.vnet == *id)
        };
        self.topology.vnet_ids().filter(wanted).collect()
    }

    fn groups(&self, vnet: VnetId) -> Vec<Group> {
        let Selection { subnets, vnets, .. } = &self.selection;
        let mut groups: Vec<Group> = Vec::new();
        for (id, table) in self.tables.of_vnet(vnet) {
            let wanted = subnets.is_empty() || subnets.contains(&id) || vnets.contains(&vnet);
            if !wanted {
                continue;
            }
            match groups.iter_mut().find(|group| group.table.same_as(&table)) {
                Some(group) => group.subnets.push(id),
                None => groups.push(Group { subnets: vec![id], table }),
            }
        }
        groups
    }

    fn vnet_heading(&self, id: VnetId) -> Block {
        let vnet = self.topology.vnet(id);
        let ranges = vnet.ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let mut detail: Vec<String> = vec![ranges];
        detail.extend(vnet.region.clone());
        detail.extend(vnet.route_server.as_ref().map(|server| {
            let toggle = if server.branch_to_branch { "on" } else { "off" };
            format!("route server (branch-to-branch {toggle})")
        }));
        detail.extend(vnet.vpn_gateway.as_ref().map(|gateway| format!("VPN gateway (ASN {})", gateway.asn)));
        detail.extend(vnet.express_route_gateway.as_ref().map(|_| "ExpressRoute gateway".to_owned()));
        if let Some(host) = vnet.provider.filter(|host| *host != id) {
            detail.push(format!("uses gateways of {}", self.topology.vnet(host).name));
        }
        detail.retain(|part| !part.is_empty());
        Block::Heading(1, vnet.name.clone(), detail.join(" · "))
    }

    fn group_heading(&self, group: &Group) -> Block {
        let describe = |id: &SubnetId| {
            let subnet = self.topology.subnet(*id);
            let ranges = subnet.ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            if ranges.is_empty() { subnet.name.clone() } else { format!("{} ({ranges})", subnet.name) }
        };
        let names = group.subnets.iter().map(describe).collect::<Vec<_>>().join(", ");
        let table = self.topology.subnet(group.subnets[0]).route_table;
        let mut detail: Vec<String> = Vec::new();
        if let Some(table) = table.filter(|_| group.subnets.len() == 1) {
            detail.push(format!("route table {}", self.topology.route_tables[table.index()].name));
        }
        if group.table.propagation_disabled {
            detail.push("propagation off".into());
        }
        Block::Heading(2, names, detail.join(" · "))
    }

    /// The rows that are shown of a table, long runs of gateway rows with one fate told as one.
    fn grid(&self, table: &SubnetTable, totals: &mut Totals) -> Grid {
        let mut rows = Vec::new();
        let mut own = |row: &Row, totals: &mut Totals| {
            totals.rows += 1;
            if is_background(row) && !self.selection.all {
                totals.hidden += 1;
            } else {
                totals.rests_on = totals.rests_on.union(row.rests_on);
                rows.push(cells(&route_row(self.topology, table, row)));
            }
        };
        let mut before_gateway = table.own_rows().peekable();
        while let Some(row) = before_gateway.next_if(|row| is_local_or_peered(row)) {
            own(row, totals);
        }
        let gateway = self.gateway_rows(table, totals);
        for row in before_gateway {
            own(row, totals);
        }
        let place = rows
            .iter()
            .take_while(|row| {
                ["VnetLocal", "VNetPeering", "VNetGlobalPeering"].contains(&row[3].text.as_str())
                    && row[0].text == "Default"
            })
            .count();
        rows.splice(place..place, gateway);
        Grid { columns: COLUMNS.to_vec(), rows }
    }

    fn gateway_rows(&self, table: &SubnetTable, totals: &mut Totals) -> Vec<Vec<Cell>> {
        let mut rows = Vec::new();
        for run in table.gateway_runs() {
            totals.rows += run.count();
            totals.rests_on = totals.rests_on.union(run.first.rests_on);
            let hidden = run.first.state != State::Active && !self.selection.all;
            if hidden {
                totals.hidden += run.count();
            } else if run.count() > FOLD_ABOVE && !self.selection.all {
                let mut row = cells(&route_row(self.topology, table, &run.first));
                row[2].text = format!("{} and {} more", run.first.prefix, run.count() - 1);
                rows.push((run.first.prefix.clone(), row));
            } else {
                let each = table.rows_of_run(&run);
                rows.extend(each.map(|row| (row.prefix.clone(), cells(&route_row(self.topology, table, &row)))));
            }
        }
        rows.sort_by(|left, right| left.0.cmp(&right.0));
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// What is not a row but has to be said: routes that never settle, and sessions that Azure closes.
    fn alarms(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        for text in unsettled(self.topology, self.ribs) {
            let text = format!("{text}; the rows shown are those of one moment");
            blocks.push(Block::Line(Cell::toned(text, Tone::Bad)));
        }
        for closed in &self.ribs.closed {
            let text = format!(
                "session closed: {} sends {} routes to the route server of {}, which takes {} ({})",
                self.topology.router(closed.router).name,
                closed.routes,
                self.topology.vnet(closed.vnet).name,
                self.topology.facts.value(Fact::RoutesPerPeer),
                self.topology.facts.source(Fact::RoutesPerPeer),
            );
            blocks.push(Block::Line(Cell::toned(text, Tone::Bad)));
        }
        blocks
    }

    fn summary(&self, totals: &Totals, vnets: usize, notes: &[FactNote]) -> String {
        use crate::words::plural;
        let mut parts = vec![
            plural(vnets, "VNet", "VNets"),
            plural(totals.subnets, "subnet", "subnets"),
            plural(totals.tables, "distinct table", "distinct tables"),
            plural(totals.rows, "row", "rows"),
        ];
        if totals.hidden > 0 {
            parts.push(format!("{} Invalid or None not shown (--all)", totals.hidden));
        }
        if !notes.is_empty() {
            parts.push(format!("rests on {}", plural(notes.len(), "open fact", "open facts")));
        }
        format!("Plan: {}", parts.join(", "))
    }
}

fn is_local_or_peered(row: &Row) -> bool {
    use crate::effective::NextHopType::{VNetGlobalPeering, VNetPeering, VnetLocal};
    row.source == RouteSource::Default && matches!(row.next_hop_type, VnetLocal | VNetPeering | VNetGlobalPeering)
}

impl View for Plan<'_> {
    fn headings(&self) -> &'static [&'static str] {
        &["VNet", "Subnets"]
    }

    fn blocks(&self) -> Box<dyn Iterator<Item = Block> + '_> {
        let vnets = self.vnets();
        let count = vnets.len();
        let mut totals = Totals::default();
        let mut pending = vnets.into_iter();
        let mut ended = false;
        let mut queue: std::collections::VecDeque<Block> = std::collections::VecDeque::new();
        Box::new(std::iter::from_fn(move || {
            while queue.is_empty() && !ended {
                if let Some(vnet) = pending.next() {
                    queue.push_back(self.vnet_heading(vnet));
                    for group in self.groups(vnet) {
                        totals.subnets += group.subnets.len();
                        totals.tables += 1;
                        queue.push_back(self.group_heading(&group));
                        queue.push_back(Block::Grid(self.grid(&group.table, &mut totals)));
                    }
                } else {
                    ended = true;
                    queue.extend(self.alarms());
                    let notes = notes(&self.topology.facts, totals.rests_on.union(self.absences()));
                    queue.extend(note_blocks(&notes));
                    queue.push_back(Block::Summary(self.summary(&totals, count, &notes)));
                }
            }
            queue.pop_front()
        }))
    }

    fn write_json(&self, out: &mut dyn std::io::Write) -> std::io::Result<()> {
        json(self, out)
    }
}

/// `{formatVersion, asOf?, vnets: [{name, tables: [{subnets, value: [rows]}]}], oscillations, closedSessions, restsOn}`. VNets are
/// written one after another, so that memory does not grow with the estate.
impl Serialize for Plan<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rests_on = std::cell::Cell::new(FactSet::default());
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("formatVersion", "1.0")?;
        if let Some(day) = self.topology.facts.day() {
            map.serialize_entry("asOf", day)?;
        }
        let vnets = self.vnets();
        map.serialize_entry(
            "vnets",
            &Sequence(|| vnets.iter().map(|id| VnetValue { plan: self, id: *id, rests_on: &rests_on })),
        )?;
        let alarms: Vec<String> = self
            .alarms()
            .into_iter()
            .filter_map(|block| if let Block::Line(cell) = block { Some(cell.text) } else { None })
            .collect();
        map.serialize_entry("alarms", &alarms)?;
        map.serialize_entry("restsOn", &notes(&self.topology.facts, rests_on.get().union(self.absences())))?;
        map.end()
    }
}

/// A sequence that is produced while it is written.
struct Sequence<F>(F);

impl<F, I> Serialize for Sequence<F>
where
    F: Fn() -> I,
    I: Iterator,
    I::Item: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

struct VnetValue<'p, 'a> {
    plan: &'p Plan<'a>,
    id: VnetId,
    rests_on: &'p std::cell::Cell<FactSet>,
}

impl Serialize for VnetValue<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (plan, topology) = (self.plan, self.plan.topology);
        let groups = plan.groups(self.id);
        let tables = || {
            groups.iter().map(|group| TableValue {
                subnets: group.subnets.iter().map(|id| topology.subnet_name(*id)).collect(),
                topology,
                table: &group.table,
                rests_on: self.rests_on,
            })
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &topology.vnet(self.id).name)?;
        map.serialize_entry("tables", &Sequence(tables))?;
        map.end()
    }
}

struct TableValue<'p> {
    subnets: Vec<String>,
    topology: &'p Topology,
    table: &'p SubnetTable,
    rests_on: &'p std::cell::Cell<FactSet>,
}

impl Serialize for TableValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let row = |row: Row| -> RouteRow {
            self.rests_on.set(self.rests_on.get().union(row.rests_on));
            route_row(self.topology, self.table, &row)
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("subnets", &self.subnets)?;
        map.serialize_entry("value", &Sequence(|| self.table.rows().map(row)))?;
        map.end()
    }
}
