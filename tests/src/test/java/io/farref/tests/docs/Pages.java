package io.farref.tests.docs;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Finds and reads the project's pages and sources. */
final class Pages {
  /** The project's directory. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Pattern CODE_NAME = Pattern.compile("`([^`]+)`");

  private Pages() {}

  /** A page as text. */
  static String read(String page) throws IOException {
    return Files.readString(ROOT.resolve(page));
  }

  /** All Markdown files of the project. */
  static List<Path> markdown() throws IOException {
    return files(ROOT, file -> file.toString().endsWith(".md"));
  }

  /** All files below a directory; what is hidden or built is left out. */
  static List<Path> files(Path root, Predicate<Path> wanted) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            String name = dir.getFileName().toString();
            boolean ours = dir.equals(root) || !(name.startsWith(".") || name.equals("target"));
            return ours ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (wanted.test(file)) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    files.sort(null);
    return files;
  }

  /** The lines of a section, up to the next heading. */
  static List<String> section(String page, String heading) throws IOException {
    List<String> lines = read(page).lines().dropWhile(line -> !line.equals(heading)).toList();
    if (lines.isEmpty()) {
      throw new IllegalArgumentException(page + " has no section '" + heading + "'");
    }
    return lines.stream().skip(1).takeWhile(line -> !line.startsWith("#")).toList();
  }

  /** The cells of the rows of a section's table, without its head. */
  static List<List<String>> table(String page, String heading) throws IOException {
    return section(page, heading).stream()
        .filter(line -> line.startsWith("|"))
        .skip(2)
        .map(row -> List.of(row.substring(1, row.lastIndexOf('|')).split("(?<!\\\\)\\|", -1)))
        .map(row -> row.stream().map(String::strip).toList())
        .toList();
  }

  /** The names in backticks in the first cells of a section's table. */
  static TreeSet<String> firstCells(String page, String heading) throws IOException {
    TreeSet<String> names = new TreeSet<>();
    for (List<String> row : table(page, heading)) {
      CODE_NAME.matcher(row.get(0)).results().forEach(name -> names.add(name.group(1)));
    }
    return names;
  }
}
