//! A document as if something had never been in it: the object goes, and everything that names it.
//!
//! Whatever is named by its address stays, such as a user-defined route that points at an NVA: that is what such a route does in
//! Azure, too.

mod joins;

use super::pick::{Mistake, Named as Thing, ends, pick};
use crate::azure::{GATEWAY_SUBNET, ROUTE_SERVER_SUBNET};
use crate::source::Spanned;
use crate::syntax::document::{
    Document, Named, Peering, PeeringFlags, PeeringForm, PolicyRef, RouteServer, Router, Rule,
};
use joins::{End, covers, joins};
use std::collections::BTreeSet;

/// The words that stand for many objects at once.
const ALL: [(&str, Many); 3] =
    [("udr", Many::Routes), ("route-tables", Many::Tables), ("route-server", Many::RouteServers)];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Many {
    Routes,
    Tables,
    RouteServers,
}

/// One object of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Object<'d> {
    Vnet(&'d str),
    Subnet(&'d str, &'d str),
    RouteServer(&'d str),
    VpnGateway(&'d str),
    ExpressRouteGateway(&'d str),
    Router(&'d str),
    LoadBalancer(&'d str),
    Circuit(&'d str),
    RouteTable(&'d str),
}

impl<'d> Object<'d> {
    /// As an end of what joins two objects.
    fn end(self) -> Option<End<'d>> {
        match self {
            Object::Vnet(name) => Some(End::Vnet(name)),
            Object::RouteServer(vnet) => Some(End::RouteServer(vnet)),
            Object::VpnGateway(vnet) => Some(End::VpnGateway(vnet)),
            Object::ExpressRouteGateway(vnet) => Some(End::ExpressRouteGateway(vnet)),
            Object::Router(name) => Some(End::Router(name)),
            Object::Circuit(name) => Some(End::Circuit(name)),
            Object::Subnet(..) | Object::LoadBalancer(_) | Object::RouteTable(_) => None,
        }
    }
}

/// The document without each of `what`: `udr`, `route-tables`, `route-server`, the name of an object, or `A~B` for what joins two.
///
/// What is left still resolves: nothing of it names what is gone. A rule that looked at routes of what is gone only is gone too.
///
/// # Errors
/// A name that means nothing or several things, and what could be meant.
pub fn without(document: &Document, what: &[String]) -> Result<Document, (String, String)> {
    let things = things(document);
    let mut gone = Gone::default();
    for text in what.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        gone.add(document, text, &things)?;
    }
    gone.follow(document);
    let mut left = document.clone();
    gone.take_out(&mut left);
    Ok(left)
}

/// The name of every single object that can be left out, in file order.
pub fn objects(document: &Document) -> Vec<String> {
    things(document).into_iter().map(|thing| thing.name).collect()
}

fn things(document: &Document) -> Vec<Thing<Object<'_>>> {
    let mut things = Vec::new();
    let mut add = |section, name: String, what| things.push(Thing { section, name, what });
    for vnet in &document.vnets {
        let name = vnet.name.value.as_str();
        add("vnets", name.to_owned(), Object::Vnet(name));
        let gateways = [
            (!vnet.body.route_servers.is_empty(), "route_server", Object::RouteServer(name)),
            (vnet.body.vpn_gateway.is_some(), "vpn_gateway", Object::VpnGateway(name)),
            (vnet.body.express_route_gateway.is_some(), "express_route_gateway", Object::ExpressRouteGateway(name)),
        ];
        for (_, key, object) in gateways.into_iter().filter(|(present, ..)| *present) {
            add("vnets", format!("{name}/{key}"), object);
        }
        for subnet in &vnet.body.subnets {
            let subnet = subnet.name.value.as_str();
            add("vnets", format!("{name}/{subnet}"), Object::Subnet(name, subnet));
        }
    }
    names(&document.nvas).for_each(|name| add("nvas", name.to_owned(), Object::Router(name)));
    names(&document.load_balancers).for_each(|name| add("load_balancers", name.to_owned(), Object::LoadBalancer(name)));
    names(&document.sites).for_each(|name| add("sites", name.to_owned(), Object::Router(name)));
    names(&document.circuits).for_each(|name| add("circuits", name.to_owned(), Object::Circuit(name)));
    names(&document.route_tables).for_each(|name| add("route_tables", name.to_owned(), Object::RouteTable(name)));
    things
}

fn names<T>(entries: &[Named<T>]) -> impl Iterator<Item = &str> {
    entries.iter().map(|entry| entry.name.value.as_str())
}

/// What goes.
#[derive(Default)]
struct Gone<'d> {
    vnets: BTreeSet<&'d str>,
    subnets: BTreeSet<(&'d str, &'d str)>,
    /// VNets whose route server goes; the same of gateways.
    route_servers: BTreeSet<&'d str>,
    vpn_gateways: BTreeSet<&'d str>,
    express_route_gateways: BTreeSet<&'d str>,
    routers: BTreeSet<&'d str>,
    load_balancers: BTreeSet<&'d str>,
    circuits: BTreeSet<&'d str>,
    route_tables: BTreeSet<&'d str>,
    user_routes: bool,
    /// What joins these.
    between: Vec<(End<'d>, End<'d>)>,
}

impl<'d> Gone<'d> {
    fn add(&mut self, document: &'d Document, text: &str, things: &[Thing<Object<'d>>]) -> Result<(), Mistake> {
        if let Some((_, many)) = ALL.iter().find(|(word, _)| *word == text) {
            match many {
                Many::Routes => self.user_routes = true,
                Many::Tables => self.route_tables.extend(names(&document.route_tables)),
                Many::RouteServers => self.route_servers.extend(names(&document.vnets)),
            }
            return Ok(());
        }
        if let Some((one, other)) = ends(text)? {
            self.between.push(self.pair(document, (one, other), things)?);
            return Ok(());
        }
        match pick_object(text, things)? {
            Object::Vnet(name) => self.vnets.insert(name),
            Object::Subnet(vnet, subnet) => self.subnets.insert((vnet, subnet)),
            Object::RouteServer(vnet) => self.route_servers.insert(vnet),
            Object::VpnGateway(vnet) => self.vpn_gateways.insert(vnet),
            Object::ExpressRouteGateway(vnet) => self.express_route_gateways.insert(vnet),
            Object::Router(name) => self.routers.insert(name),
            Object::LoadBalancer(name) => self.load_balancers.insert(name),
            Object::Circuit(name) => self.circuits.insert(name),
            Object::RouteTable(name) => self.route_tables.insert(name),
        };
        Ok(())
    }

    fn pair(
        &self,
        document: &'d Document,
        (one, other): (&str, &str),
        things: &[Thing<Object<'d>>],
    ) -> Result<(End<'d>, End<'d>), Mistake> {
        let end = |thing: &Thing<Object<'d>>| {
            thing.what.end().map(|what| Thing { section: thing.section, name: thing.name.clone(), what })
        };
        let ended: Vec<Thing<End<'d>>> = things.iter().filter_map(end).collect();
        let (first, second) = (pick_object(one, &ended)?, pick_object(other, &ended)?);
        let all = joins(document);
        if all.iter().any(|(a, b)| are_between((first, second), (*a, *b))) {
            return Ok((first, second));
        }
        let mut joined: Vec<String> = all
            .iter()
            .flat_map(|(a, b)| [(*a, *b), (*b, *a)])
            .filter(|(a, _)| covers(first, *a))
            .map(|(_, b)| b.to_string())
            .collect();
        joined.sort();
        joined.dedup();
        let help = match joined.len() {
            0 => format!("`{one}` is joined with nothing"),
            count if count > 12 => {
                format!("`{one}` is joined with {} and {} more", joined[..12].join(", "), count - 12)
            }
            _ => format!("`{one}` is joined with {}", joined.join(", ")),
        };
        Err((format!("nothing joins `{one}` and `{other}`"), help))
    }

    /// Adds what stands in what goes: subnets in VNets, gateways, NVAs and load balancers in subnets.
    fn follow(&mut self, document: &'d Document) {
        for vnet in &document.vnets {
            let name = vnet.name.value.as_str();
            let all = self.vnets.contains(name);
            self.subnets.extend(names(&vnet.body.subnets).filter(|_| all).map(|subnet| (name, subnet)));
            if all || self.subnets.contains(&(name, ROUTE_SERVER_SUBNET)) {
                self.route_servers.insert(name);
            }
            if all || self.subnets.contains(&(name, GATEWAY_SUBNET)) {
                self.vpn_gateways.insert(name);
                self.express_route_gateways.insert(name);
            }
        }
        let inside = |gone: &Self, subnet: &Option<Spanned<String>>| {
            subnet.as_ref().is_some_and(|subnet| gone.has_subnet(&subnet.value))
        };
        let routers = document.nvas.iter().filter(|nva| inside(self, &nva.body.subnet));
        let routers: Vec<&str> = routers.map(|nva| nva.name.value.as_str()).collect();
        self.routers.extend(routers);
        let balancers = document.load_balancers.iter().filter(|balancer| inside(self, &balancer.body.subnet));
        let balancers: Vec<&str> = balancers.map(|balancer| balancer.name.value.as_str()).collect();
        self.load_balancers.extend(balancers);
    }

    fn has_subnet(&self, name: &str) -> bool {
        name.split_once('/')
            .is_some_and(|(vnet, subnet)| self.vnets.contains(vnet) || self.subnets.contains(&(vnet, subnet)))
    }

    /// Whether a peer of this name goes: a VNet, a router or a circuit.
    fn has_peer(&self, name: &str) -> bool {
        self.vnets.contains(name) || self.routers.contains(name) || self.circuits.contains(name)
    }

    /// Whether a VPN connection loses the end of this name: a VNet means its VPN gateway.
    fn has_tunnel_end(&self, name: &str) -> bool {
        self.vnets.contains(name) || self.vpn_gateways.contains(name) || self.routers.contains(name)
    }

    fn parts(&self, one: End<'_>, other: End<'_>) -> bool {
        self.between.iter().any(|pair| are_between(*pair, (one, other)))
    }

    fn take_out(&self, document: &mut Document) {
        document.vnets.retain(|vnet| !self.vnets.contains(vnet.name.value.as_str()));
        for vnet in &mut document.vnets {
            let name = vnet.name.value.as_str();
            let body = &mut vnet.body;
            body.subnets.retain(|subnet| !self.subnets.contains(&(name, subnet.name.value.as_str())));
            for subnet in &mut body.subnets {
                subnet.body.route_table.take_if(|table| self.route_tables.contains(table.value.as_str()));
            }
            if self.route_servers.contains(name) {
                body.route_servers.clear();
            }
            for server in &mut body.route_servers {
                self.take_out_of_server(name, &mut server.value);
            }
            body.vpn_gateway.take_if(|_| self.vpn_gateways.contains(name));
            body.express_route_gateway.take_if(|_| self.express_route_gateways.contains(name));
        }
        self.take_out_of_peerings(&mut document.peerings);
        for hub in self.without_gateways(document) {
            document.peerings.iter_mut().for_each(|peering| stop_borrowing(peering, &hub));
        }
        for routers in [&mut document.nvas, &mut document.sites] {
            routers.retain(|router| !self.routers.contains(router.name.value.as_str()));
            routers.iter_mut().for_each(|router| self.take_out_of_router(router));
        }
        document.load_balancers.retain(|balancer| !self.load_balancers.contains(balancer.name.value.as_str()));
        for balancer in &mut document.load_balancers {
            balancer.body.backends.retain(|name| !self.routers.contains(name.value.as_str()));
        }
        document.connections.retain(|connection| {
            let (a, b) = (connection.between.0.value.as_str(), connection.between.1.value.as_str());
            !self.has_tunnel_end(a) && !self.has_tunnel_end(b) && !self.parts_tunnel(a, b)
        });
        document.circuits.retain(|circuit| !self.circuits.contains(circuit.name.value.as_str()));
        for circuit in &mut document.circuits {
            let own = End::Circuit(&circuit.name.value);
            circuit.body.gateways.retain(|vnet| {
                let vnet = vnet.value.as_str();
                let gone = self.vnets.contains(vnet) || self.express_route_gateways.contains(vnet);
                !gone && !self.parts(own, End::ExpressRouteGateway(vnet))
            });
            circuit.body.sites.retain(|site| {
                let site = site.value.as_str();
                !self.routers.contains(site) && !self.parts(own, End::Router(site))
            });
        }
        document.sessions.retain(|session| {
            let (a, b) = (session.between.0.value.as_str(), session.between.1.value.as_str());
            let gone = self.routers.contains(a) || self.routers.contains(b);
            !gone && !self.parts(End::Router(a), End::Router(b))
        });
        document.route_tables.retain(|table| !self.route_tables.contains(table.name.value.as_str()));
        for table in document.route_tables.iter_mut().filter(|_| self.user_routes) {
            table.body.routes.clear();
        }
        for map in &mut document.route_maps {
            self.take_out_of_rules(&mut map.body);
        }
    }

    /// VNets that lose the last thing that others could use over a peering.
    fn without_gateways(&self, document: &Document) -> Vec<String> {
        let loses = |name: &str| {
            self.route_servers.contains(name)
                || self.vpn_gateways.contains(name)
                || self.express_route_gateways.contains(name)
        };
        let lends_nothing = |vnet: &&Named<crate::syntax::document::Vnet>| {
            let body = &vnet.body;
            body.route_servers.is_empty() && body.vpn_gateway.is_none() && body.express_route_gateway.is_none()
        };
        let vnets = document.vnets.iter().filter(lends_nothing).map(|vnet| &vnet.name.value);
        vnets.filter(|name| loses(name)).cloned().collect()
    }

    fn take_out_of_server(&self, vnet: &str, server: &mut RouteServer) {
        server.peers.retain(|peer| {
            let nva = peer.nva.value.as_str();
            !self.routers.contains(nva) && !self.parts(End::RouteServer(vnet), End::Router(nva))
        });
        server.vpn.take_if(|_| self.vpn_gateways.contains(vnet));
        server.express_route.take_if(|_| self.express_route_gateways.contains(vnet));
    }

    /// A name in a connection is a VNet or a router, and nothing is both.
    fn parts_tunnel(&self, a: &str, b: &str) -> bool {
        let either = |name| [End::VpnGateway(name), End::Router(name)];
        either(a).into_iter().any(|a| either(b).into_iter().any(|b| self.parts(a, b)))
    }

    fn take_out_of_peerings(&self, peerings: &mut Vec<Peering>) {
        peerings.retain(|peering| {
            let (a, b) = peering.ends();
            let gone = self.vnets.contains(a) || self.vnets.contains(b);
            !gone && !self.parts(End::Vnet(a), End::Vnet(b))
        });
        for peering in peerings {
            for entry in &mut peering.subnets {
                let vnet = entry.name.value.as_str();
                entry.body.retain(|subnet| !self.subnets.contains(&(vnet, subnet.value.as_str())));
            }
            self.take_subnets_out(peering);
        }
    }

    /// Lists of subnets in the flags: those of one side are of the one VNet or the other, those of both sides are of either.
    fn take_subnets_out(&self, peering: &mut Peering) {
        let (a, b) = peering.ends();
        let (a, b) = (a.to_owned(), b.to_owned());
        let keep = |list: &mut Vec<Spanned<String>>, vnet: &str| {
            list.retain(|subnet| !self.subnets.contains(&(vnet, subnet.value.as_str())));
        };
        for side in &mut peering.sides {
            let (own, other) = if side.name.value == a { (&a, &b) } else { (&b, &a) };
            keep(&mut side.body.local_subnet_names, own);
            keep(&mut side.body.remote_subnet_names, other);
        }
        if matches!(peering.form, PeeringForm::OneWay { .. }) {
            keep(&mut peering.flags.local_subnet_names, &a);
            keep(&mut peering.flags.remote_subnet_names, &b);
            return;
        }
        // What both sides list is a subnet of either VNet. The side that looks into the other one keeps it.
        let common = peering.flags.remote_subnet_names.clone();
        for (own, other) in [(&a, &b), (&b, &a)] {
            if !common.iter().any(|subnet| self.subnets.contains(&(own.as_str(), subnet.value.as_str()))) {
                continue;
            }
            let mut listed = common.clone();
            keep(&mut listed, other);
            let side = peering.sides.iter_mut().find(|side| side.name.value == *own);
            match side {
                Some(side) if side.body.remote_subnet_names.is_empty() => side.body.remote_subnet_names = listed,
                Some(_) => {}
                None => {
                    let name = Spanned::new(own.clone(), peering.span);
                    let body = PeeringFlags { remote_subnet_names: listed, ..PeeringFlags::default() };
                    peering.sides.push(Named { name, body });
                }
            }
        }
        for vnet in [&a, &b] {
            keep(&mut peering.flags.local_subnet_names, vnet);
            keep(&mut peering.flags.remote_subnet_names, vnet);
        }
    }

    fn take_out_of_router(&self, router: &mut Named<Router>) {
        let name = router.name.value.as_str();
        let body = &mut router.body;
        body.interfaces.retain(|interface| !self.has_subnet(&interface.subnet.value));
        for policies in [&mut body.import, &mut body.export] {
            policies.retain(|policy| !self.has_peer(&policy.name.value));
            for policy in policies {
                if let PolicyRef::Rules(rules) = &mut policy.body {
                    self.take_out_of_rules(rules);
                }
            }
        }
        body.vpn.retain(|vpn| {
            let vnet = vpn.gateway.value.as_str();
            !self.has_tunnel_end(vnet) && !self.parts(End::VpnGateway(vnet), End::Router(name))
        });
    }

    /// Without a condition a rule would match everything: one whose only sources are gone matches nothing, and goes.
    fn take_out_of_rules(&self, rules: &mut Vec<Rule>) {
        rules.retain_mut(|rule| {
            let sources = &mut rule.matches.learned_from;
            let conditional = !sources.is_empty();
            sources.retain(|source| !self.has_peer(&source.value));
            !(conditional && sources.is_empty())
        });
    }
}

/// Nobody would have switched on a gateway that had never been there, and Azure would have refused it.
fn stop_borrowing(peering: &mut Peering, hub: &str) {
    let (a, b) = peering.ends();
    let spoke = if a == hub { b } else { a }.to_owned();
    let off = Some(Spanned::new(false, peering.span));
    match &peering.form {
        PeeringForm::HubSpoke { hub: lender, .. } if lender.value != hub => return,
        PeeringForm::OneWay { remote, .. } => {
            if remote.value == hub && peering.flags.use_remote_gateways.is_some() {
                peering.flags.use_remote_gateways = off;
            }
            return;
        }
        PeeringForm::Between(one, other) if one.value != hub && other.value != hub => return,
        PeeringForm::HubSpoke { .. } | PeeringForm::Between(..) => {}
    }
    match peering.sides.iter_mut().find(|side| side.name.value == spoke) {
        Some(side) => side.body.use_remote_gateways = off,
        None => {
            let name = Spanned::new(spoke, peering.span);
            let body = PeeringFlags { use_remote_gateways: off, ..PeeringFlags::default() };
            peering.sides.push(Named { name, body });
        }
    }
}

fn are_between(pair: (End<'_>, End<'_>), (a, b): (End<'_>, End<'_>)) -> bool {
    (covers(pair.0, a) && covers(pair.1, b)) || (covers(pair.0, b) && covers(pair.1, a))
}

fn pick_object<T: Copy>(text: &str, things: &[Thing<T>]) -> Result<T, Mistake> {
    if let Some((name, _)) = text.rsplit_once(':') {
        let help = format!("write `--without {name}`, or `--down {text}` for one that has failed");
        return Err((format!("`{text}` names one instance, and no instance is ever missing"), help));
    }
    pick(text, things)
}
