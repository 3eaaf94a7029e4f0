//! `rsctl import` on a large state: what is kept of it is the text, once.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]
// Only Linux holds a process to the limit.
#![cfg(target_os = "linux")]

#[path = "support/import_documents.rs"]
#[allow(dead_code, reason = "benchmarks use the rest")]
mod import_documents;

use std::fs;
use std::process::Command;

/// Beside the text: the program, and what is kept of the routing in it.
const ALLOWANCE: usize = 100_000_000;

#[test]
fn a_large_state_takes_the_room_of_its_text_and_little_more() {
    const SIZE: usize = 120_000_000;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("state.json"), import_documents::state(SIZE)).unwrap();
    let limited = format!("ulimit -v {} && exec \"$0\" import state.json", (SIZE + ALLOWANCE) / 1024);
    let mut command = Command::new("sh");
    command.args(["-c", &limited, env!("CARGO_BIN_EXE_rsctl")]).current_dir(folder.path());
    let output = command.output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert!(stdout.matches("address_space").count() > 1000, "{stderr}");
}
