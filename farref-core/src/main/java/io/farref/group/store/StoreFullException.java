package io.farref.group.store;

/** A user of a hosted store may not keep so much in it; the message says what the limit is. */
final class StoreFullException extends Exception {
  private static final long serialVersionUID = 1L;

  StoreFullException(String message) {
    super(message, null, false, false);
  }
}
