package io.farref.call.server;

import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.call.CallRuntime;
import io.farref.call.IncomingMessage;
import io.farref.call.SystemFunction;
import io.farref.codec.CallGate;
import io.farref.codec.Called;
import io.farref.wire.CallHead;
import org.jspecify.annotations.Nullable;

/** Reads the function of a call from its body. */
final class FunctionReader {
  private FunctionReader() {}

  /**
   * Reads it, after the gate has let the call through.
   *
   * @return null with {@link CallHead#FETCH}
   */
  static @Nullable Object read(
      CallRuntime runtime,
      CallHead head,
      IncomingMessage message,
      Input body,
      @Nullable CallGate gate) {
    if (head.has(CallHead.FETCH)) {
      if (gate != null) {
        gate.admit(new Called.Value());
      }
      return null;
    }
    boolean decoded = false;
    try {
      message.checkFits();
      Object function = runtime.codec().readCall(body, message, gate);
      if (head.has(CallHead.SYSTEM) && !(function instanceof SystemFunction)) {
        throw new MalformedException("a function of a program as a call of the library");
      }
      decoded = true;
      return function;
    } finally {
      message.end(decoded);
    }
  }
}
