//! RS0410: an NVA of another VNet needs a static route to the route server.

use super::*;
use crate::azure::ROUTE_SERVER_SUBNET;
use crate::topology::{RouterId, RouterKind, SubnetId, VnetId};
use std::net::Ipv4Addr;

pub(super) static RULE: Rule = Rule {
    code: "RS0410",
    name: "no-static-route-to-route-server",
    group: Group::Hygiene,
    severity: Severity::Note,
    persona: Persona::Strict,
    rulesets: Rulesets::Both,
    summary: "an NVA that peers with a route server of another VNet needs a static route to it",
    what: "An NVA peers with the route server of a VNet other than its own. A topology does not hold the NVA's own static routes, so \
           rsctl cannot see whether the one to the route server is there.",
    why: "The route server announces the range of its own VNet with itself as next hop. An NVA that reaches the route server only by \
          that route looks its next hop up in itself, drops the route, and the session goes down and comes up again in turns.",
    fix: "Write a static route to RouteServerSubnet on the NVA, through the first address of the NVA's subnet.",
    bad: example!("RS0410", "bad"),
    good: example!("RS0410", "good"),
    sources: &[
        Source {
            title: "github.com/fabferri/az-pattern rs-dualhome-s2s-vpn",
            date: "2021-04",
            status: Status::Observed,
        },
        Source { title: "github.com/erjosito/net-lab-builder", date: "2026-08", status: Status::Observed },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let mut far: std::collections::BTreeMap<RouterId, Vec<VnetId>> = std::collections::BTreeMap::new();
    for (host, server) in estate.route_servers() {
        let other = |id: RouterId| estate.topology.router(id).vnet().is_some_and(|vnet| vnet != host);
        for peer in server.peers.iter().filter(|peer| other(peer.router) && estate.session_comes_up(host, peer)) {
            far.entry(peer.router).or_default().push(host);
        }
    }
    for (id, hosts) in far {
        let router = estate.topology.router(id);
        let RouterKind::Nva { subnet, .. } = &router.kind else { continue };
        let names = few_names(hosts.iter().map(|host| &estate.topology.vnet(*host).name));
        let message = format!("`{}` needs a static route to the route server of {names}, in another VNet", router.name);
        let routes: Vec<String> = hosts.iter().filter_map(|host| route(estate, *host, *subnet)).collect();
        let mut finding = Finding::new(router.span, estate.router_path(id), message)
            .label("not visible in a topology: its own static routes")
            .help(format!("on `{}`, route {}", router.name, few(&routes)));
        for host in hosts.iter().take(5) {
            if let Some(peer) = estate
                .topology
                .vnet(*host)
                .route_server
                .iter()
                .flat_map(|server| &server.peers)
                .find(|peer| peer.router == id)
            {
                finding = finding.also(peer.span, "a session across a peering");
            }
        }
        found.add(finding);
    }
}

/// `10.0.0.0/26 through 10.1.1.1`: the route server's subnet, and the gateway of the NVA's.
fn route(estate: &Context<'_>, host: VnetId, nva: SubnetId) -> Option<String> {
    let server = estate.topology.vnet(host).route_server.as_ref()?;
    let subnet = estate.subnet_named(host, ROUTE_SERVER_SUBNET).map(|id| estate.topology.subnet(id));
    let range = subnet.and_then(|subnet| subnet.ranges.first());
    let to = range.map_or_else(|| format!("{} and {}", server.addresses[0], server.addresses[1]), ToString::to_string);
    let own = estate.topology.subnet(nva).ranges.first()?;
    Some(format!("{to} through {}", Ipv4Addr::from(u32::from(own.network()) + 1)))
}
