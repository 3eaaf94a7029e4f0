//! The tables of a view as tab-separated values, each row led by the headings it stands under.

use crate::report::view::{Block, View};
use crate::words::printable;
use std::io::{self, Write};

/// Writes the rows of every table; headings become leading columns, and lines of text are left out.
///
/// # Errors
/// When the writer fails.
pub fn write(view: &dyn View, out: &mut dyn Write) -> io::Result<()> {
    let (names, blocks) = (view.headings(), view.blocks());
    let mut headings: Vec<String> = Vec::new();
    let mut header: Option<Vec<&'static str>> = None;
    for block in blocks {
        match block {
            Block::Heading(level, text, _) => {
                headings.truncate(usize::from(level) - 1);
                headings.push(printable(&text).into_owned());
            }
            Block::Grid(grid) => {
                // Only the first kind of table is data; what an answer rests on is told in the other formats.
                if header.as_ref().is_some_and(|columns| *columns != grid.columns) {
                    continue;
                }
                if header.is_none() {
                    let led = names.iter().copied().take(headings.len()).chain(grid.columns.iter().copied());
                    writeln!(out, "{}", led.collect::<Vec<_>>().join("\t"))?;
                    header = Some(grid.columns.clone());
                }
                for row in &grid.rows {
                    let cells =
                        headings.iter().cloned().chain(row.iter().map(|cell| printable(&cell.text).into_owned()));
                    writeln!(out, "{}", cells.collect::<Vec<_>>().join("\t"))?;
                }
            }
            Block::Line(_) | Block::Summary(_) => {}
        }
    }
    Ok(())
}
