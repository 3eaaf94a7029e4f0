//! FRRouting: `frr.conf`, in the words of FRR 8.4.

mod lists;
mod route_map;

use super::names::plain;
use super::{Announcement, Composed, Neighbor, NvaBgp, comment};
use crate::net::{AsPath, Asn, Community};
use crate::topology::Origin;
use crate::words::few;
use ipnet::Ipv4Net;
use lists::PolicyLists;
use route_map::{Entry, RouteMap, RouteMaps};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Tags mark routes inside the router, so that a policy can ask where a route came from. They are never sent.
const OWN_TAG: u32 = 1;
const SUMMARY_TAG: u32 = 2;
const FIRST_GROUP_TAG: u32 = 10;

/// The whole file.
pub fn write(bgp: &NvaBgp) -> String {
    let composed = compose(bgp);
    bgp.header("FRR 8.4", &composed.remarks, "!") + "!\n" + &composed.body
}

/// What the file leaves out or does otherwise, the topology's own gaps among them.
pub fn remarks(bgp: &NvaBgp) -> Vec<String> {
    compose(bgp).remarks
}

fn compose(bgp: &NvaBgp) -> Composed {
    let mut writer = Writer::new(bgp);
    let networks = writer.networks();
    let aggregates = writer.aggregates();
    let sessions: Vec<Session> = bgp.neighbors.iter().map(|neighbor| writer.session(neighbor)).collect();
    writer.note_behaviour();
    let mut body = String::from("frr defaults traditional\n!\n");
    body.push_str("! A next hop may be reached by the default route, as in Azure.\nip nht resolve-via-default\n!\n");
    for route in &bgp.static_routes {
        body += &comment("!", &format!("{}, through the default gateway of the NIC.", route.reason));
        let _ = writeln!(body, "ip route {} {}\n!", route.prefix, route.next_hop);
    }
    body += &writer.lists.text();
    body += &writer.maps.text();
    body += &router(bgp, &networks, &aggregates, &sessions);
    Composed { body, remarks: writer.remarks }
}

/// One session with the names of its route maps.
struct Session<'a> {
    neighbor: &'a Neighbor,
    import: Option<String>,
    export: String,
}

struct Writer<'a> {
    bgp: &'a NvaBgp,
    lists: PolicyLists,
    maps: RouteMaps,
    /// Groups that policies ask for, and whether they ask for the router itself.
    tagged_groups: BTreeSet<usize>,
    tags_own: bool,
    /// Summaries that the router does not originate: prefix, and whether it is there whatever is learned.
    summaries: BTreeMap<Ipv4Net, bool>,
    remarks: Vec<String>,
}

impl<'a> Writer<'a> {
    fn new(bgp: &'a NvaBgp) -> Self {
        let steps = || bgp.neighbors.iter().flat_map(|neighbor| &neighbor.export);
        let sources = || steps().filter_map(|step| step.when.learned_from.as_ref());
        let mut summaries: BTreeMap<Ipv4Net, bool> = BTreeMap::new();
        for summary in bgp.neighbors.iter().flat_map(|neighbor| &neighbor.summaries) {
            if !bgp.originates(summary.prefix) {
                *summaries.entry(summary.prefix).or_default() |= summary.always || !summary.covers;
            }
        }
        Writer {
            bgp,
            lists: PolicyLists::default(),
            maps: RouteMaps::default(),
            tagged_groups: sources().flat_map(|sources| sources.groups.iter().copied()).collect(),
            tags_own: sources().any(|sources| sources.own),
            summaries,
            remarks: bgp.remarks.clone(),
        }
    }

    fn remark(&mut self, remark: String) {
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    /// A path as arguments of `prepend`; FRR neither sends nor takes ASN 0.
    fn path(&mut self, path: &AsPath, whose: &str) -> String {
        if path.contains(Asn(0)) {
            self.remark(format!("{whose}: FRR sends no ASN 0 (RFC 7607), which is left out of the path"));
        }
        path.without(|asn| asn == Asn(0)).to_string().replace('-', " ")
    }

    /// `network` statements.
    fn networks(&mut self) -> Vec<String> {
        let bgp = self.bgp;
        let mut networks: Vec<String> = Vec::new();
        for own in &bgp.announcements {
            let map = self.own_map(own).map(|name| format!(" route-map {name}")).unwrap_or_default();
            networks.push(format!("network {}{map}", own.prefix));
        }
        networks
    }

    /// The route map with the attributes of an announcement. Communities that keep FRR from sending it come with the export.
    fn own_map(&mut self, own: &Announcement) -> Option<String> {
        let mut sets = Vec::new();
        if self.tags_own {
            sets.push(format!("set tag {OWN_TAG}"));
        }
        let path = self.path(&own.path, &own.prefix.to_string());
        if !path.is_empty() {
            sets.push(format!("set as-path prepend {path}"));
        }
        match own.origin {
            Origin::Igp => {}
            Origin::Egp => sets.push("set origin egp".into()),
            Origin::Incomplete => sets.push("set origin incomplete".into()),
        }
        let plain = own.communities.iter().filter(|community| !is_well_known(**community));
        let plain: Vec<String> = plain.map(Community::to_string).collect();
        if !plain.is_empty() {
            sets.push(format!("set community {}", plain.join(" ")));
        }
        if sets.is_empty() {
            return None;
        }
        let entries = vec![Entry { sets, ..Entry::permit() }];
        Some(self.maps.name("own", None, RouteMap { entries }))
    }

    /// What stands for the summaries: an aggregate where FRR can tell when it is there, else a network.
    fn aggregates(&mut self) -> Vec<String> {
        if self.summaries.is_empty() {
            return Vec::new();
        }
        let entries = vec![Entry { sets: vec![format!("set tag {SUMMARY_TAG}")], ..Entry::permit() }];
        let map = self.maps.name("summary", None, RouteMap { entries });
        let summaries = self.summaries.clone();
        let line = |(prefix, always): (Ipv4Net, bool)| {
            if always {
                format!("network {prefix} route-map {map}")
            } else {
                format!("aggregate-address {prefix} origin igp route-map {map}")
            }
        };
        summaries.into_iter().map(line).collect()
    }

    fn session(&mut self, neighbor: &'a Neighbor) -> Session<'a> {
        let name = plain(&neighbor.device, '-');
        let import = self.import(neighbor);
        let import = import.map(|map| self.maps.name(&format!("from-{name}"), None, map));
        let map = self.export(neighbor);
        let only_for = (self.bgp.as_override && neighbor.ebgp).then_some(neighbor.asn);
        let export = self.maps.name(&format!("to-{name}"), only_for, map);
        self.note_summaries(neighbor);
        Session { neighbor, import, export }
    }

    fn import(&mut self, neighbor: &Neighbor) -> Option<RouteMap> {
        let mut entries = Vec::new();
        if self.tagged_groups.contains(&neighbor.group) {
            let tag = FIRST_GROUP_TAG + neighbor.group as u32;
            entries.push(Entry {
                comment: Some(format!("tag {tag}: learned from {}", self.bgp.groups[neighbor.group])),
                sets: vec![format!("set tag {tag}")],
                next: true,
                ..Entry::permit()
            });
        }
        for step in &neighbor.import {
            entries.extend(self.step(step, neighbor, true));
        }
        if entries.is_empty() {
            return None;
        }
        entries.push(Entry::permit());
        Some(RouteMap { entries })
    }

    fn export(&mut self, neighbor: &Neighbor) -> RouteMap {
        let mut entries = self.summary_entries(neighbor);
        if !self.bgp.readvertise {
            let own = self.bgp.announcements.iter().map(|own| format!("deny {}", own.prefix));
            let lines: Vec<String> = own.chain(["permit 0.0.0.0/0 le 32".to_owned()]).collect();
            let list = self.lists.prefix.name("not-own", lines);
            entries.push(Entry {
                comment: Some("learned routes are not passed on".into()),
                matches: vec![format!("match ip address prefix-list {list}")],
                ..Entry::deny()
            });
        }
        entries.extend(self.own_entries());
        for step in &neighbor.export {
            entries.extend(self.step(step, neighbor, false));
        }
        entries.push(Entry::permit());
        RouteMap { entries }
    }

    /// What comes before everything else: the neighbour's summaries as they are, and no other summary.
    fn summary_entries(&mut self, neighbor: &Neighbor) -> Vec<Entry> {
        let mut entries = Vec::new();
        let (own, made): (Vec<Ipv4Net>, Vec<Ipv4Net>) =
            neighbor.summaries.iter().map(|summary| summary.prefix).partition(|prefix| self.bgp.originates(*prefix));
        if !own.is_empty() {
            let list = self.lists.exactly("own-summary", &own);
            let mut sets = vec!["set community none".to_owned(), "set origin igp".to_owned()];
            let paths = self.bgp.announcements.iter().filter(|one| own.contains(&one.prefix)).map(|one| &one.path);
            let asns: BTreeSet<Asn> =
                paths.flat_map(|path| path.asns()).copied().filter(|asn| *asn != Asn(0)).collect();
            if !asns.is_empty() {
                let asns: Vec<String> = asns.iter().map(Asn::to_string).collect();
                sets.push(format!("set as-path exclude {}", asns.join(" ")));
            }
            entries.push(Entry {
                comment: Some("summaries that are announced anyway".into()),
                matches: vec![format!("match ip address prefix-list {list}")],
                sets,
                ..Entry::permit()
            });
        }
        if !made.is_empty() {
            let list = self.lists.exactly("summary", &made);
            entries.push(Entry {
                comment: Some("summaries instead of their parts".into()),
                matches: vec![format!("match ip address prefix-list {list}"), format!("match tag {SUMMARY_TAG}")],
                ..Entry::permit()
            });
        }
        if !self.summaries.is_empty() {
            entries.push(Entry {
                comment: Some("summaries that are for others".into()),
                matches: vec![format!("match tag {SUMMARY_TAG}")],
                ..Entry::deny()
            });
        }
        entries
    }

    /// What own announcements get on the way out: next hops, which a network statement cannot hold, and communities, which
    /// would keep them here.
    fn own_entries(&mut self) -> Vec<Entry> {
        let mut by_set: BTreeMap<String, Vec<Ipv4Net>> = BTreeMap::new();
        for own in &self.bgp.announcements {
            if let Some(next_hop) = own.next_hop {
                by_set.entry(format!("set ip next-hop {next_hop}")).or_default().push(own.prefix);
            }
            let held = own.communities.iter().filter(|community| is_well_known(**community));
            let held: Vec<String> = held.map(Community::to_string).collect();
            if !held.is_empty() {
                by_set.entry(format!("set community {} additive", held.join(" "))).or_default().push(own.prefix);
            }
        }
        let mut entries = Vec::new();
        for (set, prefixes) in by_set {
            let list = self.lists.exactly("own", &prefixes);
            entries.push(Entry {
                comment: Some("attributes of own announcements".into()),
                matches: vec![format!("match ip address prefix-list {list}")],
                sets: vec![set],
                next: true,
                ..Entry::permit()
            });
        }
        entries
    }

    fn note_summaries(&mut self, neighbor: &Neighbor) {
        for summary in &neighbor.summaries {
            let (prefix, name) = (summary.prefix, &neighbor.device);
            let own = self.bgp.originates(prefix);
            let always = own || self.summaries.get(&prefix).copied().unwrap_or_default();
            if !summary.always && always {
                self.remark(format!("{name}: the summary {prefix} is announced even while no part of it is known"));
            } else if !summary.always {
                let when = "while FRR has any route inside it, whichever the rule asks for";
                let blackhole = "FRR drops what no such route leads on";
                self.remark(format!("{name}: the summary {prefix} is announced {when}; {blackhole}"));
            }
            if !own && summary.elsewhere && self.bgp.readvertise {
                self.remark(format!("a route for the summary {prefix} that others announce is not passed on"));
            }
        }
    }

    fn note_behaviour(&mut self) {
        let bgp = self.bgp;
        if bgp.allow_as_in {
            self.remark("FRR accepts its own ASN ten times in a path, and no more".into());
        }
        if !bgp.well_known.is_empty() {
            let list = few(&bgp.well_known);
            self.remark(format!("FRR follows well-known communities by itself; the topology has {list}"));
        }
    }
}

/// True for 65535:0 to 65535:65535 (RFC 1997).
fn is_well_known(community: Community) -> bool {
    community.0 == 65535
}

/// The block `router bgp`.
fn router(bgp: &NvaBgp, networks: &[String], aggregates: &[String], sessions: &[Session<'_>]) -> String {
    let mut out = format!("router bgp {}\n bgp router-id {}\n", bgp.asn, bgp.router_id);
    out += " no bgp ebgp-requires-policy\n";
    out += " ! Networks are announced without a route to them: a blackhole would drop what the default route takes.\n";
    out += " no bgp network import-check\n bgp bestpath compare-routerid\n";
    for session in sessions {
        let neighbor = session.neighbor;
        let sign = if neighbor.gap.is_some() { " ! " } else { " " };
        let peer = peer(neighbor);
        let mut line = |text: String| {
            let _ = writeln!(out, "{sign}neighbor {peer} {text}");
        };
        line(format!("remote-as {}", neighbor.asn));
        line(format!("description {}", description(&neighbor.name)));
        if neighbor.ebgp && neighbor.multihop {
            line("ebgp-multihop 255".into());
        } else if neighbor.ebgp {
            // Takes next hops that are not on the wire.
            line("disable-connected-check".into());
        }
        if let Some(address) = neighbor.local_address {
            line(format!("update-source {address}"));
        }
        if bgp.split_horizon {
            // An update group of its own: neighbours that share one get back what they sent.
            line("solo".into());
        }
    }
    out += " address-family ipv4 unicast\n";
    for line in networks.iter().chain(aggregates) {
        let _ = writeln!(out, "  {line}");
    }
    for session in sessions {
        let neighbor = session.neighbor;
        let sign = if neighbor.gap.is_some() { "  ! " } else { "  " };
        let peer = peer(neighbor);
        let mut line = |text: &str| {
            let _ = writeln!(out, "{sign}neighbor {peer} {text}");
        };
        if neighbor.ebgp || bgp.next_hop_self {
            line("next-hop-self");
        }
        if neighbor.ebgp && bgp.as_override {
            line("as-override");
        }
        if bgp.allow_as_in {
            line("allowas-in 10");
        }
        if let Some(import) = &session.import {
            line(&format!("route-map {import} in"));
        }
        line(&format!("route-map {} out", session.export));
    }
    out + " exit-address-family\nexit\n"
}

/// The word for a neighbour.
fn peer(neighbor: &Neighbor) -> String {
    neighbor.address.map_or_else(|| "ADDRESS".to_owned(), |address| address.to_string())
}

/// A description in characters that every terminal has.
fn description(name: &str) -> String {
    name.chars().map(|character| if character.is_ascii_graphic() { character } else { '_' }).collect()
}
