package io.farref.ref.lifetime;

/** A holding whose reference came in a message, with the token that came along. */
final class ReceivedEntry extends UserEntry {
  private final long token;

  private ReceivedEntry(ValueId id, long token, long holding) {
    super(id, holding, State.ARRIVING);
    this.token = token;
  }

  /** A value that came in a message and is not held yet: sends HOLD. */
  static ReceivedEntry of(
      ValueId id, long token, long holding, int from, long transfer, Effects effects) {
    ReceivedEntry entry = new ReceivedEntry(id, token, holding);
    if (from == id.owner()) {
      effects.send(from, new ControlMessage.Hold(id, holding, transfer, token));
    } else {
      effects.send(id.owner(), new ControlMessage.Hold(id, holding, 0, token));
      entry.settleWhenHeld(from, transfer, effects);
    }
    return entry;
  }

  /** An entry for a reference that is dead; it belongs in no table. */
  static ReceivedEntry dead(ValueId id, long token, LossReason reason, Effects effects) {
    ReceivedEntry entry = new ReceivedEntry(id, token, 0);
    entry.lose(reason, effects);
    return entry;
  }

  @Override
  long token(ReferenceTokens tokens) {
    return token;
  }

  @Override
  void received(int from, long transfer, Effects effects) {
    if (isArriving()) {
      // The HOLD may not be queued yet; the next message of the caller must not overtake it.
      effects.send(owner(), new ControlMessage.Hold(id(), holding(), 0, token));
    }
    super.received(from, transfer, effects);
  }
}
