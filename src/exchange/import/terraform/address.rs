//! Terraform addresses and references taken apart: `module.net["a"].azurerm_subnet.app[0].id`.
//!
//! What an address stands for does not enter here.

use serde_json::Value;

/// What tells the instances of one block apart: a key of `for_each` or a number of `count`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Index {
    /// Of `for_each`.
    Key(String),
    /// Of `count`.
    Number(u64),
}

impl Index {
    /// From `index` or `index_key` of a document.
    pub(super) fn from_value(value: &Value) -> Option<Index> {
        match value {
            Value::String(key) => Some(Index::Key(key.clone())),
            Value::Number(number) => number.as_u64().map(Index::Number),
            _ => None,
        }
    }

    /// As a part of a name.
    pub(super) fn text(&self) -> String {
        match self {
            Index::Key(key) => key.clone(),
            Index::Number(number) => number.to_string(),
        }
    }
}

/// One piece of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// Between dots.
    Name(String),
    /// In brackets.
    Index(Index),
}

impl Token {
    /// Whether it is this name.
    pub(super) fn is(&self, name: &str) -> bool {
        matches!(self, Token::Name(own) if own == name)
    }
}

/// The instances of modules that an object stands in, outermost first.
pub(super) type ModulePath = Vec<(String, Option<Index>)>;

/// Takes an address apart; `None` when it is none.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (index, behind) = bracket(inside)?;
            found.push(Token::Index(index));
            rest = behind;
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            if end == 0 {
                return None;
            }
            found.push(Token::Name(rest[..end].to_owned()));
            rest = &rest[end..];
        }
        if let Some(behind) = rest.strip_prefix('.') {
            if behind.is_empty() {
                return None;
            }
            rest = behind;
        }
    }
    Some(found)
}

/// The index at the start of a text behind `[`, and what follows the `]`.
fn bracket(text: &str) -> Option<(Index, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(']')?;
        return Some((Index::Number(text[..end].parse().ok()?), &text[end + 1..]));
    };
    let mut key = String::new();
    let mut letters = quoted.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((Index::Key(key), quoted[at + 1..].strip_prefix(']')?)),
            '\\' => key.push(letters.next()?.1),
            _ => key.push(letter),
        }
    }
    None
}

/// Divides an address into the modules in front and the rest.
pub(super) fn split_modules(tokens: &[Token]) -> (ModulePath, &[Token]) {
    let mut path = ModulePath::new();
    let mut rest = tokens;
    while let [Token::Name(word), Token::Name(name), behind @ ..] = rest
        && word == "module"
    {
        let (index, behind) = take_index(behind);
        path.push((name.clone(), index));
        rest = behind;
    }
    (path, rest)
}

/// Takes an index off the front.
pub(super) fn take_index(tokens: &[Token]) -> (Option<Index>, &[Token]) {
    match tokens {
        [Token::Index(index), behind @ ..] => (Some(index.clone()), behind),
        _ => (None, tokens),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Token {
        Token::Name(text.to_owned())
    }

    #[test]
    fn a_key_may_hold_dots_brackets_and_quotes() {
        let read = tokens(r#"azurerm_subnet.s["a.b]\"c"].id"#).unwrap();
        let key = Token::Index(Index::Key("a.b]\"c".to_owned()));
        assert_eq!(read, [name("azurerm_subnet"), name("s"), key, name("id")]);
    }

    #[test]
    fn modules_are_divided_from_what_stands_in_them() {
        let read = tokens(r#"module.a["k"].module.b.azurerm_route.r[1]"#).unwrap();
        let (path, rest) = split_modules(&read);
        assert_eq!(path, [("a".to_owned(), Some(Index::Key("k".to_owned()))), ("b".to_owned(), None)]);
        assert_eq!(rest, [name("azurerm_route"), name("r"), Token::Index(Index::Number(1))]);
    }

    #[test]
    fn what_is_no_address_is_not_taken_for_one() {
        for text in ["a..b", "a.", ".a", "a[", "a[\"b", "a[\"b\"", "a[*].id", "a[-1]"] {
            assert!(tokens(text).is_none(), "{text}");
        }
    }
}
