//! What `test` takes.

use super::{FactArgs, Output, WhatIf, parse_output};
use clap::{Args, ValueEnum};

pub(super) const TEST_HELP: &str = "Hold the expectations of a topology (`expect:`) against what its routes do.

  rsctl test                                       every topology of this folder
  rsctl test estate.rsctl.yaml --filter internet   those whose names hold a text
  rsctl test estate.rsctl.yaml --down fw1          the same estate with a firewall down
  rsctl test -o human -o junit=results.xml         for people and for CI
  git bisect run rsctl test --bisect estate.rsctl.yaml
                                                   the commit at which an expectation stopped holding

Exit code 1 when an expectation fails, 2 when nothing was tested.";

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TestFormat {
    /// For people.
    #[value(alias = "table")]
    Human,
    /// For scripts.
    Json,
    /// JUnit XML.
    Junit,
    /// Test Anything Protocol, version 14.
    Tap,
}

/// Arguments of `test`.
#[derive(Debug, Args)]
pub struct TestArgs {
    /// Topology files, or folders that hold some; `-` reads standard input. Without any: every `*.rsctl.yaml` of the current directory
    #[arg(value_name = "FILE")]
    pub files: Vec<String>,
    /// Only expectations whose name holds this text (repeatable)
    #[arg(long, value_name = "TEXT")]
    pub filter: Vec<String>,
    /// List the names and test nothing
    #[arg(long)]
    pub list: bool,
    /// End with 125 instead of 2, so that `git bisect run` skips a commit that cannot be tested
    #[arg(long)]
    pub bisect: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub what_if: WhatIf,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub facts: FactArgs,
    /// Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, json, junit, tap]
    #[arg(short, long = "output", value_name = "FORMAT[=PATH]", value_parser = parse_output::<TestFormat>)]
    pub output: Vec<Output<TestFormat>>,
}
