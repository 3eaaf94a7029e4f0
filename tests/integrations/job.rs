//! A job of somebody's pipeline: a checkout, a `PATH` with little on it, and the files through which steps speak.

use super::root;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

/// All that the scripts may need besides bash; a bare Debian has it.
const TOOLS: &[&str] = &["awk", "bash", "cat", "head", "mkdir", "mktemp", "od", "sed", "tr", "wc"];

/// A checkout, with a `PATH` that holds these tools and what a test adds to it, and nothing else.
pub(super) struct Job {
    folder: tempfile::TempDir,
}

/// How a script ended.
pub(super) struct Ended {
    pub(super) code: i32,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Job {
    pub(super) fn new() -> Self {
        let job = Job { folder: tempfile::tempdir().unwrap() };
        for name in ["bin", "temp", "checkout"] {
            fs::create_dir(job.path(name)).unwrap();
        }
        for name in ["output", "summary", "path", "calls", "comments"] {
            fs::write(job.path(name), "").unwrap();
        }
        TOOLS.iter().for_each(|tool| job.tool(tool));
        job
    }

    /// Puts a program of this machine on the `PATH`.
    pub(super) fn tool(&self, tool: &str) {
        let path = std::env::var_os("PATH").unwrap();
        let found = std::env::split_paths(&path).map(|folder| folder.join(tool)).find(|path| path.is_file());
        let found = found.unwrap_or_else(|| panic!("there is no {tool} on the PATH"));
        symlink(found, self.path("bin").join(tool)).unwrap();
    }

    /// The same with rsctl on the `PATH`.
    pub(super) fn with_rsctl() -> Self {
        let job = Job::new();
        symlink(env!("CARGO_BIN_EXE_rsctl"), job.path("bin/rsctl")).unwrap();
        job
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Puts a script on the `PATH`.
    pub(super) fn program(&self, name: &str, script: &str) {
        let path = self.path("bin").join(name);
        fs::write(&path, format!("#!{}\n{script}", self.path("bin/bash").display())).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Puts an example of a rule into the checkout.
    pub(super) fn example(&self, example: &str, name: &str) {
        fs::copy(root().join("fixtures/lint").join(example), self.path("checkout").join(name)).unwrap();
    }

    pub(super) fn run(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Ended {
        let mut command = Command::new(self.path("bin/bash"));
        command.args(arguments).current_dir(self.path("checkout")).env_clear();
        for (name, path) in [
            ("PATH", "bin"),
            ("RUNNER_TEMP", "temp"),
            ("AGENT_TEMPDIRECTORY", "temp"),
            ("GITHUB_OUTPUT", "output"),
            ("GITHUB_STEP_SUMMARY", "summary"),
            ("GITHUB_PATH", "path"),
            ("CALLS", "calls"),
            ("COMMENTS", "comments"),
        ] {
            command.env(name, self.path(path));
        }
        command.env("GITHUB_REPOSITORY", "octo/estate");
        let output = command.envs(environment.iter().copied()).output().unwrap();
        Ended {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs a script of the action.
    pub(super) fn action(&self, script: &str, environment: &[(&str, &str)]) -> Ended {
        self.run(&[root().join("action").join(script).to_str().unwrap()], environment)
    }

    /// What the action says under a name.
    pub(super) fn output(&self, name: &str) -> String {
        let text = self.read("output");
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name}=")));
        line.unwrap_or_else(|| panic!("no output {name} in\n{text}")).to_owned()
    }
}

pub(super) fn json(path: impl AsRef<Path>) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

pub(super) fn commands(ended: &Ended) -> Vec<&str> {
    ended.stdout.lines().filter(|line| line.starts_with("::")).collect()
}
