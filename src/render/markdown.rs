//! Views as GitHub-flavoured Markdown.

use crate::report::view::{Block, Cell, Grid};
use crate::words::printable;
use std::io::{self, Write};

/// Writes blocks one after another.
///
/// # Errors
/// When the writer fails.
pub fn write(blocks: impl Iterator<Item = Block>, out: &mut dyn Write) -> io::Result<()> {
    for block in blocks {
        match block {
            Block::Heading(level, text, detail) => {
                let detail = if detail.is_empty() { String::new() } else { format!(" — {}", escaped(&detail)) };
                writeln!(out, "{} {}{detail}\n", "#".repeat(usize::from(level) + 1), escaped(&text))?;
            }
            Block::Grid(grid) => table(&grid, out)?,
            Block::Line(cell) => writeln!(out, "{}\n", escaped(&cell.text))?,
            Block::Summary(text) => writeln!(out, "**{}**", escaped(&text))?,
        }
    }
    Ok(())
}

fn table(grid: &Grid, out: &mut dyn Write) -> io::Result<()> {
    let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    writeln!(out, "{}", line(grid.columns.iter().map(|column| (*column).to_owned()).collect()))?;
    writeln!(out, "{}", line(grid.columns.iter().map(|_| "---".to_owned()).collect()))?;
    for row in &grid.rows {
        writeln!(out, "{}", line(row.iter().map(|cell: &Cell| escaped(&cell.text)).collect()))?;
    }
    writeln!(out)
}

/// Text that Markdown shows as it is.
pub(super) fn escaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for letter in printable(text).chars() {
        if matches!(letter, '|' | '\\' | '`' | '*' | '_' | '<' | '>' | '#' | '[' | ']' | '&' | '~') {
            result.push('\\');
        }
        result.push(letter);
    }
    result
}

/// A sentence in which pairs of backticks mean code, as in every message; all else is shown as it is.
///
/// A table cell ends at a bar even inside code, so code with a bar is given up there. The empty comment after an `@` keeps GitHub
/// from notifying whoever is called so.
pub(super) fn sentence(text: &str, in_cell: bool) -> String {
    let text = printable(text);
    let parts: Vec<&str> = text.split('`').collect();
    let is_code = |index: usize| index % 2 == 1;
    let balanced = parts.len() % 2 == 1;
    let separate = parts.iter().enumerate().all(|(index, part)| {
        let at_the_edge = index == 0 || index + 1 == parts.len();
        !part.is_empty() || (!is_code(index) && at_the_edge)
    });
    let told = |text: &str| escaped(text).replace('@', "@<!-- -->");
    if !balanced || !separate {
        return told(&text);
    }
    let mut result = String::with_capacity(text.len());
    for (index, part) in parts.iter().enumerate() {
        match is_code(index) {
            false => result.push_str(&told(part)),
            true if in_cell && part.contains('|') => result.push_str(&told(&format!("`{part}`"))),
            true => result.extend(["`", part, "`"]),
        }
    }
    result
}

/// The fence that a block of code needs: one backtick more than the longest run inside.
pub(super) fn fence(code: &str) -> String {
    let longest = code.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    "`".repeat((longest + 1).max(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_in_a_cell_does_not_break_the_table() {
        let grid = Grid { columns: vec!["A"], rows: vec![vec![Cell::plain("x|y")]] };
        let mut out = Vec::new();
        write([Block::Grid(grid)].into_iter(), &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "| A |\n| --- |\n| x\\|y |\n\n");
    }

    #[test]
    fn pairs_of_backticks_are_code_and_all_else_is_text() {
        assert_eq!(sentence("`a_b` is <b> of [x](y)", false), r"`a_b` is \<b\> of \[x\](y)");
        assert_eq!(sentence("one ` alone_", false), r"one \` alone\_");
        assert_eq!(sentence("`a``b`", false), r"\`a\`\`b\`");
        assert_eq!(sentence("`a|b` c|d", true), r"\`a\|b\` c\|d");
        assert_eq!(sentence("`a|b` c|d", false), r"`a|b` c\|d");
        assert_eq!(sentence("ask @octo, not `@octo`", false), "ask @<!-- -->octo, not `@octo`");
    }

    #[test]
    fn a_fence_is_longer_than_every_run_inside() {
        assert_eq!(fence("a: 1\n"), "```");
        assert_eq!(fence("a ```` b"), "`````");
    }
}
