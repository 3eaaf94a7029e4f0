//! Route tables in five formats: each is read back, and all say the same.

use crate::agreement::assert_all_say_the_same;
use crate::made::{config, example, samples, tables, text, worst};
use crate::tree::Bicep;
use proptest::prelude::*;
use rsctl::exchange::emit::tables::RouteTables;
use rsctl::exchange::emit::{arm, az, bicep, terraform, topology};
use std::process::Command;

const NAMES: [&str; 5] = ["terraform", "bicep", "arm", "az", "topology"];

fn write(format: &str, tables: &RouteTables) -> String {
    match format {
        "terraform" => terraform::write(tables),
        "bicep" => bicep::write(tables),
        "arm" => arm::write(tables),
        "az" => az::write(tables),
        _ => topology::write(tables),
    }
}

#[test]
fn the_formats_are_as_reviewed() {
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false }, {
        for format in NAMES {
            insta::assert_snapshot!(format!("emit__udr-{format}"), write(format, &example()));
        }
        let nothing = RouteTables { topology: "hub.rsctl.yaml".into(), base: "hub.rsctl.yaml".into(), ..RouteTables::default() };
        let all: Vec<String> = NAMES.iter().map(|format| write(format, &nothing)).collect();
        insta::assert_snapshot!("emit__udr-nothing", all.join("--------\n"));
    });
}

#[test]
fn every_format_of_the_example_says_the_same() {
    assert_all_say_the_same(&example());
    assert_all_say_the_same(&RouteTables { base: "b".into(), ..RouteTables::default() });
}

#[test]
fn the_worst_text_in_every_place_comes_back() {
    assert_all_say_the_same(&worst());
}

proptest! {
    #![proptest_config(config(96))]

    #[test]
    fn no_text_becomes_code_in_any_format(tables in tables(text().boxed())) {
        assert_all_say_the_same(&tables);
    }

    #[test]
    fn no_format_prints_what_drives_a_terminal(tables in tables(text().boxed())) {
        for format in NAMES {
            let written = write(format, &tables);
            // JSON has its own reader everywhere; its names are those of the topology, where nothing harmful is taken.
            let harmful = |c: char| rsctl::words::is_harmful(c) && c != '\n' && format != "arm";
            prop_assert!(!written.contains(harmful), "{format}: {written:?}");
        }
    }
}

// The tools themselves, where they can be had.

/// True when the tool is there. Where it has to be, it is missed.
#[allow(clippy::print_stderr, reason = "who reads the output of the tests learns what was not run")]
fn found(tool: &str, required: &str) -> bool {
    if Command::new(tool).arg("--version").output().is_ok_and(|output| output.status.success()) {
        return true;
    }
    assert!(std::env::var_os(required).is_none_or(|value| value != "1"), "{required}=1, but there is no {tool}");
    eprintln!("NOT RUN: {tool} cannot be had here; {required}=1 makes this a failure");
    false
}

#[test]
fn terraform_would_format_nothing_otherwise() {
    if !found("terraform", "RSCTL_REQUIRE_TERRAFORM") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let all = samples(24).into_iter().chain([example(), worst(), RouteTables::default()]);
    for (number, tables) in all.enumerate() {
        std::fs::write(folder.path().join(format!("{number}.tf")), terraform::write(&tables)).unwrap();
    }
    let format = || {
        let mut command = Command::new("terraform");
        command.args(["fmt", "-check", "-diff", "-no-color"]).arg(folder.path()).env("CHECKPOINT_DISABLE", "1");
        command.output().unwrap()
    };
    let output = format();
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
    std::fs::write(folder.path().join("bad.tf"), "a   = 1\n").unwrap();
    assert!(!format().status.success(), "a file that is formatted otherwise is found");
}

#[test]
fn shellcheck_finds_nothing_in_a_script() {
    if !found("shellcheck", "RSCTL_REQUIRE_SHELLCHECK") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("tables.sh");
    // That nothing expands in single quotes, which is what the quotes are for.
    let meant = "--exclude=SC2016";
    for (tables, option) in [(example(), None), (worst(), Some(meant)), (RouteTables::default(), None)] {
        std::fs::write(&script, az::write(&tables)).unwrap();
        let output = Command::new("shellcheck").args(option).arg(&script).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn the_grammar_of_bicep_sees_a_mistake() {
    let right = bicep::write(&example());
    assert!(Bicep::parse(&right).is_ok());
    for (part, instead) in [("{", ""), ("'spokes'", "'spokes"), ("resource ", "resorce "), ("name:", "name"), ("]", "")]
    {
        let wrong = right.replacen(part, instead, 1);
        assert!(wrong != right && Bicep::parse(&wrong).is_err(), "{part} became {instead}");
    }
}

#[test]
fn a_script_asks_for_the_resource_group_before_it_calls_anything() {
    let script = az::write(&example());
    let stub = "az() { echo called; }\n";
    let output =
        Command::new("bash").args(["--norc", "-c", &format!("{stub}{script}")]).env_remove("RESOURCE_GROUP").output();
    let output = output.unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("RESOURCE_GROUP: set it to"));
}
