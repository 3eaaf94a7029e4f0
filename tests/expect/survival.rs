//! Claims that hold under failures, too.

use super::{fails, folder, holds, rsctl, run};

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

/// Without its firewall, the spoke goes to the internet by the system route.
const BYPASSED: &str = "rsctl: 1
vnets:
  hub:
    address_space: 10.0.0.0/16
    subnets: { RouteServerSubnet: 10.0.0.0/26, nva: { prefix: 10.0.1.0/24, route_table: out } }
    route_server: { peers: fw1 }
  spoke: { address_space: 10.1.0.0/16, subnets: { app: 10.1.0.0/24 } }
peerings: [{ hub: hub, spoke: spoke, allow_forwarded_traffic: true }]
nvas: { fw1: { subnet: hub/nva, ip: 10.0.1.4, asn: 65001, advertises: 0.0.0.0/0, snat: true } }
route_tables: { out: { routes: { out: { prefix: 0.0.0.0/0, next_hop: Internet } } } }
expect:
  - { from: spoke/app, to: internet, reaches: true, survives: { of: nva } }
  - { from: spoke/app, to: internet, via: fw1, survives: { of: nva } }
";

#[test]
fn all_other_claims_have_to_hold_under_the_failure() {
    let folder = folder(&[("estate.rsctl.yaml", BYPASSED)]);
    let told = rsctl(folder.path(), &["test", "-o", "json"]).json();
    let [reaches, via] = told["suites"][0]["tests"].as_array().unwrap().as_slice() else { panic!("{told:#}") };
    assert_eq!((&reaches["status"], &via["status"]), (&"passed".into(), &"failed".into()), "{told:#}");
    let shown = &via["counterexamples"][0];
    assert_eq!(
        (&shown["failures"][0], &shown["reason"]),
        (&"fw1".into(), &"packets pass none of fw1: spoke/app, and end on the internet".into())
    );
}

#[test]
fn a_load_balancer_that_fails_takes_both_firewalls_with_it() {
    let shown = fails("- { from: spoke1/app, to: internet, reaches: true, survives: { of: [ilb, fw1] } }");
    assert_eq!(shown, ["spoke1/app → internet without ilb: packets end at ilb, which is down"]);
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
    // An instance that has failed itself is not asked.
    let one =
        "- { from: \"hub/vpn_gateway:1\", advertises_to: branch1, includes: 10.1.0.0/16, survives: { of: instance } }";
    assert_eq!(holds(one), 2);
}

#[test]
fn nothing_that_could_fail_is_no_survival() {
    let refused = run("- { from: spoke1/app, to: internet, reaches: true, survives: { of: circuit } }", &[]).refused();
    assert!(refused.contains("nothing here can fail that is to be survived"), "{refused}");
}

#[test]
fn either_of_two_circuits_may_fail_and_both_may_not() {
    let outcome = |any: u8| {
        let text = format!(
            "rsctl: 1
vnets:
  hub:
    address_space: 10.0.0.0/16
    subnets: {{ GatewaySubnet: 10.0.0.64/26, app: 10.0.2.0/24 }}
    express_route_gateway: {{}}
sites: {{ dc: {{ asn: 65021, prefixes: 192.168.0.0/16 }} }}
circuits: {{ er1: {{ gateways: hub, sites: dc }}, er2: {{ gateways: hub, sites: dc }} }}
expect:
  - {{ from: hub/app, to: dc, reaches: true, survives: {{ any: {any}, of: [circuit, instance] }} }}
"
        );
        let folder = folder(&[("estate.rsctl.yaml", &text)]);
        rsctl(folder.path(), &["test"])
    };
    assert_eq!(outcome(1).fine().code, 0);
    let both = outcome(2);
    assert_eq!(both.code, 1);
    let shown: Vec<&str> = both.stdout.lines().filter(|line| line.contains(" down: ")).map(str::trim).collect();
    let instances = "hub/express_route_gateway:0 and hub/express_route_gateway:1";
    let lost = |what: &str| format!("hub/app → dc with {what} down: packets are dropped where they start");
    assert_eq!(shown, [lost("er1 and er2"), lost(instances)], "a circuit and an instance leave another of each");
}
