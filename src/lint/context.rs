//! What a rule may look at: the document as written, the estate, and, computed when first asked for, routes and tables.
//!
//! Questions that several rules ask are answered here once; what a finding says stays in the rule.

use super::ignore::{self, Ignore};
use super::questions::address_holders::Appliances;
use super::questions::announced_next_hops::Announced;
use super::questions::self_routes::SelfRoute;
use super::rule::Ruleset;
use crate::analysis::forward::{self, Forwarding};
use crate::analysis::limits::Loads;
use crate::azure::facts::Fact;
use crate::bgp::{self, Device, Ribs};
use crate::effective::{SubnetTable, Tables};
use crate::source::{Sources, Span};
use crate::syntax::document::{self as written, Document, Named};
use crate::topology::{RouterId, SubnetId, Topology, VnetId};
use ipnet::{IpNet, Ipv4Net};
use std::cell::OnceCell;
use std::ops::Range;

/// What a rule may look at.
pub struct Context<'a> {
    /// The files.
    pub sources: &'a Sources,
    /// What was written. VNets, subnets and route tables stand at the index of their ids.
    pub document: &'a Document,
    /// The estate.
    pub topology: &'a Topology,
    /// Whose statements hold.
    pub ruleset: Ruleset,
    ribs: OnceCell<Ribs>,
    tables: OnceCell<Tables<'a>>,
    subnet_tables: OnceCell<Vec<Vec<SubnetTable>>>,
    index: OnceCell<forward::Index>,
    loads: OnceCell<Loads>,
    files: Range<usize>,
    ignores: OnceCell<Vec<Ignore>>,
    pub(super) self_routes: OnceCell<Vec<SelfRoute>>,
    pub(super) announced: OnceCell<Vec<Announced>>,
    pub(super) appliances: OnceCell<Appliances<'a>>,
    pub(super) taken: OnceCell<Vec<Ipv4Net>>,
}

impl<'a> Context<'a> {
    /// A context in which nothing is computed yet.
    pub fn new(sources: &'a Sources, document: &'a Document, topology: &'a Topology, ruleset: Ruleset) -> Self {
        Context {
            sources,
            document,
            topology,
            ruleset,
            ribs: OnceCell::new(),
            tables: OnceCell::new(),
            subnet_tables: OnceCell::new(),
            index: OnceCell::new(),
            loads: OnceCell::new(),
            files: 0..sources.len(),
            ignores: OnceCell::new(),
            self_routes: OnceCell::new(),
            announced: OnceCell::new(),
            appliances: OnceCell::new(),
            taken: OnceCell::new(),
        }
    }

    /// Says which of the files the estate was read from, where others were read too.
    pub fn of_files(mut self, files: Range<usize>) -> Self {
        self.files = files;
        self
    }

    /// The comments in the estate's files that ignore findings.
    pub fn ignores(&self) -> &[Ignore] {
        self.ignores.get_or_init(|| {
            let of = |id| ignore::ignores(id, self.sources.file(id));
            self.sources.ids().skip(self.files.start).take(self.files.len()).flat_map(of).collect()
        })
    }

    /// What every speaker holds.
    pub fn ribs(&self) -> &Ribs {
        self.ribs.get_or_init(|| bgp::run(self.topology))
    }

    /// The prefixes at every place where Azure counts them.
    pub fn loads(&self) -> &Loads {
        self.loads.get_or_init(|| Loads::new(self.topology, self.ribs()))
    }

    /// The effective routes.
    pub fn tables(&self) -> &Tables<'a> {
        self.tables.get_or_init(|| Tables::new(self.topology, self.ribs()))
    }

    /// The effective routes of a subnet.
    pub fn table(&self, id: SubnetId) -> &SubnetTable {
        &self.all_tables()[id.vnet.index()][id.index as usize]
    }

    fn all_tables(&self) -> &[Vec<SubnetTable>] {
        self.subnet_tables.get_or_init(|| {
            let of_vnet = |vnet| self.tables().of_vnet(vnet).into_iter().map(|(_, table)| table).collect();
            self.topology.vnet_ids().map(of_vnet).collect()
        })
    }

    /// Where packets go.
    pub fn forwarding(&self) -> Forwarding<'_> {
        let (topology, ribs, tables) = (self.topology, self.ribs(), self.all_tables());
        Forwarding { topology, ribs, tables, index: self.index.get_or_init(|| forward::Index::new(topology, ribs)) }
    }

    /// Every subnet of the estate, in file order.
    pub fn subnets(&self) -> impl Iterator<Item = SubnetId> + '_ {
        self.topology.vnet_ids().flat_map(|vnet| self.topology.subnet_ids(vnet))
    }

    /// Every NVA and site, NVAs first, in file order.
    pub fn routers(&self) -> impl Iterator<Item = RouterId> + use<> {
        (0..self.topology.routers.len() as u32).map(RouterId)
    }

    /// A VNet as written.
    pub fn written_vnet(&self, id: VnetId) -> &'a Named<written::Vnet> {
        &self.document.vnets[id.index()]
    }

    /// A subnet as written.
    pub fn written_subnet(&self, id: SubnetId) -> &'a Named<written::Subnet> {
        &self.written_vnet(id.vnet).body.subnets[id.index as usize]
    }

    /// An NVA or a site as written.
    pub fn written_router(&self, id: RouterId) -> &'a Named<written::Router> {
        let nvas = &self.document.nvas;
        nvas.get(id.index()).unwrap_or_else(|| &self.document.sites[id.index() - nvas.len()])
    }

    /// The subnet of a name, as written.
    pub fn subnet_named(&self, vnet: VnetId, name: &str) -> Option<SubnetId> {
        let index = self.topology.vnet(vnet).subnets.iter().position(|subnet| subnet.name == name)?;
        Some(SubnetId { vnet, index: index as u32 })
    }

    /// Where the first IPv4 range of a subnet is written; else its first range, else its name.
    pub fn range_span(&self, id: SubnetId) -> Span {
        let subnet = self.written_subnet(id);
        let ranges = &subnet.body.prefixes;
        let ipv4 = ranges.iter().find(|range| matches!(range.value, IpNet::V4(_)));
        ipv4.or(ranges.first()).map_or(subnet.name.span, |range| range.span)
    }

    /// Where the route table of a subnet is named; the subnet's name where it has none.
    pub fn table_span(&self, id: SubnetId) -> Span {
        let subnet = self.written_subnet(id);
        subnet.body.route_table.as_ref().map_or(subnet.name.span, |name| name.span)
    }

    /// `vnets.hub`.
    pub fn vnet_path(&self, id: VnetId) -> String {
        format!("vnets.{}", self.topology.vnet(id).name)
    }

    /// `vnets.hub.subnets.app`.
    pub fn subnet_path(&self, id: SubnetId) -> String {
        format!("{}.subnets.{}", self.vnet_path(id.vnet), self.topology.subnet(id).name)
    }

    /// `nvas.fw1` or `sites.dc1`.
    pub fn router_path(&self, id: RouterId) -> String {
        let router = self.topology.router(id);
        format!("{}.{}", if router.is_nva() { "nvas" } else { "sites" }, router.name)
    }

    /// `peerings.hub.spoke1`: the two VNets in order of name, so that either form of writing it gives the same path.
    pub fn peering_path(&self, one: VnetId, other: VnetId) -> String {
        let mut names = [&self.topology.vnet(one).name, &self.topology.vnet(other).name];
        names.sort();
        format!("peerings.{}.{}", names[0], names[1])
    }

    /// `connections.a.b`: the ends in order of name.
    pub fn connection_path(&self, one: &str, other: &str) -> String {
        format!("connections.{}.{}", one.min(other), one.max(other))
    }

    /// Where a device is written; none of what Microsoft keeps.
    pub fn device_span(&self, device: Device) -> Option<Span> {
        let topology = self.topology;
        match device {
            Device::RouteServer(id) => topology.vnet(id).route_server.as_ref().map(|server| server.span),
            Device::VpnGateway(id) => topology.vnet(id).vpn_gateway.as_ref().map(|gateway| gateway.span),
            Device::ExpressRouteGateway(id) => {
                topology.vnet(id).express_route_gateway.as_ref().map(|gateway| gateway.span)
            }
            Device::Router(id) => Some(topology.router(id).span),
            Device::Edge(_) => None,
        }
    }

    /// The name of a VNet.
    pub fn name_of(&self, id: VnetId) -> &'a str {
        &self.topology.vnet(id).name
    }

    /// A number that Azure limits, as it holds on the day asked for.
    pub fn limit(&self, fact: Fact) -> usize {
        self.topology.facts.number(fact)
    }

    /// Who says that a fact is so.
    pub fn source_of(&self, fact: Fact) -> &'static str {
        self.topology.facts.source(fact)
    }

    /// `vnets.hub.route_server`.
    pub fn route_server_path(&self, id: VnetId) -> String {
        format!("{}.route_server", self.vnet_path(id))
    }

    /// `vnets.hub.route_server.peers.fw1`.
    pub fn peer_path(&self, host: VnetId, router: RouterId) -> String {
        format!("{}.route_server.peers.{}", self.vnet_path(host), self.topology.router(router).name)
    }

    /// The subnets that use each route table, in file order, at the index of the table.
    pub fn subnets_of_tables(&self) -> Vec<Vec<SubnetId>> {
        let mut users = vec![Vec::new(); self.topology.route_tables.len()];
        for id in self.subnets() {
            if let Some(table) = self.topology.subnet(id).route_table {
                users[table.index()].push(id);
            }
        }
        users
    }
}
