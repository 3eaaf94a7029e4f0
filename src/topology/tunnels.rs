//! Resolves VPN connections, written at the site or in `connections`, and sessions between routers.

use super::gateways::instances;
use super::model::{ConnectionKind, RouterId, Session, Topology, Tunnel, TunnelEnd, TunnelSide};
use super::names::Names;
use crate::diagnostic::{Diagnostic, Sink};
use crate::net::Asn;
use crate::source::{Span, Spanned};
use crate::syntax::document::{Connection, Document, Named};
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

/// Fills in tunnels and sessions.
pub(super) fn resolve(document: &Document, names: &Names<'_>, topology: &mut Topology, sink: &mut Sink) {
    let mut tunnels = Vec::new();
    for connection in &document.connections {
        keep(tunnel(connection, names, topology, sink), &mut tunnels, sink);
    }
    for site in &document.sites {
        for vpn in &site.body.vpn {
            let gateway = &vpn.gateway;
            let connection = Connection {
                between: (gateway.clone(), site.name.clone()),
                bgp: vpn.bgp.clone(),
                kind: None,
                instances: vec![Named { name: gateway.clone(), body: vpn.instances.clone() }],
                local_networks: if vpn.local_network.is_empty() {
                    Vec::new()
                } else {
                    vec![Named { name: gateway.clone(), body: vpn.local_network.clone() }]
                },
                addresses: Vec::new(),
                span: gateway.span,
            };
            keep(tunnel(&connection, names, topology, sink), &mut tunnels, sink);
        }
    }
    topology.tunnels = tunnels;
    for session in &document.sessions {
        let (a, b) = &session.between;
        let (Some(first), Some(second)) = (names.router("NVA or site", a, sink), names.router("NVA or site", b, sink))
        else {
            continue;
        };
        for (name, id) in [(a, first), (b, second)] {
            if topology.router(id).asn.is_none() {
                let message = format!("`{}` has a BGP session but no `asn`", name.value);
                sink.push(Diagnostic::error(name.span, message).help("give it an ASN"));
            }
        }
        check_names(&session.addresses, &[a, b], sink);
        let address = |end: &Spanned<String>| address_of(&session.addresses, &end.value);
        if first == second {
            let message = format!("`{}` has a session with itself", a.value);
            sink.push(Diagnostic::error(session.span, message).help("name two routers"));
            continue;
        }
        let twin =
            topology.sessions.iter().find(|other| same_session(other, [first, second], [address(a), address(b)]));
        if let Some(twin) = twin {
            let message = format!("`{}` and `{}` have this session twice", a.value, b.value);
            let help = "keep one, or tell them apart with `addresses`";
            sink.push(Diagnostic::error(session.span, message).also(twin.span, "first here").help(help));
            continue;
        }
        topology.sessions.push(Session {
            ends: [first, second],
            addresses: [address(a), address(b)],
            span: session.span,
        });
    }
}

/// Adds a tunnel unless it is there already.
fn keep(tunnel: Option<Tunnel>, tunnels: &mut Vec<Tunnel>, sink: &mut Sink) {
    let Some(tunnel) = tunnel else { return };
    let [first, second] = &tunnel.sides;
    let ends = |tunnel: &Tunnel| [tunnel.sides[0].end, tunnel.sides[1].end];
    let twin = tunnels.iter().find(|other| {
        let [a, b] = ends(other);
        [[a, b], [b, a]].contains(&[first.end, second.end]) && other.sides.iter().all(|side| side.address.is_none())
    });
    match twin {
        Some(twin) if first.address.is_none() && second.address.is_none() => {
            let message = "these two ends are connected twice";
            let help = "write the connection once, at the site or in `connections`";
            sink.push(Diagnostic::error(tunnel.span, message).also(twin.span, "first here").help(help));
        }
        _ => tunnels.push(tunnel),
    }
}

/// Two sessions between the same ends are one unless their addresses differ.
fn same_session(other: &Session, ends: [RouterId; 2], addresses: [Option<Ipv4Addr>; 2]) -> bool {
    let turned = ([ends[1], ends[0]], [addresses[1], addresses[0]]);
    [(ends, addresses), turned].contains(&(other.ends, other.addresses))
}

fn address_of(addresses: &[Named<Spanned<Ipv4Addr>>], name: &str) -> Option<Ipv4Addr> {
    addresses.iter().find(|entry| entry.name.value == name).map(|entry| entry.body.value)
}

fn check_names<T>(entries: &[Named<T>], ends: &[&Spanned<String>], sink: &mut Sink) {
    for entry in entries.iter().filter(|entry| ends.iter().all(|end| end.value != entry.name.value)) {
        let message = format!("`{}` is no end of this connection", entry.name.value);
        let list = ends.iter().map(|end| format!("`{}`", end.value)).collect::<Vec<_>>().join(" and ");
        sink.push(Diagnostic::error(entry.name.span, message).help(format!("the ends are {list}")));
    }
}

fn end(name: &Spanned<String>, names: &Names<'_>, sink: &mut Sink) -> Option<TunnelEnd> {
    let (vnet, router) = (names.vnets.get(name.value.as_str()), names.routers.get(name.value.as_str()));
    match (vnet, router) {
        (Some(vnet), None) => Some(TunnelEnd::Gateway(*vnet)),
        (None, Some(router)) => Some(TunnelEnd::Router(*router)),
        (Some(_), Some(_)) => {
            let message = format!("`{}` names a VNet and a router", name.value);
            sink.push(Diagnostic::error(name.span, message).help("rename one of them"));
            None
        }
        (None, None) => {
            let known = names.vnets.keys().chain(names.routers.keys()).copied();
            sink.push(super::names::dangling("VNet, site or NVA", name, known));
            None
        }
    }
}

fn asn(end: TunnelEnd, topology: &Topology) -> Option<Asn> {
    match end {
        TunnelEnd::Gateway(vnet) => topology.vnet(vnet).vpn_gateway.as_ref().map(|gateway| gateway.asn),
        TunnelEnd::Router(router) => topology.router(router).asn,
    }
}

fn tunnel(connection: &Connection, names: &Names<'_>, topology: &Topology, sink: &mut Sink) -> Option<Tunnel> {
    let (a, b) = &connection.between;
    let (first, second) = (end(a, names, sink)?, end(b, names, sink)?);
    if !matches!((first, second), (TunnelEnd::Gateway(_), _) | (_, TunnelEnd::Gateway(_))) {
        let message = format!("neither `{}` nor `{}` is a VPN gateway", a.value, b.value);
        sink.push(Diagnostic::error(connection.span, message).help("BGP between two routers is written in `sessions`"));
        return None;
    }
    if first == second {
        let message = format!("`{}` is connected with itself", a.value);
        sink.push(Diagnostic::error(connection.span, message).help("name two ends"));
        return None;
    }
    check_names(&connection.instances, &[a, b], sink);
    for entry in &connection.instances {
        let single = names.vnets.get(entry.name.value.as_str()).and_then(|id| topology.vnet(*id).vpn_gateway.as_ref());
        let beyond = entry
            .body
            .iter()
            .find(|instance| single.is_some_and(|gateway| usize::from(instance.value) >= gateway.addresses.len()));
        if let Some(instance) = beyond {
            let message = format!("the VPN gateway of `{}` has no instance {}", entry.name.value, instance.value);
            sink.push(
                Diagnostic::error(instance.span, message)
                    .help("only an active-active gateway has two instances, 0 and 1"),
            );
        }
    }
    check_names(&connection.local_networks, &[a, b], sink);
    check_names(&connection.addresses, &[a, b], sink);
    let both_speak = asn(first, topology).is_some() && asn(second, topology).is_some();
    // Two gateways with the default ASN are joined without BGP: a session between equal ASNs does not come up.
    let bgp =
        connection.bgp.as_ref().map_or(both_speak && asn(first, topology) != asn(second, topology), |flag| flag.value);
    if bgp && !both_speak {
        refuse_silent_end([(a, first), (b, second)], connection.span, topology, sink);
        return None;
    }
    // No session comes up between equal ASNs.
    if bgp && asn(first, topology) == asn(second, topology) {
        return None;
    }
    let gateways = matches!((first, second), (TunnelEnd::Gateway(_), TunnelEnd::Gateway(_)));
    let kind = connection.kind.as_ref().map(|kind| kind.value);
    let side = |name: &Spanned<String>, end: TunnelEnd, far: TunnelEnd, sink: &mut Sink| {
        let wrote = connection.instances.iter().find(|entry| entry.name.value == name.value);
        let local = connection.local_networks.iter().find(|entry| entry.name.value == name.value);
        TunnelSide {
            end,
            instances: wrote.map_or([true; 2], |entry| instances(&entry.body, sink)),
            static_prefixes: match local {
                Some(entry) => entry.body.iter().map(|prefix| prefix.value).collect(),
                None if bgp => Vec::new(),
                None => prefixes_of(far, topology),
            },
            address: address_of(&connection.addresses, &name.value),
        }
    };
    Some(Tunnel {
        sides: [side(a, first, second, sink), side(b, second, first, sink)],
        bgp,
        kind: kind.unwrap_or(if gateways { ConnectionKind::Vnet2Vnet } else { ConnectionKind::IPsec }),
        span: connection.span,
    })
}

fn refuse_silent_end(ends: [(&Spanned<String>, TunnelEnd); 2], span: Span, topology: &Topology, sink: &mut Sink) {
    for (name, end) in ends.into_iter().filter(|(_, end)| asn(*end, topology).is_none()) {
        if matches!(end, TunnelEnd::Router(_)) {
            let message = format!("the connection runs BGP but `{}` has no `asn`", name.value);
            sink.push(Diagnostic::error(span, message).help("give it an ASN, or write `bgp: false`"));
        }
    }
}

/// What a static connection reaches when the local network gateway is not spelled out.
fn prefixes_of(end: TunnelEnd, topology: &Topology) -> Vec<Ipv4Net> {
    match end {
        TunnelEnd::Gateway(vnet) => topology.vnet(vnet).ranges.clone(),
        TunnelEnd::Router(router) => {
            topology.router(router).originates.iter().map(|origination| origination.prefix).collect()
        }
    }
}
