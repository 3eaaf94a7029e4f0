//! The README says what is so: its console blocks are what the commands print, its links lead somewhere.
//!
//! `UPDATE=1 cargo test --test readme` writes the present output into the blocks.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;

/// Two tests write the README when asked to.
static README: Mutex<()> = Mutex::new(());

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What `rsctl` prints for a line `rsctl ...` that is typed in the root of the project.
fn printed(line: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rsctl"));
    command.args(line.split_whitespace().skip(1)).current_dir(root()).stdin(Stdio::null());
    for name in ["RSCTL_OUTPUT", "RSCTL_FACTS", "FORCE_COLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    let output = command.env("LC_ALL", "C.UTF-8").output().unwrap();
    let both = [output.stdout, output.stderr].concat();
    String::from_utf8(both).unwrap().trim_end().to_owned()
}

/// The text with every `console` block run anew: a line `$ rsctl ...`, and below it what is printed.
fn run_anew(text: &str) -> String {
    let (mut out, mut inside) = (String::new(), false);
    for line in text.lines() {
        match line {
            "```console" => inside = true,
            "```" => inside = false,
            _ => {}
        }
        let typed = line.strip_prefix("$ ").filter(|typed| inside && typed.starts_with("rsctl "));
        if !inside || line == "```console" {
            out.push_str(&format!("{line}\n"));
        } else if let Some(typed) = typed {
            out.push_str(&format!("{line}\n{}\n", printed(typed)));
        }
    }
    out
}

#[test]
fn console_blocks_are_what_the_commands_print() {
    let _alone = README.lock();
    for name in ["README.md", "CONTRIBUTING.md"] {
        let path = root().join(name);
        let text = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        let now = run_anew(&text);
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &now).unwrap();
        } else {
            assert!(text == now, "{name} is old; UPDATE=1 cargo test --test readme writes\n{now}");
        }
    }
}

#[test]
fn links_to_files_lead_somewhere() {
    for name in ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/topology-format.md"] {
        let path = root().join(name);
        let text = fs::read_to_string(&path).unwrap();
        for (_, rest) in text.match_indices("](").map(|(at, open)| (at, &text[at + open.len()..])) {
            let target = rest.split([')', '#']).next().unwrap_or_default();
            if !target.is_empty() && !target.contains("://") {
                assert!(path.with_file_name(target).exists(), "{name} links to {target}");
            }
        }
    }
}

#[test]
fn every_command_is_in_the_readme() {
    use clap::CommandFactory;
    let text = fs::read_to_string(root().join("README.md")).unwrap();
    for command in rsctl::cli::Cli::command().get_subcommands() {
        assert!(text.contains(&format!("rsctl {}", command.get_name())), "rsctl {}", command.get_name());
    }
}

/// The line that `tests/observed.rs` ends with, from the command.
fn observed() -> String {
    let (mut matched, mut judged) = (0, 0);
    for lab in fs::read_dir(root().join("fixtures/observed")).unwrap() {
        let lab = lab.unwrap().path();
        if !lab.is_dir() {
            continue;
        }
        let args = format!("rsctl verify {0}/topology.rsctl.yaml {0} -o json", lab.display());
        let report: serde_json::Value = serde_json::from_str(&printed(&args)).unwrap();
        let count = |name: &str| report["summary"][name].as_u64().unwrap();
        matched += count("matched");
        judged += count("matched") + count("missing") + count("different");
    }
    format!("observed: {matched} of {judged} rows")
}

#[test]
fn the_number_of_observed_rows_is_the_present_one() {
    let now = observed();
    let _alone = README.lock();
    let path = root().join("README.md");
    let text = fs::read_to_string(&path).unwrap();
    let told = text.lines().find(|line| line.starts_with("observed: ")).expect("the README quotes the measure");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, text.replace(told, &now)).unwrap();
    } else {
        assert_eq!(told, now, "UPDATE=1 cargo test --test readme writes it");
    }
}
