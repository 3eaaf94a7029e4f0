//! The body of a comment on a pull request, which GitHub limits, and names and texts inside it.
//!
//! The first line is a hidden mark by which a later run finds its comment and replaces it; what else is told belongs to the formats.

use super::markdown::sentence;
use super::text::cut;
use crate::words::{plural, printable};

/// GitHub refuses comments from 65,536 characters on. Counted in bytes, which are never fewer; the rest is for the last lines.
pub(super) const MOST: usize = 64_000;
/// What a table may take of it.
pub(super) const MOST_TABLE: usize = 24_000;
/// Characters of a text in a cell, and of a name.
const CELL: usize = 300;
/// Characters of a text outside the table.
const REMARK: usize = 2_000;

/// What is written so far.
pub(super) struct Body {
    text: String,
}

impl Body {
    /// A body of the mark and a heading.
    pub(super) fn new(marker: &str, heading: &str) -> Self {
        Body { text: format!("{marker}\n### {heading}\n\n") }
    }

    /// Adds a piece that is known to be short.
    pub(super) fn push(&mut self, piece: &str) {
        self.text.push_str(piece);
    }

    /// Adds a piece, unless the whole would be longer than `most`.
    pub(super) fn takes(&mut self, piece: &str, most: usize) -> bool {
        let fits = self.has_room(piece.len(), most);
        if fits {
            self.text.push_str(piece);
        }
        fits
    }

    /// Whether so many bytes more would not make the whole longer than `most`.
    pub(super) fn has_room(&self, bytes: usize, most: usize) -> bool {
        self.text.len() + bytes <= most
    }

    /// Adds the pieces in their order for as long as they fit, and gives how many did.
    pub(super) fn take(&mut self, pieces: impl Iterator<Item = String>, most: usize) -> usize {
        pieces.take_while(|piece| self.takes(piece, most)).count()
    }

    /// Says what was left out, if anything, and gives the text. Each part has its number and the words for one and for many.
    pub(super) fn finish(mut self, left_out: &[(usize, &str, &str)]) -> String {
        let parts = left_out.iter().filter(|(count, ..)| *count > 0);
        let parts: Vec<String> = parts.map(|(count, one, many)| plural(*count, one, many)).collect();
        if !parts.is_empty() {
            self.text.push_str(&format!("\n**Cut, because comments have a limit:** {}.\n", parts.join("; ")));
        }
        self.text
    }
}

/// A text in a cell of a table.
pub(super) fn cell(text: &str) -> String {
    sentence(&cut(&printable(text), CELL), true)
}

/// A text outside a table.
pub(super) fn remark(text: &str) -> String {
    sentence(&cut(&printable(text), REMARK), false)
}

/// A name as code, or escaped when it holds backticks itself.
pub(super) fn code(name: &str) -> String {
    sentence(&format!("`{}`", cut(&printable(name), CELL)), false)
}

/// Something folded under a title, which may hold any text.
pub(super) fn folded(title: &str, body: &str) -> String {
    format!("\n<details><summary>{}</summary>\n\n{body}\n</details>\n", html(&cut(&printable(title), CELL)))
}

/// Text between HTML tags, where Markdown means nothing.
fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('@', "@<!-- -->")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_summary_is_text() {
        assert_eq!(html("</summary>&@octo"), "&lt;/summary&gt;&amp;@<!-- -->octo");
    }

    #[test]
    fn a_name_with_backticks_is_no_code() {
        assert_eq!(code("a_b"), "`a_b`");
        assert_eq!(code("a`b"), r"\`a\`b\`");
    }
}
