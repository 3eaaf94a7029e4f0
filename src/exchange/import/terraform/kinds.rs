//! The Terraform types that are read, the Azure types they make, and how the id of such a resource is put together. What an attribute
//! is called in Azure does not enter here.

/// The types of Azure, as ids write them.
pub(super) mod arm {
    pub(in super::super) const BGP_CONNECTION: &str = "Microsoft.Network/virtualHubs/bgpConnections";
    pub(in super::super) const CIRCUIT: &str = "Microsoft.Network/expressRouteCircuits";
    pub(in super::super) const CIRCUIT_PEERING: &str = "Microsoft.Network/expressRouteCircuits/peerings";
    pub(in super::super) const CONNECTION: &str = "Microsoft.Network/connections";
    pub(in super::super) const FIREWALL: &str = "Microsoft.Network/azureFirewalls";
    pub(in super::super) const GATEWAY: &str = "Microsoft.Network/virtualNetworkGateways";
    pub(in super::super) const HUB: &str = "Microsoft.Network/virtualHubs";
    pub(in super::super) const HUB_IP: &str = "Microsoft.Network/virtualHubs/ipConfigurations";
    pub(in super::super) const LOAD_BALANCER: &str = "Microsoft.Network/loadBalancers";
    pub(in super::super) const LOCAL_GATEWAY: &str = "Microsoft.Network/localNetworkGateways";
    pub(in super::super) const NIC: &str = "Microsoft.Network/networkInterfaces";
    pub(in super::super) const PEERING: &str = "Microsoft.Network/virtualNetworks/virtualNetworkPeerings";
    pub(in super::super) const POOL: &str = "Microsoft.Network/loadBalancers/backendAddressPools";
    pub(in super::super) const PRIVATE_ENDPOINT: &str = "Microsoft.Network/privateEndpoints";
    pub(in super::super) const PUBLIC_IP: &str = "Microsoft.Network/publicIPAddresses";
    pub(in super::super) const ROUTE: &str = "Microsoft.Network/routeTables/routes";
    pub(in super::super) const ROUTE_TABLE: &str = "Microsoft.Network/routeTables";
    pub(in super::super) const RULE: &str = "Microsoft.Network/loadBalancers/loadBalancingRules";
    pub(in super::super) const SECURITY_GROUP: &str = "Microsoft.Network/networkSecurityGroups";
    pub(in super::super) const SUBNET: &str = "Microsoft.Network/virtualNetworks/subnets";
    pub(in super::super) const VNET: &str = "Microsoft.Network/virtualNetworks";
}

/// How the id of a resource follows from its attributes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// It stands in its resource group.
    Group,
    /// Below a resource of that type in the same group, whose name that attribute holds.
    Below(&'static str, &'static str),
    /// Below the resource of that type whose id that attribute holds.
    Under(&'static str, &'static str),
    /// It is no resource but a part of the one of that type whose id that attribute holds.
    PartOf(&'static str, &'static str),
}

/// A Terraform type.
#[derive(Debug)]
pub(super) struct Kind {
    /// Its name in Terraform.
    pub(super) terraform: &'static str,
    /// The type in Azure; of a part, of what it is a part of.
    pub(super) arm: &'static str,
    /// How its id follows from its attributes.
    pub(super) place: Place,
    /// The attribute that holds its name.
    pub(super) name: &'static str,
}

const fn named(terraform: &'static str, arm: &'static str, place: Place) -> Kind {
    Kind { terraform, arm, place, name: "name" }
}

const KINDS: &[Kind] = &[
    named("azurerm_express_route_circuit", arm::CIRCUIT, Place::Group),
    Kind {
        terraform: "azurerm_express_route_circuit_peering",
        arm: arm::CIRCUIT_PEERING,
        place: Place::Below(arm::CIRCUIT, "express_route_circuit_name"),
        name: "peering_type",
    },
    named("azurerm_firewall", arm::FIREWALL, Place::Group),
    named("azurerm_lb", arm::LOAD_BALANCER, Place::Group),
    named("azurerm_lb_backend_address_pool", arm::POOL, Place::Under(arm::LOAD_BALANCER, "loadbalancer_id")),
    named("azurerm_lb_backend_address_pool_address", arm::POOL, Place::PartOf(arm::POOL, "backend_address_pool_id")),
    named("azurerm_lb_rule", arm::RULE, Place::Under(arm::LOAD_BALANCER, "loadbalancer_id")),
    named("azurerm_local_network_gateway", arm::LOCAL_GATEWAY, Place::Group),
    named("azurerm_network_interface", arm::NIC, Place::Group),
    named(
        "azurerm_network_interface_backend_address_pool_association",
        arm::POOL,
        Place::PartOf(arm::POOL, "backend_address_pool_id"),
    ),
    named("azurerm_network_security_group", arm::SECURITY_GROUP, Place::Group),
    named("azurerm_private_endpoint", arm::PRIVATE_ENDPOINT, Place::Group),
    named("azurerm_public_ip", arm::PUBLIC_IP, Place::Group),
    named("azurerm_route", arm::ROUTE, Place::Below(arm::ROUTE_TABLE, "route_table_name")),
    named("azurerm_route_server", arm::HUB, Place::Group),
    named("azurerm_route_server_bgp_connection", arm::BGP_CONNECTION, Place::Under(arm::HUB, "route_server_id")),
    named("azurerm_route_table", arm::ROUTE_TABLE, Place::Group),
    named("azurerm_subnet", arm::SUBNET, Place::Below(arm::VNET, "virtual_network_name")),
    named("azurerm_subnet_network_security_group_association", arm::SUBNET, Place::PartOf(arm::SUBNET, "subnet_id")),
    named("azurerm_subnet_route_table_association", arm::SUBNET, Place::PartOf(arm::SUBNET, "subnet_id")),
    named("azurerm_virtual_hub", arm::HUB, Place::Group),
    named("azurerm_virtual_hub_bgp_connection", arm::BGP_CONNECTION, Place::Under(arm::HUB, "virtual_hub_id")),
    named("azurerm_virtual_hub_ip", arm::HUB_IP, Place::Under(arm::HUB, "virtual_hub_id")),
    named("azurerm_virtual_network", arm::VNET, Place::Group),
    named("azurerm_virtual_network_gateway", arm::GATEWAY, Place::Group),
    named("azurerm_virtual_network_gateway_connection", arm::CONNECTION, Place::Group),
    named("azurerm_virtual_network_peering", arm::PEERING, Place::Below(arm::VNET, "virtual_network_name")),
];

/// What others refer to for their resource group.
pub(super) const RESOURCE_GROUP: &str = "azurerm_resource_group";

/// The types of the azapi provider, which hold a resource of any Azure type.
pub(super) const AZAPI: [&str; 2] = ["azapi_resource", "azapi_update_resource"];

/// What is known of a Terraform type; nothing of those that hold any Azure type.
pub(super) fn kind(terraform: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.terraform == terraform)
}

/// Whether something is done with resources of that type.
pub(super) fn is_wanted(terraform: &str) -> bool {
    terraform == RESOURCE_GROUP || AZAPI.contains(&terraform) || kind(terraform).is_some()
}

/// Whether a resource of that Azure type is read where any may stand.
pub(super) fn is_read(arm: &str) -> bool {
    KINDS.iter().any(|kind| kind.arm.eq_ignore_ascii_case(arm))
}

/// The type of what an Azure resource holds under a key together with its id: `subnet`.
pub(super) fn linked(key: &str) -> Option<&'static str> {
    const LINKS: &[(&str, &str)] = &[
        ("backendAddressPool", arm::POOL),
        ("localNetworkGateway2", arm::LOCAL_GATEWAY),
        ("networkSecurityGroup", arm::SECURITY_GROUP),
        ("publicIPAddress", arm::PUBLIC_IP),
        ("remoteVirtualNetwork", arm::VNET),
        ("routeTable", arm::ROUTE_TABLE),
        ("subnet", arm::SUBNET),
        ("virtualNetworkGateway1", arm::GATEWAY),
        ("virtualNetworkGateway2", arm::GATEWAY),
    ];
    LINKS.iter().find(|(own, _)| own.eq_ignore_ascii_case(key)).map(|(_, arm)| *arm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_resource_stands_below_is_the_type_in_front_of_its_own() {
        for kind in KINDS {
            if let Place::Below(parent, _) | Place::Under(parent, _) = kind.place {
                assert_eq!(kind.arm.rsplit_once('/').unwrap().0, parent, "{}", kind.terraform);
            }
        }
    }
}
