package io.farref.call;

import io.farref.exec.HintKey;

/**
 * A call of a method by its name. If its result is a {@link java.util.concurrent.CompletionStage},
 * the caller gets the value of that stage in every call style.
 */
public interface NamedMethodCall extends HintKey {
  /** The method: its name, or its name and the types of parameters and result. */
  default String method() {
    return hintKey().toString();
  }
}
