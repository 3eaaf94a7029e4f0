//! What Azure is: dated facts, reserved numbers, system routes.
//!
//! Values and their sources only. Who applies a fact, and when, is decided in `bgp` and `effective`.

pub mod facts;
mod registry;
pub mod system_routes;

use crate::net::{Asn, Community};

/// The ASN of every route server and ExpressRoute gateway, and the default of a VPN gateway (Route Server FAQ, 2025-09-17).
pub const AZURE_ASN: Asn = Asn(65515);

/// The ASN of the Microsoft edge routers of ExpressRoute (Route Server FAQ, 2025-09-17).
pub const MICROSOFT_EDGE_ASN: Asn = Asn(12076);

/// What a route server puts on NVA routes that it passes on; seen as `FFED FFED` in a raw UPDATE
/// (github.com/AndrewBryson/azure-route-server-failover, 2021-11).
pub const ROUTE_SERVER_COMMUNITY: Community = Community(65517, 65517);

/// The subnet name that a route server needs.
pub const ROUTE_SERVER_SUBNET: &str = "RouteServerSubnet";

/// The subnet name that VPN and ExpressRoute gateways need.
pub const GATEWAY_SUBNET: &str = "GatewaySubnet";
