//! A static design as it is written: names for tables and routes, and what the tables cannot say, in sentences.
//!
//! What the tables hold was decided in `analysis`; how a format spells it belongs to `exchange`.

use super::cover::covers;
use super::fates::Holders;
use crate::analysis::fate::Fate;
use crate::analysis::heard::Heard;
use crate::analysis::static_design::{Compromise, StaticDesign, StaticTable, Why};
use crate::azure::facts::Fact;
use crate::exchange::emit::tables::{Route, RouteTables, Subnet, Table};
use crate::syntax::document::{Document, Peering, PeeringForm};
use crate::syntax::peerings_without_gateways;
use crate::syntax::tree::Node;
use crate::topology::{Router, SubnetId, Topology, UserNextHop, UserPrefix};
use crate::words::{few, few_names};
use ipnet::{IpNet, Ipv4Net};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

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
        remarks: table_remarks(topology, table, limit),
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
    remarks.extend(unheard(&design.unheard));
    let borrowers = borrowers(topology);
    if !borrowers.is_empty() {
        let spokes = few_names(borrowers.iter().map(|(_, spoke)| *spoke));
        remarks.push(format!(
            "The peerings of {spokes} use a hub that has no gateway once its route server is gone: Azure takes it away only \
             after `use_remote_gateways` is off there."
        ));
    }
    let servers: Vec<String> = servers.map(|vnet| vnet.name.clone()).collect();
    if !is_whole && !servers.is_empty() {
        remarks.push("Every other subnet keeps the table it has, and loses what route servers program.".into());
    }
    RouteTables {
        tables,
        remarks,
        removed_route_servers: servers,
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

/// What has to be known of one table, with the subnets in place of its name: the name may yet change.
fn table_remarks(topology: &Topology, table: &StaticTable, limit: usize) -> Vec<String> {
    let names = |ids: &[SubnetId]| few_names(ids.iter().map(|id| topology.subnet_name(*id)));
    let mut remarks = Vec::new();
    let count = table.routes.len() + table.services.len();
    if count > limit {
        let subnets = names(&table.subnets);
        remarks.push(format!("The table of {subnets} holds {count} routes; Azure takes {limit} in a table."));
    }
    let hops: BTreeSet<Ipv4Addr> = table.routes.iter().filter_map(|(_, next_hop)| address(*next_hop)).collect();
    for hop in hops {
        let far: Vec<SubnetId> = table.subnets.iter().copied().filter(|id| !topology.reaches(id.vnet, hop)).collect();
        if !far.is_empty() {
            remarks.push(format!(
                "{}: {hop} is neither in the own VNet nor in a peered one, and Azure asks for direct connectivity to the next \
                 hop of a user-defined route. What goes there may be dropped.",
                names(&far)
            ));
        }
    }
    remarks.extend(table.subnets.iter().filter_map(|id| sent_back(topology, table, *id)));
    remarks
}

/// An NVA whose own subnet sends the internet to it: the route server did so too, and packets come back to the NVA until they die.
///
/// Source: Microsoft, virtual network traffic routing, note on the virtual appliance (2023-05-27).
fn sent_back(topology: &Topology, table: &StaticTable, id: SubnetId) -> Option<String> {
    let default: Vec<Ipv4Addr> = table
        .routes
        .iter()
        .filter(|(prefix, _)| prefix.prefix_len() <= 1)
        .filter_map(|(_, next_hop)| address(*next_hop))
        .collect();
    let returns = |router: &&Router| {
        let all_here = router.nics().all(|(subnet, _)| subnet == id);
        all_here && router.nics().any(|(_, own)| own.is_some_and(|own| default.contains(&own)))
    };
    let router = topology.routers.iter().filter(|router| router.is_nva()).find(returns)?;
    Some(format!(
        "`{}` is in `{}` itself: what it sends to the internet comes back to it, as it does with the route server. \
         A route for 0.0.0.0/0 to Internet in a table of this subnet alone ends that.",
        router.name,
        topology.subnet_name(id)
    ))
}

fn address(next_hop: UserNextHop) -> Option<Ipv4Addr> {
    if let UserNextHop::VirtualAppliance(address) = next_hop { Some(address) } else { None }
}

/// What sites and NVAs do not hear of any more, those that miss the same together.
fn unheard(heard: &Heard) -> Vec<String> {
    let mut alike: Vec<(bool, Vec<&str>, &BTreeSet<Ipv4Net>)> = Vec::new();
    for (listener, prefixes) in heard {
        match alike.iter_mut().find(|(is_nva, _, known)| (*is_nva, *known) == (listener.is_nva, prefixes)) {
            Some((_, names, _)) => names.push(&listener.name),
            None => alike.push((listener.is_nva, vec![&listener.name], prefixes)),
        }
    }
    let told = alike.into_iter().map(|(is_nva, names, prefixes)| {
        let prefixes: Vec<Ipv4Net> = prefixes.iter().copied().collect();
        let (hear, ranges) = (if names.len() == 1 { "hears" } else { "hear" }, few(prefixes));
        let names = few_names(names);
        if is_nva {
            return format!("{names} no longer {hear} of {ranges} by BGP; where that is needed, static routes have to take its place.");
        }
        format!(
            "{names} no longer {hear} of {ranges}: without a route server a gateway announces its VNet, the spokes that use it and \
             what other sites told it, and no route table changes that."
        )
    });
    told.collect()
}

fn sentence(topology: &Topology, holders: &Holders, compromise: &Compromise) -> String {
    let subnets = few_names(compromise.subnets.iter().map(|id| topology.subnet_name(*id)));
    let ranges: Vec<Ipv4Net> = compromise.ranges.iter().flat_map(|range| range.prefixes()).collect();
    let ranges = few(covers(&ranges));
    let before = match &compromise.wished {
        Fate::Dropped => "was dropped".to_owned(),
        fate => format!("went to {}", holders.fate(fate)),
    };
    let after = match &compromise.instead {
        Fate::Dropped => "is dropped now".to_owned(),
        fate => format!("goes to {} now", holders.fate(fate)),
    };
    let why = match compromise.why {
        Why::EqualCost => {
            "a user-defined route names one next hop; a load balancer with just these NVAs behind it would keep them all"
        }
        Why::ExpressRoute => "a user-defined route cannot send to an ExpressRoute gateway",
        Why::UnreachableNextHop => {
            "a user-defined route is not used when its next hop is outside the VNet and its peerings"
        }
        Why::NoVpnGateway => {
            "a user-defined route sends to a VPN gateway of the VNet or of the hub it uses, and there is none"
        }
        Why::GatewayNotTold => "the gateway heard of it through a route server and does not know on without",
        Why::CoexistingGateways => {
            "a user-defined route cannot send to a VPN gateway that has an ExpressRoute gateway beside it"
        }
        Why::SystemRoute => "only Azure's own routes send to a peered VNet or a private endpoint",
        Why::DefaultRouteOnGatewaySubnet => "Azure takes no route for 0.0.0.0/0 on GatewaySubnet",
        Why::NoTableHere => "Azure takes no route table on this subnet",
    };
    format!("{subnets}: traffic to {ranges} {before} and {after}, because {why}.")
}
