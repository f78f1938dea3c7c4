package io.farref.ref;

import io.farref.EncodingException;
import io.farref.Limits;
import io.farref.OwnedValue;
import io.farref.RRef;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import io.farref.WorkerClosedException;
import io.farref.WorkerLostException;
import io.farref.bytes.Input;
import io.farref.bytes.Output;
import io.farref.call.PeerLookup;
import io.farref.call.ReferenceLayer;
import io.farref.call.Request;
import io.farref.call.client.CallOptions;
import io.farref.call.client.ClientConnection;
import io.farref.call.client.PendingCall;
import io.farref.call.client.Router;
import io.farref.codec.LibraryCodec;
import io.farref.exec.DeadlineSweeper;
import io.farref.exec.LossNotifier;
import io.farref.exec.WorkerThreads;
import io.farref.observe.ForeignText;
import io.farref.observe.Meters;
import io.farref.ref.guard.GuardRequest;
import io.farref.ref.guard.PinnedValue;
import io.farref.ref.guard.ValueSlot;
import io.farref.ref.lifetime.ControlMessage;
import io.farref.ref.lifetime.LifetimeTable;
import io.farref.ref.lifetime.LossReason;
import io.farref.ref.lifetime.OwnerEntry;
import io.farref.ref.lifetime.RefEntry;
import io.farref.ref.lifetime.UserEntry;
import io.farref.ref.lifetime.ValueId;
import io.farref.wire.MessageTrailer.Reference;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The values of one worker and its references to values of other workers. Connects the {@link
 * LifetimeTable} with the calls and the user's references. Thread-safe.
 */
public final class References implements ReferenceLayer {
  private final int self;
  private final PeerLookup directory;
  private final Router router;
  private final CallOptions options;
  private final int maxHeld;
  private final LifetimeTable table;
  private final LifetimeTable.UseFactory<Target> pinned;
  private final Handles handles;
  private final LossNotifier<RefEntry> losses;
  private final LossMessages lossMessages;
  private final UnconfirmedCreations creations;
  private final Thread collecting;
  private final ValueRetention retention;
  private final StandIns standIns;
  private final Meters meters;

  /** Makes the references of a worker, with the options of its calls; there are none yet. */
  public References(
      int self,
      PeerLookup directory,
      WorkerThreads threads,
      DeadlineSweeper deadlines,
      Router router,
      CallOptions options,
      Limits limits,
      Meters meters) {
    this.self = self;
    this.options = options;
    this.directory = directory;
    this.router = router;
    this.meters = meters;
    retention = new ValueRetention(threads);
    lossMessages = new LossMessages(directory, self);
    maxHeld = limits.maxReferencesHeld();
    table = new LifetimeTable(self, new TableListener(), maxHeld, ValueSlot::new);
    standIns = new StandIns(self, table, retention, lossMessages, maxHeld);
    pinned = (entry, claim) -> new PinnedValue(table, entry, claim);
    creations = new UnconfirmedCreations(table, threads, deadlines);
    losses = new LossNotifier<>(threads.calls(), this::lossOf);
    handles = new Handles(this::release);
    collecting = threads.platform("collector", handles);
    collecting.start();
  }

  Meters meters() {
    return meters;
  }

  // ---- For user code ---------------------------------------------------------------------------

  /** Makes a reference to a value that lives here. */
  public <T extends @Nullable Object> RRef<T> own(T value) {
    RefEntry entry = table.open(self);
    ValueSlot slot = slot(entry);
    retention.put(slot, value);
    Origins.here().ifPresent(slot::origin);
    return new RemoteReference<>(this, entry);
  }

  /**
   * Asks a worker to make a value. A failure of another worker or of the network is not thrown;
   * each use of the reference throws it.
   */
  public <T extends @Nullable Object> RRef<T> create(int owner, Request request) {
    return ask(owner, request);
  }

  /** A reference to a value whose request could not be sent; each use throws the failure. */
  public <T extends @Nullable Object> RRef<T> failed(int owner, RuntimeException why) {
    return stillborn(owner, why);
  }

  private <T extends @Nullable Object> RemoteReference<T> stillborn(
      int owner, RuntimeException why) {
    RemoteReference<T> reference = new RemoteReference<>(this, table.open(owner));
    fail(reference, why);
    return reference;
  }

  /** Asks the owner of a value to make another value from it. */
  <R extends @Nullable Object> RemoteReference<R> chain(
      RemoteReference<?> reference, @Nullable Object fn, long limitNanos) {
    RefEntry entry;
    try {
      Objects.requireNonNull(fn, "fn");
      entry = pin(reference);
    } catch (RuntimeException e) {
      return stillborn(reference.entry().owner(), e);
    }
    RemoteReference<R> made =
        ask(entry.owner(), Request.onValue(fn, 0, entry.creator(), entry.number(), limitNanos));
    unpin(entry, made.handle().failure() == null);
    return made;
  }

  /**
   * Sends a call on the value of a reference, on its owner's {@link #connection} if that is known.
   *
   * @throws RuntimeException if the reference cannot be used
   */
  <R extends @Nullable Object> PendingCall<R> call(
      RemoteReference<?> reference,
      @Nullable ClientConnection known,
      @Nullable Object fn,
      int flags,
      long limitNanos) {
    RefEntry entry = pin(reference);
    boolean sent = false;
    try {
      ClientConnection on = known == null ? router.client(entry.owner()) : known;
      PendingCall<R> call =
          on.call(Request.onValue(fn, flags, entry.creator(), entry.number(), limitNanos));
      sent = call.wasSent();
      return call;
    } finally {
      unpin(entry, sent);
    }
  }

  private void release(Handle handle) {
    losses.remove(handle.entry(), handle);
    table.release(handle.entry());
  }

  /**
   * The connection to the owner of a value.
   *
   * @throws RuntimeException if the reference is closed or the value is lost
   */
  ClientConnection connection(RemoteReference<?> reference) {
    RefEntry entry = reference.checkedEntry();
    if (table.loss(entry) != null) {
      throw unusable(entry);
    }
    return router.client(entry.owner());
  }

  /**
   * Keeps a value from being released while a call on it is being sent. From then on the order of
   * the connection keeps it: a release travels behind the call.
   *
   * @throws RuntimeException if the reference cannot be used
   */
  RefEntry pin(RemoteReference<?> reference) {
    try {
      RefEntry entry = reference.checkedEntry();
      if (!table.acquire(entry)) {
        throw unusable(entry);
      }
      return entry;
    } finally {
      // This may be its last use: it must not be collected between the check and the pin.
      java.lang.ref.Reference.reachabilityFence(reference);
    }
  }

  /** Ends {@link #pin}; a call of this worker to itself takes the pin over, see {@link #use}. */
  private void unpin(RefEntry entry, boolean sent) {
    if (!sent || entry.owner() != self) {
      table.release(entry);
    }
  }

  private <T extends @Nullable Object> RemoteReference<T> ask(int owner, Request request) {
    RefEntry entry = table.open(owner);
    RemoteReference<T> reference = new RemoteReference<>(this, entry);
    long holding = entry instanceof UserEntry user ? user.holding() : 0;
    if (entry instanceof OwnerEntry own) {
      Origins.here().ifPresent(ValueSlot.of(own)::origin);
      table.acquire(entry); // until the outcome is in its slot: see PendingValue
    }
    try {
      ClientConnection on = router.client(owner);
      long deadline = on.create(request.creating(entry.number(), holding, table.token(entry)));
      if (entry instanceof UserEntry user) {
        creations.watch(user, deadline);
      }
      if (owner != self) {
        Origins.here().ifPresent(site -> send(owner, new ControlMessage.Origin(entry.id(), site)));
      }
    } catch (RuntimeException e) {
      if (owner == self) {
        table.release(entry);
      }
      fail(reference, e);
    }
    return reference;
  }

  private void fail(RemoteReference<?> reference, RuntimeException why) {
    reference.handle().fail(why);
    switch (reference.entry()) {
      case OwnerEntry own -> ValueSlot.of(own).failure(why);
      case UserEntry user -> table.creationAborted(user);
    }
  }

  PeerLookup directory() {
    return directory;
  }

  int self() {
    return self;
  }

  /** How calls are made, unless a view of a reference says otherwise. */
  CallOptions options() {
    return options;
  }

  LifetimeTable table() {
    return table;
  }

  /** Tells a listener of the loss of a value, unless the handle is closed first. */
  void onLost(Handle handle, Consumer<? super WorkerLostException> listener) {
    RuntimeException failure = handle.failure();
    if (failure != null) {
      losses.notify(listener, LossMessages.asLoss(failure));
      return;
    }
    losses.add(handle.entry(), handle, listener);
    if (handle.isClosed()) {
      losses.remove(handle.entry(), handle);
    }
  }

  private @Nullable WorkerLostException lossOf(RefEntry entry) {
    LossReason reason = table.loss(entry);
    return reason == null || reason == LossReason.CLOSED
        ? null // no loss: the user closes the worker
        : LossMessages.asLoss(lossMessages.why(entry.id(), reason));
  }

  Handles handles() {
    return handles;
  }

  /** The slot of a value that lives here. */
  private static ValueSlot slot(RefEntry entry) {
    if (entry instanceof OwnerEntry own) {
      return ValueSlot.of(own);
    }
    throw new IllegalStateException("value " + entry.id() + " lives elsewhere");
  }

  /** Why a value cannot be used. */
  private RpcException unusable(RefEntry entry) {
    return lossMessages.why(entry.id(), table.loss(entry));
  }

  // ---- For calls -------------------------------------------------------------------------------

  @Override
  public Reference pass(RRef<?> reference, int to) {
    if (!(reference instanceof RemoteReference<?> mine) || mine.references() != this) {
      throw new EncodingException(
          "a reference that belongs to another worker of this JVM, or is not Farref's own: "
              + reference,
          Execution.NOT_EXECUTED);
    }
    try {
      RefEntry entry = mine.checkedEntry();
      long transfer = table.pass(entry, to);
      if (transfer == 0) {
        throw lossMessages.notPassed(entry.id(), table.loss(entry));
      }
      return new Reference(
          entry.owner(), entry.creator(), entry.number(), transfer, table.token(entry));
    } finally {
      // This may be its last use: it must not be collected between the check and the transfer.
      java.lang.ref.Reference.reachabilityFence(reference);
    }
  }

  @Override
  public void passAborted(Reference reference, int to) {
    table.passAborted(id(reference), to, reference.transfer());
  }

  @Override
  public Arrival arrived(Reference reference, int from) {
    long token = reference.token();
    RefEntry entry = table.received(id(reference), token, from, reference.transfer());
    return new ArrivedReference(
        this,
        entry instanceof OwnerEntry own && from != self && !table.vouches(own, token)
            ? standIns.of(own, token, from)
            : entry);
  }

  /** Whether two references are to the same value. */
  boolean areOfOneValue(RefEntry one, RefEntry other) {
    return one == other || (one.id().equals(other.id()) && table.token(one) == table.token(other));
  }

  @Override
  public @Nullable Result created(int creator, long number, long holding, long token) {
    ValueId id = new ValueId(self, creator, number);
    OwnerEntry entry = creator == self ? table.owned(id) : table.created(id, holding, token);
    return entry == null ? null : new PendingValue(table, retention, entry);
  }

  @Override
  public @Nullable Target use(int from, int creator, long number) {
    ValueId id = new ValueId(self, creator, number);
    if (from != self) {
      return table.use(id, from, pinned);
    }
    OwnerEntry entry =
        table.owned(id); // a call of this worker to itself brings the pin of its sender
    return entry == null ? null : new PinnedValue(table, entry, null);
  }

  @Override
  public RpcException unusable(int from, int creator, long number) {
    ValueId id = new ValueId(self, creator, number);
    boolean full = table.isFull(from);
    return lossMessages.refused(
        from, id, table.owned(id) != null, full ? OptionalInt.of(maxHeld) : OptionalInt.empty());
  }

  @Override
  public void control(int from, Input messages) {
    while (messages.remaining() > 0) {
      ControlMessage message = ControlMessage.read(messages);
      if (message instanceof ControlMessage.Full full && full.id().owner() == from) {
        lossMessages.limit(from, full.limit());
      }
      table.onControl(from, message);
      creations.answered(message);
    }
  }

  /** The codecs of the values that this package sends; every worker needs them. */
  public static List<LibraryCodec<?>> codecs() {
    return List.of(new GuardRequest.Codec());
  }

  // ---- For the worker --------------------------------------------------------------------------

  /** A worker is lost: it is dead, cut off or has left. */
  public void workerLost(int worker) {
    table.workerLost(worker);
  }

  /** How many values live here. */
  public int ownedCount() {
    return table.ownedCount();
  }

  /** How many values of others are held here. */
  public int heldCount() {
    return table.heldCount();
  }

  /** Whether no message about holders is under way from or to this worker. */
  public boolean isSettled() {
    return table.isSettled();
  }

  /** The values that live here and their holders, oldest first. */
  public List<OwnedValue> owned() {
    return OwnedValues.of(table, directory);
  }

  /** Gives back all handles of this worker, because it leaves. */
  public void releaseAll() {
    handles.releaseAll();
  }

  /** How many handles are neither closed nor collected. */
  public int openHandles() {
    return handles.count();
  }

  /** Closes: all references held here are lost. */
  public void shutdown(WorkerClosedException why) {
    lossMessages.closed(why);
    collecting.interrupt();
    creations.stop();
    table.shutdown();
  }

  private void send(int worker, ControlMessage message) {
    Consumer<Output> write = out -> ControlMessage.write(message, out);
    switch (message) {
      // In order with this worker's calls: a release must not overtake a call on the value.
      case ControlMessage.Hold _,
          ControlMessage.Release _,
          ControlMessage.Voided _,
          ControlMessage.Origin _ ->
          router.controlAsCaller(worker, write);
      case ControlMessage.Held _,
          ControlMessage.Gone _,
          ControlMessage.Full _,
          ControlMessage.Done _ ->
          router.controlAsCallee(worker, write);
    }
  }

  private static ValueId id(Reference reference) {
    return new ValueId(reference.owner(), reference.creator(), reference.number());
  }

  private final class TableListener implements LifetimeTable.Listener {
    @Override
    public void send(int worker, ControlMessage message) {
      References.this.send(worker, message);
    }

    @Override
    public void free(OwnerEntry entry) {
      retention.free(ValueSlot.of(entry));
      standIns.freed(entry);
    }

    @Override
    public void lost(RefEntry entry, LossReason reason) {
      if (entry instanceof OwnerEntry own) {
        retention.lose(ValueSlot.of(own), () -> lossMessages.why(own.id(), reason));
      }
      losses.lost(entry);
    }

    @Override
    public void origin(OwnerEntry entry, StackTraceElement site) {
      ValueSlot.of(entry).origin(ForeignText.of(site));
    }
  }
}
