//! Names and patterns of names: `spoke1/app`, `spoke-*/*`.
//!
//! A star stops at a slash, so that a VNet and its subnets are told apart. What matches nothing is a mistake, never an empty answer.

use crate::diagnostic::{Diagnostic, Sink};
use crate::source::Spanned;
use crate::words::{closest, echo};
use globset::GlobBuilder;

/// Whether a text is more than a name.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

/// Everything that one of these matches, in the order of the candidates; a pattern that matches none is reported.
pub(super) fn matching<T: Clone>(
    patterns: &[Spanned<String>],
    what: &str,
    candidates: &[(String, T)],
    sink: &mut Sink,
) -> Vec<T> {
    let mut chosen = vec![false; candidates.len()];
    for pattern in patterns {
        let glob = GlobBuilder::new(&pattern.value).literal_separator(true).backslash_escape(false).build();
        let Ok(glob) = glob else {
            let message = format!("`{}` is no pattern", echo(&pattern.value));
            let help = "`*` stands for any text without a slash, `?` for one character, `{a,b}` for one of several";
            sink.push(Diagnostic::error(pattern.span, message).label("not understood").help(help));
            continue;
        };
        let matcher = glob.compile_matcher();
        let mut found = false;
        for (place, (name, _)) in candidates.iter().enumerate() {
            if matcher.is_match(name) {
                chosen[place] = true;
                found = true;
            }
        }
        if !found {
            sink.push(nothing(pattern, what, candidates.iter().map(|(name, _)| name.as_str())));
        }
    }
    candidates.iter().zip(chosen).filter(|(_, chosen)| *chosen).map(|((_, what), _)| what.clone()).collect()
}

fn nothing<'n>(pattern: &Spanned<String>, what: &str, names: impl Iterator<Item = &'n str> + Clone) -> Diagnostic {
    let text = echo(&pattern.value);
    let message = match is_pattern(&pattern.value) {
        true => format!("no {what} matches `{text}`"),
        false => format!("there is no {what} `{text}`"),
    };
    let help = match closest(&pattern.value, names.clone()) {
        Some(close) => format!("did you mean `{close}`?"),
        None => match names.clone().take(8).collect::<Vec<_>>() {
            none if none.is_empty() => format!("the topology has no {what}"),
            some if names.count() > some.len() => format!("names here begin with {}", some.join(", ")),
            some => format!("names here: {}", some.join(", ")),
        },
    };
    Diagnostic::error(pattern.span, message).label("nothing is held against it").help(help)
}
