#!/bin/sh
# Runs Farref in a bench of remote-object systems: peers.sh DIRECTORY [arguments of its run.sh]
# The directory holds bench.Peer among its sources and run.sh, which finds more peers in PEERS_CP.
set -eu
peers=$(cd "${1:?usage: peers.sh DIRECTORY [arguments]}" && pwd -P)
shift
. "$(dirname "$0")/classpath.sh"
out=$root/benchmarks/target/peers
mkdir -p "$out"
"$jdk/bin/javac" -d "$out" -implicit:none -cp "$farref_classpath" \
  -sourcepath "$peers/src/main/java" "$root"/benchmarks/src/peers/java/bench/peers/*.java
[ $# -gt 0 ] || set -- farref limit-tcp
JAVA_HOME=$jdk PEERS_CP=$out:$farref_classpath exec "$peers/run.sh" "$@"
