//! Text to [`Settings`]: every mistake in one run, at its place.

use super::{IgnoreEntry, Settings};
use crate::diagnostic::{Diagnostic, Sink};
use crate::source::{FileId, Span, Spanned};
use crate::words::{closest, echo, one_of};
use globset::{GlobBuilder, GlobMatcher};
use std::ops::Range;
use toml::de::{DeTable, DeValue};

const LINT_KEYS: &[&str] = &["ruleset", "strict", "fail-on", "require-reason", "baseline", "severity", "ignore"];
const IGNORE_KEYS: &[&str] = &["rules", "files", "objects", "reason"];

type Value<'t> = toml::Spanned<DeValue<'t>>;

/// Reads a settings file whose text is `text`.
pub fn read(file: FileId, text: &str, sink: &mut Sink) -> Settings {
    let mut reader = Reader { file, sink };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let span = reader.span(error.span().unwrap_or(0..0));
        let message = error.message().trim_end_matches('.').to_lowercase();
        reader.sink.push(Diagnostic::error(span, message).help("this is no TOML; see https://toml.io"));
    }
    let mut settings = Settings::default();
    for (key, value) in in_order(table.get_ref()) {
        match &**key.get_ref() {
            "lint" => {
                if let Some(table) = reader.table(value) {
                    reader.lint(table, &mut settings);
                }
            }
            _ => reader.unknown(key, "the settings have", &["lint"]),
        }
    }
    settings
}

/// The entries in the order of the file; the table itself is sorted by key.
fn in_order<'v, 't>(table: &'v DeTable<'t>) -> Vec<(&'v toml::Spanned<std::borrow::Cow<'t, str>>, &'v Value<'t>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

struct Reader<'s> {
    file: FileId,
    sink: &'s mut Sink,
}

impl Reader<'_> {
    fn span(&self, range: Range<usize>) -> Span {
        Span { file: self.file, start: range.start as u32, end: range.end as u32 }
    }

    fn lint(&mut self, table: &DeTable<'_>, settings: &mut Settings) {
        for (key, value) in in_order(table) {
            match &**key.get_ref() {
                "ruleset" => settings.ruleset = self.text(value),
                "strict" => settings.strict = self.boolean(value),
                "fail-on" => settings.fail_on = self.text(value),
                "require-reason" => settings.require_reason = self.boolean(value).unwrap_or(false),
                "baseline" => settings.baseline = self.text(value).map(|path| path.value),
                "severity" => {
                    let Some(table) = self.table(value) else { continue };
                    for (rule, level) in in_order(table) {
                        let rule = Spanned::new(rule.get_ref().to_string(), self.span(rule.span()));
                        settings.severity.extend(self.text(level).map(|level| (rule, level)));
                    }
                }
                "ignore" => {
                    for entry in self.list(value) {
                        let Some(table) = self.table(entry) else { continue };
                        settings.ignore.extend(self.ignore(table, entry.span()));
                    }
                }
                _ => self.unknown(key, "`lint` has", LINT_KEYS),
            }
        }
    }

    fn ignore(&mut self, table: &DeTable<'_>, place: Range<usize>) -> Option<IgnoreEntry> {
        let span = self.span(place);
        let mut entry = IgnoreEntry { span, rules: Vec::new(), files: None, objects: None, reason: None };
        for (key, value) in in_order(table) {
            match &**key.get_ref() {
                "rules" => {
                    let items = self.list(value);
                    entry.rules = items.iter().filter_map(|item| self.text(item)).collect();
                }
                "files" => entry.files = self.glob(value),
                "objects" => entry.objects = self.glob(value),
                "reason" => entry.reason = self.text(value).map(|reason| reason.value),
                _ => self.unknown(key, "an entry of `ignore` has", IGNORE_KEYS),
            }
        }
        if entry.rules.is_empty() {
            let help = "write `rules = [\"RS0104\"]`: rules by code or name, or groups";
            self.sink.push(Diagnostic::error(span, "this entry names no rules").help(help));
            return None;
        }
        Some(entry)
    }

    fn glob(&mut self, value: &Value<'_>) -> Option<GlobMatcher> {
        let text = self.text(value)?;
        match GlobBuilder::new(&text.value).literal_separator(true).build() {
            Ok(glob) => Some(glob.compile_matcher()),
            Err(error) => {
                let message = format!("`{}` is no pattern: {}", echo(&text.value), error.kind());
                let help = "`*` stands for anything but `/`, `**` for anything, `?` for one character";
                self.sink.push(Diagnostic::error(text.span, message).help(help));
                None
            }
        }
    }

    fn text(&mut self, value: &Value<'_>) -> Option<Spanned<String>> {
        let span = self.span(value.span());
        match value.get_ref().as_str() {
            Some(text) => Some(Spanned::new(text.to_owned(), span)),
            None => self.wrong(value, "a text in quotes"),
        }
    }

    fn boolean(&mut self, value: &Value<'_>) -> Option<bool> {
        value.get_ref().as_bool().or_else(|| self.wrong(value, "`true` or `false`"))
    }

    fn table<'v, 't>(&mut self, value: &'v Value<'t>) -> Option<&'v DeTable<'t>> {
        value.get_ref().as_table().or_else(|| self.wrong(value, "a table"))
    }

    /// The items of a list; a lone value counts as a list of one.
    fn list<'v, 't>(&mut self, value: &'v Value<'t>) -> Vec<&'v Value<'t>> {
        value.get_ref().as_array().map_or_else(|| vec![value], |items| items.iter().collect())
    }

    fn wrong<T>(&mut self, value: &Value<'_>, wanted: &str) -> Option<T> {
        let message = format!("{wanted} is expected, not {}", with_article(value.get_ref().type_str()));
        let span = self.span(value.span());
        self.sink.push(Diagnostic::error(span, message).help("see the settings in docs/lint.md"));
        None
    }

    fn unknown(&mut self, key: &toml::Spanned<std::borrow::Cow<'_, str>>, owner: &str, known: &[&str]) {
        let written = key.get_ref();
        let hint = closest(written, known.iter().copied()).map(|close| format!("did you mean `{close}`? "));
        let help = format!("{}{owner} {}", hint.unwrap_or_default(), one_of(known.iter().copied()));
        let message = format!("unknown key `{}`", echo(written));
        let span = self.span(key.span());
        self.sink.push(Diagnostic::error(span, message).help(help));
    }
}

fn with_article(word: &str) -> String {
    let article = if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {word}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;
    use crate::source::Sources;

    fn settings(text: &str) -> (Settings, Vec<String>) {
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let file = sources.add("rsctl.toml", "rsctl.toml", text.into());
        let settings = read(file, text, &mut sink);
        let told = sink.into_sorted().into_iter().map(|diagnostic| {
            let Place::In(label) = diagnostic.place else { return diagnostic.message };
            let line = sources.file(file).position(label.span.start).line;
            format!("{line}: {} ({})", diagnostic.message, diagnostic.help.unwrap_or_default())
        });
        (settings, told.collect())
    }

    #[test]
    fn everything_that_can_be_set_is_read() {
        let (settings, told) = settings(
            "[lint]\nruleset = \"az-700\"\nstrict = true\nfail-on = \"warning\"\nrequire-reason = true\nbaseline = \"b.json\"\n\
             [lint.severity]\nRS0104 = \"note\"\nbypass = \"error\"\n\
             [[lint.ignore]]\nrules = [\"RS0301\"]\nfiles = \"labs/**\"\nobjects = \"vnets.spoke-*\"\nreason = \"a lab\"\n",
        );
        assert_eq!(told, [""; 0]);
        assert_eq!(
            settings.severity.iter().map(|(rule, _)| rule.value.as_str()).collect::<Vec<_>>(),
            ["RS0104", "bypass"]
        );
        assert!(settings.ignore[0].files.as_ref().is_some_and(|files| files.is_match("labs/a/b.rsctl.yaml")));
        assert!(settings.ignore[0].objects.as_ref().is_some_and(|objects| objects.is_match("vnets.spoke-1")));
        assert!(settings.strict == Some(true) && settings.require_reason);
    }

    #[test]
    fn every_mistake_is_told_at_its_line() {
        let (_, told) = settings(
            "[lint]\nstrikt = true\nstrict = 1\nfail-on = [\"error\"]\n[lint.severity]\nRS0104 = 3\n[[lint.ignore]]\nfiles = \"[\"\n[format]\n",
        );
        assert_eq!(told.len(), 7, "{told:#?}");
        assert!(told[0].starts_with("2: unknown key `strikt` (did you mean `strict`?"), "{told:#?}");
        assert!(told[1].starts_with("3: `true` or `false` is expected, not an integer"), "{told:#?}");
    }

    #[test]
    fn broken_toml_is_told_and_never_panics() {
        let (_, told) = settings("[lint\nruleset = \n\u{1b}");
        assert!(!told.is_empty());
    }
}
