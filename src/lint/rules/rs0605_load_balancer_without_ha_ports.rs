//! RS0605: a load balancer as next hop that does not take all ports.

use super::*;
use crate::lint::questions::address_holders::Holder;
use crate::source::Span;
use crate::topology::{RouteTableId, UserNextHop, VnetId};
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    code: "RS0605",
    name: "load-balancer-without-ha-ports",
    group: Group::Loss,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a load balancer is used as next hop but has no rule for all ports",
    what: "A load balancer with `ha_ports: false` is the next hop of a user-defined route of a table that a subnet uses, or of \
           prefixes that an NVA announces to a route server.",
    why: "A load balancer passes on only what its rules name. As a next hop it gets packets of every protocol and port, and without \
          a rule for all ports it drops those that no rule names, without a trace.",
    fix: "Use an internal Standard load balancer with a rule for HA ports: protocol All, frontend port 0, backend port 0.",
    bad: example!("RS0605", "bad"),
    good: example!("RS0605", "good"),
    sources: &[Source { title: "Route Server next hop IP page", date: "2025-09-17", status: Status::Documented }],
    check,
};

/// By load balancer: where it is used, and what for.
type Uses = BTreeMap<usize, Vec<(Span, String)>>;

fn check(estate: &Context<'_>, found: &mut Findings) {
    if estate.topology.load_balancers.iter().all(|balancer| balancer.ha_ports) {
        return;
    }
    let mut uses = Uses::new();
    for hop in estate.announced_next_hops() {
        if let Some(Holder::LoadBalancer(index)) = estate.owner_of(hop.host, hop.address) {
            let router = &estate.topology.router(hop.router).name;
            uses.entry(index)
                .or_default()
                .push((hop.span, format!("`{router}` announces it for {}", few(&hop.prefixes))));
        }
    }
    used_by_tables(estate, &mut uses);
    for (index, used) in uses {
        let balancer = &estate.topology.load_balancers[index];
        // Load balancers that were left out for a broken name are not there, so the place is found by name.
        let written = estate.document.load_balancers.iter().find(|written| written.name.value == balancer.name);
        let flag = written.and_then(|written| written.body.ha_ports.as_ref()).filter(|flag| !flag.value);
        let Some(flag) = flag else { continue };
        let message = format!("load balancer `{}` is a next hop but has no rule for all ports", balancer.name);
        let mut finding = Finding::new(flag.span, format!("load_balancers.{}", balancer.name), message)
            .label("drops every port that no rule names")
            .help("give it a rule for HA ports, then write `ha_ports: true`")
            .replace(flag.span, "true", "let the load balancer take all ports");
        for (span, words) in used.iter().take(3) {
            finding = finding.also(*span, words.as_str());
        }
        found.add(finding);
    }
}

/// Tables count once for every load balancer, however many subnets use them.
fn used_by_tables(estate: &Context<'_>, uses: &mut Uses) {
    let mut users: BTreeMap<RouteTableId, BTreeSet<VnetId>> = BTreeMap::new();
    for id in estate.subnets() {
        if let Some(table) = estate.topology.subnet(id).route_table {
            users.entry(table).or_default().insert(id.vnet);
        }
    }
    let addresses: BTreeSet<_> = estate.topology.load_balancers.iter().map(|balancer| balancer.address).collect();
    for (id, vnets) in users {
        let mut done: BTreeSet<usize> = BTreeSet::new();
        let table = &estate.topology.route_tables[id.index()];
        for (place, route) in table.routes.iter().enumerate() {
            let UserNextHop::VirtualAppliance(address) = route.next_hop else { continue };
            if !addresses.contains(&address) {
                continue;
            }
            let owners: BTreeSet<usize> = vnets
                .iter()
                .filter_map(|vnet| match estate.owner_of(*vnet, address) {
                    Some(Holder::LoadBalancer(index)) => Some(index),
                    _ => None,
                })
                .collect();
            let span = estate.document.route_tables[id.index()].body.routes[place].body.next_hop.span;
            for index in owners.into_iter().filter(|index| done.insert(*index)) {
                let words = format!("next hop of route `{}` in table `{}`", route.name, table.name);
                uses.entry(index).or_default().push((span, words));
            }
        }
    }
}
