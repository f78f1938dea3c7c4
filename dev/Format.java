import com.google.googlejavaformat.java.Main;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** Runs google-java-format over every Java file of the project: {@code Format check|fix ROOT}. */
final class Format {
  private Format() {}

  static void main(String[] args) throws Exception {
    boolean fix = args[0].equals("fix");
    List<String> command = new ArrayList<>();
    command.addAll(fix ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
    List<Path> files = javaFiles(Path.of(args[1]));
    files.forEach(file -> command.add(file.toString()));

    StringWriter changed = new StringWriter();
    PrintWriter problems = new PrintWriter(System.err, true);
    int status =
        new Main(new PrintWriter(changed, true), problems, InputStream.nullInputStream())
            .format(command.toArray(String[]::new));
    problems.flush();
    if (status == 0) {
      return;
    }
    if (!fix) {
      System.err.println("Not formatted as google-java-format does; ./dev/format repairs it:");
      System.err.println(changed.toString().strip().indent(2).stripTrailing());
    }
    System.exit(status);
  }

  private static List<Path> javaFiles(Path root) throws Exception {
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
            if (file.toString().endsWith(".java")) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    files.sort(null);
    return files;
  }
}
