//! `rsctl limits`.

use super::{Exit, Screen, Stop, load, output};
use crate::analysis::limits::{Count, Loads, Typical, counts, growth, summaries, typical_of, typical_spokes};
use crate::bgp;
use crate::cli::LimitsArgs;
use crate::report::limits::{LimitsView, Options};
use crate::topology::Topology;

pub(super) fn run(args: &LimitsArgs, screen: Screen) -> Result<Exit, Stop> {
    let session = load::topology(args.file.as_deref(), &args.what_if, &args.facts, screen)?;
    let topology = &session.topology;
    let typical = typical(topology, args)?;
    let ribs = bgp::run(topology);
    let loads = Loads::new(topology, &ribs);
    let counts = counts(topology, &ribs, &loads);
    let growth = growth(topology, &counts, typical);
    if growth.is_none() && args.add_spokes.is_some() {
        let help =
            "name another spoke with --like, or give the spoke that is imitated a range with free ones beside it";
        return Err(Stop::Usage("there are no free addresses for another spoke".into(), help.into()));
    }
    let options =
        Options { spokes: args.add_spokes.unwrap_or(0) as usize, fail_at: args.fail_at as usize, all: args.all };
    let mut view = LimitsView::new(topology, &counts, growth.as_ref(), options);
    let wanted: Vec<&Count> = counts.iter().filter(|count| view.is_near(topology, count)).collect();
    let rests_on = loads.rests_on.union(ribs.refusal_facts(topology));
    view.add(topology, &summaries(topology, &ribs, &loads, &wanted), rests_on);
    output::show(&view, &args.output, screen)?;
    Ok(if view.fails() { Exit::No } else { Exit::Fine })
}

/// The spokes that further ones are like.
fn typical(topology: &Topology, args: &LimitsArgs) -> Result<Vec<Typical>, Stop> {
    let Some(name) = &args.like else {
        let typical = typical_spokes(topology);
        return match args.add_spokes {
            Some(_) if typical.is_empty() => {
                let help = "a spoke is a VNet without gateways and NVAs, peered with one that has some";
                Err(Stop::Usage("there is no spoke that another could be like".into(), help.into()))
            }
            _ => Ok(typical),
        };
    };
    let id = load::find_vnet(topology, name)?;
    let help = "name a VNet without gateways and NVAs, peered with one that has some";
    let typical =
        typical_of(topology, id).ok_or_else(|| Stop::Usage(format!("VNet `{name}` is no spoke"), help.into()));
    Ok(vec![typical?])
}
