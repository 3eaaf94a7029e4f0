//! What a topology is expected to do.
//!
//! Tables only; whether an expectation makes sense is found where it is held against the estate.

use super::*;

pub(super) static EXPECTATIONS: List = list_of(Shape::Object(&EXPECTATION));

const PATTERNS: Shape = Shape::List(&SOME_PATTERNS);

static SOME_PATTERNS: List = some_of(Shape::Scalar(Scalar::Text("a name or a pattern such as `spoke-*/*`")));
static SOME_RANGES4: List = some_of(Shape::Scalar(Scalar::Cidr4));
static GROUP_SHAPE: Shape = Shape::Object(&GROUP);

static EXPECTATION: Object = Object {
    title: "an expectation",
    keys: &[&[
        key(
            "name",
            Shape::Scalar(Scalar::Text("a name")),
            "What is expected, in words; made of the entry when absent.",
            "spokes reach the internet through a firewall",
        )
        .instead_of(&["title", "description"]),
        key(
            "from",
            Shape::Scalar(Scalar::Text("a subnet, a site, an NVA, an address or a BGP speaker")),
            "Who sends, or whose announcements are meant.",
            "spoke1/app",
        )
        .instead_of(&["source"]),
        key(
            "every",
            Shape::Object(&GROUP),
            "Each of these sends, those that are added later included.",
            "{ subnets: \"spoke-*/*\" }",
        )
        .instead_of(&["each", "all"]),
        key(
            "to",
            Shape::ScalarOr(Scalar::Text("a subnet, a site, an NVA, an address, a prefix or `internet`"), &GROUP_SHAPE),
            "Who is sent to: one host, every kind of address of a prefix, or each of a group.",
            "internet",
        )
        .instead_of(&["target", "destination"]),
        key("reaches", BOOL, "Packets arrive and answers come back; `false`: no packet arrives.", "true")
            .instead_of(&["reachable"]),
        key("via", PATTERNS, "They do, and every way there passes one of these.", "[fw1, fw2]")
            .instead_of(&["through"]),
        key("inspected", BOOL, "They do, and every way there and back passes an NVA.", "true"),
        key("inspected_by", PATTERNS, "They do, and every way there and back passes one of these NVAs.", "[fw1]"),
        key("symmetric", BOOL, "They do, and answers pass the same NVAs as packets.", "true"),
        key("no_route", BOOL, "The sender itself has no route that leads anywhere.", "true"),
        key("survives", Shape::Object(&SURVIVAL), "All of this holds under failures, too.", "{ any: 1, of: nva }"),
        key("advertises_to", PATTERNS, "The neighbours that announcements go to.", "branch1"),
        key(
            "max_count",
            Shape::Scalar(Scalar::Count),
            "At most so many prefixes are announced on each session.",
            "1000",
        ),
        key(
            "shortest_length",
            Shape::Scalar(Scalar::PrefixLength),
            "No prefix is announced that is shorter, which means wider, than this.",
            "8",
        )
        .instead_of(&["min_length"]),
        key("includes", Shape::List(&SOME_RANGES4), "These prefixes are announced on each session.", "[10.0.0.0/16]"),
        key("excludes", Shape::List(&SOME_RANGES4), "These prefixes are announced on no session.", "[0.0.0.0/0]"),
        key("must_fail", BOOL, "It is known not to hold, and the day it does is told.", "true")
            .instead_of(&["xfail", "known_to_fail"]),
    ]],
    forms: &[Form { needs: &["from"], excludes: &[] }, Form { needs: &["every"], excludes: &[] }],
};

static GROUP: Object = Object {
    title: "a group",
    keys: &[&[
        key("subnets", PATTERNS, "Workload subnets by name or pattern; `*` stops at a slash.", "\"spoke-*/*\"")
            .instead_of(&["subnet"]),
        key("sites", PATTERNS, "Sites by name or pattern.", "\"branch*\"").instead_of(&["site"]),
    ]],
    forms: &[],
};

static FAILING: List = some_of(Shape::Scalar(Scalar::Text(
    "nva, session, instance, gateway, circuit, peering, hub, or the name of what fails",
)));

static SURVIVAL: Object = Object {
    title: "a survival",
    keys: &[&[
        key("any", Shape::Scalar(Scalar::Count), "How many fail at once, 1 or 2; 1 when absent.", "1"),
        key(
            "of",
            Shape::List(&FAILING),
            "What fails: nva, session, instance, gateway, circuit, peering, hub, or things by name.",
            "[nva, circuit]",
        )
        .required(),
    ]],
    forms: &[],
};
