//! RS1302: a default route to a firewall that on-premises traffic passes by.

use super::rs1301_on_premises_to_spoke_bypasses_firewall::{by_gateway_of, sites};
use super::*;
use crate::analysis::forward::{Place, Way};
use crate::syntax::document::UserNextHop;
use crate::topology::{RouterId, SubnetId, UserPrefix, UserRoute, VnetId};
use ipnet::IpNet;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

pub(super) static RULE: Rule = Rule {
    code: "RS1302",
    name: "default-route-bypassed-by-gateway-route",
    group: Group::Bypass,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a default route leads to an appliance, but traffic to on-premises passes it by",
    what: "A subnet has a user-defined 0.0.0.0/0 to an appliance and takes routes from gateways, and traffic to a site leaves by the \
           gateway without passing any appliance.",
    why: "The longest prefix wins over every other preference. What a gateway brings for on-premises is longer than 0.0.0.0/0, so the \
          default route catches the internet only and the appliance never sees on-premises traffic.",
    fix: "Set `bgp_route_propagation: false` in the route table, so that the default route is left alone, or add user-defined routes \
          for the on-premises prefixes. Leave it, and ignore this rule, where on-premises traffic shall not be inspected.",
    bad: example!("RS1302", "bad"),
    good: example!("RS1302", "good"),
    sources: &[
        Source { title: "route injection in spokes page", date: "2025-02-10", status: Status::Documented },
        Source { title: "user-defined routes overview", date: "2025", status: Status::Documented },
    ],
    check,
};

fn is_default_to_appliance(route: &UserRoute) -> bool {
    matches!(route.prefix, UserPrefix::Range(IpNet::V4(prefix)) if prefix.prefix_len() == 0)
        && matches!(route.next_hop, UserNextHop::VirtualAppliance(_))
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    let mut sites_of: BTreeMap<VnetId, Vec<(RouterId, Ipv4Addr)>> = BTreeMap::new();
    let mut by_table: BTreeMap<usize, (Vec<SubnetId>, Vec<String>)> = BTreeMap::new();
    for subnet in estate.subnets().filter(|id| estate.is_workload(*id)) {
        let Some(table) = estate.topology.subnet(subnet).route_table else { continue };
        let table_of = &estate.topology.route_tables[table.index()];
        if !table_of.propagation || !table_of.routes.iter().any(is_default_to_appliance) {
            continue;
        }
        let Some(hub) = estate.topology.vnet(subnet.vnet).provider else { continue };
        let sites = sites_of.entry(hub).or_insert_with(|| sites(estate, hub));
        let missed: Vec<String> = sites
            .iter()
            .filter_map(|(site, address)| {
                let ways = estate.forwarding().ways(Place::Subnet(subnet), *address);
                by_gateway_of(&ways, *site)?;
                let uninspected = |way: &Way| way.routers().all(|id| !estate.topology.router(id).is_nva());
                ways.iter().any(uninspected).then(|| format!("`{}`", estate.topology.router(*site).name))
            })
            .collect();
        if !missed.is_empty() {
            let (subnets, names) = by_table.entry(table.index()).or_default();
            subnets.push(subnet);
            names.extend(missed);
        }
    }
    for (index, (subnets, mut names)) in by_table {
        names.sort();
        names.dedup();
        let table = &estate.topology.route_tables[index];
        let written = &estate.document.route_tables[index].body;
        let Some(route) = table.routes.iter().find(|route| is_default_to_appliance(route)) else { continue };
        let span = written.bgp_route_propagation.as_ref().map_or(table.span, |flag| flag.span);
        let message = format!(
            "traffic to {} does not follow the default route of `{}` to the appliance",
            some_of(&names),
            table.name
        );
        found.add(
            Finding::new(span, format!("route_tables.{}", table.name), message)
                .label("takes the longer routes of the gateway")
                .also(route.span, "only what no longer prefix decides follows this route")
                .affects(some_of(subnets.iter().map(|id| format!("`{}`", estate.topology.subnet_name(*id)))))
                .help(
                    "write `bgp_route_propagation: false`, or add routes for the on-premises prefixes to the appliance",
                ),
        );
    }
}
