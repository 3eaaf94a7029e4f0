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
fn escaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for letter in printable(text).chars() {
        if matches!(letter, '|' | '\\' | '`' | '*' | '_' | '<' | '>' | '#' | '[' | ']') {
            result.push('\\');
        }
        result.push(letter);
    }
    result
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
}
