//! RS1303: traffic to a private endpoint passes the firewall by.

use super::*;
use crate::effective::{NextHopType, RowPrefix, State};
use crate::lint::phrases::next_hop_text;
use crate::lint::questions::deciding_routes::Decider;
use crate::topology::{EndpointPolicies, SubnetId, UserNextHop, UserPrefix, UserRoute};
use ipnet::{IpNet, Ipv4Net};
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

pub(super) static RULE: Rule = Rule {
    code: "RS1303",
    name: "private-endpoint-bypasses-firewall",
    group: Group::Bypass,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a subnet sends a VNet through an appliance, but not the private endpoints in it",
    what: "A user-defined route to an appliance decides over the range in which a private endpoint lies, and the endpoint's own /32 route \
           is still Active on that subnet, because route tables do not apply to the endpoint or because the route is shorter than the \
           range of its VNet. A route for 0.0.0.0/0 alone is not taken as meant for private endpoints.",
    why: "A private endpoint puts a /32 route on every NIC of its VNet and of the VNets peered with it. That route is longer than any \
          other, so the traffic goes straight to the endpoint, past the firewall that sees everything around it.",
    fix: "Write `private_endpoint_network_policies: RouteTableEnabled` for the subnet of the endpoint, and steer a range at least as long \
          as that of its VNet. A user-defined route for the /32 itself works as well.",
    bad: example!("RS1303", "bad"),
    good: example!("RS1303", "good"),
    sources: &[
        Source { title: "private endpoint network policies page", date: "2023-07-26", status: Status::Documented },
        Source {
            title: "github.com/fabferri/az-pattern, private endpoint and user-defined routes",
            date: "2023-08",
            status: Status::Observed,
        },
    ],
    check,
};

/// What passes the firewall by towards one subnet.
struct Bypass<'a> {
    endpoints: BTreeSet<Ipv4Addr>,
    from: BTreeSet<SubnetId>,
    too_short: bool,
    via: &'a UserRoute,
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    let homes = estate.private_endpoint_subnets();
    if homes.is_empty() {
        return;
    }
    let mut bypasses: BTreeMap<SubnetId, Bypass<'_>> = BTreeMap::new();
    for used in estate.used_tables() {
        let mut routes = used.by_range();
        // A route for everything never decides over a VNet.
        routes.remove(&Ipv4Net::default());
        if routes.values().any(|route| matches!(route.next_hop, UserNextHop::VirtualAppliance(_))) {
            for subnet in &used.subnets {
                collect(estate, &homes, &routes, *subnet, &mut bypasses);
            }
        }
    }
    for (home, bypass) in bypasses {
        found.add(finding(estate, home, bypass));
    }
}

/// Adds the endpoints that one subnet reaches past the appliance to which it sends everything around them.
fn collect<'a>(
    estate: &Context<'_>,
    homes: &BTreeMap<Ipv4Addr, Vec<SubnetId>>,
    routes: &BTreeMap<Ipv4Net, &'a UserRoute>,
    subnet: SubnetId,
    bypasses: &mut BTreeMap<SubnetId, Bypass<'a>>,
) {
    for row in estate.table(subnet).own_rows() {
        let RowPrefix::Range(host) = row.prefix else { continue };
        if row.next_hop_type != NextHopType::InterfaceEndpoint || row.state != State::Active {
            continue;
        }
        let address = host.network();
        let Some(owner) = estate.vnet_of_address(subnet.vnet, address) else { continue };
        let mut there = homes.get(&address).into_iter().flatten();
        let Some(home) = there.find(|home| home.vnet == owner).copied() else { continue };
        let Some((route, range)) = steering_route(estate, routes, subnet, host) else { continue };
        let space = estate.topology.vnet(owner).ranges.iter().find(|range| range.contains(&address));
        let empty = || Bypass { endpoints: BTreeSet::new(), from: BTreeSet::new(), too_short: false, via: route };
        let bypass = bypasses.entry(home).or_insert_with(empty);
        bypass.endpoints.insert(address);
        bypass.from.insert(subnet);
        bypass.too_short |= range.prefix_len() < space.map_or(32, Ipv4Net::prefix_len);
    }
}

/// The route that would decide over an endpoint were it any other address.
fn steering_route<'a>(
    estate: &Context<'_>,
    routes: &BTreeMap<Ipv4Net, &'a UserRoute>,
    subnet: SubnetId,
    host: Ipv4Net,
) -> Option<(&'a UserRoute, Ipv4Net)> {
    let Decider::User(route) = estate.decider(subnet, routes, host, None) else { return None };
    let UserNextHop::VirtualAppliance(appliance) = route.next_hop else { return None };
    let UserPrefix::Range(IpNet::V4(range)) = route.prefix else { return None };
    // Its own packets an appliance sends where it likes.
    let itself = estate.topology.subnet(subnet).ranges.iter().any(|range| range.contains(&appliance));
    (!itself).then_some((route, range))
}

fn finding(estate: &Context<'_>, home: SubnetId, bypass: Bypass<'_>) -> Finding {
    let name = estate.topology.subnet_name(home);
    let subnets: Vec<SubnetId> = bypass.from.into_iter().collect();
    let message = format!("traffic to the private endpoints in `{name}` passes the firewall by");
    let written = estate.written_subnet(home);
    let policies = written.body.private_endpoint_network_policies.as_ref();
    let off = !matches!(
        estate.topology.subnet(home).endpoint_policies,
        EndpointPolicies::Enabled | EndpointPolicies::RouteTableEnabled
    );
    let span = policies.filter(|_| off).map_or(written.name.span, |policies| policies.span);
    let endpoints = estate.topology.subnet(home).private_endpoints.iter();
    let names = endpoints.filter(|endpoint| bypass.endpoints.contains(&endpoint.address));
    let names = names.map(|endpoint| endpoint.name.clone());
    let finding = Finding::new(span, estate.subnet_path(home), message)
        .label("the /32 routes of the endpoints win on every NIC")
        .also(bypass.via.span, format!("sends everything around them to {}", next_hop_text(bypass.via.next_hop)))
        .affects(format!("private endpoints {}", few_names(names)))
        .affects(format!("traffic from {}", estate.subnets_text(&subnets)));
    let ranges = &estate.topology.vnet(home.vnet).ranges;
    let range = ranges.first().map_or(String::new(), ToString::to_string);
    let longer = format!("send {range} or longer ranges to the appliance");
    let wanted = match estate.topology.subnet(home).endpoint_policies {
        EndpointPolicies::NetworkSecurityGroupEnabled => "Enabled",
        _ => "RouteTableEnabled",
    };
    let set = format!("write `private_endpoint_network_policies: {wanted}` in this subnet");
    finding.help(match (off, bypass.too_short) {
        (true, false) => set,
        (true, true) => format!("{set}, and {longer}"),
        _ => longer,
    })
}
