//! `rsctl import`: what documents say and a topology cannot is told, and never left out in silence.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

#[path = "support/command.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod command;

use command::{Run, folder, rsctl};
use serde_json::{Value, json};

fn id(kind: &str, name: &str) -> String {
    format!("/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/{kind}/{name}")
}

fn vnet(name: &str, octet: u8, peerings: &[Value]) -> Value {
    json!({
        "id": id("virtualNetworks", name),
        "name": name,
        "location": "westeurope",
        "addressSpace": { "addressPrefixes": [format!("10.{octet}.0.0/16")] },
        "subnets": [
            { "name": "GatewaySubnet", "addressPrefix": format!("10.{octet}.0.0/27") },
            { "name": "RouteServerSubnet", "addressPrefix": format!("10.{octet}.1.0/27") },
            { "name": "nva", "addressPrefix": format!("10.{octet}.2.0/24") },
        ],
        "virtualNetworkPeerings": peerings,
    })
}

fn peering(local: &str, remote: &str, more: Value) -> Value {
    let mut peering = json!({
        "id": id("virtualNetworks", &format!("{local}/virtualNetworkPeerings/{remote}")),
        "name": remote,
        "allowVirtualNetworkAccess": true,
        "allowForwardedTraffic": true,
        "peeringState": "Connected",
        "remoteVirtualNetwork": { "id": id("virtualNetworks", remote) },
    });
    peering.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    peering
}

fn gateway(kind: &str, more: Value) -> Value {
    let mut gateway = json!({
        "id": id("virtualNetworkGateways", "gw"),
        "name": "gw",
        "gatewayType": kind,
        "ipConfigurations": [{ "name": "a", "subnet": { "id": id("virtualNetworks", "hub/subnets/GatewaySubnet") } }],
    });
    gateway.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    gateway
}

fn addresses(text: &str) -> Value {
    json!({ "asn": 65515, "bgpPeeringAddress": text })
}

fn tunnel() -> [Value; 2] {
    [
        json!({
            "id": id("localNetworkGateways", "dc"),
            "name": "dc",
            "gatewayIpAddress": "203.0.113.9",
            "bgpSettings": { "asn": 65010, "bgpPeeringAddress": "192.168.0.1" },
        }),
        json!({
            "id": id("connections", "c"),
            "name": "c",
            "connectionType": "IPsec",
            "enableBgp": true,
            "virtualNetworkGateway1": { "id": id("virtualNetworkGateways", "gw") },
            "localNetworkGateway2": { "id": id("localNetworkGateways", "dc") },
        }),
    ]
}

fn circuit(name: &str) -> [Value; 2] {
    [
        json!({
            "id": id("expressRouteCircuits", name),
            "name": name,
            "peerings": [{ "name": "AzurePrivatePeering", "peeringType": "AzurePrivatePeering", "peerASN": 65020 }],
        }),
        json!({
            "id": id("connections", &format!("to-{name}")),
            "name": format!("to-{name}"),
            "connectionType": "ExpressRoute",
            "virtualNetworkGateway1": { "id": id("virtualNetworkGateways", "gw") },
            "peer": { "id": id("expressRouteCircuits", name) },
        }),
    ]
}

fn route_server(more: Value) -> [Value; 2] {
    let mut server = json!({
        "id": id("virtualHubs", "rs"),
        "name": "rs",
        "kind": "RouteServer",
        "virtualRouterIps": ["10.0.1.4", "10.0.1.5"],
    });
    server.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let peer = json!({ "id": id("virtualHubs", "rs/bgpConnections/fw"), "name": "fw", "peerIp": "10.0.2.4", "peerAsn": 65001 });
    [server, peer]
}

fn row(local: &str, peer: &str, network: &str, path: &str) -> Value {
    json!({
        "asPath": path, "localAddress": local, "network": network, "nextHop": peer, "origin": "EBgp",
        "sourcePeer": peer, "weight": 32768,
    })
}

/// Imports documents: a list of resources is one, whatever else is beside it too.
fn import(resources: &[Value], others: &[(&str, Value)]) -> Run {
    let mut files = vec![("resources.json", Value::from(resources.to_vec()).to_string())];
    files.extend(others.iter().map(|(name, value)| (*name, value.to_string())));
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    rsctl(folder(&files).path(), &[&["import"], names.as_slice()].concat())
}

/// Imported, and said: the topology loads, and the words stand on standard error and in the file.
fn told(run: &Run, words: &str) {
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains(words), "{}\n---\n{}", run.stderr, run.stdout);
    let comments: Vec<&str> = run.stdout.lines().filter_map(|line| line.trim().strip_prefix("# ")).collect();
    assert!(comments.join(" ").contains(words), "{}", run.stdout);
}

#[test]
fn addresses_that_do_not_fit_the_instances_of_a_gateway_are_left_to_the_usual_ones() {
    let hub = vnet("hub", 0, &[]);
    for (kind, active, written) in [
        ("ExpressRoute", false, "10.0.0.12"),
        ("ExpressRoute", false, "10.0.0.12,10.0.0.13,10.0.0.14"),
        ("Vpn", true, "10.0.0.12"),
        ("Vpn", false, "10.0.0.4,10.0.0.5"),
    ] {
        let gateway = gateway(kind, json!({ "activeActive": active, "bgpSettings": addresses(written) }));
        let run = import(&[hub.clone(), gateway], &[]);
        told(&run, "the usual ones are supposed");
        assert!(!run.stdout.contains("instance_addresses"), "{}", run.stdout);
    }
    let run = import(&[hub.clone(), gateway("Vpn", json!({ "bgpSettings": addresses("10.0.0.4,10.0.0.5") }))], &[]);
    assert!(run.fine().stdout.contains("active_active: true"), "two addresses are two active instances");
    let [server, _] = route_server(json!({ "virtualRouterIps": ["10.0.1.7"] }));
    told(&import(&[hub, server], &[]), "the usual ones are supposed");
}

#[test]
fn a_masked_address_of_a_gateway_is_refused() {
    let gateway = gateway("Vpn", json!({ "bgpSettings": addresses("<GATEWAY_IP>") }));
    let message = import(&[vnet("hub", 0, &[]), gateway], &[]).refused();
    assert!(message.contains("the value was masked") && message.contains("bgpPeeringAddress"), "{message}");
}

#[test]
fn announcements_that_differ_between_the_instances_of_a_gateway_are_told() {
    let [local, connection] = tunnel();
    let gateway = gateway("Vpn", json!({ "activeActive": true, "bgpSettings": addresses("10.0.0.4,10.0.0.5") }));
    let learned = json!({ "value": [
        row("10.0.0.4", "192.168.0.1", "172.16.0.0/16", "65010-65010-65010"),
        row("10.0.0.5", "192.168.0.1", "172.16.0.0/16", "65010"),
    ] });
    let run = import(&[vnet("hub", 0, &[]), gateway, local, connection], &[("learned.json", learned)]);
    told(&run, "172.16.0.0/16 in more than one way: the shortest path");
    assert!(run.stdout.contains("prefixes: [172.16.0.0/16]"), "{}", run.stdout);
}

#[test]
fn announcements_that_differ_between_the_links_of_a_circuit_are_told() {
    let [circuit, connection] = circuit("er");
    let gateway = gateway("ExpressRoute", json!({ "bgpSettings": addresses("10.0.0.12,10.0.0.13") }));
    let learned = json!({ "value": [
        row("10.0.0.12", "10.0.0.4", "172.16.0.0/16", "12076-65020-65020"),
        row("10.0.0.12", "10.0.0.5", "172.16.0.0/16", "12076-65020"),
    ] });
    let run = import(&[vnet("hub", 0, &[]), gateway, circuit, connection], &[("learned.json", learned)]);
    told(&run, "172.16.0.0/16 in more than one way: the shortest path");
}

#[test]
fn learned_routes_that_nothing_is_made_of_are_told() {
    let hub = vnet("hub", 0, &[]);
    let [local, connection] = tunnel();
    let resources = [hub.clone(), gateway("Vpn", json!({})), local, connection];
    let learned = json!({ "value": [row("10.0.0.4", "192.168.0.1", "172.16.0.0/16", "65010")] });
    let run = import(&resources, &[("learned.json", learned)]);
    told(&run, "the routes in learned.json: no gateway of the documents has 10.0.0.4");

    let gateway = gateway("ExpressRoute", json!({ "bgpSettings": addresses("10.0.0.12,10.0.0.13") }));
    let resources = [vec![hub, gateway], circuit("one").to_vec(), circuit("two").to_vec()].concat();
    let table = json!({ "value": [{ "network": "172.16.0.0/12", "nextHop": "172.31.0.1", "path": "65020", "weight": 0, "locPrf": "" }] });
    let run = import(&resources, &[("table.json", table)]);
    told(&run, "the routes in table.json: its name does not tell which circuit they are of");
    let learned = json!({ "value": [row("10.0.0.12", "10.0.0.4", "172.16.0.0/16", "12076-65020")] });
    let run = import(&resources, &[("learned.json", learned)]);
    told(&run, "routes from circuits in learned.json: with several circuits");
}

#[test]
fn masked_and_ipv6_prefixes_of_learned_routes_are_told() {
    let resources = [vec![vnet("hub", 0, &[])], route_server(json!({})).to_vec()].concat();
    let learned = json!({ "RouteServiceRole_IN_0": [
        row("10.0.1.4", "10.0.2.4", "<PREFIX>/16", "65001"),
        row("10.0.1.4", "10.0.2.4", "fd00::/48", "65001"),
    ], "RouteServiceRole_IN_1": [] });
    let run = import(&resources, &[("learned.json", learned)]);
    told(&run, "1 route with a masked prefix in learned.json");
    told(&run, "1 route of IPv6 in learned.json");
    let masked = json!({ "RouteServiceRole_IN_0": [row("10.0.1.4", "<PEER>", "10.0.0.0/8", "65001")] });
    let run = import(&resources, &[("learned.json", masked)]);
    told(&run, "1 route from a masked peer in learned.json");
}

#[test]
fn a_peering_of_ipv6_only_carries_no_routes() {
    let only = json!({ "enableOnlyIPv6Peering": true });
    let run = import(&[vnet("a", 0, &[peering("a", "b", only)]), vnet("b", 1, &[peering("b", "a", json!({}))])], &[]);
    told(&run, "carries IPv6 only");
    assert!(!run.stdout.contains("peerings:"), "{}", run.stdout);
}

#[test]
fn words_that_the_format_has_not_are_told() {
    let strange = json!({ "peeringState": "Pending" });
    let run =
        import(&[vnet("a", 0, &[peering("a", "b", strange)]), vnet("b", 1, &[peering("b", "a", json!({}))])], &[]);
    told(&run, "`Pending` is no state that is known: Connected");
    let [server, _] = route_server(json!({ "hubRoutingPreference": "Cheapest" }));
    let run = import(&[vnet("hub", 0, &[]), server], &[]);
    told(&run, "`Cheapest` is no preference that is known: ExpressRoute");
    let table = json!({
        "id": id("routeTables", "rt"),
        "name": "rt",
        "routes": [{ "name": "r", "addressPrefix": "0.0.0.0/0", "nextHopType": "Moon" }],
    });
    let message = import(&[vnet("hub", 0, &[]), table], &[]).refused();
    assert!(message.contains("the next hop type `Moon` of the route `rt/r` is none that is known"), "{message}");
}

#[test]
fn numbers_and_addresses_out_of_range_are_refused_for_what_they_are() {
    let [server, mut peer] = route_server(json!({}));
    peer["peerIp"] = json!("fd00::4");
    let message = import(&[vnet("hub", 0, &[]), server.clone(), peer.clone()], &[]).refused();
    assert!(message.contains("the peer `fw` has an IPv6 address"), "{message}");
    peer["peerIp"] = json!("10.0.2.4");
    peer["peerAsn"] = json!(4_294_967_296_u64);
    let message = import(&[vnet("hub", 0, &[]), server, peer], &[]).refused();
    assert!(message.contains("`peerAsn` is `4294967296`, not a number up to 4294967295"), "{message}");
}

#[test]
fn documents_that_place_one_thing_twice_disagree_in_any_order() {
    let hub = [vnet("hub", 0, &[]), vnet("other", 1, &[])];
    let here = gateway("Vpn", json!({}));
    let mut there = here.clone();
    there["ipConfigurations"][0]["subnet"]["id"] = json!(id("virtualNetworks", "other/subnets/GatewaySubnet"));
    for order in [[&here, &there], [&there, &here]] {
        let resources = [hub.to_vec(), order.into_iter().cloned().collect()].concat();
        let message = import(&resources, &[]).refused();
        assert!(message.contains("the subnet of the gateway `gw` is not what another document says"), "{message}");
    }
    let address = |text: &str| json!({ "id": id("publicIPAddresses", "p"), "name": "p", "ipAddress": text });
    let message = import(&[hub.to_vec(), vec![address("20.0.0.1"), address("20.0.0.2")]].concat(), &[]).refused();
    assert!(message.contains("the address of `p` is not what another document says"), "{message}");
}

#[test]
fn a_peer_of_two_route_servers_without_a_subnet_keeps_what_each_received() {
    let mut resources = vec![vnet("hub", 0, &[]), vnet("hub2", 1, &[])];
    let mut learned = Vec::new();
    for (name, octet, prefixes) in
        [("rs", 0, vec!["172.16.0.0/16", "172.17.0.0/16"]), ("rs2", 1, vec!["172.16.0.0/16"])]
    {
        let local = format!("10.{octet}.1.4");
        resources.push(json!({
            "id": id("virtualHubs", name), "name": name, "kind": "RouteServer",
            "virtualRouterIps": [local, format!("10.{octet}.1.5")],
        }));
        resources.push(json!({
            "id": id("virtualHubs", &format!("{name}/bgpConnections/far")), "name": "far",
            "peerIp": "192.168.7.7", "peerAsn": 65001,
        }));
        let rows: Vec<Value> = prefixes.iter().map(|prefix| row(&local, "192.168.7.7", prefix, "65001")).collect();
        learned.push(json!({ "RouteServiceRole_IN_0": rows, "RouteServiceRole_IN_1": [] }));
    }
    let run = import(&resources, &[("one.json", learned[0].clone()), ("two.json", learned[1].clone())]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("match: { prefix: [172.17.0.0/16] }, then: { drop: true }"), "{}", run.stdout);
}

#[test]
fn what_partial_documents_leave_open_is_blank_and_never_taken_from_a_topology() {
    let hub = vnet("hub", 0, &[]);
    let [server, _] = route_server(json!({}));
    let [circuit, _] = circuit("er");
    let balancer = json!({
        "id": id("loadBalancers", "lb"),
        "name": "lb",
        "frontendIPConfigurations": [{
            "name": "f", "privateIPAddress": "10.0.2.9", "subnet": { "id": id("virtualNetworks", "hub/subnets/nva") },
        }],
        "loadBalancingRules": [{ "protocol": "All", "frontendPort": 0 }],
    });
    let table = json!({
        "id": id("routeTables", "rt"),
        "name": "rt",
        "routes": [{
            "name": "d", "addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.0.2.9",
        }],
    });
    let resources = [hub, server, circuit, gateway("ExpressRoute", json!({})), balancer, table];
    let run = import(&resources, &[]);
    told(&run, "no document tells the peers of `rs` (az network routeserver peering list)");
    told(&run, "no document tells which gateways are connected");
    told(&run, "no document tells which interfaces are behind it");
    let run = import(&resources[..2], &[("route-server-rs-peers.json", json!([]))]);
    assert!(!run.stderr.contains("peers of `rs`"), "an empty list tells that there are none: {}", run.stderr);

    let written = "rsctl: 1
vnets:
  hub:
    region: westeurope
    address_space: [10.0.0.0/16]
    subnets: { GatewaySubnet: 10.0.0.0/27, RouteServerSubnet: 10.0.1.0/27, nva: 10.0.2.0/24 }
    route_server: { name: rs, peers: [fw] }
    express_route_gateway: { name: gw }
nvas:
  fw: { subnet: hub/nva, ip: 10.0.2.4, asn: 65001, advertises: [0.0.0.0/0] }
load_balancers:
  lb: { subnet: hub/nva, ip: 10.0.2.9, backends: [fw] }
sites:
  dc: { asn: 65020, prefixes: [172.16.0.0/12] }
circuits:
  er: { gateways: [hub], sites: [dc] }
route_tables:
  rt: { routes: { d: { prefix: 0.0.0.0/0, next_hop: 10.0.2.9 } } }
";
    let resources = Value::from(resources.to_vec()).to_string();
    let folder = folder(&[("t.rsctl.yaml", written), ("resources.json", &resources), ("peers.json", "[]")]);
    let update = |documents: &[&str]| {
        rsctl(folder.path(), &[&["import", "--update", "t.rsctl.yaml", "--diff"], documents].concat())
    };
    let run = update(&["resources.json"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert!(!run.stderr.contains("blank"), "the topology tells it: {}", run.stderr);
    let run = update(&["resources.json", "peers.json"]);
    assert!(run.stdout.contains("+    route_server: { name: rs, peers: [] }"), "{}", run.stdout);
}

#[test]
fn what_a_user_wrote_into_a_peering_or_a_tunnel_survives_its_drift() {
    let changed = json!({ "allowForwardedTraffic": false });
    let hub = vnet("hub", 0, &[peering("hub", "far", changed)]);
    let far = vnet("far", 1, &[peering("far", "hub", json!({}))]);
    let written = "rsctl: 1
vnets:
  hub:
    region: westeurope
    address_space: [10.0.0.0/16]
    subnets: { GatewaySubnet: 10.0.0.0/27, RouteServerSubnet: 10.0.1.0/27, nva: 10.0.2.0/24 }
    vpn_gateway: { name: gw }
  far:
    region: westeurope
    address_space: [10.1.0.0/16]
    subnets: { GatewaySubnet: 10.1.0.0/27, RouteServerSubnet: 10.1.1.0/27, nva: 10.1.2.0/24 }
    vpn_gateway: { name: gw2, asn: 65002 }
peerings:
  - { between: [hub, far], allow_forwarded_traffic: true, sides: { hub: { name: to-far } } }
connections:
  - { between: [hub, far], instances: { hub: [0] } }
";
    let ours = gateway("Vpn", json!({}));
    let mut theirs = gateway("Vpn", json!({ "bgpSettings": { "asn": 65002 } }));
    (theirs["id"], theirs["name"]) = (json!(id("virtualNetworkGateways", "gw2")), json!("gw2"));
    theirs["ipConfigurations"][0]["subnet"]["id"] = json!(id("virtualNetworks", "far/subnets/GatewaySubnet"));
    let connection = |bgp: bool| {
        json!({
            "id": id("connections", "c"), "name": "c", "connectionType": "Vnet2Vnet", "enableBgp": bgp,
            "virtualNetworkGateway1": { "id": id("virtualNetworkGateways", "gw") },
            "virtualNetworkGateway2": { "id": id("virtualNetworkGateways", "gw2") },
        })
    };
    for bgp in [true, false] {
        let resources = json!([hub, far, ours, theirs, connection(bgp)]).to_string();
        let folder = folder(&[("t.rsctl.yaml", written), ("resources.json", &resources)]);
        let run = rsctl(folder.path(), &["import", "--update", "t.rsctl.yaml", "resources.json"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let after = std::fs::read_to_string(folder.path().join("t.rsctl.yaml")).unwrap();
        assert!(after.contains("name: to-far"), "{after}");
        assert!(after.contains("instances: { hub: [0] }"), "{after}");
        assert_eq!(after.contains("bgp: false"), !bgp, "{after}");
        assert_eq!(after.contains("  - { between: [hub, far], instances: { hub: [0] } }\n"), bgp, "{after}");
        assert!(after.contains("far: {") && after.contains("allow_forwarded_traffic: true"), "{after}");
    }
}

#[test]
fn a_subnet_of_several_ranges_and_names_in_another_case_are_read() {
    let mut hub = vnet("hub", 0, &[]);
    hub["addressSpace"]["addressPrefixes"] = json!(["10.0.0.0/16", "fd00:1::/48"]);
    hub["subnets"] = json!([
        { "name": "app", "addressPrefixes": ["10.0.4.0/24", "fd00:1:0:1::/64"] },
        { "name": "gatewaysubnet", "addressPrefix": "10.0.0.0/27" },
    ]);
    let run = import(&[hub], &[]).fine();
    assert!(run.stdout.contains("app: { prefix: [10.0.4.0/24, \"fd00:1:0:1::/64\"] }\n"), "{}", run.stdout);
    assert!(run.stdout.contains("GatewaySubnet: 10.0.0.0/27\n"), "{}", run.stdout);
}

#[test]
fn routes_to_ipv6_addresses_are_left_out_and_told() {
    let table = |prefix: &str| {
        json!({
            "id": id("routeTables", "rt"),
            "name": "rt",
            "routes": [{
                "name": "r", "addressPrefix": prefix, "nextHopType": "VirtualAppliance", "nextHopIpAddress": "fd00::4",
            }],
        })
    };
    told(&import(&[vnet("hub", 0, &[]), table("::/0")], &[]), "the route `rt/r`: routes are IPv4 only");
    let message = import(&[vnet("hub", 0, &[]), table("0.0.0.0/0")], &[]).refused();
    assert!(message.contains("the route `rt/r` leads from IPv4 to an IPv6 address"), "{message}");
}

#[test]
fn a_peering_without_its_far_end_is_told() {
    let mut lost = peering("hub", "far", json!({}));
    lost.as_object_mut().unwrap().remove("remoteVirtualNetwork");
    told(&import(&[vnet("hub", 0, &[lost])], &[]), "a peering of the VNet `hub` is left out");
}

#[test]
fn connections_that_disagree_on_bgp_are_told() {
    let ours = gateway("Vpn", json!({}));
    let mut theirs = gateway("Vpn", json!({ "bgpSettings": { "asn": 65002 } }));
    (theirs["id"], theirs["name"]) = (json!(id("virtualNetworkGateways", "gw2")), json!("gw2"));
    theirs["ipConfigurations"][0]["subnet"]["id"] = json!(id("virtualNetworks", "far/subnets/GatewaySubnet"));
    let connection = |name: &str, [near, far]: [&str; 2], bgp: bool| {
        json!({
            "id": id("connections", name), "name": name, "connectionType": "Vnet2Vnet", "enableBgp": bgp,
            "virtualNetworkGateway1": { "id": id("virtualNetworkGateways", near) },
            "virtualNetworkGateway2": { "id": id("virtualNetworkGateways", far) },
        })
    };
    let estate = [vnet("hub", 0, &[]), vnet("far", 1, &[]), ours, theirs];
    let there = connection("there", ["gw", "gw2"], true);
    let run = import(&[&estate[..], &[there.clone(), connection("back", ["gw2", "gw"], false)]].concat(), &[]);
    told(&run, "some connections between the two run BGP and some do not");
    let run = import(&[&estate[..], &[there]].concat(), &[]);
    told(&run, "the connection of `far` back is in no document");
}

#[test]
fn tunnels_of_a_site_stay_among_the_connections_where_a_user_wrote_them() {
    let [mut local, mut connection] = tunnel();
    local["localNetworkAddressSpace"] = json!({ "addressPrefixes": ["172.16.0.0/16"] });
    connection["enableBgp"] = json!(false);
    let hub = vnet("hub", 0, &[]);
    let topology = |ranges: &str| {
        format!(
            "rsctl: 1
vnets:
  hub:
    region: westeurope
    address_space: [10.0.0.0/16]
    subnets: {{ GatewaySubnet: 10.0.0.0/27, RouteServerSubnet: 10.0.1.0/27, nva: 10.0.2.0/24 }}
    vpn_gateway: {{ name: gw }}
sites:
  dc: {{ asn: 65010, ip: 192.168.0.1, prefixes: [172.30.0.0/16] }}
connections:
  - {{ between: [dc, hub], bgp: false, local_networks: {{ hub: [{ranges}] }} }}
"
        )
    };
    let resources = json!([hub, gateway("Vpn", json!({})), local, connection]).to_string();
    for (before, changes) in [("172.16.0.0/16", false), ("172.17.0.0/16", true)] {
        let folder = folder(&[("t.rsctl.yaml", topology(before).as_str()), ("resources.json", &resources)]);
        let run = rsctl(folder.path(), &["import", "--update", "t.rsctl.yaml", "resources.json"]);
        assert_eq!((run.code, run.stdout.is_empty()), (0, !changes), "{}{}", run.stderr, run.stdout);
        let after = std::fs::read_to_string(folder.path().join("t.rsctl.yaml")).unwrap();
        assert_eq!(after, topology("172.16.0.0/16"), "the site itself is as it was written");
    }
}
