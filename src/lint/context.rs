//! What a rule may look at: the document as written, the estate, and, computed when first asked for, routes and tables.
//!
//! Questions that several rules ask are answered here once; what a finding says stays in the rule.

use super::finding::{Edit, Fix};
use super::rule::Ruleset;
use crate::azure::facts::Fact;
use crate::azure::{GATEWAY_SUBNET, ROUTE_SERVER_SUBNET};
use crate::bgp::{self, Ribs};
use crate::effective::{SubnetTable, Tables};
use crate::source::{Sources, Span};
use crate::syntax::document::{self as written, Document, Named};
use crate::topology::{RouterId, SubnetId, Topology, VnetId};
use crate::words::closest;
use ipnet::{IpNet, Ipv4Net};
use std::cell::OnceCell;
use std::net::Ipv4Addr;

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
        }
    }

    /// What every speaker holds.
    pub fn ribs(&self) -> &Ribs {
        self.ribs.get_or_init(|| bgp::run(self.topology))
    }

    /// The effective routes.
    pub fn tables(&self) -> &Tables<'a> {
        self.tables.get_or_init(|| Tables::new(self.topology, self.ribs()))
    }

    /// The effective routes of a subnet.
    pub fn table(&self, id: SubnetId) -> &SubnetTable {
        let all = self.subnet_tables.get_or_init(|| {
            let of_vnet = |vnet| self.tables().of_vnet(vnet).into_iter().map(|(_, table)| table).collect();
            self.topology.vnet_ids().map(of_vnet).collect()
        });
        &all[id.vnet.index()][id.index as usize]
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

    /// The first range of a length in the VNet's address space that no subnet uses.
    pub fn free_range(&self, id: VnetId, length: u8) -> Option<Ipv4Net> {
        let vnet = self.topology.vnet(id);
        let mut taken: Vec<Ipv4Net> = vnet.subnets.iter().flat_map(|subnet| &subnet.ranges).copied().collect();
        taken.sort();
        let spaces = vnet.ranges.iter().filter(|space| space.prefix_len() <= length);
        spaces.copied().find_map(|space| gap(space, length, &taken))
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

    /// A number that Azure limits, as it holds on the day asked for.
    pub fn limit(&self, fact: Fact) -> usize {
        self.topology.facts.number(fact)
    }

    /// Who says that a fact is so.
    pub fn source_of(&self, fact: Fact) -> &'static str {
        self.topology.facts.source(fact)
    }

    /// Where the route server of a VNet is written, also where Azure refuses it and it is planned without.
    pub fn route_server_span(&self, id: VnetId) -> Option<Span> {
        self.written_vnet(id).body.route_servers.first().map(|server| server.span)
    }

    /// The gateways written in a VNet, each with what it is.
    pub fn gateways(&self, id: VnetId) -> Vec<(&'static str, Span)> {
        let body = &self.written_vnet(id).body;
        let vpn = body.vpn_gateway.as_ref().map(|gateway| ("VPN gateway", gateway.span));
        let express_route = body.express_route_gateway.as_ref().map(|gateway| ("ExpressRoute gateway", gateway.span));
        vpn.into_iter().chain(express_route).collect()
    }

    /// The RouteServerSubnet of every VNet in which a route server is written, with the place of that route server.
    pub fn route_server_subnets(&self) -> impl Iterator<Item = (SubnetId, Span)> + '_ {
        self.topology
            .vnet_ids()
            .filter_map(|id| Some((self.subnet_named(id, ROUTE_SERVER_SUBNET)?, self.route_server_span(id)?)))
    }

    /// The GatewaySubnet of every VNet in which a gateway is written.
    pub fn gateway_subnets(&self) -> impl Iterator<Item = SubnetId> + '_ {
        let hosts = self.topology.vnet_ids().filter(|id| !self.gateways(*id).is_empty());
        hosts.filter_map(|id| self.subnet_named(id, GATEWAY_SUBNET))
    }

    /// The widest IPv4 range of a subnet.
    pub fn widest_range(&self, id: SubnetId) -> Option<Ipv4Net> {
        self.topology.subnet(id).ranges.iter().copied().min_by_key(Ipv4Net::prefix_len)
    }

    /// A range of a length for a subnet: its own, made wider, where nothing is in the way, or else a free one.
    pub fn roomier_range(&self, id: SubnetId, length: u8) -> Option<Ipv4Net> {
        let vnet = self.topology.vnet(id.vnet);
        let others = || self.topology.subnet_ids(id.vnet).filter(|other| *other != id);
        let free = |wider: &Ipv4Net| {
            let in_the_way = |range: &Ipv4Net| wider.contains(range) || range.contains(wider);
            vnet.covers(*wider) && !others().any(|other| self.topology.subnet(other).ranges.iter().any(in_the_way))
        };
        let wider = self.widest_range(id).and_then(|range| Ipv4Net::new(range.addr(), length).ok());
        wider.map(|wider| wider.trunc()).filter(free).or_else(|| self.free_range(id.vnet, length))
    }

    /// The subnet that was probably meant to have a name which Azure prescribes, where none has it.
    pub fn meant(&self, id: VnetId, name: &str) -> Option<SubnetId> {
        if self.subnet_named(id, name).is_some() {
            return None;
        }
        let bare = |name: &str| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
        self.topology.subnet_ids(id).find(|subnet| {
            let bare = bare(&self.topology.subnet(*subnet).name);
            closest(&bare, [name]).is_some() && !is_other_gateway(&bare)
        })
    }

    /// The mend that gives a subnet another name; none where other objects name it, as they would then lead nowhere.
    pub fn renamed(&self, id: SubnetId, name: &str) -> Option<Fix> {
        let full = self.topology.subnet_name(id);
        let document = self.document;
        let nics = document.nvas.iter().flat_map(|nva| {
            nva.body.subnet.iter().chain(nva.body.interfaces.iter().map(|interface| &interface.subnet))
        });
        let frontends = document.load_balancers.iter().filter_map(|balancer| balancer.body.subnet.as_ref());
        let named = nics.chain(frontends).any(|reference| reference.value == full);
        let written = &self.written_subnet(id).name;
        let peered = document.peerings.iter().flat_map(subnets_of_peering).any(|subnet| *subnet == written.value);
        if named || peered {
            return None;
        }
        let span = written.span;
        Some(Fix { title: format!("rename the subnet to `{name}`"), edits: vec![Edit { span, text: name.to_owned() }] })
    }
}

/// Every subnet that a subnet peering names, of either VNet.
fn subnets_of_peering(peering: &written::Peering) -> impl Iterator<Item = &String> {
    let sides = peering.sides.iter().map(|side| &side.body).chain([&peering.flags]);
    let listed = sides.flat_map(|flags| flags.local_subnet_names.iter().chain(&flags.remote_subnet_names));
    listed.chain(peering.subnets.iter().flat_map(|entry| &entry.body)).map(|name| &name.value)
}

/// True of subnets for gateways that are no virtual network gateways: those of an application gateway, a NAT gateway, an API gateway.
fn is_other_gateway(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["app", "nat", "api"].iter().any(|word| name.starts_with(word) || name.ends_with(word))
}

/// The first range of a length in a space that overlaps none of `taken`, which is sorted.
fn gap(space: Ipv4Net, length: u8, taken: &[Ipv4Net]) -> Option<Ipv4Net> {
    let bounds = |net: &Ipv4Net| (u64::from(u32::from(net.network())), u64::from(u32::from(net.broadcast())) + 1);
    let size = 1u64 << (32 - length);
    let (mut start, end) = bounds(&space);
    for range in taken {
        let (first, after) = bounds(range);
        if first >= start + size {
            break;
        }
        if after > start {
            start = after.next_multiple_of(size);
        }
    }
    let address = u32::try_from(start).ok().filter(|_| start + size <= end)?;
    Ipv4Net::new(Ipv4Addr::from(address), length).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_the_first_aligned_range_that_nothing_uses() {
        let net = |text: &str| text.parse::<Ipv4Net>().unwrap();
        let taken = [net("10.0.0.0/26"), net("10.0.0.0/28"), net("10.0.0.96/27"), net("10.0.1.0/24")];
        assert_eq!(gap(net("10.0.0.0/23"), 27, &taken), Some(net("10.0.0.64/27")));
        assert_eq!(gap(net("10.0.0.0/23"), 26, &taken), Some(net("10.0.0.128/26")));
        assert_eq!(gap(net("10.0.0.0/23"), 24, &taken), None);
        assert_eq!(gap(net("255.255.255.0/24"), 25, &[net("255.255.255.0/25")]), Some(net("255.255.255.128/25")));
        assert_eq!(gap(net("255.255.255.0/24"), 25, &[net("255.255.255.0/24")]), None);
    }
}
