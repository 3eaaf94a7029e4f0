//! Rules: what Azure would refuse, what loses traffic, what passes inspection by, what grows over a limit.
//!
//! One rule is one file in `rules`, with its words, its sources and its check; `registry` lists them. A rule only says what it
//! finds: which findings count is decided by `settings` and `ignore`, how they look by `render`.

mod appliances;
pub mod baseline;
mod context;
mod deciding;
mod edge_load;
mod finding;
mod fingerprint;
pub mod fix;
mod forwarders;
mod free;
mod idle;
mod ignore;
mod maps;
mod missing;
mod next_hops;
mod peers;
mod phrases;
mod placed;
mod prepend;
mod registry;
mod routes;
mod rule;
mod rules;
mod run;
mod selection;
mod self_routes;
mod sides;
mod subnets;
mod user_routes;
mod way;
mod ways;
mod wording;
mod written;

pub use context::Context;
pub use finding::{Edit, Finding, Findings, Fix};
pub use ignore::Ignore;
pub use registry::{all, closest, find};
pub use rule::{Group, Persona, Rule, Ruleset, Rulesets, Source};
pub use run::{Found, refusals, run};
pub use selection::{Level, Selection, Selector};
