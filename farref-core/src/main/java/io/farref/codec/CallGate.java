package io.farref.codec;

/**
 * Decides whether a call is read to its end. It is asked when it is known what the call is for, and
 * nothing that the call carries has been read: no argument, and no value that a function captured.
 */
@FunctionalInterface
public interface CallGate {
  /**
   * Lets a call through, or not.
   *
   * @throws NotAdmittedException if the call must not be read any further
   */
  void admit(Called called);
}
