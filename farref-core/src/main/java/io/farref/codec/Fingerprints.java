package io.farref.codec;

import io.farref.bytes.Input;
import io.farref.bytes.Output;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * 64 bits of a digest of a class file: equal for the same build of a class. The classes {@linkplain
 * NamedByPlace named by their place} that it mentions, and those that these mention, are part of
 * it: a lambda expression's class file has the name of an anonymous class in it, not its code.
 * Thread-safe.
 */
final class Fingerprints {
  private static final ClassValue<OptionalLong> CACHE =
      new ClassValue<>() {
        @Override
        protected OptionalLong computeValue(Class<?> type) {
          return compute(type);
        }
      };

  /** Names of nested classes that a compiler may have made up: with a number in them. */
  private static final Pattern NUMBERED = Pattern.compile("[^\\[].*\\$(\\d.*|[^$]*\\d(\\$.*)?)");

  private Fingerprints() {}

  /** The fingerprint of a class; empty if its loader does not show its class file. */
  static OptionalLong of(Class<?> type) {
    return CACHE.get(type);
  }

  /** One of several classes; empty if that of one of them is. */
  static OptionalLong of(List<Class<?>> types) {
    if (types.size() == 1) {
      return of(types.getFirst());
    }
    Output all = new Output(64);
    for (Class<?> type : types) {
      OptionalLong each = of(type);
      if (each.isEmpty()) {
        return each;
      }
      all.writeLong(each.getAsLong());
    }
    return first(sha256().digest(all.toByteArray()));
  }

  private static OptionalLong compute(Class<?> type) {
    MessageDigest digest = sha256();
    List<Class<?>> types = new ArrayList<>(List.of(type));
    for (int i = 0; i < types.size(); i++) { // grows meanwhile
      byte[] file = classFile(types.get(i));
      if (file == null) {
        return OptionalLong.empty();
      }
      digest.update(file);
      addMentioned(types, types.get(i), file);
    }
    return first(digest.digest());
  }

  private static void addMentioned(List<Class<?>> types, Class<?> by, byte[] file) {
    String family = topLevel(by.getName()) + "$";
    for (PoolEntry entry : constantPool(file)) {
      if (entry instanceof ClassEntry named) {
        String name = named.asInternalName().replace('/', '.');
        if (name.startsWith(family) || NUMBERED.matcher(name).matches()) {
          Class<?> mentioned = find(name, by.getClassLoader());
          if (mentioned != null && NamedByPlace.isClass(mentioned) && !types.contains(mentioned)) {
            types.add(mentioned);
          }
        }
      }
    }
  }

  private static Iterable<PoolEntry> constantPool(byte[] file) {
    try {
      return ClassFile.of().parse(file).constantPool();
    } catch (IllegalArgumentException e) {
      return List.of(); // what the loader shows is not what it loads
    }
  }

  private static String topLevel(String name) {
    int nested = name.indexOf('$', name.lastIndexOf('.') + 2);
    return nested < 0 ? name : name.substring(0, nested);
  }

  private static @Nullable Class<?> find(String name, @Nullable ClassLoader loader) {
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      return null; // if it is there on the other side, the fingerprints differ
    }
  }

  private static byte @Nullable [] classFile(Class<?> type) {
    String name = type.getName();
    String file = name.substring(name.lastIndexOf('.') + 1) + ".class";
    try (InputStream stream = type.getResourceAsStream(file)) {
      return stream == null ? null : stream.readAllBytes();
    } catch (IOException e) {
      return null;
    }
  }

  private static OptionalLong first(byte[] digest) {
    return OptionalLong.of(new Input(digest).readLong());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
