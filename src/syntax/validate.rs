//! Reports every place where a file departs from the shape of a topology.
//!
//! Knows no key by itself: all of them are in `shape`. It changes nothing, and it looks up no names.

mod object;

use super::scalar::{self, NAME_RULE, usable_name};
use super::shape::{Field, KeyRule, List, Names, Scalar, Shape, TOPOLOGY};
use super::tree::{Key, Kind, Node};
use crate::diagnostic::{Diagnostic, Sink};
use crate::source::Span;
use crate::words::echo;

/// Checks a whole topology, after overlays.
pub(super) fn validate(root: &Node, sink: &mut Sink) {
    let mut validator = Validator { sink };
    if matches!(root.kind, Kind::Map(_)) {
        validator.object(&TOPOLOGY, root, &Place::root());
    } else {
        let diagnostic = Diagnostic::error(root.span, format!("a topology is a map, not {}", found(root)))
            .label("not `key: value`")
            .help("start with `rsctl: 1` and `vnets:` on lines of their own; `rsctl init` writes an example");
        validator.sink.push(diagnostic);
    }
}

struct Validator<'a> {
    sink: &'a mut Sink,
}

/// How the place of a value is called in messages.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// The key the value stands under; of an item, the key of its list.
    key: Option<&'a Key>,
    /// What is known of that key.
    field: Option<&'static Field>,
    /// True for an item of a list.
    item: bool,
    /// True when the key is a name that the user chose.
    named: bool,
}

impl<'a> Place<'a> {
    fn root() -> Place<'static> {
        Place { key: None, field: None, item: false, named: false }
    }

    fn field(key: &'a Key, field: &'static Field) -> Place<'a> {
        Place { key: Some(key), field: Some(field), item: false, named: false }
    }

    fn named(key: &'a Key) -> Place<'a> {
        Place { key: Some(key), field: None, item: false, named: true }
    }

    fn of_item(self) -> Place<'a> {
        Place { item: true, named: false, ..self }
    }

    /// `` `asn` `` or `` an item of `peers` ``.
    fn shown(&self) -> String {
        match (self.key, self.item) {
            (None, _) => "the file".to_owned(),
            (Some(key), false) => format!("`{}`", echo(&key.text)),
            (Some(key), true) => format!("an item of `{}`", echo(&key.text)),
        }
    }
}

/// What stands there, with article.
fn found(node: &Node) -> &'static str {
    match &node.kind {
        Kind::Null => "nothing",
        Kind::Scalar { quoted: true, .. } => "text in quotes",
        Kind::Scalar { .. } => "a single value",
        Kind::List(_) => "a list",
        Kind::Map(_) => "a map",
    }
}

impl Validator<'_> {
    fn value(&mut self, shape: &Shape, node: &Node, place: &Place<'_>) {
        if matches!(node.kind, Kind::Null) {
            return self.report_nothing(shape, node, place);
        }
        match (shape, &node.kind) {
            (Shape::ScalarOr(scalar, _) | Shape::Scalar(scalar), Kind::Scalar { text, quoted }) => {
                self.scalar(scalar, text, *quoted, node.span);
            }
            (Shape::ScalarOr(scalar, _), Kind::Map(entries)) if self.colon_trap(scalar, entries) => {}
            (Shape::ScalarOr(_, other), _) if fits(other, &node.kind) => self.value(other, node, place),
            (Shape::List(list), _) => self.list(list, node, place),
            (Shape::Object(object), Kind::Map(_)) => self.object(object, node, place),
            (Shape::Names(names), Kind::Map(entries)) => self.names(names, entries),
            (Shape::Scalar(scalar), Kind::Map(entries)) if self.colon_trap(scalar, entries) => {}
            (Shape::Scalar(scalar), Kind::List(items)) => self.too_many(scalar, items, node, place),
            _ => self.wrong_kind(shape, node, place),
        }
    }

    fn scalar(&mut self, scalar: &Scalar, text: &str, quoted: bool, span: Span) {
        if let Err(complaint) = scalar::check(scalar, text, quoted) {
            self.sink.push(Diagnostic::error(span, complaint.message).label(complaint.label).help(complaint.help));
        }
    }

    fn list(&mut self, list: &'static List, node: &Node, place: &Place<'_>) {
        let lone = !matches!(node.kind, Kind::List(_));
        if lone && !fits(&list.item, &node.kind) {
            return self.wrong_kind(&Shape::List(list), node, place);
        }
        let items = node.items();
        if items.len() < list.min || items.len() > list.max {
            let wanted = match (list.min, list.max) {
                (2, 2) => "exactly two entries",
                (1, usize::MAX) => "at least one entry",
                _ => "one or two entries",
            };
            let written = match items.len() {
                0 => "none is written".to_owned(),
                1 => "only one is written".to_owned(),
                count => format!("{count} are written"),
            };
            let diagnostic = Diagnostic::error(node.span, format!("{} needs {wanted}", place.shown())).label(written);
            self.sink.push(with_example(diagnostic, &Shape::List(list), place));
        }
        if lone {
            return self.value(&list.item, node, place);
        }
        for item in items {
            let place = place.of_item();
            if matches!(item.kind, Kind::List(_)) {
                let diagnostic = Diagnostic::error(item.span, format!("{} is itself a list", place.shown()));
                let help = format!("write {} here, without further brackets or dashes", list.item.expected());
                self.sink.push(diagnostic.label("a list in a list").help(help));
            } else {
                self.value(&list.item, item, &place);
            }
        }
        if list.ascending {
            self.ascending(items, node);
        }
    }

    fn ascending(&mut self, items: &[Node], node: &Node) {
        let numbers: Vec<u32> = items.iter().filter_map(|item| item.text().and_then(scalar::plain_number)).collect();
        if let [from, to] = numbers.as_slice()
            && from > to
        {
            let diagnostic = Diagnostic::error(node.span, format!("no prefix length lies between {from} and {to}"))
                .label("from, to")
                .help(format!("write the smaller one first: `[{to}, {from}]`"));
            self.sink.push(diagnostic);
        }
    }

    fn names(&mut self, names: &Names, entries: &[(Key, Node)]) {
        for (key, node) in entries {
            self.name(names, key);
            self.value(&names.value, node, &Place::named(key));
        }
    }

    fn name(&mut self, names: &Names, key: &Key) {
        if names.key == KeyRule::Peer && &*key.text == "*" {
            return;
        }
        if names.key == KeyRule::Speaker && &*key.text == "self" {
            let diagnostic = Diagnostic::error(key.span, "`self` cannot be a name")
                .label("a name is expected")
                .help("policies mean the speaker itself by `self`; choose another name");
            self.sink.push(diagnostic);
            return;
        }
        if let Some(fault) = scalar::name_fault(&key.text) {
            let help = match usable_name(&key.text) {
                Some(usable) => format!("{NAME_RULE}; `{}` would do", echo(&usable)),
                None => NAME_RULE.to_owned(),
            };
            let message = match &*key.text {
                "" => "an empty text cannot be a name".to_owned(),
                text => format!("`{}` cannot be a name", echo(text)),
            };
            self.sink.push(Diagnostic::error(key.span, message).label(fault).help(help));
        }
    }

    /// `- 2001:db8::` is a map with the key `2001:db8:`, because it ends with a colon.
    fn colon_trap(&mut self, scalar: &Scalar, entries: &[(Key, Node)]) -> bool {
        let ranges =
            matches!(scalar, Scalar::Cidr | Scalar::Cidr4 | Scalar::Ipv4 | Scalar::UserPrefix | Scalar::UserNextHop);
        let [(key, Node { kind: Kind::Null, .. })] = entries else { return false };
        let address = format!("{}:", key.text);
        if !ranges || address.parse::<std::net::Ipv6Addr>().is_err() {
            return false;
        }
        let diagnostic =
            Diagnostic::error(key.span, format!("YAML reads `{address}` as a key, because it ends with a colon"))
                .label("an address without its length")
                .help(format!("write the length too, such as `{address}/32`, or put the text in quotes"));
        self.sink.push(diagnostic);
        true
    }

    fn too_many(&mut self, scalar: &Scalar, items: &[Node], node: &Node, place: &Place<'_>) {
        let message = format!("{} must be {}, not a list", place.shown(), scalar.expected());
        let diagnostic = Diagnostic::error(node.span, message).label("a list");
        let diagnostic = match items {
            [Node { kind: Kind::Scalar { text, .. }, .. }] => {
                diagnostic.help(format!("write `{}` without brackets", echo(text)))
            }
            _ => with_example(diagnostic, &Shape::Scalar(*scalar), place),
        };
        self.sink.push(diagnostic);
    }

    fn wrong_kind(&mut self, shape: &Shape, node: &Node, place: &Place<'_>) {
        let found = found(node);
        let message = format!("{} must be {}, not {found}", place.shown(), shape.expected());
        self.sink.push(with_example(Diagnostic::error(node.span, message).label(found), shape, place));
    }

    fn report_nothing(&mut self, shape: &Shape, node: &Node, place: &Place<'_>) {
        let span = match place.key {
            Some(key) if !place.item => key.span,
            _ => node.span,
        };
        let diagnostic = Diagnostic::error(span, format!("nothing is written for {}", place.shown()))
            .label(format!("{} is expected", shape.expected()));
        let remove = if place.item { "the dash" } else { "the key" };
        self.sink.push(diagnostic.help(format!("write `{}`, or remove {remove}", example(shape, place))));
    }
}

/// True when a value of this kind can be of this shape at all.
fn fits(shape: &Shape, kind: &Kind) -> bool {
    match shape {
        Shape::Scalar(_) => matches!(kind, Kind::Scalar { .. }),
        Shape::List(list) => matches!(kind, Kind::List(_)) || fits(&list.item, kind),
        Shape::Object(_) | Shape::Names(_) => matches!(kind, Kind::Map(_)),
        Shape::ScalarOr(_, other) => matches!(kind, Kind::Scalar { .. }) || fits(other, kind),
    }
}

fn with_example(diagnostic: Diagnostic, shape: &Shape, place: &Place<'_>) -> Diagnostic {
    diagnostic.help(format!("write it like `{}`", example(shape, place)))
}

/// What could be written in place of a value, with its key or dash.
fn example(shape: &Shape, place: &Place<'_>) -> String {
    match (place.field, place.key) {
        (Some(field), _) if !place.item => format!("{}: {}", field.name, field.example),
        (_, Some(key)) if !place.item => format!("{}: {}", echo(&key.text), shape.example()),
        _ => format!("- {}", shape.example()),
    }
}
