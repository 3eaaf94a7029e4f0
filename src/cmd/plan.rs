//! `rsctl plan`.

use super::{Exit, Screen, Stop, load, output};
use crate::bgp;
use crate::cli::PlanArgs;
use crate::effective::Tables;
use crate::report::plan::{Plan, Selection};
use crate::report::verify::find_subnet;
use crate::topology::Topology;

pub(super) fn run(args: &PlanArgs, screen: Screen) -> Result<Exit, Stop> {
    let files: Vec<Option<&str>> =
        if args.files.is_empty() { vec![None] } else { args.files.iter().map(|file| Some(file.as_str())).collect() };
    if files.len() > 1 && args.output.output.iter().any(|output| output.path.is_some()) {
        let help = "plan one file at a time, or write to standard output";
        return Err(Stop::Usage("several topologies cannot be written to one file".into(), help.into()));
    }
    let mut failed = false;
    for file in files {
        let session = match load::topology(file, &args.what_if, &args.facts, screen) {
            Ok(session) => session,
            // Every file gets its say before the command fails.
            Err(Stop::Said) => {
                failed = true;
                continue;
            }
            Err(stop) => return Err(stop),
        };
        let topology = &session.topology;
        let selection = selection(topology, args)?;
        let ribs = bgp::run(topology);
        let tables = Tables::new(topology, &ribs);
        output::show(&Plan::new(topology, &ribs, &tables, selection), &args.output, screen)?;
    }
    Ok(if failed { Exit::Input } else { Exit::Fine })
}

fn selection(topology: &Topology, args: &PlanArgs) -> Result<Selection, Stop> {
    let subnets = args.subnet.iter().map(|name| find_subnet(topology, name)).collect::<Result<_, _>>()?;
    let vnets = args.vnet.iter().map(|name| load::find_vnet(topology, name)).collect::<Result<_, _>>()?;
    Ok(Selection { subnets, vnets, all: args.all })
}
