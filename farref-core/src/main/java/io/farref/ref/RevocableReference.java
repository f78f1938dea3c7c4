package io.farref.ref;

import io.farref.RRef;
import io.farref.Revocable;
import io.farref.WorkerLostException;
import io.farref.ref.guard.GuardRequest;
import org.jspecify.annotations.Nullable;

/** The implementation of {@link Revocable}: a reference to a revoker, and one to its forwarder. */
final class RevocableReference<T extends @Nullable Object> implements Revocable<T> {
  private final RRef<?> revoker;
  private final RRef<T> forwarder;
  private volatile boolean revoked;

  RevocableReference(RRef<?> revoker, RRef<T> forwarder) {
    this.revoker = revoker;
    this.forwarder = forwarder;
  }

  /** Makes a revocable reference to the same value. */
  static <T extends @Nullable Object> Revocable<T> of(RemoteReference<T> reference) {
    References references = reference.references();
    long limit = reference.timeoutNanos();
    RemoteReference<Object> revoker =
        references.chain(reference, GuardRequest.of(GuardRequest.Kind.REVOKER), limit);
    return new RevocableReference<>(
        revoker, references.chain(revoker, GuardRequest.of(GuardRequest.Kind.FORWARDER), limit));
  }

  @Override
  public RRef<T> rref() {
    return forwarder;
  }

  @Override
  public void revoke() {
    if (revoked) {
      return;
    }
    try {
      revoker.rpcSync(GuardRequest.of(GuardRequest.Kind.REVOKE));
    } catch (WorkerLostException e) {
      assert e.getMessage()
          != null; // the owner is lost, and its value with it: no worker has access
    }
    revoked = true;
  }

  @Override
  public boolean isRevoked() {
    return revoked;
  }

  @Override
  public void close() {
    revoker.close();
  }

  @Override
  public String toString() {
    return "Revocable[" + forwarder + (revoked ? ", revoked]" : "]");
  }
}
