package io.farref.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.EncodingException;
import io.farref.RefusedException;
import io.farref.RemoteCallable;
import io.farref.RpcException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.util.*;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@SuppressWarnings({"UnusedVariable", "identity"}) // values of questionable types may be sent, too
class ErrorsTest {
  private final transient Pipe pipe = Pipe.of();

  static final class Job {
    List<Object> items = new ArrayList<>();
    Map<Object, Object> named = new HashMap<>();
  }

  record Item(Object socket) {}

  static final class Locked extends ReentrantLock {
    private static final long serialVersionUID = 1;
  }

  static final class MyThread extends Thread {}

  @Test
  void theMessageHasThePathFromTheFunctionToTheField() {
    Job job = new Job();
    job.items.addAll(List.of(1, 2, 3, new Item(new Socket())));
    int zero = 0;
    RemoteCallable<Object, RuntimeException> fn = () -> zero + job.items.size();
    assertThatThrownBy(() -> pipe.copy(fn))
        .isInstanceOf(EncodingException.class)
        .hasMessage(
            "cannot send java.net.Socket at fn.captured[1] -> ErrorsTest$Job.items[3] ->"
                + " ErrorsTest$Item.socket: it belongs to this JVM; keep it here and send an RRef"
                + " to it (worker.rref(...)), or send its contents");
  }

  @Test
  void thePathNamesKeysIndexesAndGetters() {
    Thread thread = Thread.currentThread();
    Map<String, Object> map = Map.of("a key", thread);
    assertPath(new Object[] {1, thread}, "Object[][1]");
    assertPath(List.of(map), "[0][\"a key\"]");
    assertPath(Optional.of(thread), "Optional.get()");
    assertPath(new HashMap<>(Map.of(5, Optional.of(thread))), "HashMap[5].get()");
    assertPath(new TreeSet<>((a, b) -> 0), "TreeSet.comparator()");
    Job job = new Job();
    job.named.put(new Item(thread), 1);
    assertPath(job, "ErrorsTest$Job.named.key -> ErrorsTest$Item.socket");
  }

  @Test
  void aVeryLongPathIsShortened() {
    Object chain = new Item(Thread.currentThread());
    for (int i = 0; i < 10_000; i++) {
      chain = new Item(chain);
    }
    Object root = chain;
    assertThatThrownBy(() -> pipe.copy(root))
        .hasMessageContaining(
            "ErrorsTest$Item.socket -> (9969 more steps) -> ErrorsTest$Item.socket")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(3_000));
  }

  @Test
  void theAdviceFitsTheKindOfObject() {
    Map<Object, String> advice = new LinkedHashMap<>();
    advice.put(new CompletableFuture<>(), "use rpcCompose");
    advice.put(Thread.currentThread(), "own threads");
    advice.put(new MyThread(), "own threads");
    advice.put(getClass().getClassLoader(), "load the same classes");
    advice.put(InputStream.nullInputStream(), "send an RRef");
    advice.put(new ReentrantLock(), "transient");
    advice.put(new Locked(), "transient");
    advice.put(new ThreadLocal<>(), "transient");
    advice.put(new WeakReference<>(1), "transient");
    advice.put(Stream.of(1), "collect it into a list");
    advice.put(List.of(1).iterator(), "collect it into a list");
    advice.put(new Random(), "send a seed");
    advice.put(ProcessHandle.current(), "ValueCodec");
    advice.forEach(
        (value, words) ->
            assertThatThrownBy(() -> pipe.copy(value))
                .as(value.getClass().getName())
                .isInstanceOf(EncodingException.class)
                .hasMessageContaining("cannot send " + value.getClass().getTypeName())
                .hasMessageContaining(words));
  }

  @Test
  void aProxyThatIsNoFacadeCannotTravel() {
    Object proxy =
        Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {Runnable.class}, (p, m, a) -> null);
    assertThatThrownBy(() -> pipe.copy(proxy))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("only facades of references travel as proxies");
  }

  @Test
  void aRefusalOfAClassThatIsNotAllowedSaysHowToAllowIt() {
    assertThatThrownBy(() -> pipe.copy(new org.assertj.core.util.TextFileWriter[0]))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("org.assertj.core.util.TextFileWriter")
        .hasMessageContaining("join with .allow(\"org.assertj.core.util\") on every worker");
  }

  @Test
  void errorsOfTheCodecSayNotExecuted() {
    assertThatThrownBy(() -> pipe.copy(Thread.currentThread()))
        .isInstanceOfSatisfying(RpcException.class, e -> assertThat(e.safeToRetry()).isTrue());
  }

  @Test
  void noCodeOfACollectionOfTheUsersRunsWhenItIsSent() {
    List<Object> broken =
        new AbstractList<>() {
          @Override
          public Object get(int index) {
            throw new IllegalStateException("broken");
          }

          @Override
          public int size() {
            return 1;
          }
        };
    List<Object> copy = pipe.copy(Collections.unmodifiableList(broken));
    assertThatThrownBy(() -> copy.get(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("broken");
  }

  private void assertPath(Object value, String path) {
    assertThatThrownBy(() -> pipe.copy(value))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining(" at ")
        .satisfies(e -> assertThat(e.getMessage()).contains(path + ": "));
  }
}
