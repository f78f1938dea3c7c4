package io.farref.ref.lifetime;

/** A promise of the protocol that a simulated schedule broke. */
final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Violation(String message) {
    super(message, null, false, false); // millions are made, and their stacks are not needed
  }
}
