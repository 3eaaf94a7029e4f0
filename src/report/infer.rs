//! Tells from the content of a capture which object it was taken at, where the topology leaves one answer.
//!
//! Nothing is guessed: where several objects fit, the answer is an error that lists them.

use crate::bgp::{Device, Ribs, devices};
use crate::diagnostic::Sink;
use crate::effective::{SubnetTable, Tables};
use crate::exchange::capture::{self, BgpCapture, BgpRow, CapturedAddress, CapturedPrefix, EffectiveCapture, Kind};
use crate::exchange::capture::{NextHopType, RouteSource};
use crate::exchange::compare::{Comparison, Options, compare_bgp, compare_effective};
use crate::exchange::manifest::CaptureKind;
use crate::exchange::request::{FORM, Named};
use crate::report::rib::Which;
use crate::report::verify::{Case, Speaking, Subject, predicted_routes, predicted_rows};
use crate::source::FileId;
use crate::topology::{SubnetId, Topology, VnetId};
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

/// How many candidates an error lists.
const LISTED: usize = 6;

/// A capture whose object was told from its content.
#[derive(Debug, Clone)]
pub struct Inferred {
    /// The capture and the object taken.
    pub case: Case,
    /// Other objects for which the prediction is the same.
    pub alike: Vec<String>,
}

/// Why an object cannot be told, and what to write.
type Untold = (String, String);

/// Tells the object of a capture; `None` when the text cannot be read, which the sink then says. `name` is the file as the user wrote it.
///
/// # Errors
/// When no object or more than one fits: what is wrong, and the arguments that leave nothing open.
pub fn infer(
    topology: &Topology,
    ribs: &Ribs,
    tables: &Tables<'_>,
    (name, file, text): (&str, FileId, &str),
    sink: &mut Sink,
) -> Result<Option<Inferred>, Untold> {
    let scene = Scene { topology, ribs, tables, name };
    if capture::detect(text) == Some(Kind::Effective) {
        let capture = capture::read_effective(file, text, sink);
        return capture.map(|capture| scene.subnet(capture)).transpose();
    }
    let Some(capture) = capture::read_bgp(file, text, sink) else { return Ok(None) };
    if capture.rows.is_empty() {
        let message = format!("cannot tell where {name} was captured: it holds no routes");
        return Err((message, format!("write {FORM}, for example learned:hub/route_server:fw1={name}")));
    }
    match capture.kind {
        Kind::Circuit => scene.circuit(capture),
        Kind::Router => scene.router(capture),
        _ => scene.azure(capture),
    }
    .map(Some)
}

/// One of several objects that a capture may come from.
struct Candidate<T, P> {
    subject: Subject,
    object: T,
    predicted: P,
}

/// The rows that differ; where none does, the rows that had to be excused tell which fits best.
type Distance = (usize, usize);

/// What is needed to judge a candidate.
struct Scene<'a> {
    topology: &'a Topology,
    ribs: &'a Ribs,
    tables: &'a Tables<'a>,
    name: &'a str,
}

/// The candidate that was taken, and others with the same prediction.
struct Taken<T> {
    subject: Subject,
    object: T,
    alike: Vec<String>,
}

impl Scene<'_> {
    /// Effective routes: the VNets whose ranges are the VnetLocal rows, and among their subnets the one that differs least.
    fn subnet(&self, capture: EffectiveCapture) -> Result<Inferred, Untold> {
        let local: BTreeSet<&CapturedPrefix> = capture
            .rows
            .iter()
            .filter(|row| row.next_hop_type == Some(NextHopType::VnetLocal) && row.source != Some(RouteSource::User))
            .flat_map(|row| &row.prefixes)
            .filter(|prefix| !matches!(prefix, CapturedPrefix::V6(_)))
            .collect();
        if local.is_empty() {
            let message = format!("cannot tell where {} was captured: it has no VnetLocal row", self.name);
            return Err((message, format!("write effective:VNET/SUBNET={}", self.name)));
        }
        let ranges = |id| -> BTreeSet<CapturedPrefix> {
            self.topology.vnet(id).ranges.iter().map(|range| CapturedPrefix::V4(*range)).collect()
        };
        let equal = |id: &VnetId| ranges(*id).iter().eq(local.iter().copied());
        let shared = |id: &VnetId| ranges(*id).iter().any(|range| local.contains(range));
        let mut vnets: Vec<VnetId> = self.topology.vnet_ids().filter(equal).collect();
        if vnets.is_empty() {
            // A range that was added or removed is a difference to report, not a reason to know nothing.
            vnets = self.topology.vnet_ids().filter(shared).collect();
        }
        let subject = |id: SubnetId| self.subject(CaptureKind::Effective, self.topology.subnet_name(id), None);
        let tables = vnets.into_iter().flat_map(|vnet| self.tables.of_vnet(vnet));
        let candidates: Vec<_> = tables
            .filter(|(id, _)| self.may_hold_interfaces(*id))
            .map(|(id, table)| Candidate { subject: subject(id), object: id, predicted: (id.vnet, table) })
            .collect();
        if candidates.is_empty() {
            let ranges: Vec<String> = local.iter().map(ToString::to_string).collect();
            let message =
                format!("cannot tell where {} was captured: no VNet has the ranges {}", self.name, ranges.join(", "));
            let help = format!("these are its VnetLocal rows; name the subnet: effective:VNET/SUBNET={}", self.name);
            return Err((message, help));
        }
        let alike =
            |one: &(VnetId, SubnetTable), other: &(VnetId, SubnetTable)| one.0 == other.0 && one.1.same_as(&other.1);
        let distance = |(_, table): &(VnetId, SubnetTable)| {
            let predicted = predicted_routes(self.topology, table);
            distance(&compare_effective(&capture, &predicted, &Options::default()))
        };
        let taken = self.choose("subnets", candidates, alike, distance, true)?;
        Ok(Inferred { case: Case::effective(taken.subject, taken.object, capture), alike: taken.alike })
    }

    /// Subnets in which Azure alone puts interfaces never print a table.
    fn may_hold_interfaces(&self, id: SubnetId) -> bool {
        let name = &self.topology.subnet(id).name;
        name != crate::azure::GATEWAY_SUBNET && name != crate::azure::ROUTE_SERVER_SUBNET
    }

    /// Learned or advertised routes of a route server or a gateway, by the addresses of its instances.
    fn azure(&self, capture: BgpCapture) -> Result<Inferred, Untold> {
        let kind = direction(&capture.rows).ok_or_else(|| {
            let message = format!("cannot tell whether {} holds learned or advertised routes", self.name);
            let help = "learned routes have a sourcePeer, advertised ones have none and weight 0";
            (message, format!("{help}; write learned:OBJECT:PEER={0} or advertised:OBJECT:PEER={0}", self.name))
        })?;
        let devices = self.devices(kind, &capture)?;
        if kind == CaptureKind::Advertised {
            return self.advertised(&devices, capture);
        }
        let [device] = *devices.as_slice() else {
            return Err(self.several("route servers or gateways", kind, &devices));
        };
        // A route server prints one peering, a gateway all of them.
        let peer = if matches!(device, Device::RouteServer(_)) { self.source(device, &capture.rows)? } else { None };
        let subject = self.subject(kind, device.name(self.topology), peer);
        let speaking = Speaking { device, instance: None, which: Which::Learned, peer };
        Ok(Inferred { case: Case::bgp(subject, speaking, capture), alike: Vec::new() })
    }

    /// The route servers and gateways that have the printed local addresses; where none were printed, those that know every source.
    fn devices(&self, kind: CaptureKind, capture: &BgpCapture) -> Result<Vec<Device>, Untold> {
        let route_server = capture.kind == Kind::RouteServer;
        let local: BTreeSet<Ipv4Addr> = capture.rows.iter().filter_map(|row| row.local_address).collect();
        let sources: BTreeSet<Ipv4Addr> = capture.rows.iter().filter_map(source_peer).collect();
        let fits = |device: &Device| {
            let kind_fits = match device {
                Device::RouteServer(_) => route_server || !local.is_empty(),
                Device::VpnGateway(_) | Device::ExpressRouteGateway(_) => !route_server,
                Device::Router(_) | Device::Edge(_) => false,
            };
            let known = || self.addresses(*device).chain(self.neighbors(*device).filter_map(|(at, _)| at));
            kind_fits
                && match local.is_empty() {
                    true => sources.is_subset(&known().collect()),
                    false => self.addresses(*device).any(|at| local.contains(&at)),
                }
        };
        let found: Vec<Device> = devices(self.topology).into_iter().filter(fits).collect();
        if found.is_empty() {
            let (what, example) =
                if route_server { ("route server", "route_server") } else { ("gateway", "vpn_gateway") };
            let form = Named::form(kind, &format!("VNET/{example}"), None, self.name);
            let why = match local.iter().map(ToString::to_string).collect::<Vec<_>>().as_slice() {
                [] => format!("no {what} here would print it"),
                local => format!("no {what} has the address {}", local.join(" or ")),
            };
            let help = format!("write `instance_addresses` into the topology, or name the object: {form}");
            return Err((format!("cannot tell where {} was captured: {why}", self.name), help));
        }
        Ok(found)
    }

    /// The neighbour that sent every row; `None` when several did.
    fn source(&self, device: Device, rows: &[BgpRow]) -> Result<Option<Device>, Untold> {
        let sources: BTreeSet<Ipv4Addr> = rows.iter().filter_map(source_peer).collect();
        let of =
            |address: &Ipv4Addr| self.neighbors(device).find(|(at, _)| *at == Some(*address)).map(|(_, device)| device);
        let found: BTreeSet<Option<Device>> = sources.iter().map(of).collect();
        if found.iter().all(Option::is_none) {
            let sources: Vec<String> = sources.iter().map(ToString::to_string).collect();
            let at = device.name(self.topology);
            let message = match sources.as_slice() {
                [] => format!("cannot tell whom {} was learned from: it has no sourcePeer", self.name),
                _ => format!(
                    "cannot tell whom {} was learned from: no peer of `{at}` has the address {}",
                    self.name,
                    sources.join(" or ")
                ),
            };
            return Err((
                message,
                format!("write {}", Named::form(CaptureKind::Learned, &at, Some("PEER"), self.name)),
            ));
        }
        Ok(found.first().copied().flatten().filter(|_| found.len() == 1))
    }

    /// Advertised routes do not say to whom: the only peer, or the only one whose prediction is what was printed.
    fn advertised(&self, devices: &[Device], capture: BgpCapture) -> Result<Inferred, Untold> {
        let peers = |device: &Device| -> BTreeSet<(Device, Device)> {
            let device = *device;
            // A route server tells what it sends to NVAs only.
            let told = |peer: &Device| !matches!(device, Device::RouteServer(_)) || matches!(peer, Device::Router(_));
            let peers = self.neighbors(device).map(|(_, peer)| peer).filter(|peer| *peer != device && told(peer));
            peers.map(|peer| (device, peer)).collect()
        };
        let candidates: Vec<_> = devices
            .iter()
            .flat_map(peers)
            .map(|(device, peer)| {
                let object = Speaking { device, instance: None, which: Which::Advertised, peer: Some(peer) };
                let subject = self.subject(CaptureKind::Advertised, device.name(self.topology), Some(peer));
                Candidate { subject, object, predicted: predicted_rows(self.topology, self.ribs, object) }
            })
            .collect();
        let names: Vec<String> = devices.iter().map(|device| format!("`{}`", device.name(self.topology))).collect();
        let names = names.join(" or ");
        if candidates.is_empty() {
            let message = format!("cannot tell to whom {} was advertised: {names} has no peer", self.name);
            return Err((message, "write its peer into the topology".to_owned()));
        }
        let distance = |predicted: &Vec<_>| distance(&compare_bgp(&capture, predicted, &Options::default()));
        let taken = self.choose(&format!("peers of {names}"), candidates, Vec::eq, distance, false)?;
        Ok(Inferred { case: Case::bgp(taken.subject, taken.object, capture), alike: taken.alike })
    }

    /// The only circuit, or the one whose gateways are the next hops.
    fn circuit(&self, capture: BgpCapture) -> Result<Inferred, Untold> {
        let hops: BTreeSet<Ipv4Addr> = capture.rows.iter().filter_map(|row| address(row.next_hop.as_ref()?)).collect();
        let all = devices(self.topology).into_iter().filter(|device| matches!(device, Device::Edge(_)));
        let hits = |device: &Device| {
            let Device::Edge(id) = device else { return 0 };
            let gateways = self.topology.circuit(*id).gateways.iter().map(|vnet| Device::ExpressRouteGateway(*vnet));
            gateways.flat_map(|gateway| self.addresses(gateway)).filter(|at| hops.contains(at)).count()
        };
        let found: Vec<(usize, Device)> = all.map(|device| (hits(&device), device)).collect();
        let most = found.iter().map(|(hits, _)| *hits).max().unwrap_or(0);
        let best: Vec<Device> = found.iter().filter(|(hits, _)| *hits == most).map(|(_, device)| *device).collect();
        match best.as_slice() {
            [device] => Ok(self.table(CaptureKind::Circuit, *device, capture)),
            [] => Err(self.none("circuit", CaptureKind::Circuit)),
            many => Err(self.several("circuits", CaptureKind::Circuit, many)),
        }
    }

    /// Tables of routers do not say whose they are.
    fn router(&self, capture: BgpCapture) -> Result<Inferred, Untold> {
        let all = devices(self.topology).into_iter().filter(|device| matches!(device, Device::Router(_)));
        match all.collect::<Vec<_>>().as_slice() {
            [device] => Ok(self.table(CaptureKind::Bgp, *device, capture)),
            [] => Err(self.none("router with BGP", CaptureKind::Bgp)),
            many => Err(self.several("routers", CaptureKind::Bgp, many)),
        }
    }

    fn table(&self, kind: CaptureKind, device: Device, capture: BgpCapture) -> Inferred {
        let subject = self.subject(kind, device.name(self.topology), None);
        let speaking = Speaking { device, instance: None, which: Which::Learned, peer: None };
        Inferred { case: Case::bgp(subject, speaking, capture), alike: Vec::new() }
    }

    fn addresses(&self, device: Device) -> impl Iterator<Item = Ipv4Addr> {
        let network = &self.ribs.network;
        network.instances(device).filter_map(|id| network.speaker(id).address)
    }

    /// The other ends of the sessions of a device, with the address that is printed for each.
    fn neighbors(&self, device: Device) -> impl Iterator<Item = (Option<Ipv4Addr>, Device)> {
        let network = &self.ribs.network;
        let neighbors = network.instances(device).flat_map(|id| &network.speaker(id).neighbors);
        neighbors.map(|neighbor| (neighbor.peer_address, network.speaker(neighbor.peer).device))
    }

    fn subject(&self, kind: CaptureKind, at: String, peer: Option<Device>) -> Subject {
        Subject { kind, at, peer: peer.map(|peer| peer.name(self.topology)) }
    }

    fn none(&self, what: &str, kind: CaptureKind) -> Untold {
        let message = format!("cannot tell where {} was captured: there is no {what} in the topology", self.name);
        (message, format!("write {FORM} when it is something else than `{}`", kind.word()))
    }

    fn several(&self, what: &str, kind: CaptureKind, found: &[Device]) -> Untold {
        let form = |device: &Device| Named::form(kind, &device.name(self.topology), None, self.name);
        self.untold(what, found.len(), &found.iter().map(form).collect::<Vec<_>>())
    }

    fn untold(&self, what: &str, count: usize, forms: &[String]) -> Untold {
        let message = format!("cannot tell where {} was captured: {count} {what} fit", self.name);
        let more = if forms.len() > LISTED { format!(" (and {} more)", forms.len() - LISTED) } else { String::new() };
        (message, format!("write one of {}{more}", forms.iter().take(LISTED).cloned().collect::<Vec<_>>().join("  ")))
    }

    /// Takes the candidates when all predict the same; otherwise those that agree in full with the fewest excused rows, or, where `near`
    /// will do, those with the fewest differing rows; in either case only if they predict the same.
    fn choose<T, P>(
        &self,
        what: &str,
        candidates: Vec<Candidate<T, P>>,
        alike: impl Fn(&P, &P) -> bool,
        distance: impl Fn(&P) -> Distance,
        near: bool,
    ) -> Result<Taken<T>, Untold> {
        let mut groups: Vec<Vec<Candidate<T, P>>> = Vec::new();
        for candidate in candidates {
            match groups.iter_mut().find(|group| alike(&group[0].predicted, &candidate.predicted)) {
                Some(group) => group.push(candidate),
                None => groups.push(vec![candidate]),
            }
        }
        let single = groups.len() == 1;
        let mut ranked: Vec<(Distance, Vec<Candidate<T, P>>)> =
            groups.into_iter().map(|group| (distance(&group[0].predicted), group)).collect();
        ranked.sort_by_key(|(distance, _)| *distance);
        let unique = match ranked.as_slice() {
            [(best, _), (second, _), ..] => best < second && (near || best.0 == 0),
            _ => single,
        };
        if !unique {
            let forms: Vec<String> = ranked
                .iter()
                .flat_map(|(_, group)| group)
                .map(|one| Named::form(one.subject.kind, &one.subject.at, one.subject.peer.as_deref(), self.name))
                .collect();
            return Err(self.untold(what, forms.len(), &forms));
        }
        let mut group = ranked.swap_remove(0).1;
        let first = group.remove(0);
        let name = |subject: Subject| subject.peer.unwrap_or(subject.at);
        let alike = group.into_iter().map(|other| name(other.subject)).collect();
        Ok(Taken { subject: first.subject, object: first.object, alike })
    }
}

fn distance(comparison: &Comparison) -> Distance {
    let summary = comparison.summary();
    let differing = summary.missing + summary.unexpected + summary.different;
    (differing, if differing == 0 { summary.ignored } else { 0 })
}

fn address(printed: &CapturedAddress) -> Option<Ipv4Addr> {
    match printed {
        CapturedAddress::Address(IpAddr::V4(address)) => Some(*address),
        _ => None,
    }
}

fn source_peer(row: &BgpRow) -> Option<Ipv4Addr> {
    address(row.source_peer.as_ref()?)
}

/// Learned rows name who sent them or carry a weight, advertised rows do neither.
fn direction(rows: &[BgpRow]) -> Option<CaptureKind> {
    let heard = |row: &BgpRow| {
        let word = row.origin.as_deref().unwrap_or_default();
        source_peer(row).is_some()
            || row.weight.is_some_and(|weight| weight > 0)
            || ["EBgp", "IBgp", "Network"].iter().any(|origin| word.eq_ignore_ascii_case(origin))
    };
    let sent = |row: &BgpRow| row.weight == Some(0) || row.origin.is_some();
    match (rows.iter().any(heard), rows.iter().all(sent)) {
        (true, _) => Some(CaptureKind::Learned),
        (false, true) => Some(CaptureKind::Advertised),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests;
