package io.farref.codec;

import org.jspecify.annotations.Nullable;

/** Stack traces: a name that comes again in the same message costs two bytes. */
final class StackTraces {
  private StackTraces() {}

  static void write(Encoder out, StackTraceElement[] trace) {
    out.out.writeVarInt(trace.length);
    for (StackTraceElement element : trace) {
      writeElement(out, element);
    }
  }

  static StackTraceElement[] read(Decoder in) {
    StackTraceElement[] trace = new StackTraceElement[in.readCount(7)];
    for (int i = 0; i < trace.length; i++) {
      trace[i] = readElement(in);
    }
    return trace;
  }

  static void writeElement(Encoder out, StackTraceElement element) {
    // The JVM leaves its own loaders' names out when it prints a trace; a rebuilt element would
    // not.
    String loader = element.getClassLoaderName();
    out.write("app".equals(loader) || "platform".equals(loader) ? null : loader);
    out.write(element.getModuleName());
    out.write(element.getModuleVersion());
    out.write(element.getClassName());
    out.write(element.getMethodName());
    out.write(element.getFileName());
    out.out.writeZigZag(element.getLineNumber());
  }

  static StackTraceElement readElement(Decoder in) {
    @Nullable String loader = in.readNullable(String.class);
    @Nullable String module = in.readNullable(String.class);
    @Nullable String version = in.readNullable(String.class);
    return new StackTraceElement(
        loader,
        module,
        version,
        in.read(String.class),
        in.read(String.class),
        in.readNullable(String.class),
        in.readZigZagInt());
  }
}
