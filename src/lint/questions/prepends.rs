//! Who prepends private ASNs to what a circuit hears, and where that is written.

use crate::bgp::{ClassId, Device, SpeakerId};
use crate::lint::context::Context;
use crate::net::{AsPath, Asn};
use crate::source::Span;
use crate::topology::{PeerName, RouterId, VnetId};
use ipnet::Ipv4Net;

/// The NVA that prepends to what an edge prefers, the VNet of the route server, and where it does so.
pub(crate) fn prepender(estate: &Context<'_>, class: ClassId, edge: SpeakerId) -> Option<(RouterId, VnetId, Span)> {
    let server = estate.supplier(class, estate.supplier(class, edge)?)?;
    let Device::RouteServer(host) = estate.device(server) else { return None };
    let nva = estate.nva_behind(class, server)?;
    let own = estate.topology.router(nva).asn?;
    let at_server = estate.view(class, server);
    let repeated = |path: &AsPath| path.asns().iter().take_while(|asn| **asn == own).count() > 1;
    if !own.is_private() || !repeated(&at_server.preferred()?.route.path) {
        return None;
    }
    let prefix = estate.ribs().class(class).representative();
    Some((nva, host, prepend_place(estate, nva, host, prefix, own)?))
}

/// Where an NVA writes a prepend for a prefix: in a rule of its export policy, or in the path that it announces.
fn prepend_place(estate: &Context<'_>, nva: RouterId, host: VnetId, prefix: Ipv4Net, own: Asn) -> Option<Span> {
    let router = estate.topology.router(nva);
    let policy = router.export.for_peer(PeerName::Vnet(host));
    let mut rules = policy.into_iter().flat_map(|policy| &policy.rules);
    if let Some(rule) = rules.find(|rule| rule.prepend.contains(&own) && rule.matches_prefix(prefix)) {
        return Some(written_prepend(estate, nva, rule.span).unwrap_or(rule.span));
    }
    let route = router.originates.iter().find(|route| route.prefix == prefix)?;
    (route.path.asns().first() == Some(&own)).then_some(route.span)
}

/// The prepended ASNs of a rule as written, in place or in `route_maps`.
fn written_prepend(estate: &Context<'_>, nva: RouterId, rule: Span) -> Option<Span> {
    let prepend = &estate.written_exports(nva).find(|written| written.span == rule)?.then.prepend;
    Some(Span { end: prepend.last()?.span.end, ..prepend.first()?.span })
}
