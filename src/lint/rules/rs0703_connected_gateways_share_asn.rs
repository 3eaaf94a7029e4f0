//! RS0703: BGP over a VPN connection whose ends have one ASN.

use super::*;
use crate::lint::questions::vpn_connections::{WrittenEnd, WrittenTunnel, ends_by_name, written_asn, written_tunnels};
use crate::net::Asn;
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    code: "RS0703",
    name: "connected-gateways-share-asn",
    group: Group::Refuse,
    severity: Severity::Warning,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "BGP is on in a VPN connection whose two ends have the same ASN",
    what: "A VPN connection says `bgp: true`, and its two ends, two VPN gateways or a gateway and a router, have the same ASN.",
    why: "A VPN gateway speaks eBGP with the far end of a tunnel and takes no peer with its own ASN, so no session comes up and no \
          route passes. Two gateways that stand beside route servers both have 65515 and cannot be joined with BGP at all. rsctl \
          plans the estate without the connection.",
    fix: "Give one end another ASN; it has to be the one that is not beside a route server. Join two VNets with route servers \
          through their NVAs instead: a tunnel between the NVAs, which take 65515 out of the paths that they pass on.",
    bad: example!("RS0703", "bad"),
    good: example!("RS0703", "good"),
    sources: &[
        Source { title: "VPN Gateway FAQ", date: "2026", status: Status::Documented },
        Source {
            title: "github.com/erjosito/net-lab-builder dual-hub-interconnect-ars-route-policy",
            date: "2026-08",
            status: Status::Observed,
        },
    ],
    check,
};

fn check(estate: &Context<'_>, found: &mut Findings) {
    let ends = ends_by_name(estate);
    for tunnel in written_tunnels(estate) {
        let Some(bgp) = tunnel.bgp.filter(|bgp| bgp.value) else { continue };
        let [Some(first), Some(second)] = tunnel.ends.map(|end| ends.get(end.value.as_str()).copied()) else {
            continue;
        };
        let [Some(asn), Some(other)] = [first, second].map(|end| written_asn(estate, end)) else { continue };
        if asn == other {
            found.add(finding(estate, &tunnel, [first, second], asn, bgp.span));
        }
    }
}

fn finding(
    estate: &Context<'_>,
    tunnel: &WrittenTunnel<'_>,
    ends: [WrittenEnd<'_>; 2],
    asn: Asn,
    bgp: Span,
) -> Finding {
    let names = few_names(tunnel.ends.map(|end| end.value.as_str()));
    let message = format!("{names} are to speak BGP over VPN, but both have ASN {asn}");
    let mut finding = Finding::new(bgp, &tunnel.path, message)
        .label("no session comes up; planned without the connection")
        .left_out(true);
    for (end, name) in ends.iter().zip(tunnel.ends) {
        finding = finding.also(asn_span(estate, *end), format!("`{}` has ASN {asn}", name.value));
    }
    let bound = ends.map(|end| is_beside_server(estate, end));
    match bound.iter().position(|bound| !bound) {
        Some(place) => {
            let free = estate.free_asn().map_or(String::new(), |asn| format!(": {asn} is free in this file"));
            finding.help(format!("give `{}` another ASN{free}", tunnel.ends[place].value))
        }
        None => finding
            .help("both gateways need 65515 for their route servers: let an NVA of each VNet hold the tunnel and the BGP session")
            .note(format!(
                "whether a VPN gateway beside a route server announces anything over a VNet-to-VNet connection is open: {}",
                estate.source_of(Fact::VnetToVnetExport)
            )),
    }
}

/// A gateway beside a route server has to keep its ASN.
fn is_beside_server(estate: &Context<'_>, end: WrittenEnd<'_>) -> bool {
    matches!(end, WrittenEnd::Vnet(id, _) if !estate.written_vnet(id).body.route_servers.is_empty())
}

/// Where the ASN of an end is written; the gateway's own place where it is the default.
fn asn_span(estate: &Context<'_>, end: WrittenEnd<'_>) -> Span {
    match end {
        WrittenEnd::Vnet(id, gateway) => {
            let asn = gateway.and_then(|gateway| gateway.value.asn.as_ref().map(|asn| asn.span));
            asn.or(gateway.map(|gateway| gateway.span)).unwrap_or(estate.written_vnet(id).name.span)
        }
        WrittenEnd::Router(id) => {
            let router = estate.written_router(id);
            router.body.asn.as_ref().map_or(router.name.span, |asn| asn.span)
        }
    }
}
