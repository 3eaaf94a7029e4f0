//! `rsctl rib`.

use super::{Exit, Screen, Stop, load, output};
use crate::bgp::{self, find_device};
use crate::cli::RibArgs;
use crate::report::rib::Which;
use crate::report::rib_view::RibView;
use crate::report::verify::find_peer;

pub(super) fn run(args: &RibArgs, screen: Screen) -> Result<Exit, Stop> {
    let session = load::topology(args.file.file.as_deref(), &args.what_if, &args.facts, screen)?;
    let topology = &session.topology;
    let (device, instance) = find_device(topology, &args.speaker)?;
    let (element, down) = (device.element(), &topology.down);
    if instance.map_or(down.has(element), |instance| down.has_instance(element, instance)) {
        output::note(screen, &format!("`{}` is down: it holds nothing", args.speaker));
    }
    let peer = match &args.peer {
        Some(name) => Some(find_peer(topology, device, name)?),
        None => None,
    };
    let which = match (args.advertised, args.best) {
        (true, _) => Which::Advertised,
        (_, true) => Which::Best,
        _ => Which::Learned,
    };
    let ribs = bgp::run(topology);
    output::show(&RibView::new(topology, &ribs, (device, instance), which, peer), &args.output, screen)?;
    Ok(Exit::Fine)
}
