//! Subnets that Azure prescribes, which one was meant, and who uses the others.

use crate::azure::{GATEWAY_SUBNET, ROUTE_SERVER_SUBNET};
use crate::lint::context::Context;
use crate::lint::finding::{Edit, Fix};
use crate::source::Span;
use crate::syntax::document as written;
use crate::topology::{SubnetId, VnetId};
use crate::words::closest;
use ipnet::Ipv4Net;
use std::collections::BTreeSet;

impl Context<'_> {
    /// True of a GatewaySubnet with a gateway in it.
    pub(crate) fn holds_gateway(&self, id: SubnetId) -> bool {
        self.topology.subnet(id).name == GATEWAY_SUBNET && !self.gateways(id.vnet).is_empty()
    }

    /// The subnets in which an NVA has a NIC.
    pub(crate) fn subnets_with_nvas(&self) -> BTreeSet<SubnetId> {
        self.topology.routers.iter().flat_map(|router| router.nics()).map(|(subnet, _)| subnet).collect()
    }

    /// See [`crate::topology::Topology::is_workload`].
    pub(crate) fn is_workload(&self, id: SubnetId) -> bool {
        self.topology.is_workload(id)
    }

    /// Every subnet of this name.
    pub(crate) fn subnets_named(&self, name: &str) -> Vec<SubnetId> {
        self.topology.vnet_ids().filter_map(|vnet| self.subnet_named(vnet, name)).collect()
    }

    /// The RouteServerSubnet of every VNet in which a route server is written, with the place of that route server.
    pub(crate) fn route_server_subnets(&self) -> impl Iterator<Item = (SubnetId, Span)> + '_ {
        self.topology
            .vnet_ids()
            .filter_map(|id| Some((self.subnet_named(id, ROUTE_SERVER_SUBNET)?, self.route_server_span(id)?)))
    }

    /// The GatewaySubnet of every VNet in which a gateway is written.
    pub(crate) fn gateway_subnets(&self) -> impl Iterator<Item = SubnetId> + '_ {
        let hosts = self.topology.vnet_ids().filter(|id| !self.gateways(*id).is_empty());
        hosts.filter_map(|id| self.subnet_named(id, GATEWAY_SUBNET))
    }

    /// The widest IPv4 range of a subnet.
    pub(crate) fn widest_range(&self, id: SubnetId) -> Option<Ipv4Net> {
        self.topology.subnet(id).ranges.iter().copied().min_by_key(Ipv4Net::prefix_len)
    }

    /// The subnet that was probably meant to have a name which Azure prescribes, where none has it.
    pub(crate) fn meant(&self, id: VnetId, name: &str) -> Option<SubnetId> {
        if self.subnet_named(id, name).is_some() {
            return None;
        }
        let bare = |name: &str| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
        self.topology.subnet_ids(id).find(|subnet| {
            let bare = bare(&self.topology.subnet(*subnet).name);
            closest(&bare, [name]).is_some() && !(name == GATEWAY_SUBNET && is_other_gateway(&bare))
        })
    }

    /// The mend that gives a subnet another name; none where other objects name it, as they would then lead nowhere.
    pub(crate) fn renamed(&self, id: SubnetId, name: &str) -> Option<Fix> {
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
