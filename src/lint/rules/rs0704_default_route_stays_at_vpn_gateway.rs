//! RS0704: a default route that a VPN gateway keeps to itself.

use super::*;
use crate::bgp::{ClassId, Device, Refusal, SessionKind};
use crate::topology::{RouterId, VnetId};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    code: "RS0704",
    name: "default-route-stays-at-vpn-gateway",
    group: Group::Loss,
    severity: Severity::Note,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a default route of an NVA reaches the VPN gateway but none of its tunnels",
    what: "A VPN gateway learns the 0.0.0.0/0 of an NVA from its route server, has tunnels with BGP, and the far end of at least one of \
           them has no other default route.",
    why: "A VPN gateway never announces 0.0.0.0/0 to a tunnel, so the sites do not send their internet traffic to the NVA. An \
          ExpressRoute gateway does announce it. If only Azure is to use the NVA as its way out, all is well.",
    fix: "Let the NVA announce 0.0.0.0/1 and 128.0.0.0/1 beside the default route, which together cover the same addresses and do \
          pass, or route 0.0.0.0/0 into the tunnel with a static route at the site.",
    bad: example!("RS0704", "bad"),
    good: example!("RS0704", "good"),
    sources: &[
        Source { title: "github.com/malgebary/Azure-Route-Server-MicroHack", date: "2021", status: Status::Observed },
        Source { title: "github.com/erjosito/net-lab-builder", date: "2026-08-03", status: Status::Observed },
    ],
    check,
};

/// What a gateway keeps: whose it is, and who does not hear of it.
struct Kept {
    nva: RouterId,
    without: BTreeSet<Device>,
}

fn check(estate: &Context<'_>, found: &mut Findings) {
    let ribs = estate.ribs();
    let Some(class) = ribs.class_ids().find(|class| ribs.class(*class).is_default) else { return };
    for id in estate.topology.vnet_ids() {
        let Some(Kept { nva, without }) = kept(estate, class, id) else { continue };
        let (hub, name) = (&estate.topology.vnet(id).name, &estate.topology.router(nva).name);
        let message = format!("the VPN gateway of `{hub}` does not pass on the 0.0.0.0/0 of `{name}`");
        let originated = estate.topology.router(nva).originates.iter().find(|route| route.prefix.prefix_len() == 0);
        let Some(span) = originated.map(|route| route.span).or_else(|| estate.peer_span(id, nva)) else { continue };
        let gateway = estate.written_vnet(id).body.vpn_gateway.as_ref();
        let mut finding = Finding::new(span, format!("{}.vpn_gateway", estate.vnet_path(id)), message)
            .label("the default route comes from here")
            .affects(format!("no default route at {}", few(without.iter().map(|device| estate.said(*device)))))
            .help(format!(
                "if the sites are to use it, let `{name}` announce 0.0.0.0/1 and 128.0.0.0/1 too, or write a static default route at \
                 each site"
            ));
        if let Some(gateway) = gateway {
            finding = finding.also(gateway.span, "keeps 0.0.0.0/0 to itself");
        }
        found.add(finding);
    }
}

fn kept(estate: &Context<'_>, class: ClassId, id: VnetId) -> Option<Kept> {
    let network = &estate.ribs().network;
    let mut kept: Option<Kept> = None;
    for speaker in network.instances(Device::VpnGateway(id)) {
        let own = estate.view(class, speaker);
        let over = own.preferred().and_then(|candidate| estate.came_over(speaker, candidate));
        let Some(over) = over.filter(|over| over.kind == SessionKind::RouteServerGateway) else { continue };
        let Some(nva) = estate.nva_behind(class, over.peer) else { continue };
        for (to, neighbor) in network.speaker(speaker).neighbors.iter().enumerate() {
            let refused = || estate.ribs().advert(estate.topology, class, speaker, &own, to);
            if matches!(neighbor.kind, SessionKind::Tunnel(..))
                && refused().is_some_and(|advert| advert.route == Err(Refusal::DefaultRouteKept))
                && !estate.holds(class, neighbor.peer)
            {
                let slot = kept.get_or_insert_with(|| Kept { nva, without: BTreeSet::new() });
                slot.without.insert(estate.device(neighbor.peer));
            }
        }
    }
    kept
}
