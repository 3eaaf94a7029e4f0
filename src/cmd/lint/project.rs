//! What surrounds the topologies: the settings file, the root of the repository, the baseline.

use super::least;
use crate::cli::{FailOn, LintArgs};
use crate::cmd::{Stop, topologies};
use crate::diagnostic::{Diagnostic, Severity, Sink};
use crate::lint::baseline::Baseline;
use crate::lint::{Ruleset, Selection};
use crate::settings::{self, FILE_NAME, Settings};
use crate::source::{Sources, Spanned};
use clap::ValueEnum;
use std::path::{Path, PathBuf};

/// What a project says of its checks, and where it is.
pub(super) struct Project {
    pub(super) settings: Settings,
    pub(super) selection: Selection,
    /// The root of the repository; the current folder where there is none.
    pub(super) root: PathBuf,
    /// The folder of the settings file.
    folder: PathBuf,
}

impl Project {
    /// Looks from the folder of the first topology upwards, to the root of the repository.
    pub(super) fn find(
        args: &LintArgs,
        first: Option<&str>,
        sources: &mut Sources,
        sink: &mut Sink,
    ) -> Result<Self, Stop> {
        let (start, root) = topologies::surroundings(first)?;
        let up_to_root =
            start.ancestors().take_while(|folder| root.as_ref().is_none_or(|root| folder.starts_with(root)));
        let found = match &args.config {
            Some(path) => Some(path.clone()),
            None if args.no_config => None,
            None => up_to_root.map(|folder| folder.join(FILE_NAME)).find(|path| path.is_file()),
        };
        let root = topologies::root(first)?;
        let mut project =
            Project { settings: Settings::default(), selection: Selection::default(), folder: root.clone(), root };
        let Some(path) = found else { return Ok(project) };
        let text = std::fs::read_to_string(&path).map_err(|error| {
            let message = format!("cannot read the settings {}: {error}", path.display());
            Stop::Usage(message, "name another file with --config, or go without with --no-config".into())
        })?;
        if text.len() > u32::MAX as usize / 2 {
            return Err(Stop::Usage(format!("{} is too large for a settings file", path.display()), String::new()));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        project.folder = folder.to_owned();
        let file = sources.add(path.display().to_string(), &path, text.clone());
        project.settings = settings::read(file, &text, sink);
        if let Some(level) = &project.settings.fail_on
            && FailOn::from_str(&level.value, false).is_err()
        {
            let message = format!("`{}` is no level to fail on", crate::words::echo(&level.value));
            sink.push(Diagnostic::error(level.span, message).help("write `error`, `warning`, `note` or `never`"));
        }
        Ok(project)
    }

    /// The least severity that ends a run with 1; none for never.
    pub(super) fn fail_on(&self, args: &LintArgs) -> Option<Severity> {
        let written = self.settings.fail_on.as_ref().and_then(|level| FailOn::from_str(&level.value, false).ok());
        let chosen = if args.exit_zero { Some(FailOn::Never) } else { args.fail_on.or(written) };
        least(chosen.unwrap_or(FailOn::Error))
    }

    /// The baseline that was named, by an argument or in the settings.
    pub(super) fn baseline(&self, args: &LintArgs) -> Result<Option<Baseline>, Stop> {
        let written = || self.settings.baseline.as_ref().map(|path| self.folder.join(path));
        let Some(path) = args.baseline.clone().or_else(written) else { return Ok(None) };
        let help = "write one with `rsctl lint --write-baseline FILE`";
        let text = std::fs::read_to_string(&path).map_err(|error| {
            Stop::Usage(format!("cannot read the baseline {}: {error}", path.display()), help.into())
        })?;
        let baseline = Baseline::read(&text)
            .map_err(|error| Stop::Usage(format!("{} is no baseline: {error}", path.display()), help.into()))?;
        Ok(Some(baseline))
    }
}

/// The ruleset that the settings name.
pub(super) fn ruleset(name: &Spanned<String>, sink: &mut Sink) -> Ruleset {
    match name.value.as_str() {
        "azure" => Ruleset::Azure,
        "az-700" => Ruleset::Az700,
        other => {
            let message = format!("there is no ruleset `{}`", crate::words::echo(other));
            sink.push(Diagnostic::error(name.span, message).help("write `azure` or `az-700`"));
            Ruleset::Azure
        }
    }
}
