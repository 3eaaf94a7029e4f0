//! Names of speakers as users write them: `hub/route_server`, `hub/vpn_gateway:0`, `fw1`, `er1`.

use super::speaker::Device;
use crate::topology::{CircuitId, RouterId, Topology, VnetId};
use crate::words::closest;

/// Every device that can speak BGP, in file order.
pub fn devices(topology: &Topology) -> Vec<Device> {
    let mut devices = Vec::new();
    for id in topology.vnet_ids() {
        let vnet = topology.vnet(id);
        let present = [
            (vnet.route_server.is_some(), Device::RouteServer(id)),
            (vnet.vpn_gateway.is_some(), Device::VpnGateway(id)),
            (vnet.express_route_gateway.is_some(), Device::ExpressRouteGateway(id)),
        ];
        devices.extend(present.into_iter().filter(|(present, _)| *present).map(|(_, device)| device));
    }
    let routers = topology.routers.iter().enumerate().filter(|(_, router)| router.asn.is_some());
    devices.extend(routers.map(|(index, _)| Device::Router(RouterId(index as u32))));
    devices.extend((0..topology.circuits.len() as u32).map(|index| Device::Edge(CircuitId(index))));
    devices
}

/// Finds a device by name, with the instance when one is named (`hub/route_server:1`).
///
/// The name of a VNet alone means its route server or gateway when it hosts exactly one.
///
/// # Errors
/// What is wrong, and what could be meant.
pub fn find_device(topology: &Topology, text: &str) -> Result<(Device, Option<u8>), (String, String)> {
    let (name, instance) = match text.rsplit_once(':') {
        Some((name, "0")) => (name, Some(0)),
        Some((name, "1")) => (name, Some(1)),
        Some((_, other)) => return Err((format!("there is no instance `{other}`"), "instances are 0 and 1".into())),
        None => (text, None),
    };
    let all = devices(topology);
    if let Some(device) = all.iter().find(|device| device.name(topology) == name) {
        return Ok((*device, instance));
    }
    let vnet = topology.vnets.iter().position(|vnet| vnet.name == name).map(|index| VnetId(index as u32));
    let hosted: Vec<Device> = all.iter().copied().filter(|device| vnet.is_some() && device.vnet() == vnet).collect();
    if let [device] = hosted.as_slice() {
        return Ok((*device, instance));
    }
    let names: Vec<String> = all.iter().map(|device| device.name(topology)).collect();
    let known = |names: &[String]| names.iter().take(12).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let help = match (hosted.as_slice(), closest(name, names.iter().map(String::as_str))) {
        ([_, ..], _) => {
            format!("write one of {}", known(&hosted.iter().map(|device| device.name(topology)).collect::<Vec<_>>()))
        }
        (_, Some(close)) => format!("did you mean `{close}`?"),
        _ if names.is_empty() => "nothing in this topology speaks BGP".into(),
        _ => format!("speakers here: {}", known(&names)),
    };
    Err((format!("there is no BGP speaker `{name}`"), help))
}
