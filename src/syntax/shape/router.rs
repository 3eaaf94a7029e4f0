//! NVAs and sites: what may speak BGP and announce prefixes.
//!
//! Tables only.

use super::policy::RULES;
use super::*;

pub(super) static NVAS: Names = Names { plural: "NVAs", key: KeyRule::Speaker, value: Shape::Object(&NVA) };
pub(super) static SITES: Names = Names { plural: "sites", key: KeyRule::Speaker, value: Shape::Object(&SITE) };

static NVA: Object = Object {
    title: "an NVA",
    keys: &[
        &[
            key("subnet", SUBNET, "The subnet of its first NIC.", "hub/nva").required(),
            key("ip", IPV4, "The address that BGP runs from and that routes point at.", "10.0.1.4")
                .required()
                .instead_of(&["address", "ip_address"]),
            key("interfaces", Shape::List(&INTERFACES), "Further NICs.", "[{ subnet: hub/outside, ip: 10.0.5.4 }]")
                .instead_of(&["nics"]),
            key("asn", ASN, "The AS number; absent for an appliance that speaks no BGP.", "65001")
                .instead_of(&["as_number"]),
            key(
                "advertises",
                Shape::List(&ANNOUNCEMENTS),
                "What it originates: a range, a map, or a file of ranges.",
                "[0.0.0.0/0]",
            )
            .instead_of(&["prefixes", "announces", "advertise", "networks"]),
        ],
        BEHAVIOUR,
        &[
            key("ip_forwarding", BOOL, "Whether its NIC forwards; true when absent.", "true")
                .instead_of(&["enable_ip_forwarding", "ip_forwarding_enabled"]),
            key("snat", BOOL, "Whether it translates sources, so that replies come back to it.", "false"),
        ],
    ],
    forms: &[],
};

static SITE: Object = Object {
    title: "a site",
    keys: &[
        &[
            key("asn", ASN, "The AS number; absent for a site without BGP.", "65021").instead_of(&["as_number"]),
            key("ip", IPV4, "The address that BGP runs from.", "172.21.0.1").instead_of(&["address", "ip_address"]),
            key(
                "prefixes",
                Shape::List(&ANNOUNCEMENTS),
                "What it originates: a range, a map, or a file of ranges.",
                "[192.168.0.0/16]",
            )
            .instead_of(&["advertises", "announces", "address_space", "networks"]),
            key("vpn", Shape::List(&SITE_VPNS), "Short for entries in `connections`.", "{ gateway: hub }"),
        ],
        BEHAVIOUR,
    ],
    forms: &[],
};

static BEHAVIOUR: &[Field] = &[
    key("readvertise", BOOL, "Whether it passes on what it learns; true when absent.", "true"),
    key(
        "split_horizon",
        BOOL,
        "Whether a route never goes back to the session it came from; true when absent.",
        "true",
    ),
    key("as_override", BOOL, "Whether it replaces the peer's AS number in paths by its own before sending.", "false"),
    key("next_hop_self", BOOL, "Whether it puts itself as next hop on iBGP too.", "false"),
    key("allow_as_in", BOOL, "Whether it accepts paths that hold its own AS number.", "false")
        .instead_of(&["allowas_in"]),
    key(
        "import",
        Shape::Names(&POLICIES),
        "Policies on what it receives, by peer; `*` for every other peer.",
        "{ hub: drop-bogons }",
    ),
    key(
        "export",
        Shape::Names(&POLICIES),
        "Policies on what it sends, by peer; `*` for every other peer.",
        "{ \"*\": to-everyone }",
    ),
];

static POLICIES: Names = Names {
    plural: "policies",
    key: KeyRule::Peer,
    value: Shape::ScalarOr(Scalar::Reference("a route map"), &Shape::List(&RULES)),
};

static INTERFACES: List = list_of(Shape::Object(&INTERFACE));
static INTERFACE: Object = Object {
    title: "an interface",
    keys: &[&[
        key("subnet", SUBNET, "The subnet of this NIC.", "hub/outside").required(),
        key("ip", IPV4, "The address of this NIC.", "10.0.5.4").required().instead_of(&["address"]),
    ]],
    forms: &[],
};

static ANNOUNCEMENTS: List = list_of(Shape::ScalarOr(Scalar::Cidr, &Shape::Object(&ANNOUNCEMENT)));
static ORIGIN: Choice = Choice { title: "a BGP origin", words: &["Igp", "Egp", "Incomplete"] };
static ANNOUNCEMENT: Object = Object {
    title: "an announcement",
    keys: &[&[
        key("prefix", Shape::Scalar(Scalar::Cidr), "The range.", "10.50.0.0/16"),
        key(
            "as_path",
            Shape::List(&ASNS),
            "The path as the neighbour receives it, the speaker's own AS number first.",
            "[65001, 65010]",
        ),
        key("next_hop", IPV4, "A next hop other than the speaker.", "10.0.1.100"),
        key("communities", Shape::List(&COMMUNITIES), "Communities.", "[no-advertise]").instead_of(&["community"]),
        key("origin", Shape::Scalar(Scalar::Enum(&ORIGIN)), "The BGP origin; Igp when absent.", "Incomplete"),
        key(
            "from",
            Shape::Scalar(Scalar::Text("the path of a file")),
            "A file with one prefix on each line, relative to this file.",
            "table.txt",
        )
        .instead_of(&["file"]),
    ]],
    forms: &[
        Form { needs: &["prefix"], excludes: &[] },
        Form { needs: &["from"], excludes: &["as_path", "next_hop", "communities", "origin"] },
    ],
};

static SITE_VPNS: List = list_of(Shape::Object(&SITE_VPN));
static SITE_VPN: Object = Object {
    title: "a tunnel of a site",
    keys: &[&[
        key("gateway", VNET, "The VNet whose VPN gateway the tunnel ends at.", "hub").required(),
        key("bgp", BOOL, "Whether BGP runs; true when absent and the site has an AS number.", "false")
            .instead_of(&["bgp_enabled", "enable_bgp"]),
        key(
            "instances",
            Shape::List(&INSTANCES),
            "The gateway instances that carry the tunnel; all when absent.",
            "[0]",
        ),
        key(
            "local_networks",
            Shape::List(&RANGES4),
            "The prefixes of the local network gateway; those of the site when absent and without BGP.",
            "[172.20.0.0/16]",
        )
        .instead_of(&["local_network", "local_network_gateway"]),
    ]],
    forms: &[],
};
