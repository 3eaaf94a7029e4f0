//! `rsctl emit` as a user meets it: where the output goes, what is remarked, what is refused, and that what was written means what it
//! says.
//!
//! What the formats hold is tested in `emit` and `nva_bgp`.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

#[path = "support/command.rs"]
mod command;

use command::{Run, folder, has_controls, rsctl, rsctl_fed, write};
use serde_json::Value;
use std::fs;
use std::path::Path;

const UDR_FORMATS: [&str; 5] = ["terraform", "bicep", "arm", "az", "yaml"];

/// Two firewalls that announce the way to everywhere, two spokes, and a third NVA without BGP.
const ESTATE: &str = "\
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
  proxy: { subnet: hub/nva, ip: 10.0.1.6 }
  alone: { subnet: hub/nva, ip: 10.0.1.7, asn: 65007, advertises: [10.70.0.0/16] }
sites:
  dc1: { asn: 65021, prefixes: [192.168.0.0/16] }
route_tables:
  nva: { bgp_route_propagation: false, routes: { internet: { prefix: 0.0.0.0/0, next_hop: Internet } } }
";

fn estate() -> tempfile::TempDir {
    folder(&[("estate.rsctl.yaml", ESTATE)])
}

fn emit(folder: &Path, args: &[&str]) -> Run {
    rsctl(folder, &[&["emit"], args].concat())
}

/// The remarks on standard error, one a line.
fn notes(run: &Run) -> Vec<&str> {
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.stderr.lines().map(|line| line.strip_prefix("note: ").unwrap_or_else(|| panic!("{line}"))).collect()
}

#[test]
fn every_format_says_its_remarks_on_standard_error_and_in_the_output() {
    let folder = estate();
    let usual = emit(folder.path(), &["udr"]);
    for format in UDR_FORMATS {
        let run = emit(folder.path(), &["udr", "estate.rsctl.yaml", "--as", format]);
        assert_eq!(run.stderr, usual.stderr, "{format}");
        assert!(!run.stdout.contains('\x1b'), "{format}");
        let remarks = notes(&run);
        assert_eq!(remarks.len(), 4, "{remarks:#?}");
        for remark in remarks {
            assert!(run.stdout.contains(remark), "{format} does not say: {remark}");
        }
    }
    assert_eq!(usual.stdout, emit(folder.path(), &["udr", "--as", "terraform"]).stdout, "the usual format");
    insta::assert_snapshot!("remarks", usual.stderr);
    insta::assert_snapshot!("overlay", emit(folder.path(), &["udr", "--as", "yaml"]).stdout);
}

#[test]
fn a_file_gets_what_would_be_printed_and_nothing_is_printed() {
    let folder = estate();
    let args: Vec<String> =
        UDR_FORMATS.iter().flat_map(|format| ["-o".into(), format!("{format}=out.{format}")]).collect();
    let args: Vec<&str> = ["udr"].into_iter().chain(args.iter().map(String::as_str)).collect();
    let run = emit(folder.path(), &args);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    for format in UDR_FORMATS {
        let printed = emit(folder.path(), &["udr", "--as", format]).stdout;
        assert_eq!(fs::read_to_string(folder.path().join(format!("out.{format}"))).unwrap(), printed, "{format}");
    }
}

#[test]
fn standard_input_is_told_by_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let run = rsctl_fed(folder.path(), &["emit", "udr", "-", "--as", "az"], ESTATE);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("# Route tables for `<stdin>`, written by rsctl."), "{}", run.stdout);
}

/// Subnets that do something else, each with how many ranges.
fn moved(json: &Value) -> Vec<(String, usize)> {
    let subnets = json["pairs"][0]["subnets"].as_array().unwrap();
    let names = |diff: &Value| diff["subnets"].as_array().unwrap().clone();
    let each = subnets.iter().flat_map(|diff| names(diff).into_iter().map(move |name| (name, diff)));
    each.map(|(name, diff)| (name.as_str().unwrap().to_owned(), diff["changes"].as_array().unwrap().len())).collect()
}

#[test]
fn the_overlay_is_a_topology_that_differs_only_in_what_was_remarked() {
    let folder = estate();
    let run = emit(folder.path(), &["udr", "--as", "yaml=static.rsctl.yaml"]);
    let inexpressible = notes(&run).into_iter().filter(|note| note.contains("traffic to")).count();
    let plan = rsctl(folder.path(), &["plan", "static.rsctl.yaml"]);
    assert_eq!((plan.code, plan.stderr.as_str()), (0, ""));
    let diff = rsctl(folder.path(), &["diff", "estate.rsctl.yaml", "static.rsctl.yaml"]).fine();
    let json = rsctl(folder.path(), &["diff", "estate.rsctl.yaml", "static.rsctl.yaml", "-o", "json"]).fine().json();
    assert_eq!(moved(&json), [("spoke1/app".to_owned(), 1), ("spoke2/app".to_owned(), 1)]);
    assert_eq!(inexpressible, 2, "{}", run.stderr);
    insta::assert_snapshot!("overlay-diff", diff.stdout);
}

#[test]
fn an_overlay_of_what_tables_can_say_in_full_moves_nothing() {
    let one = ESTATE.replace("peers: [fw1, fw2]", "peers: [fw1]");
    let folder = folder(&[("estate.rsctl.yaml", &one)]);
    let run = emit(folder.path(), &["udr", "--as", "yaml=static.rsctl.yaml"]);
    assert!(notes(&run).iter().all(|note| !note.contains("traffic to")), "{}", run.stderr);
    let json = rsctl(folder.path(), &["diff", "estate.rsctl.yaml", "static.rsctl.yaml", "-o", "json"]).fine().json();
    assert_eq!(moved(&json), []);
    assert!(json["summary"]["routes"].as_u64().unwrap() > 0, "the sessions of the route server are gone");
}

#[test]
fn an_overlay_in_another_folder_finds_its_base() {
    let folder = folder(&[("net/estate.rsctl.yaml", ESTATE), ("out/readme", "")]);
    let run = emit(folder.path(), &["udr", "net/estate.rsctl.yaml", "--as", "yaml=out/static.rsctl.yaml"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let text = fs::read_to_string(folder.path().join("out/static.rsctl.yaml")).unwrap();
    assert!(text.contains("extends: ../net/estate.rsctl.yaml"), "{text}");
    assert_eq!(rsctl(&folder.path().join("out"), &["plan"]).fine().code, 0);
}

#[test]
fn the_overlays_of_the_fixtures_are_what_emit_writes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (folder, labs) = ("fixtures/compare", "fixtures/observed");
    for (base, overlay) in [
        (format!("{labs}/blog-lrivallain-default-route-and-subnet-prefix/topology.rsctl.yaml"), "one-firewall/static"),
        (format!("{labs}/blog-fabferri-rs-firewall-default/stage-b.rsctl.yaml"), "active-active/static"),
        (format!("{folder}/active-active/balanced.rsctl.yaml"), "active-active/balanced-static"),
        (format!("{folder}/two-hubs/dynamic.rsctl.yaml"), "two-hubs/static"),
    ] {
        let kept = fs::read_to_string(root.join(format!("{folder}/{overlay}.rsctl.yaml"))).unwrap();
        let run = emit(root, &["udr", &base, "--as", "yaml"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        // Printed, it names its base from the current folder.
        let without_base = |text: &str| -> Vec<String> {
            text.lines().filter(|line| !line.starts_with("extends: ")).map(str::to_owned).collect()
        };
        assert_eq!(without_base(&run.stdout), without_base(&kept), "{overlay}");
    }
}

#[test]
fn only_the_subnets_that_were_asked_for_get_tables() {
    let folder = estate();
    for args in [["--subnet", "spoke1/app"], ["--vnet", "spoke1"]] {
        let run = emit(folder.path(), &[&["udr", "--as", "az"][..], &args].concat());
        assert!(
            notes(&run).iter().any(|note| note.starts_with("Every other subnet keeps the table it has")),
            "{}",
            run.stderr
        );
        assert!(run.stdout.contains("--vnet-name spoke1 --name app"), "{}", run.stdout);
        let tables = run.stdout.matches("route-table create").count();
        let subnets = run.stdout.matches("subnet update").count();
        assert_eq!((tables, subnets), (1, 1), "{}", run.stdout);
    }
}

#[test]
fn without_a_route_server_the_tables_of_the_topology_are_written_and_that_is_said() {
    let no_server = ESTATE
        .replace("    route_server: { peers: [fw1, fw2] }\n", "")
        .replace("{ hub: hub, spoke: ", "{ between: [hub, ")
        .replace("spoke1 }\n", "spoke1] }\n")
        .replace("spoke2 }\n", "spoke2] }\n");
    let folder = folder(&[("estate.rsctl.yaml", &no_server)]);
    let run = emit(folder.path(), &["udr", "--as", "yaml=static.rsctl.yaml"]);
    assert_eq!(notes(&run), ["the topology has no route server: these are the tables it has, in the fewest routes"]);
    let diff = rsctl(folder.path(), &["diff", "estate.rsctl.yaml", "static.rsctl.yaml", "--exit-code"]);
    assert_eq!(diff.code, 0, "{}", diff.stdout);
}

#[test]
fn the_bgp_of_an_nva_is_written_for_each_daemon() {
    let folder = estate();
    for (format, nva) in [("frr", "fw1"), ("bird", "fw2")] {
        let run = emit(folder.path(), &["nva-bgp", "--nva", nva, "--as", format]).fine();
        insta::assert_snapshot!(format!("nva-{format}"), run.stdout);
        let args = ["nva-bgp", "--nva", nva, "--as", &format!("{format}=daemon.conf")];
        assert_eq!(emit(folder.path(), &args).fine().stdout, "");
        assert_eq!(fs::read_to_string(folder.path().join("daemon.conf")).unwrap(), run.stdout);
    }
}

#[test]
fn the_only_nva_that_speaks_bgp_needs_no_name() {
    let folder = estate();
    let one = emit(folder.path(), &["nva-bgp", "--without", "fw2,alone", "--as", "frr"]);
    assert_eq!((one.code, one.stderr.as_str()), (0, "note: what if: without fw2, alone\n"));
    assert!(one.stdout.starts_with("! BGP of fw1 (ASN 65001), as estate.rsctl.yaml states it.\n"), "{}", one.stdout);
}

#[test]
fn an_nva_that_nobody_listens_to_is_configured_and_that_is_said() {
    let folder = estate();
    for format in ["frr", "bird"] {
        let run = emit(folder.path(), &["nva-bgp", "--nva", "alone", "--as", format]);
        assert_eq!(notes(&run), ["the topology has no BGP session of alone: it announces to nobody"]);
        assert!(run.stdout.contains("no BGP session of alone"), "{}", run.stdout);
    }
}

#[test]
fn a_wrong_argument_is_refused_before_anything_is_written_or_remarked() {
    let folder = estate();
    write(
        folder.path(),
        "none/estate.rsctl.yaml",
        &ESTATE.replace(", asn: 65001", "").replace(", asn: 65007", "").replace("peers: [fw1, fw2]", "peers: []"),
    );
    let mistakes: &[&[&str]] = &[
        &["udp"],
        &["udr", "nowhere.rsctl.yaml"],
        &["udr", "--as", "frr"],
        &["udr", "--as", "yaml="],
        &["udr", "--as", "terraform", "--as", "bicep"],
        &["udr", "--subnet", "spoke1/ap"],
        &["udr", "--subnet", "spoke1"],
        &["udr", "--vnet", "spoke3"],
        &["udr", "--as", "yaml=estate.rsctl.yaml"],
        &["udr", "--as", "yaml=./none/../estate.rsctl.yaml"],
        &["nva-bgp"],
        &["nva-bgp", "--as", "frr"],
        &["nva-bgp", "--as", "quagga", "--nva", "fw1"],
        &["nva-bgp", "--as", "frr", "--as", "bird", "--nva", "fw1"],
        &["nva-bgp", "--as", "frr", "--nva", "fw9"],
        &["nva-bgp", "--as", "frr", "--nva", "hub"],
        &["nva-bgp", "--as", "frr", "--nva", ""],
        &["nva-bgp", "--as", "frr", "--nva", "proxy"],
        &["nva-bgp", "--as", "frr", "--nva", "dc1"],
        &["nva-bgp", "--as", "frr", "--nva", "fw1", "--down", "fw1"],
        &["nva-bgp", "none/estate.rsctl.yaml", "--as", "frr"],
        &["nva-bgp", "none/estate.rsctl.yaml", "--as", "frr", "--nva", "fw9"],
    ];
    let mut said = String::new();
    for args in mistakes {
        let stderr = emit(folder.path(), args).refused();
        assert!(!stderr.contains("note: "), "{stderr}");
        said.push_str(&format!("$ rsctl emit {}\n{}\n\n", args.join(" "), stderr.trim_end()));
    }
    insta::assert_snapshot!("mistakes", said);
    assert_eq!(fs::read_to_string(folder.path().join("estate.rsctl.yaml")).unwrap(), ESTATE);
}

#[test]
fn an_overlay_extends_a_file_as_it_is_written() {
    let folder = estate();
    let supposed = emit(folder.path(), &["udr", "--as", "yaml", "--down", "fw1"]).refused();
    assert!(supposed.contains("an overlay cannot be written with a what-if"), "{supposed}");
    let fed = rsctl_fed(folder.path(), &["emit", "udr", "-", "--as", "yaml"], ESTATE).refused();
    assert!(fed.contains("an overlay cannot extend standard input"), "{fed}");
    let others = emit(folder.path(), &["udr", "--as", "az", "--without", "fw2"]);
    assert!(notes(&others).contains(&"what if: without fw2"), "{}", others.stderr);
    let unset = emit(folder.path(), &["udr", "--as", "yaml", "--down", ""]);
    assert_eq!(unset.code, 0, "an empty flag supposes nothing: {}", unset.stderr);
}

#[test]
fn a_folder_that_is_not_there_is_named_and_no_temporary_file() {
    let folder = estate();
    for args in [&["udr", "--as", "az=nowhere/out.sh"][..], &["nva-bgp", "--nva", "fw1", "--as", "frr=nowhere/out.sh"]]
    {
        let stderr = emit(folder.path(), args).refused();
        assert!(stderr.contains("error: cannot write nowhere/out.sh: "), "{stderr}");
        assert!(!stderr.contains(".tmp"), "{stderr}");
    }
}

#[test]
fn a_hostile_name_reaches_no_terminal() {
    let hostile = "\"f\\e[31mw\\u202e\"";
    let text = ESTATE.replace("fw1", hostile).replace("app: 10.1", &format!("{hostile}: 10.1"));
    let folder = folder(&[("estate.rsctl.yaml", &text)]);
    for format in UDR_FORMATS {
        let run = emit(folder.path(), &["udr", "--as", format]);
        assert!(!has_controls(&run.stdout) && !has_controls(&run.stderr), "{format} {:?} {:?}", run.stdout, run.stderr);
    }
    for format in ["frr", "bird"] {
        let run = emit(folder.path(), &["nva-bgp", "--nva", "f\u{1b}[31mw\u{202e}", "--as", format]);
        assert!(!has_controls(&run.stdout) && !has_controls(&run.stderr), "{format} {:?} {:?}", run.stdout, run.stderr);
    }
}
