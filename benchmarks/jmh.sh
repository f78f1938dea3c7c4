#!/bin/sh
# Runs the JMH benchmarks whose names match; -h tells the options.
set -eu
NO_PEERS=1
. "$(dirname "$0")/classpath.sh"
exec "$java" --enable-native-access=ALL-UNNAMED -cp "$classpath" org.openjdk.jmh.Main "$@"
