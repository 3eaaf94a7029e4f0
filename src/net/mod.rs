//! Words of routing: AS numbers, AS paths, communities.
//!
//! Nothing here knows Azure or a file; anything that needs a table of reserved numbers belongs in `azure`.

mod as_path;
mod asn;
mod community;

pub use as_path::AsPath;
pub use asn::Asn;
pub use community::Community;

/// The candidate that looks most like `word`, when one is close enough to be a slip of the pen.
pub fn closest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let scored =
        candidates.map(|candidate| (strsim::jaro_winkler(&word.to_lowercase(), &candidate.to_lowercase()), candidate));
    let best = scored.max_by(|left, right| left.0.total_cmp(&right.0))?;
    (best.0 >= 0.85).then_some(best.1)
}
