//! What actions, hooks and templates declare is what their scripts use, and what the README shows of them.

use super::{keys, list, text, variables, words_after, yaml};
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

/// Each action with the script that answers, the step that runs it, and what that sets.
const ACTIONS: [(&str, &str, &str, &[&str]); 2] = [
    ("action.yml", "action/lint.sh", "lint", &["exit-code", "findings", "sarif-file", "markdown-file"]),
    ("diff/action.yml", "action/diff.sh", "diff", &["exit-code", "changed-routes", "differences", "markdown-file"]),
];

#[test]
fn an_action_declares_every_input_that_it_uses_and_uses_every_one_that_it_declares() {
    for (name, script, step, set) in ACTIONS {
        let action = yaml(name);
        let declared = keys(&action["inputs"]);
        let steps = action["runs"]["steps"].to_string();
        assert_eq!(words_after(&steps, "inputs."), declared, "{name}");
        for (input, about) in action["inputs"].as_object().unwrap() {
            assert!(about["description"].is_string() && about["default"].is_string(), "{name}: {input}");
        }
        let set: BTreeSet<String> = set.iter().map(|output| (*output).to_owned()).collect();
        let outputs = format!("steps.{step}.outputs.");
        assert!(words_after(&steps, &outputs).is_subset(&set), "{steps}");
        assert!(words_after(&action["outputs"].to_string(), &outputs).is_subset(&set), "{name}");
        let written = text(script);
        assert!(set.iter().all(|name| written.contains(&format!("\"{name}=$"))), "{script} sets every output");
    }
}

#[test]
fn scripts_of_an_action_find_everything_that_they_read_in_their_environment() {
    for (name, ..) in ACTIONS {
        let action = yaml(name);
        let up = if name.contains('/') { "../" } else { "" };
        for step in list(&action["runs"]["steps"]).iter().filter(|step| step["run"].is_string()) {
            let run = step["run"].as_str().unwrap();
            assert!(!run.contains("${{"), "text of a user would become a part of the script: {run}");
            let start = format!("bash \"$GITHUB_ACTION_PATH/{up}");
            let script = run.strip_prefix(&start).and_then(|rest| rest.strip_suffix('"')).unwrap();
            let read: BTreeSet<String> = ["INPUT_", "PULL_REQUEST", "COMMENT_FILE", "COUNT"]
                .iter()
                .flat_map(|prefix| variables(&text(script), prefix))
                .collect();
            let needed = keys(&step["env"]).iter().filter(|name| *name != "GH_TOKEN").cloned().collect();
            assert_eq!(read, needed, "{name}: {script}");
            assert!(text(script).contains("\nset -euo pipefail\n"), "{script}");
        }
        for uses in list(&action["runs"]["steps"]).iter().filter_map(|step| step["uses"].as_str()) {
            assert!(uses.contains('@'), "{uses} names no version");
        }
    }
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
    for (name, prefix) in [("ci/azure-pipelines-lint.yml", "LINT_"), ("ci/azure-pipelines-diff.yml", "DIFF_")] {
        let template = yaml(name);
        let parameters = list(&template["parameters"]);
        let declared: BTreeSet<String> =
            parameters.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect();
        assert!(parameters.iter().all(|parameter| parameter["default"] != Value::Null), "{name}");
        assert_eq!(words_after(&template["steps"].to_string(), "parameters."), declared, "{name}");
        let scripts: Vec<&Value> = list(&template["steps"]).iter().filter(|step| step["bash"].is_string()).collect();
        assert_eq!(scripts.len(), 2, "{name}");
        for step in scripts {
            let script = step["bash"].as_str().unwrap();
            assert!(!script.contains("${{"), "a parameter would become a part of the script: {name}");
            assert_eq!(variables(script, prefix), keys(&step["env"]), "{name}");
        }
    }
    let template = yaml("ci/azure-pipelines-lint.yml");
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
    for (uses, action) in [("OWNER/rsctl@", "action.yml"), ("OWNER/rsctl/diff@", "diff/action.yml")] {
        let step = steps.iter().find(|step| step["uses"].as_str().is_some_and(|name| name.starts_with(uses))).unwrap();
        assert!(keys(&step["with"]).is_subset(&keys(&yaml(action)["inputs"])), "{step}");
    }
    // Some stand under a condition.
    let conditional = steps.iter().flat_map(|step| step.as_object().into_iter().flat_map(|step| step.values()));
    let templates = steps.iter().copied().chain(conditional.flat_map(list)).filter(|step| step["template"].is_string());
    let templates: Vec<&Value> = templates.collect();
    assert_eq!(templates.len(), 2, "{templates:?}");
    for template in templates {
        let pipeline = yaml(template["template"].as_str().unwrap().split('@').next().unwrap());
        let declared =
            list(&pipeline["parameters"]).iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect();
        assert!(keys(&template["parameters"]).is_subset(&declared), "{template}");
    }
    let hooks = yaml(".pre-commit-hooks.yaml");
    let known: Vec<&str> = list(&hooks).iter().filter_map(|hook| hook["id"].as_str()).collect();
    let repository = blocks.iter().flat_map(|block| list(&block["repos"])).next().unwrap();
    assert!(known.contains(&repository["hooks"][0]["id"].as_str().unwrap()));
}
