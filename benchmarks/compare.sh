#!/bin/sh
# Whether a build of Farref is slower than another: compare.sh OLD NEW [--bound X] [options of run.sh]
# OLD and NEW are git revisions, or directories of built sources. Measures small calls, throughput,
# payloads and objects of both in interleaved rounds, prints the ratios and what they mean, and ends
# with exit code 1 if a median got worse by more than the bound (1.1) and noise cannot explain it.
set -eu
if [ $# -lt 2 ] || [ "$1" = --help ]; then
  sed -n '2,5s/^# //p' "$0"
  exit 2
fi
old=$1
new=$2
shift 2
bound=1.1
if [ "${1:-}" = --bound ]; then
  bound=${2:?--bound needs a value}
  shift 2
fi
NO_PEERS=1
. "$(dirname "$0")/classpath.sh"

scratch=$(mktemp -d)
clean() {
  for tree in "$scratch"/*; do
    [ ! -d "$tree" ] || git -C "$root" worktree remove --force "$tree"
  done
  rmdir "$scratch"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Builds $1 as $2, unless it is built; prints where its classes are.
classes() {
  tree=$1
  if [ ! -d "$tree/farref-core" ]; then
    tree=$scratch/$2
    git -C "$root" worktree add --quiet --detach "$tree" "$1" >&2
    build "$tree" farref-core
  fi
  (cd "$tree/farref-core/target/classes" && pwd -P)
}

old_classes=$(classes "$old" old)
new_classes=$(classes "$new" new)
"$java" -Xmx256m --enable-native-access=ALL-UNNAMED -cp "$classpath" \
  io.farref.benchmarks.Compare "$old_classes" "$new_classes" "$bound" "$@"
