package io.farref.call.server;

import io.farref.Access;
import io.farref.Access.Kind;
import io.farref.Authorizer;
import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.call.CallPolicy;
import io.farref.call.NamedMethodCall;
import io.farref.call.PeerLookup;
import io.farref.call.SlotView;
import io.farref.call.SystemFunction;
import io.farref.codec.FunctionName;
import io.farref.wire.CallHead;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks the program's {@link Authorizer} which calls of other workers may run.
 *
 * @param worker the name of this worker, for messages
 */
public record CallAuthorization(String worker, Authorizer authorizer, PeerLookup directory)
    implements CallPolicy {
  @Override
  public @Nullable RefusedException objection(
      int caller,
      @Nullable Object function,
      boolean carriesCode,
      CallHead head,
      @Nullable Object value) {
    if (function instanceof SystemFunction
        && (!head.has(CallHead.TARGET) || value instanceof SlotView)) {
      return null;
    }
    try {
      Access access = access(caller, function, carriesCode, head, value);
      return authorizer.allows(access)
          ? null
          : new RefusedException(
              "worker '" + worker + "' does not authorize " + access, Execution.NOT_EXECUTED);
    } catch (RuntimeException e) {
      return new RefusedException(
          "worker '"
              + worker
              + "' could not find out whether worker '"
              + directory.name(caller)
              + "' is authorized: "
              + e,
          e,
          Execution.NOT_EXECUTED);
    }
  }

  private Access access(
      int caller,
      @Nullable Object function,
      boolean carriesCode,
      CallHead head,
      @Nullable Object value) {
    Kind kind = Kind.FETCH;
    String code = "";
    String method = "";
    if (function instanceof NamedMethodCall byName) {
      kind = Kind.METHOD;
      method = byName.method();
      method = method.contains("(") ? method.substring(0, method.indexOf('(')) : method;
    } else if (function != null) {
      kind = Kind.FUNCTION;
      FunctionName name = FunctionName.of(function);
      code = name.type();
      method = name.method();
    }
    Object called = SlotView.unwrap(value);
    Class<?> type = called == null ? Void.class : called.getClass();
    return new Access(
        directory.peer(caller),
        directory.certificate(caller),
        kind,
        code,
        method,
        carriesCode || kind == Kind.FUNCTION,
        head.has(CallHead.TARGET) ? Optional.of(type) : Optional.empty(),
        head.has(CallHead.CREATE));
  }
}
