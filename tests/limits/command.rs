//! The command as a user meets it.

use super::ESTATE;
use std::io::Write;
use std::process::{Command, Stdio};

fn rsctl(args: &[&str], input: &str) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rsctl"));
    command.arg("limits").args(args).current_dir(env!("CARGO_MANIFEST_DIR"));
    for name in ["RSCTL_OUTPUT", "RSCTL_FACTS", "FORCE_COLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command.env("LC_ALL", "C.UTF-8").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A command that reads no input may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap().replace("rsctl.exe", "rsctl");
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_formats_are_as_reviewed() {
    let (code, table, error) = rsctl(&[ESTATE, "--add-spokes", "300"], "");
    assert_eq!((code, error.as_str()), (1, ""));
    insta::assert_snapshot!("limits-table", table);
    for format in ["json", "markdown", "tsv"] {
        let (_, text, _) = rsctl(&[ESTATE, "--fact", "express_route_prefixes=12", "-o", format], "");
        insta::assert_snapshot!(format!("limits-{format}"), text);
    }
}

#[test]
fn every_count_is_shown_when_all_are_asked_for() {
    let (code, table, _) = rsctl(&[ESTATE, "--all"], "");
    assert_eq!(code, 0);
    insta::assert_snapshot!("limits-all", table);
}

#[test]
fn more_than_the_allowed_part_of_a_limit_ends_with_one() {
    // Eleven prefixes are announced to the circuit.
    for (limit, percent, code) in [("11", "100", 0), ("10", "100", 1), ("22", "50", 0), ("21", "50", 1)] {
        let fact = format!("express_route_prefixes={limit}");
        let found = rsctl(&[ESTATE, "--fact", &fact, "--fail-at", percent], "").0;
        assert_eq!(found, code, "{limit} at {percent} %");
    }
}

#[test]
fn further_spokes_count_for_the_exit_code() {
    let fact = ["--fact", "express_route_prefixes=13"];
    let with = |spokes: &str| rsctl(&[&[ESTATE, "--add-spokes", spokes], &fact[..]].concat(), "").0;
    assert_eq!((with("0"), with("2"), with("3")), (0, 0, 1));
}

#[test]
fn spokes_can_be_like_another_one() {
    // `beside` does not use gateways: nothing more is announced to the circuit.
    let args = [ESTATE, "--add-spokes", "5", "--fact", "express_route_prefixes=13"];
    assert_eq!(rsctl(&args, "").0, 1);
    assert_eq!(rsctl(&[&args[..], &["--like", "beside"]].concat(), "").0, 0);
}

#[test]
fn what_if_flags_apply() {
    let json = |args: &[&str]| -> serde_json::Value {
        serde_json::from_str(&rsctl(&[&[ESTATE, "-o", "json"], args].concat(), "").1).unwrap()
    };
    let vnets = |value: &serde_json::Value| {
        let rows = value["limits"].as_array().unwrap();
        rows.iter().find(|row| row["limit"] == "VNets served").unwrap()["used"].as_u64().unwrap()
    };
    assert_eq!(vnets(&json(&[])), 6);
    assert_eq!(vnets(&json(&["--without", "spoke4"])), 5);
}

#[test]
fn standard_input_is_read() {
    let (code, table, _) = rsctl(&["-"], &super::estate());
    assert_eq!(code, 0);
    assert!(table.contains("Limits: 22 counts, none exceeded"), "{table}");
}

#[test]
fn mistakes_end_with_two_and_say_what_to_do() {
    let alone = "rsctl: 1\nvnets:\n  alone: { address_space: 10.0.0.0/24, subnets: { app: 10.0.0.0/25 } }\n";
    let cases: &[(&[&str], &str)] = &[
        (&[ESTATE, "--like", "spok1"], ""),
        (&[ESTATE, "--like", "hub"], ""),
        (&[ESTATE, "--add-spokes", "many"], ""),
        (&[ESTATE, "--add-spokes", "100001"], ""),
        (&[ESTATE, "--fail-at", "0"], ""),
        (&[ESTATE, "--as-of", "yesterday"], ""),
        (&["-", "--add-spokes", "1"], alone),
        (&["nowhere.rsctl.yaml"], ""),
    ];
    let mut told = String::new();
    for (args, input) in cases {
        let (code, out, error) = rsctl(args, input);
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}");
        told.push_str(&format!("$ rsctl limits {}\n{error}\n", args.join(" ")));
    }
    insta::assert_snapshot!("limits-mistakes", told);
}

#[test]
fn a_region_with_control_characters_reaches_no_terminal() {
    let yaml = super::estate().replace("westeurope", "\"west\\e[31m\"");
    for format in ["table", "markdown", "tsv"] {
        let (_, text, error) = rsctl(&["-", "--all", "-o", format], &yaml);
        assert!(!text.contains('\u{1b}') && !error.contains('\u{1b}'), "{format}: {text}{error}");
    }
}
