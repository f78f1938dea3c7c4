package io.farref.call;

import io.farref.RRef;
import io.farref.RpcException;
import io.farref.bytes.Input;
import io.farref.codec.Called;
import io.farref.wire.MessageTrailer.Reference;
import org.jspecify.annotations.Nullable;

/**
 * The interface that calls use of the layer above, which keeps values and references. Thread-safe;
 * no method waits.
 *
 * <p>The methods that handle parts of an arrived message are called in the order of arrival.
 */
public interface ReferenceLayer {
  /**
   * A message to a worker is going to carry a reference. The value stays pinned here until the
   * receiver settles the reference.
   *
   * @throws io.farref.RRefReleasedException if the reference is closed
   */
  Reference pass(RRef<?> reference, int to);

  /** Undoes {@link #pass}: the message did not leave. */
  void passAborted(Reference reference, int to);

  /** A message brought a reference. */
  Arrival arrived(Reference reference, int from);

  /**
   * A creation has arrived; the value will follow. Null if the creation is to be dropped because it
   * came too late or its creator holds too many references; then the creator has been notified.
   */
  @Nullable Result created(int creator, long number, long holding, long token);

  /** A call on a value has arrived; null if the caller cannot use the value. */
  @Nullable Target use(int from, int creator, long number);

  /** Why {@link #use} returned null. */
  RpcException unusable(int from, int creator, long number);

  /** Control messages have arrived. */
  void control(int from, Input messages);

  /** A reference that has arrived. */
  interface Arrival {
    /** The reference: a handle that the caller of this method must close. Called at most once. */
    RRef<?> rref();

    /** The message has been read; a reference that was not asked for is released. */
    void settle();
  }

  /** Receives the outcome of a creation; the first one counts. */
  interface Result {
    /** The creation succeeded. */
    void value(@Nullable Object value);

    /** The creation failed. */
    void failure(Throwable cause);
  }

  /** The value that is the target of a call, pinned. */
  interface Target {
    /** Whether the value exists, or its creation has failed. */
    boolean isReady();

    /** Runs the task when it is ready, on any thread, in the order of these calls. */
    void whenReady(Runnable task);

    /**
     * The value itself, once it is ready, for the decision whether a call may go on.
     *
     * @throws RefusedSignal if such a call may not use it
     * @throws Throwable the failure of its creation
     */
    @Nullable Object admit(Called called) throws Throwable;

    /**
     * The value, once it is ready, in the form that the function may use.
     *
     * @param function null if the value itself is asked for
     * @throws RefusedSignal if the function may not use it
     * @throws Throwable the failure of its creation
     */
    @Nullable Object value(@Nullable Object function) throws Throwable;

    /** The call has ended. */
    void release();
  }
}
