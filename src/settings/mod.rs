//! `rsctl.toml`: what a project says about its checks. Read and checked for its shape; every value keeps its place.
//!
//! What the names of rules mean is known in `lint`, where the file is found in `cmd`.

mod read;

pub use read::read;

use crate::source::{Span, Spanned};
use globset::GlobMatcher;

/// The name of the file.
pub const FILE_NAME: &str = "rsctl.toml";

/// What the file says; empty where it says nothing.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// `lint.ruleset`.
    pub ruleset: Option<Spanned<String>>,
    /// `lint.strict`.
    pub strict: Option<bool>,
    /// `lint.fail-on`.
    pub fail_on: Option<Spanned<String>>,
    /// `lint.require-reason`: ignoring needs a reason, here and in comments.
    pub require_reason: bool,
    /// `lint.baseline`, relative to the folder of the file.
    pub baseline: Option<String>,
    /// `lint.severity`: a rule or a group and its level, in order of the file.
    pub severity: Vec<(Spanned<String>, Spanned<String>)>,
    /// `lint.ignore`.
    pub ignore: Vec<IgnoreEntry>,
}

/// One `[[lint.ignore]]`: findings that do not count.
#[derive(Debug, Clone)]
pub struct IgnoreEntry {
    /// The entry.
    pub span: Span,
    /// Rules and groups; never empty.
    pub rules: Vec<Spanned<String>>,
    /// Only in files of this path, from the root of the repository.
    pub files: Option<GlobMatcher>,
    /// Only on objects of this path: `vnets.spoke-*.subnets.app`.
    pub objects: Option<GlobMatcher>,
    /// Why.
    pub reason: Option<String>,
}
