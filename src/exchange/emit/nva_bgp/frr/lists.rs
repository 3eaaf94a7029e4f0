//! Prefix lists, AS path lists and community lists.

use super::super::names::Lists;
use super::super::policy::{Conditions, Range};
use crate::net::{AsPath, Asn, Community};
use ipnet::Ipv4Net;
use std::fmt::Write as _;

/// The lists of one configuration.
#[derive(Debug, Default)]
pub(super) struct PolicyLists {
    pub(super) prefix: Lists,
    pub(super) path: Lists,
    pub(super) community: Lists,
}

impl PolicyLists {
    /// A list of prefixes as they are.
    pub(super) fn exactly(&mut self, hint: &str, prefixes: &[Ipv4Net]) -> String {
        self.prefix.name(hint, prefixes.iter().map(|prefix| format!("permit {prefix}")).collect())
    }

    /// The list for the conditions on the prefix; none when there are none.
    pub(super) fn ranges(&mut self, hint: &str, when: &Conditions) -> Option<String> {
        if when.ranges.is_none() && when.except.is_none() {
            return None;
        }
        let mut lines: Vec<String> = when.except.iter().map(|prefix| format!("deny {prefix}")).collect();
        match &when.ranges {
            Some(ranges) => lines.extend(ranges.iter().map(|range| format!("permit {}", range_text(*range)))),
            None => lines.push("permit 0.0.0.0/0 le 32".into()),
        }
        Some(self.prefix.name(hint, lines))
    }

    /// The list for paths with any of these ASNs.
    pub(super) fn path_contains(&mut self, hint: &str, asns: &[Asn]) -> String {
        self.path.name(hint, asns.iter().map(|asn| format!("permit _{asn}_")).collect())
    }

    /// The list for exactly this path.
    pub(super) fn path_is(&mut self, hint: &str, path: &AsPath) -> String {
        self.path.name(hint, vec![format!("permit ^{}$", path.to_string().replace('-', " "))])
    }

    /// The list for any of these communities.
    pub(super) fn communities(&mut self, hint: &str, communities: &[Community]) -> String {
        self.community.name(hint, communities.iter().map(|community| format!("permit {community}")).collect())
    }

    /// All of them, as they stand in the file.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        let kinds = [
            ("ip prefix-list", &self.prefix),
            ("bgp as-path access-list", &self.path),
            ("bgp community-list standard", &self.community),
        ];
        for (kind, lists) in kinds {
            for (name, lines) in &lists.made {
                for line in lines {
                    let _ = writeln!(out, "{kind} {name} {line}");
                }
                out.push_str("!\n");
            }
        }
        out
    }
}

fn range_text(range: Range) -> String {
    let length = range.net.prefix_len();
    match (range.from == length, range.to) {
        (true, to) if to == length => range.net.to_string(),
        (true, to) => format!("{} le {to}", range.net),
        (false, 32) => format!("{} ge {}", range.net, range.from),
        (false, to) => format!("{} ge {} le {to}", range.net, range.from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_only_where_they_say_something() {
        let text = |from, to| range_text(Range { net: "10.0.0.0/8".parse().unwrap(), from, to });
        assert_eq!(text(8, 8), "10.0.0.0/8");
        assert_eq!(text(8, 32), "10.0.0.0/8 le 32");
        assert_eq!(text(9, 32), "10.0.0.0/8 ge 9");
        assert_eq!(text(16, 24), "10.0.0.0/8 ge 16 le 24");
        assert_eq!(text(24, 24), "10.0.0.0/8 ge 24 le 24");
    }
}
