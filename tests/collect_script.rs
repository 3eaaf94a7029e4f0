//! The scripts of `import --collect-script`: the one for bash run against an `az` of the test, the one for PowerShell held against it.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]
#![allow(clippy::print_stderr, reason = "a test that cannot run says so")]

use rsctl::exchange::import::collect::{Shell, script};
use rsctl::exchange::import::sanitize::{Capture, sanitize};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};
use tempfile::TempDir;

/// An `az` that writes down its arguments and answers for a small estate; what it answers ends in CR LF, as on Windows and WSL.
const AZ: &str = r#"#!/usr/bin/env bash
printf '%s\n' "$*" >>"$LOG"
[ -z "${REFUSED:-}" ] || case "$*" in *"$REFUSED"*) echo 'ERROR: (Forbidden) not allowed' >&2; exit 1 ;; esac
printf 'WARNING: preview\r\n' >&2
case "$*" in
    'account show '*'--query id -o tsv') printf 'sub-1\r\n' ;;
    *'routeserver list '*tsv) printf 'RG-Hub\trs1\r\nrg-edge\trs2\r\n' ;;
    *'routeserver peering list '*rs1*tsv) printf 'nva 1\r\nnva-2\r\n' ;;
    *'routeserver peering list '*tsv) ;;
    *virtualNetworkGateways*tsv) printf 'RG-Hub\tvpn1\r\n' ;;
    *localNetworkGateways*tsv) printf 'rg-branch\r\nRG-BRANCH\r\n' ;;
    *Network/connections*tsv) printf 'rg-branch\r\n' ;;
    *'express-route list '*tsv) printf 'rg-er\tlondon\r\nrg-er\tempty\r\n' ;;
    *'express-route peering list '*london*tsv) printf 'AzurePrivatePeering\r\n' ;;
    *'express-route peering list '*tsv) ;;
    *'vm list '*tsv) printf '/subscriptions/sub-1/resourceGroups/rg-app/providers/Microsoft.Network/networkInterfaces/nic1\r\n' ;;
    *list-bgp-peer-status*) printf '{\r\n  "value": [\r\n    {\r\n      "neighbor": "10.0.0.5",\r\n      "state": "Connected"\r\n    }\r\n  ]\r\n}\r\n' ;;
    *tsv) echo "unexpected: $*" >&2; exit 9 ;;
    *) printf '{"asked": "%s"}\n' "$1" ;;
esac
"#;

/// What becomes of the estate of that `az`.
const FILES: [&str; 25] = [
    "account.json",
    "circuit/rg-er/empty/show.json",
    "circuit/rg-er/london/routes-primary.json",
    "circuit/rg-er/london/routes-secondary.json",
    "circuit/rg-er/london/show.json",
    "circuits.json",
    "connections/rg-branch.json",
    "effective-routes/rg-app/nic1.json",
    "errors.log",
    "firewalls.json",
    "gateway/RG-Hub/vpn1/advertised/10.0.0.5.json",
    "gateway/RG-Hub/vpn1/bgp-peers.json",
    "gateway/RG-Hub/vpn1/learned.json",
    "gateway/RG-Hub/vpn1/show.json",
    "load-balancers.json",
    "local-gateways/rg-branch.json",
    "nics.json",
    "private-endpoints.json",
    "public-ips.json",
    "route-server/RG-Hub/rs1/advertised/nva 1.json",
    "route-server/RG-Hub/rs1/advertised/nva-2.json",
    "route-server/RG-Hub/rs1/learned/nva 1.json",
    "route-server/RG-Hub/rs1/learned/nva-2.json",
    "route-server/RG-Hub/rs1/peers.json",
    "route-server/rg-edge/rs2/peers.json",
];

/// A folder with the script, the `az` of the test and what they leave behind.
struct Place(TempDir);

impl Place {
    fn new() -> Place {
        let place = Place(TempDir::new().unwrap());
        fs::create_dir(place.path("bin")).unwrap();
        fs::write(place.path("bin/az"), AZ).unwrap();
        fs::set_permissions(place.path("bin/az"), fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(place.path("collect.sh"), script(Shell::Bash)).unwrap();
        place
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    /// Runs the script; `refused` is part of the commands that fail.
    fn run(&self, arguments: &[&str], refused: &str) -> Output {
        let path = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap());
        let mut command = Command::new("bash");
        command.arg("collect.sh").args(arguments).current_dir(self.0.path());
        command.env("PATH", path).env("LOG", self.path("az.log")).env("REFUSED", refused).output().unwrap()
    }

    /// The commands that `az` was given.
    fn asked(&self) -> Vec<String> {
        fs::read_to_string(self.path("az.log")).unwrap_or_default().lines().map(str::to_owned).collect()
    }

    fn files(&self, folder: &str) -> BTreeSet<String> {
        let top = self.path(folder);
        let (mut files, mut folders) = (BTreeSet::new(), vec![top.clone()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.insert(path.strip_prefix(&top).unwrap().to_str().unwrap().to_owned());
                }
            }
        }
        files
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Everything but `missing`.
fn files_but(missing: &[&str]) -> BTreeSet<String> {
    let common = ["route-servers.json", "route-tables.json", "vnets.json"];
    let all = FILES.into_iter().chain(common).filter(|file| !missing.contains(file));
    all.map(str::to_owned).collect()
}

#[test]
fn an_estate_is_gathered_into_the_layout_that_import_reads() {
    let place = Place::new();
    let output = place.run(&[], "");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(place.files("azure-capture"), files_but(&[]));
    assert!(output.stdout.is_empty());
    let vnets = fs::read_to_string(place.path("azure-capture/vnets.json")).unwrap();
    assert_eq!(vnets, "{\"asked\": \"network\"}\n", "what az says on stderr stays out of the file");
    assert!(fs::read_to_string(place.path("azure-capture/errors.log")).unwrap().contains("preview"));
}

#[test]
fn the_sanitiser_knows_every_file_of_the_layout() {
    let files = files_but(&["errors.log"]).into_iter();
    let captures: Vec<Capture> = files.map(|name| Capture { name, text: String::new() }).collect();
    for (old, new) in captures.iter().zip(sanitize(&captures, 1).unwrap()) {
        assert!(!new.name.contains("document") && !new.name.contains("folder"), "{} became {}", old.name, new.name);
        let names = ["RG-Hub", "rg-", "rs1", "rs2", "nva", "vpn1", "london", "nic1"];
        assert!(!names.iter().any(|name| new.name.contains(name)), "{} became {}", old.name, new.name);
    }
}

#[test]
fn every_command_only_reads() {
    let place = Place::new();
    place.run(&[], "");
    let asked = place.asked();
    assert!(asked.len() > 30, "{asked:#?}");
    for command in asked {
        let words: Vec<&str> = command.split(' ').take_while(|word| !word.starts_with('-')).collect();
        let verb = *words.last().unwrap();
        let reads = ["list", "show", "show-effective-route-table"].contains(&verb) || verb.starts_with("list-");
        assert!(reads || command.starts_with("rest --method get "), "{command}");
    }
}

#[test]
fn the_subscription_and_the_group_asked_for_reach_every_command() {
    let place = Place::new();
    assert_eq!(place.run(&["-s", "my sub", "-g", "RG-Hub", "-o", "out put"], "").status.code(), Some(0));
    let asked = place.asked();
    assert_eq!(asked[0], "account show --subscription my sub --query id -o tsv");
    assert!(asked[1..].iter().all(|command| command.contains(" --subscription sub-1 -o ")), "{asked:#?}");
    let whole = |command: &String| {
        command.starts_with("account ") || command.contains(" -g ") || command.contains("/resourceGroups/RG-Hub/")
    };
    assert!(asked.iter().all(whole), "{asked:#?}");
    assert_eq!(place.files("out put"), files_but(&[]));
}

#[test]
fn effective_routes_can_be_left_out() {
    let place = Place::new();
    assert_eq!(place.run(&["-n"], "").status.code(), Some(0));
    assert_eq!(place.files("azure-capture"), files_but(&["effective-routes/rg-app/nic1.json"]));
    assert!(place.asked().iter().all(|command| !command.starts_with("vm ")));
}

#[test]
fn a_command_that_fails_is_told_and_stops_nothing() {
    let place = Place::new();
    let output = place.run(&[], "list-learned-routes -g RG-Hub --routeserver rs1 -n nva-2");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output)
            .ends_with("collect: failed commands: 1, see azure-capture/errors.log; the rest is in azure-capture\n")
    );
    assert_eq!(place.files("azure-capture"), files_but(&["route-server/RG-Hub/rs1/learned/nva-2.json"]));
    let errors = fs::read_to_string(place.path("azure-capture/errors.log")).unwrap();
    assert!(
        errors.contains("Forbidden") && errors.contains("failed: az network routeserver peering list-learned-routes")
    );
}

#[test]
fn every_command_may_fail_and_the_script_still_ends() {
    let place = Place::new();
    let output = place.run(&[], "--subscription sub-1");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_eq!(place.files("azure-capture"), BTreeSet::from(["errors.log".to_owned()]));
    assert!(stderr(&output).contains("failed commands: 16,"), "{}", stderr(&output));
}

#[test]
fn a_folder_that_is_not_empty_is_left_alone() {
    let place = Place::new();
    fs::create_dir(place.path("azure-capture")).unwrap();
    fs::write(place.path("azure-capture/.mine"), "").unwrap();
    let output = place.run(&[], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("azure-capture is not an empty folder"));
    assert_eq!(place.files("azure-capture"), BTreeSet::from([".mine".to_owned()]));
    fs::write(place.path("file"), "mine").unwrap();
    assert_eq!(place.run(&["-o", "file"], "").status.code(), Some(2));
    assert_eq!(fs::read_to_string(place.path("file")).unwrap(), "mine");
}

#[test]
fn who_is_not_logged_in_is_told_and_nothing_is_made() {
    let place = Place::new();
    let output = place.run(&[], "account show");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("az login"));
    assert!(!place.path("azure-capture").exists());
}

#[test]
fn wrong_options_are_refused_before_az_is_asked() {
    let place = Place::new();
    for arguments in [&["-x"][..], &["folder"][..], &["-o"][..]] {
        assert_eq!(place.run(arguments, "").status.code(), Some(2));
    }
    assert!(place.asked().is_empty());
}

/// The `az` commands of a script, in order, without quotes and without how a shell writes a list.
fn commands(text: &str) -> Vec<String> {
    let starts = ["account show", "network ", "resource list", "rest --method", "vm list"];
    let command = |line: &str| {
        let lower = line.to_lowercase();
        let function = ["capture ", "ask "].iter().filter_map(|name| lower.find(name)).min()?;
        let start = starts.iter().filter_map(|start| line[function..].find(start)).min()?;
        let command = line[function + start..].split(" | ").next().unwrap_or_default();
        Some(command.replace("${scope[@]+\"${scope[@]}\"}", "@scope").replace(['"', '\''], ""))
    };
    text.lines().filter(|line| !line.trim_start().starts_with('#')).filter_map(command).collect()
}

#[test]
fn both_scripts_run_the_same_commands() {
    let bash = commands(script(Shell::Bash));
    assert_eq!(bash, commands(script(Shell::Powershell)));
    assert_eq!(bash.len(), 31, "{bash:#?}");
}

#[test]
fn the_powershell_script_is_ascii_and_its_brackets_and_quotes_close() {
    // Windows PowerShell 5.1 reads a file without a byte order mark as ANSI.
    let text = script(Shell::Powershell);
    assert!(text.is_ascii());
    let (mut open, mut quote, mut escaped) = (Vec::new(), None, false);
    let code = text.split_once("#>").unwrap().1;
    for line in code.lines().filter(|line| !line.trim_start().starts_with('#')) {
        for letter in line.chars() {
            match (quote, letter) {
                _ if escaped => escaped = false,
                (Some('"') | None, '`') => escaped = true,
                (Some(mark), _) if mark == letter => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') => quote = Some(letter),
                (None, '(' | '[' | '{') => open.push(letter),
                (None, ')') => assert_eq!(open.pop(), Some('('), "{line}"),
                (None, ']') => assert_eq!(open.pop(), Some('['), "{line}"),
                (None, '}') => assert_eq!(open.pop(), Some('{'), "{line}"),
                (None, _) => {}
            }
        }
        assert_eq!(quote, None, "{line}");
        escaped = false;
    }
    assert_eq!(open, []);
}

#[test]
fn shellcheck_finds_nothing_in_the_bash_script() {
    let place = Place::new();
    let parsed = Command::new("bash").arg("-n").arg(place.path("collect.sh")).status().unwrap();
    assert!(parsed.success());
    match Command::new("shellcheck").arg(place.path("collect.sh")).output() {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout)),
        Err(_) => eprintln!("shellcheck is not installed, so only bash has read the script"),
    }
}

#[test]
fn nothing_of_the_script_needs_more_than_bash_3() {
    // macOS ships bash 3.2: no arrays read from input, no associative arrays, no changes of case.
    let text = script(Shell::Bash);
    for newer in ["mapfile", "readarray", "declare -A", "local -n", ",,}", "^^}", "&>>", "|&"] {
        assert!(!text.contains(newer), "{newer}");
    }
    assert!(!text.contains(" \"${scope[@]}\""), "an empty list is an error there");
}
