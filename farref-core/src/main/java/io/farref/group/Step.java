package io.farref.group;

import java.util.List;

/** The next action of a joining worker. */
sealed interface Step {
  /** Wait until the store changes. */
  record Wait() implements Step {}

  /**
   * Wait until the store changes, but no longer than a grace period: after that, fail as with
   * {@link Fail} if the holder still listens.
   */
  record WaitFor(Registration holder, String complaint) implements Step {}

  /** Register this worker in the store. */
  record Register() implements Step {}

  /** Evict workers that cannot be alive. */
  record Evict(List<Registration> stale) implements Step {}

  /** Find out which workers are alive; evict the others. */
  record Probe(List<Registration> suspects) implements Step {}

  /** Propose a view. */
  record Propose(int number, View view) implements Step {}

  /** Mark that this worker has seen a view. */
  record Ready(View view) implements Step {}

  /** Decide whether the group of a view has formed. */
  record Decide(View view, boolean formed) implements Step {}

  /** Nothing more: this worker has joined. */
  record Done(View view) implements Step {}

  /** Refuse these workers, of which this is one. */
  record Refuse(List<Registration> refused, String complaint) implements Step {}

  /** Give up joining. */
  record Fail(String complaint) implements Step {}
}
