//! With the captured routes of the lab: how many of the rows that Azure printed does the imported topology predict?

use crate::az_documents::{Estate as Documents, Files};
use crate::labs::{self, Estate, folders, import, of_text, text_of};
use rsctl::bgp::{self, Ribs};
use rsctl::diagnostic::Sink;
use rsctl::effective::Tables;
use rsctl::exchange::compare::{Comparison, Verdict};
use rsctl::exchange::manifest::{self, Capture, CaptureKind, Manifest};
use rsctl::report::verify::{Subject, verify};
use rsctl::source::Sources;
use rsctl::syntax::flow;
use rsctl::topology::TunnelEnd;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::path::Path;

/// Where the imported topology predicts less of what was printed than the one written by hand, or more than was printed: the lab with
/// the captures concerned, and why.
const REASONS: &[(&str, &str)] = &[
    (
        "blog-fabferri-azfw-two-hubs-one-circuit",
        "what the route server of hub2 learned was not captured, so what nva2 announces is open",
    ),
    (
        "blog-fabferri-dualhome-2er",
        "neither a table of the two circuits nor what a gateway learned was captured, so their sites are open",
    ),
    (
        "blog-fabferri-dualhome-s2s",
        "the sessions in IPsec between the NVAs, and csr5 with them, are in no document of az",
    ),
    ("blog-fabferri-hub-spoke-ibgp", "the session between the two NVAs is in no document of az"),
    (
        "blog-fabferri-one-nva-two-route-servers captures/nva2-bgp",
        "made up: what nva2 passes on was imported as its own announcements, which its own table then shows beside what it learned",
    ),
    ("blog-fabferri-rs-firewall-default", "what was learned from nva2 was not captured, so its default route is open"),
    ("blog-phleiten-avs-two-hubs-vxlan", "no table of the two circuits was captured, so their sites are open"),
    ("blog-tomaskubica-ecmp-prepend captures/b-", "nothing that was learned was captured in this stage"),
    (
        "blog-tomaskubica-ecmp-prepend captures/c-",
        "what was learned from nva1 was not captured in this stage, so what it announces is open",
    ),
    (
        "blog-wth-bgp-vpn-gateways captures/s7-",
        "nothing that was learned was captured in this stage, so the default route of the site is open",
    ),
    (
        "gh-adstuart-anycast-er captures/circuit-ne-down",
        "nothing that route servers learned was captured in this stage",
    ),
    ("gh-adstuart-infoblox", "what the route server learned was captured in the first stage only"),
    ("gh-andrewbryson-readvertise", "only what was advertised was captured, so what the two NVAs announce is open"),
    (
        "gh-hub-ars-learned-filter",
        "made up: only one instance of each route server held 10.40.0.0/16; import supposes, and says, that both do",
    ),
    (
        "gh-hub-nva-nic-and-global-peering",
        "what the route server of hub2 learned was not captured in these stages, so what nva2 announces is open",
    ),
    (
        "gh-hub-vpngw-onprem-learned",
        "only what gateways learned was captured; they heard of the NVAs' prefixes through route servers, whose peers may all be the source",
    ),
    (
        "gh-microhack-single-hub captures/s1-before",
        "nothing that was learned was captured in this stage, so what the CSR announces is open",
    ),
    (
        "gh-microhack-single-hub captures/s2-",
        "of what gateways learned two prefixes were printed, without the gateway and the sender; what the CSR announces is open",
    ),
    (
        "gh-microhack-single-hub captures/s3-",
        "nothing that was learned was captured in this stage, so what the CSR announces is open",
    ),
    ("gh-myers-ecmp-four-nvas", "nothing that was learned was captured, so what the sixteen NVAs announce is open"),
];

/// Printed rows that were predicted, of those that were judged.
#[derive(Clone, Copy, Default)]
struct Count {
    matched: usize,
    judged: usize,
}

impl Count {
    fn add(&mut self, comparison: &Comparison) {
        let summary = comparison.summary();
        self.matched += summary.matched;
        self.judged += summary.judged();
    }
}

/// Counts of the imported topology and of the one written by hand.
#[derive(Clone, Copy, Default)]
struct Pair {
    imported: Count,
    written: Count,
}

impl std::ops::Add for Pair {
    type Output = Pair;

    fn add(self, other: Pair) -> Pair {
        let sum = |one: Count, other: Count| Count {
            matched: one.matched + other.matched,
            judged: one.judged + other.judged,
        };
        Pair { imported: sum(self.imported, other.imported), written: sum(self.written, other.written) }
    }
}

impl std::fmt::Display for Pair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Pair { imported, written } = self;
        let said = format!(
            "{:>4} of {:<4} (by hand {} of {})",
            imported.matched, imported.judged, written.matched, written.judged
        );
        write!(f, "{said:<35}")
    }
}

/// An estate with everything that a comparison asks for.
struct Planned {
    estate: Estate,
    ribs: Ribs,
}

impl Planned {
    fn new(estate: Estate) -> Planned {
        let ribs = bgp::run(&estate.topology);
        Planned { estate, ribs }
    }

    /// `None` when the topology has no such object.
    fn compare(&self, capture: &Capture, text: &str) -> Option<Comparison> {
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let file = sources.add(capture.file.clone(), Path::new(&capture.file), text.to_owned());
        let subject = Subject { kind: capture.kind, at: capture.at.clone(), peer: capture.peer.clone() };
        let tables = Tables::new(&self.estate.topology, &self.ribs);
        let options = capture.options();
        let result = verify(&self.estate.topology, &self.ribs, &tables, &subject, &options, (file, text), &mut sink);
        result.ok().map(|comparison| {
            comparison.unwrap_or_else(|| panic!("{}: {}", capture.file, labs::said(sink.into_sorted())))
        })
    }
}

fn manifest_of(lab: &Path) -> Manifest {
    let path = lab.join("captures.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut sources = Sources::default();
    let file = sources.add("captures.yaml", &path, text.clone());
    manifest::read(file, &text).unwrap_or_else(|errors| panic!("{}: {}", path.display(), labs::said(errors)))
}

/// Where the collect script puts what was learned; none for what import learns nothing from.
fn place(capture: &Capture, written: &Estate) -> Option<String> {
    let number = capture.file.replace(['/', '.'], "-");
    match capture.kind {
        CaptureKind::Learned => {
            let (vnet, speaker) = capture.at.split_once('/')?;
            let known = written.topology.vnets.iter().find(|known| known.name == vnet)?;
            match speaker {
                "route_server" => {
                    let server = &known.route_server.as_ref()?.name;
                    Some(format!("route-server/rg-{vnet}/{server}/learned/{}.json", capture.peer.as_ref()?))
                }
                "vpn_gateway" => {
                    Some(format!("gateway/rg-{vnet}/{}/learned-{number}.json", known.vpn_gateway.as_ref()?.name))
                }
                _ => Some(format!(
                    "gateway/rg-{vnet}/{}/learned-{number}.json",
                    known.express_route_gateway.as_ref()?.name
                )),
            }
        }
        CaptureKind::Circuit => Some(format!("circuit/rg-shared/{}/{number}.json", capture.at)),
        _ => None,
    }
}

/// The addresses that sites speak from where the topology leaves them open: a gateway printed them beside the sites' AS numbers.
fn site_addresses(written: &Estate, learned: &[Value]) -> BTreeMap<String, Ipv4Addr> {
    let mut addresses = BTreeMap::new();
    for tunnel in &written.topology.tunnels {
        for side in tunnel.sides.iter().filter(|side| side.address.is_none()) {
            let TunnelEnd::Router(id) = side.end else { continue };
            let router = written.topology.router(id);
            let Some(asn) = router.asn.filter(|_| router.address.is_none()) else { continue };
            let rows = learned.iter().filter_map(|value| value["value"].as_array()).flatten();
            let from_it = |row: &&Value| {
                row["asPath"].as_str().is_some_and(|path| path.split('-').next() == Some(&asn.0.to_string()))
            };
            let printed = rows.filter(from_it).find_map(|row| row["sourcePeer"].as_str()?.parse().ok());
            addresses.extend(printed.map(|address| (router.name.clone(), address)));
        }
    }
    addresses
}

/// The imported topology as of the day of the lab, and what is open in it.
fn imported(name: &str, written: &Estate, captures: &[(&Capture, String)]) -> (Estate, Vec<String>) {
    let learned: Vec<(String, Value)> = captures
        .iter()
        .filter_map(|(capture, text)| Some((place(capture, written)?, serde_json::from_str(text).unwrap())))
        .collect();
    let values: Vec<Value> = learned.iter().map(|(_, value)| value.clone()).collect();
    let site_addresses = site_addresses(written, &values);
    let documents = Documents { document: &written.loaded.document, topology: &written.topology, site_addresses };
    let mut files: Files = documents.flat();
    files.extend(learned);
    let imported = import(&files);
    let open = imported.remarks.iter().map(|remark| format!("{}: {}", remark.entry, remark.text)).collect();
    let text = text_of(name, imported);
    let kept =
        ["as_of", "facts"].iter().filter_map(|key| Some(format!("{key}: {}\n", flow(written.loaded.root.get(key)?))));
    let text = text.replacen("rsctl: 1\n", &format!("rsctl: 1\n{}", kept.collect::<String>()), 1);
    let estate = of_text(&text).unwrap_or_else(|errors| panic!("{name}: {errors}\n{text}"));
    (estate, open)
}

/// Printed rows that only the topology written by hand predicts, and rows that only the imported one predicts and nobody printed.
fn worse(written: &Comparison, imported: Option<&Comparison>) -> Vec<String> {
    let rows = |comparison: &Comparison, verdict: Verdict| -> Vec<String> {
        let judged = comparison.rows.iter().filter(|row| row.verdict == verdict);
        let cells =
            judged.map(|row| row.captured.iter().chain(&row.predicted).next().map(Vec::as_slice).unwrap_or_default());
        cells.map(|cells| cells.iter().map(|cell| format!("{}={} ", cell.column, cell.text)).collect()).collect()
    };
    let lost = |had: Vec<String>, mut kept: Vec<String>| -> Vec<String> {
        let is_lost =
            |row: &String| kept.iter().position(|other| other == row).map(|at| kept.swap_remove(at)).is_none();
        had.into_iter().filter(is_lost).collect()
    };
    let of_import = |verdict| imported.map(|comparison| rows(comparison, verdict)).unwrap_or_default();
    let missed = lost(rows(written, Verdict::Matched), of_import(Verdict::Matched));
    let made_up = lost(of_import(Verdict::Unexpected), rows(written, Verdict::Unexpected));
    let missed = missed.into_iter().map(|row| format!("missed {row}"));
    missed.chain(made_up.into_iter().map(|row| format!("made up {row}"))).collect()
}

/// What became of a lab.
#[derive(Default)]
struct Result {
    effective: Pair,
    bgp: Pair,
    /// Rows lost, by lab and capture.
    lost: BTreeMap<String, Vec<String>>,
    /// Topologies of which nothing was captured that was learned, though somebody's announcements are open.
    blind: Vec<String>,
}

fn lab(folder: &Path) -> Result {
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    let manifest = manifest_of(folder);
    let mut stages: BTreeMap<&str, Vec<(&Capture, String)>> = BTreeMap::new();
    for capture in &manifest.captures {
        let text = std::fs::read_to_string(folder.join(&capture.file)).unwrap();
        stages.entry(&capture.topology).or_default().push((capture, text));
    }
    let mut result = Result::default();
    for (stage, captures) in stages {
        let written = labs::read(&folder.join(stage));
        let (imported, open) = imported(&format!("{name}/{stage}"), &written, &captures);
        if open.iter().any(|remark| remark.contains("announce"))
            && captures.iter().all(|(capture, _)| place(capture, &written).is_none())
        {
            result.blind.push(format!("{name}/{stage}"));
        }
        let (written, imported) = (Planned::new(written), Planned::new(imported));
        for (capture, text) in &captures {
            let by_hand = written.compare(capture, text).expect("every capture is of something");
            let by_import = imported.compare(capture, text);
            let pair = if capture.kind == CaptureKind::Effective { &mut result.effective } else { &mut result.bgp };
            pair.written.add(&by_hand);
            match &by_import {
                Some(comparison) => pair.imported.add(comparison),
                None => pair.imported.judged += by_hand.summary().judged(),
            }
            let mut lost = worse(&by_hand, by_import.as_ref());
            if !lost.is_empty() {
                lost.extend(open.iter().map(|remark| format!("  open: {remark}")));
                result.lost.insert(format!("{name} {}", capture.file), lost);
            }
        }
    }
    result
}

#[test]
fn rows_of_labs_are_predicted_by_what_import_makes_of_them() {
    let (mut table, mut blind, mut complaints) = (String::new(), String::new(), String::new());
    let (mut effective, mut bgp) = (Pair::default(), Pair::default());
    let mut used: BTreeSet<&str> = BTreeSet::new();
    writeln!(table, "{:<35}  {:<35}  lab", "effective routes", "routes of BGP").unwrap();
    for folder in folders() {
        let result = lab(&folder);
        let name = folder.file_name().unwrap().to_string_lossy();
        writeln!(table, "{}  {}  {name}", result.effective, result.bgp).unwrap();
        (effective, bgp) = (effective + result.effective, bgp + result.bgp);
        result.blind.iter().for_each(|stage| writeln!(blind, "  {stage}").unwrap());
        for (capture, rows) in result.lost {
            match REASONS.iter().find(|(known, _)| capture.starts_with(known)) {
                Some((known, _)) => drop(used.insert(known)),
                None => writeln!(complaints, "{capture}:\n    {}", rows.join("\n    ")).unwrap(),
            }
        }
    }
    for (known, reason) in REASONS.iter().filter(|(known, _)| !used.contains(known)) {
        writeln!(complaints, "{known}: no row is lost, though one was for this reason: {reason}").unwrap();
    }
    assert!(complaints.is_empty(), "\n{complaints}\n{table}");
    writeln!(table, "{effective}  {bgp}  all").unwrap();
    writeln!(table, "\nAnnouncements are open and nothing that was learned was captured:\n{blind}\nWhy the topology written by hand predicts better:").unwrap();
    REASONS.iter().for_each(|(known, reason)| writeln!(table, "  {known}: {reason}").unwrap());
    insta::assert_snapshot!("rows_of_labs", table);
}
