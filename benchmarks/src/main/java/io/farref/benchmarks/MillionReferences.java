package io.farref.benchmarks;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.Worker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The cost of holding a million references, and of dropping them all to the garbage collector. */
final class MillionReferences {
  private static final int REFERENCES = 1_000_000;
  private static final int BATCH = 1000;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);

  /** A value as small as can be: 16 bytes. */
  static final class Value {}

  private MillionReferences() {}

  static void run(FarrefClient client, Measuring out) throws Exception {
    Peer server = client.server();
    int count = out.count(REFERENCES);
    // @Nullable elements: they are dropped one after the other
    @Nullable RRef<?>[] held = new RRef<?>[count];
    create(server, held, Math.min(count, BATCH)); // loads the classes that the first of them needs
    close(held, Math.min(count, BATCH));
    long ownedBefore = server.rpcSync(MillionReferences::owned);
    long userBefore = Heap.live();
    long ownerBefore = server.rpcSync(Heap::live);

    pauses(server);
    long start = System.nanoTime();
    create(server, held, count);
    double seconds = (System.nanoTime() - start) / 1e9;
    Pauses creating = pauses(server);
    double user = (Heap.live() - userBefore) / (double) count;
    double owner = (server.rpcSync(Heap::live) - ownerBefore) / (double) count;
    pauses(server);
    Sample calls = out.sequential(0, 2, _ -> Check.equal(client.add(1, 2), 3));
    Pauses holding = pauses(server);
    out.value(Sheet.MILLION, "user, bytes", user);
    out.value(Sheet.MILLION, "owner, bytes", owner);
    out.value(Sheet.MILLION, "made per second", count / seconds);
    out.value(Sheet.MILLION, "pause making, ms", creating.longest());
    out.value(Sheet.MILLION, "pause holding, ms", holding.longest());
    out.value(Sheet.MILLION, "small call p99, µs", calls.percentileMicros(0.99));
    drop(client, held, ownedBefore, out);
  }

  private static void drop(
      FarrefClient client, @Nullable RRef<?>[] held, long ownedBefore, Measuring out) {
    Peer server = client.server();
    java.util.Arrays.fill(held, null);
    long sentBefore = client.worker().stats().bytesSent();
    long writesBefore = Writes.ofThisProcess();
    long start = System.nanoTime();
    System.gc();
    double collected = (System.nanoTime() - start) / 1e6;
    pauses(server);
    int polls = 0;
    while (server.rpcSync(MillionReferences::owned) > ownedBefore) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new IllegalStateException("not all references were released");
      }
      polls++;
      LockSupport.parkNanos(10_000_000);
    }
    Pauses releasing = pauses(server);
    out.value(Sheet.DROP, "collection, ms", collected);
    out.value(Sheet.DROP, "owner's table empty, ms", (System.nanoTime() - start) / 1e6);
    out.value(Sheet.DROP, "longest pause, ms", releasing.longest());
    out.value(
        Sheet.DROP, "writes", (double) Math.max(0, Writes.ofThisProcess() - writesBefore - polls));
    out.value(
        Sheet.DROP,
        "bytes for each",
        (client.worker().stats().bytesSent() - sentBefore) / (double) held.length);
  }

  /** References that exist; a batch of them is awaited before the next. */
  private static void create(Peer server, @Nullable RRef<?>[] held, int count) {
    for (int i = 0; i < count; i++) {
      RRef<Value> ref = server.remote(Value::new);
      held[i] = ref;
      if (i % BATCH == BATCH - 1 || i == count - 1) {
        Check.equal(ref.rpcSync(_ -> 1), 1);
      }
    }
  }

  private static void close(@Nullable RRef<?>[] held, int count) {
    for (int i = 0; i < count; i++) {
      RRef<?> ref = held[i];
      if (ref != null) {
        ref.close();
      }
    }
  }

  static long owned() {
    return Worker.current().stats().valuesOwned();
  }

  /** The longest of both sides since they were last asked. */
  private record Pauses(double user, double owner) {
    double longest() {
      return Math.max(user, owner);
    }
  }

  private static Pauses pauses(Peer server) {
    return new Pauses(Heartbeat.longestMillis(), server.rpcSync(Heartbeat::longestMillis));
  }
}
