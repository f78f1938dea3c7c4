package io.farref.codec;

import io.farref.bytes.Input;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.OptionalLong;

/** 64 bits of a digest of a class file: equal for the same build of a class. Thread-safe. */
final class Fingerprints {
  private static final ClassValue<OptionalLong> CACHE =
      new ClassValue<>() {
        @Override
        protected OptionalLong computeValue(Class<?> type) {
          return compute(type);
        }
      };

  private Fingerprints() {}

  /** The fingerprint of a class; empty if its loader does not show its class file. */
  static OptionalLong of(Class<?> type) {
    return CACHE.get(type);
  }

  private static OptionalLong compute(Class<?> type) {
    String name = type.getName();
    String file = name.substring(name.lastIndexOf('.') + 1) + ".class";
    try (InputStream stream = type.getResourceAsStream(file)) {
      if (stream == null) {
        return OptionalLong.empty();
      }
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(stream.readAllBytes());
      return OptionalLong.of(new Input(digest).readLong());
    } catch (IOException e) {
      return OptionalLong.empty();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
