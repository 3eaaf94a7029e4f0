//! The explanation of a rule: on a terminal, and as Markdown of one or all.
//!
//! The words stand with the rule; here is only their layout.

use super::markdown::{escaped, fence, sentence};
use super::terminal::{Options, paragraph};
use super::text::{Paint, Painted, capitalised};
use crate::report::rules::{RuleView, SourceView};
use crate::report::view::Cell;
use crate::words::printable;
use std::io::{self, Write};

/// Longer lines of prose are hard to read, however wide the terminal is; and a pipe has no width.
const WIDEST: usize = 100;
const PIPE: usize = 80;
const LEAST_WIDTH: usize = 30;

/// Writes a rule for people.
///
/// # Errors
/// When the writer fails.
pub fn human(rule: &RuleView, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(options.colour);
    let options = Options { width: Some(options.width.unwrap_or(PIPE).clamp(LEAST_WIDTH, WIDEST)), ..options };
    writeln!(out, "{} {}", paint.bold(rule.code), paint.bold(rule.name))?;
    let facts = facts(rule);
    writeln!(out, "{}{}\n", severity(rule, paint), paint.dim(facts.trim_start_matches(rule.severity)))?;
    paragraph(&[Cell::plain(capitalised(rule.summary))], "", 0, options, out)?;
    for (title, text) in [("What", rule.what), ("Why", rule.why)] {
        writeln!(out, "\n{}", paint.bold(title))?;
        paragraph(&[Cell::plain(text)], "  ", 2, options, out)?;
    }
    for (title, example) in [("Bad", rule.bad), ("Good", rule.good)] {
        writeln!(out, "\n{}", paint.bold(title))?;
        for line in example.trim_end().lines() {
            writeln!(out, "{}", format!("    {}", printable(line)).trim_end())?;
        }
    }
    writeln!(out, "\n{}", paint.bold("Fix"))?;
    paragraph(&[Cell::plain(rule.fix)], "  ", 2, options, out)?;
    writeln!(out, "\n{}", paint.bold("Sources"))?;
    for source in &rule.sources {
        paragraph(&[Cell::plain(cited(source))], "  - ", 4, options, out)?;
    }
    Ok(())
}

/// Writes a rule as a section of Markdown, its heading on a level from 1 to 6.
///
/// # Errors
/// When the writer fails.
pub fn markdown(rule: &RuleView, level: usize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{} {} {}\n", "#".repeat(level), rule.code, rule.name)?;
    writeln!(out, "{}\n", sentence(&capitalised(rule.summary), false))?;
    writeln!(out, "{}\n", escaped(&capitalised(&facts(rule))))?;
    markdown_body(rule, level + 1, out)
}

/// Writes all rules as one page: a table of contents by group, then each rule.
///
/// # Errors
/// When the writer fails.
pub fn markdown_all(rules: &[RuleView], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# Rules\n")?;
    let mut groups: Vec<&str> = Vec::new();
    for rule in rules {
        if !groups.contains(&rule.group) {
            groups.push(rule.group);
        }
    }
    for group in groups {
        writeln!(out, "- {group}")?;
        for rule in rules.iter().filter(|rule| rule.group == group) {
            let (code, name) = (rule.code, rule.name);
            let summary = sentence(rule.summary, false);
            writeln!(out, "  - [{code} {name}](#{}-{name}): {summary}", code.to_lowercase())?;
        }
    }
    for rule in rules {
        writeln!(out)?;
        markdown(rule, 2, out)?;
    }
    Ok(())
}

/// What stands under the heading of a rule: its sections, on a level of their own.
pub(super) fn markdown_body(rule: &RuleView, level: usize, out: &mut dyn Write) -> io::Result<()> {
    let level = "#".repeat(level);
    for (title, text) in [("What", rule.what), ("Why", rule.why)] {
        writeln!(out, "{level} {title}\n\n{}\n", sentence(text, false))?;
    }
    for (title, example) in [("Bad", rule.bad), ("Good", rule.good)] {
        let (fence, example) = (fence(example), example.trim_end());
        writeln!(out, "{level} {title}\n\n{fence}yaml\n{example}\n{fence}\n")?;
    }
    writeln!(out, "{level} Fix\n\n{}\n", sentence(rule.fix, false))?;
    writeln!(out, "{level} Sources\n")?;
    for source in &rule.sources {
        writeln!(out, "- {}", sentence(&cited(source), false))?;
    }
    Ok(())
}

/// `error, group refuse, in the rulesets azure and az-700, only with --strict`.
fn facts(rule: &RuleView) -> String {
    let rulesets = match rule.rulesets.as_slice() {
        [one] => format!("only in the ruleset {one}"),
        many => format!("in the rulesets {}", many.join(" and ")),
    };
    let strict = if rule.strict { ", only with --strict" } else { "" };
    format!("{}, group {}, {rulesets}{strict}", rule.severity, rule.group)
}

fn cited(source: &SourceView) -> String {
    format!("{} ({}, {})", source.title, source.date, source.status)
}

fn severity(rule: &RuleView, paint: Paint) -> Painted<&'static str> {
    match rule.severity {
        "error" => paint.red(rule.severity),
        "warning" => paint.yellow(rule.severity),
        _ => paint.cyan(rule.severity),
    }
}
