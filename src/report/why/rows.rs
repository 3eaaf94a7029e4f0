//! Entries in words: each row or missing row with its standing, where it comes from, and the lines of both.

use super::account::Accounts;
use super::facts::of_origin;
use super::written::{Place, Written};
use super::{Detail, Kind, Node, asked_words, place_words};
use crate::analysis::fate::{Decision, Fate};
use crate::analysis::why::{
    Absence, Asked, At, Cause, Entry, GatewayCause, Near, OfferSource, Proof, Reasons, Standing, Verdict, Why,
};
use crate::azure::facts::Fact;
use crate::bgp::{ClassId, Device, Relation};
use crate::effective::{InvalidReason, NextHopType, RouteSource, Row};
use crate::report::fates::Holders;
use crate::report::view::Tone;
use crate::topology::{EndpointPolicies, SubnetId, UserPrefix};
use ipnet::{IpNet, Ipv4Net};
use std::collections::BTreeSet;

/// Gives entries words.
pub(super) struct Teller<'a> {
    pub(super) reasons: &'a Reasons<'a>,
    pub(super) written: &'a Written<'a>,
    pub(super) at: At,
}

impl Cause {
    /// The proof in it.
    pub(super) fn proof(&self) -> Option<&Proof> {
        match self {
            Cause::Gateway(gateway) => Some(&gateway.proof),
            Cause::Held(proof) => Some(proof),
            _ => None,
        }
    }
}

impl Teller<'_> {
    pub(super) fn tree(&self, why: &Why) -> Vec<Node> {
        let mut nodes: Vec<Node> = why.entries.iter().map(|entry| self.entry(entry)).collect();
        if let Some(near) = &why.near {
            let unannounced = why.entries.iter().position(|entry| {
                matches!((&entry.standing, &entry.cause), (Standing::Absent(Absence::NotHeld), Cause::Nothing))
            });
            match unannounced {
                Some(place) => nodes[place].children.extend(self.near(near)),
                None => {
                    let here = match self.at {
                        At::Subnet(id) => self.written.vnet_place(id.vnet),
                        At::Speaker(device, _) => self.written.device(device),
                    };
                    let text = format!("nobody announces {}", asked_words(why.asked));
                    nodes.push(Node::new(Kind::Near, Tone::Bad, text).at([here]).with(self.near(near)));
                }
            }
        }
        nodes
    }

    /// The answer in a sentence.
    pub(super) fn answer(&self, why: &Why) -> String {
        let (at, asked) = (place_words(self.reasons.topology, why.at), asked_words(why.asked));
        let Some(entry) = why.decides() else {
            return match why.at {
                At::Subnet(_) => format!("{at} has no route for {asked}"),
                At::Speaker(..) => format!("{at} has nothing of {asked}"),
            };
        };
        match (why.at, &entry.row) {
            (At::Subnet(id), Some(row)) => {
                let fate = Decision::of(self.reasons.topology, id, Some(row)).fate;
                let does = match fate {
                    Fate::Dropped => format!("drops {asked}"),
                    Fate::Local => format!("keeps {asked} in its VNet"),
                    _ => format!("sends {asked} to {}", Holders::new(self.reasons.topology).fate(&fate)),
                };
                let exact = match why.asked {
                    Asked::Prefix(prefix) if prefix != entry.prefix => format!("for want of an Active row {asked} "),
                    _ => String::new(),
                };
                format!("{at} {does}: {exact}the row {} ({}) decides", entry.prefix, row.source.word())
            }
            _ => {
                let root = entry.cause.proof().and_then(|proof| proof.account(*proof.roots.first()?));
                let used = root.iter().flat_map(|root| &root.offers).filter(|offer| offer.verdict == Verdict::Chosen);
                let from = used.map(|offer| match offer.source {
                    OfferSource::Own(_) => "its own".to_owned(),
                    OfferSource::From(device) => format!("that of {}", device.name(self.reasons.topology)),
                });
                let from = crate::words::few(from.collect::<BTreeSet<_>>());
                match asked == entry.prefix.to_string() {
                    true => format!("{at} uses for {asked} {from}"),
                    false => format!("{at} uses {} for {asked}, {from}", entry.prefix),
                }
            }
        }
    }

    fn entry(&self, entry: &Entry) -> Node {
        let detail = Detail {
            prefix: Some(entry.prefix.to_string()),
            verdict: Some(verdict(&entry.standing)),
            ..Detail::default()
        };
        let what = match &entry.row {
            Some(row) => self.row_words(row),
            None => entry.prefix.to_string(),
        };
        let (text, tone) = match &entry.standing {
            Standing::Decides if entry.row.is_none() => (format!("held: {what}, the longest prefix here"), Tone::Good),
            Standing::Decides => (format!("decides: {what}"), Tone::Good),
            Standing::Shorter(than) => {
                let lengths = format!("/{} against /{}", entry.prefix.prefix_len(), than.prefix_len());
                (format!("shorter, {lengths}: {what}"), Tone::Dim)
            }
            Standing::Beside => (format!("another row of the same prefix decides: {what}"), Tone::Dim),
            Standing::Invalid(reason) => (format!("Invalid: {what}; {}", reason.words()), Tone::Bad),
            Standing::TakesPart => (format!("longer, decides for its part: {what}"), Tone::Plain),
            Standing::Absent(absence) => {
                let announced = !matches!(entry.cause, Cause::Nothing);
                (self.absence_words(entry.prefix, *absence, announced), Tone::Bad)
            }
        };
        let node = Node::new(Kind::Entry, tone, text).detail(detail);
        let node = self.standing(node, entry);
        let rests_on = entry.row.as_ref().map(|row| self.written.open_facts(row.rests_on)).unwrap_or_default();
        self.cause(node.resting_on(rests_on), entry)
    }

    fn row_words(&self, row: &Row) -> String {
        let holders = Holders::new(self.reasons.topology);
        let hops: Vec<String> = row.next_hops.iter().map(|hop| holders.hop(hop)).collect();
        let to = match (row.source, row.next_hop_type) {
            (_, NextHopType::None) => " to nowhere".to_owned(),
            (_, _) if !hops.is_empty() => format!(" to {}", hops.join(", ")),
            (RouteSource::Default, _) if row.name.is_some() => {
                format!(" to {}", row.name.as_deref().unwrap_or_default())
            }
            _ => String::new(),
        };
        let name = row.name.as_ref().filter(|_| row.source == RouteSource::User);
        let name = name.map(|name| format!(" `{name}`")).unwrap_or_default();
        let (source, kind) = (row.source.word(), row.next_hop_type.word());
        let kind = if source == kind { String::new() } else { format!(", {kind}") };
        format!("{} {source}{name}{kind}{to}", row.prefix)
    }

    fn subnet(&self) -> Option<SubnetId> {
        if let At::Subnet(id) = self.at { Some(id) } else { None }
    }

    /// The user-defined route of this subnet's table that matches a test.
    fn user_route(&self, test: impl Fn(&crate::topology::UserRoute) -> bool) -> Option<Place> {
        let topology = self.reasons.topology;
        let table = topology.subnet(self.subnet()?).route_table?;
        let route = topology.route_tables[table.index()].routes.iter().find(|route| test(route))?;
        Some(self.written.place(route.span, "route"))
    }

    /// Adds the lines and facts of a standing.
    fn standing(&self, node: Node, entry: &Entry) -> Node {
        let fact = |fact: Fact| self.written.fact_line(fact);
        match &entry.standing {
            Standing::Decides | Standing::Shorter(_) | Standing::TakesPart => node,
            Standing::Beside => node.resting_on([fact(Fact::SourceOrder)]),
            Standing::Invalid(InvalidReason::OverriddenBy(_)) => {
                let same = UserPrefix::Range(IpNet::V4(entry.prefix));
                node.at(self.user_route(|route| route.prefix == same)).resting_on([fact(Fact::SourceOrder)])
            }
            Standing::Invalid(InvalidReason::EndpointCoveredBy(name)) => {
                node.at(self.user_route(|route| route.name == *name)).resting_on([fact(Fact::PrivateEndpointOverride)])
            }
            Standing::Invalid(InvalidReason::NoVpnGateway) => {
                let vnet = self.subnet().map(|id| self.reasons.topology.vnet(id.vnet).provider.unwrap_or(id.vnet));
                node.at(vnet.map(|vnet| self.written.vnet_place(vnet)))
                    .resting_on([fact(Fact::GatewayNextHopWithoutVpn)])
            }
            Standing::Invalid(InvalidReason::UnreachableNextHop) => node.resting_on([fact(Fact::UnreachableNextHop)]),
            Standing::Absent(absence) => self.absence(node, entry.prefix, *absence),
        }
    }

    fn absence_words(&self, prefix: Ipv4Net, absence: Absence, announced: bool) -> String {
        let topology = self.reasons.topology;
        let at = place_words(topology, self.at);
        let reason = match absence {
            Absence::NoProvider => {
                "its VNet has no route server and no gateway, and uses those of no other VNet".to_owned()
            }
            Absence::PropagationOff(table) => {
                format!("propagation is off in its route table `{}`", topology.route_tables[table.index()].name)
            }
            Absence::InRange(range) => {
                let (owner, seen_by) = (&topology.vnet(range.owner).name, &topology.vnet(range.seen_by).name);
                let whose = match range.owner == range.seen_by {
                    true => format!("{owner} itself"),
                    false => format!("{owner}, with which {seen_by} is peered"),
                };
                format!("gateway routes inside {} are refused, a range of {whose}", range.range)
            }
            Absence::RefusedByHost(host, relation) => {
                let host = &topology.vnet(host).name;
                let where_ = match relation {
                    Relation::OwnRange => format!("it is a range of {host}"),
                    Relation::InsideOwn => format!("it lies inside a range of {host}"),
                    Relation::TransitRange => format!("it is a range of a VNet that uses the gateways of {host}"),
                    Relation::InsideTransit => {
                        format!("it lies inside a range of a VNet that uses the gateways of {host}")
                    }
                };
                format!("{where_}, and those are never programmed by it")
            }
            Absence::NotHeld => match self.at {
                At::Subnet(_) if !announced => return format!("no row: nobody announces {prefix}"),
                At::Subnet(id) => match topology.vnet(id.vnet).provider {
                    Some(host) => format!("what {} brings does not hold it", topology.vnet(host).name),
                    None => "nothing brings it".into(),
                },
                At::Speaker(..) => return format!("not held: {prefix} does not get to {at}"),
            },
            Absence::Replaced | Absence::ReplacedByBoth => {
                return format!("no row: {prefix} Default, Internet; a gateway brings the same prefix");
            }
        };
        format!("no row: {prefix} by a gateway; {reason}")
    }

    /// Adds the lines and facts of an absence.
    fn absence(&self, node: Node, prefix: Ipv4Net, absence: Absence) -> Node {
        let (topology, written) = (self.reasons.topology, self.written);
        let fact = |fact: Fact| written.fact_line(fact);
        match absence {
            Absence::NoProvider => node.at(self.subnet().map(|id| written.vnet_place(id.vnet))),
            Absence::PropagationOff(table) => {
                node.at([written.propagation(table)]).resting_on([fact(Fact::PropagationOff)])
            }
            Absence::InRange(range) => {
                let peering = written.peering(range.seen_by, range.owner).filter(|_| range.seen_by != range.owner);
                node.at([written.range(range.owner, range.range)]).at(peering).resting_on([fact(Fact::InjectionFilter)])
            }
            Absence::RefusedByHost(host, relation) => {
                let spokes = topology.transit_spokes(host);
                let holds = |ranges: &[Ipv4Net]| ranges.iter().any(|range| range.contains(&prefix));
                let spoke = spokes.filter(|(_, ranges)| holds(ranges)).map(|(id, _)| id).next();
                let owner = match relation {
                    Relation::OwnRange | Relation::InsideOwn => host,
                    Relation::TransitRange | Relation::InsideTransit => spoke.unwrap_or(host),
                };
                let reason = match relation {
                    Relation::InsideTransit => Fact::InsideTransitSpoke,
                    _ => Fact::InjectionFilter,
                };
                node.at([written.range(owner, prefix)]).resting_on([fact(reason)])
            }
            Absence::NotHeld => match self.at {
                At::Subnet(id) => {
                    let host = topology.vnet(id.vnet).provider.unwrap_or(id.vnet);
                    node.at([written.vnet_place(host)])
                }
                At::Speaker(device, _) => node.at([written.device(device)]),
            },
            Absence::Replaced | Absence::ReplacedByBoth => {
                let reason = match absence {
                    Absence::Replaced => Fact::DefaultRouteRow,
                    _ => Fact::InternetRowUnderBoth,
                };
                let host = self.subnet().map(|id| topology.vnet(id.vnet).provider.unwrap_or(id.vnet));
                node.at(host.map(|host| written.vnet_place(host))).resting_on([fact(reason)])
            }
        }
    }

    /// Adds where an entry comes from.
    fn cause(&self, node: Node, entry: &Entry) -> Node {
        let (topology, written) = (self.reasons.topology, self.written);
        match &entry.cause {
            Cause::OwnRange(vnet) => node.at([written.range(*vnet, entry.prefix)]),
            Cause::PeeredRange(vnet, link) => {
                let link = &topology.vnet(*vnet).links[*link];
                node.at([written.place(link.span, "peering"), written.range(link.remote, entry.prefix)])
            }
            // Why it is gone is said already.
            Cause::Internet if entry.row.is_none() => node,
            Cause::Internet => {
                let here = self.subnet().map(|id| system(written.vnet_place(id.vnet)));
                node.at(here).resting_on([written.fact_line(Fact::DefaultRouteRow)])
            }
            Cause::NoneRange => {
                let here = self.subnet().map(|id| system(written.vnet_place(id.vnet)));
                node.at(here).resting_on([written.fact_line(Fact::NoneRoutes)])
            }
            Cause::User(table, route) => {
                let route = &topology.route_tables[table.index()].routes[*route];
                let named = self.subnet().and_then(|id| {
                    let vnet = &written.document.vnets[id.vnet.index()].body;
                    vnet.subnets[id.index as usize].body.route_table.as_ref()
                });
                node.at([written.place(route.span, "route")])
                    .at(named.map(|name| written.place(name.span, "`route_table` of the subnet")))
            }
            Cause::Endpoint(subnet, place) => {
                let endpoint = &topology.subnet(*subnet).private_endpoints[*place];
                let written_subnet =
                    &written.document.vnets[subnet.vnet.index()].body.subnets[subnet.index as usize].body;
                let policies = written_subnet.private_endpoint_network_policies.as_ref();
                let policies = policies.filter(|policies| policies.value != EndpointPolicies::Disabled);
                node.at([written.place(endpoint.span, "private endpoint")])
                    .at(policies.map(|key| written.place(key.span, "`private_endpoint_network_policies`")))
            }
            Cause::Gateway(gateway) => {
                let child = self.programmer(gateway, entry);
                node.with([child])
            }
            Cause::Held(proof) => {
                node.with(Accounts::new(self, proof, entry.prefix).roots()).with(self.unsettled(proof.class))
            }
            Cause::Originated(class) => {
                let (names, origin) = self.originated(*class, entry.prefix);
                node.with([Node { text: format!("originated by {names}"), ..origin }])
            }
            Cause::Nothing => node,
        }
    }

    fn programmer(&self, gateway: &GatewayCause, entry: &Entry) -> Node {
        let (topology, written) = (self.reasons.topology, self.written);
        let host = &topology.vnet(gateway.host).name;
        let borrowed = self.subnet().filter(|id| id.vnet != gateway.host);
        let peering = borrowed.and_then(|id| written.borrowing(id.vnet));
        if !gateway.told {
            let (names, origin) = self.originated(gateway.class, entry.prefix);
            let node = Node { text: format!("{host} brings it, originated by {names}"), ..origin }.at(peering);
            return node;
        }
        let roots: Vec<Device> = gateway.proof.roots.clone();
        let names: Vec<String> = roots.iter().map(|device| device.name(topology)).collect();
        let names = crate::words::few(names);
        let brings = entry.row.is_some() || gateway.proof.is_held();
        let text = match (brings, borrowed) {
            (true, Some(_)) => format!("{names} programs it, also for the VNets that use its gateways"),
            (true, None) => format!("{names} programs it"),
            (false, Some(_)) => format!("{names} would program it, for the VNets that use its gateways"),
            (false, None) => format!("{names} would program it"),
        };
        let tone = if brings { Tone::Plain } else { Tone::Bad };
        let mut accounts = Accounts::new(self, &gateway.proof, entry.prefix);
        let mut below = accounts.roots();
        if let Some(vpn) = gateway.proof.passed_over {
            let text = format!("{} has it too; ExpressRoute comes before VPN", vpn.name(topology));
            let mut node =
                Node::new(Kind::Offer, Tone::Bad, text).at([written.device(vpn)]).with(accounts.account(vpn));
            node.source = Some("ExpressRoute and site-to-site coexistence page, 2023");
            below.push(node);
        }
        Node::new(Kind::Programmer, tone, text)
            .at(roots.iter().map(|device| written.device(*device)))
            .at(peering)
            .with(below)
            .with(self.unsettled(gateway.class))
    }

    /// That the routes never settle, where they do not.
    fn unsettled(&self, class: ClassId) -> Option<Node> {
        let ribs = self.reasons.ribs;
        let found = ribs.oscillations.iter().find(|oscillation| oscillation.class == class)?;
        let devices: BTreeSet<Device> = found.speakers.iter().map(|id| ribs.network.speaker(*id).device).collect();
        let names = devices.iter().map(|device| device.name(self.reasons.topology));
        let text =
            format!("this never settles: {} keep changing, and one moment of it is told", crate::words::few(names));
        let places = devices.iter().map(|device| self.written.device(*device));
        Some(Node::new(Kind::Unsettled, Tone::Warn, text).at(places))
    }

    /// Who originates a prefix, and a statement with the lines of that, to which words are given by the caller.
    fn originated(&self, class: ClassId, prefix: Ipv4Net) -> (String, Node) {
        let (ribs, topology, written) = (self.reasons.ribs, self.reasons.topology, self.written);
        let class = ribs.class(class);
        let mut names: Vec<String> = Vec::new();
        let mut node = Node::new(Kind::Origin, Tone::Dim, "");
        for (id, kind, _) in &class.origins {
            let device = ribs.network.speaker(*id).device;
            let name = device.name(topology);
            if !names.contains(&name) {
                names.push(name);
            }
            let fact = of_origin(*kind, device).map(|fact| written.fact_line(fact));
            node = node.at(written.origin(device, *kind, prefix)).resting_on(fact);
        }
        for made in &class.summaries {
            let device = ribs.network.speaker(made.speaker).device;
            let name = format!("{} as a summary", device.name(topology));
            if !names.contains(&name) {
                names.push(name);
            }
            node = node.at([written.device(device)]);
        }
        (crate::words::few(names), node)
    }

    fn near(&self, near: &Near) -> Vec<Node> {
        let node = |text: String, prefixes: &[Ipv4Net]| {
            let places = prefixes.iter().flat_map(|prefix| self.origins_of(*prefix));
            Node::new(Kind::Near, Tone::Plain, text).at(places)
        };
        let covering = near.covering.map(|prefix| node(format!("announced around it: {prefix}"), &[prefix]));
        let list: Vec<String> = near.inside.iter().map(ToString::to_string).collect();
        let more = match near.inside_count - near.inside.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let inside = format!("announced inside it: {}{more}", list.join(", "));
        let inside = (!near.inside.is_empty()).then(|| node(inside, &near.inside));
        covering.into_iter().chain(inside).collect()
    }

    /// Where the originators of a prefix say so.
    fn origins_of(&self, prefix: Ipv4Net) -> Vec<Place> {
        let ribs = self.reasons.ribs;
        let classes = ribs.class_ids().map(|id| ribs.class(id)).filter(|class| class.prefixes.contains(&prefix));
        let origins = classes.flat_map(|class| &class.origins);
        let places =
            origins.flat_map(|(id, kind, _)| self.written.origin(ribs.network.speaker(*id).device, *kind, prefix));
        places.collect()
    }
}

/// A system route is written nowhere: the VNet brings it.
fn system(mut place: Place) -> Place {
    place.what = "system route of every VNet".into();
    place.default = true;
    place
}

fn verdict(standing: &Standing) -> &'static str {
    match standing {
        Standing::Decides => "decides",
        Standing::Shorter(_) => "shorter",
        Standing::Beside => "beside",
        Standing::Invalid(_) => "invalid",
        Standing::TakesPart => "takesPart",
        Standing::Absent(_) => "absent",
    }
}
