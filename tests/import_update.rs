//! `rsctl import --update`: a topology that people wrote in is refreshed, and stays theirs.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

#[path = "support/command.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod command;

use command::{Run, folder, rsctl};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const DOCUMENTS: &[&str] =
    &["vnet-list.json", "routeserver-show.json", "routeserver-peering-list.json", "route-table-list.json"];
const LEARNED: &[&str] = &["peering-learned-fgt1.json", "peering-learned-fgt2.json"];

/// The documents of the Fortinet estate and the topology that they come to, with what a user wrote into it.
fn estate() -> TempDir {
    let at = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/import/env-fortinet-hub1");
    let texts: Vec<(&str, String)> = [DOCUMENTS, LEARNED]
        .concat()
        .into_iter()
        .map(|name| (name, fs::read_to_string(at.join(name)).unwrap()))
        .collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let folder = folder(&texts);
    let run = rsctl(folder.path(), &[&["import", "-o", "yaml=estate.rsctl.yaml"], DOCUMENTS].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    edit(&folder, "estate.rsctl.yaml", |text| {
        let text = text
            .replace("  spoke11:\n", "  # the first spoke\n  spoke11:\n    virtual_machines: 12    # counted in May\n")
            .replacen("    asn: 64622\n", "    asn: 64622\n    import: { hub1: drop-bogons }\n", 1);
        format!(
            "{text}route_maps:\n  drop-bogons: [{{ match: {{ within: 240.0.0.0/4 }}, then: {{ drop: true }} }}]\nexpect:\n  \
             - {{ from: spoke11/default, to: internet, reaches: true }}\n"
        )
    });
    folder
}

fn edit(folder: &TempDir, name: &str, change: impl Fn(String) -> String) {
    let path = folder.path().join(name);
    let before = fs::read_to_string(&path).unwrap();
    let after = change(before.clone());
    assert_ne!(before, after, "the edit changes nothing");
    fs::write(path, after).unwrap();
}

fn topology(folder: &TempDir) -> String {
    fs::read_to_string(folder.path().join("estate.rsctl.yaml")).unwrap()
}

fn update(folder: &TempDir, flags: &[&str], documents: &[&str]) -> Run {
    rsctl(folder.path(), &[&["import", "--update", "estate.rsctl.yaml"], flags, documents].concat())
}

#[test]
fn what_the_documents_say_already_is_left_byte_for_byte() {
    let folder = estate();
    let before = topology(&folder);
    for flags in [&[][..], &["--prune"], &["--diff"]] {
        let run = update(&folder, flags, DOCUMENTS);
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
        assert_eq!(run.stderr, "note: estate.rsctl.yaml says what the documents say\n");
    }
    assert_eq!(topology(&folder), before);
}

#[test]
fn learned_routes_alone_fill_the_blanks_of_their_nva() {
    let folder = estate();
    let run = update(&folder, &[], &LEARNED[..1]);
    assert_eq!((run.code, run.stderr.as_str()), (0, "note: estate.rsctl.yaml is refreshed\n"));
    insta::assert_snapshot!("learned", run.stdout);
    let after = topology(&folder);
    assert_eq!(after.matches("# BLANK: ").count(), 1, "{after}");
    assert!(after.contains("    import: { hub1: drop-bogons }\n"), "{after}");
    // The other one announces nothing, which the topology said already: only its blank goes.
    let run = update(&folder, &[], &LEARNED[1..]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(topology(&folder).matches("# BLANK: ").count(), 0);
}

#[test]
fn drift_is_shown_and_only_written_without_diff() {
    let folder = estate();
    edit(&folder, "vnet-list.json", |text| {
        text.replace("10.11.1.0/24", "10.11.8.0/24")
            .replace("\"allowGatewayTransit\": true", "\"allowGatewayTransit\": false")
    });
    edit(&folder, "route-table-list.json", |text| {
        text.replace("10.10.1.4", "10.10.1.5").replacen(
            "\"disableBgpRoutePropagation\": true",
            "\"disableBgpRoutePropagation\": false",
            1,
        )
    });
    let before = topology(&folder);
    let shown = update(&folder, &["--diff"], DOCUMENTS);
    assert_eq!(shown.code, 1, "{}", shown.stderr);
    assert_eq!(topology(&folder), before);
    insta::assert_snapshot!("drift", shown.stdout);
    let written = update(&folder, &[], DOCUMENTS);
    assert_eq!((written.code, written.stdout), (0, shown.stdout));
    let after = topology(&folder);
    for kept in
        ["  # the first spoke\n", "    virtual_machines: 12    # counted in May\n", "expect:\n", "route_maps:\n"]
    {
        assert!(after.contains(kept), "{after}");
    }
    assert_eq!(update(&folder, &["--diff"], DOCUMENTS).code, 0);
}

#[test]
fn what_is_new_is_added_and_what_is_gone_within_a_vnet_is_removed() {
    let folder = estate();
    edit(&folder, "vnet-list.json", |text| {
        let mut all: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        let hub = all[0]["subnets"].as_array_mut().unwrap();
        hub.retain(|subnet| subnet["name"] != "hub1_fgt_ha");
        let mut fresh = hub[0].clone();
        fresh["name"] = "app".into();
        fresh["id"] = fresh["id"].as_str().unwrap().replace("hub1_fgt_public", "app").into();
        fresh["addressPrefix"] = "10.10.9.0/24".into();
        hub.push(fresh);
        let text = serde_json::to_string(&all[1]).unwrap();
        all.push(serde_json::from_str(&text.replace("spoke11", "spoke13").replace("10.11.", "10.13.")).unwrap());
        serde_json::to_string(&all).unwrap()
    });
    let run = update(&folder, &[], DOCUMENTS);
    assert_eq!(run.code, 0, "{}", run.stderr);
    insta::assert_snapshot!("added", run.stdout);
}

#[test]
fn whole_objects_go_only_with_prune() {
    let folder = estate();
    edit(&folder, "vnet-list.json", |text| {
        let mut all: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        all.retain(|vnet| vnet["name"] != "spoke12");
        all[0]["virtualNetworkPeerings"].as_array_mut().unwrap().truncate(1);
        serde_json::to_string(&all).unwrap()
    });
    edit(&folder, "route-table-list.json", |text| {
        let all: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        serde_json::to_string(&all[..1]).unwrap()
    });
    let run = update(&folder, &[], DOCUMENTS);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        run.stderr,
        "note: no document has `vnets.spoke12` and `route_tables.spoke12_rt`; --prune takes away what none has\n\
         note: estate.rsctl.yaml says what the documents say\n"
    );
    assert!(topology(&folder).contains("  spoke12:\n"));
    let run = update(&folder, &["--prune"], DOCUMENTS);
    assert_eq!(run.code, 0, "{}", run.stderr);
    insta::assert_snapshot!("pruned", run.stdout);
    assert!(!topology(&folder).contains("spoke12"));
}

#[test]
fn objects_keep_the_names_that_the_topology_gave_them() {
    let folder = estate();
    edit(&folder, "estate.rsctl.yaml", |text| {
        text.replace("spoke11:", "shop:")
            .replace("spoke: spoke11", "spoke: shop")
            .replace("spoke11/default", "shop/default")
            .replace("  fgt1:", "  firewall:")
            .replace("peers: [fgt1, fgt2]", "peers: [{ nva: firewall, name: fgt1 }, fgt2]")
    });
    let before = topology(&folder);
    let run = update(&folder, &["--diff"], DOCUMENTS);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let run = update(&folder, &[], LEARNED);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("+    advertises: [10.10.255.1/32"), "{}", run.stdout);
    assert_eq!(before.matches("firewall").count(), topology(&folder).matches("firewall").count());
}

#[test]
fn what_documents_cannot_tell_of_a_peer_or_a_prefix_stays_with_it() {
    let folder = estate();
    edit(&folder, "estate.rsctl.yaml", |text| {
        let text = text.replace(
            "peers: [fgt1, fgt2]",
            "peers: [{ nva: fgt1, instances: [0], inbound_route_map: drop-bogons }, fgt2]",
        );
        text.replacen(
            "    advertises: []\n",
            "    advertises: [{ prefix: 172.16.0.0/16, as_path: [64622, 65010], communities: [65001:7] }]\n",
            1,
        )
    });
    let run = update(&folder, &[], DOCUMENTS);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let run = update(&folder, &[], LEARNED);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let after = topology(&folder);
    assert!(after.contains("inbound_route_map: drop-bogons"), "{after}");
    assert!(after.contains("{ prefix: 172.16.0.0/16, communities: [65001:7] }"), "{after}");
}

#[test]
fn policies_towards_a_neighbour_end_when_it_is_told_what_that_receives() {
    let folder = estate();
    edit(&folder, "estate.rsctl.yaml", |text| {
        let by_hand = "    advertises: [172.16.0.0/12]\n    export: { \"*\": [ { then: { prepend: [64622] } } ], hub1: [ { then: { drop: true } } ] }\n";
        format!("as_of: 2025-09-17\n{}", text.replacen("    advertises: []\n", by_hand, 1))
    });
    let run = update(&folder, &[], &LEARNED[..1]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    insta::assert_snapshot!("policies", run.stdout);
    let run = rsctl(
        folder.path(),
        &["verify", "estate.rsctl.yaml", "learned:hub1/route_server:fgt1=peering-learned-fgt1.json"],
    );
    assert!(run.stdout.contains("8 of 8 rows match"), "{}", run.stdout);
}

#[test]
fn routes_that_the_topology_predicts_leave_what_was_written_alone() {
    let folder = estate();
    edit(&folder, "estate.rsctl.yaml", |text| {
        // Policies and communities that no capture shows, and the same routes in the end.
        let by_hand = "    advertises: [10.10.255.1/32, { prefix: 172.16.0.0/16, communities: [65001:7] }, 172.17.0.0/16, 172.18.0.0/16, 192.0.2.0/24]\n    \
                       export: { hub1: [ { match: { prefix: 192.0.2.0/24 }, then: { drop: true } } ] }\n";
        format!("as_of: 2025-09-17\n{}", text.replacen("    advertises: []\n", by_hand, 1))
    });
    let before = topology(&folder);
    let run = update(&folder, &[], &LEARNED[..1]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let after = topology(&folder);
    assert_eq!(after.matches("# BLANK: ").count(), 1);
    let bare =
        |text: &str| text.lines().filter(|line| !line.contains("# BLANK: ")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(bare(&before), bare(&after));
}

#[test]
fn subnets_that_share_an_anchor_are_not_changed_in_one_place_only() {
    let folder = estate();
    edit(&folder, "estate.rsctl.yaml", |text| {
        let text = text.replace(
            "    subnets:\n      default: 10.11.1.0/24\n",
            "    subnets: &shared\n      default: 10.11.1.0/24\n",
        );
        text.replace(
            "    subnets:\n      default: { prefix: 10.12.1.0/24, route_table: spoke12_rt }\n",
            "    subnets: *shared\n",
        )
    });
    let before = topology(&folder);
    let message = update(&folder, &[], DOCUMENTS).refused();
    assert!(message.contains("spoke12.subnets"), "{message}");
    assert_eq!(topology(&folder), before);
}

#[test]
fn what_cannot_be_refreshed_is_refused_and_left_as_it_was() {
    let folder = estate();
    fs::write(folder.path().join("overlay.rsctl.yaml"), "rsctl: 1\nextends: estate.rsctl.yaml\n").unwrap();
    let run = rsctl(folder.path(), &["import", "--update", "overlay.rsctl.yaml", "vnet-list.json"]).refused();
    assert!(run.contains("overlay.rsctl.yaml extends another file"), "{run}");
    let run = rsctl(folder.path(), &["import", "--update", "none.rsctl.yaml", "vnet-list.json"]).refused();
    assert!(run.contains("none.rsctl.yaml"), "{run}");
    let before = topology(&folder);
    edit(&folder, "vnet-list.json", |text| text[..text.len() - 20].to_owned());
    update(&folder, &[], DOCUMENTS).refused();
    assert_eq!(topology(&folder), before);
}

#[cfg(unix)]
#[test]
fn a_link_is_followed_and_stays_a_link() {
    let folder = estate();
    std::os::unix::fs::symlink("estate.rsctl.yaml", folder.path().join("link.rsctl.yaml")).unwrap();
    let args = [&["import", "--update", "link.rsctl.yaml"], LEARNED].concat();
    assert_eq!(rsctl(folder.path(), &args).code, 0);
    assert!(folder.path().join("link.rsctl.yaml").is_symlink());
    assert!(topology(&folder).contains("172.17.0.0/16"));
}
