//! What `terraform show -json` prints of a plan or a state, and `terraform.tfstate` itself.
//!
//! `document` reads it and keeps what routing may follow from, `references` works out what a plan does not know yet, `azurerm` and
//! `azapi` say the same in the words of Azure Resource Manager. What the resources mean together does not enter here.

mod address;
mod appliances;
mod attributes;
mod azapi;
mod azurerm;
mod configuration;
mod document;
mod gateways;
mod kinds;
mod references;
#[cfg(test)]
mod tests;
mod values;

use super::resource::{Found, Mistake, Origin};
use crate::source::FileId;
use crate::words::printable;
use document::{Document, Format};
use references::Resolver;
use values::Output;

/// What to do about a value that is known only after `terraform apply`.
const KNOWN_LATER: &str = "give the state after `terraform apply`, or a plan against an applied state";

/// Reads a plan or a state into resources. What is no JSON at all is a mistake at the top.
pub(super) fn read(file: FileId, text: &str, found: &mut Found) {
    let document = match Document::read(file, text, kinds::is_wanted) {
        Ok(document) => document,
        Err(error) => {
            let help = "write it anew with `terraform show -json`";
            return found.mistakes.push(Mistake::new(Origin::top(file), printable(&error.to_string()), help));
        }
    };
    if let Some((message, help)) = unsupported(&document.format) {
        let origin = Origin::top(file).key(document.format.key());
        return found.mistakes.push(Mistake::new(origin, message, help));
    }
    if document.errored {
        let message = "the plan ended in an error and may be incomplete";
        let help = "fix what `terraform plan` complains about and plan again";
        found.mistakes.push(Mistake::new(Origin::top(file).key("errored"), message, help));
    }
    translate(&document, found);
}

/// Why a document of another time cannot be read, and what to do.
fn unsupported(format: &Format) -> Option<(String, &'static str)> {
    match format {
        Format::Show(version) if !version.starts_with("0.") && !version.starts_with("1.") => Some((
            format!("format version `{}` of Terraform's JSON is not supported: 0.x and 1.x are", printable(version)),
            "write it with `terraform show -json` of Terraform 1.x",
        )),
        Format::State(version) if *version != 4 => Some((
            format!("version {version} of a Terraform state is not supported: 4 is"),
            "let Terraform 0.12 or later write it anew, or give the output of `terraform show -json`",
        )),
        Format::Neither => Some((
            "no Terraform document: `format_version` or `version` is missing".to_owned(),
            "give the output of `terraform show -json`, or a `terraform.tfstate`",
        )),
        Format::Show(_) | Format::State(_) => None,
    }
}

fn translate(document: &Document, found: &mut Found) {
    let resolver = Resolver::new(document);
    let (mut output, mut skipped) = (Output::new(found), Vec::new());
    for instance in document.instances() {
        if let Err(what) = azurerm::translate(&resolver, instance, &mut output) {
            skipped.push(what);
        }
    }
    skipped.into_iter().for_each(|kind| found.skip(kind, 1));
    document.skipped.iter().for_each(|(kind, count)| found.skip(kind, *count));
}
