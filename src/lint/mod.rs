//! Rules: what Azure would refuse, what loses traffic, what passes inspection by, what grows over a limit.
//!
//! One rule is one file in `rules`, with its words, its sources and its check; `registry` lists them. A rule only says what it
//! finds: which findings count is decided by `settings` and `ignore`, how they look by `render`.

mod context;
mod edge_load;
mod finding;
mod fingerprint;
mod idle;
mod missing;
mod prepend;
mod registry;
mod routes;
mod rule;
mod rules;
mod run;
mod ways;
mod wording;
mod written;

pub use context::Context;
pub use finding::{Edit, Finding, Findings, Fix};
pub use registry::{all, closest, find};
pub use rule::{Group, Persona, Rule, Ruleset, Rulesets, Source};
pub use run::{Found, refusals, run};
