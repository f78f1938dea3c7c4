package io.farref.codec;

import io.farref.RefusedException;
import io.farref.RemoteFailureException;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import java.util.List;

/** Copies of {@link RemoteFailureException}s, whose constructor always says that the code ran. */
public final class RemoteFailures {
  private RemoteFailures() {}

  /** The same failure, of a call that got that far; without suppressed ones and stack trace. */
  public static RemoteFailureException with(RemoteFailureException failure, Execution execution) {
    RemoteFailureException copy = ThrowableText.copy(failure);
    RpcException model = new RefusedException("", execution);
    Fields.OF_EVERY_FAILURE.forEach(field -> field.copy(model, copy));
    if (failure.getCause() != null) {
      copy.initCause(failure.getCause());
    }
    return copy;
  }

  private static final class Fields {
    static final List<FieldAccess> OF_EVERY_FAILURE =
        FieldAccess.of(RpcException.class, RuntimeException.class);
  }
}
