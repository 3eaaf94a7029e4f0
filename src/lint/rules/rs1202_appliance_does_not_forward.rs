//! RS1202: traffic is sent to an NVA whose NIC does not forward.

use super::*;
use crate::effective::Hop;
use crate::topology::{RouterId, SubnetId};
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    code: "RS1202",
    name: "appliance-does-not-forward",
    group: Group::Loss,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "an NVA is a next hop but IP forwarding is off on its NIC",
    what: "An NVA with `ip_forwarding: false` is the next hop of a user-defined route or of a route that a route server programs, by \
           itself or behind a load balancer.",
    why: "Without IP forwarding Azure delivers to a NIC only what is addressed to the NIC itself and lets out only what comes from its \
          own address. Everything that the NVA should pass on is dropped before it arrives.",
    fix: "Turn on IP forwarding on every NIC of the NVA that passes traffic on, and in its operating system.",
    bad: example!("RS1202", "bad"),
    good: example!("RS1202", "good"),
    sources: &[
        Source { title: "user-defined routes overview", date: "2023-05-27", status: Status::Documented },
        Source { title: "user-defined routes overview", date: "2025", status: Status::Documented },
    ],
    check,
};

/// What is sent to one NVA.
#[derive(Default)]
struct Sent {
    routes: BTreeSet<String>,
    subnets: BTreeSet<SubnetId>,
    learned: BTreeMap<String, (String, usize)>,
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    let deaf = |id: RouterId| estate.topology.router(id).is_nva() && !estate.topology.router(id).ip_forwarding;
    if !estate.routers().any(deaf) {
        return;
    }
    let mut sent: BTreeMap<RouterId, Sent> = BTreeMap::new();
    by_user_routes(estate, &deaf, &mut sent);
    by_route_servers(estate, &deaf, &mut sent);
    for (id, sent) in sent {
        let written = estate.written_router(id);
        let Some(flag) = &written.body.ip_forwarding else { continue };
        let name = &written.name.value;
        let mut finding = Finding::new(
            flag.span,
            estate.router_path(id),
            format!("`{name}` is a next hop, but its NIC does not forward"),
        )
        .label("Azure drops what is not addressed to the NIC itself")
        .help("write `ip_forwarding: true`")
        .replace(flag.span, "true", format!("turn on IP forwarding of `{name}`"));
        if !sent.routes.is_empty() {
            let subnets: Vec<SubnetId> = sent.subnets.into_iter().collect();
            let text = format!("{} through {}", estate.subnets_text(&subnets), few_names(sent.routes));
            finding = finding.affects(text);
        }
        for (vnet, (prefix, count)) in sent.learned {
            let more = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
            finding = finding.affects(format!("what the route server of `{vnet}` programs: {prefix}{more}"));
        }
        found.add(finding);
    }
}

fn by_user_routes(estate: &Context<'_>, deaf: &impl Fn(RouterId) -> bool, sent: &mut BTreeMap<RouterId, Sent>) {
    let appliances = estate.appliances();
    for used in estate.used_tables() {
        for (address, routes) in used.by_appliance() {
            for vnet in used.vnets() {
                let Some(there) = estate.vnet_of_address(vnet, address) else { continue };
                for id in appliances.behind(there, address).into_iter().filter(|id| deaf(*id)) {
                    let sent = sent.entry(id).or_default();
                    sent.subnets.extend(used.subnets.iter().filter(|subnet| subnet.vnet == vnet));
                    sent.routes.extend(routes.iter().map(|route| format!("{}.{}", used.table.name, route.route.name)));
                }
            }
        }
    }
}

fn by_route_servers(estate: &Context<'_>, deaf: &impl Fn(RouterId) -> bool, sent: &mut BTreeMap<RouterId, Sent>) {
    let appliances = estate.appliances();
    for host in estate.topology.vnet_ids() {
        let Some(routes) = estate.tables().gateway_routes(host) else { continue };
        let mut by_hops: BTreeMap<&[Hop], (String, usize)> = BTreeMap::new();
        for route in routes.routes() {
            by_hops.entry(&route.hops).or_insert_with(|| (route.prefix.to_string(), 0)).1 += 1;
        }
        let name = &estate.topology.vnet(host).name;
        for (hops, (prefix, count)) in by_hops {
            let addresses =
                hops.iter().filter_map(|hop| if let Hop::Address(address) = hop { Some(*address) } else { None });
            let nvas = addresses.filter_map(|address| Some((estate.vnet_of_address(host, address)?, address)));
            let nvas: BTreeSet<RouterId> = nvas.flat_map(|(vnet, address)| appliances.behind(vnet, address)).collect();
            for id in nvas.into_iter().filter(|id| deaf(*id)) {
                let learned = &mut sent.entry(id).or_default().learned;
                learned.entry(name.clone()).or_insert_with(|| (prefix.clone(), 0)).1 += count;
            }
        }
    }
}
