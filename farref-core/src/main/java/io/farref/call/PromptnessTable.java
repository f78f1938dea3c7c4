package io.farref.call;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** What is known of how long functions take on this worker. Thread-safe. */
public final class PromptnessTable {
  private final ConcurrentMap<Object, Promptness> methods = new ConcurrentHashMap<>();
  private final ClassValue<Promptness> functions =
      new ClassValue<>() {
        @Override
        protected Promptness computeValue(Class<?> type) {
          return new Promptness();
        }
      };

  Promptness of(Object function) {
    if (function instanceof Flattening method) {
      return methods.computeIfAbsent(method.promptnessKey(), _ -> new Promptness());
    }
    return functions.get(function.getClass());
  }
}
