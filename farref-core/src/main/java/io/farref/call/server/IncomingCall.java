package io.farref.call.server;

import io.farref.RefusedException;
import io.farref.bytes.Input;
import io.farref.call.CallRuntime;
import io.farref.call.DedupCall;
import io.farref.call.IncomingMessage;
import io.farref.call.NamedMethodCall;
import io.farref.call.NumberedCall;
import io.farref.call.ReferenceLayer;
import io.farref.call.ReferenceLayer.Result;
import io.farref.call.ReferenceLayer.Target;
import io.farref.call.RefusedSignal;
import io.farref.exec.CallContext;
import io.farref.exec.InlineHint;
import io.farref.exec.ReadLease;
import io.farref.exec.ReaderTask;
import io.farref.mux.FrameReader;
import io.farref.time.Deadlines;
import io.farref.wire.CallHead;
import io.farref.wire.ReplyHead;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One call that has arrived, from its decoding to its reply.
 *
 * <p>The thread that reads the connection makes and starts it. The same thread also decodes and
 * runs it inline unless the function is known to be slow; otherwise a virtual thread does. A call
 * that ends inline is in no table and has no place in the start order, because no other thread can
 * have seen it. Every other call is {@linkplain #detach detached} first.
 */
final class IncomingCall implements ReaderTask, NumberedCall {
  private static final long UNFLUSHED_NANOS = 50_000;
  private static final VarHandle ENDED;

  static {
    try {
      ENDED = MethodHandles.lookup().findVarHandle(IncomingCall.class, "ended", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ServerConnection connection;
  private final CallRuntime runtime;
  private final CallHead head;
  private final IncomingMessage message;
  private final FrameReader frames;
  private final @Nullable Target target;
  private final @Nullable Result result;
  private final long deadline;
  private final long weight;
  private final Thread reader = Thread.currentThread();
  private volatile boolean ended;
  private volatile boolean abandoned;
  private @Nullable InlineHint hint;

  /** Written before `begun`. */
  private @Nullable CallContext context;

  private volatile @Nullable CallAdmission admission;

  /** Set if the call has at-most-once semantics: several attempts share one run. */
  private @Nullable DedupCall once;

  private DuplicateCallCache.@Nullable Entry recent;

  // run() writes `begun`, and the context's stage, and then reads `abandoned`, stop() the reverse.
  // begin() writes `begun` and then reads `registration`, detach() the reverse; so do ran() with
  // `hasRun`, and end() with `ended`.
  private volatile boolean begun;
  private volatile boolean hasRun;
  private volatile @Nullable CallRegistration registration;

  IncomingCall(
      ServerConnection connection,
      CallHead head,
      IncomingMessage message,
      FrameReader frames,
      long now) {
    this.connection = connection;
    this.runtime = connection.runtime();
    this.head = head;
    this.message = message;
    this.frames = frames;
    ReferenceLayer references = runtime.references();
    target =
        head.has(CallHead.TARGET)
            ? references.use(connection.peer(), head.targetCreator(), head.targetNumber())
            : null;
    result =
        head.has(CallHead.CREATE)
            ? references.created(
                connection.peer(), head.resultNumber(), head.holding(), head.token())
            : null;
    weight = message.weight();
    deadline = head.deadlineNanos() == 0 ? Deadlines.NONE : now + head.deadlineNanos();
  }

  /** Unique within the connection; negative for creations. */
  @Override
  public long number() {
    return head.has(CallHead.CREATE) ? -1 - head.resultNumber() : head.callId();
  }

  long deadline() {
    return deadline;
  }

  /** The weight of the call in the window, see {@link io.farref.wire.Window#weight}. */
  long weight() {
    return weight;
  }

  /** Whether the library of the calling worker made the call, not its program. */
  boolean isSystem() {
    return head.has(CallHead.SYSTEM);
  }

  /** The thread that read the call. */
  Thread reader() {
    return reader;
  }

  boolean hasBegun() {
    return begun;
  }

  /** Whether its code has run, or never will. */
  boolean hasRun() {
    return hasRun;
  }

  boolean hasEnded() {
    return ended;
  }

  @Override
  public @Nullable InlineHint inlineHint() {
    return hint;
  }

  /**
   * Registers the call, so that others find it by its number, and gives it a place in the order.
   */
  @Override
  public void detach() {
    register().takePlace(reader);
  }

  @Override
  public void settle() {
    CallRegistration mine = registration;
    if (ended && mine != null) {
      mine.forget();
    }
  }

  private synchronized CallRegistration register() {
    CallRegistration mine = registration;
    if (mine == null) {
      mine = new CallRegistration(connection, this);
      registration = mine; // from here on runningCalls() finds it in the table only
      mine.load(); // afterwards: the reply may have been sent already
    }
    return mine;
  }

  /** Whether it runs and is in no table. */
  boolean isUnregistered() {
    return registration == null && !ended;
  }

  /** Whether a graceful close waits for it. */
  boolean isAwaited() {
    return !abandoned && !isSystem();
  }

  boolean hasExpired() {
    return abandoned;
  }

  /**
   * The caller no longer waits for the outcome: a call that has not started never will, and one
   * that runs is stopped. A creation continues, because other workers may already hold the value.
   */
  void abandon() {
    if (result == null) {
      stop();
    }
  }

  /** Asks the call's code to end, if it has begun: interrupts it and cancels its own calls. */
  private void stop() {
    abandoned = true;
    CallAdmission asking = admission;
    if (asking != null) {
      asking.stop();
    }
    CallContext run = begun ? context : null;
    if (run != null && !ended) {
      run.stop();
      if (run.hasOpen()) {
        connection.offLoad(run::cancelOpen); // on another thread: it runs callbacks
      }
    }
  }

  /** The deadline that the caller set has passed. */
  void expire() {
    abandoned = true;
    if (result == null) {
      stop();
    } else {
      connection.offLoad(() -> failCreation(result)); // runs code that waits for the value
    }
  }

  private void failCreation(Result value) {
    value.failure(ServerFailures.creationOutOfTime(connection, head));
    stop(); // afterwards: the failure is the timeout, not what the interrupt causes
  }

  /** Ends the call without running it. */
  void refuse(Throwable why) {
    end(ReplyHead.REFUSED, why);
  }

  /** Starts the call, on the reading thread; returns whether that still has its read lease. */
  boolean start(ReadLease lease) {
    Throwable refusal = connection.refusal(head, target, result, weight);
    boolean apart = refusal == null && mustBeOffLoaded();
    if (!apart) {
      lease.begin(this);
    }
    try {
      if (apart) {
        startOffLoaded();
      } else if (refusal == null) {
        startInline(lease);
      } else if (connection.queue().isFull()) {
        register();
        connection.offLoad(() -> refuse(refusal)); // waits until there is capacity
      } else {
        refuse(refusal);
      }
    } catch (OutOfMemoryError e) {
      failFor(e);
    }
    return apart || lease.end();
  }

  /** There was no memory for a step of this call: it fails, and no other. */
  private void failFor(OutOfMemoryError shortage) {
    if (ended) {
      connection.fail(shortage); // the outcome is lost, and the caller would wait for ever
    } else if (hasRun) {
      end(ReplyHead.THROWN, shortage);
    } else {
      refuseUnreadable(shortage);
    }
  }

  private void startOffLoaded() {
    Input kept = frames.keep(message.body());
    CallRegistration mine = register();
    Runnable task =
        () -> {
          mine.takePlace(null);
          connection.offLoad(() -> decodeAndRun(mine, kept));
        };
    if (target == null || target.isReady()) {
      task.run();
    } else {
      target.whenReady(task);
    }
  }

  private boolean mustBeOffLoaded() {
    return (target != null && !target.isReady()) || message.isLarge();
  }

  /** Whether it is known to compute for long. */
  boolean isLong() {
    return hint != null && hint.isAlwaysSlow();
  }

  private void begin() {
    begun = true;
    CallRegistration mine = registration;
    if (mine != null) {
      mine.begin();
    }
  }

  private void ran() {
    hasRun = true;
    CallRegistration mine = registration;
    if (mine != null) {
      mine.ran();
    }
  }

  private void startInline(ReadLease lease) {
    Object function;
    try {
      function = decode(message.body());
    } catch (Throwable e) {
      refuseUnreadable(e);
      return;
    }
    hint = function == null ? null : runtime.inlineHints().of(function);
    if (!connection.order().isClear()
        || (hint != null && !hint.mayRunInline())
        || runtime.threads().areCrowded()) {
      register().takePlace(null);
      connection.offLoad(() -> runTimed(function));
      return;
    }
    run(function);
    long took = lease.lap();
    if (hint != null) {
      hint.ran(took);
    }
    if (took > UNFLUSHED_NANOS) {
      connection.writer().flush();
    }
  }

  private void refuseUnreadable(Throwable why) {
    begin();
    ran();
    refuse(ServerFailures.unreadable(connection, message, why));
  }

  private void decodeAndRun(CallRegistration mine, Input body) {
    Object function;
    mine.decodedBy(Thread.currentThread());
    try {
      function = decode(body);
    } catch (Throwable e) {
      refuseUnreadable(e);
      connection.writer().flush();
      return;
    }
    hint = function == null ? null : runtime.inlineHints().of(function);
    runTimed(function);
  }

  /** Runs the call on a virtual thread. */
  private void runTimed(@Nullable Object function) {
    long start = System.nanoTime();
    try {
      run(function);
    } catch (OutOfMemoryError e) {
      failFor(e);
    }
    if (hint != null) {
      hint.ran(System.nanoTime() - start);
    }
    connection.writer().flush();
  }

  /** Reads the function, after it has asked whether the call may go on. */
  private @Nullable Object decode(Input body) {
    CallAdmission gate = connection.admission(head, target, deadline);
    if (gate != null) {
      admission = gate;
      if (abandoned) {
        gate.stop();
      }
    }
    Object function = FunctionReader.read(runtime, head, message, body, gate);
    if (function instanceof DedupCall keyed) {
      once = keyed;
      return keyed.function();
    }
    return function;
  }

  private void run(@Nullable Object function) {
    CallContext mine = new CallContext(runtime.worker().get(), connection.peer(), deadline);
    context = mine;
    begin();
    if (abandoned) {
      mine.end();
      ran();
      end(ReplyHead.REFUSED, ServerFailures.abandoned());
      return;
    }
    if (once != null && isAlreadyRun(once)) {
      mine.end();
      ran();
      return;
    }
    CallContext outer = mine.enter();
    Object value;
    boolean runs = false; // if the value cannot be had, the call has failed before it ran
    try {
      Object on = target == null ? null : target.value(function);
      runs = true;
      value = function == null && target != null ? on : FunctionInvoker.invoke(function, head, on);
    } catch (RefusedSignal e) {
      end(ReplyHead.REFUSED, e.why());
      return;
    } catch (Throwable e) {
      boolean ran = runs && !ServerFailures.isLookUp(function, e);
      end(ran ? ReplyHead.THROWN : ReplyHead.REFUSED, e);
      return;
    } finally {
      mine.leave(outer);
      ran();
    }
    if (value instanceof CompletionStage<?> later
        && (head.has(CallHead.COMPOSE) || function instanceof NamedMethodCall)) {
      mine.returned(later);
      detach();
      FunctionInvoker.whenEnded(later, this::endAndFlush);
      if (abandoned) {
        mine.cancelOpen();
      }
    } else if (head.has(CallHead.COMPOSE)) {
      end(ReplyHead.THROWN, ServerFailures.noStage());
    } else {
      end(0, value);
    }
  }

  /**
   * Whether another attempt of this call has run or is running. If so, this attempt ends with the
   * outcome of that one.
   */
  private boolean isAlreadyRun(DedupCall attempt) {
    try {
      recent = connection.recent().begin(attempt, this, this::detach, this::endAndFlush);
      return recent == null;
    } catch (RefusedException e) {
      end(ReplyHead.REFUSED, e);
      return true;
    }
  }

  private void endAndFlush(int flags, @Nullable Object outcome) {
    end(flags, outcome);
    connection.writer().flush();
  }

  private void end(int flags, @Nullable Object outcome) {
    if (!ENDED.compareAndSet(this, false, true)) {
      return; // a stage of a class of the user's may complete more than once
    }
    if (recent != null) {
      recent.end(flags, outcome);
    }
    if (result != null) {
      if (flags == 0) {
        result.value(outcome);
      } else if (outcome instanceof Throwable failure) {
        result.failure(failure);
      }
    } else if (!head.has(CallHead.CREATE)) {
      if (flags != 0 && isOverdue() && outcome instanceof Throwable failure) {
        reply(ReplyHead.REFUSED, ServerFailures.outOfTime(connection, head, failure));
      } else {
        reply(flags, outcome);
      }
    }
    CallRegistration mine = registration;
    if (head.has(CallHead.CREATE) && !isSystem()) {
      if (mine != null) {
        mine.unload();
      }
      connection.giveBack(weight);
    }
    if (target != null) {
      target.release();
    }
    message.end(true);
    mine = registration;
    if (mine != null) {
      mine.forget();
    }
    if (abandoned && context != null) {
      context.cancelOpen();
    }
  }

  private void reply(int flags, @Nullable Object outcome) {
    CallRegistration mine = registration;
    connection.reply(head.callId(), flags, outcome, mine == null ? null : mine::unload);
  }

  private boolean isOverdue() {
    return abandoned && Deadlines.isPast(deadline);
  }
}
