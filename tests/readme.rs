//! The README and the pages under `docs` say what is so: console blocks are what the commands print, links lead somewhere, the page of
//! rules is what `rsctl explain` prints.
//!
//! `UPDATE=1 cargo test --test readme` writes the present output into the blocks, and the page of rules.

#![allow(clippy::unwrap_used, reason = "a test may panic; its helpers are tests too")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;

/// Two tests write the README when asked to.
static README: Mutex<()> = Mutex::new(());

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What a line `rsctl ...` prints that is typed in the root of the project. It may end with ` | sed -n '/^FIRST/,/^$/p'`, which leaves the
/// part that begins with a line of these first words, up to the next empty line.
fn printed(line: &str) -> String {
    let Some((line, filter)) = line.split_once(" | ") else { return run(line) };
    let first = filter.strip_prefix("sed -n '/^").and_then(|rest| rest.strip_suffix("/,/^$/p'"));
    let first = first.unwrap_or_else(|| panic!("no other filter than sed is known: {filter}"));
    let all = run(line);
    let part: Vec<&str> =
        all.lines().skip_while(|line| !line.starts_with(first)).take_while(|line| !line.is_empty()).collect();
    assert!(!part.is_empty(), "nothing that {line} prints begins with {first}");
    part.join("\n")
}

/// What `rsctl` prints to standard output.
fn run(line: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rsctl"));
    command.args(line.split_whitespace().skip(1)).current_dir(root()).stdin(Stdio::null());
    for name in ["RSCTL_OUTPUT", "RSCTL_FACTS", "RSCTL_FAIL_ON", "RSCTL_CONFIG", "FORCE_COLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    let output = command.env("LC_ALL", "C.UTF-8").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

/// The text with every `console` block run anew: a line `$ rsctl ...`, and below it what is printed.
fn run_anew(text: &str) -> String {
    let (mut out, mut inside) = (String::new(), false);
    for line in text.lines() {
        match line {
            "```console" => inside = true,
            "```" => inside = false,
            _ => {}
        }
        let typed = line.strip_prefix("$ ").filter(|typed| inside && typed.starts_with("rsctl "));
        if !inside || line == "```console" {
            out.push_str(&format!("{line}\n"));
        } else if let Some(typed) = typed {
            out.push_str(&format!("{line}\n{}\n", printed(typed)));
        }
    }
    out
}

/// The pages of the worked comparisons.
fn comparisons() -> Vec<String> {
    let folders = fs::read_dir(root().join("fixtures/compare")).unwrap().map(|entry| entry.unwrap().file_name());
    let mut pages: Vec<String> =
        folders.map(|folder| format!("fixtures/compare/{}/README.md", folder.to_str().unwrap())).collect();
    pages.sort();
    assert!(pages.len() >= 3, "the comparisons are found");
    pages
}

#[test]
fn console_blocks_are_what_the_commands_print() {
    let _alone = README.lock();
    let pages = [
        "README.md",
        "CONTRIBUTING.md",
        "docs/lint.md",
        "docs/what-if.md",
        "docs/compare.md",
        "docs/diff.md",
        "docs/why.md",
        "docs/limits.md",
        "docs/failover.md",
        "docs/trace.md",
        "docs/test.md",
        "docs/import.md",
    ]
    .map(String::from);
    for name in pages.into_iter().chain(comparisons()) {
        let path = root().join(&name);
        let text = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        let now = run_anew(&text);
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &now).unwrap();
        } else {
            assert!(text == now, "{name} is old; UPDATE=1 cargo test --test readme writes\n{now}");
        }
    }
}

#[test]
fn the_page_of_rules_is_what_explain_prints() {
    let path = root().join("docs/rules.md");
    let now = printed("rsctl explain --all -o markdown") + "\n";
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &now).unwrap();
    } else {
        let text = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        assert!(text == now, "docs/rules.md is old; UPDATE=1 cargo test --test readme writes it");
    }
}

/// What a TOML block of a page says is taken, and every key that there is stands in it.
#[test]
fn the_settings_of_the_page_on_lint_are_all_that_there_are() {
    let text = fs::read_to_string(root().join("docs/lint.md")).unwrap();
    let block = text.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let (mut sources, mut sink) = (rsctl::source::Sources::default(), rsctl::diagnostic::Sink::default());
    let file = sources.add("rsctl.toml", "rsctl.toml", block.into());
    let settings = rsctl::settings::read(file, block, &mut sink);
    rsctl::lint::Selection::default().apply(&settings, &mut sink);
    let told: Vec<String> = sink.into_sorted().into_iter().map(|diagnostic| diagnostic.message).collect();
    assert_eq!(told, [""; 0]);
    let ignore = &settings.ignore[0];
    assert!(ignore.files.is_some() && ignore.objects.is_some() && ignore.reason.is_some());
    assert!(settings.ruleset.is_some() && settings.strict.is_some() && settings.fail_on.is_some());
    assert!(settings.require_reason && settings.baseline.is_some() && settings.severity.len() == 2);
}

/// Groups and formats that a page lists are those that there are.
#[test]
fn the_page_on_lint_lists_every_group_and_format() {
    use clap::ValueEnum;
    let text = fs::read_to_string(root().join("docs/lint.md")).unwrap();
    for group in rsctl::lint::Group::ALL {
        assert!(text.contains(&format!("| `{}` | {} |", group.word(), group.about())), "{}", group.word());
    }
    for format in rsctl::cli::FindingsFormat::value_variants() {
        let name = format.to_possible_value().unwrap().get_name().to_owned();
        assert!(text.contains(&format!("\n| `{name}`")), "{name}");
    }
}

#[test]
fn the_page_on_diff_lists_every_format() {
    use clap::ValueEnum;
    let text = fs::read_to_string(root().join("docs/diff.md")).unwrap();
    for format in rsctl::cli::DiffFormat::value_variants() {
        let name = format.to_possible_value().unwrap().get_name().to_owned();
        assert!(text.contains(&format!("\n| `{name}`")), "{name}");
    }
}

#[test]
fn links_to_files_lead_somewhere() {
    let pages = [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "docs/compare.md",
        "docs/diff.md",
        "docs/limits.md",
        "docs/failover.md",
        "docs/import.md",
        "docs/topology-format.md",
        "docs/lint.md",
        "docs/rules.md",
        "docs/trace.md",
        "docs/test.md",
        "docs/what-if.md",
        "docs/why.md",
    ];
    for name in pages.map(String::from).into_iter().chain(comparisons()) {
        let path = root().join(&name);
        let text = fs::read_to_string(&path).unwrap();
        for (_, rest) in text.match_indices("](").map(|(at, open)| (at, &text[at + open.len()..])) {
            let target = rest.split([')', '#']).next().unwrap_or_default();
            if !target.is_empty() && !target.contains("://") {
                assert!(path.with_file_name(target).exists(), "{name} links to {target}");
            }
        }
    }
}

#[test]
fn every_command_is_in_the_readme() {
    use clap::CommandFactory;
    let text = fs::read_to_string(root().join("README.md")).unwrap();
    for command in rsctl::cli::Cli::command().get_subcommands() {
        assert!(text.contains(&format!("rsctl {}", command.get_name())), "rsctl {}", command.get_name());
    }
}

/// The line that `tests/observed.rs` ends with, from the command.
fn observed() -> String {
    let (mut matched, mut judged) = (0, 0);
    for lab in fs::read_dir(root().join("fixtures/observed")).unwrap() {
        let lab = lab.unwrap().path();
        if !lab.is_dir() {
            continue;
        }
        let args = format!("rsctl verify {0}/topology.rsctl.yaml {0} -o json", lab.display());
        let report: serde_json::Value = serde_json::from_str(&printed(&args)).unwrap();
        let count = |name: &str| report["summary"][name].as_u64().unwrap();
        matched += count("matched");
        judged += count("matched") + count("missing") + count("different");
    }
    format!("observed: {matched} of {judged} rows")
}

#[test]
fn the_number_of_observed_rows_is_the_present_one() {
    let now = observed();
    let _alone = README.lock();
    let path = root().join("README.md");
    let text = fs::read_to_string(&path).unwrap();
    let told = text.lines().find(|line| line.starts_with("observed: ")).expect("the README quotes the measure");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, text.replace(told, &now)).unwrap();
    } else {
        assert_eq!(told, now, "UPDATE=1 cargo test --test readme writes it");
    }
}
