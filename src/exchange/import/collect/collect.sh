#!/usr/bin/env bash
# Gathers what rsctl needs to know of an Azure estate into a folder of JSON files. It only reads: every command is a list or a show.
#
#   bash collect.sh [-s SUBSCRIPTION] [-g RESOURCE_GROUP] [-o FOLDER] [-n]
#
#   -s  the subscription, by name or id; the current one when left out
#   -g  one resource group; all of them when left out
#   -o  the folder, new or empty; azure-capture when left out
#   -n  no effective routes, which take about half a minute for each network interface of a running machine
#
# Needs az, logged in with the right to read networks (the role Reader) and, for learned and effective routes, to ask for them
# (the role Network Contributor). What fails is written to FOLDER/errors.log, and the rest goes on.
# Exit status: 0 everything gathered, 1 something failed, 2 could not start.

set -uo pipefail
# Git Bash on Windows would take the id of a resource for a path.
export MSYS_NO_PATHCONV=1

say() { printf '%s\n' "$*" >&2; }

stop() {
    say "collect: $*"
    exit 2
}

usage='usage: collect.sh [-s SUBSCRIPTION] [-g RESOURCE_GROUP] [-o FOLDER] [-n]'
subscription=''
resource_group=''
folder='azure-capture'
effective_routes=yes
while getopts 's:g:o:n' option; do
    case $option in
        s) subscription=$OPTARG ;;
        g) resource_group=$OPTARG ;;
        o) folder=$OPTARG ;;
        n) effective_routes=no ;;
        *) stop "$usage" ;;
    esac
done
shift $((OPTIND - 1))
[ $# -eq 0 ] || stop "$usage"

command -v az >/dev/null || stop 'az is not installed: https://aka.ms/azure-cli'
chosen=()
[ -z "$subscription" ] || chosen=(--subscription "$subscription")
subscription=$(az account show ${chosen[@]+"${chosen[@]}"} --query id -o tsv </dev/null) ||
    stop 'az does not know the subscription or is not logged in: az login'
subscription=${subscription//$'\r'/}

if [ -e "$folder" ] && { [ ! -d "$folder" ] || [ -n "$(ls -A -- "$folder")" ]; }; then
    stop "$folder is not an empty folder; choose another one with -o"
fi
mkdir -p -- "$folder" || stop "$folder cannot be made"
errors=$folder/errors.log
: >"$errors" || stop "$errors cannot be written"
failures=0

scope=()
[ -z "$resource_group" ] || scope=(-g "$resource_group")

failed() {
    failures=$((failures + 1))
    say '  failed'
    printf 'failed: az %s\n\n' "$*" >>"$errors"
}

# capture FILE COMMAND: writes what a command prints to a file, and no file when it fails.
capture() {
    local file=$folder/$1
    shift
    say "az $*"
    mkdir -p -- "${file%/*}"
    if ! az "$@" --subscription "$subscription" -o json </dev/null >"$file" 2>>"$errors"; then
        rm -f -- "$file"
        failed "$@"
    fi
}

# ask COMMAND: leaves what a command prints, line by line, in $answer.
ask() {
    say "az $*"
    if ! answer=$(az "$@" --subscription "$subscription" -o tsv </dev/null 2>>"$errors" | tr -d '\r'); then
        answer=''
        failed "$@"
    fi
}

capture account.json account show --query '{id:id, name:name, tenantId:tenantId}'
capture vnets.json network vnet list ${scope[@]+"${scope[@]}"}
capture route-tables.json network route-table list ${scope[@]+"${scope[@]}"}
capture public-ips.json network public-ip list ${scope[@]+"${scope[@]}"}
capture nics.json network nic list ${scope[@]+"${scope[@]}"}
capture load-balancers.json network lb list ${scope[@]+"${scope[@]}"}
capture private-endpoints.json network private-endpoint list ${scope[@]+"${scope[@]}"}
capture route-servers.json network routeserver list ${scope[@]+"${scope[@]}"}
capture circuits.json network express-route list ${scope[@]+"${scope[@]}"}

# `az network firewall` is an extension; the same question asked of the REST interface needs none.
place=/subscriptions/$subscription
[ -z "$resource_group" ] || place=$place/resourceGroups/$resource_group
capture firewalls.json rest --method get --url "$place/providers/Microsoft.Network/azureFirewalls?api-version=2024-05-01"

ask network routeserver list ${scope[@]+"${scope[@]}"} --query '[].[resourceGroup,name]'
route_servers=$answer
while IFS=$'\t' read -r group server; do
    [ -n "$server" ] || continue
    at=route-server/$group/$server
    capture "$at/peers.json" network routeserver peering list -g "$group" --routeserver "$server"
    ask network routeserver peering list -g "$group" --routeserver "$server" --query '[].name'
    peers=$answer
    while IFS= read -r peer; do
        [ -n "$peer" ] || continue
        capture "$at/learned/$peer.json" network routeserver peering list-learned-routes -g "$group" --routeserver "$server" -n "$peer"
        capture "$at/advertised/$peer.json" network routeserver peering list-advertised-routes -g "$group" --routeserver "$server" -n "$peer"
    done <<<"$peers"
done <<<"$route_servers"

ask resource list ${scope[@]+"${scope[@]}"} --resource-type Microsoft.Network/virtualNetworkGateways --query '[].[resourceGroup,name]'
gateways=$answer
while IFS=$'\t' read -r group gateway; do
    [ -n "$gateway" ] || continue
    at=gateway/$group/$gateway
    capture "$at/show.json" network vnet-gateway show -g "$group" -n "$gateway"
    capture "$at/learned.json" network vnet-gateway list-learned-routes -g "$group" -n "$gateway"
    capture "$at/bgp-peers.json" network vnet-gateway list-bgp-peer-status -g "$group" -n "$gateway"
    [ -f "$folder/$at/bgp-peers.json" ] || continue
    neighbors=$(sed -n 's/.*"neighbor": *"\([0-9.]*\)".*/\1/p' "$folder/$at/bgp-peers.json" | sort -u)
    while IFS= read -r peer; do
        [ -n "$peer" ] || continue
        capture "$at/advertised/$peer.json" network vnet-gateway list-advertised-routes -g "$group" -n "$gateway" --peer "$peer"
    done <<<"$neighbors"
done <<<"$gateways"

# Groups are compared without case: az prints the same one in several spellings.
ask resource list ${scope[@]+"${scope[@]}"} --resource-type Microsoft.Network/localNetworkGateways --query '[].resourceGroup'
groups=$(sort -fu <<<"$answer")
while IFS= read -r group; do
    [ -n "$group" ] || continue
    capture "local-gateways/$group.json" network local-gateway list -g "$group"
done <<<"$groups"

ask resource list ${scope[@]+"${scope[@]}"} --resource-type Microsoft.Network/connections --query '[].resourceGroup'
groups=$(sort -fu <<<"$answer")
while IFS= read -r group; do
    [ -n "$group" ] || continue
    capture "connections/$group.json" network vpn-connection list -g "$group"
done <<<"$groups"

ask network express-route list ${scope[@]+"${scope[@]}"} --query '[].[resourceGroup,name]'
circuits=$answer
while IFS=$'\t' read -r group circuit; do
    [ -n "$circuit" ] || continue
    at=circuit/$group/$circuit
    capture "$at/show.json" network express-route show -g "$group" -n "$circuit"
    ask network express-route peering list -g "$group" --circuit-name "$circuit" --query "[?peeringType=='AzurePrivatePeering'].name"
    peerings=$answer
    while IFS= read -r peering; do
        [ -n "$peering" ] || continue
        capture "$at/routes-primary.json" network express-route list-route-tables -g "$group" -n "$circuit" --peering-name "$peering" --path primary
        capture "$at/routes-secondary.json" network express-route list-route-tables -g "$group" -n "$circuit" --peering-name "$peering" --path secondary
    done <<<"$peerings"
done <<<"$circuits"

if [ "$effective_routes" = yes ]; then
    ask vm list -d ${scope[@]+"${scope[@]}"} --query "[?powerState=='VM running'].networkProfile.networkInterfaces[].id"
    nics=$answer
    # /subscriptions/S/resourceGroups/GROUP/providers/Microsoft.Network/networkInterfaces/NIC
    while IFS=/ read -r _ _ _ _ group _ _ _ nic; do
        [ -n "$nic" ] || continue
        capture "effective-routes/$group/$nic.json" network nic show-effective-route-table -g "$group" -n "$nic"
    done <<<"$nics"
fi

if [ "$failures" -gt 0 ]; then
    say "collect: failed commands: $failures, see $errors; the rest is in $folder"
    exit 1
fi
say "collect: done, everything is in $folder"
