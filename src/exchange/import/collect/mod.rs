//! The scripts that gather an estate into a folder of captures: read-only `az` commands, one file each, in the layout that import reads.
//!
//! Only the texts live here; nothing runs them.

/// A shell that a script is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shell {
    /// bash, on Linux, macOS, WSL and in Cloud Shell.
    Bash,
    /// Windows PowerShell 5.1 and PowerShell 7.
    Powershell,
}

/// The script for a shell.
pub fn script(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => include_str!("collect.sh"),
        Shell::Powershell => include_str!("collect.ps1"),
    }
}
