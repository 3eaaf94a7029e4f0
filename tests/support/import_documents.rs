//! Large estates as the documents that `import` reads: what az prints of hubs and spokes, and Terraform states of which little is
//! routing.
//!
//! Uses nothing of rsctl, so that benchmarks can include it by path.

use serde_json::{Value, json};
use std::fmt::{self, Write as _};
use std::net::Ipv4Addr;

const SUBSCRIPTION: &str = "11111111-2222-3333-4444-555555555555";

/// How large an estate is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Estate {
    /// VNets with a route server, two NVAs that speak to it, and the routes it learned from them.
    pub(crate) hubs: usize,
    /// Spokes of each hub, with a route table for both of their subnets, a private endpoint and a machine each.
    pub(crate) spokes: usize,
}

impl fmt::Display for Estate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.hubs, self.spokes)
    }
}

impl Estate {
    /// Files by name, in the layout of the collect script.
    pub(crate) fn documents(self) -> Vec<(String, String)> {
        let (mut vnets, mut tables, mut interfaces) = (Vec::new(), Vec::new(), Vec::new());
        let (mut endpoints, mut servers, mut files) = (Vec::new(), Vec::new(), Vec::new());
        for hub in 0..self.hubs {
            let name = format!("hub{hub}");
            let spokes = || (0..self.spokes).map(|spoke| format!("spoke{hub}-{spoke}"));
            let subnets = [("RouteServerSubnet", 0, None), ("fw", 64, None)];
            vnets.push(vnet(&name, self.network(hub, None), &subnets, spokes().collect(), true));
            let server = id("virtualHubs", &format!("rs{hub}"));
            let at = |offset| address(self.network(hub, None), offset).to_string();
            servers.push(json!({
                "id": server, "name": format!("rs{hub}"), "kind": "RouteServer", "sku": "Standard", "location": "westeurope",
                "allowBranchToBranchTraffic": false, "hubRoutingPreference": "ExpressRoute", "virtualRouterAsn": 65515,
                "virtualRouterIps": [at(4), at(5)], "type": "Microsoft.Network/virtualHubs",
            }));
            let mut peers = Vec::new();
            for (number, nva) in ["a", "b"].into_iter().enumerate() {
                let (peer, ip) = (format!("fw{hub}{nva}"), at(68 + number as u32));
                peers.push(json!({
                    "id": format!("{server}/bgpConnections/{peer}"), "name": peer, "peerAsn": 65001, "peerIp": ip,
                    "type": "Microsoft.Network/virtualHubs/bgpConnections",
                }));
                interfaces.push(interface(&peer, &name, "fw", &ip, true));
                let rows = |instance: &str| (0..20).map(|route| learned(route, instance, &ip)).collect::<Value>();
                let routes = json!({"RouteServiceRole_IN_0": rows(&at(4)), "RouteServiceRole_IN_1": rows(&at(5))});
                files.push((format!("route-server/net/rs{hub}/learned/{peer}.json"), routes.to_string()));
            }
            files.push((format!("route-server/net/rs{hub}/peers.json"), Value::from(peers).to_string()));
            for (spoke, spoke_name) in spokes().enumerate() {
                let network = self.network(hub, Some(spoke));
                let table = format!("to-fw-{spoke_name}");
                tables.push(route_table(&table, &at(68)));
                let subnets = [("app", 0, Some(table.as_str())), ("db", 64, Some(&table))];
                vnets.push(vnet(&spoke_name, network, &subnets, vec![name.clone()], false));
                let (vm, endpoint) = (format!("vm-{spoke_name}"), format!("pe-{spoke_name}"));
                interfaces.push(interface(&vm, &spoke_name, "app", &address(network, 4).to_string(), false));
                endpoints.push(json!({
                    "id": id("privateEndpoints", &endpoint), "name": endpoint, "type": "Microsoft.Network/privateEndpoints",
                    "customDnsConfigs": [{"fqdn": "data.example.net", "ipAddresses": [address(network, 70)]}],
                    "subnet": {"id": subnet(&spoke_name, "db")},
                }));
            }
        }
        let lists = [
            ("vnets.json", vnets),
            ("route-tables.json", tables),
            ("nics.json", interfaces),
            ("private-endpoints.json", endpoints),
            ("route-servers.json", servers),
        ];
        let text = |list| serde_json::to_string_pretty(&Value::Array(list)).expect("a value is JSON");
        files.extend(lists.into_iter().map(|(name, list)| (name.to_owned(), text(list))));
        files
    }

    /// The /24 of a hub or one of its spokes.
    fn network(self, hub: usize, spoke: Option<usize>) -> Ipv4Addr {
        let number = hub * (self.spokes + 1) + spoke.map_or(0, |spoke| spoke + 1);
        address(Ipv4Addr::new(10, 0, 0, 0), 256 * number as u32)
    }
}

fn address(network: Ipv4Addr, offset: u32) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(network) + offset)
}

fn id(kind: &str, name: &str) -> String {
    format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/net/providers/Microsoft.Network/{kind}/{name}")
}

fn subnet(vnet: &str, subnet: &str) -> String {
    format!("{}/subnets/{subnet}", id("virtualNetworks", vnet))
}

fn vnet(
    name: &str,
    network: Ipv4Addr,
    subnets: &[(&str, u32, Option<&str>)],
    peers: Vec<String>,
    is_hub: bool,
) -> Value {
    let subnets = subnets.iter().map(|(subnet_name, offset, table)| {
        json!({
            "id": subnet(name, subnet_name), "name": subnet_name, "resourceGroup": "net",
            "addressPrefix": format!("{}/26", address(network, *offset)),
            "privateEndpointNetworkPolicies": "Disabled",
            "routeTable": table.map(|table| json!({"id": id("routeTables", table)})),
            "type": "Microsoft.Network/virtualNetworks/subnets",
        })
    });
    let peerings = peers.iter().map(|peer| {
        json!({
            "id": format!("{}/virtualNetworkPeerings/to-{peer}", id("virtualNetworks", name)), "name": format!("to-{peer}"),
            "allowVirtualNetworkAccess": true, "allowForwardedTraffic": true, "allowGatewayTransit": is_hub,
            "useRemoteGateways": !is_hub, "peerCompleteVnets": true, "peeringState": "Connected",
            "remoteVirtualNetwork": {"id": id("virtualNetworks", peer)},
            "type": "Microsoft.Network/virtualNetworks/virtualNetworkPeerings",
        })
    });
    json!({
        "id": id("virtualNetworks", name), "name": name, "location": "westeurope", "resourceGroup": "net",
        "addressSpace": {"addressPrefixes": [format!("{network}/24")]},
        "subnets": subnets.collect::<Vec<_>>(), "virtualNetworkPeerings": peerings.collect::<Vec<_>>(),
        "type": "Microsoft.Network/virtualNetworks",
    })
}

fn route_table(name: &str, firewall: &str) -> Value {
    let table = id("routeTables", name);
    let routes = [("default", "0.0.0.0/0"), ("private", "10.0.0.0/8")].map(|(route, prefix)| {
        json!({
            "id": format!("{table}/routes/{route}"), "name": route, "addressPrefix": prefix,
            "nextHopType": "VirtualAppliance", "nextHopIpAddress": firewall,
        })
    });
    json!({
        "id": table, "name": name, "location": "westeurope", "disableBgpRoutePropagation": true, "routes": routes,
        "type": "Microsoft.Network/routeTables",
    })
}

fn interface(name: &str, vnet: &str, subnet_name: &str, address: &str, forwards: bool) -> Value {
    let interface = id("networkInterfaces", name);
    json!({
        "id": interface, "name": name, "enableIPForwarding": forwards, "type": "Microsoft.Network/networkInterfaces",
        "virtualMachine": {"id": format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/net/providers/Microsoft.Compute/virtualMachines/{name}")},
        "ipConfigurations": [{
            "id": format!("{interface}/ipConfigurations/main"), "name": "main", "privateIPAddress": address,
            "subnet": {"id": subnet(vnet, subnet_name)},
        }],
    })
}

fn learned(route: u32, instance: &str, peer: &str) -> Value {
    json!({
        "network": format!("{}/24", address(Ipv4Addr::new(172, 16, 0, 0), 256 * route)), "asPath": "65001",
        "localAddress": instance, "nextHop": peer, "sourcePeer": peer, "origin": "EBgp", "weight": 32768,
    })
}

/// What `terraform show -json` prints of a state of about so many bytes, one in a hundred of them routing.
pub(crate) fn state(bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 8192);
    text.push_str(
        r#"{"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {"resources": ["#,
    );
    let mut number = 0;
    while text.len() < bytes {
        if number > 0 {
            text.push_str(",\n");
        }
        let other = number % 100 != 0;
        push_resource(&mut text, number, other).expect("a string takes everything");
        number += 1;
    }
    text.push_str("]}}}");
    text
}

/// One resource of about a kilobyte: a VNet, or something that routing does not follow from.
fn push_resource(text: &mut String, number: usize, other: bool) -> fmt::Result {
    let kind = if other { "azurerm_key_vault_secret" } else { "azurerm_virtual_network" };
    write!(
        text,
        r#"{{"address": "{kind}.r[{number}]", "mode": "managed", "type": "{kind}", "name": "r", "index": {number},
        "provider_name": "registry.terraform.io/hashicorp/azurerm", "schema_version": 0, "values": {{"#
    )?;
    if other {
        let value = "0123456789abcdef".repeat(40);
        write!(
            text,
            r#""id": "https://vault.example.net/secrets/s{number}", "name": "s{number}", "value": "{value}""#
        )?;
    } else {
        let (name, network) = (format!("v{number}"), address(Ipv4Addr::new(10, 0, 0, 0), 256 * (number as u32 / 100)));
        write!(text, r#""id": "{}", "name": "{name}", "#, id("virtualNetworks", &name))?;
        write!(text, r#""resource_group_name": "net", "location": "westeurope", "address_space": ["{network}/24"], "#)?;
        let subnet = json!({"id": subnet(&name, "app"), "name": "app", "address_prefixes": [format!("{network}/26")]});
        write!(text, r#""subnet": [{subnet}]"#)?;
    }
    text.push_str(r#"}, "sensitive_values": {}, "depends_on": []}"#);
    Ok(())
}
