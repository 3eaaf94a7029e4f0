//! What a topology file may hold, described once.
//!
//! `validate` walks a file against this description and `schema` prints it; neither knows a key by itself. How a leaf is
//! read is the business of `scalar`.

mod expect;
mod format;
mod policy;
mod router;
mod vnet;

pub(super) use format::TOPOLOGY;

/// What may stand at one place.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// One leaf.
    Scalar(Scalar),
    /// A list; a lone element counts as a list of one.
    List(&'static List),
    /// A map with known keys.
    Object(&'static Object),
    /// A map from names to bodies.
    Names(&'static Names),
    /// A leaf, or something else that is no leaf.
    ScalarOr(Scalar, &'static Shape),
}

/// Leaves. A text in an alternative is what the leaf is, with its article: `a VNet`.
#[derive(Debug, Clone, Copy)]
pub(super) enum Scalar {
    Version,
    Date,
    Cidr,
    Cidr4,
    Ipv4,
    Asn,
    Bool,
    Community,
    /// A whole number.
    Count,
    /// 0 or 1.
    Instance,
    /// 0 to 32.
    PrefixLength,
    /// A range or a service tag.
    UserPrefix,
    /// An address or a next hop type.
    UserNextHop,
    Enum(&'static Choice),
    /// The name of something.
    Reference(&'static str),
    /// `vnet/subnet`.
    Subnet,
    /// Free text on one line.
    Text(&'static str),
}

/// One of several words, spelled as Azure spells them.
#[derive(Debug)]
pub(super) struct Choice {
    /// `a routing preference`.
    pub(super) title: &'static str,
    pub(super) words: &'static [&'static str],
}

#[derive(Debug)]
pub(super) struct List {
    pub(super) item: Shape,
    pub(super) min: usize,
    pub(super) max: usize,
    /// The items must not decrease.
    pub(super) ascending: bool,
}

#[derive(Debug)]
pub(super) struct Object {
    /// With its article: `a VNet`.
    pub(super) title: &'static str,
    /// Groups of keys; some groups are shared between objects.
    pub(super) keys: &'static [&'static [Field]],
    /// Exactly one of these must be written; empty when there is only one form.
    pub(super) forms: &'static [Form],
}

/// One of several ways to write an object.
#[derive(Debug)]
pub(super) struct Form {
    /// All of these are needed.
    pub(super) needs: &'static [&'static str],
    /// These mean nothing in this form.
    pub(super) excludes: &'static [&'static str],
}

#[derive(Debug)]
pub(super) struct Names {
    /// What the bodies are: `VNets`.
    pub(super) plural: &'static str,
    pub(super) key: KeyRule,
    pub(super) value: Shape,
}

/// What the keys of a map from names may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyRule {
    /// A name.
    Name,
    /// A name other than `self`, which means the speaker itself in policies.
    Speaker,
    /// A name or `*`.
    Peer,
}

/// One key of an object.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    /// What it says; the description in the schema.
    pub(super) doc: &'static str,
    /// How it is written, without the key.
    pub(super) example: &'static str,
    pub(super) required: bool,
    /// Other names under which people look for it.
    pub(super) instead_of: &'static [&'static str],
}

const fn key(name: &'static str, shape: Shape, doc: &'static str, example: &'static str) -> Field {
    Field { name, shape, doc, example, required: false, instead_of: &[] }
}

impl Field {
    const fn required(self) -> Field {
        Field { required: true, ..self }
    }

    const fn instead_of(self, instead_of: &'static [&'static str]) -> Field {
        Field { instead_of, ..self }
    }
}

impl Object {
    /// All keys in the order of the documentation.
    pub(super) fn fields(&self) -> impl Iterator<Item = &'static Field> + Clone + use<> {
        self.keys.iter().flat_map(|group| group.iter())
    }

    pub(super) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields().find(|field| field.name == name)
    }

    /// The keys that must be there; where none must, the first one.
    fn example(&self) -> String {
        let form = self.forms.first().map_or(&[][..], |form| form.needs);
        let needed = |field: &&Field| field.required || form.contains(&field.name);
        let show = |field: &Field| format!("{}: {}", field.name, field.example);
        let mut entries: Vec<String> = self.fields().filter(needed).map(show).collect();
        if entries.is_empty() {
            entries.extend(self.fields().next().map(show));
        }
        format!("{{ {} }}", entries.join(", "))
    }

    /// The title without its article.
    pub(super) fn noun(&self) -> &'static str {
        self.title.split_once(' ').map_or(self.title, |(_, noun)| noun)
    }
}

impl Shape {
    /// What is expected here, with article.
    pub(super) fn expected(&self) -> String {
        match self {
            Shape::Scalar(scalar) => scalar.expected(),
            Shape::List(list) if list.min == 2 => format!("a list of two: {} each", list.item.expected()),
            Shape::List(list) => format!("{} or a list", list.item.expected()),
            Shape::Object(object) => format!("a map ({})", object.title),
            Shape::Names(names) => format!("a map of {} by name", names.plural),
            Shape::ScalarOr(scalar, other) => format!("{} or {}", scalar.expected(), other.expected()),
        }
    }
}

impl Shape {
    /// How it could be written.
    pub(super) fn example(&self) -> String {
        match self {
            Shape::Scalar(scalar) | Shape::ScalarOr(scalar, _) => scalar.example().to_owned(),
            Shape::List(list) if list.min == 2 => "[hub, spoke1]".to_owned(),
            Shape::List(list) => list.item.example(),
            Shape::Object(object) => object.example(),
            Shape::Names(names) => format!("{{ name: {} }}", names.value.example()),
        }
    }
}

impl Scalar {
    fn example(&self) -> &'static str {
        match self {
            Scalar::Version | Scalar::Instance => "1",
            Scalar::Count => "1200",
            Scalar::Date => "2026-11-23",
            Scalar::Cidr | Scalar::Cidr4 | Scalar::UserPrefix => "10.1.0.0/16",
            Scalar::Ipv4 | Scalar::UserNextHop => "10.0.1.4",
            Scalar::Asn => "65001",
            Scalar::Bool => "true",
            Scalar::Community => "65001:7",
            Scalar::PrefixLength => "24",
            Scalar::Enum(choice) => choice.words[0],
            Scalar::Reference(_) | Scalar::Text(_) => "name",
            Scalar::Subnet => "hub/app",
        }
    }

    /// What is expected here, with article.
    pub(super) fn expected(&self) -> String {
        let fixed = match self {
            Scalar::Reference(what) => return format!("the name of {what}"),
            Scalar::Text(what) => what,
            Scalar::Version => "the number 1",
            Scalar::Date => "a date",
            Scalar::Cidr => "an address range",
            Scalar::Cidr4 => "an IPv4 range",
            Scalar::Ipv4 => "an IPv4 address",
            Scalar::Asn => "an AS number",
            Scalar::Bool => "`true` or `false`",
            Scalar::Community => "a community",
            Scalar::Count => "a whole number",
            Scalar::Instance => "an instance (0 or 1)",
            Scalar::PrefixLength => "a prefix length",
            Scalar::UserPrefix => "an address range or a service tag",
            Scalar::UserNextHop => "an address or a next hop type",
            Scalar::Enum(choice) => choice.title,
            Scalar::Subnet => "a subnet (`vnet/subnet`)",
        };
        fixed.to_owned()
    }
}

const fn list_of(item: Shape) -> List {
    List { item, min: 0, max: usize::MAX, ascending: false }
}

const fn some_of(item: Shape) -> List {
    List { min: 1, ..list_of(item) }
}

const fn pair_of(item: Shape) -> List {
    List { min: 2, max: 2, ..list_of(item) }
}

const BOOL: Shape = Shape::Scalar(Scalar::Bool);
const IPV4: Shape = Shape::Scalar(Scalar::Ipv4);
const ASN: Shape = Shape::Scalar(Scalar::Asn);
const SUBNET: Shape = Shape::Scalar(Scalar::Subnet);
const VNET: Shape = Shape::Scalar(Scalar::Reference("a VNet"));
const DISPLAY_NAME: Shape = Shape::Scalar(Scalar::Text("a display name"));
const POLICY: Shape = Shape::Scalar(Scalar::Reference("a route map"));

static RANGES: List = list_of(Shape::Scalar(Scalar::Cidr));
static SOME_RANGES: List = some_of(Shape::Scalar(Scalar::Cidr));
static RANGES4: List = list_of(Shape::Scalar(Scalar::Cidr4));
static ADDRESSES: List = list_of(IPV4);
static ASNS: List = list_of(ASN);
static COMMUNITIES: List = list_of(Shape::Scalar(Scalar::Community));
static INSTANCES: List = List { max: 2, ..some_of(Shape::Scalar(Scalar::Instance)) };
static TWO_ENDS: List = pair_of(Shape::Scalar(Scalar::Reference("a VNet, a site or an NVA")));
static TWO_ROUTERS: List = pair_of(Shape::Scalar(Scalar::Reference("a site or an NVA")));
static TWO_VNETS: List = pair_of(VNET);
static ADDRESS_BY_NAME: Names = Names { plural: "addresses", key: KeyRule::Name, value: IPV4 };

#[cfg(test)]
mod tests {
    use super::*;

    fn objects(shape: &Shape, found: &mut Vec<&'static Object>) {
        match shape {
            Shape::Scalar(_) => {}
            Shape::List(list) => objects(&list.item, found),
            Shape::Names(names) => objects(&names.value, found),
            Shape::ScalarOr(_, other) => objects(other, found),
            Shape::Object(object) => {
                if !found.iter().any(|known| std::ptr::eq(*known, *object)) {
                    found.push(object);
                    object.fields().for_each(|field| objects(&field.shape, found));
                }
            }
        }
    }

    #[test]
    fn keys_are_told_apart_and_explained() {
        let mut found = Vec::new();
        objects(&Shape::Object(&TOPOLOGY), &mut found);
        assert!(found.len() > 15);
        for object in found {
            let mut names: Vec<&str> = object.fields().map(|field| field.name).collect();
            names.sort_unstable();
            assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{}: a key twice", object.title);
            for field in object.fields() {
                assert!(!field.doc.is_empty() && !field.example.is_empty(), "{}", field.name);
                assert!(field.doc.ends_with('.'), "{}: {}", field.name, field.doc);
                assert!(field.instead_of.iter().all(|other| object.field(other).is_none()), "{}", field.name);
            }
            for form in object.forms {
                for name in form.needs.iter().chain(form.excludes) {
                    assert!(object.field(name).is_some(), "{}: form names {name}", object.title);
                }
            }
        }
    }
}
