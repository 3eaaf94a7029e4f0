//! Asks daemons whether they take a configuration.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

/// Where Debian keeps FRR's daemons.
pub(crate) const FRR: &str = "/usr/lib/frr";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Daemon {
    Bird,
    Frr,
}

/// Whether a daemon is here.
pub(crate) fn installed(daemon: Daemon) -> bool {
    let runs = |program: &str, argument: &str| {
        Command::new(program).arg(argument).output().is_ok_and(|output| output.status.success())
    };
    let here = match daemon {
        Daemon::Bird => runs("bird", "--version"),
        Daemon::Frr => ["bgpd", "zebra", "staticd"].iter().all(|name| runs(&format!("{FRR}/{name}"), "--version")),
    };
    if !here {
        assert!(std::env::var("RSCTL_REQUIRE_DAEMONS").as_deref() != Ok("1"), "{daemon:?} is not installed");
        eprintln!("NOT RUN: {daemon:?} is not installed");
    }
    here
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    // FRR's daemons read it as a user of their own.
    std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o644)).unwrap();
    file
}

/// What BIRD says of a file; nothing when it takes it.
pub(crate) fn bird(text: &str) -> Vec<String> {
    let file = file(text);
    let output = Command::new("bird").arg("-p").arg("-c").arg(file.path()).stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    let mut said: Vec<String> = said.lines().map(str::to_owned).collect();
    if !output.status.success() {
        said.push(output.status.to_string());
    }
    said
}

/// What FRR's daemons say of a file. Each reads all of it and knows its own lines only: a line is unknown when it is to all of them, and
/// it is refused when the one that knows it says so. They end with 0 whatever they say.
pub(crate) fn frr(text: &str) -> Vec<String> {
    let file = file(text);
    let mut unknown: Option<BTreeSet<String>> = None;
    let mut said = Vec::new();
    for name in ["bgpd", "zebra", "staticd"] {
        let mut command = Command::new(format!("{FRR}/{name}"));
        let output = command.arg("-C").arg("-f").arg(file.path()).stdin(Stdio::null()).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        let mut own: BTreeSet<String> = BTreeSet::new();
        for line in text.lines() {
            if let Some((_, what)) = line.split_once("No such command on config line") {
                own.insert(what.to_owned());
            } else if line.contains("config line") || line.contains("can't") {
                said.push(format!("{name}: {line}"));
            }
        }
        unknown = Some(match unknown {
            Some(before) => before.intersection(&own).cloned().collect(),
            None => own,
        });
    }
    said.extend(unknown.into_iter().flatten().map(|line| format!("unknown: {line}")));
    said
}
