package io.farref;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@link ApiTest} prints. */
public abstract class ApiSample<T extends Number> {
  /** Seen. */
  public static final int LIMIT = 1;

  final int hidden = 1;

  /** Seen. */
  protected ApiSample(T t) {}

  /** Seen. */
  @SuppressWarnings("unchecked")
  protected abstract <R> List<? super R> all(@Nullable T t, R... more) throws IOException;

  /** Seen. */
  public @Nullable String name() {
    return null;
  }

  void hidden() {}

  /** Seen. */
  public record Inner(int x) implements Comparable<Inner> {
    @Override
    public int compareTo(Inner o) {
      return Integer.compare(x, o.x);
    }
  }

  /** Seen. */
  public enum Kind {
    /** Seen. */
    A,
    /** Seen. */
    B
  }
}
