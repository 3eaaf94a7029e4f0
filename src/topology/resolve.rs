//! Turns what was written into a resolved estate, and reports every name that leads nowhere.

use super::Outages;
use super::addressing;
use super::gateways::{express_route_gateway, route_server, vpn_gateway};
use super::model::*;
use super::names::{Names, found, ipv4, is};
use super::policies::{self, RouteMapTable};
use crate::azure::facts::Facts;
use crate::diagnostic::{Code, Diagnostic, Sink};
use crate::source::Spanned;
use crate::syntax::document::{self as written, Document, Named};
use ipnet::{IpNet, Ipv4Net};
use std::net::Ipv4Addr;

/// Resolves a document. `facts` holds what the command line chose; the document's own `as_of` and `facts` come below it.
///
/// Returns nothing when anything in the sink is an error. Of a document that is broken already only names that lead nowhere are
/// reported on top: whatever else is amiss may follow from what is missing.
pub fn resolve(document: &Document, facts: Facts, sink: &mut Sink) -> Option<Topology> {
    let mut own = Sink::default();
    let topology = resolve_names(document, facts, &mut own);
    let broken = sink.has_errors();
    sink.absorb(own, |diagnostic| !broken || diagnostic.code == Some(Code::UnknownName));
    topology.filter(|_| !broken)
}

fn resolve_names(document: &Document, facts: Facts, sink: &mut Sink) -> Option<Topology> {
    let names = Names::new(document, sink);
    let maps = policies::route_maps(&document.route_maps, &names, sink);
    let route_tables = route_tables(document);
    let vnets = vnets(document, &names, &maps, sink);
    let mut topology = Topology {
        facts,
        vnets,
        routers: Vec::new(),
        load_balancers: Vec::new(),
        circuits: Vec::new(),
        tunnels: Vec::new(),
        sessions: Vec::new(),
        route_tables,
        down: Outages::default(),
    };
    super::peerings::resolve(document, &names, &mut topology, sink);
    topology.routers = super::routers::resolve(document, &names, &maps, sink);
    topology.load_balancers = load_balancers(document, &names, sink);
    topology.circuits = circuits(document, &names, sink);
    super::tunnels::resolve(document, &names, &mut topology, sink);
    (!sink.has_errors()).then_some(topology)
}

/// The facts that a document chooses, over the day it names.
pub fn facts_of(document: &Document, as_of: Option<&str>, sink: &mut Sink) -> Facts {
    let day = as_of.or(document.as_of.as_ref().map(|day| day.value.as_str()));
    let mut facts = Facts::as_of(day);
    for entry in &document.facts {
        let (name, value) = (&entry.name.value, &entry.body.value);
        if let Err(error) = facts.choose(name, value) {
            let (message, help) = error.explain(name, value);
            let span = match error {
                crate::azure::facts::ChoiceError::UnknownFact | crate::azure::facts::ChoiceError::Fixed => {
                    entry.name.span
                }
                _ => entry.body.span,
            };
            sink.push(Diagnostic::error(span, message).help(help));
        }
    }
    facts
}

fn route_tables(document: &Document) -> Vec<RouteTable> {
    let route = |route: &Named<written::UserRoute>| UserRoute {
        name: route.name.value.clone(),
        span: route.name.span,
        prefix: route.body.prefix.value.clone(),
        next_hop: route.body.next_hop.value,
    };
    let table = |table: &Named<written::RouteTable>| RouteTable {
        name: table.name.value.clone(),
        span: table.name.span,
        propagation: is(&table.body.bgp_route_propagation, true),
        routes: table.body.routes.iter().map(route).collect(),
    };
    document.route_tables.iter().map(table).collect()
}

fn vnets(document: &Document, names: &Names<'_>, maps: &RouteMapTable<'_>, sink: &mut Sink) -> Vec<Vnet> {
    let mut vnets = Vec::with_capacity(document.vnets.len());
    for vnet in &document.vnets {
        let body = &vnet.body;
        let subnets: Vec<Subnet> = body.subnets.iter().map(|subnet| resolve_subnet(subnet, names, sink)).collect();
        let resolved = Vnet {
            name: vnet.name.value.clone(),
            span: vnet.name.span,
            region: body.region.as_ref().map(|region| region.value.clone()),
            ranges: ipv4(&body.address_space),
            ipv6_ranges: body
                .address_space
                .iter()
                .filter_map(|range| if let IpNet::V6(net) = range.value { Some(net) } else { None })
                .collect(),
            route_server: body
                .route_servers
                .first()
                .and_then(|server| route_server(server, &subnets, names, maps, sink)),
            vpn_gateway: body.vpn_gateway.as_ref().and_then(|gateway| vpn_gateway(gateway, &subnets, sink)),
            express_route_gateway: body
                .express_route_gateway
                .as_ref()
                .and_then(|gateway| express_route_gateway(gateway, &subnets, body.vpn_gateway.is_some(), sink)),
            summarized_gateway_prefixes: body.summarized_gateway_prefixes.iter().map(|prefix| prefix.value).collect(),
            virtual_machines: body.virtual_machines.as_ref().map(|count| count.value),
            subnets,
            links: Vec::new(),
            provider: None,
        };
        vnets.push(resolved);
    }
    vnets
}

fn resolve_subnet(subnet: &Named<written::Subnet>, names: &Names<'_>, sink: &mut Sink) -> Subnet {
    let body = &subnet.body;
    let ranges = ipv4(&body.prefixes);
    let endpoint = |endpoint: &Named<Spanned<Ipv4Addr>>| PrivateEndpoint {
        name: endpoint.name.value.clone(),
        address: endpoint.body.value,
        span: endpoint.name.span,
    };
    Subnet {
        name: subnet.name.value.clone(),
        span: subnet.name.span,
        route_table: body.route_table.as_ref().and_then(|name| {
            let id = names.route_tables.get(name.value.as_str()).copied();
            found(id, "route table", name, names.route_tables.keys().copied(), sink)
        }),
        service_endpoints: body.service_endpoints.iter().map(|service| service.value.clone()).collect(),
        private_endpoints: body.private_endpoints.iter().map(endpoint).collect(),
        endpoint_policies: body
            .private_endpoint_network_policies
            .as_ref()
            .map(|policies| policies.value)
            .unwrap_or_default(),
        ranges,
    }
}

fn load_balancers(document: &Document, names: &Names<'_>, sink: &mut Sink) -> Vec<LoadBalancer> {
    let mut balancers = Vec::new();
    for balancer in &document.load_balancers {
        let body = &balancer.body;
        let subnet = body.subnet.as_ref().and_then(|name| names.subnet(name, sink));
        let backends = body.backends.iter().filter_map(|name| names.router("NVA", name, sink)).collect();
        if let (Some(subnet), Some(ip)) = (subnet, &body.ip) {
            balancers.push(LoadBalancer {
                name: balancer.name.value.clone(),
                span: balancer.name.span,
                subnet,
                address: ip.value,
                backends,
                ha_ports: is(&body.ha_ports, true),
            });
        }
    }
    balancers
}

/// Names that are listed once; the second of a pair is reported.
fn unique<'n>(names: &'n [Spanned<String>], owner: &str, sink: &mut Sink) -> Vec<&'n Spanned<String>> {
    let mut kept: Vec<&Spanned<String>> = Vec::new();
    for name in names {
        match kept.iter().find(|other| other.value == name.value) {
            Some(first) => {
                let message = format!("{owner} names `{}` twice", name.value);
                sink.push(Diagnostic::error(name.span, message).also(first.span, "first here").help("keep one"));
            }
            None => kept.push(name),
        }
    }
    kept
}

fn circuits(document: &Document, names: &Names<'_>, sink: &mut Sink) -> Vec<Circuit> {
    let mut circuits = Vec::new();
    for circuit in &document.circuits {
        let body = &circuit.body;
        let link =
            |prefix: &Option<Spanned<Ipv4Net>>| prefix.as_ref().and_then(|prefix| addressing::link(prefix.value));
        circuits.push(Circuit {
            name: circuit.name.value.clone(),
            span: circuit.name.span,
            gateways: unique(&body.gateways, "the circuit", sink)
                .into_iter()
                .filter_map(|name| names.vnet(name, sink))
                .collect(),
            sites: unique(&body.sites, "the circuit", sink)
                .into_iter()
                .filter_map(|name| names.router("site", name, sink))
                .collect(),
            links: [link(&body.primary_peer_address_prefix), link(&body.secondary_peer_address_prefix)],
        });
    }
    circuits
}
