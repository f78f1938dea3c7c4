package io.farref.call;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.farref.bytes.Output;
import io.farref.mux.FrameQueue;
import io.farref.wire.Frame;
import io.farref.wire.FrameWriter;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The queue of messages about references that wait to be sent together, and of other frames that
 * are sent with them. Thread-safe.
 */
public final class ReferenceMessageQueue {
  /** The largest size of a frame of messages; more messages go into the next frame. */
  private static final int FULL = Frame.ALWAYS_TAKEN / 2;

  private final BooleanSupplier hasOthers;
  private final Consumer<Output> others;

  /** Held while frames are appended; taken before the monitor of this and the queue's lock. */
  private final Object order = new Object();

  @GuardedBy("this")
  private final Output messages = new Output(256);

  /** Where each full frame ends. */
  @GuardedBy("this")
  private final ArrayDeque<Integer> fullFrames = new ArrayDeque<>();

  @GuardedBy("this")
  private int frameStart;

  @GuardedBy("this")
  private boolean othersWait;

  private volatile boolean waiting;

  /**
   * Makes an empty queue.
   *
   * @param hasOthers whether there are other frames, which may wait for the next tick
   * @param others writes the other frames
   */
  ReferenceMessageQueue(BooleanSupplier hasOthers, Consumer<Output> others) {
    this.hasOthers = hasOthers;
    this.others = others;
  }

  /** Whether messages or other frames wait. */
  public boolean areWaiting() {
    if (hasOthers.getAsBoolean()) {
      othersWait();
    }
    return waiting;
  }

  /** Adds a message; returns how many bytes wait. */
  synchronized int add(Consumer<Output> message) {
    int before = messages.size();
    message.accept(messages);
    if (messages.size() - frameStart > FULL && before > frameStart) {
      fullFrames.add(before);
      frameStart = before;
    }
    waiting = true;
    return messages.size();
  }

  /** There are other frames, to be sent soon. */
  synchronized void othersWait() {
    othersWait = true;
    waiting = true;
  }

  /**
   * Appends everything that waits. A second thread returns when everything has been appended, not
   * when the first thread has merely taken it.
   */
  public void appendTo(FrameQueue queue) throws ClosedChannelException {
    if (!waiting) {
      return;
    }
    synchronized (order) {
      Output frames = take();
      if (frames != null) {
        queue.append(frames);
        updateWaiting();
      }
    }
  }

  private synchronized void updateWaiting() {
    waiting = messages.size() > 0 || othersWait;
  }

  private synchronized @Nullable Output take() {
    Output frames = new Output(messages.size() + 32);
    int start = 0;
    while (start < messages.size()) {
      Integer full = fullFrames.poll();
      int end = full == null ? messages.size() : full;
      int at = FrameWriter.begin(frames, Frame.REFS);
      frames.writeBytes(messages.array(), start, end - start);
      FrameWriter.end(frames, at);
      start = end;
    }
    messages.truncate(0);
    frameStart = 0;
    if (othersWait) {
      othersWait = false;
      others.accept(frames);
    }
    return frames.size() == 0 ? null : frames;
  }
}
