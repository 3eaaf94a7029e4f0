//! Mends files, or writes comments into them, or shows what that would change.

use super::Lint;
use crate::cli::LintArgs;
use crate::cmd::{Exit, Screen, Stop, output};
use crate::lint::Found;
use crate::lint::fix::{applied, ignoring, together};
use crate::source::FileId;
use crate::words::plural;
use std::collections::BTreeMap;

/// Does what `--fix` or `--add-ignore` asks for; with `--diff` only shows it, and ends with 1 when that is anything.
pub(super) fn edit(lint: &Lint, args: &LintArgs, screen: Screen) -> Result<Exit, Stop> {
    if let Some(reason) = &args.add_ignore {
        check_reason(reason)?;
    }
    let report = lint.report(args)?;
    let counts: Vec<&Found> = lint
        .found
        .iter()
        .flatten()
        .filter(|found| {
            report
                .findings
                .iter()
                .any(|view| view.fingerprint == found.fingerprint && view.place.span == found.finding.place.span)
        })
        .collect();
    let (count, what, texts) = match &args.add_ignore {
        Some(reason) => (counts.len(), "ignored", with_comments(lint, &counts, reason)),
        None => {
            let (count, edits) = together(counts.iter().filter_map(|found| found.finding.fix.as_ref()));
            let apply = |(id, edits): (FileId, Vec<_>)| (id, applied(&lint.sources.file(id).text, &edits));
            (count, "mended", edits.into_iter().map(apply).collect::<BTreeMap<_, _>>())
        }
    };
    if args.diff {
        for (id, text) in &texts {
            let file = lint.sources.file(*id);
            output::change(&file.name, &file.text, text)?;
        }
        return Ok(if texts.is_empty() { Exit::Fine } else { Exit::No });
    }
    for (id, text) in &texts {
        let file = lint.sources.file(*id);
        if file.name == "<stdin>" || !file.path.is_file() {
            let help = "name the file, or look at the change with --diff";
            return Err(Stop::Usage("standard input cannot be edited".into(), help.into()));
        }
        let path = std::fs::canonicalize(&file.path)?;
        if std::fs::read_to_string(&path)? != *file.text {
            return Err(Stop::Usage(format!("{} changed meanwhile", file.name), "run it again".into()));
        }
        output::to_file(&path, |out| out.write_all(text.as_bytes()))?;
    }
    output::note(
        screen,
        &format!("{} {what} in {}", plural(count, "finding", "findings"), plural(texts.len(), "file", "files")),
    );
    Ok(if lint.broken { Exit::Input } else { Exit::Fine })
}

/// The files with a comment above each line that holds a finding.
fn with_comments(lint: &Lint, counts: &[&Found], reason: &str) -> BTreeMap<FileId, String> {
    let mut lines: BTreeMap<FileId, BTreeMap<usize, Vec<&str>>> = BTreeMap::new();
    for found in counts {
        let span = found.finding.place.span;
        let line = lint.sources.file(span.file).line_of(span.start);
        let codes = lines.entry(span.file).or_default().entry(line).or_default();
        if !codes.contains(&found.rule.code) {
            codes.push(found.rule.code);
        }
    }
    let commented = |(id, rules): (FileId, BTreeMap<usize, Vec<&str>>)| {
        let file = lint.sources.file(id);
        let edits = ignoring(id, file, &rules, reason);
        (id, applied(&file.text, &edits.iter().collect::<Vec<_>>()))
    };
    lines.into_iter().map(commented).collect()
}

/// A reason is one line of text.
fn check_reason(reason: &str) -> Result<(), Stop> {
    let bad = reason.trim().is_empty() || reason.contains(crate::words::is_harmful);
    let help = "write --add-ignore \"why these findings do not matter here\"";
    if bad { Err(Stop::Usage("a reason is one line of text".into(), help.into())) } else { Ok(()) }
}
