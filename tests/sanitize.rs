//! A sanitised capture verifies exactly as the original: every published lab, its captures sanitised and its topologies renumbered
//! alike.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

use rsctl::diagnostic::Sink;
use rsctl::effective::Tables;
use rsctl::exchange::compare::{Comparison, Verdict};
use rsctl::exchange::import::sanitize::{self, Capture, Mapping, sanitize};
use rsctl::exchange::manifest::{self, Manifest};
use rsctl::net::Asn;
use rsctl::report::verify::{Subject, verify};
use rsctl::source::Sources;
use rsctl::syntax::{DiskFiles, load};
use rsctl::{bgp, topology};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

const SEEDS: [u64; 3] = [11, 12, 13];

/// Keys of topologies whose values are AS numbers.
const ASN_KEYS: &[&str] = &["asn:", "as_path:", "as_path_contains:", "prepend:", "strip:", "replace_as_path:"];

/// What stands in a text of a lab: numbers and names, one after the other.
trait Rewrite {
    fn address(&mut self, text: &str) -> String;
    fn asn(&mut self, asn: u32) -> u32;
    fn name(&mut self, name: &str) -> String;
}

/// Gathers the numbers of the topologies.
#[derive(Default)]
struct Numbers {
    addresses: BTreeSet<String>,
    asns: BTreeSet<u32>,
}

impl Rewrite for Numbers {
    fn address(&mut self, text: &str) -> String {
        self.addresses.insert(text.to_owned());
        text.to_owned()
    }

    fn asn(&mut self, asn: u32) -> u32 {
        self.asns.insert(asn);
        asn
    }

    fn name(&mut self, name: &str) -> String {
        name.to_owned()
    }
}

impl Rewrite for &Mapping {
    fn address(&mut self, text: &str) -> String {
        match text.parse() {
            Ok(prefix) => self.prefix(prefix).to_string(),
            Err(_) => Mapping::address(self, text.parse().unwrap()).to_string(),
        }
    }

    fn asn(&mut self, asn: u32) -> u32 {
        Mapping::asn(self, Asn(asn)).0
    }

    fn name(&mut self, name: &str) -> String {
        Mapping::name(self, "routes", name)
    }
}

/// A YAML text with every IPv4 address and prefix, AS number and name replaced.
fn rewritten(text: &str, by: &mut dyn Rewrite) -> String {
    let mut new = String::new();
    for line in text.split_inclusive('\n') {
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let fresh =
                new.ends_with(|before: char| !before.is_ascii_alphanumeric() && before != '_') || new.is_empty();
            let key = ASN_KEYS.iter().find(|key| fresh && rest.starts_with(**key));
            let dotted = rest.len()
                - rest.trim_start_matches(|letter: char| letter.is_ascii_digit() || "./".contains(letter)).len();
            let token = rest[..dotted].trim_end_matches(['.', '/']);
            let word = rest.len()
                - rest.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter)).len();
            if fresh && rest[word..].starts_with(": { prefix:") {
                // A route of a table: `to-hub: { prefix: …`. No subnet has the name of a route that was printed.
                new.push_str(&by.name(&rest[..word]));
                rest = &rest[word..];
            } else if let Some(key) = key {
                let list = rest[key.len()..].trim_start().starts_with('[');
                let end = rest[key.len()..].find(|letter: char| match list {
                    true => letter == ']',
                    false => !letter.is_ascii_digit() && !" -".contains(letter),
                });
                let end = key.len() + end.unwrap_or(rest.len() - key.len());
                new.push_str(&asns(&rest[..end], by));
                rest = &rest[end..];
            } else if fresh && (token.parse::<ipnet::Ipv4Net>().is_ok() || token.parse::<Ipv4Addr>().is_ok()) {
                new.push_str(&by.address(token));
                rest = &rest[token.len()..];
            } else {
                new.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    new
}

fn asns(text: &str, by: &mut dyn Rewrite) -> String {
    let (mut new, mut digits) = (String::new(), String::new());
    for letter in text.chars().chain(['\0']) {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        if !digits.is_empty() {
            new.push_str(&by.asn(digits.parse().unwrap()).to_string());
            digits.clear();
        }
        new.extend(Some(letter).filter(|letter| *letter != '\0'));
    }
    new
}

/// The files of a lab, by their path in it: its YAML and its captures that are JSON.
fn files(lab: &Path) -> BTreeMap<String, String> {
    let (mut files, mut folders) = (BTreeMap::new(), vec![lab.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "json" || ending == "yaml") {
                let name = path.strip_prefix(lab).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

/// The prefixes of the subnets of a topology.
fn subnets(path: &Path) -> Vec<String> {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let loaded = load(path.to_str().unwrap(), &mut DiskFiles, &mut sources, &mut sink).unwrap();
    let subnets = loaded.document.vnets.iter().flat_map(|vnet| &vnet.body.subnets);
    subnets.flat_map(|subnet| &subnet.body.prefixes).map(|prefix| prefix.value.to_string()).collect()
}

/// How every row of every capture of a lab compares.
fn verdicts(lab: &Path) -> Vec<(String, Vec<String>)> {
    let mut sources = Sources::default();
    let path = lab.join("captures.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let file = sources.add("captures.yaml", &path, text.clone());
    let manifest: Manifest = manifest::read(file, &text).unwrap();
    let mut found = Vec::new();
    for capture in &manifest.captures {
        let Ok(text) = fs::read_to_string(lab.join(&capture.file)) else { continue };
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let path = lab.join(&capture.topology);
        let loaded = load(path.to_str().unwrap(), &mut DiskFiles, &mut sources, &mut sink).unwrap();
        let facts = topology::facts_of(&loaded.document, None, &mut sink);
        let topology = topology::resolve(&loaded.document, facts, &mut sink).unwrap();
        let ribs = bgp::run(&topology);
        let tables = Tables::new(&topology, &ribs);
        let file = sources.add(capture.file.clone(), lab.join(&capture.file), text.clone());
        let subject = Subject { kind: capture.kind, at: capture.at.clone(), peer: capture.peer.clone() };
        let comparison = verify(&topology, &ribs, &tables, &subject, &capture.options(), (file, &text), &mut sink);
        found.push((capture.file.clone(), rows(&comparison.unwrap().unwrap())));
    }
    found
}

/// The verdict of every row, in order.
fn rows(comparison: &Comparison) -> Vec<String> {
    let verdict = |verdict: &Verdict| match verdict {
        Verdict::Matched => "matched".to_owned(),
        Verdict::Missing => "missing".to_owned(),
        Verdict::Unexpected => "unexpected".to_owned(),
        Verdict::Ignored(why) => format!("ignored: {why}"),
        Verdict::Different { fields } => {
            format!("different: {:?}", fields.iter().map(|difference| difference.field).collect::<Vec<_>>())
        }
    };
    comparison.rows.iter().map(|row| verdict(&row.verdict)).collect()
}

/// Writes a lab anew, sanitised; says how many texts of it changed.
fn write_sanitised(lab: &Path, seed: u64, to: &Path) -> usize {
    let files = files(lab);
    let mut numbers = Numbers::default();
    let yaml = |name: &str| Path::new(name).extension().is_some_and(|ending| ending == "yaml");
    for (_, text) in files.iter().filter(|(name, _)| yaml(name)) {
        rewritten(text, &mut numbers);
    }
    let topologies = files.keys().filter(|name| yaml(name) && !name.ends_with("captures.yaml"));
    let subnets: Vec<String> = topologies.flat_map(|name| subnets(&lab.join(name))).collect();
    let own = json!({
        "subnets": [{"addressPrefixes": subnets}],
        "addressPrefixes": numbers.addresses,
        "asPath": numbers.asns.iter().map(u32::to_string).collect::<Vec<_>>().join("-"),
    });
    let json: Vec<(&String, &String)> = files.iter().filter(|(name, _)| !yaml(name)).collect();
    let mut captures: Vec<Capture> =
        json.iter().map(|(name, text)| Capture { name: (*name).clone(), text: (*text).clone() }).collect();
    captures.push(Capture { name: "own.json".to_owned(), text: own.to_string() });
    let new = sanitize(&captures, seed).unwrap_or_else(|refusals| panic!("{}: {refusals:?}", lab.display()));
    let mapping = sanitize::mapping(&captures, seed).unwrap();
    let texts = json.iter().zip(&new).map(|((name, _), new)| ((*name).clone(), new.text.clone()));
    let topologies = files.iter().filter(|(name, _)| yaml(name));
    let topologies = topologies.map(|(name, text)| (name.clone(), rewritten(text, &mut &mapping)));
    let mut changed = 0;
    for (name, text) in texts.chain(topologies) {
        changed += usize::from(files[&name] != text);
        fs::create_dir_all(to.join(&name).parent().unwrap()).unwrap();
        fs::write(to.join(&name), text).unwrap();
    }
    changed
}

#[test]
fn a_sanitised_capture_verifies_exactly_as_the_original() {
    let labs = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/observed")).unwrap();
    let mut labs: Vec<PathBuf> = labs.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    labs.sort();
    let (mut rows, mut changed) = (0, 0);
    for lab in labs {
        let old = verdicts(&lab);
        rows += old.iter().map(|(_, rows)| rows.len()).sum::<usize>();
        for seed in SEEDS {
            let new = tempfile::TempDir::new().unwrap();
            changed += write_sanitised(&lab, seed, new.path());
            assert_eq!(old, verdicts(new.path()), "{} with seed {seed}", lab.display());
        }
    }
    assert!(rows > 2000 && changed > 200, "{rows} rows, {changed} files changed");
}
