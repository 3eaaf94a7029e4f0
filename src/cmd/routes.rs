//! `rsctl routes`.

use super::{Exit, Screen, Stop, load, output};
use crate::bgp;
use crate::cli::RoutesArgs;
use crate::effective::Tables;
use crate::report::routes::SubnetRoutes;
use crate::report::verify::find_subnet;

pub(super) fn run(args: &RoutesArgs, screen: Screen) -> Result<Exit, Stop> {
    let session = load::topology(args.file.file.as_deref(), &args.what_if, &args.facts, screen)?;
    let topology = &session.topology;
    let subnet = find_subnet(topology, &args.subnet)?;
    let ribs = bgp::run(topology);
    let tables = Tables::new(topology, &ribs);
    output::show(&SubnetRoutes::new(topology, &tables, subnet), &args.output, screen)?;
    Ok(Exit::Fine)
}
