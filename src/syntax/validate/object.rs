//! Maps with known keys: unknown, missing and contradicting ones.
//!
//! The keys themselves are in `shape`.

use super::{Place, Validator};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::shape::{Field, Form, Object};
use crate::syntax::tree::{Key, Node};
use crate::words::{all_of, closest, echo, one_of};

impl Validator<'_> {
    pub(super) fn object(&mut self, object: &'static Object, node: &Node, place: &Place<'_>) {
        let mut misspelled = Vec::new();
        for (key, value) in node.entries() {
            match object.field(&key.text) {
                Some(field) => self.value(&field.shape, value, &Place::field(key, field)),
                None => {
                    let meant = self.unknown_key(object, key, node);
                    misspelled.extend(meant.map(|field| field.name));
                }
            }
        }
        let missing = object
            .fields()
            .filter(|field| field.required && node.get(field.name).is_none() && !misspelled.contains(&field.name));
        self.missing_keys(object, &missing.collect::<Vec<_>>(), node, place);
        if !object.forms.is_empty() {
            self.forms(object, node, place, &misspelled);
        }
    }

    /// Reports the key and returns the one that was probably meant.
    fn unknown_key(&mut self, object: &'static Object, key: &Key, node: &Node) -> Option<&'static Field> {
        let synonym = || object.fields().find(|field| field.instead_of.contains(&&*key.text));
        let near = || closest(&key.text, object.fields().map(|field| field.name)).and_then(|name| object.field(name));
        let meant = synonym().or_else(near);
        let mut diagnostic = Diagnostic::error(key.span, format!("unknown key `{}`", echo(&key.text)))
            .label(format!("{} has no such key", object.title));
        let written = meant.and_then(|field| node.entries().iter().find(|(other, _)| &*other.text == field.name));
        let hint = match (meant, written) {
            (Some(field), Some((other, _))) => {
                diagnostic = diagnostic.also(other.span, format!("`{}` is written here", field.name));
                format!("put what belongs together under `{}`", field.name)
            }
            (Some(field), None) if field.instead_of.contains(&&*key.text) => {
                format!("write `{}: {}`", field.name, field.example)
            }
            (Some(field), None) => format!("did you mean `{}`?", field.name),
            (None, _) => String::new(),
        };
        self.sink.push(diagnostic.help(with_keys(object, &hint)));
        meant
    }

    fn missing_keys(&mut self, object: &Object, missing: &[&Field], node: &Node, place: &Place<'_>) {
        if missing.is_empty() {
            return;
        }
        let names = all_of(missing.iter().map(|field| field.name));
        let are = if missing.len() == 1 { "is" } else { "are" };
        let written: Vec<String> = missing.iter().map(|field| format!("`{}: {}`", field.name, field.example)).collect();
        let diagnostic = Diagnostic::error(name_span(node, place), format!("{} lacks {names}", subject(object, place)))
            .label(format!("{names} {are} missing"))
            .help(format!("write {}", written.join(" and ")));
        self.sink.push(diagnostic);
    }

    /// Exactly one form must be written, and completely.
    fn forms(&mut self, object: &'static Object, node: &Node, place: &Place<'_>, misspelled: &[&str]) {
        let written = |name: &str| node.entries().iter().find(|(key, _)| &*key.text == name).map(|(key, _)| key);
        let begun: Vec<(&Form, &Key)> = object
            .forms
            .iter()
            .filter_map(|form| Some((form, form.needs.iter().find_map(|name| written(name))?)))
            .collect();
        match begun.as_slice() {
            [] => {
                let almost = object.forms.iter().any(|form| form.needs.iter().any(|name| misspelled.contains(name)));
                if !almost {
                    let ways: Vec<String> =
                        object.forms.iter().map(|form| all_of(form.needs.iter().copied())).collect();
                    let message = format!("{} has neither {}", subject(object, place), ways.join(" nor "));
                    let diagnostic = Diagnostic::error(name_span(node, place), message)
                        .label("one of them is missing")
                        .help(form_help(object));
                    self.sink.push(diagnostic);
                }
            }
            [(form, key)] => {
                self.incomplete(object, form, key, node, misspelled);
                for name in form.excludes {
                    if let Some(other) = written(name) {
                        let message = format!("`{name}` means nothing beside `{}`", key.text);
                        let diagnostic = Diagnostic::error(other.span, message)
                            .label("this key")
                            .also(key.span, "this form does not take it")
                            .help(form_help(object));
                        self.sink.push(diagnostic);
                    }
                }
            }
            [(_, first), others @ ..] => {
                for (_, other) in others {
                    let message = format!("`{}` and `{}` exclude each other", first.text, other.text);
                    let diagnostic = Diagnostic::error(other.span, message)
                        .label("another form")
                        .also(first.span, "one form")
                        .help(form_help(object));
                    self.sink.push(diagnostic);
                }
            }
        }
    }

    fn incomplete(&mut self, object: &Object, form: &Form, key: &Key, node: &Node, misspelled: &[&str]) {
        for name in form.needs {
            if node.get(name).is_none() && !misspelled.contains(name) {
                let example = object.field(name).map_or("", |field| field.example);
                let diagnostic = Diagnostic::error(key.span, format!("`{}` needs `{name}` beside it", key.text))
                    .label(format!("`{name}` is missing"))
                    .help(format!("write `{name}: {example}`"));
                self.sink.push(diagnostic);
            }
        }
    }
}

/// Objects with more keys than this list them only where there is no better hint.
const SHORT_LIST: usize = 10;

fn with_keys(object: &'static Object, hint: &str) -> String {
    let keys = || format!("{} takes {}", object.title, all_of(object.fields().map(|field| field.name)));
    match hint {
        "" => keys(),
        hint if object.fields().count() > SHORT_LIST => hint.to_owned(),
        hint if hint.ends_with('?') => format!("{hint} {}", keys()),
        hint => format!("{hint}; {}", keys()),
    }
}

/// `` VNet `hub` `` where the object has a name, `this connection` elsewhere.
fn subject(object: &Object, place: &Place<'_>) -> String {
    match place.key {
        None => "the file".to_owned(),
        Some(key) if place.named => format!("{} `{}`", object.noun(), echo(&key.text)),
        Some(_) => format!("this {}", object.noun()),
    }
}

/// The name of an object, or its first line where it has none.
fn name_span(node: &Node, place: &Place<'_>) -> Span {
    match place.key {
        Some(key) if place.named && !place.item => key.span,
        _ => node.span,
    }
}

fn form_help(object: &Object) -> String {
    let mut help = format!("{} is written with ", object.title);
    let ways: Vec<String> = object.forms.iter().map(|form| all_of(form.needs.iter().copied())).collect();
    help.push_str(&ways.join(", or with "));
    let excluded: Vec<&str> = object.forms.iter().flat_map(|form| form.excludes.iter().copied()).collect();
    if !excluded.is_empty()
        && let Some(form) = object.forms.iter().find(|form| !form.excludes.is_empty())
    {
        help.push_str(&format!("; {} cannot stand beside {}", one_of(excluded), one_of(form.needs.iter().copied())));
    }
    help
}
