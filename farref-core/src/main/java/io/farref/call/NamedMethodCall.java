package io.farref.call;

import io.farref.exec.HintKey;

/**
 * A function whose result, if it is a {@link java.util.concurrent.CompletionStage}, stands for the
 * value of that stage in every call style.
 */
public interface NamedMethodCall extends HintKey {
  /** What is called: a name, or a name and the types of parameters and result. */
  default String method() {
    return hintKey().toString();
  }
}
