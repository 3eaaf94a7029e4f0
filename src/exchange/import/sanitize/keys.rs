//! Which keys of a capture are kept, and what their values are: one table.
//!
//! A key that is not in it is dropped with everything under it, so what Azure adds tomorrow cannot slip through. Only keys that tell
//! something about routing belong here.

/// What the value of a key is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Role {
    /// An object or a list of objects; a text here is dropped.
    Inside,
    /// The name of the object it stands in.
    Name,
    /// Names of subnets.
    SubnetName,
    /// The name of a resource group.
    Group,
    /// The id of a resource, or of a subscription.
    Id,
    /// One or several addresses.
    Address,
    /// One or several prefixes.
    Prefix,
    /// Prefixes; of a route also a service tag.
    Destination,
    /// An AS number.
    Asn,
    /// An AS path.
    Path,
    /// A number that says nothing about its owner.
    Number,
    /// Yes or no.
    Flag,
    /// One of the words that Azure has for it.
    Word(&'static [&'static str]),
    /// A word of Azure of which there are too many to list, told by its letters.
    Term(fn(&str) -> bool),
}

/// What the value of a key is, inside an object that stands under `container`; `None` when it is dropped. Both are [`letters`].
pub(super) fn role(key: &str, container: &str) -> Option<Role> {
    if container == "sku" && matches!(key, "name" | "tier" | "family") {
        return Some(Role::Term(is_sku));
    }
    if key.strip_prefix("routeservicerolein").is_some_and(|instance| instance.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Some(Role::Inside);
    }
    TABLE.iter().find(|(keys, _)| keys.contains(&key)).map(|(_, role)| *role)
}

/// A key in lower case and without what joins its words: ARM compares keys without case, tables print them with blanks.
pub(super) fn letters(key: &str) -> String {
    key.chars().filter(|letter| !" _-".contains(*letter)).map(|letter| letter.to_ascii_lowercase()).collect()
}

const TABLE: &[(&[&str], Role)] = &[
    (CONTAINERS, Role::Inside),
    (&["name", "userdefinedroutename"], Role::Name),
    (&["localsubnetnames", "remotesubnetnames"], Role::SubnetName),
    (&["resourcegroup"], Role::Group),
    (&["id", "ipconfigurationid"], Role::Id),
    (ADDRESSES, Role::Address),
    (PREFIXES, Role::Prefix),
    (&["addressprefix", "addressprefixes"], Role::Destination),
    (&["asn", "peerasn", "azureasn", "virtualrouterasn"], Role::Asn),
    (&["aspath", "path"], Role::Path),
    (NUMBERS, Role::Number),
    (FLAGS, Role::Flag),
    (&["type"], Role::Term(is_type)),
    (&["location", "locations"], Role::Term(is_region)),
    (&["service", "servicename"], Role::Term(is_service)),
    (&["sku"], Role::Term(is_sku)),
    (&["kind"], Role::Word(&["RouteServer", "Regular"])),
    (&["nexthoptype"], Role::Word(NEXT_HOP_TYPES)),
    (&["source"], Role::Word(SOURCES)),
    (&["state", "peeringstate", "connectionstatus", "circuitconnectionstatus", "routingstate"], Role::Word(STATES)),
    (&["circuitprovisioningstate", "serviceproviderprovisioningstate", "provisioningstate"], Role::Word(STATES)),
    (&["peeringsynclevel"], Role::Word(SYNC_LEVELS)),
    (&["origin"], Role::Word(ORIGINS)),
    (&["hubroutingpreference"], Role::Word(&["ExpressRoute", "VpnGateway", "ASPath"])),
    (&["gatewaytype"], Role::Word(&["Vpn", "ExpressRoute", "LocalGateway"])),
    (&["vpntype"], Role::Word(&["RouteBased", "PolicyBased"])),
    (&["connectiontype"], Role::Word(&["Vnet2Vnet", "IPsec", "ExpressRoute", "VPNClient"])),
    (&["peeringtype"], Role::Word(&["AzurePrivatePeering", "AzurePublicPeering", "MicrosoftPeering"])),
    (&["protocol"], Role::Word(&["All", "Tcp", "Udp", "Quic"])),
    (&["privateendpointnetworkpolicies"], Role::Word(ENDPOINT_POLICIES)),
    (&["privateipallocationmethod", "publicipallocationmethod"], Role::Word(&["Static", "Dynamic"])),
    (&["privateipaddressversion", "publicipaddressversion"], Role::Word(&["IPv4", "IPv6"])),
];

const CONTAINERS: &[&str] = &[
    // Every document.
    "value",
    "properties",
    // Virtual networks and what hangs on them.
    "subnets",
    "subnet",
    "ipconfigurations",
    "ipconfiguration",
    "networksecuritygroup",
    "natgateway",
    "routetable",
    "serviceendpoints",
    "serviceendpointpolicies",
    "delegations",
    "virtualnetworkpeerings",
    "remotevirtualnetwork",
    "virtualwan",
    "remoteaddressspace",
    "remotevirtualnetworkaddressspace",
    "localaddressspace",
    "localvirtualnetworkaddressspace",
    "remotegateways",
    "summarizedgatewayprefixes",
    "virtualnetwork",
    // Route tables and route servers.
    "routes",
    "bgpconnections",
    "hubvirtualnetworkconnection",
    "routingconfiguration",
    "inboundroutemap",
    "outboundroutemap",
    "virtualhub",
    "virtualrouterautoscaleconfiguration",
    // Gateways, connections and circuits.
    "bgpsettings",
    "bgppeeringaddresses",
    "customroutes",
    "gatewaydefaultsite",
    "vpnclientconfiguration",
    "vpnclientaddresspool",
    "localnetworkaddressspace",
    "virtualnetworkgateway1",
    "virtualnetworkgateway2",
    "localnetworkgateway2",
    "gatewaycustombgpipaddresses",
    "peer",
    "peerings",
    "connections",
    "peeredconnections",
    "expressroutecircuitpeering",
    "peerexpressroutecircuitpeering",
    // Machines, load balancers, firewalls, private endpoints.
    "networkinterfaces",
    "virtualmachine",
    "privateendpoint",
    "privateendpoints",
    "publicipaddress",
    "frontendipconfigurations",
    "frontendipconfiguration",
    "backendaddresspools",
    "backendaddresspool",
    "backendipconfigurations",
    "loadbalancerbackendaddresspools",
    "loadbalancerbackendaddresses",
    "networkinterfaceipconfiguration",
    "loadbalancingrules",
    "managementipconfiguration",
    "customdnsconfigs",
];

const ADDRESSES: &[&str] = &[
    "nexthop",
    "nexthopip",
    "nexthopipaddress",
    "localaddress",
    "sourcepeer",
    "neighbor",
    "peerip",
    "virtualrouterips",
    "bgppeeringaddress",
    "defaultbgpipaddresses",
    "custombgpipaddresses",
    "custombgpipaddress",
    "tunnelipaddresses",
    "gatewayipaddress",
    "privateipaddress",
    "ipaddress",
    "ipaddresses",
];

const PREFIXES: &[&str] = &["network", "addressspace", "primarypeeraddressprefix", "secondarypeeraddressprefix"];

const NUMBERS: &[&str] = &[
    "weight",
    "locprf",
    "routingweight",
    "peerweight",
    "mincapacity",
    "capacity",
    "frontendport",
    "backendport",
    "routesreceived",
];

const FLAGS: &[&str] = &[
    "active",
    "activeactive",
    "allowbranchtobranchtraffic",
    "allowforwardedtraffic",
    "allowgatewaytransit",
    "allowremotevnettraffic",
    "allowvirtualnetworkaccess",
    "best",
    "disablebgproutepropagation",
    "donotverifyremotegateways",
    "enablebgp",
    "enablebgproutetranslationfornat",
    "enablefloatingip",
    "enableipforwarding",
    "enableonlyipv6peering",
    "enableprivateipaddress",
    "expressroutegatewaybypass",
    "globalreachenabled",
    "hasbgpoverride",
    "peercompletevnets",
    "primary",
    "uselocalazureipaddress",
    "useremotegateways",
];

const NEXT_HOP_TYPES: &[&str] = &[
    "VnetLocal",
    "VNetPeering",
    "VNetGlobalPeering",
    "VirtualNetworkGateway",
    "VirtualAppliance",
    "Internet",
    "None",
    "VirtualNetworkServiceEndpoint",
    "InterfaceEndpoint",
    "HyperNetGateway",
    "ConnectedGroup",
    "Virtual network",
    "VNet peering",
    "VNet global peering",
    "Virtual network gateway",
    "Virtual appliance",
    "Virtual network service endpoint",
    "Interface endpoint",
    "Null",
];

const SOURCES: &[&str] = &["Default", "User", "VirtualNetworkGateway", "Virtual network gateway", "Unknown"];

const STATES: &[&str] = &[
    // Of routes, peerings, circuits.
    "Active",
    "Invalid",
    "Initiated",
    "Connected",
    "Disconnected",
    "Enabled",
    "Disabled",
    // Of connections and BGP sessions.
    "Connecting",
    "NotConnected",
    "Unknown",
    "Stopped",
    "Idle",
    // Of what Azure is doing to a resource.
    "Succeeded",
    "Accepted",
    "Updating",
    "Creating",
    "Deleting",
    "Failed",
    "Canceled",
    "Provisioned",
    "Provisioning",
    "NotProvisioned",
    "Deprovisioning",
    "None",
];

const SYNC_LEVELS: &[&str] = &["FullyInSync", "RemoteNotInSync", "LocalNotInSync", "LocalAndRemoteNotInSync"];

const ORIGINS: &[&str] = &["Igp", "EBgp", "IBgp", "Egp", "Network", "Incomplete", "Static", "Unknown", "i", "e", "?"];

const ENDPOINT_POLICIES: &[&str] = &["Enabled", "Disabled", "NetworkSecurityGroupEnabled", "RouteTableEnabled"];

/// `Microsoft.Network/virtualNetworks/subnets`.
fn is_type(text: &str) -> bool {
    text.split_once('/').is_some_and(|(namespace, rest)| is_namespace(namespace) && made_of(rest, "/"))
}

/// `Microsoft.Network`.
pub(super) fn is_namespace(text: &str) -> bool {
    text.contains('.') && made_of(text, ".")
}

/// `westeurope`, `West Europe`, and `*` of a service endpoint.
fn is_region(text: &str) -> bool {
    text == "*" || (made_of(text, " ") && text.starts_with(|first: char| first.is_ascii_alphabetic()))
}

/// `Microsoft.Storage`, `Microsoft.Web/serverFarms`.
fn is_service(text: &str) -> bool {
    text.contains('.') && made_of(text, "./")
}

/// `VpnGw1AZ`, `Standard_MeteredData`.
fn is_sku(text: &str) -> bool {
    made_of(text, "_")
}

/// `Storage.WestEurope`.
pub(super) fn is_service_tag(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_uppercase())
        && made_of(text, ".")
        && !text.split('.').any(|part| part.bytes().all(|byte| matches!(byte, b'X' | b'x') || byte.is_ascii_digit()))
}

/// Letters, digits and a few marks, and no longer than any word of Azure.
fn made_of(text: &str, marks: &str) -> bool {
    text.len() <= 100 && text.chars().all(|letter| letter.is_ascii_alphanumeric() || marks.contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_key_stands_in_the_table_once_and_as_it_is_looked_up() {
        let keys: Vec<&str> = TABLE.iter().flat_map(|(keys, _)| keys.iter().copied()).collect();
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
        assert!(keys.iter().all(|key| letters(key) == *key));
    }

    /// Texts that a reader takes as the name of a field: the first ones behind its bracket.
    fn fields_of(source: &str) -> BTreeSet<&str> {
        let takers = ["text", "flag", "list", "objects", "object", "reference", "number", "address", "ranges", "get"];
        let others = ["names", "link", "told", "addresses"];
        let mut found = BTreeSet::new();
        for taker in takers.iter().chain(&others) {
            for (at, call) in source.match_indices(&format!("{taker}(")) {
                let inside = &source[at + call.len()..];
                let inside = inside.strip_prefix("fields, ").unwrap_or(inside);
                let words = inside.split(", ").map_while(|word| word.strip_prefix('"')?.split_once('"'));
                found.extend(words.map(|(word, _)| word));
            }
        }
        found
    }

    #[test]
    fn every_field_that_import_reads_is_kept() {
        let sources = [
            include_str!("../read/networks.rs"),
            include_str!("../read/gateways.rs"),
            include_str!("../read/appliances.rs"),
        ];
        let fields: BTreeSet<&str> = sources.iter().flat_map(|source| fields_of(source)).collect();
        assert!(fields.len() > 60, "the readers are written in another way: {fields:?}");
        let dropped: Vec<&&str> = fields.iter().filter(|field| role(&letters(field), "").is_none()).collect();
        assert!(dropped.is_empty(), "{dropped:?}");
    }

    #[test]
    fn what_says_nothing_about_routes_is_dropped() {
        for key in
            ["tags", "etag", "resourceGuid", "serviceKey", "sharedKey", "authorizationKey", "fqdn", "dnsSettings"]
        {
            assert!(role(&letters(key), "").is_none(), "{key}");
        }
    }

    #[test]
    fn keys_are_known_in_any_spelling_and_instances_in_any_number() {
        assert!(matches!(role(&letters("PublicIPAddress"), ""), Some(Role::Inside)));
        assert!(matches!(role(&letters("RouteServiceRole_IN_12"), ""), Some(Role::Inside)));
        assert!(role(&letters("RouteServiceRole_IN_contoso"), "").is_none());
        assert!(role(&letters("na\u{1b}me"), "").is_none() && role(&letters("name: contoso"), "").is_none());
    }
}
