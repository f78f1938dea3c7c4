package io.farref.call;

/**
 * A function whose result, if it is a {@link java.util.concurrent.CompletionStage}, stands for the
 * value of that stage in every call style.
 */
public interface Flattening {
  /** The key under which its running time is remembered; equal for calls of the same method. */
  Object promptnessKey();

  /** The method: its name, or its name with the types of parameters and result. */
  default String method() {
    return promptnessKey().toString();
  }
}
