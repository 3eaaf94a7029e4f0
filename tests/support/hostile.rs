//! Text that might break a format: one that has everything, and any.

use proptest::prelude::*;

/// Everything that a text of the user might hold to break a format.
pub(crate) const HOSTILE: &str =
    "a|b`c<b>&amp;</details>\"'%0A]];::,##vso[task.complete]@octo [x](https://e.example)\n\u{1b}[31m\u{9b}\u{202e}]]>";

/// Pieces that mean something to some format, and anything else.
pub(crate) fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(HOSTILE.to_owned()),
        Just("`".to_owned()),
        Just("|".to_owned()),
        Just("\\".to_owned()),
        Just("\r\n::error::x".to_owned()),
        Just("##vso[a.b]c".to_owned()),
        Just("]]>".to_owned()),
        Just("\u{ffff}\u{0}\u{85}\u{2028}\u{feff}".to_owned()),
        ".{0,12}",
        any::<String>(),
    ];
    proptest::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}
