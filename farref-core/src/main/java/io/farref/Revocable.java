package io.farref;

import org.jspecify.annotations.Nullable;

/**
 * A reference that whoever made it can cut off, wherever it has gone by then, and whatever was made
 * of it by {@link RRef#restrict} or {@link RRef#revocable}. Thread-safe. Not sendable: only its
 * reference is.
 *
 * <p>Cut off is the reference, not what was got through it: a shipped function can return the value
 * itself, or keep it. Who is not to be trusted gets a {@linkplain RRef#restrict restricted} one.
 *
 * <p>If nobody revokes, the reference works as long as any other, also after this was closed or its
 * worker was lost.
 *
 * @param <T> the value's type
 */
public interface Revocable<T extends @Nullable Object> extends AutoCloseable {
  /** The reference to pass on; always the same. Whoever holds it cannot revoke it. */
  RRef<T> rref();

  /**
   * Cuts the reference off and waits until the owner knows: from then on every use fails with a
   * {@link RefusedException} and is not executed. Calls that run go on. The value behind it is
   * freed if nothing else refers to it. Does nothing if it was done before, or the owner is lost.
   *
   * @throws RRefReleasedException if this was closed
   * @throws RpcException if the owner could not be told; then try again
   */
  void revoke();

  /** Whether {@link #revoke} has succeeded. */
  boolean isRevoked();

  /** Gives up the power to revoke. The reference stays as it is, and is not closed. */
  @Override
  void close();
}
