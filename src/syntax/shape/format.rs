//! The top of the file and everything that is neither a VNet, a router nor a policy.
//!
//! Tables only.

use super::expect::EXPECTATIONS;
use super::policy::{ROUTE_MAPS, ROUTE_TABLES};
use super::router::{NVAS, SITES};
use super::vnet::VNETS;
use super::*;

pub(in super::super) static TOPOLOGY: Object = Object {
    title: "a topology",
    keys: &[&[
        key("rsctl", Shape::Scalar(Scalar::Version), "The version of the file format.", "1")
            .required()
            .instead_of(&["version"]),
        key(
            "extends",
            Shape::List(&FILES),
            "Files that this one is laid over, in order, with paths relative to this file.",
            "base.rsctl.yaml",
        )
        .instead_of(&["extend", "include", "base"]),
        key(
            "as_of",
            Shape::Scalar(Scalar::Date),
            "The day whose Azure is meant; the newest knowledge when absent.",
            "2026-11-23",
        )
        .instead_of(&["date"]),
        key(
            "facts",
            Shape::Names(&FACTS),
            "Answers to what Azure leaves open, by the name of the fact.",
            "{ nva_reflection: always }",
        ),
        key("vnets", Shape::Names(&VNETS), "Virtual networks by name.", "{ hub: { address_space: 10.0.0.0/16 } }")
            .instead_of(&["networks", "virtual_networks"]),
        key("peerings", Shape::List(&PEERINGS), "VNet peerings.", "[{ hub: hub, spoke: spoke1 }]")
            .instead_of(&["virtual_network_peerings"]),
        key(
            "nvas",
            Shape::Names(&NVAS),
            "Network virtual appliances by name.",
            "{ fw1: { subnet: hub/nva, ip: 10.0.1.4 } }",
        )
        .instead_of(&["appliances", "firewalls", "routers"]),
        key(
            "load_balancers",
            Shape::Names(&LOAD_BALANCERS),
            "Internal load balancers by name.",
            "{ ilb: { subnet: hub/nva, ip: 10.0.1.100, backends: [fw1] } }",
        )
        .instead_of(&["lbs"]),
        key(
            "sites",
            Shape::Names(&SITES),
            "Routers outside Azure by name.",
            "{ dc1: { asn: 65021, prefixes: [192.168.0.0/16] } }",
        )
        .instead_of(&["onprem", "branches", "local_network_gateways"]),
        key("connections", Shape::List(&CONNECTIONS), "VPN tunnels.", "[{ between: [hub, dc1] }]")
            .instead_of(&["vpn_connections", "tunnels"]),
        key(
            "circuits",
            Shape::Names(&CIRCUITS),
            "ExpressRoute circuits by name.",
            "{ er1: { gateways: [hub], sites: [dc1] } }",
        )
        .instead_of(&["express_route_circuits"]),
        key("sessions", Shape::List(&SESSIONS), "BGP sessions that Azure does not see.", "[{ between: [fw1, dc1] }]")
            .instead_of(&["bgp_sessions"]),
        key(
            "route_tables",
            Shape::Names(&ROUTE_TABLES),
            "Route tables by name.",
            "{ app: { routes: { default: { prefix: 0.0.0.0/0, next_hop: 10.0.1.4 } } } }",
        )
        .instead_of(&["udrs"]),
        key(
            "route_maps",
            Shape::Names(&ROUTE_MAPS),
            "Policies by name, for NVAs, sites and Azure's route maps.",
            "{ drop-default: [{ match: { prefix: 0.0.0.0/0 }, then: { drop: true } }] }",
        )
        .instead_of(&["policies"]),
        key(
            "expect",
            Shape::List(&EXPECTATIONS),
            "What the estate has to do; `rsctl test` holds it against what it does.",
            "[{ every: { subnets: \"spoke*/*\" }, to: internet, via: fw1 }]",
        )
        .instead_of(&["expectations", "tests", "asserts"]),
    ]],
    forms: &[],
};

static FILES: List = some_of(Shape::Scalar(Scalar::Text("the path of a file")));
static FACTS: Names =
    Names { plural: "facts", key: KeyRule::Name, value: Shape::Scalar(Scalar::Text("the answer to a fact")) };

static PEERINGS: List = list_of(Shape::Object(&PEERING));

static PEERING: Object = Object {
    title: "a peering",
    keys: &[
        &[
            key("hub", VNET, "The VNet that lends its gateway; its side allows gateway transit.", "hub"),
            key("spoke", VNET, "The VNet that borrows the gateway; its side uses remote gateways.", "spoke1"),
            key("between", Shape::List(&TWO_VNETS), "Two VNets, both directions.", "[hub, dmz]"),
            key("local", VNET, "The VNet that owns the one direction of this entry.", "hub"),
            key("remote", VNET, "The VNet that the one direction of this entry points at.", "lab"),
            key(
                "sides",
                Shape::Names(&SIDES),
                "Flags of one side, by the VNet that owns it.",
                "{ hub: { allow_gateway_transit: true } }",
            ),
            key(
                "subnets",
                Shape::Names(&PEERED_SUBNETS),
                "The subnets that take part in a subnet peering, by VNet.",
                "{ hub: [app], dmz: [web] }",
            ),
        ],
        FLAGS,
    ],
    forms: &[
        Form { needs: &["hub", "spoke"], excludes: &[] },
        Form { needs: &["between"], excludes: &[] },
        Form { needs: &["local", "remote"], excludes: &["sides", "subnets"] },
    ],
};

static SIDES: Names = Names { plural: "flags", key: KeyRule::Name, value: Shape::Object(&SIDE) };
static SIDE: Object = Object { title: "a side of a peering", keys: &[FLAGS], forms: &[] };
static PEERED_SUBNETS: Names = Names { plural: "subnets", key: KeyRule::Name, value: Shape::List(&SUBNET_NAMES) };
static SUBNET_NAMES: List = some_of(Shape::Scalar(Scalar::Reference("a subnet")));
static STATE: Choice = Choice { title: "a peering state", words: &["Connected", "Initiated", "Disconnected"] };

static FLAGS: &[Field] = &[
    key("name", DISPLAY_NAME, "Display name.", "hub-to-spoke1"),
    key("allow_virtual_network_access", BOOL, "Whether the two VNets reach each other; true when absent.", "true"),
    key(
        "allow_forwarded_traffic",
        BOOL,
        "Whether this side accepts traffic that the other VNet only forwards; false when absent.",
        "true",
    ),
    key(
        "allow_gateway_transit",
        BOOL,
        "Whether the other VNet may use the gateway or route server of this one; false when absent.",
        "true",
    ),
    key(
        "use_remote_gateways",
        BOOL,
        "Whether this VNet uses the gateway or route server of the other; false when absent.",
        "true",
    )
    .instead_of(&["use_remote_gateway"]),
    key("state", Shape::Scalar(Scalar::Enum(&STATE)), "The peering state.", "Connected").instead_of(&["peering_state"]),
    key(
        "remote_address_space",
        Shape::List(&RANGES),
        "The ranges of the remote VNet as of the last sync, when it was not synced since.",
        "[10.1.0.0/16]",
    ),
    key("peer_complete_virtual_networks", BOOL, "False for a subnet peering.", "false")
        .instead_of(&["peer_complete_virtual_networks_enabled", "peer_complete_vnets"]),
    key(
        "local_subnet_names",
        Shape::List(&SUBNET_NAMES),
        "Subnets of this VNet that take part in a subnet peering.",
        "[app]",
    ),
    key(
        "remote_subnet_names",
        Shape::List(&SUBNET_NAMES),
        "Subnets of the other VNet that take part in a subnet peering.",
        "[web]",
    ),
];

static LOAD_BALANCERS: Names =
    Names { plural: "load balancers", key: KeyRule::Name, value: Shape::Object(&LOAD_BALANCER) };
static BACKENDS: List = list_of(Shape::Scalar(Scalar::Reference("an NVA")));
static LOAD_BALANCER: Object = Object {
    title: "a load balancer",
    keys: &[&[
        key("subnet", SUBNET, "The subnet of the frontend.", "hub/nva").required(),
        key("ip", IPV4, "The address of the frontend.", "10.0.1.100").required().instead_of(&["address", "frontend"]),
        key("backends", Shape::List(&BACKENDS), "The NVAs behind it.", "[fw1, fw2]")
            .instead_of(&["backend_pool", "members"]),
        key("ha_ports", BOOL, "Whether one rule covers all ports; true when absent.", "true"),
    ]],
    forms: &[],
};

static CONNECTIONS: List = list_of(Shape::Object(&CONNECTION));
static CONNECTION_TYPE: Choice = Choice { title: "a connection type", words: &["IPsec", "Vnet2Vnet"] };
static INSTANCES_BY_NAME: Names = Names { plural: "instances", key: KeyRule::Name, value: Shape::List(&INSTANCES) };
static RANGES_BY_NAME: Names = Names { plural: "ranges", key: KeyRule::Name, value: Shape::List(&RANGES4) };
static CONNECTION: Object = Object {
    title: "a connection",
    keys: &[&[
        key("between", Shape::List(&TWO_ENDS), "The two ends: a VNet means its VPN gateway.", "[hub, dc1]").required(),
        key("bgp", BOOL, "Whether BGP runs; true when absent and both ends have an ASN.", "true")
            .instead_of(&["bgp_enabled", "enable_bgp"]),
        key(
            "type",
            Shape::Scalar(Scalar::Enum(&CONNECTION_TYPE)),
            "The connection type; Vnet2Vnet when absent between two VNets.",
            "IPsec",
        ),
        key(
            "instances",
            Shape::Names(&INSTANCES_BY_NAME),
            "The gateway instances that carry the tunnel, by VNet; all when absent.",
            "{ hub: [0] }",
        ),
        key(
            "local_networks",
            Shape::Names(&RANGES_BY_NAME),
            "The prefixes of the local network gateway, by the VNet whose gateway points at it.",
            "{ hub: [10.200.0.0/24] }",
        )
        .instead_of(&["local_network_gateways"]),
        key(
            "addresses",
            Shape::Names(&ADDRESS_BY_NAME),
            "The BGP address of an end when it is not its `ip`.",
            "{ fw-branch: 192.168.1.1 }",
        ),
    ]],
    forms: &[],
};

static SESSIONS: List = list_of(Shape::Object(&SESSION));
static SESSION: Object = Object {
    title: "a session",
    keys: &[&[
        key("between", Shape::List(&TWO_ROUTERS), "The two speakers, NVAs or sites.", "[fw1, fw2]").required(),
        key(
            "addresses",
            Shape::Names(&ADDRESS_BY_NAME),
            "The BGP address of an end when it is not its `ip`.",
            "{ fw1: 192.168.0.1 }",
        ),
    ]],
    forms: &[],
};

static CIRCUITS: Names = Names { plural: "circuits", key: KeyRule::Name, value: Shape::Object(&CIRCUIT) };
static GATEWAYS: List = list_of(VNET);
static CIRCUIT_SITES: List = list_of(Shape::Scalar(Scalar::Reference("a site")));
static CIRCUIT: Object = Object {
    title: "a circuit",
    keys: &[&[
        key("gateways", Shape::List(&GATEWAYS), "The VNets whose ExpressRoute gateway is connected.", "[hub, hub2]")
            .instead_of(&["gateway", "vnets"]),
        key("sites", Shape::List(&CIRCUIT_SITES), "The routers behind the circuit.", "[dc1]").instead_of(&["site"]),
        key(
            "primary_peer_address_prefix",
            Shape::Scalar(Scalar::Cidr4),
            "The range of the first link: the customer is its first usable address.",
            "192.168.34.16/30",
        ),
        key(
            "secondary_peer_address_prefix",
            Shape::Scalar(Scalar::Cidr4),
            "The range of the second link.",
            "192.168.34.20/30",
        ),
    ]],
    forms: &[],
};
