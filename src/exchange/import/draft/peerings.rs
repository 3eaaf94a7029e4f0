//! Peerings: the two directions that Azure stores, joined into one entry of the format.

use super::{Peering, Work, natural};
use crate::exchange::import::estate::{self, Told};
use crate::exchange::import::resource::Key;
use crate::exchange::import::spelling::range;
use crate::syntax::scalar;
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};

/// One direction, with every flag decided.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Side {
    access: bool,
    forwarded: bool,
    transit: bool,
    remote_gateways: bool,
    /// Written where Azure says anything but Connected.
    state: Option<&'static str>,
    /// The subnets of a subnet peering, own and far.
    subnets: Option<(Vec<String>, Vec<String>)>,
    /// The remote ranges of the last sync, where they are no longer those of the VNet.
    stale: Vec<IpNet>,
}

pub(super) fn draw(work: &mut Work<'_>) {
    let estate = work.estate;
    let drawn: BTreeSet<&str> = work.draft.vnets.iter().map(|vnet| vnet.name.as_str()).collect();
    let name = |key: &Key| work.names.vnets.get(key).filter(|name| drawn.contains(name.as_str())).cloned();
    let mut pairs: BTreeMap<[String; 2], [Vec<&estate::Peering>; 2]> = BTreeMap::new();
    let mut nowhere: BTreeSet<&str> = BTreeSet::new();
    let mut without_ipv4: BTreeSet<[String; 2]> = BTreeSet::new();
    for peering in estate.peerings.values() {
        let Some(remote) = &peering.remote else {
            nowhere.insert(peering.local_id.name());
            continue;
        };
        let (Some(local), Some(remote)) = (name(&peering.local), name(&remote.value.key())) else { continue };
        let is_first = natural(&local) < natural(&remote);
        let pair = if is_first { [local, remote] } else { [remote, local] };
        if peering.only_ipv6.as_ref().is_some_and(|told| told.value) {
            without_ipv4.insert(pair.clone());
        }
        pairs.entry(pair).or_default()[usize::from(!is_first)].push(peering);
    }
    for vnet in nowhere {
        let text = format!("a peering of the VNet `{vnet}` is left out: no document tells with which VNet it is");
        work.blank(String::new(), text);
    }
    for [one, other] in &without_ipv4 {
        let text = format!("the peering of `{one}` and `{other}` carries IPv6 only: routes are IPv4 only");
        work.skipped(String::new(), text);
    }
    pairs.retain(|pair, _| !without_ipv4.contains(pair));
    let mut pairs: Vec<_> = pairs.into_iter().collect();
    pairs.sort_by_key(|(pair, _)| pair.each_ref().map(|name| natural(name)));
    for (pair, [first, mut second]) in pairs {
        for peering in first {
            let counterpart = second.iter().position(|other| mirrors(peering, other));
            let counterpart = counterpart.map(|at| second.remove(at));
            entry(&pair, Some(peering), counterpart, work);
        }
        for peering in second {
            entry(&pair, None, Some(peering), work);
        }
    }
}

/// Says where a VNet uses gateways that no document has. Asked when route servers and gateways are drawn.
pub(super) fn lenders(work: &mut Work<'_>) {
    let estate = work.estate;
    let borrowing =
        estate.peerings.values().filter(|peering| peering.remote_gateways.as_ref().is_some_and(|told| told.value));
    let lenders: BTreeSet<Key> = borrowing.filter_map(|peering| Some(peering.remote.as_ref()?.value.key())).collect();
    for key in lenders {
        let Some(name) = work.names.vnets.get(&key) else { continue };
        let has_none = |vnet: &super::Vnet| {
            vnet.route_servers.is_empty() && vnet.vpn_gateway.is_none() && vnet.express_route_gateway.is_none()
        };
        let is_known = work.known.vnets.iter().any(|known| known.name == *name);
        if !is_known && work.draft.vnets.iter().any(|vnet| vnet.name == *name && has_none(vnet)) {
            let entry = format!("vnets.{name}");
            work.blank(entry, "other VNets use its gateways or its route server, and no document has one in it");
        }
    }
}

/// Whether two directions are one peering: between two VNets several subnet peerings may stand, each with its own subnets.
fn mirrors(one: &estate::Peering, other: &estate::Peering) -> bool {
    let sorted = |names: &Option<Told<Vec<String>>>| {
        let mut names = names.as_ref().map(|told| told.value.clone()).unwrap_or_default();
        names.sort();
        names
    };
    sorted(&one.local_subnets) == sorted(&other.remote_subnets)
        && sorted(&one.remote_subnets) == sorted(&other.local_subnets)
}

fn entry(pair: &[String; 2], first: Option<&estate::Peering>, second: Option<&estate::Peering>, work: &mut Work<'_>) {
    let place = format!("peerings.{}.{}", pair[0], pair[1]);
    let [a, b] = [first, second].map(|peering| peering.map(|peering| side(peering, &place, work)));
    let line = match (a, b) {
        (Some(a), Some(b)) => both(pair, &a, &b),
        (Some(only), None) | (None, Some(only)) => {
            let (local, remote) = if first.is_some() { (&pair[0], &pair[1]) } else { (&pair[1], &pair[0]) };
            let peering = first.or(second).expect("one of the two is there");
            if peering.state.as_ref().is_some_and(|told| told.value.eq_ignore_ascii_case("Connected")) {
                // Azure says Connected only when both directions exist.
                let supposed = match (only.remote_gateways, only.transit) {
                    (true, _) => " and to lend its gateways",
                    (false, true) => " and to use the gateways it is lent",
                    (false, false) => "",
                };
                let text = format!(
                    "it is connected, and no document has the side of `{remote}`, which is supposed to accept forwarded traffic{supposed}"
                );
                work.guess(place, text);
                let far = Side {
                    access: true,
                    forwarded: true,
                    transit: only.remote_gateways,
                    remote_gateways: only.transit && !only.remote_gateways,
                    state: None,
                    subnets: only.subnets.clone().map(|(own, far)| (far, own)),
                    stale: Vec::new(),
                };
                if first.is_some() { both(pair, &only, &far) } else { both(pair, &far, &only) }
            } else {
                let mut parts = vec![format!("local: {}", scalar(local)), format!("remote: {}", scalar(remote))];
                parts.extend(flags(&only, true));
                format!("{{ {} }}", parts.join(", "))
            }
        }
        (None, None) => return,
    };
    work.draft.peerings.push(Peering { between: pair.clone(), line });
}

fn side(peering: &estate::Peering, place: &str, work: &mut Work<'_>) -> Side {
    let flag = |told: &Option<Told<bool>>| told.as_ref().is_some_and(|told| told.value);
    if peering.access.is_none() {
        let text = format!(
            "the side of `{}` does not say allowVirtualNetworkAccess: true is supposed, as Azure documents it",
            peering.local_id.name()
        );
        work.guess(place.to_owned(), text);
    }
    let state = peering.state.as_ref().and_then(|told| match told.value.to_ascii_lowercase().as_str() {
        "initiated" => Some("Initiated"),
        "disconnected" => Some("Disconnected"),
        "connected" => None,
        _ => {
            let text = format!("`{}` is no state that is known: Connected", crate::words::echo(&told.value));
            work.guess(place.to_owned(), text);
            None
        }
    });
    let is_complete = peering.complete.as_ref().is_none_or(|told| told.value);
    let names = |told: &Option<Told<Vec<String>>>| {
        let names = told.as_ref().map(|told| told.value.clone()).unwrap_or_default();
        names.iter().map(|name| super::names::fit(name)).collect::<Vec<_>>()
    };
    let subnets = (!is_complete).then(|| (names(&peering.local_subnets), names(&peering.remote_subnets)));
    let stale = peering.synced.as_ref().map(|told| told.value.clone()).unwrap_or_default();
    let remote = peering.remote.as_ref().and_then(|told| work.estate.vnets.get(&told.value.key()));
    let current = remote.and_then(|vnet| vnet.address_space.as_ref()).map(|told| &told.value);
    let set = |ranges: &[IpNet]| ranges.iter().copied().collect::<BTreeSet<_>>();
    let is_stale = !stale.is_empty() && current.is_some_and(|current| set(current) != set(&stale));
    Side {
        access: peering.access.as_ref().is_none_or(|told| told.value),
        forwarded: flag(&peering.forwarded),
        transit: flag(&peering.transit),
        remote_gateways: flag(&peering.remote_gateways),
        state,
        subnets,
        stale: if is_stale { stale } else { Vec::new() },
    }
}

fn both(pair: &[String; 2], a: &Side, b: &Side) -> String {
    for (hub, spoke, [hub_name, spoke_name]) in [(a, b, [&pair[0], &pair[1]]), (b, a, [&pair[1], &pair[0]])] {
        let lends = Side { access: true, forwarded: true, transit: true, remote_gateways: false, ..plain() };
        let borrows = Side { transit: false, remote_gateways: true, ..lends.clone() };
        if *hub == lends && *spoke == borrows {
            return format!("{{ hub: {}, spoke: {} }}", scalar(hub_name), scalar(spoke_name));
        }
    }
    let mut parts = vec![format!("between: [{}, {}]", scalar(&pair[0]), scalar(&pair[1]))];
    let (mut a, mut b) = (a.clone(), b.clone());
    if !a.access && !b.access {
        parts.push("allow_virtual_network_access: false".into());
        (a.access, b.access) = (true, true);
    }
    if a.forwarded && b.forwarded {
        parts.push("allow_forwarded_traffic: true".into());
        (a.forwarded, b.forwarded) = (false, false);
    }
    if let (Some((own, far)), Some((far_own, far_far))) = (&a.subnets, &b.subnets)
        && own == far_far
        && far == far_own
        && !own.is_empty()
        && !far.is_empty()
    {
        let list =
            |names: &[String]| format!("[{}]", names.iter().map(|name| scalar(name)).collect::<Vec<_>>().join(", "));
        parts.push(format!("subnets: {{ {}: {}, {}: {} }}", scalar(&pair[0]), list(own), scalar(&pair[1]), list(far)));
        (a.subnets, b.subnets) = (None, None);
    }
    let sides: Vec<String> = [(&pair[0], &a), (&pair[1], &b)]
        .into_iter()
        .map(|(name, side)| (name, flags(side, false)))
        .filter(|(_, flags)| !flags.is_empty())
        .map(|(name, flags)| format!("{}: {{ {} }}", scalar(name), flags.join(", ")))
        .collect();
    if !sides.is_empty() {
        parts.push(format!("sides: {{ {} }}", sides.join(", ")));
    }
    format!("{{ {} }}", parts.join(", "))
}

fn plain() -> Side {
    Side {
        access: true,
        forwarded: false,
        transit: false,
        remote_gateways: false,
        state: None,
        subnets: None,
        stale: Vec::new(),
    }
}

/// The flags that are not what they are when nothing is written. Alone, a direction is Initiated anyway.
fn flags(side: &Side, is_alone: bool) -> Vec<String> {
    let mut parts = Vec::new();
    let mut say = |on: bool, text: &str| {
        if on {
            parts.push(text.to_owned());
        }
    };
    say(!side.access, "allow_virtual_network_access: false");
    say(side.forwarded, "allow_forwarded_traffic: true");
    say(side.transit, "allow_gateway_transit: true");
    say(side.remote_gateways, "use_remote_gateways: true");
    if let Some(state) = side.state.filter(|state| !(is_alone && *state == "Initiated")) {
        parts.push(format!("state: {state}"));
    }
    if let Some((own, far)) = &side.subnets {
        let list = |names: &[String]| names.iter().map(|name| scalar(name)).collect::<Vec<_>>().join(", ");
        parts.push("peer_complete_virtual_networks: false".into());
        for (key, names) in [("local_subnet_names", own), ("remote_subnet_names", far)] {
            if !names.is_empty() {
                parts.push(format!("{key}: [{}]", list(names)));
            }
        }
    }
    if !side.stale.is_empty() {
        let ranges: Vec<String> = side.stale.iter().map(|one| range(*one)).collect();
        parts.push(format!("remote_address_space: [{}]", ranges.join(", ")));
    }
    parts
}
