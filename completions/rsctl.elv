
use builtin;
use str;

set edit:completion:arg-completer[rsctl] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'rsctl'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'rsctl'= {
            cand --color 'When to use colour'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand plan 'Show the effective routes of every subnet'
            cand routes 'Show the effective routes of one subnet, in az''s shapes'
            cand rib 'Show what a BGP speaker learned, uses or advertises, in az''s shapes'
            cand why 'Explain why a subnet or a BGP speaker does what it does with a prefix'
            cand verify 'Compare captured output of Azure with the prediction, row by row'
            cand lint 'Find what Azure refuses, what loses or bypasses traffic, and what grows over a limit'
            cand diff 'Show what two topologies do differently, range by range, and which edit causes it'
            cand compare 'Hold a static design (user-defined routes) against a dynamic one (route server) of the same estate'
            cand trace 'Follow packets and their answers hop by hop; prove that all conversations are symmetric'
            cand failover 'Break everything in turn, or two things at once, and say how every conversation fares'
            cand limits 'Show how much of Azure''s limits is used, which one further spokes exceed first, and which summary would help'
            cand test 'Hold the expectations of a topology against what its routes do'
            cand import 'Write the topology of an estate that exists, from what az, ARM templates or Terraform tell of it'
            cand emit 'Write what a topology comes to for other tools: route tables, the BGP of an NVA'
            cand explain 'Explain a rule, a group of rules, a fact or a term'
            cand facts 'List what is taken to be true of Azure, since when, and who says so'
            cand init 'Write a small, commented, valid topology'
            cand schema 'Print the JSON Schema of the topology file (draft-07)'
            cand completions 'Print a completion script'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'rsctl;plan'= {
            cand --subnet 'Only this subnet (`vnet/subnet`, repeatable)'
            cand --vnet 'Only this VNet (repeatable)'
            cand --set 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes'
            cand --without 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two'
            cand --down 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two'
            cand --fact 'Answer an open question about Azure (repeatable); stands above `facts:` in the file'
            cand --as-of 'Behave as Azure behaved on that day; stands above `as_of:` in the file'
            cand -o 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]'
            cand --output 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]'
            cand --color 'When to use colour'
            cand --all 'Also Invalid and None rows, and every row of long lists'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'rsctl;routes'= {
            cand -f 'Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory'
            cand --file 'Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory'
            cand --set 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes'
            cand --without 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two'
            cand --down 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two'
            cand --fact 'Answer an open question about Azure (repeatable); stands above `facts:` in the file'
            cand --as-of 'Behave as Azure behaved on that day; stands above `as_of:` in the file'
            cand -o 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]'
            cand --output 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]'
            cand --color 'When to use colour'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'rsctl;rib'= {
            cand --peer 'Only routes from or to this neighbour'
            cand -f 'Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory'
            cand --file 'Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory'
            cand --set 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes'
            cand --without 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two'
            cand --down 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two'
            cand --fact 'Answer an open question about Azure (repeatable); stands above `facts:` in the file'
            cand --as-of 'Behave as Azure behaved on that day; stands above `as_of:` in the file'
            cand -o 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]'
            cand --output 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]'
            cand --color 'When to use colour'
            cand --learned 'What it heard and keeps (default)'
            cand --advertised 'What it sends'
            cand --best 'What it uses'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'rsctl;why'= {
            cand --at 'Where: a subnet (`vnet/subnet`), or a BGP speaker such as `hub/route_server`, `hub/vpn_gateway:0`, `fw1`'
            cand --not 'Also the smallest edits with which the subnet sends it elsewhere than to this address or NVA; without a value, elsewhere than now'
            cand -f 'Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory'
            cand --file 'Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory'
            cand --set 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes'
            cand --without 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two'
            cand --down 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two'
            cand --fact 'Answer an open question about Azure (repeatable); stands above `facts:` in the file'
            cand --as-of 'Behave as Azure behaved on that day; stands above `as_of:` in the file'
            cand -o 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, json, markdown, mermaid]'
            cand --output 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, json, markdown, mermaid]'
            cand --color 'When to use colour'
            cand --all 'Also what has no bearing: shorter rows with all they rest on, refusals of what came from the refused one'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'rsctl;verify'= {
            cand --fact 'Answer an open question about Azure (repeatable); stands above `facts:` in the file'
            cand --as-of 'Behave as Azure behaved on that day; stands above `as_of:` in the file'
            cand -o 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]'
            cand --output 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]'
            cand --color 'When to use colour'
            cand --all 'Also list matched and ignored rows'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'rsctl;lint'= {
            cand --ruleset 'Whose statements are held against the topology [default: azure]'
            cand --only 'Only these rules or groups (repeatable)'
            cand --severity 'How bad findings of a rule or group are: error, warning, note or off (repeatable)'
            cand --fail-on 'End with 1 when a finding is at least that bad [default: error]'
            cand --baseline 'Leave out findings that this file holds'
            cand --write-baseline 'Write all findings to a file for --baseline, and end with 0'
            cand --add-ignore 'Write a comment above each finding that ignores it for this reason'
            cand --config 'Read these settings instead of looking for `rsctl.toml`'
            cand --stdin-filename 'The name under which standard input is reported'
            cand --set 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes'
            cand --without 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two'
            cand --down 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two'
            cand --fact 'Answer an open question about Azure (repeatable); stands above `facts:` in the file'
            cand --as-of 'Behave as Azure behaved on that day; stands above `as_of:` in the file'
            cand -o 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, concise, json, sarif, github, azure-pipelines, gitlab, junit, rdjson, markdown]'
            cand --output 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, concise, json, sarif, github, azure-pipelines, gitlab, junit, rdjson, markdown]'
            cand --color 'When to use colour'
            cand --strict 'Also rules that only tell of untidiness or of open questions'
            cand --exit-zero 'End with 0 whatever is found, as --fail-on never'
            cand --no-ignores 'Report findings that comments or settings ignore, too'
            cand --fix 'Mend what a machine can mend, in the files, and report the rest'
            cand --diff 'Show what --fix or --add-ignore would change, and change nothing; end with 1 when that is anything'
            cand --no-config 'Read no settings'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'rsctl;diff'= {
            cand --base 'Compare with the commit at which the current branch left this revision'
            cand --set 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes'
            cand --without 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two'
            cand --down 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two'
            cand --fact 'Answer an open question about Azure (repeatable); stands above `facts:` in the file'
            cand --as-of 'Behave as Azure behaved on that day; stands above `as_of:` in the file'
            cand -o 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, json, markdown, sarif, github]'
            cand --output 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, json, markdown, sarif, github]'
            cand --color 'When to use colour'
            cand --exit-code 'End with 1 when anything differs'
            cand --all 'Every subnet, prefix and edit, not only the first few'
            cand --no-causes 'Do not look for the edits that cause each difference, which takes a computation for every edit'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'rsctl;compare'= {
            cand --static 'The static design; FILE is the dynamic one'
            cand --dynamic 'The dynamic design; FILE is the static one'
            cand --set 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes'
            cand --without 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two'
            cand --down 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two'
            cand --fact 'Answer an open question about Azure (repeatable); stands above `facts:` in the file'
            cand --as-of 'Behave as Azure behaved on that day; stands above `as_of:` in the file'
            cand -o 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]'
            cand --output 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]'
            cand --color 'When to use colour'
            cand --all 'Every subnet and prefix, not only the first few'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'rsctl;trace'= {
            cand --from 'Who opens the conversation: a subnet (`vnet/subnet`), a site, an NVA, or an address of one of these'
            cand --to 'Who answers: as --from, or `internet`'
            cand -f 'Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory'
            cand --file 'Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory'
            cand --set 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes'
            cand --without 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two'
            cand --down 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two'
            cand --fact 'Answer an open question about Azure (repeatable); stands above `facts:` in the file'
            cand --as-of 'Behave as Azure behaved on that day; stands above `as_of:` in the file'
            cand -o 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]'
            cand --output 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]'
            cand --color 'When to use colour'
            cand --both 'Show the answers hop by hop, too'
            cand --all-pairs 'Prove every conversation between subnets and sites'
            cand --inspected 'With --all-pairs: conversations that pass no NVA fail, too'
            cand --all 'Every way, every kind and every name, not only the first few'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'rsctl;failover'= {
            cand --k 'How many things fail at once, at most'
            cand --of 'Only these kinds (nva, session, route-server, gateway, circuit, peering, hub) or things by name (repeatable)'
            cand --fail-on 'End with 1 when a failure has an effect at least as bad'
            cand --set 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes'
            cand --without 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two'
            cand --down 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two'
            cand --fact 'Answer an open question about Azure (repeatable); stands above `facts:` in the file'
            cand --as-of 'Behave as Azure behaved on that day; stands above `as_of:` in the file'
            cand -o 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]'
            cand --output 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]'
            cand --color 'When to use colour'
            cand --all 'Every failure, not only the first few and those that do something'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'rsctl;limits'= {
            cand --add-spokes 'Count with that many more spokes of each hub'
            cand --like 'Further spokes are like this one, instead of the typical one of each hub'
            cand --fail-at 'End with 1 when more than that part of a limit is used'
            cand --set 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes'
            cand --without 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two'
            cand --down 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two'
            cand --fact 'Answer an open question about Azure (repeatable); stands above `facts:` in the file'
            cand --as-of 'Behave as Azure behaved on that day; stands above `as_of:` in the file'
            cand -o 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]'
            cand --output 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]'
            cand --color 'When to use colour'
            cand --all 'Also counts below half of their limit, and every entry of long lists'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'rsctl;test'= {
            cand --filter 'Only expectations whose name holds this text (repeatable)'
            cand --set 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes'
            cand --without 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two'
            cand --down 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two'
            cand --fact 'Answer an open question about Azure (repeatable); stands above `facts:` in the file'
            cand --as-of 'Behave as Azure behaved on that day; stands above `as_of:` in the file'
            cand -o 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, json, junit, tap]'
            cand --output 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, json, junit, tap]'
            cand --color 'When to use colour'
            cand --list 'List the names and test nothing'
            cand --bisect 'End with 125 instead of 2, so that `git bisect run` skips a commit that cannot be tested'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'rsctl;import'= {
            cand --update 'Refresh this topology instead of writing a new one: what the documents tell is replaced, everything else stays as it is'
            cand --location 'The region of the resource group that a template is deployed to'
            cand --resource-group 'The resource group that a template is deployed to'
            cand --sanitize 'Write the documents into this new folder with other names, addresses and AS numbers, so that they can be shared'
            cand --collect-script 'Print a script that saves all of an estate with read-only az commands'
            cand -o 'Format, or FORMAT=PATH to write a file (repeatable) [formats: yaml, captures] [default: yaml]'
            cand --output 'Format, or FORMAT=PATH to write a file (repeatable) [formats: yaml, captures] [default: yaml]'
            cand --color 'When to use colour'
            cand --strict 'Guesses, blanks and skipped resources are errors: nothing is written, and the exit code is 1'
            cand --diff 'With --update: show what would change, write nothing, and end with 1 when that is anything'
            cand --prune 'With --update: also remove VNets, route tables, NVAs and sites that no document has'
            cand --force 'Replace a file that exists'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'rsctl;emit'= {
            cand --color 'When to use colour'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand udr 'The fewest user-defined routes that do what the route servers do, so that these can go'
            cand nva-bgp 'The BGP configuration of an NVA or a site as the topology states it: neighbours, prefixes, policies'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'rsctl;emit;udr'= {
            cand --subnet 'Only for this subnet (`vnet/subnet`, repeatable)'
            cand --vnet 'Only for the subnets of this VNet (repeatable)'
            cand --set 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes'
            cand --without 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two'
            cand --down 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two'
            cand --fact 'Answer an open question about Azure (repeatable); stands above `facts:` in the file'
            cand --as-of 'Behave as Azure behaved on that day; stands above `as_of:` in the file'
            cand -o 'Format, or FORMAT=PATH to write a file (repeatable) [formats: terraform, bicep, arm, az, yaml] [default: terraform]'
            cand --as 'Format, or FORMAT=PATH to write a file (repeatable) [formats: terraform, bicep, arm, az, yaml] [default: terraform]'
            cand --color 'When to use colour'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'rsctl;emit;nva-bgp'= {
            cand --nva 'The NVA or site; needed where more than one NVA speaks BGP'
            cand --set 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes'
            cand --without 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two'
            cand --down 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two'
            cand --fact 'Answer an open question about Azure (repeatable); stands above `facts:` in the file'
            cand --as-of 'Behave as Azure behaved on that day; stands above `as_of:` in the file'
            cand -o 'Format, or FORMAT=PATH to write a file (repeatable) [formats: frr, bird]'
            cand --as 'Format, or FORMAT=PATH to write a file (repeatable) [formats: frr, bird]'
            cand --color 'When to use colour'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'rsctl;emit;help'= {
            cand udr 'The fewest user-defined routes that do what the route servers do, so that these can go'
            cand nva-bgp 'The BGP configuration of an NVA or a site as the topology states it: neighbours, prefixes, policies'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'rsctl;emit;help;udr'= {
        }
        &'rsctl;emit;help;nva-bgp'= {
        }
        &'rsctl;emit;help;help'= {
        }
        &'rsctl;explain'= {
            cand -o 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, json, markdown]'
            cand --output 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, json, markdown]'
            cand --color 'When to use colour'
            cand --all 'Every rule'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'rsctl;facts'= {
            cand --fact 'Answer an open question about Azure (repeatable); stands above `facts:` in the file'
            cand --as-of 'Behave as Azure behaved on that day; stands above `as_of:` in the file'
            cand -o 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]'
            cand --output 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]'
            cand --color 'When to use colour'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'rsctl;init'= {
            cand --color 'When to use colour'
            cand --force 'Replace the file if it exists'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'rsctl;schema'= {
            cand --color 'When to use colour'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'rsctl;completions'= {
            cand --color 'When to use colour'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'rsctl;help'= {
            cand plan 'Show the effective routes of every subnet'
            cand routes 'Show the effective routes of one subnet, in az''s shapes'
            cand rib 'Show what a BGP speaker learned, uses or advertises, in az''s shapes'
            cand why 'Explain why a subnet or a BGP speaker does what it does with a prefix'
            cand verify 'Compare captured output of Azure with the prediction, row by row'
            cand lint 'Find what Azure refuses, what loses or bypasses traffic, and what grows over a limit'
            cand diff 'Show what two topologies do differently, range by range, and which edit causes it'
            cand compare 'Hold a static design (user-defined routes) against a dynamic one (route server) of the same estate'
            cand trace 'Follow packets and their answers hop by hop; prove that all conversations are symmetric'
            cand failover 'Break everything in turn, or two things at once, and say how every conversation fares'
            cand limits 'Show how much of Azure''s limits is used, which one further spokes exceed first, and which summary would help'
            cand test 'Hold the expectations of a topology against what its routes do'
            cand import 'Write the topology of an estate that exists, from what az, ARM templates or Terraform tell of it'
            cand emit 'Write what a topology comes to for other tools: route tables, the BGP of an NVA'
            cand explain 'Explain a rule, a group of rules, a fact or a term'
            cand facts 'List what is taken to be true of Azure, since when, and who says so'
            cand init 'Write a small, commented, valid topology'
            cand schema 'Print the JSON Schema of the topology file (draft-07)'
            cand completions 'Print a completion script'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'rsctl;help;plan'= {
        }
        &'rsctl;help;routes'= {
        }
        &'rsctl;help;rib'= {
        }
        &'rsctl;help;why'= {
        }
        &'rsctl;help;verify'= {
        }
        &'rsctl;help;lint'= {
        }
        &'rsctl;help;diff'= {
        }
        &'rsctl;help;compare'= {
        }
        &'rsctl;help;trace'= {
        }
        &'rsctl;help;failover'= {
        }
        &'rsctl;help;limits'= {
        }
        &'rsctl;help;test'= {
        }
        &'rsctl;help;import'= {
        }
        &'rsctl;help;emit'= {
            cand udr 'The fewest user-defined routes that do what the route servers do, so that these can go'
            cand nva-bgp 'The BGP configuration of an NVA or a site as the topology states it: neighbours, prefixes, policies'
        }
        &'rsctl;help;emit;udr'= {
        }
        &'rsctl;help;emit;nva-bgp'= {
        }
        &'rsctl;help;explain'= {
        }
        &'rsctl;help;facts'= {
        }
        &'rsctl;help;init'= {
        }
        &'rsctl;help;schema'= {
        }
        &'rsctl;help;completions'= {
        }
        &'rsctl;help;help'= {
        }
    ]
    $completions[$command]
}
