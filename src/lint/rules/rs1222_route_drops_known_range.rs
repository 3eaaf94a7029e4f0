//! RS1222: a user-defined route throws away what would arrive.

use super::*;
use crate::lint::questions::deciding_routes::Decider;
use crate::lint::questions::user_routes::TableRoute;
use crate::topology::{SubnetId, UserNextHop, UserRoute};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    code: "RS1222",
    name: "route-drops-known-range",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a user-defined route with next hop None drops a whole VNet or site that would be reachable",
    what: "A user-defined route with next hop `None` decides over a range of a VNet or a prefix of a site of the file, which the subnet \
           would reach without it. Routes for 0.0.0.0/0 and for a part of a range are taken as meant.",
    why: "Every packet from the subnet to that range is dropped, replies to connections from there included. Where the wider range of \
          the route was chosen to block something else, the loss is easily missed.",
    fix: "Remove the route, make it narrower, or add a more specific route for what has to pass.",
    bad: example!("RS1222", "bad"),
    good: example!("RS1222", "good"),
    sources: &[Source { title: "user-defined routes overview", date: "2025", status: Status::Documented }],
    check,
};

/// Ranges of VNets and prefixes of sites, in order.
fn known_ranges(estate: &Context<'_>) -> BTreeSet<Ipv4Net> {
    let topology = estate.topology;
    let sites = topology.routers.iter().filter(|router| !router.is_nva());
    let mut known: BTreeSet<Ipv4Net> = sites.flat_map(|site| &site.originates).map(|origin| origin.prefix).collect();
    known.extend(topology.vnets.iter().flat_map(|vnet| &vnet.ranges));
    known.extend(topology.tunnels.iter().flat_map(|tunnel| &tunnel.sides).flat_map(|side| &side.static_prefixes));
    known
}

/// The known ranges that a route takes away from one subnet.
fn dropped(
    estate: &Context<'_>,
    routes: &BTreeMap<Ipv4Net, &UserRoute>,
    subnet: SubnetId,
    route: &TableRoute<'_>,
    known: &BTreeSet<Ipv4Net>,
) -> Vec<Ipv4Net> {
    let Some(range) = route.range().filter(|range| range.prefix_len() > 0) else { return Vec::new() };
    let inside = known.range(range..).take_while(|other| other.network() <= range.broadcast());
    inside
        .filter(|other| range.contains(*other))
        .filter(|other| {
            let decides = |way: Decider<'_>| matches!(way, Decider::User(other) if std::ptr::eq(other, route.route));
            decides(estate.decider(subnet, routes, **other, None))
                && estate.decider(subnet, routes, **other, Some(route.route)).arrives()
        })
        .copied()
        .collect()
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    let mut known: Option<BTreeSet<Ipv4Net>> = None;
    for used in estate.used_tables() {
        let routes = used.by_range();
        for route in used.routes().filter(|route| route.route.next_hop == UserNextHop::None) {
            let known = known.get_or_insert_with(|| known_ranges(estate));
            let mut ranges: BTreeSet<Ipv4Net> = BTreeSet::new();
            let mut subnets: Vec<SubnetId> = Vec::new();
            for one in used.one_per_vnet() {
                let lost = dropped(estate, &routes, one, &route, known);
                if !lost.is_empty() {
                    subnets.extend(used.subnets.iter().filter(|subnet| subnet.vnet == one.vnet));
                    ranges.extend(lost);
                }
            }
            let Some(first) = ranges.first() else { continue };
            let message = format!(
                "route `{}` drops {} that `{}` would reach",
                route.route.name,
                few(&ranges),
                estate.topology.subnet_name(subnets[0])
            );
            let owner = estate.topology.vnets.iter().find(|vnet| vnet.ranges.contains(first));
            let mut finding = Finding::new(route.next_hop_span(), used.route_path(route.route), message)
                .label("drops every packet that the route matches")
                .affects(estate.subnets_text(&subnets));
            if let Some(vnet) = owner {
                finding = finding.also(vnet.span, format!("{first} is a range of this VNet"));
            }
            found.add(finding.help(if route.range() == Some(*first) {
                format!("remove `{}`, or block single addresses with a network security group", route.route.name)
            } else {
                format!("narrow {} down, or add a more specific route for {first}", route.prefix())
            }));
        }
    }
}
