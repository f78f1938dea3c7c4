package io.farref.ref.lifetime;

/** What a simulated schedule did wrong. */
final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Violation(String message) {
    super(message, null, false, false); // millions are made; nobody reads their stacks
  }
}
