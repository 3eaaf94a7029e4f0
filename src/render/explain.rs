//! Explanations of words: on a terminal, as Markdown, as JSON.
//!
//! How a single rule is laid out stands in `rule`.

use super::rule;
use super::terminal::{self, Options};
use super::text::{Paint, wrap};
use crate::report::explain::Explanation;
use crate::report::view::View as _;
use serde_json::{Value, json};
use std::io::{self, Write};

/// Writes explanations for people; of many rules their names and what they are about.
///
/// # Errors
/// When the writer fails.
pub fn human(explanations: &[Explanation], options: Options, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(options.colour);
    let width = options.width.unwrap_or(80).clamp(40, 100);
    for (index, explanation) in explanations.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        match explanation {
            Explanation::Rule(view) => rule::human(view, options, out)?,
            Explanation::Fact(view) => terminal::write(view.blocks(), options, out)?,
            Explanation::Term(term) => {
                writeln!(out, "{}", paint.bold(term.name))?;
                for line in wrap(term.meaning, width - 2) {
                    writeln!(out, "  {line}")?;
                }
                writeln!(out, "  {}", paint.dim(term.source))?;
            }
            Explanation::Rules(title, rules) => {
                writeln!(out, "{}", paint.bold(title))?;
                for view in rules {
                    let severity = match view.severity {
                        "error" => paint.red(view.severity),
                        "warning" => paint.yellow(view.severity),
                        _ => paint.cyan(view.severity),
                    };
                    let strict = if view.strict { " (--strict)" } else { "" };
                    writeln!(out, "  {} {severity:<7} {}{strict}", paint.bold(view.code), view.name)?;
                    writeln!(out, "         {}", paint.dim(view.summary))?;
                }
            }
        }
    }
    Ok(())
}

/// Writes explanations as Markdown.
///
/// # Errors
/// When the writer fails.
pub fn markdown(explanations: &[Explanation], out: &mut dyn Write) -> io::Result<()> {
    for explanation in explanations {
        match explanation {
            Explanation::Rule(view) => rule::markdown(view, 2, out)?,
            Explanation::Rules(_, rules) => rule::markdown_all(rules, out)?,
            Explanation::Fact(view) => super::markdown::write(view.blocks(), out)?,
            Explanation::Term(term) => writeln!(out, "## {}\n\n{}\n\n*{}*\n", term.name, term.meaning, term.source)?,
        }
    }
    Ok(())
}

/// Writes explanations as JSON: `{formatVersion, explanations: [{kind, …}]}`; rules of a group or all stand under `rules`.
///
/// # Errors
/// When the writer fails.
pub fn json(explanations: &[Explanation], out: &mut dyn Write) -> io::Result<()> {
    let value = |explanation: &Explanation| -> io::Result<Value> {
        Ok(match explanation {
            Explanation::Rule(view) => json!({ "kind": "rule", "rule": view }),
            Explanation::Rules(title, rules) => json!({ "kind": "rules", "title": title, "rules": rules }),
            Explanation::Term(term) => json!({ "kind": "term", "term": term }),
            Explanation::Fact(view) => {
                let mut text = Vec::new();
                view.write_json(&mut text)?;
                json!({ "kind": "fact", "fact": serde_json::from_slice::<Value>(&text)? })
            }
        })
    };
    let all = explanations.iter().map(value).collect::<io::Result<Vec<Value>>>()?;
    crate::report::view::json(&json!({ "formatVersion": "1.0", "explanations": all }), out)
}
