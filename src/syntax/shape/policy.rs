//! Route tables and route maps.
//!
//! Tables only.

use super::*;

pub(super) static ROUTE_TABLES: Names =
    Names { plural: "route tables", key: KeyRule::Name, value: Shape::Object(&ROUTE_TABLE) };
pub(super) static ROUTE_MAPS: Names = Names { plural: "route maps", key: KeyRule::Name, value: Shape::List(&RULES) };
pub(super) static RULES: List = list_of(Shape::Object(&RULE));

static ROUTE_TABLE: Object = Object {
    title: "a route table",
    keys: &[&[
        key(
            "bgp_route_propagation",
            BOOL,
            "Whether routes of gateways and route servers stay; true when absent.",
            "false",
        )
        .instead_of(&[
            "bgp_route_propagation_enabled",
            "disable_bgp_route_propagation",
            "propagate_gateway_routes",
        ]),
        key(
            "routes",
            Shape::Names(&ROUTES),
            "User-defined routes by name.",
            "{ default: { prefix: 0.0.0.0/0, next_hop: 10.0.1.4 } }",
        )
        .instead_of(&["route"]),
    ]],
    forms: &[],
};

static ROUTES: Names = Names { plural: "routes", key: KeyRule::Name, value: Shape::Object(&ROUTE) };
static ROUTE: Object = Object {
    title: "a route",
    keys: &[&[
        key("prefix", Shape::Scalar(Scalar::UserPrefix), "A range or a service tag.", "0.0.0.0/0")
            .required()
            .instead_of(&["address_prefix", "destination"]),
        key(
            "next_hop",
            Shape::Scalar(Scalar::UserNextHop),
            "An address, or a next hop type; an address means VirtualAppliance.",
            "10.0.1.4",
        )
        .required()
        .instead_of(&["next_hop_type", "next_hop_in_ip_address", "next_hop_ip_address"]),
    ]],
    forms: &[],
};

static NEXT: Choice = Choice { title: "a way to go on", words: &["terminate", "continue"] };
static RULE: Object = Object {
    title: "a rule",
    keys: &[&[
        key("name", DISPLAY_NAME, "Display name.", "only-ours"),
        key(
            "match",
            Shape::Object(&MATCH),
            "Conditions: all must hold; none written matches everything.",
            "{ within: 10.0.0.0/8 }",
        )
        .instead_of(&["if", "when", "matches"]),
        key("then", Shape::Object(&ACTIONS), "What happens to a route that matches.", "{ drop: true }")
            .instead_of(&["actions", "action", "set"]),
        key(
            "next",
            Shape::Scalar(Scalar::Enum(&NEXT)),
            "Whether later rules see a route that matched; terminate when absent.",
            "terminate",
        ),
    ]],
    forms: &[],
};

static PREFIX_LENGTHS: List = List { min: 1, max: 2, ascending: true, ..list_of(Shape::Scalar(Scalar::PrefixLength)) };
static SPEAKERS: List = some_of(Shape::Scalar(Scalar::Reference("a peer")));
static SOME_RANGES4: List = some_of(Shape::Scalar(Scalar::Cidr4));
static SOME_ASNS: List = some_of(ASN);
static SOME_COMMUNITIES: List = some_of(Shape::Scalar(Scalar::Community));

static MATCH: Object = Object {
    title: "a match",
    keys: &[&[
        key("prefix", Shape::List(&SOME_RANGES4), "Exactly one of these ranges.", "[10.1.0.0/16]")
            .instead_of(&["prefixes"]),
        key("within", Shape::List(&SOME_RANGES4), "One of these ranges, or inside it.", "[10.0.0.0/8]"),
        key("length", Shape::List(&PREFIX_LENGTHS), "The prefix length, from and to.", "[24, 32]"),
        key("as_path_contains", Shape::List(&SOME_ASNS), "Any of these AS numbers in the path.", "[65515]"),
        key("as_path", Shape::List(&ASNS), "Exactly this path.", "[65001, 65010]"),
        key("communities", Shape::List(&SOME_COMMUNITIES), "Any of these communities.", "[65001:7]")
            .instead_of(&["community"]),
        key(
            "learned_from",
            Shape::List(&SPEAKERS),
            "The peers a route came from; `self` is what the speaker originates.",
            "[fw2]",
        ),
    ]],
    forms: &[],
};

static ACTIONS: Object = Object {
    title: "the actions of a rule",
    keys: &[&[
        key("drop", BOOL, "Discards the route.", "true").instead_of(&["deny"]),
        key("strip", Shape::List(&ASNS), "Removes these AS numbers from the path.", "[65515]"),
        key("replace_as_path", Shape::List(&ASNS), "Replaces the whole path.", "[65001]"),
        key("as_override", BOOL, "The peer's AS number becomes the speaker's own.", "true"),
        key("prepend", Shape::List(&ASNS), "Puts these AS numbers before the path.", "[65001, 65001]"),
        key(
            "summarize",
            Shape::Scalar(Scalar::Cidr4),
            "Announces this range instead; path and communities of the parts are lost.",
            "10.0.0.0/8",
        )
        .instead_of(&["summarise", "aggregate"]),
        key("add_communities", Shape::List(&COMMUNITIES), "Adds communities.", "[65001:7]"),
        key("remove_communities", Shape::List(&COMMUNITIES), "Removes communities.", "[no-advertise]"),
        key("communities", Shape::List(&COMMUNITIES), "Replaces all communities.", "[65001:9]"),
        key("next_hop", IPV4, "Sets the next hop.", "10.0.1.100"),
    ]],
    forms: &[],
};
