//! `rsctl facts`.

use super::{Exit, Screen, Stop, load, output};
use crate::azure::facts::{ChoiceError, Fact, Facts};
use crate::cli::FactsArgs;
use crate::report::facts_view::FactsView;

pub(super) fn run(args: &FactsArgs, screen: Screen) -> Result<Exit, Stop> {
    let chosen = load::choices(&args.facts)?;
    let mut facts = Facts::as_of(args.facts.as_of.as_deref());
    for (name, value) in &chosen {
        // `choices` has tried every one.
        let _ = facts.choose(name, value);
    }
    let named = |name: &String| Fact::named(name).ok_or_else(|| Stop::from(ChoiceError::UnknownFact.explain(name, "")));
    let wanted = args.names.iter().map(named).collect::<Result<Vec<_>, _>>()?;
    output::show(&FactsView::new(&facts, &wanted), &args.output, screen)?;
    Ok(Exit::Fine)
}
