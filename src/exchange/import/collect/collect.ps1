<#
.SYNOPSIS
Gathers what rsctl needs to know of an Azure estate into a folder of JSON files. It only reads: every command is a list or a show.

.DESCRIPTION
Needs az, logged in with the right to read networks (the role Reader) and, for learned and effective routes, to ask for them
(the role Network Contributor). What fails is written to errors.log in the folder, and the rest goes on.
Exit status: 0 everything gathered, 1 something failed, 2 could not start.

.PARAMETER Subscription
The subscription, by name or id; the current one when left out.

.PARAMETER ResourceGroup
One resource group; all of them when left out.

.PARAMETER Folder
The folder, new or empty; azure-capture when left out.

.PARAMETER NoEffectiveRoutes
No effective routes, which take about half a minute for each network interface of a running machine.
#>
[CmdletBinding(PositionalBinding = $false)]
param(
    [string] $Subscription = '',
    [string] $ResourceGroup = '',
    [string] $Folder = 'azure-capture',
    [switch] $NoEffectiveRoutes
)

# What az writes to stderr must not end the script.
$ErrorActionPreference = 'Continue'
$PSNativeCommandUseErrorActionPreference = $false

function Say { [Console]::Error.WriteLine("$args") }

function Stop-Collect {
    Say "collect: $args"
    exit 2
}

if (-not (Get-Command az -ErrorAction SilentlyContinue)) { Stop-Collect 'az is not installed: https://aka.ms/azure-cli' }
$chosen = @()
if ($Subscription) { $chosen = @('--subscription', $Subscription) }
$subscriptionId = "$(& az account show @chosen --query id -o tsv)".Trim()
if ($LASTEXITCODE -ne 0) { Stop-Collect 'az does not know the subscription or is not logged in: az login' }

if ((Test-Path -LiteralPath $Folder) -and
    (-not (Test-Path -LiteralPath $Folder -PathType Container) -or (Get-ChildItem -LiteralPath $Folder -Force))) {
    Stop-Collect "$Folder is not an empty folder; choose another one with -Folder"
}
$root = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Folder)
$null = [IO.Directory]::CreateDirectory($root)
$errors = [IO.Path]::Combine($root, 'errors.log')
$null = New-Item -ItemType File -Path $errors
$failures = 0

$scope = @()
if ($ResourceGroup) { $scope = @('-g', $ResourceGroup) }

function Failed {
    $script:failures++
    Say '  failed'
    "failed: az $args", '' >> $errors
}

# Capture FILE COMMAND: writes what a command prints to a file, and no file when it fails.
function Capture {
    $name, $command = $args
    $file = [IO.Path]::Combine($root, $name)
    Say "az $command"
    $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($file))
    $lines = & az @command --subscription $subscriptionId -o json 2>> $errors
    if ($LASTEXITCODE -eq 0) {
        [IO.File]::WriteAllLines($file, [string[]] @($lines))
    }
    else {
        Failed @command
    }
}

# Ask COMMAND: what a command prints, line by line.
function Ask {
    Say "az $args"
    $lines = & az @args --subscription $subscriptionId -o tsv 2>> $errors
    if ($LASTEXITCODE -eq 0) {
        @($lines) | ForEach-Object { "$_".Trim("`r", "`n") } | Where-Object { $_ }
    }
    else {
        Failed @args
    }
}

Capture account.json account show --query '{id:id, name:name, tenantId:tenantId}'
Capture vnets.json network vnet list @scope
Capture route-tables.json network route-table list @scope
Capture public-ips.json network public-ip list @scope
Capture nics.json network nic list @scope
Capture load-balancers.json network lb list @scope
Capture private-endpoints.json network private-endpoint list @scope
Capture route-servers.json network routeserver list @scope
Capture circuits.json network express-route list @scope

# `az network firewall` is an extension; the same question asked of the REST interface needs none.
$place = "/subscriptions/$subscriptionId"
if ($ResourceGroup) { $place = "$place/resourceGroups/$ResourceGroup" }
Capture firewalls.json rest --method get --url "$place/providers/Microsoft.Network/azureFirewalls?api-version=2024-05-01"

$routeServers = Ask network routeserver list @scope --query '[].[resourceGroup,name]'
foreach ($line in $routeServers) {
    $group, $server = $line -split "`t"
    $at = "route-server/$group/$server"
    Capture "$at/peers.json" network routeserver peering list -g $group --routeserver $server
    $peers = Ask network routeserver peering list -g $group --routeserver $server --query '[].name'
    foreach ($peer in $peers) {
        Capture "$at/learned/$peer.json" network routeserver peering list-learned-routes -g $group --routeserver $server -n $peer
        Capture "$at/advertised/$peer.json" network routeserver peering list-advertised-routes -g $group --routeserver $server -n $peer
    }
}

$gateways = Ask resource list @scope --resource-type Microsoft.Network/virtualNetworkGateways --query '[].[resourceGroup,name]'
foreach ($line in $gateways) {
    $group, $gateway = $line -split "`t"
    $at = "gateway/$group/$gateway"
    Capture "$at/show.json" network vnet-gateway show -g $group -n $gateway
    Capture "$at/learned.json" network vnet-gateway list-learned-routes -g $group -n $gateway
    Capture "$at/bgp-peers.json" network vnet-gateway list-bgp-peer-status -g $group -n $gateway
    $status = [IO.Path]::Combine($root, "$at/bgp-peers.json")
    if (-not (Test-Path -LiteralPath $status)) { continue }
    $neighbors = Select-String -LiteralPath $status -Pattern '"neighbor": *"([0-9.]+)"' |
        ForEach-Object { $_.Matches[0].Groups[1].Value } | Sort-Object -Unique
    foreach ($peer in $neighbors) {
        Capture "$at/advertised/$peer.json" network vnet-gateway list-advertised-routes -g $group -n $gateway --peer $peer
    }
}

# Groups are compared without case: az prints the same one in several spellings.
$groups = Ask resource list @scope --resource-type Microsoft.Network/localNetworkGateways --query '[].resourceGroup' | Sort-Object -Unique
foreach ($group in $groups) {
    Capture "local-gateways/$group.json" network local-gateway list -g $group
}

$groups = Ask resource list @scope --resource-type Microsoft.Network/connections --query '[].resourceGroup' | Sort-Object -Unique
foreach ($group in $groups) {
    Capture "connections/$group.json" network vpn-connection list -g $group
}

$circuits = Ask network express-route list @scope --query '[].[resourceGroup,name]'
foreach ($line in $circuits) {
    $group, $circuit = $line -split "`t"
    $at = "circuit/$group/$circuit"
    Capture "$at/show.json" network express-route show -g $group -n $circuit
    $peerings = Ask network express-route peering list -g $group --circuit-name $circuit --query "[?peeringType=='AzurePrivatePeering'].name"
    foreach ($peering in $peerings) {
        Capture "$at/routes-primary.json" network express-route list-route-tables -g $group -n $circuit --peering-name $peering --path primary
        Capture "$at/routes-secondary.json" network express-route list-route-tables -g $group -n $circuit --peering-name $peering --path secondary
    }
}

if (-not $NoEffectiveRoutes) {
    $nics = Ask vm list -d @scope --query "[?powerState=='VM running'].networkProfile.networkInterfaces[].id"
    foreach ($id in $nics) {
        # /subscriptions/S/resourceGroups/GROUP/providers/Microsoft.Network/networkInterfaces/NIC
        $segments = $id -split '/'
        $group, $nic = $segments[4], $segments[8]
        Capture "effective-routes/$group/$nic.json" network nic show-effective-route-table -g $group -n $nic
    }
}

if ($failures -gt 0) {
    Say "collect: failed commands: $failures, see $errors; the rest is in $Folder"
    exit 1
}
Say "collect: done, everything is in $Folder"
