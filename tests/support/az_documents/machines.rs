//! What may stand for an NVA: interfaces, firewalls, load balancers, public addresses; and private endpoints.

use super::{Estate, Files, SHARED, group_id, id, invented, reference, resource};
use rsctl::topology::{Router, RouterId, SubnetId, TunnelEnd, VnetId};
use serde_json::{Value, json};
use std::net::Ipv4Addr;

pub(super) fn write(estate: &Estate<'_>, files: &mut Files) {
    let (mut interfaces, mut firewalls, mut public) = (Vec::new(), Vec::new(), Vec::new());
    for (index, router) in estate.topology.routers.iter().enumerate() {
        let id = RouterId(index as u32);
        if is_firewall(estate, router) {
            firewalls.push(firewall(estate, router));
        } else {
            interfaces.extend(
                router
                    .nics()
                    .enumerate()
                    .filter_map(|(number, (subnet, address))| Some(interface(estate, id, number, subnet, address?))),
            );
        }
        if router.is_nva() && estate.is_tunnel_end(id) {
            public.push(public_address(&router.name, estate.public_of_router(id)));
        }
    }
    for vnet in estate.vnet_ids() {
        for subnet in estate.topology.subnet_ids(vnet) {
            for endpoint in &estate.topology.subnet(subnet).private_endpoints {
                interfaces.push(endpoint_interface(estate, subnet, &endpoint.name, endpoint.address));
            }
        }
        if let Some(gateway) = &estate.topology.vnet(vnet).vpn_gateway {
            let all = gateway_public(estate, vnet);
            public.extend(all.iter().enumerate().map(|(number, address)| {
                public_address(&gateway_public_name(estate.vnet_name(vnet), &gateway.name, number), *address)
            }));
        }
    }
    let balancers = (0..estate.topology.load_balancers.len()).map(|index| load_balancer(estate, index));
    files.insert("load-balancers.json".into(), Value::Array(balancers.collect()));
    files.insert("nics.json".into(), Value::Array(interfaces));
    files.insert("firewalls.json".into(), Value::Array(firewalls));
    files.insert("public-ips.json".into(), Value::Array(public));
}

/// The public addresses of a VPN gateway: as written, or made up where another gateway needs them to find it.
pub(super) fn gateway_public(estate: &Estate<'_>, vnet: VnetId) -> Vec<Ipv4Addr> {
    let Some(gateway) = &estate.topology.vnet(vnet).vpn_gateway else { return Vec::new() };
    if !gateway.public_ips.is_empty() {
        return gateway.public_ips.clone();
    }
    let is_looked_for = estate.topology.tunnels.iter().any(|tunnel| {
        let joins_gateways = tunnel.sides.iter().all(|side| matches!(side.end, TunnelEnd::Gateway(_)));
        let is_ipsec = tunnel.kind == rsctl::syntax::document::ConnectionKind::IPsec;
        joins_gateways && is_ipsec && tunnel.sides.iter().any(|side| side.end == TunnelEnd::Gateway(vnet))
    });
    let count = if is_looked_for { gateway.addresses.len() } else { 0 };
    (0..count).map(|instance| invented(1, 2 * vnet.index() + instance)).collect()
}

pub(super) fn gateway_public_name(vnet: &str, gateway: &str, number: usize) -> String {
    format!("{vnet}-{gateway}-pip{number}")
}

pub(super) fn public_id(name: &str) -> String {
    id(SHARED, "publicIPAddresses", name)
}

fn public_address(name: &str, address: Ipv4Addr) -> Value {
    let fields = json!({ "ipAddress": address, "publicIPAllocationMethod": "Static", "location": "westeurope" });
    resource(&public_id(name), fields)
}

fn is_firewall(estate: &Estate<'_>, router: &Router) -> bool {
    let subnet = router.nics().next().map(|(subnet, _)| &estate.topology.subnet(subnet).name);
    router.asn.is_none() && subnet.is_some_and(|name| name == "AzureFirewallSubnet")
}

fn subnet_reference(estate: &Estate<'_>, subnet: SubnetId) -> Value {
    reference(&estate.subnet_id(subnet.vnet, &estate.topology.subnet(subnet).name))
}

fn firewall(estate: &Estate<'_>, router: &Router) -> Value {
    let (subnet, address) = router.nics().next().expect("it stands in a subnet");
    let own = id(estate.vnet_name(subnet.vnet), "azureFirewalls", &router.name);
    let fields = json!({ "privateIPAddress": address, "subnet": subnet_reference(estate, subnet) });
    let configuration = resource(&format!("{own}/azureFirewallIpConfigurations/ip"), fields);
    resource(&own, json!({ "ipConfigurations": [configuration], "threatIntelMode": "Alert" }))
}

fn interface_id(estate: &Estate<'_>, router: &Router, number: usize, subnet: SubnetId) -> String {
    id(estate.vnet_name(subnet.vnet), "networkInterfaces", &format!("{}-nic{number}", router.name))
}

fn interface(estate: &Estate<'_>, router: RouterId, number: usize, subnet: SubnetId, address: Ipv4Addr) -> Value {
    let body = estate.topology.router(router);
    let own = interface_id(estate, body, number, subnet);
    let mut fields =
        json!({ "primary": true, "privateIPAddress": address, "subnet": subnet_reference(estate, subnet) });
    if number == 0 && estate.is_tunnel_end(router) {
        fields["publicIPAddress"] = reference(&public_id(&body.name));
    }
    let configuration = resource(&format!("{own}/ipConfigurations/ipconfig1"), fields);
    let home = body.vnet().map(|vnet| group_id(estate.vnet_name(vnet))).expect("it is an NVA");
    let machine = format!("{home}/providers/Microsoft.Compute/virtualMachines/{}", body.name);
    let fields = json!({
        "enableIPForwarding": body.ip_forwarding,
        "ipConfigurations": [configuration],
        "location": "westeurope",
        "virtualMachine": reference(&machine),
    });
    resource(&own, fields)
}

fn endpoint_interface(estate: &Estate<'_>, subnet: SubnetId, name: &str, address: Ipv4Addr) -> Value {
    let group = estate.vnet_name(subnet.vnet);
    let own = id(group, "networkInterfaces", &format!("{name}.nic.0a1b2c3d"));
    let fields = json!({ "privateIPAddress": address, "subnet": subnet_reference(estate, subnet) });
    let configuration = resource(&format!("{own}/ipConfigurations/privateEndpointIpConfig"), fields);
    let endpoint = reference(&id(group, "privateEndpoints", name));
    let fields =
        json!({ "enableIPForwarding": false, "ipConfigurations": [configuration], "privateEndpoint": endpoint });
    resource(&own, fields)
}

fn load_balancer(estate: &Estate<'_>, index: usize) -> Value {
    let balancer = &estate.topology.load_balancers[index];
    let own = id(estate.vnet_name(balancer.subnet.vnet), "loadBalancers", &balancer.name);
    let fields = json!({ "privateIPAddress": balancer.address, "subnet": subnet_reference(estate, balancer.subnet), "zones": ["1"] });
    let frontend = resource(&format!("{own}/frontendIPConfigurations/front"), fields);
    let backends = balancer.backends.iter().filter_map(|id| {
        let router = estate.topology.router(*id);
        let (subnet, _) = router.nics().next()?;
        Some(reference(&format!("{}/ipConfigurations/ipconfig1", interface_id(estate, router, 0, subnet))))
    });
    let backends: Vec<Value> = backends.collect();
    let pool = resource(&format!("{own}/backendAddressPools/pool"), json!({ "backendIPConfigurations": backends }));
    let (protocol, port) = if balancer.ha_ports { ("All", 0) } else { ("Tcp", 443) };
    let rule = json!({ "protocol": protocol, "frontendPort": port, "backendPort": port });
    let rule = resource(&format!("{own}/loadBalancingRules/rule"), rule);
    let fields = json!({
        "backendAddressPools": [pool],
        "frontendIPConfigurations": [frontend],
        "loadBalancingRules": [rule],
        "location": "westeurope",
    });
    resource(&own, fields)
}
