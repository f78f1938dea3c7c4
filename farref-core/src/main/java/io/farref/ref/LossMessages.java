package io.farref.ref;

import io.farref.EncodingException;
import io.farref.RRefReleasedException;
import io.farref.RefusedException;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import io.farref.RpcTimeoutException;
import io.farref.WorkerClosedException;
import io.farref.WorkerLostException;
import io.farref.call.PeerLookup;
import io.farref.ref.lifetime.LossReason;
import io.farref.ref.lifetime.ValueId;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The exceptions that say why a value cannot be used. */
final class LossMessages {
  private final PeerLookup directory;
  private final int self;
  private final Map<Integer, Integer> limits = new ConcurrentHashMap<>();

  private volatile @Nullable WorkerClosedException closed;

  LossMessages(PeerLookup directory, int self) {
    this.directory = directory;
    this.self = self;
  }

  /** This worker closes. */
  void closed(WorkerClosedException why) {
    closed = why;
  }

  /** Records how many of its values an owner lets another worker hold. */
  void limit(int owner, int limit) {
    limits.put(owner, limit);
  }

  private RefusedException overLimit(String owner, ValueId id) {
    Integer limit = limits.get(id.owner());
    return new RefusedException(
        "limit maxReferencesHeld of worker "
            + owner
            + (limit == null ? " was reached" : " is " + limit + ", but got " + (limit + 1L))
            + "; close references that are no longer needed",
        Execution.NOT_EXECUTED);
  }

  /** The failure of another worker's call on a value of this worker that it cannot use. */
  RpcException refused(int caller, ValueId id, boolean present, OptionalInt limit) {
    if (limit.isPresent()) {
      return new RefusedException(
          "limit maxReferencesHeld of worker "
              + directory.name(self)
              + " is "
              + limit.getAsInt()
              + ", and so many of its values are held by worker "
              + directory.name(caller),
          Execution.NOT_EXECUTED);
    }
    if (present) {
      return new RefusedException(
          "worker "
              + directory.name(caller)
              + " holds no reference to value "
              + id
              + " of worker "
              + directory.name(self),
          Execution.NOT_EXECUTED);
    }
    return why(id, LossReason.FREED);
  }

  /** The exception that listeners for the loss of a value get. */
  static WorkerLostException asLoss(RuntimeException why) {
    return why instanceof WorkerLostException loss
        ? loss
        : new WorkerLostException(
            "the value is lost: " + why.getMessage(), why, Execution.NOT_EXECUTED);
  }

  /**
   * The exception for a reference that cannot be passed on: released, or its creation timed out.
   */
  RpcException notPassed(ValueId id, @Nullable LossReason loss) {
    return why(id, loss == LossReason.TIMED_OUT ? loss : null);
  }

  /** The exception for a loss; without a reason it says that the reference was released. */
  RpcException why(ValueId id, @Nullable LossReason loss) {
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
                  + ": the worker that passed the reference on was lost, or its creation of the"
                  + " value timed out, before the owner knew of it",
              Execution.NOT_EXECUTED);
      case NOT_CREATED ->
          new EncodingException(
              "the value was never created: worker "
                  + directory.name(id.creator())
                  + " could not send the function for it",
              Execution.NOT_EXECUTED);
      case NOT_GIVEN ->
          new RefusedException(
              "worker "
                  + owner
                  + " knows no such reference to value "
                  + id
                  + ": the worker that passed it on was not given one; it is forged",
              Execution.NOT_EXECUTED);
      case TIMED_OUT ->
          new RpcTimeoutException(
              "value "
                  + id
                  + " was not created: worker "
                  + owner
                  + " did not confirm within the time limit of the creation that it had received"
                  + " it. Create it again, or with a longer limit",
              Execution.NOT_EXECUTED);
      case OVER_LIMIT -> overLimit(owner, id);
      case CLOSED ->
          new WorkerClosedException(
              closed == null
                  ? "worker " + directory.name(self) + " is closed"
                  : String.valueOf(closed.getMessage()),
              closed == null ? null : closed.getCause(),
              Execution.NOT_EXECUTED);
    };
  }
}
