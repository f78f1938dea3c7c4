#!/bin/sh
# Measures Farref between two JVMs beside a raw socket; --help tells the options.
set -eu
. "$(dirname "$0")/classpath.sh"
exec "$java" -Xms1g -Xmx4g --enable-native-access=ALL-UNNAMED \
  -cp "$classpath" io.farref.benchmarks.EndToEnd "$@"
