//! Claims that hold under failures, too.

use super::{fails, holds, run};

#[test]
fn one_of_two_firewalls_may_fail_and_both_may_not() {
    let survives =
        |any: u8| format!("- {{ from: spoke1/app, to: internet, reaches: true, survives: {{ any: {any}, of: nva }} }}");
    // As it is, and without each.
    assert_eq!(holds(&survives(1)), 3);
    let shown = fails(&survives(2));
    assert_eq!(shown.len(), 1);
    assert!(shown[0].starts_with("spoke1/app → internet without fw1+fw2: "), "{shown:?}");
}

#[test]
fn all_other_claims_have_to_hold_under_the_failure() {
    let shown = fails(
        "- { from: spoke1/app, to: internet, via: [fw2, ilb], inspected_by: [fw1, fw2], survives: { of: [fw1, fw2] } , name: x, symmetric: true, reaches: true }",
    );
    assert!(shown.is_empty(), "{shown:?}");
}

#[test]
fn an_instance_may_fail_where_the_tunnel_ends_at_both() {
    let survives = |site: &str| {
        format!("- {{ from: spoke2/open, to: {site}, reaches: true, survives: {{ any: 1, of: instance }} }}")
    };
    assert_eq!(holds(&survives("branch1")), 3);
    let shown = fails(&survives("branch2"));
    assert_eq!(shown.len(), 1);
    assert!(shown[0].contains("without hub/vpn_gateway:0"), "{shown:?}");
}

#[test]
fn what_fails_may_be_named() {
    let shown = fails("- { from: spoke2/open, to: branch1, reaches: true, survives: { of: [branch2, hub~spoke2] } }");
    assert_eq!(shown.len(), 1);
    assert!(shown[0].contains("without hub~spoke2"), "{shown:?}");
}

#[test]
fn conversations_of_what_failed_itself_are_not_held_against_it() {
    // A hub takes its spokes' way with it, but not the spokes; a branch that failed asks for nothing.
    assert_eq!(holds("- { every: { sites: \"*\" }, to: spoke2/open, reaches: true, survives: { of: [branch1] } }"), 3);
}

#[test]
fn spokes_that_a_failure_tells_apart_are_told_apart() {
    let group = "{ subnets: \"spoke?/app\" }";
    let shown = fails(&format!("- {{ every: {group}, to: {group}, reaches: true, survives: {{ of: hub~spoke2 }} }}"));
    assert!(shown.iter().all(|line| line.contains("spoke2/app")), "{shown:?}");
    assert_eq!(shown.len(), 2, "one of each direction");
}

#[test]
fn announcements_may_have_to_survive() {
    holds("- { from: hub/vpn_gateway, advertises_to: branch1, includes: 10.1.0.0/16, survives: { of: instance } }");
    let shown =
        fails("- { from: hub/vpn_gateway, advertises_to: branch2, includes: 10.1.0.0/16, survives: { of: instance } }");
    assert_eq!(shown, ["hub/vpn_gateway → branch2 without hub/vpn_gateway:0: no BGP session joins them"]);
}

#[test]
fn nothing_that_could_fail_is_no_survival() {
    let refused = run("- { from: spoke1/app, to: internet, reaches: true, survives: { of: circuit } }", &[]).refused();
    assert!(refused.contains("nothing here can fail that is to be survived"), "{refused}");
}
