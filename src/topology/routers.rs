//! Resolves NVAs and sites.

use super::model::{Origination, Router, RouterKind};
use super::names::{Names, is};
use super::policies::{self, RouteMapTable};
use crate::diagnostic::{Diagnostic, Sink};
use crate::net::{AsPath, Asn};
use crate::syntax::document::{self as written, Document, Named};
use ipnet::IpNet;

/// NVAs, then sites.
pub(super) fn resolve(
    document: &Document,
    names: &Names<'_>,
    maps: &RouteMapTable<'_>,
    sink: &mut Sink,
) -> Vec<Router> {
    let mut routers = Vec::with_capacity(document.nvas.len() + document.sites.len());
    for nva in &document.nvas {
        let subnet = nva.body.subnet.as_ref().and_then(|name| names.subnet(name, sink));
        let interfaces: Vec<_> = nva
            .body
            .interfaces
            .iter()
            .filter_map(|interface| Some((names.subnet(&interface.subnet, sink)?, interface.ip.value)))
            .collect();
        // A broken `subnet` was reported above; any id will do, as nothing is computed from a file with errors.
        let subnet = subnet.unwrap_or(super::model::SubnetId { vnet: super::model::VnetId(0), index: 0 });
        routers.push(router(nva, RouterKind::Nva { subnet, interfaces }, names, maps, sink));
    }
    for site in &document.sites {
        routers.push(router(site, RouterKind::Site, names, maps, sink));
    }
    routers
}

fn router(
    entry: &Named<written::Router>,
    kind: RouterKind,
    names: &Names<'_>,
    maps: &RouteMapTable<'_>,
    sink: &mut Sink,
) -> Router {
    let body = &entry.body;
    let asn = body.asn.as_ref().map(|asn| asn.value);
    Router {
        name: entry.name.value.clone(),
        span: entry.name.span,
        kind,
        address: body.ip.as_ref().map(|ip| ip.value),
        asn,
        originates: originates(&body.originates, asn, sink),
        readvertise: is(&body.readvertise, true),
        split_horizon: is(&body.split_horizon, true),
        as_override: is(&body.as_override, false),
        next_hop_self: is(&body.next_hop_self, false),
        allow_as_in: is(&body.allow_as_in, false),
        import: policies::by_peer(&body.import, maps, names, sink),
        export: policies::by_peer(&body.export, maps, names, sink),
        ip_forwarding: is(&body.ip_forwarding, true),
        snat: is(&body.snat, false),
    }
}

fn originates(announcements: &[written::Announcement], asn: Option<Asn>, sink: &mut Sink) -> Vec<Origination> {
    let mut list: Vec<Origination> = Vec::with_capacity(announcements.len());
    let mut seen = rustc_hash::FxHashMap::default();
    for announcement in announcements {
        let IpNet::V4(prefix) = announcement.prefix.value else {
            let message = format!("{} is an IPv6 prefix, and routes are IPv4 only", announcement.prefix.value);
            sink.push(
                Diagnostic::error(announcement.prefix.span, message)
                    .help("a route server carries no IPv6 (Route Server FAQ, 2025-09-17): take it out"),
            );
            continue;
        };
        if let Some(first) = seen.insert(prefix, announcement.prefix.span) {
            let message = format!("{prefix} is announced twice");
            sink.push(
                Diagnostic::error(announcement.prefix.span, message)
                    .also(first, "first here")
                    .help("a router announces a prefix once; keep one"),
            );
            continue;
        }
        list.push(Origination {
            prefix,
            path: path_behind(announcement, asn, sink),
            next_hop: announcement.next_hop.as_ref().map(|address| address.value),
            communities: policies::communities(&announcement.communities),
            origin: announcement.origin.as_ref().map(|origin| origin.value).unwrap_or_default(),
            span: announcement.prefix.span,
        });
    }
    list
}

/// The path behind a router, from the path that its neighbour receives.
fn path_behind(announcement: &written::Announcement, asn: Option<Asn>, sink: &mut Sink) -> AsPath {
    let Some(path) = &announcement.as_path else { return AsPath::default() };
    match (path.value.asns(), asn) {
        ([first, behind @ ..], Some(own)) if *first == own => behind.iter().copied().collect(),
        (_, Some(own)) => {
            let message = format!("`as_path` does not start with the router's own ASN {own}");
            let fixed = path.value.prepended(&[own]).to_string().replace('-', ", ");
            sink.push(
                Diagnostic::error(path.span, message)
                    .help(format!("write the path as the neighbour receives it: [{fixed}]")),
            );
            AsPath::default()
        }
        (_, None) => path.value.clone(),
    }
}
