//! Laws of linting, on estates that proptest makes: it never panics, every finding has a place and plain words, a finding can be
//! ignored, and a mend removes what it mends.

use super::config;
use super::support::small::estates;
use proptest::prelude::*;
use rsctl::diagnostic::Sink;
use rsctl::lint::fix::{applied, ignoring, together};
use rsctl::lint::{Context, Found, Ruleset, run};
use rsctl::source::{FileId, Sources};
use rsctl::syntax::{DiskFiles, load_text};
use rsctl::topology;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that is found in a text; none where it is no topology.
fn found(text: &str, ruleset: Ruleset) -> Option<(Sources, Vec<Found>)> {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load_text("t.rsctl.yaml", text, &mut DiskFiles, &mut sources, &mut sink)?;
    let facts = topology::facts_of(&loaded.document, None, &mut sink);
    let resolved = topology::resolve(&loaded.document, facts, &mut sink)?;
    let all = run(&Context::new(&sources, &loaded.document, &resolved, ruleset), |_| true);
    Some((sources, all))
}

proptest! {
    #![proptest_config(config(96))]

    #[test]
    fn every_finding_has_a_place_plain_words_and_a_fingerprint_of_its_own(estate in estates()) {
        let text = estate.node().to_yaml();
        for ruleset in [Ruleset::Azure, Ruleset::Az700] {
            let (sources, all) = found(&text, ruleset).unwrap();
            let fingerprints: BTreeSet<&str> = all.iter().map(|found| found.fingerprint.as_str()).collect();
            prop_assert_eq!(fingerprints.len(), all.len());
            for found in &all {
                let finding = &found.finding;
                let labels = finding.labels.iter().chain(&finding.path).chain([&finding.place]);
                for label in labels {
                    let file = sources.file(label.span.file);
                    prop_assert!(file.text.get(label.span.start as usize..label.span.end as usize).is_some());
                }
                prop_assert!(!finding.object.is_empty() && finding.help.is_some(), "{}: {}", found.rule.code, finding.message);
                prop_assert!(!finding.message.ends_with('.') && !finding.message.contains('\n'), "{}", finding.message);
            }
        }
    }

    #[test]
    fn what_a_comment_above_ignores_is_ignored(estate in estates()) {
        let text = estate.node().to_yaml();
        let (sources, all) = found(&text, Ruleset::Azure).unwrap();
        let id = FileId(0);
        let file = sources.file(id);
        let mut lines: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for found in all.iter().filter(|found| !found.ignored) {
            let codes = lines.entry(file.line_of(found.finding.place.span.start)).or_default();
            if !codes.contains(&found.rule.code) {
                codes.push(found.rule.code);
            }
        }
        let edits = ignoring(id, file, &lines, "a law");
        let commented = applied(&file.text, &edits.iter().collect::<Vec<_>>());
        let (_, after) = found_again(&commented)?;
        let left: Vec<&str> = after.iter().filter(|found| !found.ignored).map(|found| found.rule.code).collect();
        prop_assert!(left.iter().all(|code| *code == "RS1601"), "{left:?}\n{commented}");
        prop_assert_eq!(after.iter().filter(|found| found.ignored).count(), all.len());
    }

    #[test]
    fn the_order_of_the_file_decides_nothing_that_azure_refuses_or_loses(estate in estates(), seed in any::<u64>()) {
        let node = estate.node();
        let counts = |text: &str| {
            let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
            for found in found(text, Ruleset::Azure).unwrap().1 {
                *counts.entry(found.rule.code).or_default() += 1;
            }
            counts
        };
        prop_assert_eq!(counts(&node.to_yaml()), counts(&node.shuffled(seed).to_yaml()));
    }

    #[test]
    fn mends_make_no_topology_unreadable(estate in estates()) {
        let text = estate.node().to_yaml();
        let (sources, all) = found(&text, Ruleset::Azure).unwrap();
        let (count, edits) = together(all.iter().filter_map(|found| found.finding.fix.as_ref()));
        let file = sources.file(FileId(0));
        let mended = edits.get(&FileId(0)).map_or_else(|| file.text.to_string(), |edits| applied(&file.text, edits));
        prop_assert_eq!(count == 0, mended == *file.text);
        found_again(&mended)?;
    }
}

fn found_again(text: &str) -> Result<(Sources, Vec<Found>), TestCaseError> {
    found(text, Ruleset::Azure).ok_or_else(|| TestCaseError::fail(format!("no topology any more:\n{text}")))
}
