//! The BGP configuration of an NVA or a site, as the topology states it: neighbours, announcements, policies.
//!
//! [`NvaBgp`] says it without the words of any daemon; one file for each daemon writes it. What a daemon cannot do, or what the
//! topology does not tell, becomes a remark and a comment, never silence. Routes are not computed here.

pub mod bird;
pub mod frr;
mod names;
mod policy;
mod sessions;
mod summaries;

pub use policy::{Change, CommunityChange, Conditions, PathChange, Range, Sources, Step, Then};
pub use sessions::{Neighbor, StaticRoute};
pub use summaries::Summary;

use crate::bgp::Network;
use crate::net::{AsPath, Asn, Community};
use crate::topology::{Origin, Policy, Router, RouterId, Topology};
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

/// What a router is to be configured with.
#[derive(Debug, Clone)]
pub struct NvaBgp {
    /// Its name.
    pub router: String,
    /// The file that says all this, for the header.
    pub file: Option<String>,
    /// Its ASN.
    pub asn: Asn,
    /// Its router ID: the address that BGP runs from.
    pub router_id: Ipv4Addr,
    /// Passes on what it learns.
    pub readvertise: bool,
    /// Never back to the session a route came from.
    pub split_horizon: bool,
    /// Replaces the peer's ASN by its own before sending.
    pub as_override: bool,
    /// Puts itself as next hop on iBGP too.
    pub next_hop_self: bool,
    /// Accepts paths that hold its own ASN.
    pub allow_as_in: bool,
    /// Its sessions, by the address of the other end.
    pub neighbors: Vec<Neighbor>,
    /// Names that policies use for them.
    pub groups: Vec<String>,
    /// What it originates, in file order.
    pub announcements: Vec<Announcement>,
    /// Routes that it needs to reach its neighbours.
    pub static_routes: Vec<StaticRoute>,
    /// Every ASN that a path of the topology may hold.
    pub asns: Vec<Asn>,
    /// Communities of the topology that daemons know by heart, other than `no-advertise` and `no-export`.
    pub well_known: Vec<Community>,
    /// What is left out because the topology does not tell it; a daemon's own remarks come on top.
    pub remarks: Vec<String>,
}

/// One prefix that the router originates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// The prefix.
    pub prefix: Ipv4Net,
    /// The path behind the router, its own ASN not included.
    pub path: AsPath,
    /// A next hop other than the router.
    pub next_hop: Option<Ipv4Addr>,
    /// Communities, sorted.
    pub communities: Vec<Community>,
    /// BGP origin.
    pub origin: Origin,
}

/// A configuration, and what it does otherwise than the topology says or leaves out.
struct Composed {
    body: String,
    remarks: Vec<String>,
}

impl NvaBgp {
    /// What the topology says of a router. `ribs_network` is the network of a run: sessions that the run closed are written all the
    /// same, with a remark.
    ///
    /// # Errors
    /// What is wrong, and what to write: a router needs an ASN and an address to speak BGP.
    pub fn of(topology: &Topology, ribs_network: &Network, router: RouterId) -> Result<NvaBgp, (String, String)> {
        let body = topology.router(router);
        let asn = match body.asn {
            None => return Err((format!("`{}` speaks no BGP", body.name), "give it an `asn`".into())),
            Some(Asn(0)) => {
                let message = format!("`{}` has ASN 0, which no speaker may use (RFC 7607)", body.name);
                return Err((message, "give it another `asn`".into()));
            }
            Some(asn) => asn,
        };
        let found = sessions::find(topology, ribs_network, router, asn);
        let addresses = body.address.into_iter().chain(found.neighbors.iter().filter_map(|one| one.local_address));
        let Some(router_id) = addresses.into_iter().find(|address| sessions::is_host(*address)) else {
            let message = format!("`{}` has no address to run BGP from", body.name);
            return Err((message, "give it an `ip`".into()));
        };
        let mut remarks = found.remarks;
        if found.neighbors.is_empty() && remarks.is_empty() {
            remarks.push(format!("the topology has no BGP session of {}: it announces to nobody", body.name));
        }
        let announcements = announcements(body, &mut remarks);
        let mut bgp = NvaBgp {
            router: body.name.clone(),
            file: None,
            asn,
            router_id,
            readvertise: body.readvertise,
            split_horizon: body.split_horizon,
            as_override: body.as_override,
            next_hop_self: body.next_hop_self,
            allow_as_in: body.allow_as_in,
            neighbors: found.neighbors,
            groups: found.groups,
            announcements,
            static_routes: found.static_routes,
            asns: asns(topology, ribs_network),
            well_known: well_known(topology),
            remarks,
        };
        summaries::find(&mut bgp, topology, router);
        Ok(bgp)
    }

    /// The same, with the name of the file for the header.
    #[must_use]
    pub fn from_file(self, name: &str) -> NvaBgp {
        NvaBgp { file: Some(name.to_owned()), ..self }
    }

    /// Whether it originates a prefix. Its own routes win over learned ones, so that the prefix alone tells them.
    fn originates(&self, prefix: Ipv4Net) -> bool {
        self.announcements.iter().any(|announcement| announcement.prefix == prefix)
    }

    /// The first lines of a configuration, each behind the sign that begins a comment.
    fn header(&self, daemon: &str, remarks: &[String], sign: &str) -> String {
        let file = self.file.as_deref().map(|file| format!(", as {file} states it")).unwrap_or_default();
        let mut lines = vec![
            format!("BGP of {} (ASN {}){file}.", self.router, self.asn),
            format!("Written by rsctl for {daemon}; change the topology and write it again."),
        ];
        if !remarks.is_empty() {
            lines.push(String::new());
            lines.push("What is left out, or done otherwise than the topology says:".into());
            lines.extend(remarks.iter().map(|remark| format!("- {remark}")));
        }
        lines.iter().map(|line| comment(sign, line)).collect()
    }
}

/// A line of comment. The text may be the user's: it stays one line, and drives no terminal.
fn comment(sign: &str, text: &str) -> String {
    format!("{sign} {}", crate::words::printable(text)).trim_end().to_owned() + "\n"
}

fn announcements(router: &Router, remarks: &mut Vec<String>) -> Vec<Announcement> {
    let one = |origination: &crate::topology::Origination| {
        let next_hop = origination.next_hop.filter(|next_hop| Some(*next_hop) != router.address);
        if let Some(odd) = next_hop.filter(|next_hop| !sessions::is_host(*next_hop)) {
            let prefix = origination.prefix;
            remarks.push(format!("{prefix}: {odd} is no address of a host; the router is the next hop"));
        }
        Announcement {
            prefix: origination.prefix,
            path: origination.path.clone(),
            next_hop: next_hop.filter(|next_hop| sessions::is_host(*next_hop)),
            communities: origination.communities.clone(),
            origin: origination.origin,
        }
    };
    router.originates.iter().map(one).collect()
}

/// Every policy of routers and of route servers, but for what one router does to what it sends.
fn policies(topology: &Topology, but_exports_of: Option<RouterId>) -> Vec<&Policy> {
    let mut found: Vec<&Policy> = Vec::new();
    for (index, router) in topology.routers.iter().enumerate() {
        let export = (but_exports_of.map(RouterId::index) != Some(index)).then_some(&router.export);
        for policies in std::iter::once(&router.import).chain(export) {
            let all = policies.by_peer.iter().map(|(_, policy)| policy).chain(&policies.otherwise);
            found.extend(all.map(|policy| policy.as_ref()));
        }
    }
    for server in topology.vnets.iter().filter_map(|vnet| vnet.route_server.as_ref()) {
        let maps = server.peers.iter().map(|peer| &peer.route_maps);
        for maps in maps.chain([&server.vpn_maps, &server.express_route_maps]) {
            found.extend(maps.inbound.iter().chain(&maps.outbound).map(|policy| policy.as_ref()));
        }
    }
    found
}

/// Every ASN that a speaker has, that is announced, or that a policy writes.
fn asns(topology: &Topology, network: &Network) -> Vec<Asn> {
    let mut found: Vec<Asn> = network.speakers.iter().map(|speaker| speaker.asn).collect();
    let announced = topology.routers.iter().flat_map(|router| &router.originates);
    found.extend(announced.flat_map(|origination| origination.path.asns()));
    for rule in policies(topology, None).into_iter().flat_map(|policy| &policy.rules) {
        found.extend(&rule.prepend);
        found.extend(rule.replace_as_path.iter().flat_map(AsPath::asns));
    }
    found.retain(|asn| *asn != Asn(0));
    found.sort_unstable();
    found.dedup();
    found
}

/// Communities of 65535:0 to 65535:65535 (RFC 1997) that anything in the topology attaches, but for the two that it knows itself.
fn well_known(topology: &Topology) -> Vec<Community> {
    let announced = topology.routers.iter().flat_map(|router| &router.originates);
    let mut found: Vec<Community> = announced.flat_map(|origination| &origination.communities).copied().collect();
    for rule in policies(topology, None).into_iter().flat_map(|policy| &policy.rules) {
        found.extend(rule.add_communities.iter().chain(rule.set_communities.iter().flatten()));
    }
    found.retain(|community| community.0 == 65535);
    found.retain(|community| ![Community::NO_ADVERTISE, Community::NO_EXPORT].contains(community));
    found.sort_unstable();
    found.dedup();
    found
}
