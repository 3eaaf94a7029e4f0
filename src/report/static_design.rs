//! A static design as it is written: names for tables and routes, and what the tables cannot say, in sentences.
//!
//! What the tables hold was decided in `analysis`; how a format spells it belongs to `exchange`.

use super::cover::covers;
use super::fates::Holders;
use crate::analysis::fate::Fate;
use crate::analysis::static_design::{Compromise, StaticDesign, StaticTable, Why};
use crate::azure::facts::Fact;
use crate::exchange::emit::tables::{Route, RouteTables, Subnet, Table};
use crate::syntax::document::{Document, Peering, PeeringForm};
use crate::syntax::peerings_without_gateways;
use crate::syntax::tree::Node;
use crate::topology::{SubnetId, Topology, UserPrefix};
use crate::words::{few, few_names};
use ipnet::{IpNet, Ipv4Net};

/// The tables with their names. `prefixes` gives all ranges of a subnet as they are written.
///
/// The names of the topology's file and of the file that an overlay extends are left to the caller.
pub fn route_tables(
    topology: &Topology,
    design: &StaticDesign,
    is_whole: bool,
    prefixes: impl Fn(SubnetId) -> Vec<IpNet>,
) -> RouteTables {
    let subnet = |id: &SubnetId| Subnet {
        vnet: topology.vnet(id.vnet).name.clone(),
        name: topology.subnet(*id).name.clone(),
        prefixes: prefixes(*id),
    };
    let limit = topology.facts.number(Fact::RoutesPerTable);
    let mut shared = 0;
    let tables = design.tables.iter().map(|table| Table {
        name: name(topology, table, &mut shared),
        region: table.region.clone(),
        propagation: table.propagation,
        routes: routes(table),
        subnets: table.subnets.iter().map(subnet).collect(),
        remarks: too_long(table, limit).into_iter().collect(),
    });
    let tables: Vec<Table> = tables.collect();
    let holders = Holders::new(topology);
    let used = |id: &SubnetId| topology.subnet(*id).route_table;
    let bare = design.bare.iter().filter(|id| used(id).is_some());
    // Tables of subnets that were not asked for stay.
    let replaced = topology.route_tables.iter().filter(|_| is_whole);
    let servers = topology.vnets.iter().filter(|vnet| vnet.route_server.is_some());
    let mut remarks: Vec<String> =
        design.compromises.iter().map(|compromise| sentence(topology, &holders, compromise)).collect();
    let borrowers = borrowers(topology);
    if !borrowers.is_empty() {
        let spokes = few_names(borrowers.iter().map(|(_, spoke)| *spoke));
        remarks.push(format!(
            "The peerings of {spokes} use a hub that has no gateway once its route server is gone: Azure takes it away only \
             after `use_remote_gateways` is off there."
        ));
    }
    RouteTables {
        tables,
        remarks,
        removed_route_servers: servers.map(|vnet| vnet.name.clone()).collect(),
        removed_route_tables: replaced.map(|table| table.name.clone()).collect(),
        bare_subnets: bare.map(subnet).collect(),
        ..RouteTables::default()
    }
}

/// The peerings as an overlay says them, each on one line, with those spokes using no gateway that lose the last one; empty when none
/// does.
pub fn peerings(topology: &Topology, document: &Document, root: &Node) -> Vec<String> {
    let borrowers = borrowers(topology);
    if borrowers.is_empty() {
        return Vec::new();
    }
    let spoke = |peering: &Peering| {
        let (one, other) = peering.ends();
        let between = |pair: &&(&str, &str)| [(one, other), (other, one)].contains(*pair);
        borrowers.iter().find(between).map(|(_, spoke)| *spoke)
    };
    // Of a one-way entry only the spoke's own is about its use of the gateway.
    let own = |peering: &Peering, spoke: &str| match &peering.form {
        PeeringForm::OneWay { local, .. } => local.value == spoke,
        _ => true,
    };
    let sides = document.peerings.iter().enumerate();
    let sides: Vec<(usize, &str)> = sides
        .filter_map(|(index, peering)| Some((index, spoke(peering).filter(|spoke| own(peering, spoke))?)))
        .collect();
    peerings_without_gateways(root, &sides)
}

/// Hub and spoke of each peering over which a spoke uses nothing but the route server.
fn borrowers(topology: &Topology) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    for hub in &topology.vnets {
        let only_server =
            hub.route_server.is_some() && hub.vpn_gateway.is_none() && hub.express_route_gateway.is_none();
        let spokes = hub.links.iter().filter(|link| only_server && link.lends_to_remote);
        found.extend(spokes.map(|link| (hub.name.as_str(), topology.vnet(link.remote).name.as_str())));
    }
    found
}

/// `rt-spoke1-app` of one subnet, `rt-spoke1` of several of one VNet, `rt-shared-1` of subnets of several.
fn name(topology: &Topology, table: &StaticTable, shared: &mut usize) -> String {
    let vnet = |id: &SubnetId| &topology.vnet(id.vnet).name;
    match table.subnets.as_slice() {
        [one] => format!("rt-{}-{}", vnet(one), topology.subnet(*one).name),
        [first, rest @ ..] if rest.iter().all(|id| id.vnet == first.vnet) => format!("rt-{}", vnet(first)),
        _ => {
            *shared += 1;
            format!("rt-shared-{shared}")
        }
    }
}

fn routes(table: &StaticTable) -> Vec<Route> {
    let ranges = table.routes.iter().map(|(prefix, next_hop)| Route {
        name: route_name(*prefix),
        prefix: UserPrefix::Range((*prefix).into()),
        next_hop: *next_hop,
    });
    let services = table.services.iter().map(|(tag, next_hop)| Route {
        name: format!("to-{tag}"),
        prefix: UserPrefix::ServiceTag(tag.clone()),
        next_hop: *next_hop,
    });
    ranges.chain(services).collect()
}

fn route_name(prefix: Ipv4Net) -> String {
    match prefix.prefix_len() {
        0 => "default".into(),
        length => format!("to-{}-{length}", prefix.network()),
    }
}

fn too_long(table: &StaticTable, limit: usize) -> Option<String> {
    let count = table.routes.len() + table.services.len();
    (count > limit).then(|| format!("It holds {count} routes; Azure takes {limit} in a table."))
}

fn sentence(topology: &Topology, holders: &Holders, compromise: &Compromise) -> String {
    let subnets = few_names(compromise.subnets.iter().map(|id| topology.subnet_name(*id)));
    let ranges: Vec<Ipv4Net> = compromise.ranges.iter().flat_map(|range| range.prefixes()).collect();
    let (ranges, wished) = (few(covers(&ranges)), holders.fate(&compromise.wished));
    let instead = match &compromise.instead {
        Fate::Dropped => "is dropped".to_owned(),
        fate => format!("goes to {}", holders.fate(fate)),
    };
    let why = match compromise.why {
        Why::EqualCost => {
            "a user-defined route names one next hop; a load balancer with all of these NVAs behind it would keep them"
        }
        Why::ExpressRoute => "a user-defined route cannot send to an ExpressRoute gateway",
        Why::UnreachableNextHop => {
            "a user-defined route is not used when its next hop is outside the VNet and its peerings"
        }
        Why::NoVpnGateway => {
            "a user-defined route sends to a VPN gateway of the VNet or of the hub it uses, and there is none"
        }
        Why::SystemRoute => "only Azure's own routes send to a peered VNet or a private endpoint",
        Why::DefaultRouteOnGatewaySubnet => "Azure takes no route for 0.0.0.0/0 on GatewaySubnet",
        Why::NoTableHere => "Azure takes no route table on this subnet",
    };
    format!("{subnets}: {ranges} went to {wished} and now {instead}, because {why}.")
}
