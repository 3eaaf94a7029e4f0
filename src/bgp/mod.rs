//! BGP as Azure runs it: who speaks to whom, what each speaker accepts, prefers and passes on, until nothing changes.
//!
//! What a subnet does with the result belongs in `effective`. Every rule of Azure's stands in `import`, `export` or a ladder of
//! `decide`, and names its fact; `propagate` knows only BGP.

mod class;
mod decide;
mod export;
mod import;
mod names;
mod policy;
mod propagate;
mod refusal;
mod route;
mod selection;
mod sessions;
mod speaker;
mod view;
mod warm;

pub use class::{Class, ClassId, Relation, Summary};
pub use decide::{Decision, Loss, SourceClass, Step};
pub use names::{devices, find_device};
pub use propagate::{ClosedSession, Oscillation, Ribs, run};
pub use refusal::Refusal;
pub use route::{Candidate, LocalKind, Route, Source};
pub use selection::{Giver, Selection};
pub use speaker::{Device, Neighbor, Network, SessionKind, Speaker, SpeakerId};
pub use view::{Advert, Received, View};
pub use warm::run_after;
