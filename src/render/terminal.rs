//! Views on a terminal or in a pipe: headings, aligned columns, colour where it is wanted.
//!
//! Short tables are laid out by comfy-table, which wraps to the width; long ones are streamed in two passes, because a million rows in a
//! table crate cost gigabytes.

use super::text::{Paint, wrap};
use crate::report::view::{Block, Cell, Grid, Tone};
use crate::words::printable;
use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};
use std::io::{self, Write};

/// Tables up to this many rows are laid out by comfy-table.
const WRAPPED_ROWS: usize = 2_000;

/// Columns that stay whole on a narrow terminal: what people copy.
const UNBROKEN: [&str; 4] = ["State", "Address Prefix", "Network", "Prefix"];

/// How a terminal is to be written to.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Add colour.
    pub colour: bool,
    /// Columns of the terminal; none in a pipe, where nothing is wrapped.
    pub width: Option<usize>,
}

/// Writes blocks one after another.
///
/// # Errors
/// When the writer fails.
pub fn write(blocks: impl Iterator<Item = Block>, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(options.colour);
    let mut first = true;
    for block in blocks {
        match block {
            Block::Heading(level, text, detail) => {
                if !first {
                    writeln!(out)?;
                }
                let indent = if level > 1 { "  " } else { "" };
                let detail =
                    if detail.is_empty() { String::new() } else { format!("  {}", paint.dim(printable(&detail))) };
                writeln!(out, "{indent}{}{detail}", paint.bold(printable(&text)))?;
            }
            Block::Grid(grid) if grid.rows.len() > WRAPPED_ROWS => stream(&grid, paint, out)?,
            Block::Grid(grid) => wrapped(&grid, options, paint, out)?,
            Block::Line(cell) => writeln!(out, "  {}", painted(cell.tone, &printable(&cell.text), paint))?,
            Block::Summary(text) => writeln!(out, "\n{}", paint.bold(printable(&text)))?,
        }
        first = false;
    }
    Ok(())
}

/// Writes pieces of text with a space between them as one paragraph, broken at spaces where the width asks for it. The first line begins
/// with `first`, the others with as many blanks as `indent`.
pub(super) fn paragraph(
    pieces: &[Cell],
    first: &str,
    indent: usize,
    options: Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let texts: Vec<_> = pieces.iter().map(|piece| printable(&piece.text)).collect();
    // Breaking a text adds and takes spaces only, so each other character keeps its tone.
    let mut tones = pieces.iter().zip(&texts).flat_map(|(piece, text)| {
        std::iter::repeat_n(piece.tone, text.chars().filter(|letter| *letter != ' ').count())
    });
    let room = options.width.map_or(usize::MAX, |width| width.saturating_sub(indent));
    for (number, line) in wrap(&texts.join(" "), room).iter().enumerate() {
        let mut runs: Vec<(Tone, String)> = Vec::new();
        for letter in line.chars() {
            let tone = if letter == ' ' { None } else { tones.next() };
            match runs.last_mut() {
                Some((last, run)) if tone.is_none_or(|tone| tone == *last) => run.push(letter),
                _ => runs.push((tone.unwrap_or_default(), letter.to_string())),
            }
        }
        let blanks = if number == 0 { first.to_owned() } else { " ".repeat(indent) };
        let line: String = runs.iter().map(|(tone, run)| painted(*tone, run, Paint::new(options.colour))).collect();
        writeln!(out, "{}", format!("{blanks}{line}").trim_end())?;
    }
    Ok(())
}

pub(super) fn painted(tone: Tone, text: &str, paint: Paint) -> String {
    match tone {
        Tone::Plain => text.to_owned(),
        Tone::Dim => paint.dim(text).to_string(),
        Tone::Warn => paint.yellow(text).to_string(),
        Tone::Bad => paint.red(text).to_string(),
        Tone::Good => paint.green(text).to_string(),
        Tone::Accent => paint.cyan(text).to_string(),
    }
}

/// Marks of no width that carry a tone through the table layout. `printable` removes them from text of the user.
const END: char = '\u{2060}';
const MARKS: [(Tone, char); 5] = [
    (Tone::Dim, '\u{2061}'),
    (Tone::Warn, '\u{2062}'),
    (Tone::Bad, '\u{2063}'),
    (Tone::Good, '\u{2064}'),
    (Tone::Accent, '\u{2066}'),
];

fn marked(cell: &Cell, colour: bool) -> String {
    let text = printable(&cell.text);
    match MARKS.iter().find(|(tone, _)| *tone == cell.tone) {
        // Every word is marked by itself, so that a cell that wraps stays painted.
        Some((_, mark)) if colour => {
            text.split(' ').map(|word| format!("{mark}{word}{END}")).collect::<Vec<_>>().join(" ")
        }
        _ => text.into_owned(),
    }
}

fn unmark(line: &str, paint: Paint) -> String {
    let mut result = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((at, tone)) = rest
        .char_indices()
        .find_map(|(at, letter)| MARKS.iter().find(|(_, mark)| *mark == letter).map(|(tone, _)| (at, *tone)))
    {
        result.push_str(&rest[..at]);
        let body = &rest[at + rest[at..].chars().next().map_or(0, char::len_utf8)..];
        let end = body.find(END).unwrap_or(body.len());
        result.push_str(&painted(tone, &body[..end], paint));
        rest = body[end..].strip_prefix(END).unwrap_or(&body[end..]);
    }
    result.push_str(&rest.replace(END, ""));
    result
}

fn wrapped(grid: &Grid, options: Options, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let used: Vec<usize> = used_columns(grid);
    table.set_header(used.iter().map(|column| grid.columns[*column].to_owned()));
    for row in &grid.rows {
        table.add_row(used.iter().map(|column| marked(&row[*column], options.colour)));
    }
    match options.width {
        Some(width) => {
            table.set_content_arrangement(ContentArrangement::Dynamic);
            table.set_width(u16::try_from(width.clamp(40, 400)).unwrap_or(400));
            let whole = used.iter().map(|column| UNBROKEN.contains(&grid.columns[*column]));
            for (column, _) in table.column_iter_mut().zip(whole).filter(|(_, whole)| *whole) {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        None => {
            table.set_content_arrangement(ContentArrangement::Disabled);
        }
    }
    for (index, line) in table.lines().enumerate() {
        let line = unmark(line.trim_end(), paint);
        let line = line.trim_end();
        if index == 0 {
            writeln!(out, " {}", paint.dim(line))?;
        } else {
            writeln!(out, " {line}")?;
        }
    }
    Ok(())
}

/// Columns in which any row has text; the others would only take room.
fn used_columns(grid: &Grid) -> Vec<usize> {
    (0..grid.columns.len()).filter(|column| grid.rows.iter().any(|row| !row[*column].text.is_empty())).collect()
}

fn stream(grid: &Grid, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let used = used_columns(grid);
    let width = |text: &str| text.chars().count();
    let widest = |column: &usize| {
        let cells = grid.rows.iter().map(|row| width(&row[*column].text));
        cells.max().unwrap_or(0).max(width(grid.columns[*column]))
    };
    let widths: Vec<usize> = used.iter().map(widest).collect();
    let header: Vec<String> =
        used.iter().zip(&widths).map(|(column, width)| format!("{:<width$}", grid.columns[*column])).collect();
    writeln!(out, "  {}", paint.dim(header.join("  ").trim_end()))?;
    for row in &grid.rows {
        let mut line = String::new();
        for (place, (column, wide)) in used.iter().zip(&widths).enumerate() {
            let cell = &row[*column];
            let text = printable(&cell.text);
            line.push_str(if place == 0 { "  " } else { "" });
            line.push_str(&painted(cell.tone, &text, paint));
            if place + 1 < used.len() {
                line.extend(std::iter::repeat_n(' ', wide + 2 - width(&text).min(*wide)));
            }
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(blocks: Vec<Block>, options: Options) -> String {
        let mut out = Vec::new();
        write(blocks.into_iter(), options, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn grid(rows: usize) -> Block {
        let row = |index: usize| {
            vec![Cell::plain(format!("10.{index}.0.0/16")), Cell::toned("Active", Tone::Good), Cell::plain("")]
        };
        Block::Grid(Grid { columns: vec!["Prefix", "State", "Note"], rows: (0..rows).map(row).collect() })
    }

    #[test]
    fn a_pipe_gets_no_colour_and_no_empty_column() {
        let text = shown(
            vec![Block::Heading(1, "hub".into(), "10.0.0.0/16".into()), grid(1)],
            Options { colour: false, width: None },
        );
        assert!(!text.contains('\u{1b}'));
        assert!(text.contains("Prefix") && !text.contains("Note"), "{text}");
    }

    #[test]
    fn colour_changes_nothing_but_colour() {
        let plain = shown(vec![grid(3)], Options { colour: false, width: Some(60) });
        let coloured = shown(vec![grid(3)], Options { colour: true, width: Some(60) });
        let stripped = anstream::adapter::strip_str(&coloured).to_string();
        assert_eq!(stripped, plain);
        assert!(coloured.contains('\u{1b}'));
    }

    #[test]
    fn a_paragraph_breaks_at_its_width_and_each_word_keeps_its_tone() {
        let pieces = [Cell::toned("+", Tone::Good), Cell::plain(" a  b"), Cell::toned("dropped at fw1", Tone::Bad)];
        let shown = |colour, width| {
            let mut out = Vec::new();
            paragraph(&pieces, "> ", 4, Options { colour, width }, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(shown(false, None), "> +  a  b dropped at fw1\n");
        assert_eq!(shown(false, Some(14)), "> +  a  b\n    dropped at\n    fw1\n");
        assert_eq!(
            shown(true, Some(14)),
            "> \u{1b}[32m+  \u{1b}[0ma  b\n    \u{1b}[31mdropped at\u{1b}[0m\n    \u{1b}[31mfw1\u{1b}[0m\n"
        );
    }

    #[test]
    fn long_tables_look_like_short_ones() {
        let long = shown(vec![grid(WRAPPED_ROWS + 1)], Options { colour: false, width: None });
        assert_eq!(long.lines().count(), WRAPPED_ROWS + 2);
        assert!(long.starts_with("  Prefix"), "{}", &long[..40]);
    }

    #[test]
    fn control_characters_never_reach_the_terminal() {
        let text =
            shown(vec![Block::Line(Cell::plain("a\u{1b}[31mb\u{2062}"))], Options { colour: false, width: None });
        assert!(!text.contains('\u{1b}') && !text.contains('\u{2062}'), "{text:?}");
    }
}
