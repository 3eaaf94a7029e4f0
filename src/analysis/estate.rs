//! An estate with everything that follows from it: RIBs, effective tables, and the index that packets are walked with.

use super::fate::{Decision, Fate};
use super::forward::{Forwarding, Index};
use crate::bgp::{self, ClassId, Ribs};
use crate::effective::{SubnetTable, Tables};
use crate::topology::{Outages, SubnetId, Topology};
use ipnet::Ipv4Net;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// An estate and what follows from it.
#[derive(Debug)]
pub struct Estate {
    /// The estate.
    pub topology: Topology,
    /// What every speaker holds.
    pub ribs: Ribs,
    /// Effective routes by VNet and subnet.
    pub tables: Vec<Vec<SubnetTable>>,
    index: Index,
    by_name: BTreeMap<String, SubnetId>,
}

impl Estate {
    /// Computes an estate.
    pub fn new(topology: Topology) -> Self {
        let ribs = bgp::run(&topology);
        Estate::with_ribs(topology, ribs)
    }

    /// Computes this estate after failures.
    pub fn after(&self, outages: &Outages) -> Self {
        let topology = self.topology.with(outages);
        let ribs = bgp::run_after(&topology, &self.ribs);
        Estate::with_ribs(topology, ribs)
    }

    fn with_ribs(topology: Topology, ribs: Ribs) -> Self {
        let computed = Tables::new(&topology, &ribs);
        let of_vnet = |vnet| computed.of_vnet(vnet).into_iter().map(|(_, table)| table).collect();
        let tables: Vec<Vec<SubnetTable>> = topology.vnet_ids().map(of_vnet).collect();
        let index = Index::new(&topology, &ribs);
        let ids = topology.vnet_ids().flat_map(|vnet| topology.subnet_ids(vnet));
        let by_name = ids.map(|id| (topology.subnet_name(id), id)).collect();
        Estate { topology, ribs, tables, index, by_name }
    }

    /// Every subnet in file order.
    pub fn subnets(&self) -> impl Iterator<Item = SubnetId> + '_ {
        self.topology.vnet_ids().flat_map(|vnet| self.topology.subnet_ids(vnet))
    }

    /// The subnet of a name, `vnet/subnet`.
    pub fn subnet_named(&self, name: &str) -> Option<SubnetId> {
        self.by_name.get(name).copied()
    }

    /// The table of a subnet.
    pub fn table(&self, id: SubnetId) -> &SubnetTable {
        &self.tables[id.vnet.index()][id.index as usize]
    }

    /// What a subnet does with packets to an address.
    pub fn fate(&self, id: SubnetId, to: Ipv4Addr) -> Fate {
        Decision::of(&self.topology, id, self.table(id).decide(to).as_ref()).fate
    }

    /// The class of exactly this prefix.
    pub fn class_of(&self, prefix: Ipv4Net) -> Option<ClassId> {
        self.index.class_of(prefix)
    }

    /// From now on keeps what each place does with packets for each address: for whoever asks the same again and again about few addresses.
    pub(super) fn remember_steps(&self) {
        self.index.remember_steps();
    }

    /// Where packets go.
    pub fn forwarding(&self) -> Forwarding<'_> {
        Forwarding { topology: &self.topology, ribs: &self.ribs, tables: &self.tables, index: &self.index }
    }
}
