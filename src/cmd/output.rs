//! Writes views where the user wants them, and complaints to standard error.

use super::{Screen, Stop};
use crate::cli::{Format, Output, OutputArgs};
use crate::render::text::Paint;
use crate::render::{markdown, terminal, tsv};
use crate::report::view::View;
use crate::words::printable;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

/// Writes a view in every format that was asked for; as a table when none was.
pub(super) fn show(view: &dyn View, args: &OutputArgs, screen: Screen) -> Result<(), Stop> {
    each(&args.output, Format::Table, |format, on_screen, out| {
        write(view, format, on_screen && screen.colour, screen.width.filter(|_| on_screen), out)
    })
}

/// Writes something in every format that was asked for; in the usual one when none was. `write` is told whether it writes to standard
/// output.
pub(super) fn each<F: Copy>(
    outputs: &[Output<F>],
    usual: F,
    mut write: impl FnMut(F, bool, &mut dyn Write) -> io::Result<()>,
) -> Result<(), Stop> {
    let usual = [Output { format: usual, path: None }];
    let outputs = if outputs.is_empty() { &usual[..] } else { outputs };
    check(outputs)?;
    for output in outputs {
        match &output.path {
            None => {
                let stdout = io::stdout();
                let mut out = BufWriter::new(stdout.lock());
                write(output.format, true, &mut out)?;
                out.flush()?;
            }
            Some(path) => to_file(path, |out| write(output.format, false, out))?,
        }
    }
    Ok(())
}

/// Whether outputs can stand beside each other.
pub(super) fn check<F>(outputs: &[Output<F>]) -> Result<(), Stop> {
    if outputs.iter().filter(|output| output.path.is_none()).count() > 1 {
        let help = "write all but one to a file, with FORMAT=PATH";
        return Err(Stop::Usage("more than one format goes to standard output".into(), help.into()));
    }
    Ok(())
}

fn write(view: &dyn View, format: Format, colour: bool, width: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Table => terminal::write(view.blocks(), terminal::Options { colour, width }, out),
        Format::Markdown => markdown::write(view.blocks(), out),
        Format::Tsv => tsv::write(view, out),
        Format::Json => view.write_json(out),
        Format::Yaml => {
            let mut text = Vec::new();
            view.write_json(&mut text)?;
            let value: serde_json::Value = serde_json::from_slice(&text)?;
            out.write_all(crate::syntax::yaml(&value).map_err(io::Error::other)?.as_bytes())
        }
    }
}

/// Prints what changes in a file as a unified diff.
pub(super) fn change(name: &str, before: &str, after: &str) -> io::Result<()> {
    let name = printable(name);
    let diff = similar::TextDiff::from_lines(before, after);
    let shown = diff.unified_diff().context_radius(3).header(&format!("a/{name}"), &format!("b/{name}")).to_string();
    let mut out = io::stdout().lock();
    for line in shown.lines() {
        writeln!(out, "{}", printable(line.trim_end_matches('\r')))?;
    }
    out.flush()
}

/// Writes a whole file or nothing: beside its place first, then moved there.
pub(super) fn to_file(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Stop> {
    let failed = |error: io::Error| {
        let message = format!("cannot write {}: {error}", path.display());
        Stop::Usage(message, "check that the folder exists and may be written to".into())
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any program would create it, or as it was.
        let before = std::fs::metadata(path).map(|about| about.permissions());
        builder.permissions(before.unwrap_or_else(|_| std::fs::Permissions::from_mode(0o666)));
    }
    // Else the message would name the temporary file.
    std::fs::metadata(folder).map_err(failed)?;
    let mut file = builder.tempfile_in(folder).map_err(failed)?;
    let mut out = BufWriter::new(file.as_file_mut());
    fill(&mut out).map_err(failed)?;
    out.flush().map_err(failed)?;
    drop(out);
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Says what is wrong and what to do.
pub(super) fn complain(screen: Screen, message: &str, help: &str) {
    let paint = Paint::new(screen.error_colour);
    say(&format!("{}: {}\n", paint.red("error"), printable(message)));
    if !help.is_empty() {
        say(&format!("  {}: {}\n", paint.cyan("help"), printable(help)));
    }
}

/// Says something worth knowing that is not wrong.
pub(super) fn note(screen: Screen, message: &str) {
    say(&format!("{}: {}\n", Paint::new(screen.error_colour).cyan("note"), printable(message)));
}

/// Prints text to standard error. Where nobody reads it, the answer and the exit code stay what they are.
pub(super) fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// How far a long computation is: one line on a terminal, nothing in a pipe.
pub(super) struct Progress {
    shown: bool,
    on: bool,
}

impl Progress {
    /// Nothing is shown yet.
    pub(super) fn new() -> Self {
        Progress { shown: false, on: io::stderr().is_terminal() }
    }

    /// Replaces the line.
    pub(super) fn say(&mut self, text: &str) {
        if self.on {
            self.shown = true;
            say(&format!("\r\u{1b}[K{}", printable(text)));
        }
    }

    /// Takes the line away.
    pub(super) fn finish(&mut self) {
        if self.shown {
            say("\r\u{1b}[K");
            self.shown = false;
        }
    }
}
