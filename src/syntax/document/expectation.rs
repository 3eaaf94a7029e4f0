//! One entry of `expect`, as it was written.
//!
//! No pattern is looked up here, and no claim weighed against another.

use crate::source::{Span, Spanned};
use ipnet::Ipv4Net;

/// What an estate has to do.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// In the words of its author.
    pub name: Option<Spanned<String>>,
    /// Who sends.
    pub subject: Subject,
    /// Who is sent to.
    pub to: Option<Target>,
    /// Packets arrive and answers come back, or no packet arrives.
    pub reaches: Option<Spanned<bool>>,
    /// Every way there passes one of these.
    pub via: Vec<Spanned<String>>,
    /// Every way passes an NVA.
    pub inspected: Option<Spanned<bool>>,
    /// Every way passes one of these NVAs.
    pub inspected_by: Vec<Spanned<String>>,
    /// Answers pass the same NVAs.
    pub symmetric: Option<Spanned<bool>>,
    /// The sender has no route.
    pub no_route: Option<Spanned<bool>>,
    /// Failures under which all of it holds.
    pub survives: Option<Spanned<Survival>>,
    /// Neighbours that announcements go to.
    pub advertises_to: Vec<Spanned<String>>,
    /// Most prefixes on a session.
    pub max_count: Option<Spanned<u32>>,
    /// The length that no prefix is shorter than.
    pub shortest_length: Option<Spanned<u8>>,
    /// Prefixes that are announced.
    pub includes: Vec<Spanned<Ipv4Net>>,
    /// Prefixes that are not.
    pub excludes: Vec<Spanned<Ipv4Net>>,
    /// It is known not to hold.
    pub must_fail: Option<Spanned<bool>>,
    /// The entry.
    pub span: Span,
}

/// Who sends.
#[derive(Debug, Clone)]
pub enum Subject {
    /// `from`: one.
    From(Spanned<String>),
    /// `every`: each of a group.
    Every(Spanned<Group>),
}

/// Who is sent to.
#[derive(Debug, Clone)]
pub enum Target {
    /// A host or a prefix.
    Host(Spanned<String>),
    /// Each of a group.
    Group(Spanned<Group>),
}

/// Names and patterns of subnets and sites.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// `subnets`.
    pub subnets: Vec<Spanned<String>>,
    /// `sites`.
    pub sites: Vec<Spanned<String>>,
}

/// `survives`.
#[derive(Debug, Clone)]
pub struct Survival {
    /// How many fail at once; one when absent.
    pub any: Option<Spanned<u32>>,
    /// Kinds of things that fail, and names of things.
    pub of: Vec<Spanned<String>>,
}
