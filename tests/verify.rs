//! `rsctl verify`: forms of captures, what is told from their content, drift, hints, mistakes and exit codes.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn fixtures(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder)
}

/// Runs `rsctl` in a folder of `fixtures`.
fn rsctl(folder: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rsctl"));
    command.current_dir(fixtures(folder)).args(arguments).arg("--color=never").env("LC_ALL", "C.UTF-8");
    command.env_remove("RSCTL_FACTS").env_remove("RSCTL_OUTPUT").output().unwrap()
}

fn verify(folder: &str, arguments: &[&str]) -> Output {
    rsctl(folder, &[&["verify"], arguments].concat())
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", stderr(output)))
}

const TOPOLOGY: &str = "topology.rsctl.yaml";

#[test]
fn captures_that_agree_are_fine() {
    let output = verify("verify", &[TOPOLOGY, "effective:spoke1/app=captures/app.json"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(stderr(&output), "");
    assert!(stdout(&output).ends_with("\nVerify: 5 of 5 rows match, 3 ignored\n"), "{}", stdout(&output));
}

#[test]
fn what_rsctl_prints_is_what_it_predicts() {
    for (object, print) in [
        ("effective:spoke1/db", vec!["routes", "spoke1/db", "-f", TOPOLOGY, "-o", "json"]),
        ("learned:hub/route_server", vec!["rib", "hub/route_server", "-f", TOPOLOGY, "-o", "json"]),
        (
            "advertised:hub/route_server:fw2",
            vec!["rib", "hub/route_server", "--advertised", "--peer", "fw2", "-f", TOPOLOGY, "-o", "json"],
        ),
        ("bgp:fw1", vec!["rib", "fw1", "-f", TOPOLOGY, "-o", "json"]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("print.json");
        std::fs::write(&file, rsctl("verify", &print).stdout).unwrap();
        let output = verify("verify", &[TOPOLOGY, &format!("{object}={}", file.display())]);
        assert_eq!(code(&output), 0, "{object}: {}{}", stdout(&output), stderr(&output));
    }
}

#[test]
fn a_manifest_knows_topologies_and_differences() {
    let output = verify("verify", &[TOPOLOGY, "captures.yaml"]);
    assert_eq!(code(&output), 0, "{}{}", stdout(&output), stderr(&output));
    insta::assert_snapshot!("manifest", stdout(&output));
    for same in [".", "captures.yaml"] {
        assert_eq!(stdout(&verify("verify", &[TOPOLOGY, same])), stdout(&output));
    }
}

#[test]
fn a_known_difference_that_is_none_is_drift() {
    let output = verify("verify", &[TOPOLOGY, "stale.captures.yaml"]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    insta::assert_snapshot!("stale", stdout(&output));
    let value = json(&verify("verify", &[TOPOLOGY, "stale.captures.yaml", "-o", "json"]));
    assert_eq!(value["captures"][0]["stale"], serde_json::json!([{"row": "172.20.0.0/16", "kind": "missing"}]));
    assert_eq!(value["summary"]["stale"], 1);
}

#[test]
fn the_files_of_a_folder_without_manifest_are_captures() {
    let output = verify("verify", &[TOPOLOGY, "folder"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(
        stderr(&output),
        "note: taken as effective:spoke1/app=folder/a.json (the same is predicted for spoke1/web)\n\
         note: taken as learned:hub/route_server:fw1=folder/b.txt\n"
    );
}

#[test]
fn drift_is_shown_row_by_row() {
    let topology = "../../observed/blog-fabferri-hub-spoke-ibgp/topology.rsctl.yaml";
    let output = verify("verify/drift", &[topology, "vmspoke1.json"]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    insta::assert_snapshot!("drift", stdout(&output));
    insta::assert_snapshot!("drift-all", stdout(&verify("verify/drift", &[topology, "vmspoke1.json", "--all"])));
    let formats = ["json", "yaml", "tsv", "markdown"];
    for format in formats {
        let output = verify("verify/drift", &[topology, "vmspoke1.json", "-o", format]);
        assert_eq!(code(&output), 1);
        insta::assert_snapshot!(format!("drift-{format}"), stdout(&output));
    }
}

#[test]
fn objects_are_told_from_what_was_printed() {
    for (lab, topology, file, kind, at, peer) in [
        ("blog-fabferri-hub-spoke-ibgp", TOPOLOGY, "vmspoke1-effective", "effective", "spoke1/vm", None),
        (
            "gh-spoke-udr-default-propagation-off",
            TOPOLOGY,
            "spoke-a-effective",
            "effective",
            "vnet-spoke-a/snet-workload",
            None,
        ),
        (
            "blog-fabferri-dualhome-2er",
            TOPOLOGY,
            "rs0-learned-from-csr2",
            "learned",
            "vnet0/route_server",
            Some("csr2"),
        ),
        (
            "blog-fabferri-dualhome-2er",
            TOPOLOGY,
            "rs0-advertised-to-csr1",
            "advertised",
            "vnet0/route_server",
            Some("csr1"),
        ),
        (
            "blog-fabferri-rs-firewall-default",
            "stage-b.rsctl.yaml",
            "b-routesrv1-learned-from-nva1",
            "learned",
            "vnet1/route_server",
            Some("nva1"),
        ),
        ("blog-fabferri-er-vpn-transit", TOPOLOGY, "vpngw1-learned", "learned", "vnet1/vpn_gateway", None),
        ("blog-fabferri-er-vpn-transit", TOPOLOGY, "ergw-learned", "learned", "vnet1/express_route_gateway", None),
        (
            "blog-fabferri-azfw-two-hubs-one-circuit",
            TOPOLOGY,
            "gw1-advertised",
            "advertised",
            "hub1/express_route_gateway",
            Some("circuit1"),
        ),
        ("blog-fabferri-azfw-two-hubs-one-circuit", TOPOLOGY, "circuit1-primary", "circuit", "circuit1", None),
        ("gh-mddazure-vpn-asn300", TOPOLOGY, "csr-bgp", "bgp", "CSR", None),
    ] {
        let file = format!("captures/{file}.json");
        let output = verify(&format!("observed/{lab}"), &[topology, &file, "-o", "json"]);
        let value = json(&output);
        let capture = &value["captures"][0];
        let peer_value = peer.map_or(Value::Null, Value::from);
        assert_eq!([&capture["kind"], &capture["at"], &capture["peer"]], [&kind.into(), &at.into(), &peer_value]);
        let peer = peer.map(|peer| format!(":{peer}")).unwrap_or_default();
        assert!(
            stderr(&output).starts_with(&format!("note: taken as {kind}:{at}{peer}={file}")),
            "{}",
            stderr(&output)
        );
    }
}

#[test]
fn a_fact_that_explains_what_differs_is_named() {
    let lab = "observed/blog-fabferri-dualhome-2er";
    let options = [TOPOLOGY, "captures.yaml", "--fact", "own_prefixes_to_gateways=held_back"];
    let output = verify(lab, &options);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    let hint = "the rows would match with --fact own_prefixes_to_gateways=express_route (2 of 2 differing rows)\n";
    assert_eq!(stdout(&output).matches(hint).count(), 2, "{}", stdout(&output));
    let value = json(&verify(lab, &[&options[..], &["-o", "json"]].concat()));
    let captures = value["captures"].as_array().unwrap();
    let hints: Vec<&Value> = captures.iter().flat_map(|capture| capture["hints"].as_array().unwrap()).collect();
    let wanted = serde_json::json!({
        "option": "--fact own_prefixes_to_gateways=express_route", "explains": 2, "of": 2, "breaks": 0
    });
    assert_eq!(hints.iter().filter(|hint| ***hint == wanted).count(), 2);
}

#[test]
fn a_day_that_explains_what_differs_is_named_and_what_it_would_break() {
    let advertised = "advertised:hub/route_server:fw2=captures/advertised-fw2.json";
    let output = verify("verify", &[TOPOLOGY, advertised]);
    assert_eq!(code(&output), 1);
    insta::assert_snapshot!("hint", stdout(&output));
    // The same print cut back to what rsctl predicts: now every value that explains the one breaks the other.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("other.json");
    let print = ["rib", "hub/route_server", "--advertised", "--peer", "fw1", "-f", TOPOLOGY, "-o", "json"];
    std::fs::write(&file, rsctl("verify", &print).stdout).unwrap();
    let other = format!("advertised:hub/route_server:fw1={}", file.display());
    let output = verify("verify", &[TOPOLOGY, advertised, &other]);
    let text = stdout(&output);
    assert!(
        text.contains("nva_reflection=always (2 of 2 differing rows); but then 2 rows of other captures differ"),
        "{text}"
    );
}

#[test]
fn a_wrong_argument_is_named_and_the_others_still_speak() {
    let wrong = [
        "missing.json",
        "folder/nothing",
        "bad",
        "bad/truncated.json",
        "bad/mistakes.captures.yaml",
        "captures/between.json",
        "effective:spoke1/ap=captures/app.json",
        "learned:hub/route_servr=captures/learned-fw1.json",
        "learned:hub/route_server:fw9=captures/learned-fw1.json",
        "circuit:fw1=captures/learned-fw1.json",
        "effective:spoke1/app=captures/learned-fw1.json",
        "efective:spoke1/app=captures/app.json",
        "effective:spoke1/app",
        "bgp:fw1:1=captures/learned-fw1.json",
    ];
    for argument in wrong {
        let output = verify("verify", &[TOPOLOGY, argument]);
        assert_eq!(code(&output), 2, "{argument}");
        assert_eq!(stdout(&output), "", "{argument}");
    }
    let output = verify("verify", &[&[TOPOLOGY], &wrong[..], &["captures/app.json"]].concat());
    assert_eq!(code(&output), 2);
    insta::assert_snapshot!("wrong", stderr(&output));
    assert!(
        stdout(&output).ends_with("\nVerify: 5 of 5 rows match, 3 ignored; 14 captures not compared\n"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn a_topology_that_cannot_be_read_stops_everything() {
    let output = verify("verify", &["nowhere.rsctl.yaml", "captures/app.json"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("nowhere.rsctl.yaml"), "{}", stderr(&output));
    let output = verify("verify", &[TOPOLOGY]);
    assert_eq!(code(&output), 2, "no capture at all is a usage error");
}

#[test]
fn what_powershell_redirects_is_read() {
    let text = std::fs::read_to_string(fixtures("verify/captures/app.json")).unwrap();
    let bytes: Vec<u8> = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nic=1.json");
    std::fs::write(&file, bytes).unwrap();
    let output = verify("verify", &[TOPOLOGY, file.to_str().unwrap()]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
}
