//! The configuration of NVAs held against the daemons themselves: FRR and BIRD read every line of it, and in network namespaces they
//! announce what rsctl says that the router announces.
//!
//! A daemon that is not installed is said so, and fails the test only when `RSCTL_REQUIRE_DAEMONS` is 1.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]
#![allow(clippy::print_stderr, reason = "a test that cannot run says so")]

#[path = "daemons/checks.rs"]
mod checks;
#[path = "daemons/counterpart.rs"]
mod counterpart;
#[path = "daemons/lab.rs"]
mod lab;
#[path = "daemons/live.rs"]
mod live;
#[allow(dead_code, reason = "the laws use more of it")]
mod support;

use checks::{Daemon, bird, frr, installed};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngSeed, TestRunner};
use rsctl::bgp;
use rsctl::diagnostic::Sink;
use rsctl::exchange::emit::nva_bgp::{self, NvaBgp};
use rsctl::source::Sources;
use rsctl::syntax::{DiskFiles, load};
use rsctl::topology::{self, RouterId, Topology};
use std::path::{Path, PathBuf};
use support::small::estates;

/// Every topology that people wrote, or that shows the format.
fn written() -> Vec<(String, Topology)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut files: Vec<PathBuf> = Vec::new();
    let mut folders = vec![root.join("observed"), root.join("valid"), root.join("nva-bgp")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.to_string_lossy().ends_with(".rsctl.yaml") => files.push(path),
                false => {}
            }
        }
    }
    files.sort();
    let topology = |path: &PathBuf| {
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let loaded = load(path.to_str().unwrap(), &mut DiskFiles, &mut sources, &mut sink)?;
        let facts = topology::facts_of(&loaded.document, None, &mut sink);
        // A base that others extend may not stand alone.
        topology::resolve(&loaded.document, facts, &mut sink)
    };
    files.iter().filter_map(|path| Some((path.display().to_string(), topology(path)?))).collect()
}

/// Small estates of every kind, the same every time.
fn generated(count: usize) -> impl Iterator<Item = (String, Topology)> {
    let config = ProptestConfig { rng_seed: RngSeed::Fixed(65515), failure_persistence: None, ..Default::default() };
    let mut runner = TestRunner::new(config);
    let strategy = estates();
    (0..count).map(move |number| {
        let yaml = strategy.new_tree(&mut runner).unwrap().current().node().to_yaml();
        let topology = support::resolved(&yaml).unwrap_or_else(|errors| panic!("{errors}\n{yaml}"));
        (format!("estate {number}:\n{yaml}"), topology)
    })
}

/// Every router of an estate that can be written.
fn routers(topology: &Topology) -> Vec<NvaBgp> {
    let ribs = bgp::run(topology);
    let ids = (0..topology.routers.len() as u32).map(RouterId);
    ids.filter_map(|id| NvaBgp::of(topology, &ribs.network, id).ok()).collect()
}

/// What is said of every configuration, with the configuration.
fn refused(write: impl Fn(&NvaBgp) -> String, check: impl Fn(&str) -> Vec<String> + Sync) -> String {
    let mut texts: Vec<(String, String)> = Vec::new();
    for (name, topology) in written().into_iter().chain(generated(50)) {
        let routers = routers(&topology).into_iter();
        texts.extend(routers.map(|nva| (name.clone(), write(&nva.from_file("estate.rsctl.yaml")))));
    }
    assert!(texts.len() > 150, "{} configurations only", texts.len());
    let check = &check;
    let said = |texts: &[(String, String)]| -> String {
        let said = texts.iter().map(|(name, text)| (name, text, check(text)));
        let refused = said.filter(|(.., said)| !said.is_empty());
        refused.map(|(name, text, said)| format!("{name}\n{text}\n{}\n\n", said.join("\n"))).take(5).collect()
    };
    std::thread::scope(|scope| {
        let shares: Vec<_> = texts.chunks(texts.len() / 8 + 1).map(|share| scope.spawn(move || said(share))).collect();
        shares.into_iter().map(|share| share.join().unwrap()).collect()
    })
}

#[test]
fn bird_reads_every_configuration() {
    if installed(Daemon::Bird) {
        let complaints = refused(nva_bgp::bird::write, bird);
        assert!(complaints.is_empty(), "{complaints}");
    }
}

#[test]
fn frr_reads_every_configuration() {
    if installed(Daemon::Frr) {
        let complaints = refused(nva_bgp::frr::write, frr);
        assert!(complaints.is_empty(), "{complaints}");
    }
}

/// Each of these breaks one line of a good file; what the daemons say of it is what the other tests listen to.
#[test]
fn a_broken_configuration_is_refused() {
    let (_, topology) = written().into_iter().find(|(name, _)| name.contains("nva-bgp")).unwrap();
    let nva = routers(&topology).remove(0);
    let break_line = |text: &str, from: &str, to: &str| {
        assert!(text.contains(from), "{from} is in\n{text}");
        text.replacen(from, to, 1)
    };
    if installed(Daemon::Bird) {
        let text = nva_bgp::bird::write(&nva);
        assert_eq!(bird(&text), Vec::<String>::new());
        for (from, to) in [("multihop;", "multihops;"), ("filter to_", "filter two_"), ("bgp_path ~", "bgp_paths ~")] {
            assert!(!bird(&break_line(&text, from, to)).is_empty(), "{to}");
        }
    }
    if installed(Daemon::Frr) {
        let text = nva_bgp::frr::write(&nva);
        assert_eq!(frr(&text), Vec::<String>::new());
        for (from, to) in [
            ("ip route 10.", "ip route 10.0.0.0/33 10."),
            ("ip nht resolve-via-default", "ip nht resolves-via"),
            ("set as-path exclude", "set as-path without"),
            ("bgp router-id 10.", "bgp router-id 310."),
            // Known words, refused for what they say.
            ("ge 24", "ge 24 le 8"),
            ("set as-path prepend ", "set as-path prepend 0 "),
        ] {
            assert!(!frr(&break_line(&text, from, to)).is_empty(), "{to}");
        }
    }
}

#[test]
fn names_of_users_break_no_configuration() {
    let long = "a".repeat(80);
    let names = ["fw.2", "fw-2", "fw_2", "2", "all", long.as_str()];
    let mut nvas = String::new();
    let mut sessions = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let (address, asn) = (format!("10.0.1.{}", 5 + index), 65002 + index);
        nvas += &format!("  '{name}': {{ subnet: hub/nva, ip: {address}, asn: {asn}, export: {{ fw1: '{name}' }} }}\n");
        sessions.push(format!("{{ between: [fw1, '{name}'] }}"));
    }
    let rule = r#"{ name: 'a ! # \\"; } | Zürich 東京 router bgp 1', match: { within: 10.0.0.0/8 }, then: { prepend: 65001 } }"#;
    let maps: Vec<String> = names.iter().map(|name| format!("'{name}': [{rule}]")).collect();
    let export: Vec<String> = names.iter().map(|name| format!("'{name}': '{name}'")).collect();
    let yaml = format!(
        "rsctl: 1
vnets: {{ hub: {{ address_space: [10.0.0.0/16], subnets: {{ nva: 10.0.1.0/24 }} }} }}
nvas:
  fw1: {{ subnet: hub/nva, ip: 10.0.1.4, asn: 65001, export: {{ {} }} }}
{nvas}sessions: [{}]
route_maps: {{ {} }}
",
        export.join(", "),
        sessions.join(", "),
        maps.join(", ")
    );
    for nva in routers(&support::resolved(&yaml).unwrap()) {
        let nva = nva.from_file("a\nfile \"}; of !nobody");
        if installed(Daemon::Bird) {
            assert_eq!(bird(&nva_bgp::bird::write(&nva)), Vec::<String>::new());
        }
        if installed(Daemon::Frr) {
            assert_eq!(frr(&nva_bgp::frr::write(&nva)), Vec::<String>::new());
        }
    }
}
