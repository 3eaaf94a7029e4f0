#!/usr/bin/env bash
# Writes a report of rsctl into one comment of the pull request: a new one the first time, the same one from then on.
#
# Reads from the environment: GH_TOKEN (for gh), GITHUB_REPOSITORY, PULL_REQUEST (its number), COMMENT_FILE (Markdown that begins
# with the mark of its command, by which the comment is found again), COUNT (how much it tells of; 0 begins no comment). Where the
# token may not write, as in a pull request from a fork, it warns and lets the job go on: the gate is rsctl, not the comment.
set -euo pipefail

give_up() {
  printf '::warning title=rsctl::no comment was written: %s\n' "$1"
  exit 0
}

case ${PULL_REQUEST:-} in
  '' | *[!0-9]*) give_up "this run belongs to no pull request" ;;
esac
if ! [ -s "${COMMENT_FILE:-}" ]; then give_up "rsctl left no report"; fi
mark=$(head -n 1 "$COMMENT_FILE")
case $mark in
  '<!-- rsctl:lint -->' | '<!-- rsctl:diff -->') ;;
  *)
    printf '::error title=rsctl::%s begins with no mark of rsctl, so that no later run would find the comment\n' "$COMMENT_FILE"
    exit 2
    ;;
esac
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
elif [ "${COUNT:-}" = 0 ]; then
  printf 'there is nothing to tell, and no earlier comment to correct\n'
else
  gh api --silent --method POST "repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments" -F "body=@$COMMENT_FILE" || give_up "$refused"
fi
