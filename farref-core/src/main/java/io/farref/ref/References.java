package io.farref.ref;

import io.farref.EncodingException;
import io.farref.OwnedValue;
import io.farref.RRef;
import io.farref.RRefReleasedException;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import io.farref.WorkerClosedException;
import io.farref.WorkerLostException;
import io.farref.bytes.Input;
import io.farref.bytes.Output;
import io.farref.call.Directory;
import io.farref.call.PendingCall;
import io.farref.call.ReferenceLayer;
import io.farref.call.Request;
import io.farref.call.Router;
import io.farref.call.Threads;
import io.farref.wire.Tables.Reference;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The values of one worker and its references to those of others: the thin shell around {@link
 * LifetimeTable}. Thread-safe.
 */
public final class References implements ReferenceLayer {
  private final int self;
  private final Directory directory;
  private final Router router;
  private final long timeoutNanos;
  private final LifetimeTable table;
  private final Collector collector;
  private final Thread collecting;
  private final Places places;

  /** Makes an empty one, for the worker of that id, with the time limit of its calls. */
  public References(
      int self, Directory directory, Threads threads, Router router, long timeoutNanos) {
    this.self = self;
    this.timeoutNanos = timeoutNanos;
    this.directory = directory;
    this.router = router;
    places = new Places(threads);
    table = new LifetimeTable(self, new TableListener());
    collector = new Collector(table::release);
    collecting = threads.platform("collector", collector);
    collecting.start();
  }

  // ---- What users do ---------------------------------------------------------------------------

  /** Makes a reference to a value that lives here. */
  public <T extends @Nullable Object> RRef<T> own(T value) {
    ValueId id = table.create(self).id();
    ValueSlot slot = places.of(id);
    places.put(slot, value);
    Origins.here().ifPresent(slot::origin);
    return new RemoteReference<>(this, new Handle(id, collector), timeoutNanos);
  }

  /**
   * Asks a worker to make a value. Never throws for a reason that lies elsewhere: that is in the
   * reference.
   */
  public <T extends @Nullable Object> RRef<T> create(int owner, Request request) {
    return new RemoteReference<>(this, ask(owner, request), timeoutNanos);
  }

  /** A reference to a value on a worker that could not even be asked for, and why. */
  public <T extends @Nullable Object> RRef<T> failed(int owner, RuntimeException why) {
    ValueId id = table.create(owner).id();
    return new RemoteReference<>(this, fail(new Handle(id, collector), why), timeoutNanos);
  }

  /** Asks the owner of a value to make another one of it. */
  <R extends @Nullable Object> RRef<R> chain(
      RemoteReference<?> reference, @Nullable Object fn, long limitNanos) {
    ValueId id;
    try {
      Objects.requireNonNull(fn, "fn");
      id = pin(reference);
    } catch (RuntimeException e) {
      return failed(reference.id().owner(), e);
    }
    Handle made = ask(id.owner(), Request.onValue(fn, 0, id.creator(), id.number(), limitNanos));
    unpin(id, made.failure() == null);
    return new RemoteReference<>(this, made, timeoutNanos);
  }

  /**
   * Sends a call on the value of a reference.
   *
   * @throws RuntimeException if the reference cannot be used
   */
  <R extends @Nullable Object> PendingCall<R> call(
      RemoteReference<?> reference, @Nullable Object fn, int flags, long limitNanos) {
    ValueId id = pin(reference);
    boolean sent = false;
    try {
      PendingCall<R> call =
          router
              .client(id.owner())
              .call(Request.onValue(fn, flags, id.creator(), id.number(), limitNanos));
      sent = call.wasSent();
      return call;
    } finally {
      unpin(id, sent);
    }
  }

  /**
   * Keeps a value from being released while a call on it is being sent. From then on the order of
   * the connection keeps it: a release travels behind the call.
   *
   * @throws RuntimeException if the reference cannot be used
   */
  ValueId pin(RemoteReference<?> reference) {
    try {
      ValueId id = reference.checkedId();
      if (!table.acquire(id)) {
        throw unusable(id, table.loss(id));
      }
      return id;
    } finally {
      // This may be its last use: it must not be collected between the check and the pin.
      java.lang.ref.Reference.reachabilityFence(reference);
    }
  }

  /** Ends {@link #pin}; a call to oneself takes the pin over, see {@link #use}. */
  private void unpin(ValueId id, boolean sent) {
    if (!sent || id.owner() != self) {
      table.release(id);
    }
  }

  private Handle ask(int owner, Request request) {
    LifetimeTable.Creation creation = table.create(owner);
    ValueId id = creation.id();
    Handle handle = new Handle(id, collector);
    if (owner == self) {
      Origins.here().ifPresent(places.of(id)::origin);
      table.acquire(id); // until the outcome is in its place: see Created
    }
    try {
      router.client(owner).create(request.creating(id.number(), creation.holding()));
      if (owner != self) {
        Origins.here().ifPresent(site -> send(owner, new Control.Origin(id, site)));
      }
      return handle;
    } catch (RuntimeException e) {
      if (owner == self) {
        table.release(id);
      }
      return fail(handle, e);
    }
  }

  private Handle fail(Handle handle, RuntimeException why) {
    handle.fail(why);
    if (handle.id().owner() == self) {
      slot(handle.id()).failure(why);
    } else {
      table.creationAborted(handle.id());
    }
    return handle;
  }

  Directory directory() {
    return directory;
  }

  int self() {
    return self;
  }

  LifetimeTable table() {
    return table;
  }

  /** The place of a value that this worker owns and has a handle on. */
  ValueSlot slot(ValueId id) {
    ValueSlot slot = places.of(id);
    Loss loss = table.loss(id);
    if (loss != null) { // who lost it may have looked for the place before it was made
      slot.failure(unusable(id, loss));
      places.drop(id);
    }
    return slot;
  }

  /** The value, if it is there already. */
  @Nullable Object peek(ValueId id) {
    ValueSlot slot = places.find(id);
    return slot == null ? null : slot.valueOrNull();
  }

  /** Why a value cannot be used. */
  RpcException unusable(ValueId id, @Nullable Loss loss) {
    String owner = directory.name(id.owner());
    return switch (loss) {
      case null ->
          new RRefReleasedException(
              "the reference to value " + id + " of worker " + owner + " was released",
              Execution.NOT_EXECUTED);
      case OWNER_LOST ->
          new WorkerLostException(
              "worker " + owner + ", which owns the value, is lost", Execution.NOT_EXECUTED);
      case CREATOR_LOST ->
          new WorkerLostException(
              "worker "
                  + directory.name(id.creator())
                  + " was lost before it had created the value on worker "
                  + owner,
              Execution.NOT_EXECUTED);
      case FREED ->
          new WorkerLostException(
              "the value is gone from worker "
                  + owner
                  + ": whoever passed the reference on was lost before the owner knew of it",
              Execution.NOT_EXECUTED);
      case NOT_CREATED ->
          new EncodingException(
              "the value was never created: worker "
                  + directory.name(id.creator())
                  + " could not send the function for it",
              Execution.NOT_EXECUTED);
      case CLOSED ->
          new WorkerClosedException(
              "worker " + directory.name(self) + " is closed", Execution.NOT_EXECUTED);
    };
  }

  // ---- What calls do ---------------------------------------------------------------------------

  @Override
  public Reference pass(RRef<?> reference, int to) {
    if (!(reference instanceof RemoteReference<?> mine) || mine.references() != this) {
      throw new EncodingException(
          "a reference that belongs to another worker of this JVM, or is not Farref's own: "
              + reference,
          Execution.NOT_EXECUTED);
    }
    try {
      ValueId id = mine.checkedId();
      long transfer = table.pass(id, to);
      if (transfer == 0) {
        throw unusable(id, null);
      }
      return new Reference(id.owner(), id.creator(), id.number(), transfer);
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
    ValueId id = id(reference);
    table.received(id, from, reference.transfer());
    return new Received(id);
  }

  @Override
  public @Nullable Result created(int creator, long number, long holding) {
    ValueId id = new ValueId(self, creator, number);
    if (creator != self && !table.created(id, holding)) {
      return null;
    }
    return new Created(id, slot(id));
  }

  @Override
  public @Nullable Target use(int from, int creator, long number) {
    ValueId id = new ValueId(self, creator, number);
    // A call to oneself brings the pin of its sender.
    if (from != self && !table.use(id, from)) {
      return null;
    }
    return new Used(id, slot(id));
  }

  @Override
  public void control(int from, Input messages) {
    while (messages.remaining() > 0) {
      Control message = Control.read(messages);
      table.onControl(from, message);
      if (message instanceof Control.Origin(ValueId id, StackTraceElement site)
          && places.find(id) instanceof ValueSlot slot) {
        slot.origin(site);
      }
    }
  }

  // ---- What the worker does
  // ----------------------------------------------------------------------

  /** A worker is dead, cut off or has left. */
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

  /** Whether no news of who holds what is under way from or to this worker. */
  public boolean isSettled() {
    return table.isSettled();
  }

  /** The values that live here and who holds them, oldest first. */
  public List<OwnedValue> owned() {
    Map<ValueId, Set<Integer>> holders = table.owned();
    return holders.entrySet().stream()
        .sorted(Comparator.comparingLong(each -> age(each.getKey())))
        .map(each -> describe(each.getKey(), each.getValue()))
        .toList();
  }

  private long age(ValueId id) {
    ValueSlot slot = places.find(id);
    return slot == null ? Long.MAX_VALUE : slot.age();
  }

  private OwnedValue describe(ValueId id, Set<Integer> holders) {
    ValueSlot slot = places.find(id);
    Object value = slot == null ? null : slot.valueOrNull();
    return new OwnedValue(
        id.toString(),
        value == null ? "" : value.getClass().getName(),
        holders.stream().sorted().map(directory::name).toList(),
        Optional.ofNullable(slot == null ? null : slot.origin()));
  }

  /** Gives back all handles of this worker, for it leaves. */
  public void releaseAll() {
    List.copyOf(collector.open()).forEach(Collector.Token::release);
  }

  /** How many handles are neither closed nor collected. */
  public int openHandles() {
    return collector.open().size();
  }

  /** Ends: all that is held here is lost. */
  public void shutdown() {
    collecting.interrupt();
    table.shutdown();
    places.close(
        new WorkerClosedException(
            "worker " + directory.name(self) + " was closed before it had created the value",
            Execution.NOT_EXECUTED));
  }

  private void send(int worker, Control message) {
    Consumer<Output> write = out -> Control.write(message, out);
    switch (message) {
      // In order with this worker's calls: a release must not overtake a call on the value.
      case Control.Hold _, Control.Release _, Control.Voided _, Control.Origin _ ->
          router.controlAsCaller(worker, write);
      case Control.Held _, Control.Gone _, Control.Done _ -> router.controlAsCallee(worker, write);
    }
  }

  private static ValueId id(Reference reference) {
    return new ValueId(reference.owner(), reference.creator(), reference.number());
  }

  private final class TableListener implements LifetimeTable.Listener {
    @Override
    public void send(int worker, Control message) {
      References.this.send(worker, message);
    }

    @Override
    public void free(ValueId id) {
      places.drop(id);
    }

    @Override
    public void lost(ValueId id, Loss reason) {
      if (id.owner() == self) {
        ValueSlot slot = places.find(id);
        if (slot != null && !slot.isReady()) {
          slot.failure(unusable(id, reason));
        }
        if (reason != Loss.CLOSED) {
          places.drop(id);
        }
      }
    }
  }

  /** A reference from a message: one handle of the table, until somebody adopts it. */
  private final class Received implements Arrival {
    private final ValueId id;
    private boolean open = true;

    Received(ValueId id) {
      this.id = id;
    }

    @Override
    public RRef<?> rref() {
      open = false;
      return new RemoteReference<>(References.this, new Handle(id, collector), timeoutNanos);
    }

    @Override
    public void settle() {
      if (open) {
        open = false;
        table.release(id);
      }
    }
  }

  /** A value in the making: one handle of the table, until the outcome is in its place. */
  private final class Created implements Result {
    private final ValueId id;
    private final ValueSlot slot;
    private final AtomicBoolean filled = new AtomicBoolean();

    Created(ValueId id, ValueSlot slot) {
      this.id = id;
      this.slot = slot;
    }

    @Override
    public void value(@Nullable Object value) {
      if (filled.compareAndSet(false, true)) {
        places.put(slot, value);
        table.release(id);
      } else {
        places.turnAway(value); // too late: the creation was given up
      }
    }

    @Override
    public void failure(Throwable cause) {
      if (filled.compareAndSet(false, true)) {
        slot.failure(cause);
        table.release(id);
      }
    }
  }

  /** A value that a call is for: one handle of the table. */
  private final class Used implements Target {
    private final ValueId id;
    private final ValueSlot slot;

    Used(ValueId id, ValueSlot slot) {
      this.id = id;
      this.slot = slot;
    }

    @Override
    public boolean isReady() {
      return slot.isReady();
    }

    @Override
    public void whenReady(Runnable task) {
      slot.whenReady(task);
    }

    @Override
    public @Nullable Object value() throws Throwable {
      return slot.get();
    }

    @Override
    public void release() {
      table.release(id);
    }
  }
}
