//! The tokens of YAML: where the next one begins, and where a scalar ends.
//!
//! Knows no nesting.

use super::lines;

/// The text that is looked at; every place is a byte of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scan<'t> {
    pub(super) text: &'t str,
}

/// True when a key of a block begins here: a scalar on one line with a colon behind.
pub(super) fn is_key(scan: Scan<'_>, at: usize) -> bool {
    scan.key(at).is_some()
}

impl Scan<'_> {
    fn byte(self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// True at a blank, a line break and the end.
    fn is_space(self, at: usize) -> bool {
        self.byte(at).is_none_or(|byte| byte.is_ascii_whitespace())
    }

    /// True where the line has no more content: at its end, or at a comment.
    pub(super) fn ends_line(self, at: usize) -> bool {
        match self.byte(at) {
            None | Some(b'\n' | b'\r') => true,
            Some(b'#') => at == 0 || self.is_space(at - 1),
            _ => false,
        }
    }

    /// The next token, behind blanks, line breaks and comments.
    pub(super) fn token(self, mut at: usize) -> usize {
        loop {
            at = lines::after_blanks(self.text, at);
            if at >= self.text.len() || !self.ends_line(at) {
                return at;
            }
            at = lines::next(self.text, at);
        }
    }

    /// True at `---` and `...`, which separate documents.
    pub(super) fn is_marker(self, at: usize) -> bool {
        let rest = &self.text[at..];
        let is_marked = rest.starts_with("---") || rest.starts_with("...");
        is_marked && lines::column(self.text, at) == 0 && self.is_space(at + 3)
    }

    /// True at the dash of an item.
    pub(super) fn is_dash(self, at: usize) -> bool {
        self.byte(at) == Some(b'-') && self.is_space(at + 1)
    }

    /// The end of a word without blanks.
    pub(super) fn word(self, at: usize) -> usize {
        at + self.text[at..].bytes().take_while(|byte| !byte.is_ascii_whitespace()).count()
    }

    /// The end of a word in brackets.
    pub(super) fn flow_word(self, at: usize) -> usize {
        let ends = |byte: u8| byte.is_ascii_whitespace() || b",[]{}".contains(&byte);
        at + self.text[at..].bytes().take_while(|byte| !ends(*byte)).count()
    }

    /// The end of anchor and tag that stand behind a colon or a dash on the same line, and the name of the anchor.
    pub(super) fn properties(self, after: usize) -> (usize, Option<String>) {
        let (mut end, mut anchor) = (after, None);
        loop {
            let at = lines::after_blanks(self.text, end);
            let Some(b'&' | b'!') = self.byte(at) else { return (end, anchor) };
            end = self.flow_word(at);
            if let Some(name) = self.text[at..end].strip_prefix('&') {
                anchor = Some(name.to_owned());
            }
        }
    }

    /// The end of a scalar in quotes.
    pub(super) fn quoted(self, at: usize) -> Option<usize> {
        let quote = self.byte(at)?;
        let mut next = at + 1;
        loop {
            let byte = self.byte(next)?;
            if byte == b'\\' && quote == b'"' {
                next += 2;
            } else if byte != quote {
                next += 1;
            } else if quote == b'\'' && self.byte(next + 1) == Some(quote) {
                next += 2;
            } else {
                return Some(next + 1);
            }
        }
    }

    /// The end of plain text on one line, outside of brackets.
    fn plain_line(self, at: usize) -> usize {
        let end = lines::end(self.text, at);
        let stops = |place: &usize| {
            self.byte(*place) == Some(b':') && self.is_space(*place + 1)
                || *place > at && self.byte(*place) == Some(b'#') && self.is_space(*place - 1)
        };
        let stop = (at..end).find(stops).unwrap_or(end);
        lines::before_blanks(self.text, stop).max(at)
    }

    /// The end of plain text outside of brackets. It goes on in lines that are indented more than the key or dash it stands behind.
    pub(super) fn plain(self, at: usize, parent: Option<usize>) -> usize {
        let mut end = self.plain_line(at);
        loop {
            if end != lines::before_blanks(self.text, lines::end(self.text, end)) {
                return end;
            }
            let mut next = lines::next(self.text, end);
            while next < self.text.len() && lines::is_blank(self.text, next) {
                next = lines::next(self.text, next);
            }
            let first = lines::after_blanks(self.text, next);
            let is_inside = first < self.text.len() && parent.is_none_or(|parent| first - next > parent);
            if !is_inside || self.ends_line(first) || self.is_marker(first) {
                return end;
            }
            end = self.plain_line(first);
        }
    }

    /// The end of a block of text, `|` or `>`: its lines are indented more than the key or dash it stands behind.
    pub(super) fn block_text(self, at: usize, parent: Option<usize>) -> usize {
        let mut end = lines::end(self.text, at);
        let mut next = lines::next(self.text, at);
        while next < self.text.len() {
            if !lines::is_blank(self.text, next) {
                let column = lines::after_blanks(self.text, next) - next;
                if parent.is_some_and(|parent| column <= parent) {
                    break;
                }
                end = lines::end(self.text, next);
            }
            next = lines::next(self.text, next);
        }
        end
    }

    /// The end of plain text in brackets, which may go over lines.
    pub(super) fn flow_plain(self, at: usize) -> Option<usize> {
        let mut end = at;
        loop {
            let stop = (end..).find(|place| self.ends_flow_plain(*place))?;
            if stop == end {
                return (end > at).then_some(end);
            }
            end = lines::before_blanks(self.text, stop);
            let next = self.token(stop);
            let is_comment = self.byte(stop) == Some(b'#');
            if is_comment || self.byte(next).is_none() || self.ends_flow_plain(next) {
                return Some(end);
            }
            end = next;
        }
    }

    fn ends_flow_plain(self, at: usize) -> bool {
        match self.byte(at) {
            None | Some(b',' | b'[' | b']' | b'{' | b'}') => true,
            Some(b':') => self.byte(at + 1).is_none_or(|next| next.is_ascii_whitespace() || b",[]{}".contains(&next)),
            _ => self.ends_line(at),
        }
    }

    /// A key of a block and the place of its colon.
    pub(super) fn key(self, at: usize) -> Option<(String, usize)> {
        let end = match self.byte(at)? {
            b'"' | b'\'' => self.quoted(at)?,
            b'[' | b'{' | b'*' | b'&' | b'!' | b'|' | b'>' | b'#' | b'%' | b'@' | b'`' => return None,
            b'?' | b'-' if self.is_space(at + 1) => return None,
            _ => self.plain_line(at),
        };
        let colon = lines::after_blanks(self.text, end);
        let is_key = self.byte(colon) == Some(b':') && self.is_space(colon + 1);
        is_key.then(|| (self.unquoted(at, end), colon))
    }

    /// A key in brackets and the place of its colon.
    pub(super) fn flow_key(self, at: usize) -> Option<(String, usize)> {
        let end = match self.byte(at)? {
            b'"' | b'\'' => self.quoted(at)?,
            b'[' | b'{' | b'*' | b'&' | b'!' | b'?' | b',' => return None,
            _ => self.flow_plain(at)?,
        };
        let colon = self.token(end);
        (self.byte(colon) == Some(b':')).then(|| (self.unquoted(at, end), colon))
    }

    /// The text of a key. An escape that JSON does not know stays as it stands: then the key is not found, and nothing is changed.
    fn unquoted(self, start: usize, end: usize) -> String {
        let written = &self.text[start..end];
        match written.as_bytes()[0] {
            b'\'' => written[1..written.len() - 1].replace("''", "'"),
            b'"' => serde_json::from_str(written).unwrap_or_else(|_| written.to_owned()),
            _ => written.to_owned(),
        }
    }
}
