package app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.farref.Idempotent;
import io.farref.Limits;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.RefusedException;
import io.farref.RemoteFunction;
import io.farref.RemoteRunnable;
import io.farref.Retry;
import io.farref.Revocable;
import io.farref.RpcException.Execution;
import io.farref.UnknownMethodException;
import io.farref.Worker;
import io.farref.spi.Link;
import io.farref.spi.Transport;
import io.farref.testkit.LocalGroup;
import io.farref.testkit.NoLeaks;
import io.farref.transport.InProcessTransport;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Renaming a class of the library changes no byte of the protocol: a program outside its packages
 * uses all of it, and no frame has the name of a class of the library. The wire names are in
 * docs/protocol.md.
 */
@ExtendWith(NoLeaks.class)
class WireNamesTest {
  private static final byte REPLY = 10;
  private static final int THROWN_OR_REFUSED = 3;

  private final List<Recording> recordings = new CopyOnWriteArrayList<>();

  /** The bytes that went through one link, in each direction. */
  private record Recording(ByteArrayOutputStream written, ByteArrayOutputStream read) {}

  /** The value behind the references. */
  static class Counter {
    private int count;

    /** Adds to it. */
    public int add(int more) {
      count += more;
      return count;
    }
  }

  /** A facade of it. */
  interface Adding {
    @Idempotent
    int add(int more);

    default int twice(int more) {
      return add(more) + add(more);
    }

    default RRef<Integer> remoteSum(int more) {
      throw new UnsupportedOperationException("nothing behind " + more);
    }
  }

  record Holder(RRef<Counter> counter, Peer peer, RemoteRunnable<?>[] jobs, List<Class<?>> types) {}

  @Test
  void noFrameHasTheNameOfAClassOfTheLibrary() {
    LocalGroup group =
        LocalGroup.builder().transport(recording(new InProcessTransport())).start("a", "b");
    try (group) {
      use(group.worker("a"), group.worker("b"));
    }
    StringBuilder all = new StringBuilder();
    for (Recording each : recordings) {
      for (byte[] frame : frames(each)) {
        String text = new String(frame, StandardCharsets.ISO_8859_1);
        all.append(text);
        boolean hasStackTrace = frame[0] == REPLY && (frame[1] & THROWN_OR_REFUSED) != 0;
        if (!hasStackTrace) { // which has the names of classes, for people
          assertThat(text).doesNotContain("io.farref", "io/farref");
        }
      }
    }
    assertThat(all)
        .contains(".call", ".no-method", ".at-most-once", ".guard", ".barrier", ".echo")
        .contains(".callable", ".function", ".consumer", ".runnable", ".reference", ".peer")
        .contains(".worker-stats", ".connection-info", ".owned-value", ".limits")
        .contains(".refused-error", ".unknown-method-error", ".error.", ".execution")
        .contains("app.WireNamesTest");
  }

  private static void use(Worker a, Worker b) {
    Peer peer = a.peer("b");
    peer.runSync(() -> {});
    assertThat(peer.rpcSync(() -> 1)).isEqualTo(1);
    assertThat(peer.rpcSync(() -> List.of(Worker.current().stats())).getFirst().valuesOwned())
        .isZero();
    assertThat(peer.rpcSync(() -> Worker.current().connections())).isNotEmpty();
    assertThat(peer.<Object, RuntimeException>rpcSync(() -> Limits.DEFAULT))
        .isEqualTo(Limits.DEFAULT);
    assertThat(peer.retrying(Retry.DEFAULT.withAttempts(3)).rpcSync(() -> 2)).isEqualTo(2);
    Throwable thrown =
        catchThrowable(
            () ->
                peer.rpcSync(
                    () -> {
                      throw new RefusedException("not this", Execution.EXECUTED);
                    }));
    assertThat(thrown).isInstanceOf(RefusedException.class);
    try (RRef<Counter> counter = peer.remote(Counter::new);
        RRef<Adding> restricted = counter.restrict(Adding.class);
        Revocable<Counter> revocable = counter.revocable()) {
      assertThat(peer.rpcSync(() -> Worker.current().ownedValues())).isNotEmpty();
      counter.runSync(c -> c.add(1));
      assertThat(counter.<Integer, RuntimeException>rpcSync(c -> c.add(1))).isEqualTo(2);
      assertThat(counter.as(Adding.class).twice(1)).isEqualTo(7);
      assertThat(catchThrowable(() -> counter.as(Adding.class).remoteSum(1)))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThat(catchThrowable(() -> counter.call("subtract", 1)))
          .isInstanceOf(UnknownMethodException.class);
      assertThat(catchThrowable(() -> restricted.runSync(c -> c.add(1))))
          .isInstanceOf(RefusedException.class);
      counter.retrying(Retry.DEFAULT.withAttempts(3)).call("add", 1);
      revocable.rref().call("add", 1);
      revocable.revoke();
      Holder holder =
          new Holder(
              counter, peer, new RemoteRunnable<?>[0], List.of(RRef.class, RemoteFunction[].class));
      Holder copy = peer.rpcSync(() -> holder);
      assertThat(copy.types()).isEqualTo(holder.types());
      copy.counter().close();
      CompletableFuture<Void> other = CompletableFuture.runAsync(b::barrier);
      a.barrier();
      other.join();
    }
  }

  /** A transport that records the bytes of each link, on the side that dials. */
  private Transport recording(Transport below) {
    return proxy(
        Transport.class,
        (method, arguments) -> {
          Object result = method.invoke(below, arguments);
          return method.getName().equals("connect") ? recorded((Link) result) : result;
        });
  }

  private Link recorded(Link below) {
    Recording recording = new Recording(new ByteArrayOutputStream(), new ByteArrayOutputStream());
    recordings.add(recording);
    return proxy(
        Link.class,
        (method, arguments) -> {
          List<ByteBuffer> before = new ArrayList<>();
          if (arguments != null && arguments[0] instanceof ByteBuffer dst) {
            before.add(dst);
          } else if (arguments != null && arguments[0] instanceof ByteBuffer[] srcs) {
            before.addAll(
                List.of(srcs).subList((int) arguments[1], (int) arguments[1] + (int) arguments[2]));
          }
          List<Integer> starts = before.stream().map(ByteBuffer::position).toList();
          Object result = method.invoke(below, arguments);
          ByteArrayOutputStream to =
              method.getName().equals("read") ? recording.read : recording.written;
          for (int i = 0; i < starts.size(); i++) {
            ByteBuffer moved = before.get(i).duplicate().flip().position(starts.get(i));
            byte[] bytes = new byte[moved.remaining()];
            moved.get(bytes);
            to.writeBytes(bytes);
          }
          return result;
        });
  }

  /** Kind and payload of each frame that was sent, in both directions. */
  private static List<byte[]> frames(Recording recording) {
    List<byte[]> frames = new ArrayList<>();
    for (ByteArrayOutputStream each : List.of(recording.written, recording.read)) {
      ByteBuffer bytes = ByteBuffer.wrap(each.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
      while (bytes.hasRemaining()) {
        byte[] frame = new byte[bytes.getInt()];
        bytes.get(frame);
        frames.add(frame);
      }
    }
    return frames;
  }

  private interface Invocation {
    Object invoke(Method method, Object[] arguments) throws ReflectiveOperationException;
  }

  private static <T> T proxy(Class<T> type, Invocation invocation) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              try {
                return invocation.invoke(method, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
