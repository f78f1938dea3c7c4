package io.farref.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.farref.RemoteCallable;
import io.farref.call.client.ClientConnection;
import io.farref.call.client.PendingCall;
import io.farref.call.server.ServerConnection;
import io.farref.exec.ReplyReaderElection;
import io.farref.spi.Link;
import io.farref.transport.InProcessTransport;
import io.farref.wire.ConnectionSettings;
import java.io.EOFException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Both ends of a connection, without workers. */
public final class TwoEnds implements AutoCloseable {
  public static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

  public final ClientConnection client;
  public final ServerConnection server;

  /** Why the client's end has ended, if it has. */
  public final Queue<Throwable> ends = new ConcurrentLinkedQueue<>();

  private final Link[] links = InProcessTransport.pair();
  private final List<Side> sides = new ArrayList<>();
  private final String readers;

  public TwoEnds(Side caller, Side callee) {
    readers = "farref-" + caller.runtime().name() + "-read-";
    sides.add(caller);
    sides.add(callee);
    server = new ServerConnection(callee.runtime(), 2, (_, _, _) -> {});
    client = new ClientConnection(caller.runtime(), 2, (_, _, cause) -> ends.add(cause));
    server.start(new EstablishedLink(links[1], 0, ConnectionSettings.UNKNOWN));
    client.start(() -> new EstablishedLink(links[0], 0, ConnectionSettings.UNKNOWN));
  }

  /**
   * Two ends; the caller's has no watchdog, so a thread that is not woken there sleeps for ever.
   */
  public static TwoEnds withoutHelp() {
    return new TwoEnds(Side.withoutWatchdog("caller"), Side.of("callee"));
  }

  /** Calls and waits, as {@code rpcSync} does. */
  public <R> R sync(RemoteCallable<R, ?> function) {
    return sync(PATIENCE, function);
  }

  public <R> R sync(long nanos, RemoteCallable<R, ?> function) {
    PendingCall<R> call = client.call(Request.onWorker(function, Request.AWAITED, nanos));
    return call.<RuntimeException>await();
  }

  /** Calls, as {@code rpcAsync} does. */
  public <R> PendingCall<R> async(RemoteCallable<R, ?> function) {
    return client.call(Request.onWorker(function, 0, PATIENCE));
  }

  /** Calls until the own reader rests, so that the next caller reads. */
  public void letOwnReaderRest() {
    long end = System.nanoTime() + PATIENCE;
    while (sync(() -> 5) != 5 || !isResting()) {
      assertThat(System.nanoTime() - end).as("it does not rest").isNegative();
      Thread.onSpinWait();
    }
  }

  /** Whether the role is free and the own reader no longer checks whether to take it. */
  private boolean isResting() {
    return role().isFree()
        && Thread.getAllStackTraces().keySet().stream()
            .filter(each -> each.getName().startsWith(readers))
            .noneMatch(each -> each.getState() == Thread.State.RUNNABLE)
        && role().isFree();
  }

  /** Calls from another thread that has begun to read when this returns. */
  public <R> CompletableFuture<R> syncElsewhere(Callable<R> calls) {
    int before = role().uses();
    CompletableFuture<R> result = onPlatformThread(calls);
    eventually(() -> result.isDone() || role().uses() > before);
    assertThat(role().uses()).as("it reads").isGreaterThan(before);
    return result;
  }

  public static <R> CompletableFuture<R> onPlatformThread(Callable<R> calls) {
    CompletableFuture<R> result = new CompletableFuture<>();
    Thread.ofPlatform().daemon().start(() -> complete(result, calls));
    return result;
  }

  public static <R> CompletableFuture<R> onVirtualThread(Callable<R> calls) {
    CompletableFuture<R> result = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> complete(result, calls));
    return result;
  }

  private static <R> void complete(CompletableFuture<R> result, Callable<R> calls) {
    try {
      result.complete(calls.call());
    } catch (Throwable e) {
      result.completeExceptionally(e);
    }
  }

  public ReplyReaderElection role() {
    ConnectionReader reader = client.reader();
    if (reader == null) {
      throw new AssertionError("the connection is not open yet");
    }
    return reader.role();
  }

  /** Waits until no call is under way on either end, in any table or start order. */
  public void awaitQuiet() {
    eventually(
        () -> client.pendingCalls() == 0 && server.runningCalls() == 0 && server.order().isClear());
  }

  public static void eventually(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(10, TimeUnit.SECONDS) // less than a call's timeout, which must not hide a failure
        .pollDelay(0, TimeUnit.MILLISECONDS)
        .pollInterval(1, TimeUnit.MILLISECONDS)
        .until(condition);
  }

  /** The other side hangs up. */
  public void hangUp() {
    links[1].close();
  }

  public void fail(@Nullable String why) {
    client.fail(new EOFException(why));
  }

  @Override
  public void close() {
    fail("the test ends");
    server.fail(new EOFException("the test ends"));
    sides.forEach(Side::stop);
  }
}
