//! What an entry claims, before any name of it is looked up: no claim at all, and claims that cannot hold together, are refused.

use crate::diagnostic::{Diagnostic, Sink};
use crate::source::{Span, Spanned};
use crate::syntax::document::{Expectation, Target};

/// What kind of thing an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Conversations.
    Conversations(Fate),
    /// Announcements.
    Adverts,
}

/// What becomes of packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// They arrive.
    Arrive,
    /// None of them arrives.
    Never,
    /// Their sender has no route for them.
    NoRoute,
}

const CLAIMS: &str = "say `reaches: true`, `via`, `inspected: true`, `inspected_by`, `symmetric: true`, `reaches: false` or \
                      `no_route: true`; of announcements `max_count`, `shortest_length`, `includes` or `excludes`";

/// The kind of an entry; none when it is refused.
pub(super) fn kind(entry: &Expectation, sink: &mut Sink) -> Option<Kind> {
    let flags = [("inspected", &entry.inspected), ("symmetric", &entry.symmetric), ("no_route", &entry.no_route)];
    for (name, flag) in flags {
        if let Some(flag) = flag.as_ref().filter(|flag| !flag.value) {
            let diagnostic = Diagnostic::error(flag.span, format!("`{name}: false` claims nothing"));
            let help = "remove it; `must_fail: true` beside a claim says that it is known not to hold";
            sink.push(diagnostic.label("no claim").help(help));
            return None;
        }
    }
    let (arriving, adverts) = (arriving(entry), adverts(entry));
    let never = entry.reaches.as_ref().filter(|reaches| !reaches.value).map(|reaches| ("reaches: false", reaches.span));
    let no_route = span(&entry.no_route).map(|span| ("no_route", span));
    let conversation = arriving.first().copied().or(never).or(no_route);
    match (conversation, adverts.first().copied()) {
        (None, None) => {
            let diagnostic = Diagnostic::error(entry.span, "the entry claims nothing").label("a claim is missing");
            sink.push(diagnostic.help(CLAIMS));
            None
        }
        (Some(one), Some(other)) => exclude(one, other, "one is about packets, the other about announcements", sink),
        (None, Some(_)) => of_adverts(entry, &adverts, sink),
        (Some(_), None) => {
            if let (Some(one), Some(other)) = (arriving.first(), never.or(no_route)) {
                return exclude(*one, other, "packets that do not arrive pass nothing", sink);
            }
            if entry.to.is_none() {
                let diagnostic = Diagnostic::error(entry.span, "the entry does not say where packets go");
                let help = "write `to: internet`, `to: branch1`, `to: 10.1.0.0/16` or `to: { subnets: \"*/*\" }`";
                sink.push(diagnostic.label("`to` is missing").help(help));
                return None;
            }
            Some(Kind::Conversations(match (no_route, never) {
                (Some(_), _) => Fate::NoRoute,
                (None, Some(_)) => Fate::Never,
                (None, None) => Fate::Arrive,
            }))
        }
    }
}

type Claim = (&'static str, Span);

fn span<T>(value: &Option<Spanned<T>>) -> Option<Span> {
    value.as_ref().map(|value| value.span)
}

fn first<T>(values: &[Spanned<T>]) -> Option<Span> {
    values.first().map(|value| value.span)
}

/// Claims that packets arrive.
fn arriving(entry: &Expectation) -> Vec<Claim> {
    let reaches = entry.reaches.as_ref().filter(|reaches| reaches.value).map(|reaches| reaches.span);
    let all = [
        ("reaches: true", reaches),
        ("via", first(&entry.via)),
        ("inspected", span(&entry.inspected)),
        ("inspected_by", first(&entry.inspected_by)),
        ("symmetric", span(&entry.symmetric)),
    ];
    all.into_iter().filter_map(|(name, span)| Some((name, span?))).collect()
}

/// Everything that is said of announcements.
fn adverts(entry: &Expectation) -> Vec<Claim> {
    let all = [
        ("max_count", span(&entry.max_count)),
        ("shortest_length", span(&entry.shortest_length)),
        ("includes", first(&entry.includes)),
        ("excludes", first(&entry.excludes)),
        ("advertises_to", first(&entry.advertises_to)),
    ];
    all.into_iter().filter_map(|(name, span)| Some((name, span?))).collect()
}

fn of_adverts(entry: &Expectation, claims: &[Claim], sink: &mut Sink) -> Option<Kind> {
    let to = match &entry.to {
        Some(Target::Host(to)) => Some(to.span),
        Some(Target::Group(to)) => Some(to.span),
        None => None,
    };
    if let (Some(to), Some(claim)) = (to, claims.first()) {
        return exclude(*claim, ("to", to), "announcements go to neighbours: write `advertises_to`", sink);
    }
    match claims {
        [("advertises_to", span)] => {
            let diagnostic = Diagnostic::error(*span, "the entry claims nothing of what is announced");
            let help = "say `max_count`, `shortest_length`, `includes` or `excludes`";
            sink.push(diagnostic.label("a claim is missing").help(help));
            None
        }
        claims if entry.advertises_to.is_empty() => {
            let (name, span) = claims.first()?;
            let diagnostic = Diagnostic::error(*span, format!("`{name}` needs `advertises_to` beside it"));
            sink.push(diagnostic.label("announced to whom?").help("write `advertises_to: branch1`"));
            None
        }
        _ => Some(Kind::Adverts),
    }
}

fn exclude(one: Claim, other: Claim, why: &str, sink: &mut Sink) -> Option<Kind> {
    let message = format!("`{}` and `{}` exclude each other", one.0, other.0);
    let diagnostic = Diagnostic::error(other.1, message).label("this claim").also(one.1, "and this one");
    sink.push(diagnostic.help(format!("{why}; make two entries of it, or remove one")));
    None
}
