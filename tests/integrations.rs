//! What carries rsctl into the tools of others: the GitHub Action, the hooks of pre-commit, the steps of Azure Pipelines.
//!
//! The files are read as those tools read them, and their scripts are run in surroundings made up to look like theirs.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap().replace("\r\n", "\n")
}

fn yaml(name: &str) -> Value {
    serde_saphyr::from_str(&text(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().into_iter().flat_map(|object| object.keys().cloned()).collect()
}

/// The words that follow `before` in a text, as long as they are made of letters, digits, `_` and `-`.
fn words_after(text: &str, before: &str) -> BTreeSet<String> {
    let word = |rest: &str| {
        rest.chars().take_while(|character| character.is_ascii_alphanumeric() || "_-".contains(*character)).collect()
    };
    text.match_indices(before).map(|(at, found)| word(&text[at + found.len()..])).collect()
}

/// The variables with a prefix that a script reads.
fn variables(script: &str, prefix: &str) -> BTreeSet<String> {
    let code: String =
        script.lines().filter(|line| !line.trim_start().starts_with('#')).map(|line| format!("{line}\n")).collect();
    words_after(&code.replace("${", "$"), &format!("${prefix}")).iter().map(|name| format!("{prefix}{name}")).collect()
}

#[test]
fn the_action_declares_every_input_that_it_uses_and_uses_every_one_that_it_declares() {
    let action = yaml("action.yml");
    let declared = keys(&action["inputs"]);
    let steps = action["runs"]["steps"].to_string();
    assert_eq!(words_after(&steps, "inputs."), declared);
    for (name, input) in action["inputs"].as_object().unwrap() {
        assert!(input["description"].is_string() && input["default"].is_string(), "{name}");
    }
    let set: BTreeSet<String> = ["exit-code", "findings", "sarif-file", "markdown-file"].map(String::from).into();
    assert!(words_after(&steps, "steps.lint.outputs.").is_subset(&set), "{steps}");
    assert!(words_after(&action["outputs"].to_string(), "steps.lint.outputs.").is_subset(&set));
    let written = text("action/run.sh");
    assert!(set.iter().all(|name| written.contains(&format!("\"{name}=$"))), "run.sh sets every output");
}

#[test]
fn scripts_of_the_action_find_everything_that_they_read_in_their_environment() {
    let action = yaml("action.yml");
    for step in list(&action["runs"]["steps"]).iter().filter(|step| step["run"].is_string()) {
        let run = step["run"].as_str().unwrap();
        assert!(!run.contains("${{"), "text of a user would become a part of the script: {run}");
        let name = run.strip_prefix("bash \"$GITHUB_ACTION_PATH/").and_then(|rest| rest.strip_suffix('"')).unwrap();
        let script = text(name);
        let given = keys(&step["env"]);
        let read: BTreeSet<String> = ["INPUT_", "PULL_REQUEST", "COMMENT_FILE", "FINDINGS"]
            .iter()
            .flat_map(|prefix| variables(&script, prefix))
            .collect();
        let needed = given.iter().filter(|name| *name != "GH_TOKEN").cloned().collect();
        assert_eq!(read, needed, "{name}");
        assert!(script.contains("\nset -euo pipefail\n"), "{name}");
    }
    for uses in list(&action["runs"]["steps"]).iter().filter_map(|step| step["uses"].as_str()) {
        assert!(uses.contains('@'), "{uses} names no version");
    }
}

#[test]
fn the_mark_of_a_comment_is_the_one_that_markdown_begins_with() {
    let mark = rsctl::render::findings::markdown::MARKER;
    assert!(text("action/comment.sh").contains(&format!("\nmark='{mark}'\n")), "{mark}");
}

/// Whether a pattern of letters, `\.`, `?` and a closing `$` fits the end of a name.
fn fits(pattern: &str, name: &str) -> bool {
    fn whole(pattern: &[(char, bool)], name: &[char]) -> bool {
        let Some(((character, optional), rest)) = pattern.split_first() else { return name.is_empty() };
        let taken = name.split_first().is_some_and(|(first, others)| first == character && whole(rest, others));
        taken || (*optional && whole(rest, name))
    }
    let mut parts: Vec<(char, bool)> = Vec::new();
    for character in pattern.strip_suffix('$').unwrap().chars().filter(|character| *character != '\\') {
        match character {
            '?' => parts.last_mut().unwrap().1 = true,
            other => parts.push((other, false)),
        }
    }
    let name: Vec<char> = name.chars().collect();
    (0..=name.len()).any(|from| whole(&parts, &name[from..]))
}

#[test]
fn the_hooks_run_lint_on_topologies_and_on_nothing_else() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let languages: Vec<_> =
        list(&hooks).iter().map(|hook| (hook["id"].as_str().unwrap(), hook["language"].as_str().unwrap())).collect();
    assert_eq!(languages, [("rsctl-lint", "rust"), ("rsctl-lint-system", "system")]);
    for hook in list(&hooks) {
        let pattern = hook["files"].as_str().unwrap();
        for name in ["a.rsctl.yaml", "estates/b c.rsctl.yml"] {
            assert!(fits(pattern, name), "{pattern} {name}");
        }
        for name in ["a.yaml", "a.rsctl.yaml.bak", "rsctl.toml", "arsctl.yaml"] {
            assert!(!fits(pattern, name), "{pattern} {name}");
        }
        let mut words = hook["entry"].as_str().unwrap().split(' ');
        assert_eq!(words.next(), Some("rsctl"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_rsctl"));
        let ended = command.args(words).args(["a.yaml", "--help"]).output().unwrap();
        assert!(ended.status.success(), "{hook}");
        assert!(hook["name"].is_string() && hook["description"].is_string());
        assert_eq!((&hook["types"], &hook["require_serial"]), (&serde_json::json!(["yaml"]), &Value::Bool(true)));
        let least = hook["minimum_pre_commit_version"].as_str().unwrap();
        assert_eq!(least.split('.').filter_map(|part| part.parse::<u32>().ok()).count(), 3, "{least}");
    }
}

#[test]
fn the_steps_of_azure_pipelines_use_the_parameters_that_they_declare() {
    let template = yaml("ci/azure-pipelines-lint.yml");
    let declared: BTreeSet<String> =
        list(&template["parameters"]).iter().map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect();
    assert!(list(&template["parameters"]).iter().all(|parameter| parameter["default"] != Value::Null));
    assert_eq!(words_after(&template["steps"].to_string(), "parameters."), declared);
    for step in list(&template["steps"]).iter().filter(|step| step["bash"].is_string()) {
        let script = step["bash"].as_str().unwrap();
        assert!(!script.contains("${{"), "a parameter would become a part of the script");
        assert_eq!(variables(script, "LINT_"), keys(&step["env"]));
    }
    let conditional = &template["steps"][2]["${{ if eq(parameters.publishSarif, true) }}"];
    assert_eq!(conditional[0]["artifact"], "CodeAnalysisLogs");
}

#[test]
fn the_recipes_of_the_readme_use_what_there_is() {
    let readme = text("README.md");
    let blocks: Vec<Value> = readme
        .split("```yaml\n")
        .skip(1)
        .filter_map(|rest| serde_saphyr::from_str(rest.split("```").next().unwrap()).ok())
        .collect();
    let steps: Vec<&Value> = blocks.iter().flat_map(|block| list(&block["steps"]).iter().chain(list(block))).collect();
    let action =
        steps.iter().find(|step| step["uses"].as_str().is_some_and(|uses| uses.starts_with("OWNER/"))).unwrap();
    let inputs = keys(&yaml("action.yml")["inputs"]);
    assert!(keys(&action["with"]).is_subset(&inputs), "{action}");
    let template = steps.iter().find(|step| step["template"].is_string()).unwrap();
    let path = template["template"].as_str().unwrap().split('@').next().unwrap();
    let pipeline = yaml(path);
    let declared = list(&pipeline["parameters"]).iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect();
    assert!(keys(&template["parameters"]).is_subset(&declared), "{template}");
    let hooks = yaml(".pre-commit-hooks.yaml");
    let known: Vec<&str> = list(&hooks).iter().filter_map(|hook| hook["id"].as_str()).collect();
    let repository = blocks.iter().flat_map(|block| list(&block["repos"])).next().unwrap();
    assert!(known.contains(&repository["hooks"][0]["id"].as_str().unwrap()));
}

#[cfg(unix)]
mod scripts {
    use super::{list, root, yaml};
    use serde_json::Value;
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::{Path, PathBuf};
    use std::process::Command;

    /// All that the scripts may need besides bash; a bare Debian has it.
    const TOOLS: &[&str] = &["awk", "bash", "cat", "head", "mkdir", "mktemp", "od", "sed", "tr", "wc"];

    /// A checkout, with a `PATH` that holds these tools and what a test adds to it, and nothing else.
    struct Job {
        folder: tempfile::TempDir,
    }

    /// How a script ended.
    struct Ended {
        code: i32,
        stdout: String,
        stderr: String,
    }

    impl Job {
        fn new() -> Self {
            let job = Job { folder: tempfile::tempdir().unwrap() };
            for name in ["bin", "temp", "checkout"] {
                fs::create_dir(job.path(name)).unwrap();
            }
            for name in ["output", "summary", "path", "calls", "comments"] {
                fs::write(job.path(name), "").unwrap();
            }
            let path = std::env::var_os("PATH").unwrap();
            for tool in TOOLS {
                let found = std::env::split_paths(&path).map(|folder| folder.join(tool)).find(|path| path.is_file());
                symlink(found.unwrap_or_else(|| panic!("there is no {tool} on the PATH")), job.path("bin").join(tool))
                    .unwrap();
            }
            job
        }

        /// The same with rsctl on the `PATH`.
        fn with_rsctl() -> Self {
            let job = Job::new();
            symlink(env!("CARGO_BIN_EXE_rsctl"), job.path("bin/rsctl")).unwrap();
            job
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn read(&self, name: &str) -> String {
            fs::read_to_string(self.path(name)).unwrap()
        }

        /// Puts a script on the `PATH`.
        fn program(&self, name: &str, script: &str) {
            let path = self.path("bin").join(name);
            fs::write(&path, format!("#!{}\n{script}", self.path("bin/bash").display())).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }

        /// Puts an example of a rule into the checkout.
        fn example(&self, example: &str, name: &str) {
            fs::copy(root().join("fixtures/lint").join(example), self.path("checkout").join(name)).unwrap();
        }

        fn run(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Ended {
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
            command.env("GITHUB_ACTION_PATH", root()).env("GITHUB_REPOSITORY", "octo/estate");
            let output = command.envs(environment.iter().copied()).output().unwrap();
            Ended {
                code: output.status.code().unwrap(),
                stdout: String::from_utf8(output.stdout).unwrap(),
                stderr: String::from_utf8(output.stderr).unwrap(),
            }
        }

        /// Runs a script of the action.
        fn action(&self, script: &str, environment: &[(&str, &str)]) -> Ended {
            self.run(&[root().join("action").join(script).to_str().unwrap()], environment)
        }

        /// What the action says under a name.
        fn output(&self, name: &str) -> String {
            let text = self.read("output");
            let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name}=")));
            line.unwrap_or_else(|| panic!("no output {name} in\n{text}")).to_owned()
        }
    }

    fn json(path: impl AsRef<Path>) -> Value {
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    }

    fn commands(ended: &Ended) -> Vec<&str> {
        ended.stdout.lines().filter(|line| line.starts_with("::")).collect()
    }

    #[test]
    fn a_good_topology_ends_with_zero_and_no_annotation() {
        let job = Job::with_rsctl();
        job.example("RS0103/good.rsctl.yaml", "estate.rsctl.yaml");
        let ended = job.action("run.sh", &[("INPUT_FILES", ".")]);
        assert_eq!((ended.code, ended.stdout.as_str(), ended.stderr.as_str()), (0, "", ""));
        assert_eq!((job.output("exit-code"), job.output("findings")), ("0".into(), "0".into()));
        assert_eq!(json(job.output("sarif-file"))["runs"][0]["results"], serde_json::json!([]));
        assert!(job.read("summary").contains("no findings"), "{}", job.read("summary"));
    }

    #[test]
    fn a_bad_topology_ends_with_one_after_everything_is_written() {
        let job = Job::with_rsctl();
        job.example("RS0103/bad.rsctl.yaml", "estate.rsctl.yaml");
        let ended = job.action("run.sh", &[("INPUT_FILES", "estate.rsctl.yaml\n")]);
        assert_eq!((ended.code, ended.stderr.as_str()), (1, ""));
        let commands = commands(&ended);
        assert_eq!(commands.len(), 1, "{}", ended.stdout);
        let place = "::error title=rsctl (RS0103),file=estate.rsctl.yaml,line=6,col=26,endLine=6,endColumn=37::";
        assert!(commands[0].starts_with(place), "{}", commands[0]);
        assert_eq!((job.output("exit-code"), job.output("findings")), ("1".into(), "1".into()));
        let sarif = json(job.output("sarif-file"));
        assert_eq!((&sarif["version"], &sarif["runs"][0]["results"][0]["ruleId"]), (&"2.1.0".into(), &"RS0103".into()));
        assert_eq!(job.read("summary"), fs::read_to_string(job.output("markdown-file")).unwrap());
        assert!(job.read("summary").starts_with(rsctl::render::findings::markdown::MARKER));
    }

    #[test]
    fn every_finding_is_counted_whatever_it_weighs() {
        let job = Job::with_rsctl();
        for (example, name) in [("RS0103/bad", "a"), ("RS1303/bad", "b"), ("RS0205/bad", "c")] {
            job.example(&format!("{example}.rsctl.yaml"), &format!("{name}.rsctl.yaml"));
        }
        let ended = job.action("run.sh", &[("INPUT_FILES", "."), ("INPUT_FAIL_ON", "never")]);
        let weights: Vec<&str> = commands(&ended).iter().filter_map(|line| line.split([':', ' ']).nth(2)).collect();
        assert_eq!((ended.code, weights), (0, vec!["error", "warning", "notice"]), "{}", ended.stdout);
        assert_eq!(job.output("findings"), "3");
    }

    #[test]
    fn inputs_reach_rsctl_as_they_are_written_and_are_never_run() {
        let job = Job::with_rsctl();
        let hostile = [
            "two words.rsctl.yaml",
            "$(touch owned) `touch owned`.rsctl.yaml",
            "it's \"quoted\"; touch owned #.rsctl.yaml",
            "--exit-zero*?.rsctl.yaml",
            "::warning::x,y%0A.rsctl.yaml",
        ];
        for name in hostile {
            job.example("RS0103/bad.rsctl.yaml", name);
        }
        let settings = "my $(touch owned).toml";
        fs::write(job.path("checkout").join(settings), "[lint.severity]\nRS0103 = \"warning\"\n").unwrap();
        let files = hostile.join("\r\n");
        let given = [
            ("INPUT_FILES", files.as_str()),
            ("INPUT_ARGS", "\n--fact=nva_reflection=always\n\n--only\nRS0103,RS0104\n"),
            ("INPUT_CONFIG", settings),
            ("INPUT_FAIL_ON", "warning"),
        ];
        let ended = job.action("run.sh", &given);
        assert_eq!((ended.code, ended.stderr.as_str()), (1, ""), "{}", ended.stdout);
        assert_eq!(job.output("findings"), hostile.len().to_string());
        let shown = commands(&ended);
        assert!(shown.iter().all(|line| line.starts_with("::warning title=rsctl (RS0103),file=")), "{}", ended.stdout);
        assert_eq!(shown.len(), hostile.len());
        assert!(!job.path("checkout/owned").exists(), "a name was run");

        let wrong = job.action("run.sh", &[("INPUT_FILES", "."), ("INPUT_ARGS", "--strict; touch owned")]);
        assert_eq!(wrong.code, 2, "a line is one argument");
        assert!(!job.path("checkout/owned").exists());
    }

    #[test]
    fn a_baseline_leaves_out_what_was_there() {
        let job = Job::with_rsctl();
        job.example("RS0103/bad.rsctl.yaml", "estate.rsctl.yaml");
        let write = "rsctl lint . --write-baseline 'known findings.json'";
        assert_eq!(job.run(&["-c", write], &[]).code, 0);
        let ended = job.action("run.sh", &[("INPUT_FILES", "."), ("INPUT_BASELINE", "known findings.json")]);
        assert_eq!((ended.code, job.output("findings")), (0, "0".into()), "{}", ended.stdout);
    }

    #[test]
    fn a_file_that_cannot_be_read_ends_with_two_and_commands_in_it_are_not_obeyed() {
        let job = Job::with_rsctl();
        fs::write(job.path("checkout/estate.rsctl.yaml"), "rsctl: 1\nvnets: \"##[add-mask]x ::add-mask::y\"\n")
            .unwrap();
        let ended = job.action("run.sh", &[("INPUT_FILES", ".")]);
        assert_eq!((ended.code, ended.stderr.as_str()), (2, ""));
        assert_eq!(job.output("exit-code"), "2");
        let lines: Vec<&str> = ended.stdout.lines().collect();
        let stopped = lines.iter().position(|line| line.starts_with("::stop-commands::")).unwrap();
        let token = lines[stopped].strip_prefix("::stop-commands::").unwrap();
        assert_eq!(token.len(), 32, "nobody guesses {token}");
        let resumed = lines.iter().position(|line| *line == format!("::{token}::")).unwrap();
        let told = lines.iter().position(|line| line.contains("##[add-mask]x")).unwrap();
        assert!(stopped < told && told < resumed, "{}", ended.stdout);
        assert!(lines.last().unwrap().starts_with("::error title=rsctl::rsctl lint ended with 2"), "{}", ended.stdout);
        assert!(job.read("summary").contains("ended with 2"));
    }

    #[test]
    fn a_usage_error_leaves_no_files_behind() {
        let job = Job::with_rsctl();
        let ended = job.action("run.sh", &[("INPUT_FILES", "nowhere.rsctl.yaml"), ("INPUT_ARGS", "--nonsense")]);
        assert_eq!(ended.code, 2);
        for name in ["findings", "sarif-file", "markdown-file"] {
            assert_eq!(job.output(name), "", "{name}");
        }
    }

    #[test]
    fn without_rsctl_the_step_says_so() {
        let job = Job::new();
        let ended = job.action("run.sh", &[("INPUT_FILES", ".")]);
        assert_eq!(ended.code, 127);
        assert!(ended.stdout.contains("::error title=rsctl::rsctl is not on the PATH"), "{}", ended.stdout);
    }

    #[test]
    fn a_summary_stays_below_what_github_takes() {
        let job = Job::new();
        job.program(
            "rsctl",
            "for argument; do case $argument in markdown=*) file=${argument#markdown=} ;; esac; done\n\
             for ((line = 0; line < 30000; line++)); do printf 'ééééééééééééééééééé %s\\n' \"$line\"; done >\"$file\"\n",
        );
        let ended = job.action("run.sh", &[]);
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
        let summary = job.read("summary");
        assert!(summary.len() > 900_000 && summary.len() < 1 << 20, "{}", summary.len());
        assert!(summary.trim_end().lines().last().unwrap().starts_with("**Cut, because"), "it says that it was cut");
    }

    /// A cargo that writes down what it is asked for.
    const CARGO: &str = "printf '%s\\n' \"$PWD\" \"$@\" >>\"$CALLS\"\n";

    #[test]
    fn an_rsctl_on_the_path_is_used() {
        let job = Job::with_rsctl();
        job.program("cargo", CARGO);
        for version in ["", env!("CARGO_PKG_VERSION"), concat!("v", env!("CARGO_PKG_VERSION"))] {
            let ended = job.action("install.sh", &[("INPUT_VERSION", version)]);
            assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{version}");
            assert!(ended.stdout.starts_with("using rsctl"), "{}", ended.stdout);
        }
        assert_eq!((job.read("calls"), job.read("path")), (String::new(), String::new()));
    }

    #[test]
    fn another_version_is_installed_from_crates_io_and_none_from_the_checkout_of_the_action() {
        let job = Job::with_rsctl();
        job.program("cargo", CARGO);
        assert_eq!(job.action("install.sh", &[("INPUT_VERSION", "99.0.0-rc.1")]).code, 0);
        let calls = job.read("calls");
        let calls: Vec<&str> = calls.lines().collect();
        assert!(calls[0].contains("rsctl-install."), "not in the checkout of the user: {calls:?}");
        assert_eq!(calls[1..], ["install", "--locked", "--root", calls[0], "--version", "99.0.0-rc.1", "rsctl"]);
        assert_eq!(job.read("path"), format!("{}/bin\n", calls[0]));

        let job = Job::new();
        job.program("cargo", CARGO);
        assert_eq!(job.action("install.sh", &[("INPUT_VERSION", "")]).code, 0);
        let calls = job.read("calls");
        let calls: Vec<&str> = calls.lines().collect();
        assert_eq!(calls[1..], ["install", "--locked", "--root", calls[0], "--path", root().to_str().unwrap()]);
    }

    #[test]
    fn what_is_no_version_and_a_machine_without_cargo_are_told() {
        let job = Job::new();
        for version in ["--git=https://example.com", "1.0", "1.0.0 --features x", "$(touch owned)"] {
            let ended = job.action("install.sh", &[("INPUT_VERSION", version)]);
            assert_eq!(ended.code, 2, "{version}");
            assert!(ended.stdout.starts_with("::error title=rsctl::the input version"), "{}", ended.stdout);
        }
        let ended = job.action("install.sh", &[("INPUT_VERSION", "1.0.0")]);
        assert!(ended.code == 2 && ended.stdout.contains("there is no cargo"), "{}", ended.stdout);
    }

    /// A gh that writes down what it is asked for, lists the comments of a file, and keeps what is posted.
    const GH: &str = r#"printf '%s\n' "$*" >>"$CALLS"
case $* in
  *graphql*) printf 'github-actions[bot]\n' ;;
  *--paginate*) cat "$COMMENTS" ;;
  *POST*) printf '77 github-actions[bot]\n' >>"$COMMENTS" ;;
esac
"#;

    /// A comment whose file has a blank in its name, and the calls that write.
    fn comment(job: &Job, findings: &str, environment: &[(&str, &str)]) -> (Ended, Vec<String>) {
        let file = job.path("temp").join("a report.md");
        fs::write(&file, format!("{}\n### rsctl lint\n", rsctl::render::findings::markdown::MARKER)).unwrap();
        fs::write(job.path("calls"), "").unwrap();
        let mut given = vec![("PULL_REQUEST", "12"), ("COMMENT_FILE", file.to_str().unwrap()), ("FINDINGS", findings)];
        given.extend(environment);
        let ended = job.action("comment.sh", &given);
        let calls = job.read("calls").replace(&file.display().to_string(), "FILE");
        (ended, calls.lines().filter(|line| line.contains("--method")).map(str::to_owned).collect())
    }

    #[test]
    fn a_comment_is_written_once_and_updated_from_then_on() {
        let job = Job::new();
        job.program("gh", GH);
        // Somebody else wrote the mark into a comment of theirs.
        fs::write(job.path("comments"), "5 mallory\n").unwrap();
        let (first, calls) = comment(&job, "3", &[]);
        assert_eq!((first.code, first.stdout.as_str(), first.stderr.as_str()), (0, "", ""));
        assert_eq!(calls, ["api --silent --method POST repos/octo/estate/issues/12/comments -F body=@FILE"]);
        for findings in ["2", "0"] {
            let (again, calls) = comment(&job, findings, &[]);
            assert_eq!(again.code, 0);
            assert_eq!(calls, ["api --silent --method PATCH repos/octo/estate/issues/comments/77 -F body=@FILE"]);
        }
    }

    #[test]
    fn nothing_found_and_no_earlier_comment_makes_no_noise() {
        let job = Job::new();
        job.program("gh", GH);
        let (ended, calls) = comment(&job, "0", &[]);
        assert_eq!((ended.code, calls.len()), (0, 0), "{}", ended.stdout);
    }

    #[test]
    fn what_keeps_a_comment_from_being_written_is_a_warning() {
        let job = Job::new();
        let (ended, _) = comment(&job, "1", &[]);
        assert!(ended.code == 0 && ended.stdout.contains("gh is not on the PATH"), "{}", ended.stdout);
        job.program("gh", GH);
        for number in ["", "12/../13", "$(touch owned)"] {
            let (ended, calls) = comment(&job, "1", &[("PULL_REQUEST", number)]);
            assert!(ended.code == 0 && calls.is_empty(), "{number}");
            assert!(ended.stdout.starts_with("::warning title=rsctl::no comment was written"), "{}", ended.stdout);
        }
        job.program("gh", &GH.replace("*POST*) ", "*POST*) exit 1; "));
        let (ended, _) = comment(&job, "1", &[]);
        assert!(ended.code == 0 && ended.stdout.contains("pull-requests: write"), "{}", ended.stdout);
    }

    /// Runs a step of the template for Azure Pipelines.
    fn pipeline(job: &Job, step: usize, environment: &[(&str, &str)]) -> Ended {
        let template = yaml("ci/azure-pipelines-lint.yml");
        let step = &list(&template["steps"])[step];
        let names = super::keys(&step["env"]);
        let mut given: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
        given.extend(environment);
        job.run(&["-c", step["bash"].as_str().unwrap()], &given)
    }

    #[test]
    fn a_pipeline_gets_issues_a_page_and_a_folder_with_sarif() {
        let job = Job::with_rsctl();
        job.example("RS0103/bad.rsctl.yaml", "an $(touch owned) estate.rsctl.yaml");
        let given = [("LINT_FILES", "an $(touch owned) estate.rsctl.yaml"), ("LINT_SUMMARY", "true")];
        let ended = pipeline(&job, 1, &given);
        assert_eq!((ended.code, ended.stderr.as_str()), (1, ""));
        let told = |prefix: &str| ended.stdout.lines().find_map(|line| line.strip_prefix(prefix)).map(str::to_owned);
        let issue = told("##vso[task.logissue ").unwrap();
        assert!(
            issue.starts_with("type=error;sourcepath=an $(touch owned) estate.rsctl.yaml;linenumber=6;"),
            "{issue}"
        );
        let page = told("##vso[task.uploadsummary]").unwrap();
        assert!(Path::new(&page).is_absolute() && fs::read_to_string(page).unwrap().contains("RS0103"));
        let folder = PathBuf::from(told("##vso[task.setvariable variable=rsctlLintSarif]").unwrap());
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "the artifact holds nothing else");
        assert_eq!(json(folder.join("rsctl.sarif"))["version"], "2.1.0");
        assert!(!job.path("checkout/owned").exists());

        let never = pipeline(&job, 1, &[("LINT_FILES", "."), ("LINT_FAIL_ON", "never")]);
        assert!(never.code == 0 && !never.stdout.contains("uploadsummary"), "{}", never.stdout);
    }

    #[test]
    fn a_pipeline_does_not_obey_commands_in_a_broken_file() {
        let job = Job::with_rsctl();
        let attack = "rsctl: 1\nvnets: \"###vso[task.setvariable variable=x]y\"\n";
        fs::write(job.path("checkout/estate.rsctl.yaml"), attack).unwrap();
        let ended = pipeline(&job, 1, &[("LINT_FILES", ".")]);
        assert_eq!(ended.code, 2);
        assert!(ended.stderr.contains("vso[task.setvariable") && !ended.stderr.contains("##"), "{}", ended.stderr);
        assert!(ended.stdout.contains("##vso[task.logissue type=error]rsctl lint ended with 2"), "{}", ended.stdout);
    }

    #[test]
    fn a_pipeline_installs_rsctl_where_there_is_none() {
        let job = Job::with_rsctl();
        job.program("cargo", CARGO);
        assert!(pipeline(&job, 0, &[]).stdout.starts_with("using rsctl"));
        let job = Job::new();
        job.program("cargo", CARGO);
        let ended = pipeline(&job, 0, &[("LINT_VERSION", "1.0.0")]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        let root = job.path("temp").join("rsctl");
        assert_eq!(ended.stdout, format!("##vso[task.prependpath]{}/bin\n", root.display()));
        let calls = job.read("calls");
        let calls: Vec<&str> = calls.lines().skip(1).collect();
        assert_eq!(calls, ["install", "--locked", "--root", root.to_str().unwrap(), "--version=1.0.0", "rsctl"]);
    }
}
