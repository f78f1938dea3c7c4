package io.farref.group.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.farref.spi.Store;
import io.farref.spi.Store.Snapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The behaviour that every store must have. */
public abstract class StoreContract {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(30);

  private final List<Store> opened = new ArrayList<>();

  /**
   * Opens one more view of the store that this test uses; the first to be opened is closed last.
   */
  protected abstract Store openStore() throws IOException;

  private Store open() throws IOException {
    Store store = openStore();
    opened.add(store);
    return store;
  }

  @AfterEach
  final void closeAll() {
    opened.reversed().forEach(Store::close);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static Map<String, String> text(Snapshot snapshot) {
    Map<String, String> text = new TreeMap<>();
    snapshot.entries().forEach((key, value) -> text.put(key, new String(value, UTF_8)));
    return text;
  }

  @Test
  void anAbsentKeyHasNoValue() throws IOException {
    assertThat(open().get("nothing")).isEmpty();
  }

  @Test
  void allUsersSeeWhatOnePuts() throws IOException {
    Store one = open();
    Store other = open();
    one.put("a/key", bytes("value"));
    assertThat(other.get("a/key")).hasValue(bytes("value"));
    other.put("a/key", bytes("another"));
    assertThat(one.get("a/key")).hasValue(bytes("another"));
  }

  @Test
  void keysAndValuesMayBeAnything() throws IOException {
    Store store = open();
    byte[] all = new byte[256];
    for (int i = 0; i < 256; i++) {
      all[i] = (byte) i;
    }
    store.put("../ä €\u0000%/..", all);
    store.put("empty", new byte[0]);
    assertThat(open().get("../ä €\u0000%/..")).hasValue(all);
    assertThat(open().get("empty")).hasValue(new byte[0]);
  }

  @Test
  void aValueIsCopiedWhenItIsPut() throws IOException {
    Store store = open();
    byte[] value = bytes("value");
    store.put("key", value);
    value[0] = '!';
    assertThat(store.get("key")).hasValue(bytes("value"));
  }

  @Test
  void putIfAbsentKeepsWhatIsThere() throws IOException {
    Store store = open();
    assertThat(store.putIfAbsent("key", bytes("first"))).isTrue();
    assertThat(open().putIfAbsent("key", bytes("second"))).isFalse();
    assertThat(store.get("key")).hasValue(bytes("first"));
  }

  @Test
  void removeTellsWhetherThereWasAnything() throws IOException {
    Store store = open();
    store.put("key", bytes("value"));
    assertThat(open().remove("key")).isTrue();
    assertThat(store.remove("key")).isFalse();
    assertThat(store.get("key")).isEmpty();
    assertThat(store.putIfAbsent("key", bytes("again"))).isTrue();
  }

  @Test
  void countersStartAtZeroAndAreNoKeys() throws IOException {
    Store store = open();
    assertThat(store.add("count", 0)).isZero();
    assertThat(store.add("count", 5)).isEqualTo(5);
    assertThat(open().add("count", -7)).isEqualTo(-2);
    assertThat(store.get("count")).isEmpty();
    assertThat(store.list("").entries()).isEmpty();
  }

  @Test
  void listHasTheKeysWithAPrefixAndNoOthers() throws IOException {
    Store store = open();
    store.put("a", bytes("0"));
    store.put("a/1", bytes("1"));
    store.put("a/2", bytes("2"));
    store.put("a/\uFFFF\uFFFF", bytes("3"));
    store.put("b/1", bytes("4"));
    assertThat(text(store.list("a/")))
        .containsOnly(
            Map.entry("a/1", "1"), Map.entry("a/2", "2"), Map.entry("a/\uFFFF\uFFFF", "3"));
    assertThat(store.list("").entries()).hasSize(5);
  }

  @Test
  void aKeyStaysWhenItsUserCloses() throws IOException {
    Store stays = open();
    Store leaves = open();
    leaves.put("kept", bytes("value"));
    leaves.close();
    assertThat(stays.get("kept")).hasValue(bytes("value"));
  }

  @Test
  void anEphemeralKeyGoesWhenItsUserCloses() throws Exception {
    Store stays = open();
    Store leaves = open();
    assertThat(stays.putEphemeral("stays", bytes("1"))).isTrue();
    assertThat(leaves.putEphemeral("goes", bytes("2"))).isTrue();
    assertThat(leaves.putEphemeral("stays", bytes("3"))).isFalse();
    Snapshot before = stays.list("");
    assertThat(text(before)).containsOnly(Map.entry("stays", "1"), Map.entry("goes", "2"));
    leaves.close();
    assertThat(text(stays.await("", before, LONG))).containsOnly(Map.entry("stays", "1"));
  }

  @Test
  void anEphemeralKeyThatIsPutAgainLasts() throws IOException {
    Store stays = open();
    Store leaves = open();
    leaves.putEphemeral("key", bytes("1"));
    leaves.put("key", bytes("2"));
    leaves.put("end", bytes(""));
    leaves.close();
    Snapshot after = stays.await("", stays.list(""), SHORT);
    assertThat(text(after)).containsEntry("key", "2");
  }

  @Test
  void awaitReturnsAtOnceIfTheStateIsAnotherAlready() throws IOException {
    Store store = open();
    Snapshot before = store.list("a/");
    open().put("a/key", bytes("value"));
    assertThat(text(store.await("a/", before, LONG))).containsOnly(Map.entry("a/key", "value"));
  }

  @Test
  void awaitReturnsOnAPutAChangeAndARemoval() throws Exception {
    Store store = open();
    Store other = open();
    Snapshot state = store.list("a/");
    state = changeWhileAwaited(store, state, () -> other.put("a/key", bytes("1")));
    assertThat(text(state)).containsOnly(Map.entry("a/key", "1"));
    state = changeWhileAwaited(store, state, () -> other.put("a/key", bytes("2")));
    assertThat(text(state)).containsOnly(Map.entry("a/key", "2"));
    state = changeWhileAwaited(store, state, () -> other.remove("a/key"));
    assertThat(text(state)).isEmpty();
  }

  private static Snapshot changeWhileAwaited(Store store, Snapshot seen, ThrowingCallable change)
      throws Exception {
    CompletableFuture<Void> begun = new CompletableFuture<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Snapshot> changed =
          executor.submit(
              () -> {
                begun.complete(null);
                return store.await("a/", seen, LONG);
              });
      begun.join();
      try {
        change.call();
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
      return changed.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void awaitEndsWithTheTimeAndThePresentState() throws IOException {
    Store store = open();
    store.put("a/key", bytes("1"));
    Snapshot before = store.list("a/");
    open().put("b/key", bytes("another prefix"));
    long start = System.nanoTime();
    assertThat(text(store.await("a/", before, SHORT))).containsOnly(Map.entry("a/key", "1"));
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(SHORT, Duration.ofSeconds(10));
  }

  @Test
  void noChangeIsMissedBetweenTwoAwaits() throws Exception {
    int count = 100;
    Store reader = open();
    Store writer = open();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> writing =
          executor.submit(
              () -> {
                for (int i = 0; i < count; i++) {
                  writer.put("n/" + i, bytes(""));
                }
                return null;
              });
      Snapshot state = reader.list("n/");
      while (state.entries().size() < count) {
        Snapshot next = reader.await("n/", state, LONG);
        assertThat(next.entries().size()).isGreaterThanOrEqualTo(state.entries().size());
        assertThat(next.revision()).isGreaterThanOrEqualTo(state.revision());
        state = next;
      }
      writing.get();
    }
  }

  @Test
  void countersGiveEachNumberOnce() throws Exception {
    int users = 4;
    int each = 50;
    List<Callable<List<Long>>> tasks = new ArrayList<>();
    for (int user = 0; user < users; user++) {
      Store store = open();
      tasks.add(
          () -> {
            List<Long> numbers = new ArrayList<>();
            for (int i = 0; i < each; i++) {
              numbers.add(store.add("next", 1));
            }
            return numbers;
          });
    }
    List<Long> all = Collections.synchronizedList(new ArrayList<>());
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<List<Long>> numbers : executor.invokeAll(tasks)) {
        all.addAll(numbers.get());
      }
    }
    assertThat(all)
        .containsExactlyInAnyOrderElementsOf(
            LongStream.rangeClosed(1, (long) users * each).boxed().toList());
  }

  @Test
  void oneOfManyWinsAnAbsentKey() throws Exception {
    List<Store> users = List.of(open(), open(), open());
    for (int round = 0; round < 20; round++) {
      String key = "contested/" + round;
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int user = 0; user < users.size(); user++) {
        int number = user;
        tasks.add(() -> users.get(number).putIfAbsent(key, bytes("" + number)));
      }
      List<String> winners = new ArrayList<>();
      try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Boolean>> results = executor.invokeAll(tasks);
        for (int user = 0; user < users.size(); user++) {
          if (results.get(user).get()) {
            winners.add("" + user);
          }
        }
      }
      assertThat(winners).hasSize(1);
      assertThat(users.getFirst().get(key)).hasValue(bytes(winners.getFirst()));
    }
  }

  @Test
  void anInterruptEndsAWaitAndNothingElse() throws Exception {
    Store store = open();
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    CompletableFuture<Boolean> flag = new CompletableFuture<>();
    Snapshot seen = store.list("");
    Thread waiting =
        Thread.startVirtualThread(
            () -> {
              try {
                store.await("", seen, LONG);
                failure.complete(new AssertionError("returned"));
              } catch (IOException e) {
                failure.complete(e);
              }
              flag.complete(Thread.currentThread().isInterrupted());
            });
    waiting.interrupt();
    assertThat(failure.get(10, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
    assertThat(flag.get(10, TimeUnit.SECONDS)).isTrue();
    store.put("key", bytes("value"));
    assertThat(open().get("key")).hasValue(bytes("value"));
  }

  @Test
  void aClosedStoreSaysSo() throws IOException {
    open();
    Store store = open();
    store.close();
    store.close();
    assertThatThrownBy(() -> store.get("key"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void closingEndsAWaitInAnotherThread() throws Exception {
    open();
    Store store = open();
    Snapshot seen = store.list("");
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            store.await("", seen, LONG);
            failure.complete(new AssertionError("returned"));
          } catch (IOException e) {
            failure.complete(e);
          }
        });
    store.close();
    assertThat(failure.get(10, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
  }
}
