//! Reasons as a flowchart of Mermaid: an arrow leads from what holds to what rests on it.

use crate::report::view::Tone;
use crate::report::why::{Node, WhyReport};
use crate::words::printable;
use std::io::{self, Write};

/// Writes an answer.
///
/// # Errors
/// When the writer fails.
pub fn write(report: &WhyReport, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "flowchart RL")?;
    writeln!(out, "  n0[\"{}\"]", label(&report.answer))?;
    let mut chart = Chart { next: 1, good: Vec::new(), bad: Vec::new() };
    chart.nodes(&report.tree, 0, out)?;
    for (class, style, nodes) in
        [("good", "stroke:#080,stroke-width:2px", &chart.good), ("bad", "stroke:#b00,stroke-dasharray:4", &chart.bad)]
    {
        if !nodes.is_empty() {
            writeln!(out, "  classDef {class} {style}")?;
            writeln!(out, "  class {} {class}", nodes.join(","))?;
        }
    }
    Ok(())
}

struct Chart {
    next: usize,
    good: Vec<String>,
    bad: Vec<String>,
}

impl Chart {
    fn nodes(&mut self, nodes: &[Node], parent: usize, out: &mut dyn Write) -> io::Result<()> {
        for node in nodes {
            let number = self.next;
            self.next += 1;
            match node.tone {
                Tone::Good => self.good.push(format!("n{number}")),
                Tone::Bad => self.bad.push(format!("n{number}")),
                _ => {}
            }
            let mut lines = vec![label(&node.text)];
            lines.extend(node.places.iter().map(|place| label(&format!("{} {}", place.told(), place.what))));
            lines.extend(node.facts.iter().map(|fact| label(&format!("fact {}", fact.told()))));
            lines.extend(node.source.map(label));
            writeln!(out, "  n{number}[\"{}\"]", lines.join("<br/>"))?;
            writeln!(out, "  n{number} --> n{parent}")?;
            self.nodes(&node.children, number, out)?;
        }
        Ok(())
    }
}

/// Text of a label: nothing in it means anything to Mermaid, to Markdown inside it, or to HTML.
fn label(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for letter in printable(text).chars() {
        match letter {
            '"' | '<' | '>' | '&' | '#' | ';' | '`' | '\\' | '*' | '_' | '{' | '}' | '[' | ']' | '|' | '@' | '%' => {
                result.push_str(&format!("#{};", u32::from(letter)));
            }
            letter => result.push(letter),
        }
    }
    result
}
