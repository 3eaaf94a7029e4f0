//! Terms of the field, in a few sentences each, for people who meet them in a finding.

/// A term and what it means.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub struct Term {
    /// As it is written here.
    pub name: &'static str,
    /// Other ways to write it.
    pub also: &'static [&'static str],
    /// What it means.
    pub meaning: &'static str,
    /// Who says so.
    pub source: &'static str,
}

/// Finds a term by any of its names; case, blanks, hyphens and underscores make no difference.
pub fn find(word: &str) -> Option<&'static Term> {
    let bare = |text: &str| text.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>().to_ascii_lowercase();
    let word = bare(word);
    TERMS.iter().find(|term| std::iter::once(&term.name).chain(term.also).any(|name| bare(name) == word))
}

/// Every term, in order of name.
pub static TERMS: &[Term] = &[
    Term {
        name: "as-override",
        also: &["as_override", "override"],
        meaning: "An NVA puts its own ASN in place of its neighbour's in the paths that it passes on. A route server drops every path \
                  that holds 65515; with as-override the path of another route server gets through, and with it goes the protection \
                  against loops.",
        source: "Route Server multi-region page, 2024-03-13",
    },
    Term {
        name: "branch-to-branch",
        also: &["b2b", "allowBranchToBranchTraffic", "branch_to_branch"],
        meaning: "A switch of a route server, off when it is made. On, it passes routes between NVAs and the VPN and ExpressRoute \
                  gateways of its VNet, between those gateways, and between NVAs. Off, each of them exchanges routes with the route \
                  server alone. What NICs get does not depend on it.",
        source: "Route Server and gateways page, 2025-09-17",
    },
    Term {
        name: "dual-homed network",
        also: &["dual-homed", "dualhomed"],
        meaning: "A spoke with a route server of its own that is peered with two hubs; an NVA in each hub peers with that route server. \
                  The spoke uses no remote gateways, and the NVAs decide by their AS paths which hub is preferred.",
        source: "Route Server dual-homed network page, 2025-09-17",
    },
    Term {
        name: "effective routes",
        also: &["effective route table", "effectiveroutes"],
        meaning: "What a NIC really does with packets: system routes, peerings, what gateways and route servers program, and \
                  user-defined routes, each Active or Invalid. The longest Active prefix decides. Azure shows them for NICs of running \
                  machines only.",
        source: "diagnose a routing problem page, 2023",
    },
    Term {
        name: "gateway transit",
        also: &[
            "allowGatewayTransit",
            "useRemoteGateways",
            "allow_gateway_transit",
            "use_remote_gateways",
            "remote gateways",
        ],
        meaning: "Two flags of a peering: the hub's side lends (allowGatewayTransit), the spoke's side borrows (useRemoteGateways). \
                  Only together do they bring the routes of the hub's gateways and route server to the spoke. A VNet borrows from one \
                  other at most, and never while it hosts a gateway or a route server itself.",
        source: "virtual network peering overview, 2018; Route Server dual-homed network page, 2025-09-17",
    },
    Term {
        name: "hub routing preference",
        also: &["hrp", "hubRoutingPreference", "hub_routing_preference"],
        meaning: "A setting of a route server that decides between routes of one prefix before the length of the AS path: ExpressRoute \
                  (the default) puts ExpressRoute before VPN and NVAs, VpnGateway puts VPN and NVAs first, ASPath looks at the length \
                  alone.",
        source: "Route Server hub routing preference page, 2025-09-17",
    },
    Term {
        name: "injection filter",
        also: &["route injection", "injection"],
        meaning: "Prefixes equal to or inside the VNet's own ranges, or those of a VNet peered with it, are never programmed on NICs, \
                  whoever announces them. Shorter ones, 0.0.0.0/0 too, are. To steer traffic inside a VNet or between spokes takes a \
                  user-defined route or a summary that is wider than the ranges.",
        source: "route injection in spokes page, 2025-02-10",
    },
    Term {
        name: "next hop",
        also: &["next-hop", "next hop ip", "next_hop"],
        meaning: "An NVA may announce another address than its own, for example the frontend of an internal load balancer. The route \
                  server programs NICs with that address as it is. It has to be in the route server's VNet or in one peered with it.",
        source: "Route Server next hop page, 2025-09-17",
    },
    Term {
        name: "no-advertise",
        also: &["NO_ADVERTISE", "65535:65282"],
        meaning: "A well-known community. A route server programs such a route on NICs and passes it on to nobody: no gateway, no \
                  other NVA.",
        source: "RFC 1997; Route Server FAQ, 2025-09-17",
    },
    Term {
        name: "NVA",
        also: &["network virtual appliance", "appliance"],
        meaning: "A router or firewall that runs as a virtual machine. Peered with a route server over BGP it announces routes, which \
                  the route server programs on NICs; packets go to the NVA directly, never through the route server.",
        source: "Route Server FAQ, 2025-09-17",
    },
    Term {
        name: "propagation",
        also: &[
            "bgp_route_propagation",
            "disableBgpRoutePropagation",
            "gateway route propagation",
            "propagate gateway routes",
        ],
        meaning: "A switch of a route table. Off, subnets with that table take no routes from gateways and route servers, static \
                  routes of VPN connections included; the two cannot be separated. On GatewaySubnet it has to stay on.",
        source: "user-defined routes overview, 2025",
    },
    Term {
        name: "route server",
        also: &["ars", "azure route server"],
        meaning: "Two BGP speakers of ASN 65515 in RouteServerSubnet. They learn routes from NVAs and gateways of their VNet and program \
                  them on the NICs of that VNet and of the spokes that use it by gateway transit. No traffic passes them.",
        source: "Route Server FAQ, 2025-09-17",
    },
    Term {
        name: "RouteServerSubnet",
        also: &["route server subnet"],
        meaning: "The subnet of exactly that name which a route server needs for itself: no network security group, no route table, no \
                  other resource. The documented minimum is a /26 since 2025-09; it was a /27 before, which still deployed in labs of \
                  2026-08.",
        source: "Route Server quickstart, 2025-09-17; github.com/erjosito/net-lab-builder, 2026-08",
    },
    Term {
        name: "system routes",
        also: &["system route", "default routes"],
        meaning: "Routes that Azure adds to every subnet: the VNet's ranges, the ranges of peered VNets, 0.0.0.0/0 to the internet, and \
                  None for reserved ranges. User-defined routes and routes of gateways with the same prefix override them.",
        source: "user-defined routes overview, 2025",
    },
    Term {
        name: "user-defined route",
        also: &["udr", "user route", "route table"],
        meaning: "A route of a route table that belongs to subnets. It wins over a route of the same prefix from a gateway, a route \
                  server or the system, and loses to a longer prefix.",
        source: "user-defined routes overview, 2025",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_in_order_and_every_name_finds_its_own() {
        assert!(TERMS.windows(2).all(|pair| pair[0].name.to_lowercase() < pair[1].name.to_lowercase()));
        for term in TERMS {
            for name in std::iter::once(&term.name).chain(term.also) {
                assert_eq!(find(name).map(|found| found.name), Some(term.name), "{name}");
            }
            assert!(term.meaning.ends_with('.'), "{}", term.name);
        }
    }
}
