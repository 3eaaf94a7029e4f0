//! What rsctl is built from: licences, sources, banned crates and the stated minimum Rust version, as `cargo metadata` tells them.
//!
//! The lists stand in `.cargo/deny.toml`. This reads the part of it that needs no further tool.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// The packages that this machine has: those of every platform, or else those of this one.
fn metadata() -> Value {
    let read = |more: &[&str]| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["metadata", "--locked", "--offline", "--format-version", "1"])
            .args(more)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        match output.status.success() {
            true => Ok(serde_json::from_slice::<Value>(&output.stdout).unwrap()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    };
    // Without `cargo fetch`, cargo has downloaded only what this platform builds.
    let here = || read(&["--filter-platform", &host()]);
    read(&[]).or_else(|_| here()).unwrap_or_else(|error| panic!("{error}"))
}

fn host() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
}

fn dependencies(metadata: &Value) -> Vec<&Value> {
    let packages = metadata["packages"].as_array().unwrap();
    let others: Vec<&Value> = packages.iter().filter(|package| package["name"] != "rsctl").collect();
    assert!(others.len() > 50, "cargo metadata lists the dependencies");
    others
}

fn named(package: &Value) -> String {
    format!("{} {}", package["name"].as_str().unwrap(), package["version"].as_str().unwrap())
}

/// The quoted words between `key = [` and its `]` in `.cargo/deny.toml`; of a table, its `name`.
fn listed(key: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(".cargo/deny.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, list) = text.split_once(&format!("\n{key} = [")).unwrap_or_else(|| panic!("deny.toml has no `{key}`"));
    let (list, _) = list.split_once(']').unwrap();
    list.lines().flat_map(|line| line.split('"').nth(1)).map(str::to_owned).collect()
}

/// An SPDX expression: `OR` needs one side, `AND` both; `/` is how `OR` was written once.
fn is_allowed(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let verdict = either(&words, &mut at, allowed);
    assert_eq!(at, words.len(), "`{expression}` is read to its end");
    verdict
}

fn either(words: &[&str], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let mut verdict = both(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        verdict |= both(words, at, allowed);
    }
    verdict
}

fn both(words: &[&str], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let mut verdict = licence(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        verdict &= licence(words, at, allowed);
    }
    verdict
}

fn licence(words: &[&str], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let verdict = either(words, at, allowed);
        *at += 1;
        return verdict;
    }
    // A licence with an exception grants more than the licence.
    if words.get(*at) == Some(&"WITH") {
        *at += 2;
    }
    allowed.contains(*word)
}

/// Three numbers; `1.89` is `1.89.0`.
fn version(text: &str) -> [u32; 3] {
    let mut parts = text.split('.').map(|part| part.parse().unwrap());
    std::array::from_fn(|_| parts.next().unwrap_or(0))
}

#[test]
fn every_licence_is_on_the_list() {
    let (metadata, allowed) = (metadata(), listed("allow"));
    let licence = |package: &Value| package["license"].as_str().unwrap_or("no licence").to_owned();
    let wrong: Vec<String> = dependencies(&metadata)
        .into_iter()
        .filter(|package| !is_allowed(&licence(package), &allowed))
        .map(|package| format!("{}: {}", named(package), licence(package)))
        .collect();
    assert!(wrong.is_empty(), "not allowed by .cargo/deny.toml:\n{}", wrong.join("\n"));
}

#[test]
fn every_dependency_comes_from_crates_io_and_none_is_banned() {
    let (metadata, banned) = (metadata(), listed("deny"));
    for package in dependencies(&metadata) {
        let source = package["source"].as_str();
        assert_eq!(source, Some("registry+https://github.com/rust-lang/crates.io-index"), "{}", named(package));
        assert!(!banned.contains(package["name"].as_str().unwrap()), "{} is banned", named(package));
    }
}

#[test]
fn the_stated_rust_version_is_enough_for_every_dependency() {
    let metadata = metadata();
    let stated = version(env!("CARGO_PKG_RUST_VERSION"));
    let needs = |package: &&Value| package["rust_version"].as_str().is_some_and(|needed| version(needed) > stated);
    let wrong: Vec<String> = dependencies(&metadata)
        .into_iter()
        .filter(needs)
        .map(|package| format!("{} needs Rust {}", named(package), package["rust_version"].as_str().unwrap()))
        .collect();
    assert!(wrong.is_empty(), "Cargo.toml states Rust {}:\n{}", env!("CARGO_PKG_RUST_VERSION"), wrong.join("\n"));
}

#[test]
fn licence_expressions_are_read_as_spdx_means_them() {
    let allowed: BTreeSet<String> = ["MIT", "Unicode-3.0"].map(str::to_owned).into();
    for (expression, verdict) in [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("Apache-2.0 OR MIT", true),
        ("Apache-2.0/MIT", true),
        ("(Apache-2.0 OR MIT) AND Unicode-3.0", true),
        ("MIT AND GPL-3.0-only", false),
        ("GPL-3.0-only OR MIT AND Apache-2.0", false),
        ("Apache-2.0 WITH LLVM-exception OR MIT", true),
    ] {
        assert_eq!(is_allowed(expression, &allowed), verdict, "{expression}");
    }
    assert!(listed("allow").contains("Apache-2.0") && listed("deny").contains("serde_yaml"));
}
