//! `rsctl test`: every claim holds where it should and fails where it should, and every format tells it.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

#[path = "expect/bisect.rs"]
mod bisect;
#[path = "expect/claims.rs"]
mod claims;
#[path = "support/command.rs"]
mod command;
#[path = "expect/formats.rs"]
mod formats;
#[path = "expect/mistakes.rs"]
mod mistakes;
#[path = "expect/survival.rs"]
mod survival;

use command::{Run, folder, rsctl};
use serde_json::Value;

/// Two firewalls that translate addresses behind a load balancer between two spokes and a branch. `spoke2/open` goes past them, and `lonely` is joined to nothing.
const ESTATE: &str = "rsctl: 1
vnets:
  hub:
    address_space: 10.0.0.0/16
    subnets: { GatewaySubnet: { prefix: 10.0.0.64/26, route_table: gateway }, nva: 10.0.1.0/24 }
    vpn_gateway: { active_active: true }
  spoke1: { address_space: 10.1.0.0/16, subnets: { app: { prefix: 10.1.0.0/24, route_table: inspected }, db: { prefix: 10.1.1.0/24, route_table: inspected } } }
  spoke2: { address_space: 10.2.0.0/16, subnets: { app: { prefix: 10.2.0.0/24, route_table: inspected }, open: 10.2.1.0/24 } }
  lonely: { address_space: 10.9.0.0/16, subnets: { app: { prefix: 10.9.0.0/24, route_table: nowhere } } }
peerings:
  - { hub: hub, spoke: spoke1, allow_forwarded_traffic: true }
  - { hub: hub, spoke: spoke2, allow_forwarded_traffic: true }
nvas:
  fw1: { subnet: hub/nva, ip: 10.0.1.4, snat: true }
  fw2: { subnet: hub/nva, ip: 10.0.1.5, snat: true }
load_balancers:
  ilb: { subnet: hub/nva, ip: 10.0.1.100, backends: [fw1, fw2] }
sites:
  branch1: { asn: 65021, prefixes: [192.168.0.0/16], readvertise: false, vpn: { gateway: hub } }
  branch2: { asn: 65022, prefixes: [172.20.0.0/16, 172.21.0.0/16], readvertise: false, vpn: { gateway: hub, instances: 0 } }
route_tables:
  inspected:
    bgp_route_propagation: false
    routes: { all: { prefix: 0.0.0.0/0, next_hop: 10.0.1.100 } }
  gateway:
    routes: { spoke1: { prefix: 10.1.0.0/16, next_hop: 10.0.1.100 }, spoke2: { prefix: 10.2.0.0/24, next_hop: 10.0.1.100 } }
  nowhere:
    routes: { all: { prefix: 0.0.0.0/0, next_hop: None } }
";

/// The estate with these expectations.
fn estate(expect: &str) -> String {
    format!("{ESTATE}expect:\n{expect}\n")
}

/// Runs the command on the estate with these expectations.
fn run(expect: &str, args: &[&str]) -> Run {
    let folder = folder(&[("estate.rsctl.yaml", &estate(expect))]);
    rsctl(folder.path(), &[&["test", "estate.rsctl.yaml"], args].concat())
}

/// How the only expectation came out.
fn outcome(expect: &str) -> Value {
    let run = run(expect, &["-o", "json"]);
    let told = run.json();
    let tests = told["suites"][0]["tests"].as_array().unwrap();
    assert_eq!((tests.len(), run.stderr.as_str()), (1, ""));
    let fine = matches!(tests[0]["status"].as_str().unwrap(), "passed" | "knownToFail");
    assert_eq!(run.code, i32::from(!fine));
    tests[0].clone()
}

/// The expectation holds; how much was looked at.
fn holds(expect: &str) -> u64 {
    let test = outcome(expect);
    assert_eq!(test["status"], "passed", "{expect}: {test:#}");
    test["checked"].as_u64().unwrap()
}

/// The expectation does not hold: who to whom, with what down, and why, of each counterexample.
fn fails(expect: &str) -> Vec<String> {
    let test = outcome(expect);
    assert_eq!(test["status"], "failed", "{expect}: {test:#}");
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let told = |shown: &Value| {
        let down: Vec<String> = shown["failures"].as_array().into_iter().flatten().map(word).collect();
        let down = if down.is_empty() { String::new() } else { format!(" without {}", down.join("+")) };
        format!("{} → {}{down}: {}", word(&shown["from"]), word(&shown["to"]), word(&shown["reason"]))
    };
    test["counterexamples"].as_array().unwrap().iter().map(told).collect()
}
