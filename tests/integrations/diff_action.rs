//! `action/diff.sh`, which runs `rsctl diff --base` in a job of GitHub Actions, and the comment that becomes of it.

use super::comment::{GH, writing_calls};
use super::job::{Job, commands, json};
use super::root;
use std::fs;
use std::path::Path;

/// The environment of a pull request for `main`.
const PULL_REQUEST: [(&str, &str); 2] = [("GITHUB_BASE_REF", "main"), ("INPUT_FILES", ".")];

/// Runs lines of bash in the checkout, which have to succeed.
fn must(job: &Job, lines: &str) {
    let ended = job.run(&["-euc", lines], &[("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null")]);
    assert_eq!(ended.code, 0, "{lines}: {}", ended.stderr);
}

/// Commits everything in the checkout.
const COMMIT: &str = "git add . && git -c user.name=a -c user.email=a@b commit --quiet -m x";

/// A checkout of a pull request that changes nothing yet. `origin/main` has the topology of `fixtures/diff/before.rsctl.yaml` and a
/// second one.
pub(super) fn pull_request() -> Job {
    let job = Job::with_rsctl();
    job.tool("git");
    change(&job, "before");
    job.example("RS0103/good.rsctl.yaml", "other.rsctl.yaml");
    must(&job, &format!("git init --quiet && {COMMIT} && git update-ref refs/remotes/origin/main HEAD"));
    job
}

/// Writes a topology of `fixtures/diff` into the checkout.
pub(super) fn change(job: &Job, name: &str) {
    let from = root().join(format!("fixtures/diff/{name}.rsctl.yaml"));
    fs::copy(from, job.path("checkout/estate.rsctl.yaml")).unwrap();
}

/// Replaces a text in the topology.
fn edit(job: &Job, from: &str, to: &str) {
    let path = job.path("checkout/estate.rsctl.yaml");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replace(from, to)).unwrap();
}

fn outputs(job: &Job) -> [String; 3] {
    ["exit-code", "changed-routes", "differences"].map(|name| job.output(name))
}

#[test]
fn differences_reach_the_log_the_summary_and_the_outputs() {
    let job = pull_request();
    change(&job, "after");
    must(&job, COMMIT);
    let ended = job.action("diff.sh", &PULL_REQUEST);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{}", ended.stdout);
    let commands = commands(&ended);
    let place =
        "::warning title=rsctl (diff/uninspected),file=estate.rsctl.yaml,line=21,col=28,endLine=21,endColumn=32::";
    assert!(commands[0].starts_with(place), "{}", ended.stdout);
    assert!(commands[1].starts_with("::notice title=rsctl (diff/gained),file=estate.rsctl.yaml,line=18,"));
    assert_eq!((commands.len(), ended.stdout.lines().count()), (2, 2), "{}", ended.stdout);
    assert_eq!(outputs(&job), ["0", "6", "6"]);
    assert_eq!(job.read("summary"), fs::read_to_string(job.output("markdown-file")).unwrap());
    let summary = job.read("summary");
    assert!(summary.starts_with(rsctl::render::diff::markdown::MARKER), "{summary}");
    assert!(summary.contains("2 no longer inspected (1 edit without effect)"), "{summary}");
}

#[test]
fn edits_without_effect_are_no_difference() {
    let job = pull_request();
    edit(&job, "    routes:\n      default:", "    routes:\n      # first\n      default:");
    edit(
        &job,
        "next_hop: 10.0.1.4 }\n  gateway:",
        "next_hop: 10.0.1.4 }\n      lab: { prefix: 203.0.113.0/24, next_hop: 10.0.1.4 }\n  gateway:",
    );
    let ended = job.action("diff.sh", &PULL_REQUEST);
    assert_eq!((ended.code, ended.stdout.as_str(), ended.stderr.as_str()), (0, "", ""));
    assert_eq!(outputs(&job), ["0", "0", "0"]);
    assert!(
        job.read("summary").contains("no difference in routing (1 edit without effect)"),
        "{}",
        job.read("summary")
    );
}

#[test]
fn a_new_subnet_is_a_difference_but_no_changed_route() {
    let job = pull_request();
    edit(&job, "subnets: { data:", "subnets: { web: 10.2.1.0/24, data:");
    assert_eq!(job.action("diff.sh", &PULL_REQUEST).code, 0);
    assert_eq!(outputs(&job), ["0", "0", "1"]);
}

#[test]
fn what_main_changed_since_is_no_difference_of_the_pull_request() {
    let job = pull_request();
    must(&job, "git checkout --quiet -b topic origin/main");
    edit(&job, "subnets: { data:", "subnets: { web: 10.2.1.0/24, data:");
    must(&job, COMMIT);
    must(&job, "git checkout --quiet -B main origin/main");
    change(&job, "after");
    must(&job, &format!("{COMMIT} && git update-ref refs/remotes/origin/main HEAD && git checkout --quiet topic"));
    assert_eq!(job.action("diff.sh", &PULL_REQUEST).code, 0);
    assert_eq!(outputs(&job), ["0", "0", "1"]);
}

#[test]
fn the_job_can_be_made_to_fail_by_a_difference_after_everything_is_written() {
    let job = pull_request();
    change(&job, "after");
    let given = [PULL_REQUEST.as_slice(), &[("INPUT_ARGS", "--exit-code\n")]].concat();
    let ended = job.action("diff.sh", &given);
    assert_eq!((ended.code, ended.stderr.as_str()), (1, ""), "{}", ended.stdout);
    assert_eq!(outputs(&job), ["1", "6", "6"]);
    assert!(job.read("summary").contains("no longer inspected"));
    assert!(!ended.stdout.contains("::error"), "that is an answer: {}", ended.stdout);
}

#[test]
fn a_shallow_clone_ends_with_what_to_do() {
    let job = pull_request();
    must(
        &job,
        &format!("git checkout --quiet -b topic && {COMMIT} --allow-empty && git branch --force main origin/main"),
    );
    let origin = job.path("origin");
    fs::rename(job.path("checkout"), &origin).unwrap();
    // As actions/checkout leaves it, and after a fetch of nothing but the tip of main.
    let clone = "git clone --quiet --depth 1 --branch topic";
    let fetch = "git fetch --quiet --depth 1 origin main:refs/remotes/origin/main";
    for (more, message) in [
        (":", "git knows no revision `origin/main`: this clone is shallow"),
        (fetch, "git finds no common ancestor of `origin/main` and HEAD"),
    ] {
        fs::create_dir(job.path("checkout")).unwrap();
        must(&job, &format!("{clone} 'file://{}' . && {COMMIT} --allow-empty && {more}", origin.display()));
        let ended = job.action("diff.sh", &PULL_REQUEST);
        assert_eq!((ended.code, job.output("exit-code")), (2, "2".into()));
        let told =
            commands(&ended).into_iter().rfind(|line| line.starts_with("::error title=rsctl::")).unwrap().to_owned();
        assert!(told.contains(message) && told.contains("`fetch-depth: 0`"), "{told}");
        assert_eq!(["changed-routes", "differences", "markdown-file"].map(|name| job.output(name)), [""; 3]);
        fs::remove_dir_all(job.path("checkout")).unwrap();
    }
}

#[test]
fn a_run_without_a_pull_request_needs_a_base() {
    let job = pull_request();
    let ended = job.action("diff.sh", &[("INPUT_FILES", ".")]);
    assert_eq!((ended.code, job.output("exit-code")), (2, "2".into()));
    assert!(ended.stdout.contains("::error title=rsctl::this run belongs to no pull request"), "{}", ended.stdout);

    let job = pull_request();
    change(&job, "after");
    must(&job, &format!("git checkout --quiet -b topic && {COMMIT}"));
    let given = [PULL_REQUEST.as_slice(), &[("INPUT_BASE", "topic")]].concat();
    assert_eq!(job.action("diff.sh", &given).code, 0);
    assert_eq!(outputs(&job), ["0", "0", "0"], "the input goes before the branch of the pull request");
}

#[test]
fn inputs_reach_diff_as_they_are_written_and_are_never_run() {
    let job = pull_request();
    let hostile =
        ["two words.rsctl.yaml", "$(touch owned).rsctl.yaml", "--exit-code.rsctl.yaml", "::error::x%0A.rsctl.yaml"];
    for name in hostile {
        job.example("RS0103/good.rsctl.yaml", name);
    }
    let files = hostile.join("\r\n");
    let ended = job.action("diff.sh", &[("GITHUB_BASE_REF", "main"), ("INPUT_FILES", &files)]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{}", ended.stdout);
    let report = json(Path::new(&job.output("markdown-file")).with_file_name("rsctl.json"));
    let news: Vec<&str> =
        report["pairs"].as_array().unwrap().iter().map(|pair| pair["new"].as_str().unwrap()).collect();
    assert_eq!(news, hostile);
    assert!(commands(&ended).iter().all(|line| line.starts_with("::notice title=rsctl (diff/")), "{}", ended.stdout);

    for (name, value) in
        [("INPUT_BASE", "$(touch owned)"), ("INPUT_ARGS", "--exit-code; touch owned"), ("INPUT_BASE", "--all")]
    {
        let wrong = job.action("diff.sh", &[PULL_REQUEST.as_slice(), &[(name, value)]].concat());
        assert_eq!(wrong.code, 2, "{value}");
    }
    assert!(!job.path("checkout/owned").exists(), "a text was run");
}

#[test]
fn a_file_that_cannot_be_compared_is_told_and_the_others_are_compared() {
    let job = pull_request();
    change(&job, "after");
    fs::write(job.path("checkout/other.rsctl.yaml"), "rsctl: 1\nvnets: \"::add-mask::y\"\n").unwrap();
    let ended = job.action("diff.sh", &PULL_REQUEST);
    assert_eq!((ended.code, ended.stderr.as_str()), (2, ""));
    assert_eq!(outputs(&job), ["2", "6", "7"]);
    let lines: Vec<&str> = ended.stdout.lines().collect();
    let stopped = lines.iter().position(|line| line.starts_with("::stop-commands::")).unwrap();
    let told = lines.iter().position(|line| line.contains("::add-mask::y")).unwrap();
    let resumed = lines.iter().skip(stopped + 1).position(|line| line.starts_with("::")).unwrap() + stopped + 1;
    assert!(stopped < told && told < resumed, "{}", ended.stdout);
    assert!(lines.last().unwrap().contains("rsctl diff ended with 2 before it looked at everything; the log"));
    assert!(job.read("summary").contains("**Not compared:** `other.rsctl.yaml`"), "{}", job.read("summary"));
}

#[test]
fn the_comment_follows_the_pull_request() {
    let job = pull_request();
    job.program("gh", GH);
    for (topology, call) in [
        ("before", None),
        ("after", Some("POST repos/octo/estate/issues/12/comments")),
        ("after", Some("PATCH repos/octo/estate/issues/comments/76")),
        // Taken back: the comment has to say so.
        ("before", Some("PATCH repos/octo/estate/issues/comments/76")),
    ] {
        change(&job, topology);
        ["calls", "output"].iter().for_each(|name| fs::write(job.path(name), "").unwrap());
        assert_eq!(job.action("diff.sh", &PULL_REQUEST).code, 0);
        let (file, count) = (job.output("markdown-file"), job.output("differences"));
        let ended = job.action(
            "comment.sh",
            &[("PULL_REQUEST", "12"), ("COMMENT_FILE", file.as_str()), ("COUNT", count.as_str())],
        );
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{}", ended.stdout);
        let calls = call.map(|call| format!("api --silent --method {call} -F body=@FILE"));
        assert_eq!(writing_calls(&job, Path::new(&file)), Vec::from_iter(calls));
    }
}
