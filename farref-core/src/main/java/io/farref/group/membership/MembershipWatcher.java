package io.farref.group.membership;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.group.Member;
import io.farref.observe.FailureText;
import io.farref.observe.RareLog;
import io.farref.spi.Store;
import io.farref.spi.Store.Snapshot;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows which members join and leave an open group. Thread-safe.
 *
 * <p>One thread waits in the store; another, which ends while there is nothing to report, notifies
 * the listeners, in the order in which changes were published under this object's lock.
 */
final class MembershipWatcher implements AutoCloseable {
  private static final Logger LOG = System.getLogger(MembershipWatcher.class.getPackageName());
  private static final Duration PERIOD = Duration.ofSeconds(30);
  private static final RareLog SHORTAGES = new RareLog(LOG);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long CLOSE_MILLIS = 5000;
  private static final long NOTIFIER_IDLE_SECONDS = 5;

  private final Store store;
  private final String groupId;
  private final Member self;
  private final Thread watcher;
  private final ThreadPoolExecutor notifier;
  private final List<Consumer<List<Member>>> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean closing;

  /** The thread that runs a task of {@code notifier} now. */
  private volatile @Nullable Thread notifying;

  private volatile List<Member> members = List.of();

  /** The first id that no member had when the members were read. */
  @GuardedBy("this")
  private int nextId;

  /** How far this worker has said that it knows the members. Used by the notifier's thread only. */
  private int acknowledged;

  @GuardedBy("this")
  private final Set<String> evicted = new HashSet<>();

  @GuardedBy("this")
  private Thread.@Nullable UncaughtExceptionHandler onFailure;

  @GuardedBy("this")
  private @Nullable Failed failed;

  /** A thread of this object that ended by an error. */
  private record Failed(Thread thread, Throwable cause) {}

  /** Starts with a state of the store in which this worker has joined. */
  MembershipWatcher(Store store, String groupId, Member self, Snapshot seen) {
    this.store = store;
    this.groupId = groupId;
    this.self = self;
    this.notifier =
        new ThreadPoolExecutor(
            1,
            1,
            NOTIFIER_IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform()
                .daemon()
                .name("farref-" + self.name() + "-group-tell")
                .uncaughtExceptionHandler(this::failed)
                .factory());
    notifier.allowCoreThreadTimeOut(true);
    this.watcher =
        Thread.ofPlatform()
            .daemon()
            .name("farref-" + self.name() + "-group-watch")
            .uncaughtExceptionHandler(this::failed)
            .unstarted(() -> watch(seen));
    boolean watches = false;
    try {
      update(seen);
      watcher.start();
      watches = true;
    } finally {
      if (!watches) {
        notifier.shutdownNow();
      }
    }
  }

  /** Sets what is called on a thread of this object that ends by an error, or has ended so. */
  void onFailure(Thread.UncaughtExceptionHandler handler) {
    Failed before;
    synchronized (this) {
      onFailure = handler;
      before = failed;
    }
    if (before != null) {
      handler.uncaughtException(before.thread, before.cause);
    }
  }

  private void failed(Thread thread, Throwable cause) {
    Thread.UncaughtExceptionHandler handler;
    synchronized (this) {
      failed = new Failed(thread, cause);
      handler = onFailure;
    }
    if (handler != null) {
      handler.uncaughtException(thread, cause);
    }
  }

  List<Member> members() {
    return members;
  }

  void listen(Consumer<List<Member>> listener) {
    synchronized (this) {
      List<Member> present = members;
      int known = nextId;
      submit(
          () -> {
            listeners.add(listener);
            call(listener, present);
            acknowledge(known);
          });
    }
  }

  void evict(Member lost) {
    synchronized (this) {
      evicted.add(lost.incarnation());
      publish(members);
    }
    submit(
        () -> {
          try {
            store.remove(GroupState.WORKER + lost.incarnation());
          } catch (IOException | RuntimeException e) {
            LOG.log(Level.DEBUG, "could not evict " + lost + " in " + store, e);
          }
        });
  }

  private void watch(Snapshot first) {
    Snapshot seen = first;
    try {
      while (!closing) {
        try {
          seen = store.await(GroupState.PREFIX, seen, PERIOD);
          update(seen);
        } catch (IOException e) {
          if (!FailureText.isShortage(e) || closing) {
            throw e;
          }
          SHORTAGES.warn(self + " cannot learn at present which members join or leave", e);
          LockSupport.parkNanos(PAUSE_NANOS);
        }
      }
    } catch (IOException | RuntimeException e) {
      if (!closing) {
        LOG.log(
            Level.WARNING,
            self
                + " no longer learns which members join or leave its group, because the store is"
                + " lost: "
                + FailureText.of(e));
      }
    }
  }

  private void update(Snapshot snapshot) {
    GroupState state = GroupState.parse(snapshot);
    // If the latest view is of another group, this one has no members left, not even this worker.
    Optional<View> view = state.latestOpen().filter(each -> each.groupId().equals(groupId));
    synchronized (this) {
      publish(view.map(View::members).orElse(members).stream().filter(state::isPresent).toList());
      int known = view.map(View::nextId).orElse(nextId);
      if (known > nextId) {
        nextId = known;
        submit(() -> acknowledge(known)); // after the listeners were told of these members
      }
    }
  }

  /** Says in the store that this worker knows all members with lower ids. */
  private void acknowledge(int known) {
    if (listeners.isEmpty() || known <= acknowledged) {
      return; // a worker whose listeners are not there yet knows nobody
    }
    try {
      JoinAcknowledgements.acknowledge(store, self, known);
      acknowledged = known;
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.DEBUG, self + " could not say which members it knows in " + store, e);
    }
  }

  /** Under the lock, so that listeners learn of changes in their order. */
  @GuardedBy("this")
  private void publish(List<Member> candidates) {
    Set<String> gone = evicted;
    List<Member> present =
        candidates.stream().filter(m -> !gone.contains(m.incarnation())).toList();
    if (!present.equals(members)) {
      members = present;
      submit(() -> listeners.forEach(listener -> call(listener, present)));
    }
  }

  private void call(Consumer<List<Member>> listener, List<Member> present) {
    try {
      listener.accept(present);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "a listener to changes of the group of " + self + " failed", e);
    }
  }

  private void submit(Runnable task) {
    try {
      notifier.execute(
          () -> {
            notifying = Thread.currentThread();
            try {
              task.run();
            } finally {
              notifying = null;
            }
          });
    } catch (RejectedExecutionException e) {
      if (!closing) {
        throw e;
      }
    }
  }

  /** Ends both threads; listeners are told of all changes that were published before. */
  @Override
  public void close() {
    closing = true;
    watcher.interrupt();
    notifier.shutdown();
    try {
      watcher.join(CLOSE_MILLIS);
      if (notifying == Thread.currentThread()) {
        return; // a listener closes this: its own thread cannot wait for itself
      }
      if (!notifier.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
        LOG.log(
            Level.WARNING,
            "a listener to changes of the group of "
                + self
                + " does not return, or its store does not answer");
        notifier.shutdownNow();
      }
    } catch (InterruptedException e) {
      notifier.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
