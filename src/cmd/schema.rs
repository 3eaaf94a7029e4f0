//! `rsctl schema`.

use super::{Exit, Stop};
use crate::report::view::json;

pub(super) fn run() -> Result<Exit, Stop> {
    json(&crate::syntax::json_schema(), &mut std::io::stdout().lock())?;
    Ok(Exit::Fine)
}
