#!/usr/bin/env bash
# One run of `rsctl diff --base` in a job of GitHub Actions: annotations to the log, Markdown to the step summary and to a file.
#
# Reads from the environment: INPUT_BASE (empty: the branch that the pull request is for), INPUT_FILES and INPUT_ARGS (one a line),
# GITHUB_BASE_REF, GITHUB_OUTPUT, GITHUB_STEP_SUMMARY, RUNNER_TEMP.
# Sets the outputs exit-code, changed-routes, differences and markdown-file, and ends with the exit code of rsctl.
set -euo pipefail

# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/common.sh"

base=${INPUT_BASE:-}
if [ -z "$base" ] && [ -n "${GITHUB_BASE_REF:-}" ]; then base=origin/$GITHUB_BASE_REF; fi
if [ -z "$base" ]; then
  printf '::error title=rsctl::this run belongs to no pull request: say by the input base what to compare with\n'
  printf '%s\n' 'exit-code=2' 'changed-routes=' 'differences=' 'markdown-file=' >>"$GITHUB_OUTPUT"
  exit 2
fi

out=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/rsctl-diff.XXXXXX")
arguments=(diff --color never "--base=$base" -o github -o "json=$out/rsctl.json" -o "markdown=$out/rsctl.md")
add_lines "${INPUT_ARGS:-}"
# What follows is a file, whatever it begins with.
arguments+=(--)
add_lines "${INPUT_FILES:-}"

code=0
run_rsctl "$out"

markdown='' changed='' differences=''
if [ -s "$out/rsctl.json" ]; then
  # The first `summary`, of all topologies together, stands before everything that comes from a file. What was not compared stands in
  # a list at the end, one a line. Only these lines are indented by so little.
  read -r changed differences < <(
    awk '/^  "summary": [{]$/ { inside = 1; next }
         /^  }/ { inside = 0 }
         inside && /^    "(lost|uninspected|gained|inspected|moved)": [0-9]+,?$/ { gsub(/[^0-9]/, ""); changed += $0; next }
         inside && /^    "(addedSubnets|removedSubnets|routes)": [0-9]+,?$/ { gsub(/[^0-9]/, ""); others += $0; next }
         /^  "notCompared": [[]$/ { unread = 1; next }
         unread && /^    "/ { others++ }
         END { print changed + 0, changed + others + 0 }' "$out/rsctl.json"
  )
fi
if [ -s "$out/rsctl.md" ]; then
  markdown=$out/rsctl.md
  add_summary "$markdown" 'rsctl diff'
fi
tell_end "$out" 'rsctl diff'

printf '%s\n' "exit-code=$code" "changed-routes=$changed" "differences=$differences" "markdown-file=$markdown" >>"$GITHUB_OUTPUT"
exit "$code"
