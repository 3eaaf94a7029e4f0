//! Revisions of Git: `REV:path`, `--base REV`, and everything that a repository may lack.

use super::{ESTATE, edited, folder, has_controls, rsctl, rsctl_fed, snapshot};
use crate::command::{rsctl_within, write};
use std::fs;
use std::path::Path;
use std::process::Command;

const EQUAL: &str = "Diff: no difference in routing\n";

fn git(folder: &Path, args: &[&str]) -> String {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(args).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "a tester").env(format!("GIT_{who}_EMAIL"), "tester@example.com");
        command.env(format!("GIT_{who}_DATE"), "2026-01-01T00:00:00Z");
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn commit(folder: &Path) {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--allow-empty", "-m", "change"]);
}

/// A repository whose branch `work` starts at `main`, where these files are.
fn repository(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = folder(files);
    git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    commit(folder.path());
    git(folder.path(), &["checkout", "--quiet", "-b", "work"]);
    folder
}

/// The way to everywhere leads to nowhere.
fn dropping() -> String {
    edited(&[("next_hop: 10.0.1.4", "next_hop: None")])
}

/// The heading of every pair.
fn pairs(stdout: &str, folder: &Path) -> Vec<String> {
    let base = git(folder, &["merge-base", "main", "HEAD"]);
    let headings = stdout.lines().filter(|line| line.contains(".rsctl.yaml") && !line.starts_with(' '));
    headings.map(|line| line.replace(&base[..10], "BASE")).collect()
}

#[test]
fn a_file_at_a_revision_is_read_as_it_was_and_files_beside_it_too() {
    let overlay = "rsctl: 1\nextends: estate.rsctl.yaml\n";
    let folder = repository(&[("net/estate.rsctl.yaml", ESTATE), ("net/overlay.rsctl.yaml", overlay)]);
    write(folder.path(), "net/estate.rsctl.yaml", &dropping());
    let diff = |at: &str, args: &[&str]| rsctl(&folder.path().join(at), &[&["diff"], args].concat());
    let told = diff("", &["main:net/estate.rsctl.yaml", "net/estate.rsctl.yaml"]).fine();
    assert!(
        told.stdout.contains("because of net/estate.rsctl.yaml:22 route_tables.app.routes.default.next_hop"),
        "{}",
        told.stdout
    );
    let overlays = diff("", &["main:net/overlay.rsctl.yaml", "net/overlay.rsctl.yaml", "--exit-code"]);
    assert_eq!(overlays.code, 1, "the base of the old overlay is the old one: {}", overlays.stdout);
    assert_eq!(diff("", &["main:net/estate.rsctl.yaml", "work:net/estate.rsctl.yaml"]).fine().stdout, EQUAL);
    // As git show: from the root, or from here with `./`.
    let below = diff("net", &["main:net/estate.rsctl.yaml", "estate.rsctl.yaml", "--exit-code"]);
    assert_eq!(below.code, 1, "{}", below.stderr);
    assert_eq!(diff("net", &["main:./estate.rsctl.yaml", "estate.rsctl.yaml"]).fine().stdout, below.stdout);
    assert_eq!(diff("net", &["main:../net/estate.rsctl.yaml", "estate.rsctl.yaml"]).fine().stdout, below.stdout);
    let fed = rsctl_fed(folder.path(), &["diff", "HEAD~0:net/estate.rsctl.yaml", "-"], ESTATE).fine();
    assert_eq!(fed.stdout, EQUAL);
}

#[test]
fn with_a_base_every_file_is_compared_with_its_own_past() {
    let folder = repository(&[
        ("net/changed.rsctl.yaml", ESTATE),
        (
            "net/gone.rsctl.yaml",
            "rsctl: 1\nvnets: { old: { address_space: [10.8.0.0/16], subnets: { a: 10.8.0.0/24 } } }\n",
        ),
        ("net/moved.rsctl.yaml", &ESTATE.replace("10.50.", "10.60.")),
        ("net/same.rsctl.yaml", ESTATE),
        ("net/notes.yaml", "not: a topology\n"),
    ]);
    write(folder.path(), "net/changed.rsctl.yaml", &dropping());
    write(
        folder.path(),
        "net/added.rsctl.yaml",
        "rsctl: 1\nvnets: { new: { address_space: [10.9.0.0/16], subnets: { a: 10.9.0.0/24 } } }\n",
    );
    fs::remove_file(folder.path().join("net/gone.rsctl.yaml")).unwrap();
    git(folder.path(), &["mv", "net/moved.rsctl.yaml", "net/renamed.rsctl.yaml"]);
    write(folder.path(), "net/renamed.rsctl.yaml", &ESTATE.replace("10.50.", "10.61."));

    let run = rsctl(folder.path(), &["diff", "--base", "main", "net"]).fine();
    let expected = [
        "nothing → net/added.rsctl.yaml",
        "BASE:net/changed.rsctl.yaml → net/changed.rsctl.yaml",
        "BASE:net/gone.rsctl.yaml → nothing",
        "BASE:net/moved.rsctl.yaml → net/renamed.rsctl.yaml",
        "BASE:net/same.rsctl.yaml → net/same.rsctl.yaml",
    ];
    assert_eq!(pairs(&run.stdout, folder.path()), expected, "{}", run.stdout);
    assert!(run.stdout.contains("because of net/added.rsctl.yaml added"), "{}", run.stdout);

    let below = folder.path().join("net");
    let from_below = rsctl(&below, &["diff", "--base", "main"]).fine();
    let here = expected.map(|pair| pair.replace("→ net/", "→ "));
    assert_eq!(pairs(&from_below.stdout, folder.path()), here, "{}", from_below.stdout);

    let one = rsctl(&below, &["diff", "--base", "main", "gone.rsctl.yaml", "-o", "json"]).fine().json();
    assert_eq!((&one["pairs"][0]["new"], &one["summary"]["removedSubnets"]), (&"nothing".into(), &1.into()));
    assert_eq!(rsctl(&below, &["diff", "--base", "main", "same.rsctl.yaml", "--exit-code"]).fine().stdout, EQUAL);
}

#[test]
fn the_base_is_where_the_branch_left_and_not_what_came_later() {
    let folder = repository(&[("a.rsctl.yaml", ESTATE)]);
    commit(folder.path());
    git(folder.path(), &["checkout", "--quiet", "main"]);
    write(folder.path(), "a.rsctl.yaml", &dropping());
    commit(folder.path());
    git(folder.path(), &["checkout", "--quiet", "work"]);
    assert_eq!(rsctl(folder.path(), &["diff", "--base", "main"]).fine().stdout, EQUAL);
    let now = rsctl(folder.path(), &["diff", "main:a.rsctl.yaml", "a.rsctl.yaml", "--exit-code"]);
    assert_eq!(now.code, 1, "main itself is another: {}", now.stdout);
}

#[test]
fn a_file_that_was_broken_at_the_base_is_placed_there_and_the_others_are_compared() {
    let folder = repository(&[("a.rsctl.yaml", "rsctl: 1\nvnets: here\n"), ("b.rsctl.yaml", ESTATE)]);
    write(folder.path(), "a.rsctl.yaml", ESTATE);
    write(folder.path(), "b.rsctl.yaml", &dropping());
    let run = rsctl(folder.path(), &["diff", "--base", "main"]);
    let base = git(folder.path(), &["merge-base", "main", "HEAD"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains(&format!("{}:a.rsctl.yaml:2:8", &base[..10])), "{}", run.stderr);
    assert!(run.stdout.contains("b.rsctl.yaml:22"), "{}", run.stdout);
}

#[test]
fn what_git_does_not_have_is_refused_with_what_to_do() {
    let folder = repository(&[("net/estate.rsctl.yaml", ESTATE)]);
    fs::create_dir(folder.path().join("empty")).unwrap();
    let mistakes: &[(&str, &[&str])] = &[
        ("", &["--base", "nowhere"]),
        ("", &["--base=--output=x"]),
        ("", &["--base", ""]),
        ("", &["--base", "ma\u{1b}[31min"]),
        ("", &["--base", "main"]),
        ("empty", &["--base", "main"]),
        ("", &["--base", "main", "net/nowhere.rsctl.yaml"]),
        ("", &["--base", "main", "-"]),
        ("", &["nowhere:net/estate.rsctl.yaml", "net/estate.rsctl.yaml"]),
        ("", &["main:net/nowhere.rsctl.yaml", "net/estate.rsctl.yaml"]),
        ("", &["main:\u{1b}[31m", "net/estate.rsctl.yaml"]),
        ("", &["main:net", "net/estate.rsctl.yaml"]),
        ("", &["main:../estate.rsctl.yaml", "net/estate.rsctl.yaml"]),
        ("net", &["main:estate.rsctl.yaml", "estate.rsctl.yaml"]),
    ];
    let mut said = String::new();
    for (at, args) in mistakes {
        let stderr = rsctl(&folder.path().join(at), &[&["diff"], *args].concat()).refused();
        let shown = args.join(" ").replace('\u{1b}', "ESC");
        said.push_str(&format!("{at}$ rsctl diff {shown}\n{}\n\n", stderr.trim_end()));
    }
    snapshot("no-such-revision", &said);
}

#[test]
fn outside_of_a_repository_a_revision_is_refused_and_two_files_are_compared() {
    let folder = folder(&[("a.rsctl.yaml", ESTATE), ("b.rsctl.yaml", ESTATE)]);
    for args in [&["diff", "--base", "main"][..], &["diff", "main:a.rsctl.yaml", "a.rsctl.yaml"]] {
        let stderr = rsctl(folder.path(), args).refused();
        assert!(stderr.contains("the current folder is in no Git repository"), "{stderr}");
        assert!(stderr.contains("compare two files instead"), "{stderr}");
    }
    assert_eq!(rsctl(folder.path(), &["diff", "a.rsctl.yaml", "b.rsctl.yaml"]).fine().stdout, EQUAL);
}

#[test]
fn a_shallow_clone_without_the_common_ancestor_says_how_to_fetch_it() {
    let folder = repository(&[("a.rsctl.yaml", ESTATE)]);
    write(folder.path(), "a.rsctl.yaml", &dropping());
    commit(folder.path());
    git(folder.path(), &["checkout", "--quiet", "main"]);
    write(folder.path(), "other", "main went on\n");
    commit(folder.path());
    let clones = tempfile::tempdir().unwrap();
    let from = format!("file://{}", folder.path().display());
    git(clones.path(), &["clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=work", &from, "clone"]);
    let clone = clones.path().join("clone");
    let stderr = rsctl(&clone, &["diff", "--base", "origin/main"]).refused();
    assert!(stderr.contains("no common ancestor of `origin/main` and HEAD"), "{stderr}");
    assert!(stderr.contains("fetch-depth: 0"), "{stderr}");
    git(&clone, &["fetch", "--quiet", "--unshallow"]);
    assert_eq!(rsctl(&clone, &["diff", "--base", "origin/main", "--exit-code"]).code, 1);
}

#[test]
fn a_repository_without_a_commit_is_refused_as_one_that_lacks_the_revision() {
    let folder = folder(&[("a.rsctl.yaml", ESTATE)]);
    git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    let stderr = rsctl(folder.path(), &["diff", "--base", "HEAD"]).refused();
    assert!(stderr.contains("git knows no revision `HEAD`"), "{stderr}");
}

#[cfg(unix)]
#[test]
fn paths_that_a_shell_a_terminal_or_git_could_misread_are_paths() {
    let names = [
        "-dash.rsctl.yaml",
        "with space/my estate.rsctl.yaml",
        "e\u{1b}[31m\tsc.rsctl.yaml",
        "Zürich\".rsctl.yaml",
        ":(top)x.rsctl.yaml",
    ];
    let files: Vec<(&str, &str)> = names.iter().map(|name| (*name, ESTATE)).collect();
    let folder = repository(&files);
    for name in names {
        write(folder.path(), name, &dropping());
    }
    for name in names {
        let base = rsctl(folder.path(), &["diff", "--base", "main", "--exit-code", "--", name]);
        assert_eq!((base.code, base.stderr.as_str()), (1, ""), "{name:?} {}", base.stdout);
        let named = rsctl(folder.path(), &["diff", "--exit-code", "--", &format!("main:{name}"), name]);
        assert_eq!((named.code, named.stderr.as_str()), (1, ""), "{name:?} {}", named.stdout);
        for format in ["human", "json", "markdown", "sarif", "github"] {
            let run = rsctl(folder.path(), &["diff", "-o", format, "--base", "main", "--", name]).fine();
            assert!(!has_controls(&run.stdout), "{name:?} {format} {:?}", run.stdout);
        }
    }
    let all = rsctl(folder.path(), &["diff", "--base", "main", "."]).fine();
    assert_eq!(pairs(&all.stdout, folder.path()).len(), names.len(), "{}", all.stdout);
}

#[test]
fn variables_that_git_sets_for_a_hook_do_not_hide_the_past() {
    let folder = repository(&[("net/estate.rsctl.yaml", ESTATE)]);
    let trees = tempfile::tempdir().unwrap();
    let tree = trees.path().join("tree");
    git(folder.path(), &["worktree", "add", "--quiet", "-b", "other", tree.to_str().unwrap()]);
    let own = git(&tree, &["rev-parse", "--absolute-git-dir"]);
    let variables = [("GIT_DIR", own.trim()), ("GIT_INDEX_FILE", "nowhere"), ("GIT_PREFIX", "")];
    let run = rsctl_within(&tree, &["diff", "--base", "main", "net/estate.rsctl.yaml"], "", &variables).fine();
    assert_eq!(run.stdout, EQUAL);
}

#[test]
fn without_git_only_revisions_are_refused() {
    let folder = repository(&[("a.rsctl.yaml", ESTATE)]);
    let diff = |args: &[&str]| rsctl_within(folder.path(), args, "", &[("PATH", "/nowhere")]);
    let stderr = diff(&["diff", "--base", "main"]).refused();
    assert!(stderr.contains("cannot run git") && stderr.contains("install git"), "{stderr}");
    assert_eq!(diff(&["diff", "a.rsctl.yaml", "a.rsctl.yaml"]).fine().stdout, EQUAL);
}

#[test]
fn a_what_if_is_supposed_of_the_past_and_the_present() {
    let folder = repository(&[("a.rsctl.yaml", ESTATE)]);
    write(folder.path(), "a.rsctl.yaml", &dropping());
    let run = rsctl(folder.path(), &["diff", "--base", "main", "--without", "udr"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, "note: what if: without udr\n"));
    assert!(run.stdout.ends_with("Diff: no difference in routing (1 edit without effect)\n"), "{}", run.stdout);
}
