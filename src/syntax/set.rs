//! `--set PATH=VALUE`: one value written into the tree, after overlays and before anything is checked.
//!
//! Only where to write is decided here. Whether the value fits is found by `validate`, as if it stood in the file: the argument is a
//! source of its own, of the name `--set`, and every node of the value has its place there.

mod path;

use super::load::{Files, MAX_FILES};
use super::shape::{Object, Shape, TOPOLOGY};
use super::tree::{self, Key, Kind, Node};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Sources, Span};
use crate::words::{closest, echo, one_of};
use path::{Step, StepKind};
use std::path::Path;
use std::sync::Arc;

/// The name under which arguments are reported.
const NAME: &str = "--set";

/// Whether a file is an argument of the command line.
pub(super) fn is_argument(sources: &Sources, file: FileId) -> bool {
    sources.file(file).name == NAME
}

/// A name as it has to be typed in a path.
pub fn quoted_name(name: &str) -> String {
    path::quoted(name)
}

static ROOT: Shape = Shape::Object(&TOPOLOGY);

/// Writes one `PATH=VALUE` into a tree, or reports why not. Files that the value names are looked for in `folder`.
pub(super) fn apply(edit: &str, folder: &Path, root: &mut Node, files: &mut Files<'_>) {
    if files.sources.len() >= 2 * MAX_FILES {
        let diagnostic = Diagnostic::file_error(NAME, "there are too many values to set");
        files.sink.push(diagnostic.help("write them into a file that begins with `extends:`"));
        return;
    }
    let Some(file) = files.keep(NAME, &folder.join(NAME), edit.as_bytes().to_vec()) else { return };
    let steps = match path::read(file, edit) {
        Ok((steps, start)) => value(file, edit, start, files).map(|value| (steps, value)),
        Err(diagnostic) => {
            files.sink.push(*diagnostic);
            return;
        }
    };
    let Some((steps, value)) = steps else { return };
    if let Err(diagnostic) = (Walk { files, steps: &steps }).write(root, 0, Some(&ROOT), value) {
        files.sink.push(*diagnostic);
    }
}

fn value(file: FileId, edit: &str, start: usize, files: &mut Files<'_>) -> Option<Node> {
    if tree::is_blank(&edit[start..]) {
        let span = Span { file, start: 0, end: edit.len() as u32 };
        let diagnostic = Diagnostic::error(span, "nothing is written after `=`").label("a value is missing");
        files.sink.push(diagnostic.help("write a value, or `null` to delete what is there"));
        return None;
    }
    tree::parse_rest(file, start, files.sources, files.sink)
}

type Outcome = Result<(), Box<Diagnostic>>;

struct Walk<'a, 'f> {
    files: &'a Files<'f>,
    steps: &'a [Step],
}

impl Walk<'_, '_> {
    /// Goes on from a node that the first `done` steps lead to.
    fn write(&self, node: &mut Node, done: usize, shape: Option<&'static Shape>, value: Node) -> Outcome {
        let Some(step) = self.steps.get(done) else {
            *node = value;
            return Ok(());
        };
        match &step.kind {
            StepKind::Key(name) => self.by_key(node, done, name, shape, value),
            StepKind::Index(index) => self.by_index(node, done, *index, shape, value),
            StepKind::End => self.at_end(node, done, shape, value),
        }
    }

    fn is_last(&self, done: usize) -> bool {
        done + 1 == self.steps.len()
    }

    fn by_key(
        &self,
        node: &mut Node,
        done: usize,
        name: &Arc<str>,
        shape: Option<&'static Shape>,
        value: Node,
    ) -> Outcome {
        let step = &self.steps[done];
        match node.kind {
            Kind::Map(_) => {}
            Kind::Null => *node = Node { kind: Kind::Map(Vec::new()), span: step.span },
            Kind::Scalar { .. } => return Err(self.no_map(node, done, name, shape)),
            Kind::List(ref items) => {
                let (here, rest) = (self.path(done), self.path_from(done));
                let message = format!("{} is a list, and its entries have no names", self.shown(done));
                let help = match items.len() {
                    0 => format!("write `{here}[+]={{ … }}` to add an entry"),
                    1 => format!("write its number: `{here}[0].{rest}`"),
                    count => format!("write its number: `{here}[0].{rest}`, up to `{here}[{}].{rest}`", count - 1),
                };
                return Err(Box::new(Diagnostic::error(step.span, message).label("a name").help(help)));
            }
        }
        let Kind::Map(entries) = &mut node.kind else { return Ok(()) };
        let child = shape.and_then(|shape| shape_of_key(shape, name));
        let place = entries.iter().position(|(key, _)| key.text == *name);
        match (place, self.is_last(done) && value.is_written_null()) {
            (Some(place), true) => {
                entries.remove(place);
                Ok(())
            }
            (Some(place), false) => self.write(&mut entries[place].1, done + 1, child, value),
            (None, true) => Err(self.nothing_to_delete(entries, done)),
            (None, false) => {
                let mut made = Node { kind: Kind::Null, span: step.span };
                self.write(&mut made, done + 1, child, value)?;
                entries.push((Key { text: Arc::clone(name), span: step.span }, made));
                Ok(())
            }
        }
    }

    fn by_index(
        &self,
        node: &mut Node,
        done: usize,
        index: usize,
        shape: Option<&'static Shape>,
        value: Node,
    ) -> Outcome {
        let item = shape.and_then(shape_of_item);
        match &mut node.kind {
            Kind::List(items) if index < items.len() => {
                if self.is_last(done) && value.is_written_null() {
                    items.remove(index);
                    return Ok(());
                }
                self.write(&mut items[index], done + 1, item, value)
            }
            Kind::List(items) => Err(self.out_of_range(done, index, items.len())),
            Kind::Null => Err(self.out_of_range(done, index, 0)),
            // A lone value counts as a list of one.
            _ if item.is_some() && index == 0 => {
                if self.is_last(done) && value.is_written_null() {
                    node.kind = Kind::List(Vec::new());
                    return Ok(());
                }
                self.write(node, done + 1, item, value)
            }
            _ if item.is_some() => Err(self.out_of_range(done, index, 1)),
            _ => Err(self.no_list(node, done)),
        }
    }

    fn at_end(&self, node: &mut Node, done: usize, shape: Option<&'static Shape>, value: Node) -> Outcome {
        let item = shape.and_then(shape_of_item);
        let mut made = Node { kind: Kind::Null, span: self.steps[done].span };
        self.write(&mut made, done + 1, item, value)?;
        match &mut node.kind {
            Kind::List(items) => items.push(made),
            Kind::Null => node.kind = Kind::List(vec![made]),
            _ if item.is_some() => {
                let first = std::mem::replace(node, Node { kind: Kind::Null, span: node.span });
                node.kind = Kind::List(vec![first, made]);
            }
            _ => return Err(self.no_list(node, done)),
        }
        Ok(())
    }

    /// A step into a short form, such as `app: 10.0.2.0/24`.
    fn no_map(&self, node: &Node, done: usize, name: &str, shape: Option<&'static Shape>) -> Box<Diagnostic> {
        let (text, path) = (echo(node.text().unwrap_or_default()), self.path(done));
        let long = shape.and_then(long_form).and_then(|object| object.field(short_key(object)?));
        let help = match long {
            Some(field) if self.is_last(done) && field.name != name => {
                format!("write all of it: `{path}={{ {}: {text}, {}: … }}`", field.name, echo(name))
            }
            Some(field) => format!("write all of it: `{path}={{ {}: {text}, … }}`", field.name),
            None => format!("write the value itself: `{path}=…`"),
        };
        let message = format!("{} is `{text}`, in which nothing has a name", self.shown(done));
        let diagnostic = Diagnostic::error(self.steps[done].span, message).label("a step into a single value");
        Box::new(diagnostic.also(node.span, "written here").help(help))
    }

    fn nothing_to_delete(&self, entries: &[(Key, Node)], done: usize) -> Box<Diagnostic> {
        let diagnostic = Diagnostic::error(self.steps[done].span, format!("there is no {}", self.shown(done + 1)))
            .label("nothing to delete");
        let names = || entries.iter().map(|(key, _)| &*key.text);
        let StepKind::Key(name) = &self.steps[done].kind else { return Box::new(diagnostic) };
        let help = match closest(name, names()) {
            Some(close) => format!("did you mean `{}`?", path::quoted(close)),
            None if entries.is_empty() => format!("{} is empty", self.shown(done)),
            None => format!("written there: {}", one_of(names().take(12)).replace(" or ", ", ")),
        };
        Box::new(diagnostic.help(help))
    }

    fn out_of_range(&self, done: usize, index: usize, count: usize) -> Box<Diagnostic> {
        let path = self.path(done);
        let (has, numbers) = match count {
            0 => ("has no entries".to_owned(), String::new()),
            1 => ("has one entry".to_owned(), format!("its number is 0: `{path}[0]`; ")),
            many => (format!("has {many} entries"), format!("they are numbered from 0 to {}; ", many - 1)),
        };
        let message = format!("{} {has}, and none has the number {index}", self.shown(done));
        let help = format!("{numbers}`{path}[+]=…` adds one");
        Box::new(Diagnostic::error(self.steps[done].span, message).label("no such entry").help(help))
    }

    fn no_list(&self, node: &Node, done: usize) -> Box<Diagnostic> {
        let (what, help) = match &node.kind {
            Kind::Map(entries) => {
                let name = entries.first().map_or("name", |(key, _)| &*key.text);
                let name = path::quoted(name);
                ("a map", format!("write a name instead of a number, such as `{}.{name}`", self.path(done)))
            }
            _ => ("a single value", format!("write `{}=…`", self.path(done))),
        };
        let message = format!("{} is {what}, not a list", self.shown(done));
        Box::new(Diagnostic::error(self.steps[done].span, message).label("a number").help(help))
    }

    /// The path of what the first `done` steps lead to, as it was typed.
    fn path(&self, done: usize) -> String {
        let (Some(first), Some(last)) = (self.steps.first(), done.checked_sub(1).and_then(|last| self.steps.get(last)))
        else {
            return String::new();
        };
        let span = Span { end: last.whole.end, ..first.whole };
        echo(self.files.sources.text(span))
    }

    fn path_from(&self, done: usize) -> String {
        let (Some(first), Some(last)) = (self.steps.get(done), self.steps.last()) else { return String::new() };
        echo(self.files.sources.text(Span { end: last.whole.end, ..first.whole }))
    }

    fn shown(&self, done: usize) -> String {
        if done == 0 { "the topology".to_owned() } else { format!("`{}`", self.path(done)) }
    }
}

fn shape_of_key(shape: &'static Shape, name: &str) -> Option<&'static Shape> {
    match shape {
        Shape::Object(object) => object.field(name).map(|field| &field.shape),
        Shape::Names(names) => Some(&names.value),
        Shape::List(list) => shape_of_key(&list.item, name),
        Shape::ScalarOr(_, other) => shape_of_key(other, name),
        Shape::Scalar(_) => None,
    }
}

/// The shape of the items, where a list may stand.
fn shape_of_item(shape: &'static Shape) -> Option<&'static Shape> {
    match shape {
        Shape::List(list) => Some(&list.item),
        Shape::ScalarOr(_, other) => shape_of_item(other),
        Shape::Scalar(_) | Shape::Object(_) | Shape::Names(_) => None,
    }
}

/// The map that may stand instead of a single value.
fn long_form(shape: &'static Shape) -> Option<&'static Object> {
    match shape {
        Shape::ScalarOr(_, Shape::Object(object)) => Some(object),
        Shape::List(list) => long_form(&list.item),
        _ => None,
    }
}

/// The key of the long form that the short form stands for.
fn short_key(object: &'static Object) -> Option<&'static str> {
    let required = object.fields().find(|field| field.required).map(|field| field.name);
    required.or_else(|| object.forms.first()?.needs.first().copied())
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::{Diagnostic, Place, Sink};
    use crate::source::{Sources, Span};
    use crate::syntax::tree::{Kind, Node};
    use crate::syntax::{DiskFiles, Input, load_edited};

    const ESTATE: &str = "\
rsctl: 1
vnets:
  hub:
    address_space: 10.0.0.0/16
    subnets: { app: 10.0.2.0/24, nva: { prefix: 10.0.1.0/24 } }
    route_server: { peers: [fw1] }
  spoke2: { address_space: [10.2.0.0/16] }
nvas:
  fw1: { subnet: hub/nva, ip: 10.0.1.4, asn: 65001, advertises: [{ prefix: 10.8.0.0/16 }, 10.9.0.0/16] }
peerings: [{ hub: hub, spoke: spoke2 }]
sites: { branch.1: { prefixes: 172.20.0.0/16, vpn: { gateway: hub } } }
";

    fn set(edits: &[&str]) -> (Node, Sources, Vec<Diagnostic>) {
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let edits: Vec<String> = edits.iter().map(|edit| (*edit).to_owned()).collect();
        let input = Input::Text("estates/e.rsctl.yaml", ESTATE.into());
        let loaded = load_edited(input, &edits, &mut DiskFiles, &mut sources, &mut sink).unwrap();
        (loaded.root, sources, sink.into_sorted())
    }

    fn show(node: &Node) -> String {
        match &node.kind {
            Kind::Null => "?".into(),
            Kind::Scalar { text, .. } => text.to_string(),
            Kind::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(" ")),
            Kind::Map(entries) => {
                let entries: Vec<_> =
                    entries.iter().map(|(key, node)| format!("{}:{}", key.text, show(node))).collect();
                format!("{{{}}}", entries.join(" "))
            }
        }
    }

    /// What stands at a path afterwards; there is nothing to complain of.
    fn after(edits: &[&str], path: &[&str]) -> String {
        let (root, _, diagnostics) = set(edits);
        assert_eq!(diagnostics, [], "{edits:?}");
        path.iter().try_fold(&root, |node, key| node.get(key)).map_or("nothing".into(), show)
    }

    /// The one mistake: its message, the text it underlines, and what to do.
    fn mistake(edit: &str) -> (String, String, String) {
        let (_, sources, diagnostics) = set(&[edit]);
        let [diagnostic] = diagnostics.as_slice() else { panic!("{edit}: {diagnostics:?}") };
        let Place::In(label) = &diagnostic.place else { panic!("no place") };
        assert_eq!(sources.file(label.span.file).name, "--set", "{edit}");
        let text = sources.text(label.span).to_owned();
        (diagnostic.message.clone(), text, diagnostic.help.clone().unwrap_or_default())
    }

    #[test]
    fn a_value_replaces_adds_or_deletes() {
        assert_eq!(after(&["vnets.hub.region=westeurope"], &["vnets", "hub", "region"]), "westeurope");
        assert_eq!(
            after(&["vnets.hub.address_space=[10.0.0.0/15]"], &["vnets", "hub", "address_space"]),
            "[10.0.0.0/15]"
        );
        assert_eq!(after(&["vnets.spoke2=null", "peerings=[]"], &["vnets", "spoke2"]), "nothing");
        assert_eq!(
            after(&["route_tables.app.routes.default={prefix: 0.0.0.0/0, next_hop: 10.0.1.5}"], &["route_tables"]),
            "{app:{routes:{default:{prefix:0.0.0.0/0 next_hop:10.0.1.5}}}}"
        );
        assert_eq!(after(&["vnets.hub.region=a", "vnets.hub.region=b"], &["vnets", "hub", "region"]), "b");
        assert_eq!(
            after(&["sites.\"branch.1\".asn=65010", "sites.'branch.1'.vpn.bgp=false"], &["sites", "branch.1"]),
            "{prefixes:172.20.0.0/16 vpn:{gateway:hub bgp:false} asn:65010}"
        );
        assert_eq!(
            after(&["sites.'branch.1'=\nasn: 65010\nprefixes:\n- 172.20.0.0/16\n"], &["sites", "branch.1"]),
            "{asn:65010 prefixes:[172.20.0.0/16]}"
        );
    }

    #[test]
    fn entries_of_lists_have_numbers_and_a_lone_value_is_the_first() {
        let announced = |edit: &str| after(&[edit], &["nvas", "fw1", "advertises"]);
        assert_eq!(
            announced("nvas.fw1.advertises[0].as_path=[65001, 65001]"),
            "[{prefix:10.8.0.0/16 as_path:[65001 65001]} 10.9.0.0/16]"
        );
        assert_eq!(announced("nvas.fw1.advertises[1]=10.7.0.0/16"), "[{prefix:10.8.0.0/16} 10.7.0.0/16]");
        assert_eq!(announced("nvas.fw1.advertises[0]=null"), "[10.9.0.0/16]");
        assert_eq!(announced("nvas.fw1.advertises[+]=10.7.0.0/16"), "[{prefix:10.8.0.0/16} 10.9.0.0/16 10.7.0.0/16]");
        let range = ["vnets", "hub", "address_space"];
        assert_eq!(after(&["vnets.hub.address_space[0]=10.0.0.0/15"], &range), "10.0.0.0/15");
        assert_eq!(after(&["vnets.hub.address_space[+]=10.5.0.0/16"], &range), "[10.0.0.0/16 10.5.0.0/16]");
        assert_eq!(
            after(&["sites.'branch.1'.vpn[0].bgp=false"], &["sites", "branch.1", "vpn"]),
            "{gateway:hub bgp:false}"
        );
        assert_eq!(
            after(&["vnets.hub.route_server[0].branch_to_branch=true"], &["vnets", "hub", "route_server"]),
            "{peers:[fw1] branch_to_branch:true}"
        );
        assert_eq!(after(&["sessions[+]={between: [fw1, branch.1]}"], &["sessions"]), "[{between:[fw1 branch.1]}]");
    }

    #[test]
    fn a_step_into_a_short_form_says_what_to_write() {
        let (message, at, help) = mistake("vnets.hub.subnets.app.route_table=rt");
        assert_eq!(message, "`vnets.hub.subnets.app` is `10.0.2.0/24`, in which nothing has a name");
        assert_eq!(at, "route_table");
        assert_eq!(help, "write all of it: `vnets.hub.subnets.app={ prefix: 10.0.2.0/24, route_table: … }`");
        let (_, _, help) = mistake("nvas.fw1.advertises[1].as_path=[65001]");
        assert_eq!(help, "write all of it: `nvas.fw1.advertises[1]={ prefix: 10.9.0.0/16, as_path: … }`");
        let (_, _, help) = mistake("vnets.hub.route_server.peers[0].instances=[0]");
        assert_eq!(help, "write all of it: `vnets.hub.route_server.peers[0]={ nva: fw1, instances: … }`");
        let (_, _, help) = mistake("nvas.fw1.asn.x=1");
        assert_eq!(help, "write the value itself: `nvas.fw1.asn=…`");
    }

    #[test]
    fn steps_that_lead_nowhere_are_told_with_what_is_there() {
        let (message, at, help) = mistake("nvas.fw1.advertises[2]=10.0.0.0/8");
        assert_eq!(message, "`nvas.fw1.advertises` has 2 entries, and none has the number 2");
        assert_eq!(
            (at.as_str(), help.as_str()),
            ("2", "they are numbered from 0 to 1; `nvas.fw1.advertises[+]=…` adds one")
        );
        let (message, ..) = mistake("connections[0].bgp=true");
        assert_eq!(message, "`connections` has no entries, and none has the number 0");
        let (message, _, help) = mistake("peerings.hub=x");
        assert_eq!(message, "`peerings` is a list, and its entries have no names");
        assert_eq!(help, "write its number: `peerings[0].hub`");
        let (message, _, help) = mistake("vnets[0].region=x");
        assert_eq!(
            (message.as_str(), help.as_str()),
            ("`vnets` is a map, not a list", "write a name instead of a number, such as `vnets.hub`")
        );
        let (message, _, help) = mistake("vnets.spoke1=null");
        assert_eq!((message.as_str(), help.as_str()), ("there is no `vnets.spoke1`", "did you mean `spoke2`?"));
        let (message, _, help) = mistake("sites.branch=null");
        assert_eq!((message.as_str(), help.as_str()), ("there is no `sites.branch`", "did you mean `\"branch.1\"`?"));
    }

    #[test]
    fn what_does_not_fit_is_underlined_in_the_argument() {
        let (message, at, help) = mistake("vnets.hub.route_server.branch_to_brnch=true");
        assert_eq!((message.as_str(), at.as_str()), ("unknown key `branch_to_brnch`", "branch_to_brnch"));
        assert!(help.contains("did you mean `branch_to_branch`?"), "{help}");
        let (_, at, _) = mistake("nvas.fw1={subnet: hub/nva, ip: 10.0.1.300}");
        assert_eq!(at, "10.0.1.300");
        let (message, at, _) = mistake("nvas.fw1={asn: 65001, asn: 65002, ip: 10.0.1.4, subnet: hub/nva}");
        assert_eq!((message.as_str(), at.as_str()), ("`asn` is written twice", "asn"));
        let (message, ..) = mistake("vnets.hub.region=");
        assert_eq!(message, "nothing is written after `=`");
        let (message, at, _) = mistake("vnets.hub.address_space=[10.0.0.0/16");
        assert_eq!((message.as_str(), at.as_str()), ("a `[` is never closed", "["));
        let (message, ..) = mistake("vnets.hub.region=a\u{1b}b");
        assert!(message.contains("control character"), "{message}");
    }

    #[test]
    fn a_new_name_has_its_place_in_the_path_and_files_are_looked_for_beside_the_topology() {
        let (root, sources, _) = set(&["vnets.hub.subnets.db=10.0.3.0/24"]);
        let subnets = root.get("vnets").and_then(|node| node.get("hub")).and_then(|node| node.get("subnets")).unwrap();
        let (key, node) = subnets.entries().last().unwrap();
        assert_eq!((sources.text(key.span), sources.text(node.span)), ("db", "10.0.3.0/24"));
        let (_, _, diagnostics) = set(&["nvas.fw1.advertises={ from: nowhere.txt }"]);
        assert!(diagnostics[0].message.contains("nowhere.txt"), "{diagnostics:?}");
        let file = sources.file(key.span.file);
        assert_eq!(file.path, std::path::Path::new("estates/--set"));
        assert_eq!(sources.text(Span { start: 0, end: 24, ..key.span }), "vnets.hub.subnets.db=10.");
    }
}
