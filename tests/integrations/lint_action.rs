//! `action/lint.sh`, which runs `rsctl lint` in a job of GitHub Actions.

use super::job::{Job, commands, json};
use std::fs;

#[test]
fn a_good_topology_ends_with_zero_and_no_annotation() {
    let job = Job::with_rsctl();
    job.example("RS0103/good.rsctl.yaml", "estate.rsctl.yaml");
    let ended = job.action("lint.sh", &[("INPUT_FILES", ".")]);
    assert_eq!((ended.code, ended.stdout.as_str(), ended.stderr.as_str()), (0, "", ""));
    assert_eq!((job.output("exit-code"), job.output("findings")), ("0".into(), "0".into()));
    assert_eq!(json(job.output("sarif-file"))["runs"][0]["results"], serde_json::json!([]));
    assert!(job.read("summary").contains("no findings"), "{}", job.read("summary"));
}

#[test]
fn a_bad_topology_ends_with_one_after_everything_is_written() {
    let job = Job::with_rsctl();
    job.example("RS0103/bad.rsctl.yaml", "estate.rsctl.yaml");
    let ended = job.action("lint.sh", &[("INPUT_FILES", "estate.rsctl.yaml\n")]);
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
    let ended = job.action("lint.sh", &[("INPUT_FILES", "."), ("INPUT_FAIL_ON", "never")]);
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
    let ended = job.action("lint.sh", &given);
    assert_eq!((ended.code, ended.stderr.as_str()), (1, ""), "{}", ended.stdout);
    assert_eq!(job.output("findings"), hostile.len().to_string());
    let shown = commands(&ended);
    assert!(shown.iter().all(|line| line.starts_with("::warning title=rsctl (RS0103),file=")), "{}", ended.stdout);
    assert_eq!(shown.len(), hostile.len());
    assert!(!job.path("checkout/owned").exists(), "a name was run");

    let wrong = job.action("lint.sh", &[("INPUT_FILES", "."), ("INPUT_ARGS", "--strict; touch owned")]);
    assert_eq!(wrong.code, 2, "a line is one argument");
    assert!(!job.path("checkout/owned").exists());
}

#[test]
fn a_baseline_leaves_out_what_was_there() {
    let job = Job::with_rsctl();
    job.example("RS0103/bad.rsctl.yaml", "estate.rsctl.yaml");
    let write = "rsctl lint . --write-baseline 'known findings.json'";
    assert_eq!(job.run(&["-c", write], &[]).code, 0);
    let ended = job.action("lint.sh", &[("INPUT_FILES", "."), ("INPUT_BASELINE", "known findings.json")]);
    assert_eq!((ended.code, job.output("findings")), (0, "0".into()), "{}", ended.stdout);
}

#[test]
fn a_file_that_cannot_be_read_ends_with_two_and_commands_in_it_are_not_obeyed() {
    let job = Job::with_rsctl();
    fs::write(job.path("checkout/estate.rsctl.yaml"), "rsctl: 1\nvnets: \"##[add-mask]x ::add-mask::y\"\n").unwrap();
    let ended = job.action("lint.sh", &[("INPUT_FILES", ".")]);
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
    let ended = job.action("lint.sh", &[("INPUT_FILES", "nowhere.rsctl.yaml"), ("INPUT_ARGS", "--nonsense")]);
    assert_eq!(ended.code, 2);
    for name in ["findings", "sarif-file", "markdown-file"] {
        assert_eq!(job.output(name), "", "{name}");
    }
}

#[test]
fn without_rsctl_the_step_says_so() {
    let job = Job::new();
    let ended = job.action("lint.sh", &[("INPUT_FILES", ".")]);
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
    let ended = job.action("lint.sh", &[]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let summary = job.read("summary");
    assert!(summary.len() > 900_000 && summary.len() < 1 << 20, "{}", summary.len());
    assert!(summary.trim_end().lines().last().unwrap().starts_with("**Cut, because"), "it says that it was cut");
}
