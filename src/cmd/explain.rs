//! `rsctl explain`.

use super::{Exit, Screen, Stop, output};
use crate::cli::{ExplainArgs, ExplainFormat};
use crate::render::explain;
use crate::report::explain::Explanation;

pub(super) fn run(args: &ExplainArgs, screen: Screen) -> Result<Exit, Stop> {
    let explanations = if args.all {
        vec![Explanation::all_rules()]
    } else {
        args.words.iter().map(|word| Explanation::of(word)).collect::<Result<Vec<_>, _>>()?
    };
    output::each(&args.output, ExplainFormat::Human, |format, on_screen, out| match format {
        ExplainFormat::Human => {
            let options = crate::render::terminal::Options {
                colour: on_screen && screen.colour,
                width: screen.width.filter(|_| on_screen),
            };
            explain::human(&explanations, options, out)
        }
        ExplainFormat::Markdown => explain::markdown(&explanations, out),
        ExplainFormat::Json => explain::json(&explanations, out),
    })?;
    Ok(Exit::Fine)
}
