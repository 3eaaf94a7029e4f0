//! Claims and quantifiers.

use super::{fails, holds, outcome, run};

#[test]
fn reaches_needs_packets_and_answers() {
    holds("- { from: spoke1/app, to: spoke2/app, reaches: true }");
    assert_eq!(
        fails("- { from: lonely/app, to: spoke2/app, reaches: true }"),
        ["lonely/app → spoke2/app: packets are dropped where they start"]
    );
    // Nothing joins the two.
    assert_eq!(fails("- { from: spoke2/open, to: lonely/app, reaches: true }").len(), 1);
}

#[test]
fn reaches_false_fails_when_a_packet_arrives() {
    holds("- { from: lonely/app, to: spoke2/app, reaches: false }");
    let shown = fails("- { from: spoke1/app, to: spoke2/app, reaches: false }");
    assert!(shown[0].contains("packets end in spoke2"), "{shown:?}");
}

#[test]
fn via_asks_every_way_for_one_of_the_named() {
    holds("- { from: spoke1/app, to: internet, via: [fw1, fw2] }");
    holds("- { from: spoke1/app, to: internet, via: \"fw*\" }");
    holds("- { from: spoke1/app, to: internet, via: ilb }");
    // The load balancer may choose the other one.
    let shown = fails("- { from: spoke1/app, to: internet, via: fw1 }");
    assert!(shown[0].contains("packets pass none of fw1: spoke1/app → ilb → fw2"), "{shown:?}");
    let shown = fails("- { from: spoke2/open, to: internet, via: [fw1, fw2] }");
    assert_eq!(shown, ["spoke2/open → internet: packets pass none of fw1, fw2: spoke2/open, and end on the internet"]);
}

#[test]
fn an_end_of_a_conversation_does_not_stand_between_the_two() {
    assert!(!fails("- { from: spoke2/open, to: branch1, via: branch1 }").is_empty());
    assert!(!fails("- { from: spoke2/open, to: fw1, inspected: true }").is_empty());
}

#[test]
fn inspection_looks_at_packets_and_at_answers() {
    holds("- { from: spoke1/app, to: spoke2/app, inspected: true }");
    holds("- { from: spoke1/app, to: spoke2/app, inspected_by: [fw1, fw2] }");
    let shown = fails("- { from: spoke1/app, to: spoke2/app, inspected_by: fw1 }");
    assert!(shown[0].contains("packets pass none of fw1: spoke1/app → ilb → fw2"), "{shown:?}");
    let shown = fails("- { from: branch1, to: spoke2/open, inspected: true }");
    assert!(shown[0].contains("packets pass no NVA: branch1 → hub/vpn_gateway"), "{shown:?}");
}

#[test]
fn symmetric_holds_where_both_directions_pass_the_same_nvas() {
    holds("- { from: spoke1/app, to: spoke2/app, symmetric: true }");
    let without_snat = super::ESTATE.replace(", snat: true", "");
    let folder = super::folder(&[(
        "estate.rsctl.yaml",
        &format!(
            "{without_snat}expect: [{{ from: spoke1/app, to: spoke2/open, symmetric: true }}, {{ from: spoke1/app, to: spoke2/open, reaches: true }}]\n"
        ),
    )]);
    let told = super::rsctl(folder.path(), &["test", "-o", "json"]).json();
    let tests = &told["suites"][0]["tests"];
    assert_eq!((&tests[0]["status"], &tests[1]["status"]), (&"failed".into(), &"failed".into()), "{tests:#}");
}

#[test]
fn no_route_holds_only_where_packets_are_dropped_at_once() {
    holds("- { from: lonely/app, to: 192.168.0.0/16, no_route: true }");
    holds("- { from: lonely/app, to: 172.31.0.1, no_route: true }");
    let shown = fails("- { from: spoke1/app, to: 172.31.0.1, no_route: true }");
    assert!(shown[0].contains("a route leads on: spoke1/app → ilb"), "{shown:?}");
}

#[test]
fn each_class_of_addresses_of_a_prefix_is_looked_at() {
    assert_eq!(holds("- { from: spoke1/app, to: 192.168.0.0/16, reaches: true }"), 1);
    // Both subnets, and nothing between: of a VNet only what is in a subnet is somebody's.
    assert_eq!(holds("- { from: spoke1/app, to: 10.2.0.0/16, reaches: true }"), 2);
    // The branch has two ranges in the middle of it, and the rest is nobody's.
    let test = outcome("- { from: spoke1/app, to: 172.16.0.0/12, reaches: true }");
    assert_eq!((&test["checked"], &test["failing"]), (&4.into(), &2.into()), "{test:#}");
    let shown = fails("- { from: spoke1/app, to: 172.16.0.0/12, reaches: true }");
    assert_eq!(shown[0], "spoke1/app → 172.16.0.4: 172.16.0.4 is in no subnet and behind no site");
}

#[test]
fn every_means_each_subnet_and_site_that_matches() {
    assert_eq!(holds("- { every: { subnets: \"spoke1/*\" }, to: internet, via: \"fw?\" }"), 2);
    assert_eq!(holds("- { every: { subnets: [spoke1/app, \"spoke2/a*\"] }, to: internet, via: \"fw?\" }"), 2);
    // Two ranges of one branch that BGP treats alike are one host.
    assert_eq!(holds("- { every: { sites: \"branch*\" }, to: spoke1/app, reaches: true }"), 2);
    let shown = fails("- { every: { subnets: \"spoke*/*\" }, to: internet, via: \"fw?\" }");
    assert_eq!(shown, ["spoke2/open → internet: packets pass none of fw?: spoke2/open, and end on the internet"]);
}

#[test]
fn groups_on_both_sides_are_paired_with_each_other() {
    // spoke1/app, spoke1/db and spoke2/app: three times two.
    let group = "{ subnets: [\"spoke1/*\", spoke2/app] }";
    assert_eq!(holds(&format!("- {{ every: {group}, to: {group}, reaches: true }}")), 6);
    let test = outcome("- { every: { subnets: \"spoke?/*\" }, to: { subnets: \"lonely/*\" }, reaches: true }");
    assert_eq!((&test["checked"], &test["failing"]), (&4.into(), &4.into()), "{test:#}");
}

#[test]
fn must_fail_turns_the_answer_around() {
    let known = outcome("- { from: lonely/app, to: internet, reaches: true, must_fail: true }");
    assert_eq!(known["status"], "knownToFail");
    let holds = outcome("- { from: spoke1/app, to: internet, reaches: true, must_fail: true }");
    assert_eq!(holds["status"], "unexpectedlyHolds");
}

#[test]
fn announcements_are_counted_and_looked_through_by_session() {
    let adverts = |claims: &str| format!("- {{ from: hub/vpn_gateway, advertises_to: branch1, {claims} }}");
    // The hub, two spokes and the other branch with its two ranges.
    holds(&adverts("max_count: 5"));
    assert_eq!(fails(&adverts("max_count: 4")), ["hub/vpn_gateway → branch1: 5 prefixes are announced, 4 allowed"]);
    holds(&adverts("shortest_length: 16"));
    assert!(fails(&adverts("shortest_length: 17"))[0].ends_with("/16 is announced, which is wider than allowed"));
    holds(&adverts("includes: [10.0.0.0/16, 10.1.0.0/16]"));
    assert_eq!(fails(&adverts("includes: 10.9.0.0/16")), ["hub/vpn_gateway → branch1: 10.9.0.0/16 is not announced"]);
    holds(&adverts("excludes: 0.0.0.0/0"));
    assert_eq!(fails(&adverts("excludes: 10.1.0.0/16")), ["hub/vpn_gateway → branch1: 10.1.0.0/16 is announced"]);
}

#[test]
fn announcements_to_nobody_do_not_hold() {
    let shown = fails("- { from: branch1, advertises_to: branch2, excludes: 0.0.0.0/0 }");
    assert_eq!(shown, ["branch1 → branch2: no BGP session joins them"]);
    // The second branch has a tunnel to the first instance only.
    let shown = fails("- { from: \"hub/vpn_gateway:1\", advertises_to: \"branch*\", max_count: 9 }");
    assert_eq!(shown, ["hub/vpn_gateway → branch2: no BGP session joins them"]);
}

#[test]
fn every_site_may_announce() {
    assert_eq!(holds("- { every: { sites: \"*\" }, advertises_to: hub/vpn_gateway, max_count: 2 }"), 2);
    let shown = fails("- { every: { sites: \"*\" }, advertises_to: hub/vpn_gateway, max_count: 1 }");
    assert_eq!(shown, ["branch2 → hub/vpn_gateway: 2 prefixes are announced, 1 allowed"]);
}

#[test]
fn what_is_supposed_changes_the_answer_and_is_told_with_the_command() {
    let expect = "- { from: spoke1/app, to: branch1, reaches: true }";
    assert_eq!(run(expect, &[]).code, 0);
    let run = run(expect, &["--down", "hub/vpn_gateway"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, "note: what if: hub/vpn_gateway down\n"));
    let command = "rsctl trace --from spoke1/app --to branch1 --both --file estate.rsctl.yaml --down hub/vpn_gateway\n";
    assert!(run.stdout.contains(command), "{}", run.stdout);
}
