package io.farref.call;

/**
 * A function whose result, if it is a {@link java.util.concurrent.CompletionStage}, stands for the
 * value of that stage in every call style.
 */
public interface Flattening {
  /** What its time of running is remembered by; equal for calls of the same method. */
  Object promptnessKey();

  /** What is called: a name, or a name and the types of parameters and result. */
  default String method() {
    return promptnessKey().toString();
  }
}
