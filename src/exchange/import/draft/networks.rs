//! VNets with their subnets, and route tables.

use super::{RouteTable, Subnet, Vnet, Work, natural};
use crate::exchange::import::estate::{self, Estate, Told};
use crate::exchange::import::resource::{Key, Mistake};
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// What Azure makes of a subnet when nothing is written.
const USUAL_ENDPOINT_POLICIES: &str = "Disabled";

pub(super) fn vnets(work: &mut Work<'_>) {
    let estate = work.estate;
    let (told, endpoints) = (told_by_peerings(estate), private_endpoints(estate));
    for (key, vnet) in &estate.vnets {
        let name = work.names.vnets[key].clone();
        let subnets = subnets(vnet, &name, &endpoints, work);
        let mut space = vnet.address_space.as_ref().map(|told| told.value.clone()).unwrap_or_default();
        if space.is_empty() {
            space = told.get(key).map(|ranges| ranges.to_vec()).unwrap_or_default();
            if space.is_empty() {
                let message = format!("no document tells the address space of the VNet `{}`", vnet.id.name());
                let help = "add what `az network vnet list` prints".to_owned();
                work.mistakes.push(Mistake::new(vnet.origin.clone(), message, help));
                continue;
            }
            work.guess(format!("vnets.{name}"), "its address space is what a peering tells of it");
        }
        let places = subnets.iter().map(|subnet| (subnet.key.clone(), format!("{name}/{}", subnet.name)));
        work.subnets.extend(places);
        let region = vnet.region.as_ref().map(|told| told.value.clone());
        if region.is_none() {
            work.blank(
                format!("vnets.{name}"),
                "no document tells the region; a peering between two regions is global, which changes the kind of next hop",
            );
        }
        work.draft.vnets.push(Vnet {
            region,
            address_space: space,
            subnets,
            route_servers: Vec::new(),
            vpn_gateway: None,
            express_route_gateway: None,
            summarized: vnet.summarized.as_ref().map(|told| told.value.clone()).unwrap_or_default(),
            virtual_wan_hub: estate.virtual_wan.get(key).map(|hub| super::names::fit(hub)),
            name,
        });
    }
    strangers(&told, work);
    work.draft.vnets.sort_by_key(|vnet| natural(&vnet.name));
}

/// VNets that only peerings tell of: in another subscription, or not captured.
fn strangers(told: &BTreeMap<Key, &[IpNet]>, work: &mut Work<'_>) {
    let estate = work.estate;
    let ids: BTreeSet<Key> = estate
        .peerings
        .values()
        .flat_map(|peering| {
            let remote = peering.remote.as_ref().map(|told| told.value.key());
            [Some(peering.local.clone()), remote].into_iter().flatten()
        })
        .filter(|key| !estate.vnets.contains_key(key))
        .collect();
    for key in ids {
        let space = told.get(&key).map(|ranges| ranges.to_vec()).unwrap_or_default();
        let Some(name) = work.names.vnets.get(&key).cloned() else { continue };
        let entry = format!("vnets.{name}");
        if space.is_empty() {
            work.skipped(
                String::new(),
                format!("the VNet `{name}` is known by its name only; its peerings are left out"),
            );
            continue;
        }
        work.blank(
            entry,
            "only a peering tells of this VNet: its region, its subnets and the far side of the peering are missing",
        );
        work.draft.vnets.push(Vnet {
            name,
            region: None,
            address_space: space,
            subnets: Vec::new(),
            route_servers: Vec::new(),
            vpn_gateway: None,
            express_route_gateway: None,
            summarized: Vec::new(),
            virtual_wan_hub: None,
        });
    }
}

/// The ranges of VNets as the peerings of others tell them.
fn told_by_peerings(estate: &Estate) -> BTreeMap<Key, &[IpNet]> {
    let mut told: BTreeMap<Key, &[IpNet]> = BTreeMap::new();
    for peering in estate.peerings.values() {
        if let (Some(remote), Some(synced)) = (&peering.remote, &peering.synced) {
            told.entry(remote.value.key()).or_insert(&synced.value);
        }
    }
    told
}

/// Subnets in the order of their addresses.
fn subnets(vnet: &estate::Vnet, name: &str, endpoints: &Endpoints<'_>, work: &mut Work<'_>) -> Vec<Subnet> {
    let mut subnets = Vec::new();
    for (key, subnet) in &vnet.subnets {
        let subnet_name = subnet_name(subnet.id.name());
        let prefixes = subnet.prefixes.as_ref().map(|told| told.value.clone()).unwrap_or_default();
        if prefixes.is_empty() {
            let text = format!(
                "the subnet `{subnet_name}` is left out: no document tells its prefix (an IPAM pool hands it out, or it is still unknown)"
            );
            work.blank(format!("vnets.{name}"), text);
            continue;
        }
        let table = table_of(key, subnet, work);
        let text = |told: &Option<Told<String>>| told.as_ref().map(|told| told.value.clone());
        let policies = text(&subnet.private_endpoint_policies);
        subnets.push(Subnet {
            key: key.clone(),
            route_table: table.and_then(|table| named_table(&table, name, &subnet_name, work)),
            name: subnet_name,
            prefixes,
            service_endpoints: subnet.service_endpoints.iter().cloned().collect(),
            private_endpoints: endpoints.get(key).map(|here| apart(here)).unwrap_or_default(),
            private_endpoint_policies: policies.filter(|word| !word.eq_ignore_ascii_case(USUAL_ENDPOINT_POLICIES)),
            delegation: text(&subnet.delegation),
            security_group: text(&subnet.security_group),
            service_endpoint_policy: text(&subnet.service_endpoint_policy),
        });
    }
    subnets.sort_by(|one, other| (&one.prefixes, &one.name).cmp(&(&other.prefixes, &other.name)));
    subnets
}

/// The name of a subnet. Azure compares names without case; the format knows the subnets of gateways by one spelling.
fn subnet_name(name: &str) -> String {
    let special = ["GatewaySubnet", "RouteServerSubnet", "AzureFirewallSubnet", "AzureBastionSubnet"];
    let special = special.into_iter().find(|special| special.eq_ignore_ascii_case(name));
    special.map_or_else(|| super::names::fit(name), str::to_owned)
}

/// Name and address of private endpoints, by their subnet.
type Endpoints<'e> = BTreeMap<&'e Key, Vec<(&'e str, IpAddr)>>;

fn private_endpoints(estate: &Estate) -> Endpoints<'_> {
    let mut endpoints = Endpoints::new();
    for (name, places) in estate.private_endpoints.values() {
        for (subnet, address) in places {
            endpoints.entry(subnet).or_default().push((name, *address));
        }
    }
    endpoints
}

/// The private endpoints of one subnet, one for each address: by name, with a number where several have the same.
fn apart(here: &[(&str, IpAddr)]) -> Vec<(String, IpAddr)> {
    let mut here: Vec<(String, IpAddr)> =
        here.iter().map(|(name, address)| (super::names::fit(name), *address)).collect();
    here.sort_by_key(|(name, address)| (natural(name), *address));
    let mut names: BTreeSet<String> = BTreeSet::new();
    for (name, _) in &mut here {
        let further = (2..).map(|number| format!("{name}-{number}"));
        let mut fitting =
            std::iter::once(name.clone()).chain(further).filter(|name| !names.contains(&name.to_lowercase()));
        let free = fitting.next().expect("numbers never end");
        names.insert(free.to_lowercase());
        *name = free;
    }
    here
}

/// The route table of a subnet, which the subnet and the table may both tell.
fn table_of(key: &Key, subnet: &estate::Subnet, work: &mut Work<'_>) -> Option<Key> {
    let mut table = subnet.route_table.clone();
    for told in work.estate.users.get(key).into_iter().flatten() {
        let what = || format!("the route table of the subnet `{}`", subnet.id.name());
        estate::learn(&mut table, Some(told.value.clone()), &told.origin, what, work.mistakes);
    }
    table.map(|told| told.value)
}

fn named_table(table: &Key, vnet: &str, subnet: &str, work: &mut Work<'_>) -> Option<String> {
    let name = work.names.route_tables.get(table).cloned();
    if name.is_none() {
        let text = format!(
            "no document has the route table `{}` of the subnet `{subnet}`: its routes are missing",
            table.name()
        );
        work.blank(format!("vnets.{vnet}"), text);
    }
    name
}

pub(super) fn route_tables(work: &mut Work<'_>) {
    for (key, table) in &work.estate.route_tables {
        let name = work.names.route_tables[key].clone();
        let mut routes = Vec::new();
        for route in table.routes.values() {
            let entry = format!("{}/{}", table.id.name(), route.name);
            let next_hop = match (&route.next_hop_type, &route.next_hop) {
                (Some(kind), Some(address)) if kind.value.eq_ignore_ascii_case("VirtualAppliance") => {
                    Some(address.value.to_string())
                }
                (Some(kind), _) if kind.value.eq_ignore_ascii_case("VirtualAppliance") => None,
                (Some(kind), _) => spelled(&kind.value).map(str::to_owned),
                (None, _) => None,
            };
            let kind = route.next_hop_type.as_ref().filter(|kind| !is_next_hop_type(&kind.value));
            if let Some(kind) = kind {
                let word = crate::words::echo(&kind.value);
                let message = format!("the next hop type `{word}` of the route `{entry}` is none that is known");
                let help = format!("Azure has VirtualAppliance, {}", NEXT_HOP_TYPES.join(", "));
                work.mistakes.push(Mistake::new(kind.origin.clone(), message, help));
                continue;
            }
            if let (Some(prefix), Some(hop)) = (&route.prefix, &route.next_hop)
                && hop.value.is_ipv6()
            {
                if prefix.value.contains(':') {
                    work.skipped(format!("route_tables.{name}"), format!("the route `{entry}`: routes are IPv4 only"));
                } else {
                    let message = format!("the route `{entry}` leads from IPv4 to an IPv6 address");
                    let help = "save again what `az network route-table list` prints";
                    work.mistakes.push(Mistake::new(hop.origin.clone(), message, help));
                }
                continue;
            }
            match (&route.prefix, next_hop) {
                (Some(prefix), Some(next_hop)) => {
                    routes.push((super::names::fit(&route.name), prefix.value.clone(), next_hop));
                }
                (prefix, _) => {
                    let missing = if prefix.is_none() { "prefix" } else { "next hop" };
                    let message = format!("no document tells the {missing} of the route `{entry}`");
                    let help = "add what `az network route-table list` prints".to_owned();
                    work.mistakes.push(Mistake::new(route.origin.clone(), message, help));
                }
            }
        }
        routes.sort_by_key(|(name, ..)| natural(name));
        let disabled = table.propagation_disabled.as_ref().is_some_and(|told| told.value);
        work.draft.route_tables.push(RouteTable { name, propagation: !disabled, routes });
    }
    work.draft.route_tables.sort_by_key(|table| natural(&table.name));
}

/// Next hop types without an address, as the format spells them.
const NEXT_HOP_TYPES: [&str; 4] = ["Internet", "VnetLocal", "VirtualNetworkGateway", "None"];

fn spelled(word: &str) -> Option<&'static str> {
    NEXT_HOP_TYPES.into_iter().find(|known| known.eq_ignore_ascii_case(word))
}

fn is_next_hop_type(word: &str) -> bool {
    word.eq_ignore_ascii_case("VirtualAppliance") || spelled(word).is_some()
}
