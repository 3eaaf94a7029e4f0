//! Laws of `why`: what it says of a loser is so when tried, and every reason ends at a line.

use super::config;
use super::support::{planned, small::estates};
use proptest::prelude::*;
use rsctl::analysis::why::{Asked, At, Extent, Reasons};
use rsctl::bgp::{Candidate, Decision, Ribs, SpeakerId};
use rsctl::diagnostic::Sink;
use rsctl::effective::{Programmed, RowPrefix, State, Tables, programmed};
use rsctl::report::why::{Node, WhyReport, Written};
use rsctl::source::Sources;
use rsctl::syntax::{DiskFiles, load_text};
use rsctl::topology::Topology;

/// Every loser, made equal at its step, gets past that step.
fn survive_when_levelled(
    topology: &Topology,
    ribs: &Ribs,
    held: &[(SpeakerId, Candidate)],
    decision: &Decision,
) -> Result<usize, TestCaseError> {
    for loss in &decision.losses {
        let Some(again) = ribs.decide_levelled(topology, held, (decision, loss)) else {
            return Err(TestCaseError::fail("there are candidates, and nothing is decided"));
        };
        let lost = again.losses.iter().find(|other| other.candidate == loss.candidate);
        // A later step may still remove it; an earlier one did not before.
        prop_assert!(lost.is_none_or(|other| other.step != loss.step), "{loss:?} then {lost:?}");
        prop_assert!(loss.had > loss.best, "{loss:?}");
    }
    Ok(decision.losses.len())
}

/// A statement that names no line, no default and no speaker, and has nothing below it that does.
fn dead_end(node: &Node) -> Option<&Node> {
    match node.children.as_slice() {
        [] if node.places.is_empty() => Some(node),
        children => children.iter().find_map(dead_end),
    }
}

proptest! {
    #![proptest_config(config(96))]

    #[test]
    fn a_loser_made_equal_at_the_step_that_removed_it_survives_that_step(estate in estates()) {
        let (topology, ribs) = planned(&estate.node().to_yaml());
        for class in ribs.class_ids() {
            for id in ribs.holders(class) {
                let view = ribs.view(&topology, class, id);
                let Some(decision) = &view.decision else { continue };
                let held: Vec<_> = view.candidates.iter().map(|candidate| (id, candidate.clone())).collect();
                survive_when_levelled(&topology, &ribs, &held, decision)?;
            }
            for host in topology.vnet_ids().filter(|id| topology.vnet(*id).hosts_routing()) {
                let Programmed::Route(choice) = programmed(&topology, &ribs, host, class) else { continue };
                if let Some(decision) = &choice.decision {
                    survive_when_levelled(&topology, &ribs, &choice.held, decision)?;
                }
            }
        }
    }

    #[test]
    fn every_row_is_explained_by_lines_and_the_deciding_one_is_the_tables(estate in estates()) {
        let yaml = estate.node().to_yaml();
        let (topology, ribs) = planned(&yaml);
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let loaded = load_text("estate.rsctl.yaml", yaml.as_str(), &mut DiskFiles, &mut sources, &mut sink).unwrap();
        let written = Written { sources: &sources, document: &loaded.document, topology: &topology };
        let tables = Tables::new(&topology, &ribs);
        let reasons = Reasons { topology: &topology, ribs: &ribs, tables: &tables, extent: Extent::Relevant };
        for id in topology.vnet_ids().flat_map(|vnet| topology.subnet_ids(vnet)) {
            let table = tables.of_subnet(id);
            for row in table.rows() {
                let RowPrefix::Range(prefix) = row.prefix else { continue };
                let why = reasons.why(Asked::Prefix(prefix), At::Subnet(id));
                let found = why.entries.iter().filter(|entry| entry.row.as_ref() == Some(&row)).count();
                prop_assert!(found >= 1, "{prefix} is not told\n{yaml}");
                if row.state == State::Active {
                    prop_assert_eq!(why.decides().map(|entry| entry.prefix), Some(prefix));
                }
                let decided = why.decides().and_then(|entry| entry.row.clone());
                prop_assert_eq!(decided, reasons.deciding(Asked::Prefix(prefix), id), "{}", prefix);
                let report = WhyReport::new(&reasons, &why, &written);
                prop_assert!(report.tree.iter().find_map(dead_end).is_none(), "{:?}\n{yaml}", report.tree.iter().find_map(dead_end));
                let address = prefix.network();
                let why = reasons.why(Asked::Address(address), At::Subnet(id));
                let decided = why.decides().and_then(|entry| entry.row.clone());
                prop_assert_eq!(decided, table.decide(address), "{}", address);
                prop_assert_eq!(reasons.deciding(Asked::Address(address), id), table.decide(address));
            }
        }
    }
}
