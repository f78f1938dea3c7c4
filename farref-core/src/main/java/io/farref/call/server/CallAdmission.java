package io.farref.call.server;

import io.farref.RefusedException;
import io.farref.call.CallPolicy;
import io.farref.call.ReferenceLayer.Target;
import io.farref.call.RefusedSignal;
import io.farref.codec.CallGate;
import io.farref.codec.Called;
import io.farref.codec.NotAdmittedException;
import io.farref.exec.CallContext;
import io.farref.wire.CallHead;
import org.jspecify.annotations.Nullable;

/**
 * Asks whether one call may go on: its target first, which may be restricted, then the policy. The
 * policy runs code of the program, so this has a context like the call itself, and can be stopped.
 */
final class CallAdmission implements CallGate {
  private final ServerConnection connection;
  private final CallPolicy policy;
  private final CallHead head;
  private final @Nullable Target target;
  private final long deadline;

  // admit() writes `context` and then reads `stopped`, stop() the reverse.
  private volatile @Nullable CallContext context;
  private volatile boolean stopped;

  CallAdmission(
      ServerConnection connection,
      CallPolicy policy,
      CallHead head,
      @Nullable Target target,
      long deadline) {
    this.connection = connection;
    this.policy = policy;
    this.head = head;
    this.target = target;
    this.deadline = deadline;
  }

  /** Interrupts the policy, if it runs, and lets the call through no more. */
  void stop() {
    stopped = true;
    CallContext asking = context;
    if (asking != null) {
      asking.stop();
    }
  }

  @Override
  public void admit(Called called) {
    int caller = connection.peer();
    CallContext mine = new CallContext(connection.runtime().worker().get(), caller, deadline);
    CallContext outer = mine.enter();
    context = mine;
    try {
      if (stopped) {
        throw new NotAdmittedException(ServerFailures.abandoned());
      }
      Object on = target == null ? null : target.admit(called);
      RefusedException objection = policy.objection(caller, called, head, on);
      if (objection != null) {
        throw new NotAdmittedException(objection);
      }
    } catch (NotAdmittedException e) {
      throw e;
    } catch (RefusedSignal e) {
      throw new NotAdmittedException(e.why());
    } catch (Throwable e) { // the failure of the target's creation
      throw new NotAdmittedException(e);
    } finally {
      mine.leave(outer);
    }
  }
}
