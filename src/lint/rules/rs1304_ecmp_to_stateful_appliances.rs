//! RS1304: equal paths to several appliances that each keep their own state.

use super::*;
use crate::effective::Hop;
use crate::topology::RouterId;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    code: "RS1304",
    name: "ecmp-to-stateful-appliances",
    group: Group::Asymmetry,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "equal paths lead to several appliances, so a flow and its answers may meet different ones",
    what: "A route server programs a prefix with the addresses of two or more NVAs of which at least one does not translate sources \
           (`snat: true`).",
    why: "Each packet's flow is hashed to one of the NVAs, and the answer is hashed anew. An appliance that keeps state and sees only \
          half of a connection drops it: a lab of 2026 lost every packet between two VNets this way. Stateless routers do not mind.",
    fix: "Let the NVAs translate sources (and write `snat: true`), put them behind an internal load balancer with HA ports that is \
          announced as next hop, or make one of them the standby by a longer AS path.",
    bad: example!("RS1304", "bad"),
    good: example!("RS1304", "good"),
    sources: &[
        Source { title: "route injection in spokes page", date: "2025-02-10", status: Status::Documented },
        Source {
            title: "github.com/erjosito/net-lab-builder dual-hub-hubless-region-ars (all packets lost between two VNets)",
            date: "2026-08-03",
            status: Status::Observed,
        },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for host in estate.topology.vnet_ids() {
        let Some(server) = &estate.topology.vnet(host).route_server else { continue };
        let Some(routes) = estate.tables().gateway_routes(host) else { continue };
        let mut by_set: BTreeMap<BTreeSet<RouterId>, Vec<String>> = BTreeMap::new();
        for route in routes.routes().iter().filter(|route| route.hops.len() > 1) {
            let at = |hop: &Hop| match hop {
                Hop::Address(address) => estate
                    .topology
                    .routers
                    .iter()
                    .position(|router| router.is_nva() && router.address == Some(*address)),
                _ => None,
            };
            let routers: BTreeSet<RouterId> =
                route.hops.iter().filter_map(at).map(|index| RouterId(index as u32)).collect();
            if routers.len() > 1 && routers.iter().any(|id| !estate.topology.router(*id).snat) {
                by_set.entry(routers).or_default().push(route.prefix.to_string());
            }
        }
        for (routers, prefixes) in by_set {
            let names = few_names(routers.iter().map(|id| &estate.topology.router(*id).name));
            let peer = server.peers.iter().find(|peer| routers.contains(&peer.router));
            let message = format!(
                "equal paths spread {} over {names}: a flow and its answers may meet different ones",
                few(&prefixes)
            );
            let mut finding =
                Finding::new(peer.map_or(server.span, |peer| peer.span), estate.route_server_path(host), message)
                    .key_of(routers.iter().map(|id| &estate.topology.router(*id).name))
                    .label("one of several equal paths")
                    .affects(format!(
                        "VNet `{}` and the VNets that use its route server",
                        estate.topology.vnet(host).name
                    ));
            for other in server.peers.iter().filter(|other| routers.contains(&other.router)).skip(1) {
                finding = finding.also(other.span, "another");
            }
            found.add(finding.help(
                "write `snat: true` where they translate sources; else announce a load balancer as next hop, or prepend on one of them",
            ));
        }
    }
}
