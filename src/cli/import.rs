//! What `import` takes.

use super::{Output, parse_output};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

pub(super) const IMPORT_HELP: &str = "Write the topology of an estate that exists, from what other tools print of it.

  rsctl import azure-capture                       a folder that the collect script filled
  rsctl import az vnets.json route-servers.json peers.json learned-fw1.json
  rsctl import arm azuredeploy.json azuredeploy.parameters.json --location westeurope
  terraform show -json tfplan | rsctl import terraform -

Documents are told by their content and joined by resource ids, in any order: JSON of az (flat)
and of the REST API (nested), ARM templates, `terraform show -json` of a plan or a state, and
captured routes. What NVAs and sites announce is taken from learned routes; where none were given,
it stays blank.

What no document tells is said on standard error and stands in the file as comments: GUESS what
was supposed, BLANK what is missing. Exit code 1 with --strict when there is any, and with --diff
when the topology differs from the documents.";

/// What `import` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ImportFormat {
    /// The topology.
    #[value(alias = "rsctl", alias = "topology")]
    Yaml,
    /// A manifest of the captured routes, for `verify`.
    Captures,
}

/// A shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CollectShell {
    /// For bash.
    Bash,
    /// For PowerShell.
    #[value(alias = "pwsh")]
    Powershell,
}

/// Arguments of `import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Documents and folders of documents; `-` reads standard input. The first may be `az`, `arm` or `terraform`: documents of other tools are then refused
    #[arg(value_name = "[az|arm|terraform] PATH", required_unless_present = "collect_script")]
    pub paths: Vec<String>,
    /// Guesses, blanks and skipped resources are errors: nothing is written, and the exit code is 1
    #[arg(long)]
    pub strict: bool,
    /// Refresh this topology instead of writing a new one: what the documents tell is replaced, everything else stays as it is
    #[arg(long, value_name = "FILE", conflicts_with_all = ["output", "sanitize"])]
    pub update: Option<PathBuf>,
    /// With --update: show what would change, write nothing, and end with 1 when that is anything
    #[arg(long, requires = "update")]
    pub diff: bool,
    /// With --update: also remove VNets, route tables, NVAs and sites that no document has
    #[arg(long, requires = "update")]
    pub prune: bool,
    /// The region of the resource group that a template is deployed to
    #[arg(long, value_name = "REGION")]
    pub location: Option<String>,
    /// The resource group that a template is deployed to
    #[arg(long, value_name = "NAME")]
    pub resource_group: Option<String>,
    /// Replace a file that exists
    #[arg(long)]
    pub force: bool,
    /// Write the documents into this new folder with other names, addresses and AS numbers, so that they can be shared
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["output", "strict"])]
    pub sanitize: Option<PathBuf>,
    /// Print a script that saves all of an estate with read-only az commands
    #[arg(long, value_name = "SHELL", value_enum, conflicts_with_all = ["paths", "update", "sanitize", "strict", "output"])]
    pub collect_script: Option<CollectShell>,
    /// Format, or FORMAT=PATH to write a file (repeatable) [formats: yaml, captures] [default: yaml]
    #[arg(short, long = "output", value_name = "FORMAT[=PATH]", value_parser = parse_output::<ImportFormat>)]
    pub output: Vec<Output<ImportFormat>>,
}
