package io.farref.benchmarks;

import io.farref.RRef;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Ten calls, each on the result of the one before it, and ten on one object that is still being
 * created.
 */
final class DependentCalls {
  private static final int DEPTH = 10;
  private static final int TIMES = 20;

  /** The object that is passed on from call to call. */
  static final class Link {
    private final int depth;

    Link(int depth) {
      this.depth = depth;
    }

    Link next() {
      return new Link(depth + 1);
    }

    int depth() {
      return depth;
    }
  }

  private DependentCalls() {}

  static void run(FarrefClient client, Measuring out) throws Exception {
    int times = out.count(TIMES);
    double roundTrip = median(times, () -> Check.equal(client.add(1, 2), 3));
    double chained = median(times, () -> chain(client));
    double fanned = median(times, () -> fan(client));
    out.value(Sheet.LINK, "one call", roundTrip);
    out.value(Sheet.LINK, "ten in a chain", chained);
    out.value(Sheet.LINK, "chain / one call", chained / roundTrip);
    out.value(Sheet.LINK, "ten on one object", fanned);
    out.value(Sheet.LINK, "fan / one call", fanned / roundTrip);
  }

  private static void chain(FarrefClient client) {
    List<RRef<Link>> links = new ArrayList<>();
    links.add(client.server().remote(() -> new Link(0)));
    for (int i = 1; i < DEPTH; i++) {
      links.add(links.getLast().remote(Link::next));
    }
    Check.equal(links.getLast().rpcSync(Link::depth), DEPTH - 1);
    links.forEach(RRef::close);
  }

  private static void fan(FarrefClient client) {
    try (RRef<Link> link = client.server().remote(() -> new Link(1))) {
      List<CompletableFuture<Integer>> calls = new ArrayList<>();
      for (int i = 1; i < DEPTH; i++) {
        calls.add(link.rpcAsync(Link::depth));
      }
      calls.forEach(call -> Check.equal(call.join(), 1));
    }
  }

  private static double median(int times, Runnable call) {
    List<Double> millis = new ArrayList<>();
    call.run();
    for (int i = 0; i < times; i++) {
      long start = System.nanoTime();
      call.run();
      millis.add((System.nanoTime() - start) / 1e6);
    }
    return Statistics.median(millis);
  }
}
