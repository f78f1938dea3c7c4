package io.farref.call;

import io.farref.exec.Watchdog;
import io.farref.mux.FrameQueue;
import io.farref.mux.WriteCoalescer;
import java.nio.channels.ClosedChannelException;
import java.util.function.Consumer;

/**
 * Decides when the frames of a connection are written: at once, together with later ones, or with
 * the watchdog's next tick.
 */
public final class FlushScheduler implements Watchdog.Flushable {
  /** This many asynchronous calls in one tick count as a stream. */
  private static final int STREAM = 32;

  /** No more than this many bytes of a stream wait for later calls. */
  private static final long LONGEST_STREAM = 4 << 10;

  private final FrameQueue queue;
  private final WriteCoalescer writer;
  private final ReferenceMessageQueue control;
  private final Watchdog watchdog;
  private final Consumer<Throwable> onFailure;

  private volatile boolean ticks;

  // How many asynchronous calls there were recently; a lost race only makes the guess worse.
  private volatile boolean streams;
  private volatile int asyncCalls;
  private int asyncCallsBefore;

  public FlushScheduler(
      FrameQueue queue,
      WriteCoalescer writer,
      ReferenceMessageQueue control,
      Watchdog watchdog,
      Consumer<Throwable> onFailure) {
    this.queue = queue;
    this.writer = writer;
    this.control = control;
    this.watchdog = watchdog;
    this.onFailure = onFailure;
  }

  /** Makes sure that the frames that wait are written by the watchdog's next tick at the latest. */
  public void withinATick() {
    if (!ticks) {
      ticks = true;
      watchdog.flushSoon(this);
    }
  }

  @Override
  public boolean tick() {
    ticks = false; // before the check: a frame that is appended from here on asks for the next tick
    int calls = asyncCalls;
    streams = calls - asyncCallsBefore >= STREAM;
    asyncCallsBefore = calls;
    return control.areWaiting() || queue.isPending();
  }

  /**
   * Writes an asynchronous call that was just appended.
   *
   * @param alone whether no other call is under way; then this thread writes the call. Otherwise,
   *     in a stream of calls, it is left to the next thread that writes: the thread that reads,
   *     when it has handled the replies that it got, or the caller, when it waits. Outside a stream
   *     another thread writes it at once
   */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  public // a lost update is a lost hint
  void async(boolean alone) {
    if (alone) {
      writer.flushBriefly();
      return;
    }
    asyncCalls++;
    withinATick();
    if (!streams || queue.pendingBytes() > LONGEST_STREAM) {
      writer.flushSoon();
    }
  }

  @Override
  public void fail(Throwable cause) {
    onFailure.accept(cause);
  }

  @Override
  public void flush() {
    try {
      if (queue.isFull()) {
        withinATick(); // messages about references stay where they are as long as the queue is full
      } else {
        control.appendTo(queue);
      }
      writer.flush();
    } catch (ClosedChannelException e) {
      // The end of the connection is reported by the connection.
    }
  }
}
