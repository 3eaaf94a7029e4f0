//! Rules: what Azure would refuse, what loses traffic, what passes inspection by, what grows over a limit.
//!
//! One rule is one file in `rules`, with its words, its sources and its check; `registry` lists them. A rule only says what it
//! finds: which findings count is decided by `settings` and `ignore`, how they look by `render`.

pub mod baseline;
mod context;
mod finding;
mod fingerprint;
pub mod fix;
mod ignore;
mod phrases;
mod questions;
mod registry;
mod rule;
mod rules;
mod run;
mod selection;

pub use context::Context;
pub use finding::{Edit, Finding, Findings, Fix};
pub use ignore::Ignore;
pub use registry::{all, closest, find};
pub use rule::{Group, Persona, Rule, Ruleset, Rulesets, Source};
pub use run::{Found, left_out, run};
pub use selection::{Level, Selection, Selector};
