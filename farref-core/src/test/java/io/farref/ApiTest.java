package io.farref;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.spi.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The API as written down; {@code -Dapi.update} writes it anew. */
final class ApiTest {
  private static final Path FILE = Path.of("api/farref-core.api");
  private static final Pattern INTERNAL = Pattern.compile("io\\.farref\\.(?!spi\\.)[a-z]\\w*\\.");

  @Test
  void publicApiIsTheOneWrittenDown() throws IOException {
    String api = dump();
    if (System.getProperty("api.update") != null) {
      Files.createDirectories(FILE.getParent());
      Files.writeString(FILE, api);
    }
    assertThat(api)
        .as(
            "The public API differs from farref-core/%s. If that is meant:%n%s",
            FILE, "mvn -q -pl farref-core -am test -Dtest=ApiTest -Dapi.update")
        .isEqualTo(Files.readString(FILE));
  }

  @Test
  void publicApiNamesNoInternalType() throws IOException {
    assertThat(dump().lines().filter(line -> INTERNAL.matcher(line).find())).isEmpty();
  }

  @Test
  void dumpShowsWhatCallersSee() {
    assertThat(
            ApiDump.of(Arrays.asList(ApiSample.class, ApiSample.Inner.class, ApiSample.Kind.class)))
        .isEqualTo(
            """
            public abstract class io.farref.ApiSample<T extends java.lang.Number>
              protected io.farref.ApiSample(T)
              public static final int LIMIT
              protected abstract <R> java.util.List<? super R> all(@Nullable T, R...) throws java.io.IOException
              public @Nullable java.lang.String name()

            public record io.farref.ApiSample$Inner(int x) implements java.lang.Comparable<io.farref.ApiSample$Inner>
              public io.farref.ApiSample$Inner(int)
              public int compareTo(io.farref.ApiSample$Inner)
              public final boolean equals(java.lang.Object)
              public final int hashCode()
              public final java.lang.String toString()
              public int x()

            public enum io.farref.ApiSample$Kind
              A, B
            """);
  }

  private static String dump() throws IOException {
    return ApiDump.of(Worker.class) + "\n" + ApiDump.of(Transport.class);
  }
}
