package io.farref.examples.index;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The text files of a directory or of a zip file. Close it when they have been read. */
final class Corpus implements AutoCloseable {
  /** Larger files are data. */
  private static final long MAX_BYTES = 8 << 20;

  private final @Nullable FileSystem zip;
  private final Path root;
  private final List<Path> files = new ArrayList<>();
  private long bytes;

  private Corpus(Path root, @Nullable FileSystem zip) {
    this.root = root;
    this.zip = zip;
  }

  /**
   * Finds the files.
   *
   * @param limit how many at most
   */
  static Corpus open(Path input, int limit) throws IOException {
    Corpus corpus;
    if (Files.isDirectory(input)) {
      corpus = new Corpus(input, null);
    } else if (Files.isRegularFile(input)) {
      FileSystem zip = FileSystems.newFileSystem(input);
      corpus = new Corpus(zip.getPath("/"), zip);
    } else {
      throw new NotDirectoryException(input + " is neither a directory nor a zip file");
    }
    Files.walkFileTree(corpus.root, corpus.new Finder(limit));
    return corpus;
  }

  /** The sources of the JDK that runs this. */
  static Path ofThisJdk() {
    return Path.of(System.getProperty("java.home"), "lib", "src.zip");
  }

  /** The files, in a fixed order per input. */
  List<Path> files() {
    return files;
  }

  /** The length of the files in all. */
  long bytes() {
    return bytes;
  }

  /** Reads a file; empty if it is binary. */
  Optional<Document> read(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    for (byte b : content) {
      if (b == 0) {
        return Optional.empty();
      }
    }
    String path = root.relativize(file).toString().replace('\\', '/');
    return Optional.of(new Document(path, new String(content, StandardCharsets.UTF_8)));
  }

  @Override
  public void close() throws IOException {
    if (zip != null) {
      zip.close();
    }
  }

  private final class Finder extends SimpleFileVisitor<Path> {
    private final int limit;

    Finder(int limit) {
      this.limit = limit;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      boolean hidden =
          !directory.equals(root) && directory.getFileName().toString().startsWith(".");
      return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isRegularFile() && attributes.size() <= MAX_BYTES && files.size() < limit) {
        files.add(file);
        bytes += attributes.size();
      }
      return files.size() < limit ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
    }
  }
}
