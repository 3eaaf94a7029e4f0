//! Daemons that run: what the neighbours of a router receive from it, held against what rsctl says that the router sends.

use super::checks::{Daemon, installed};
use super::counterpart::{Place, Wire, configuration, read};
use super::lab::{Lab, Side, allowed};
use super::{generated, written};
use rsctl::azure::facts::Fact;
use rsctl::bgp::{self, SessionKind};
use rsctl::exchange::emit::nva_bgp::{self, NvaBgp};
use rsctl::net::Asn;
use rsctl::topology::RouterId;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

/// How long a daemon may take to agree. It takes seconds; a busy machine takes more.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long it has to keep to its answer.
const QUIET: Duration = Duration::from_millis(2500);

/// A lab that is to be run.
struct Case {
    name: String,
    nva: NvaBgp,
    counterparts: Vec<String>,
    predicted: Vec<Wire>,
    /// Address, length, on the wire.
    own: BTreeSet<(Ipv4Addr, u8)>,
    peers: BTreeSet<Ipv4Addr>,
}

/// What does not make the routes differ: ways that the lab has anyway, paths that nobody has, and summaries where their parts are.
fn is_harmless(remark: &str, name: &str) -> bool {
    let mut harmless = vec!["is not written", "ten times in a path", "ASNs of this topology"];
    if name.contains("nva-bgp/summary") {
        harmless.push("the summary 10.8.0.0/13 is announced");
    }
    harmless.iter().any(|harmless| remark.contains(harmless))
}

/// The case of a router; none when the topology leaves something open or the daemon cannot do all of it.
fn case(name: &str, place: Place<'_>, daemon: Daemon) -> Option<Case> {
    let Place { topology, ribs, router } = place;
    // No daemon prefers the highest address.
    if topology.facts.is(Fact::AdvertisedAmongEquals, "highest_peer_address") {
        return None;
    }
    let nva = NvaBgp::of(topology, &ribs.network, router).ok()?;
    let remarks = match daemon {
        Daemon::Bird => nva_bgp::bird::remarks(&nva),
        Daemon::Frr => nva_bgp::frr::remarks(&nva),
    };
    if !remarks.iter().all(|remark| is_harmless(remark, name))
        || nva.neighbors.is_empty()
        || !ribs.oscillations.is_empty()
    {
        return None;
    }
    let speaker = place.speaker();
    let sessions = 0..speaker.neighbors.len();
    // RFC 7607: no daemon takes a path through ASN 0.
    let odd = |route: &bgp::Route| route.path.contains(Asn(0)) || route.path.length() > 100;
    if sessions.clone().any(|index| place.received(index).values().chain(place.sent(index).values()).any(odd)) {
        return None;
    }
    let mut own = BTreeSet::new();
    for neighbor in &speaker.neighbors {
        let address = neighbor.local_address?;
        let on_nic = topology.router(router).nics().filter(|(_, nic)| *nic == Some(address));
        let mut ranges = on_nic.flat_map(|(subnet, _)| &topology.subnet(subnet).ranges);
        let length = match (neighbor.kind, ranges.find(|range| range.contains(&address))) {
            (SessionKind::EdgeSite, _) => 30,
            (_, Some(range)) => range.prefix_len(),
            _ => 32,
        };
        own.insert((address, length));
    }
    let mut peers: BTreeSet<Ipv4Addr> = speaker.neighbors.iter().filter_map(|neighbor| neighbor.peer_address).collect();
    peers.extend(nva.static_routes.iter().map(|route| route.next_hop));
    let taken = own.iter().any(|(address, _)| peers.contains(address));
    // A daemon refuses a route whose next hop it is itself.
    let itself = |route: &bgp::Route| own.iter().any(|(address, _)| route.next_hop == Some(*address));
    if taken || sessions.clone().any(|index| place.received(index).values().any(itself)) {
        return None;
    }
    Some(Case {
        name: format!("{} of {name}", nva.router),
        counterparts: sessions.clone().map(|index| configuration(place, index)).collect(),
        predicted: sessions.map(|index| place.predicted(index)).collect(),
        nva,
        own,
        peers,
    })
}

/// What is wrong; nothing when the daemon does what rsctl says.
fn run(case: &Case, daemon: Daemon) -> Option<String> {
    let mut lab = Lab::new();
    case.own.iter().for_each(|(address, length)| lab.add_address(Side::Router, *address, *length, "wire"));
    for address in &case.peers {
        lab.add_address(Side::Peers, *address, 32, "lo");
        lab.keep_route(Side::Router, *address);
    }
    for (index, counterpart) in case.counterparts.iter().enumerate() {
        lab.start_bird(Side::Peers, &format!("peer{index}"), counterpart);
    }
    let text = match daemon {
        Daemon::Bird => nva_bgp::bird::write(&case.nva),
        Daemon::Frr => nva_bgp::frr::write(&case.nva),
    };
    match daemon {
        Daemon::Bird => lab.start_bird(Side::Router, "router", &format!("log stderr all;\n{text}")),
        Daemon::Frr => lab.start_frr(&text),
    }
    let begun = Instant::now();
    let mut agreed: Option<Instant> = None;
    loop {
        std::thread::sleep(Duration::from_millis(250));
        let ask = |index: usize, question: &[&str]| lab.ask_bird(&format!("peer{index}"), question);
        let sessions = 0..case.predicted.len();
        let all_up = sessions.clone().all(|index| ask(index, &["show", "protocols"]).contains("Established"));
        let heard: Vec<Wire> =
            sessions.map(|index| read(&ask(index, &["show", "route", "protocol", "heard", "all"]))).collect();
        if all_up && heard == case.predicted {
            let since = *agreed.get_or_insert_with(Instant::now);
            if since.elapsed() > QUIET {
                return None;
            }
            continue;
        }
        agreed = None;
        if begun.elapsed() > PATIENCE {
            let mut said =
                format!("== {}\n{text}\n-- up {all_up}, counterparts\n{}\n", case.name, case.counterparts.join("\n"));
            for (index, (heard, predicted)) in heard.iter().zip(&case.predicted).enumerate() {
                for (prefix, words) in predicted.iter().filter(|(prefix, words)| heard.get(*prefix) != Some(words)) {
                    said += &format!("p{index} predicted {prefix} {words}\n");
                }
                for (prefix, words) in heard.iter().filter(|(prefix, words)| predicted.get(*prefix) != Some(words)) {
                    said += &format!("p{index} heard     {prefix} {words}\n");
                }
            }
            if daemon == Daemon::Frr {
                said += &lab.ask_frr("show ip bgp");
                said += &lab.ask_frr("show bgp ipv4 unicast update-groups");
            } else {
                said += &lab.ask_bird("router", &["show", "route", "all", "table", "bgp4"]);
            }
            return Some(said + &lab.logs());
        }
    }
}

/// How interesting a router is: policies, flags, and what it announces with attributes.
fn interest(nva: &NvaBgp) -> usize {
    let steps = nva.neighbors.iter().map(|neighbor| neighbor.import.len() + neighbor.export.len()).sum::<usize>();
    let flags = [!nva.readvertise, nva.as_override, nva.next_hop_self, nva.allow_as_in, !nva.split_horizon];
    let flags = flags.iter().filter(|flag| **flag).count();
    let attributes = nva.announcements.iter().filter(|own| !own.path.is_empty() || !own.communities.is_empty()).count();
    2 * steps + 2 * flags + attributes
}

fn cases(daemon: Daemon) -> Vec<Case> {
    let asked = std::env::var("RSCTL_LAB_CASES").ok().and_then(|count| count.parse::<usize>().ok());
    let count = asked.unwrap_or(16);
    let mut cases: Vec<Case> = Vec::new();
    for (name, topology) in written().into_iter().chain(generated(count * 10)) {
        let ribs = bgp::run(&topology);
        let routers = (0..topology.routers.len() as u32).map(RouterId);
        cases.extend(
            routers.filter_map(|router| case(&name, Place { topology: &topology, ribs: &ribs, router }, daemon)),
        );
    }
    let reviewed = |case: &Case| case.name.contains("fixtures/nva-bgp/");
    cases.sort_by_key(|case| std::cmp::Reverse((reviewed(case), interest(&case.nva))));
    cases.truncate(count);
    let reviewed = cases.iter().filter(|case| reviewed(case)).count();
    assert_eq!(cases.len(), count, "there are as many routers that can be run");
    assert!(reviewed >= 6, "{reviewed} routers of the reviewed topologies can be run");
    cases
}

/// Runs all of them, some at a time: a lab mostly waits.
fn agree(daemon: Daemon) {
    if !installed(daemon) || !installed(Daemon::Bird) {
        return;
    }
    if !allowed() {
        eprintln!("NOT RUN: this machine allows no network namespaces, which take root and iproute2");
        return;
    }
    let cases = std::sync::Mutex::new(cases(daemon));
    let complaints = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                loop {
                    let Some(case) = cases.lock().unwrap().pop() else { return };
                    if let Some(said) = run(&case, daemon) {
                        complaints.lock().unwrap().push(said);
                    }
                }
            });
        }
    });
    let complaints = complaints.into_inner().unwrap();
    assert!(complaints.is_empty(), "{} differ\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn bird_announces_what_rsctl_says() {
    agree(Daemon::Bird);
}

#[test]
fn frr_announces_what_rsctl_says() {
    agree(Daemon::Frr);
}
