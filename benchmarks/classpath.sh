# Sourced by the scripts beside it: builds the benchmarks; sets root, java and classpath.
# With NO_PEERS set, without the other systems.
root=$(cd "$(dirname "$0")/.." && pwd -P)
jdk=$("$root/dev/find-jdk") || exit 1
java=$jdk/bin/java

# Compiles module $2 of the sources in $1 and what it needs; more arguments go to Maven.
build() {
  sources=$1
  wanted=$2
  shift 2
  # MAVEN_ARGS is split on purpose
  # shellcheck disable=SC2086
  JAVA_HOME=$jdk MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}" \
    mvn -q -B ${MAVEN_ARGS:-} -f "$sources/pom.xml" -pl "$wanted" -am -DskipTests -Dfmt.skip \
    -Djavac.strict=-Xdiags:verbose -Derrorprone.main=-Xdiags:verbose process-classes "$@" >&2
}

if [ -n "${NO_PEERS:-}" ]; then
  module=benchmarks
else
  module=benchmarks/peers
fi
build "$root" "$module" -P peers dependency:build-classpath \
  -Dmdep.outputFile=target/farref.classpath -Dmdep.includeScope=runtime
classpath=$root/$module/target/classes:$(cat "$root/$module/target/farref.classpath")
