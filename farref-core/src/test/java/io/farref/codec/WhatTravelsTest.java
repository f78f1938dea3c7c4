package io.farref.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.Limits;
import io.farref.RpcException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.*;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Sends instances of every public class of the JDK's modules below that is serializable, a
 * collection or an atomic variable: each arrives equal, or is refused by its sender.
 */
@SuppressWarnings({"unchecked", "rawtypes"}) // collections of anything
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

  private final Pipe pipe = Pipe.of();
  private final List<String> differences = new ArrayList<>();
  private final Map<String, String> table = new TreeMap<>();
  private final Instances instances = new Instances();

  @Test
  void everyClassOfTheJdkArrivesEqualOrIsRefusedByItsSender() throws IOException {
    List<Object> collections = new ArrayList<>();
    for (Class<?> type : classes()) {
      for (Object each : instances.of(type)) {
        send(type.getName(), each, () -> "");
        if (each instanceof Collection || each instanceof Map) {
          collections.addAll(instances.of(type));
        }
      }
    }
    assertThat(differences).isEmpty();
    assertThat(table).hasSizeGreaterThanOrEqualTo(400);
  }

  private void send(String name, Object value, java.util.function.Supplier<String> how) {
    Object copy;
    byte[] bytes;
    Pipe.Message message = pipe.new Message();
    try {
      bytes = pipe.write(value, message);
    } catch (RpcException e) {
      table.merge(name, "no", (a, b) -> a.equals(b) ? a : "some");
      if (Throwable.class.isInstance(value)) {
        differences.add(name + " refused: " + e.getMessage());
      }
      return;
    } catch (Throwable e) {
      differences.add(name + " failed at the sender: " + e);
      return;
    }
    try {
      copy = pipe.to.read(new io.farref.bytes.Input(bytes), message);
    } catch (RuntimeException e) {
      differences.add(name + " failed at the receiver: " + e + how.get() + " " + value.getClass());
      return;
    }
    table.merge(name, "yes", (a, b) -> a.equals(b) ? a : "some");
    List<String> found = Same.differences(value, copy);
    Set<String> known = found.isEmpty() ? Set.of() : paths(ofJava(value));
    for (String each : found) {
      if (!known.contains(path(each))) {
        differences.add(name + each + how.get());
      }
    }
  }

  // The JDK's own serialization says what belongs to an object: the order of a hash table does not.
  private static List<String> ofJava(Object value) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(value);
      }
      try (ObjectInputStream in =
          new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
        return Same.differences(value, in.readObject());
      }
    } catch (IOException | ClassNotFoundException e) {
      return List.of();
    }
  }

  private static Set<String> paths(List<String> differences) {
    return differences.stream().map(WhatTravelsTest::path).collect(Collectors.toSet());
  }

  private static String path(String difference) {
    return difference.substring(0, difference.indexOf(": "));
  }

  private static List<Class<?>> classes() throws IOException {
    List<Class<?>> classes = new ArrayList<>();
    for (String module : MODULES) {
      Path root = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules", module);
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".class")).sorted().toList()) {
          String name = root.relativize(file).toString().replace('/', '.');
          Class<?> type = load(name.substring(0, name.length() - ".class".length()));
          if (type != null && mayTravel(type)) {
            classes.add(type);
          }
        }
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
      return name.equals("module-info") ? null : Class.forName(name, false, null);
    } catch (ClassNotFoundException e) {
      try {
        return Class.forName(name, false, ClassLoader.getPlatformClassLoader());
      } catch (ClassNotFoundException | LinkageError f) {
        return null;
      }
    } catch (LinkageError e) {
      return null;
    }
  }
}
