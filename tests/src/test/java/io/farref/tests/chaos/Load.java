package io.farref.tests.chaos;

import io.farref.Peer;
import io.farref.RRef;
import io.farref.RpcException;
import io.farref.tests.chaos.Effects.Box;
import io.farref.tests.chaos.Effects.Counter;
import io.farref.tests.chaos.Effects.Handed;
import io.farref.tests.chaos.Journal.Kind;
import io.farref.tests.chaos.Journal.Outcome;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One thread of random calls: each is in the journal before it is made and when it has ended. */
final class Load implements Runnable {
  private final ChaosWorker worker;
  private final SplittableRandom random;
  private final long paceNanos;

  /** Keyed by the peer, not by its name: another incarnation has another counter. */
  private final IdentityHashMap<Peer, Tally> tallies = new IdentityHashMap<>();

  /**
   * What is known of a remote counter: its value is between the number of calls that ran for
   * certain and the number that may have run.
   */
  private static final class Tally {
    final RRef<Counter> counter;
    long surely;
    long perhaps;

    Tally(RRef<Counter> counter) {
      this.counter = counter;
    }
  }

  Load(ChaosWorker worker, long seed, long paceNanos) {
    this.worker = worker;
    this.random = new SplittableRandom(seed);
    this.paceNanos = paceNanos;
  }

  @Override
  public void run() {
    while (!worker.isQuiet()) {
      List<Peer> others = worker.others();
      if (!others.isEmpty()) {
        step(others.get(random.nextInt(others.size())), others);
      }
      LockSupport.parkNanos(random.nextLong(2 * paceNanos) + 1);
    }
    tallies.values().forEach(each -> each.counter.close());
  }

  private void step(Peer peer, List<Peer> others) {
    int choice = random.nextInt(100);
    if (choice < 25) {
      value(peer);
    } else if (choice < 40) {
      async(peer);
    } else if (choice < 50) {
      compose(peer);
    } else if (choice < 60) {
      chain(peer);
    } else if (choice < 75) {
      count(peer);
    } else if (choice < 80) {
      bulk(peer);
    } else if (choice < 92) {
      hand(peer, others.get(random.nextInt(others.size())));
    } else {
      Handed kept = worker.takeKept();
      if (kept != null && random.nextBoolean()) {
        handOn(kept, peer);
      } else if (kept != null) {
        worker.use(kept);
      }
    }
  }

  private void value(Peer peer) {
    long id = worker.newId();
    call(Kind.VALUE, peer, id, () -> peer.<Long, RuntimeException>rpcSync(() -> Effects.run(id)));
  }

  private void async(Peer peer) {
    int count = 1 + random.nextInt(8);
    List<Long> ids = new ArrayList<>();
    List<CompletableFuture<Long>> futures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long id = worker.newId();
      ids.add(id);
      worker.issued(Kind.ASYNC, ChaosWorker.node(peer), id, 0);
      futures.add(peer.rpcAsync(() -> Effects.run(id)));
    }
    for (int i = 0; i < count; i++) {
      worker.end(Kind.ASYNC, ChaosWorker.node(peer), ids.get(i), futures.get(i)::get);
    }
  }

  private void compose(Peer peer) {
    long id = worker.newId();
    call(Kind.COMPOSE, peer, id, () -> peer.rpcCompose(() -> Effects.later(id)).get());
  }

  private void chain(Peer peer) {
    long creation = worker.newId();
    long first = worker.newId();
    long last = worker.newId();
    worker.issued(Kind.CREATE, ChaosWorker.node(peer), creation, 0);
    worker.issued(Kind.CREATE, ChaosWorker.node(peer), first, 0);
    boolean fine;
    try (RRef<Box> box = peer.remote(() -> Effects.box(creation));
        RRef<Long> used = box.remote(each -> each.use(first))) {
      fine =
          call(
              Kind.CHAIN,
              peer,
              last,
              () ->
                  used.<Long, RuntimeException>rpcSync(
                      before -> before == Effects.answer(first) ? Effects.run(last) : -1));
    }
    Outcome outcome = fine ? Outcome.VALUE : Outcome.UNASKED;
    worker.ended(Kind.CREATE, ChaosWorker.node(peer), creation, outcome);
    worker.ended(Kind.CREATE, ChaosWorker.node(peer), first, outcome);
  }

  private void count(Peer peer) {
    Tally known = tallies.get(peer);
    if (known == null) {
      long creation = worker.newId();
      worker.issued(Kind.CREATE, ChaosWorker.node(peer), creation, 0);
      known = new Tally(peer.remote(() -> Effects.counter(creation)));
      worker.ended(Kind.CREATE, ChaosWorker.node(peer), creation, Outcome.UNASKED);
      tallies.put(peer, known);
    }
    Tally tally = known;
    long id = worker.newId();
    tally.perhaps++;
    boolean fine =
        call(
            Kind.COUNT,
            peer,
            id,
            () -> {
              long count = tally.counter.<Long, RuntimeException>rpcSync(each -> each.add(id));
              tally.surely++;
              return count >= tally.surely && count <= tally.perhaps ? Effects.answer(id) : -1;
            });
    if (!fine) {
      tallies.remove(peer);
      tally.counter.close();
    }
  }

  private void bulk(Peer peer) {
    long id = worker.newId();
    int most = random.nextInt(20) == 0 ? 22 : 17;
    int size = random.nextInt(1 << 10 + random.nextInt(most - 9)) + 1;
    byte[] bytes = Payload.of(id, size);
    int checksum = Payload.checksum(bytes);
    call(
        Kind.BULK,
        peer,
        id,
        () -> {
          byte[] back =
              peer.<byte[], RuntimeException>rpcSync(() -> Effects.bulk(id, bytes, checksum));
          int expected = Payload.checksum(Payload.of(Effects.answer(id), size));
          return Payload.checksum(back) == expected ? Effects.answer(id) : -1;
        });
  }

  /** Creates a value on one worker and passes the reference to another. */
  private void hand(Peer owner, Peer receiver) {
    long creation = worker.newId();
    worker.issued(Kind.CREATE, ChaosWorker.node(owner), creation, 0);
    RRef<Box> box = owner.remote(() -> Effects.box(creation));
    worker.ended(Kind.CREATE, ChaosWorker.node(owner), creation, Outcome.UNASKED);
    handOn(
        new Handed(
            box,
            ChaosWorker.node(owner),
            1 << worker.node() | 1 << ChaosWorker.node(owner),
            worker.journal().now()),
        receiver);
  }

  private void handOn(Handed handed, Peer receiver) {
    long id = worker.newId();
    Handed given = handed.by(worker.node());
    boolean keep = random.nextBoolean();
    worker.issued(Kind.HAND, ChaosWorker.node(receiver), id, given.history());
    worker.end(
        Kind.HAND,
        ChaosWorker.node(receiver),
        id,
        () ->
            receiver.<Long, RuntimeException>rpcSync(
                () -> keep ? Effects.keepHere(id, given) : Effects.useHere(id, given)));
    handed.box().close();
  }

  private boolean call(Kind kind, Peer peer, long id, Callable<Long> action) {
    worker.issued(kind, ChaosWorker.node(peer), id, 0);
    return worker.end(kind, ChaosWorker.node(peer), id, action);
  }

  /** The statement of a failure about its call. */
  static Outcome outcome(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof ExecutionException || cause instanceof CompletionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof RpcException e
        ? switch (e.execution()) {
          case NOT_EXECUTED -> Outcome.NOT_EXECUTED;
          case MAYBE_EXECUTED -> Outcome.MAYBE_EXECUTED;
          case EXECUTED -> Outcome.EXECUTED;
        }
        : Outcome.STRANGE;
  }

  /** Waits for a value and compares it with the expected one. */
  static Outcome await(long id, Callable<Long> action, List<@Nullable Throwable> failure) {
    try {
      return action.call() == Effects.answer(id) ? Outcome.VALUE : Outcome.WRONG;
    } catch (Exception e) {
      failure.add(e);
      return outcome(e);
    }
  }
}
