package io.farref.ref.lifetime;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message on its way between two simulated workers. */
sealed interface InFlight {
  int from();

  int to();

  /** A control message. Comes at least once unless a side dies. */
  record Control(int from, int to, ControlMessage message) implements InFlight {}

  /**
   * A message of user code: a call, or its reply. Comes at most once.
   *
   * @param creation the value that the call creates
   * @param target the value that is called
   * @param targetIsPinned whether the caller keeps a handle to the target until the reply
   * @param unpins in a reply, the target whose handle the caller gets back
   * @param forged whether its sender was not given the values that it names
   */
  record UserMessage(
      int from,
      int to,
      TableById.@Nullable Creation creation,
      @Nullable ValueId target,
      boolean targetIsPinned,
      List<Carried> references,
      @Nullable ValueId unpins,
      boolean forged)
      implements InFlight {
    static UserMessage creating(int from, TableById.Creation creation) {
      return new UserMessage(
          from, creation.id().owner(), creation, null, false, List.of(), null, false);
    }

    static UserMessage calling(int from, ValueId target, boolean pinned, List<Carried> references) {
      return new UserMessage(from, target.owner(), null, target, pinned, references, null, false);
    }

    static UserMessage bringing(
        int from, int to, List<Carried> references, @Nullable ValueId unpins) {
      return new UserMessage(from, to, null, null, false, references, unpins, false);
    }

    static UserMessage forgedCall(int from, ValueId target) {
      return new UserMessage(from, target.owner(), null, target, false, List.of(), null, true);
    }

    static UserMessage forgedReference(int from, int to, Carried reference) {
      return new UserMessage(from, to, null, null, false, List.of(reference), null, true);
    }

    /** Whether this is a call of that worker on that value, or the call that creates it. */
    boolean isCallOf(int caller, ValueId id) {
      return from == caller && !forged && id.equals(target);
    }

    boolean creates(ValueId id) {
      return creation != null && creation.id().equals(id);
    }

    /** The same message, whose reference to a value is lost. */
    UserMessage withLost(ValueId id) {
      List<Carried> changed =
          references.stream()
              .map(each -> each.id.equals(id) && !forged ? each.asLost() : each)
              .toList();
      return new UserMessage(from, to, creation, target, targetIsPinned, changed, unpins, forged);
    }

    boolean carries(ValueId id) {
      return !forged && references.stream().anyMatch(each -> each.id.equals(id) && !each.lost);
    }
  }

  /** Tells that the worker {@code from} is lost. */
  record LossNotice(int from, int to) implements InFlight {}

  /**
   * A reference in a message; {@code lost} if its passer knew that it is, or no longer keeps it.
   */
  record Carried(ValueId id, long token, long transfer, boolean lost) {
    Carried asLost() {
      return new Carried(id, token, transfer, true);
    }
  }
}
