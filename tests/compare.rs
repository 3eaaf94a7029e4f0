//! `rsctl compare` as a user meets it: which designs are compared, what becomes of each route, what each design costs to keep.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

#[path = "support/command.rs"]
mod command;

use command::{Run, folder, has_controls, rsctl, rsctl_fed};
use serde_json::{Value, json};
use std::path::Path;

/// A spoke with a route of almost every sort; `closed` takes no BGP, and spoke2 does not use the route server.
const VERDICTS: &str = "\
rsctl: 1
vnets:
  hub:
    address_space: [10.0.0.0/16]
    subnets:
      RouteServerSubnet: 10.0.0.0/26
      GatewaySubnet: { prefix: 10.0.0.64/26, route_table: gateway }
      nva: 10.0.1.0/24
    route_server: { branch_to_branch: true, peers: [fw1] }
    vpn_gateway: { active_active: true }
  spoke1:
    address_space: [10.1.0.0/16]
    subnets:
      app: { prefix: 10.1.0.0/24, route_table: app }
      db: { prefix: 10.1.1.0/24, route_table: closed }
  spoke2: { address_space: [10.2.0.0/16], subnets: { web: { prefix: 10.2.0.0/24, route_table: far } } }
peerings:
  - { hub: hub, spoke: spoke1 }
  - { between: [hub, spoke2], allow_forwarded_traffic: true }
nvas:
  fw1: { subnet: hub/nva, ip: 10.0.1.4, asn: 65001, advertises: [10.60.0.0/16, 10.61.0.0/16] }
  fw2: { subnet: hub/nva, ip: 10.0.1.5 }
sites:
  dc1: { asn: 65021, prefixes: [192.168.0.0/16], vpn: { gateway: hub } }
route_tables:
  app:
    routes:
      same: { prefix: 10.60.0.0/16, next_hop: 10.0.1.4 }
      other-firewall: { prefix: 10.61.0.0/16, next_hop: 10.0.1.5 }
      default: { prefix: 0.0.0.0/0, next_hop: 10.0.1.4 }
      covered: { prefix: 10.60.0.0/15, next_hop: 10.0.1.5 }
      own: { prefix: 10.1.1.0/24, next_hop: 10.0.1.4 }
      peered: { prefix: 10.0.1.0/24, next_hop: 10.0.1.4 }
      nowhere: { prefix: 203.0.113.0/24, next_hop: None }
      storage: { prefix: Storage, next_hop: Internet }
  closed:
    bgp_route_propagation: false
    routes: { default: { prefix: 0.0.0.0/0, next_hop: 10.0.1.4 } }
  far: { routes: { default: { prefix: 0.0.0.0/0, next_hop: 10.0.1.4 } } }
  gateway: { routes: { to-spoke1: { prefix: 10.1.0.0/16, next_hop: 10.0.1.4 } } }
  unused: { routes: { default: { prefix: 0.0.0.0/0, next_hop: 10.0.1.4 } } }
";

/// Two firewalls that announce the way to everywhere, and two spokes that hear of it.
const DYNAMIC: &str = "\
rsctl: 1
vnets:
  hub:
    address_space: [10.0.0.0/16]
    subnets: { RouteServerSubnet: 10.0.0.0/26, nva: { prefix: 10.0.1.0/24, route_table: nva } }
    route_server: { peers: [fw1, fw2] }
  spoke1: { address_space: [10.1.0.0/16], subnets: { app: 10.1.0.0/24 } }
  spoke2: { address_space: [10.2.0.0/16], subnets: { app: 10.2.0.0/24 } }
peerings:
  - { hub: hub, spoke: spoke1 }
  - { hub: hub, spoke: spoke2 }
nvas:
  fw1: { subnet: hub/nva, ip: 10.0.1.4, asn: 65001, advertises: [0.0.0.0/0] }
  fw2: { subnet: hub/nva, ip: 10.0.1.5, asn: 65001, advertises: [0.0.0.0/0] }
route_tables:
  nva: { bgp_route_propagation: false, routes: { internet: { prefix: 0.0.0.0/0, next_hop: Internet } } }
";

/// The same with a load balancer and one table instead of the route server.
const STATIC: &str = "\
rsctl: 1
extends: dynamic.rsctl.yaml
vnets:
  hub: { route_server: null }
  spoke1: { subnets: { app: { prefix: 10.1.0.0/24, route_table: shared } } }
  spoke2: { subnets: { app: { prefix: 10.2.0.0/24, route_table: shared } } }
peerings:
  - { between: [hub, spoke1], allow_forwarded_traffic: true }
  - { between: [hub, spoke2], allow_forwarded_traffic: true }
load_balancers:
  ilb: { subnet: hub/nva, ip: 10.0.1.100, backends: [fw1, fw2], ha_ports: true }
route_tables:
  shared: { routes: { default: { prefix: 0.0.0.0/0, next_hop: 10.0.1.100 } } }
";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Compares the topology of verdicts.
fn verdicts(more: &[&str]) -> Run {
    let folder = folder(&[("estate.rsctl.yaml", VERDICTS)]);
    rsctl(folder.path(), &[&["compare", "estate.rsctl.yaml"], more].concat())
}

/// Compares the two files, seen from the dynamic one.
fn designs(more: &[&str]) -> Run {
    let folder = folder(&[("dynamic.rsctl.yaml", DYNAMIC), ("static.rsctl.yaml", STATIC)]);
    rsctl(folder.path(), &[&["compare", "dynamic.rsctl.yaml", "--static", "static.rsctl.yaml"], more].concat())
}

/// `TABLE/ROUTE VERDICT BECAUSE…` of every route.
fn routes(json: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let one = |route: &Value| {
        let because = route["because"].as_array().cloned().unwrap_or_default();
        let parts = [format!("{}/{}", text(&route["table"]), text(&route["route"])), text(&route["verdict"])];
        parts.into_iter().chain(because.iter().map(text)).collect::<Vec<String>>().join(" ")
    };
    json["routes"].as_array().unwrap().iter().map(one).collect()
}

#[test]
fn a_file_alone_is_compared_without_its_route_servers_and_without_its_routes() {
    let alone = verdicts(&[]).fine();
    assert!(
        alone.stdout.starts_with(
            "  static: estate.rsctl.yaml without route-server\n  dynamic: estate.rsctl.yaml without udr\n"
        )
    );
    for spelled in [&["--without", "udr,route-server"][..], &["--without", "route-server, udr"]] {
        assert_eq!(verdicts(spelled).fine().stdout, alone.stdout, "{spelled:?}");
    }
    insta::assert_snapshot!("verdicts", alone.stdout);
}

#[test]
fn every_route_gets_the_verdict_that_its_ranges_ask_for() {
    let json = verdicts(&["-o", "json"]).fine().json();
    let expected = [
        "app/same redundant",
        "app/other-firewall overrides",
        "app/default notAnnounced",
        "app/covered idle",
        "app/own irreducible ownVnet",
        "app/peered irreducible peeredVnet",
        "app/nowhere irreducible nextHop",
        "app/storage irreducible serviceTag",
        "closed/default notTaken propagationOff",
        "far/default notTaken noRouteServer",
        "gateway/to-spoke1 irreducible gatewaySubnet",
        "unused/default idle",
    ];
    assert_eq!(routes(&json), expected);
}

#[test]
fn a_route_that_the_dynamic_design_has_too_is_in_both_or_differs() {
    let dynamic = VERDICTS
        .replace(
            "covered: { prefix: 10.60.0.0/15, next_hop: 10.0.1.5 }",
            "covered: { prefix: 10.60.0.0/15, next_hop: 10.0.1.4 }",
        )
        .replace(
            "nowhere: { prefix: 203.0.113.0/24, next_hop: None }",
            "nowhere: { prefix: 203.0.113.0/24, next_hop: Internet }",
        );
    let folder = folder(&[("s.rsctl.yaml", VERDICTS), ("d.rsctl.yaml", &dynamic)]);
    let json =
        rsctl(folder.path(), &["compare", "s.rsctl.yaml", "--dynamic", "d.rsctl.yaml", "-o", "json"]).fine().json();
    let told = routes(&json);
    for expected in ["app/same inBoth", "app/storage inBoth", "app/nowhere differs", "app/covered idle"] {
        assert!(told.iter().any(|route| route == expected), "{expected}: {told:#?}");
    }
    let back =
        rsctl(folder.path(), &["compare", "d.rsctl.yaml", "--static", "s.rsctl.yaml", "-o", "json"]).fine().json();
    assert_eq!(back, json, "the two ways to name the designs are one comparison");
}

#[test]
fn a_design_that_is_compared_with_itself_agrees_in_everything() {
    let folder = folder(&[("a.rsctl.yaml", VERDICTS)]);
    let run = rsctl(folder.path(), &["compare", "a.rsctl.yaml", "--static", "a.rsctl.yaml", "-o", "json"]).fine();
    let json = run.json();
    let agreements = json["subnets"].as_array().unwrap().iter().flat_map(|view| view["ranges"].as_array().unwrap());
    assert!(agreements.clone().count() > 5 && agreements.clone().all(|range| range["agreement"] == "same"), "{json}");
    assert_eq!(json["upkeep"]["static"], json["upkeep"]["dynamic"]);
}

#[test]
fn the_file_as_it_is_can_be_either_design() {
    let fixed = verdicts(&["--without", "udr"]).fine().stdout;
    assert!(fixed.starts_with("  static: estate.rsctl.yaml\n  dynamic: estate.rsctl.yaml without udr\n"), "{fixed}");
    let dynamic = verdicts(&["--without", "route-server"]).fine().stdout;
    assert!(
        dynamic.starts_with("  static: estate.rsctl.yaml without route-server\n  dynamic: estate.rsctl.yaml\n"),
        "{dynamic}"
    );
}

#[test]
fn without_tables_the_subnets_that_took_no_bgp_take_it() {
    let folder = folder(&[("d.rsctl.yaml", DYNAMIC)]);
    let decided = |without: &str| {
        let run = rsctl(folder.path(), &["compare", "--without", without, "-o", "json"]).fine().json();
        let nva = run["subnets"].as_array().unwrap().iter().find(|view| view["subnets"][0] == "hub/nva").unwrap();
        nva["ranges"][0]["dynamic"]["by"].clone()
    };
    assert_eq!(decided("udr"), "system");
    assert_eq!(decided("route-tables"), "BGP");
}

#[test]
fn what_is_supposed_of_both_designs_is_said() {
    let run = verdicts(&["--without", "fw2", "--down", "fw1"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, "note: what if: without fw2, fw1 down\n"));
    assert!(!run.stdout.contains("When fw1 fails") && !run.stdout.contains("fw2"), "{}", run.stdout);
}

#[test]
fn what_cannot_be_compared_is_refused_with_what_to_do() {
    let no_server = VERDICTS.replace("    route_server: { branch_to_branch: true, peers: [fw1] }\n", "");
    let folder = folder(&[
        ("a.rsctl.yaml", VERDICTS),
        ("no-server.rsctl.yaml", &no_server),
        ("bad.rsctl.yaml", "rsctl: 1\nvnets: here\n"),
    ]);
    let mistakes: &[&[&str]] = &[
        &[],
        &["no-server.rsctl.yaml"],
        &["no-server.rsctl.yaml", "--static", "a.rsctl.yaml"],
        &["a.rsctl.yaml", "--dynamic", "no-server.rsctl.yaml"],
        &["a.rsctl.yaml", "--static", "a.rsctl.yaml", "--dynamic", "a.rsctl.yaml"],
        &["a.rsctl.yaml", "--static", "nowhere.rsctl.yaml"],
        &["a.rsctl.yaml", "--static", "bad.rsctl.yaml"],
        &["a.rsctl.yaml", "no-server.rsctl.yaml"],
        &["-"],
        &["a.rsctl.yaml", "--without", "fw9"],
        &["a.rsctl.yaml", "-o", "sarif"],
    ];
    let mut said = String::new();
    for args in mistakes {
        let stderr = rsctl(folder.path(), &[&["compare"], *args].concat()).refused();
        said.push_str(&format!("$ rsctl compare {}\n{}\n\n", args.join(" "), stderr.trim_end()));
    }
    insta::assert_snapshot!("mistakes", said);
}

#[test]
fn a_static_design_without_routes_is_compared_and_said_to_have_none() {
    let bare = DYNAMIC
        .split("route_tables:")
        .next()
        .unwrap()
        .replace("nva: { prefix: 10.0.1.0/24, route_table: nva }", "nva: 10.0.1.0/24");
    let folder = folder(&[("d.rsctl.yaml", &bare)]);
    let run = rsctl(folder.path(), &["compare", "-o", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("the static design has no user-defined routes") && run.stderr.contains("rsctl emit udr"),
        "{}",
        run.stderr
    );
    assert_eq!(run.json()["routes"], json!([]));
}

#[test]
fn one_design_can_come_from_standard_input() {
    let folder = folder(&[("dynamic.rsctl.yaml", DYNAMIC), ("static.rsctl.yaml", STATIC)]);
    let run = rsctl_fed(folder.path(), &["compare", "-", "--static", "static.rsctl.yaml"], DYNAMIC).fine();
    let files = designs(&[]).fine();
    assert_eq!(run.stdout.replace("<stdin>", "dynamic.rsctl.yaml"), files.stdout);
}

#[test]
fn upkeep_counts_what_there_is_and_what_another_spoke_asks_for() {
    let json = designs(&["-o", "json"]).fine().json();
    let (fixed, dynamic) = (&json["upkeep"]["static"], &json["upkeep"]["dynamic"]);
    let counts = |view: &Value| {
        ["routeTables", "routes", "subnetsWithTable", "routeServers", "bgpConnections", "nvasWithBgp"]
            .map(|key| view[key].as_u64().unwrap())
    };
    assert_eq!(counts(fixed), [2, 2, 3, 0, 0, 0]);
    assert_eq!(counts(dynamic), [1, 1, 1, 1, 2, 2]);
    let edits = |view: &Value| {
        (view["nextSpoke"]["edits"].as_u64().unwrap(), view["nextSpoke"]["associations"].as_u64().unwrap())
    };
    assert_eq!((edits(fixed), edits(dynamic)), ((1, 1), (0, 0)));
    assert_eq!(dynamic["mostAnnounced"]["count"], 1);
    insta::assert_snapshot!("upkeep", designs(&[]).fine().stdout);
}

/// The row of what a failure does: in the static, and in the dynamic design.
fn failure(run: &Run, nva: &str) -> String {
    let row = run.stdout.lines().find(|line| line.trim_start().starts_with(&format!("When {nva} fails")));
    row.unwrap().split_whitespace().skip(3).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_loss_of_an_nva_is_noticed_by_probe_or_hold_time_or_by_nobody() {
    let balanced = designs(&[]).fine();
    let both = "once the load balancer's probe fails 2 subnets go another way within 180 s (hold time) 2 subnets go another way";
    assert_eq!(failure(&balanced, "fw1"), both);

    let alone = STATIC.replace("next_hop: 10.0.1.100", "next_hop: 10.0.1.4");
    let folder = folder(&[("dynamic.rsctl.yaml", DYNAMIC), ("static.rsctl.yaml", &alone)]);
    let run = rsctl(folder.path(), &["compare", "dynamic.rsctl.yaml", "--static", "static.rsctl.yaml"]).fine();
    let stuck =
        "2 subnets lose traffic until somebody edits the routes within 180 s (hold time) 2 subnets go another way";
    assert_eq!(failure(&run, "fw1"), stuck);
    assert_eq!(failure(&run, "fw2"), "no subnet notices within 180 s (hold time) 2 subnets go another way");
}

#[test]
fn nobody_notices_the_loss_of_an_nva_that_forwards_nothing() {
    // What goes to fw2 is dropped there: nobody has 10.61.0.0/16 behind it.
    let run = verdicts(&[]).fine();
    assert_eq!(failure(&run, "fw2"), "no subnet notices no subnet notices");
    let json = verdicts(&["-o", "json"]).fine().json();
    assert_eq!(
        json["upkeep"]["static"]["failures"][0]["noticed"],
        json!([]),
        "nothing probes fw1 in the static design"
    );
}

#[test]
fn a_table_that_says_nothing_is_no_upkeep() {
    let json = verdicts(&["-o", "json"]).fine().json();
    let dynamic = &json["upkeep"]["dynamic"];
    // Of the four tables without their routes, `closed` alone does something.
    assert_eq!((&dynamic["routeTables"], &dynamic["subnetsWithTable"]), (&json!(1), &json!(1)));
    assert_eq!(dynamic["nextSpoke"]["ownTables"], json!(["closed"]));
}

#[test]
fn the_formats_say_what_the_table_says() {
    insta::assert_snapshot!("markdown", designs(&["-o", "markdown"]).fine().stdout);
    insta::assert_snapshot!("json", designs(&["-o", "json"]).fine().stdout);
    let yaml: Value = serde_saphyr::from_str(&designs(&["-o", "yaml"]).fine().stdout).unwrap();
    assert_eq!(yaml, designs(&["-o", "json"]).fine().json());
    insta::assert_snapshot!("tsv", designs(&["-o", "tsv"]).fine().stdout);
}

#[test]
fn a_hostile_name_reaches_no_terminal() {
    let hostile = "\"f\\e[31mw\\u202e\"";
    let text = VERDICTS.replace("other-firewall:", &format!("{hostile}:")).replace("fw2:", &format!("{hostile}:"));
    let folder = folder(&[("a.rsctl.yaml", &text)]);
    for format in ["table", "json", "markdown", "tsv", "yaml"] {
        let run = rsctl(folder.path(), &["compare", "-o", format]);
        let shown = run.stdout.replace('\t', " ");
        assert!(!has_controls(&shown) && !has_controls(&run.stderr), "{format} {:?} {:?}", run.stdout, run.stderr);
    }
}

#[test]
fn the_designs_of_the_fixtures_compare_as_reviewed() {
    let firewall = "fixtures/observed/blog-lrivallain-default-route-and-subnet-prefix/topology.rsctl.yaml";
    let lab = "fixtures/observed/blog-fabferri-rs-firewall-default/stage-b.rsctl.yaml";
    let folder = "fixtures/compare";
    for (name, dynamic, fixed) in [
        ("one-firewall", firewall.to_owned(), "one-firewall/static"),
        ("active-active", lab.to_owned(), "active-active/static"),
        (
            "active-active-balanced",
            format!("{folder}/active-active/balanced.rsctl.yaml"),
            "active-active/balanced-static",
        ),
        (
            "active-active-next-hop",
            format!("{folder}/active-active/next-hop.rsctl.yaml"),
            "active-active/balanced-static",
        ),
        ("two-hubs", format!("{folder}/two-hubs/dynamic.rsctl.yaml"), "two-hubs/static"),
    ] {
        let run = rsctl(root(), &["compare", &dynamic, "--static", &format!("{folder}/{fixed}.rsctl.yaml")]).fine();
        insta::assert_snapshot!(format!("fixture-{name}"), run.stdout);
    }
}
