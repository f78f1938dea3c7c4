package io.farref.examples.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
  @TempDir Path temp;

  @Test
  void readsTheTextFilesOfADirectory() throws IOException {
    Files.createDirectories(temp.resolve("a/b"));
    Files.createDirectories(temp.resolve(".git"));
    Files.writeString(temp.resolve("a/b/x.txt"), "größe");
    Files.writeString(temp.resolve("y.txt"), "y");
    Files.writeString(temp.resolve(".git/config"), "hidden");
    Files.write(temp.resolve("z.bin"), new byte[] {1, 0, 2});
    assertThat(read(temp, 100))
        .containsExactlyInAnyOrder(new Document("a/b/x.txt", "größe"), new Document("y.txt", "y"));
  }

  @Test
  void readsTheTextFilesOfAZip() throws IOException {
    Path zip = temp.resolve("in.zip");
    try (OutputStream out = Files.newOutputStream(zip);
        ZipOutputStream entries = new ZipOutputStream(out)) {
      entries.putNextEntry(new ZipEntry("m/A.java"));
      entries.write("class A {}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      entries.closeEntry();
    }
    assertThat(read(zip, 100)).containsExactly(new Document("m/A.java", "class A {}"));
  }

  @Test
  void noMoreFilesThanTheLimitAreRead() throws IOException {
    for (int i = 0; i < 10; i++) {
      Files.writeString(temp.resolve("f" + i), "text");
    }
    assertThat(read(temp, 3)).hasSize(3);
  }

  @Test
  void anInputThatCannotBeReadIsNamed() {
    assertThatExceptionOfType(NotDirectoryException.class)
        .isThrownBy(() -> Corpus.open(temp.resolve("missing"), 1))
        .withMessageContaining("missing is neither a directory nor a zip file");
  }

  private static List<Document> read(Path input, int limit) throws IOException {
    List<Document> documents = new ArrayList<>();
    try (Corpus corpus = Corpus.open(input, limit)) {
      for (Path file : corpus.files()) {
        corpus.read(file).ifPresent(documents::add);
      }
    }
    return documents;
  }
}
