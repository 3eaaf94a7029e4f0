//! `rsctl test`.

use super::{Exit, Screen, Stop, load, output, topologies};
use crate::analysis::Estate;
use crate::cli::{FactArgs, TestArgs, TestFormat, WhatIf};
use crate::diagnostic::Sink;
use crate::expect::{Entry, evaluate, read};
use crate::render::tests::{human, json, junit, tap};
use crate::report::test_results::{Asked, Suite, TestReport};
use crate::source::Sources;
use crate::words::{plural, printable};
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

/// One topology with its expectations.
struct Tested {
    name: String,
    estate: Estate,
    entries: Vec<Entry>,
}

/// Everything that was read.
struct Session {
    sources: Sources,
    tested: Vec<Tested>,
    /// Something could not be read; it was said.
    broken: bool,
    /// Expectations that `--filter` leaves out.
    left_out: usize,
}

pub(super) fn run(args: &TestArgs, screen: Screen) -> Result<Exit, Stop> {
    let started = Instant::now();
    output::check(&args.output)?;
    let session = Session::read(args, screen)?;
    if session.broken {
        // Said already; a part of the answer would look like all of it.
        return Err(Stop::Said);
    }
    if session.tested.iter().all(|tested| tested.entries.is_empty()) {
        return Err(nothing(&session));
    }
    if args.list {
        let mut out = std::io::stdout().lock();
        for entry in session.tested.iter().flat_map(|tested| &tested.entries) {
            writeln!(out, "{}", printable(&entry.name))?;
        }
        return Ok(Exit::Fine);
    }
    let root = topologies::root(args.files.first().map(String::as_str))?;
    let report = session.evaluate(&root, args);
    let took = screen.width.map(|_| started.elapsed());
    output::each(&args.output, TestFormat::Human, |format, on_screen, out| match format {
        TestFormat::Human => human::write(&report, on_screen && screen.colour, took.filter(|_| on_screen), out),
        TestFormat::Json => json::write(&report, out),
        TestFormat::Junit => junit::write(&report, out),
        TestFormat::Tap => tap::write(&report, out),
    })?;
    Ok(if report.failed() > 0 { Exit::No } else { Exit::Fine })
}

/// Why there is nothing to test.
fn nothing(session: &Session) -> Stop {
    match session.left_out {
        0 => {
            let names: Vec<&str> = session.tested.iter().map(|tested| tested.name.as_str()).collect();
            let help =
                "write `expect:` into it, such as `- { every: { subnets: \"*/*\" }, to: internet, reaches: true }`";
            Stop::Usage(format!("nothing was tested: {} expects nothing", names.join(", ")), help.into())
        }
        count => {
            let message =
                format!("nothing was tested: --filter leaves out {}", plural(count, "expectation", "expectations"));
            Stop::Usage(message, "`rsctl test --list` shows their names".into())
        }
    }
}

impl Session {
    fn read(args: &TestArgs, screen: Screen) -> Result<Session, Stop> {
        let chosen = load::choices(&args.facts)?;
        let names = topologies::named(&args.files)?;
        let mut session = Session { sources: Sources::default(), tested: Vec::new(), broken: false, left_out: 0 };
        for name in names {
            session.topology(&name, args, &chosen, screen)?;
        }
        load::note_what_if(&args.what_if, screen);
        Ok(session)
    }

    fn topology(
        &mut self,
        name: &str,
        args: &TestArgs,
        chosen: &[(String, String)],
        screen: Screen,
    ) -> Result<(), Stop> {
        let mut sink = Sink::default();
        let loaded = load::read_as(name, None, &args.what_if, &mut self.sources, &mut sink)?;
        let written = load::written(loaded, &args.what_if, &args.facts, chosen, &mut sink)?;
        let failed = written.map(|(loaded, topology)| Ok::<_, Stop>((loaded, load::failed(topology, &args.what_if)?)));
        if let Some((loaded, topology)) = failed.transpose()? {
            let estate = Estate::new(topology);
            let mut entries = read(&loaded.document.expect, &estate, &mut sink);
            let all = entries.len();
            let filters: Vec<&String> = args.filter.iter().filter(|text| !text.is_empty()).collect();
            entries.retain(|entry| filters.is_empty() || filters.iter().any(|text| entry.name.contains(text.as_str())));
            self.left_out += all - entries.len();
            let name = if name == "-" { load::STDIN.to_owned() } else { name.to_owned() };
            self.tested.push(Tested { name, estate, entries });
        }
        self.broken |= sink.has_errors();
        load::say_diagnostics(sink, &self.sources, screen);
        Ok(())
    }

    fn evaluate(&self, root: &Path, args: &TestArgs) -> TestReport {
        let progress = Mutex::new(output::Progress::new());
        let flags = flags(&args.what_if, &args.facts);
        let mut suites = Vec::new();
        for tested in self.tested.iter().filter(|tested| !tested.entries.is_empty()) {
            let name = &tested.name;
            let outcomes = evaluate(&tested.estate, &tested.entries, &|done, total| {
                if let Ok(mut progress) = progress.lock() {
                    progress.say(&format!("{name}: {done} of {total} failures"));
                }
            });
            let file = if name == load::STDIN { "-".to_owned() } else { name.clone() };
            let asked = Asked { name: name.clone(), file, flags: flags.clone() };
            suites.push(Suite::new(&tested.estate, (&tested.entries, &outcomes), &self.sources, root, &asked));
        }
        if let Ok(mut progress) = progress.lock() {
            progress.finish();
        }
        TestReport { suites }
    }
}

/// The flags that make the estate what it is, as they have to be repeated.
fn flags(what_if: &WhatIf, facts: &FactArgs) -> Vec<String> {
    let each = |flag: &str, values: &[String]| -> Vec<String> {
        let written = values.iter().filter(|value| !value.trim().is_empty());
        written.flat_map(|value| [flag.to_owned(), value.clone()]).collect()
    };
    let as_of: Vec<String> = facts.as_of.iter().cloned().collect();
    [
        each("--set", &what_if.set),
        each("--without", &what_if.without),
        each("--down", &what_if.down),
        each("--fact", &facts.facts),
        each("--as-of", &as_of),
    ]
    .concat()
}
