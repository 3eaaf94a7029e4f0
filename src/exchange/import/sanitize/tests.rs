//! What holds of every sanitised set, tried on captures of real estates.

use super::*;
use crate::diagnostic::Sink;
use crate::exchange::capture::{self, BgpRow, CapturedAddress, CapturedPrefix, EffectiveRow, Kind};
use crate::source::FileId;
use std::collections::BTreeSet;
use std::fs;
use std::net::IpAddr;
use std::path::Path;

const SEED: u64 = 7;

/// Every JSON file below a folder, with paths relative to it.
fn captures(folder: &str) -> Vec<Capture> {
    fn walk(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                found.push(path);
            }
        }
    }
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = Vec::new();
    walk(&top, &mut found);
    found.sort();
    let name = |path: &Path| path.strip_prefix(&top).unwrap().to_str().unwrap().replace('\\', "/");
    found.iter().map(|path| Capture { name: name(path), text: fs::read_to_string(path).unwrap() }).collect()
}

fn estate() -> Vec<Capture> {
    captures("fixtures/import/sanitize")
}

/// The captures of published labs that are JSON.
fn labs() -> Vec<Capture> {
    captures("fixtures/observed")
        .into_iter()
        .filter(|capture| capture.text[body(&capture.text)].starts_with(['{', '[']))
        .collect()
}

fn one(text: &str) -> Vec<Capture> {
    vec![Capture { name: "vnets.json".to_owned(), text: text.to_owned() }]
}

fn refused(text: &str) -> Refusal {
    let mut refusals = sanitize(&one(text), SEED).unwrap_err();
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    refusals.remove(0)
}

/// Every text of a document, with the key it stands under.
fn leaves(value: &Value, key: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => found.push((key.to_owned(), text.clone())),
        Value::Array(items) => items.iter().for_each(|item| leaves(item, key, found)),
        Value::Object(members) => members.iter().for_each(|(key, value)| leaves(value, key, found)),
        _ => {}
    }
}

fn texts(captures: &[Capture]) -> BTreeSet<(String, String)> {
    let mut found = Vec::new();
    for document in captures.iter().filter_map(|capture| read(&capture.text).unwrap()) {
        leaves(&document, "", &mut found);
    }
    found.into_iter().collect()
}

#[test]
fn no_text_survives_but_words_of_azure_and_its_own_prefixes() {
    let mut survivors = BTreeSet::new();
    for set in [estate(), labs()] {
        let old: BTreeSet<String> = texts(&set).into_iter().map(|(_, text)| text).collect();
        let new = texts(&sanitize(&set, SEED).unwrap());
        let number = |text: &str| {
            text.contains(|letter: char| letter.is_ascii_digit())
                && !text.contains(|letter: char| letter.is_ascii_alphabetic())
        };
        survivors.extend(new.into_iter().filter(|(_, text)| old.contains(text) && !number(text)));
    }
    let shown: Vec<String> = survivors.iter().map(|(key, text)| format!("{key}: {text:?}")).collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn the_addresses_of_an_estate_are_not_those_it_had() {
    let text = r#"[{"name": "hub", "addressSpace": {"addressPrefixes": ["10.77.0.0/16", "2001:1234:5678::/48"]},
        "subnets": [{"name": "RouteServerSubnet", "addressPrefix": "10.77.4.0/27"}]},
        {"virtualRouterIps": ["10.77.4.4", "10.77.4.5"], "gatewayIpAddress": "131.107.72.23", "peerIp": "203.0.113.9"}]"#;
    let new = &sanitize(&one(text), SEED).unwrap()[0].text;
    assert!(["10.77.", "131.107.72", "1234", "5678"].iter().all(|old| !new.contains(old)), "{new}");
    assert!(new.contains("203.0.113.9"), "an address of documentation says nothing about anybody: {new}");
    let document: Value = serde_json::from_str(new).unwrap();
    let net = |value: &Value| value.as_str().unwrap().parse::<ipnet::IpNet>().unwrap();
    let subnet = net(&document[0]["subnets"][0]["addressPrefix"]);
    assert!(net(&document[0]["addressSpace"]["addressPrefixes"][0]).contains(&subnet));
    let instances = [4, 5].map(|host| subnet.hosts().nth(host - 1).unwrap().to_string());
    assert_eq!(document[1]["virtualRouterIps"], serde_json::json!(instances));
}

/// Every text of a document in order: its key, and the way to it without the numbers of items.
fn places(value: &Value, way: &str, key: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(_) => found.push((key.to_owned(), way.to_owned())),
        Value::Array(items) => items.iter().for_each(|item| places(item, way, key, found)),
        Value::Object(members) => {
            members.iter().for_each(|(key, value)| places(value, &format!("{way}.{key}"), key, found))
        }
        _ => {}
    }
}

/// Puts `canary` in the place of the text at `index`.
fn plant(value: &mut Value, index: &mut usize, canary: &str) {
    match value {
        Value::String(text) => {
            if *index == 0 {
                canary.clone_into(text);
            }
            *index = index.wrapping_sub(1);
        }
        Value::Array(items) => items.iter_mut().for_each(|item| plant(item, index, canary)),
        Value::Object(members) => members.values_mut().for_each(|value| plant(value, index, canary)),
        _ => {}
    }
}

/// The keys under which a canary comes through, tried in every kind of place of every document.
fn keys_that_let_through(canary: &str) -> BTreeSet<String> {
    let (mut leaks, mut tried) = (BTreeSet::new(), BTreeSet::new());
    for capture in estate() {
        let Some(document) = read(&capture.text).unwrap() else { continue };
        let mut found = Vec::new();
        places(&document, "", "", &mut found);
        for (index, (key, way)) in
            found.into_iter().enumerate().filter(|(_, (_, way))| tried.insert((capture.name.clone(), way.clone())))
        {
            let mut planted = document.clone();
            plant(&mut planted, &mut index.clone(), canary);
            let text = planted.to_string();
            assert!(text.contains(canary), "{way}");
            if sanitize(&[Capture { text, ..capture.clone() }], SEED).is_ok_and(|new| new[0].text.contains(canary)) {
                leaks.insert(key);
            }
        }
    }
    assert!(tried.len() > 200, "{}", tried.len());
    leaks
}

#[test]
fn a_secret_in_any_place_is_replaced_dropped_or_refused() {
    assert_eq!(keys_that_let_through("jane.doe@contoso.com"), BTreeSet::new());
    assert_eq!(keys_that_let_through("<contoso>"), BTreeSet::new());
    assert_eq!(keys_that_let_through("/subscriptions/contoso"), BTreeSet::new());
}

#[test]
fn a_single_plain_word_comes_through_only_where_azure_alone_writes() {
    let leaks: Vec<String> = keys_that_let_through("Contoso").into_iter().collect();
    assert_eq!(leaks, ["addressPrefix", "family", "location", "name", "sku", "tier"]);
}

#[test]
fn keys_of_somebody_else_are_dropped_with_all_below_them() {
    let new = sanitize(&one(r#"[{"name": "a", "tags": {"name": "Contoso"}, "x-contoso": 1, "Contoso": "b"}]"#), SEED);
    assert_eq!(new.unwrap()[0].text, "[\n  {\n    \"name\": \"item-001\"\n  }\n]\n");
}

#[test]
fn a_thing_has_one_new_name_in_ids_in_names_and_in_files() {
    let new = sanitize(&estate(), SEED).unwrap();
    let file =
        |name: &str| new.iter().find(|capture| capture.name.starts_with(name)).unwrap_or_else(|| panic!("{name}"));
    let nics: Value = serde_json::from_str(&file("nics.json").text).unwrap();
    let nic = &nics[0];
    let (id, name, group) = (&nic["id"], &nic["name"], &nic["resourceGroup"]);
    let [id, name, group] = [id, name, group].map(|value| value.as_str().unwrap());
    assert!(
        id.ends_with(&format!("/resourceGroups/{group}/providers/Microsoft.Network/networkInterfaces/{name}")),
        "{id}"
    );
    file(&format!("effective-routes/{group}/{name}.json"));
    assert_eq!(file(&format!("route-server/{group}/route-server-001/advertised/peer-002.json")).text, "");
    file("folder-001/document-001.json");
}

/// The rows of a capture as a mapping would have them.
fn mapped_bgp(row: &BgpRow, mapping: &Mapping) -> BgpRow {
    let v4 = |local: std::net::Ipv4Addr| match mapping.address(IpAddr::V4(local)) {
        IpAddr::V4(local) => local,
        IpAddr::V6(_) => panic!("an IPv4 address became an IPv6 address"),
    };
    BgpRow {
        local_address: row.local_address.map(v4),
        network: mapped_prefix(&row.network, mapping),
        next_hop: row.next_hop.as_ref().map(|hop| mapped_address(hop, mapping)),
        source_peer: row.source_peer.as_ref().map(|peer| mapped_address(peer, mapping)),
        as_path: row.as_path.as_ref().map(|path| path.asns().iter().map(|asn| mapping.asn(*asn)).collect()),
        ..row.clone()
    }
}

fn mapped_effective(row: &EffectiveRow, mapping: &Mapping) -> EffectiveRow {
    EffectiveRow {
        prefixes: row.prefixes.iter().map(|prefix| mapped_prefix(prefix, mapping)).collect(),
        next_hops: row.next_hops.as_ref().map(|hops| hops.iter().map(|hop| mapped_address(hop, mapping)).collect()),
        name: row.name.as_ref().map(|name| mapping.name("routes", name)),
        ..row.clone()
    }
}

fn mapped_prefix(prefix: &CapturedPrefix, mapping: &Mapping) -> CapturedPrefix {
    let net = |prefix| mapping.prefix(prefix).to_string().parse().unwrap();
    match prefix {
        CapturedPrefix::V4(prefix) => CapturedPrefix::V4(net((*prefix).into())),
        CapturedPrefix::V6(prefix) => CapturedPrefix::V6(mapping.prefix((*prefix).into()).to_string().parse().unwrap()),
        CapturedPrefix::Masked(text) => CapturedPrefix::Masked(mapped_mask(text, mapping)),
        CapturedPrefix::Tag(tag) => CapturedPrefix::Tag(tag.clone()),
    }
}

fn mapped_address(address: &CapturedAddress, mapping: &Mapping) -> CapturedAddress {
    match address {
        CapturedAddress::None => CapturedAddress::None,
        CapturedAddress::Address(address) => CapturedAddress::Address(mapping.address(*address)),
        CapturedAddress::Masked(text) => CapturedAddress::Masked(mapping.name("masked", text)),
    }
}

fn mapped_mask(text: &str, mapping: &Mapping) -> String {
    match text.split_once('/') {
        Some((mask, length)) => format!("{}/{length}", mapping.name("masked", mask)),
        None => mapping.name("masked", text),
    }
}

#[test]
fn what_is_read_from_a_sanitised_capture_is_what_was_read_from_the_original_mapped() {
    let (old, mut compared) = (labs(), 0);
    let new = sanitize(&old, SEED).unwrap();
    let mapping = mapping(&old, SEED).unwrap();
    for (old, new) in old.iter().zip(&new) {
        let (before, mut sink) = (compared, Sink::default());
        assert_eq!(capture::detect(&old.text), capture::detect(&new.text), "{}", old.name);
        if capture::detect(&old.text) == Some(Kind::Effective) {
            let old_rows = capture::read_effective(FileId(0), &old.text, &mut sink).unwrap().rows;
            let new_rows = capture::read_effective(FileId(0), &new.text, &mut sink).unwrap().rows;
            let mapped: Vec<EffectiveRow> = old_rows.iter().map(|row| mapped_effective(row, &mapping)).collect();
            assert_eq!(mapped, new_rows, "{}", old.name);
            compared += mapped.len();
        } else {
            let old_rows = capture::read_bgp(FileId(0), &old.text, &mut sink).unwrap();
            let new_rows = capture::read_bgp(FileId(0), &new.text, &mut sink).unwrap();
            assert_eq!((old_rows.kind, &old_rows.instances), (new_rows.kind, &new_rows.instances));
            let mapped: Vec<BgpRow> = old_rows.rows.iter().map(|row| mapped_bgp(row, &mapping)).collect();
            assert_eq!(mapped, new_rows.rows, "{}", old.name);
            compared += mapped.len();
        }
        assert!(compared > before || !old.text.contains("network\""), "{}", old.name);
    }
    assert!(compared > 1000, "{compared}");
}

#[test]
fn one_seed_makes_one_set_and_another_seed_another() {
    let old = labs();
    let with = |seed| sanitize(&old, seed).unwrap();
    assert_eq!(with(1), with(1));
    assert_ne!(with(1), with(2));
}

#[test]
fn the_order_of_the_captures_changes_nothing() {
    let mut backwards = labs();
    backwards.reverse();
    let mut new = sanitize(&backwards, SEED).unwrap();
    new.reverse();
    assert_eq!(new, sanitize(&labs(), SEED).unwrap());
}

#[test]
fn new_names_are_final_once_given() {
    let once = sanitize(&estate(), SEED).unwrap();
    let twice = sanitize(&once, SEED + 1).unwrap();
    let names = |set: &[Capture]| -> Vec<(String, String)> {
        let names = texts(set).into_iter().filter(|(key, _)| matches!(key.as_str(), "name" | "id" | "resourceGroup"));
        let files = set.iter().map(|capture| (String::new(), capture.name.clone()));
        // The file of a peer of a gateway is named after its address.
        names.chain(files.filter(|(_, name)| !name.contains("/advertised/10."))).collect()
    };
    assert_eq!(names(&once), names(&twice));
}

#[test]
fn masked_values_stay_masked_and_apart() {
    let text = r#"{"value": [{"network": "<PUBLIC_IP>/14", "nextHop": "20.X.X.X", "asPath": "65001"}]}"#;
    let new = sanitize(&one(text), SEED).unwrap();
    let rows: Value = serde_json::from_str(&new[0].text).unwrap();
    assert_eq!(rows["value"][0]["network"], "<masked-002>/14");
    assert_eq!(rows["value"][0]["nextHop"], "<masked-001>");
}

#[test]
fn paths_keep_their_form() {
    for (old, new) in [
        ("65001-65000-12076", "64513-64512-12076"),
        ("65515 I\\n   ", "65515 I\\n   "),
        ("65001 65000 ?", "64513 64512 ?"),
        ("", ""),
    ] {
        let text = format!(r#"[{{"asPath": "{old}"}}, {{"asPath": "65000"}}]"#);
        let made = sanitize(&one(&text), SEED).unwrap();
        assert!(made[0].text.contains(&format!("\"asPath\": \"{new}\"")), "{}", made[0].text);
    }
}

#[test]
fn comments_and_warnings_are_dropped() {
    let text = "# captured by jane@contoso.com\nWARNING: preview of contoso\n{\"value\": []}\n";
    assert_eq!(sanitize(&one(text), SEED).unwrap()[0].text, "{\n  \"value\": []\n}\n");
}

#[test]
fn what_is_not_understood_is_refused_with_its_place() {
    let refusal = refused(r#"{"value": [{"nextHopType": "Internet"}, {"nextHopType": "Warp\u001b[31m"}]}"#);
    assert_eq!(refusal.place, ".value[1].nextHopType");
    assert!(refusal.message.contains("Warp") && !refusal.message.contains('\u{1b}'), "{}", refusal.message);
    assert!(refused(r#"{"asPath": "65001 contoso"}"#).message.contains("not an AS path"));
    assert!(refused(r#"{"asPath": "99999999999"}"#).message.contains("not an AS path"));
    assert!(refused(r#"{"peerIp": "10.0.0.256"}"#).message.contains("not an address"));
    assert!(refused(r#"{"network": "10.0.0.0/33"}"#).message.contains("not a prefix"));
    assert!(refused(r#"{"id": "/subscriptions/a/contoso"}"#).message.contains("cut"));
    assert!(refused(r#"{"id": "contoso/b"}"#).message.contains("not the id"));
    assert!(refused(r#"{"peerAsn": "contoso"}"#).message.contains("not an AS number"));
}

#[test]
fn documents_that_are_no_captures_are_refused() {
    assert!(refused("{\"a\": [1").message.contains("too early"));
    assert!(refused("Source  State\nDefault Active").message.contains("not JSON"));
    assert!(refused("{\"a\" 1}").message.contains("not JSON"));
    assert!(refused(&"[".repeat(100_000)).message.contains("not JSON"));
    assert!(refused(r#"{"format_version": "1.0", "values": {}}"#).message.contains("Terraform"));
    assert!(refused(r#"{"NewNIC": {"name": "a"}}"#).message.contains("nothing that rsctl reads"));
    assert!(refused(r#"{"$schema": "x", "contentVersion": "1.0.0.0"}"#).message.contains("template"));
}

#[test]
fn names_that_differ_in_case_only_are_refused() {
    let twice = ["vnets.json", "VNETS.json"].map(|name| Capture { name: name.to_owned(), text: String::new() });
    assert_eq!(sanitize(&twice, SEED).unwrap_err()[0].capture, 1);
}
