#!/usr/bin/env bash
# One run of `rsctl lint` in a job of GitHub Actions: annotations to the log, Markdown to the step summary, SARIF to a file.
#
# Reads from the environment: INPUT_FILES and INPUT_ARGS (one a line), INPUT_CONFIG, INPUT_BASELINE, INPUT_FAIL_ON (empty: not
# given), GITHUB_OUTPUT, GITHUB_STEP_SUMMARY, RUNNER_TEMP. Nothing of them is ever expanded or evaluated.
# Sets the outputs exit-code, findings, sarif-file and markdown-file, and ends with the exit code of rsctl.
# Runs on bash 3.2, which macOS has.
set -euo pipefail

# GitHub refuses a step summary of more than 1 MiB.
most=1000000

out=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/rsctl-lint.XXXXXX")
arguments=(lint --color never -o github -o "sarif=$out/rsctl.sarif" -o "json=$out/rsctl.json" -o "markdown=$out/rsctl.md")

# Adds each line of a text as one argument.
add_lines() {
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line%$'\r'}
    if [ -n "${line//[[:space:]]/}" ]; then
      arguments+=("$line")
    fi
  done <<<"$1"
}

if [ -n "${INPUT_CONFIG:-}" ]; then arguments+=("--config=$INPUT_CONFIG"); fi
if [ -n "${INPUT_BASELINE:-}" ]; then arguments+=("--baseline=$INPUT_BASELINE"); fi
if [ -n "${INPUT_FAIL_ON:-}" ]; then arguments+=("--fail-on=$INPUT_FAIL_ON"); fi
add_lines "${INPUT_ARGS:-}"
# What follows is a file, whatever it begins with.
arguments+=(--)
add_lines "${INPUT_FILES:-}"

code=0
rsctl "${arguments[@]}" </dev/null 2>"$out/stderr.txt" || code=$?

# Messages show lines of the user's files. None of them may pass for a command of the workflow.
if [ -s "$out/stderr.txt" ]; then
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '::stop-commands::%s\n' "$token"
  cat "$out/stderr.txt"
  printf '\n::%s::\n' "$token"
fi

sarif='' markdown='' findings=''
if [ -s "$out/rsctl.sarif" ]; then sarif=$out/rsctl.sarif; fi
if [ -s "$out/rsctl.json" ]; then
  # The three counts of `summary`, which stands before everything that comes from a file.
  findings=$(awk '/^ *"(errors|warnings|notes)": [0-9]+,?$/ { gsub(/[^0-9]/, ""); sum += $0; if (++seen == 3) exit }
                  END { print sum + 0 }' "$out/rsctl.json")
fi
if [ -s "$out/rsctl.md" ]; then
  markdown=$out/rsctl.md
  if [ "$(wc -c <"$markdown")" -le "$most" ]; then
    cat "$markdown"
  else
    # Whole lines only: a cut inside of a character would make the rest unreadable.
    head -c "$most" "$markdown" | sed '$d'
    printf '\n**Cut, because a step summary has a limit.** Run rsctl lint to see everything.\n'
  fi >>"$GITHUB_STEP_SUMMARY"
fi

case $code in
  0 | 1) ;;
  127) printf '::error title=rsctl::rsctl is not on the PATH\n' ;;
  *)
    printf '::error title=rsctl::rsctl lint ended with %s before it looked at everything; the log of this step says why\n' "$code"
    printf '\n**rsctl lint ended with %s before it looked at everything.** The log of the step says why.\n' "$code" >>"$GITHUB_STEP_SUMMARY"
    ;;
esac

printf '%s\n' "exit-code=$code" "findings=$findings" "sarif-file=$sarif" "markdown-file=$markdown" >>"$GITHUB_OUTPUT"
exit "$code"
