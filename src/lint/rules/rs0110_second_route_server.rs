//! RS0110: two route servers in one VNet.

use super::*;

pub(super) static RULE: Rule = Rule {
    code: "RS0110",
    name: "second-route-server",
    group: Group::Refuse,
    severity: Severity::Error,
    persona: Persona::Everybody,
    rulesets: Rulesets::Both,
    summary: "a VNet has more than one route server",
    what: "`route_server` of a VNet is a list of two or more.",
    why: "Azure takes one route server for each VNet and refuses the next. It has two instances already, so a second one is not needed \
          for availability. rsctl plans the first and leaves out the others with all their peers.",
    fix: "Keep one route server and give it all the peers. Where the number of peers or routes is the reason, put a second route \
          server into another VNet.",
    bad: example!("RS0110", "bad"),
    good: example!("RS0110", "good"),
    sources: &[Source { title: "Route Server FAQ", date: "2025-09-17", status: Status::Documented }],
    check,
};

/// Most other places that are pointed at.
const MOST: usize = 3;

fn check(estate: &Context<'_>, found: &mut Findings) {
    for id in estate.topology.vnet_ids() {
        let vnet = estate.written_vnet(id);
        let [first, second, others @ ..] = vnet.body.route_servers.as_slice() else { continue };
        let message = format!("VNet `{}` has {} route servers", vnet.name.value, others.len() + 2);
        let kept: Vec<&str> = first.value.peers.iter().map(|peer| peer.nva.value.as_str()).collect();
        let mut lost: Vec<&str> = Vec::new();
        for peer in [second].into_iter().chain(others).flat_map(|server| &server.value.peers) {
            let name = peer.nva.value.as_str();
            if !kept.contains(&name) && !lost.contains(&name) {
                lost.push(name);
            }
        }
        let help = match lost.as_slice() {
            [] => "keep one route server".to_owned(),
            names => format!("keep one route server, and add its missing peers to it: {}", few_names(names)),
        };
        let mut finding = Finding::new(second.span, estate.vnet_path(id), message)
            .label("Azure refuses this one; it is planned without")
            .left_out(true)
            .also(first.span, "the first, which is planned")
            .help(help);
        for other in others.iter().take(MOST) {
            finding = finding.also(other.span, "refused too");
        }
        found.add(finding);
    }
}
