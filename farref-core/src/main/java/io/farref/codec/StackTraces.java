package io.farref.codec;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Stack traces: a name that comes again in the same message costs two bytes. The format is private:
 * it says which parts of an element are printed.
 */
final class StackTraces {
  private static final SerialLevel ELEMENT = SerialLevel.of(StackTraceElement.class);
  private static final int LINE = ELEMENT.indexOf("lineNumber");
  private static final int FORMAT = ELEMENT.indexOf("format");
  private static final int[] NAMES = {
    ELEMENT.indexOf("classLoaderName"),
    ELEMENT.indexOf("moduleName"),
    ELEMENT.indexOf("moduleVersion"),
    ELEMENT.indexOf("declaringClass"),
    ELEMENT.indexOf("methodName"),
    ELEMENT.indexOf("fileName")
  };

  private StackTraces() {}

  static void write(Encoder out, StackTraceElement[] trace) {
    out.out.writeVarInt(trace.length);
    for (StackTraceElement element : trace) {
      writeElement(out, element);
    }
  }

  static StackTraceElement[] read(Decoder in) {
    StackTraceElement[] trace = new StackTraceElement[in.readCount(8)];
    for (int i = 0; i < trace.length; i++) {
      trace[i] = readElement(in);
    }
    return trace;
  }

  /** What is shown of a trace; a throwable without one has an element that says so. */
  static StackTraceElement[] shown(StackTraceElement[] trace) {
    boolean none = trace.length == 1 && trace[0].getLineNumber() == Integer.MIN_VALUE;
    return none ? new StackTraceElement[0] : trace;
  }

  static void writeElement(Encoder out, StackTraceElement element) {
    @Nullable Object[] items = ELEMENT.write(element).items();
    for (int name : NAMES) {
      out.write(items[name]);
    }
    out.out.writeZigZag(element.getLineNumber());
    out.out.writeByte((Byte) Objects.requireNonNull(items[FORMAT]));
  }

  static StackTraceElement readElement(Decoder in) {
    @Nullable Object[] items = new Object[ELEMENT.fields().length];
    for (int name : NAMES) {
      items[name] = in.readNullable(String.class);
    }
    items[LINE] = in.readZigZagInt();
    items[FORMAT] = in.in.readByte();
    StackTraceElement element = new StackTraceElement("", "", null, 0);
    ELEMENT.read(element, items);
    return element;
  }
}
