package io.farref.examples.ring;

import io.farref.RRef;
import io.farref.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A ring of references: every worker owns a station that refers to the station of the next worker,
 * and a guest book travels around the ring.
 *
 * <pre>./farref run -n 4 io.farref.examples.ring.Ring</pre>
 *
 * <p>The book does not really travel: it stays on the first worker, and a reference to it is passed
 * on from worker to worker. No thread waits either: a call that returns a future answers when the
 * future completes, so the whole journey is one chain of pending calls.
 */
public final class Ring {
  private static final int LAPS = 50;

  private Ring() {}

  /** The object that each worker owns. */
  static final class Station {
    private volatile @Nullable RRef<Station> next;

    void link(RRef<Station> station) {
      next = station;
    }

    void unlink() {
      Objects.requireNonNull(next).close();
    }

    /** Signs the book and passes it on; completes when it has gone all its hops. */
    CompletionStage<Void> pass(RRef<Book> book, int hops) {
      String me = Worker.current().name();
      RRef<Station> neighbour = Objects.requireNonNull(next);
      CompletableFuture<Void> signed = book.runAsync(b -> b.sign(me));
      return hops == 1
          ? signed
          : signed.thenCompose(_ -> neighbour.rpcCompose(s -> s.pass(book, hops - 1)));
    }
  }

  /** The workers that had the book, in order. */
  static final class Book {
    private final List<String> names = new ArrayList<>();

    synchronized void sign(String name) {
      names.add(name);
    }

    synchronized List<String> names() {
      return List.copyOf(names);
    }
  }

  /** Every worker runs this; the first one starts the journey, the others serve. */
  public static void main(String[] args) {
    try (Worker me = Worker.join()) {
      if (me.rank() == 0) {
        travel(me);
      }
    }
  }

  private static void travel(Worker me) {
    int size = me.peers().size();
    List<RRef<Station>> stations =
        me.peers().stream().map(peer -> peer.remote(Station::new)).toList();
    for (int i = 0; i < size; i++) {
      RRef<Station> next = stations.get((i + 1) % size);
      stations.get(i).runSync(station -> station.link(next));
    }

    int hops = LAPS * size;
    RRef<Book> book = me.rref(new Book());
    long start = System.nanoTime();
    stations.getFirst().rpcCompose(station -> station.pass(book, hops)).join();
    long micros = (System.nanoTime() - start) / 1000;

    List<String> names = book.localValue().names();
    List<String> expected =
        IntStream.range(0, hops).mapToObj(hop -> me.peer(hop % size).name()).toList();
    if (!names.equals(expected)) {
      throw new IllegalStateException("the book came around in the wrong order: " + names);
    }
    System.out.printf("%,d hops in order, %,d µs each%n", hops, micros / hops);

    // Counting references cannot free a circle of them: closing one opens it.
    stations.forEach(station -> station.runSync(Station::unlink));
    stations.forEach(RRef::close);
    book.close();
  }
}
