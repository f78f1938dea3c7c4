package io.farref.call;

import io.farref.RRef;
import io.farref.RpcException;
import io.farref.bytes.Input;
import io.farref.wire.Tables.Reference;
import org.jspecify.annotations.Nullable;

/**
 * What calls ask of whoever keeps values and references. Thread-safe; nothing here waits.
 *
 * <p>The methods that take what a connection delivered are called in the order in which it arrived.
 */
public interface ReferenceLayer {
  /**
   * A message to a worker is going to carry a reference; it stays pinned here until the receiver
   * settles it.
   *
   * @throws io.farref.RRefReleasedException if the reference is closed
   */
  Reference pass(RRef<?> reference, int to);

  /** The message did not leave. */
  void passAborted(Reference reference, int to);

  /** A message brought a reference. */
  Arrival arrived(Reference reference, int from);

  /**
   * A creation has arrived; the value will follow. Null if it is to be dropped: it came too late,
   * or its creator holds too much, and has been told.
   */
  @Nullable Result created(int creator, long number, long holding, long token);

  /** A call on a value has arrived; null if its caller cannot use the value. */
  @Nullable Target use(int from, int creator, long number);

  /** Why {@link #use} gave none. */
  RpcException unusable(int from, int creator, long number);

  /** Control messages have arrived. */
  void control(int from, Input messages);

  /** A reference that has arrived. */
  interface Arrival {
    /** The reference, a handle of its own that whoever asked must let go of; asked at most once. */
    RRef<?> rref();

    /** The message has been read; if nobody asked for the reference, it is let go of. */
    void settle();
  }

  /** Where the outcome of a creation goes; the first one counts. */
  interface Result {
    /** The value. */
    void value(@Nullable Object value);

    /** Why there is none. */
    void failure(Throwable cause);
  }

  /** A value that a call is for, pinned. */
  interface Target {
    /** Whether the value, or the failure of its creation, is there. */
    boolean isReady();

    /** Runs the task once it is there, on any thread, in the order of these calls. */
    void whenReady(Runnable task);

    /**
     * The value, once it is there, as that function may have it.
     *
     * @param function null if the value itself is asked for
     * @throws Refusal if the function may not have it
     * @throws Throwable the failure of its creation
     */
    @Nullable Object value(@Nullable Object function) throws Throwable;

    /** The call has ended. */
    void release();
  }
}
