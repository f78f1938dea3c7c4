package io.farref.group.membership;

import io.farref.JoinException;
import io.farref.RpcException.Execution;
import io.farref.bytes.MalformedException;
import io.farref.group.JoinRequest;
import io.farref.group.Member;
import io.farref.group.Prober;
import io.farref.group.store.StoreContext;
import io.farref.group.store.Stores;
import io.farref.observe.FailureText;
import io.farref.spi.Store;
import io.farref.spi.Store.Snapshot;
import io.farref.spi.StoreProvider;
import io.farref.tls.TlsLinks;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * This worker's membership in a group. Thread-safe.
 *
 * <p>In a group of fixed size the members stay the same for its life. In an open group they come
 * and go; a member that died without leaving stays until some member calls {@link #remove}, or the
 * store finds that it is gone.
 *
 * <p>If the worker that hosts the store of an open group leaves, the group continues with the
 * members it has, but no worker can join it any more, and a member that leaves from then on is
 * found only by its silence.
 */
public final class Membership implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Membership.class.getPackageName());

  private final Store store;
  private final View view;
  private final Member self;
  private final @Nullable MembershipWatcher watch;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Membership(Store store, Registration registration, View view, Snapshot seen) {
    this.store = store;
    this.view = view;
    this.self = view.member(registration.incarnation()).orElseThrow();
    this.watch = view.isOpen() ? new MembershipWatcher(store, view.groupId(), self, seen) : null;
  }

  /**
   * Opens a rendezvous store and joins the group there.
   *
   * @param rendezvous the store's URI; when absent, this worker is alone
   * @param secret the secret that every member must prove to know, if the group has one
   * @param tls the TLS for links to a store on another machine, if the group has it
   * @throws JoinException as {@link #join(Store, JoinRequest, Prober)}, and if the store cannot be
   *     reached
   * @throws io.farref.RefusedException if the store demands another secret, or this worker may not
   *     host it without one
   * @throws IllegalArgumentException if the URI makes no sense
   */
  public static Membership join(
      Optional<String> rendezvous,
      Optional<String> secret,
      Optional<TlsLinks> tls,
      JoinRequest request,
      Prober prober) {
    if (rendezvous.isEmpty()) {
      return join(Stores.openPrivate(), request, prober);
    }
    Optional<Integer> rank =
        request.rank().isPresent() ? Optional.of(request.rank().getAsInt()) : Optional.empty();
    long started = System.nanoTime();
    Store store;
    try {
      store =
          Stores.open(
              rendezvous.get(),
              new StoreProvider.Options(rank, secret, request.timeout()),
              new StoreContext(tls, request.name()));
    } catch (IOException e) {
      throw new JoinException(
          request + " could not join: " + FailureText.of(e), e, Execution.NOT_EXECUTED);
    }
    Duration left = request.timeout();
    if (!left.isZero()) {
      left = left.minusNanos(System.nanoTime() - started);
      left = left.isPositive() ? left : Duration.ofNanos(1);
    }
    JoinRequest rest =
        new JoinRequest(
            request.name(), request.rank(), request.worldSize(), request.address(), left);
    return join(store, rest, prober);
  }

  /**
   * Joins the group that uses a store as its rendezvous. Returns when every member is there and
   * knows of every other (in an open group: when all present members can be called).
   *
   * @param store belongs to the membership from here on, which closes it; also if this method
   *     throws
   * @throws JoinException if the group does not form in time or refuses this worker; the message
   *     says which workers were seen and which are missing. Also if this thread is interrupted; its
   *     interrupt flag is then set
   */
  public static Membership join(Store store, JoinRequest request, Prober prober) {
    boolean joined = false;
    try {
      JoinProcess joining = new JoinProcess(store, request, prober);
      View view = joining.run();
      Membership membership = new Membership(store, joining.self(), view, joining.seen());
      joined = true;
      return membership;
    } finally {
      if (!joined) {
        store.close();
      }
    }
  }

  /**
   * Unique in the world, and the same for all members: tells this group from those before and after
   * it.
   */
  public String groupId() {
    return view.groupId();
  }

  /** This worker. */
  public Member self() {
    return self;
  }

  /** The present members by rank, this worker included; an immutable snapshot. */
  public List<Member> members() {
    return watch == null ? view.members() : watch.members();
  }

  /** Whether members come and go. */
  public boolean isOpen() {
    return view.isOpen();
  }

  /**
   * Registers a listener. It is called with the members present now, and after each change with all
   * members. The calls come in order, one at a time, from a thread of this membership. A list
   * without this worker means that the others have evicted it. In a group of fixed size there are
   * no calls.
   */
  public void onChange(Consumer<List<Member>> listener) {
    if (watch != null) {
      watch.listen(listener);
    }
  }

  /** Tells which members of an open group know this worker. */
  public JoinAcknowledgements acknowledgements() {
    return new JoinAcknowledgements(store, self);
  }

  /** Sets what is called on a thread of this membership that ends, or has ended, by an error. */
  public void onFailure(Thread.UncaughtExceptionHandler handler) {
    if (watch != null) {
      watch.onFailure(handler);
    }
  }

  /**
   * Evicts a member of an open group that was declared dead. Does nothing in a group of fixed size.
   */
  public void remove(Member lost) {
    if (watch != null) {
      watch.evict(lost);
    }
  }

  /**
   * Leaves: the others of an open group learn of it. The last member to leave cleans up. Waits for
   * up to two seconds if others do not know yet that the group has formed. Closing again does
   * nothing.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      if (watch != null) {
        watch.close();
      } else {
        StoreCleanup.awaitOthersJoined(store, view);
      }
      store.remove(GroupState.WORKER + self.incarnation());
      store.remove(JoinAcknowledgements.KNOWN + self.incarnation());
      StoreCleanup.clean(store);
    } catch (IOException | MalformedException e) {
      LOG.log(Level.DEBUG, self + " left the group without the store " + store, e);
    } finally {
      store.close();
    }
  }

  @Override
  public String toString() {
    return self + " in group " + view.groupId() + " at " + store;
  }
}
