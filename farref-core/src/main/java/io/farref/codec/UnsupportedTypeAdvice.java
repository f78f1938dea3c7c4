package io.farref.codec;

import io.farref.Worker;
import java.io.Closeable;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ref.Reference;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Channel;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.random.RandomGenerator;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;

/** Advice about a class that cannot travel: what its user can do instead. */
final class UnsupportedTypeAdvice {
  /** When nothing better is known. */
  static final String GENERAL =
      "make the field transient, send an RRef to it, or register a ValueCodec for it";

  private static final String STAYS = "it belongs to this JVM; ";

  private UnsupportedTypeAdvice() {}

  /** One clause about a class of the JDK. */
  static String about(Class<?> type) {
    String specific = aboutKind(type);
    if (specific != null) {
      return specific;
    }
    if (is(type, Map.Entry.class)) {
      return "which belongs to its map; send a copy of it, Map.Entry.copyOf(entry)";
    }
    if (is(type, Collection.class) || is(type, Map.class)) {
      return "which is a view of another object, or private to the JDK; send a copy of it, such as"
          + " new ArrayList<>(view), List.copyOf(view) or new TreeMap<>(view)";
    }
    return "whose state is private to the JDK; " + GENERAL;
  }

  /** One clause about a class of a kind that can never travel, of the JDK or not; else null. */
  static @Nullable String aboutKind(Class<?> type) {
    if (is(type, Worker.class)) {
      return STAYS + "use Worker.current() in the function, or send a Peer";
    }
    if (is(type, CompletionStage.class) || is(type, Future.class)) {
      return "a future completes where it was made; use rpcCompose to return its value, or send"
          + " the value once it is there";
    }
    if (is(type, Thread.class) || is(type, Executor.class)) {
      return STAYS + "let the receiver use its own threads, or make the field transient";
    }
    if (is(type, ClassLoader.class)) {
      return STAYS + "both workers load the same classes by themselves";
    }
    if (is(type, Socket.class)
        || is(type, ServerSocket.class)
        || is(type, Channel.class)
        || is(type, InputStream.class)
        || is(type, OutputStream.class)
        || is(type, Closeable.class)) {
      return STAYS + "keep it here and send an RRef to it (worker.rref(...)), or send its contents";
    }
    if (is(type, Lock.class) || is(type, Condition.class) || is(type, ReadWriteLock.class)) {
      return STAYS + "make the field transient and send an RRef to the object that is locked";
    }
    if (is(type, ThreadLocal.class) || is(type, Reference.class)) {
      return STAYS + "make the field transient";
    }
    if (is(type, BaseStream.class) || is(type, Iterator.class)) {
      return "it can be used once and here only; collect it into a list first";
    }
    if (is(type, RandomGenerator.class)) {
      return "its state is private; send a seed";
    }
    return null;
  }

  private static boolean is(Class<?> type, Class<?> kind) {
    return kind.isAssignableFrom(type);
  }
}
