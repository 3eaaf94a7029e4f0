//! `rsctl import`: documents of every tool to one topology, and what is said where they fall short.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

#[path = "support/command.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod command;

use command::{Run, folder, has_controls, rsctl, rsctl_fed};
use std::fs;
use std::path::{Path, PathBuf};

const ESTATE: &str = "fixtures/import/env-fortinet-hub1";

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/import").join(name)
}

/// Imports documents of one folder of fixtures.
fn import(folder: &str, documents: &[&str], flags: &[&str]) -> Run {
    rsctl(&fixture(folder), &[&["import"], flags, documents].concat())
}

/// The topology without the lines that name its sources.
fn unsourced(run: &Run) -> String {
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.stdout.lines().filter(|line| !line.starts_with("# source: ")).map(|line| format!("{line}\n")).collect()
}

const FLAT: &[&str] =
    &["vnet-list.json", "routeserver-show.json", "routeserver-peering-list.json", "route-table-list.json"];
const NESTED: &[&str] = &[
    "vnet-list.rest.json",
    "routeserver-show.rest.json",
    "routeserver-ipconfig.rest.json",
    "routeserver-peering-list.rest.json",
    "route-table-list.json",
];
const LEARNED: &[&str] = &["peering-learned-fgt1.json", "peering-learned-fgt2.json"];

#[test]
fn one_estate_in_five_representations_is_one_topology() {
    for learned in [&[][..], LEARNED] {
        let all: Vec<String> = [
            (FLAT, &["az"][..]),
            (NESTED, &["az"]),
            (&["terraform-state.json"], &["terraform"]),
            (&["terraform-plan.json"], &["terraform"]),
            (&["arm-template.json"], &["arm"]),
        ]
        .map(|(documents, tool)| {
            let documents = [documents, learned].concat();
            unsourced(&rsctl(
                &fixture("env-fortinet-hub1"),
                &[&["import"], tool, &documents, &["--location", "eastus2"]].concat(),
            ))
        })
        .into();
        for other in &all[1..] {
            assert_eq!(&all[0], other);
        }
        let name = if learned.is_empty() { "fortinet_without_learned_routes" } else { "fortinet" };
        insta::assert_snapshot!(name, &all[0]);
    }
}

#[test]
fn documents_are_joined_in_any_order_and_may_say_things_twice() {
    let ordered = unsourced(&import("env-fortinet-hub1", &[FLAT, LEARNED].concat(), &[]));
    let mut backwards = [FLAT, LEARNED, NESTED].concat();
    backwards.extend([
        "peering-list-hub1.json",
        "peering-list-spoke11.json",
        "peering-list-spoke12.json",
        "terraform-state.json",
    ]);
    backwards.reverse();
    assert_eq!(unsourced(&import("env-fortinet-hub1", &backwards, &[])), ordered);
}

#[test]
fn a_template_is_placed_by_documents_that_know_its_subscription() {
    let alone = unsourced(&import("env-fortinet-hub1", FLAT, &[]));
    assert_eq!(unsourced(&import("env-fortinet-hub1", &[FLAT, &["arm-template.json"]].concat(), &[])), alone);
}

#[test]
fn real_rest_documents_are_read_together_and_one_by_one() {
    let run = rsctl(&fixture(""), &["import", "real-rest"]);
    insta::assert_snapshot!("real_rest", format!("{}---\n{}", run.stdout, run.stderr));
    assert_eq!(run.code, 0);
    for (document, code) in [
        ("vnet.rest.json", 0),
        ("route-table.rest.json", 0),
        ("vnet-peering-list.rest.json", 0),
        ("vnet-peering-with-remote-gateway.rest.json", 0),
        // Alone they tell of no VNet, and there is nothing to write.
        ("local-gateway.rest.json", 2),
        ("vnet-gateway.rest.json", 2),
    ] {
        let run = import("real-rest", &[document], &[]);
        assert_eq!(run.code, code, "{document}: {}", run.stderr);
        assert_eq!(run.stderr.contains("the documents hold no VNet"), code == 2, "{}", run.stderr);
    }
}

#[test]
fn real_terraform_documents_are_read_and_what_they_hold_is_counted() {
    for document in ["plan-create.json", "plan-update.json", "state.json"] {
        let run = import("terraform-format-real", &[document], &["terraform"]);
        let said = run.refused();
        assert!(said.contains("the documents hold no VNet"), "{said}");
        assert!(said.contains("of terraform_data"), "{said}");
        assert!(!said.contains("not JSON"), "{said}");
    }
}

#[test]
fn what_import_writes_is_what_plan_takes_and_verify_confirms() {
    let folder = folder(&[]);
    let at = fixture("env-fortinet-hub1");
    let path = |name: &str| at.join(name).display().to_string();
    let documents: Vec<String> = [FLAT, LEARNED].concat().iter().map(|name| path(name)).collect();
    let mut args = vec!["import", "-o", "yaml=estate.rsctl.yaml"];
    args.extend(documents.iter().map(String::as_str));
    rsctl(folder.path(), &args).fine();
    rsctl(folder.path(), &["plan"]).fine();
    let effective = |subnet: &str, file: &str| format!("effective:{subnet}={}", path(file));
    let captures = [
        effective("spoke11/default", "nic-effective-spoke11.json"),
        effective("hub1/hub1_fgt_private", "nic-effective-fgt1-private.json"),
        format!("learned:hub1/route_server:fgt1={}", path("peering-learned-fgt1.json")),
        format!("advertised:hub1/route_server:fgt1={}", path("peering-advertised-fgt1.json")),
    ];
    // The lab is older than what route servers do today with prefixes of their own VNet.
    let mut args = vec!["verify", "estate.rsctl.yaml", "--as-of", "2025-09-17"];
    args.extend(captures.iter().map(String::as_str));
    let run = rsctl(folder.path(), &args);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    insta::assert_snapshot!("verified", run.stdout.replace(&at.display().to_string(), ESTATE));
}

#[test]
fn blanks_are_marked_and_strict_refuses_them() {
    let run = import("env-fortinet-hub1", FLAT, &[]);
    assert_eq!(run.stdout.matches("  # BLANK: what does it announce?").count(), 2);
    assert!(run.stderr.starts_with("blank: `nvas.fgt1` and `nvas.fgt2`: what does it announce?"), "{}", run.stderr);
    let strict = import("env-fortinet-hub1", FLAT, &["--strict"]);
    assert_eq!((strict.code, strict.stdout.as_str()), (1, ""));
    assert!(strict.stderr.starts_with("error: blank: `nvas.fgt1`"), "{}", strict.stderr);
    let whole = import("env-fortinet-hub1", &[FLAT, LEARNED].concat(), &["--strict"]);
    assert_eq!((whole.code, whole.stderr.as_str()), (0, ""));
}

#[test]
fn a_document_of_another_tool_than_named_is_refused() {
    for (tool, document, said) in [
        ("az", "arm-template.json", "this is an ARM template or its parameters, not output of az"),
        ("arm", "terraform-plan.json", "this is a Terraform plan or state, not an ARM template"),
        ("terraform", "vnet-list.json", "this is output of az, not a Terraform plan or state"),
    ] {
        let message = import("env-fortinet-hub1", &[document], &[tool]).refused();
        assert!(message.contains(said), "{message}");
    }
}

#[test]
fn nothing_is_overwritten_unasked() {
    let vnets = fs::read_to_string(fixture("env-fortinet-hub1/vnet-list.json")).unwrap();
    let folder = folder(&[("vnets.json", vnets.as_str()), ("estate.rsctl.yaml", "mine")]);
    let message = rsctl(folder.path(), &["import", "vnets.json", "-o", "yaml=estate.rsctl.yaml"]).refused();
    assert!(message.contains("estate.rsctl.yaml exists already"), "{message}");
    assert!(message.contains("--update estate.rsctl.yaml"), "{message}");
    assert_eq!(fs::read_to_string(folder.path().join("estate.rsctl.yaml")).unwrap(), "mine");
    let run = rsctl(folder.path(), &["import", "vnets.json", "-o", "yaml=estate.rsctl.yaml", "--force"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(fs::read_to_string(folder.path().join("estate.rsctl.yaml")).unwrap().contains("spoke11"));
    // What is wrong leaves a file as it was, too.
    let run = rsctl(
        folder.path(),
        &["import", "vnets.json", "--strict", "-o", "yaml=estate.rsctl.yaml", "--force", "nothing.json"],
    );
    run.refused();
    assert!(fs::read_to_string(folder.path().join("estate.rsctl.yaml")).unwrap().contains("spoke11"));
}

/// A document of VNets, and the same with something else in it.
fn vnets(change: impl Fn(String) -> String) -> tempfile::TempDir {
    let text = fs::read_to_string(fixture("env-fortinet-hub1/vnet-list.json")).unwrap();
    folder(&[("vnets.json", &change(text))])
}

fn refusal(change: impl Fn(String) -> String) -> String {
    rsctl(vnets(change).path(), &["import", "vnets.json"]).refused()
}

#[test]
fn a_cut_document_is_told_with_the_place() {
    let message = refusal(|text| text[..text.len() / 2].to_owned());
    assert!(message.contains("the JSON ends too early"), "{message}");
    assert!(message.contains("vnets.json:"), "{message}");
    let message = refusal(|text| text.replacen("\"addressPrefixes\": [", "\"addressPrefixes\": [,", 1));
    assert!(message.contains("this is not JSON"), "{message}");
}

#[test]
fn what_is_written_like_json_and_holds_no_value_is_told_with_the_place() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for (inner, words) in [(deep.as_str(), "recursion limit exceeded"), ("1e999", "number out of range")] {
        for top in [
            "\"$schema\": \"deploymentTemplate.json\", \"resources\": []",
            "\"$schema\": \"deploymentParameters.json\"",
            "\"id\": \"x\"",
        ] {
            let folder = folder(&[("a.json", &format!("{{{top}, \"x\": {inner}}}"))]);
            let message = rsctl(folder.path(), &["import", "a.json"]).refused();
            assert!(message.contains(&format!("this is not JSON: {words}")), "{message}");
        }
    }
}

#[test]
fn a_masked_value_is_told_with_the_place_and_what_to_do() {
    let message = refusal(|text| text.replacen("10.11.1.0/24", "<PREFIX>/24", 1));
    insta::assert_snapshot!("masked", message);
    let message = refusal(|text| text.replacen("\"10.10.0.0/16\"", "\"10.10.0.1/16\"", 1));
    assert!(message.contains("bits are set behind its length"), "{message}");
}

#[test]
fn masked_subscriptions_are_no_obstacle() {
    let masked = vnets(|text| text.replace("00000000-0000-0000-0000-000000000000", "<SUBSCRIPTION_ID>"));
    let run = rsctl(masked.path(), &["import", "vnets.json"]);
    assert_eq!(unsourced(&run), unsourced(&import("env-fortinet-hub1", &["vnet-list.json"], &[])));
}

#[test]
fn groups_in_capitals_are_the_same_groups() {
    let folder = vnets(|text| text.replacen("resourceGroups/rg-sdwan/", "resourcegroups/RG-SDWAN/", 3));
    let run = rsctl(folder.path(), &["import", "vnets.json"]);
    assert_eq!(unsourced(&run), unsourced(&import("env-fortinet-hub1", &["vnet-list.json"], &[])));
}

#[test]
fn warnings_and_comments_around_the_json_are_no_obstacle() {
    let folder = vnets(|text| format!("WARNING: this command is in preview\n# hub and spokes\n{text}\n"));
    let run = rsctl(folder.path(), &["import", "vnets.json"]);
    assert_eq!(unsourced(&run), unsourced(&import("env-fortinet-hub1", &["vnet-list.json"], &[])));
}

#[test]
fn keys_of_unknown_versions_are_passed_over_and_known_ones_read() {
    let folder = vnets(|text| {
        text.replacen(
            "\"addressSpace\"",
            "\"apiVersion\": \"2031-01-01\", \"quantumRouting\": {\"a\": [1]}, \"addressSpace\"",
            1,
        )
    });
    let run = rsctl(folder.path(), &["import", "vnets.json"]);
    assert_eq!(unsourced(&run), unsourced(&import("env-fortinet-hub1", &["vnet-list.json"], &[])));
}

#[test]
fn documents_that_disagree_are_told_with_both_what_and_where() {
    let text = fs::read_to_string(fixture("env-fortinet-hub1/vnet-list.json")).unwrap();
    let folder = folder(&[("a.json", &text), ("b.json", &text.replace("10.11.1.0/24", "10.11.2.0/24"))]);
    let message = rsctl(folder.path(), &["import", "a.json", "b.json"]).refused();
    assert!(
        message.contains("the prefix of the subnet `spoke11/default` is not what another document says"),
        "{message}"
    );
    assert!(message.contains("b.json:"), "{message}");
}

#[test]
fn vnets_of_one_name_in_two_subscriptions_are_told_apart() {
    let text = fs::read_to_string(fixture("env-fortinet-hub1/vnet-list.json")).unwrap();
    let other = text
        .replace("00000000-0000-0000-0000-000000000000", "11111111-1111-1111-1111-111111111111")
        .replace("\"10.1", "\"10.2");
    let folder = folder(&[("a.json", &text), ("b.json", &other)]);
    let run = rsctl(folder.path(), &["import", "a.json", "b.json", "-o", "yaml=x.rsctl.yaml"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(rsctl(folder.path(), &["plan", "x.rsctl.yaml"]).code, 0);
    let topology = fs::read_to_string(folder.path().join("x.rsctl.yaml")).unwrap();
    for subscription in ["00000000-0000-0000-0000-000000000000", "11111111-1111-1111-1111-111111111111"] {
        assert!(topology.contains(&format!("  hub1-rg-sdwan-{subscription}:")), "{topology}");
    }
}

#[test]
fn a_peered_vnet_of_another_subscription_is_drawn_as_far_as_the_peering_tells() {
    let text = fs::read_to_string(fixture("env-fortinet-hub1/vnet-list.json")).unwrap();
    let all: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let folder = folder(&[("hub.json", &serde_json::to_string(&all[0]).unwrap())]);
    let run = rsctl(folder.path(), &["import", "hub.json"]);
    insta::assert_snapshot!("stranger", format!("{}---\n{}", run.stdout, run.stderr));
    assert_eq!(run.code, 0);
}

#[test]
fn other_json_is_refused_by_name_and_passed_over_in_a_folder() {
    let text = fs::read_to_string(fixture("env-fortinet-hub1/vnet-list.json")).unwrap();
    let folder =
        folder(&[("c/vnets.json", text.as_str()), ("c/package.json", "{\"scripts\": {}}"), ("c/none.json", "")]);
    let run = rsctl(folder.path(), &["import", "c"]);
    assert_eq!(run.code, 0);
    assert!(run.stderr.contains("skipped: c/package.json: none of the documents that are read"), "{}", run.stderr);
    let message = rsctl(folder.path(), &["import", "c/package.json"]).refused();
    assert!(message.contains("this is none of the documents that import reads"), "{message}");
    let message = rsctl(folder.path(), &["import", "c/none.json"]).refused();
    assert!(message.contains("the file is empty"), "{message}");
    let message = rsctl(folder.path(), &["import", "missing.json"]).refused();
    assert!(message.contains("missing.json does not exist"), "{message}");
    let message = rsctl(folder.path(), &["import", "terrafrom", "c"]).refused();
    assert!(message.contains("did you mean `terraform`?"), "{message}");
    fs::write(folder.path().join("queried.json"), "[{\"name\": \"hub\"}]").unwrap();
    let message = rsctl(folder.path(), &["import", "queried.json"]).refused();
    assert!(message.contains("have no `id`") && message.contains("without --query"), "{message}");
    let message = rsctl(folder.path(), &["import", "az"]).refused();
    assert!(message.contains("there are no documents to import"), "{message}");
}

#[test]
fn hostile_names_reach_neither_the_terminal_nor_the_grammar() {
    let hostile = vnets(|text| {
        text.replace("\"name\": \"spoke11\"", "\"name\": \"spoke11\\u001b[31m\\n- x: \\u202e\"")
            .replace("virtualNetworks/spoke11\"", "virtualNetworks/spoke11\\u001b[31m\\n- x: \\u202e\"")
    });
    let run = rsctl(hostile.path(), &["import", "vnets.json", "-o", "yaml=x.rsctl.yaml"]);
    assert!(!has_controls(&run.stderr), "{:?}", run.stderr);
    let topology = fs::read_to_string(hostile.path().join("x.rsctl.yaml")).unwrap();
    assert!(!has_controls(&topology), "{topology}");
    assert_eq!(rsctl(hostile.path(), &["plan", "x.rsctl.yaml"]).code, 0);
}

#[test]
fn standard_input_is_a_document_like_others() {
    let text = fs::read_to_string(fixture("env-fortinet-hub1/terraform-state.json")).unwrap();
    let run = rsctl_fed(&fixture(""), &["import", "terraform", "-"], &text);
    assert_eq!(unsourced(&run), unsourced(&import("env-fortinet-hub1", &["terraform-state.json"], &[])));
}

#[test]
fn the_manifest_of_captures_is_one_that_verify_takes() {
    let folder = folder(&[]);
    let capture = fixture("sanitize").display().to_string();
    let args = ["import", &capture, "-o", "yaml=e.rsctl.yaml", "-o", "captures=e.captures.yaml"];
    let run = rsctl(folder.path(), &args);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let manifest = fs::read_to_string(folder.path().join("e.captures.yaml")).unwrap();
    insta::assert_snapshot!("manifest", manifest.replace(&capture, "CAPTURE"));
    let run = rsctl(folder.path(), &["verify", "e.rsctl.yaml", "e.captures.yaml"]);
    assert!(run.code < 2, "{}", run.stderr);
    assert_eq!(run.stderr, "");
}

#[test]
fn a_sanitised_capture_verifies_exactly_as_the_original() {
    let folder = folder(&[]);
    let original = fixture("sanitize").display().to_string();
    let run = rsctl(folder.path(), &["import", "--sanitize", "shared", &original]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let verdicts = |capture: &str, name: &str| {
        let (yaml, captures) = (format!("{name}.rsctl.yaml"), format!("{name}.captures.yaml"));
        let run = rsctl(
            folder.path(),
            &["import", capture, "-o", &format!("yaml={yaml}"), "-o", &format!("captures={captures}")],
        );
        assert_eq!(run.code, 0, "{}", run.stderr);
        let run = rsctl(folder.path(), &["verify", &yaml, &captures, "--all", "-o", "json"]);
        assert!(run.code < 2, "{}", run.stderr);
        let mut counts = std::collections::BTreeMap::new();
        for word in run.stdout.lines().filter_map(|line| line.trim().strip_prefix("\"verdict\": \"")) {
            *counts.entry(word.to_owned()).or_insert(0) += 1;
        }
        (run.code, counts)
    };
    let (before, after) = (verdicts(&original, "original"), verdicts("shared", "shared"));
    assert!(before.1.values().sum::<i32>() > 20, "{before:?}");
    assert_eq!(before, after);
    let message = rsctl(folder.path(), &["import", "--sanitize", "shared", &original]).refused();
    assert!(message.contains("shared is not an empty folder"), "{message}");
}

#[test]
fn gateways_and_what_they_learned_make_a_site_of_what_is_far() {
    let id = |kind: &str, name: &str| {
        format!(
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-sdwan/providers/Microsoft.Network/{kind}/{name}"
        )
    };
    let vnet = serde_json::json!({
        "id": id("virtualNetworks", "vnet-hub1"), "name": "vnet-hub1", "location": "swedencentral",
        "addressSpace": {"addressPrefixes": ["10.10.0.0/16"]},
        "subnets": [{"name": "GatewaySubnet", "addressPrefix": "10.10.0.0/27"}, {"name": "RouteServerSubnet", "addressPrefix": "10.10.0.64/26"}],
    });
    let local = serde_json::json!({
        "id": id("localNetworkGateways", "onprem"), "name": "onprem", "gatewayIpAddress": "203.0.113.77",
        "bgpSettings": {"asn": 65000, "bgpPeeringAddress": "10.40.0.4"}, "localNetworkAddressSpace": {"addressPrefixes": []},
    });
    let connection = serde_json::json!({
        "id": id("connections", "to-onprem"), "name": "to-onprem", "connectionType": "IPsec", "enableBgp": true, "routingWeight": 10,
        "virtualNetworkGateway1": {"id": id("virtualNetworkGateways", "vpngw-hub1")},
        "localNetworkGateway2": {"id": id("localNetworkGateways", "onprem")},
    });
    let texts = [vnet, local, connection].map(|document| document.to_string());
    let folder = folder(&[("vnet.json", texts[0].as_str()), ("local.json", &texts[1]), ("connection.json", &texts[2])]);
    let at = fixture("env-hub-vpn");
    let captured =
        ["vnet-gateway-show.json", "vnet-gateway-list-learned-routes.json", "vnet-gateway-list-bgp-peer-status.json"]
            .map(|name| at.join(name).display().to_string());
    let mut args = vec!["import", "vnet.json", "local.json", "connection.json"];
    args.extend(captured.iter().map(String::as_str));
    let run = rsctl(folder.path(), &args);
    assert_eq!(run.code, 0, "{}", run.stderr);
    insta::assert_snapshot!(
        "gateways",
        format!("{}---\n{}", run.stdout, run.stderr).replace(&at.display().to_string(), "AT")
    );
}
