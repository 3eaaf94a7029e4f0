//! The path of `--set`: names with dots between them, numbers of list entries in brackets, quotes around what holds either.
//!
//! Text only; where a path leads is found in the tree.

use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use std::sync::Arc;

/// Longer paths are mistakes: the format needs eight levels, and every level costs stack later.
const MOST_STEPS: usize = 16;

const FORM: &str = "write --set PATH=VALUE, such as `--set vnets.hub.route_server.branch_to_branch=true`";

/// One step down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) kind: StepKind,
    /// The name or the number.
    pub(super) span: Span,
    /// The same with its quotes or brackets.
    pub(super) whole: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum StepKind {
    /// `.name`
    Key(Arc<str>),
    /// `[0]`
    Index(usize),
    /// `[+]`: behind the last entry.
    End,
}

/// A name as it has to be typed in a path.
pub(super) fn quoted(name: &str) -> String {
    if name.contains(['.', '[', ']', '=', '"', '\'']) { format!("\"{name}\"") } else { name.to_owned() }
}

/// The steps, and the byte at which the value begins.
pub(super) fn read(file: FileId, edit: &str) -> Result<(Vec<Step>, usize), Box<Diagnostic>> {
    let mut reader = Reader { file, text: edit, at: 0 };
    let mut steps = Vec::new();
    loop {
        let step = reader.step(steps.is_empty())?;
        steps.push(step);
        if steps.len() > MOST_STEPS {
            let message = format!("a path of more than {MOST_STEPS} steps");
            return Err(reader.complain(0, "leads deeper than any topology", message, FORM));
        }
        if reader.next() == Some('=') {
            break;
        }
    }
    if let [Step { kind: StepKind::Key(name), span, .. }] = steps.as_slice()
        && &**name == "extends"
    {
        let message = "`extends` is followed before values are set";
        let diagnostic = Diagnostic::error(*span, message).label("comes too late here");
        return Err(Box::new(diagnostic.help("write it into a file, and name that file instead")));
    }
    Ok((steps, reader.at + 1))
}

struct Reader<'a> {
    file: FileId,
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn next(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span { file: self.file, start: start as u32, end: end as u32 }
    }

    fn complain(&self, start: usize, label: &str, message: impl Into<String>, help: &str) -> Box<Diagnostic> {
        let end = if self.at > start { self.at } else { self.text.len() };
        Box::new(Diagnostic::error(self.span(start, end), message).label(label).help(help))
    }

    fn step(&mut self, first: bool) -> Result<Step, Box<Diagnostic>> {
        match self.next() {
            Some('[') if !first => return self.number(),
            Some('.') if !first => self.at += 1,
            None => return Err(self.without_value()),
            Some(_) if first => {}
            Some(_) => {
                let start = self.at;
                let help = "write `.name` or `[0]` after a closing quote or bracket";
                return Err(self.complain(start, "neither `.` nor `[`", "the path goes on without a dot", help));
            }
        }
        match self.next() {
            Some(quote @ ('"' | '\'')) => self.quoted_name(quote),
            _ => self.name(),
        }
    }

    fn without_value(&self) -> Box<Diagnostic> {
        self.complain(0, "no `=` in it", format!("`{}` does not say what to set", crate::words::echo(self.text)), FORM)
    }

    fn name(&mut self) -> Result<Step, Box<Diagnostic>> {
        let start = self.at;
        let rest = &self.text[start..];
        let Some(length) = rest.find(['.', '[', '=']) else { return Err(self.without_value()) };
        let name = rest[..length].trim();
        self.at += length;
        if name.is_empty() {
            let at = start.min(self.text.len());
            let end = (self.at + 1).min(self.text.len());
            let diagnostic = Diagnostic::error(self.span(at, end), "a name is missing in the path");
            return Err(Box::new(diagnostic.label("before this").help(FORM)));
        }
        let from = start + (rest.len() - rest.trim_start().len());
        let span = self.span(from, from + name.len());
        Ok(Step { kind: StepKind::Key(name.into()), span, whole: span })
    }

    fn quoted_name(&mut self, quote: char) -> Result<Step, Box<Diagnostic>> {
        let start = self.at;
        let rest = &self.text[start + 1..];
        let Some(length) = rest.find(quote) else {
            let message = format!("a `{quote}` is never closed");
            return Err(self.complain(start, "the name starts here", message, "add the missing quote"));
        };
        self.at = start + length + 2;
        let (span, whole) = (self.span(start + 1, start + 1 + length), self.span(start, self.at));
        Ok(Step { kind: StepKind::Key(rest[..length].into()), span, whole })
    }

    fn number(&mut self) -> Result<Step, Box<Diagnostic>> {
        let start = self.at;
        let rest = &self.text[start + 1..];
        let help = "write the number of an entry, counted from 0, such as `[0]`; `[+]` adds an entry; \
                    names that hold brackets need quotes";
        let Some(length) = rest.find(']') else {
            return Err(self.complain(start, "opened here", "a `[` is never closed in the path", help));
        };
        self.at = start + length + 2;
        let inside = rest[..length].trim();
        let (span, whole) = (self.span(start + 1, start + 1 + length), self.span(start, self.at));
        let kind = match inside {
            "+" => StepKind::End,
            _ if inside.bytes().all(|byte| byte.is_ascii_digit()) && !inside.is_empty() => {
                // No list is that long, so that every larger number is out of range too.
                StepKind::Index(inside.parse().unwrap_or(usize::MAX))
            }
            _ => {
                let message = format!("`[{}]` is no number of an entry", crate::words::echo(inside));
                return Err(self.complain(start, "a number is expected", message, help));
            }
        };
        Ok(Step { kind, span, whole })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(edit: &str) -> Result<(Vec<String>, &str), String> {
        let (steps, start) = read(FileId(0), edit).map_err(|diagnostic| diagnostic.message)?;
        let shown = steps.into_iter().map(|step| match step.kind {
            StepKind::Key(name) => {
                assert_eq!(&edit[step.span.start as usize..step.span.end as usize], &*name);
                name.to_string()
            }
            StepKind::Index(index) => format!("#{index}"),
            StepKind::End => "#+".into(),
        });
        Ok((shown.collect(), &edit[start..]))
    }

    #[test]
    fn names_numbers_and_quotes_are_told_apart() {
        let (found, value) = steps("nvas.fw1.advertises[0].as_path=[65001, 65001]").unwrap();
        assert_eq!(found, ["nvas", "fw1", "advertises", "#0", "as_path"]);
        assert_eq!(value, "[65001, 65001]");
        assert_eq!(steps("vnets.\"hub.one\".region=x").unwrap().0, ["vnets", "hub.one", "region"]);
        assert_eq!(
            steps("a.'b]=\"'[12][+].*=y=z").unwrap(),
            (vec!["a", "b]=\"", "#12", "#+", "*"].into_iter().map(String::from).collect(), "y=z")
        );
        assert_eq!(steps(" as_of =2025-01-01").unwrap().0, ["as_of"]);
        assert_eq!(steps("a[99999999999999999999999]=1").unwrap().0[1], format!("#{}", usize::MAX));
    }

    #[test]
    fn what_is_no_path_is_refused() {
        let wrong = |edit: &str| steps(edit).unwrap_err();
        assert_eq!(wrong("vnets.hub"), "`vnets.hub` does not say what to set");
        assert_eq!(wrong(""), "`` does not say what to set");
        assert_eq!(wrong("=1"), "a name is missing in the path");
        assert_eq!(wrong("a..b=1"), "a name is missing in the path");
        assert_eq!(wrong("a.=1"), "a name is missing in the path");
        assert_eq!(wrong("[0]=1"), "a name is missing in the path");
        assert_eq!(wrong("a.\"b=1"), "a `\"` is never closed");
        assert_eq!(wrong("a.\"b\"c=1"), "the path goes on without a dot");
        assert_eq!(wrong("a[0=1"), "a `[` is never closed in the path");
        assert_eq!(wrong("a[x]=1"), "`[x]` is no number of an entry");
        assert_eq!(wrong("a[]=1"), "`[]` is no number of an entry");
        assert_eq!(wrong("a[-1]=1"), "`[-1]` is no number of an entry");
        assert_eq!(wrong("extends=x.yaml"), "`extends` is followed before values are set");
        assert!(wrong(&format!("{}=1", ["a"; 17].join("."))).contains("more than 16 steps"));
    }

    #[test]
    fn no_text_makes_the_reader_panic() {
        let pieces = ["a", ".", "[", "]", "=", "\"", "'", "0", "+", " ", "é", "\n", ""];
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    for fourth in pieces {
                        let _ = read(FileId(0), &[first, second, third, fourth].concat());
                    }
                }
            }
        }
    }
}
