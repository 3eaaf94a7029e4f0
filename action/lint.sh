#!/usr/bin/env bash
# One run of `rsctl lint` in a job of GitHub Actions: annotations to the log, Markdown to the step summary, SARIF to a file.
#
# Reads from the environment: INPUT_FILES and INPUT_ARGS (one a line), INPUT_CONFIG, INPUT_BASELINE, INPUT_FAIL_ON (empty: not
# given), GITHUB_OUTPUT, GITHUB_STEP_SUMMARY, RUNNER_TEMP.
# Sets the outputs exit-code, findings, sarif-file and markdown-file, and ends with the exit code of rsctl.
set -euo pipefail

# shellcheck source=/dev/null
. "${BASH_SOURCE[0]%/*}/common.sh"

out=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/rsctl-lint.XXXXXX")
arguments=(lint --color never -o github -o "sarif=$out/rsctl.sarif" -o "json=$out/rsctl.json" -o "markdown=$out/rsctl.md")
if [ -n "${INPUT_CONFIG:-}" ]; then arguments+=("--config=$INPUT_CONFIG"); fi
if [ -n "${INPUT_BASELINE:-}" ]; then arguments+=("--baseline=$INPUT_BASELINE"); fi
if [ -n "${INPUT_FAIL_ON:-}" ]; then arguments+=("--fail-on=$INPUT_FAIL_ON"); fi
add_lines "${INPUT_ARGS:-}"
# What follows is a file, whatever it begins with.
arguments+=(--)
add_lines "${INPUT_FILES:-}"

code=0
run_rsctl "$out"

sarif='' markdown='' findings=''
if [ -s "$out/rsctl.sarif" ]; then sarif=$out/rsctl.sarif; fi
if [ -s "$out/rsctl.json" ]; then
  # The three counts of `summary`, which stands before everything that comes from a file.
  findings=$(awk '/^ *"(errors|warnings|notes)": [0-9]+,?$/ { gsub(/[^0-9]/, ""); sum += $0; if (++seen == 3) exit }
                  END { print sum + 0 }' "$out/rsctl.json")
fi
if [ -s "$out/rsctl.md" ]; then
  markdown=$out/rsctl.md
  add_summary "$markdown" 'rsctl lint'
fi
tell_end "$out" 'rsctl lint'

printf '%s\n' "exit-code=$code" "findings=$findings" "sarif-file=$sarif" "markdown-file=$markdown" >>"$GITHUB_OUTPUT"
exit "$code"
