package io.farref.group;

import java.util.List;

/** What a joining worker does next. */
sealed interface Step {
  /** Nothing until the store changes. */
  record Wait() implements Step {}

  /**
   * Nothing until the store changes, and no longer than a grace period: then it is as {@link Fail},
   * if the holder still listens.
   */
  record WaitFor(Registration holder, String complaint) implements Step {}

  /** Say in the store that this worker is here. */
  record Register() implements Step {}

  /** Strike off workers that cannot be alive. */
  record Evict(List<Registration> stale) implements Step {}

  /** Find out whether workers are alive; strike off who is not, vouch for who is. */
  record Probe(List<Registration> suspects) implements Step {}

  /** Propose a view. */
  record Propose(int number, View view) implements Step {}

  /** Say that this worker has seen a view. */
  record Ready(View view) implements Step {}

  /** Decide whether the group of a view came together. */
  record Decide(View view, boolean formed) implements Step {}

  /** Joined. */
  record Done(View view) implements Step {}

  /** Refuse these workers, this one among them. */
  record Refuse(List<Registration> refused, String complaint) implements Step {}

  /** Do not join. */
  record Fail(String complaint) implements Step {}
}
