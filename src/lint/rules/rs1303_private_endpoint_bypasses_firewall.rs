//! RS1303: traffic to a private endpoint passes the firewall by.

use super::*;
use crate::effective::{NextHopType, RowPrefix, State};
use crate::lint::user_routes::{TableRoute, UsedTable, some_of};
use crate::topology::{EndpointPolicies, SubnetId};
use ipnet::Ipv4Net;
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
        Source { title: "Private endpoint network policies page", date: "2023-07-26", status: Status::Documented },
        Source { title: "github.com/fabferri/az-pattern, private endpoint and user-defined routes", date: "2023-08", status: Status::Observed },
    ],
    check,
};

/// What passes the firewall by towards one subnet.
#[derive(Default)]
struct Bypass {
    endpoints: BTreeSet<String>,
    from: BTreeSet<SubnetId>,
    too_short: bool,
    via: Option<(crate::source::Span, String)>,
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    let homes = homes(estate);
    if homes.is_empty() {
        return;
    }
    let mut bypasses: BTreeMap<SubnetId, Bypass> = BTreeMap::new();
    for used in estate.used_tables() {
        let steering: Vec<TableRoute<'_>> = used.routes().filter(|route| route.appliance().is_some()).collect();
        if steering.iter().any(|route| route.range().is_some_and(|range| range.prefix_len() > 0)) {
            for subnet in &used.subnets {
                collect(estate, &homes, &used, *subnet, &mut bypasses);
            }
        }
    }
    for (home, bypass) in bypasses {
        found.add(finding(estate, home, bypass));
    }
}

/// The subnets of private endpoints, by address.
fn homes(estate: &Context<'_>) -> BTreeMap<Ipv4Addr, Vec<SubnetId>> {
    let mut homes: BTreeMap<Ipv4Addr, Vec<SubnetId>> = BTreeMap::new();
    for id in estate.subnets() {
        for endpoint in &estate.topology.subnet(id).private_endpoints {
            homes.entry(endpoint.address).or_default().push(id);
        }
    }
    homes
}

/// Adds the endpoints that one subnet reaches past the appliance to which it sends everything around them.
fn collect(
    estate: &Context<'_>,
    homes: &BTreeMap<Ipv4Addr, Vec<SubnetId>>,
    used: &UsedTable<'_>,
    subnet: SubnetId,
    bypasses: &mut BTreeMap<SubnetId, Bypass>,
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
        let Some((route, too_short)) = steering_route(estate, used, subnet, address, home) else { continue };
        let bypass = bypasses.entry(home).or_default();
        bypass.endpoints.insert(row.name.clone().unwrap_or_else(|| address.to_string()));
        bypass.from.insert(subnet);
        bypass.too_short |= too_short;
        bypass.via.get_or_insert((route.prefix_span(), format!("sends {} to {}", route.prefix(), route.sends_to())));
    }
}

/// The route that would decide over an endpoint were it any other address; and whether it is shorter than the endpoint's VNet.
fn steering_route<'a>(
    estate: &Context<'_>,
    used: &UsedTable<'a>,
    subnet: SubnetId,
    address: Ipv4Addr,
    home: SubnetId,
) -> Option<(TableRoute<'a>, bool)> {
    let covers = |range: &&Ipv4Net| range.contains(&address);
    let covering = used.routes().filter_map(|route| Some((route.range().filter(|range| range.contains(&address))?, route)));
    let (range, route) = covering.max_by_key(|(range, _)| range.prefix_len())?;
    let appliance = route.appliance()?;
    let here = estate.topology.vnet(subnet.vnet);
    let links = here.links.iter().filter(|link| link.connected);
    let system = here.ranges.iter().chain(links.flat_map(|link| &link.remote_ranges)).filter(covers);
    let longest = system.map(Ipv4Net::prefix_len).max().unwrap_or(0);
    // Its own packets an appliance sends where it likes.
    let itself = estate.topology.subnet(subnet).ranges.iter().any(|range| range.contains(&appliance));
    if range.prefix_len() == 0 || range.prefix_len() < longest || itself {
        return None;
    }
    let space = estate.topology.vnet(home.vnet).ranges.iter().find(covers).map_or(32, Ipv4Net::prefix_len);
    Some((route, range.prefix_len() < space))
}

fn finding(estate: &Context<'_>, home: SubnetId, bypass: Bypass) -> Finding {
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
    let mut finding = Finding::new(span, estate.subnet_path(home), message)
        .label("the /32 routes of the endpoints win on every NIC")
        .affects(format!("private endpoints {}", some_of(bypass.endpoints)))
        .affects(format!("traffic from {}", estate.subnets_text(&subnets)));
    if let Some((span, text)) = bypass.via {
        finding = finding.also(span, text);
    }
    let ranges = &estate.topology.vnet(home.vnet).ranges;
    let range = ranges.first().map_or(String::new(), ToString::to_string);
    let longer = format!("send {range} or longer ranges to the appliance");
    let wanted = match estate.topology.subnet(home).endpoint_policies {
        EndpointPolicies::NetworkSecurityGroupEnabled => "Enabled",
        _ => "RouteTableEnabled",
    };
    let set = format!("write `private_endpoint_network_policies: {wanted}` in this subnet");
    if let Some(policies) = policies.filter(|_| off && !bypass.too_short) {
        finding = finding.replace(policies.span, wanted, "let route tables apply to the private endpoints");
    }
    finding.help(match (off, bypass.too_short) {
        (true, false) => set,
        (true, true) => format!("{set}, and {longer}"),
        _ => longer,
    })
}
