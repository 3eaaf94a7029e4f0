//! RS0401: a BGP peer that the route server's VNet does not reach.

use super::*;
use crate::topology::{Link, PeeringState, Router, RouterKind, VnetId};
use std::net::Ipv4Addr;

pub(super) static RULE: Rule = Rule {
    code: "RS0401",
    name: "peer-unreachable",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "the address of a BGP peer is neither in the route server's VNet nor in a VNet peered with it",
    what: "The `ip` of an NVA among the `peers` of a route server lies outside the address space of the route server's VNet, and in \
           no range that a connected peering of that VNet brings.",
    why: "A route server speaks BGP with NVAs of its own VNet and of VNets peered with it directly. With any other address the session \
          never comes up, and every route of that NVA is missing. rsctl plans the estate without the session.",
    fix: "Peer the two VNets in both directions, or name an NVA that is in one of the VNets that the route server reaches. The peering \
          needs no gateway transit for the session alone.",
    bad: example!("RS0401", "bad"),
    good: example!("RS0401", "good"),
    sources: &[
        Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented },
        Source {
            title: "github.com/fabferri/az-pattern rs-dualhome-s2s-vpn",
            date: "2021-04",
            status: Status::Observed,
        },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    for (host, server) in estate.route_servers() {
        for peer in &server.peers {
            let router = estate.topology.router(peer.router);
            let Some(address) = router.address.filter(|_| router.is_nva()) else { continue };
            // Azure took a peer that is behind a peering which has failed since.
            let cut_off = router.vnet().is_some_and(|vnet| estate.topology.down.has_peering(host, vnet));
            if cut_off || estate.topology.reaches(host, address) {
                continue;
            }
            let (vnet, name) = (&estate.topology.vnet(host).name, &router.name);
            let message = format!("the route server of `{vnet}` cannot reach its peer `{name}` at {address}");
            let finding = Finding::new(peer.span, estate.peer_path(host, peer.router), message)
                .label("this session never comes up; it is planned without")
                .left_out(true)
                .affects(format!("every route of `{name}` that the route server of `{vnet}` was to learn"));
            found.add(because(estate, host, (router, address), finding));
        }
    }
}

/// Adds why the address is out of reach, and what would help.
fn because(estate: &Context<'_>, host: VnetId, (router, address): (&Router, Ipv4Addr), finding: Finding) -> Finding {
    let hub = &estate.topology.vnet(host).name;
    let RouterKind::Nva { subnet, interfaces } = &router.kind else { return finding };
    let inside = interfaces.iter().find(|(_, other)| estate.topology.reaches(host, *other));
    if let Some((nic, other)) = inside {
        let place = estate.topology.subnet_name(*nic);
        return finding
            .also(router.span, format!("its BGP address {address} is not the one of its NIC in `{place}`"))
            .help(format!("run BGP from that NIC: `ip: {other}`"));
    }
    if subnet.vnet == host || !estate.topology.vnet(subnet.vnet).covers(address.into()) {
        let vnet = &estate.topology.vnet(subnet.vnet).name;
        let place = estate.topology.subnet_name(*subnet);
        return finding
            .also(router.span, format!("{address} lies outside the address space of `{vnet}`"))
            .help(format!("give `{}` an `ip` out of its subnet `{place}`", router.name));
    }
    let remote = &estate.topology.vnet(subnet.vnet).name;
    let link = |from: VnetId, to: VnetId| estate.topology.vnet(from).links.iter().find(|link| link.remote == to);
    match (link(host, subnet.vnet), link(subnet.vnet, host)) {
        (None, None) => finding
            .also(router.span, format!("in `{remote}`, which is not peered with `{hub}`"))
            .help(format!("peer the two VNets: `peerings: [{{ between: [{hub}, {remote}] }}]`")),
        (Some(link), None) => finding
            .also(link.span, format!("only the side of `{hub}` exists, so this peering stays Initiated"))
            .help(format!("add the other side: `{{ local: {remote}, remote: {hub} }}`")),
        (None, Some(link)) => finding
            .also(link.span, format!("only the side of `{remote}` exists, so this peering stays Initiated"))
            .help(format!("add the other side: `{{ local: {hub}, remote: {remote} }}`")),
        (Some(link), Some(back)) if !link.connected => {
            let down = |link: &&Link| link.state.is_some_and(|state| state != PeeringState::Connected);
            let side = [link, back].into_iter().find(down).unwrap_or(link);
            finding
                .also(side.span, format!("this peering of `{hub}` and `{remote}` is not connected"))
                .help("delete the peering on both sides and make it anew, until both say `Connected`")
        }
        (Some(link), Some(_)) if !link.complete => finding
            .also(link.span, format!("a subnet peering without the subnet of {address}"))
            .help(format!("add `{}` to the subnets of this peering", estate.topology.subnet(*subnet).name)),
        (Some(link), Some(_)) => finding
            .also(
                link.span,
                format!("`{hub}` does not see the range of {address}: the peering was not synced since it came"),
            )
            .help("sync the peering, and take `remote_address_space` out"),
    }
}
