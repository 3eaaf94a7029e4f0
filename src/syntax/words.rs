//! How text of the user is quoted in messages, and how a near miss is found.
//!
//! No message of its own lives here.

/// Longest piece of the user's text in a message.
const ECHO: usize = 60;

/// The user's text for a message: one line, control characters escaped, cut when long.
pub(super) fn echo(text: &str) -> String {
    let mut shown = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == ECHO {
            shown.push('…');
            break;
        }
        match character {
            '\n' => shown.push_str("\\n"),
            '\t' => shown.push_str("\\t"),
            _ if character.is_control() || is_invisible(character) => shown.extend(character.escape_default()),
            _ => shown.push(character),
        }
    }
    shown
}

/// Characters that print nothing or turn the direction of the text.
pub(super) fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{2028}' | '\u{2029}')
}

/// The candidate that was probably meant: the same but for case, or a small edit away.
pub(super) fn closest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
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
pub(super) fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    join(words, " or ")
}

/// `a`, `a and b`, `a, b and c`, each in backticks.
pub(super) fn all_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    join(words, " and ")
}

fn join<'a>(words: impl IntoIterator<Item = &'a str>, last: &str) -> String {
    let mut quoted: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match quoted.pop() {
        None => String::new(),
        Some(only) if quoted.is_empty() => only,
        Some(end) => format!("{}{last}{end}", quoted.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
