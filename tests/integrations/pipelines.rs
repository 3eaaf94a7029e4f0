//! The scripts of the templates for Azure Pipelines.

use super::diff_action::{change, pull_request};
use super::install::CARGO;
use super::job::{Ended, Job, json};
use super::{keys, list, yaml};
use std::fs;
use std::path::{Path, PathBuf};

const LINT: &str = "ci/azure-pipelines-lint.yml";
const DIFF: &str = "ci/azure-pipelines-diff.yml";

/// Runs a step of the template for lint.
fn pipeline(job: &Job, step: usize, environment: &[(&str, &str)]) -> Ended {
    run(LINT, job, step, environment)
}

/// Runs a step of a template for Azure Pipelines.
fn run(template: &str, job: &Job, step: usize, environment: &[(&str, &str)]) -> Ended {
    let template = yaml(template);
    let step = &list(&template["steps"])[step];
    let names = keys(&step["env"]);
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
    assert!(issue.starts_with("type=error;sourcepath=an $(touch owned) estate.rsctl.yaml;linenumber=6;"), "{issue}");
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
    for (template, version) in [(LINT, "LINT_VERSION"), (DIFF, "DIFF_VERSION")] {
        let job = Job::with_rsctl();
        job.program("cargo", CARGO);
        assert!(run(template, &job, 0, &[]).stdout.starts_with("using rsctl"), "{template}");
        let job = Job::new();
        job.program("cargo", CARGO);
        let ended = run(template, &job, 0, &[(version, "1.0.0")]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        let root = job.path("temp").join("rsctl");
        assert_eq!(ended.stdout, format!("##vso[task.prependpath]{}/bin\n", root.display()));
        let calls = job.read("calls");
        let calls: Vec<&str> = calls.lines().skip(1).collect();
        assert_eq!(calls, ["install", "--locked", "--root", root.to_str().unwrap(), "--version=1.0.0", "rsctl"]);
    }
}

#[test]
fn a_pipeline_tells_what_a_pull_request_does_to_routing() {
    let job = pull_request();
    change(&job, "after");
    let given = [("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"), ("DIFF_FILES", "."), ("DIFF_SUMMARY", "true")];
    let ended = run(DIFF, &job, 1, &given);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{}", ended.stdout);
    let told: Vec<&str> = ended.stdout.lines().filter(|line| line.starts_with("##")).collect();
    let warning = "##vso[task.logissue type=warning]rsctl diff: 4 subnets · 4 gained, 2 no longer inspected (1 edit without effect)";
    assert_eq!(told[..2], ["##vso[task.setvariable variable=rsctlChangedRoutes]6", warning]);
    let page = told[2].strip_prefix("##vso[task.uploadsummary]").unwrap();
    assert!(fs::read_to_string(page).unwrap().starts_with(rsctl::render::diff::markdown::MARKER));
    assert_eq!(told.len(), 3, "{}", ended.stdout);
    assert!(ended.stdout.contains("\n    ! 192.168.0.0/16: "), "people read the log: {}", ended.stdout);

    let failing = run(DIFF, &job, 1, &[given.as_slice(), &[("DIFF_ARGS", "--exit-code")]].concat());
    assert_eq!(failing.code, 1);
    change(&job, "before");
    let same = run(DIFF, &job, 1, &given[..2]);
    assert_eq!((same.code, same.stdout.contains("logissue"), same.stdout.contains("uploadsummary")), (0, false, false));
    assert!(same.stdout.ends_with("##vso[task.setvariable variable=rsctlChangedRoutes]0\n"), "{}", same.stdout);
}

#[test]
fn a_pipeline_without_a_pull_request_or_with_a_broken_file_says_so() {
    let job = pull_request();
    let none = run(DIFF, &job, 1, &[("DIFF_FILES", ".")]);
    assert_eq!(none.code, 2);
    assert!(
        none.stdout.starts_with("##vso[task.logissue type=error]this run belongs to no pull request"),
        "{}",
        none.stdout
    );

    let attack = "rsctl: 1\nvnets: \"###vso[task.setvariable variable=x]y\"\n";
    fs::write(job.path("checkout/estate.rsctl.yaml"), attack).unwrap();
    let broken = run(DIFF, &job, 1, &[("DIFF_FILES", "."), ("DIFF_BASE", "origin/main")]);
    assert_eq!(broken.code, 2);
    assert!(broken.stderr.contains("vso[task.setvariable") && !broken.stderr.contains("##"), "{}", broken.stderr);
    assert!(broken.stdout.contains("##vso[task.logissue type=error]rsctl diff ended with 2"), "{}", broken.stdout);
}
