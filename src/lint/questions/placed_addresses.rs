//! What sits in a subnet at an address of its own: NICs of NVAs, frontends of load balancers, private endpoints.
//!
//! Instances of route servers and gateways are not here: Azure places those.

use crate::lint::context::Context;
use crate::source::Span;
use crate::topology::{RouterId, RouterKind, SubnetId, VnetId};
use ipnet::Ipv4Net;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// Addresses at the start of a subnet that Azure keeps: network, gateway and two for DNS (Virtual Network FAQ, 2019-02-12). The
/// last one is kept too.
pub(crate) const KEPT_AT_THE_START: u32 = 4;

/// Something at an address.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    /// "NVA `fw1`".
    pub(crate) what: String,
    /// The path of the object.
    pub(crate) object: String,
    /// What tells it apart from others of the object: the subnet of a further NIC.
    pub(crate) key: String,
    /// The subnet it names.
    pub(crate) subnet: SubnetId,
    /// Where it names the subnet; where it is written, when it stands in the subnet itself.
    pub(crate) subnet_span: Span,
    /// Its address.
    pub(crate) address: Ipv4Addr,
    /// Where the address is written.
    pub(crate) span: Span,
}

/// Everything that sits at an address, and which addresses are taken thereby.
#[derive(Debug, Default)]
pub(crate) struct Placements {
    /// NVAs, load balancers, private endpoints, each in file order.
    pub(crate) all: Vec<Placed>,
    taken: BTreeSet<(VnetId, Ipv4Addr)>,
}

impl Placements {
    /// Those of an estate.
    pub(crate) fn of(estate: &Context<'_>) -> Self {
        let mut all = Vec::new();
        for id in estate.routers() {
            nics(estate, id, &mut all);
        }
        frontends(estate, &mut all);
        for id in estate.subnets() {
            private_endpoints(estate, id, &mut all);
        }
        let taken = all.iter().map(|placed| (placed.subnet.vnet, placed.address)).collect();
        Placements { all, taken }
    }

    /// The first address of a subnet that neither Azure nor anything of the estate uses.
    pub(crate) fn free_address(&self, estate: &Context<'_>, subnet: SubnetId) -> Option<Ipv4Addr> {
        let range = estate.topology.subnet(subnet).ranges.first()?;
        let usable = range.hosts().filter(|address| !is_kept(*range, *address));
        usable.into_iter().find(|address| !self.taken.contains(&(subnet.vnet, *address)))
    }
}

/// True when Azure keeps an address of a range for itself.
pub(crate) fn is_kept(range: Ipv4Net, address: Ipv4Addr) -> bool {
    let offset = u32::from(address).wrapping_sub(u32::from(range.network()));
    range.contains(&address) && (offset < KEPT_AT_THE_START || address == range.broadcast())
}

fn nics(estate: &Context<'_>, id: RouterId, all: &mut Vec<Placed>) {
    let RouterKind::Nva { subnet, interfaces } = &estate.topology.router(id).kind else { return };
    let nva = estate.written_router(id);
    let (what, object) = (format!("NVA `{}`", nva.name.value), estate.router_path(id));
    if let (Some(name), Some(ip)) = (&nva.body.subnet, &nva.body.ip) {
        all.push(Placed {
            what: what.clone(),
            object: object.clone(),
            key: String::new(),
            subnet: *subnet,
            subnet_span: name.span,
            address: ip.value,
            span: ip.span,
        });
    }
    for ((subnet, address), written) in interfaces.iter().zip(&nva.body.interfaces) {
        all.push(Placed {
            what: format!("an interface of {what}"),
            object: object.clone(),
            key: format!("interface in {}", written.subnet.value),
            subnet: *subnet,
            subnet_span: written.subnet.span,
            address: *address,
            span: written.ip.span,
        });
    }
}

fn frontends(estate: &Context<'_>, all: &mut Vec<Placed>) {
    for (balancer, written) in estate.topology.load_balancers.iter().zip(&estate.document.load_balancers) {
        let (Some(name), Some(ip)) = (&written.body.subnet, &written.body.ip) else { continue };
        all.push(Placed {
            what: format!("load balancer `{}`", balancer.name),
            object: format!("load_balancers.{}", balancer.name),
            key: String::new(),
            subnet: balancer.subnet,
            subnet_span: name.span,
            address: ip.value,
            span: ip.span,
        });
    }
}

fn private_endpoints(estate: &Context<'_>, id: SubnetId, all: &mut Vec<Placed>) {
    for endpoint in &estate.written_subnet(id).body.private_endpoints {
        all.push(Placed {
            what: format!("private endpoint `{}`", endpoint.name.value),
            object: format!("{}.private_endpoints.{}", estate.subnet_path(id), endpoint.name.value),
            key: String::new(),
            subnet: id,
            subnet_span: endpoint.name.span,
            address: endpoint.body.value,
            span: endpoint.body.span,
        });
    }
}
