#!/usr/bin/env bash
# Writes what lint found into one comment of the pull request: a new one the first time, the same one from then on.
#
# Reads from the environment: GH_TOKEN (for gh), GITHUB_REPOSITORY, PULL_REQUEST (its number), COMMENT_FILE (Markdown that begins
# with the mark), FINDINGS (how many). Where the token may not write, as in a pull request from a fork, it warns and lets the job
# go on: the gate is lint, not the comment.
set -euo pipefail

mark='<!-- rsctl:lint -->'

give_up() {
  printf '::warning title=rsctl::no comment was written: %s\n' "$1"
  exit 0
}

case ${PULL_REQUEST:-} in
  '' | *[!0-9]*) give_up "this run belongs to no pull request" ;;
esac
if ! [ -s "${COMMENT_FILE:-}" ]; then give_up "lint left no report"; fi
if [ "$(head -n 1 "$COMMENT_FILE")" != "$mark" ]; then
  printf '::error title=rsctl::%s does not begin with %s, so that no later run would find the comment\n' "$COMMENT_FILE" "$mark"
  exit 2
fi
command -v gh >/dev/null || give_up "gh is not on the PATH"

# Anybody can write a comment with the mark; only one's own is replaced.
author=$(gh api graphql -f query='query { viewer { login } }' --jq .data.viewer.login) ||
  give_up "the token does not say whose it is"
comments=$(
  gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments?per_page=100" \
    --jq ".[] | select((.body // \"\") | startswith(\"$mark\")) | \"\\(.id) \\(.user.login)\""
) || give_up "the token may not read comments"

id=''
while read -r number login; do
  if [ -z "$id" ] && [ -n "$author" ] && [ "$login" = "$author" ]; then id=$number; fi
done <<<"$comments"

refused="the token may not write comments; the job needs the permission pull-requests: write, which a pull request from a fork never has"
if [ -n "$id" ]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" -F "body=@$COMMENT_FILE" || give_up "$refused"
elif [ "${FINDINGS:-}" = 0 ]; then
  printf 'nothing was found, and there is no earlier comment to correct\n'
else
  gh api --silent --method POST "repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments" -F "body=@$COMMENT_FILE" || give_up "$refused"
fi
