package io.farref.call;

import io.farref.Limits;
import io.farref.Overload;
import io.farref.Peer;
import io.farref.RRef;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import io.farref.Worker;
import io.farref.WorkerLostException;
import io.farref.bytes.Input;
import io.farref.bytes.MalformedException;
import io.farref.codec.AllowList;
import io.farref.codec.Codec;
import io.farref.exec.DeadlineSweeper;
import io.farref.exec.InlineHints;
import io.farref.exec.ThreadFailures;
import io.farref.exec.Watchdog;
import io.farref.exec.WorkerThreads;
import io.farref.observe.Meters;
import io.farref.wire.MessageTrailer.Reference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The runtime of one end of a connection, without a worker. */
public record Side(
    ThreadFailures failures,
    WorkerThreads threads,
    Watchdog watchdog,
    DeadlineSweeper deadlines,
    CallRuntime runtime) {
  public static Side of(String name) {
    return of(name, Limits.DEFAULT);
  }

  /** One end without the watchdog, which would wake a thread that should have been woken before. */
  public static Side withoutWatchdog(String name) {
    Side side = of(name);
    side.watchdog.stop();
    awaitEndOf("farref-" + name + "-watchdog"); // it may still make one more round
    return side;
  }

  private static void awaitEndOf(String thread) {
    for (Thread each : Thread.getAllStackTraces().keySet()) {
      if (each.getName().equals(thread)) {
        try {
          each.join();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  static Side of(String name, Limits limits) {
    return of(name, limits, Overload.WAIT);
  }

  static Side of(String name, Limits limits, Overload onOverload) {
    ThreadFailures failures = new ThreadFailures();
    WorkerThreads threads = new WorkerThreads(name, failures);
    Watchdog watchdog = new Watchdog(threads);
    DeadlineSweeper deadlines = new DeadlineSweeper(threads);
    Codec codec =
        new Codec(
            new AllowList(List.of("io.farref.call"), false),
            limits,
            List.of(),
            Side.class.getClassLoader());
    return new Side(
        failures,
        threads,
        watchdog,
        deadlines,
        new CallRuntime(
            1,
            name,
            Side::noWorker,
            codec,
            limits,
            onOverload,
            new Meters(),
            threads,
            watchdog,
            deadlines,
            new NoReferences(),
            new Nobody(),
            new InlineHints(),
            null));
  }

  void stop() {
    watchdog.stop();
    deadlines.stop();
    threads.close();
    failures.check();
  }

  @SuppressWarnings("NullAway") // no function asks for it
  private static Worker noWorker() {
    return null;
  }

  /** No references in these tests. */
  private static final class NoReferences implements ReferenceLayer {
    @Override
    public Reference pass(RRef<?> reference, int to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void passAborted(Reference reference, int to) {}

    @Override
    public Arrival arrived(Reference reference, int from) {
      throw new MalformedException("a reference");
    }

    @Override
    public @Nullable Result created(int creator, long number, long holding, long token) {
      return null;
    }

    @Override
    public @Nullable Target use(int from, int creator, long number) {
      return null;
    }

    @Override
    public RpcException unusable(int from, int creator, long number) {
      return new WorkerLostException("no values here", Execution.NOT_EXECUTED);
    }

    @Override
    public void control(int from, Input messages) {
      messages.skip(messages.remaining());
    }
  }

  private static final class Nobody implements PeerLookup {
    @Override
    public String name(int worker) {
      return "worker-" + worker;
    }

    @Override
    public Peer peer(int worker) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int id(Peer peer) {
      throw new UnsupportedOperationException();
    }
  }
}
