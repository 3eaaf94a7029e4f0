//! What Azure does by itself once the route servers and the user-defined routes are gone: what the tables are laid over.

use super::super::heard::{Heard, heard};
use crate::bgp;
use crate::effective::{SubnetTable, Tables};
use crate::topology::{RouteTable, RouteTableId, SubnetId, Topology, UserNextHop, UserPrefix, UserRoute};
use ipnet::Ipv4Net;

/// Which of the given tables of a subnet: propagation, and whether there is a user-defined default route.
pub(super) type Mode = (bool, bool);

const MODES: [Mode; 4] = [(true, false), (true, true), (false, false), (false, true)];

/// The estate without route servers and without user-defined routes.
pub(super) struct Given {
    pub(super) topology: Topology,
    /// What sites and NVAs hear of then.
    pub(super) heard: Heard,
    /// Tables by mode, VNet and subnet.
    tables: Vec<Vec<Vec<SubnetTable>>>,
}

impl Given {
    pub(super) fn new(dynamic: &Topology) -> Self {
        let mut topology = dynamic.clone();
        topology.vnets.iter_mut().for_each(|vnet| vnet.route_server = None);
        let span = topology.vnets.first().map(|vnet| vnet.span);
        let ribs = bgp::run(&topology);
        let tables = MODES.map(|(propagation, default_route)| {
            let Some(span) = span else { return Vec::new() };
            let mut variant = topology.clone();
            let route = UserRoute {
                name: "default".into(),
                span,
                prefix: UserPrefix::Range(Ipv4Net::default().into()),
                next_hop: UserNextHop::None,
            };
            let routes = if default_route { vec![route] } else { Vec::new() };
            variant.route_tables = vec![RouteTable { name: "given".into(), span, propagation, routes }];
            let subnets = variant.vnets.iter_mut().flat_map(|vnet| &mut vnet.subnets);
            subnets.for_each(|subnet| subnet.route_table = Some(RouteTableId(0)));
            let tables = Tables::new(&variant, &ribs);
            let of_vnet = |vnet| tables.of_vnet(vnet).into_iter().map(|(_, table)| table).collect();
            variant.vnet_ids().map(of_vnet).collect()
        });
        Given { heard: heard(&topology, &ribs), topology, tables: tables.into() }
    }

    pub(super) fn table(&self, mode: Mode, id: SubnetId) -> &SubnetTable {
        let index = MODES.iter().position(|other| *other == mode).unwrap_or_default();
        &self.tables[index][id.vnet.index()][id.index as usize]
    }
}
