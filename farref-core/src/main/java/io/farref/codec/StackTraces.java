package io.farref.codec;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Stack traces: a name that comes again in the same message costs two bytes. */
final class StackTraces {
  // Printing a trace leaves these out, but would not leave them out of a rebuilt one.
  private static final Set<String> BUILT_IN_LOADERS = Set.of("app", "platform", "boot");

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
    String loader = element.getClassLoaderName();
    String module = element.getModuleName();
    out.write(loader == null || BUILT_IN_LOADERS.contains(loader) ? null : loader);
    out.write(module);
    out.write(module == null || isJdk(module) ? null : element.getModuleVersion());
    out.write(element.getClassName());
    out.write(element.getMethodName());
    out.write(element.getFileName());
    out.out.writeZigZag(element.getLineNumber());
  }

  private static boolean isJdk(String module) {
    return module.startsWith("java.") || module.startsWith("jdk.");
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
