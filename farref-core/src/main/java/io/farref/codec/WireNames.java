package io.farref.codec;

import io.farref.ConnectionInfo;
import io.farref.EncodingException;
import io.farref.JoinException;
import io.farref.LeakReport;
import io.farref.Limits;
import io.farref.OwnedValue;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.RRefReleasedException;
import io.farref.RefusedException;
import io.farref.RemoteCallable;
import io.farref.RemoteConsumer;
import io.farref.RemoteFailureException;
import io.farref.RemoteFunction;
import io.farref.RemoteRunnable;
import io.farref.RpcCancelledException;
import io.farref.RpcException;
import io.farref.RpcTimeoutException;
import io.farref.UnknownMethodException;
import io.farref.UnknownPeerException;
import io.farref.WorkerClosedException;
import io.farref.WorkerLostException;
import io.farref.WorkerStats;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fixed names under which types of the public API travel, so that renaming or moving a class
 * changes no byte of the protocol. A class of a higher layer has its name from its {@link
 * LibraryCodec}; every other class has the one it has in Java. A wire name begins with a dot, as no
 * class's name does. It never changes, and is never used again for something else.
 */
public final class WireNames {
  private static final Map<String, Class<?>> API =
      Map.ofEntries(
          // Functions and references; their instances have tags or definitions of their own.
          Map.entry(".function", RemoteFunction.class),
          Map.entry(".consumer", RemoteConsumer.class),
          Map.entry(".callable", RemoteCallable.class),
          Map.entry(".runnable", RemoteRunnable.class),
          Map.entry(".reference", RRef.class),
          Map.entry(".peer", Peer.class),
          // Reports of a worker about itself.
          Map.entry(".connection-info", ConnectionInfo.class),
          Map.entry(".leak-report", LeakReport.class),
          Map.entry(".limits", Limits.class),
          Map.entry(".owned-value", OwnedValue.class),
          Map.entry(".worker-stats", WorkerStats.class),
          // Failures.
          Map.entry(".error", RpcException.class),
          Map.entry(".execution", RpcException.Execution.class),
          Map.entry(".cancelled-error", RpcCancelledException.class),
          Map.entry(".closed-error", WorkerClosedException.class),
          Map.entry(".encoding-error", EncodingException.class),
          Map.entry(".join-error", JoinException.class),
          Map.entry(".lost-error", WorkerLostException.class),
          Map.entry(".refused-error", RefusedException.class),
          Map.entry(".released-error", RRefReleasedException.class),
          Map.entry(".remote-error", RemoteFailureException.class),
          Map.entry(".timeout-error", RpcTimeoutException.class),
          Map.entry(".unknown-method-error", UnknownMethodException.class),
          Map.entry(".unknown-peer-error", UnknownPeerException.class));

  private static final Map<String, String> BY_CLASS_NAME = new HashMap<>();

  static {
    API.forEach((wireName, type) -> BY_CLASS_NAME.put(type.getName(), wireName));
  }

  private WireNames() {}

  /** The types of the public API that have a wire name, by that name. */
  public static Map<String, Class<?>> api() {
    return API;
  }

  /** Whether a type of the public API may travel, or be named, under a name of its own. */
  static boolean has(Class<?> type) {
    return BY_CLASS_NAME.containsKey(type.getName());
  }

  /**
   * The name on the wire of a class.
   *
   * @param className as {@link Class#getName} returns it; for an array also
   */
  static String encode(String className) {
    return translate(className, BY_CLASS_NAME.get(elementName(className)));
  }

  /** The name in Java of a class that was named on the wire. */
  static String decode(String wireName) {
    Class<?> type = API.get(elementName(wireName));
    return translate(wireName, type == null ? null : type.getName());
  }

  /** Whether this is the name of something of the library's, known here or not. */
  static boolean isOurs(String wireName) {
    return wireName.startsWith(".");
  }

  /** A type in the description of a field: its name as people write it. */
  static String describe(Class<?> type) {
    return type.isArray()
        ? describe(type.getComponentType()) + "[]"
        : BY_CLASS_NAME.getOrDefault(type.getName(), type.getTypeName());
  }

  private static String elementName(String name) {
    int dimensions = name.lastIndexOf('[') + 1;
    return dimensions > 0 && name.endsWith(";") && name.startsWith("L", dimensions)
        ? name.substring(dimensions + 1, name.length() - 1)
        : name;
  }

  private static String translate(String name, @Nullable String other) {
    if (other == null) {
      return name;
    }
    int dimensions = name.lastIndexOf('[') + 1;
    return dimensions == 0 ? other : name.substring(0, dimensions) + "L" + other + ";";
  }
}
