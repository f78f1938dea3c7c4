package io.farref.ref.lifetime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many threads on the same tables: as in the simulation, but with real races. */
class LifetimeStressTest {
  private static final int WORKERS = 4;
  private static final int THREADS_EACH = 2;
  private static final int ROUNDS = 40_000;

  private final Member[] members = new Member[WORKERS];
  private final Map<ValueId, AtomicInteger> freed = new ConcurrentHashMap<>();
  private final AtomicInteger created = new AtomicInteger();

  /** A delivery to a worker. */
  private interface Delivery {
    void deliver(Member to);
  }

  private final class Member implements LifetimeTable.Listener {
    final int id;
    final ReferenceTokens tokens;
    final LifetimeTable table;
    final Queue<Delivery> inbox = new ConcurrentLinkedQueue<>();
    final Queue<RefEntry> handles = new ConcurrentLinkedQueue<>();

    /** Entries on which a handle was given back: other handles may be left, or none. */
    final Queue<RefEntry> past = new ConcurrentLinkedQueue<>();

    volatile boolean alive = true;

    Member(int id) {
      this.id = id;
      tokens = ReferenceTokens.random();
      table =
          new LifetimeTable(
              id,
              this,
              Integer.MAX_VALUE,
              Object::new,
              new LifetimeTable.Parts(
                  tokens, 64, Stripe::new, Holders::new, CreationWatermark::new));
    }

    @Override
    public void send(int worker, ControlMessage message) {
      members[worker].inbox.add(to -> to.table.onControl(id, message));
    }

    @Override
    public void free(OwnerEntry entry) {
      freed.computeIfAbsent(entry.id(), _ -> new AtomicInteger()).incrementAndGet();
    }

    @Override
    public void lost(RefEntry entry, LossReason reason) {}

    @Override
    public void origin(OwnerEntry entry, StackTraceElement site) {}

    boolean deliverOne() {
      Delivery delivery = inbox.poll();
      if (delivery != null && alive) {
        delivery.deliver(this);
      }
      return delivery != null;
    }

    void create(int owner) {
      RefEntry entry = table.open(owner);
      handles.add(entry);
      if (entry instanceof UserEntry user) {
        ValueId value = user.id();
        long holding = user.holding();
        long token = table.token(user);
        members[owner].inbox.add(
            to -> {
              OwnerEntry made = to.table.created(value, holding, token);
              if (made != null) {
                created.incrementAndGet();
                to.table.release(made);
              }
            });
      } else {
        created.incrementAndGet();
      }
    }

    void pass(RefEntry entry, int to) {
      long transfer = table.pass(entry, to);
      assertThat(transfer).isPositive();
      send(entry, to, transfer);
    }

    private void send(RefEntry entry, int to, long transfer) {
      ValueId value = entry.id();
      long token = table.token(entry);
      members[to].inbox.add(
          receiver -> receiver.handles.add(receiver.table.received(value, token, id, transfer)));
    }

    void release(RefEntry entry) {
      table.release(entry);
      past.add(entry);
    }

    /**
     * Uses an entry as a thread does that looked at a reference before another thread closed it.
     */
    void touchPast(int to) {
      RefEntry entry = past.poll();
      if (entry == null) {
        return;
      }
      long transfer = table.pass(entry, to);
      if (transfer != 0) {
        send(entry, to, transfer);
      }
      if (table.acquire(entry)) {
        handles.add(entry);
      }
      table.isConfirmed(entry);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Timeout(60)
  void afterManyThreadsAllIsFreedOnceAndTheTablesAreEmpty(boolean oneDies) throws Exception {
    for (int i = 0; i < WORKERS; i++) {
      members[i] = new Member(i);
    }
    List<Future<?>> programs = new ArrayList<>();
    try (var executor = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      for (int i = 0; i < WORKERS * THREADS_EACH; i++) {
        Member me = members[i % WORKERS];
        boolean killer = oneDies && i == 0;
        long seed = i;
        programs.add(executor.submit(() -> program(me, new SplittableRandom(seed), killer)));
      }
    }
    for (Future<?> program : programs) {
      program.get(0, TimeUnit.SECONDS);
    }
    finish();

    assertThat(created.get()).isPositive();
    for (Member me : members) {
      if (me.alive) {
        assertThat(me.table.owned()).isEmpty();
        assertThat(me.table.heldCount()).isZero();
      }
    }
    assertThat(freed.values()).allMatch(times -> times.get() == 1);
    if (!oneDies) {
      assertThat(freed).hasSize(created.get());
    }
  }

  private void program(Member me, SplittableRandom random, boolean killer) {
    for (int round = 0; round < ROUNDS && me.alive; round++) {
      if (killer && round == ROUNDS / 2) {
        kill(members[WORKERS - 1]);
      }
      me.deliverOne();
      RefEntry value = me.handles.poll(); // ours until it is put back
      int what = random.nextInt(16);
      if (what % 4 == 0) {
        me.touchPast(random.nextInt(WORKERS));
      }
      if (value == null || what < 3) {
        me.create(random.nextInt(WORKERS));
      }
      if (value != null) {
        use(me, value, what, random.nextInt(WORKERS));
      }
    }
  }

  private void use(Member me, RefEntry value, int what, int to) {
    if (what < 6) {
      me.pass(value, to);
      me.handles.add(value);
    } else if (what < 8) {
      me.pass(value, to);
      me.release(value);
    } else if (what < 11) {
      if (me.table.acquire(value)) {
        me.handles.add(value);
      } else {
        assertThat(me.table.loss(value)).isNotNull();
      }
      me.handles.add(value);
    } else {
      me.release(value);
    }
  }

  private void kill(Member dead) {
    dead.alive = false;
    for (Member other : members) {
      if (other.alive) {
        other.inbox.add(to -> to.table.workerLost(dead.id));
      }
    }
  }

  /** Drops all handles and delivers all messages. */
  private void finish() {
    boolean busy = true;
    while (busy) {
      busy = false;
      for (Member me : members) {
        for (RefEntry value = me.handles.poll(); value != null; value = me.handles.poll()) {
          if (me.alive) {
            me.table.release(value);
          }
        }
        busy |= me.deliverOne();
      }
    }
  }
}
