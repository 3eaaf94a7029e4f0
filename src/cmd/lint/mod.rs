//! `rsctl lint`.

mod edit;
mod project;

use super::{Exit, Screen, Stop, load, output, topologies};
use crate::cli::{FailOn, FindingsFormat, LintArgs, Output, RulesetName};
use crate::diagnostic::{Severity, Sink};
use crate::lint::baseline::{Baseline, Entry};
use crate::lint::{self, Context, Found, Level, Ruleset, Selection, Selector};
use crate::render::{diagnostic, findings};
use crate::report::lint::{FindingView, LintReport};
use crate::report::rules::RuleView;
use crate::source::Sources;
use crate::syntax::document::Document;
use crate::topology::Topology;
use project::Project;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

/// Everything that was read, and what the rules found in it.
struct Lint {
    sources: Sources,
    project: Project,
    estates: Vec<Estate>,
    /// Every finding of every topology, also those that do not count.
    found: Vec<Vec<Found>>,
    /// Something could not be read; it was said.
    broken: bool,
}

/// One topology.
struct Estate {
    name: String,
    document: Document,
    topology: Topology,
    files: Range<usize>,
}

pub(super) fn run(args: &LintArgs, screen: Screen) -> Result<Exit, Stop> {
    if args.diff && !args.fix && args.add_ignore.is_none() {
        return Err(Stop::Usage(
            "--diff shows nothing by itself".into(),
            "write --fix --diff or --add-ignore REASON --diff".into(),
        ));
    }
    let mut lint = Lint::read(args, screen)?;
    if args.fix || args.add_ignore.is_some() {
        let made = edit::edit(&lint, args, screen)?;
        if args.diff || args.add_ignore.is_some() {
            return Ok(made);
        }
        lint = Lint::read(args, screen)?;
    }
    let report = lint.report(args)?;
    if let Some(path) = &args.write_baseline {
        let count = lint.write_baseline(path)?;
        output::note(
            screen,
            &format!("wrote {} to {}", crate::words::plural(count, "finding", "findings"), path.display()),
        );
        return Ok(if lint.broken { Exit::Input } else { Exit::Fine });
    }
    show(&report, &args.output, screen)?;
    let sarif_alone = matches!(args.output.as_slice(), [Output { format: FindingsFormat::Sarif, path: None }]);
    let fail_on = lint.project.fail_on(args);
    let failed = report.worst().is_some_and(|worst| fail_on.is_some_and(|least| worst >= least));
    Ok(match (lint.broken, failed && !sarif_alone) {
        (true, _) => Exit::Input,
        (false, true) => Exit::No,
        (false, false) => Exit::Fine,
    })
}

impl Lint {
    fn read(args: &LintArgs, screen: Screen) -> Result<Lint, Stop> {
        let chosen = load::choices(&args.facts)?;
        let names = topologies::named(&args.files)?;
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let mut selection = of_arguments(args)?;
        let mut project = Project::find(args, names.first().map(String::as_str), &mut sources, &mut sink)?;
        let own = std::mem::take(&mut selection.levels);
        selection.apply(&project.settings, &mut sink);
        // The command line goes before the file.
        selection.levels.extend(own);
        selection.strict = args.strict || project.settings.strict.unwrap_or(false);
        if let (None, Some(name)) = (args.ruleset, &project.settings.ruleset) {
            selection.ruleset = project::ruleset(name, &mut sink);
        }
        if sink.has_errors() {
            load::say_diagnostics(sink, &sources, screen);
            return Err(Stop::Said);
        }
        project.selection = selection;
        let mut lint = Lint { sources, project, estates: Vec::new(), found: Vec::new(), broken: false };
        for name in names {
            lint.estate(&name, args, &chosen, screen)?;
        }
        load::note_what_if(&args.what_if, screen);
        lint.found = lint.estates.iter().map(|estate| lint.findings(estate)).collect();
        Ok(lint)
    }

    fn estate(&mut self, name: &str, args: &LintArgs, chosen: &[(String, String)], screen: Screen) -> Result<(), Stop> {
        let mut sink = Sink::default();
        let first = self.sources.len();
        let shown = args.stdin_filename.as_deref().filter(|_| name == "-").unwrap_or(name);
        let what_if = &args.what_if;
        let loaded = load::read_as(name, args.stdin_filename.as_deref(), what_if, &mut self.sources, &mut sink)?;
        let written = load::written(loaded, what_if, &args.facts, chosen, &mut sink);
        self.broken |= sink.has_errors();
        load::say_diagnostics(sink, &self.sources, screen);
        if let Some((loaded, topology)) = written? {
            let topology = load::failed(topology, what_if)?;
            let files = first..self.sources.len();
            let name = if shown == "-" { "<stdin>".to_owned() } else { shown.to_owned() };
            self.estates.push(Estate { name, document: loaded.document, topology, files });
        } else {
            self.broken = true;
        }
        Ok(())
    }

    fn findings(&self, estate: &Estate) -> Vec<Found> {
        let selection = &self.project.selection;
        let context = Context::new(&self.sources, &estate.document, &estate.topology, selection.ruleset)
            .of_files(estate.files.clone());
        lint::run(&context, |rule| selection.runs(rule))
    }

    /// Sorts findings into those that count and those that do not.
    fn report(&self, args: &LintArgs) -> Result<LintReport<'_>, Stop> {
        let selection = &self.project.selection;
        let baseline = self.project.baseline(args)?;
        let mut report = LintReport {
            sources: &self.sources,
            root: self.project.root.clone(),
            topologies: self.estates.iter().map(|estate| estate.name.clone()).collect(),
            ruleset: selection.ruleset,
            findings: Vec::new(),
            ignored: Vec::new(),
            in_baseline: 0,
            fixed_since_baseline: Vec::new(),
            rules: lint::all().iter().filter(|rule| selection.runs(rule)).map(|rule| RuleView::from(*rule)).collect(),
        };
        let mut now: BTreeSet<Entry> = BTreeSet::new();
        for (index, found) in self.found.iter().enumerate() {
            let topology = report.topology_path(index);
            for found in found {
                now.insert(Entry::of(found, &topology));
                let path = report.places().path(found.finding.place.span.file);
                let ignored = !args.no_ignores && (found.ignored || selection.ignores(found, &path));
                let view = || FindingView::new(found.clone(), index, selection.severity(found));
                if ignored {
                    report.ignored.push(view());
                } else if baseline.as_ref().is_some_and(|baseline| baseline.holds(found, &topology)) {
                    report.in_baseline += 1;
                } else {
                    report.findings.push(view());
                }
            }
        }
        if let Some(baseline) = baseline {
            let looked_at: Vec<String> = (0..self.estates.len()).map(|index| report.topology_path(index)).collect();
            let gone = baseline.gone(&looked_at, &now);
            report.fixed_since_baseline = gone.iter().map(|entry| (entry.code.clone(), entry.object.clone())).collect();
        }
        Ok(report)
    }

    fn write_baseline(&self, path: &Path) -> Result<usize, Stop> {
        let mut entries = Vec::new();
        for (estate, found) in self.estates.iter().zip(&self.found) {
            let topology = crate::report::places::from_root(&self.project.root, Path::new(&estate.name));
            entries.extend(found.iter().filter(|found| !found.ignored).map(|found| Entry::of(found, &topology)));
        }
        let count = entries.len();
        output::to_file(path, |out| out.write_all(Baseline::new(entries).text().as_bytes()))?;
        Ok(count)
    }
}

/// What the command line says of rules.
fn of_arguments(args: &LintArgs) -> Result<Selection, Stop> {
    let mut selection = Selection { strict: args.strict, ..Selection::default() };
    selection.ruleset = match args.ruleset {
        Some(RulesetName::Az700) => Ruleset::Az700,
        Some(RulesetName::Azure) | None => Ruleset::Azure,
    };
    for name in args.only.iter().filter(|name| !name.is_empty()) {
        selection.only.push(Selector::named(name)?);
    }
    for text in args.severity.iter().filter(|text| !text.is_empty()) {
        let usage = || {
            let help = "write --severity RULE=LEVEL with one of error, warning, note, off: --severity RS0104=note";
            Stop::Usage(format!("`{text}` names no rule and level"), help.into())
        };
        let (name, level) = text.split_once('=').ok_or_else(usage)?;
        selection.levels.push((Selector::named(name)?, Level::named(level).ok_or_else(usage)?));
    }
    Ok(selection)
}

/// Writes the report in every format that was asked for; for people when none was.
fn show(report: &LintReport<'_>, outputs: &[Output<FindingsFormat>], screen: Screen) -> Result<(), Stop> {
    output::each(outputs, FindingsFormat::Human, |format, on_screen, out| {
        let options = diagnostic::Options {
            colour: on_screen && screen.colour,
            unicode: load::unicode() || !on_screen,
            width: screen.width.filter(|_| on_screen).unwrap_or(100),
        };
        match format {
            FindingsFormat::Human => findings::human::write(report, &options, out),
            FindingsFormat::Concise => findings::concise::write(report, out),
            FindingsFormat::Json => findings::json::write(report, out),
            FindingsFormat::Sarif => findings::sarif::write(report, out),
            FindingsFormat::Github => findings::github::write(report, out),
            FindingsFormat::AzurePipelines => findings::azure_pipelines::write(report, out),
            FindingsFormat::Gitlab => findings::gitlab::write(report, out),
            FindingsFormat::Junit => findings::junit::write(report, out),
            FindingsFormat::Rdjson => findings::rdjson::write(report, out),
            FindingsFormat::Markdown => findings::markdown::write(report, out),
        }
    })
}

/// The least severity that ends a run with 1; none for never.
fn least(fail_on: FailOn) -> Option<Severity> {
    match fail_on {
        FailOn::Error => Some(Severity::Error),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Note => Some(Severity::Note),
        FailOn::Never => None,
    }
}
