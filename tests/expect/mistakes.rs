//! Entries that cannot be held against anything: each is refused at its place, with what to do.

use super::{ESTATE, estate, folder, rsctl, run};

/// Refused with this message.
fn refused(expect: &str, message: &str) {
    let said = run(expect, &[]).refused();
    assert!(said.contains(message), "{expect}\n{said}");
    assert!(said.contains("estate.rsctl.yaml:") && said.contains("help: "), "{said}");
}

#[test]
fn an_entry_without_a_claim_is_refused() {
    refused("- { from: spoke1/app, to: internet }", "the entry claims nothing");
    refused("- { from: spoke1/app, to: internet, must_fail: true }", "the entry claims nothing");
    refused("- { from: hub/vpn_gateway, advertises_to: branch1 }", "claims nothing of what is announced");
    refused("- { from: spoke1/app, to: internet, symmetric: false }", "`symmetric: false` claims nothing");
}

#[test]
fn claims_that_contradict_each_other_are_refused() {
    refused(
        "- { from: spoke1/app, to: internet, via: fw1, no_route: true }",
        "`via` and `no_route` exclude each other",
    );
    refused(
        "- { from: spoke1/app, to: internet, inspected: true, reaches: false }",
        "`inspected` and `reaches: false` exclude each other",
    );
    refused(
        "- { from: branch1, to: internet, reaches: true, max_count: 3 }",
        "`reaches: true` and `max_count` exclude each other",
    );
    refused(
        "- { from: branch1, to: internet, advertises_to: hub/vpn_gateway, max_count: 3 }",
        "`max_count` and `to` exclude each other",
    );
}

#[test]
fn what_is_missing_or_unknown_is_refused() {
    refused("- {}", "this expectation has neither `from` nor `every`");
    refused("- { from: spoke1/app, every: { sites: \"*\" }, to: internet, reaches: true }", "exclude each other");
    refused("- { from: spoke1/app, reaches: true }", "does not say where packets go");
    refused("- { from: branch1, max_count: 3 }", "`max_count` needs `advertises_to` beside it");
    refused("- { from: spoke1/app, to: internet, reaches: true, surprise: 1 }", "unknown key `surprise`");
    refused("- { from: spoke1/app, to: internet, reaches: true, survives: { any: 1 } }", "lacks `of`");
    refused("- { every: {}, to: internet, reaches: true }", "the group is empty");
}

#[test]
fn a_pattern_or_a_name_that_matches_nothing_is_refused() {
    refused(
        "- { every: { subnets: \"spok-*/*\" }, to: internet, reaches: true }",
        "no workload subnet matches `spok-*/*`",
    );
    refused(
        "- { every: { subnets: [\"spoke1/*\", spoke3/app] }, to: internet, reaches: true }",
        "there is no workload subnet `spoke3/app`",
    );
    refused("- { every: { subnets: hub/GatewaySubnet }, to: internet, reaches: true }", "there is no workload subnet");
    refused("- { every: { subnets: \"*\" }, to: internet, reaches: true }", "no workload subnet matches `*`");
    refused("- { every: { subnets: \"[\" }, to: internet, reaches: true }", "`[` is no pattern");
    refused("- { from: \"spoke1/*\", to: internet, reaches: true }", "takes patterns");
    refused("- { from: spoke1/app, to: internet, via: fw3 }", "there is no NVA, site, gateway or load balancer `fw3`");
    refused("- { from: spoke1/app, to: internet, inspected_by: branch1 }", "there is no NVA `branch1`");
    refused("- { from: spoke1/ap, to: internet, reaches: true }", "did you mean `spoke1/app`?");
    refused("- { from: fw1, advertises_to: branch1, max_count: 3 }", "there is no BGP speaker `fw1`");
    refused("- { every: { subnets: \"*/*\" }, advertises_to: branch1, max_count: 3 }", "a subnet announces nothing");
    refused("- { from: spoke1/app, to: internet, reaches: true, survives: { of: nvas } }", "there is no `nvas`");
    refused(
        "- { from: spoke1/app, to: internet, reaches: true, survives: { any: 3, of: nva } }",
        "3 things do not fail at once",
    );
}

#[test]
fn what_leaves_nothing_to_look_at_is_refused() {
    refused("- { from: spoke1/app, to: spoke1/app, reaches: true }", "nothing is left to hold this against");
    refused("- { from: internet, to: spoke1/app, reaches: true }", "where packets from the internet come in");
    refused("- { from: spoke1/app, to: 10.1.7.0/24, reaches: true }", "no subnet has an address of 10.1.7.0/24");
    refused("- { from: spoke1/app, to: 10.1.0.1/16, reaches: true }", "did you mean `10.1.0.0/16`?");
}

#[test]
fn every_mistake_is_told_and_nothing_is_tested() {
    let said = run("- { from: a/b, to: internet, reaches: true }\n- { from: spoke1/app, to: c/d, reaches: true }", &[]);
    let said = said.refused();
    assert!(said.contains("`a/b`") && said.contains("`c/d`"), "{said}");
}

#[test]
fn hostile_names_do_nothing_to_the_terminal() {
    let said = run("- { name: \"a\\e[2J\", from: spoke1/app, to: internet, reaches: true }", &[]).refused();
    assert!(said.contains("invisible character"), "{said}");
    run("- { from: \"x\\u202ey\", to: internet, reaches: true }", &[]).refused();
    run("- { every: { subnets: \"\\u0007*\" }, to: internet, reaches: true }", &[]).refused();
}

#[test]
fn nothing_to_test_is_no_success() {
    let bare = folder(&[("estate.rsctl.yaml", ESTATE)]);
    let said = rsctl(bare.path(), &["test"]).refused();
    assert!(said.contains("nothing was tested: estate.rsctl.yaml expects nothing"), "{said}");
    let said = run("- { from: spoke1/app, to: internet, reaches: true }", &["--filter", "nowhere"]).refused();
    assert!(said.contains("nothing was tested: --filter leaves out 1 expectation"), "{said}");
    let empty = folder(&[]);
    assert!(rsctl(empty.path(), &["test"]).refused().contains("there is no `*.rsctl.yaml` here"));
}

#[test]
fn other_commands_do_not_mind_expectations() {
    let folder = folder(&[("estate.rsctl.yaml", &estate("- { from: nobody/app, to: internet, reaches: true }"))]);
    assert_eq!(rsctl(folder.path(), &["plan"]).code, 0);
}
