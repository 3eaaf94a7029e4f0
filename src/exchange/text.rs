//! The bytes of a capture as text: PowerShell's `>` writes UTF-16, everything else UTF-8.
//!
//! What the text means belongs to `capture`, `import` and `manifest`.

use std::ops::Range;

/// Reads the bytes of a file that another tool wrote.
///
/// # Errors
/// What is wrong, to follow the name of the file, and what to do.
pub fn decode(bytes: Vec<u8>) -> Result<String, (String, String)> {
    let utf16 = |from: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| from([pair[0], pair[1]])).collect();
        String::from_utf16(&units).map_err(|_| bad("is damaged UTF-16"))
    };
    match bytes.as_slice() {
        [0xFF, 0xFE, ..] => utf16(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => utf16(u16::from_be_bytes),
        _ => String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            bad(&format!("is not text in UTF-8: byte 0x{:02X} at offset {at}", error.as_bytes()[at]))
        }),
    }
}

/// The part of a text between what people and shells put around it: comments, warnings, prompts, fences.
pub(super) fn body(text: &str) -> Range<usize> {
    let mut start = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut end = text.len();
    for line in text[start..].split_inclusive('\n') {
        if !is_around(line) {
            start += line.len() - line.trim_start().len();
            break;
        }
        start += line.len();
    }
    for line in text[start..].split_inclusive('\n').rev() {
        if !is_around(line) {
            end -= line.len() - line.trim_end().len();
            break;
        }
        end -= line.len();
    }
    start..end.max(start)
}

/// True for a line that is not part of the output itself.
pub(super) fn is_around(line: &str) -> bool {
    let line = line.trim();
    let begins = |word: &str| line.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    let typed = line.contains("az network ") && !line.starts_with(['{', '[', '"']);
    matches!(line, "" | "$" | ">") || typed || ["#", "WARNING:", "```", "$ ", "> "].into_iter().any(begins)
}

fn bad(message: &str) -> (String, String) {
    (message.to_owned(), "save what the command prints as UTF-8: `az … -o json > capture.json`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_powershell_redirects_is_read() {
        let little: Vec<u8> = [0xFF, 0xFE].into_iter().chain("[é]".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let big: Vec<u8> = [0xFE, 0xFF].into_iter().chain("[é]".encode_utf16().flat_map(u16::to_be_bytes)).collect();
        assert_eq!(decode(little).unwrap(), "[é]");
        assert_eq!(decode(big).unwrap(), "[é]");
        assert_eq!(decode("[é]".into()).unwrap(), "[é]");
    }

    #[test]
    fn what_is_no_text_is_said() {
        assert_eq!(decode(vec![b'a', 0xE9]).unwrap_err().0, "is not text in UTF-8: byte 0xE9 at offset 1");
        assert_eq!(decode(vec![0xFF, 0xFE, 0x00, 0xD8]).unwrap_err().0, "is damaged UTF-16");
    }
}
