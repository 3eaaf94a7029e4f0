//! What may stand for a network virtual appliance: interfaces, load balancers, firewalls, and the addresses they have.

use super::Read;
use crate::exchange::import::estate::{Firewall, Interface, disagreement, learn, learn_entry};
use crate::exchange::import::fields::Fields;
use crate::exchange::import::resource::{Key, ResourceId};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

pub(super) fn interface(id: &ResourceId, fields: &Fields<'_>, read: &mut Read) {
    let forwarding = fields.flag("enableIPForwarding", &mut read.mistakes);
    let machine = fields.reference("virtualMachine", &mut read.mistakes).map(|id| read.scopes.adopted(&id));
    let endpoint = fields.reference("privateEndpoint", &mut read.mistakes).map(|id| read.scopes.adopted(&id));
    let (mut addresses, mut public) = (BTreeMap::new(), Vec::new());
    for inner in fields.objects("ipConfigurations", &mut read.mistakes) {
        let name = inner.text("name", &mut read.mistakes).unwrap_or("ipconfig").to_owned();
        if let Some((subnet, address)) = place(&inner, read) {
            addresses.insert(id.child("ipConfigurations", &name).key(), (subnet, address));
        }
        public.extend(inner.reference("publicIPAddress", &mut read.mistakes).map(|id| read.scopes.key(&id)));
    }
    let origin = &fields.origin;
    let interface = read.estate.interfaces.entry(id.key()).or_insert_with(|| Interface {
        id: id.clone(),
        forwarding: None,
        addresses: BTreeMap::new(),
        public_ids: Vec::new(),
        machine: None,
    });
    let what = || format!("`enableIPForwarding` of the interface `{}`", id.name());
    learn(&mut interface.forwarding, forwarding, origin, what, &mut read.mistakes);
    for entry in addresses {
        let what = || format!("the address of the interface `{}`", id.name());
        learn_entry(&mut interface.addresses, entry, origin, what, &mut read.mistakes);
    }
    interface.public_ids.extend(public);
    let what = || format!("the machine of the interface `{}`", id.name());
    learn(&mut interface.machine, machine, origin, what, &mut read.mistakes);
    if let Some(endpoint) = endpoint.filter(|_| !interface.addresses.is_empty()) {
        let places = interface.addresses.values().cloned().collect();
        read.estate.private_endpoints.insert(endpoint.key(), (endpoint.name().to_owned(), places));
    }
}

/// The subnet and the private address of an IP configuration; none for a public frontend.
fn place(fields: &Fields<'_>, read: &mut Read) -> Option<(Key, IpAddr)> {
    let subnet = fields.reference("subnet", &mut read.mistakes)?;
    let address = fields.address("privateIPAddress", &mut read.mistakes)?;
    Some((read.scopes.key(&subnet), address))
}

pub(super) fn load_balancer(id: &ResourceId, fields: &Fields<'_>, read: &mut Read) {
    let mut frontends = BTreeMap::new();
    for inner in fields.objects("frontendIPConfigurations", &mut read.mistakes) {
        let name = inner.text("name", &mut read.mistakes).unwrap_or("frontend").to_owned();
        if let Some(place) = place(&inner, read) {
            frontends.insert(name, place);
        }
    }
    let (mut backends, mut addresses) = (BTreeSet::new(), BTreeSet::new());
    for pool in fields.objects("backendAddressPools", &mut read.mistakes) {
        for item in pool.list("backendIPConfigurations", &mut read.mistakes) {
            backends.extend(item.reference(&mut read.mistakes).map(|id| read.scopes.key(&id)));
        }
        for item in pool.objects("loadBalancerBackendAddresses", &mut read.mistakes) {
            addresses.extend(item.address("ipAddress", &mut read.mistakes));
        }
    }
    let mut ha_ports = false;
    for rule in fields.objects("loadBalancingRules", &mut read.mistakes) {
        let protocol = rule.text("protocol", &mut read.mistakes);
        let port = rule.number("frontendPort", &mut read.mistakes);
        ha_ports |= protocol.is_some_and(|word| word.eq_ignore_ascii_case("All")) && port == Some(0);
    }
    let balancer = read.estate.load_balancers.entry(id.key()).or_default();
    if balancer.name.is_empty() {
        balancer.name = id.name().to_owned();
    }
    balancer.frontends.extend(frontends);
    balancer.backends.extend(backends);
    balancer.backend_addresses.extend(addresses);
    balancer.ha_ports |= ha_ports;
}

pub(super) fn firewall(id: &ResourceId, fields: &Fields<'_>, read: &mut Read) {
    let configurations = fields.objects("ipConfigurations", &mut read.mistakes);
    let place = configurations.iter().find_map(|inner| place(inner, read));
    let firewall = read.estate.firewalls.entry(id.key()).or_insert_with(|| Firewall { id: id.clone(), place: None });
    match (&firewall.place, place) {
        (Some(known), Some(place)) if *known != place => {
            let what = format!("the address of the firewall `{}`", id.name());
            read.mistakes.push(disagreement(&fields.origin, &what));
        }
        (None, place) => firewall.place = place,
        _ => {}
    }
}

pub(super) fn public_address(id: &ResourceId, fields: &Fields<'_>, read: &mut Read) {
    if let Some(address) = fields.address("ipAddress", &mut read.mistakes) {
        let what = || format!("the address of `{}`", id.name());
        let entry = (id.key(), address);
        learn_entry(&mut read.estate.public_addresses, entry, &fields.origin, what, &mut read.mistakes);
    }
}

/// Where its interface is not at hand, the endpoint tells its addresses itself.
pub(super) fn private_endpoint(id: &ResourceId, fields: &Fields<'_>, read: &mut Read) {
    let mistakes = &mut read.mistakes;
    let subnet = fields.reference("subnet", mistakes).map(|id| read.scopes.key(&id));
    let mut addresses: BTreeSet<IpAddr> = BTreeSet::new();
    for names in fields.objects("customDnsConfigs", mistakes) {
        let listed = names.list("ipAddresses", mistakes);
        addresses.extend(listed.iter().filter_map(|address| address.parsed::<IpAddr>("an address", mistakes)));
    }
    for fixed in fields.objects("ipConfigurations", mistakes) {
        addresses.extend(fixed.address("privateIPAddress", mistakes));
    }
    if let Some(subnet) = subnet.filter(|_| !addresses.is_empty()) {
        let places = addresses.into_iter().map(|address| (subnet.clone(), address)).collect();
        read.estate.private_endpoints.entry(id.key()).or_insert((id.name().to_owned(), places));
    }
}
