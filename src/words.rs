//! Words for people: text of the user made harmless, lists of names, numbers with nouns, and near misses.
//!
//! No message of its own lives here, and no layout.

use std::borrow::Cow;
use std::fmt::Display;

/// Longest piece of the user's text in a message.
const ECHO: usize = 60;

/// Entries that are shown of a longer list.
const LISTED: usize = 5;

/// The user's text for a message: one line, control characters escaped, cut when long.
pub fn echo(text: &str) -> String {
    let mut shown = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == ECHO {
            shown.push('…');
            break;
        }
        match character {
            '\n' => shown.push_str("\\n"),
            '\t' => shown.push_str("\\t"),
            _ if is_harmful(character) => shown.extend(character.escape_default()),
            _ => shown.push(character),
        }
    }
    shown
}

/// The text with everything escaped that could drive a terminal or hide in it.
///
/// Line breaks and tabs are escaped too, so that the result is one line.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_harmful(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// Controls (C0, DEL, C1) and characters that print nothing or turn the direction of the text.
pub fn is_harmful(character: char) -> bool {
    let hides = matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}');
    character.is_control() || hides || matches!(character, '\u{61c}' | '\u{feff}')
}

/// A number and its noun: `1 error`, `2 errors`.
pub fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// The candidate that was probably meant: the same but for case, or a small edit away.
pub fn closest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if written.len() > 2 * ECHO {
        return None;
    }
    let lower = written.to_lowercase().replace('-', "_");
    let score = |candidate: &'a str| {
        let other = candidate.to_lowercase().replace('-', "_");
        (strsim::damerau_levenshtein(&lower, &other), strsim::damerau_levenshtein(written, candidate), candidate)
    };
    let best = candidates.into_iter().map(score).min()?;
    (best.0 <= (lower.chars().count() / 3).min(3)).then_some(best.2)
}

/// `a`, `a or b`, `a, b or c`, each in backticks.
pub fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    join(quoted(words), " or ")
}

/// `a`, `a and b`, `a, b and c`, each in backticks.
pub fn all_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    join(quoted(words), " and ")
}

/// `a`, `a and b`, `a, b and c`; of a longer list the first five and how many more there are.
///
/// For prefixes, addresses and whole phrases; names of objects take [`few_names`].
pub fn few<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let mut words: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    // "and 1 more" would be no shorter than the one.
    if words.len() > LISTED + 1 {
        let more = words.len() - LISTED;
        words.truncate(LISTED);
        words.push(format!("{more} more"));
    }
    join(words, " and ")
}

/// The same of names, each in backticks.
pub fn few_names<T: Display>(names: impl IntoIterator<Item = T>) -> String {
    few(names.into_iter().map(|name| format!("`{name}`")))
}

/// Some lines; of a longer list the first five, and of the others only how many there are: `3 more prefixes`.
pub fn few_lines(mut lines: Vec<String>, what: &str) -> Vec<String> {
    if lines.len() > LISTED + 1 {
        let more = lines.len() - LISTED;
        lines.truncate(LISTED);
        lines.push(format!("{more} more {what}"));
    }
    lines
}

fn quoted<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    words.into_iter().map(|word| format!("`{word}`")).collect()
}

fn join(mut words: Vec<String>, last: &str) -> String {
    match words.pop() {
        None => String::new(),
        Some(only) if words.is_empty() => only,
        Some(end) => format!("{}{last}{end}", words.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmless_text_is_not_copied() {
        assert!(matches!(printable("vnet-hub → 10.0.0.0/16, Zürich 東京"), Cow::Borrowed(_)));
    }

    #[test]
    fn everything_that_drives_a_terminal_is_escaped() {
        assert_eq!(printable("a\u{1b}[2Jb"), r"a\u{1b}[2Jb");
        assert_eq!(printable("a\nb\tc\r"), r"a\nb\tc\r");
        assert_eq!(printable("\0\u{7f}\u{9b}"), r"\u{0}\u{7f}\u{9b}");
        assert_eq!(printable("\u{202e}x\u{2066}\u{2069}\u{feff}"), r"\u{202e}x\u{2066}\u{2069}\u{feff}");
    }

    #[test]
    fn a_long_list_says_how_many_more_there_are() {
        assert_eq!(few::<u8>([]), "");
        assert_eq!(few([1]), "1");
        assert_eq!(few([1, 2, 3]), "1, 2 and 3");
        assert_eq!(few(1..=6), "1, 2, 3, 4, 5 and 6");
        assert_eq!(few(1..=7), "1, 2, 3, 4, 5 and 2 more");
        assert_eq!(few_names(["a", "b"]), "`a` and `b`");
        assert_eq!(few_names(1..=8), "`1`, `2`, `3`, `4`, `5` and 3 more");
        let lines = |count: u8| (0..count).map(|line| line.to_string()).collect();
        assert_eq!(few_lines(lines(6), "lines").len(), 6);
        assert_eq!(few_lines(lines(7), "lines").last().map(String::as_str), Some("2 more lines"));
    }

    #[test]
    fn one_is_singular_and_none_is_plural() {
        assert_eq!(plural(0, "entry", "entries"), "0 entries");
        assert_eq!(plural(1, "entry", "entries"), "1 entry");
        assert_eq!(plural(2, "entry", "entries"), "2 entries");
    }

    #[test]
    fn control_characters_never_reach_a_message() {
        assert_eq!(echo("a\u{1b}[31mb\nc\u{202e}"), "a\\u{1b}[31mb\\nc\\u{202e}");
        assert_eq!(echo(&"x".repeat(500)).chars().count(), ECHO + 1);
    }

    #[test]
    fn a_near_miss_is_found_and_a_far_one_is_not() {
        let keys = ["asn", "advertises", "address_space"];
        assert_eq!(closest("asnn", keys), Some("asn"));
        assert_eq!(closest("adress_space", keys), Some("address_space"));
        assert_eq!(closest("ASN", keys), Some("asn"));
        assert_eq!(closest("colour", keys), None);
    }
}
