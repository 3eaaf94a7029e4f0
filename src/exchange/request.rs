//! What a capture argument of the command line says: a file alone, or what was captured where and in which file.
//!
//! Words only; whether the file and the object exist is found out elsewhere.

use super::manifest::CaptureKind;
use crate::words::closest;

/// The form of an argument that leaves nothing open.
pub const FORM: &str = "KIND:OBJECT[:PEER]=FILE";

/// A capture argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// A file, a manifest or a folder; what was captured is to be told from its content.
    File(String),
    /// `KIND:OBJECT[:PEER]=FILE`.
    Named(Named),
}

/// What `KIND:OBJECT[:PEER]=FILE` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// What was printed.
    pub kind: CaptureKind,
    /// Where, with the instance when one is named: `hub/route_server:0`.
    pub at: String,
    /// The other end of the one session that was printed.
    pub peer: Option<String>,
    /// The file.
    pub file: String,
}

impl Named {
    /// The argument that says this.
    pub fn form(kind: CaptureKind, at: &str, peer: Option<&str>, file: &str) -> String {
        let peer = peer.map(|peer| format!(":{peer}")).unwrap_or_default();
        format!("{}:{at}{peer}={file}", kind.word())
    }
}

/// Reads an argument: the kind ends at the first `:`, the file begins after the first `=`, and between them a `:0` or `:1` behind the
/// object names its instance.
///
/// # Errors
/// What is wrong, and what to write.
pub fn parse(text: &str) -> Result<Argument, (String, String)> {
    let Some((head, file)) = text.split_once('=') else {
        let (kind, object) = text.split_once(':').unwrap_or((text, ""));
        if object.is_empty() || CaptureKind::named(kind).is_none() {
            return Ok(Argument::File(text.to_owned()));
        }
        return Err((format!("`{text}` does not say which file"), format!("write {text}=FILE")));
    };
    let Some((word, rest)) = head.split_once(':') else {
        let message = match CaptureKind::named(head) {
            Some(_) => format!("`{text}` does not say where it was captured"),
            None => format!("`{text}` is neither a file nor {FORM}"),
        };
        return Err((message, help(file)));
    };
    let Some(kind) = CaptureKind::named(word) else {
        let close = closest(word, CaptureKind::ALL.iter().map(|kind| kind.word()));
        let hint = close.map(|close| format!("did you mean `{close}`? ")).unwrap_or_default();
        return Err((format!("there is no kind of capture `{word}`"), format!("{hint}{}", help(file))));
    };
    if file.is_empty() {
        return Err((format!("`{text}` does not say which file"), format!("write {head}=FILE")));
    }
    let mut parts = rest.split(':').peekable();
    let mut at = parts.next().unwrap_or_default().to_owned();
    if at.is_empty() {
        return Err((format!("`{text}` does not say where it was captured"), help(file)));
    }
    if let Some(instance) = parts.next_if(|part| matches!(*part, "0" | "1")) {
        at = format!("{at}:{instance}");
    }
    let peer = parts.next();
    if peer == Some("") {
        return Err((format!("`{text}` names no peer after the last `:`"), help(file)));
    }
    if parts.next().is_some() {
        let help = format!("the form is {FORM}; an instance follows its object: {word}:hub/route_server:0:fw1={file}");
        return Err((format!("`{head}` says more than a kind, an object and a peer"), help));
    }
    if kind == CaptureKind::Effective && (peer.is_some() || at.contains(':')) {
        let subnet = at.split(':').next().unwrap_or_default();
        let message = format!("`{head}` names more than a subnet, and effective routes have neither instance nor peer");
        return Err((message, format!("write {}", Named::form(kind, subnet, None, file))));
    }
    Ok(Argument::Named(Named { kind, at, peer: peer.map(str::to_owned), file: file.to_owned() }))
}

fn help(file: &str) -> String {
    let file = if file.is_empty() { "FILE" } else { file };
    let kinds: Vec<&str> = CaptureKind::ALL.iter().map(|kind| kind.word()).collect();
    format!("write {FORM}, for example effective:spoke1/app={file}; KIND is one of {}", kinds.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> (CaptureKind, String, Option<String>, String) {
        match parse(text).unwrap() {
            Argument::Named(Named { kind, at, peer, file }) => (kind, at, peer, file),
            Argument::File(file) => panic!("a file: {file}"),
        }
    }

    fn says(
        kind: CaptureKind,
        at: &str,
        peer: Option<&str>,
        file: &str,
    ) -> (CaptureKind, String, Option<String>, String) {
        (kind, at.to_owned(), peer.map(str::to_owned), file.to_owned())
    }

    #[test]
    fn kind_object_peer_and_file_are_told_apart() {
        use CaptureKind::{Advertised, Bgp, Circuit, Effective, Learned};
        assert_eq!(named("effective:spoke1/app=nic.json"), says(Effective, "spoke1/app", None, "nic.json"));
        assert_eq!(
            named("learned:hub/route_server:fw1=l.json"),
            says(Learned, "hub/route_server", Some("fw1"), "l.json")
        );
        assert_eq!(named("circuit:er1:1=c.txt"), says(Circuit, "er1:1", None, "c.txt"));
        assert_eq!(
            named("advertised:hub/vpn_gateway:0:branch=a.json"),
            says(Advertised, "hub/vpn_gateway:0", Some("branch"), "a.json")
        );
        assert_eq!(named("bgp:fw1=C:\\labs\\a=b.json"), says(Bgp, "fw1", None, "C:\\labs\\a=b.json"));
        assert_eq!(
            named("learned:hub/route_server:hub/vpn_gateway=x.json"),
            says(Learned, "hub/route_server", Some("hub/vpn_gateway"), "x.json")
        );
    }

    #[test]
    fn anything_else_without_an_equals_sign_is_a_file() {
        for text in ["nic.json", "captures", "C:\\labs\\nic.json", "./effective", "effective", "a:b"] {
            assert_eq!(parse(text), Ok(Argument::File(text.to_owned())));
        }
    }

    #[test]
    fn a_form_is_read_as_it_is_written() {
        let form = Named::form(CaptureKind::Learned, "hub/route_server:1", Some("fw1"), "x.json");
        assert_eq!(named(&form), says(CaptureKind::Learned, "hub/route_server:1", Some("fw1"), "x.json"));
    }

    #[test]
    fn what_is_missing_or_too_much_is_named() {
        for (text, message) in [
            ("effective:hub/app", "`effective:hub/app` does not say which file"),
            ("effective:hub/app=", "`effective:hub/app=` does not say which file"),
            ("effective=nic.json", "`effective=nic.json` does not say where it was captured"),
            ("learned:=nic.json", "`learned:=nic.json` does not say where it was captured"),
            ("hub/app=nic.json", "`hub/app=nic.json` is neither a file nor KIND:OBJECT[:PEER]=FILE"),
            ("learnt:hub=nic.json", "there is no kind of capture `learnt`"),
            ("learned:hub:=nic.json", "`learned:hub:=nic.json` names no peer after the last `:`"),
            ("learned:hub:fw1:0=nic.json", "`learned:hub:fw1:0` says more than a kind, an object and a peer"),
            (
                "effective:hub/app:0=nic.json",
                "`effective:hub/app:0` names more than a subnet, and effective routes have neither instance nor peer",
            ),
        ] {
            assert_eq!(parse(text).unwrap_err().0, message);
        }
        assert!(parse("learnt:hub=nic.json").unwrap_err().1.starts_with("did you mean `learned`? write KIND:OBJECT"));
    }
}
