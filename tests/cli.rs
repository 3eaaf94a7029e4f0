//! The command as a user meets it: help, exit codes, streams, files, pipes.
//!
//! What a command answers is tested where it is computed; here only that it reaches the user.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

use clap::CommandFactory;
use rsctl::cli::Cli;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// One hub, one NVA that passes on what it heard, one table.
const LAB: &str = "fixtures/observed/gh-andrewbryson-readvertise/topology.rsctl.yaml";

/// How a run ended and what it said.
struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

/// The command in a folder, with nothing of the tester's surroundings that could change what it says.
fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rsctl"));
    command.args(args).current_dir(folder);
    for name in ["RSCTL_OUTPUT", "RSCTL_FACTS", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "CLICOLOR"] {
        command.env_remove(name);
    }
    command.env("LC_ALL", "C.UTF-8").env("COLUMNS", "100").env("TERM", "xterm-256color");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn finish(command: &mut Command, input: &str) -> Run {
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    // A command that reads no input may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap().replace("rsctl.exe", "rsctl");
    Run { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rsctl(args: &[&str]) -> Run {
    finish(&mut command(root(), args), "")
}

fn rsctl_in(folder: &Path, args: &[&str]) -> Run {
    finish(&mut command(folder, args), "")
}

fn fed(args: &[&str], input: &str) -> Run {
    finish(&mut command(root(), args), input)
}

fn commands() -> Vec<String> {
    Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

/// The names of the files in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = entries.collect();
    names.sort();
    names
}

fn init_in(folder: &Path) {
    assert_eq!(rsctl_in(folder, &["init"]).code, 0);
}

#[test]
fn help_of_every_command_is_as_reviewed() {
    let overview = rsctl(&["--help"]);
    assert_eq!((overview.code, overview.stderr.as_str()), (0, ""));
    insta::assert_snapshot!("help", overview.stdout);
    for name in commands() {
        let run = rsctl(&[&name, "--help"]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{name}");
        insta::assert_snapshot!(format!("help-{name}"), run.stdout);
    }
}

#[test]
fn every_help_names_the_exit_codes() {
    for name in commands() {
        for flag in ["-h", "--help"] {
            assert!(rsctl(&[&name, flag]).stdout.contains("Exit codes: 0 fine"), "{name} {flag}");
        }
    }
}

#[test]
fn a_plan_ends_with_zero_and_says_nothing_on_standard_error() {
    let run = rsctl(&["plan", LAB]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!("plan-table", run.stdout);
}

#[test]
fn the_formats_of_a_plan_are_as_reviewed() {
    for format in ["json", "yaml", "tsv", "markdown"] {
        let run = rsctl(&["plan", LAB, "-o", format]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{format}");
        insta::assert_snapshot!(format!("plan-{format}"), run.stdout);
    }
}

#[test]
fn json_and_yaml_say_the_same() {
    let json: serde_json::Value = serde_json::from_str(&rsctl(&["plan", LAB, "-o", "json"]).stdout).unwrap();
    let yaml = rsctl(&["plan", LAB, "-o", "yaml"]).stdout;
    let read: serde_json::Value = serde_saphyr::from_str(&yaml).unwrap();
    assert_eq!(read, json);
}

#[test]
fn every_mistake_ends_with_two_and_says_what_to_do() {
    let mistakes: &[&[&str]] = &[
        &["paln"],
        &["plan", "--al"],
        &["plan", "nowhere.rsctl.yaml"],
        &["plan", "fixtures"],
        &["plan", "fixtures/bad/syntax-quote.rsctl.yaml"],
        &["plan", LAB, "--subnet", "vnet/server"],
        &["plan", LAB, "--vnet", "vent"],
        &["plan", LAB, "--fact", "nva_reflexion=always"],
        &["plan", LAB, "--fact", "nva_reflection=sometimes"],
        &["plan", LAB, "--fact", "nva_reflection"],
        &["plan", LAB, "--fact", "as_path_loop=kept"],
        &["plan", LAB, "--fact", "routes_per_peer=many"],
        &["plan", LAB, "--as-of", "yesterday"],
        &["plan", LAB, "-o", "jsno"],
        &["plan", LAB, "-o", "json="],
        &["plan", LAB, "-o", "json", "-o", "table"],
        &["routes"],
        &["routes", "servers", "-f", LAB],
        &["routes", "vnet", "-f", LAB],
        &["rib", "vnet/router_server", "-f", LAB],
        &["rib", "vnet/route_server", "--peer", "nobody", "-f", LAB],
        &["rib", "vnet/route_server", "--learned", "--best", "-f", LAB],
        &["verify", LAB],
        &["verify", LAB, "nowhere.json"],
        &["verify", LAB, "docs"],
        &["verify", LAB, "learnt:vnet/route_server=nowhere.json"],
        &["verify", LAB, "learned:vnet/route_server=nowhere.json"],
        &["init", "estate.yaml"],
        &["completions", "tcsh"],
    ];
    let mut said = String::new();
    for args in mistakes {
        let run = rsctl(args);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{args:?}\n{}", run.stderr);
        assert!(!run.stderr.is_empty(), "{args:?}");
        said.push_str(&format!("$ rsctl {}\n{}\n\n", args.join(" "), run.stderr.trim_end()));
    }
    insta::assert_snapshot!("mistakes", said);
}

#[test]
fn a_pipe_gets_no_escape_codes_and_no_color_stands_above_force_color() {
    let coloured = |run: Run| (run.stdout.contains('\x1b'), run.stderr.contains('\x1b'));
    let broken = "fixtures/bad/unknown-keys.rsctl.yaml";
    assert_eq!(coloured(rsctl(&["plan", LAB])), (false, false));
    assert_eq!(coloured(rsctl(&["plan", broken])), (false, false));
    assert_eq!(coloured(rsctl(&["plan", LAB, "--color", "always"])), (true, false));
    assert_eq!(coloured(rsctl(&["plan", broken, "--color", "always"])), (false, true));
    let forced = |args: &[&str]| coloured(finish(command(root(), args).env("FORCE_COLOR", "1"), ""));
    assert_eq!(forced(&["plan", LAB]), (true, false));
    assert_eq!(forced(&["plan", LAB, "--color", "never"]), (false, false));
    let both = finish(command(root(), &["plan", LAB]).env("FORCE_COLOR", "1").env("NO_COLOR", "1"), "");
    assert_eq!(coloured(both), (false, false));
    for format in ["json", "yaml", "tsv", "markdown"] {
        assert_eq!(coloured(rsctl(&["plan", LAB, "-o", format, "--color", "always"])), (false, false), "{format}");
    }
}

#[test]
fn a_dash_reads_standard_input() {
    let text = fs::read_to_string(root().join(LAB)).unwrap();
    for (from_file, from_input) in [
        (vec!["plan", LAB], vec!["plan", "-"]),
        (vec!["routes", "vnet/servers", "-f", LAB], vec!["routes", "vnet/servers", "-f", "-"]),
        (vec!["rib", "vnet/route_server", "-f", LAB], vec!["rib", "vnet/route_server", "-f", "-"]),
    ] {
        let (file, input) = (rsctl(&from_file), fed(&from_input, &text));
        assert_eq!((input.code, input.stderr.as_str()), (0, ""), "{from_input:?}");
        assert_eq!(input.stdout, file.stdout, "{from_input:?}");
    }
    let wrong = fed(&["plan", "-"], "rsctl: 1\nvnets: here\n");
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("<stdin>:2:8"), "{}", wrong.stderr);
}

#[test]
fn a_file_output_is_written_whole_or_not_at_all_and_nothing_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    init_in(folder.path());
    let plan = folder.path().join("plan.json");
    let run = rsctl_in(folder.path(), &["plan", "-o", "json=plan.json"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""));
    let written = fs::read_to_string(&plan).unwrap();
    assert_eq!(written, rsctl_in(folder.path(), &["plan", "-o", "json"]).stdout);
    assert_eq!(names(folder.path()), ["plan.json", "topology.rsctl.yaml"], "no temporary file stays");

    let wrong = fed(&["plan", "-", "-o", &format!("json={}", plan.display())], "rsctl: 1\nvnets: here\n");
    assert_eq!(wrong.code, 2);
    assert_eq!(fs::read_to_string(&plan).unwrap(), written, "a plan that fails leaves the old file alone");

    let nowhere = rsctl_in(folder.path(), &["plan", "-o", "json=nowhere/plan.json"]);
    assert_eq!((nowhere.code, nowhere.stdout.as_str()), (2, ""));
    assert!(nowhere.stderr.contains("error: cannot write nowhere/plan.json"), "{}", nowhere.stderr);
}

#[test]
fn one_format_is_printed_while_others_go_to_files() {
    let folder = tempfile::tempdir().unwrap();
    init_in(folder.path());
    let run = rsctl_in(folder.path(), &["plan", "-o", "markdown=plan.md", "-o", "table", "-o", "tsv=plan.tsv"]);
    assert_eq!(run.code, 0);
    assert_eq!(run.stdout, rsctl_in(folder.path(), &["plan"]).stdout);
    assert_eq!(names(folder.path()), ["plan.md", "plan.tsv", "topology.rsctl.yaml"]);
}

#[test]
fn the_only_topology_of_a_folder_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let none = rsctl_in(folder.path(), &["plan"]);
    assert_eq!(none.code, 2);
    assert!(none.stderr.contains("rsctl init"), "{}", none.stderr);
    init_in(folder.path());
    assert_eq!(rsctl_in(folder.path(), &["plan"]).code, 0);
    assert_eq!(rsctl_in(folder.path(), &["routes", "spoke1/app"]).code, 0);
    assert_eq!(rsctl_in(folder.path(), &["rib", "fw1"]).code, 0);
    assert_eq!(rsctl_in(folder.path(), &["init", "other.rsctl.yml"]).code, 0);
    let two = rsctl_in(folder.path(), &["plan"]);
    assert_eq!(two.code, 2);
    assert!(two.stderr.contains("other.rsctl.yml, topology.rsctl.yaml"), "{}", two.stderr);
}

#[test]
fn init_never_replaces_a_file_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.rsctl.yaml");
    fs::write(&file, "mine\n").unwrap();
    let refused = rsctl_in(folder.path(), &["init", "mine.rsctl.yaml"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("--force"), "{}", refused.stderr);
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine\n");
    assert_eq!(rsctl_in(folder.path(), &["init", "mine.rsctl.yaml", "--force"]).code, 0);
    assert_eq!(fs::read_to_string(&file).unwrap(), rsctl(&["init", "-"]).stdout);
}

#[test]
fn what_init_prints_plans_without_a_word() {
    let template = rsctl(&["init", "-"]);
    assert_eq!((template.code, template.stderr.as_str()), (0, ""));
    let plan = fed(&["plan", "-"], &template.stdout);
    assert_eq!((plan.code, plan.stderr.as_str()), (0, ""));
    insta::assert_snapshot!("init-plan", plan.stdout);
}

#[test]
fn verify_ends_with_zero_one_or_two() {
    let lab = Path::new(LAB).parent().unwrap().to_str().unwrap();
    let agrees = rsctl(&["verify", LAB, lab]);
    assert_eq!((agrees.code, agrees.stderr.as_str()), (0, ""), "{}", agrees.stdout);

    let folder = tempfile::tempdir().unwrap();
    init_in(folder.path());
    let routes = rsctl_in(folder.path(), &["routes", "spoke1/app", "-o", "json"]).stdout;
    fs::write(folder.path().join("same.json"), &routes).unwrap();
    fs::write(folder.path().join("moved.json"), routes.replace("10.0.1.4", "10.0.1.5")).unwrap();
    let same = rsctl_in(folder.path(), &["verify", "topology.rsctl.yaml", "effective:spoke1/app=same.json"]);
    assert_eq!((same.code, same.stderr.as_str()), (0, ""), "{}", same.stdout);
    let moved = rsctl_in(folder.path(), &["verify", "topology.rsctl.yaml", "effective:spoke1/app=moved.json"]);
    assert_eq!((moved.code, moved.stderr.as_str()), (1, ""));
    insta::assert_snapshot!("verify-drift", moved.stdout);
    let missing =
        rsctl_in(folder.path(), &["verify", "topology.rsctl.yaml", "effective:spoke1/app=moved.json", "no.json"]);
    assert_eq!(missing.code, 2, "a capture that was not compared weighs more than a row that differs");
}

#[test]
fn every_named_file_gets_its_say_before_a_plan_fails() {
    let run = rsctl(&["plan", "nowhere.rsctl.yaml", LAB]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("nowhere.rsctl.yaml") && run.stdout.contains("Plan: 1 VNet"), "{}", run.stderr);
}

#[test]
fn the_environment_says_what_flags_say() {
    let json = finish(command(root(), &["plan", LAB]).env("RSCTL_OUTPUT", "json"), "");
    assert_eq!(json.stdout, rsctl(&["plan", LAB, "-o", "json"]).stdout);
    let flag = finish(command(root(), &["plan", LAB, "-o", "tsv"]).env("RSCTL_OUTPUT", "json"), "");
    assert_eq!(flag.stdout, rsctl(&["plan", LAB, "-o", "tsv"]).stdout);
    let fact = finish(command(root(), &["plan", LAB]).env("RSCTL_FACTS", "ecmp_limit=8,nva_reflection=now"), "");
    assert_eq!(fact.code, 2);
    assert!(fact.stderr.contains("`now` is not a value of the fact `nva_reflection`"), "{}", fact.stderr);
    let unset = finish(command(root(), &["plan", LAB]).env("RSCTL_FACTS", ""), "");
    assert_eq!((unset.code, unset.stdout), (0, rsctl(&["plan", LAB]).stdout));
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    for args in [
        &["plan", LAB][..],
        &["plan", LAB, "-o", "json"],
        &["plan", LAB, "-o", "yaml"],
        &["routes", "vnet/servers", "-f", LAB],
        &["rib", "vnet/route_server", "-f", LAB],
        &["init", "-"],
        &["schema"],
        &["completions", "bash"],
        &["--help"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut child = command(root(), args).stdout(writer).spawn().unwrap();
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn a_reader_of_messages_that_leaves_changes_no_exit_code() {
    for (args, code) in [
        (&["plan", "nowhere.rsctl.yaml"][..], 2),
        (&["diff", LAB], 2),
        (&["plan", "--al"], 2),
        (&["diff", LAB, LAB, "--down", "primary"], 0),
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let status = command(root(), args).stdout(Stdio::null()).stderr(writer).status().unwrap();
        assert_eq!(status.code(), Some(code), "{args:?}");
    }
}

#[test]
fn completions_are_those_of_the_command() {
    let update = std::env::var_os("UPDATE").is_some();
    for (shell, name) in [
        ("bash", "rsctl.bash"),
        ("zsh", "_rsctl"),
        ("fish", "rsctl.fish"),
        ("powershell", "_rsctl.ps1"),
        ("elvish", "rsctl.elv"),
    ] {
        let path = root().join("completions").join(name);
        let run = rsctl(&["completions", shell]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{shell}");
        if update {
            fs::write(&path, &run.stdout).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == run.stdout, "completions/{name} is old; UPDATE=1 cargo test --test cli writes it");
    }
}

#[test]
fn the_schema_is_json_with_its_draft() {
    let schema: serde_json::Value = serde_json::from_str(&rsctl(&["schema"]).stdout).unwrap();
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
}
