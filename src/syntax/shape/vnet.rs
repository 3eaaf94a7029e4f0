//! VNets, their subnets, gateways and route servers.
//!
//! Tables only.

use super::*;

pub(super) static VNETS: Names = Names { plural: "VNets", key: KeyRule::Speaker, value: Shape::Object(&VNET_BODY) };

static VNET_BODY: Object = Object {
    title: "a VNet",
    keys: &[&[
        key(
            "region",
            Shape::Scalar(Scalar::Text("a region")),
            "The Azure region; two different regions make a peering global.",
            "westeurope",
        )
        .instead_of(&["location"]),
        key("address_space", Shape::List(&SOME_RANGES), "One or more ranges.", "[10.0.0.0/16]")
            .required()
            .instead_of(&["address_prefix", "address_prefixes", "addresses", "cidr", "prefix", "prefixes"]),
        key("subnets", Shape::Names(&SUBNETS), "Subnets by name: a range, or a map.", "{ app: 10.0.2.0/24 }")
            .instead_of(&["subnet"]),
        key(
            "route_server",
            Shape::List(&ROUTE_SERVERS),
            "The route server in this VNet; Azure refuses a second one.",
            "{ peers: [fw1] }",
        )
        .instead_of(&["ars"]),
        key("vpn_gateway", Shape::Object(&VPN_GATEWAY), "The VPN gateway in this VNet.", "{ active_active: true }")
            .instead_of(&["virtual_network_gateway", "gateway"]),
        key(
            "express_route_gateway",
            Shape::Object(&EXPRESS_ROUTE_GATEWAY),
            "The ExpressRoute gateway in this VNet.",
            "{ name: er1 }",
        )
        .instead_of(&["expressroute_gateway", "er_gateway"]),
        key(
            "summarized_gateway_prefixes",
            Shape::List(&RANGES4),
            "What the gateways announce instead of the VNet and the spokes inside these ranges.",
            "[10.0.0.0/14]",
        )
        .instead_of(&["summarised_gateway_prefixes"]),
        key(
            "virtual_machines",
            Shape::Scalar(Scalar::Count),
            "How many virtual machines are in it; a route server has a limit.",
            "1200",
        ),
        key(
            "virtual_wan_hub",
            Shape::Scalar(Scalar::Reference("a Virtual WAN hub")),
            "The Virtual WAN hub that this VNet is connected to.",
            "vwan-hub1",
        ),
    ]],
    forms: &[],
};

static ROUTE_SERVERS: List = list_of(Shape::Object(&ROUTE_SERVER));

static SUBNETS: Names =
    Names { plural: "subnets", key: KeyRule::Name, value: Shape::ScalarOr(Scalar::Cidr, &Shape::Object(&SUBNET_BODY)) };

static SUBNET_BODY: Object = Object {
    title: "a subnet",
    keys: &[&[
        key("prefix", Shape::List(&SOME_RANGES), "One range or a list.", "10.0.2.0/24").required().instead_of(&[
            "address_prefix",
            "address_prefixes",
            "address_space",
            "cidr",
            "prefixes",
            "range",
        ]),
        key("route_table", Shape::Scalar(Scalar::Reference("a route table")), "The route table of this subnet.", "app")
            .instead_of(&["udr"]),
        key("service_endpoints", Shape::List(&SERVICES), "Services with a service endpoint.", "[Microsoft.Storage]"),
        key(
            "private_endpoints",
            Shape::Names(&ADDRESS_BY_NAME),
            "Name and address of each private endpoint.",
            "{ blob: 10.0.2.9 }",
        ),
        key(
            "private_endpoint_network_policies",
            Shape::Scalar(Scalar::Enum(&ENDPOINT_POLICIES)),
            "Whether route tables and network security groups apply to private endpoints.",
            "Disabled",
        ),
        key(
            "delegation",
            Shape::Scalar(Scalar::Text("a service")),
            "The service that the subnet is delegated to.",
            "Microsoft.Web/serverFarms",
        )
        .instead_of(&["delegations"]),
        key(
            "network_security_group",
            Shape::Scalar(Scalar::Reference("a network security group")),
            "The network security group of this subnet.",
            "nsg-app",
        )
        .instead_of(&["nsg"]),
        key(
            "service_endpoint_policy",
            Shape::Scalar(Scalar::Reference("a service endpoint policy")),
            "The service endpoint policy of this subnet.",
            "only-our-accounts",
        ),
    ]],
    forms: &[],
};

static SERVICES: List = list_of(Shape::Scalar(Scalar::Text("a service")));
static ENDPOINT_POLICIES: Choice = Choice {
    title: "a setting of network policies",
    words: &["Disabled", "Enabled", "NetworkSecurityGroupEnabled", "RouteTableEnabled"],
};

static ROUTE_SERVER: Object = Object {
    title: "a route server",
    keys: &[&[
        key("name", DISPLAY_NAME, "Display name.", "rs1"),
        key("branch_to_branch", BOOL, "Whether routes pass between gateways and NVAs; false when absent.", "true")
            .instead_of(&["branch_to_branch_traffic_enabled", "allow_branch_to_branch_traffic"]),
        key(
            "hub_routing_preference",
            Shape::Scalar(Scalar::Enum(&PREFERENCE)),
            "Which of two equal prefixes wins; ExpressRoute when absent.",
            "ExpressRoute",
        ),
        key(
            "instance_addresses",
            Shape::List(&ADDRESSES),
            "The addresses of the two instances; the fourth and fifth of RouteServerSubnet when absent.",
            "[10.0.0.4, 10.0.0.5]",
        )
        .instead_of(&["virtual_router_ips"]),
        key(
            "routing_infrastructure_units",
            Shape::Scalar(Scalar::Count),
            "Units of capacity, each for a number of virtual machines; two when absent.",
            "2",
        ),
        key("peers", Shape::List(&PEERS), "BGP connections to NVAs: a name, or a map.", "[fw1]")
            .instead_of(&["bgp_connections", "connections_to_nvas"]),
        key(
            "connections",
            Shape::Object(&GATEWAY_CONNECTIONS),
            "Route maps on the connections to the gateways of this VNet.",
            "{ vpn: { outbound_route_map: out } }",
        ),
    ]],
    forms: &[],
};

static PREFERENCE: Choice = Choice { title: "a routing preference", words: &["ExpressRoute", "VpnGateway", "ASPath"] };
static PEERS: List = list_of(Shape::ScalarOr(Scalar::Reference("an NVA"), &Shape::Object(&PEER)));

static PEER: Object = Object {
    title: "a peer of a route server",
    keys: &[
        &[
            key("nva", Shape::Scalar(Scalar::Reference("an NVA")), "The NVA.", "fw2").required(),
            key("instances", Shape::List(&INSTANCES), "The instances that peer with it; both when absent.", "[0]"),
            key("name", DISPLAY_NAME, "Display name.", "peer-fw2"),
        ],
        ROUTE_MAP_PAIR,
    ],
    forms: &[],
};

static GATEWAY_CONNECTIONS: Object = Object {
    title: "the connections to the gateways",
    keys: &[&[
        key(
            "express_route",
            Shape::Object(&GATEWAY_CONNECTION),
            "Route maps on the connection to the ExpressRoute gateway.",
            "{ inbound_route_map: in }",
        ),
        key(
            "vpn",
            Shape::Object(&GATEWAY_CONNECTION),
            "Route maps on the connection to the VPN gateway.",
            "{ outbound_route_map: out }",
        ),
    ]],
    forms: &[],
};

static GATEWAY_CONNECTION: Object = Object { title: "a connection to a gateway", keys: &[ROUTE_MAP_PAIR], forms: &[] };

static ROUTE_MAP_PAIR: &[Field] = &[
    key("inbound_route_map", POLICY, "The route map on what comes in.", "in"),
    key("outbound_route_map", POLICY, "The route map on what goes out.", "out"),
];

static VPN_GATEWAY: Object = Object {
    title: "a VPN gateway",
    keys: &[&[
        key("name", DISPLAY_NAME, "Display name.", "gw1"),
        key("asn", ASN, "The AS number; 65515 when absent.", "65515").instead_of(&["as_number"]),
        key("active_active", BOOL, "Whether both instances are active; false when absent.", "true")
            .instead_of(&["active_active_enabled"]),
        key(
            "instance_addresses",
            Shape::List(&ADDRESSES),
            "The BGP addresses of the instances.",
            "[10.0.0.68, 10.0.0.69]",
        )
        .instead_of(&["bgp_addresses"]),
        key(
            "public_ips",
            Shape::List(&ADDRESSES),
            "The public addresses of the instances.",
            "[203.0.113.4, 203.0.113.5]",
        )
        .instead_of(&["public_ip", "public_ip_addresses"]),
        key("vpn_client_address_pool", Shape::List(&RANGES4), "Ranges of point-to-site clients.", "[172.16.201.0/24]"),
    ]],
    forms: &[],
};

static EXPRESS_ROUTE_GATEWAY: Object = Object {
    title: "an ExpressRoute gateway",
    keys: &[&[
        key("name", DISPLAY_NAME, "Display name.", "er1"),
        key("instance_addresses", Shape::List(&ADDRESSES), "The addresses of the instances.", "[10.0.0.76, 10.0.0.77]"),
        key(
            "microsoft_edge_addresses",
            Shape::List(&ADDRESSES),
            "The two addresses of the Microsoft edge routers in GatewaySubnet.",
            "[10.0.0.70, 10.0.0.71]",
        )
        .instead_of(&["msee_addresses"]),
    ]],
    forms: &[],
};
