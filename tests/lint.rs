//! `rsctl lint` as a user meets it: findings at their lines, settings, comments, baseline, mends, formats, exit codes.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const TWELVE: &str = include_str!("../fixtures/mistakes/twelve.rsctl.yaml");

/// A route server in a subnet that is too small.
const SMALL: &str = include_str!("../fixtures/lint/RS0103/bad.rsctl.yaml");

/// A spoke that borrows what the hub does not lend; a machine can mend it.
const NOT_LENT: &str = "\
rsctl: 1
vnets:
  hub:   # the hub
    address_space: [10.0.0.0/16]
    subnets: { GatewaySubnet: 10.0.0.0/27 }
    vpn_gateway: { active_active: true }
  spoke: { address_space: [10.1.0.0/16] }
peerings:
  - between: [hub, spoke]
    allow_forwarded_traffic: true
    sides:
      hub:   { allow_gateway_transit: false }   # \u{a0}not yet
      spoke: { use_remote_gateways: true }
";

struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Run {
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {} {}", self.stdout, self.stderr))
    }
}

fn lint_fed(folder: &Path, args: &[&str], input: &str) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rsctl"));
    command.arg("lint").args(args).current_dir(folder).env("LC_ALL", "C.UTF-8");
    for name in
        ["RSCTL_OUTPUT", "RSCTL_FACTS", "RSCTL_CONFIG", "RSCTL_FAIL_ON", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"]
    {
        command.env_remove(name);
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn lint(folder: &Path, args: &[&str]) -> Run {
    lint_fed(folder, args, "")
}

/// A repository with one topology, `a.rsctl.yaml`.
fn project(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    fs::write(folder.path().join("a.rsctl.yaml"), text).unwrap();
    folder
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

/// Code, line and fingerprint of every finding.
fn found(run: &Run) -> Vec<(String, u64, String)> {
    let json = run.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let one = |finding: &Value| {
        (text(&finding["code"]), finding["location"]["start"]["line"].as_u64().unwrap(), text(&finding["fingerprint"]))
    };
    json["findings"].as_array().unwrap().iter().map(one).collect()
}

fn codes(run: &Run) -> Vec<String> {
    found(run).into_iter().map(|(code, ..)| code).collect()
}

#[test]
fn twelve_mistakes_get_twelve_findings_at_their_lines_in_one_run() {
    let folder = project(TWELVE);
    let run = lint(folder.path(), &["-o", "json"]);
    let marked: Vec<(String, u64)> = TWELVE
        .lines()
        .enumerate()
        .filter_map(|(index, line)| Some((line.split_once("# RS")?.1, index as u64 + 1)))
        .map(|(code, line)| (format!("RS{code}"), line))
        .collect();
    let told: Vec<(String, u64)> = found(&run).into_iter().map(|(code, line, _)| (code, line)).collect();
    assert_eq!(told, marked);
    assert_eq!((told.len(), run.code), (12, 1));
}

#[test]
fn fingerprints_stay_when_the_file_is_laid_out_anew() {
    let without_marks = TWELVE.lines().map(|line| line.split_once(" # RS").map_or(line, |(text, _)| text));
    let anew: String = without_marks.flat_map(|line| [line, "\n\n# a comment\n"]).collect();
    let anew = anew
        .replace(
            "nva: { prefix: 10.0.1.0/24, route_table: nva }",
            "nva:\n        route_table: 'nva'\n        prefix: [10.0.1.0/24]",
        )
        .replace("{ nva: fw2, instances: [0] }", "instances: 0\n          nva: \"fw2\"")
        .replace("{ ", "{")
        .replace(" }", "}");
    let fingerprints = |text: &str| {
        let folder = project(text);
        let mut all: Vec<String> =
            found(&lint(folder.path(), &["-o", "json"])).into_iter().map(|(.., fingerprint)| fingerprint).collect();
        all.sort();
        all
    };
    let before = fingerprints(TWELVE);
    assert_eq!(before.len(), 12);
    assert_eq!(fingerprints(&anew), before);
}

#[test]
fn sarif_of_the_twelve_mistakes_passes_the_schema() {
    let folder = project(TWELVE);
    let run = lint(folder.path(), &["-o", "sarif"]);
    assert_eq!(run.code, 0, "whoever reads SARIF looks for the findings in it");
    let schema: Value = serde_json::from_str(include_str!("../fixtures/schemas/sarif-2.1.0.json")).unwrap();
    let mut schema = schema;
    repair(&mut schema);
    let validator = jsonschema::validator_for(&schema).unwrap();
    let sarif = run.json();
    let errors: Vec<String> = validator.iter_errors(&sarif).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 12);
    let both = lint(folder.path(), &["-o", "concise", "-o", "sarif=out.sarif"]);
    assert_eq!(both.code, 1, "beside another format the code says what was found");
    assert_eq!(serde_json::from_str::<Value>(&read(folder.path(), "out.sarif")).unwrap(), sarif);
}

/// The published schema has one pattern that JSON Schema engines refuse; it says nothing about what is tested here.
fn repair(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, value| {
                key != "pattern" || !value.as_str().is_some_and(|text| text.contains("[a-zA-Z]{2}|"))
            });
            map.values_mut().for_each(repair);
        }
        Value::Array(items) => items.iter_mut().for_each(repair),
        _ => {}
    }
}

#[test]
fn the_exit_code_follows_the_worst_finding() {
    let folder = project(SMALL);
    let code = |args: &[&str]| lint(folder.path(), args).code;
    assert_eq!(code(&[]), 1);
    assert_eq!(code(&["--fail-on", "never"]), 0);
    assert_eq!(code(&["--exit-zero"]), 0);
    assert_eq!(code(&["--severity", "RS0103=warning"]), 0);
    assert_eq!(code(&["--severity", "refuse=warning", "--fail-on", "warning"]), 1);
    assert_eq!(code(&["--severity", "route-server-subnet-too-small=off"]), 0);
    assert_eq!(code(&["--only", "limit"]), 0);
    assert_eq!(code(&["--only", "RS0103,limit"]), 1);
}

#[test]
fn mistakes_of_the_command_line_end_with_two() {
    let folder = project(SMALL);
    for (args, says) in [
        (vec!["--only", "RS103"], "did you mean `RS0103`?"),
        (vec!["--severity", "RS0103=fatal"], "error, warning, note, off"),
        (vec!["--severity", "RS0103"], "names no rule and level"),
        (vec!["--diff"], "--fix --diff"),
        (vec!["--baseline", "none.json"], "--write-baseline"),
        (vec!["--baseline", "a.rsctl.yaml"], "is no baseline"),
        (vec!["--add-ignore", " "], "one line of text"),
        (vec!["--config", "none.toml"], "--no-config"),
        (vec!["none.rsctl.yaml"], "none.rsctl.yaml"),
        (vec!["-o", "sarf"], "did you mean `sarif`?"),
        (vec![".git"], "no topology under .git"),
    ] {
        let run = lint(folder.path(), &args);
        assert_eq!(run.code, 2, "{args:?}: {}", run.stdout);
        assert!(run.stderr.contains(says), "{args:?}: {}", run.stderr);
    }
}

#[test]
fn a_broken_file_does_not_keep_the_others_from_being_looked_at() {
    let folder = project(SMALL);
    fs::write(folder.path().join("b.rsctl.yaml"), "rsctl: 1\nvnets: 3\n").unwrap();
    let run = lint(folder.path(), &["-o", "json"]);
    assert_eq!((run.code, codes(&run)), (2, vec!["RS0103".to_owned()]));
    assert!(run.stderr.contains("b.rsctl.yaml"), "{}", run.stderr);
}

#[test]
fn where_nothing_could_be_read_nothing_is_reported() {
    let folder = project("rsctl: 1\nvnets: 3\n");
    let run = lint(folder.path(), &[]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
}

#[test]
fn folders_are_searched_and_standard_input_is_read() {
    let folder = project(SMALL);
    fs::create_dir_all(folder.path().join("estates/west")).unwrap();
    fs::write(folder.path().join("estates/west/b.rsctl.yaml"), SMALL).unwrap();
    let run = lint(folder.path(), &["estates", "-o", "concise"]);
    assert!(run.stdout.starts_with("estates/west/b.rsctl.yaml:6:26: error[RS0103"), "{}", run.stdout);
    let run = lint_fed(folder.path(), &["-", "--stdin-filename", "draft.rsctl.yaml", "-o", "concise"], SMALL);
    assert!(run.stdout.starts_with("draft.rsctl.yaml:6:26: "), "{}", run.stdout);
}

#[test]
fn settings_are_found_up_to_the_root_of_the_repository() {
    let folder = project(SMALL);
    let inner = folder.path().join("estates");
    fs::create_dir(&inner).unwrap();
    fs::write(inner.join("b.rsctl.yaml"), SMALL).unwrap();
    let settings = "[lint.severity]\nRS0103 = \"note\"\n";
    fs::write(folder.path().join("rsctl.toml"), settings).unwrap();
    assert_eq!(lint(&inner, &[]).code, 0);
    assert_eq!(lint(&inner, &["--no-config"]).code, 1);
    assert_eq!(lint(&inner, &["--severity", "RS0103=error"]).code, 1, "the command line goes before the file");
    fs::create_dir(inner.join(".git")).unwrap();
    assert_eq!(lint(&inner, &[]).code, 1, "another repository has settings of its own");
    assert_eq!(lint(&inner, &["--config", "../rsctl.toml"]).code, 0);
}

#[test]
fn settings_ignore_by_file_and_object() {
    let folder = project(SMALL);
    let ignoring = |files: &str, objects: &str| {
        let text = format!(
            "[lint]\nfail-on = \"note\"\n[[lint.ignore]]\nrules = [\"refuse\"]\nfiles = \"{files}\"\nobjects = \"{objects}\"\n"
        );
        fs::write(folder.path().join("rsctl.toml"), text).unwrap();
        let run = lint(folder.path(), &["-o", "json"]);
        (run.code, run.json()["summary"]["ignored"].as_u64().unwrap())
    };
    assert_eq!(ignoring("*.rsctl.yaml", "vnets.hub.**"), (0, 1));
    assert_eq!(ignoring("labs/**", "vnets.hub.**"), (1, 0));
    assert_eq!(ignoring("**", "vnets.spoke*"), (1, 0));
}

#[test]
fn mistakes_in_the_settings_end_with_two_at_their_line() {
    let folder = project(SMALL);
    let text =
        "[lint]\nrulset = \"azure\"\nfail-on = \"fatal\"\n[lint.severity]\nRS103 = \"note\"\nRS0103 = \"loud\"\n";
    fs::write(folder.path().join("rsctl.toml"), text).unwrap();
    let run = lint(folder.path(), &[]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    for says in [
        "did you mean `ruleset`?",
        "no level to fail on",
        "did you mean `RS0103`?",
        "`loud` is no level",
        "rsctl.toml:5:1",
    ] {
        assert!(run.stderr.contains(says), "{says}: {}", run.stderr);
    }
}

#[test]
fn a_comment_ignores_and_one_too_many_is_told() {
    let folder = project(&SMALL.replace("10.0.0.0/28", "10.0.0.0/28 # rsctl: ignore[RS0103, limit] a lab"));
    let run = lint(folder.path(), &["-o", "json"]);
    assert_eq!((run.code, codes(&run)), (0, vec!["RS1601".to_owned()]));
    assert_eq!(run.json()["ignored"][0]["code"], "RS0103");
    assert_eq!(codes(&lint(folder.path(), &["-o", "json", "--no-ignores"])), ["RS0103", "RS1601"]);
}

#[test]
fn a_reason_is_asked_for_where_the_settings_say_so() {
    let folder = project(&SMALL.replace("10.0.0.0/28", "10.0.0.0/28 # rsctl: ignore[RS0103]"));
    assert_eq!(codes(&lint(folder.path(), &["-o", "json"])), [""; 0]);
    fs::write(folder.path().join("rsctl.toml"), "[lint]\nrequire-reason = true\n").unwrap();
    assert_eq!(codes(&lint(folder.path(), &["-o", "json"])), ["RS1603"]);
}

#[test]
fn commands_that_plan_say_what_they_leave_out() {
    let folder = project(NOT_LENT);
    let output = Command::new(env!("CARGO_BIN_EXE_rsctl")).arg("plan").current_dir(folder.path()).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && told.starts_with("error[RS0304]"), "{told}");
    let folder = project(&SMALL.replace("/28", "/27"));
    let output = Command::new(env!("CARGO_BIN_EXE_rsctl")).arg("plan").current_dir(folder.path()).output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "what is planned as it stands is the business of lint");
}

#[test]
fn a_baseline_lets_through_what_was_there_before() {
    let folder = project(SMALL);
    assert_eq!(lint(folder.path(), &["--write-baseline", "base.json"]).code, 0);
    fs::write(folder.path().join("rsctl.toml"), "[lint]\nbaseline = \"base.json\"\n").unwrap();
    let run = lint(folder.path(), &["-o", "json"]);
    assert_eq!((run.code, run.json()["summary"]["inBaseline"].as_u64()), (0, Some(1)));

    let moved = format!("# moved\n\n{}", SMALL.replace("asn: 65001", "asn: 65515"));
    fs::write(folder.path().join("a.rsctl.yaml"), moved).unwrap();
    assert_eq!(lint(folder.path(), &["--no-config"]).code, 1);
    let run = lint(folder.path(), &["-o", "json"]);
    assert_eq!(run.json()["summary"]["inBaseline"], 1, "a line that moved is the same finding");
    assert_eq!((run.code, codes(&run)), (1, vec!["RS0502".to_owned()]), "what is new counts");

    fs::write(folder.path().join("a.rsctl.yaml"), SMALL.replace("/28", "/26")).unwrap();
    let run = lint(folder.path(), &[]);
    assert!(run.stdout.contains("RS0103"), "what is mended is told: {}", run.stdout);
}

#[test]
fn a_mend_changes_what_it_names_and_nothing_else() {
    for text in [NOT_LENT.to_owned(), NOT_LENT.replace('\n', "\r\n")] {
        let folder = project(&text);
        assert_eq!(codes(&lint(folder.path(), &["-o", "json"])), ["RS0304"]);
        let shown = lint(folder.path(), &["--fix", "--diff"]);
        assert_eq!(shown.code, 1);
        assert!(shown.stdout.contains("+      hub:   { allow_gateway_transit: true }"), "{}", shown.stdout);
        assert_eq!(read(folder.path(), "a.rsctl.yaml"), text, "--diff changes nothing");
        let run = lint(folder.path(), &["--fix"]);
        assert_eq!((run.code, run.stderr.as_str()), (0, "note: 1 finding mended in 1 file\n"));
        let expected = text.replace("allow_gateway_transit: false", "allow_gateway_transit: true");
        assert_eq!(read(folder.path(), "a.rsctl.yaml"), expected);
        assert_eq!(lint(folder.path(), &["--fix", "--diff"]).code, 0, "there is nothing left to mend");
    }
}

#[test]
fn standard_input_is_mended_on_the_screen_only() {
    let folder = project(SMALL);
    assert_eq!(lint_fed(folder.path(), &["-", "--fix", "--diff"], NOT_LENT).code, 1);
    let run = lint_fed(folder.path(), &["-", "--fix"], NOT_LENT);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("standard input cannot be edited"), "{}", run.stderr);
}

#[test]
fn comments_are_written_above_findings_and_hold() {
    let folder = project(TWELVE);
    let run = lint(folder.path(), &["--add-ignore", "accepted in the review of 2026-11"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let text = read(folder.path(), "a.rsctl.yaml");
    let reason = "accepted in the review of 2026-11";
    assert_eq!(
        text.lines().filter(|line| line.trim_start().starts_with("# rsctl: ignore[") && line.ends_with(reason)).count(),
        12
    );
    let kept: Vec<&str> = text.lines().filter(|line| !line.contains("# rsctl: ignore[")).collect();
    assert_eq!(kept, TWELVE.lines().collect::<Vec<_>>());
    let run = lint(folder.path(), &["-o", "json", "--fail-on", "note"]);
    assert_eq!((run.code, run.json()["summary"]["ignored"].as_u64()), (0, Some(12)), "{}", run.stdout);
}

#[test]
fn the_rulesets_differ_where_the_exam_and_azure_do() {
    let text = SMALL.replace("/28", "/27");
    let folder = project(&text);
    assert_eq!(codes(&lint(folder.path(), &["-o", "json"])), ["RS0104"]);
    assert_eq!(codes(&lint(folder.path(), &["-o", "json", "--ruleset", "az-700"])), [""; 0]);
    let peered = format!(
        "{}peerings:\n  - {{ hub: hub, spoke: spoke }}\n",
        text.replace("/27", "/26").replace("nvas:", "  spoke: { address_space: [10.1.0.0/16] }\nnvas:")
    );
    let folder = project(&peered);
    assert_eq!(codes(&lint(folder.path(), &["-o", "json"])), [""; 0]);
    fs::write(folder.path().join("rsctl.toml"), "[lint]\nruleset = \"az-700\"\n").unwrap();
    let run = lint(folder.path(), &["-o", "json"]);
    assert_eq!(codes(&run), ["RS0206"]);
    assert!(run.stdout.contains("Azure"), "the finding says that Azure does otherwise");
}

#[test]
fn a_day_in_the_past_has_the_limits_of_its_time() {
    let folder = project(&SMALL.replace("/28", "/27"));
    assert_eq!(codes(&lint(folder.path(), &["-o", "json", "--as-of", "2024-01-01"])), [""; 0]);
}

#[test]
fn control_characters_of_a_file_never_reach_the_terminal() {
    let text = SMALL.replace("hub", "\"h\\e[31mub\"").replace("\"h\\e[31mub\"/nva", "\"h\\e[31mub/nva\"");
    let folder = project(&text);
    for format in
        ["human", "concise", "json", "sarif", "github", "azure-pipelines", "gitlab", "junit", "rdjson", "markdown"]
    {
        let run = lint(folder.path(), &["-o", format]);
        assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'), "{format}: {}", run.stdout);
    }
}
