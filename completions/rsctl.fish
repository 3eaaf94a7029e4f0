# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_rsctl_global_optspecs
    string join \n color= h/help V/version
end

function __fish_rsctl_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_rsctl_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_rsctl_using_subcommand
    set -l cmd (__fish_rsctl_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c rsctl -n "__fish_rsctl_needs_command" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rsctl -n "__fish_rsctl_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rsctl -n "__fish_rsctl_needs_command" -s V -l version -d 'Print version'
complete -c rsctl -n "__fish_rsctl_needs_command" -f -a "plan" -d 'Show the effective routes of every subnet'
complete -c rsctl -n "__fish_rsctl_needs_command" -f -a "routes" -d 'Show the effective routes of one subnet, in az\'s shapes'
complete -c rsctl -n "__fish_rsctl_needs_command" -f -a "rib" -d 'Show what a BGP speaker learned, uses or advertises, in az\'s shapes'
complete -c rsctl -n "__fish_rsctl_needs_command" -f -a "why" -d 'Explain why a subnet or a BGP speaker does what it does with a prefix'
complete -c rsctl -n "__fish_rsctl_needs_command" -f -a "verify" -d 'Compare captured output of Azure with the prediction, row by row'
complete -c rsctl -n "__fish_rsctl_needs_command" -f -a "lint" -d 'Find what Azure refuses, what loses or bypasses traffic, and what grows over a limit'
complete -c rsctl -n "__fish_rsctl_needs_command" -f -a "diff" -d 'Show what two topologies do differently, range by range, and which edit causes it'
complete -c rsctl -n "__fish_rsctl_needs_command" -f -a "compare" -d 'Hold a static design (user-defined routes) against a dynamic one (route server) of the same estate'
complete -c rsctl -n "__fish_rsctl_needs_command" -f -a "trace" -d 'Follow packets and their answers hop by hop; prove that all conversations are symmetric'
complete -c rsctl -n "__fish_rsctl_needs_command" -f -a "failover" -d 'Break everything in turn, or two things at once, and say how every conversation fares'
complete -c rsctl -n "__fish_rsctl_needs_command" -f -a "limits" -d 'Show how much of Azure\'s limits is used, which one further spokes exceed first, and which summary would help'
complete -c rsctl -n "__fish_rsctl_needs_command" -f -a "test" -d 'Hold the expectations of a topology against what its routes do'
complete -c rsctl -n "__fish_rsctl_needs_command" -f -a "import" -d 'Write the topology of an estate that exists, from what az, ARM templates or Terraform tell of it'
complete -c rsctl -n "__fish_rsctl_needs_command" -f -a "emit" -d 'Write what a topology comes to for other tools: route tables, the BGP of an NVA'
complete -c rsctl -n "__fish_rsctl_needs_command" -f -a "explain" -d 'Explain a rule, a group of rules, a fact or a term'
complete -c rsctl -n "__fish_rsctl_needs_command" -f -a "facts" -d 'List what is taken to be true of Azure, since when, and who says so'
complete -c rsctl -n "__fish_rsctl_needs_command" -f -a "init" -d 'Write a small, commented, valid topology'
complete -c rsctl -n "__fish_rsctl_needs_command" -f -a "schema" -d 'Print the JSON Schema of the topology file (draft-07)'
complete -c rsctl -n "__fish_rsctl_needs_command" -f -a "completions" -d 'Print a completion script'
complete -c rsctl -n "__fish_rsctl_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rsctl -n "__fish_rsctl_using_subcommand plan" -l subnet -d 'Only this subnet (`vnet/subnet`, repeatable)' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand plan" -l vnet -d 'Only this VNet (repeatable)' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand plan" -l set -d 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand plan" -l without -d 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand plan" -l down -d 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand plan" -l fact -d 'Answer an open question about Azure (repeatable); stands above `facts:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand plan" -l as-of -d 'Behave as Azure behaved on that day; stands above `as_of:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand plan" -s o -l output -d 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand plan" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rsctl -n "__fish_rsctl_using_subcommand plan" -l all -d 'Also Invalid and None rows, and every row of long lists'
complete -c rsctl -n "__fish_rsctl_using_subcommand plan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rsctl -n "__fish_rsctl_using_subcommand routes" -s f -l file -d 'Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand routes" -l set -d 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand routes" -l without -d 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand routes" -l down -d 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand routes" -l fact -d 'Answer an open question about Azure (repeatable); stands above `facts:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand routes" -l as-of -d 'Behave as Azure behaved on that day; stands above `as_of:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand routes" -s o -l output -d 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand routes" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rsctl -n "__fish_rsctl_using_subcommand routes" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rsctl -n "__fish_rsctl_using_subcommand rib" -l peer -d 'Only routes from or to this neighbour' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand rib" -s f -l file -d 'Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand rib" -l set -d 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand rib" -l without -d 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand rib" -l down -d 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand rib" -l fact -d 'Answer an open question about Azure (repeatable); stands above `facts:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand rib" -l as-of -d 'Behave as Azure behaved on that day; stands above `as_of:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand rib" -s o -l output -d 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand rib" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rsctl -n "__fish_rsctl_using_subcommand rib" -l learned -d 'What it heard and keeps (default)'
complete -c rsctl -n "__fish_rsctl_using_subcommand rib" -l advertised -d 'What it sends'
complete -c rsctl -n "__fish_rsctl_using_subcommand rib" -l best -d 'What it uses'
complete -c rsctl -n "__fish_rsctl_using_subcommand rib" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rsctl -n "__fish_rsctl_using_subcommand why" -l at -d 'Where: a subnet (`vnet/subnet`), or a BGP speaker such as `hub/route_server`, `hub/vpn_gateway:0`, `fw1`' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand why" -l not -d 'Also the smallest edits with which the subnet sends it elsewhere than to this address or NVA; without a value, elsewhere than now' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand why" -s f -l file -d 'Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand why" -l set -d 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand why" -l without -d 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand why" -l down -d 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand why" -l fact -d 'Answer an open question about Azure (repeatable); stands above `facts:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand why" -l as-of -d 'Behave as Azure behaved on that day; stands above `as_of:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand why" -s o -l output -d 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, json, markdown, mermaid]' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand why" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rsctl -n "__fish_rsctl_using_subcommand why" -l all -d 'Also what has no bearing: shorter rows with all they rest on, refusals of what came from the refused one'
complete -c rsctl -n "__fish_rsctl_using_subcommand why" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rsctl -n "__fish_rsctl_using_subcommand verify" -l fact -d 'Answer an open question about Azure (repeatable); stands above `facts:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand verify" -l as-of -d 'Behave as Azure behaved on that day; stands above `as_of:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand verify" -s o -l output -d 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand verify" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rsctl -n "__fish_rsctl_using_subcommand verify" -l all -d 'Also list matched and ignored rows'
complete -c rsctl -n "__fish_rsctl_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rsctl -n "__fish_rsctl_using_subcommand lint" -l ruleset -d 'Whose statements are held against the topology [default: azure]' -r -f -a "azure\t'What Azure documents and does'
az-700\t'The simplified statements of the exam AZ-700'"
complete -c rsctl -n "__fish_rsctl_using_subcommand lint" -l only -d 'Only these rules or groups (repeatable)' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand lint" -l severity -d 'How bad findings of a rule or group are: error, warning, note or off (repeatable)' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand lint" -l fail-on -d 'End with 1 when a finding is at least that bad [default: error]' -r -f -a "error\t'An error'
warning\t'A warning or worse'
note\t'Any finding'
never\t'Never'"
complete -c rsctl -n "__fish_rsctl_using_subcommand lint" -l baseline -d 'Leave out findings that this file holds' -r -F
complete -c rsctl -n "__fish_rsctl_using_subcommand lint" -l write-baseline -d 'Write all findings to a file for --baseline, and end with 0' -r -F
complete -c rsctl -n "__fish_rsctl_using_subcommand lint" -l add-ignore -d 'Write a comment above each finding that ignores it for this reason' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand lint" -l config -d 'Read these settings instead of looking for `rsctl.toml`' -r -F
complete -c rsctl -n "__fish_rsctl_using_subcommand lint" -l stdin-filename -d 'The name under which standard input is reported' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand lint" -l set -d 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand lint" -l without -d 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand lint" -l down -d 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand lint" -l fact -d 'Answer an open question about Azure (repeatable); stands above `facts:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand lint" -l as-of -d 'Behave as Azure behaved on that day; stands above `as_of:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand lint" -s o -l output -d 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, concise, json, sarif, github, azure-pipelines, gitlab, junit, rdjson, markdown]' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand lint" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rsctl -n "__fish_rsctl_using_subcommand lint" -l strict -d 'Also rules that only tell of untidiness or of open questions'
complete -c rsctl -n "__fish_rsctl_using_subcommand lint" -l exit-zero -d 'End with 0 whatever is found, as --fail-on never'
complete -c rsctl -n "__fish_rsctl_using_subcommand lint" -l no-ignores -d 'Report findings that comments or settings ignore, too'
complete -c rsctl -n "__fish_rsctl_using_subcommand lint" -l fix -d 'Mend what a machine can mend, in the files, and report the rest'
complete -c rsctl -n "__fish_rsctl_using_subcommand lint" -l diff -d 'Show what --fix or --add-ignore would change, and change nothing; end with 1 when that is anything'
complete -c rsctl -n "__fish_rsctl_using_subcommand lint" -l no-config -d 'Read no settings'
complete -c rsctl -n "__fish_rsctl_using_subcommand lint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rsctl -n "__fish_rsctl_using_subcommand diff" -l base -d 'Compare with the commit at which the current branch left this revision' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand diff" -l set -d 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand diff" -l without -d 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand diff" -l down -d 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand diff" -l fact -d 'Answer an open question about Azure (repeatable); stands above `facts:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand diff" -l as-of -d 'Behave as Azure behaved on that day; stands above `as_of:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand diff" -s o -l output -d 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, json, markdown, sarif, github]' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand diff" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rsctl -n "__fish_rsctl_using_subcommand diff" -l exit-code -d 'End with 1 when anything differs'
complete -c rsctl -n "__fish_rsctl_using_subcommand diff" -l all -d 'Every subnet, prefix and edit, not only the first few'
complete -c rsctl -n "__fish_rsctl_using_subcommand diff" -l no-causes -d 'Do not look for the edits that cause each difference, which takes a computation for every edit'
complete -c rsctl -n "__fish_rsctl_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rsctl -n "__fish_rsctl_using_subcommand compare" -l static -d 'The static design; FILE is the dynamic one' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand compare" -l dynamic -d 'The dynamic design; FILE is the static one' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand compare" -l set -d 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand compare" -l without -d 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand compare" -l down -d 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand compare" -l fact -d 'Answer an open question about Azure (repeatable); stands above `facts:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand compare" -l as-of -d 'Behave as Azure behaved on that day; stands above `as_of:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand compare" -s o -l output -d 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand compare" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rsctl -n "__fish_rsctl_using_subcommand compare" -l all -d 'Every subnet and prefix, not only the first few'
complete -c rsctl -n "__fish_rsctl_using_subcommand compare" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rsctl -n "__fish_rsctl_using_subcommand trace" -l from -d 'Who opens the conversation: a subnet (`vnet/subnet`), a site, an NVA, or an address of one of these' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand trace" -l to -d 'Who answers: as --from, or `internet`' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand trace" -s f -l file -d 'Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand trace" -l set -d 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand trace" -l without -d 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand trace" -l down -d 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand trace" -l fact -d 'Answer an open question about Azure (repeatable); stands above `facts:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand trace" -l as-of -d 'Behave as Azure behaved on that day; stands above `as_of:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand trace" -s o -l output -d 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand trace" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rsctl -n "__fish_rsctl_using_subcommand trace" -l both -d 'Show the answers hop by hop, too'
complete -c rsctl -n "__fish_rsctl_using_subcommand trace" -l all-pairs -d 'Prove every conversation between subnets and sites'
complete -c rsctl -n "__fish_rsctl_using_subcommand trace" -l inspected -d 'With --all-pairs: conversations that pass no NVA fail, too'
complete -c rsctl -n "__fish_rsctl_using_subcommand trace" -l all -d 'Every way, every kind and every name, not only the first few'
complete -c rsctl -n "__fish_rsctl_using_subcommand trace" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rsctl -n "__fish_rsctl_using_subcommand failover" -l k -d 'How many things fail at once, at most' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand failover" -l of -d 'Only these kinds (nva, session, route-server, gateway, circuit, peering, hub) or things by name (repeatable)' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand failover" -l fail-on -d 'End with 1 when a failure has an effect at least as bad' -r -f -a "dead\t'A conversation ends'
asymmetric\t'Or NVAs see half of one'
uninspected\t'Or no NVA sees one any more'
never\t'Nothing'"
complete -c rsctl -n "__fish_rsctl_using_subcommand failover" -l set -d 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand failover" -l without -d 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand failover" -l down -d 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand failover" -l fact -d 'Answer an open question about Azure (repeatable); stands above `facts:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand failover" -l as-of -d 'Behave as Azure behaved on that day; stands above `as_of:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand failover" -s o -l output -d 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand failover" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rsctl -n "__fish_rsctl_using_subcommand failover" -l all -d 'Every failure, not only the first few and those that do something'
complete -c rsctl -n "__fish_rsctl_using_subcommand failover" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rsctl -n "__fish_rsctl_using_subcommand limits" -l add-spokes -d 'Count with that many more spokes of each hub' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand limits" -l like -d 'Further spokes are like this one, instead of the typical one of each hub' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand limits" -l fail-at -d 'End with 1 when more than that part of a limit is used' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand limits" -l set -d 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand limits" -l without -d 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand limits" -l down -d 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand limits" -l fact -d 'Answer an open question about Azure (repeatable); stands above `facts:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand limits" -l as-of -d 'Behave as Azure behaved on that day; stands above `as_of:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand limits" -s o -l output -d 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand limits" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rsctl -n "__fish_rsctl_using_subcommand limits" -l all -d 'Also counts below half of their limit, and every entry of long lists'
complete -c rsctl -n "__fish_rsctl_using_subcommand limits" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rsctl -n "__fish_rsctl_using_subcommand test" -l filter -d 'Only expectations whose name holds this text (repeatable)' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand test" -l set -d 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand test" -l without -d 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand test" -l down -d 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand test" -l fact -d 'Answer an open question about Azure (repeatable); stands above `facts:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand test" -l as-of -d 'Behave as Azure behaved on that day; stands above `as_of:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand test" -s o -l output -d 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, json, junit, tap]' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand test" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rsctl -n "__fish_rsctl_using_subcommand test" -l list -d 'List the names and test nothing'
complete -c rsctl -n "__fish_rsctl_using_subcommand test" -l bisect -d 'End with 125 instead of 2, so that `git bisect run` skips a commit that cannot be tested'
complete -c rsctl -n "__fish_rsctl_using_subcommand test" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rsctl -n "__fish_rsctl_using_subcommand import" -l update -d 'Refresh this topology instead of writing a new one: what the documents tell is replaced, everything else stays as it is' -r -F
complete -c rsctl -n "__fish_rsctl_using_subcommand import" -l location -d 'The region of the resource group that a template is deployed to' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand import" -l resource-group -d 'The resource group that a template is deployed to' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand import" -l sanitize -d 'Write the documents into this new folder with other names, addresses and AS numbers, so that they can be shared' -r -F
complete -c rsctl -n "__fish_rsctl_using_subcommand import" -l collect-script -d 'Print a script that saves all of an estate with read-only az commands' -r -f -a "bash\t'For bash'
powershell\t'For PowerShell'"
complete -c rsctl -n "__fish_rsctl_using_subcommand import" -s o -l output -d 'Format, or FORMAT=PATH to write a file (repeatable) [formats: yaml, captures] [default: yaml]' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand import" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rsctl -n "__fish_rsctl_using_subcommand import" -l strict -d 'Guesses, blanks and skipped resources are errors: nothing is written, and the exit code is 1'
complete -c rsctl -n "__fish_rsctl_using_subcommand import" -l diff -d 'With --update: show what would change, write nothing, and end with 1 when that is anything'
complete -c rsctl -n "__fish_rsctl_using_subcommand import" -l prune -d 'With --update: also remove VNets, route tables, NVAs and sites that no document has'
complete -c rsctl -n "__fish_rsctl_using_subcommand import" -l force -d 'Replace a file that exists'
complete -c rsctl -n "__fish_rsctl_using_subcommand import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and not __fish_seen_subcommand_from udr nva-bgp help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and not __fish_seen_subcommand_from udr nva-bgp help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and not __fish_seen_subcommand_from udr nva-bgp help" -f -a "udr" -d 'The fewest user-defined routes that do what the route servers do, so that these can go'
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and not __fish_seen_subcommand_from udr nva-bgp help" -f -a "nva-bgp" -d 'The BGP configuration of an NVA or a site as the topology states it: neighbours, prefixes, policies'
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and not __fish_seen_subcommand_from udr nva-bgp help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and __fish_seen_subcommand_from udr" -l subnet -d 'Only for this subnet (`vnet/subnet`, repeatable)' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and __fish_seen_subcommand_from udr" -l vnet -d 'Only for the subnets of this VNet (repeatable)' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and __fish_seen_subcommand_from udr" -l set -d 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and __fish_seen_subcommand_from udr" -l without -d 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and __fish_seen_subcommand_from udr" -l down -d 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and __fish_seen_subcommand_from udr" -l fact -d 'Answer an open question about Azure (repeatable); stands above `facts:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and __fish_seen_subcommand_from udr" -l as-of -d 'Behave as Azure behaved on that day; stands above `as_of:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and __fish_seen_subcommand_from udr" -s o -l as -d 'Format, or FORMAT=PATH to write a file (repeatable) [formats: terraform, bicep, arm, az, yaml] [default: terraform]' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and __fish_seen_subcommand_from udr" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and __fish_seen_subcommand_from udr" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and __fish_seen_subcommand_from nva-bgp" -l nva -d 'The NVA or site; needed where more than one NVA speaks BGP' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and __fish_seen_subcommand_from nva-bgp" -l set -d 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and __fish_seen_subcommand_from nva-bgp" -l without -d 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and __fish_seen_subcommand_from nva-bgp" -l down -d 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and __fish_seen_subcommand_from nva-bgp" -l fact -d 'Answer an open question about Azure (repeatable); stands above `facts:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and __fish_seen_subcommand_from nva-bgp" -l as-of -d 'Behave as Azure behaved on that day; stands above `as_of:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and __fish_seen_subcommand_from nva-bgp" -s o -l as -d 'Format, or FORMAT=PATH to write a file (repeatable) [formats: frr, bird]' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and __fish_seen_subcommand_from nva-bgp" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and __fish_seen_subcommand_from nva-bgp" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and __fish_seen_subcommand_from help" -f -a "udr" -d 'The fewest user-defined routes that do what the route servers do, so that these can go'
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and __fish_seen_subcommand_from help" -f -a "nva-bgp" -d 'The BGP configuration of an NVA or a site as the topology states it: neighbours, prefixes, policies'
complete -c rsctl -n "__fish_rsctl_using_subcommand emit; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rsctl -n "__fish_rsctl_using_subcommand explain" -s o -l output -d 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, json, markdown]' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand explain" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rsctl -n "__fish_rsctl_using_subcommand explain" -l all -d 'Every rule'
complete -c rsctl -n "__fish_rsctl_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rsctl -n "__fish_rsctl_using_subcommand facts" -l fact -d 'Answer an open question about Azure (repeatable); stands above `facts:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand facts" -l as-of -d 'Behave as Azure behaved on that day; stands above `as_of:` in the file' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand facts" -s o -l output -d 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]' -r
complete -c rsctl -n "__fish_rsctl_using_subcommand facts" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rsctl -n "__fish_rsctl_using_subcommand facts" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rsctl -n "__fish_rsctl_using_subcommand init" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rsctl -n "__fish_rsctl_using_subcommand init" -l force -d 'Replace the file if it exists'
complete -c rsctl -n "__fish_rsctl_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rsctl -n "__fish_rsctl_using_subcommand schema" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rsctl -n "__fish_rsctl_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rsctl -n "__fish_rsctl_using_subcommand completions" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rsctl -n "__fish_rsctl_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rsctl -n "__fish_rsctl_using_subcommand help; and not __fish_seen_subcommand_from plan routes rib why verify lint diff compare trace failover limits test import emit explain facts init schema completions help" -f -a "plan" -d 'Show the effective routes of every subnet'
complete -c rsctl -n "__fish_rsctl_using_subcommand help; and not __fish_seen_subcommand_from plan routes rib why verify lint diff compare trace failover limits test import emit explain facts init schema completions help" -f -a "routes" -d 'Show the effective routes of one subnet, in az\'s shapes'
complete -c rsctl -n "__fish_rsctl_using_subcommand help; and not __fish_seen_subcommand_from plan routes rib why verify lint diff compare trace failover limits test import emit explain facts init schema completions help" -f -a "rib" -d 'Show what a BGP speaker learned, uses or advertises, in az\'s shapes'
complete -c rsctl -n "__fish_rsctl_using_subcommand help; and not __fish_seen_subcommand_from plan routes rib why verify lint diff compare trace failover limits test import emit explain facts init schema completions help" -f -a "why" -d 'Explain why a subnet or a BGP speaker does what it does with a prefix'
complete -c rsctl -n "__fish_rsctl_using_subcommand help; and not __fish_seen_subcommand_from plan routes rib why verify lint diff compare trace failover limits test import emit explain facts init schema completions help" -f -a "verify" -d 'Compare captured output of Azure with the prediction, row by row'
complete -c rsctl -n "__fish_rsctl_using_subcommand help; and not __fish_seen_subcommand_from plan routes rib why verify lint diff compare trace failover limits test import emit explain facts init schema completions help" -f -a "lint" -d 'Find what Azure refuses, what loses or bypasses traffic, and what grows over a limit'
complete -c rsctl -n "__fish_rsctl_using_subcommand help; and not __fish_seen_subcommand_from plan routes rib why verify lint diff compare trace failover limits test import emit explain facts init schema completions help" -f -a "diff" -d 'Show what two topologies do differently, range by range, and which edit causes it'
complete -c rsctl -n "__fish_rsctl_using_subcommand help; and not __fish_seen_subcommand_from plan routes rib why verify lint diff compare trace failover limits test import emit explain facts init schema completions help" -f -a "compare" -d 'Hold a static design (user-defined routes) against a dynamic one (route server) of the same estate'
complete -c rsctl -n "__fish_rsctl_using_subcommand help; and not __fish_seen_subcommand_from plan routes rib why verify lint diff compare trace failover limits test import emit explain facts init schema completions help" -f -a "trace" -d 'Follow packets and their answers hop by hop; prove that all conversations are symmetric'
complete -c rsctl -n "__fish_rsctl_using_subcommand help; and not __fish_seen_subcommand_from plan routes rib why verify lint diff compare trace failover limits test import emit explain facts init schema completions help" -f -a "failover" -d 'Break everything in turn, or two things at once, and say how every conversation fares'
complete -c rsctl -n "__fish_rsctl_using_subcommand help; and not __fish_seen_subcommand_from plan routes rib why verify lint diff compare trace failover limits test import emit explain facts init schema completions help" -f -a "limits" -d 'Show how much of Azure\'s limits is used, which one further spokes exceed first, and which summary would help'
complete -c rsctl -n "__fish_rsctl_using_subcommand help; and not __fish_seen_subcommand_from plan routes rib why verify lint diff compare trace failover limits test import emit explain facts init schema completions help" -f -a "test" -d 'Hold the expectations of a topology against what its routes do'
complete -c rsctl -n "__fish_rsctl_using_subcommand help; and not __fish_seen_subcommand_from plan routes rib why verify lint diff compare trace failover limits test import emit explain facts init schema completions help" -f -a "import" -d 'Write the topology of an estate that exists, from what az, ARM templates or Terraform tell of it'
complete -c rsctl -n "__fish_rsctl_using_subcommand help; and not __fish_seen_subcommand_from plan routes rib why verify lint diff compare trace failover limits test import emit explain facts init schema completions help" -f -a "emit" -d 'Write what a topology comes to for other tools: route tables, the BGP of an NVA'
complete -c rsctl -n "__fish_rsctl_using_subcommand help; and not __fish_seen_subcommand_from plan routes rib why verify lint diff compare trace failover limits test import emit explain facts init schema completions help" -f -a "explain" -d 'Explain a rule, a group of rules, a fact or a term'
complete -c rsctl -n "__fish_rsctl_using_subcommand help; and not __fish_seen_subcommand_from plan routes rib why verify lint diff compare trace failover limits test import emit explain facts init schema completions help" -f -a "facts" -d 'List what is taken to be true of Azure, since when, and who says so'
complete -c rsctl -n "__fish_rsctl_using_subcommand help; and not __fish_seen_subcommand_from plan routes rib why verify lint diff compare trace failover limits test import emit explain facts init schema completions help" -f -a "init" -d 'Write a small, commented, valid topology'
complete -c rsctl -n "__fish_rsctl_using_subcommand help; and not __fish_seen_subcommand_from plan routes rib why verify lint diff compare trace failover limits test import emit explain facts init schema completions help" -f -a "schema" -d 'Print the JSON Schema of the topology file (draft-07)'
complete -c rsctl -n "__fish_rsctl_using_subcommand help; and not __fish_seen_subcommand_from plan routes rib why verify lint diff compare trace failover limits test import emit explain facts init schema completions help" -f -a "completions" -d 'Print a completion script'
complete -c rsctl -n "__fish_rsctl_using_subcommand help; and not __fish_seen_subcommand_from plan routes rib why verify lint diff compare trace failover limits test import emit explain facts init schema completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rsctl -n "__fish_rsctl_using_subcommand help; and __fish_seen_subcommand_from emit" -f -a "udr" -d 'The fewest user-defined routes that do what the route servers do, so that these can go'
complete -c rsctl -n "__fish_rsctl_using_subcommand help; and __fish_seen_subcommand_from emit" -f -a "nva-bgp" -d 'The BGP configuration of an NVA or a site as the topology states it: neighbours, prefixes, policies'
