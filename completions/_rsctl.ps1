
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'rsctl' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'rsctl'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'rsctl' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Show the effective routes of every subnet')
            [CompletionResult]::new('routes', 'routes', [CompletionResultType]::ParameterValue, 'Show the effective routes of one subnet, in az''s shapes')
            [CompletionResult]::new('rib', 'rib', [CompletionResultType]::ParameterValue, 'Show what a BGP speaker learned, uses or advertises, in az''s shapes')
            [CompletionResult]::new('why', 'why', [CompletionResultType]::ParameterValue, 'Explain why a subnet or a BGP speaker does what it does with a prefix')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Compare captured output of Azure with the prediction, row by row')
            [CompletionResult]::new('lint', 'lint', [CompletionResultType]::ParameterValue, 'Find what Azure refuses, what loses or bypasses traffic, and what grows over a limit')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what two topologies do differently, range by range, and which edit causes it')
            [CompletionResult]::new('compare', 'compare', [CompletionResultType]::ParameterValue, 'Hold a static design (user-defined routes) against a dynamic one (route server) of the same estate')
            [CompletionResult]::new('trace', 'trace', [CompletionResultType]::ParameterValue, 'Follow packets and their answers hop by hop; prove that all conversations are symmetric')
            [CompletionResult]::new('failover', 'failover', [CompletionResultType]::ParameterValue, 'Break everything in turn, or two things at once, and say how every conversation fares')
            [CompletionResult]::new('limits', 'limits', [CompletionResultType]::ParameterValue, 'Show how much of Azure''s limits is used, which one further spokes exceed first, and which summary would help')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Hold the expectations of a topology against what its routes do')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Write the topology of an estate that exists, from what az, ARM templates or Terraform tell of it')
            [CompletionResult]::new('emit', 'emit', [CompletionResultType]::ParameterValue, 'Write what a topology comes to for other tools: route tables, the BGP of an NVA')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain a rule, a group of rules, a fact or a term')
            [CompletionResult]::new('facts', 'facts', [CompletionResultType]::ParameterValue, 'List what is taken to be true of Azure, since when, and who says so')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a small, commented, valid topology')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of the topology file (draft-07)')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'rsctl;plan' {
            [CompletionResult]::new('--subnet', '--subnet', [CompletionResultType]::ParameterName, 'Only this subnet (`vnet/subnet`, repeatable)')
            [CompletionResult]::new('--vnet', '--vnet', [CompletionResultType]::ParameterName, 'Only this VNet (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes')
            [CompletionResult]::new('--without', '--without', [CompletionResultType]::ParameterName, 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two')
            [CompletionResult]::new('--down', '--down', [CompletionResultType]::ParameterName, 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two')
            [CompletionResult]::new('--fact', '--fact', [CompletionResultType]::ParameterName, 'Answer an open question about Azure (repeatable); stands above `facts:` in the file')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'Behave as Azure behaved on that day; stands above `as_of:` in the file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Also Invalid and None rows, and every row of long lists')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rsctl;routes' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes')
            [CompletionResult]::new('--without', '--without', [CompletionResultType]::ParameterName, 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two')
            [CompletionResult]::new('--down', '--down', [CompletionResultType]::ParameterName, 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two')
            [CompletionResult]::new('--fact', '--fact', [CompletionResultType]::ParameterName, 'Answer an open question about Azure (repeatable); stands above `facts:` in the file')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'Behave as Azure behaved on that day; stands above `as_of:` in the file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rsctl;rib' {
            [CompletionResult]::new('--peer', '--peer', [CompletionResultType]::ParameterName, 'Only routes from or to this neighbour')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes')
            [CompletionResult]::new('--without', '--without', [CompletionResultType]::ParameterName, 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two')
            [CompletionResult]::new('--down', '--down', [CompletionResultType]::ParameterName, 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two')
            [CompletionResult]::new('--fact', '--fact', [CompletionResultType]::ParameterName, 'Answer an open question about Azure (repeatable); stands above `facts:` in the file')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'Behave as Azure behaved on that day; stands above `as_of:` in the file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--learned', '--learned', [CompletionResultType]::ParameterName, 'What it heard and keeps (default)')
            [CompletionResult]::new('--advertised', '--advertised', [CompletionResultType]::ParameterName, 'What it sends')
            [CompletionResult]::new('--best', '--best', [CompletionResultType]::ParameterName, 'What it uses')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rsctl;why' {
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Where: a subnet (`vnet/subnet`), or a BGP speaker such as `hub/route_server`, `hub/vpn_gateway:0`, `fw1`')
            [CompletionResult]::new('--not', '--not', [CompletionResultType]::ParameterName, 'Also the smallest edits with which the subnet sends it elsewhere than to this address or NVA; without a value, elsewhere than now')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes')
            [CompletionResult]::new('--without', '--without', [CompletionResultType]::ParameterName, 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two')
            [CompletionResult]::new('--down', '--down', [CompletionResultType]::ParameterName, 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two')
            [CompletionResult]::new('--fact', '--fact', [CompletionResultType]::ParameterName, 'Answer an open question about Azure (repeatable); stands above `facts:` in the file')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'Behave as Azure behaved on that day; stands above `as_of:` in the file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, json, markdown, mermaid]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, json, markdown, mermaid]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Also what has no bearing: shorter rows with all they rest on, refusals of what came from the refused one')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rsctl;verify' {
            [CompletionResult]::new('--fact', '--fact', [CompletionResultType]::ParameterName, 'Answer an open question about Azure (repeatable); stands above `facts:` in the file')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'Behave as Azure behaved on that day; stands above `as_of:` in the file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Also list matched and ignored rows')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rsctl;lint' {
            [CompletionResult]::new('--ruleset', '--ruleset', [CompletionResultType]::ParameterName, 'Whose statements are held against the topology [default: azure]')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Only these rules or groups (repeatable)')
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'How bad findings of a rule or group are: error, warning, note or off (repeatable)')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'End with 1 when a finding is at least that bad [default: error]')
            [CompletionResult]::new('--baseline', '--baseline', [CompletionResultType]::ParameterName, 'Leave out findings that this file holds')
            [CompletionResult]::new('--write-baseline', '--write-baseline', [CompletionResultType]::ParameterName, 'Write all findings to a file for --baseline, and end with 0')
            [CompletionResult]::new('--add-ignore', '--add-ignore', [CompletionResultType]::ParameterName, 'Write a comment above each finding that ignores it for this reason')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read these settings instead of looking for `rsctl.toml`')
            [CompletionResult]::new('--stdin-filename', '--stdin-filename', [CompletionResultType]::ParameterName, 'The name under which standard input is reported')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes')
            [CompletionResult]::new('--without', '--without', [CompletionResultType]::ParameterName, 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two')
            [CompletionResult]::new('--down', '--down', [CompletionResultType]::ParameterName, 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two')
            [CompletionResult]::new('--fact', '--fact', [CompletionResultType]::ParameterName, 'Answer an open question about Azure (repeatable); stands above `facts:` in the file')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'Behave as Azure behaved on that day; stands above `as_of:` in the file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, concise, json, sarif, github, azure-pipelines, gitlab, junit, rdjson, markdown]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, concise, json, sarif, github, azure-pipelines, gitlab, junit, rdjson, markdown]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Also rules that only tell of untidiness or of open questions')
            [CompletionResult]::new('--exit-zero', '--exit-zero', [CompletionResultType]::ParameterName, 'End with 0 whatever is found, as --fail-on never')
            [CompletionResult]::new('--no-ignores', '--no-ignores', [CompletionResultType]::ParameterName, 'Report findings that comments or settings ignore, too')
            [CompletionResult]::new('--fix', '--fix', [CompletionResultType]::ParameterName, 'Mend what a machine can mend, in the files, and report the rest')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Show what --fix or --add-ignore would change, and change nothing; end with 1 when that is anything')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no settings')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rsctl;diff' {
            [CompletionResult]::new('--base', '--base', [CompletionResultType]::ParameterName, 'Compare with the commit at which the current branch left this revision')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes')
            [CompletionResult]::new('--without', '--without', [CompletionResultType]::ParameterName, 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two')
            [CompletionResult]::new('--down', '--down', [CompletionResultType]::ParameterName, 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two')
            [CompletionResult]::new('--fact', '--fact', [CompletionResultType]::ParameterName, 'Answer an open question about Azure (repeatable); stands above `facts:` in the file')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'Behave as Azure behaved on that day; stands above `as_of:` in the file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, json, markdown, sarif, github]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, json, markdown, sarif, github]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'End with 1 when anything differs')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Every subnet, prefix and edit, not only the first few')
            [CompletionResult]::new('--no-causes', '--no-causes', [CompletionResultType]::ParameterName, 'Do not look for the edits that cause each difference, which takes a computation for every edit')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rsctl;compare' {
            [CompletionResult]::new('--static', '--static', [CompletionResultType]::ParameterName, 'The static design; FILE is the dynamic one')
            [CompletionResult]::new('--dynamic', '--dynamic', [CompletionResultType]::ParameterName, 'The dynamic design; FILE is the static one')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes')
            [CompletionResult]::new('--without', '--without', [CompletionResultType]::ParameterName, 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two')
            [CompletionResult]::new('--down', '--down', [CompletionResultType]::ParameterName, 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two')
            [CompletionResult]::new('--fact', '--fact', [CompletionResultType]::ParameterName, 'Answer an open question about Azure (repeatable); stands above `facts:` in the file')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'Behave as Azure behaved on that day; stands above `as_of:` in the file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Every subnet and prefix, not only the first few')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rsctl;trace' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Who opens the conversation: a subnet (`vnet/subnet`), a site, an NVA, or an address of one of these')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Who answers: as --from, or `internet`')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Topology file; `-` reads standard input. Without it: the one `*.rsctl.yaml` of the current directory')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes')
            [CompletionResult]::new('--without', '--without', [CompletionResultType]::ParameterName, 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two')
            [CompletionResult]::new('--down', '--down', [CompletionResultType]::ParameterName, 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two')
            [CompletionResult]::new('--fact', '--fact', [CompletionResultType]::ParameterName, 'Answer an open question about Azure (repeatable); stands above `facts:` in the file')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'Behave as Azure behaved on that day; stands above `as_of:` in the file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--both', '--both', [CompletionResultType]::ParameterName, 'Show the answers hop by hop, too')
            [CompletionResult]::new('--all-pairs', '--all-pairs', [CompletionResultType]::ParameterName, 'Prove every conversation between subnets and sites')
            [CompletionResult]::new('--inspected', '--inspected', [CompletionResultType]::ParameterName, 'With --all-pairs: conversations that pass no NVA fail, too')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Every way, every kind and every name, not only the first few')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rsctl;failover' {
            [CompletionResult]::new('--k', '--k', [CompletionResultType]::ParameterName, 'How many things fail at once, at most')
            [CompletionResult]::new('--of', '--of', [CompletionResultType]::ParameterName, 'Only these kinds (nva, session, route-server, gateway, circuit, peering, hub) or things by name (repeatable)')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'End with 1 when a failure has an effect at least as bad')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes')
            [CompletionResult]::new('--without', '--without', [CompletionResultType]::ParameterName, 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two')
            [CompletionResult]::new('--down', '--down', [CompletionResultType]::ParameterName, 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two')
            [CompletionResult]::new('--fact', '--fact', [CompletionResultType]::ParameterName, 'Answer an open question about Azure (repeatable); stands above `facts:` in the file')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'Behave as Azure behaved on that day; stands above `as_of:` in the file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Every failure, not only the first few and those that do something')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rsctl;limits' {
            [CompletionResult]::new('--add-spokes', '--add-spokes', [CompletionResultType]::ParameterName, 'Count with that many more spokes of each hub')
            [CompletionResult]::new('--like', '--like', [CompletionResultType]::ParameterName, 'Further spokes are like this one, instead of the typical one of each hub')
            [CompletionResult]::new('--fail-at', '--fail-at', [CompletionResultType]::ParameterName, 'End with 1 when more than that part of a limit is used')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes')
            [CompletionResult]::new('--without', '--without', [CompletionResultType]::ParameterName, 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two')
            [CompletionResult]::new('--down', '--down', [CompletionResultType]::ParameterName, 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two')
            [CompletionResult]::new('--fact', '--fact', [CompletionResultType]::ParameterName, 'Answer an open question about Azure (repeatable); stands above `facts:` in the file')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'Behave as Azure behaved on that day; stands above `as_of:` in the file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Also counts below half of their limit, and every entry of long lists')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rsctl;test' {
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'Only expectations whose name holds this text (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes')
            [CompletionResult]::new('--without', '--without', [CompletionResultType]::ParameterName, 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two')
            [CompletionResult]::new('--down', '--down', [CompletionResultType]::ParameterName, 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two')
            [CompletionResult]::new('--fact', '--fact', [CompletionResultType]::ParameterName, 'Answer an open question about Azure (repeatable); stands above `facts:` in the file')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'Behave as Azure behaved on that day; stands above `as_of:` in the file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, json, junit, tap]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, json, junit, tap]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'List the names and test nothing')
            [CompletionResult]::new('--bisect', '--bisect', [CompletionResultType]::ParameterName, 'End with 125 instead of 2, so that `git bisect run` skips a commit that cannot be tested')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rsctl;import' {
            [CompletionResult]::new('--update', '--update', [CompletionResultType]::ParameterName, 'Refresh this topology instead of writing a new one: what the documents tell is replaced, everything else stays as it is')
            [CompletionResult]::new('--location', '--location', [CompletionResultType]::ParameterName, 'The region of the resource group that a template is deployed to')
            [CompletionResult]::new('--resource-group', '--resource-group', [CompletionResultType]::ParameterName, 'The resource group that a template is deployed to')
            [CompletionResult]::new('--sanitize', '--sanitize', [CompletionResultType]::ParameterName, 'Write the documents into this new folder with other names, addresses and AS numbers, so that they can be shared')
            [CompletionResult]::new('--collect-script', '--collect-script', [CompletionResultType]::ParameterName, 'Print a script that saves all of an estate with read-only az commands')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format, or FORMAT=PATH to write a file (repeatable) [formats: yaml, captures] [default: yaml]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format, or FORMAT=PATH to write a file (repeatable) [formats: yaml, captures] [default: yaml]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Guesses, blanks and skipped resources are errors: nothing is written, and the exit code is 1')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'With --update: show what would change, write nothing, and end with 1 when that is anything')
            [CompletionResult]::new('--prune', '--prune', [CompletionResultType]::ParameterName, 'With --update: also remove VNets, route tables, NVAs and sites that no document has')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace a file that exists')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rsctl;emit' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('udr', 'udr', [CompletionResultType]::ParameterValue, 'The fewest user-defined routes that do what the route servers do, so that these can go')
            [CompletionResult]::new('nva-bgp', 'nva-bgp', [CompletionResultType]::ParameterValue, 'The BGP configuration of an NVA or a site as the topology states it: neighbours, prefixes, policies')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'rsctl;emit;udr' {
            [CompletionResult]::new('--subnet', '--subnet', [CompletionResultType]::ParameterName, 'Only for this subnet (`vnet/subnet`, repeatable)')
            [CompletionResult]::new('--vnet', '--vnet', [CompletionResultType]::ParameterName, 'Only for the subnets of this VNet (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes')
            [CompletionResult]::new('--without', '--without', [CompletionResultType]::ParameterName, 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two')
            [CompletionResult]::new('--down', '--down', [CompletionResultType]::ParameterName, 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two')
            [CompletionResult]::new('--fact', '--fact', [CompletionResultType]::ParameterName, 'Answer an open question about Azure (repeatable); stands above `facts:` in the file')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'Behave as Azure behaved on that day; stands above `as_of:` in the file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format, or FORMAT=PATH to write a file (repeatable) [formats: terraform, bicep, arm, az, yaml] [default: terraform]')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'Format, or FORMAT=PATH to write a file (repeatable) [formats: terraform, bicep, arm, az, yaml] [default: terraform]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rsctl;emit;nva-bgp' {
            [CompletionResult]::new('--nva', '--nva', [CompletionResultType]::ParameterName, 'The NVA or site; needed where more than one NVA speaks BGP')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Write a value into the topology before it is checked (repeatable): `vnets.hub.route_server.branch_to_branch=true`, `nvas.fw1.advertises[0].as_path=[65001, 65001]`; `null` deletes')
            [CompletionResult]::new('--without', '--without', [CompletionResultType]::ParameterName, 'As if it had never been there (repeatable): udr, route-tables, route-server, the name of an object such as `fw1`, `hub/vpn_gateway` or `hub/app`, or `A~B` for what joins two')
            [CompletionResult]::new('--down', '--down', [CompletionResultType]::ParameterName, 'As if it had failed (repeatable): an object such as `fw1` or `hub`, an instance such as `hub/route_server:0`, the link `er1:0`, or `A~B` for what joins two')
            [CompletionResult]::new('--fact', '--fact', [CompletionResultType]::ParameterName, 'Answer an open question about Azure (repeatable); stands above `facts:` in the file')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'Behave as Azure behaved on that day; stands above `as_of:` in the file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format, or FORMAT=PATH to write a file (repeatable) [formats: frr, bird]')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'Format, or FORMAT=PATH to write a file (repeatable) [formats: frr, bird]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rsctl;emit;help' {
            [CompletionResult]::new('udr', 'udr', [CompletionResultType]::ParameterValue, 'The fewest user-defined routes that do what the route servers do, so that these can go')
            [CompletionResult]::new('nva-bgp', 'nva-bgp', [CompletionResultType]::ParameterValue, 'The BGP configuration of an NVA or a site as the topology states it: neighbours, prefixes, policies')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'rsctl;emit;help;udr' {
            break
        }
        'rsctl;emit;help;nva-bgp' {
            break
        }
        'rsctl;emit;help;help' {
            break
        }
        'rsctl;explain' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, json, markdown]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: human, json, markdown]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Every rule')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rsctl;facts' {
            [CompletionResult]::new('--fact', '--fact', [CompletionResultType]::ParameterName, 'Answer an open question about Azure (repeatable); stands above `facts:` in the file')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'Behave as Azure behaved on that day; stands above `as_of:` in the file')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Output format, or FORMAT=PATH to write a file (repeatable) [formats: table, json, yaml, tsv, markdown]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rsctl;init' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace the file if it exists')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rsctl;schema' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rsctl;completions' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rsctl;help' {
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Show the effective routes of every subnet')
            [CompletionResult]::new('routes', 'routes', [CompletionResultType]::ParameterValue, 'Show the effective routes of one subnet, in az''s shapes')
            [CompletionResult]::new('rib', 'rib', [CompletionResultType]::ParameterValue, 'Show what a BGP speaker learned, uses or advertises, in az''s shapes')
            [CompletionResult]::new('why', 'why', [CompletionResultType]::ParameterValue, 'Explain why a subnet or a BGP speaker does what it does with a prefix')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Compare captured output of Azure with the prediction, row by row')
            [CompletionResult]::new('lint', 'lint', [CompletionResultType]::ParameterValue, 'Find what Azure refuses, what loses or bypasses traffic, and what grows over a limit')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what two topologies do differently, range by range, and which edit causes it')
            [CompletionResult]::new('compare', 'compare', [CompletionResultType]::ParameterValue, 'Hold a static design (user-defined routes) against a dynamic one (route server) of the same estate')
            [CompletionResult]::new('trace', 'trace', [CompletionResultType]::ParameterValue, 'Follow packets and their answers hop by hop; prove that all conversations are symmetric')
            [CompletionResult]::new('failover', 'failover', [CompletionResultType]::ParameterValue, 'Break everything in turn, or two things at once, and say how every conversation fares')
            [CompletionResult]::new('limits', 'limits', [CompletionResultType]::ParameterValue, 'Show how much of Azure''s limits is used, which one further spokes exceed first, and which summary would help')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Hold the expectations of a topology against what its routes do')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Write the topology of an estate that exists, from what az, ARM templates or Terraform tell of it')
            [CompletionResult]::new('emit', 'emit', [CompletionResultType]::ParameterValue, 'Write what a topology comes to for other tools: route tables, the BGP of an NVA')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain a rule, a group of rules, a fact or a term')
            [CompletionResult]::new('facts', 'facts', [CompletionResultType]::ParameterValue, 'List what is taken to be true of Azure, since when, and who says so')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a small, commented, valid topology')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of the topology file (draft-07)')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'rsctl;help;plan' {
            break
        }
        'rsctl;help;routes' {
            break
        }
        'rsctl;help;rib' {
            break
        }
        'rsctl;help;why' {
            break
        }
        'rsctl;help;verify' {
            break
        }
        'rsctl;help;lint' {
            break
        }
        'rsctl;help;diff' {
            break
        }
        'rsctl;help;compare' {
            break
        }
        'rsctl;help;trace' {
            break
        }
        'rsctl;help;failover' {
            break
        }
        'rsctl;help;limits' {
            break
        }
        'rsctl;help;test' {
            break
        }
        'rsctl;help;import' {
            break
        }
        'rsctl;help;emit' {
            [CompletionResult]::new('udr', 'udr', [CompletionResultType]::ParameterValue, 'The fewest user-defined routes that do what the route servers do, so that these can go')
            [CompletionResult]::new('nva-bgp', 'nva-bgp', [CompletionResultType]::ParameterValue, 'The BGP configuration of an NVA or a site as the topology states it: neighbours, prefixes, policies')
            break
        }
        'rsctl;help;emit;udr' {
            break
        }
        'rsctl;help;emit;nva-bgp' {
            break
        }
        'rsctl;help;explain' {
            break
        }
        'rsctl;help;facts' {
            break
        }
        'rsctl;help;init' {
            break
        }
        'rsctl;help;schema' {
            break
        }
        'rsctl;help;completions' {
            break
        }
        'rsctl;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
