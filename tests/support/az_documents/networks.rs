//! VNets with subnets and peerings, and route tables.

use super::{Estate, Files, SHARED, id, reference, resource, vnet_id};
use ipnet::Ipv4Net;
use rsctl::syntax::document::{self, EndpointPolicies, PeeringState, UserNextHop};
use rsctl::topology::{Link, RouteTableId, Subnet, VnetId};
use serde_json::{Value, json};

pub(super) fn write(estate: &Estate<'_>, files: &mut Files) {
    let vnets: Vec<Value> = estate.vnet_ids().map(|id| vnet(estate, id)).collect();
    files.insert("vnets.json".into(), Value::Array(vnets));
    let tables = (0..estate.topology.route_tables.len() as u32).map(|index| route_table(estate, RouteTableId(index)));
    files.insert("route-tables.json".into(), Value::Array(tables.collect()));
}

fn vnet(estate: &Estate<'_>, vnet: VnetId) -> Value {
    let (named, resolved) = (&estate.document.vnets[vnet.index()], estate.topology.vnet(vnet));
    assert_eq!(named.name.value, resolved.name, "both are in the order of the file");
    let written = &named.body;
    let space: Vec<String> = written.address_space.iter().map(|range| range.value.to_string()).collect();
    let subnets: Vec<Value> = written
        .subnets
        .iter()
        .map(|subnet| {
            let known = resolved.subnets.iter().find(|known| known.name == subnet.name.value);
            self::subnet(estate, vnet, &subnet.name.value, &subnet.body, known.expect("every subnet is resolved"))
        })
        .collect();
    let peerings: Vec<Value> = resolved.links.iter().map(|link| peering(estate, vnet, link)).collect();
    let summarised: Vec<String> = resolved.summarized_gateway_prefixes.iter().map(Ipv4Net::to_string).collect();
    resource(
        &vnet_id(&resolved.name),
        json!({
            "addressSpace": { "addressPrefixes": space },
            "enableDdosProtection": false,
            "location": resolved.region,
            "privateEndpointVNetPolicies": "Disabled",
            "subnets": subnets,
            "summarizedGatewayPrefixes": if summarised.is_empty() { Value::Null } else { json!({ "addressPrefixes": summarised }) },
            "tags": {},
            "virtualNetworkPeerings": peerings,
        }),
    )
}

fn subnet(estate: &Estate<'_>, vnet: VnetId, name: &str, written: &document::Subnet, known: &Subnet) -> Value {
    let prefixes: Vec<String> = written.prefixes.iter().map(|prefix| prefix.value.to_string()).collect();
    let policies = match known.endpoint_policies {
        EndpointPolicies::Disabled => "Disabled",
        EndpointPolicies::Enabled => "Enabled",
        EndpointPolicies::NetworkSecurityGroupEnabled => "NetworkSecurityGroupEnabled",
        EndpointPolicies::RouteTableEnabled => "RouteTableEnabled",
    };
    let own = estate.subnet_id(vnet, name);
    let delegation = written.delegation.iter().map(|service| {
        resource(&format!("{own}/delegations/delegation"), json!({ "actions": [], "serviceName": service.value }))
    });
    let endpoints = known.service_endpoints.iter().map(|service| json!({ "service": service, "locations": ["*"] }));
    let mut fields = json!({
        "delegations": delegation.collect::<Vec<_>>(),
        "privateEndpointNetworkPolicies": policies,
        "privateLinkServiceNetworkPolicies": "Enabled",
        "serviceEndpoints": endpoints.collect::<Vec<_>>(),
    });
    match prefixes.as_slice() {
        [one] => fields["addressPrefix"] = json!(one),
        several => fields["addressPrefixes"] = json!(several),
    }
    if let Some(table) = known.route_table {
        fields["routeTable"] = reference(&table_id(estate, table));
    }
    if let Some(group) = &written.network_security_group {
        fields["networkSecurityGroup"] = reference(&id(SHARED, "networkSecurityGroups", &group.value));
    }
    if let Some(policy) = &written.service_endpoint_policy {
        fields["serviceEndpointPolicies"] = json!([reference(&id(SHARED, "serviceEndpointPolicies", &policy.value))]);
    }
    if let (Some(server), "RouteServerSubnet") = (&estate.topology.vnet(vnet).route_server, name) {
        let hub = id(estate.vnet_name(vnet), "virtualHubs", &server.name);
        fields["ipConfigurations"] = json!([reference(&format!("{hub}/ipConfigurations/{}-ip", server.name))]);
    }
    resource(&own, fields)
}

fn peering(estate: &Estate<'_>, vnet: VnetId, link: &Link) -> Value {
    let (local, remote) = (estate.topology.vnet(vnet), estate.topology.vnet(link.remote));
    let reverse = remote.links.iter().find(|other| other.remote == vnet);
    let word = |state: PeeringState| match state {
        PeeringState::Connected => "Connected",
        PeeringState::Initiated => "Initiated",
        PeeringState::Disconnected => "Disconnected",
    };
    let state = match (link.state, link.connected) {
        (Some(state), _) if state != PeeringState::Connected => state,
        (_, true) => PeeringState::Connected,
        (_, false) => reverse.and_then(|other| other.state).unwrap_or(PeeringState::Initiated),
    };
    let remote_ipv6: Vec<String> = remote.ipv6_ranges.iter().map(ToString::to_string).collect();
    let texts = |ranges: &[Ipv4Net]| ranges.iter().map(Ipv4Net::to_string).collect::<Vec<_>>();
    let whole = [texts(&remote.ranges), remote_ipv6.clone()].concat();
    let seen = texts(&link.remote_ranges);
    let mut fields = json!({
        "allowForwardedTraffic": link.allow_forwarded_traffic,
        "allowGatewayTransit": link.allow_gateway_transit,
        "allowVirtualNetworkAccess": link.allow_virtual_network_access,
        "doNotVerifyRemoteGateways": false,
        "peerCompleteVnets": link.complete,
        "peeringState": word(state),
        "peeringSyncLevel": "FullyInSync",
        "remoteVirtualNetwork": reference(&vnet_id(&remote.name)),
        "useRemoteGateways": link.use_remote_gateways,
    });
    if link.complete {
        let synced = [seen, remote_ipv6].concat();
        fields["remoteAddressSpace"] = json!({ "addressPrefixes": synced });
        fields["remoteVirtualNetworkAddressSpace"] = json!({ "addressPrefixes": synced });
    } else {
        let names = |subnets: &[Subnet], ranges: &[Ipv4Net]| {
            let inside = subnets.iter().filter(|subnet| subnet.ranges.iter().all(|range| ranges.contains(range)));
            inside.filter(|subnet| !subnet.ranges.is_empty()).map(|subnet| subnet.name.clone()).collect::<Vec<_>>()
        };
        let own = reverse.map(|other| names(&local.subnets, &other.remote_ranges)).unwrap_or_default();
        fields["localSubnetNames"] = json!(own);
        fields["remoteSubnetNames"] = json!(names(&remote.subnets, &link.remote_ranges));
        // As Azure prints a subnet peering: the one has the subnets, the other the VNet.
        fields["remoteAddressSpace"] = json!({ "addressPrefixes": seen });
        fields["remoteVirtualNetworkAddressSpace"] = json!({ "addressPrefixes": whole });
    }
    let name = format!("{}-to-{}", local.name, remote.name);
    resource(&format!("{}/virtualNetworkPeerings/{name}", vnet_id(&local.name)), fields)
}

fn table_id(estate: &Estate<'_>, table: RouteTableId) -> String {
    id(SHARED, "routeTables", &estate.topology.route_tables[table.index()].name)
}

fn route_table(estate: &Estate<'_>, table: RouteTableId) -> Value {
    let own = table_id(estate, table);
    let body = &estate.topology.route_tables[table.index()];
    let routes = body.routes.iter().map(|route| {
        let (kind, address) = match route.next_hop {
            UserNextHop::VirtualAppliance(address) => ("VirtualAppliance", Some(address)),
            UserNextHop::VnetLocal => ("VnetLocal", None),
            UserNextHop::Internet => ("Internet", None),
            UserNextHop::VirtualNetworkGateway => ("VirtualNetworkGateway", None),
            UserNextHop::None => ("None", None),
        };
        let mut fields = json!({
            "addressPrefix": route.prefix.to_string(),
            "hasBgpOverride": false,
            "nextHopType": kind,
        });
        if let Some(address) = address {
            fields["nextHopIpAddress"] = json!(address);
        }
        resource(&format!("{own}/routes/{}", route.name), fields)
    });
    let routes: Vec<Value> = routes.collect();
    let users = estate.vnet_ids().flat_map(|vnet| estate.topology.subnet_ids(vnet)).filter_map(|id| {
        let subnet = estate.topology.subnet(id);
        (subnet.route_table == Some(table)).then(|| reference(&estate.subnet_id(id.vnet, &subnet.name)))
    });
    let users: Vec<Value> = users.collect();
    let fields = json!({
        "disableBgpRoutePropagation": !body.propagation,
        "location": "westeurope",
        "routes": routes,
        "subnets": users,
        "tags": {},
    });
    resource(&own, fields)
}
