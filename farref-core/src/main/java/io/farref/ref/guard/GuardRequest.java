package io.farref.ref.guard;

import io.farref.EncodingException;
import io.farref.RefusedException;
import io.farref.RemoteFunction;
import io.farref.RpcException.Execution;
import io.farref.call.SystemFunction;
import io.farref.codec.CallCodec;
import io.farref.codec.CallReader;
import io.farref.codec.CallWriter;
import io.farref.codec.Called;
import io.farref.ref.lifetime.LifetimeTable;
import io.farref.ref.lifetime.OwnerEntry;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request to the slot of a value, not to the value: to put a guard in front of it. Every holder
 * may send it, whatever its reference allows, because a guard only ever takes access away.
 */
public final class GuardRequest
    implements RemoteFunction<@Nullable Object, @Nullable Object, RuntimeException>,
        SystemFunction {
  private static final long serialVersionUID = 1L;

  /** The requested operation. */
  public enum Kind {
    RESTRICT,
    REVOKER,
    FORWARDER,
    REVOKE
  }

  private final Kind kind;
  private final @Nullable Class<?> facade;

  private GuardRequest(Kind kind, @Nullable Class<?> facade) {
    this.kind = kind;
    this.facade = facade;
  }

  public static GuardRequest of(Kind kind) {
    return new GuardRequest(kind, null);
  }

  public static GuardRequest restrict(Class<?> facade) {
    return new GuardRequest(Kind.RESTRICT, facade);
  }

  /** The slot of a value, as the target of such a request. */
  record Slot(LifetimeTable table, OwnerEntry entry) {}

  @Override
  public @Nullable Object apply(@Nullable Object target) {
    if (!(target instanceof Slot(LifetimeTable table, OwnerEntry entry))) {
      throw new IllegalStateException("a guard can only be put in front of a value in its slot");
    }
    Object value = ValueSlot.of(entry).valueOrNull();
    return value instanceof Revoker revoker
        ? ofRevoker(revoker, table, entry)
        : ofValue(value, table, entry);
  }

  private @Nullable Object ofRevoker(Revoker revoker, LifetimeTable table, OwnerEntry entry) {
    return switch (kind) {
      case FORWARDER -> new RevocableForwarder(table, entry, revoker);
      case REVOKE -> {
        revoker.release();
        yield null;
      }
      case RESTRICT, REVOKER -> throw impossible(revoker);
    };
  }

  private Guard ofValue(@Nullable Object value, LifetimeTable table, OwnerEntry entry) {
    return switch (kind) {
      case RESTRICT -> new Restriction(table, entry, Objects.requireNonNull(facade));
      case REVOKER -> new Revoker(table, entry);
      case FORWARDER, REVOKE -> throw impossible(value);
    };
  }

  private RefusedException impossible(@Nullable Object value) {
    return new RefusedException(
        kind + " cannot be asked of " + Guard.describe(value), Execution.NOT_EXECUTED);
  }

  @Override
  public String toString() {
    return kind.toString();
  }

  /** One byte for the kind; for RESTRICT also the class. */
  public static final class Codec implements CallCodec<GuardRequest> {
    private static final Kind[] KINDS = Kind.values();

    @Override
    public String wireName() {
      return ".guard";
    }

    @Override
    public Class<GuardRequest> type() {
      return GuardRequest.class;
    }

    @Override
    public void writeCall(GuardRequest call, CallWriter out) {
      out.writeByte(call.kind.ordinal());
      if (call.kind == Kind.RESTRICT) {
        out.writeValue("facade", call.facade);
      }
    }

    @Override
    public GuardRequest readCall(CallReader in) {
      in.admit(new Called.Library());
      int code = in.readByte();
      if (code < 0 || code >= KINDS.length) {
        throw new EncodingException("no kind of guard: " + code, Execution.NOT_EXECUTED);
      }
      if (KINDS[code] != Kind.RESTRICT) {
        return of(KINDS[code]);
      }
      // No rule is asked about a guard, so nothing may be read here that could run code.
      Class<?> facade = in.readClassValue();
      if (facade.isInterface()) {
        return restrict(facade);
      }
      throw new EncodingException("a restriction to no interface", Execution.NOT_EXECUTED);
    }
  }
}
