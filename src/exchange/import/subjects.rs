//! What each captured file of routes was captured of, as a manifest for `verify`.
//!
//! Only what is certain is listed; whoever is left out can be named to `verify` by hand.

use super::captures::{self, Captures, Routes};
use super::draft::{Draft, Vnet};
use super::estate::{Estate, Interface};
use super::resource::Key;
use crate::exchange::manifest::CaptureKind;
use crate::syntax::scalar;
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr};

/// One file and what it shows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// The file, as it was named.
    pub file: String,
    /// The kind of table.
    pub kind: CaptureKind,
    /// The object.
    pub at: String,
    /// The other end of the session.
    pub peer: Option<String>,
}

/// Every file whose object is certain, and the names of the others.
pub(super) fn subjects(draft: &Draft, estate: &Estate, captures: &Captures) -> (Vec<Subject>, Vec<String>) {
    let find = Find::new(draft, estate);
    let (mut known, mut open) = (Vec::new(), Vec::new());
    let mut sort = |file: &str, kind, found: Option<(String, Option<String>)>| match found {
        Some((at, peer)) => known.push(Subject { file: file.to_owned(), kind, at, peer }),
        None => open.push(file.to_owned()),
    };
    for file in &captures.effective {
        sort(file, CaptureKind::Effective, find.subnet(file).map(|at| (at, None)));
    }
    for routes in &captures.learned {
        sort(&routes.name, CaptureKind::Learned, find.route_server(routes, true));
    }
    for routes in &captures.gateways {
        sort(&routes.name, CaptureKind::Learned, find.gateway(routes).map(|at| (at, None)));
    }
    for routes in &captures.advertised {
        let found = match routes.capture.kind {
            crate::exchange::capture::Kind::RouteServer => find.route_server(routes, false),
            // A print of one session, whose far end only the name of the file tells.
            _ => find.gateway(routes).and_then(|at| Some((at, Some(find.speaker(&routes.name)?)))),
        };
        sort(&routes.name, CaptureKind::Advertised, found);
    }
    for routes in &captures.circuits {
        let named = draft.circuits.iter().find(|circuit| captures::names(&routes.name, &circuit.name));
        let only = (draft.circuits.len() == 1).then(|| &draft.circuits[0]);
        sort(&routes.name, CaptureKind::Circuit, named.or(only).map(|circuit| (circuit.name.clone(), None)));
    }
    known.sort();
    open.sort();
    (known, open)
}

struct Find<'d> {
    draft: &'d Draft,
    /// Interfaces by their names in lower case.
    interfaces: BTreeMap<String, Vec<&'d Interface>>,
    /// `vnet/subnet` of every subnet.
    subnets: BTreeMap<&'d Key, String>,
}

impl<'d> Find<'d> {
    fn new(draft: &'d Draft, estate: &'d Estate) -> Find<'d> {
        let mut interfaces: BTreeMap<String, Vec<&Interface>> = BTreeMap::new();
        for interface in estate.interfaces.values() {
            interfaces.entry(interface.id.name().to_lowercase()).or_default().push(interface);
        }
        let name = |vnet: &Vnet, subnet: &str| format!("{}/{subnet}", vnet.name);
        let of = |vnet: &'d Vnet| vnet.subnets.iter().map(move |subnet| (&subnet.key, name(vnet, &subnet.name)));
        Find { draft, interfaces, subnets: draft.vnets.iter().flat_map(of).collect() }
    }

    /// The subnet of the interface that a file is named after, in the group that its folder is named after.
    fn subnet(&self, file: &str) -> Option<String> {
        let words = captures::words_of(file);
        let named = self.interfaces.get(words.last()?)?;
        let in_group: Vec<_> =
            named.iter().filter(|interface| words.contains(&interface.id.group.to_lowercase())).copied().collect();
        let fits = if in_group.is_empty() { named } else { &in_group };
        let [interface] = fits.as_slice() else { return None };
        let (subnet, _) = interface.addresses.values().next()?;
        self.subnets.get(subnet).cloned()
    }

    /// The VNet whose subnet of this name holds the instances of a print.
    fn host(&self, routes: &Routes, subnet: &str) -> Option<&Vnet> {
        let locals: BTreeSet<Ipv4Addr> = routes.capture.rows.iter().filter_map(|row| row.local_address).collect();
        let inside =
            |range: &IpNet| !locals.is_empty() && locals.iter().all(|local| range.contains(&IpAddr::V4(*local)));
        let holds =
            |vnet: &&Vnet| vnet.subnets.iter().any(|known| known.name == subnet && known.prefixes.iter().any(inside));
        let mut hosts = self.draft.vnets.iter().filter(holds);
        hosts.next().filter(|_| hosts.next().is_none())
    }

    /// The route server and its peer: the peer of learned routes stands in the rows, the one of advertised routes in the file's name.
    fn route_server(&self, routes: &Routes, learned: bool) -> Option<(String, Option<String>)> {
        let named = |vnet: &&Vnet| vnet.route_servers.iter().any(|server| captures::names(&routes.name, &server.name));
        let vnet = self.host(routes, "RouteServerSubnet").or_else(|| self.draft.vnets.iter().find(named))?;
        let server = vnet.route_servers.first()?;
        let peers: BTreeSet<Ipv4Addr> =
            routes.capture.rows.iter().filter_map(|row| captures::address(row.source_peer.as_ref())).collect();
        let peer = server.peers.iter().find(|peer| {
            let nva = self.draft.nvas.iter().find(|nva| nva.name == peer.nva);
            match nva.filter(|_| learned && !peers.is_empty()) {
                Some(nva) => peers.len() == 1 && peers.contains(&nva.address),
                None => captures::names(&routes.name, &peer.name),
            }
        });
        Some((format!("{}/route_server", vnet.name), Some(peer?.nva.clone())))
    }

    fn gateway(&self, routes: &Routes) -> Option<String> {
        let vnet = self.host(routes, "GatewaySubnet")?;
        let locals = || routes.capture.rows.iter().filter_map(|row| row.local_address).map(IpAddr::V4);
        match (&vnet.vpn_gateway, &vnet.express_route_gateway) {
            (Some(gateway), _) if locals().any(|local| gateway.addresses.contains(&local)) => {
                Some(format!("{}/vpn_gateway", vnet.name))
            }
            (Some(gateway), None) if gateway.addresses.is_empty() => Some(format!("{}/vpn_gateway", vnet.name)),
            (_, Some(_)) => Some(format!("{}/express_route_gateway", vnet.name)),
            _ => None,
        }
    }

    /// The speaker whose BGP address a file is named after.
    fn speaker(&self, file: &str) -> Option<String> {
        let words = captures::words_of(file);
        let address: IpAddr = words.last()?.parse().ok()?;
        let site = self.draft.sites.iter().find(|site| site.address.map(IpAddr::V4) == Some(address));
        let gateway =
            |vnet: &&Vnet| vnet.vpn_gateway.as_ref().is_some_and(|gateway| gateway.addresses.contains(&address));
        let vnet = self.draft.vnets.iter().find(gateway);
        site.map(|site| site.name.clone()).or_else(|| vnet.map(|vnet| format!("{}/vpn_gateway", vnet.name)))
    }
}

/// The manifest; `place` tells a file's path from where the manifest will stand, and `topology` is that of the topology.
pub fn manifest(subjects: &[Subject], topology: &str, place: impl Fn(&str) -> String) -> String {
    let mut text = String::from("# Written by `rsctl import`.\nsource: captured with az\n");
    text.push_str(if subjects.is_empty() { "captures: []\n" } else { "captures:\n" });
    for Subject { file, kind, at, peer } in subjects {
        let peer = peer.as_ref().map(|peer| format!(", peer: {}", scalar(peer))).unwrap_or_default();
        let (file, topology, at) = (scalar(&place(file)), scalar(topology), scalar(at));
        let _ = writeln!(text, "  - {{ file: {file}, topology: {topology}, kind: {}, at: {at}{peer} }}", kind.word());
    }
    text
}
