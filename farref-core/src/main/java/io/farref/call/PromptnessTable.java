package io.farref.call;

import io.farref.exec.HintKey;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The {@linkplain Promptness hints} for all functions of this worker. Thread-safe. */
public final class PromptnessTable {
  private static final int MOST_METHODS = 10_000;

  private final ConcurrentMap<Object, Promptness> methods = new ConcurrentHashMap<>();
  private final Promptness otherMethods = new Promptness();
  private final ClassValue<Promptness> functions =
      new ClassValue<>() {
        @Override
        protected Promptness computeValue(Class<?> type) {
          return new Promptness();
        }
      };

  Promptness of(Object function) {
    if (function instanceof HintKey method) {
      Object key = method.hintKey();
      Promptness known = methods.get(key);
      if (known != null) {
        return known;
      }
      // The keys come from other workers, so their number is limited.
      return methods.size() < MOST_METHODS
          ? methods.computeIfAbsent(key, _ -> new Promptness())
          : otherMethods;
    }
    return functions.get(function.getClass());
  }
}
