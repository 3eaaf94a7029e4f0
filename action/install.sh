#!/usr/bin/env bash
# Makes sure that the wanted rsctl is on the PATH of this job.
#
# Reads from the environment: INPUT_VERSION (empty: the rsctl of the checkout that this script stands in), GITHUB_PATH,
# RUNNER_TEMP. There are no prebuilt binaries yet, so it compiles, which takes a few minutes. A job that has rsctl
# already, from a cache or an image, skips all of this.
set -euo pipefail

fail() {
  printf '::error title=rsctl::%s\n' "$1"
  exit 2
}

version=${INPUT_VERSION:-}
version=${version#v}
if [ -n "$version" ] && ! [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]*)?$ ]]; then
  fail "the input version is no version: write it as 0.1.0"
fi

if command -v rsctl >/dev/null; then
  present=$(rsctl --version)
  if [ -z "$version" ] || [ "$present" = "rsctl $version" ]; then
    printf 'using %s, which is on the PATH\n' "$present"
    exit 0
  fi
  printf '%s is on the PATH, %s is wanted\n' "$present" "$version"
fi

checkout=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
command -v cargo >/dev/null || fail "rsctl is not on the PATH and there is no cargo to build it: install Rust, or rsctl, in an earlier step"

root=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/rsctl-install.XXXXXX")
# Elsewhere than in the checkout of the user, whose rust-toolchain.toml and .cargo are not meant for rsctl.
cd "$root"
if [ -n "$version" ]; then
  cargo install --locked --root "$root" --version "$version" rsctl
else
  cargo install --locked --root "$root" --path "$checkout"
fi
printf '%s\n' "$root/bin" >>"$GITHUB_PATH"
