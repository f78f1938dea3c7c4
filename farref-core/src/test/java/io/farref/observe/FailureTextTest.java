package io.farref.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is said about failures of the process itself. */
class FailureTextTest {
  @Test
  void aShortageOfDescriptorsIsSaidOnceWithTheLimitAndWhatToDo() {
    IOException shortage = new IOException("accept failed: Too many open files");
    String text = FailureText.of(shortage);
    assertThat(text)
        .startsWith("accept failed: Too many open files (process ")
        .contains("no file descriptor left, its limit is ", "ulimit -n");
    assertThat(FailureText.of(new IOException(text, shortage))).isEqualTo(text);
    assertThat(FailureText.of(new IOException("no store", shortage)))
        .startsWith("no store (process ");
  }

  @Test
  void anyOtherFailureIsItsMessageAndAnErrorItsClassToo() {
    assertThat(FailureText.of(new IOException("broken"))).isEqualTo("broken");
    assertThat(FailureText.of(new IOException())).isEqualTo("java.io.IOException");
    assertThat(FailureText.of(new StackOverflowError())).isEqualTo("java.lang.StackOverflowError");
    assertThat(FailureText.of(new OutOfMemoryError("Java heap space")))
        .isEqualTo("java.lang.OutOfMemoryError: Java heap space");
    assertThat(FailureText.of(new NoClassDefFoundError("com/example/Mine")))
        .isEqualTo("java.lang.NoClassDefFoundError: com/example/Mine");
    IOException endless = new IOException("a");
    IOException other = new IOException("b", endless);
    endless.initCause(other);
    assertThat(FailureText.of(endless)).isEqualTo("a");
  }

  @Test
  void aModuleThatIsThereIsNotMissing() {
    assertThat(FailureText.ifMissing("jdk.net")).isEmpty();
    assertThat(FailureText.ifMissing("no.such.module").orElseThrow())
        .isEqualTo(
            "this Java runtime has no module no.such.module: add it to the image with jlink"
                + " --add-modules no.such.module");
  }

  @Test
  void everyModuleThatTheLibraryRequiresIsKnown() throws IOException {
    String source = Files.readString(Path.of("src/main/java/module-info.java"));
    List<String> required =
        Pattern.compile("requires (java|jdk)\\.([\\w.]+);")
            .matcher(source)
            .results()
            .map(MatchResult::group)
            .map(line -> line.substring("requires ".length(), line.length() - 1))
            .toList();
    assertThat(FailureText.MODULES.values()).containsExactlyInAnyOrderElementsOf(required);
  }
}
