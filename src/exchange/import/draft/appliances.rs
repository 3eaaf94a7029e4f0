//! Appliances that no route server peers with but routes lead to: firewalls, forwarding machines, and the load balancers before NVAs.

use super::learned::Heard;
use super::{LoadBalancer, Nva, Work, natural, v4};
use crate::exchange::import::estate::{Interface, Told};
use crate::exchange::import::resource::Key;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

pub(super) fn draw(work: &mut Work<'_>) {
    let targets = targets(work);
    firewalls(work);
    load_balancers(&targets, work);
    machines(&targets, work);
    interfaces(work);
    tunnel_ends(work);
    interfaces(work);
    work.draft.load_balancers.sort_by_key(|balancer| natural(&balancer.name));
}

/// Every address that a route leads to: of user-defined routes, and next hops that an NVA announces for others.
fn targets(work: &Work<'_>) -> BTreeSet<Ipv4Addr> {
    let written =
        work.draft.route_tables.iter().flat_map(|table| &table.routes).filter_map(|(.., hop)| hop.parse().ok());
    let announced =
        work.draft.nvas.iter().flat_map(|nva| nva.advertises.iter().flatten()).filter_map(|one| one.next_hop);
    written.chain(announced).collect()
}

fn add(wanted: &str, place: &(Key, IpAddr), forwards: bool, work: &mut Work<'_>) -> Option<String> {
    let subnet = work.subnets.get(&place.0)?.clone();
    let address = v4(place.1)?;
    if let Some(known) = work.draft.nvas.iter().find(|nva| nva.address == address && nva.subnet == subnet) {
        return Some(known.name.clone());
    }
    let name = work.names.free(wanted, "nva");
    work.draft.nvas.push(Nva {
        name: name.clone(),
        subnet,
        address,
        asn: None,
        interfaces: Vec::new(),
        // It speaks no BGP.
        advertises: Some(Vec::new()),
        exports: Vec::new(),
        forwards,
        passes_on: false,
        heard: Heard::default(),
    });
    Some(name)
}

/// Azure Firewalls forward whatever reaches them, so every one of them is drawn.
fn firewalls(work: &mut Work<'_>) {
    for firewall in work.estate.firewalls.values() {
        let drawn = firewall.place.as_ref().and_then(|place| add(firewall.id.name(), place, true, work));
        if drawn.is_none() {
            let text =
                format!("the firewall `{}`: no document tells its subnet and private address", firewall.id.name());
            work.blank(String::new(), text);
        }
    }
}

fn load_balancers(targets: &BTreeSet<Ipv4Addr>, work: &mut Work<'_>) {
    for balancer in work.estate.load_balancers.values() {
        for (subnet, address) in balancer.frontends.values() {
            let Some(address) = v4(*address).filter(|address| targets.contains(address)) else { continue };
            let Some(subnet) = work.subnets.get(subnet).cloned() else { continue };
            let mut backends = BTreeSet::new();
            for interface in work.estate.interfaces.values() {
                for (configuration, place) in &interface.addresses {
                    let behind =
                        balancer.backends.contains(configuration) || balancer.backend_addresses.contains(&place.1);
                    if behind {
                        backends.extend(add(&machine_name(interface), place, forwards(interface), work));
                    }
                }
            }
            let known =
                work.draft.nvas.iter().filter(|nva| balancer.backend_addresses.contains(&IpAddr::V4(nva.address)));
            backends.extend(known.map(|nva| nva.name.clone()));
            if backends.is_empty() && !work.known.balancers.contains(&super::names::fit(&balancer.name)) {
                let text = "no document tells which interfaces are behind it (az network nic list)";
                work.blank(format!("load_balancers.{}", super::names::fit(&balancer.name)), text);
            }
            let mut backends: Vec<String> = backends.into_iter().collect();
            backends.sort_by_key(|name| natural(name));
            let name = super::names::fit(&balancer.name);
            let taken = work.draft.load_balancers.iter().filter(|known| known.name.starts_with(&name)).count();
            let name = if taken == 0 { name } else { format!("{name}-{}", taken + 1) };
            work.draft.load_balancers.push(LoadBalancer {
                name,
                subnet,
                address,
                backends,
                ha_ports: balancer.ha_ports,
            });
        }
    }
}

fn machine_name(interface: &Interface) -> String {
    let machine = interface.machine.as_ref().map(|told| told.value.name());
    machine.unwrap_or(interface.id.name()).to_owned()
}

fn forwards(interface: &Interface) -> bool {
    interface.forwarding.as_ref().is_none_or(|told| told.value)
}

/// Machines that a user-defined route leads to.
fn machines(targets: &BTreeSet<Ipv4Addr>, work: &mut Work<'_>) {
    for interface in work.estate.interfaces.values() {
        for place in interface.addresses.values() {
            if v4(place.1).is_some_and(|address| targets.contains(&address)) {
                add(&machine_name(interface), place, forwards(interface), work);
            }
        }
    }
}

/// Machines whose public address a local network gateway has: a tunnel ends at them, though nothing else leads there.
fn tunnel_ends(work: &mut Work<'_>) {
    let estate = work.estate;
    for interface in estate.interfaces.values() {
        let public: BTreeSet<IpAddr> =
            interface.public_ids.iter().filter_map(|id| estate.public_addresses.get(id)).copied().collect();
        let leads_here = |told: &Told<IpAddr>| public.contains(&told.value);
        let mut local = estate.local_gateways.values().filter(|local| local.public.as_ref().is_some_and(leads_here));
        let (Some(local), Some(place)) = (local.next(), interface.addresses.values().next()) else { continue };
        let own: BTreeSet<Ipv4Addr> = interface.addresses.values().filter_map(|place| v4(place.1)).collect();
        let is_at = |nva: &Nva| own.contains(&nva.address) || nva.interfaces.iter().any(|(_, at)| own.contains(at));
        if work.draft.nvas.iter().any(is_at) {
            continue;
        }
        let Some(name) = add(&machine_name(interface), place, forwards(interface), work) else { continue };
        let asn = local.asn.as_ref().map(|told| told.value);
        if let Some(nva) = work.draft.nvas.iter_mut().find(|nva| nva.name == name).filter(|_| asn.is_some()) {
            // It speaks BGP in the tunnel; `tunnels` tells what it announces there.
            (nva.asn, nva.advertises) = (asn, None);
        }
    }
}

/// The further interfaces of the machines that NVAs are, and whether they forward.
fn interfaces(work: &mut Work<'_>) {
    let mut at: BTreeMap<(&str, Ipv4Addr), &Interface> = BTreeMap::new();
    let mut of: BTreeMap<Key, Vec<&Interface>> = BTreeMap::new();
    for interface in work.estate.interfaces.values() {
        for (subnet, address) in interface.addresses.values() {
            if let (Some(subnet), Some(address)) = (work.subnets.get(subnet), v4(*address)) {
                at.entry((subnet, address)).or_insert(interface);
            }
        }
        if let Some(machine) = &interface.machine {
            of.entry(machine.value.key()).or_default().push(interface);
        }
    }
    for nva in &mut work.draft.nvas {
        let Some(own) = at.get(&(nva.subnet.as_str(), nva.address)) else { continue };
        let machine = own.machine.as_ref().and_then(|told| of.get(&told.value.key()));
        let others = machine.into_iter().flatten().filter(|other| !std::ptr::eq(**other, *own));
        let places = others.filter_map(|other| other.addresses.values().next());
        nva.interfaces =
            places.filter_map(|(subnet, address)| Some((work.subnets.get(subnet)?.clone(), v4(*address)?))).collect();
        nva.interfaces.sort_by_key(|(_, address)| *address);
        nva.forwards = forwards(own);
    }
}
