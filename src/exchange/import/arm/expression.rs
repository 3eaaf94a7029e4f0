//! The language between the brackets: `[concat(parameters('name'), '/default')]` to a tree.
//!
//! What a function does is not known here.

use super::budget::Unknown;

/// The longest expression that Azure takes.
const LONGEST: usize = 24_576;

/// Calls within calls; Azure has no stated limit, the stack has.
const DEEPEST: usize = 80;

/// An expression.
#[derive(Debug, PartialEq)]
pub(super) enum Expression {
    /// `'text'`
    Text(String),
    /// `7`
    Number(i64),
    /// `name(…)`, the name with its namespace where it has one.
    Call(String, Vec<Expression>),
    /// `value.name['name'][0]`: the value and the way into it.
    Access(Box<Expression>, Vec<Expression>),
}

/// What a string of a template is.
#[derive(Debug, PartialEq)]
pub(super) enum Written<'a> {
    /// Text as it stands.
    Literal(&'a str),
    /// The inside of the brackets.
    Expression(&'a str),
}

/// Tells expressions from text: `[[x]` is the text `[x]`, and what does not end with a bracket is text.
pub(super) fn written(text: &str) -> Written<'_> {
    match text.strip_prefix('[') {
        Some(rest) if text.ends_with(']') && text.len() > 1 => {
            if rest.starts_with('[') {
                Written::Literal(rest)
            } else {
                Written::Expression(&rest[..rest.len() - 1])
            }
        }
        _ => Written::Literal(text),
    }
}

/// Reads the inside of the brackets.
pub(super) fn parse(text: &str) -> Result<Expression, Unknown> {
    if text.len() > LONGEST {
        return Err(wrong(format!("the expression is longer than {LONGEST} characters, the most that Azure takes")));
    }
    let mut reader = Reader { rest: text, depth: 0 };
    let expression = reader.expression()?;
    match reader.peek() {
        None => Ok(expression),
        Some(character) => Err(reader.unexpected(character, "the end")),
    }
}

struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl<'a> Reader<'a> {
    /// The next character that is no space.
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start();
        self.rest.chars().next()
    }

    fn take(&mut self, character: char) -> bool {
        let there = self.peek() == Some(character);
        if there {
            self.rest = &self.rest[character.len_utf8()..];
        }
        there
    }

    fn need(&mut self, character: char) -> Result<(), Unknown> {
        if self.take(character) {
            return Ok(());
        }
        let wanted = format!("`{character}`");
        match self.peek() {
            Some(other) => Err(self.unexpected(other, &wanted)),
            None => Err(wrong(format!("the expression ends where {wanted} is needed"))),
        }
    }

    fn unexpected(&self, character: char, wanted: &str) -> Unknown {
        wrong(format!(
            "the expression has `{}` where {wanted} is needed",
            crate::words::printable(&character.to_string())
        ))
    }

    fn expression(&mut self) -> Result<Expression, Unknown> {
        if self.depth == DEEPEST {
            return Err(wrong(format!("the expression is nested more than {DEEPEST} deep")));
        }
        self.depth += 1;
        let value = self.value()?;
        let steps = self.steps()?;
        self.depth -= 1;
        Ok(if steps.is_empty() { value } else { Expression::Access(Box::new(value), steps) })
    }

    fn value(&mut self) -> Result<Expression, Unknown> {
        match self.peek() {
            Some('\'') => self.text().map(Expression::Text),
            Some(first) if first == '-' || first == '+' || first.is_ascii_digit() => self.number(),
            Some(first) if starts_name(first) => self.call(),
            Some(other) => Err(self.unexpected(other, "a value")),
            None => Err(wrong("the expression ends where a value is needed")),
        }
    }

    fn text(&mut self) -> Result<String, Unknown> {
        let mut text = String::new();
        loop {
            let Some((before, behind)) = self.rest[1..].split_once('\'') else {
                return Err(wrong("a text in the expression has no closing `'`"));
            };
            text.push_str(before);
            if !behind.starts_with('\'') {
                self.rest = behind;
                return Ok(text);
            }
            text.push('\'');
            self.rest = behind;
        }
    }

    fn number(&mut self) -> Result<Expression, Unknown> {
        let digits = self.run(|letter| letter.is_ascii_digit() || letter == '-' || letter == '+');
        let number =
            digits.parse().map_err(|_| wrong(format!("`{}` is no whole number", crate::words::echo(digits))))?;
        Ok(Expression::Number(number))
    }

    fn call(&mut self) -> Result<Expression, Unknown> {
        let name = self.run(|letter| continues_name(letter) || letter == '.').to_owned();
        self.need('(')?;
        let mut arguments = Vec::new();
        if !self.take(')') {
            arguments.push(self.expression()?);
            while self.take(',') {
                arguments.push(self.expression()?);
            }
            self.need(')')?;
        }
        Ok(Expression::Call(name, arguments))
    }

    fn steps(&mut self) -> Result<Vec<Expression>, Unknown> {
        let mut steps = Vec::new();
        loop {
            if self.take('.') {
                let name = match self.peek() {
                    Some(first) if starts_name(first) => self.run(continues_name),
                    Some(other) => return Err(self.unexpected(other, "the name of a property")),
                    None => return Err(wrong("the expression ends where the name of a property is needed")),
                };
                steps.push(Expression::Text(name.to_owned()));
            } else if self.take('[') {
                steps.push(self.expression()?);
                self.need(']')?;
            } else {
                return Ok(steps);
            }
        }
    }

    fn run(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|letter| !belongs(letter)).unwrap_or(self.rest.len());
        let (run, rest) = self.rest.split_at(end);
        self.rest = rest;
        run
    }
}

fn starts_name(letter: char) -> bool {
    letter.is_ascii_alphabetic() || letter == '_' || letter == '$'
}

fn continues_name(letter: char) -> bool {
    starts_name(letter) || letter.is_ascii_digit()
}

fn wrong(message: impl Into<String>) -> Unknown {
    Unknown::new(message, "correct the expression; `az deployment group validate` checks a template")
}
