package io.farref.group.membership;

import java.util.List;

/** The next action of a joining worker. */
sealed interface JoinAction {
  /** Wait until the store changes. */
  record Wait() implements JoinAction {}

  /**
   * Wait until the store changes, but no longer than a grace period: after that, fail as with
   * {@link Fail} if the holder still listens.
   */
  record WaitFor(Registration holder, String complaint) implements JoinAction {}

  /** Register this worker in the store. */
  record Register() implements JoinAction {}

  /** Evict workers that cannot be alive. */
  record Evict(List<Registration> stale) implements JoinAction {}

  /** Find out which workers are alive; evict the others. */
  record Probe(List<Registration> suspects) implements JoinAction {}

  /** Propose a view. */
  record Propose(int number, View view) implements JoinAction {}

  /** Mark that this worker has seen a view. */
  record Ready(View view) implements JoinAction {}

  /** Decide whether the group of a view has formed. */
  record Decide(View view, boolean formed) implements JoinAction {}

  /** Nothing more: this worker has joined. */
  record Done(View view) implements JoinAction {}

  /** Refuse these workers, of which this is one. */
  record Refuse(List<Registration> refused, String complaint) implements JoinAction {}

  /** Give up joining. */
  record Fail(String complaint) implements JoinAction {}
}
