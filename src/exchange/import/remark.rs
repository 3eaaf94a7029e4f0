//! What an import could not know, in words.

/// What kind of gap it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RemarkKind {
    /// Something was supposed.
    Guess,
    /// Something is missing and left open.
    Blank,
    /// Something was left out, because the topology has no word for it or no routing follows from it.
    Skipped,
}

impl RemarkKind {
    /// The word in reports and comments.
    pub fn word(self) -> &'static str {
        match self {
            RemarkKind::Guess => "guess",
            RemarkKind::Blank => "blank",
            RemarkKind::Skipped => "skipped",
        }
    }
}

/// How the comment begins that stands above a speaker as long as nobody knows what it announces.
pub(super) const ANNOUNCEMENTS_OPEN: &str = "BLANK: what ";

/// Nothing tells what a peer of a route server announces.
pub(super) const NO_ROUTES_OF_PEER: &str =
    "what does it announce? No learned routes of it were given (az network routeserver peering list-learned-routes)";
/// Nothing tells what a router behind a tunnel announces.
pub(super) const NO_ROUTES_OF_TUNNEL: &str =
    "what does it announce? No learned routes of it were given (az network vnet-gateway list-learned-routes)";

/// One gap.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    /// The entry of the topology that it is about, `nvas.fw1`; empty when it is about none.
    pub entry: String,
    /// What kind of gap.
    pub kind: RemarkKind,
    /// What is missing or supposed, and what to do.
    pub text: String,
}

impl Remark {
    /// The comment in the file: `BLANK: …`.
    pub fn mark(&self) -> String {
        format!("{}: {}", self.kind.word().to_uppercase(), crate::words::printable(&self.text))
    }

    pub(super) fn guess(entry: impl Into<String>, text: impl Into<String>) -> Remark {
        Remark { kind: RemarkKind::Guess, entry: entry.into(), text: text.into() }
    }

    pub(super) fn blank(entry: impl Into<String>, text: impl Into<String>) -> Remark {
        Remark { kind: RemarkKind::Blank, entry: entry.into(), text: text.into() }
    }

    pub(super) fn skipped(entry: impl Into<String>, text: impl Into<String>) -> Remark {
        Remark { kind: RemarkKind::Skipped, entry: entry.into(), text: text.into() }
    }
}
