# Sourced by the scripts beside it: builds the benchmarks; sets java, classpath and farref_classpath.
root=$(cd "$(dirname "$0")/.." && pwd -P)
jdk=$("$root/dev/find-jdk") || exit 1
java=$jdk/bin/java
JAVA_HOME=$jdk MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}" mvn -q -B -f "$root/pom.xml" -pl benchmarks -am -DskipTests -Dfmt.skip \
  process-classes dependency:build-classpath \
  -Dmdep.outputFile=target/farref.classpath -Dmdep.includeScope=runtime >&2
classpath=$root/benchmarks/target/classes:$(cat "$root/benchmarks/target/farref.classpath")
farref_classpath=$root/farref-core/target/classes
