#!/bin/sh
# Where the processor time of one call goes, in microseconds, by side, thread and stage; options are
# those of run.sh that make sense (--scale, --hot, --lock, --markdown, --only CONTENDER). Linux only; it
# takes 100 samples a second of each processor at most, so let it run for a while: --scale 4.
set -eu
NO_PEERS=1
. "$(dirname "$0")/classpath.sh"
exec "$java" -Xmx1g --enable-native-access=ALL-UNNAMED -cp "$classpath" io.farref.benchmarks.Profile "$@"
