package io.farref.call;

import io.farref.RRef;

/** A reference that makes calls again, by a policy of its own. */
public interface Retried {
  /** The same, with calls that may run twice without harm. */
  RRef<?> idempotently();
}
