package io.farref.group.membership;

import java.util.List;

/** What a joining worker does next. */
sealed interface JoinAction {
  /** Nothing until the store changes. */
  record Wait() implements JoinAction {}

  /**
   * Nothing until the store changes, and no longer than a grace period: then it is as {@link Fail},
   * if the holder still listens.
   */
  record WaitFor(Registration holder, String complaint) implements JoinAction {}

  /** Say in the store that this worker is here. */
  record Register() implements JoinAction {}

  /** Strike off workers that cannot be alive. */
  record Evict(List<Registration> stale) implements JoinAction {}

  /** Find out whether workers are alive; strike off who is not, vouch for who is. */
  record Probe(List<Registration> suspects) implements JoinAction {}

  /** Propose a view. */
  record Propose(int number, View view) implements JoinAction {}

  /** Say that this worker has seen a view. */
  record Ready(View view) implements JoinAction {}

  /** Decide whether the group of a view came together. */
  record Decide(View view, boolean formed) implements JoinAction {}

  /** Joined. */
  record Done(View view) implements JoinAction {}

  /** Refuse these workers, this one among them. */
  record Refuse(List<Registration> refused, String complaint) implements JoinAction {}

  /** Do not join. */
  record Fail(String complaint) implements JoinAction {}
}
