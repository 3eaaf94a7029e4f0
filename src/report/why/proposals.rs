//! Edits that might change an outcome, read off its reasons. Whether one does is for a run with it to say.

use super::written::Written;
use crate::analysis::why::{Absence, Account, Asked, Entry, OfferSource, Reasons, Standing, Verdict, Why};
use crate::bgp::{Device, LocalKind, Refusal};
use crate::effective::{Hop, RouteSource};
use crate::source::Span;
use crate::syntax::document::RoutingPreference;
use crate::syntax::quoted_name;
use crate::syntax::tree::Node;
use crate::topology::{RouterId, SubnetId, VnetId};
use crate::words::is_harmful;
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

/// NVAs that are tried as next hop of a user-defined route.
const MOST_NEXT_HOPS: usize = 3;
/// How often an ASN is put before a path, at most.
const MOST_PREPENDS: usize = OFTEN.len();
const OFTEN: [&str; 3] = ["once", "twice", "three times"];

/// One edit that might help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What it does.
    pub what: String,
    /// The ways to write it, each a list of `PATH=VALUE`; the first that makes a valid topology is meant.
    pub forms: Vec<Vec<String>>,
    /// Proposals of one kind for one object, the smaller first: where one helps, those after it are not needed.
    pub family: usize,
}

/// Reads edits off the reasons of a subnet's decision. `root` is the tree that the document was decoded from.
pub fn proposals(
    reasons: &Reasons<'_>,
    why: &Why,
    written: &Written<'_>,
    (root, at): (&Node, SubnetId),
) -> Vec<Proposal> {
    let mut found = Proposals { reasons, written, root, at, all: Vec::new(), family: 0 };
    let decided = why.decides();
    let accounts = decided.and_then(|entry| entry.cause.proof()).map(|proof| (proof.accounts.as_slice(), &proof.roots));
    if let Some(entry) = decided {
        found.user_route_gone(entry);
    }
    if let (Some((accounts, roots)), Some(entry)) = (accounts, decided) {
        found.announcements(accounts, entry.prefix);
        found.exports(accounts, roots, entry.prefix);
        found.connections(accounts, roots);
    }
    for entry in &why.entries {
        for account in entry.cause.proof().iter().flat_map(|proof| &proof.accounts) {
            found.speaker(account);
        }
    }
    found.propagation(why);
    if let Some(entry) = decided {
        found.user_route(why.asked, entry);
    }
    found.all
}

struct Proposals<'a> {
    reasons: &'a Reasons<'a>,
    written: &'a Written<'a>,
    root: &'a Node,
    at: SubnetId,
    all: Vec<Proposal>,
    family: usize,
}

impl Proposals<'_> {
    fn next_family(&mut self) {
        self.family += 1;
    }

    /// Adds a proposal of the family at hand, unless it is known or a name in it cannot be typed.
    fn add(&mut self, what: String, forms: Vec<Vec<String>>) {
        let proposal = Proposal { what, forms, family: self.family };
        let typed = |set: &String| !set.chars().any(is_harmful);
        let known = self.all.iter().any(|known| known.forms == proposal.forms);
        if !known && proposal.forms.iter().flatten().all(typed) {
            self.all.push(proposal);
        }
    }

    fn vnet(&self, id: VnetId) -> &str {
        &self.reasons.topology.vnet(id).name
    }

    /// The path of an NVA or a site.
    fn router(&self, id: RouterId) -> String {
        let router = self.reasons.topology.router(id);
        format!("{}.{}", if router.is_nva() { "nvas" } else { "sites" }, quoted_name(&router.name))
    }

    fn user_route_gone(&mut self, entry: &Entry) {
        let topology = self.reasons.topology;
        let Some(row) = entry.row.as_ref().filter(|row| row.source == RouteSource::User) else { return };
        let (Some(table), Some(name)) = (topology.subnet(self.at).route_table, &row.name) else { return };
        let table = &topology.route_tables[table.index()].name;
        self.next_family();
        let set = format!("route_tables.{}.routes.{}=null", quoted_name(table), quoted_name(name));
        self.add(format!("remove the route `{name}` from the route table `{table}`"), vec![vec![set]]);
    }

    fn propagation(&mut self, why: &Why) {
        let topology = self.reasons.topology;
        let off = |entry: &Entry| matches!(entry.standing, Standing::Absent(Absence::PropagationOff(_)));
        let by_gateway = why.decides().and_then(|entry| entry.row.as_ref());
        let by_gateway = by_gateway.is_some_and(|row| row.source == RouteSource::VirtualNetworkGateway);
        self.next_family();
        match topology.subnet(self.at).route_table.map(|table| &topology.route_tables[table.index()]) {
            Some(table) if by_gateway || why.entries.iter().any(off) => {
                let set =
                    format!("route_tables.{}.bgp_route_propagation={}", quoted_name(&table.name), !table.propagation);
                let word = if table.propagation { "off" } else { "on" };
                self.add(format!("switch propagation {word} in the route table `{}`", table.name), vec![vec![set]]);
            }
            None if by_gateway => {
                let table = "{ bgp_route_propagation: false }";
                let forms = self.with_new_table("no-propagation", table);
                self.add("give the subnet a route table with propagation off".into(), forms);
            }
            _ => {}
        }
    }

    /// A new route table for the subnet: the subnet may be written as a map or as its range alone.
    fn with_new_table(&self, base: &str, body: &str) -> Vec<Vec<String>> {
        let topology = self.reasons.topology;
        let taken = |name: &str| topology.route_tables.iter().any(|table| table.name == name);
        let names = std::iter::once(base.to_owned()).chain((2..).map(|number| format!("{base}-{number}")));
        let Some(name) = names.into_iter().find(|name| !taken(name)) else { return Vec::new() };
        let subnet = &topology.subnet(self.at).name;
        let subnet = format!("vnets.{}.subnets.{}", quoted_name(self.vnet(self.at.vnet)), quoted_name(subnet));
        let table = format!("route_tables.{name}={body}");
        let body = &self.written.document.vnets[self.at.vnet.index()].body.subnets[self.at.index as usize].body;
        let ranges: Vec<String> = body.prefixes.iter().map(|range| range.value.to_string()).collect();
        vec![
            vec![table.clone(), format!("{subnet}.route_table={name}")],
            vec![table, format!("{subnet}={{ prefix: [{}], route_table: {name} }}", ranges.join(", "))],
        ]
    }

    /// Routes to NVAs that the subnet reaches and does not use now.
    fn user_route(&mut self, asked: Asked, entry: &Entry) {
        let topology = self.reasons.topology;
        let now: Vec<Ipv4Addr> = entry
            .hops()
            .iter()
            .filter_map(|hop| if let Hop::Address(address) = hop { Some(*address) } else { None })
            .collect();
        let proof = entry.cause.proof();
        let root = proof.and_then(|proof| proof.account(*proof.roots.first()?));
        let offered: Vec<Ipv4Addr> =
            root.iter().flat_map(|root| &root.offers).flat_map(|offer| offer.next_hops.clone()).collect();
        let nvas = topology.routers.iter().filter(|router| router.is_nva() && router.ip_forwarding);
        let mut nvas: Vec<(Ipv4Addr, &str)> =
            nvas.filter_map(|router| Some((router.address?, router.name.as_str()))).collect();
        nvas.retain(|(address, _)| topology.reaches(self.at.vnet, *address) && !now.contains(address));
        // What was offered and lost is nearer than what was never offered.
        nvas.sort_by_key(|(address, _)| !offered.contains(address));
        let mut prefixes: Vec<Ipv4Net> = vec![asked.range(), entry.prefix];
        prefixes.dedup();
        for (address, name) in nvas.into_iter().take(MOST_NEXT_HOPS) {
            for prefix in &prefixes {
                self.next_family();
                let route = format!("{{ prefix: {prefix}, next_hop: {address} }}");
                let what = format!("add a route {prefix} to {address} ({name})");
                match topology.subnet(self.at).route_table.map(|table| &topology.route_tables[table.index()]) {
                    Some(table) => {
                        let (table_name, route_name) = (quoted_name(&table.name), quoted_name(&format!("to-{name}")));
                        let forms = vec![vec![format!("route_tables.{table_name}.routes.{route_name}={route}")]];
                        self.add(format!("{what} to the route table `{}`", table.name), forms);
                    }
                    None => {
                        let body = format!("{{ routes: {{ to-nva: {route} }} }}");
                        let forms = self.with_new_table(&format!("to-{}", plain(name)), &body);
                        self.add(format!("{what} in a new route table"), forms);
                    }
                }
            }
        }
    }

    /// Flags of speakers on the way.
    fn speaker(&mut self, account: &Account) {
        if let Device::RouteServer(id) = account.device
            && let Some(server) = &self.reasons.topology.vnet(id).route_server
        {
            let (branch_to_branch, preference) = (server.branch_to_branch, server.preference);
            let path = format!("vnets.{}.route_server", quoted_name(self.vnet(id)));
            let name = account.device.name(self.reasons.topology);
            self.next_family();
            let word = if branch_to_branch { "off" } else { "on" };
            let set = format!("{path}.branch_to_branch={}", !branch_to_branch);
            self.add(format!("switch branch-to-branch {word} at {name}"), vec![vec![set]]);
            for (other, word) in [
                (RoutingPreference::ExpressRoute, "ExpressRoute"),
                (RoutingPreference::VpnGateway, "VpnGateway"),
                (RoutingPreference::AsPath, "ASPath"),
            ] {
                if other != preference {
                    self.next_family();
                    let set = format!("{path}.hub_routing_preference={word}");
                    self.add(format!("set the routing preference of {name} to {word}"), vec![vec![set]]);
                }
            }
        }
        for stop in account.stops.iter().filter(|stop| stop.refused.refusal == Refusal::NotReadvertised) {
            if let Device::Router(id) = stop.from {
                self.next_family();
                let name = &self.reasons.topology.router(id).name;
                self.add(
                    format!("let {name} pass on what it learns"),
                    vec![vec![format!("{}.readvertise=true", self.router(id))]],
                );
            }
        }
    }

    /// Announcements that the outcome rests on: a longer path, or none.
    fn announcements(&mut self, accounts: &[Account], prefix: Ipv4Net) {
        for account in accounts {
            let Device::Router(id) = account.device else { continue };
            let own = OfferSource::Own(LocalKind::Announced);
            if !account.offers.iter().any(|offer| offer.source == own && offer.verdict != Verdict::Equal) {
                continue;
            }
            let router = self.reasons.topology.router(id);
            let Some(entry) = router.originates.iter().find(|entry| entry.prefix == prefix) else { continue };
            let Some(place) = self.item(id, entry.span) else { continue };
            if let Some(asn) = router.asn {
                self.next_family();
                for times in 1..=MOST_PREPENDS {
                    let behind = entry.path.asns().iter().map(ToString::to_string);
                    let path: Vec<String> = std::iter::repeat_n(asn.to_string(), times + 1).chain(behind).collect();
                    let path = path.join(", ");
                    let forms = vec![
                        vec![format!("{place}.as_path=[{path}]")],
                        vec![format!("{place}={{ prefix: {prefix}, as_path: [{path}] }}")],
                    ];
                    let often = OFTEN[times - 1];
                    self.add(format!("let {} put {asn} {often} more before the path of {prefix}", router.name), forms);
                }
            }
            self.next_family();
            self.add(format!("let {} no longer announce {prefix}", router.name), vec![vec![format!("{place}=null")]]);
        }
    }

    /// The path of the list item that a span lies in; none of what comes from a file of its own.
    fn item(&self, id: RouterId, span: Span) -> Option<String> {
        let router = self.reasons.topology.router(id);
        let (group, key) = if router.is_nva() { ("nvas", "advertises") } else { ("sites", "prefixes") };
        let list = self.root.get(group)?.get(&router.name)?.get(key)?;
        let holds = |item: &Node| {
            let prefix = item.get("prefix").unwrap_or(item);
            prefix.span == span || prefix.items().iter().any(|item| item.span == span)
        };
        let place = list.items().iter().position(holds)?;
        Some(format!("{}.{key}[{place}]", self.router(id)))
    }

    /// Policies of routers towards the device that decides, where they have none yet.
    fn exports(&mut self, accounts: &[Account], roots: &[Device], prefix: Ipv4Net) {
        for root in accounts.iter().filter(|account| roots.contains(&account.device)) {
            let Some(host) = root.device.vnet() else { continue };
            for offer in root.offers.iter().filter(|offer| offer.verdict == Verdict::Chosen) {
                let OfferSource::From(Device::Router(id)) = offer.source else { continue };
                let Some(written) = self.written.router(id).filter(|router| router.body.export.is_empty()) else {
                    continue;
                };
                let Some(asn) = written.body.asn.as_ref().map(|asn| asn.value) else { continue };
                let name = &written.name.value;
                let (to, peer) = (root.device.name(self.reasons.topology), quoted_name(self.vnet(host)));
                let path = format!("{}.export.{peer}", self.router(id));
                self.next_family();
                for times in 1..=MOST_PREPENDS {
                    let list = vec![asn.to_string(); times].join(", ");
                    let rule = format!("[{{ match: {{ prefix: [{prefix}] }}, then: {{ prepend: [{list}] }} }}]");
                    let often = OFTEN[times - 1];
                    let what = format!("let {name} put {asn} {often} more before the path of {prefix} towards {to}");
                    self.add(what, vec![vec![format!("{path}={rule}")]]);
                }
                self.next_family();
                let rule = format!("[{{ match: {{ prefix: [{prefix}] }}, then: {{ drop: true }} }}]");
                self.add(format!("let {name} not send {prefix} to {to}"), vec![vec![format!("{path}={rule}")]]);
            }
        }
    }

    /// BGP connections over which the deciding route server has its choice.
    fn connections(&mut self, accounts: &[Account], roots: &[Device]) {
        for root in accounts.iter().filter(|account| roots.contains(&account.device)) {
            let Device::RouteServer(host) = root.device else { continue };
            for offer in root.offers.iter().filter(|offer| offer.verdict == Verdict::Chosen) {
                let OfferSource::From(Device::Router(id)) = offer.source else { continue };
                let name = &self.reasons.topology.router(id).name;
                let server = self.root.get("vnets").and_then(|vnets| vnets.get(self.vnet(host))?.get("route_server"));
                let Some(peers) = server.and_then(|server| server.get("peers")) else { continue };
                let named = |item: &Node| item.text().or(item.get("nva").and_then(Node::text)) == Some(name.as_str());
                let Some(place) = peers.items().iter().position(named) else { continue };
                self.next_family();
                let set = format!("vnets.{}.route_server.peers[{place}]=null", quoted_name(self.vnet(host)));
                let to = root.device.name(self.reasons.topology);
                self.add(format!("remove the BGP connection of {to} to {name}"), vec![vec![set]]);
            }
        }
    }
}

/// A name without what would have to be quoted.
fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_ascii_alphanumeric() || "-_".contains(*letter)).collect()
}
