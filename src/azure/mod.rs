//! What Azure is: dated facts, reserved numbers, system routes.
//!
//! Values and their sources only. Who applies a fact, and when, is decided in `bgp` and `effective`.

pub mod facts;
mod registry;
pub mod system_routes;
pub mod terms;

use crate::net::{Asn, Community};
use std::ops::RangeInclusive;

/// The ASN of every route server and ExpressRoute gateway, and the default of a VPN gateway (Route Server FAQ, 2025-09-17).
pub const AZURE_ASN: Asn = Asn(65515);

/// The ASN of the Microsoft edge routers of ExpressRoute (Route Server FAQ, 2025-09-17).
pub const MICROSOFT_EDGE_ASN: Asn = Asn(12076);

/// Public ASNs that Azure keeps for itself; no NVA may use them (Route Server FAQ, 2025-09-17).
pub const AZURE_PUBLIC_ASNS: [Asn; 3] = [Asn(8074), Asn(8075), MICROSOFT_EDGE_ASN];

/// Private ASNs that Azure keeps for itself beside 65515 (Route Server FAQ, 2025-09-17).
pub const AZURE_PRIVATE_ASNS: RangeInclusive<u32> = 65517..=65520;

/// ASNs that IANA reserves and a route server refuses: AS_TRANS and those for documentation (Route Server FAQ, 2025-09-17); with them
/// 0, which no speaker may use (RFC 7607).
pub const IANA_RESERVED_ASNS: [RangeInclusive<u32>; 4] = [0..=0, 23456..=23456, 64496..=64511, 65535..=65551];

/// The largest ASN of a peer: a route server takes 16 bits (Route Server FAQ, 2025-09-17).
pub const LARGEST_PEER_ASN: Asn = Asn(65535);

/// What a route server puts on NVA routes that it passes on; seen as `FFED FFED` in a raw UPDATE
/// (github.com/AndrewBryson/azure-route-server-failover, 2021-11).
pub const ROUTE_SERVER_COMMUNITY: Community = Community(65517, 65517);

/// The subnet name that a route server needs.
pub const ROUTE_SERVER_SUBNET: &str = "RouteServerSubnet";

/// The subnet name that VPN and ExpressRoute gateways need.
pub const GATEWAY_SUBNET: &str = "GatewaySubnet";

/// The subnet name that Azure Bastion needs.
pub const BASTION_SUBNET: &str = "AzureBastionSubnet";

/// The subnet name that Azure Firewall needs.
pub const FIREWALL_SUBNET: &str = "AzureFirewallSubnet";

/// The further subnet of a firewall that is managed on a way of its own.
pub const FIREWALL_MANAGEMENT_SUBNET: &str = "AzureFirewallManagementSubnet";
