//! Small estates of every kind, as values that proptest makes and shrinks, and their text.

use super::yaml::{Node, list, map, set, text, unless_empty};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;
use std::fmt;

/// What routers announce: the default route, ranges that contain, equal and split VNets, ranges outside Azure.
const PREFIXES: &[&str] = &[
    "192.168.0.0/16",
    "192.168.7.0/24",
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.1.0.0/16",
    "10.1.2.0/24",
    "10.2.0.0/16",
    "10.2.1.0/24",
    "10.101.0.0/16",
    "10.101.1.0/24",
    "10.102.0.0/16",
    "10.102.1.128/25",
    "10.100.0.0/14",
    "172.20.0.0/16",
    "172.20.4.0/24",
    "100.64.0.0/10",
    "203.0.113.9/32",
];

/// ASNs of paths: strangers, a neighbour's, and those that Azure looks at.
const PATH_ASNS: &[u32] = &[65100, 65101, 64496, 65001, 65021, 65515, 12076, 0];

/// Next hops that belong to no router.
const NEXT_HOPS: &[&str] = &["10.1.1.200", "10.2.1.200", "10.101.1.200", "198.51.100.9"];

const COMMUNITIES: &[&str] = &["65001:7", "no-advertise", "no-export", "65001:8"];

/// Facts and values other than today's.
const FACTS: &[(&str, &str)] = &[
    ("nva_reflection", "always"),
    ("own_prefixes_learned", "listed"),
    ("own_prefixes_to_gateways", "exported"),
    ("own_prefixes_to_gateways", "express_route"),
    ("vpn_nva_tie", "vpn"),
    ("vpn_nva_tie", "nva"),
    ("as_path_mode_tie", "ecmp"),
    ("preference_scope", "branch_to_branch"),
    ("advertised_among_equals", "highest_peer_address"),
    ("no_export", "honoured"),
    ("peer_host_routes", "everywhere"),
    ("client_pool_through_route_server", "yes"),
    ("injection_filter", "route_server"),
    ("inside_transit_spoke", "programmed"),
    ("plain_spoke_to_on_premises", "yes"),
    ("vnet_to_vnet_export", "nothing"),
    ("ecmp_limit", "1"),
    ("routes_per_peer", "3"),
];

/// A whole estate. Numbers that name something else are taken modulo how many there are.
#[derive(Clone)]
pub(crate) struct Estate {
    facts: Vec<(&'static str, &'static str)>,
    hubs: Vec<Hub>,
    spokes: Vec<Spoke>,
    nvas: Vec<Nva>,
    sites: Vec<Site>,
    circuits: Vec<Circuit>,
    tables: Vec<Table>,
    hub_peerings: Vec<(u8, u8)>,
    connections: Vec<(u8, u8, Option<bool>)>,
    sessions: Vec<(u8, u8)>,
    maps: Vec<Vec<Rule>>,
    server_maps: Vec<Vec<Rule>>,
    /// The NVA that is left out, with everything that names it.
    removed: Option<usize>,
    /// Every subnet has propagation switched off.
    silenced: bool,
    /// Tables name the first NVA.
    aimed: bool,
}

/// Branch-to-branch, preference, route maps: from the ExpressRoute gateway, towards the VPN gateway.
type Server = (bool, Option<&'static str>, Option<u8>, Option<u8>);

/// A BGP connection of a route server: hub, one instance only, inbound and outbound route map.
type Peering = (u8, Option<u8>, Option<u8>, Option<u8>);

/// A tunnel of a site: hub, BGP as written, one instance only, prefixes of the local network gateway.
type Tunnel = (u8, Option<bool>, Option<u8>, BTreeSet<&'static str>);

#[derive(Debug, Clone)]
struct Hub {
    region: Option<bool>,
    second_range: bool,
    route_server: Option<Server>,
    /// Another ASN than 65515, active-active, a point-to-site pool.
    vpn_gateway: Option<(bool, bool, bool)>,
    express_route: bool,
    summary: bool,
    table: Option<u8>,
}

#[derive(Debug, Clone)]
struct Spoke {
    region: Option<bool>,
    hub: u8,
    joined: Joined,
    /// A second, plain peering: with a hub, or with another spoke.
    also: Option<(bool, u8)>,
    second_range: bool,
    endpoint: bool,
    tables: (Option<u8>, Option<u8>),
}

#[derive(Debug, Clone, Copy)]
enum Joined {
    Spoke,
    Plain,
    Sides { stale: bool },
    OneSubnet,
    OneWay,
    Not,
}

#[derive(Debug, Clone)]
struct Nva {
    /// In a spoke instead of a hub.
    in_spoke: bool,
    place: u8,
    asn: u32,
    announces: Vec<Announcement>,
    flags: Flags,
    /// Route servers it peers with.
    servers: Vec<Peering>,
    /// A tunnel to the VPN gateway of a hub.
    tunnel: Option<u8>,
    import: Vec<(u8, PolicyRef)>,
    export: Vec<(u8, PolicyRef)>,
}

#[derive(Debug, Clone)]
struct Flags {
    readvertise: bool,
    split_horizon: bool,
    as_override: bool,
    next_hop_self: bool,
    allow_as_in: bool,
}

#[derive(Debug, Clone)]
struct Announcement {
    prefix: &'static str,
    behind: Vec<u32>,
    next_hop: Option<&'static str>,
    communities: BTreeSet<&'static str>,
    origin: Option<&'static str>,
}

#[derive(Debug, Clone)]
struct Site {
    asn: Option<u32>,
    has_address: bool,
    announces: Vec<Announcement>,
    flags: Flags,
    tunnels: Vec<Tunnel>,
    export: Vec<(u8, PolicyRef)>,
}

#[derive(Debug, Clone)]
struct Circuit {
    hubs: u8,
    sites: u8,
    addresses: bool,
}

#[derive(Debug, Clone)]
struct Table {
    propagation: bool,
    routes: Vec<(&'static str, &'static str)>,
}

#[derive(Debug, Clone)]
enum PolicyRef {
    Named(u8),
    Inline(Vec<Rule>),
}

#[derive(Debug, Clone)]
struct Rule {
    prefix: Option<&'static str>,
    within: Option<&'static str>,
    length: Option<(u8, u8)>,
    path_contains: Option<u32>,
    community: Option<&'static str>,
    learned_from: Option<u8>,
    action: Action,
    continues: bool,
}

#[derive(Debug, Clone)]
enum Action {
    Drop,
    Prepend(Vec<u32>),
    Strip(u32),
    Replace(u32),
    AsOverride,
    Summarize(&'static str),
    AddCommunity(&'static str),
    RemoveCommunity(&'static str),
    SetCommunities(BTreeSet<&'static str>),
    NextHop(&'static str),
}

/// Estates of at most three hubs.
pub(crate) fn estates() -> impl Strategy<Value = Estate> {
    let hubs = prop::collection::vec(hub(), 1..=3);
    let spokes = prop::collection::vec(spoke(), 0..=4);
    let nvas = prop::collection::vec(nva(), 0..=5);
    let sites = prop::collection::vec(site(), 0..=3);
    let circuits = prop::collection::vec(circuit(), 0..=2);
    let tables = prop::collection::vec(table(), 0..=2);
    let pair = || (any::<u8>(), any::<u8>());
    let joins = (
        prop::collection::vec(pair(), 0..=3),
        prop::collection::vec((any::<u8>(), any::<u8>(), any::<Option<bool>>()), 0..=2),
        prop::collection::vec(pair(), 0..=4),
    );
    let maps = prop::collection::vec(rules(false), 0..=2);
    let server_maps = prop::collection::vec(rules(true), 0..=2);
    let facts = prop::collection::vec(select(FACTS), 0..=3);
    (facts, hubs, spokes, nvas, sites, circuits, tables, joins, maps, server_maps).prop_map(
        |(facts, hubs, spokes, nvas, sites, circuits, tables, joins, maps, server_maps)| Estate {
            facts,
            hubs,
            spokes,
            nvas,
            sites,
            circuits,
            tables,
            hub_peerings: joins.0,
            connections: joins.1,
            sessions: joins.2,
            maps,
            server_maps,
            removed: None,
            silenced: false,
            aimed: false,
        },
    )
}

fn mostly<S: Strategy>(strategy: S) -> impl Strategy<Value = Option<S::Value>>
where
    S::Value: Clone,
{
    prop::option::weighted(0.8, strategy)
}

fn rarely<S: Strategy>(strategy: S) -> impl Strategy<Value = Option<S::Value>>
where
    S::Value: Clone,
{
    prop::option::weighted(0.25, strategy)
}

fn hub() -> impl Strategy<Value = Hub> {
    let preference = prop::option::of(select(&["ExpressRoute", "VpnGateway", "ASPath"][..]));
    let server = mostly((any::<bool>(), preference, rarely(any::<u8>()), rarely(any::<u8>())));
    let vpn = prop::option::of((any::<bool>(), any::<bool>(), prop::bool::weighted(0.2)));
    (
        any::<Option<bool>>(),
        prop::bool::weighted(0.2),
        server,
        vpn,
        prop::bool::weighted(0.4),
        prop::bool::weighted(0.2),
        rarely(any::<u8>()),
    )
        .prop_map(|(region, second_range, route_server, vpn_gateway, express_route, summary, table)| Hub {
            region,
            second_range,
            route_server,
            vpn_gateway,
            express_route,
            summary,
            table,
        })
}

fn spoke() -> impl Strategy<Value = Spoke> {
    let joined = prop_oneof![
        4 => Just(Joined::Spoke),
        1 => Just(Joined::Plain),
        1 => any::<bool>().prop_map(|stale| Joined::Sides { stale }),
        1 => Just(Joined::OneSubnet),
        1 => Just(Joined::OneWay),
        1 => Just(Joined::Not),
    ];
    let tables = (prop::option::of(any::<u8>()), prop::option::of(any::<u8>()));
    (
        any::<Option<bool>>(),
        any::<u8>(),
        joined,
        rarely((any::<bool>(), any::<u8>())),
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.2),
        tables,
    )
        .prop_map(|(region, hub, joined, also, second_range, endpoint, tables)| Spoke {
            region,
            hub,
            joined,
            also,
            second_range,
            endpoint,
            tables,
        })
}

fn nva() -> impl Strategy<Value = Nva> {
    let server = (any::<u8>(), rarely(0..2u8), rarely(any::<u8>()), rarely(any::<u8>()));
    (
        prop::bool::weighted(0.2),
        any::<u8>(),
        select(&[65001, 65002, 65003][..]),
        announcements(),
        flags(),
        prop::collection::vec(server, 0..=2),
        prop::option::weighted(0.15, any::<u8>()),
        policies(),
        policies(),
    )
        .prop_map(|(in_spoke, place, asn, announces, flags, servers, tunnel, import, export)| Nva {
            in_spoke,
            place,
            asn,
            announces,
            flags,
            servers,
            tunnel,
            import,
            export,
        })
}

fn flags() -> impl Strategy<Value = Flags> {
    let rare = || prop::bool::weighted(0.2);
    (prop::bool::weighted(0.8), prop::bool::weighted(0.8), rare(), rare(), rare()).prop_map(
        |(readvertise, split_horizon, as_override, next_hop_self, allow_as_in)| Flags {
            readvertise,
            split_horizon,
            as_override,
            next_hop_self,
            allow_as_in,
        },
    )
}

fn announcements() -> impl Strategy<Value = Vec<Announcement>> {
    let one = (
        select(PREFIXES),
        prop::collection::vec(select(PATH_ASNS), 0..3),
        rarely(select(NEXT_HOPS)),
        prop::collection::btree_set(select(COMMUNITIES), 0..2),
        rarely(select(&["Igp", "Egp", "Incomplete"][..])),
    );
    let one = one.prop_map(|(prefix, behind, next_hop, communities, origin)| Announcement {
        prefix,
        behind,
        next_hop,
        communities,
        origin,
    });
    prop::collection::vec(one, 0..=4)
}

fn site() -> impl Strategy<Value = Site> {
    // Few of them, so that tunnels of several sites lead to the same.
    let local_networks = prop::collection::btree_set(select(&PREFIXES[..3]), 0..=2);
    let tunnel = (any::<u8>(), any::<Option<bool>>(), rarely(0..2u8), local_networks);
    (
        mostly(select(&[65021, 65022, 65001][..])),
        any::<bool>(),
        announcements(),
        flags(),
        prop::collection::vec(tunnel, 0..=2),
        policies(),
    )
        .prop_map(|(asn, has_address, announces, flags, tunnels, export)| Site {
            asn,
            has_address,
            announces,
            flags,
            tunnels,
            export,
        })
}

fn circuit() -> impl Strategy<Value = Circuit> {
    (any::<u8>(), any::<u8>(), any::<bool>()).prop_map(|(hubs, sites, addresses)| Circuit { hubs, sites, addresses })
}

fn table() -> impl Strategy<Value = Table> {
    let hops =
        &["10.1.1.200", "10.101.1.200", "198.51.100.9", "Internet", "VnetLocal", "VirtualNetworkGateway", "None"][..];
    let routes = prop::collection::vec((select(PREFIXES), select(hops)), 0..=3);
    (any::<bool>(), routes).prop_map(|(propagation, routes)| Table { propagation, routes })
}

fn policies() -> impl Strategy<Value = Vec<(u8, PolicyRef)>> {
    let policy = prop_oneof![any::<u8>().prop_map(PolicyRef::Named), rules(false).prop_map(PolicyRef::Inline)];
    let some = prop::collection::vec((any::<u8>(), policy), 1..=2);
    prop::option::weighted(0.3, some).prop_map(Option::unwrap_or_default)
}

/// `of_azure` leaves out what Azure's route maps cannot do.
fn rules(of_azure: bool) -> impl Strategy<Value = Vec<Rule>> {
    let asns = || prop::collection::vec(select(&[65200, 65201][..]), 1..3);
    let communities = prop::collection::btree_set(select(COMMUNITIES), 0..2);
    let action = prop_oneof![
        3 => Just(Action::Drop),
        2 => asns().prop_map(Action::Prepend),
        1 => select(PATH_ASNS).prop_map(Action::Strip),
        1 => select(&[65200, 65201][..]).prop_map(Action::Replace),
        1 => Just(if of_azure { Action::Drop } else { Action::AsOverride }),
        3 => select(PREFIXES).prop_map(Action::Summarize),
        1 => select(COMMUNITIES).prop_map(Action::AddCommunity),
        1 => select(COMMUNITIES).prop_map(Action::RemoveCommunity),
        1 => communities.prop_map(Action::SetCommunities),
        1 => select(NEXT_HOPS).prop_map(Action::NextHop),
    ];
    let length = (0..=32u8, 0..=32u8).prop_map(|(one, other)| (one.min(other), one.max(other)));
    let rule = (
        rarely(select(PREFIXES)),
        rarely(select(PREFIXES)),
        rarely(length),
        rarely(select(PATH_ASNS)),
        rarely(select(COMMUNITIES)),
        rarely(any::<u8>()),
        action,
        any::<bool>(),
    );
    let rule = rule.prop_map(|(prefix, within, length, path_contains, community, learned_from, action, continues)| {
        Rule { prefix, within, length, path_contains, community, learned_from, action, continues }
    });
    prop::collection::vec(rule, 1..=3)
}

fn region(region: Option<bool>) -> Option<Node> {
    region.map(|first| text(if first { "westeurope" } else { "northeurope" }))
}

fn pick(number: u8, count: usize) -> Option<usize> {
    (count > 0).then(|| usize::from(number) % count)
}

impl Estate {
    /// The same estate without one of its NVAs, and the address of that NVA; none when there is no NVA.
    pub(crate) fn without_an_nva(&self, number: u8) -> Option<(Estate, String)> {
        let index = pick(number, self.nvas.len())?;
        Some((Estate { removed: Some(index), ..self.clone() }, self.nva_address(index)))
    }

    /// The same estate with one thing of another one: everybody is still there and has the addresses he had.
    pub(crate) fn crossed(&self, other: &Estate, which: u8) -> Estate {
        let mut crossed = self.clone();
        let hubs = crossed.hubs.iter_mut().zip(&other.hubs);
        let spokes = crossed.spokes.iter_mut().zip(&other.spokes);
        let nvas = crossed.nvas.iter_mut().zip(&other.nvas);
        let sites = crossed.sites.iter_mut().zip(&other.sites);
        match which % 14 {
            0 => crossed.facts.clone_from(&other.facts),
            1 => hubs.for_each(|(own, other)| own.route_server.clone_from(&other.route_server)),
            2 => hubs.for_each(|(own, other)| (own.express_route, own.summary) = (other.express_route, other.summary)),
            3 => spokes.for_each(|(own, other)| own.tables = other.tables),
            4 => nvas.for_each(|(own, other)| own.announces.clone_from(&other.announces)),
            5 => nvas.for_each(|(own, other)| own.servers.clone_from(&other.servers)),
            6 => nvas.for_each(|(own, other)| own.export.clone_from(&other.export)),
            7 => sites.for_each(|(own, other)| own.tunnels.clone_from(&other.tunnels)),
            8 => sites.for_each(|(own, other)| own.announces.clone_from(&other.announces)),
            9 => crossed.circuits.clone_from(&other.circuits),
            10 => crossed.tables.clone_from(&other.tables),
            11 => crossed.hub_peerings.clone_from(&other.hub_peerings),
            12 => crossed.connections.clone_from(&other.connections),
            _ => crossed.sessions.clone_from(&other.sessions),
        }
        crossed
    }

    /// The same estate with routes to its first NVA where they led to an address that nobody has.
    pub(crate) fn aimed(&self) -> Estate {
        Estate { aimed: true, ..self.clone() }
    }

    /// The same estate with propagation switched off everywhere.
    pub(crate) fn silenced(&self) -> Estate {
        Estate { silenced: true, ..self.clone() }
    }

    /// The file as a tree.
    pub(crate) fn node(&self) -> Node {
        let facts =
            self.facts.iter().map(|(name, value)| (*name, *value)).collect::<std::collections::BTreeMap<_, _>>();
        let facts = Node::Map(facts.into_iter().map(|(name, value)| (name.to_owned(), text(value))).collect());
        map([
            ("rsctl", Some(text(1))),
            ("facts", unless_empty(facts)),
            ("vnets", Some(self.vnets())),
            ("peerings", unless_empty(self.peerings())),
            ("nvas", unless_empty(self.nva_nodes())),
            ("sites", unless_empty(self.site_nodes())),
            ("connections", unless_empty(self.connection_nodes())),
            ("circuits", unless_empty(self.circuit_nodes())),
            ("sessions", unless_empty(self.session_nodes())),
            ("route_tables", unless_empty(self.table_nodes())),
            ("route_maps", unless_empty(self.map_nodes())),
        ])
    }

    fn hub_name(&self, number: u8) -> String {
        format!("hub{}", usize::from(number) % self.hubs.len() + 1)
    }

    fn hub(&self, number: u8) -> &Hub {
        &self.hubs[usize::from(number) % self.hubs.len()]
    }

    fn nva_name(index: usize) -> String {
        // Names in another order than the file has them.
        format!("fw{}", (index + 3) % 6)
    }

    fn site_name(index: usize) -> String {
        format!("branch{}", (index + 2) % 4)
    }

    /// Whether the NVA stands in a spoke, and the number of that spoke or hub.
    fn nva_place(&self, index: usize) -> (bool, usize) {
        let nva = &self.nvas[index];
        match pick(nva.place, self.spokes.len()) {
            Some(spoke) if nva.in_spoke => (true, spoke),
            _ => (false, usize::from(nva.place) % self.hubs.len()),
        }
    }

    fn nva_address(&self, index: usize) -> String {
        match self.nva_place(index) {
            (true, spoke) => format!("10.{}.1.{}", 101 + spoke, 10 + index),
            (false, hub) => format!("10.{}.1.{}", 1 + hub, 10 + index),
        }
    }

    /// Indexes of the NVAs that are there.
    fn present(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.nvas.len()).filter(|index| self.removed != Some(*index))
    }

    fn table_name(&self, number: Option<u8>) -> Option<Node> {
        if self.silenced {
            return Some(text("silent"));
        }
        pick(number?, self.tables.len()).map(|index| text(format!("rt{index}")))
    }

    fn vnets(&self) -> Node {
        let hubs = self.hubs.iter().enumerate().map(|(index, hub)| self.hub_node(index, hub));
        let spokes = self.spokes.iter().enumerate().map(|(index, spoke)| self.spoke_node(index, spoke));
        Node::Map(hubs.chain(spokes).collect())
    }

    fn hub_node(&self, index: usize, hub: &Hub) -> (String, Node) {
        let (name, number) = (format!("hub{}", index + 1), index + 1);
        let mut space = vec![format!("10.{number}.0.0/16")];
        if hub.second_range {
            space.push(format!("172.{}.0.0/16", 16 + number));
        }
        let subnet =
            |prefix: String, table: Option<Node>| map([("prefix", Some(text(prefix))), ("route_table", table)]);
        let silent = self.silenced.then(|| text("silent"));
        let subnets = map([
            ("RouteServerSubnet", Some(subnet(format!("10.{number}.0.0/26"), silent.clone()))),
            ("GatewaySubnet", Some(subnet(format!("10.{number}.0.64/26"), silent.clone()))),
            ("nva", Some(subnet(format!("10.{number}.1.0/24"), silent))),
            ("app", Some(subnet(format!("10.{number}.2.0/24"), self.table_name(hub.table)))),
        ]);
        let vpn_gateway = hub.vpn_gateway.map(|(other_asn, active_active, pool)| {
            map([
                ("asn", other_asn.then(|| text(65010 + index))),
                ("active_active", Some(text(active_active))),
                ("vpn_client_address_pool", pool.then(|| set([format!("172.31.{number}.0/24")]))),
            ])
        });
        let summary = hub.summary && (hub.vpn_gateway.is_some() || hub.express_route);
        let node = map([
            ("region", region(hub.region)),
            ("address_space", Some(set(space))),
            ("subnets", Some(subnets)),
            ("route_server", self.server_node(index, hub)),
            ("vpn_gateway", vpn_gateway),
            ("express_route_gateway", hub.express_route.then(|| map([]))),
            (
                "summarized_gateway_prefixes",
                summary.then(|| set([format!("10.{number}.0.0/16"), "10.100.0.0/14".into()])),
            ),
        ]);
        (name, node)
    }

    fn server_map(&self, number: Option<u8>) -> Option<Node> {
        pick(number?, self.server_maps.len()).map(|index| text(format!("azure{index}")))
    }

    fn server_node(&self, hub_index: usize, hub: &Hub) -> Option<Node> {
        let (branch_to_branch, preference, inbound, outbound) = hub.route_server?;
        let mut peers = Vec::new();
        for index in self.present() {
            let servers = &self.nvas[index].servers;
            let here = servers.iter().find(|(hub, ..)| usize::from(*hub) % self.hubs.len() == hub_index);
            let Some((_, instance, inbound, outbound)) = here else { continue };
            peers.push(map([
                ("nva", Some(text(Self::nva_name(index)))),
                ("instances", instance.map(|instance| set([instance]))),
                ("inbound_route_map", self.server_map(*inbound)),
                ("outbound_route_map", self.server_map(*outbound)),
            ]));
        }
        let maps = |inbound, outbound| {
            unless_empty(map([
                ("inbound_route_map", self.server_map(inbound)),
                ("outbound_route_map", self.server_map(outbound)),
            ]))
        };
        let connections = map([("express_route", maps(inbound, None)), ("vpn", maps(None, outbound))]);
        Some(map([
            ("branch_to_branch", Some(text(branch_to_branch))),
            ("hub_routing_preference", preference.map(text)),
            ("peers", unless_empty(Node::Set(peers))),
            ("connections", unless_empty(connections)),
        ]))
    }

    fn spoke_node(&self, index: usize, spoke: &Spoke) -> (String, Node) {
        let number = 101 + index;
        let mut space = vec![format!("10.{number}.0.0/16")];
        if spoke.second_range {
            space.push(format!("172.{}.0.0/16", 24 + index));
        }
        let endpoint = spoke.endpoint.then(|| map([("blob", Some(text(format!("10.{number}.1.99"))))]));
        let web = map([
            ("prefix", Some(text(format!("10.{number}.1.0/24")))),
            ("route_table", self.table_name(spoke.tables.0)),
            ("private_endpoints", endpoint.clone()),
            ("private_endpoint_network_policies", endpoint.map(|_| text("Enabled"))),
        ]);
        let db = map([
            ("prefix", Some(text(format!("10.{number}.2.0/24")))),
            ("route_table", self.table_name(spoke.tables.1)),
            ("service_endpoints", spoke.endpoint.then(|| set(["Microsoft.Storage", "Microsoft.Sql"]))),
        ]);
        let node = map([
            ("region", region(spoke.region)),
            ("address_space", Some(set(space))),
            ("subnets", Some(map([("web", Some(web)), ("db", Some(db))]))),
        ]);
        (format!("spoke{}", index + 1), node)
    }

    fn peerings(&self) -> Node {
        let mut joined: BTreeSet<(String, String)> = BTreeSet::new();
        let mut items = Vec::new();
        let between = |one: &str, other: &str| ("between", Some(set([one, other])));
        let mut fresh = |one: &str, other: &str| {
            let pair = if one < other { (one, other) } else { (other, one) };
            one != other && joined.insert((pair.0.to_owned(), pair.1.to_owned()))
        };
        for (index, spoke) in self.spokes.iter().enumerate() {
            let (hub, name) = (self.hub_name(spoke.hub), format!("spoke{}", index + 1));
            if matches!(spoke.joined, Joined::Not) || !fresh(&hub, &name) {
                continue;
            }
            items.push(match spoke.joined {
                Joined::Spoke => map([("hub", Some(text(&hub))), ("spoke", Some(text(&name)))]),
                Joined::Plain => map([between(&hub, &name), ("allow_forwarded_traffic", Some(text(true)))]),
                Joined::Sides { stale } => {
                    let synced = stale.then(|| set([format!("10.{}.0.0/17", 101 + index)]));
                    let lends = map([("allow_gateway_transit", Some(text(true))), ("remote_address_space", synced)]);
                    let borrows = map([("use_remote_gateways", Some(text(true)))]);
                    let sides = Node::Map(vec![(hub.clone(), lends), (name.clone(), borrows)]);
                    map([between(&hub, &name), ("sides", Some(sides))])
                }
                Joined::OneSubnet => {
                    let subnets = Node::Map(vec![(hub.clone(), set(["app"])), (name.clone(), set(["db", "web"]))]);
                    map([between(&hub, &name), ("subnets", Some(subnets))])
                }
                Joined::OneWay | Joined::Not => map([
                    ("local", Some(text(&hub))),
                    ("remote", Some(text(&name))),
                    ("allow_gateway_transit", Some(text(true))),
                ]),
            });
        }
        let mut plain = Vec::new();
        for (index, spoke) in self.spokes.iter().enumerate() {
            let Some((to_hub, number)) = spoke.also else { continue };
            let spokes = self.spokes.len();
            let other =
                if to_hub { self.hub_name(number) } else { format!("spoke{}", usize::from(number) % spokes + 1) };
            plain.push((format!("spoke{}", index + 1), other));
        }
        plain.extend(self.hub_peerings.iter().map(|(one, other)| (self.hub_name(*one), self.hub_name(*other))));
        for (one, other) in plain {
            if fresh(&one, &other) {
                items.push(map([between(&one, &other)]));
            }
        }
        Node::Set(items)
    }

    fn announcement_nodes(announces: &[Announcement], asn: Option<u32>) -> Node {
        let mut seen = BTreeSet::new();
        let mut items = Vec::new();
        for announcement in announces.iter().filter(|announcement| seen.insert(announcement.prefix)) {
            let path = asn.filter(|_| !announcement.behind.is_empty());
            let path = path.map(|asn| list(std::iter::once(asn).chain(announcement.behind.iter().copied())));
            items.push(map([
                ("prefix", Some(text(announcement.prefix))),
                ("as_path", path),
                ("next_hop", announcement.next_hop.map(text)),
                ("communities", unless_empty(set(&announcement.communities))),
                ("origin", announcement.origin.map(text)),
            ]));
        }
        Node::Set(items)
    }

    /// The names that policies use for peers.
    fn peer_names(&self) -> Vec<String> {
        let hubs = (0..self.hubs.len()).map(|index| format!("hub{}", index + 1));
        let sites = (0..self.sites.len()).map(Self::site_name);
        hubs.chain(self.present().map(Self::nva_name)).chain(sites).collect()
    }

    fn policy_nodes(&self, policies: &[(u8, PolicyRef)]) -> Node {
        let names: Vec<String> = std::iter::once("*".to_owned()).chain(self.peer_names()).collect();
        let mut entries: Vec<(String, Node)> = Vec::new();
        for (peer, policy) in policies {
            let name = names[usize::from(*peer) % names.len()].clone();
            let node = match policy {
                PolicyRef::Named(number) => match pick(*number, self.maps.len()) {
                    Some(index) => text(format!("map{index}")),
                    None => continue,
                },
                PolicyRef::Inline(rules) => self.rule_nodes(rules),
            };
            if entries.iter().all(|(known, _)| *known != name) {
                entries.push((name, node));
            }
        }
        Node::Map(entries)
    }

    fn rule_nodes(&self, rules: &[Rule]) -> Node {
        Node::List(rules.iter().map(|rule| self.rule_node(rule)).collect())
    }

    fn rule_node(&self, rule: &Rule) -> Node {
        let mut peers = vec!["self".to_owned()];
        peers.extend(self.peer_names());
        let matches = map([
            ("prefix", rule.prefix.map(|prefix| set([prefix]))),
            ("within", rule.within.map(|prefix| set([prefix]))),
            ("length", rule.length.map(|(from, to)| list([from, to]))),
            ("as_path_contains", rule.path_contains.map(|asn| set([asn]))),
            ("communities", rule.community.map(|community| set([community]))),
            ("learned_from", rule.learned_from.map(|peer| set([&peers[usize::from(peer) % peers.len()]]))),
        ]);
        let then = match &rule.action {
            Action::Drop => ("drop", text(true)),
            Action::Prepend(asns) => ("prepend", list(asns)),
            Action::Strip(asn) => ("strip", set([asn])),
            Action::Replace(asn) => ("replace_as_path", list([asn])),
            Action::AsOverride => ("as_override", text(true)),
            Action::Summarize(prefix) => ("summarize", text(prefix)),
            Action::AddCommunity(community) => ("add_communities", set([community])),
            Action::RemoveCommunity(community) => ("remove_communities", set([community])),
            Action::SetCommunities(communities) => ("communities", set(communities)),
            Action::NextHop(address) => ("next_hop", text(address)),
        };
        map([
            ("match", unless_empty(matches)),
            ("then", Some(Node::Map(vec![(then.0.to_owned(), then.1)]))),
            ("next", rule.continues.then(|| text("continue"))),
        ])
    }

    fn flag_nodes(flags: &Flags) -> Vec<(String, Node)> {
        let node = map([
            ("readvertise", (!flags.readvertise).then(|| text(false))),
            ("split_horizon", (!flags.split_horizon).then(|| text(false))),
            ("as_override", flags.as_override.then(|| text(true))),
            ("next_hop_self", flags.next_hop_self.then(|| text(true))),
            ("allow_as_in", flags.allow_as_in.then(|| text(true))),
        ]);
        if let Node::Map(entries) = node { entries } else { Vec::new() }
    }

    fn nva_nodes(&self) -> Node {
        let node = |index: usize| {
            let nva = &self.nvas[index];
            let subnet = match self.nva_place(index) {
                (true, spoke) => format!("spoke{}/web", spoke + 1),
                (false, hub) => format!("hub{}/nva", hub + 1),
            };
            let node = map([
                ("subnet", Some(text(subnet))),
                ("ip", Some(text(self.nva_address(index)))),
                ("asn", Some(text(nva.asn))),
                ("advertises", unless_empty(Self::announcement_nodes(&nva.announces, Some(nva.asn)))),
                ("import", unless_empty(self.policy_nodes(&nva.import))),
                ("export", unless_empty(self.policy_nodes(&nva.export))),
            ]);
            let Node::Map(mut entries) = node else { unreachable!("a map was made") };
            entries.extend(Self::flag_nodes(&nva.flags));
            (Self::nva_name(index), Node::Map(entries))
        };
        Node::Map(self.present().map(node).collect())
    }

    fn site_nodes(&self) -> Node {
        let node = |(index, site): (usize, &Site)| {
            let mut seen = BTreeSet::new();
            let mut tunnels = Vec::new();
            for (hub, bgp, instance, local_networks) in &site.tunnels {
                let Some((_, active_active, _)) = self.hub(*hub).vpn_gateway else { continue };
                if !seen.insert(self.hub_name(*hub)) {
                    continue;
                }
                let bgp = if site.asn.is_none() { Some(false) } else { *bgp };
                tunnels.push(map([
                    ("gateway", Some(text(self.hub_name(*hub)))),
                    ("bgp", bgp.map(text)),
                    ("instances", instance.filter(|_| active_active).map(|instance| set([instance]))),
                    ("local_networks", unless_empty(set(local_networks))),
                ]));
            }
            let node = map([
                ("asn", site.asn.map(text)),
                ("ip", site.has_address.then(|| text(format!("192.168.7.{}", 20 + index)))),
                ("prefixes", unless_empty(Self::announcement_nodes(&site.announces, site.asn))),
                ("vpn", unless_empty(Node::Set(tunnels))),
                ("export", unless_empty(self.policy_nodes(&site.export))),
            ]);
            let Node::Map(mut entries) = node else { unreachable!("a map was made") };
            entries.extend(Self::flag_nodes(&site.flags));
            (Self::site_name(index), Node::Map(entries))
        };
        Node::Map(self.sites.iter().enumerate().map(node).collect())
    }

    fn connection_nodes(&self) -> Node {
        let mut seen = BTreeSet::new();
        let mut items = Vec::new();
        for (one, other, bgp) in &self.connections {
            let mut ends = [self.hub_name(*one), self.hub_name(*other)];
            ends.sort();
            let gateways = self.hub(*one).vpn_gateway.is_some() && self.hub(*other).vpn_gateway.is_some();
            if ends[0] != ends[1] && gateways && seen.insert(ends.clone()) {
                items.push(map([("between", Some(set(ends))), ("bgp", bgp.map(text))]));
            }
        }
        for index in self.present() {
            let Some(hub) = self.nvas[index].tunnel else { continue };
            if self.hub(hub).vpn_gateway.is_some() {
                items.push(map([("between", Some(set([self.hub_name(hub), Self::nva_name(index)])))]));
            }
        }
        Node::Set(items)
    }

    fn circuit_nodes(&self) -> Node {
        let has = |mask: u8, index: usize| mask & (1 << index) != 0;
        let node = |(index, circuit): (usize, &Circuit)| {
            let hubs = self.hubs.iter().enumerate();
            let hubs = hubs.filter(|(index, hub)| hub.express_route && has(circuit.hubs, *index));
            let hubs: Vec<_> = hubs.map(|(index, _)| format!("hub{}", index + 1)).collect();
            let sites = self.sites.iter().enumerate();
            let sites = sites.filter(|(index, site)| site.asn.is_some() && has(circuit.sites, *index));
            let sites: Vec<_> = sites.map(|(index, _)| Self::site_name(index)).collect();
            if hubs.is_empty() {
                return None;
            }
            let link =
                |offset: usize| circuit.addresses.then(|| text(format!("192.168.34.{}/30", 16 * index + offset)));
            let node = map([
                ("gateways", Some(set(hubs))),
                ("sites", unless_empty(set(sites))),
                ("primary_peer_address_prefix", link(0)),
                ("secondary_peer_address_prefix", link(4)),
            ]);
            Some((format!("circuit{}", 2 - index), node))
        };
        Node::Map(self.circuits.iter().enumerate().filter_map(node).collect())
    }

    fn session_nodes(&self) -> Node {
        let sites = self.sites.iter().enumerate().filter(|(_, site)| site.asn.is_some());
        let names: Vec<String> =
            self.present().map(Self::nva_name).chain(sites.map(|(index, _)| Self::site_name(index))).collect();
        let mut seen = BTreeSet::new();
        let mut items = Vec::new();
        for (one, other) in &self.sessions {
            let (Some(one), Some(other)) = (pick(*one, names.len()), pick(*other, names.len())) else { continue };
            let mut ends = [names[one].clone(), names[other].clone()];
            ends.sort();
            if one != other && seen.insert(ends.clone()) {
                items.push(map([("between", Some(set(ends)))]));
            }
        }
        Node::Set(items)
    }

    fn table_nodes(&self) -> Node {
        let node = |(index, table): (usize, &Table)| {
            let mut seen = BTreeSet::new();
            let routes = table.routes.iter().filter(|(prefix, _)| seen.insert(*prefix)).enumerate();
            let routes = routes.map(|(index, (prefix, next_hop))| {
                let first = (self.aimed && *next_hop == NEXT_HOPS[0] && !self.nvas.is_empty()).then_some(0);
                let next_hop = first.map_or_else(|| (*next_hop).to_owned(), |nva| self.nva_address(nva));
                (format!("r{index}"), map([("prefix", Some(text(prefix))), ("next_hop", Some(text(next_hop)))]))
            });
            let node = map([
                ("bgp_route_propagation", Some(text(table.propagation))),
                ("routes", unless_empty(Node::Map(routes.collect()))),
            ]);
            (format!("rt{index}"), node)
        };
        let silent = map([("bgp_route_propagation", Some(text(false)))]);
        let silent = self.silenced.then(|| ("silent".to_owned(), silent));
        Node::Map(self.tables.iter().enumerate().map(node).chain(silent).collect())
    }

    fn map_nodes(&self) -> Node {
        let named = |prefix: &'static str, maps: &[Vec<Rule>]| {
            let nodes = maps.iter().enumerate();
            nodes.map(|(index, rules)| (format!("{prefix}{index}"), self.rule_nodes(rules))).collect::<Vec<_>>()
        };
        Node::Map(named("map", &self.maps).into_iter().chain(named("azure", &self.server_maps)).collect())
    }
}

/// What proptest shows of a counterexample: the file.
impl fmt::Debug for Estate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{}", self.node().to_yaml())
    }
}
