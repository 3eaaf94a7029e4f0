//! Small pieces of text for people: harmless, countable, and coloured only when that is wanted.
//!
//! The layout of an output belongs to the file that writes it, whether colour is wanted to the command line.

use std::fmt::{self, Display, Formatter};

use crate::words::is_harmful;
use anstyle::{AnsiColor, Style};

/// The one character that stands for `character` where columns have to stay as they are.
pub(crate) fn stand_in(character: char, unicode: bool) -> char {
    match u32::from(character) {
        _ if !is_harmful(character) => character,
        _ if !unicode => '?',
        // The block of control pictures has one for each C0 control, in their order, and one for DEL.
        code @ 0..0x20 => char::from_u32(0x2400 + code).unwrap_or('\u{fffd}'),
        0x7f => '\u{2421}',
        _ => '\u{fffd}',
    }
}

/// The text in lines of at most `width` characters, broken at spaces only, so that a name can be copied whole.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut used) = (String::new(), 0);
    for word in text.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        } else if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += length;
    }
    lines.push(line);
    lines
}

/// The text with a capital letter at its beginning, unless a name like `eBGP` stands there.
pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), second) if second.is_none_or(|letter| !letter.is_uppercase()) => {
            first.to_uppercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}

/// A text as a sentence: it begins with a capital letter and ends with a full stop.
pub(super) fn sentence(text: &str) -> String {
    let mut result = capitalised(text);
    if !result.ends_with(['.', '!', '?']) {
        result.push('.');
    }
    result
}

/// At most `most` characters of a text, with a mark where it was cut.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// The few styles of the tool; leaves text as it is when colour is off.
#[derive(Debug, Clone, Copy)]
pub struct Paint {
    colour: bool,
}

impl Paint {
    /// Paints when `colour` is on.
    pub fn new(colour: bool) -> Self {
        Paint { colour }
    }

    /// What a reader should see first.
    pub fn bold<T: Display>(self, text: T) -> Painted<T> {
        self.with(Style::new().bold(), text)
    }

    /// What a reader may skip.
    pub fn dim<T: Display>(self, text: T) -> Painted<T> {
        self.with(Style::new().dimmed(), text)
    }

    /// Refused, lost, gone.
    pub fn red<T: Display>(self, text: T) -> Painted<T> {
        self.with(AnsiColor::Red.on_default(), text)
    }

    /// Doubtful, changed.
    pub fn yellow<T: Display>(self, text: T) -> Painted<T> {
        self.with(AnsiColor::Yellow.on_default(), text)
    }

    /// Chosen, new, fine.
    pub fn green<T: Display>(self, text: T) -> Painted<T> {
        self.with(AnsiColor::Green.on_default(), text)
    }

    /// Advice, places, notes.
    pub fn cyan<T: Display>(self, text: T) -> Painted<T> {
        self.with(AnsiColor::Cyan.on_default(), text)
    }

    fn with<T: Display>(self, style: Style, text: T) -> Painted<T> {
        Painted { style: if self.colour { style } else { Style::new() }, text }
    }
}

/// A text with its style; a width given to the format counts the text alone.
#[derive(Debug, Clone, Copy)]
pub struct Painted<T> {
    style: Style,
    text: T,
}

impl<T: Display> Display for Painted<T> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.style)?;
        // The text itself gets the caller's formatter, and with it the width.
        self.text.fmt(formatter)?;
        write!(formatter, "{:#}", self.style)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_harmful_character_has_a_harmless_stand_in() {
        for character in (0..=0x10ffff).filter_map(char::from_u32).filter(|character| is_harmful(*character)) {
            assert!(!is_harmful(stand_in(character, true)));
            assert_eq!(stand_in(character, false), '?');
        }
        assert_eq!((stand_in('\u{1b}', true), stand_in('\u{7f}', true)), ('␛', '␡'));
        assert_eq!(stand_in('é', false), 'é');
    }

    #[test]
    fn lines_break_at_spaces_and_never_inside_a_name() {
        assert_eq!(wrap("the router nva-hub-1 is not known", 12), ["the router", "nva-hub-1 is", "not known"]);
        assert_eq!(wrap("a 2001:db8:ffff:ffff::/64 b", 8), ["a", "2001:db8:ffff:ffff::/64", "b"]);
        assert_eq!(wrap("", 8), [""]);
    }

    #[test]
    fn a_capital_begins_a_text_and_names_stay_names() {
        assert_eq!(capitalised("the subnet"), "The subnet");
        assert_eq!(capitalised("eBGP needs two ASNs"), "eBGP needs two ASNs");
        assert_eq!(capitalised("`fw1` and a"), "`fw1` and a");
        assert_eq!((capitalised("a"), capitalised("")), ("A".to_owned(), String::new()));
    }

    #[test]
    fn a_clause_becomes_a_sentence() {
        assert_eq!(sentence("the subnet is too small"), "The subnet is too small.");
        assert_eq!(sentence("`fw1` is gone."), "`fw1` is gone.");
    }

    #[test]
    fn a_cut_is_marked_and_counts_characters() {
        assert_eq!(cut("éé", 2), "éé");
        assert_eq!(cut("ééé", 2), "é…");
    }

    #[test]
    fn paint_does_nothing_without_colour() {
        let paint = Paint::new(false);
        assert_eq!(format!("{}{}{}", paint.bold(1), paint.red("x"), paint.dim('y')), "1xy");
    }

    #[test]
    fn painted_text_is_padded_by_what_is_seen() {
        assert_eq!(format!("{:>3}|", Paint::new(false).green("a")), "  a|");
        assert_eq!(format!("{:>3}|", Paint::new(true).green("a")), "\u{1b}[32m  a\u{1b}[0m|");
    }
}
