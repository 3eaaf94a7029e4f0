# shellcheck shell=bash
# What the scripts that run rsctl in a job of GitHub Actions share. It is sourced, and runs on bash 3.2, which macOS has.

# GitHub refuses a step summary of more than 1 MiB.
most=1000000

arguments=()

# Adds each line of a text as one argument. Nothing in it is expanded or evaluated.
add_lines() {
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line%$'\r'}
    if [ -n "${line//[[:space:]]/}" ]; then
      arguments+=("$line")
    fi
  done <<<"$1"
}

# Runs rsctl with these arguments, shows what it says on standard error, and sets `code` to how it ended. Takes a folder for files.
run_rsctl() {
  local token
  code=0
  rsctl "${arguments[@]}" </dev/null 2>"$1/stderr.txt" || code=$?
  # Messages show lines of the user's files. None of them may pass for a command of the workflow.
  if [ -s "$1/stderr.txt" ]; then
    token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    printf '::stop-commands::%s\n' "$token"
    cat "$1/stderr.txt"
    printf '\n::%s::\n' "$token"
  fi
}

# Adds a file of Markdown to the step summary, and where it is cut says which command shows the rest.
add_summary() {
  if [ "$(wc -c <"$1")" -le "$most" ]; then
    cat "$1"
  else
    # Whole lines only: a cut inside of a character would make the rest unreadable.
    head -c "$most" "$1" | sed '$d'
    printf '\n**Cut, because a step summary has a limit.** Run %s to see everything.\n' "$2"
  fi >>"$GITHUB_STEP_SUMMARY"
}

# Tells of an end that is no answer. Takes the folder and the command that ended.
tell_end() {
  local why
  case $code in
    0 | 1) ;;
    127) printf '::error title=rsctl::rsctl is not on the PATH\n' ;;
    *)
      # A usage error is one line, and one of help. In the value of a command of the workflow a percent sign would begin an escape.
      why=$(awk 'NR == 1 && sub(/^error: /, "") { why = $0; next } NR == 2 && sub(/^  help: /, "") { print why ": " $0 } NR == 2 { exit }' \
        "$1/stderr.txt" | sed 's/%/%25/g')
      printf '::error title=rsctl::%s ended with %s before it looked at everything; %s\n' \
        "$2" "$code" "${why:-the log of this step says why}"
      printf '\n**%s ended with %s before it looked at everything.** The log of the step says why.\n' "$2" "$code" >>"$GITHUB_STEP_SUMMARY"
      ;;
  esac
}
