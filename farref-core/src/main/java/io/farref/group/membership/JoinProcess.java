package io.farref.group.membership;

import io.farref.JoinException;
import io.farref.RpcException.Execution;
import io.farref.bytes.MalformedException;
import io.farref.group.JoinRequest;
import io.farref.group.Prober;
import io.farref.group.store.StoreLostException;
import io.farref.group.store.Stores;
import io.farref.observe.FailureText;
import io.farref.spi.Store;
import io.farref.spi.Store.Snapshot;
import io.farref.time.Durations;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the decisions of the {@link JoinProtocol} until this worker has joined or may not.
 * Used once, by one thread.
 */
final class JoinProcess {
  private static final Logger LOG = System.getLogger(JoinProcess.class.getPackageName());
  private static final long PROBE_PERIOD_NANOS = 2_000_000_000L;
  private static final long CLASH_GRACE_NANOS = 5_000_000_000L;
  private static final long NEW_HOST_NANOS = 10_000_000_000L;
  private static final long RETRY_PAUSE_NANOS = 20_000_000L;
  private static final long LINGER_NANOS = 2_000_000_000L;

  /**
   * How long a worker backs off for each worker that is registered: every change wakes all of them,
   * and the work of all of them for all changes grows with the square of their number.
   */
  private static final long BACKOFF_NANOS_PER_WORKER = 1_000_000L;

  private static final long MAX_BACKOFF_NANOS = 500_000_000L;

  /** Counts the groups that have formed in a store: at zero, the first group has not formed yet. */
  private static final String FORMED_COUNTER = "groups";

  private static final Snapshot NOTHING = new Snapshot(Long.MIN_VALUE, Map.of());
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Store store;
  private final Prober prober;
  private final Registration self;
  private final JoinProtocol protocol;
  private final JoinDiagnostics history;
  private final long started = System.nanoTime();
  private final long limit;

  private Snapshot seen = NOTHING;

  /** Whether this worker is registered in the store that is connected now. */
  private boolean registered;

  /** Whether a group has formed in this store; true until that is known. */
  private boolean sawGroup = true;

  /** Whether this worker saw that it is refused. */
  private boolean refused;

  private long hostLost = -1;
  private long nextProbe = PROBE_PERIOD_NANOS;
  private long clashSince = -1;

  JoinProcess(Store store, JoinRequest request, Prober prober) {
    this.store = store;
    this.prober = prober;
    this.limit =
        request.timeout().isZero() ? Durations.LONGEST_NANOS : Durations.nanos(request.timeout());
    this.self = Registration.of(request, randomId());
    this.protocol = new JoinProtocol(self, JoinProcess::randomId);
    this.history = new JoinDiagnostics(self, started);
  }

  private static String randomId() {
    byte[] id = new byte[16];
    RANDOM.nextBytes(id);
    return HexFormat.of().formatHex(id);
  }

  Registration self() {
    return self;
  }

  /** The last state of the store that {@link #run} saw. */
  Snapshot seen() {
    return seen;
  }

  /**
   * Joins.
   *
   * @return the view that this worker is in
   * @throws JoinException if the group does not come together in time, or refuses this worker; this
   *     worker's keys are gone then, but the store is still open
   */
  View run() {
    try {
      while (true) {
        Optional<View> joined = Optional.empty();
        try {
          joined = attempt();
        } catch (StoreLostException e) {
          findNewHost(e);
        }
        if (joined.isPresent()) {
          return joined.get();
        }
        if (elapsed() >= limit) {
          throw failure(
              (self.isOpen() ? "could not join the group" : "the group did not come together"),
              null);
        }
      }
    } catch (InterruptedIOException e) {
      Thread.currentThread().interrupt();
      throw abandon(failure("interrupted while joining", e));
    } catch (IOException e) {
      throw abandon(failure("the store failed: " + FailureText.of(e), e));
    } catch (MalformedException e) {
      throw abandon(
          failure("the store holds an entry that is not Farref's: " + FailureText.of(e), e));
    } catch (JoinException e) {
      throw abandon(e);
    }
  }

  private Optional<View> attempt() throws IOException {
    if (!registered) {
      register();
      registered = true;
      sawGroup = store.add(FORMED_COUNTER, 0) > 0;
    }
    seen =
        seen == NOTHING
            ? store.list(GroupState.PREFIX)
            : store.await(GroupState.PREFIX, seen, Duration.ZERO);
    hostLost = -1;
    GroupState state = readState();
    JoinAction action = protocol.next(state);
    boolean backedOff = false;
    while (true) {
      if (action instanceof JoinAction.Wait || action instanceof JoinAction.WaitFor) {
        checkClash(action);
        if (elapsed() >= limit) {
          return Optional.empty();
        }
        if (elapsed() >= nextProbe) {
          nextProbe = elapsed() + PROBE_PERIOD_NANOS;
          probeSuccessor(state);
        }
        pause(backoffNanos(state));
        await(PROBE_PERIOD_NANOS);
      } else if (isLeftToFirstMember(action) && !backedOff) {
        backedOff = true;
        await(backoffNanos(state));
      } else {
        return carryOut(action);
      }
      state = readState();
      action = protocol.next(state);
    }
  }

  private void await(long nanos) throws IOException {
    long bounded = Math.clamp(limit - elapsed(), 0, nanos);
    seen = store.await(GroupState.PREFIX, seen, Duration.ofNanos(bounded));
  }

  /**
   * Whether one worker is enough for the action: then it is left to the first member, and done here
   * only if that member is slow.
   */
  private boolean isLeftToFirstMember(JoinAction action) {
    View view =
        switch (action) {
          case JoinAction.Propose(_, View proposed) -> proposed;
          case JoinAction.Decide(View decided, _) -> decided;
          default -> null;
        };
    return view != null
        && !view.isOpen()
        && !view.members().getFirst().incarnation().equals(self.incarnation());
  }

  private static long backoffNanos(GroupState state) {
    return Math.min(state.registrations().size() * BACKOFF_NANOS_PER_WORKER, MAX_BACKOFF_NANOS);
  }

  private void pause(long nanos) throws InterruptedIOException {
    try {
      TimeUnit.NANOSECONDS.sleep(Math.clamp(limit - elapsed(), 0, nanos));
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted while joining");
    }
  }

  private GroupState readState() {
    GroupState state = GroupState.parse(seen);
    history.note(state, System.nanoTime());
    refused |= state.refusals().containsKey(self.incarnation());
    sawGroup |= state.views().values().stream().anyMatch(state::isFormed);
    return state;
  }

  private Optional<View> carryOut(JoinAction action) throws IOException {
    switch (action) {
      case JoinAction.Register() -> register();
      case JoinAction.Evict(var stale) -> {
        for (Registration worker : stale) {
          evict(worker, "this worker listens at its address now");
        }
      }
      case JoinAction.Probe(var suspects) -> check(suspects);
      case JoinAction.Propose(int number, View view) ->
          store.putIfAbsent(GroupState.VIEW + number, view.encode());
      case JoinAction.Ready(View view) ->
          store.putIfAbsent(
              GroupState.READY + GroupState.readyKey(view, self.incarnation()), new byte[0]);
      case JoinAction.Decide(View view, boolean formed) -> {
        if (formed) {
          store.add(FORMED_COUNTER, 1);
        }
        store.putIfAbsent(
            GroupState.VERDICT + view.groupId(), formed ? GroupState.FORMED : GroupState.ABANDONED);
      }
      case JoinAction.Done(View view) -> {
        cleanUp(view);
        return Optional.of(view);
      }
      case JoinAction.Refuse(var refused, String complaint) -> {
        for (Registration worker : refused) {
          store.putIfAbsent(
              GroupState.REFUSED + worker.incarnation(),
              (complaint + " (at " + store + ")").getBytes(StandardCharsets.UTF_8));
        }
      }
      case JoinAction.Fail(String complaint) ->
          throw new JoinException(complaint, Execution.NOT_EXECUTED);
      case JoinAction.Wait(), JoinAction.WaitFor(_, _) -> {}
    }
    return Optional.empty();
  }

  private void cleanUp(View view) {
    try {
      if (view.isOpen()) {
        StoreCleanup.cleanOpen(store, GroupState.parse(seen));
      } else {
        store.remove(GroupState.READY + GroupState.readyKey(view, self.incarnation()));
        if (view.members().getFirst().incarnation().equals(self.incarnation())) {
          StoreCleanup.clean(store); // of groups whose members died, of which none has left
        }
      }
    } catch (IOException e) {
      // The group has formed, and the keys to be removed are gone with the store.
      LOG.log(Level.DEBUG, self + " joined, and the store was lost at once: " + store, e);
    }
  }

  private void register() throws IOException {
    store.putEphemeral(GroupState.WORKER + self.incarnation(), self.encode());
  }

  private void check(List<Registration> suspects) throws IOException {
    for (Registration suspect : suspects) {
      if (prober.listens(suspect.address())) {
        protocol.markAlive(suspect);
      } else {
        evict(suspect, "nobody listens there");
      }
    }
  }

  private void evict(Registration worker, String why) throws IOException {
    history.evicted(worker, why);
    store.remove(GroupState.WORKER + worker.incarnation());
  }

  /** Checks one other joining worker. Each checks its successor, so that all are checked. */
  private void probeSuccessor(GroupState state) throws IOException {
    var settled = state.settled();
    List<Registration> joining =
        state.registrations().values().stream()
            .filter(worker -> !settled.contains(worker.incarnation()))
            .toList();
    int own = joining.indexOf(self);
    if (own >= 0 && joining.size() > 1) {
      Registration successor = joining.get((own + 1) % joining.size());
      if (!prober.listens(successor.address())) {
        evict(successor, "nobody listens there");
      }
    }
  }

  private void checkClash(JoinAction action) throws IOException {
    if (!(action instanceof JoinAction.WaitFor(Registration holder, String complaint))) {
      clashSince = -1;
      return;
    }
    if (clashSince < 0) {
      clashSince = elapsed();
    }
    if (elapsed() - clashSince >= Math.min(CLASH_GRACE_NANOS, limit / 2)) {
      if (prober.listens(holder.address())) {
        throw new JoinException(complaint + " (at " + store + ")", Execution.NOT_EXECUTED);
      }
      evict(holder, "nobody listens there");
    }
  }

  /**
   * Prepares to join at another host. A host that leaves after its group has formed makes place for
   * the host of the next group. A host that leaves before its group has formed has failed to join,
   * and so does this worker. A host that died may be started again.
   */
  private void findNewHost(StoreLostException e) throws IOException {
    long now = System.nanoTime();
    boolean first = hostLost < 0;
    if (first) {
      hostLost = elapsed();
      history.storeLost(String.valueOf(e.getMessage()), now);
    }
    if (!sawGroup && first && e.isGraceful()) {
      throw failure("the store was closed while this worker waited in it", e);
    }
    if (!sawGroup && elapsed() - hostLost >= NEW_HOST_NANOS) {
      throw failure(
          "the store was lost, and nobody hosted it again for " + Durations.format(NEW_HOST_NANOS),
          e);
    }
    protocol.restart();
    registered = false;
    seen = NOTHING;
    pause(RETRY_PAUSE_NANOS);
  }

  private long elapsed() {
    return System.nanoTime() - started;
  }

  private JoinException failure(String what, @Nullable Throwable cause) {
    return new JoinException(
        what + ": " + history.describe(System.nanoTime(), store.toString(), Stores.refusals(store)),
        cause,
        Execution.NOT_EXECUTED);
  }

  /**
   * Removes this worker's keys from the store, and gives other refused workers time to learn why.
   */
  private JoinException abandon(JoinException failure) {
    try {
      store.remove(GroupState.WORKER + self.incarnation());
      StoreCleanup.clean(store);
      long deadline = System.nanoTime() + LINGER_NANOS;
      Snapshot present = store.list(GroupState.PREFIX);
      while (true) {
        GroupState state = GroupState.parse(present);
        Set<String> taken = state.taken();
        // A refusal is for all that wait, and is written one key after the other. This worker may
        // host the store, and must not close it while that is under way.
        boolean othersToLearn =
            state.registrations().keySet().stream()
                .anyMatch(
                    each ->
                        state.refusals().containsKey(each) || (refused && !taken.contains(each)));
        long left = deadline - System.nanoTime();
        if (!othersToLearn || left <= 0) {
          break;
        }
        present = store.await(GroupState.PREFIX, present, Duration.ofNanos(left));
      }
      store.remove(GroupState.REFUSED + self.incarnation());
    } catch (IOException | MalformedException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }
}
