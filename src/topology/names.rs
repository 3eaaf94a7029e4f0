//! Names of the document and what they stand for, and small readings of what was written that every file of this room needs.
//!
//! Nothing is resolved here beyond a name.

use super::model::{CircuitId, PeerName, RouteTableId, RouterId, SubnetId, VnetId};
use crate::diagnostic::{Code, Diagnostic, Sink};
use crate::source::Spanned;
use crate::syntax::document::{Document, Named};
use crate::words::closest;
use ipnet::{IpNet, Ipv4Net};
use std::collections::BTreeMap;

/// Every name of the document and what it stands for.
pub(super) struct Names<'d> {
    pub(super) vnets: BTreeMap<&'d str, VnetId>,
    pub(super) subnets: BTreeMap<(&'d str, &'d str), SubnetId>,
    pub(super) routers: BTreeMap<&'d str, RouterId>,
    pub(super) circuits: BTreeMap<&'d str, CircuitId>,
    pub(super) route_tables: BTreeMap<&'d str, RouteTableId>,
}

impl<'d> Names<'d> {
    pub(super) fn new(document: &'d Document, sink: &mut Sink) -> Self {
        let mut names = Names {
            vnets: index(&document.vnets, VnetId),
            subnets: BTreeMap::new(),
            routers: index(&document.nvas, RouterId),
            circuits: index(&document.circuits, CircuitId),
            route_tables: index(&document.route_tables, RouteTableId),
        };
        for (vnet_index, vnet) in document.vnets.iter().enumerate() {
            for (index, subnet) in vnet.body.subnets.iter().enumerate() {
                let id = SubnetId { vnet: VnetId(vnet_index as u32), index: index as u32 };
                names.subnets.insert((vnet.name.value.as_str(), subnet.name.value.as_str()), id);
            }
        }
        for (offset, site) in document.sites.iter().enumerate() {
            if let Some(nva) = document.nvas.iter().find(|nva| nva.name.value == site.name.value) {
                let message = format!("`{}` is the name of an NVA and of a site", site.name.value);
                sink.push(
                    Diagnostic::error(site.name.span, message)
                        .label("a site here")
                        .also(nva.name.span, "an NVA here")
                        .help("sessions and policies name routers, so give one of them another name"),
                );
            }
            names.routers.insert(site.name.value.as_str(), RouterId((document.nvas.len() + offset) as u32));
        }
        names
    }

    pub(super) fn vnet(&self, name: &Spanned<String>, sink: &mut Sink) -> Option<VnetId> {
        found(self.vnets.get(name.value.as_str()).copied(), "VNet", name, self.vnets.keys().copied(), sink)
    }

    pub(super) fn router(&self, kind: &str, name: &Spanned<String>, sink: &mut Sink) -> Option<RouterId> {
        found(self.routers.get(name.value.as_str()).copied(), kind, name, self.routers.keys().copied(), sink)
    }

    pub(super) fn subnet(&self, name: &Spanned<String>, sink: &mut Sink) -> Option<SubnetId> {
        let id = name.value.split_once('/').and_then(|key| self.subnets.get(&key).copied());
        if id.is_none() {
            let all: Vec<String> = self.subnets.keys().map(|(vnet, subnet)| format!("{vnet}/{subnet}")).collect();
            sink.push(dangling("subnet", name, all.iter().map(String::as_str)));
        }
        id
    }

    /// A name that a policy or a match uses for a peer.
    pub(super) fn peer(&self, name: &Spanned<String>, sink: &mut Sink) -> Option<PeerName> {
        let key = name.value.as_str();
        let candidates: Vec<PeerName> = [
            self.vnets.get(key).map(|id| PeerName::Vnet(*id)),
            self.routers.get(key).map(|id| PeerName::Router(*id)),
            self.circuits.get(key).map(|id| PeerName::Circuit(*id)),
        ]
        .into_iter()
        .flatten()
        .collect();
        match candidates.as_slice() {
            [one] => Some(*one),
            [] => {
                let all = self.vnets.keys().chain(self.routers.keys()).chain(self.circuits.keys()).copied();
                sink.push(dangling("peer", name, all));
                None
            }
            _ => {
                let message = format!("`{key}` names more than one thing: a VNet, a router or a circuit");
                sink.push(
                    Diagnostic::error(name.span, message).help("a peer is named by one word; rename one of them"),
                );
                None
            }
        }
    }
}

fn index<T, Id>(entries: &[Named<T>], id: impl Fn(u32) -> Id) -> BTreeMap<&str, Id> {
    entries.iter().enumerate().map(|(index, entry)| (entry.name.value.as_str(), id(index as u32))).collect()
}

pub(super) fn found<'n, T>(
    id: Option<T>,
    kind: &str,
    name: &Spanned<String>,
    known: impl Iterator<Item = &'n str>,
    sink: &mut Sink,
) -> Option<T> {
    if id.is_none() {
        sink.push(dangling(kind, name, known));
    }
    id
}

/// The diagnostic for a name that leads nowhere.
pub(super) fn dangling<'n>(kind: &str, name: &Spanned<String>, known: impl Iterator<Item = &'n str>) -> Diagnostic {
    let known: Vec<&str> = known.collect();
    let diagnostic =
        Diagnostic::error(name.span, format!("there is no {kind} `{}`", name.value)).code(Code::UnknownName);
    if let Some(close) = closest(&name.value, known.iter().copied()) {
        return diagnostic.help(format!("did you mean `{close}`?"));
    }
    let mut shown = known.iter().take(8).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if known.len() > 8 {
        shown.push_str(&format!(" and {} more", known.len() - 8));
    }
    let help =
        if known.is_empty() { format!("the file names no {kind} at all") } else { format!("known here: {shown}") };
    diagnostic.help(help)
}

/// The IPv4 ranges among written ones.
pub(super) fn ipv4(ranges: &[Spanned<IpNet>]) -> Vec<Ipv4Net> {
    let only = |range: &Spanned<IpNet>| if let IpNet::V4(net) = range.value { Some(net) } else { None };
    ranges.iter().filter_map(only).collect()
}

/// A written flag, or what Azure takes when nothing is written.
pub(super) fn is(flag: &Option<Spanned<bool>>, default: bool) -> bool {
    flag.as_ref().map_or(default, |flag| flag.value)
}
