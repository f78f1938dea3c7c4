package io.farref;

import org.jspecify.annotations.Nullable;

/**
 * The right to revoke a reference: to cut it off wherever it has been passed on to, with all
 * references made from it by {@link RRef#restrict} or {@link RRef#revocable}. Thread-safe. It
 * cannot travel; only its {@linkplain #rref() reference} can.
 *
 * <p>Revoking ends the use of the reference, not of objects obtained through it: a shipped function
 * can return the value itself, or keep it. For a holder that is not trusted, {@linkplain
 * RRef#restrict restrict} the reference first.
 *
 * <p>A reference that is not revoked works as long as any other, also after this object was closed
 * or its worker was lost.
 *
 * @param <T> the value's type
 */
public interface Revocable<T extends @Nullable Object> extends AutoCloseable {
  /** The reference to pass on; always the same. A worker that holds only it cannot revoke it. */
  RRef<T> rref();

  /**
   * Revokes the reference and waits until the owner knows: from then on every use fails with a
   * {@link RefusedException} and is not executed. Calls that run already continue. The value is
   * freed if nothing else refers to it. Does nothing if it was revoked before, or the owner is
   * lost.
   *
   * @throws RRefReleasedException if this object was closed
   * @throws RpcException if the owner could not be told; then try again
   */
  void revoke();

  /** Whether {@link #revoke} has succeeded. */
  boolean isRevoked();

  /** Gives up the right to revoke. The reference stays as it is, and is not closed. */
  @Override
  void close();
}
