package io.farref.facade;

import io.farref.RpcException.Execution;
import io.farref.UnknownMethodException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The text by which a facade names a method to the owner: {@code add(int,java.lang.String):long}.
 *
 * <p>A parameter whose type is a type variable that the facade leaves open is written with a star,
 * {@code put(*java.lang.Object)}: the owner uses the type of the argument.
 *
 * @param result the name of the type that the facade's method returns; empty if any type will do
 */
record Signature(String name, List<Parameter> parameters, String result) {

  /** A parameter's erased type, and whether it stands for a type variable. */
  record Parameter(String type, boolean open) {
    @Override
    public String toString() {
      return open ? "*" + type : type;
    }
  }

  Signature {
    parameters = List.copyOf(parameters);
  }

  /**
   * Reads the text that {@link #toString} wrote.
   *
   * @throws UnknownMethodException if the text is no signature
   */
  static Signature parse(String text) {
    int open = text.indexOf('(');
    int close = text.lastIndexOf(')');
    boolean hasResult = close >= 0 && text.startsWith(":", close + 1);
    if (open <= 0 || close < open || (close + 1 < text.length() && !hasResult)) {
      throw new UnknownMethodException(
          "'" + text + "' does not name a method", Execution.NOT_EXECUTED);
    }
    List<Parameter> parameters = new ArrayList<>();
    for (int start = open + 1; start < close; ) {
      int comma = text.indexOf(',', start);
      int end = comma < 0 || comma > close ? close : comma;
      boolean isOpen = text.charAt(start) == '*';
      parameters.add(new Parameter(text.substring(isOpen ? start + 1 : start, end), isOpen));
      start = end + 1;
    }
    String result = hasResult ? text.substring(close + 2) : "";
    return new Signature(text.substring(0, open), parameters, result);
  }

  /** The name and the erased parameter types: {@code add(int,java.lang.String)}. */
  String erased() {
    return parameters.stream()
        .map(Parameter::type)
        .collect(Collectors.joining(",", name + "(", ")"));
  }

  @Override
  public String toString() {
    String call =
        parameters.stream()
            .map(Parameter::toString)
            .collect(Collectors.joining(",", name + "(", ")"));
    return result.isEmpty() ? call : call + ":" + result;
  }
}
