package io.farref.ref;

import io.farref.EncodingException;
import io.farref.RRefReleasedException;
import io.farref.RpcException;
import io.farref.RpcException.Execution;
import io.farref.WorkerClosedException;
import io.farref.WorkerLostException;
import io.farref.call.Directory;
import org.jspecify.annotations.Nullable;

/** Says why a value cannot be used. */
final class Unusable {
  private final Directory directory;
  private final int self;

  Unusable(Directory directory, int self) {
    this.directory = directory;
    this.self = self;
  }

  /** Why, if it is lost; that it was released, if it is not. */
  RpcException why(ValueId id, @Nullable Loss loss) {
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
}
