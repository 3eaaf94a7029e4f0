//! Captured routes that nothing was made of, and why: told, so that what is missing is not taken for what is not there.

use super::{Gateway, Vnet, Work};
use crate::exchange::capture::{BgpRow, CapturedAddress, CapturedPrefix};
use crate::exchange::import::captures::{self, Routes};
use crate::words::{few, plural};
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

pub(super) fn tell(work: &mut Work<'_>) {
    let captures = work.captures;
    for routes in captures.learned.iter().chain(&captures.gateways).chain(&captures.circuits) {
        rows(routes, work);
    }
    captures.gateways.iter().for_each(|routes| gateway(routes, work));
    captures.circuits.iter().for_each(|routes| circuit(routes, work));
}

/// Rows that are no routes of the format.
fn rows(routes: &Routes, work: &mut Work<'_>) {
    let count = |is: fn(&BgpRow) -> bool| routes.capture.rows.iter().filter(|row| is(row)).count();
    let name = &routes.name;
    let masked = count(|row| matches!(row.network, CapturedPrefix::Masked(_)));
    if masked > 0 {
        let text = format!("{} with a masked prefix in {name}: left out", plural(masked, "route", "routes"));
        work.blank(String::new(), text);
    }
    let nameless = count(|row| matches!(row.source_peer, Some(CapturedAddress::Masked(_))));
    if nameless > 0 {
        let text = format!("{} from a masked peer in {name}: left out", plural(nameless, "route", "routes"));
        work.blank(String::new(), text);
    }
    // A gateway shows the ranges of its own VNets as `Network`.
    let is_ipv6 = |row: &BgpRow| {
        matches!(row.network, CapturedPrefix::V6(_)) && row.origin.as_ref().is_none_or(|origin| origin != "Network")
    };
    let ipv6 = count(is_ipv6);
    if ipv6 > 0 {
        let text = format!("{} of IPv6 in {name}: routes are IPv4 only", plural(ipv6, "route", "routes"));
        work.skipped(String::new(), text);
    }
}

/// What a gateway learned, when it is none of the documents.
fn gateway(routes: &Routes, work: &mut Work<'_>) {
    let locals: BTreeSet<Ipv4Addr> = routes.capture.rows.iter().filter_map(|row| row.local_address).collect();
    let name = &routes.name;
    if locals.is_empty() {
        if !routes.capture.rows.is_empty() {
            let text = format!("the routes in {name}: nothing tells which gateway learned them");
            work.skipped(String::new(), text);
        }
        return;
    }
    let known = work.known.sites.iter().flat_map(|site| site.gateways.values().flatten());
    let has = |local: &Ipv4Addr| work.draft.vnets.iter().any(|vnet| is_at(vnet, *local));
    if !locals.iter().any(has) && !known.into_iter().any(|at| locals.iter().any(|local| IpAddr::V4(*local) == *at)) {
        let text = format!("the routes in {name}: no gateway of the documents has {}", few(&locals));
        work.skipped(String::new(), text);
        return;
    }
    let from_circuits = routes.capture.rows.iter().any(super::circuits::is_from_edge);
    let is_told = |circuit: &super::Circuit| {
        work.captures.circuits.iter().any(|table| captures::names(&table.name, &circuit.name))
    };
    if from_circuits && work.draft.circuits.len() > 1 && !work.draft.circuits.iter().all(is_told) {
        let text = format!(
            "routes from circuits in {name}: with several circuits they do not tell which one they came over (az network express-route list-route-tables)"
        );
        work.skipped(String::new(), text);
    }
}

/// Whether one of the gateways of a VNet has an address. Of ExpressRoute the documents may not tell it; it lies in the subnet.
fn is_at(vnet: &Vnet, local: Ipv4Addr) -> bool {
    let local = IpAddr::V4(local);
    let has = |gateway: &Option<Gateway>| gateway.as_ref().is_some_and(|gateway| gateway.addresses.contains(&local));
    let subnet = vnet.subnets.iter().find(|subnet| subnet.name == "GatewaySubnet");
    let inside = subnet.is_some_and(|subnet| subnet.prefixes.iter().any(|range| range.contains(&local)));
    has(&vnet.vpn_gateway) || has(&vnet.express_route_gateway) || (vnet.express_route_gateway.is_some() && inside)
}

/// The table of a circuit, when it is none of the documents or any of several.
fn circuit(routes: &Routes, work: &mut Work<'_>) {
    let circuits = &work.draft.circuits;
    if circuits.len() == 1 || circuits.iter().any(|circuit| captures::names(&routes.name, &circuit.name)) {
        return;
    }
    let why = if circuits.is_empty() {
        "no document has a circuit"
    } else {
        "its name does not tell which circuit they are of"
    };
    let text = format!("the routes in {}: {why}", routes.name);
    work.skipped(String::new(), text);
}
