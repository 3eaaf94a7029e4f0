//! Files of prefixes, one a line: `10.1.0.0/24 path=65001,65010 next_hop=10.0.1.100 communities=no-advertise,65001:7`.
//!
//! A million lines take well under a second, where the same list as YAML takes several; so no YAML comes near here.

use super::document::{Announcement, Origin};
use super::load::Files;
use super::scalar::{self, Complaint};
use crate::diagnostic::Diagnostic;
use crate::net::AsPath;
use crate::source::{FileId, Span, Spanned};
use crate::words::{closest, echo};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// Mistakes reported for one file; the rest is counted.
const MAX_REPORTS: usize = 100;

/// The attributes that may follow a prefix.
const KEYS: [&str; 4] = ["path", "next_hop", "communities", "origin"];

/// The prefix files of one topology; the mistakes of a file that is named twice are said once.
pub(super) struct PrefixFiles<'a, 'f> {
    files: &'a mut Files<'f>,
    reported: FxHashSet<FileId>,
}

impl<'a, 'f> PrefixFiles<'a, 'f> {
    pub(super) fn new(files: &'a mut Files<'f>) -> Self {
        PrefixFiles { files, reported: FxHashSet::default() }
    }

    /// What the named file announces; what is wrong with it goes to the sink.
    pub(super) fn read(&mut self, from: &Spanned<String>) -> Vec<Announcement> {
        let Some(file) = self.files.open_beside(from) else { return Vec::new() };
        let text = Arc::clone(&self.files.sources.file(file).text);
        let (announcements, complaints) = parse(file, &text);
        if !self.reported.insert(file) {
            return announcements;
        }
        let unsaid = complaints.len().saturating_sub(MAX_REPORTS);
        for (span, complaint) in complaints.into_iter().take(MAX_REPORTS) {
            self.files
                .sink
                .push(Diagnostic::error(span, complaint.message).label(complaint.label).help(complaint.help));
        }
        if unsaid > 0 {
            let name = self.files.sources.file(file).name.clone();
            let diagnostic = Diagnostic::error(from.span, format!("{unsaid} more mistakes in `{}`", echo(&name)))
                .label("only the first hundred are shown")
                .help("write one prefix a line, such as `10.1.0.0/24 path=65001,65010`");
            self.files.sink.push(diagnostic);
        }
        announcements
    }
}

type Complaints = Vec<(Span, Complaint)>;

fn parse(file: FileId, text: &str) -> (Vec<Announcement>, Complaints) {
    let mut announcements = Vec::with_capacity(text.len() / 24);
    let mut complaints = Vec::new();
    let mut start = text.len() - text.trim_start_matches('\u{feff}').len();
    while start < text.len() {
        let rest = &text[start..];
        let length = rest.find('\n').unwrap_or(rest.len());
        let line = Line { file, text: &rest[..length], start };
        if let Some(announcement) = line.read(&mut complaints) {
            announcements.push(announcement);
        }
        start += length + 1;
    }
    (announcements, complaints)
}

struct Line<'a> {
    file: FileId,
    text: &'a str,
    /// Where the line starts in the file.
    start: usize,
}

impl Line<'_> {
    fn span(&self, part: &str) -> Span {
        let start = self.start + (part.as_ptr() as usize - self.text.as_ptr() as usize);
        Span { file: self.file, start: start as u32, end: (start + part.len()) as u32 }
    }

    /// The announcement of the line, if it holds one and all of it is right.
    fn read(&self, complaints: &mut Complaints) -> Option<Announcement> {
        let before = complaints.len();
        let content = self.text.split_once('#').map_or(self.text, |(content, _)| content);
        let mut parts = content.split_ascii_whitespace();
        let first = parts.next()?;
        let prefix = match scalar::cidr(first) {
            Ok(prefix) => Some(Spanned::new(prefix, self.span(first))),
            Err(complaint) => {
                complaints.push((self.span(first), complaint));
                None
            }
        };
        let mut attributes = Attributes::default();
        for part in parts {
            if part.ends_with(',') {
                let message = format!("`{}` ends with a comma", echo(part));
                let help = "write lists without blanks, such as `path=65001,65010`";
                complaints.push((self.span(part), Complaint::new(message, "a list that is cut in two", help)));
                break;
            }
            if let Err(complaint) = self.attribute(part, &mut attributes) {
                complaints.push((self.span(part), complaint));
            }
        }
        if complaints.len() > before {
            return None;
        }
        let Attributes { as_path, next_hop, communities, origin } = attributes;
        Some(Announcement { prefix: prefix?, as_path, next_hop, communities: communities.unwrap_or_default(), origin })
    }

    fn attribute(&self, part: &str, into: &mut Attributes) -> Result<(), Complaint> {
        let Some((key, value)) = part.split_once('=') else {
            let help = if scalar::cidr(part).is_ok() {
                "write every prefix on a line of its own".to_owned()
            } else {
                "after the prefix write `path=`, `next_hop=`, `communities=` or `origin=`, without blanks inside"
                    .to_owned()
            };
            return Err(Complaint::new(format!("`{}` is no attribute", echo(part)), "key=value is expected", help));
        };
        let twice = || Complaint::new(format!("`{key}` is written twice"), "again here", "remove one of them");
        let fresh = |free: bool| if free { Ok(()) } else { Err(twice()) };
        match key {
            "path" => {
                fresh(into.as_path.is_none())?;
                let asns: Result<AsPath, Complaint> = pieces(value).map(scalar::asn).collect();
                into.as_path = Some(Box::new(Spanned::new(asns?, self.span(value))));
            }
            "next_hop" => {
                fresh(into.next_hop.is_none())?;
                into.next_hop = Some(Box::new(Spanned::new(scalar::ipv4(value)?, self.span(value))));
            }
            "communities" => {
                fresh(into.communities.is_none())?;
                let read = |piece| Ok(Spanned::new(scalar::community(piece)?, self.span(piece)));
                into.communities = Some(pieces(value).map(read).collect::<Result<_, Complaint>>()?);
            }
            "origin" => {
                fresh(into.origin.is_none())?;
                let origin = match value {
                    "Igp" => Origin::Igp,
                    "Egp" => Origin::Egp,
                    "Incomplete" => Origin::Incomplete,
                    _ => {
                        let message = format!("`{}` is not a BGP origin", echo(value));
                        return Err(Complaint::new(
                            message,
                            "a BGP origin is expected",
                            "write `Igp`, `Egp` or `Incomplete`",
                        ));
                    }
                };
                into.origin = Some(Spanned::new(origin, self.span(value)));
            }
            _ => {
                let help = match closest(key, KEYS) {
                    Some(meant) => format!("did you mean `{meant}=`?"),
                    None => "write `path=`, `next_hop=`, `communities=` or `origin=`".to_owned(),
                };
                return Err(Complaint::new(
                    format!("unknown attribute `{}`", echo(key)),
                    "a prefix has no such attribute",
                    help,
                ));
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct Attributes {
    as_path: Option<Box<Spanned<AsPath>>>,
    next_hop: Option<Box<Spanned<std::net::Ipv4Addr>>>,
    communities: Option<Vec<Spanned<crate::net::Community>>>,
    origin: Option<Spanned<Origin>>,
}

/// The parts between commas; nothing is no part, so that `path=` is an empty path.
fn pieces(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').filter(move |_| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(text: &str) -> Vec<String> {
        parse(FileId(0), text)
            .1
            .into_iter()
            .map(|(span, complaint)| format!("{}: {}", span.start, complaint.message))
            .collect()
    }

    #[test]
    fn every_attribute_is_read_with_its_place() {
        let text = "# a table\n\n10.1.0.0/24 path=65001,65010 next_hop=10.0.1.100 communities=no-advertise,65001:7 origin=Egp # why\r\n2001:db8::/32\n";
        let (found, complaints) = parse(FileId(0), text);
        assert!(complaints.is_empty(), "{complaints:?}");
        assert_eq!(found.len(), 2);
        let first = &found[0];
        assert_eq!(first.as_path.as_ref().unwrap().value.to_string(), "65001-65010");
        assert_eq!(first.next_hop.as_ref().unwrap().value.to_string(), "10.0.1.100");
        assert_eq!(first.communities[1].value.to_string(), "65001:7");
        assert_eq!(first.origin.as_ref().unwrap().value, Origin::Egp);
        let span = first.communities[1].span;
        assert_eq!(&text[span.start as usize..span.end as usize], "65001:7");
    }

    #[test]
    fn every_line_is_checked() {
        let text = "10.1.0.5/24\n10.1.0.0/24 65001\n10.2.0.0/24 path=x\n10.3.0.0/24 paht=1 path=1 path=2\n";
        assert_eq!(
            messages(text),
            [
                "0: `10.1.0.5/24` has host bits set",
                "24: `65001` is no attribute",
                "42: `x` is not an AS number",
                "61: unknown attribute `paht`",
                "75: `path` is written twice",
            ]
        );
    }
}
