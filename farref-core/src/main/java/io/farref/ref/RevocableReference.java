package io.farref.ref;

import io.farref.RRef;
import io.farref.Revocable;
import io.farref.WorkerLostException;
import io.farref.ref.guard.GuardRequest;
import org.jspecify.annotations.Nullable;

/** {@link Revocable}: a reference to a revoker, and one that leads through it. */
final class RevocableReference<T extends @Nullable Object> implements Revocable<T> {
  private final RRef<?> gate;
  private final RRef<T> passage;
  private volatile boolean revoked;

  RevocableReference(RRef<?> gate, RRef<T> passage) {
    this.gate = gate;
    this.passage = passage;
  }

  /** Makes one of the same value. */
  static <T extends @Nullable Object> Revocable<T> of(RemoteReference<T> reference) {
    References references = reference.references();
    long limit = reference.timeoutNanos();
    RemoteReference<Object> gate =
        references.chain(reference, GuardRequest.of(GuardRequest.Kind.GATE), limit);
    return new RevocableReference<>(
        gate, references.chain(gate, GuardRequest.of(GuardRequest.Kind.PASSAGE), limit));
  }

  @Override
  public RRef<T> rref() {
    return passage;
  }

  @Override
  public void revoke() {
    if (revoked) {
      return;
    }
    try {
      gate.rpcSync(GuardRequest.of(GuardRequest.Kind.REVOKE));
    } catch (WorkerLostException e) {
      assert e.getMessage() != null; // the owner is lost, and its value with it: nobody has access
    }
    revoked = true;
  }

  @Override
  public boolean isRevoked() {
    return revoked;
  }

  @Override
  public void close() {
    gate.close();
  }

  @Override
  public String toString() {
    return "Revocable[" + passage + (revoked ? ", revoked]" : "]");
  }
}
