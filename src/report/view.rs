//! The neutral shape of everything that is shown to people: headings, grids and lines.
//!
//! Renderers for terminals, Markdown and TSV work on these; machines get the serialised view instead.

/// How a piece of text is meant; colour is added by the renderer and is never the only signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// As it is.
    #[default]
    Plain,
    /// Of little weight.
    Dim,
    /// Rests on an assumption, or deserves a look.
    Warn,
    /// Wrong.
    Bad,
    /// Good.
    Good,
    /// What the eye should find first.
    Accent,
}

/// One cell of a grid.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// The text.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
}

impl Cell {
    /// A plain cell.
    pub fn plain(text: impl Into<String>) -> Self {
        Cell { text: text.into(), tone: Tone::Plain }
    }

    /// A cell with a tone.
    pub fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Cell { text: text.into(), tone }
    }
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grid {
    /// Column headers.
    pub columns: Vec<&'static str>,
    /// Rows, each as long as the columns.
    pub rows: Vec<Vec<Cell>>,
}

/// A piece of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading: level from 1, text, and a detail of less weight.
    Heading(u8, String, String),
    /// A table.
    Grid(Grid),
    /// A line of text.
    Line(Cell),
    /// The closing line.
    Summary(String),
}

/// Something that can be shown: to people as blocks, to machines as a value.
pub trait View {
    /// What the headings of each level name, for formats that turn them into columns.
    fn headings(&self) -> &'static [&'static str];

    /// What people see, piece by piece.
    fn blocks(&self) -> Box<dyn Iterator<Item = Block> + '_>;

    /// What machines read, written as it is produced.
    ///
    /// # Errors
    /// When the writer fails.
    fn write_json(&self, out: &mut dyn std::io::Write) -> std::io::Result<()>;
}

/// Writes a serialisable value as indented JSON with a final line break.
///
/// # Errors
/// When the writer fails.
pub fn json(value: &impl serde::Serialize, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    out.write_all(b"\n")
}
