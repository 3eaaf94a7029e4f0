//! VNets, subnets, peerings and route tables.

use super::Read;
use crate::exchange::import::estate::{Peering, Route, RouteTable, Subnet, Told, Vnet, learn};
use crate::exchange::import::fields::Fields;
use crate::exchange::import::resource::{Mistake, Origin, ResourceId};
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn vnet(id: &ResourceId, fields: &Fields<'_>, read: &mut Read) {
    let mistakes = &mut read.mistakes;
    let space = fields.object("addressSpace", mistakes);
    let space = space.map(|space| space.ranges("addressPrefixes", "addressPrefix", mistakes)).unwrap_or_default();
    let summarized = fields.object("summarizedGatewayPrefixes", mistakes);
    let summarized =
        summarized.map(|some| some.ranges("addressPrefixes", "addressPrefix", mistakes)).unwrap_or_default();
    let region = fields.text("location", mistakes).map(region).filter(|region| !region.is_empty());
    let name = id.name().to_owned();
    let vnet = at(id, &fields.origin, read);
    let mut clashes = Vec::new();
    let what = |what: &str| format!("the {what} of the VNet `{name}`");
    learn(&mut vnet.region, region, &fields.origin, || what("region"), &mut clashes);
    learn(&mut vnet.address_space, sorted(space), &fields.origin, || what("address space"), &mut clashes);
    learn(&mut vnet.summarized, sorted(summarized), &fields.origin, || what("summarised prefixes"), &mut clashes);
    read.mistakes.extend(clashes);
    for inner in fields.objects("subnets", &mut read.mistakes) {
        if let Some(id) = child(id, "subnets", &inner, read) {
            subnet(&id, &inner, read);
        }
    }
    for inner in fields.objects("virtualNetworkPeerings", &mut read.mistakes) {
        if let Some(id) = child(id, "virtualNetworkPeerings", &inner, read) {
            peering(&id, &inner, read);
        }
    }
}

/// The VNet of an id; made when it is met for the first time.
fn at<'r>(id: &ResourceId, origin: &Origin, read: &'r mut Read) -> &'r mut Vnet {
    read.estate.vnets.entry(id.key()).or_insert_with(|| Vnet {
        id: id.clone(),
        region: None,
        address_space: None,
        summarized: None,
        subnets: BTreeMap::new(),
        origin: origin.clone(),
    })
}

/// The id of what stands inside another resource: its own, or made of its name.
pub(super) fn child(parent: &ResourceId, kind: &str, fields: &Fields<'_>, read: &mut Read) -> Option<ResourceId> {
    match fields.text("name", &mut read.mistakes) {
        Some(name) => Some(parent.child(kind, name)),
        None => {
            let id = fields.reference("id", &mut read.mistakes);
            if id.is_none() {
                let message = format!("one of the {kind} of `{}` has no `name`", parent.name());
                let help = "save again what the tool prints".to_owned();
                read.mistakes.push(Mistake::new(fields.origin.clone(), message, help));
            }
            id.map(|id| read.scopes.adopted(&id))
        }
    }
}

/// Azure's name of a region, of its display name too.
pub(super) fn region(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>().to_lowercase()
}

fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// A list whose order means nothing, so that documents which differ in it agree.
fn sorted<T: Ord>(mut list: Vec<T>) -> Option<Vec<T>> {
    list.sort();
    some(list)
}

pub(super) fn subnet(id: &ResourceId, fields: &Fields<'_>, read: &mut Read) {
    let Some(parent) = id.parent() else { return };
    let mistakes = &mut read.mistakes;
    let prefixes = some(fields.ranges("addressPrefixes", "addressPrefix", mistakes));
    let route_table = fields.reference("routeTable", mistakes).map(|id| read.scopes.key(&id));
    let group = fields.reference("networkSecurityGroup", mistakes).map(|id| id.name().to_owned());
    let delegation = fields.objects("delegations", mistakes);
    let delegation = delegation.first().and_then(|inner| inner.text("serviceName", mistakes)).map(str::to_owned);
    let services = fields.objects("serviceEndpoints", mistakes);
    let services: BTreeSet<String> =
        services.iter().filter_map(|inner| inner.text("service", mistakes)).map(str::to_owned).collect();
    let policy = fields.list("serviceEndpointPolicies", mistakes);
    let policy = policy.first().and_then(|inner| inner.reference(mistakes)).map(|id| id.name().to_owned());
    let endpoints = fields.text("privateEndpointNetworkPolicies", mistakes).map(str::to_owned);
    // An ExpressRoute or VPN gateway may show configurations in a subscription of Microsoft's; only a route server's place is asked.
    let hub = fields.objects("ipConfigurations", mistakes).iter().find_map(|inner| {
        let id = inner.reference("id", mistakes)?;
        let parent = id.parent()?;
        parent.is("Microsoft.Network/virtualHubs").then(|| read.scopes.key(&parent))
    });
    let name = format!("{}/{}", parent.name(), id.name());
    let mut clashes = Vec::new();
    let subnet = at(&parent, &fields.origin, read).subnets.entry(id.key()).or_insert_with(|| Subnet {
        id: id.clone(),
        prefixes: None,
        route_table: None,
        security_group: None,
        delegation: None,
        service_endpoints: BTreeSet::new(),
        service_endpoint_policy: None,
        private_endpoint_policies: None,
        route_server: None,
    });
    let what = |what: &str| format!("the {what} of the subnet `{name}`");
    let origin = &fields.origin;
    learn(&mut subnet.prefixes, prefixes, origin, || what("prefix"), &mut clashes);
    learn(&mut subnet.route_table, route_table, origin, || what("route table"), &mut clashes);
    learn(&mut subnet.security_group, group, origin, || what("security group"), &mut clashes);
    learn(&mut subnet.delegation, delegation, origin, || what("delegation"), &mut clashes);
    learn(&mut subnet.service_endpoint_policy, policy, origin, || what("service endpoint policy"), &mut clashes);
    learn(
        &mut subnet.private_endpoint_policies,
        endpoints,
        origin,
        || what("policy of private endpoints"),
        &mut clashes,
    );
    subnet.service_endpoints.extend(services);
    subnet.route_server = subnet.route_server.take().or(hub);
    read.mistakes.extend(clashes);
}

pub(super) fn peering(id: &ResourceId, fields: &Fields<'_>, read: &mut Read) {
    let Some(parent) = id.parent() else { return };
    let mistakes = &mut read.mistakes;
    let remote = fields.reference("remoteVirtualNetwork", mistakes).map(|id| read.scopes.adopted(&id));
    let mut flag = |name: &str| fields.flag(name, mistakes);
    let access = flag("allowVirtualNetworkAccess");
    let (forwarded, transit) = (flag("allowForwardedTraffic"), flag("allowGatewayTransit"));
    let (remote_gateways, complete) = (flag("useRemoteGateways"), flag("peerCompleteVnets"));
    let only_ipv6 = flag("enableOnlyIPv6Peering");
    let names = |name: &str, mistakes: &mut Vec<Mistake>| {
        let items = fields.list(name, mistakes);
        sorted(items.iter().filter_map(|item| item.text(mistakes).map(str::to_owned)).collect())
    };
    let local_subnets = names("localSubnetNames", mistakes);
    let remote_subnets = names("remoteSubnetNames", mistakes);
    let state = fields.text("peeringState", mistakes).map(str::to_owned);
    let ranges = |name: &str, mistakes: &mut Vec<Mistake>| {
        let space = fields.object(name, mistakes)?;
        sorted(space.ranges("addressPrefixes", "addressPrefix", mistakes))
    };
    // Of a subnet peering the one field has the subnets, the other the VNet.
    let synced = match complete {
        Some(false) => ranges("remoteVirtualNetworkAddressSpace", mistakes),
        _ => ranges("remoteAddressSpace", mistakes).or_else(|| ranges("remoteVirtualNetworkAddressSpace", mistakes)),
    };
    let mut clashes = Vec::new();
    let peering = read.estate.peerings.entry(id.key()).or_insert_with(|| Peering {
        local: parent.key(),
        local_id: parent.clone(),
        remote: None,
        access: None,
        forwarded: None,
        transit: None,
        remote_gateways: None,
        complete: None,
        only_ipv6: None,
        local_subnets: None,
        remote_subnets: None,
        state: None,
        synced: None,
    });
    let what = |what: &str| format!("`{what}` of the peering `{}/{}`", parent.name(), id.name());
    let origin = &fields.origin;
    learn(&mut peering.remote, remote, origin, || what("remoteVirtualNetwork"), &mut clashes);
    learn(&mut peering.access, access, origin, || what("allowVirtualNetworkAccess"), &mut clashes);
    learn(&mut peering.forwarded, forwarded, origin, || what("allowForwardedTraffic"), &mut clashes);
    learn(&mut peering.transit, transit, origin, || what("allowGatewayTransit"), &mut clashes);
    learn(&mut peering.remote_gateways, remote_gateways, origin, || what("useRemoteGateways"), &mut clashes);
    learn(&mut peering.complete, complete, origin, || what("peerCompleteVnets"), &mut clashes);
    learn(&mut peering.only_ipv6, only_ipv6, origin, || what("enableOnlyIPv6Peering"), &mut clashes);
    learn(&mut peering.local_subnets, local_subnets, origin, || what("localSubnetNames"), &mut clashes);
    learn(&mut peering.remote_subnets, remote_subnets, origin, || what("remoteSubnetNames"), &mut clashes);
    learn(&mut peering.state, state, origin, || what("peeringState"), &mut clashes);
    learn(&mut peering.synced, synced, origin, || what("remoteAddressSpace"), &mut clashes);
    read.mistakes.extend(clashes);
}

pub(super) fn route_table(id: &ResourceId, fields: &Fields<'_>, read: &mut Read) {
    let disabled = fields.flag("disableBgpRoutePropagation", &mut read.mistakes);
    let mut clashes = Vec::new();
    let table = table(id, read);
    let what = || format!("`disableBgpRoutePropagation` of the route table `{}`", id.name());
    learn(&mut table.propagation_disabled, disabled, &fields.origin, what, &mut clashes);
    read.mistakes.extend(clashes);
    for inner in fields.objects("routes", &mut read.mistakes) {
        if let Some(id) = child(id, "routes", &inner, read) {
            route(&id, &inner, read);
        }
    }
    let users = fields.list("subnets", &mut read.mistakes);
    for user in users {
        let Some(subnet) = user.reference(&mut read.mistakes).map(|id| read.scopes.adopted(&id)) else { continue };
        let table = Told { value: id.key(), origin: user.origin.clone() };
        read.estate.users.entry(subnet.key()).or_default().push(table);
    }
}

fn table<'r>(id: &ResourceId, read: &'r mut Read) -> &'r mut RouteTable {
    read.estate.route_tables.entry(id.key()).or_insert_with(|| RouteTable {
        id: id.clone(),
        propagation_disabled: None,
        routes: BTreeMap::new(),
    })
}

pub(super) fn route(id: &ResourceId, fields: &Fields<'_>, read: &mut Read) {
    let Some(parent) = id.parent() else { return };
    let mistakes = &mut read.mistakes;
    let prefix = fields.text("addressPrefix", mistakes).and_then(|text| destination(text, fields, mistakes));
    let kind = fields.text("nextHopType", mistakes).map(str::to_owned);
    let next_hop = fields.address("nextHopIpAddress", mistakes);
    let origin = &fields.origin;
    let mut clashes = Vec::new();
    let route = table(&parent, read).routes.entry(id.name().to_lowercase()).or_insert_with(|| Route {
        name: id.name().to_owned(),
        prefix: None,
        next_hop_type: None,
        next_hop: None,
        origin: origin.clone(),
    });
    let what = |what: &str| format!("the {what} of the route `{}/{}`", parent.name(), id.name());
    learn(&mut route.prefix, prefix, origin, || what("prefix"), &mut clashes);
    learn(&mut route.next_hop_type, kind, origin, || what("next hop type"), &mut clashes);
    learn(&mut route.next_hop, next_hop, origin, || what("next hop"), &mut clashes);
    read.mistakes.extend(clashes);
}

/// A range or a service tag, as written; a masked or damaged range is a mistake.
fn destination(text: &str, fields: &Fields<'_>, mistakes: &mut Vec<Mistake>) -> Option<String> {
    let is_tag = text.starts_with(|letter: char| letter.is_ascii_alphabetic()) && !text.contains(['/', ':', '<', '*']);
    if is_tag {
        return Some(text.to_owned());
    }
    fields.get("addressPrefix")?.range(mistakes).map(|range: IpNet| range.to_string())
}
