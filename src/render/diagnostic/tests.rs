//! Diagnostics as people see them: places, labels, widths, and nothing that a terminal obeys.

use insta::assert_snapshot;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::source::FileId;

const PLAIN: Options = Options { colour: false, unicode: true, width: 80 };

const HUB: &str = "\
vnets:
  hub:
    address_space: [10.0.0.0/16]
    subnets:
      nva: 10.0.1.0/24
      apps: 10.0.1.128/25
routers: {}
";

fn sources(text: &str) -> Sources {
    let mut sources = Sources::default();
    sources.add("hub.yaml", "hub.yaml", text.into());
    sources
}

/// The first place of `word` in a file.
fn at(sources: &Sources, file: u16, word: &str) -> Span {
    let start = sources.file(FileId(file)).text.find(word).expect("the test names a word of the file") as u32;
    Span { file: FileId(file), start, end: start + word.len() as u32 }
}

fn span(start: usize, end: usize) -> Span {
    Span { file: FileId(0), start: start as u32, end: end as u32 }
}

#[test]
fn one_label_is_shown_with_a_line_on_each_side() {
    let sources = sources(HUB);
    let diagnostic = Diagnostic::error(at(&sources, 0, "10.0.0.0/16"), "`hub` has no room for a gateway")
        .label("65,536 addresses, all taken")
        .help("add a second address space");
    assert_snapshot!(human(&[diagnostic], &sources, &PLAIN), @r"
        error: `hub` has no room for a gateway
           ╭─[hub.yaml:3:21]
         2 │   hub:
         3 │     address_space: [10.0.0.0/16]
           ·                     ─────┬─────
           ·                          ╰── 65,536 addresses, all taken
         4 │     subnets:
           ╰────
          help: add a second address space

        1 error
        ");
}

#[test]
fn two_labels_of_one_place_share_a_snippet() {
    let sources = sources(HUB);
    let diagnostic = Diagnostic::error(at(&sources, 0, "10.0.1.128/25"), "subnets `nva` and `apps` overlap")
        .label("inside the other")
        .also(at(&sources, 0, "10.0.1.0/24"), "covers the other");
    assert_snapshot!(human(&[diagnostic], &sources, &PLAIN), @r"
        error: subnets `nva` and `apps` overlap
           ╭─[hub.yaml:6:13]
         4 │     subnets:
         5 │       nva: 10.0.1.0/24
           ·            ─────┬─────
           ·                 ╰── covers the other
         6 │       apps: 10.0.1.128/25
           ·             ──────┬──────
           ·                   ╰── inside the other
         7 │ routers: {}
           ╰────

        1 error
        ");
}

#[test]
fn labels_far_apart_have_a_snippet_each() {
    let sources = sources(HUB);
    let diagnostic =
        Diagnostic::warning(at(&sources, 0, "vnets"), "nothing routes here").also(at(&sources, 0, "{}"), "no router");
    assert_snapshot!(human(&[diagnostic], &sources, &PLAIN), @r"
        warning: nothing routes here
           ╭─[hub.yaml:1:1]
         1 │ vnets:
           · ─────
         2 │   hub:
           ╰────
           ╭─[hub.yaml:7:10]
         6 │       apps: 10.0.1.128/25
         7 │ routers: {}
           ·          ─┬
           ·           ╰── no router
           ╰────

        1 warning
        ");
}

#[test]
fn labels_on_one_line_stand_under_each_other() {
    let sources = sources("peers: [nva-a, nva-b, nva-a]\n");
    let diagnostic =
        Diagnostic::error(span(22, 27), "`nva-a` is named twice").label("again here").also(span(8, 13), "first here");
    assert_snapshot!(human(&[diagnostic], &sources, &PLAIN), @r"
        error: `nva-a` is named twice
           ╭─[hub.yaml:1:23]
         1 │ peers: [nva-a, nva-b, nva-a]
           ·         ──┬──         ──┬──
           ·           │             ╰── again here
           ·           ╰── first here
           ╰────

        1 error
        ");
}

#[test]
fn a_label_in_another_file_has_its_own_snippet() {
    let mut sources = sources(HUB);
    sources.add("base/spokes.yaml", "base/spokes.yaml", "# shared\nvnets:\n  hub: 10.9.0.0/16\n".into());
    let diagnostic = Diagnostic::error(at(&sources, 1, "hub"), "`hub` is defined twice")
        .label("again here")
        .also(at(&sources, 0, "hub"), "first here");
    assert_snapshot!(human(&[diagnostic], &sources, &PLAIN), @r"
        error: `hub` is defined twice
           ╭─[base/spokes.yaml:3:3]
         2 │ vnets:
         3 │   hub: 10.9.0.0/16
           ·   ─┬─
           ·    ╰── again here
           ╰────
           ╭─[hub.yaml:2:3]
         1 │ vnets:
         2 │   hub:
           ·   ─┬─
           ·    ╰── first here
         3 │     address_space: [10.0.0.0/16]
           ╰────

        1 error
        ");
}

#[test]
fn a_file_as_a_whole_has_a_name_and_no_snippet() {
    let diagnostic = Diagnostic::file_error("missing.yaml", "cannot read the file: not found").help("check the path");
    assert_snapshot!(human(&[diagnostic], &Sources::default(), &PLAIN), @r"
        error: cannot read the file: not found
          --> missing.yaml
          help: check the path

        1 error
        ");
}

#[test]
fn a_file_as_a_whole_can_name_further_places() {
    let sources = sources("include: missing.yaml\n");
    let diagnostic = Diagnostic::file_error("missing.yaml", "cannot read the file: not found")
        .also(at(&sources, 0, "missing.yaml"), "included here");
    assert_snapshot!(human(&[diagnostic], &sources, &PLAIN), @r"
        error: cannot read the file: not found
          --> missing.yaml
           ╭─[hub.yaml:1:10]
         1 │ include: missing.yaml
           ·          ──────┬─────
           ·                ╰── included here
           ╰────

        1 error
        ");
}

#[test]
fn control_characters_never_reach_the_output() {
    let mut sources = Sources::default();
    let text = "a: \u{1b}[2J\u{9b}x\u{202e}\tb\rc\u{7f} end\n";
    sources.add("evil\u{1b}]0;.yaml", "evil", text.into());
    let diagnostic = Diagnostic::error(at(&sources, 0, "end"), "bad \u{1b}[31m message\n0 errors")
        .label("la\u{7}bel")
        .also(at(&sources, 0, "a"), "\u{202e}")
        .help("he\u{9b}lp");
    let file = Diagnostic::file_error("evil\u{1b}.yaml", "m\r");
    for unicode in [true, false] {
        let out = human(&[diagnostic.clone(), file.clone()], &sources, &Options { unicode, ..PLAIN });
        assert!(!out.contains(|c: char| c != '\n' && (c.is_control() || c == '\u{202e}')), "{out:?}");
    }
    let out = concise(&[diagnostic.clone(), file], &sources);
    assert!(!out.contains(|c: char| c != '\n' && (c.is_control() || c == '\u{202e}')), "{out:?}");
    assert_snapshot!(human(&[diagnostic], &sources, &PLAIN), @r"
        error: bad \u{1b}[31m message\n0 errors
           ╭─[evil\u{1b}]0;.yaml:1:17]
         1 │ a: ␛[2J�x�  b␍c␡ end
           · ┬                ─┬─
           · │                 ╰── la\u{7}bel
           · ╰── \u{202e}
           ╰────
          help: he\u{9b}lp

        1 error
        ");
}

#[test]
fn underlines_stand_under_wide_characters_and_tabs() {
    let sources = sources("\tnote: 東京 é̂ \u{0}word\n");
    let diagnostic = Diagnostic::error(at(&sources, 0, "word"), "m").also(at(&sources, 0, "東京"), "two cities");
    assert_snapshot!(human(&[diagnostic], &sources, &PLAIN), @r"
        error: m
           ╭─[hub.yaml:1:15]
         1 │     note: 東京 é̂ ␀word
           ·           ──┬─    ────
           ·             ╰── two cities
           ╰────

        1 error
        ");
}

#[test]
fn windows_line_ends_are_not_shown() {
    let sources = sources(&HUB.replace('\n', "\r\n"));
    let whole_line = Diagnostic::error(at(&sources, 0, "apps: 10.0.1.128/25\r\n"), "with its line end");
    let after_hub = at(&sources, 0, "hub:").end;
    let line_end = Diagnostic::error(span(after_hub as usize, after_hub as usize + 2), "the line end itself");
    let out = human(&[whole_line, line_end], &sources, &PLAIN);
    assert!(!out.contains('\r'));
    assert_snapshot!(out, @r"
        error: with its line end
           ╭─[hub.yaml:6:7]
         5 │       nva: 10.0.1.0/24
         6 │       apps: 10.0.1.128/25
           ·       ───────────────────
         7 │ routers: {}
           ╰────

        error: the line end itself
           ╭─[hub.yaml:2:7]
         1 │ vnets:
         2 │   hub:
           ·       ▲
         3 │     address_space: [10.0.0.0/16]
           ╰────

        2 errors
        ");
}

#[test]
fn a_byte_order_mark_does_not_shift_the_underline() {
    let sources = sources("\u{feff}vnet: hub\n");
    let out = human(&[Diagnostic::error(at(&sources, 0, "hub"), "m")], &sources, &PLAIN);
    assert!(out.contains(" 1 │ vnet: hub\n   ·       ───\n"), "{out}");
    let start = human(&[Diagnostic::error(span(0, 0), "m")], &sources, &PLAIN);
    assert!(start.contains("[hub.yaml:1:1]\n 1 │ vnet: hub\n   · ▲\n"), "{start}");
}

#[test]
fn the_end_of_a_file_can_be_pointed_at() {
    for (text, expected) in [
        ("a: 1\nb:", "[hub.yaml:2:3]\n 1 │ a: 1\n 2 │ b:\n   ·   ▲\n"),
        ("a: 1\n", "[hub.yaml:2:1]\n 1 │ a: 1\n 2 │\n   · ▲\n"),
        ("", "[hub.yaml:1:1]\n 1 │\n   · ▲\n"),
    ] {
        let sources = sources(text);
        let out = human(&[Diagnostic::error(span(text.len(), text.len()), "m")], &sources, &PLAIN);
        assert!(out.contains(expected), "{out}");
    }
}

#[test]
fn an_empty_span_is_an_arrow() {
    let sources = sources(HUB);
    let diagnostic = Diagnostic::error(span(9, 9), "a name is missing").label("before this");
    assert_snapshot!(human(&[diagnostic], &sources, &PLAIN), @r"
        error: a name is missing
           ╭─[hub.yaml:2:3]
         1 │ vnets:
         2 │   hub:
           ·   ▲
           ·   ╰── before this
         3 │     address_space: [10.0.0.0/16]
           ╰────

        1 error
        ");
}

#[test]
fn a_span_over_several_lines_has_an_arrow_at_each_end() {
    let sources = sources(HUB);
    let block = at(&sources, 0, "subnets:\n      nva: 10.0.1.0/24\n      apps: 10.0.1.128/25\n");
    let diagnostic = Diagnostic::warning(block, "these subnets are not used").label("all of them");
    assert_snapshot!(human(&[diagnostic], &sources, &PLAIN), @r"
        warning: these subnets are not used
           ╭─[hub.yaml:4:5]
         3 │         address_space: [10.0.0.0/16]
         4 │ ╭─▶     subnets:
         5 │ │         nva: 10.0.1.0/24
         6 │ ├─▶       apps: 10.0.1.128/25
           · ╰──── all of them
         7 │     routers: {}
           ╰────

        1 warning
        ");
}

#[test]
fn a_span_over_many_lines_shows_its_first_line() {
    let sources = sources(&"- 10.0.0.0/16\n".repeat(1000));
    let diagnostic = Diagnostic::warning(span(16, 14_000), "a long list").label("starts here");
    assert_snapshot!(human(&[diagnostic], &sources, &PLAIN), @r"
        warning: a long list
           ╭─[hub.yaml:2:3]
         1 │ - 10.0.0.0/16
         2 │ - 10.0.0.0/16
           ·   ─────┬─────
           ·        ╰── starts here
         3 │ - 10.0.0.0/16
           ╰────

        1 warning
        ");
}

#[test]
fn without_unicode_the_drawing_is_ascii() {
    let sources = sources("a: \u{1}\nb: nva\n");
    let diagnostic = Diagnostic { severity: Severity::Note, ..Diagnostic::error(at(&sources, 0, "nva"), "look") }
        .label("here")
        .also(at(&sources, 0, "a"), "and here");
    let out = human(&[diagnostic], &sources, &Options { unicode: false, ..PLAIN });
    assert!(out.is_ascii());
    assert_snapshot!(out, @r"
        note: look
           ,-[hub.yaml:2:4]
         1 | a: ?
           : ^
           : `-- and here
         2 | b: nva
           :    ^^^
           :     `-- here
           `----

        1 note
        ");
}

#[test]
fn colour_adds_codes_and_changes_nothing_else() {
    let sources = sources(HUB);
    let diagnostic =
        Diagnostic::warning(at(&sources, 0, "hub"), "m").label("l").also(at(&sources, 0, "nva"), "o").help("h");
    let coloured = human(std::slice::from_ref(&diagnostic), &sources, &Options { colour: true, ..PLAIN });
    let plain = human(&[diagnostic], &sources, &PLAIN);
    assert!(coloured.contains("\u{1b}[33m"));
    assert!(!coloured.contains("\u{1b}]"), "no links");
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
}

#[test]
fn a_long_line_is_cut_around_its_labels() {
    let list = (0..200).map(|number| format!("10.0.{number}.0/24")).collect::<Vec<_>>().join(", ");
    let sources = sources(&format!("# {}\nprefixes: [{list}]\n", "long ".repeat(30)));
    let diagnostic = Diagnostic::error(at(&sources, 0, "10.0.150.0/24"), "a prefix is announced twice")
        .label("again here")
        .also(at(&sources, 0, "10.0.50.0/24"), "first here");
    let out = human(&[diagnostic], &sources, &PLAIN);
    assert!(out.lines().all(|line| line.chars().count() <= PLAIN.width), "{out}");
    assert_snapshot!(out, @r"
        error: a prefix is announced twice
           ╭─[hub.yaml:2:2152]
         1 │ # long long long long long long long long long long long long long long l…
         2 │ ….0.49.0/24, 10.0.50.0/24, 10.0.51.0/…0.149.0/24, 10.0.150.0/24, 10.0.151.…
           ·              ──────┬─────                         ──────┬──────
           ·                    │                                    ╰── again here
           ·                    ╰── first here
           ╰────

        1 error
        ");
}

#[test]
fn a_label_longer_than_the_screen_is_cut() {
    let sources = sources(&format!("key: {}\n", "x".repeat(500)));
    let diagnostic = Diagnostic::error(span(5, 505), "too long").label("500 characters");
    let out = human(&[diagnostic], &sources, &Options { unicode: false, ..PLAIN });
    assert!(out.lines().all(|line| line.chars().count() <= PLAIN.width), "{out}");
    assert_snapshot!(out, @r"
        error: too long
           ,-[hub.yaml:1:6]
         1 | key: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...
           :      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           :                                       `-- 500 characters
           `----

        1 error
        ");
}

#[test]
fn long_messages_break_at_spaces_and_keep_their_indent() {
    let sources = sources(HUB);
    let diagnostic =
        Diagnostic::error(at(&sources, 0, "hub"), "the virtual network `hub` cannot be peered with itself")
            .help("remove the peering, or name the other virtual network that was meant here");
    assert_snapshot!(human(&[diagnostic], &sources, &Options { width: 40, ..PLAIN }), @r"
        error: the virtual network `hub` cannot
               be peered with itself
           ╭─[hub.yaml:2:3]
         1 │ vnets:
         2 │   hub:
           ·   ───
         3 │     address_space: [10.0.0.0/16]
           ╰────
          help: remove the peering, or name the
                other virtual network that was
                meant here

        1 error
        ");
}

#[test]
fn concise_gives_one_line_each() {
    let sources = sources(HUB);
    let diagnostics = [
        Diagnostic::error(at(&sources, 0, "nva"), "`nva` is not known").help("did you mean `nva-a`?"),
        Diagnostic::warning(at(&sources, 0, "{}"), "no routers\nhere"),
        Diagnostic::file_error("missing.yaml", "cannot read the file"),
    ];
    assert_snapshot!(concise(&diagnostics, &sources), @r"
        hub.yaml:5:7: error: `nva` is not known (help: did you mean `nva-a`?)
        hub.yaml:7:10: warning: no routers\nhere
        missing.yaml: error: cannot read the file
        ");
}

#[test]
fn the_summary_counts_each_severity_that_occurs() {
    let (error, warning) = (Diagnostic::file_error("f", "m"), Diagnostic::warning(span(0, 0), "m"));
    let note = Diagnostic { severity: Severity::Note, ..error.clone() };
    assert_eq!(summary(&[warning, error.clone(), error.clone(), error.clone()]), "3 errors, 1 warning");
    assert_eq!(summary(&[note, error]), "1 error, 1 note");
    assert_eq!(summary(&[]), "");
    assert_eq!(human(&[], &Sources::default(), &PLAIN), "");
}

#[test]
fn spans_outside_the_text_do_no_harm() {
    let sources = sources("é");
    for (start, end) in [(0, 9), (1, 1), (1, 2), (9, 3), (2, 2)] {
        let out = human(&[Diagnostic::error(span(start, end), "m")], &sources, &PLAIN);
        assert!(out.contains(" 1 │ é\n"), "{out}");
    }
}

proptest! {
    #[test]
    fn any_labels_in_any_text_can_be_drawn(
        texts in vec("[ab \\t\\r\\né京\u{feff}\u{1b}\u{202e}]{0,60}", 1..3),
        places in vec((any::<u16>(), 0_u32..70, 0_u32..70, "[x\\n]{0,3}"), 1..6),
        width in 0_usize..60,
        unicode: bool,
    ) {
        let mut sources = Sources::default();
        let count = texts.len() as u16;
        for text in texts {
            sources.add("f", "f", text);
        }
        let mut diagnostic = Diagnostic::file_error("f", "m");
        for (file, start, end, text) in places {
            diagnostic = diagnostic.also(Span { file: FileId(file % count), start, end }, text);
        }
        let primary = diagnostic.labels.remove(0);
        diagnostic.place = Place::In(primary);
        let out = human(&[diagnostic], &sources, &Options { colour: false, unicode, width });
        prop_assert!(!out.contains(|c: char| c != '\n' && c.is_control()), "{out:?}");
        prop_assert!(out.contains("[f:"), "{out}");
    }
}
