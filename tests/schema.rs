//! The published schema against the fixtures, and against the reader it is made to agree with.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

use rsctl::diagnostic::{Diagnostic, Place, Sink};
use rsctl::source::Sources;
use rsctl::syntax::document::{Origin, PeeringForm, PolicyRef, RoutingPreference, UserNextHop, UserPrefix};
use rsctl::syntax::tree::{self, Kind, Node};
use rsctl::syntax::{DiskFiles, Loaded, json_schema, load, load_text};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn topologies(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(".rsctl.yaml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> (Option<Loaded>, Vec<Diagnostic>, Sources) {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load(&path.to_string_lossy(), &mut DiskFiles, &mut sources, &mut sink);
    (loaded, sink.into_sorted(), sources)
}

/// As an editor reads YAML 1.2: plain numbers and truth values are no texts.
fn to_json(node: &Node) -> Value {
    match &node.kind {
        Kind::Null => Value::Null,
        Kind::Scalar { text, quoted: true } => Value::String(text.to_string()),
        Kind::Scalar { text, .. } => match &**text {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            text => text.parse::<serde_json::Number>().map_or_else(|_| Value::String(text.to_owned()), Value::Number),
        },
        Kind::List(items) => Value::Array(items.iter().map(to_json).collect()),
        Kind::Map(entries) => {
            Value::Object(entries.iter().map(|(key, node)| (key.text.to_string(), to_json(node))).collect())
        }
    }
}

fn show(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let line = |diagnostic: &Diagnostic| match &diagnostic.place {
        Place::In(label) => {
            let file = sources.file(label.span.file);
            format!("{}:{}: {}\n", file.name, file.position(label.span.start).line, diagnostic.message)
        }
        Place::File(name) => format!("{name}: {}\n", diagnostic.message),
    };
    diagnostics.iter().map(line).collect()
}

#[test]
fn the_schema_is_a_valid_draft_07_schema() {
    let schema = json_schema();
    assert!(jsonschema::draft7::meta::is_valid(&schema));
    assert!(jsonschema::draft7::new(&schema).is_ok());
}

#[test]
fn every_definition_of_the_schema_is_used_and_described() {
    let schema = json_schema();
    let printed = schema.to_string();
    for (name, definition) in schema["definitions"].as_object().unwrap() {
        assert!(printed.contains(&format!("\"#/definitions/{name}\"")), "{name} is not used");
        assert_eq!(definition["additionalProperties"], Value::Bool(false), "{name} takes any key");
        for (key, property) in definition["properties"].as_object().unwrap() {
            assert!(property["description"].is_string(), "{name}.{key} has no description");
        }
    }
}

#[test]
fn every_good_topology_fits_the_schema() {
    let schema = jsonschema::draft7::new(&json_schema()).unwrap();
    let mut count = 0;
    for path in topologies("valid").into_iter().chain(topologies("observed")) {
        if path.ends_with("everything-base.rsctl.yaml") {
            continue;
        }
        let (loaded, diagnostics, sources) = read(&path);
        assert!(diagnostics.is_empty(), "{}", show(&diagnostics, &sources));
        let value = to_json(&loaded.unwrap().root);
        let faults: Vec<String> =
            schema.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(faults.is_empty(), "{}: {faults:#?}", path.display());
        count += 1;
    }
    assert!(count > 5);
}

#[test]
fn every_misshapen_topology_fails_the_schema() {
    let schema = jsonschema::draft7::new(&json_schema()).unwrap();
    for path in topologies("bad") {
        let text = std::fs::read_to_string(&path).unwrap();
        if text.contains("# the schema cannot see this") {
            continue;
        }
        let (loaded, diagnostics, _) = read(&path);
        assert!(!diagnostics.is_empty(), "{} is fine", path.display());
        let Some(loaded) = loaded else { continue };
        assert!(!schema.is_valid(&to_json(&loaded.root)), "{} fits the schema", path.display());
    }
}

type Values = &'static [&'static str];

/// A small topology with one place left open, and values for it: good ones, bad ones, and bad ones that only the reader sees.
const AGREEMENTS: &[(&str, Values, Values, Values)] = &[
    (
        "vnets: { hub: { address_space: ? } }",
        &["10.0.0.0/8", "[10.0.0.0/8]", "[10.0.0.0/8, \"::/0\"]", "0.0.0.0/0", "\"10.0.0.0/8\"", "2001:db8::/32"],
        &[
            "10.0.0.0",
            "10.0.0.0/33",
            "10.0.0.0/08",
            "010.0.0.0/8",
            "[]",
            "{}",
            "true",
            "10",
            "10.0",
            "",
            "[[10.0.0.0/8]]",
        ],
        &["10.0.0.1/8", "1::2::3/64", "2001:db8::1/32"],
    ),
    (
        "nvas: { a: { subnet: v/s, ip: 10.0.0.4, asn: ? } }",
        &["0", "65001", "4294967295"],
        &["-1", "4294967296", "65001.5", "\"65001\"", "AS65001", "65_001", "0xFDE9", "[1]", "true"],
        &["1e3"],
    ),
    (
        "nvas: { a: { subnet: ?, ip: 10.0.0.4 } }",
        &["hub/app", "\"a.b/c_d\""],
        &["hub", "a/b/c", "/a", "a/", "a b/c", "[a/b]"],
        &[],
    ),
    (
        "nvas: { a: { subnet: v/s, ip: ? } }",
        &["10.0.0.4", "\"10.0.0.4\""],
        &["10.0.0.256", "10.0.0", "10.0.0.4/32", "\"::1\"", "10.0.0.04"],
        &[],
    ),
    (
        "nvas: { a: { subnet: v/s, ip: 10.0.0.4, snat: ? } }",
        &["true", "false"],
        &["yes", "no", "True", "\"true\"", "1", "[true]"],
        &[],
    ),
    (
        "nvas: { ?: { subnet: v/s, ip: 10.0.0.4 } }",
        &["a", "1", "no", "a-b_c.d", "12.30a"],
        &["\"*\"", "12:30", "self", "a b", "\"\"", "a/b", "ä"],
        &[],
    ),
    (
        "peerings: ?",
        &["[]", "{ hub: a, spoke: b }", "[{ between: [a, b], name: x }]", "[{ local: a, remote: b }]"],
        &[
            "[{ hub: a }]",
            "[{}]",
            "a",
            "[{ hub: a, spoke: b, between: [a, b] }]",
            "[{ local: a, remote: b, sides: {} }]",
            "[{ between: a }]",
            "[{ between: [a, b, c] }]",
        ],
        &[],
    ),
    (
        "as_of: ?",
        &["2026-11-23", "\"2026-11-23\""],
        &["2026", "2026-13-01", "2026-11-32", "23.11.2026", "2026-1-1"],
        &["2026-02-30"],
    ),
    ("facts: { f: ? }", &["always", "1", "true", "1.5", "a b"], &["[]", "{}", "\"\"", "\" \""], &["\"a\\0b\""]),
    (
        "sites: { a: { prefixes: ? } }",
        &["10.0.0.0/8", "{ prefix: 10.0.0.0/8, origin: Egp }", "[10.0.0.0/8, { prefix: 10.0.0.0/8, as_path: [] }]"],
        &[
            "{}",
            "{ prefix: 10.0.0.0/8, from: x }",
            "{ origin: Egp }",
            "{ prefix: 10.0.0.0/8, origin: egp }",
            "{ prefix: 10.0.0.0/8, as_path: 1-2 }",
        ],
        &[],
    ),
    (
        "sites: { a: { prefixes: { prefix: 10.0.0.0/8, communities: ? } } }",
        &["65535:65535", "0:0", "[no-export, no-advertise]", "[]"],
        &["65536:1", "1:65536", "1:01", "noexport", "1", "1:2:3", "1:"],
        &[],
    ),
    (
        "route_tables: { t: { routes: { r: { prefix: ?, next_hop: None } } } }",
        &["0.0.0.0/0", "Storage", "Storage.WestEurope", "\"::/0\""],
        &["Storage/x", "1", "10.0.0.0", "[10.0.0.0/8]", "_x"],
        &["default", "Any", "10.0.0.1/8"],
    ),
    (
        "route_tables: { t: { routes: { r: { prefix: 0.0.0.0/0, next_hop: ? } } } }",
        &["10.0.0.4", "None", "Internet", "VnetLocal", "VirtualNetworkGateway"],
        &["none", "VirtualAppliance", "10.0.0.0/8", "firewall", "1"],
        &[],
    ),
    (
        "route_maps: { m: [{ match: { length: ? } }] }",
        &["24", "[24]", "[24, 32]", "0"],
        &["33", "[]", "[1, 2, 3]", "\"24\"", "/24", "-1"],
        &["[32, 24]"],
    ),
    (
        "route_maps: { m: ? }",
        &["[]", "{}", "{ then: { drop: true } }", "[{ match: {} }]", "[{ next: continue }]"],
        &["a", "[a]", "[{ then: drop }]", "[{ next: stop }]", "[{ than: {} }]"],
        &[],
    ),
    (
        "connections: [{ between: [a, b], instances: { a: ? } }]",
        &["0", "1", "[0, 1]", "[1]"],
        &["2", "[]", "[0, 1, 0]", "\"0\"", "-1", "true"],
        &[],
    ),
    (
        "nvas: { a: { subnet: v/s, ip: 10.0.0.4, export: ? } }",
        &["{}", "{ hub: in }", "{ \"*\": [] }", "{ hub: { then: { drop: true } } }"],
        &["in", "[]", "{ a/b: in }", "{ \"**\": in }", "{ hub: [in] }"],
        &[],
    ),
    (
        "vnets: { hub: { address_space: 10.0.0.0/8, route_server: { peers: ? } } }",
        &["a", "[a, { nva: b }]", "{ nva: a, instances: [0] }", "[]", "1"],
        &["{}", "[{ name: x }]", "[[a]]", "{ nva: a, x: 1 }", "a/b"],
        &[],
    ),
];

#[test]
fn reader_and_schema_agree_value_by_value() {
    let schema = jsonschema::draft7::new(&json_schema()).unwrap();
    let verdicts = |template: &str, value: &str| {
        let text = format!("rsctl: 1\n{}\n", template.replacen('?', value, 1));
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let loaded = load_text("t", text, &mut DiskFiles, &mut sources, &mut sink);
        let fits = loaded.is_some_and(|loaded| schema.is_valid(&to_json(&loaded.root)));
        (!sink.has_errors(), fits)
    };
    let mut faults = Vec::new();
    for (template, good, bad, unseen) in AGREEMENTS {
        for (values, expected) in [(good, (true, true)), (bad, (false, false)), (unseen, (false, true))] {
            let wrong = values.iter().filter(|value| verdicts(template, value) != expected);
            faults.extend(wrong.map(|value| format!("{template} with {value}: not {expected:?}")));
        }
    }
    assert!(faults.is_empty(), "(reader, schema): {faults:#?}");
}

#[test]
fn examples_of_the_schema_are_valid_themselves() {
    let schema = json_schema();
    let examples: Vec<&str> = schema["properties"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(key, _)| *key != "rsctl" && *key != "extends")
        .map(|(_, property)| {
            property["description"].as_str().unwrap().rsplit_once("Example: `").unwrap().1.trim_end_matches('`')
        })
        .collect();
    for example in examples {
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        load_text("example", format!("rsctl: 1\n{example}\n"), &mut DiskFiles, &mut sources, &mut sink).unwrap();
        let diagnostics = sink.into_sorted();
        assert!(diagnostics.is_empty(), "{example}: {}", show(&diagnostics, &sources));
    }
}

fn keys_used(node: &Node, into: &mut Vec<String>) {
    match &node.kind {
        Kind::Map(entries) => entries.iter().for_each(|(key, node)| {
            into.push(key.text.to_string());
            keys_used(node, into);
        }),
        Kind::List(items) => items.iter().for_each(|item| keys_used(item, into)),
        _ => {}
    }
}

#[test]
fn the_rich_example_uses_every_key() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/valid/everything.rsctl.yaml");
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let file = sources.add("everything", &path, std::fs::read_to_string(&path).unwrap());
    let root = tree::parse(file, &sources, &mut sink).unwrap();
    let mut used = Vec::new();
    keys_used(&root, &mut used);
    let schema = json_schema();
    let definitions = schema["definitions"].as_object().unwrap().values();
    for object in definitions.chain([&schema]) {
        for key in object["properties"].as_object().unwrap().keys() {
            assert!(used.contains(key), "everything.rsctl.yaml does not use `{key}`");
        }
    }
}

#[test]
fn the_rich_example_is_read_to_the_last_field() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/valid/everything.rsctl.yaml");
    let (loaded, diagnostics, sources) = read(&path);
    assert!(diagnostics.is_empty(), "{}", show(&diagnostics, &sources));
    let document = loaded.unwrap().document;
    assert_eq!(document.as_of.unwrap().value, "2026-11-23");
    assert_eq!(document.facts[0].body.value, "always");

    let names: Vec<&str> = document.vnets.iter().map(|vnet| vnet.name.value.as_str()).collect();
    assert_eq!(names, ["hub", "spoke1", "spoke2", "dmz", "lab"]);
    let hub = &document.vnets[0].body;
    assert_eq!(hub.address_space[1].value.to_string(), "2001:db8::/48");
    let subnets: Vec<String> =
        hub.subnets.iter().map(|subnet| format!("{} {}", subnet.name.value, subnet.body.prefixes[0].value)).collect();
    assert!(
        subnets.contains(&"nva 10.0.1.0/24".to_owned())
            && subnets.contains(&"AzureBastionSubnet 10.0.6.0/26".to_owned())
    );
    let server = &hub.route_servers.first().unwrap().value;
    assert_eq!(server.hub_routing_preference.as_ref().unwrap().value, RoutingPreference::AsPath);
    assert_eq!(server.peers[0].nva.value, "fw1");
    assert_eq!(server.peers[1].instances[0].value, 0);
    assert_eq!(server.peers[1].route_maps.inbound.as_ref().unwrap().value, "in");
    assert!(server.vpn.as_ref().unwrap().inbound.is_none());
    assert_eq!(document.vnets[2].body.region.as_ref().unwrap().value, "westeurope");

    assert!(matches!(&document.peerings[0].form, PeeringForm::HubSpoke { hub, .. } if hub.value == "hub"));
    assert!(matches!(&document.peerings[1].form, PeeringForm::Between(_, dmz) if dmz.value == "dmz"));
    assert!(matches!(&document.peerings[3].form, PeeringForm::OneWay { remote, .. } if remote.value == "lab"));

    let fw1 = &document.nvas[0].body;
    assert_eq!(fw1.originates.len(), 6);
    assert_eq!(fw1.originates[1].origin.as_ref().unwrap().value, Origin::Incomplete);
    let from_table = &fw1.originates[3];
    assert_eq!(from_table.as_path.as_ref().unwrap().value.to_string(), "65001-65010");
    assert_eq!(sources.text(from_table.prefix.span), "10.61.0.0/16");
    assert!(sources.file(from_table.prefix.span.file).name.ends_with("everything-table.txt"));
    assert!(matches!(&fw1.export[0].body, PolicyRef::Rules(rules) if rules[0].then.prepend.len() == 2));
    assert!(matches!(&fw1.export[1].body, PolicyRef::Name(name) if name.value == "to-hub"));
    assert_eq!(document.sites[1].body.vpn[0].instances[0].value, 1);
    assert_eq!(document.connections[1].local_networks[0].body[0].value.to_string(), "10.200.0.0/24");

    let routes = &document.route_tables[0].body.routes;
    assert_eq!(routes[4].body.next_hop.value, UserNextHop::None);
    assert_eq!(routes[5].body.prefix.value, UserPrefix::ServiceTag("Storage.WestEurope".into()));
    let rule = &document.route_maps[1].body[0];
    assert!(rule.continues);
    assert_eq!(rule.matches.length.as_ref().unwrap().value, (24, 32));
    assert_eq!(document.route_maps[1].body[1].matches.length.as_ref().unwrap().value, (16, 16));
    assert_eq!(rule.then.communities.as_ref().unwrap()[0].value.to_string(), "65001:9");
}
