#!/bin/sh
# Measures the limits of the machine, other systems and Farref in the same rounds; --help tells the
# options. NO_PEERS=1 leaves out the other systems, and what must be downloaded for them.
set -eu
. "$(dirname "$0")/classpath.sh"
exec "$java" -Xmx256m --enable-native-access=ALL-UNNAMED -cp "$classpath" io.farref.benchmarks.Run \
  --values "$root/benchmarks/results/latest.tsv" "$@"
