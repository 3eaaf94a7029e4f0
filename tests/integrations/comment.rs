//! `action/comment.sh`, which writes a report into a comment of the pull request.

use super::job::{Ended, Job};
use std::fs;
use std::path::Path;

/// A gh that writes down what it is asked for, lists the comments of a file that have the wanted mark, and keeps what is posted.
pub(super) const GH: &str = r#"all=$*
printf '%s\n' "$all" >>"$CALLS"
case $all in
  *graphql*) printf 'github-actions[bot]\n' ;;
  *--paginate*)
    while read -r id login mark; do
      case $all in *"$mark"*) printf '%s %s\n' "$id" "$login" ;; esac
    done <"$COMMENTS"
    ;;
  *POST*) printf '%s github-actions[bot] %s\n' "$((76 + $(wc -l <"$COMMENTS")))" "$(head -n 1 "${all##*body=@}")" >>"$COMMENTS" ;;
esac
"#;

const LINT: &str = rsctl::render::findings::markdown::MARKER;
const DIFF: &str = rsctl::render::diff::markdown::MARKER;

/// A comment whose file has a blank in its name, and the calls that write.
fn comment(job: &Job, (mark, count): (&str, &str), environment: &[(&str, &str)]) -> (Ended, Vec<String>) {
    let file = job.path("temp").join("a report.md");
    fs::write(&file, format!("{mark}\n### rsctl\n")).unwrap();
    fs::write(job.path("calls"), "").unwrap();
    let mut given = vec![("PULL_REQUEST", "12"), ("COMMENT_FILE", file.to_str().unwrap()), ("COUNT", count)];
    given.extend(environment);
    let ended = job.action("comment.sh", &given);
    (ended, writing_calls(job, &file))
}

/// The calls of gh that write, with a short name for the file.
pub(super) fn writing_calls(job: &Job, file: &Path) -> Vec<String> {
    let calls = job.read("calls").replace(&file.display().to_string(), "FILE");
    calls.lines().filter(|line| line.contains("--method")).map(str::to_owned).collect()
}

#[test]
fn a_comment_is_written_once_and_updated_from_then_on() {
    let job = Job::new();
    job.program("gh", GH);
    // Somebody else wrote the mark into a comment of theirs.
    fs::write(job.path("comments"), format!("5 mallory {LINT}\n")).unwrap();
    let (first, calls) = comment(&job, (LINT, "3"), &[]);
    assert_eq!((first.code, first.stdout.as_str(), first.stderr.as_str()), (0, "", ""));
    assert_eq!(calls, ["api --silent --method POST repos/octo/estate/issues/12/comments -F body=@FILE"]);
    for findings in ["2", "0"] {
        let (again, calls) = comment(&job, (LINT, findings), &[]);
        assert_eq!(again.code, 0);
        assert_eq!(calls, ["api --silent --method PATCH repos/octo/estate/issues/comments/77 -F body=@FILE"]);
    }
}

#[test]
fn nothing_found_and_no_earlier_comment_makes_no_noise() {
    let job = Job::new();
    job.program("gh", GH);
    let (ended, calls) = comment(&job, (LINT, "0"), &[]);
    assert_eq!((ended.code, calls.len()), (0, 0), "{}", ended.stdout);
}

#[test]
fn what_keeps_a_comment_from_being_written_is_a_warning() {
    let job = Job::new();
    let (ended, _) = comment(&job, (LINT, "1"), &[]);
    assert!(ended.code == 0 && ended.stdout.contains("gh is not on the PATH"), "{}", ended.stdout);
    job.program("gh", GH);
    for number in ["", "12/../13", "$(touch owned)"] {
        let (ended, calls) = comment(&job, (LINT, "1"), &[("PULL_REQUEST", number)]);
        assert!(ended.code == 0 && calls.is_empty(), "{number}");
        assert!(ended.stdout.starts_with("::warning title=rsctl::no comment was written"), "{}", ended.stdout);
    }
    job.program("gh", &GH.replace("*POST*) ", "*POST*) exit 1; "));
    let (ended, _) = comment(&job, (LINT, "1"), &[]);
    assert!(ended.code == 0 && ended.stdout.contains("pull-requests: write"), "{}", ended.stdout);
}

#[test]
fn findings_and_differences_have_a_comment_each() {
    let job = Job::new();
    job.program("gh", GH);
    fs::write(job.path("comments"), format!("5 mallory {DIFF}\n")).unwrap();
    for (mark, call) in [
        (LINT, "POST repos/octo/estate/issues/12/comments"),
        (DIFF, "POST repos/octo/estate/issues/12/comments"),
        (LINT, "PATCH repos/octo/estate/issues/comments/77"),
        (DIFF, "PATCH repos/octo/estate/issues/comments/78"),
    ] {
        let (ended, calls) = comment(&job, (mark, "1"), &[]);
        assert_eq!((ended.code, calls), (0, vec![format!("api --silent --method {call} -F body=@FILE")]), "{mark}");
    }
}

#[test]
fn what_has_no_mark_of_rsctl_is_not_posted() {
    let job = Job::new();
    job.program("gh", GH);
    for mark in ["", "### rsctl lint", "<!-- rsctl:lint --> x", "<!-- \" or true -->"] {
        let (ended, calls) = comment(&job, (mark, "1"), &[]);
        assert!(
            ended.code == 2 && calls.is_empty() && ended.stdout.starts_with("::error "),
            "{mark}: {}",
            ended.stdout
        );
    }
}
