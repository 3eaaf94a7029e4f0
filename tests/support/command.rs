//! The command in a folder of its own, with nothing of the tester's surroundings that could change what it says.

use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// How a run ended and what it said.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// What was printed, read as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {} {}", self.stdout, self.stderr))
    }

    /// Ended well and had nothing to remark.
    pub(crate) fn fine(self) -> Run {
        assert_eq!((self.code, self.stderr.as_str()), (0, ""), "{}", self.stdout);
        self
    }

    /// Refused, with nothing printed and no character that a terminal obeys.
    pub(crate) fn refused(self) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (2, ""), "{}", self.stderr);
        assert!(self.stderr.contains("error"), "{}", self.stderr);
        assert!(!has_controls(&self.stderr), "{:?}", self.stderr);
        self.stderr
    }
}

/// Whether a terminal would obey any of it.
pub(crate) fn has_controls(text: &str) -> bool {
    text.chars().any(|letter| letter.is_control() && letter != '\n' || "\u{202e}\u{2066}".contains(letter))
}

/// Runs the command in a folder with something on standard input.
pub(crate) fn rsctl_fed(folder: &Path, args: &[&str], input: &str) -> Run {
    rsctl_within(folder, args, input, &[])
}

/// Runs the command in a folder with something on standard input and further variables around it.
pub(crate) fn rsctl_within(folder: &Path, args: &[&str], input: &str, variables: &[(&str, &str)]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rsctl"));
    command.args(args).current_dir(folder);
    for name in ["RSCTL_OUTPUT", "RSCTL_FACTS", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "GIT_DIR", "GIT_WORK_TREE"]
    {
        command.env_remove(name);
    }
    command.env("LC_ALL", "C.UTF-8").env("GIT_CONFIG_GLOBAL", "/dev/null").envs(variables.iter().copied());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A command that reads no input may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Runs the command in a folder.
pub(crate) fn rsctl(folder: &Path, args: &[&str]) -> Run {
    rsctl_fed(folder, args, "")
}

/// A folder with files of these names and texts.
pub(crate) fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        write(folder.path(), name, text);
    }
    folder
}

/// Writes a file and the folders that it needs.
pub(crate) fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
