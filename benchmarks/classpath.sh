# Sourced by the scripts beside it: builds the benchmarks; sets java, classpath and core_classes.
# With NO_PEERS set, without the other systems.
root=$(cd "$(dirname "$0")/.." && pwd -P)
jdk=$("$root/dev/find-jdk") || exit 1
java=$jdk/bin/java
module=benchmarks/peers
[ -z "${NO_PEERS:-}" ] || module=benchmarks
JAVA_HOME=$jdk MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}" mvn -q -B ${MAVEN_ARGS:-} -f "$root/pom.xml" -P peers -pl "$module" -am -DskipTests -Dfmt.skip \
  process-classes dependency:build-classpath \
  -Dmdep.outputFile=target/farref.classpath -Dmdep.includeScope=runtime >&2
classpath=$root/$module/target/classes:$(cat "$root/$module/target/farref.classpath")
core_classes=$root/farref-core/target/classes
