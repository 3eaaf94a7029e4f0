//! Text in XML: nothing of a user's file may end an element or an attribute, or be what XML cannot hold.

use crate::words::printable;

/// Text for an attribute or an element, on one line, without what XML cannot hold.
pub(super) fn escaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for letter in printable(text).chars() {
        match letter {
            '&' => result.push_str("&amp;"),
            '<' => result.push_str("&lt;"),
            '>' => result.push_str("&gt;"),
            '"' => result.push_str("&quot;"),
            '\'' => result.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => result.push('\u{fffd}'),
            _ => result.push(letter),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_what_xml_cannot_hold_are_escaped() {
        assert_eq!(
            escaped("<a href=\"'\">&]]>\u{0}\u{ffff}"),
            "&lt;a href=&quot;&apos;&quot;&gt;&amp;]]&gt;\\u{0}\u{fffd}"
        );
    }
}
