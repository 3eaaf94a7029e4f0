//! Outages by the names that users write: `fw1`, `hub/route_server:0`, `er1:1`, `hub~spoke1`.

use super::joins::joins;
use super::{Element, Instance, Outages, Part, covers, instances};
use crate::topology::pick::{Mistake, Named, ends, pick};
use crate::topology::{CircuitId, RouterId, Topology};

impl Outages {
    /// The outages of these names: an element, one instance of it after a colon, or `A~B` for all that joins two of either.
    ///
    /// # Errors
    /// A name that means nothing or several things, and what could be meant.
    pub fn named(topology: &Topology, what: &[String]) -> Result<Outages, (String, String)> {
        let elements = elements(topology);
        let mut outages = Outages::default();
        for text in what.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
            match ends(text)? {
                Some(pair) => {
                    let (one, other) = between(topology, pair, &elements)?;
                    outages.add_between(one, other);
                }
                None => outages.add(topology, part(topology, text, &elements)?),
            }
        }
        Ok(outages)
    }

    /// The name of everything that can fail by itself, instances included, in file order.
    pub fn all_names(topology: &Topology) -> Vec<String> {
        let mut names = Vec::new();
        for Named { name, what, .. } in elements(topology) {
            let count = instances(topology, what);
            let of_instances = (0..count).filter(|_| count > 1).map(|instance| format!("{name}:{instance}"));
            let of_instances: Vec<String> = of_instances.collect();
            names.push(name);
            names.extend(of_instances);
        }
        names
    }
}

fn elements(topology: &Topology) -> Vec<Named<Element>> {
    let mut elements = Vec::new();
    let mut add = |section, name: String, what| elements.push(Named { section, name, what });
    for id in topology.vnet_ids() {
        let vnet = topology.vnet(id);
        add("vnets", vnet.name.clone(), Element::Vnet(id));
        let gateways = [
            (vnet.route_server.is_some(), "route_server", Element::RouteServer(id)),
            (vnet.vpn_gateway.is_some(), "vpn_gateway", Element::VpnGateway(id)),
            (vnet.express_route_gateway.is_some(), "express_route_gateway", Element::ExpressRouteGateway(id)),
        ];
        for (_, key, element) in gateways.into_iter().filter(|(present, ..)| *present) {
            add("vnets", format!("{}/{key}", vnet.name), element);
        }
    }
    for (index, router) in topology.routers.iter().enumerate() {
        let section = if router.is_nva() { "nvas" } else { "sites" };
        add(section, router.name.clone(), Element::Router(RouterId(index as u32)));
    }
    for (index, balancer) in topology.load_balancers.iter().enumerate() {
        add("load_balancers", balancer.name.clone(), Element::LoadBalancer(index as u32));
    }
    for (index, circuit) in topology.circuits.iter().enumerate() {
        add("circuits", circuit.name.clone(), Element::Circuit(CircuitId(index as u32)));
    }
    elements
}

/// An element, or the instance of it that a number after a colon picks.
fn part(topology: &Topology, text: &str, elements: &[Named<Element>]) -> Result<Part, Mistake> {
    let Some((name, number)) = text.rsplit_once(':') else { return Ok((pick(text, elements)?, None)) };
    let element = pick(name, elements)?;
    let count = instances(topology, element);
    let has_none = matches!(element, Element::Vnet(_) | Element::Router(_) | Element::LoadBalancer(_));
    match number.parse::<u8>() {
        Ok(instance) if instance < count && !has_none => Ok((element, Some(instance))),
        _ if has_none => Err((format!("`{name}` has no instances"), format!("write `{name}`"))),
        _ if count == 1 => Err((
            format!("`{name}` has no instance `{number}`"),
            "only an active-active gateway has two instances; an active-passive one is there or not".into(),
        )),
        _ => {
            let what = if matches!(element, Element::Circuit(_)) { "its links" } else { "its instances" };
            Err((format!("`{name}` has no instance `{number}`"), format!("{what} are `{name}:0` and `{name}:1`")))
        }
    }
}

fn between(
    topology: &Topology,
    (one, other): (&str, &str),
    elements: &[Named<Element>],
) -> Result<(Part, Part), Mistake> {
    let (first, second) = (part(topology, one, elements)?, part(topology, other, elements)?);
    let all = joins(topology);
    let meets = |from: Part, to: Instance| covers(from, to);
    let joined = |(a, b): &(Instance, Instance)| {
        (meets(first, *a) && meets(second, *b)) || (meets(first, *b) && meets(second, *a))
    };
    if all.iter().any(joined) {
        return Ok((first, second));
    }
    let turned = all.iter().flat_map(|(a, b)| [(*a, *b), (*b, *a)]);
    let far = turned.filter(|(near, _)| covers(first, *near)).map(|(_, (far, _))| far);
    let mut names: Vec<&str> = far
        .filter_map(|far| elements.iter().find(|named| named.what == far))
        .map(|named| named.name.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    let help = match names.len() {
        0 => format!("`{one}` is joined with nothing"),
        count if count > 12 => format!("`{one}` is joined with {} and {} more", names[..12].join(", "), count - 12),
        _ => format!("`{one}` is joined with {}", names.join(", ")),
    };
    Err((format!("nothing joins `{one}` and `{other}`"), help))
}
