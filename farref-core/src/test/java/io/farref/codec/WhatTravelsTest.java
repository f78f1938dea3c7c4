package io.farref.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Limits;
import io.farref.RemoteFailureException;
import io.farref.RpcException;
import io.farref.bytes.Input;
import io.farref.bytes.Output;
import java.io.IOException;
import java.io.Serializable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.*;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Sends instances of every public class of the JDK's modules below that is serializable, a
 * collection, a time or an atomic variable, of subclasses of them, and of the wrappers of
 * collections, two deep: each arrives equal, or its sender refuses it.
 */
class WhatTravelsTest {
  private static final List<String> MODULES =
      List.of(
          "java.base",
          "java.compiler",
          "java.datatransfer",
          "java.instrument",
          "java.logging",
          "java.management",
          "java.naming",
          "java.net.http",
          "java.prefs",
          "java.rmi",
          "java.scripting",
          "java.security.jgss",
          "java.security.sasl",
          "java.sql",
          "java.sql.rowset",
          "java.transaction.xa",
          "java.xml",
          "java.xml.crypto");

  private final Subclasses subclasses = new Subclasses();
  private final Codec codec = new Codec(Pipe.ALLOW, Limits.DEFAULT, List.of(), subclasses);
  private final Pipe pipe = new Pipe(codec, codec);
  private final Instances instances = new Instances();
  private final List<String> differences = new ArrayList<>();
  private final Map<String, Outcome> table = new TreeMap<>();

  /** What became of the instances of a class. */
  private static final class Outcome {
    int arrived;
    String refused = "";
  }

  @Test
  void everyClassOfTheJdkArrivesEqualOrIsRefusedByItsSender() throws IOException {
    List<Object> collections = new ArrayList<>();
    for (Class<?> type : classes()) {
      for (Object each : instances.of(type)) {
        send(type.getName(), each);
      }
      boolean unordered = type == IdentityHashMap.class || type == WeakHashMap.class;
      if (!unordered
          && (Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type))) {
        instances.of(type).stream().limit(2).forEach(collections::add);
      }
    }
    assertThat(table).hasSizeGreaterThanOrEqualTo(400);
    for (Object each : collections) {
      for (Object wrapped : wrapped(each)) {
        send("wrapped " + wrapped.getClass().getName(), wrapped);
        for (Object twice : wrapped(wrapped)) {
          send("wrapped " + twice.getClass().getName(), twice);
        }
      }
    }
    assertThat(differences).isEmpty();
    checkPage(page());
  }

  @Test
  void everySubclassOfAClassOfTheJdkArrivesEqualOrIsRefusedByItsSender()
      throws IOException, ReflectiveOperationException {
    for (Class<?> type : classes()) {
      Class<?> subclass = subclasses.of(type);
      if (subclass != null) {
        for (Object each : instances.of(subclass)) {
          send("subclass of " + type.getName(), each);
        }
      }
    }
    assertThat(differences).isEmpty();
    assertThat(table).hasSizeGreaterThanOrEqualTo(300);
  }

  private void send(String name, Object value) {
    Pipe.Message message = pipe.new Message();
    Output out = new Output(64);
    Outcome outcome = table.computeIfAbsent(name, _ -> new Outcome());
    Object copy;
    try {
      if (value instanceof Throwable throwable) {
        codec.writeThrowable(throwable, out, message);
        copy = codec.readThrowable(new Input(out.toByteArray()), message, "there");
      } else {
        codec.write(value, out, message);
        copy = codec.read(new Input(out.toByteArray()), message);
      }
    } catch (RpcException e) {
      boolean bySender = String.valueOf(e.getMessage()).startsWith("cannot send");
      if (!bySender) {
        differences.add(name + ": refused by the receiver: " + e);
      }
      outcome.refused = String.valueOf(e.getMessage());
      return;
    } catch (RuntimeException e) {
      differences.add(name + ": " + e);
      return;
    }
    if (value instanceof Throwable thrown && copy instanceof RemoteFailureException text) {
      outcome.refused = "arrives as RemoteFailureException with its text";
      if (!Objects.equals(text.remoteMessage(), ThrowableText.message(thrown))) {
        differences.add(name + ": the text became " + text.remoteMessage());
      }
      return;
    }
    outcome.arrived++;
    Same.differences(value, copy).forEach(each -> differences.add(name + each));
  }

  private String page() {
    StringBuilder page =
        new StringBuilder(
            """
            # What travels

            Every value arrives equal to the one that was sent (same class, contents, order, shared parts,
            behaviour), or its sender is told at once why it cannot travel, with the path to it. This page
            says which classes of the JDK do what. A test makes it: it sends instances of each public class
            of the modules
            MODULES
            that is serializable, a collection, a time or an atomic variable, compares what arrives
            by all public methods that take no argument, and fails if anything differs or if this
            page is not what it saw (JDK 25). It does the same with subclasses of these classes, and
            with the wrappers of `java.util.Collections`, two deep.

            - Your own classes travel by their fields, records by their components; transient fields arrive as
              their defaults. What a class of yours inherits from one of the JDK travels too, if the JDK's
              serialization can restore it; if not, the class is refused.
            - A view, such as `map.keySet()`, `map.values()` or `list.subList(...)`, is refused unless it is
              serializable: send a copy of it.
            - The order of a `HashMap`, `HashSet` or `Hashtable` is kept. That of other hash tables need not
              be: of their subclasses, of a `ConcurrentHashMap` whose initial size was chosen, of tables
              ordered by identity, and of `Set.of` and `Map.of`, which each JVM orders by itself.
            - A `ByteBuffer` is its remaining bytes, as its `equals` says: it arrives with them from position
              0 to its limit.
            - A record whose constructor would make another one of the same components is refused by the
              receiver, and so is a set or map of elements that are equal only now.
            - A throwable that cannot travel as itself arrives as a `RemoteFailureException` with its text.

            """
                .replace(
                    "MODULES", wrap(MODULES.stream().map(each -> "`" + each + "`").toList(), "")));
    Map<String, List<String>> arrive = new TreeMap<>();
    Map<String, List<String>> refused = new TreeMap<>();
    table.forEach(
        (name, outcome) -> {
          if (!name.startsWith("wrapped ")) {
            int dot = name.lastIndexOf('.');
            String simple = name.substring(dot + 1).replace('$', '.');
            Map<String, List<String>> where = outcome.arrived > 0 ? arrive : refused;
            where
                .computeIfAbsent(name.substring(0, dot), _ -> new ArrayList<>())
                .add(
                    outcome.arrived > 0 && !outcome.refused.isEmpty()
                        ? simple + " (not every instance)"
                        : simple);
          }
        });
    section(page, "Classes whose instances arrive equal", arrive);
    section(page, "Classes whose instances are refused", refused);
    return page.toString();
  }

  private static void section(StringBuilder page, String title, Map<String, List<String>> classes) {
    int count = classes.values().stream().mapToInt(List::size).sum();
    page.append("## ").append(title).append("\n\n").append(count).append(" classes.\n\n");
    classes.forEach(
        (packageName, names) -> {
          page.append(wrap(names, "- `" + packageName + "`: ")).append('\n');
        });
    page.append('\n');
  }

  private static String wrap(List<String> words, String start) {
    StringBuilder text = new StringBuilder(start);
    int column = start.length();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i) + (i < words.size() - 1 ? ", " : "");
      if (column + word.length() > 100) {
        text.setLength(text.length() - 1);
        text.append('\n').append(start.isEmpty() ? "" : "  ");
        column = 2;
      }
      text.append(word);
      column += word.length();
    }
    return text.toString();
  }

  // Another JDK has other classes.
  private static void checkPage(String page) throws IOException {
    Path file = Path.of("..", "docs", "what-travels.md");
    if (Boolean.getBoolean("farref.write")) {
      Files.writeString(file, page.stripTrailing() + "\n");
    }
    if (Runtime.version().feature() == 25) {
      assertThat(Files.readString(file)).isEqualTo(page.stripTrailing() + "\n");
    }
  }

  // Collections.unmodifiable..., synchronized... and checked..., and the other wrappers of it.
  private static List<Object> wrapped(Object collection) {
    List<Object> all = new ArrayList<>();
    Method[] methods = Collections.class.getMethods();
    Arrays.sort(methods, Comparator.comparing(Method::toString));
    for (Method method : methods) {
      Class<?>[] parameters = method.getParameterTypes();
      boolean wraps =
          parameters.length > 0
              && parameters[0].isInstance(collection)
              && (method.getName().matches("(unmodifiable|synchronized|checked).*")
                  || method.getName().equals("asLifoQueue")
                  || method.getName().equals("newSetFromMap"));
      if (wraps) {
        Object[] arguments = new Object[parameters.length];
        Arrays.fill(arguments, Object.class);
        arguments[0] = collection;
        try {
          all.add(method.invoke(null, arguments));
        } catch (ReflectiveOperationException e) {
          // A set can be made from an empty map only.
        }
      }
    }
    return all;
  }

  private static List<Class<?>> classes() throws IOException {
    List<Class<?>> classes = new ArrayList<>();
    for (String module : MODULES) {
      Path root = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules", module);
      try (Stream<Path> files = Files.walk(root)) {
        files
            .map(file -> root.relativize(file).toString().replace('/', '.'))
            .filter(name -> name.endsWith(".class") && !name.equals("module-info.class"))
            .sorted()
            .map(name -> load(name.substring(0, name.length() - ".class".length())))
            .filter(WhatTravelsTest::mayTravel)
            .forEach(classes::add);
      }
    }
    return classes;
  }

  private static boolean mayTravel(Class<?> type) {
    return Modifier.isPublic(type.getModifiers())
        && type.getModule().isExported(type.getPackageName())
        && !type.isInterface()
        && (Serializable.class.isAssignableFrom(type)
            || Collection.class.isAssignableFrom(type)
            || Map.class.isAssignableFrom(type)
            || type.getPackageName().equals("java.util.concurrent.atomic")
            || type.getPackageName().equals("java.time"));
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, ClassLoader.getPlatformClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      return Object.class; // not visible from here
    }
  }
}
