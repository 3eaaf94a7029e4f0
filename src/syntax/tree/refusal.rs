//! Why the YAML crate gave up, in the words of this tool.
//!
//! The crate's own texts speak to Rust programmers ("set DuplicateKeyPolicy"); none of them reaches the user.

use super::MAX_DEPTH;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use serde_saphyr::granit_parser::ErrorKind;
use serde_saphyr::{Error, ExternalMessageSource, Location};

/// The diagnostic for an error of the YAML crate.
pub(super) fn explain(error: &Error, file: FileId, text: &str) -> Diagnostic {
    let outer = error.without_snippet();
    let error = inner(outer);
    // Of an alias the place where it is used: what it stands for may be fine by itself.
    let used = match outer {
        Error::AliasError { locations, .. } => locations.primary_location(),
        _ => None,
    };
    let location = used.or_else(|| error.location());
    let span = location.map_or(Span { file, start: 0, end: 0 }, |location| span_of(location, file, text));
    let (message, label, help) = words(error, span, text);
    let mut diagnostic = Diagnostic::error(span, message).label(label);
    if !help.is_empty() {
        diagnostic = diagnostic.help(help);
    }
    diagnostic
}

/// What an alias only passes on.
fn inner(error: &Error) -> &Error {
    match error {
        Error::AliasError { error, .. } => inner(error.without_snippet()),
        other => other,
    }
}

type Words = (String, &'static str, &'static str);

fn words(error: &Error, span: Span, text: &str) -> Words {
    let say = |message: &str, label, help| (message.to_owned(), label, help);
    match error {
        Error::ExternalMessage { source, .. } => match source.as_ref() {
            ExternalMessageSource::Parser(error) => scanner_words(error.kind(), span, text),
            #[allow(unreachable_patterns)]
            _ => say("this is not valid YAML", "reading stops here", ""),
        },
        Error::MultipleDocuments { .. } => say(
            "the file holds more than one document",
            "a second document starts here",
            "remove the `---`; a topology that builds on another is a file of its own with `extends: other.rsctl.yaml`",
        ),
        Error::Eof { .. } => say("the file ends too early", "more was expected here", "finish what was begun above"),
        Error::UnknownAnchor { .. } if is_bare_star(text, span) => {
            say("a `*` without quotes", "YAML reads it as an alias", "put it in quotes: `\"*\"`")
        }
        Error::UnknownAnchor { .. } => say(
            "an alias without an anchor",
            "nothing above is anchored by this name",
            "put `&name` before the value that is meant, above this line, or write the value here; a text that starts with `*` needs quotes",
        ),
        Error::UnsupportedTag { .. } => say(
            "tags such as `!name` mean nothing here",
            "a tag",
            "remove the tag; put the text in quotes if it starts with `!`",
        ),
        Error::MergeValueNotMapOrSeqOfMaps { .. } => say(
            "`<<` merges maps only",
            "neither a map nor a list of maps",
            "write `<<: *name` where `&name` stands before a map",
        ),
        Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayCounterOverflow { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => aliases(),
        Error::RecursiveReferencesRequireWeakTypes { .. } => say(
            "an alias inside the value that it stands for",
            "this alias never ends",
            "put the anchor before another value, or write the value out here",
        ),
        Error::Budget { breach, .. } => budget_words(breach),
        Error::InvalidBinaryBase64 { .. }
        | Error::BinaryNotUtf8 { .. }
        | Error::TaggedScalarCannotDeserializeIntoString { .. }
        | Error::InvalidScalar { .. }
        | Error::InvalidBooleanStrict { .. }
        | Error::TaggedStructFieldName { .. } => {
            say("the tag does not fit the value", "written with a tag such as `!!int`", "remove the tag")
        }
        Error::FoldedBlockScalarMustIndentContent { .. } => {
            say("the text below `>` or `|` is not indented", "indent this line", "indent the text further than its key")
        }
        _ => say("this is not valid YAML", "reading stops here", ""),
    }
}

fn aliases() -> Words {
    (
        "the aliases of this file unfold to too much".to_owned(),
        "this alias goes over the limit",
        "write long lists once in a file and name it with `advertises: { from: table.txt }`",
    )
}

fn budget_words(breach: &serde_saphyr::budget::BudgetBreach) -> Words {
    use serde_saphyr::budget::BudgetBreach as Breach;
    match breach {
        Breach::Depth { .. } => (
            format!("nested more than {MAX_DEPTH} levels deep"),
            "one level too many",
            "a topology needs fewer than ten levels; look for brackets that are never closed",
        ),
        Breach::Documents { .. } => {
            ("the file holds more than one document".to_owned(), "another document", "keep one document in a file")
        }
        _ => aliases(),
    }
}

/// Scanner errors by kind; the labels are for the place where the scanner stopped.
fn scanner_words(kind: &ErrorKind, span: Span, text: &str) -> Words {
    use ErrorKind as K;
    let say = |message: &str, label, help| (message.to_owned(), label, help);
    match kind {
        K::TabNotAllowed
        | K::TabInBlockIndentation
        | K::TabInIndentation
        | K::TabAtBlockScalarStart
        | K::TabInPlainScalar => {
            say("a tab where only blanks are allowed", "indentation with a tab", "replace every tab by blanks")
        }
        K::UnexpectedEofFlowSequence | K::UnclosedFlowCollection { open: '[' } => {
            say("a `[` is never closed", "the list starts here or above", "add the missing `]`")
        }
        K::UnexpectedEofFlowMapping | K::UnexpectedEofImplicitFlowMapping | K::UnclosedFlowCollection { .. } => {
            say("a `{` is never closed", "the map starts here or above", "add the missing `}`")
        }
        K::ExpectedFlowSequenceSeparator => say(
            "a `,` or `]` is missing in a list",
            "expected `,` or `]` here",
            "separate the items with commas and close the list with `]`",
        ),
        K::ExpectedFlowMappingSeparator => say(
            "a `,` or `}` is missing in a map",
            "expected `,` or `}` here",
            "separate the entries with commas and close the map with `}`",
        ),
        K::MismatchedFlowCollectionEnd { open, close } => {
            (format!("`{open}` is closed by `{close}`"), "the wrong bracket", "close `[` with `]` and `{` with `}`")
        }
        K::MisplacedFlowCollectionEnd => {
            say("a closing bracket without an opening one", "nothing is open here", "remove the bracket")
        }
        K::UnclosedQuotedScalar | K::DocumentIndicatorInQuotedScalar => {
            say("a quote is never closed", "the quote starts here or above", "add the missing quote")
        }
        K::InvalidTrailingSingleQuotedScalar | K::InvalidTrailingDoubleQuotedScalar => say(
            "something follows a closing quote",
            "nothing may stand here",
            "put the whole text in one pair of quotes",
        ),
        K::UnknownQuotedScalarEscape
        | K::InvalidQuotedScalarHexEscape
        | K::InvalidLowSurrogateHexEscape
        | K::InvalidLowSurrogate
        | K::MissingLowSurrogate
        | K::UnpairedLowSurrogate
        | K::InvalidUnicodeEscape => say(
            "an escape that YAML does not know",
            "after a backslash",
            "use single quotes to keep the backslash as it is, or double it",
        ),
        K::ExpectedBlockMappingKey | K::ExpectedBlockSequenceEntry | K::InvalidIndentation => say(
            "the indentation does not fit the lines above",
            "this line",
            "start it in the same column as the lines it belongs to",
        ),
        K::BlockSequenceEntryNotAllowed | K::BlockEntryInFlowCollection => {
            say("a `-` where no list can start", "a list item", "put the list on lines of its own below the key")
        }
        K::InvalidBlockEntryWhitespace => {
            say("a `-` without a blank after it", "a list item", "write `- ` before the item")
        }
        K::SimpleKeyExpected | K::InvalidSimpleKey => {
            say("a key without a colon", "this line", "write `key: value`; a text of several lines needs quotes")
        }
        K::MappingValueNotAllowed | K::InvalidColonPlacement | K::MappingKeyNotAllowed => say(
            "a colon where no key can stand",
            "a second key on the same line",
            "put it on a line of its own, or the value in quotes if the colon belongs to it",
        ),
        K::InvalidMappingValueWhitespace | K::FlowMappingValueAdjacentCollection => {
            say("a blank is missing after a colon", "after this key", "write `key: value`")
        }
        K::CommentNotSeparated | K::CommentInterceptedScalar => say(
            "a comment in the wrong place",
            "a `#`",
            "put a blank before the `#`, or the text in quotes if the `#` belongs to it",
        ),
        K::MissingAnchorOrAliasName if is_bare_star(text, span) => {
            say("a `*` without quotes", "YAML reads it as an alias", "put it in quotes: `\"*\"`")
        }
        K::MissingAnchorOrAliasName => {
            say("an anchor or alias without a name", "`&` or `*`", "put the text in quotes if it is meant")
        }
        K::UnexpectedCharacter { character } => (
            format!("a text cannot start with `{}`", crate::words::echo(&character.to_string())),
            "this character",
            "put the text in quotes",
        ),
        K::PlainScalarStartsWithDashFlowIndicator | K::UnexpectedEndOfPlainScalar | K::InvalidFlowScalarIndent => {
            say("a text that YAML cannot read", "this text", "put it in quotes")
        }
        K::BomInsideDocument => {
            say("a byte order mark in the middle of the file", "an invisible character", "remove it")
        }
        K::RecursionLimitExceeded => budget_words(&serde_saphyr::budget::BudgetBreach::Depth { depth: MAX_DEPTH }),
        K::InvalidDocumentEnd | K::ExpectedDocumentStart | K::MissingDocumentEndBeforeDirective => say(
            "something stands where a new document would have to start",
            "this line",
            "check the indentation of this line and of the one above",
        ),
        K::UndeclaredTagHandle
        | K::ExpectedTagBang
        | K::InvalidTagTerminator
        | K::UnclosedVerbatimTag
        | K::MissingTagUri => say(
            "tags such as `!name` mean nothing here",
            "a tag",
            "remove the tag; put the text in quotes if it starts with `!`",
        ),
        K::UnexpectedEofBlockMapping | K::UnexpectedEofBlockSequence | K::UnexpectedEof => {
            say("the file ends too early", "more was expected here", "finish what was begun above")
        }
        _ => say(
            "this is not valid YAML",
            "reading stops here",
            "check the line and the one above for brackets, quotes and indentation",
        ),
    }
}

fn is_bare_star(text: &str, span: Span) -> bool {
    let rest = text.get(span.start as usize..).and_then(|rest| rest.strip_prefix('*'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', ',', ' ', ']', '}', '\n', '\r']))
}

/// Bytes where the crate knows them; else from line and column, which scanner errors count in characters.
fn span_of(location: Location, file: FileId, text: &str) -> Span {
    let length = text.len() as u64;
    let start = match location.span().byte_offset() {
        Some(offset) => floor(text, offset.min(length) as usize),
        None => offset_of(location.line(), location.column(), text),
    };
    let width = match location.span().byte_len() {
        Some(bytes) if bytes > 0 => floor(text, (start as u64 + bytes).min(length) as usize).saturating_sub(start),
        _ => {
            let rest = &text[start..];
            let word = rest.find([' ', ',', ':', ']', '}', '\n', '\r']).unwrap_or(rest.len());
            let first = rest.chars().next().filter(|character| !matches!(character, '\n' | '\r'));
            if rest.starts_with('*') { word } else { first.map_or(0, char::len_utf8) }
        }
    };
    Span { file, start: start as u32, end: (start + width) as u32 }
}

fn floor(text: &str, mut offset: usize) -> usize {
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

fn offset_of(line: u64, column: u64, text: &str) -> usize {
    let line_number = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
    let column = usize::try_from(column).unwrap_or(usize::MAX).saturating_sub(1);
    let Some(line) = text.split_inclusive('\n').nth(line_number) else { return text.len() };
    let start = line.as_ptr() as usize - text.as_ptr() as usize;
    let content = line.trim_end_matches(['\n', '\r']);
    start + content.char_indices().nth(column).map_or(content.len(), |(index, _)| index)
}
