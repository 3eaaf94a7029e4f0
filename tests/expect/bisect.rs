//! `git bisect run rsctl test`, with a real Git.

use super::command::{folder, write};
use super::estate;
use std::path::Path;
use std::process::{Command, Output};

fn git(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new("git");
    command.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    for (name, value) in [("NAME", "a"), ("EMAIL", "a@example.org")] {
        command.env(format!("GIT_AUTHOR_{name}"), value).env(format!("GIT_COMMITTER_{name}"), value);
    }
    command.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE");
    let output = command.args(args).output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

#[test]
fn bisect_finds_the_commit_that_broke_an_expectation_and_skips_what_cannot_be_read() {
    let good = estate("- { every: { subnets: \"spoke1/*\" }, to: internet, via: \"fw?\" }");
    let broken = good.replace("rsctl: 1\n", "rsctl: 1\nvnet: {}\n");
    let bad =
        good.replace("subnets: { app: { prefix: 10.1.0.0/24, route_table: inspected }", "subnets: { app: 10.1.0.0/24");
    assert_ne!(good, bad);
    let history = [("good", &good), ("unreadable", &broken), ("still-good", &good), ("culprit", &bad), ("later", &bad)];
    let folder = folder(&[]);
    let at = folder.path();
    git(at, &["init", "-q"]);
    for (number, (name, text)) in history.iter().enumerate() {
        write(at, "estate.rsctl.yaml", &format!("{text}# {number}\n"));
        git(at, &["add", "."]);
        git(at, &["commit", "-q", "-m", name]);
        git(at, &["tag", name]);
    }
    git(at, &["bisect", "start", "later", "good"]);
    let rsctl = env!("CARGO_BIN_EXE_rsctl");
    let output = git(at, &["bisect", "run", rsctl, "test", "--bisect", "estate.rsctl.yaml"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let culprit = String::from_utf8(git(at, &["rev-parse", "culprit"]).stdout).unwrap();
    assert!(said.contains(&format!("{} is the first bad commit", culprit.trim())), "{said}");
}

#[test]
fn what_cannot_be_tested_is_skipped_only_when_bisecting() {
    let folder = folder(&[("broken.rsctl.yaml", "rsctl: 1\nvnet: {}\n"), ("bare.rsctl.yaml", super::ESTATE)]);
    for file in ["broken.rsctl.yaml", "bare.rsctl.yaml", "missing.rsctl.yaml"] {
        assert_eq!(super::rsctl(folder.path(), &["test", file]).code, 2);
        assert_eq!(super::rsctl(folder.path(), &["test", "--bisect", file]).code, 125);
    }
}
