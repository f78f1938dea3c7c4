package io.farref.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.farref.EncodingException;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.RefusedException;
import io.farref.RemoteFailureException;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import io.farref.Worker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Failures, down to their messages and stack traces. */
class FailuresTest extends TwoWorkers {
  @SuppressWarnings("serial") // not by Java's means
  private static final class OutOfStock extends Exception {
    private static final long serialVersionUID = 1L;
    private final int wanted;
    private final List<String> shelves;

    OutOfStock(String article, int wanted, List<String> shelves) {
      super(article + " is out of stock");
      this.wanted = wanted;
      this.shelves = shelves;
    }
  }

  @SuppressWarnings({"serial", "unused"}) // only its fields matter
  private static final class Unsendable extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Thread kept = Thread.currentThread();
    private final Object alive = Thread.currentThread();

    Unsendable(String message) {
      super(message);
    }
  }

  /** Holds a value that cannot be encoded, three fields deep. */
  private static final class Outer {
    private final Map<String, Inner> inners = Map.of("k", new Inner());
  }

  @SuppressWarnings("UnusedVariable") // only its fields matter
  private static final class Inner {
    private final Object[] things = {1, Thread.currentThread()};
  }

  /** Cannot be decoded while {@link #hostile}. */
  private record Moody(int n) {
    private static volatile boolean hostile;

    Moody {
      if (hostile) {
        throw new AssertionError("moody");
      }
    }
  }

  /** An element of a set; sets look at it when they are filled. */
  private static final class Vicious {
    static volatile boolean armed;

    @Override
    public int hashCode() {
      if (armed) {
        throw new AssertionError("vicious");
      }
      return 1;
    }

    static Set<Vicious> setOfOne() {
      armed = false;
      Set<Vicious> set = new HashSet<>(Set.of(new Vicious()));
      armed = true;
      return set;
    }
  }

  private static void fail(int depth) throws OutOfStock {
    if (depth > 0) {
      fail(depth - 1);
    }
    throw new OutOfStock("tea", 3, List.of("left", "right"));
  }

  @Test
  void anExceptionArrivesAsItsOwnTypeWithItsFields() {
    assertThatThrownBy(() -> toB.rpcSync(FailuresTest::tea))
        .isExactlyInstanceOf(OutOfStock.class)
        .hasMessage("tea is out of stock")
        .isInstanceOfSatisfying(
            OutOfStock.class,
            e -> {
              assertThat(e.wanted).isEqualTo(3);
              assertThat(e.shelves).containsExactly("left", "right");
            });
  }

  private static int tea() throws OutOfStock {
    fail(2);
    return 0;
  }

  @Test
  void aSyncVerbRethrowsItsFunctionsCheckedException() {
    try {
      toB.<Integer, OutOfStock>rpcSync(FailuresTest::tea);
    } catch (OutOfStock e) {
      assertThat(e.wanted).isEqualTo(3);
      return;
    }
    throw new AssertionError("nothing was thrown");
  }

  @Test
  void causeAndSuppressedArriveToo() {
    Throwable caught =
        catchThrowable(
            () ->
                toB.runSync(
                    () -> {
                      IOException disk = new IOException("no disk");
                      UncheckedIOException e = new UncheckedIOException("outer", disk);
                      e.addSuppressed(new OutOfStock("milk", 1, List.of()));
                      disk.addSuppressed(new IllegalStateException("deep"));
                      throw e;
                    }));
    assertThat(caught).isExactlyInstanceOf(UncheckedIOException.class).hasMessage("outer");
    assertThat(caught.getCause()).isExactlyInstanceOf(IOException.class).hasMessage("no disk");
    assertThat(caught.getCause().getSuppressed())
        .hasExactlyElementsOfTypes(IllegalStateException.class);
    assertThat(caught.getSuppressed()).hasExactlyElementsOfTypes(OutOfStock.class);
  }

  @Test
  void remoteAndLocalStackTracesAreJoinedByALineThatNamesTheWorkers() {
    Throwable caught = catchThrowable(() -> toB.rpcSync(FailuresTest::tea));
    List<String> frames =
        Arrays.stream(caught.getStackTrace()).map(StackTraceElement::toString).toList();
    int marker = frames.indexOf(marker(frames));
    assertThat(frames.get(marker)).contains("on worker b, called from worker a");
    assertThat(String.join("\n", frames.subList(0, marker)))
        .contains("FailuresTest.fail(FailuresTest.java:")
        .contains("FailuresTest.tea(");
    assertThat(frames.get(0)).contains("FailuresTest.fail");
    assertThat(String.join("\n", frames.subList(marker + 1, frames.size())))
        .contains("remoteAndLocalStackTracesAreJoinedByALine")
        .doesNotContain("io.farref.call.");
    assertThat(frames.get(marker + 1)).contains("io.farref.tests.FailuresTest");
  }

  private static String marker(List<String> frames) {
    return frames.stream().filter(each -> each.contains("called from worker")).findFirst().get();
  }

  @Test
  void aFailureThatCrossesSeveralWorkersHasOneMarkerForEach() {
    Throwable caught =
        catchThrowable(
            () -> toB.rpcSync(() -> Worker.current().peer("a").rpcSync(FailuresTest::tea)));
    assertThat(caught).isExactlyInstanceOf(OutOfStock.class);
    assertThat(caught)
        .hasStackTraceContaining("on worker a, called from worker b")
        .hasStackTraceContaining("on worker b, called from worker a");
  }

  @Test
  void anExceptionThatCannotBeRebuiltArrivesAsRemoteFailureException() {
    assertThatThrownBy(
            () ->
                toB.runSync(
                    () -> {
                      throw new Unsendable("holds a thread");
                    }))
        .isInstanceOfSatisfying(
            RemoteFailureException.class,
            e -> {
              assertThat(e.remoteClassName()).isEqualTo(Unsendable.class.getName());
              assertThat(e.remoteMessage()).isEqualTo("holds a thread");
              assertThat(e.remoteStackTrace()).contains("FailuresTest.java:");
              assertThat(e.execution()).isEqualTo(Execution.EXECUTED);
            })
        .hasMessageContainingAll("holds a thread", "worker b");
  }

  @Test
  void errorsArriveAndDoNotKillTheWorker() {
    assertThatThrownBy(
            () ->
                toB.runSync(
                    () -> {
                      throw new AssertionError("wrong");
                    }))
        .isExactlyInstanceOf(AssertionError.class)
        .hasMessage("wrong");
    assertThatThrownBy(() -> toB.<Integer, RuntimeException>rpcSync(() -> endless(0)))
        .isExactlyInstanceOf(StackOverflowError.class);
    assertThatThrownBy(
            () ->
                toB.runSync(
                    () -> {
                      throw new OutOfMemoryError("as if");
                    }))
        .isExactlyInstanceOf(OutOfMemoryError.class);
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
  }

  @SuppressWarnings("InfiniteRecursion") // the point
  private static int endless(int n) {
    return endless(n + 1) + 1;
  }

  @Test
  void anUnencodableArgumentIsAnEncodingExceptionWithThePath() {
    Outer outer = new Outer();
    assertThatThrownBy(() -> toB.rpcSync(() -> outer.inners.size()))
        .isInstanceOfSatisfying(
            EncodingException.class,
            e -> {
              assertThat(e.execution()).isEqualTo(Execution.NOT_EXECUTED);
              assertThat(e.safeToRetry()).isTrue();
            })
        .hasMessageContainingAll("Thread", "inners", "things", "[1]");
    assertThat(a.stats().callsPending()).isZero();
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
  }

  @Test
  void sendingAWorkerFailsWithAdvice() {
    Worker mine = a;
    assertThatThrownBy(() -> toB.rpcSync(() -> mine.name()))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("Worker.current()");
  }

  @Test
  void anUnsendableArgumentFailsTheFutureOrTheReference() {
    Thread thread = Thread.currentThread();
    for (CompletableFuture<?> each :
        List.of(
            toB.rpcAsync(() -> thread.getName()),
            toB.runAsync(() -> thread.getName()),
            toB.rpcCompose(() -> CompletableFuture.completedFuture(thread.getName())))) {
      assertThat(each).as("at once").isCompletedExceptionally();
      assertThatThrownBy(each::join).hasCauseInstanceOf(EncodingException.class);
    }
    try (RRef<String> there = toB.remote(() -> thread.getName())) {
      assertThatThrownBy(there::toHere).isInstanceOf(EncodingException.class);
      assertThatThrownBy(() -> there.rpcSync(String::length)).isInstanceOf(EncodingException.class);
    }
  }

  @Test
  void anUnencodableResultIsAnEncodingExceptionWithThePathAtTheCaller() {
    assertThatThrownBy(() -> toB.rpcSync(Outer::new))
        .isInstanceOfSatisfying(
            EncodingException.class,
            e -> {
              assertThat(e.execution()).isEqualTo(Execution.EXECUTED);
              assertThat(e.safeToRetry()).isFalse();
            })
        .hasMessageContainingAll("Thread", "inners", "things", "[1]");
    assertThatThrownBy(toB.<Outer>rpcAsync(Outer::new)::join)
        .hasCauseInstanceOf(EncodingException.class);
    CompletableFuture<Outer> composed =
        toB.rpcCompose(() -> CompletableFuture.completedFuture(new Outer()));
    assertThatThrownBy(composed::join).hasCauseInstanceOf(EncodingException.class);
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
  }

  @Test
  void referencesInUnencodableArgumentsAndResultsAreNotLeaked() {
    try (RRef<String> mine = a.rref("mine");
        RRef<String> theirs = toB.remote(() -> "theirs")) {
      Thread thread = Thread.currentThread();
      assertThatThrownBy(
              () -> toB.rpcSync(() -> mine.toHere() + theirs.toHere() + thread.getName()))
          .isInstanceOf(EncodingException.class);
      assertThatThrownBy(
              () ->
                  toB.rpcSync(
                      () -> {
                        kept = Worker.current().rref("new");
                        return List.of(kept, Thread.currentThread());
                      }))
          .isInstanceOf(EncodingException.class);
      kept.close();
    }
  }

  private static volatile RRef<String> kept;

  @Test
  void anErrorInAUserClassDuringEncodingOrDecodingFailsThatCallOnly() {
    Set<Vicious> vicious = Vicious.setOfOne();
    assertThatThrownBy(toB.rpcAsync(() -> vicious.size())::join)
        .hasCauseInstanceOf(RpcException.class);
    try (RRef<Integer> there = toB.remote(() -> vicious.size())) {
      assertThatThrownBy(there::toHere).isInstanceOf(RpcException.class);
    }
    assertThatThrownBy(() -> toB.rpcSync(Vicious::setOfOne)).isInstanceOf(RpcException.class);
    Moody moody = new Moody(1);
    try {
      Moody.hostile = true;
      assertThatThrownBy(() -> toB.rpcSync(() -> moody.n())).isInstanceOf(RpcException.class);
    } finally {
      Moody.hostile = false;
    }
    assertThat(toB.<Moody, RuntimeException>rpcSync(() -> moody)).isEqualTo(moody);
    assertThatThrownBy(
            () ->
                toB.rpcSync(
                    () -> {
                      Moody result = new Moody(2);
                      Moody.hostile = true;
                      return result;
                    }))
        .isInstanceOf(RpcException.class);
    Moody.hostile = false;
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
    assertThat(b.peer("a").rpcSync(() -> 1)).isEqualTo(1);
  }

  /** A stage that violates the contract of its interface. */
  private static final class BadStage<T> extends CompletableFuture<T> {
    @Override
    public CompletableFuture<T> whenComplete(
        java.util.function.BiConsumer<? super T, ? super Throwable> action) {
      throw new UnsupportedOperationException("whenComplete");
    }
  }

  @Test
  void aStageThatRefusesListenersFailsThatCallOnly() {
    CompletableFuture<Integer> f = toB.rpcCompose(BadStage<Integer>::new);
    assertThatThrownBy(f::join).hasCauseInstanceOf(UnsupportedOperationException.class);
    assertThat(toB.rpcSync(() -> 1)).isEqualTo(1);
  }

  @Test
  void asyncVerbsDeliverEveryFailureThroughTheFutureAndNeverThrow() {
    CompletableFuture<Integer> thrown = toB.rpcAsync(FailuresTest::tea);
    assertThatThrownBy(thrown::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseExactlyInstanceOf(OutOfStock.class);
    b.closeNow();
    List<CompletableFuture<?>> afterwards = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      afterwards.add(toB.rpcAsync(() -> 1));
      afterwards.add(toB.runAsync(() -> {}));
      afterwards.add(toB.rpcCompose(() -> CompletableFuture.completedFuture(1)));
    }
    for (CompletableFuture<?> each : afterwards) {
      assertThatThrownBy(each::join).hasCauseInstanceOf(RpcException.class);
    }
    try (RRef<Integer> there = toB.remote(() -> 1)) {
      assertThatThrownBy(there::toHere).isInstanceOf(RpcException.class);
    }
    a.closeNow();
    for (CompletableFuture<?> each :
        List.of(toB.rpcAsync(() -> 1), a.self().rpcAsync(() -> 1), toB.runAsync(() -> {}))) {
      assertThatThrownBy(each::join).hasCauseInstanceOf(RpcException.class);
    }
    RRef<Integer> there = toB.remote(() -> 1);
    assertThatThrownBy(there::toHere).isInstanceOf(RpcException.class);
  }

  @Test
  void aFailureOfANestedCallCountsAsExecutedForTheOuterCaller() {
    Peer b = toB;
    Throwable caught =
        catchThrowable(() -> b.rpcSync(() -> Worker.current().peer("nobody").name()));
    assertThat(caught)
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.execution()).isEqualTo(Execution.EXECUTED));
    assertThat(caught).hasMessageContaining("nobody");
  }

  @Test
  void aFunctionOfAForeignClassIsRefusedBeforeItLeaves() {
    assertThatThrownBy(() -> toB.rpcSync(foreign.Foreign.function()))
        .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.safeToRetry()).isTrue())
        .hasMessageContaining("foreign.Foreign");
  }

  @Test
  void aFailureOfACustomStageArrivesUnwrapped() {
    CompletableFuture<Integer> f =
        toB.rpcCompose(
            () -> {
              CompletionStage<Integer> failed =
                  CompletableFuture.failedFuture(new OutOfStock("bread", 1, List.of()));
              return failed.thenApply(n -> n);
            });
    assertThatThrownBy(f::join).hasCauseExactlyInstanceOf(OutOfStock.class);
  }
}
