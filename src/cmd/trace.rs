//! `rsctl trace`.

use super::{Exit, Screen, Stop, load, output};
use crate::analysis::Estate;
use crate::analysis::trace::{AllPairs, Fix, Host, Verdict, all_pairs, fix, trace};
use crate::cli::TraceArgs;
use crate::report::trace::{AllPairsView, Options, TraceView};

/// Failing kinds for which a fix is looked for: each takes the proof of a few more estates.
const MOST_FIXES: usize = 6;

pub(super) fn run(args: &TraceArgs, screen: Screen) -> Result<Exit, Stop> {
    let session = load::topology(args.file.file.as_deref(), &args.what_if, &args.facts, screen)?;
    let estate = Estate::new(session.topology);
    let (Some(from), Some(to)) = (&args.from, &args.to) else { return every(&estate, args, screen) };
    let (from, to) = (Host::named(&estate, from)?, Host::named(&estate, to)?);
    if from.endpoint.place().is_none() {
        let help = "swap --from and --to: both directions are followed";
        return Err(Stop::Usage("nothing tells where packets from the internet come in".into(), help.into()));
    }
    if from.endpoint == to.endpoint && from.address == to.address {
        return Err(Stop::Usage("a host does not talk to itself".into(), "name another one with --to".into()));
    }
    let found = trace(&estate, from, to);
    let view = TraceView::new(&estate, &found, Options { both: args.both, all: args.all });
    output::show(&view, &args.output, screen)?;
    Ok(if found.verdict == Verdict::Symmetric { Exit::Fine } else { Exit::No })
}

fn every(estate: &Estate, args: &TraceArgs, screen: Screen) -> Result<Exit, Stop> {
    let mut progress = output::Progress::new();
    progress.say("following every kind of conversation");
    let found = all_pairs(estate);
    let fixes = fixes(estate, &found, &mut progress);
    progress.finish();
    let view = AllPairsView::new(estate, &found, &fixes, (args.inspected, args.all));
    output::show(&view, &args.output, screen)?;
    Ok(if view.fails() { Exit::No } else { Exit::Fine })
}

/// The fixes of the kinds that most conversations are of.
fn fixes(estate: &Estate, found: &AllPairs, progress: &mut output::Progress) -> Vec<(usize, Fix)> {
    let fails = |verdict: Verdict| !matches!(verdict, Verdict::Symmetric | Verdict::Undetermined);
    let mut failing: Vec<usize> =
        (0..found.pairs.len()).filter(|index| fails(found.pairs[*index].trace.verdict)).collect();
    failing.sort_by_key(|index| std::cmp::Reverse(found.pairs[*index].count));
    failing.truncate(MOST_FIXES);
    let total = failing.len();
    let mut fixes = Vec::new();
    for (number, index) in failing.into_iter().enumerate() {
        progress.say(&format!("looking for a fix, {} of {total}", number + 1));
        fixes.extend(fix(estate, found, &found.pairs[index]).map(|fix| (index, fix)));
    }
    fixes
}
