package io.farref.call.server;

import io.farref.Access;
import io.farref.Access.Kind;
import io.farref.Authorizer;
import io.farref.RefusedException;
import io.farref.RpcException.Execution;
import io.farref.call.CallPolicy;
import io.farref.call.PeerLookup;
import io.farref.codec.Called;
import io.farref.wire.CallHead;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the program's {@link Authorizer} which code of other workers may run.
 *
 * @param worker the name of this worker, for messages
 */
public record CallAuthorization(String worker, Authorizer authorizer, PeerLookup directory)
    implements CallPolicy {
  @Override
  public @Nullable RefusedException objection(
      int caller, Called called, CallHead head, @Nullable Object value) {
    return called instanceof Called.Library
        ? null
        : objection(caller, Execution.NOT_EXECUTED, () -> access(caller, called, head, value));
  }

  @Override
  public @Nullable RefusedException objectionToFunctionsOf(int callee) {
    return objection(
        callee,
        Execution.EXECUTED,
        () -> access(callee, Kind.RESULT, "", "", true, Optional.empty(), false));
  }

  private @Nullable RefusedException objection(
      int asking, Execution execution, Supplier<Access> question) {
    try {
      Access access = question.get();
      return authorizer.allows(access)
          ? null
          : new RefusedException("worker '" + worker + "' does not authorize " + access, execution);
    } catch (RuntimeException e) {
      return new RefusedException(
          "worker '"
              + worker
              + "' could not find out whether worker '"
              + directory.name(asking)
              + "' is authorized: "
              + e,
          e,
          execution);
    }
  }

  private Access access(int caller, Called called, CallHead head, @Nullable Object value) {
    Class<?> type = value == null ? Void.class : value.getClass();
    Optional<Class<?>> target = head.has(CallHead.TARGET) ? Optional.of(type) : Optional.empty();
    boolean creates = head.has(CallHead.CREATE);
    return switch (called) {
      case Called.Function(String code, String method) ->
          access(caller, Kind.FUNCTION, code, method, true, target, creates);
      case Called.Method(String name, boolean functions) ->
          access(caller, Kind.METHOD, "", withoutTypes(name), functions, target, creates);
      case Called.Value() -> access(caller, Kind.FETCH, "", "", false, target, creates);
      case Called.Library() -> throw new IllegalArgumentException("asks nobody");
    };
  }

  private Access access(
      int caller,
      Kind kind,
      String code,
      String method,
      boolean carriesCode,
      Optional<Class<?>> target,
      boolean creates) {
    return new Access(
        directory.peer(caller),
        directory.certificate(caller),
        kind,
        code,
        method,
        carriesCode,
        target,
        creates);
  }

  private static String withoutTypes(String method) {
    int types = method.indexOf('(');
    return types < 0 ? method : method.substring(0, types);
  }
}
