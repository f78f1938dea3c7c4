package io.farref.exec;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The {@linkplain InlineHint hints} for all functions of this worker. Thread-safe. */
public final class InlineHints {
  private static final int MOST_METHODS = 10_000;

  private final ConcurrentMap<Object, InlineHint> methods = new ConcurrentHashMap<>();
  private final InlineHint otherMethods = new InlineHint();
  private final ClassValue<InlineHint> functions =
      new ClassValue<>() {
        @Override
        protected InlineHint computeValue(Class<?> type) {
          return new InlineHint();
        }
      };

  public InlineHint of(Object function) {
    if (function instanceof HintKey method) {
      Object key = method.hintKey();
      InlineHint known = methods.get(key);
      if (known != null) {
        return known;
      }
      // The keys come from other workers, so their number is limited.
      return methods.size() < MOST_METHODS
          ? methods.computeIfAbsent(key, _ -> new InlineHint())
          : otherMethods;
    }
    return functions.get(function.getClass());
  }
}
