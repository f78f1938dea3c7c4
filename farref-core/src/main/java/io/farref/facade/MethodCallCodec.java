package io.farref.facade;

import io.farref.EncodingException;
import io.farref.RpcException.Execution;
import io.farref.codec.CallCodec;
import io.farref.codec.CallReader;
import io.farref.codec.CallWriter;
import io.farref.codec.Called;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A byte of kind, which also says whether there are functions among the arguments, the method as a
 * symbol, the number of arguments, the arguments. A repeated call costs some four bytes and its
 * arguments.
 */
final class MethodCallCodec implements CallCodec<MethodCall> {
  private static final int BY_NAME = 4;
  private static final int FUNCTIONS = 8;
  private static final @Nullable Object[] NO_ARGUMENTS = {};

  /**
   * The array grows from this size, so that a count of more arguments than follow costs no memory.
   */
  private static final int USUAL_ARGUMENTS = 16;

  @Override
  public String wireName() {
    return ".call";
  }

  @Override
  public Class<MethodCall> type() {
    return MethodCall.class;
  }

  @Override
  public void writeCall(MethodCall call, CallWriter out) {
    out.writeByte(call.mode().code | (call.byName() ? BY_NAME : 0), FUNCTIONS);
    out.writeSymbol(call.method());
    @Nullable Object[] arguments = call.arguments();
    out.writeInt(arguments.length);
    for (int i = 0; i < arguments.length; i++) {
      out.writeValue("argument " + i, arguments[i]);
    }
  }

  @Override
  public MethodCall readCall(CallReader in) {
    int kind = in.readByte();
    MethodCall.Mode mode = MethodCall.Mode.of(kind & ~(BY_NAME | FUNCTIONS));
    if (mode == null) {
      throw new EncodingException("no kind of method call: " + kind, Execution.NOT_EXECUTED);
    }
    String method = in.readSymbol();
    in.admit(new Called.Method(method, (kind & FUNCTIONS) != 0));
    return new MethodCall(mode, (kind & BY_NAME) != 0, method, readArguments(in));
  }

  private static @Nullable Object[] readArguments(CallReader in) {
    int count = in.readInt();
    if (count < 0) {
      throw new EncodingException(
          "a method call with " + count + " arguments", Execution.NOT_EXECUTED);
    }
    if (count == 0) {
      return NO_ARGUMENTS;
    }
    @Nullable Object[] arguments = new @Nullable Object[Math.min(count, USUAL_ARGUMENTS)];
    for (int i = 0; i < count; i++) {
      if (i == arguments.length) {
        arguments = Arrays.copyOf(arguments, (int) Math.min(count, 2L * i));
      }
      arguments[i] = in.readValue();
    }
    return arguments;
  }
}
