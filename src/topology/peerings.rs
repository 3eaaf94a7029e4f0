//! Resolves peerings into what each VNet gets from them, and finds the VNet whose gateways each VNet uses.

use super::model::{FlagSpans, Link, Topology, VnetId};
use super::names::{Names, ipv4, is};
use crate::diagnostic::{Diagnostic, Sink};
use crate::source::{Span, Spanned};
use crate::syntax::document::{Document, Peering, PeeringFlags, PeeringForm, PeeringState};
use ipnet::Ipv4Net;

/// One side as written: who owns it, and its flags after the form's defaults.
struct Side {
    local: VnetId,
    remote: VnetId,
    span: Span,
    transit: bool,
    borrow: bool,
    forwarded: bool,
    access: bool,
    state: Option<PeeringState>,
    synced_ranges: Vec<Ipv4Net>,
    complete: bool,
    remote_subnets: Vec<Spanned<String>>,
    spans: FlagSpans,
}

/// Fills in the links and the provider of every VNet.
pub(super) fn resolve(document: &Document, names: &Names<'_>, topology: &mut Topology, sink: &mut Sink) {
    let mut sides: Vec<Side> = Vec::new();
    for peering in &document.peerings {
        for side in sides_of(peering, names, sink) {
            if let Some(first) = sides.iter().find(|other| (other.local, other.remote) == (side.local, side.remote)) {
                let (local, remote) = (&topology.vnet(side.local).name, &topology.vnet(side.remote).name);
                let message = format!("VNet `{local}` is peered with `{remote}` twice");
                sink.push(
                    Diagnostic::error(side.span, message)
                        .also(first.span, "first here")
                        .help("Azure keeps one peering between two VNets"),
                );
            } else {
                sides.push(side);
            }
        }
    }
    let links: Vec<(VnetId, Link)> =
        sides.iter().map(|side| (side.local, link(side, &sides, topology, sink))).collect();
    for (local, link) in links {
        topology.vnets[local.index()].links.push(link);
    }
    keep_one_lender(topology);
    for id in topology.vnet_ids() {
        let vnet = topology.vnet(id);
        let lender = vnet.links.iter().find(|link| link.borrows_from_remote).map(|link| link.remote);
        topology.vnets[id.index()].provider = if vnet.hosts_routing() { Some(id) } else { lender };
    }
}

/// A VNet uses the gateways of one other VNet at the most: the first by name, so that the order of the file decides nothing.
fn keep_one_lender(topology: &mut Topology) {
    for id in topology.vnet_ids() {
        let links = topology.vnet(id).links.iter().enumerate().filter(|(_, link)| link.borrows_from_remote);
        let mut lenders: Vec<(String, usize, VnetId)> =
            links.map(|(index, link)| (topology.vnet(link.remote).name.clone(), index, link.remote)).collect();
        lenders.sort();
        for (_, index, lender) in lenders.into_iter().skip(1) {
            topology.vnets[id.index()].links[index].borrows_from_remote = false;
            for link in topology.vnets[lender.index()].links.iter_mut().filter(|link| link.remote == id) {
                link.lends_to_remote = false;
            }
        }
    }
}

fn sides_of(peering: &Peering, names: &Names<'_>, sink: &mut Sink) -> Vec<Side> {
    let (a, b, both, hub) = match &peering.form {
        PeeringForm::HubSpoke { hub, spoke } => (hub, spoke, true, true),
        PeeringForm::Between(a, b) => (a, b, true, false),
        PeeringForm::OneWay { local, remote } => (local, remote, false, false),
    };
    let (Some(a_id), Some(b_id)) = (names.vnet(a, sink), names.vnet(b, sink)) else { return Vec::new() };
    if a_id == b_id {
        sink.push(
            Diagnostic::error(b.span, format!("VNet `{}` is peered with itself", b.value)).help("name two VNets"),
        );
        return Vec::new();
    }
    for side in &peering.sides {
        if side.name.value != a.value && side.name.value != b.value {
            let message = format!("`{}` is no side of this peering", side.name.value);
            sink.push(
                Diagnostic::error(side.name.span, message)
                    .help(format!("the sides are `{}` and `{}`", a.value, b.value)),
            );
        }
    }
    let side = |local: VnetId, remote: VnetId, own: &str, other: &str, lends: bool, borrows: bool| {
        let empty = PeeringFlags::default();
        let own_flags = peering.sides.iter().find(|side| side.name.value == own).map_or(&empty, |side| &side.body);
        let common = &peering.flags;
        let flag = |pick: fn(&PeeringFlags) -> &Option<Spanned<bool>>, default: bool| {
            is(if pick(own_flags).is_some() { pick(own_flags) } else { pick(common) }, default)
        };
        let list = |pick: fn(&PeeringFlags) -> &Vec<Spanned<String>>| {
            if pick(own_flags).is_empty() { pick(common).clone() } else { pick(own_flags).clone() }
        };
        let short = peering.subnets.iter().find(|entry| entry.name.value == other).map(|entry| entry.body.clone());
        let synced = if own_flags.remote_address_space.is_empty() {
            &common.remote_address_space
        } else {
            &own_flags.remote_address_space
        };
        let place = |pick: fn(&PeeringFlags) -> &Option<Spanned<bool>>| {
            pick(own_flags).as_ref().or(pick(common).as_ref()).map_or(peering.span, |flag| flag.span)
        };
        Side {
            local,
            remote,
            span: peering.span,
            transit: flag(|flags| &flags.allow_gateway_transit, lends),
            borrow: flag(|flags| &flags.use_remote_gateways, borrows),
            forwarded: flag(|flags| &flags.allow_forwarded_traffic, hub),
            access: flag(|flags| &flags.allow_virtual_network_access, true),
            state: own_flags.state.as_ref().or(common.state.as_ref()).map(|state| state.value),
            synced_ranges: ipv4(synced),
            complete: flag(|flags| &flags.peer_complete_virtual_networks, true) && short.is_none(),
            remote_subnets: short.unwrap_or_else(|| list(|flags| &flags.remote_subnet_names)),
            spans: FlagSpans {
                use_remote_gateways: place(|flags| &flags.use_remote_gateways),
                allow_gateway_transit: place(|flags| &flags.allow_gateway_transit),
                allow_forwarded_traffic: place(|flags| &flags.allow_forwarded_traffic),
                allow_virtual_network_access: place(|flags| &flags.allow_virtual_network_access),
            },
        }
    };
    let mut sides = vec![side(a_id, b_id, &a.value, &b.value, hub, false)];
    if both {
        sides.push(side(b_id, a_id, &b.value, &a.value, false, hub));
    }
    sides
}

fn link(side: &Side, sides: &[Side], topology: &Topology, sink: &mut Sink) -> Link {
    let reverse = sides.iter().find(|other| (other.local, other.remote) == (side.remote, side.local));
    let up = |side: &Side| side.state.is_none_or(|state| state == PeeringState::Connected);
    let connected = up(side) && reverse.is_some_and(up);
    let (local, remote) = (topology.vnet(side.local), topology.vnet(side.remote));
    let global =
        matches!((&local.region, &remote.region), (Some(here), Some(there)) if !here.eq_ignore_ascii_case(there));
    let remote_ranges = if !side.complete {
        let mut ranges = Vec::new();
        for name in &side.remote_subnets {
            match remote.subnets.iter().find(|subnet| subnet.name == name.value) {
                Some(subnet) => ranges.extend(&subnet.ranges),
                None => sink.push(super::names::dangling(
                    "subnet of the other VNet",
                    name,
                    remote.subnets.iter().map(|subnet| subnet.name.as_str()),
                )),
            }
        }
        ranges
    } else if side.synced_ranges.is_empty() {
        remote.ranges.clone()
    } else {
        side.synced_ranges.clone()
    };
    Link {
        remote: side.remote,
        span: side.span,
        connected,
        global,
        remote_ranges,
        allow_forwarded_traffic: side.forwarded,
        allow_virtual_network_access: side.access,
        allow_gateway_transit: side.transit,
        use_remote_gateways: side.borrow,
        spans: side.spans,
        state: side.state,
        complete: side.complete,
        lends_to_remote: connected
            && side.transit
            && reverse.is_some_and(|other| other.borrow)
            && !remote.hosts_routing(),
        borrows_from_remote: connected
            && side.borrow
            && reverse.is_some_and(|other| other.transit)
            && !local.hosts_routing(),
    }
}
