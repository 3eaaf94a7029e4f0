//! Captured output held against the prediction for the object it was captured at.

use crate::bgp::{Device, Ribs, find_device};
use crate::diagnostic::Sink;
use crate::effective::{self, Hop, RowPrefix, SubnetTable, Tables};
use crate::exchange::capture::{self, BgpCapture, EffectiveCapture, NextHopType, RouteSource, State};
use crate::exchange::compare::{
    Certainty, Comparison, Options, PASSED_ON, PredictedBgp, PredictedHop, PredictedHops, PredictedRoute, RoutePrefix,
    compare_bgp, compare_effective,
};
use crate::exchange::manifest::CaptureKind;
use crate::report::facts::names;
use crate::report::rib::{BgpRow, Which, rib};
use crate::source::FileId;
use crate::topology::{SubnetId, Topology};

/// What was captured, and where.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The kind of output.
    pub kind: CaptureKind,
    /// The object: `vnet/subnet`, a speaker, or a circuit.
    pub at: String,
    /// The neighbour, for learned and advertised routes of one session.
    pub peer: Option<String>,
}

/// A capture that was read, and the object that it is held against.
#[derive(Debug, Clone)]
pub struct Case {
    /// What was captured, and where, by name.
    pub subject: Subject,
    held: Held,
}

#[derive(Debug, Clone)]
enum Held {
    Effective(SubnetId, EffectiveCapture),
    Bgp(Speaking, BgpCapture),
}

/// Which BGP rows of which speaker.
#[derive(Debug, Clone, Copy)]
pub(super) struct Speaking {
    pub(super) device: Device,
    pub(super) instance: Option<u8>,
    pub(super) which: Which,
    pub(super) peer: Option<Device>,
}

impl Case {
    /// Finds the object and reads the capture; `None` when the text cannot be read, which the sink then says.
    ///
    /// # Errors
    /// When the subject names nothing in the topology: what is wrong, and what to write.
    pub fn new(
        topology: &Topology,
        ribs: &Ribs,
        subject: Subject,
        (file, text): (FileId, &str),
        sink: &mut Sink,
    ) -> Result<Option<Case>, (String, String)> {
        if subject.kind == CaptureKind::Effective {
            let subnet = find_subnet(topology, &subject.at)?;
            let capture = capture::read_effective(file, text, sink);
            return Ok(capture.map(|capture| Case::effective(subject, subnet, capture)));
        }
        let (device, instance) = find_device(topology, &subject.at)?;
        fits(topology, subject.kind, device)?;
        if instance
            .is_some_and(|wanted| !ribs.network.instances(device).any(|id| ribs.network.speaker(id).instance == wanted))
        {
            let name = device.name(topology);
            return Err((format!("`{name}` has one instance only"), format!("write `{name}`, or `{name}:0`")));
        }
        let peer = match &subject.peer {
            Some(name) => Some(find_peer(topology, device, name)?),
            None => None,
        };
        let which = if subject.kind == CaptureKind::Advertised { Which::Advertised } else { Which::Learned };
        let speaking = Speaking { device, instance, which, peer };
        let capture = capture::read_bgp(file, text, sink);
        Ok(capture.map(|capture| Case::bgp(subject, speaking, capture)))
    }

    pub(super) fn effective(subject: Subject, subnet: SubnetId, capture: EffectiveCapture) -> Case {
        Case { subject, held: Held::Effective(subnet, capture) }
    }

    pub(super) fn bgp(subject: Subject, speaking: Speaking, capture: BgpCapture) -> Case {
        Case { subject, held: Held::Bgp(speaking, capture) }
    }

    /// Holds the capture against the prediction. The topology may hold other facts than the one it was made with, but no other objects.
    pub fn compare(&self, topology: &Topology, ribs: &Ribs, tables: &Tables<'_>, options: &Options) -> Comparison {
        match &self.held {
            Held::Effective(subnet, capture) => {
                compare_effective(capture, &predicted_routes(topology, &tables.of_subnet(*subnet)), options)
            }
            Held::Bgp(speaking, capture) => {
                let predicted = predicted_rows(topology, ribs, *speaking);
                let mut options = options.clone();
                if speaking.instance.is_some() && options.local_addresses.is_empty() {
                    let mut speakers = ribs.network.instances(speaking.device).map(|id| ribs.network.speaker(id));
                    let named = speakers.find(|speaker| Some(speaker.instance) == speaking.instance);
                    options.local_addresses.extend(named.and_then(|speaker| speaker.address));
                }
                compare_bgp(capture, &predicted, &options)
            }
        }
    }
}

/// Compares one capture; `None` when the text cannot be read, which the sink then says.
///
/// # Errors
/// When the subject names nothing in the topology: what is wrong, and what to write.
pub fn verify(
    topology: &Topology,
    ribs: &Ribs,
    tables: &Tables<'_>,
    subject: &Subject,
    options: &Options,
    source: (FileId, &str),
    sink: &mut Sink,
) -> Result<Option<Comparison>, (String, String)> {
    let case = Case::new(topology, ribs, subject.clone(), source, sink)?;
    Ok(case.map(|case| case.compare(topology, ribs, tables, options)))
}

/// Circuits and routers print tables of their own.
fn fits(topology: &Topology, kind: CaptureKind, device: Device) -> Result<(), (String, String)> {
    let name = device.name(topology);
    let edge = matches!(device, Device::Edge(_));
    match kind {
        CaptureKind::Circuit if !edge => {
            let help = "`circuit` is the route table of an ExpressRoute circuit; write learned, advertised or bgp";
            Err((format!("`{name}` is not a circuit"), help.to_owned()))
        }
        CaptureKind::Bgp if !matches!(device, Device::Router(_)) => {
            let help = "`bgp` is the table of an NVA or a site; write learned, advertised or circuit";
            Err((format!("`{name}` is not a router"), help.to_owned()))
        }
        CaptureKind::Learned | CaptureKind::Advertised if edge => {
            Err((format!("`{name}` is a circuit"), "write `circuit` for the route table of a circuit".to_owned()))
        }
        _ => Ok(()),
    }
}

pub(super) fn predicted_rows(topology: &Topology, ribs: &Ribs, speaking: Speaking) -> Vec<PredictedBgp> {
    let Speaking { device, instance, which, peer } = speaking;
    let mut instances = rib(topology, ribs, device, which, peer);
    if matches!(device, Device::Edge(_)) {
        // `az network express-route list-route-tables` asks for one link; every lab printed the primary.
        instances.retain(|rows| rows.instance == instance.unwrap_or(0));
    }
    let rows = instances.into_iter().flat_map(|instance| instance.rows);
    rows.map(|row| predicted_bgp(device, row)).collect()
}

/// Finds a subnet by `vnet/subnet`.
///
/// # Errors
/// What is wrong, and what could be meant.
pub fn find_subnet(topology: &Topology, name: &str) -> Result<SubnetId, (String, String)> {
    let ids = || topology.vnet_ids().flat_map(|vnet| topology.subnet_ids(vnet));
    if let Some(id) = ids().find(|id| topology.subnet_name(*id) == name) {
        return Ok(id);
    }
    let names: Vec<String> = ids().map(|id| topology.subnet_name(id)).collect();
    let inside: Vec<&String> = names
        .iter()
        .filter(|known| known.starts_with(&format!("{name}/")) || known.ends_with(&format!("/{name}")))
        .collect();
    let help = match (inside.as_slice(), crate::words::closest(name, names.iter().map(String::as_str))) {
        ([_, ..], _) => format!(
            "write one of {}",
            inside.iter().take(12).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        ),
        (_, Some(close)) => format!("did you mean `{close}`?"),
        _ => format!(
            "subnets here: {}",
            names.iter().take(12).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        ),
    };
    Err((format!("there is no subnet `{name}`"), help))
}

/// Finds the neighbour that a name means at a device: a peer of that name, or the gateway or route server of a VNet of that name.
///
/// # Errors
/// What is wrong, and which neighbours there are.
pub fn find_peer(topology: &Topology, device: Device, name: &str) -> Result<Device, (String, String)> {
    if let Ok((peer, _)) = find_device(topology, name) {
        return Ok(peer);
    }
    let vnet = topology.vnet_ids().find(|id| topology.vnet(*id).name == name);
    match (vnet, device) {
        (Some(vnet), Device::VpnGateway(_)) if topology.vnet(vnet).vpn_gateway.is_some() => {
            Ok(Device::VpnGateway(vnet))
        }
        (Some(vnet), Device::Router(_)) if topology.vnet(vnet).route_server.is_some() => Ok(Device::RouteServer(vnet)),
        (Some(vnet), Device::Edge(_)) => Ok(Device::ExpressRouteGateway(vnet)),
        _ => find_device(topology, name).map(|(peer, _)| peer),
    }
}

pub(super) fn predicted_routes(topology: &Topology, table: &SubnetTable) -> Vec<PredictedRoute> {
    let user = |row: &effective::Row| row.source == effective::RouteSource::User;
    let route = |row: effective::Row| PredictedRoute {
        prefix: match &row.prefix {
            RowPrefix::Range(prefix) => RoutePrefix::V4(*prefix),
            RowPrefix::Service(name) => RoutePrefix::Tag(name.clone()),
        },
        source: match row.source {
            effective::RouteSource::Default => RouteSource::Default,
            effective::RouteSource::VirtualNetworkGateway => RouteSource::VirtualNetworkGateway,
            effective::RouteSource::User => RouteSource::User,
        },
        state: match row.state {
            effective::State::Active => State::Active,
            effective::State::Invalid(_) => State::Invalid,
        },
        next_hop_type: next_hop_type(row.next_hop_type),
        next_hops: hops(&row.next_hops),
        name: if user(&row) { row.name.clone() } else { None },
        rests_on: names(&topology.facts, row.rests_on),
    };
    table.rows().map(route).collect()
}

fn next_hop_type(kind: effective::NextHopType) -> NextHopType {
    match kind {
        effective::NextHopType::VnetLocal => NextHopType::VnetLocal,
        effective::NextHopType::VNetPeering => NextHopType::VNetPeering,
        effective::NextHopType::VNetGlobalPeering => NextHopType::VNetGlobalPeering,
        effective::NextHopType::VirtualNetworkGateway => NextHopType::VirtualNetworkGateway,
        effective::NextHopType::VirtualAppliance => NextHopType::VirtualAppliance,
        effective::NextHopType::Internet => NextHopType::Internet,
        effective::NextHopType::None => NextHopType::None,
        effective::NextHopType::VirtualNetworkServiceEndpoint => NextHopType::VirtualNetworkServiceEndpoint,
        effective::NextHopType::InterfaceEndpoint => NextHopType::InterfaceEndpoint,
    }
}

fn hops(hops: &[Hop]) -> PredictedHops {
    if hops.contains(&Hop::ExpressRouteFabric) {
        return PredictedHops::Unpredictable("ExpressRoute next hops are addresses of Microsoft's fabric");
    }
    if hops.contains(&Hop::GatewayPublicAddress) {
        return PredictedHops::Unpredictable("the topology does not say the gateway's public address");
    }
    let address = |hop: &Hop| if let Hop::Address(address) = hop { Some(*address) } else { None };
    PredictedHops::Exactly(hops.iter().filter_map(address).collect())
}

fn predicted_bgp(device: Device, row: BgpRow) -> PredictedBgp {
    let hop = |address: Option<std::net::Ipv4Addr>, unknown: bool| match address {
        _ if unknown => PredictedHop::Unpredictable,
        Some(address) => PredictedHop::Address(address),
        None => PredictedHop::None,
    };
    let azure = device.vnet().is_some();
    let learned = !row.peer.is_empty();
    PredictedBgp {
        local_address: if azure { row.local_address } else { None },
        network: row.network,
        // A router prints its own interface or static next hop for what it originates, which no topology tells.
        next_hop: hop(row.next_hop, row.next_hop_unknown || (!azure && !learned)),
        source_peer: if azure && row.weight > 0 {
            hop(row.source_peer, learned && row.source_peer.is_none())
        } else {
            PredictedHop::Unpredictable
        },
        origin: if azure { row.origin } else { "" },
        as_path: row.as_path.parse().unwrap_or_default(),
        weight: if azure { Some(row.weight) } else { None },
        certainty: if row.depends_on_tie { Certainty::DependsOnTie(PASSED_ON) } else { Certainty::Certainly },
        rests_on: row.rests_on,
    }
}
